"""Checks know the mistakes: wrong answers are rejected with help, right ones pass."""

import ast
import importlib
import re

import nbformat
import pytest
from conftest import ROOT
from exercise_cells import Exercise

BANKS = [
    importlib.import_module(path.stem) for path in sorted(ROOT.glob("tests/bank_*.py"))
]
EXERCISES = {bank.NAME: Exercise(bank.NAME) for bank in BANKS}


def answers(kind):
    """List every answer of a kind as (exercise, task, answer), named."""
    return [
        pytest.param(bank.NAME, task, answer, id=f"{bank.NAME[:2]}-{task}-{name}")
        for bank in BANKS
        for task, entry in bank.BANK.items()
        for name, answer in entry[kind].items()
    ]


def test_every_exercise_has_a_bank_and_every_task_enough_answers():
    sources = sorted(path.name for path in (ROOT / "exercises" / "source").iterdir())
    assert sources == sorted(EXERCISES)
    for bank in BANKS:
        tasks = [t for t, _ in EXERCISES[bank.NAME].cells if t and t.startswith("task")]
        assert sorted(bank.BANK) == sorted(tasks)
        for entry in bank.BANK.values():
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
    assert EXERCISES[name].run_check(task, answer, hidden=True) == (None, None)


@pytest.mark.parametrize(("name", "task", "answer"), answers("wrong"))
def test_wrong_answers_get_a_helpful_message(name, task, answer):
    code, message = answer
    found, _ = EXERCISES[name].run_check(task, code, hidden=False)
    assert found is not None, "a wrong answer passed the visible check"
    assert re.search(message, found), found


@pytest.mark.parametrize(("name", "task", "answer"), answers("hidden"))
def test_answers_made_for_the_visible_checks_fail_the_hidden_ones(name, task, answer):
    visible, hidden = EXERCISES[name].run_check(task, answer, hidden=True)
    assert visible is None
    assert hidden is not None


def test_an_unanswered_task_is_not_silently_wrong():
    """The stub stops with NotImplementedError instead of returning something."""
    for path in ROOT.glob("exercises/release/*/*.ipynb"):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.metadata.get("nbgrader", {}).get("solution"):
                if cell.cell_type == "code":
                    assert "raise NotImplementedError(" in cell.source
                else:
                    assert "YOUR ANSWER HERE" in cell.source
