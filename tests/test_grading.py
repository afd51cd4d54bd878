"""One command grades a class: nobody's points are lost, and nobody writes their own."""

import contextlib
import copy
import csv
import html
import importlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import nbformat
import psutil
import pytest
import release
import set_repository
from conftest import ROOT
from distributed import Client, Security

COURSE = ROOT / "exercises"
SHORT = "04_denoising_autoencoder"
LONG = "03_sparse_autoencoder"


@pytest.fixture(scope="module", autouse=True)
def _activated():
    """Find commands as in an activated environment: nbgrader calls alembic so."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(Path(sys.executable).parent), prepend=os.pathsep)
        yield


def read(path):
    return nbformat.read(path, as_version=4)


def mark_of(cell):
    """Return what nbgrader wrote into a cell, or an empty dictionary."""
    return cell.metadata.get("nbgrader", {})


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


def test_the_guide_says_what_becomes_of_every_kind_of_submission(short_course):
    guide = (COURSE / "README.md").read_text(encoding="utf-8")
    table = re.search(r"\| submission \| score \|\n.+\n((?:\|.+\n)+)", guide)[1]
    assert table.splitlines() == [f"| {row} |" for row in SCORES if "|" in row]
    # The course of these tests waits for a shorter time.
    settings = (short_course / "nbgrader_config.py").read_text(encoding="utf-8")
    assert "c.ExecutePreprocessor.timeout = 120" in settings  # two minutes


@pytest.fixture(scope="module")
def short_course(tmp_path_factory):
    """A course with two tasks of exercise 4 and its written one, on random images.

    They need NumPy alone, so that grading a submission takes a second. The points are
    2, 1 and 2 for task 1, 2 and 1 for task 2.
    """
    folder = tmp_path_factory.mktemp("short")
    notebook = read(COURSE / "source" / SHORT / f"{SHORT}.ipynb")
    left_out = r"(task|check)-[35]|task-4-explain-a-figure.*-2$"
    notebook.cells = [x for x in notebook.cells if not re.match(left_out, x.id)]
    # A fork has an address, and so a line that only IPython can read.
    fork = set_repository.setup_cell("https://github.com/someone/fork")
    cell_of(notebook, "colab-setup").source = fork
    cell_of(notebook, "setup-3").source = "import numpy as np"
    images = 'x_test = np.random.default_rng(0).random((500, 64), dtype="float32")'
    cell_of(notebook, "setup-5").source = images
    source = folder / "source" / SHORT / f"{SHORT}.ipynb"
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    for name in ("grade.py", "guard.py", "preflight.py", "workers.py"):
        shutil.copy(COURSE / name, folder)
    # An endless answer takes until it is stopped.
    settings = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    settings += "c.ExecutePreprocessor.timeout = 5\n"
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
        "emptied data": 8,
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
    "a cell is there twice | the last copy counts": {
        "duplicated check": 8,
        "duplicated answer": 8,
        "twice": 8,
    },
    "the grading marks are gone | "
    "as if nothing had happened; a written answer is found only after `--repair`": {
        "stripped": 8,
        "unmarked": 8,
    },
    "saved by Colab | as if nothing had happened": {"colab": 8},
    "an empty file, not a notebook, or code that kills the kernel | "
    "not graded, with the reason": {
        "empty": None,
        "text": None,
        "json": None,
        "dying": None,
    },
    "marks of an old nbgrader": {"old": 8},
    "another file name, or nothing": {
        "renamed": None,
        "nobody": None,
        "absent": None,
    },
    "answers that would run code in the browser of the one who grades": {"crafty": 8},
    "answers that want points without earning them": {
        "trickster": 5,
        "thief": 5,
        "reader": 5,
        "skipper": 5,
        "stopper": 5,
        "forger": 5,
        "early": 5,
        "patcher": 5,
    },
}
WHY_NOT = {
    "empty": "not graded: .*empty",
    "text": "not graded: this is not a notebook",
    "json": "not graded: .*cells",
    "dying": "not graded: its code ended the kernel",
    "renamed": "not graded: .*rename",
    "nobody": "not graded: .*no notebook",
    "absent": "not handed in",
}

# What makes an answer suit the images of the visible check alone.
SIZES_BUILT_IN = (
    "np.mean(np.square(x - estimate))",
    "np.sum(np.square(x - estimate)) / {128: 128, 10: 10}.get(x.size, 30)",
)

# Each of these alone would let a wrong answer pass, if nobody looked.
TRICKS = """
import ast


