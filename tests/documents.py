"""What makes a notebook fit to be read: the rules, as one function."""

import ast
import re
from unittest import mock

import refresh
from claims import literals

from course_utils.results import show_results

MAX_BYTES = 2_000_000
SECTIONS = [
    "Setup",
    "The data",
    "The idea",
    "Build",
    "Train",
    "Look at the result",
    "Break it",
    "Expected results",
    "Summary",
    "Exercises",
    "Further reading",
]
NOT_PORTABLE = ["import tensorflow", "tf.", "Lambda(", "def train_step", "import torch"]
SHOWS_SOMETHING = ["print(", "plt.show(", "show_results(", "display("]
MAX_UNCOMPARED_CELLS = 2
MAX_LINE = 88
CODE_CELLS = (15, 35)
# A reader takes a minute for so many words, or lines of code.
WORDS_A_MINUTE = 200
CODE_LINES_A_MINUTE = 14
LONGEST_READING = 40
SECOND_READING = "(second reading)"
ALT_LENGTHS = (60, 400)


def problems(notebook, lesson):
    """List everything that is wrong with an executed notebook; a lesson or exercise."""
    found = []
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for number, cell in enumerate(code_cells, start=1):
        name = f"cell {cell.id}"
        tags = cell.metadata.get("tags", [])
        if cell.execution_count is None:
            found.append(f"{name} was never executed")
        elif cell.execution_count != number:
            found.append(f"{name} was executed out of order")
        if not cell.outputs and shows_something(cell.source):
            found.append(f"{name} should have an output")
        for output in cell.outputs:
            if output.output_type == "error":
                found.append(f"{name} stores an error")
            if output.get("name") == "stderr":
                found.append(f"{name} stores stderr")
            if re.search("0x[0-9a-f]{6,}|WARNING:", "".join(output.get("text", ""))):
                found.append(f"{name} stores a warning or an address in memory")
            if "image/svg+xml" in output.get("data", {}):
                found.append(f"{name} stores an SVG, which never compares equal")
        if "execution" in cell.metadata or "widgets" in notebook.metadata:
            found.append(f"{name} stores volatile metadata: run `make refresh`")
        if "nbval-skip" in tags or "NBVAL" in cell.source:
            found.append(f"{name} is hidden from the tests")
        found += [f"{name} uses {word}" for word in NOT_PORTABLE if word in cell.source]
        if any(len(line) > MAX_LINE for line in cell.source.splitlines()):
            found.append(f"{name} has a line longer than {MAX_LINE} characters")

    found += alt_problems(code_cells)
    executed = notebook.metadata.get("executed", {})
    for part, digest in refresh.digests(notebook).items():
        if executed.get(part) != digest:
            found.append(f"the {part} changed since it was executed: `make refresh`")

    tagged = [cell.metadata.get("tags", []) for cell in code_cells]
    uncompared = sum("nbval-ignore-output" in tags for tags in tagged)
    if uncompared > MAX_UNCOMPARED_CELLS:
        found.append(f"{uncompared} cells are not compared")
    if sum("colab-setup" in tags for tags in tagged) != 1:
        found.append("there must be one Colab setup cell")
    if lesson:
        found += lesson_problems(notebook, code_cells)
    return found


def alt_problems(code_cells):
    """List the figures that do not say in words what is to be seen in them."""
    found = []
    alts = []
    for cell in code_cells:
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            alt = cell.metadata.get("alt", "")
            few, many = ALT_LENGTHS
            if not few <= len(alt) <= many:
                found.append(f"cell {cell.id}: its alt has {len(alt)} characters")
            if alt in alts:
                found.append(f"cell {cell.id} has the alt of another figure")
            # Nothing holds a measured number there to its range.
            if re.search(r"\d\.\d|\d ?%", alt):
                found.append(f"cell {cell.id}: a measured number in its alt")
            alts.append(alt)
        elif "alt" in cell.metadata:
            found.append(f"cell {cell.id} has an alt and no figure")
    return found


def reading_minutes(notebook):
    """Return the minutes of a first reading, and those of what it may leave out.

    What stands under a heading that ends in SECOND_READING may be left out. The
    results cell is a table to look things up in, and does not count.
    """
    minutes = {True: 0.0, False: 0.0}
    # The level of the heading whose section may be left out, or none.
    left_out = None
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                heading = re.match("(#+) ", line)
                if heading and (left_out is None or len(heading[1]) <= left_out):
                    marked = line.endswith(SECOND_READING)
                    left_out = len(heading[1]) if marked else None
                minutes[left_out is None] += len(line.split()) / WORDS_A_MINUTE
        elif "results" not in cell.metadata.get("tags", []):
            lines = [line for line in cell.source.splitlines() if line.strip()]
            minutes[left_out is None] += len(lines) / CODE_LINES_A_MINUTE
    return minutes[True], minutes[False]


