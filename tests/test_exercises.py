"""Checks know the mistakes: wrong answers are rejected with help, right ones pass."""

import ast
import re
import signal

import nbformat
import pytest
from conftest import ROOT
from exercise_cells import Exercise, without_spare_cells
from read_bank import read_bank

BANKS = {path.stem: read_bank(path) for path in sorted(ROOT.glob("tests/banks/*.txt"))}
EXERCISES = {name: Exercise(name) for name in BANKS}


@pytest.fixture(autouse=True)
def as_in_a_kernel():
    """Let a check stop an answer that never ends.

    A pytest that was started in the background of a shell ignores interruptions.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def answers(kind):
    """List every answer of a kind as (exercise, task, answer), named."""
    return [
        pytest.param(exercise, task, answer, id=f"{exercise[:2]}-{task}-{name}")
        for exercise, bank in BANKS.items()
        for task, entry in bank.items()
        for name, answer in entry[kind].items()
    ]


def test_every_exercise_has_a_bank_and_every_task_enough_answers():
    sources = sorted(path.name for path in (ROOT / "exercises" / "source").iterdir())
    assert sources == sorted(EXERCISES)
    for name, bank in BANKS.items():
        tasks = [t for t, _ in EXERCISES[name].cells if t and t.startswith("task")]
        assert sorted(bank) == sorted(tasks)
        for entry in bank.values():
            assert len(entry["right"]) >= 2
            assert len(entry["wrong"]) >= 4
            assert len(entry["hidden"]) >= 1


@pytest.mark.parametrize("name", EXERCISES)
def test_points_and_messages(name):
    """The points add up; every visible assertion has a message for the student."""
    path = ROOT / "exercises" / "source" / name / f"{name}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    graded = [c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")]
    points = sum(cell.metadata.nbgrader.points for cell in graded)
    assert f"{points} points" in notebook.cells[0].source
    for cell in graded:
        if cell.cell_type == "code":
            assert cell.metadata.nbgrader.locked
            visible, hidden = cell.source.split("### BEGIN HIDDEN TESTS")
            assert "assert " in hidden
            asserts = [n for n in ast.walk(ast.parse(visible)) if type(n) is ast.Assert]
            assert asserts
            assert all(node.msg for node in asserts)


@pytest.mark.parametrize(("name", "task", "answer"), answers("right"))
def test_right_answers_pass(name, task, answer):
    assert EXERCISES[name].run_check(task, answer.code, hidden=True) == (None, None)


@pytest.mark.parametrize(("name", "task", "answer"), answers("wrong"))
def test_wrong_answers_get_a_helpful_message(name, task, answer):
    found, _ = EXERCISES[name].run_check(task, answer.code, hidden=False)
    assert found is not None, "a wrong answer passed the visible check"
    assert re.search(answer.message, found), found


@pytest.mark.parametrize(("name", "task", "answer"), answers("hidden"))
def test_answers_made_for_the_visible_checks_fail_the_hidden_ones(name, task, answer):
    visible, hidden = EXERCISES[name].run_check(task, answer.code, hidden=True)
    assert visible is None
    assert hidden is not None


def test_cells_that_only_a_figure_needs_are_left_out():
    cells = [
        (None, "import numpy as np"),
        (None, "x = np.arange(3)\nmean = x.mean()"),
        (None, "model = [x]\nerrors = sum(model)"),
        (None, "figure = print(errors)"),
        ("task-1", "def answer():\n    return x"),
        ("check-1", "model = answer()\nassert len(model) == 3"),
    ]
    assert without_spare_cells(cells) == cells[:2] + cells[4:]


def test_an_unanswered_task_is_not_silently_wrong():
    """The stub stops with NotImplementedError instead of returning something."""
    for path in ROOT.glob("exercises/release/*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                if cell.cell_type == "code":
                    assert "raise NotImplementedError(" in cell.source
                else:
                    assert "YOUR ANSWER HERE" in cell.source


BANK = """
=== task-1 start
def add(a, b):
    a = float(a)
    b = float(b)
    return a + b
== DIFFERENCE
- a + b
+ a - b

=== task-1 right
== plain
== in one line
def add(a, b): return a * 1.0 + b

=== task-1 wrong
== integers ? convert
- a = float(a)
+
- b = float(b)
== doubled [DIFFERENCE] ? a sum
- a - b
+ (a - b) * 2
== absolute
? keep the sign|negative numbers
-     b = float(b)
-     return a + b
+     b = abs(float(b))
+     return abs(a) + b
== complex ? convert to float
- float
+ complex
"""


def read(tmp_path, text):
    path = tmp_path / "sums.txt"
    path.write_text(text, encoding="utf-8")
    return read_bank(path)["task-1"]


def test_a_bank_is_read(tmp_path):
    task = read(tmp_path, BANK)
    results = {}
    for name, answer in {**task["right"], **task["wrong"]}.items():
        exec(answer.code, namespace := {})
        results[name] = (repr(namespace["add"](-2, 3)), answer.message)
    assert results == {
        "plain": ("1.0", None),
        "in one line": ("1.0", None),
        "integers": ("1", "convert"),
        "doubled": ("-10.0", "a sum"),
        "absolute": ("5.0", "keep the sign|negative numbers"),
        "complex": ("(1+0j)", "convert to float"),
    }
    assert task["hidden"] == {}


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("- a - b", "- a-b", "task-1 wrong, doubled: the starting code has no 'a-b'"),
        ("- a + b", "- a+b", "task-1 start, DIFFERENCE: the starting code has no"),
        ("[DIFFERENCE]", "[PRODUCT]", "doubled: the task has no such code"),
        (" ? a sum", "", "doubled: wrong answers, and only they, have a message"),
        ("== plain", "== plain ? a sum", "plain: wrong answers, and only they"),
        ("== integers", "== complex", "complex: the second answer of this name"),
        ("+ complex", "complex", "complex: a change is lines of - and then \\+, not"),
        ("- float", "+ float", "complex: a change is lines of - and then \\+, not"),
        ("task-1 right", "task-1 good", "task-1 good: not a section of answers"),
        ("== plain", "plain", "task-1 right: not a section of answers"),
    ],
)
def test_a_mistake_in_a_bank_is_named(tmp_path, old, new, error):
    assert BANK.count(old) == 1
    with pytest.raises(ValueError, match=f"^sums.txt, .*{error}"):
        read(tmp_path, BANK.replace(old, new))


@pytest.mark.parametrize("name", BANKS)
def test_lines_of_a_bank_are_short_and_end_visibly(name):
    text = (ROOT / "tests" / "banks" / f"{name}.txt").read_text("utf-8")
    assert text.endswith("\n")
    lines = text.split("\n")
    assert [line for line in lines if len(line) > 88 or line != line.rstrip()] == []
