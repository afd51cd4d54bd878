"""nbgrader makes the student versions and grades them as a fair person would."""

import copy
import csv
import json
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
    """Run an nbgrader command; return its exit status and what it said."""
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
    return done.returncode, done.stdout + done.stderr


def read_scores(course):
    assert nbgrader(course, "export")[0] == 0
    with open(course / "grades.csv", newline="") as file:
        return {r["student_id"]: float(r["score"]) for r in csv.DictReader(file)}


def solutions(course):
    """Return the reference answers, {grade id: source}."""
    solved = nbformat.read(course / "source" / NAME / f"{NAME}.ipynb", as_version=4)
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in solved.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def hand_in(course, student, answers, change=lambda notebook: None):
    """Submit the released notebook with some answers and something done to it."""
    path = course / "release" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = answers[cell.id]
    change(notebook)
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


def test_right_partly_right_and_blank_submissions(course):
    """Full points for the solution, those of the solved tasks for a half, else 0."""
    solved = solutions(course)
    hand_in(course, "right", solved)
    hand_in(course, "partly", {name: solved[name] for name in ("task-1", "task-2")})
    hand_in(course, "blank", {})

    for command in (
        ("generate_assignment", NAME, "--force", "--create"),
        ("autograde", NAME),
        ("generate_feedback", NAME),
    ):
        status, said = nbgrader(course, *command)
        assert status == 0, said
    # The four points of the written task are given by hand.
    assert read_scores(course) == {"right": 16, "partly": 7, "blank": 0}
    assert (course / "feedback" / "right" / NAME / f"{NAME}.html").exists()


@pytest.fixture(scope="module")
def short_course(tmp_path_factory):
    """A course with exercise 1 without its training task: a submission takes seconds.

    Its tasks 1, 2 and 4 have 4, 3 and 5 points.
    """
    folder = tmp_path_factory.mktemp("short")
    source = folder / "source" / NAME / f"{NAME}.ipynb"
    source.parent.mkdir(parents=True)
    original = ROOT / "exercises" / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(original, as_version=4)
    left_out = ("task-3", "check-3")
    notebook.cells = [cell for cell in notebook.cells if cell.id not in left_out]
    imports = cell_of(notebook, "setup-2")
    imports.source = imports.source.split("from course_utils")[0]
    nbformat.write(notebook, source)
    for name in ("nbgrader_config.py", "preflight.py"):
        shutil.copy(ROOT / "exercises" / name, folder)
    release.release(folder)
    return folder


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def overwrite_checks(notebook):
    for name in ("check-2", "check-4"):
        cell_of(notebook, name).source = "print('all checks passed')"


def delete_check(notebook):
    notebook.cells.remove(cell_of(notebook, "check-2"))


def delete_answer(notebook):
    notebook.cells.remove(cell_of(notebook, "task-2"))


def duplicate(name):
    def change(notebook):
        cell = cell_of(notebook, name)
        twin = copy.deepcopy(cell)
        twin.id = "twin"
        notebook.cells.insert(notebook.cells.index(cell), twin)

    return change


def duplicate_and_improve(notebook):
    """Leave a first try in a copy of the cell above the answer."""
    duplicate("task-2")(notebook)
    cell_of(notebook, "twin").source = "def mix_code(*kernels):\n    return 1, 2"


def strip_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = {}


def save_as_colab(path):
    """Save as Colab does: an older format, with the ids in the metadata."""
    notebook = json.loads(path.read_text())
    notebook["nbformat_minor"] = 0
    notebook["metadata"]["colab"] = {"provenance": []}
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    path.write_text(json.dumps(notebook))


def preflight(course, *arguments):
    """Run the preflight with a Python that has nothing installed."""
    paths = sorted(path.as_posix() for path in course.glob("submitted/*/*/*.ipynb"))
    command = [sys.executable, "-I", "-S", "preflight.py", *arguments, *paths]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert done.stderr == ""
    lines = {path.split("/")[-3]: [] for path in paths}
    for line in done.stdout.splitlines():
        path, said = line.split(".ipynb: ", maxsplit=1)
        lines[path.split("/")[-3]].append(said)
    return lines


def test_every_kind_of_submission_gets_a_fair_score_or_a_report(short_course):
    solved = solutions(short_course)
    for student, answers in {
        "right": solved,
        "partly": {"task-1": solved["task-1"]},
        "wrong": {
            **solved,
            "task-2": "def mix_code(e, d, m):\n    return e @ m, m @ d",
        },
        "looping": {**solved, "task-2": "while True:\n    pass"},
        "crashing": {**solved, "task-2": "1 / 0"},
        "unreadable": {**solved, "task-2": "def mix_code(:"},
        "dying": {**solved, "task-2": "import os\n\nos._exit(1)"},
        "empty": {},
        "text": {},
    }.items():
        path = hand_in(short_course, student, answers)
    path.write_text("def fit_pca(x, code_size):\n    pass\n")
    (short_course / "submitted" / "empty" / NAME / path.name).write_text("")
    for student, change in {
        "overwritten": overwrite_checks,
        "deleted check": delete_check,
        "deleted answer": delete_answer,
        "duplicated check": duplicate("check-2"),
        "duplicated answer": duplicate_and_improve,
        "stripped": strip_metadata,
    }.items():
        kept = {"task-1": solved["task-1"]} if student == "overwritten" else solved
        hand_in(short_course, student, kept, change)
    save_as_colab(hand_in(short_course, "colab", solved))

    said = preflight(short_course)
    for student in ("right", "wrong", "looping", "crashing", "dying", "colab"):
        assert said[student] == ["ready"]
    for student, words in {
        "partly": "task-2: not answered yet",
        "unreadable": "task-2: Python cannot read the answer",
        "overwritten": "check-2: the check was changed",
        "deleted check": "check-2: the cell is missing",
        "deleted answer": "task-2: the cell is missing",
        "duplicated check": "check-2: it is there 2 times",
        "duplicated answer": "task-2: it is there 2 times",
        "stripped": "task-4: the cell lost its grading mark",
        "empty": "the file is empty",
        "text": "this is not a notebook",
    }.items():
        assert any(line.startswith(words) for line in said[student]), said[student]

    said = preflight(short_course, "--repair")
    for student in ("duplicated check", "duplicated answer", "stripped"):
        assert said[student][-1] == "ready"

    nbgrader(short_course, "generate_assignment", NAME, "--force", "--create")
    status, said = nbgrader(
        short_course, "autograde", NAME, "--ExecutePreprocessor.timeout=20"
    )
    # Three cannot be graded, and the last lines say who.
    assert status == 1
    for student in ("dying", "empty", "text"):
        assert f"for student '{student}'" in said[-2000:]
    status, said = nbgrader(short_course, "generate_feedback", NAME)
    assert status == 0, said
    assert read_scores(short_course) == {
        "right": 12,
        "partly": 4,
        "wrong": 9,
        "looping": 9,
        "crashing": 9,
        "unreadable": 9,
        "overwritten": 4,
        "deleted check": 12,
        "deleted answer": 9,
        "duplicated check": 12,
        "duplicated answer": 12,
        "stripped": 12,
        "colab": 12,
        "dying": 0,
        "empty": 0,
        "text": 0,
    }
    feedback = {path.parts[-3] for path in short_course.glob("feedback/*/*/*.html")}
    assert feedback == set(read_scores(short_course)) - {"dying", "empty", "text"}
