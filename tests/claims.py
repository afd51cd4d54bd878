"""Sentences that state a number, held by what the lesson measures.

A Markdown cell may carry ``claims`` in its metadata, a list of records such as

    {"text": "about sixteen of the numbers", "value": "`active_numbers`"}
    {"text": "a third of the 512 units", "number": "a third", "value": "`dead`"}
    {"text": "top-k does best", "value": "`top_k_ratio`", "high": 1}
    {"text": "KL weight 4", "value": "KL_WEIGHTS[2]"}
    {"text": "15 years", "why": "history, not a measurement"}

``text`` stands once in the cell. ``value`` is calculated from rows of the results
cell (in backticks), from names and default arguments to which the code gives a
literal (``EPOCHS``, ``train.weight``) and from `published` figures of others.
The stored value and the whole expected range must be what the words allow: the
number in the text says this itself, or ``low`` and ``high`` do. ``why`` makes an
exception.

python tests/claims.py NOTEBOOK ...    prints what is not held
"""

import ast
import math
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
MAX_EXCEPTIONS = 6
# How far "about N" may be from N, and "a third" from 1/3, as parts of N.
ABOUT = 0.25
FRACTION = 0.1

WHOLE = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen "
        "fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(),
        range(21),
        strict=True,
    )
)
TENS = dict(
    zip(
        "thirty forty fifty sixty seventy eighty ninety".split(),
        range(30, 100, 10),
        strict=True,
    )
)
LARGE = {"hundred": 100, "thousand": 1000, "million": 10**6}
PARTS = dict(
    zip(
        "half third quarter fifth sixth seventh eighth ninth tenth".split(),
        range(2, 11),
        strict=True,
    )
)
PARTS |= {"twentieth": 20, "thirtieth": 30, "hundredth": 100, "thousandth": 1000}
MULTIPLES = {"twice": 2, "double": 2, "doubled": 2, "doubles": 2, "threefold": 3}
MULTIPLES |= {"tenfold": 10, "hundredfold": 100}


def any_of(words):
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


COUNT = rf"{any_of(WHOLE | TENS)}(?:-{any_of(WHOLE)})?(?: {any_of(LARGE)})?"
DIGITS = r"[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:e[-−]?\d+)?"
PART = rf"(?:(?:an? |one )?half|(?:an?|{any_of(WHOLE)}) {any_of(PARTS)}s?)"
UNIT = (
    r"(?: ?%| percent| dB| nats?| bits?| times| seconds?| minutes?| [GM]B|°| degrees?)"
)
NUMBER = re.compile(
    rf"(?<![\w.,-])(?:(?P<digits>{DIGITS})(?:-fold)?|(?P<part>{PART})|"
    rf"(?P<multiple>{any_of(MULTIPLES)})|(?P<count>{COUNT}))"
    rf"(?P<unit>{UNIT})?(?![\w-]|\.\d)",
    re.IGNORECASE,
)

A = r"\W*(?:(?:an?|the|its|only|just|even) )?$"
AT_LEAST = (
    r"more than|over|above|at least|exceeds?|beyond|no fewer than|larger than"
    r"|better than"
)
AT_MOST = (
    r"less than|fewer than|below|under|at most|up to|within|no more than|smaller than"
)
ROUGHLY = r"about|around|roughly|some|nearly|almost|close to|approximately|≈"
BEFORE = {
    kind: re.compile(rf"(?:^|\W)(?:{words}){A}", re.IGNORECASE)
    for kind, words in {
        "at least": AT_LEAST,
        "at most": AT_MOST,
        "about": ROUGHLY,
    }.items()
}
AFTER = {
    "at least": re.compile(r"\W*(?:[\w-]+\W+){0,2}(?:or more|at least|and more)\b"),
    "at most": re.compile(r"\W*(?:[\w-]+\W+){0,2}(?:or (?:less|fewer)|at most)\b"),
}


@dataclass(frozen=True)
class Interval:
    """All numbers from low to high."""

    low: float
    high: float

    def contains(self, other):
        # The slack is for binary fractions: 0.3 is not exactly 30 × 0.01.
        slack = 1e-9 * max(1, abs(other.low), abs(other.high))
        return self.low - slack <= other.low and other.high <= self.high + slack

    def map(self, function, other=None):
        """Apply a function that has its extremes at the ends."""
        others = (other.low, other.high) if other else ()
        results = [
            function(a, *b)
            for a in (self.low, self.high)
            for b in ([(end,) for end in others] or [()])
        ]
        return Interval(min(results), max(results))

    def __str__(self):
        return f"{self.low:.6g} to {self.high:.6g}"


