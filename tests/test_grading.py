"""nbgrader makes the student versions and grades them as a fair person would."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import release
from conftest import ROOT

NAME = "01_linear_autoencoder_is_pca"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course with a release just made, so that the original stays."""
    folder = tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "exercises" / "source", folder / "source")
    shutil.copy(ROOT / "exercises" / "nbgrader_config.py", folder)
    release.release(folder)
    return folder


def test_release_is_what_the_source_generates(course):
    made = {p.relative_to(course): p for p in course.glob("release/*/*")}
    kept = {
        p.relative_to(ROOT / "exercises"): p
        for p in ROOT.glob("exercises/release/*/*")
        if p.is_file()
    }
    assert made.keys() == kept.keys()
    for name, path in made.items():
        assert path.read_text() == kept[name].read_text(), f"{name}: run `make release`"


def test_release_gives_nothing_away(course):
    for path in course.glob("release/*/*.ipynb"):
        text = path.read_text()
        assert "BEGIN SOLUTION" not in text
        assert "HIDDEN" not in text
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert cell.outputs == []
                assert cell.execution_count is None


def nbgrader(course, *arguments):
    command = [sys.executable, "-m", "nbgrader", *arguments]
    # nbgrader calls alembic by its name, as in an activated environment.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        cwd=course,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_right_partly_right_and_blank_submissions(course):
    """Full points for the solution, those of the solved tasks for a half, else 0."""
    solved = nbformat.read(course / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    solutions = {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }
    tasks = {
        "right": list(solutions),
        "partly": ["task-1", "task-2"],
        "blank": [],
    }
    for student, answered in tasks.items():
        notebook = nbformat.read(
            course / "release" / NAME / f"{NAME}.ipynb", as_version=4
        )
        for cell in notebook.cells:
            grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
            if grade_id in answered:
                cell.source = solutions[grade_id]
        folder = course / "submitted" / student / NAME
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{NAME}.ipynb")

    nbgrader(course, "generate_assignment", NAME, "--force", "--create")
    nbgrader(course, "autograde", NAME)
    nbgrader(course, "generate_feedback", NAME)
    nbgrader(course, "export")
    with open(course / "grades.csv", newline="") as file:
        scores = {r["student_id"]: float(r["score"]) for r in csv.DictReader(file)}
    # The four points of the written task are given by hand.
    assert scores == {"right": 16, "partly": 7, "blank": 0}
    assert (course / "feedback" / "right" / NAME / f"{NAME}.html").exists()
