"""nbgrader makes the student versions: the source without answers and hidden tests."""

import ast
import os
import re
import shutil
import sys
from pathlib import Path

import nbformat
import pytest
import release
from conftest import ROOT

COURSE = ROOT / "exercises"
WHOLE = "01_linear_autoencoder_is_pca"


@pytest.fixture(scope="module", autouse=True)
def _activated():
    """Find commands as in an activated environment: nbgrader calls alembic so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with a release just made, so that the original stays.

    Its cells have been run, so that they have timestamps.
    """
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(COURSE / "source", folder / "source")
    for path in folder.glob("source/*/*.ipynb"):
        notebook = read(path)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.metadata.execution = {
                    "iopub.execute_input": "2026-01-01T00:00:00Z"
                }
        nbformat.write(notebook, path)
    for name in ("nbgrader_config.py", "preflight.py"):
        shutil.copy(COURSE / name, folder)
    release.release(folder)
    return folder


def read(path):
    return nbformat.read(path, as_version=4)


def mark_of(cell):
    """Return what nbgrader wrote into a cell, or an empty dictionary."""
    return cell.metadata.get("nbgrader", {})


def test_release_is_what_the_source_generates(course):
    assert release.COURSE == COURSE
    made = {path.relative_to(course): path for path in course.glob("release/*/*")}
    kept = {path.relative_to(COURSE): path for path in COURSE.glob("release/*/*")}
    assert made.keys() == kept.keys()
    for name, path in made.items():
        kept_text = kept[name].read_text(encoding="utf-8")
        assert path.read_text(encoding="utf-8") == kept_text, f"{name}: `make release`"


def test_release_is_the_source_without_answers_hidden_tests_and_outputs(course):
    sources = sorted(course.glob("source/*/*.ipynb"))
    assert len(sources) == len(list((course / "source").iterdir()))
    for path in sources:
        released = read(course / "release" / path.parent.name / path.name).cells
        for solved, cell in zip(read(path).cells, released, strict=True):
            assert cell.id == solved.id
            if mark_of(solved).get("solution"):
                assert_unanswered(cell)
            elif mark_of(solved).get("grade"):
                visible, _ = solved.source.split("### BEGIN HIDDEN TESTS")
                assert cell.source == visible.rstrip()
                assert "_hidden" not in cell.source
            else:
                assert cell.source == solved.source
            for key in ("grade", "grade_id", "locked", "points", "solution"):
                assert mark_of(cell).get(key) == mark_of(solved).get(key)
            if cell.cell_type == "code":
                assert cell.outputs == []
                assert cell.execution_count is None
        asked = functions(cell for cell in released if mark_of(cell).get("solution"))
        given = functions(x for x in released if not mark_of(x).get("solution"))
        assert not asked & given, path.name


def functions(cells):
    """Return the names of the functions that code cells define."""
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    nodes = ast.parse(code).body
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("name", sorted(p.name for p in COURSE.glob("source/*")))
def test_points_of_a_task_are_those_in_its_heading(name):
    notebook = read(COURSE / "source" / name / f"{name}.ipynb")
    points = dict.fromkeys(
        re.findall(r"^\| (\d) \|", notebook.cells[0].source, re.M), 0
    )
    for cell in notebook.cells:
        if mark_of(cell).get("grade"):
            points[mark_of(cell).grade_id.split("-")[1]] += mark_of(cell).points
    text = "\n".join(cell.source for cell in notebook.cells)
    headings = re.findall(r"^## Task (\d): .*, (\d) points, \d+ minutes\)$", text, re.M)
    rows = re.findall(r"^\| (\d) \| .* \| (\d) \| \d+ \|$", text, re.M)
    assert headings == rows == [(task, str(x)) for task, x in points.items()]


def assert_unanswered(cell):
    """Assert that nothing is left of an answer: every function only raises an error."""
    if cell.cell_type == "markdown":
        assert cell.source == "YOUR ANSWER HERE"
        return
    for node in ast.walk(ast.parse(cell.source)):
        if isinstance(node, ast.FunctionDef) and node.name != "__init__":
            assert [type(line) for line in node.body] == [ast.Raise], cell.source


def test_what_nbgrader_cannot_release_is_named(tmp_path):
    shutil.copy(COURSE / "nbgrader_config.py", tmp_path)
    notebook = read(COURSE / "source" / WHOLE / f"{WHOLE}.ipynb")
    for name in ("task-1", "task-2"):
        mark_of(cell_of(notebook, name)).grade_id = "same"
    path = tmp_path / "source" / WHOLE / f"{WHOLE}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    message = f"nbgrader failed on {WHOLE}:(.|\n)*Duplicate grade id: same"
    with pytest.raises(RuntimeError, match=message):
        release.release(tmp_path)
    assert not (tmp_path / "gradebook.db").exists()


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)