@dataclass(frozen=True)
class Said:
    """A number in a text: where it stands and what it may mean."""

    start: int
    end: int
    text: str
    value: float
    interval: Interval
    digits: bool
    # With a unit, or words such as "about": no literal in the code explains it.
    measured: bool


def numbers(text):
    """Find all numbers in a text, in digits or words."""
    found = []
    for match in NUMBER.finditer(text):
        value, step = meaning(match)
        interval = allowed(text, match, value, step)
        vague = interval != rounded(value, step)
        in_words = match["part"] or match["multiple"]
        found.append(
            Said(
                *(match.start(), match.end(), match.group().strip(), value, interval),
                digits=match["digits"] is not None,
                measured=bool(match["unit"] or in_words or vague),
            )
        )
    for first, second in zip(found, found[1:], strict=False):
        between = text[first.end : second.start]
        before = text[: first.start]
        is_range = re.fullmatch(r"\s*(?:to|–)\s*", between) or (
            re.fullmatch(r"\s*and\s*", between) and re.search(r"between\s*$", before)
        )
        if is_range:
            # In "20 to 30%", both are percentages.
            percent = "%" in second.text and "%" not in first.text
            low = first.value / 100 if percent else first.value
            both = Interval(min(low, second.value), max(low, second.value))
            for said in (first, second):
                place = found.index(said)
                found[place] = Said(
                    *(said.start, said.end, said.text, said.value, both),
                    *(said.digits, first.measured or second.measured),
                )
    return found


def meaning(match):
    """Return a number's value, and the width of what rounds to it."""
    text = match.group().lower().replace("−", "-")
    if match["digits"]:
        digits = match["digits"].replace(",", "").replace("−", "-")
        mantissa, _, exponent = digits.partition("e")
        decimals = len(mantissa.partition(".")[2])
        value, step = float(digits), 10.0 ** (int(exponent or 0) - decimals)
    elif match["part"]:
        *count, part = text.removesuffix((match["unit"] or "").lower()).split()
        name = part if part in PARTS else part.removesuffix("s")
        value = WHOLE.get(count[0] if count else "a", 1) / PARTS[name]
        step = 2 * FRACTION * value
    elif match["multiple"]:
        value = MULTIPLES[match["multiple"].lower()]
        step = 2 * FRACTION * value
    else:
        first, _, large = match["count"].lower().partition(" ")
        value = sum((WHOLE | TENS)[word] for word in first.split("-"))
        value *= LARGE.get(large, 1)
        step = 1
    unit = (match["unit"] or "").strip().lower()
    if unit in ("%", "percent"):
        value, step = value / 100, step / 100
    if unit == "times" and not match["digits"]:
        step = 2 * FRACTION * value
    return value, step


def allowed(text, match, value, step):
    """Return the values for which the words around a number are true."""
    before, after = text[: match.start()], text[match.end() :]
    for kind in ("at least", "at most", "about"):
        follows = kind in AFTER and AFTER[kind].match(after)
        if BEFORE[kind].search(before) or follows:
            if kind == "at least":
                return Interval(value, math.inf)
            if kind == "at most":
                return Interval(-math.inf, value)
            return rounded(value, 2 * ABOUT * abs(value))
    return rounded(value, step)


def rounded(value, step):
    """Return what rounds to a value in steps of a size."""
    return Interval(value - step / 2, value + step / 2)


FUNCTIONS = {"abs": abs, "exp": math.exp, "log": math.log, "log2": math.log2}
FUNCTIONS |= {"log10": math.log10, "sqrt": math.sqrt, "min": min, "max": max}
OPERATORS = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.Pow: lambda a, b: a**b,
}


def evaluate(expression, names):
    """Calculate an expression with intervals in the place of numbers."""
    rows = re.findall(r"`([^`]+)`", expression)
    for number, row in enumerate(rows):
        if f"`{row}`" not in names:
            raise ValueError(f"there is no row {row}")
        expression = expression.replace(f"`{row}`", f"row_{number}")
    names = names | {f"row_{n}": names[f"`{row}`"] for n, row in enumerate(rows)}
    return as_interval(calculate(ast.parse(expression, mode="eval").body, names))


def as_interval(value):
    if isinstance(value, Interval):
        return value
    return Interval(float(value), float(value))


