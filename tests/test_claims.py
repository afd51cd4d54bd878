"""Claims hold what the prose says: the words, the stored value and the whole range."""

import copy
import math

import claims
import nbformat
import pytest
from claims import Interval, evaluate, literals, numbers, problem_with
from conftest import ROOT

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_every_number_of_a_lesson_is_held(path):
    assert claims.problems(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("206 nats", 205.5, 206.5),
        ("an error of 0.0119", 0.01185, 0.01195),
        ("30%", 0.295, 0.305),
        ("a weight of 3e-3", 0.0025, 0.0035),
        ("55,000 images", 54_999.5, 55_000.5),
        ("sixteen numbers", 15.5, 16.5),
        ("about sixteen numbers", 12, 20),
        ("roughly 8 dB", 6, 10),
        ("more than 2.5 dB", 2.5, math.inf),
        ("at least twice", 2, math.inf),
        ("three quarters or more", 0.75, math.inf),
        ("8 dB or more", 8, math.inf),
        ("less than a third", -math.inf, 1 / 3),
        ("at most 51", -math.inf, 51),
        ("a third", 0.9 / 3, 1.1 / 3),
        ("two thirds", 1.8 / 3, 2.2 / 3),
        ("half", 0.45, 0.55),
        ("twice", 1.8, 2.2),
        ("ten times", 9, 11),
        ("8 to 10%", 0.08, 0.1),
        ("between 3 and 5 nats", 3, 5),
        ("20–30 dB", 20, 30),
        ("−0.73 nats", -0.735, -0.725),
        ("twenty-five", 24.5, 25.5),
        ("two hundred", 199.5, 200.5),
    ],
)
def test_words_say_what_they_allow(text, low, high):
    for said in numbers(text):
        assert said.interval.low == pytest.approx(low)
        assert said.interval.high == pytest.approx(high)
    assert numbers(text)


@pytest.mark.parametrize("text", ["the third image", "2-D", "float32", "v0.11.0", "k2"])
def test_names_and_places_are_no_numbers(text):
    assert numbers(claims.readable(text)) == []


ROWS = {"`gain_db`": Interval(8.0, 9.0), "`active`": Interval(12, 19)}
CODE = """
EPOCHS, WEIGHTS = 10, (1.0, 4.0)
seeds = [1]
seeds = [2]


def train(model, weight=0.5):
    return model
"""


def test_values_are_calculated_with_their_ranges():
    names = literals(CODE) | ROWS
    for expression, low, high in [
        ("`gain_db`", 8, 9),
        ("10 ** (`gain_db` / 10)", 10**0.8, 10**0.9),
        ("`active` - `gain_db`", 3, 11),
        ("1 / `active`", 1 / 19, 1 / 12),
        ("max(`gain_db`, `active`)", 12, 19),
        ("WEIGHTS[1] * train.weight", 2, 2),
        ("-EPOCHS", -10, -10),
    ]:
        value = evaluate(expression, names)
        assert (value.low, value.high) == (pytest.approx(low), pytest.approx(high))
    for expression in ("seeds", "`missing`", "model", "1 / (`gain_db` - 8.5)"):
        with pytest.raises(ValueError, match=r"no row|no literal|may be 0"):
            evaluate(expression, names)


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({"text": "about 8 dB better", "value": "`gain_db`"}, None),
        ({"text": "about 9 dB better", "value": "`gain_db`"}, "0 times"),
        ({"text": "dB", "value": "`gain_db`"}, "2 times"),
        ({"text": "with sixteen numbers", "value": "`active`"}, "may be 12 to 19"),
        ({"text": "8.2 dB", "value": "`gain_db`"}, "allows 8.15 to 8.25"),
        ({"text": "better", "value": "`gain_db`", "low": 0}, None),
        ({"text": "better", "value": "-`gain_db`", "low": 0}, "allows 0 to inf"),
        ({"text": "better", "value": "`gain_db`"}, "needs low or high"),
        ({"text": "about 8 dB", "value": "`gain_db`", "low": 0}, "are for words"),
        ({"text": "better", "value": "`gain`", "low": 0}, "no row gain"),
        ({"text": "8.2 dB", "why": "no"}, "needs its reason"),
        ({"text": "8.2 dB", "why": "a figure of speech"}, None),
    ],
)
def test_a_false_claim_is_named(claim, message):
    source = "It is about 8 dB better, with sixteen numbers and 8.2 dB."
    stored = {"`gain_db`": Interval(8.5, 8.5), "`active`": Interval(16, 16)}
    found = problem_with(claim, source, stored, ROWS)
    assert message in found if message else found is None


@pytest.fixture(scope="module")
def lesson():
    return nbformat.read(LESSONS[2], as_version=4)


def claimed_cells(notebook):
    return [cell for cell in notebook.cells if cell.metadata.get("claims")]


def test_a_number_that_nobody_ties_is_found(lesson):
    notebook = copy.deepcopy(lesson)
    for cell in claimed_cells(notebook):
        del cell.metadata["claims"]
    assert len(claims.problems(notebook)) > 10

    notebook = copy.deepcopy(lesson)
    summary = next(c for c in notebook.cells if c.source.startswith("## Summary"))
    summary.source += "\n\nIt is 7.3 dB better, and about nine tenths of it is learned."
    found = "\n".join(claims.problems(notebook))
    assert "7.3 dB" in found
    assert "nine tenths" in found


def test_a_result_that_moves_away_from_a_sentence_is_found(lesson):
    """Move every row far up, then far down: most claims about rows must notice."""
    tied = [
        claim["text"]
        for cell in claimed_cells(lesson)
        for claim in cell.metadata["claims"]
        if "`" in claim.get("value", "")
    ]
    found = ""
    for sign in (1, -1):
        notebook = copy.deepcopy(lesson)
        for place, row in enumerate(claims.results_rows(notebook)):
            # By different amounts, so that ratios and differences move too.
            far = sign * 10.0 ** (3 + place % 7) * (place + 1)
            row["value"] = row["low"] = row["high"] = far
        found += "\n".join(claims.claim_problems(notebook))
    noticed = [text for text in tied if repr(text) in found]
    assert len(noticed) >= 0.9 * len(tied) > 0