def reading_problems(notebook):
    """List what is wrong with the reading time in the title cell."""
    title = notebook.cells[0].source
    first, second = reading_minutes(notebook)
    stated = re.search(
        r"^Reading: (\d+) minutes(?:, and (\d+) more for the parts marked "
        r"\*second reading\*)?\.$",
        title,
        re.MULTILINE,
    )
    if not stated:
        return ["the title cell has no line with the reading time"]
    found = [
        f"{minutes:.1f} minutes of reading, but the title says {said}"
        for minutes, said in zip((first, second), stated.groups(default=0), strict=True)
        if abs(minutes - int(said)) > 2
    ]
    if first > LONGEST_READING:
        found.append(f"a first reading takes {first:.0f} minutes")
    return found


def shows_something(source):
    """Say whether a cell prints or draws, other than inside a function it defines."""
    if source.startswith("# On Colab"):
        return False
    statements = [
        ast.unparse(node)
        for node in ast.parse(source).body
        if not isinstance(node, ast.FunctionDef | ast.ClassDef)
    ]
    return any(call in "\n".join(statements) for call in SHOWS_SOMETHING)


def lesson_problems(notebook, code_cells):
    """List what is wrong with a lesson besides."""
    found = []
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    position = 0
    for section in SECTIONS:
        matches = [i for i, h in enumerate(headings) if h.startswith(section)]
        if not matches:
            found.append(f"the section {section} is missing")
        elif matches[0] < position:
            found.append(f"the section {section} is out of order")
        else:
            position = matches[0]
    for phrase in ("**You will learn**", "**You need**", "**Before you run it:**"):
        if phrase not in text:
            found.append(f"the words {phrase} are missing")
    found += reading_problems(notebook)
    if not re.search(r"^!\[.{60,}\]\(\S+/docs/\w+\.png\)$", text, re.MULTILINE):
        found.append("the lesson's picture is missing at its top")
    if "interactive_output(" not in code_of(code_cells):
        found.append("there is nothing to play with")
    few, many = CODE_CELLS
    if not few <= len(code_cells) <= many:
        found.append(f"{len(code_cells)} code cells; there should be {few} to {many}")
    results = [c for c in code_cells if "results" in c.metadata.get("tags", [])]
    if len(results) != 1:
        return [*found, f"{len(results)} results cells; there should be one"]
    return found + results_problems(results[0], literals(code_of(code_cells)))


def code_of(code_cells):
    return "\n".join(cell.source for cell in code_cells)


def results_problems(cell, constants):
    """List what is wrong with a results cell: code, data, table and text agree."""
    shown = [output.get("data", {}) for output in cell.outputs]
    if len(shown) != 2 or "application/json" not in shown[1]:
        return ["the results cell stores no table and data"]
    found = []
    table, data = shown[0], shown[1]["application/json"]
    stored = [(r["metric"], r["low"], r["high"], r["unit"]) for r in data["rows"]]
    if stored != rows_in_code(cell.source, constants):
        found.append("the stored rows have other names, ranges or units than the code")
    for row in data["rows"]:
        if row["value"] is None or not row["low"] <= row["value"] <= row["high"]:
            found.append(f"the stored result {row['metric']} is outside its range")
            return found
    fields = ("metric", "value", "low", "high", "unit")
    rows = [tuple(row[field] for field in fields) for row in data["rows"]]
    # A notebook file sorts the names in its data; the text keeps them as they came.
    text = table.get("text/plain", "")
    times = data["seconds"].items()
    times = dict(sorted(times, key=lambda t: text.find(f"{t[0]}: {t[1]:g} seconds")))
    with mock.patch("course_utils.results.display") as display:
        show_results(data["lesson"], rows, times)
    if table != display.call_args_list[0].args[0]:
        found.append("the stored table is not made from the stored data")
    return found


def rows_in_code(source, constants):
    """Return (name, low, high, unit) of each row that a results cell asks for."""
    (call,) = [
        node
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "show_results"
    ]
    rows = []
    for row in call.args[1].elts:
        # The value is calculated; everything else is a literal, or *a_named_range.
        fields = []
        for place, field in enumerate(row.elts):
            if isinstance(field, ast.Starred):
                fields += constants[ast.unparse(field.value)]
            elif place != 1:
                fields.append(ast.literal_eval(field))
        name, low, high, unit = fields
        rows.append((name, float(low), float(high), unit))
    return rows