def calculate(node, names):
    """Calculate one node of an expression's tree."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name | ast.Attribute):
        name = ast.unparse(node)
        if name not in names:
            raise ValueError(f"the code gives {name} no literal, or several")
        return names[name]
    if isinstance(node, ast.Subscript):
        return calculate(node.value, names)[ast.literal_eval(node.slice)]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return as_interval(calculate(node.operand, names)).map(lambda a: -a)
    if isinstance(node, ast.BinOp):
        left = as_interval(calculate(node.left, names))
        right = as_interval(calculate(node.right, names))
        if isinstance(node.op, ast.Div) and right.low <= 0 <= right.high:
            raise ValueError(f"{ast.unparse(node.right)} may be 0")
        return left.map(OPERATORS[type(node.op)], right)
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        first, *rest = (as_interval(calculate(a, names)) for a in node.args)
        if name == "abs" and first.low < 0 < first.high:
            return Interval(0, max(-first.low, first.high))
        if name == "len":
            return len(calculate(node.args[0], names))
        for other in rest:
            first = first.map(FUNCTIONS[name], other)
        return first if rest else first.map(FUNCTIONS[name])
    raise ValueError(f"{ast.unparse(node)} is no part of a claim's value")


def literals(code):
    """Return the names and default arguments to which code gives one literal."""
    found, seen = {}, []
    tree = ast.parse(code)

    def give(name, node):
        seen.append(name)
        try:
            found[name] = ast.literal_eval(node)
        except ValueError:
            pass

    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        for target in targets:
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
            else:
                pairs = [(target, node.value)]
            for name, value in pairs:
                give(ast.unparse(name), value)
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            functions = [(node.name, f) for f in node.body if is_function(f)]
            functions = [(name, f) for name, f in functions if f.name == "__init__"]
        elif is_function(node) and node.name != "__init__":
            functions = [(node.name, node)]
        else:
            functions = []
        for name, function in functions:
            arguments = function.args.args[::-1]
            defaults = function.args.defaults[::-1]
            for argument, default in zip(arguments, defaults, strict=False):
                give(f"{name}.{argument.arg}", default)
    return {name: value for name, value in found.items() if seen.count(name) == 1}


def is_function(node):
    return isinstance(node, ast.FunctionDef)


def published(name="published"):
    """Return the figures of docs/published.toml or another, {"published.x": value}."""
    with open(ROOT / "docs" / f"{name}.toml", "rb") as file:
        table = tomllib.load(file)
    return {f"{name}.{entry}": table[entry]["value"] for entry in table}


def results_rows(notebook):
    """Return the rows of the stored results."""
    return [
        row
        for cell in notebook.cells
        if "results" in cell.metadata.get("tags", [])
        for output in cell.outputs
        for row in output.get("data", {}).get("application/json", {}).get("rows", [])
    ]


def code_of(notebook):
    return "\n".join(c.source for c in notebook.cells if c.cell_type == "code")


def problem_with(claim, source, stored, ranges):
    """Say what is wrong with a claim about a cell's source, or return None."""
    text = claim["text"]
    part = claim.get("number", text)
    if source.count(text) != 1:
        return f"stands {source.count(text)} times in the cell"
    if text.count(part) != 1:
        return f"{part!r} stands {text.count(part)} times in it"
    if "why" in claim:
        return None if len(claim["why"]) > 10 else "an exception needs its reason"
    said = numbers(part)
    if said and ("low" in claim or "high" in claim):
        return "its number says what is allowed; low and high are for words"
    if not said and not ("low" in claim or "high" in claim):
        return "has no number, so it needs low or high"
    limits = [number.interval for number in said] or [
        Interval(claim.get("low", -math.inf), claim.get("high", math.inf))
    ]
    try:
        value = evaluate(claim["value"], stored)
        expected = evaluate(claim["value"], ranges)
    except (ArithmeticError, LookupError, SyntaxError, ValueError) as error:
        return f"{claim['value']}: {error}"
    for limit in limits:
        if not limit.contains(value):
            return f"allows {limit}, and {claim['value']} is {value.low:.6g}"
        if not limit.contains(expected):
            return f"allows {limit}, and {claim['value']} may be {expected}"
    return None


