"""What makes a notebook fit to be read: the rules, as one function."""

import ast
import re

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
        if any(len(line) > 88 for line in cell.source.splitlines()):
            found.append(f"{name} has a line longer than 88 characters")

    tagged = [cell.metadata.get("tags", []) for cell in code_cells]
    uncompared = sum("nbval-ignore-output" in tags for tags in tagged)
    if uncompared > MAX_UNCOMPARED_CELLS:
        found.append(f"{uncompared} cells are not compared")
    if sum("colab-setup" in tags for tags in tagged) != 1:
        found.append("there must be one Colab setup cell")
    if lesson:
        found += lesson_problems(notebook, code_cells)
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
    if not 15 <= len(code_cells) <= 35:
        found.append(f"{len(code_cells)} code cells; there should be 15 to 35")

    rows = []
    for cell in code_cells:
        if "results" in cell.metadata.get("tags", []):
            for output in cell.outputs:
                data = output.get("data", {}).get("application/json", {"rows": []})
                rows += data["rows"]
    if not rows:
        found.append("there is no results cell with rows")
    for row in rows:
        if row["value"] is None or not row["low"] <= row["value"] <= row["high"]:
            found.append(f"the stored result {row['metric']} is outside its range")
    return found
