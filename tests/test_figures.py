"""What README.md and CONTRIBUTING.md claim is so in the files they speak of."""

import re
import tomllib

import claims
import documents
import nbformat
import playground
import pytest
import sweep
from claims import Interval, problem_with
from conftest import MEMORY, ROOT

LESSONS = {
    path.name[:2]: nbformat.read(path, as_version=4)
    for path in ROOT.glob("notebooks/*.ipynb")
}
# The rows of all lessons, such as `12 heart_energy`, with their expected ranges.
ROWS = {
    f"`{lesson} {row['metric']}`": Interval(row["low"], row["high"])
    for lesson, notebook in LESSONS.items()
    for row in claims.results_rows(notebook)
}
NAMES = {
    "MAX_LINE": documents.MAX_LINE,
    "CODE_CELLS": documents.CODE_CELLS,
    "MAX_UNCOMPARED_CELLS": documents.MAX_UNCOMPARED_CELLS,
    "LONGEST_READING": documents.LONGEST_READING,
    "WORDS_A_MINUTE": documents.WORDS_A_MINUTE,
    "CODE_LINES_A_MINUTE": documents.CODE_LINES_A_MINUTE,
    "MAX_EXCEPTIONS": claims.MAX_EXCEPTIONS,
    "ABOUT": claims.ABOUT,
    "SEEDS": len(sweep.SEEDS),
    "NEAREST": sweep.NEAREST,
    "FARTHEST": sweep.FARTHEST,
    "LARGEST_MODEL_MB": playground.LARGEST / 1e6,
    "LESSONS": len(LESSONS),
    "MEMORY": MEMORY / 2**30,
    **claims.published("measured"),
    **ROWS,
}
CLAIMS = {
    "README.md": [
        {"text": "Fifteen notebooks", "value": "LESSONS"},
        {"text": "at most 2 GiB of memory", "value": "MEMORY"},
        # In lesson 12: the range of a window against the best of the autoencoders.
        {
            "text": "Where that method wins",
            "value": "`12 sensors_range_precision` - `12 sensors_precision`",
            "low": 0,
        },
    ],
    "CONTRIBUTING.md": [
        {"text": "about 22 minutes", "value": "measured.make_test_minutes"},
        {"text": "at most 88 characters", "value": "MAX_LINE"},
        {"text": "at most 1 MB of weights", "value": "LARGEST_MODEL_MB"},
        {"text": "in half precision", "why": "a term of the field"},
        {"text": "15 to 35 code cells", "value": "min(CODE_CELLS[0], CODE_CELLS[1])"},
        {"text": "to 35 code cells", "value": "max(CODE_CELLS[0], CODE_CELLS[1])"},
        {"text": "about two minutes of computing", "why": "a rule, not a measurement"},
        {"text": "on two cores at most", "why": "a rule, not a measurement"},
        {"text": "At most 40 minutes", "value": "LONGEST_READING"},
        {"text": "words / 200", "number": "200", "value": "WORDS_A_MINUTE"},
        {"text": "code lines / 14", "number": "14", "value": "CODE_LINES_A_MINUTE"},
        {"text": "at most 2 GiB of memory", "value": "MEMORY"},
        {"text": "12 ideas", "why": "a rule, not a measurement"},
        {"text": "eight seeds, which `make sweep`", "value": "SEEDS"},
        {"text": "from eight seeds\n\n", "number": "eight", "value": "SEEDS"},
        {"text": "less than half the spread", "number": "half", "value": "NEAREST"},
        {"text": "both ends at half the spread", "number": "half", "value": "NEAREST"},
        {"text": "3 times in 100; with", "why": "tests/test_sweep.py draws it"},
        {"text": "22 times", "why": "tests/test_sweep.py draws it"},
        {"text": "more than twice the spread", "number": "twice", "value": "FARTHEST"},
        {"text": "*Near* 0 or 1", "why": "tests/test_sweep.py holds it"},
        {"text": "as 0 for a squared error", "why": "a bound of theory"},
        {"text": "the lead is above 0", "why": "an example of prose"},
        {"text": "a hundredth of the row's", "why": "tests/test_sweep.py holds it"},
        {"text": "at most two cells", "value": "MAX_UNCOMPARED_CELLS"},
        {"text": "a quarter more or less", "value": "ABOUT"},
        {"text": "at most six exceptions", "value": "MAX_EXCEPTIONS"},
    ],
}


def text_of(document):
    """Return a document without the results, which are held by their own test."""
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.sub("<!-- results.*<!-- end of results -->", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("document", CLAIMS)
def test_every_figure_of_a_document_is_held(document):
    text = text_of(document)
    for claim in CLAIMS[document]:
        assert problem_with(claim, text, NAMES, NAMES) is None
    held = [place for claim in CLAIMS[document] for place in claims.places(claim, text)]
    for said in claims.numbers(claims.readable(text)):
        line = text[: said.start].count("\n")
        is_exercise = text.splitlines()[line].startswith("| ")
        if said.measured and not is_exercise:
            assert any(a <= said.start and said.end <= b for a, b in held), said.text


def test_readme_gives_each_exercise_its_minutes():
    readme = text_of("README.md")
    links = re.findall(r"\[(\d+) minutes\]\(exercises/release/(\w+)/", readme)
    said = {name: minutes for minutes, name in links}
    sources = {path.stem: path for path in ROOT.glob("exercises/source/*/*.ipynb")}
    assert said.keys() == sources.keys()
    for name, minutes in said.items():
        first = nbformat.read(sources[name], as_version=4).cells[0].source
        assert f"{minutes} minutes" in first


def test_figures_of_others_say_where_they_come_from():
    with open(ROOT / "docs" / "published.toml", "rb") as file:
        table = tomllib.load(file)
    assert table
    for entry in table.values():
        assert set(entry) == {"value", "source"}
        assert re.search(r"\d{4}|Keras|pythae", entry["source"])