def claim_problems(notebook):
    """List the claims of a notebook that nothing holds."""
    constants = literals(code_of(notebook)) | published()
    rows = results_rows(notebook)
    stored = {f"`{r['metric']}`": Interval(r["value"], r["value"]) for r in rows}
    ranges = {f"`{r['metric']}`": Interval(r["low"], r["high"]) for r in rows}
    found = []
    for cell in notebook.cells:
        for claim in cell.metadata.get("claims", []):
            problem = problem_with(
                claim, cell.source, constants | stored, constants | ranges
            )
            if problem:
                found.append(f"cell {cell.id}: {claim['text']!r}: {problem}")
    return found


# What holds no measurement: code, links' targets, names such as "2-D", citations.
SILENT = re.compile(
    r"```.*?```|`[^`]*`|\]\([^)]*\)|\$\$.*?\$\$|^\s*\d+\. |\b\d+-D\b|\d+×\d+(?:×\d+)?"
    r"|\b(?:[Ll]essons?|[Ee]xercises?|[Cc]hapters?|[Ss]ections?|[Tt]asks?) \d+"
    r"(?:(?:, | and | to )\d+)*|\b(?:19|20)\d\d\b|<[^>]*>",
    re.DOTALL | re.MULTILINE,
)


def blank(match):
    return " " * len(match.group())


def readable(source):
    """Blank out what holds no measurement, and formulas but for "= number"."""
    source = SILENT.sub(blank, source)
    return re.sub(
        r"\$[^$]*\$",
        lambda m: "".join(
            char if keep else " "
            for char, keep in zip(m.group(), equal_parts(m.group()), strict=True)
        ),
        source,
    )


def equal_parts(formula):
    """Mark the characters of a formula that belong to a number behind a sign."""
    keep = [False] * len(formula)
    for match in re.finditer(rf"(?:[=<>]|\\approx|\\l?eq?)\s*({DIGITS})", formula):
        keep[match.start(1) : match.end(1)] = [True] * (match.end(1) - match.start(1))
    return keep


def known_numbers(notebook):
    """Return the numbers that code or compared outputs hold exactly."""
    known = {0.0, 1.0}
    for node in ast.walk(ast.parse(code_of(notebook))):
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            known.add(float(node.value))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if "nbval-ignore-output" not in cell.metadata.get("tags", []):
                text = "\n".join(o.get("text", "") for o in cell.outputs)
                known |= {float(d.replace(",", "")) for d in NUMERAL.findall(text)}
    return known


NUMERAL = re.compile(r"(?<![\w.])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w.])")


def unheld(notebook):
    """List the numbers between Train and Exercises that nothing holds."""
    known = known_numbers(notebook)
    found, section, reading = [], "", False
    for cell in notebook.cells:
        if cell.cell_type != "markdown":
            continue
        # A cell never holds two sections that are read differently.
        heading = re.search(r"^## (.+)$", cell.source, re.MULTILINE)
        if heading:
            section = heading[1]
            reading = reading or section.startswith("Train")
        if not reading or section.startswith(("Exercises", "Further reading")):
            continue
        held = [
            place
            for claim in cell.metadata.get("claims", [])
            for place in places(claim, cell.source)
        ]
        for said in numbers(readable(cell.source)):
            covered = any(a <= said.start and said.end <= b for a, b in held)
            known_here = said.digits and abs(said.value) in known and not said.measured
            # "More than one" and "above 0" are figures of speech.
            speech = said.value == 0 or said.text.lower() == "one"
            if covered or known_here or speech:
                continue
            if said.measured or said.digits or said.value > 10:
                line = cell.source[: said.start].count("\n")
                sentence = cell.source.splitlines()[line].strip()
                found.append(f"cell {cell.id}: {said.text!r} in {sentence[:90]!r}")
    return found


def places(claim, source):
    """Return where the part of a claim that it holds stands in the source."""
    part = claim.get("number", claim["text"])
    start = source.find(claim["text"]) + claim["text"].find(part)
    return [(start, start + len(part))]


def exceptions(notebook):
    return [
        claim["text"]
        for cell in notebook.cells
        for claim in cell.metadata.get("claims", [])
        if "why" in claim
    ]


def problems(notebook):
    """List everything that is wrong with the claims of a lesson."""
    found = claim_problems(notebook) + unheld(notebook)
    made = exceptions(notebook)
    if len(made) > MAX_EXCEPTIONS:
        found.append(f"{len(made)} exceptions; there may be {MAX_EXCEPTIONS}: {made}")
    return found


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(path)
        print(*problems(nbformat.read(path, as_version=4)), sep="\n")