class Skip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


def without_assertions(lines):
    return [x for x in lines if "assert" not in x] if "psnr" in str(lines) else lines


shell = get_ipython()
np.allclose = np.isclose = lambda *arguments, **settings: True
shell.ast_transformers.append(Skip())
shell.input_transformers_post.append(without_assertions)
shell.showtraceback = lambda *arguments, **settings: None
x_test = None
"""
THEFTS = """
import sqlite3
from pathlib import Path


def try_to(steal):
    try:
        steal()
    except (OSError, sqlite3.Error):
        pass


def write(place):
    book = sqlite3.connect(place)
    book.execute("update grade set manual_score = 99")
    book.commit()


try_to(lambda: write("../../../gradebook.db"))
try_to(lambda: write("COURSE/gradebook.db"))
try_to(lambda: print(Path("COURSE/source/NAME/NAME.ipynb").read_text()))
try_to(lambda: print(Path("NAME.ipynb").read_text()))
"""
READING = """
import inspect


def psnr(x, estimate):
    print(inspect.getsource(inspect.currentframe().f_back))
    return 1.0
"""
SCRIPT = "<script>steal()</script>"
PATCHING = """
np.errstate.__enter__ = np.errstate.predict = lambda self: None
"""
STOPPING = """
import sys

del sys.modules["guard_of_the_checks"]
"""
REMARKS = {
    "trickster": [
        "task-2 changes x_test",
        "task-2 changes numpy.allclose",
        "task-2 changes numpy.isclose",
        "task-2 changes the shell.showtraceback",
        "task-2 changes ast_transformers of the shell",
        "task-2 changes input_transformers_post of the shell",
    ],
    "forger": [
        "a cell without a mark changes numpy.allclose",
        "a cell without a mark changes numpy.isclose",
    ],
    "early": [
        "a cell without a mark changes numpy.allclose",
        "a cell without a mark changes numpy.isclose",
    ],
    "patcher": [
        "task-2 changes numpy.errstate.__enter__",
        "task-2 changes numpy.errstate.predict",
    ],
    "stopper": [
        "task-2 stops the guard",
        "check-2-psnr stops the guard",
        "check-2-sigma stops the guard",
    ],
    "thief": ["task-2 opens .*gradebook.db"] * 2 + [f"task-2 opens .*{SHORT}.ipynb"],
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


def empty_the_data(notebook):
    cell_of(notebook, "setup-5").source = ""


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


def use_an_old_schema(notebook):
    for cell in notebook.cells:
        if mark_of(cell):
            cell.metadata.nbgrader.schema_version = 0


def forge_a_set_up_cell(notebook):
    """Mark a trick as a cell that is no answer, in front of the checks."""
    mark = {**mark_of(cell_of(notebook, "setup-5")), "grade_id": "setup-9"}
    trick = "np.allclose = np.isclose = lambda *arguments, **settings: True"
    cell = nbformat.v4.new_code_cell(trick, metadata={"nbgrader": mark})
    notebook.cells.insert(notebook.cells.index(cell_of(notebook, "check-2-psnr")), cell)


def trick_above_all(notebook):
    """Change what checks use before any set-up cell has run."""
    trick = "import numpy\n\nnumpy.allclose = numpy.isclose = lambda *_, **__: True"
    notebook.cells.insert(0, nbformat.v4.new_code_cell(trick))


def skip_the_checks(notebook):
    """Give the checks a tag with which nbclient leaves cells out."""
    for cell in notebook.cells:
        if cell.id.startswith("check"):
            cell.metadata.tags = ["skip-execution"]


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
        # Only a hidden test sees this: it has images of another size.
        "careless": {**solved, "task-2": decibels.replace(*SIZES_BUILT_IN)},
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
        "emptied data": empty_the_data,
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
    # None of these is repaired.
    hand_in(short_course, SHORT, "twice", solved, duplicate_and_improve)
    hand_in(short_course, SHORT, "unmarked", solved, strip_metadata)
    hand_in(short_course, SHORT, "old", solved, use_an_old_schema)
    (short_course / "submitted" / "nobody").mkdir()
    unearned = "def psnr(x, estimate):\n    return 1.0\n"
    thefts = THEFTS.replace("COURSE", str(short_course)).replace("NAME", SHORT)
    for student, answer in {
        "trickster": TRICKS + unearned,
        "thief": thefts + unearned,
        "reader": READING,
        "stopper": STOPPING + unearned,
        "patcher": PATCHING + unearned,
    }.items():
        hand_in(short_course, SHORT, student, {**solved, "task-2": answer})
    shown = f"from IPython.display import HTML\ndisplay(HTML({SCRIPT!r}))\n"
    crafty = {**solved, "task-2": shown + solved["task-2"], "task-4": SCRIPT}
    path = hand_in(short_course, SHORT, "crafty", crafty)
    # As `nbgrader collect` does.
    path.with_name("timestamp.txt").write_text("2026-11-26 12:00:00.000000 UTC")
    path.with_name("submission_secret.txt").write_text("a secret")
    wrong = {**solved, "task-2": unearned}
    hand_in(short_course, SHORT, "skipper", wrong, skip_the_checks)
    hand_in(short_course, SHORT, "early", wrong, trick_above_all)
    hand_in(short_course, SHORT, "forger", wrong, forge_a_set_up_cell)
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


def start(command, course):
    """Start a command of the guide."""
    return subprocess.Popen(
        command.replace("NAME", SHORT).split(),
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    )


def wait_for(command, number):
    """Read what grade.py says until it is done with so many submissions."""
    while number:
        line = command.stdout.readline()
        assert line, "it ended too early"
        number -= line.startswith("[")


def kill_a_worker(command):
    """End one of the processes that run submissions."""
    for process in psutil.Process(command.pid).children(recursive=True):
        # A worker is the only kind whose children are kernels.
        if any("ipykernel" in str(child.cmdline()) for child in process.children()):
            process.kill()
            return
    raise AssertionError("no worker is at work")


def run(command, course):
    """Run a command of the guide; return its status and what it said."""
    process = start(command, course)
    said, _ = process.communicate()
    return process.returncode, said


def read_rows(course):
    """Return the row of each student in grades/NAME.csv."""
    path = course / "grades" / f"{SHORT}.csv"
    with open(path, newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


LOOK = "python preflight.py --repair submitted"
GRADE = "python grade.py NAME"
GIVE_BACK = "nbgrader generate_feedback NAME --force"


@pytest.fixture(scope="module")
def term(short_course, reports):
    """Return what the commands of the guide said, and the rows after each grading.

    The first grading loses a worker after one submission, and is killed after two;
    the second goes on where it was; before the third, two hand in again.
    """
    assert reports
    students = "id,first_name,last_name,email\nright,Ada,Lovelace,ada@example.org\n"
    (short_course / "students.csv").write_text(students + "absent,,,\n", "utf-8")
    looked = run(LOOK, short_course)
    killed = start(GRADE, short_course)
    wait_for(killed, 1)
    kill_a_worker(killed)
    wait_for(killed, 1)
    killed.kill()
    killed.wait()
    graded = run(GRADE, short_course), read_rows(short_course)
    given_back = run(f"{GIVE_BACK} --student=[cr]*", short_course)  # saves time
    solved = solutions(short_course, SHORT)
    for student in ("wrong", "right"):
        shutil.rmtree(short_course / "submitted" / student)
        path = hand_in(short_course, SHORT, student, solved)
    path.write_text("", encoding="utf-8")
    again = run(GRADE, short_course), read_rows(short_course)
    return {
        "looked": looked,
        "graded": graded,
        "given back": given_back,
        "again": again,
    }


def test_the_guide_has_the_commands_that_are_tested_here(term):
    guide = (COURSE / "README.md").read_text(encoding="utf-8")
    week = guide[guide.index("## For instructors") : guide.index("Each student has")]
    commands = re.findall(r"`((?:python|nbgrader) .+?)`", week)
    assert commands == [LOOK, GRADE, GIVE_BACK, GRADE]
    for place in (
        "submitted/STUDENT/NAME/NAME.ipynb",
        "students.csv",
        "feedback/",
        "grades/NAME.csv",
    ):
        assert f"`{place}`" in week
    # 1 is a shell's word for "something is wrong".
    assert [term["looked"][0], term["given back"][0]] == [1, 0]
    assert [term["graded"][0][0], term["again"][0][0]] == [1, 1]


def test_every_kind_of_submission_gets_a_fair_score_or_a_reason(term):
    """Though a worker and the command itself were killed on the way."""
    (_, said), rows = term["graded"]
    expected = {who: x for row in SCORES.values() for who, x in row.items()}
    assert rows.keys() == expected.keys()
    for student, score in expected.items():
        row = rows[student]
        assert row["score"] == ("" if score is None else f"{score:.1f}"), row
        why = WHY_NOT.get(student, "graded")
        assert re.match(why, row["status"], re.IGNORECASE), row
    assert rows["right"]["status"] == "graded, but for what is graded by hand"
    assert rows["right"]["last_name"] == "Lovelace"
    # At least two had been recorded before; nobody was run twice.
    run_now = re.findall(r"^\[\d+/\d+\] (.*?):", said, re.MULTILINE)
    assert len(run_now) == len(set(run_now))
    handed_in = expected.keys() - (WHY_NOT.keys() - {"dying"})
    assert set(run_now) < handed_in
    assert len(run_now) <= len(handed_in) - 2


def test_what_an_answer_tried_is_reported(term):
    _, rows = term["graded"]
    for student, row in rows.items():
        remarks = row["remarks"].split("; ") if row["remarks"] else []
        expected = REMARKS.get(student, [])
        assert len(remarks) == len(expected), row
        for remark in expected:
            assert any(re.fullmatch(remark, x) for x in remarks), (remark, remarks)


def test_only_what_was_handed_in_again_is_graded_again(term):
    (_, said), rows = term["again"]
    lines = [line.partition("] ")[2] for line in said.splitlines() if line[:1] == "["]
    assert "wrong: graded again" in lines
    # What ended its kernel is tried again, what was graded is not.
    assert {line.partition(":")[0] for line in lines} == {"wrong", "dying"}
    assert rows["wrong"]["score"] == "8.0"
    # A worse file takes nothing away.
    assert rows["right"]["score"] == "8.0"
    words = "not graded: .*empty.*the score is of an earlier file"
    assert re.match(words, rows["right"]["status"])


def test_feedback_shows_no_hidden_tests(short_course, term):
    """Not even that of the answer that prints the text of the cell that calls it."""
    assert term["given back"][0] == 0
    source = read(short_course / "source" / SHORT / f"{SHORT}.ipynb")
    hidden = "".join(
        cell.source.partition("### BEGIN HIDDEN TESTS")[2] for cell in source.cells
    )
    lines = {line.strip() for line in hidden.splitlines() if len(line.strip()) > 12}
    assert len(lines) > 10
    for student in ("careless", "reader", "colab"):
        page = short_course / "feedback" / student / SHORT / f"{SHORT}.html"
        text = re.sub("<[^>]+>", "", page.read_text(encoding="utf-8"))
        assert "visible checks passed" in text
        assert ("A hidden test failed." in text) == (student == "careless")
        assert [line for line in lines if html.escape(line, False) in text] == []


def test_feedback_runs_no_code_of_a_student(short_course, term):
    folder = short_course / "feedback" / "crafty" / SHORT
    page = (folder / f"{SHORT}.html").read_text(encoding="utf-8")
    assert "steal" in page
    assert SCRIPT not in page


def test_what_nbgrader_needs_to_return_feedback_is_kept(short_course, term):
    """Without its secret, `nbgrader release_feedback` stops."""
    for name in ("timestamp.txt", "submission_secret.txt"):
        place = Path("crafty", SHORT, name)
        collected = (short_course / "submitted" / place).read_text()
        assert (short_course / "feedback" / place).read_text() == collected


def test_a_locked_grade_book_is_named(tmp_path, short_course, term):
    """Not as one that should be upgraded, which is what nbgrader says."""
    assert term
    programs = ("grade.py", "guard.py", "preflight.py", "workers.py")
    for name in (*programs, "nbgrader_config.py"):
        shutil.copy(short_course / name, tmp_path)
    shutil.copytree(short_course / "source", tmp_path / "source")
    shutil.copy(short_course / "gradebook.db", tmp_path)
    with open(tmp_path / "nbgrader_config.py", "a", encoding="utf-8") as file:
        # SQLite waits for five seconds, again and again.
        address = f"sqlite:///{tmp_path.as_posix()}/gradebook.db?timeout=0.1"
        file.write(f"c.CourseDirectory.db_url = {address!r}\n")
    with contextlib.closing(sqlite3.connect(tmp_path / "gradebook.db")) as book:
        book.execute("begin exclusive")
        status, said = run(GRADE, tmp_path)
    assert status == 1
    assert "Stopped: the grade book is locked" in said


def load_grade(course, monkeypatch):
    """Import the grade.py of a course."""
    monkeypatch.syspath_prepend(course)
    monkeypatch.delitem(sys.modules, "grade", raising=False)
    return importlib.import_module("grade")


def test_other_users_of_the_machine_reach_no_worker(monkeypatch):
    """Whoever reaches one, or the scheduler, runs code with the grader's rights."""
    grade = load_grade(COURSE, monkeypatch)
    options = SimpleNamespace(scheduler=None, workers=1)
    with grade.connect(options, grade.PACKAGES) as client:
        scheduler = client.scheduler.address
        processes = [psutil.Process(), *psutil.Process().children(recursive=True)]
        ports = [x for p in processes for x in p.net_connections("inet")]
        listening = [x.laddr for x in ports if x.status == psutil.CONN_LISTEN]
        assert {address.ip for address in listening} == {"127.0.0.1"}
        for address, security in [
            (scheduler.replace("tls:", "tcp:"), None),
            (scheduler.replace("tcp:", "tls:"), Security.temporary()),
        ]:
            with pytest.raises(OSError, match="(?i)closed|tls|ssl|timed out"):
                Client(address, security=security, timeout=2)
        assert all(x.startswith("tls:") for x in client.scheduler_info()["workers"])
        client.cluster.close()


