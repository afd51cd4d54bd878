"""`make check` tests whatever a change could turn red, and no lesson in vain."""

import ast
import json
import re
import subprocess
import sys
from types import SimpleNamespace

import check
import pytest
from conftest import ROOT

LESSONS = ["notebooks/01_one.ipynb", "notebooks/02_two.ipynb"]
EXERCISES = [f"exercises/source/{name}/{name}.ipynb" for name in ("01_one", "02_two")]
# Each may read everything, so each change concerns them.
READERS = ["tests/test_exercises.py", "tests/test_notebooks.py"]
TESTS = {
    **{path: [f"{path}::Cell 0", f"{path}::Cell 1"] for path in LESSONS},
    EXERCISES[0]: [f"{EXERCISES[0]}::Cell 0", f"{READERS[0]}::test_wrong[01-task-1-x]"],
    EXERCISES[1]: [f"{READERS[0]}::test_points[02_two]"],
    READERS[0]: [f"{READERS[0]}::test_every_exercise_has_a_bank"],
    READERS[1]: [f"{READERS[1]}::test_small[notebooks/01_one.ipynb]"],
    "tests/test_grading.py": ["tests/test_grading.py::test_release"],
    "tests/test_plotting.py": ["tests/test_plotting.py::test_rows"],
}
OTHERS = ["tests/test_grading.py", "tests/test_plotting.py"]
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "source": "About 1.5.", "metadata": {}},
            {"cell_type": "code", "source": "print(1)", "outputs": ["1"]},
        ],
        "metadata": {},
    }
)
FILES = [
    *["course_utils/results.py", "data/mnist/images.gz", "requirements.txt"],
    *["pyproject.toml", "conftest.py", "README.md", "docs/results.md", "scripts/a.py"],
    *["scripts/describe_figures.py", "tests/nbval_sanitize.cfg", "tests/documents.py"],
    *["tests/banks/01_one.txt", "tests/banks/02_two.txt", *READERS, *OTHERS],
]


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """A small course."""
    for path in (*FILES, *LESSONS, *EXERCISES):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(NOTEBOOK)
    (tmp_path / ".gitignore").write_text("html/\n.check.json\n")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    monkeypatch.setattr(check, "ROOT", tmp_path)
    packages = [SimpleNamespace(name="keras", version="3.15.1")]
    monkeypatch.setattr(check.metadata, "distributions", lambda: packages)
    return tmp_path


@pytest.fixture
def made_stale(tree):
    """Return the targets whose keys a change of one file's text changes."""

    def change(path, old, new):
        before = check.find_keys(TESTS)
        text = (tree / path).read_text() if (tree / path).exists() else old
        assert old in text
        (tree / path).parent.mkdir(exist_ok=True)
        (tree / path).write_text(text.replace(old, new))
        after = check.find_keys(TESTS)
        return {target for target in TESTS if before[target] != after[target]}

    return change


def test_every_test_has_its_target(tree):
    for target, tests in TESTS.items():
        assert {check.target_of(test) for test in tests} == {target}


def test_nothing_changed(made_stale):
    assert made_stale("README.md", "1.5", "1.5") == set()
    assert made_stale("html/index.html", "old", "new") == set()


@pytest.mark.parametrize(
    ("old", "new"), [("print(1)", "print(2)"), ('["1"]', '["2"]'), ('["1"]', "[]")]
)
def test_code_and_outputs_concern_their_lesson(made_stale, old, new):
    assert made_stale(LESSONS[0], old, new) == {LESSONS[0], *READERS}


def test_prose_concerns_no_cells(made_stale):
    assert made_stale(LESSONS[0], "1.5", "2.5") == set(READERS)
    assert made_stale("README.md", "1.5", "2.5") == set(READERS)
    assert made_stale("docs/new.md", "", "A new file.") == set(READERS)


@pytest.mark.parametrize("path", [EXERCISES[1], "tests/banks/02_two.txt"])
def test_an_exercise_and_its_answers_go_together(made_stale, path):
    grading = ["tests/test_grading.py"] if path == EXERCISES[1] else []
    assert made_stale(path, "1.5", "2.5") == {EXERCISES[1], *READERS, *grading}


