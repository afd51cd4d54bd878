"""nbgrader makes the student versions and grades them as a fair person would."""

import ast
import copy
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
import release
from conftest import ROOT

COURSE = ROOT / "exercises"
WHOLE = "01_linear_autoencoder_is_pca"
SHORT = "04_denoising_autoencoder"


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


def solutions(course, name):
    """Return the reference answers of an exercise, {grade id: source}."""
    solved = read(course / "source" / name / f"{name}.ipynb")
    return {
        mark_of(cell).grade_id: cell.source
        for cell in solved.cells
        if mark_of(cell).get("solution")
    }


def hand_in(course, name, student, answers, change=lambda notebook: None):
    """Submit the released notebook with some answers and something done to it."""
    notebook = read(course / "release" / name / f"{name}.ipynb")
    for cell in notebook.cells:
        if cell.id in answers:
            cell.source = answers[cell.id]
    change(notebook)
    path = course / "submitted" / student / name / f"{name}.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return path


def test_the_commands_of_the_guide_grade_a_class(course):
    """What exercises/README.md tells instructors to type, typed."""
    hand_in(course, WHOLE, "right", solutions(course, WHOLE), strip_metadata)
    hand_in(course, WHOLE, "empty", {}).write_text("", encoding="utf-8")
    guide = (COURSE / "README.md").read_text(encoding="utf-8")
    steps = {
        "python preflight.py": 1,  # 1 is a shell's word for "something is wrong"
        "nbgrader generate_assignment": 0,
        "nbgrader autograde": 1,
        "nbgrader generate_feedback": 0,
        "nbgrader export": 0,
    }
    for place in ("submitted/STUDENT/NAME/NAME.ipynb", "feedback/", "grades.csv"):
        assert f"`{place}`" in guide
    commands = re.findall(r"`((?:python|nbgrader) .+?)`", guide)
    assert [" ".join(command.split()[:2]) for command in commands] == list(steps)
    for command, status in zip(commands, steps.values(), strict=True):
        done = subprocess.run(
            command.replace("NAME", WHOLE),
            shell=True,
            cwd=course,
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == status, done.stderr
        if "autograde" in command:
            assert "for student 'empty'" in done.stderr[-1000:]
    with open(course / "grades.csv", newline="", encoding="utf-8") as file:
        scores = {
            row["student_id"]: float(row["score"]) for row in csv.DictReader(file)
        }
    # The four points of the written task are given by hand.
    assert scores == {"right": 16, "empty": 0}
    assert (course / "feedback" / "right" / WHOLE / f"{WHOLE}.html").exists()


def test_the_guide_says_what_becomes_of_every_kind_of_submission(course):
    guide = (COURSE / "README.md").read_text(encoding="utf-8")
    table = re.search(r"\| submission \| score \|\n.+\n((?:\|.+\n)+)", guide)[1]
    assert table.splitlines() == [f"| {row} |" for row in SCORES if "|" in row]
    settings = release.open_course(course).config.ExecutePreprocessor
    assert settings.timeout == 120  # two minutes


@pytest.fixture(scope="module")
def short_course(tmp_path_factory, course):
    """A course with two tasks of exercise 4 and its written one, on random images.

    They need NumPy alone, so that grading a submission takes a second. The points are
    2, 1 and 2 for task 1, 2 and 1 for task 2.
    """
    folder = tmp_path_factory.mktemp("short")
    notebook = read(COURSE / "source" / SHORT / f"{SHORT}.ipynb")
    left_out = r"(task|check)-[35]|task-4-explain-a-figure.*-2$"
    notebook.cells = [x for x in notebook.cells if not re.match(left_out, x.id)]
    cell_of(notebook, "setup-3").source = "import numpy as np"
    images = 'x_test = np.random.default_rng(0).random((500, 64), dtype="float32")'
    cell_of(notebook, "setup-5").source = images
    source = folder / "source" / SHORT / f"{SHORT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    shutil.copy(COURSE / "preflight.py", folder)
    # An endless answer takes until it is stopped.
    settings = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    settings += "c.ExecutePreprocessor.timeout = 5\n"
    # Both courses share a gradebook, since to make one takes seconds.
    gradebook = f"sqlite:///{course.as_posix()}/gradebook.db"
    settings += f"c.CourseDirectory.db_url = {gradebook!r}\n"
    (folder / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    release.release(folder)
    return folder


# What each kind of submission gets, by the rows of the table in exercises/README.md.
SCORES = {
    "as it should be": {"right": 8, "partly": 5, "blank": 0},
    "an answer is wrong, raises an error or cannot be read by Python | "
    "the points of the other tasks": {
        "wrong": 6,
        "careless": 6,
        "crashing": 5,
        "unreadable": 5,
    },
    "an answer never ends | stopped after two minutes; the points of the other tasks": {
        "looping": 5
    },
    "the checks were changed, or one was deleted | "
    "as if they had not been: the original checks count": {
        "overwritten": 5,
        "deleted check": 8,
    },
    "a set-up cell was changed, emptied or deleted | "
    "as if it had not been: the original one counts": {
        "changed data": 8,
        "emptied data": 8,
        "deleted data": 8,
        "deleted set-up": 8,
    },
    "an answer was deleted | the points of the other tasks": {
        "deleted answer": 5,
        "deleted answer and check": 5,
    },
    "a check was deleted, and the answer has a helper below it": {"helped": 8},
    "the written answer was deleted": {"deleted written answer": 8},
    "cells are of another type, or have the mark of another exercise": {
        "turned": 8,
        "pasted": 8,
    },
    "a cell is there twice | "
    "after `--repair` the last copy counts; without, it cannot be graded": {
        "duplicated check": 8,
        "duplicated answer": 8,
        "twice": 0,
    },
    "the grading marks are gone | "
    "as if nothing had happened; a written answer is found only after `--repair`": {
        "stripped": 8,
        "unmarked": 8,
    },
    "saved by Colab | as if nothing had happened": {"colab": 8},
    "an empty file, not a notebook, or code that kills the kernel | "
    "not graded, with the reason": {
        "empty": 0,
        "text": 0,
        "json": 0,
        "dying": 0,
    },
    "another file name": {"renamed": 0},
}


def overwrite_checks(notebook):
    for name in ("check-2-psnr", "check-2-sigma"):
        cell_of(notebook, name).source = "print('all checks passed')"


def delete(*names):
    def change(notebook):
        for name in names:
            notebook.cells.remove(cell_of(notebook, name))

    return change


def help_below(notebook):
    """Let the answer call a function in a cell below it, and delete its check."""
    cell = cell_of(notebook, "task-2")
    helper = nbformat.v4.new_code_cell(cell.source.replace("psnr", "helper"))
    cell.source += "\n\ndef psnr(x, estimate):\n    return helper(x, estimate)"
    notebook.cells.insert(notebook.cells.index(cell) + 1, helper)
    delete("check-2-psnr", "check-2-sigma")(notebook)


def write_data(text):
    return lambda notebook: cell_of(notebook, "setup-5").update(source=text)


def turn(notebook):
    """Turn cells into others, as a key pressed in the wrong place does."""
    for name, kind in {"task-1": "raw", "task-2": "markdown", "task-4": "raw"}.items():
        cell_of(notebook, name).cell_type = kind
    cell_of(notebook, "check-2-psnr").cell_type = "markdown"


def paste(notebook):
    """Paste a cell of another exercise."""
    mark = {**mark_of(cell_of(notebook, "check-2-psnr")), "grade_id": "check-9"}
    cell = nbformat.v4.new_code_cell("1 + 1", metadata={"nbgrader": mark})
    notebook.cells.append(cell)


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
    cell_of(notebook, "twin").source = "def psnr(*images):\n    return 1"


def strip_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = {}


def save_as_colab(path):
    """Save as Colab does: an older format, with the ids in the metadata."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["nbformat_minor"] = 0
    notebook["metadata"]["colab"] = {"provenance": []}
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    path.write_text(json.dumps(notebook), encoding="utf-8")


def run_preflight(course, *arguments):
    """Run the preflight with a Python that has nothing installed."""
    # Opening a file in the encoding of the machine's language would give a warning.
    python = [sys.executable, "-I", "-S", "-X", "warn_default_encoding"]
    done = subprocess.run(
        [*python, "preflight.py", *arguments],
        cwd=course,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done


def preflight(course, *options):
    """Return what the preflight says of every submission, {student: lines}."""
    paths = sorted(path.as_posix() for path in course.glob("submitted/*/*/*"))
    lines = {Path(path).parts[-3]: [] for path in paths}
    for line in run_preflight(course, *options, *paths).stdout.splitlines():
        path, said = line.split(".ipynb: ", maxsplit=1)
        lines[Path(path).parts[-3]].append(said)
    return lines


@pytest.fixture(scope="module")
def reports(short_course):
    """What the preflight says of every kind of submission, and after its repairs."""
    solved = solutions(short_course, SHORT)
    decibels = solved["task-2"]
    for student, answers in {
        "right": solved,
        "partly": {"task-1": solved["task-1"]},
        "blank": {},
        "wrong": {**solved, "task-2": decibels.replace("10 * np", "20 * np")},
        # Only a hidden test sees this: it has images with three axes.
        "careless": {**solved, "task-2": decibels.replace("te))", "te), axis=(0, 1))")},
        # Asleep, so that what runs beside this test need not wait.
        "looping": {**solved, "task-2": "import time\nwhile True:\n    time.sleep(1)"},
        "crashing": {**solved, "task-2": "1 / 0"},
        "unreadable": {**solved, "task-2": "def psnr(:"},
        "dying": {**solved, "task-2": "import os\n\nos._exit(1)"},
    }.items():
        hand_in(short_course, SHORT, student, answers)
    no_notebooks = {"text": "def psnr(x):", "json": '{"cells": 1}', "empty": ""}
    for student, text in no_notebooks.items():
        hand_in(short_course, SHORT, student, {}).write_text(text, encoding="utf-8")
    path = hand_in(short_course, SHORT, "renamed", solved)
    path.rename(path.with_stem(f"{SHORT} (1)"))
    for student, change in {
        "overwritten": overwrite_checks,
        "deleted check": delete("check-2-psnr"),
        "deleted answer": delete("task-2"),
        "deleted answer and check": delete("task-2", "check-2-psnr"),
        "changed data": write_data("x_test = np.zeros((500, 64))"),
        "emptied data": write_data(""),
        "deleted data": delete("setup-5"),
        "deleted set-up": delete("colab-setup", "setup-3", "setup-5"),
        "helped": help_below,
        "deleted written answer": delete("task-4"),
        "turned": turn,
        "pasted": paste,
        "duplicated check": duplicate("check-2-psnr"),
        "duplicated answer": duplicate_and_improve,
        "stripped": strip_metadata,
    }.items():
        kept = {"task-1": solved["task-1"]} if student == "overwritten" else solved
        hand_in(short_course, SHORT, student, kept, change)
    magic = {**solved, "task-2": f"%precision 3\n{decibels}"}
    save_as_colab(hand_in(short_course, SHORT, "colab", magic))
    said = preflight(short_course), preflight(short_course, "--repair")
    # Two that nobody repairs.
    hand_in(short_course, SHORT, "twice", solved, duplicate("task-2"))
    hand_in(short_course, SHORT, "unmarked", solved, strip_metadata)
    return said


def test_the_preflight_says_what_would_cost_points_and_repairs(short_course, reports):
    said, said_after_repair = reports
    for student in ("right", "wrong", "careless", "looping", "crashing", "dying"):
        assert said[student] == ["ready"]
    assert said["colab"] == ["ready"]
    unanswered = [f"task-{task}: not answered yet" for task in (1, 2, 4)]
    assert said["blank"] == unanswered
    assert said["partly"] == unanswered[1:]
    for student, words in {
        "unreadable": "task-2: Python cannot read the answer",
        "overwritten": "note: check-2-psnr: the check was changed",
        "deleted check": "note: check-2-psnr: the cell is missing",
        "deleted answer": "task-2: the cell is missing",
        "duplicated check": "check-2-psnr: it is there 2 times",
        "duplicated answer": "task-2: it is there 2 times",
        "stripped": "task-4: the cell lost its grading mark",
        "empty": "the file is empty",
        "text": "this is not a notebook: Expecting value",
        "json": "this is not a notebook: it has no cells",
        "renamed": f"no exercise has this file name: rename it to {SHORT}.ipynb",
    }.items():
        assert any(line.startswith(words) for line in said[student]), said[student]

    released = read(short_course / "release" / SHORT / f"{SHORT}.ipynb")
    marks = {cell.id: mark_of(cell) for cell in released.cells}
    for mark in marks.values():
        # nbgrader writes these again when it grades.
        mark.pop("checksum", None), mark.pop("cell_type", None)
    for student in ("duplicated check", "duplicated answer", "stripped", "turned"):
        assert said_after_repair[student][-1] == "ready"
        repaired = read(short_course / "submitted" / student / SHORT / f"{SHORT}.ipynb")
        found = {cell.id: mark_of(cell) for cell in repaired.cells}
        assert found.pop("twin", {}) == {}
        assert found.keys() == marks.keys()
        assert all(marks[name].items() <= found[name].items() for name in marks)


@pytest.mark.usefixtures("reports")
def test_the_preflight_is_content_only_if_all_is_ready(short_course):
    ready = f"submitted/right/{SHORT}/{SHORT}.ipynb"
    assert run_preflight(short_course, ready).returncode == 0
    unanswered = f"submitted/blank/{SHORT}/{SHORT}.ipynb"
    assert run_preflight(short_course, ready, unanswered).returncode == 1
    done = run_preflight(short_course, ready, "missing.ipynb")
    assert "no such file" in done.stdout
    assert done.returncode == 1


@pytest.mark.usefixtures("reports")
@pytest.mark.filterwarnings("ignore:Object of type", "ignore:Cell is missing an id")
def test_every_kind_of_submission_gets_a_fair_score_or_a_report(short_course):
    nbgrader = release.open_course(short_course)
    done = nbgrader.generate_assignment(SHORT)
    assert done["success"], done
    done = nbgrader.autograde(SHORT, "*")
    # Some cannot be graded, and the last lines say who.
    ungraded = {"dying", "empty", "text", "json", "renamed", "twice"}
    assert not done["success"]
    last = done["log"][-1000:]
    assert set(re.findall("for student '(.*)'", last)) == ungraded
    for student in ("stripped", "colab"):
        done = nbgrader.generate_feedback(SHORT, student)
        assert done["success"], done
        page = short_course / "feedback" / student / SHORT / f"{SHORT}.html"
        assert page.exists()
    with nbgrader.gradebook as gradebook:
        submissions = gradebook.assignment_submissions(SHORT)
        scores = {one.student.id: one.score for one in submissions}
    assert scores == {who: x for row in SCORES.values() for who, x in row.items()}
    graded = {path.parts[-3] for path in short_course.glob("autograded/*/*/*.ipynb")}
    assert graded == scores.keys() - ungraded