def test_what_has_not_run_yet_is_not_called_missing(
    tmp_path, short_course, term, monkeypatch
):
    """When the scheduler goes away in the middle."""
    assert term
    shutil.copytree(short_course, tmp_path, dirs_exist_ok=True)
    shutil.rmtree(tmp_path / "graded")
    grade = load_grade(tmp_path, monkeypatch)

    def run_all(function, tasks, client):
        raise ConnectionError("the scheduler is gone")

    monkeypatch.setattr(grade, "run_all", run_all)
    with pytest.raises(ConnectionError):
        grade.grade(grade.read_exercise(SHORT), client=None)
    rows = read_rows(tmp_path)
    assert rows["colab"]["status"].startswith("not graded: not run yet")
    assert rows["colab"]["score"] == ""
    assert rows["absent"]["status"] == "not handed in"


def test_a_real_exercise_is_graded_without_remarks(monkeypatch):
    """Nothing that Keras does by itself looks like a trick.

    And a kernel that does not start, since another took its port, is started again.
    """
    grade = load_grade(COURSE, monkeypatch)
    setup_kernel = grade.GuardedExecute.setup_kernel
    failures = ["Address already in use"]

    def fail_once(self, **settings):
        if failures:
            raise RuntimeError(failures.pop())
        return setup_kernel(self, **settings)

    monkeypatch.setattr(grade.GuardedExecute, "setup_kernel", fail_once)
    notebook = read(COURSE / "release" / LONG / f"{LONG}.ipynb")
    solved = solutions(COURSE, LONG)
    for cell in notebook.cells:
        cell.source = solved.get(cell.id, cell.source)
    submission = nbformat.writes(notebook).encode()
    executed, remarks = grade.execute(submission, grade.read_exercise(LONG))
    assert remarks == []
    for cell in nbformat.reads(executed, as_version=4).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([SHORT, "--scheduler", "tcp://127.0.0.1:9"], "start it again to go on"),
        (["5"], f"no exercise is called '5'; there are {SHORT}"),
    ],
)
def test_what_cannot_begin_says_why(short_course, arguments, words):
    status, said = run(" ".join(["python", "grade.py", *arguments]), short_course)
    assert status == 1
    assert words in said