def test_what_tests_share_concerns_all_that_can_use_it(made_stale):
    assert made_stale("tests/documents.py", "1.5", "2") == {*EXERCISES, *READERS}
    assert made_stale("tests/test_exercises.py", "1.5", "2") == {*EXERCISES, *READERS}
    assert made_stale("tests/test_plotting.py", "1.5", "2") == {*READERS, OTHERS[1]}
    assert made_stale("scripts/a.py", "1.5", "2") == {*READERS, *OTHERS}


@pytest.mark.parametrize(
    "path",
    [
        "course_utils/results.py",
        "course_utils/datasets/new.py",
        "data/mnist/images.gz",
        "requirements.txt",
        "pyproject.toml",
        "conftest.py",
        "scripts/describe_figures.py",
        "tests/nbval_sanitize.cfg",
    ],
)
def test_what_everything_uses_concerns_everything(made_stale, path):
    assert made_stale(path, "1.5", "2.5") == set(TESTS)
    assert made_stale(path, "2.5", "") == set(TESTS)


def test_another_environment_concerns_everything(tree, monkeypatch):
    before = check.find_keys(TESTS)
    monkeypatch.setattr(sys, "version", "3.13.9")
    other_python = check.find_keys(TESTS)
    packages = [SimpleNamespace(name="keras", version="3.12.0")]
    monkeypatch.setattr(check.metadata, "distributions", lambda: packages)
    other_packages = check.find_keys(TESTS)
    for target in TESTS:
        assert before[target] != other_python[target] != other_packages[target]


@pytest.fixture
def run(tree, monkeypatch, capsys):
    """Run the command with a pytest that only pretends; return what it tests."""

    def run(red=(), killed_after=None, meanwhile=lambda: None):
        tested = []

        def main(arguments, plugins):
            if "--collect-only" in arguments:
                items = [SimpleNamespace(nodeid=t) for ts in TESTS.values() for t in ts]
                plugins[0].pytest_collection_finish(SimpleNamespace(items=items))
                return 0
            tested.extend(name for name in arguments if "::" in name)
            meanwhile()
            for name in tested[:killed_after]:
                for when in ("setup", "call", "teardown"):
                    failed = name in red and when == "call"
                    report = SimpleNamespace(nodeid=name, when=when, failed=failed)
                    plugins[0].pytest_runtest_logreport(report)
            return int(bool(red))

        monkeypatch.setattr(check.pytest, "main", main)
        monkeypatch.chdir(tree)
        assert check.main() == int(bool(red))
        return tested

    return run


EVERYTHING = [test for tests in TESTS.values() for test in tests]


def test_a_fresh_clone_tests_everything_and_then_nothing(tree, run):
    assert run() == EVERYTHING
    assert run() == []
    (tree / check.STATE).unlink()
    assert run() == EVERYTHING


def test_what_is_red_is_tested_again(run):
    red = TESTS[LESSONS[1]][0]
    assert run(red=[red]) == EVERYTHING
    assert run(red=[red]) == TESTS[LESSONS[1]]
    assert run() == TESTS[LESSONS[1]]
    assert run() == []


def test_a_stopped_run_keeps_what_was_green(tree, run):
    assert run(killed_after=3) == EVERYTHING
    assert run(killed_after=0) == EVERYTHING[2:]
    assert run() == EVERYTHING[2:]
    text = (tree / LESSONS[0]).read_text()
    (tree / LESSONS[0]).write_text(text.replace("print(1)", "print(2)"))
    stale = [*TESTS[LESSONS[0]], *TESTS[READERS[0]], *TESTS[READERS[1]]]
    assert run(killed_after=1) == stale
    (tree / LESSONS[0]).write_text(text)
    assert run() == []


def test_what_changed_meanwhile_is_tested_again(tree, run):
    def write():
        (tree / "README.md").write_text("something else")

    assert run(meanwhile=write) == EVERYTHING
    assert run() == [test for target in READERS for test in TESTS[target]]


def test_files_of_tests_read_no_more_than_they_say():
    """None of them names another folder, or uses what only other tests use."""
    others = {p.stem for p in ROOT.glob("tests/*.py")}
    for path, patterns in check.READS.items():
        text = (ROOT / path).read_text(encoding="utf-8")
        read = set(re.findall(r'(?i)root(?: / |\.glob\()"([^"/]+)', text))
        allowed = {p.split("/")[0] for p in (*check.COMMON, *patterns, "scripts")}
        assert read <= allowed, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {name.name for name in node.names}
                names.add(getattr(node, "module", None))
                assert not names & others, path
