"""One command grades a class: nobody's points are lost, and nobody writes their own."""

import csv
import html
import re
import shutil
import subprocess
import sys

import nbformat
import psutil
import pytest
import release
from conftest import ROOT

COURSE = ROOT / "exercises"
NAME = "04_denoising_autoencoder"
POINTS = {"task-1": 5, "task-2": 3}

# Answers to task 2 that want its points without earning them, or more.
ATTACKS = {
    "a judge that always agrees": """
np.allclose = np.isclose = lambda *arguments, **settings: True
""",
    "a shell that skips assertions": """
import ast


class Skip(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.Pass()


get_ipython().ast_transformers.append(Skip())
""",
    "a shell that rewrites cells": """
def without_assertions(lines):
    return [x for x in lines if "assert" not in x] if "psnr" in str(lines) else lines


get_ipython().input_transformers_post.append(without_assertions)
""",
    "a shell that shows no errors": """
get_ipython().showtraceback = lambda *arguments, **settings: None
""",
    "the grade book, where it often lies": """
import sqlite3

sqlite3.connect("../../../gradebook.db").execute("update grade set manual_score = 99")
""",
    "the grade book, where it lies": """
import sqlite3

book = sqlite3.connect("COURSE/gradebook.db")
book.execute("update grade set manual_score = 99")
book.commit()
""",
    "the solution": """
solved = open("COURSE/source/NAME/NAME.ipynb").read()
""",
    "its own notebook": """
from pathlib import Path

(Path("NAME.ipynb")).read_text()
""",
    "the text of the checks": """
import inspect


def psnr(x, estimate):
    print(inspect.getsource(inspect.currentframe().f_back))
    return 1.0
""",
}
# What is said of them; of the last three nothing, since nothing is there to be had.
REMARKS = {
    "a judge that always agrees": "task-2 changes numpy.allclose",
    "a shell that skips assertions": "task-2 changes ast_transformers",
    "a shell that rewrites cells": "task-2 changes input_transformers_post",
    "a shell that shows no errors": "task-2 changes the shell.showtraceback",
    "the grade book, where it often lies": "task-2 opens .*gradebook.db",
    "the grade book, where it lies": "task-2 opens .*gradebook.db",
    "the solution": f"task-2 opens .*{NAME}.ipynb",
}


def make_course(folder):
    """Make a course with two tasks of exercise 4 and its written one.

    They need NumPy alone, so that grading a submission takes a second. Its own
    numbers: 5 points for task 1, 3 for task 2, 4 for the written one.
    """
    path = COURSE / "source" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    left_out = r"(task|check)-[35]|task-4-explain-a-figure.*-2$"
    notebook.cells = [x for x in notebook.cells if not re.match(left_out, x.id)]
    cells = {cell.id: cell for cell in notebook.cells}
    cells["setup-3"].source = "import numpy as np"
    images = 'x_test = np.random.default_rng(0).random((500, 64), dtype="float32")'
    cells["setup-5"].source = images
    source = folder / "source" / NAME / path.name
    source.parent.mkdir(parents=True)
    nbformat.write(notebook, source)
    for name in ("grade.py", "guard.py", "preflight.py"):
        shutil.copy(COURSE / name, folder)
    settings = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    settings += "c.ExecutePreprocessor.timeout = 10\n"  # an endless answer
    (folder / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    release.release(folder)
    return folder


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """Return the folder of a course that nobody has handed anything in to."""
    return make_course(tmp_path_factory.mktemp("course"))


def solutions():
    """Return the right answers, {grade id: source}."""
    path = COURSE / "source" / NAME / f"{NAME}.ipynb"
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in nbformat.read(path, as_version=4).cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def hand_in(course, student, change=lambda notebook: None, **answers):
    """Hand in right answers, but for those given (task_2 for task-2)."""
    answers = {name.replace("_", "-"): answer for name, answer in answers.items()}
    notebook = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        if cell.id in solutions():
            cell.source = (solutions() | answers)[cell.id]
    change(notebook)
    path = course / "submitted" / student / NAME / f"{NAME}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    return path


def start(course, *options):
    """Start the command in the folder of a course."""
    return subprocess.Popen(
        [sys.executable, "grade.py", NAME, "--workers", "2", *options],
        cwd=course,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def grade(course):
    """Grade what was handed in; return what was said, and a row for each student."""
    command = start(course)
    said, _ = command.communicate(timeout=300)
    rows = read_rows(course)
    ungraded = any(row["status"].startswith("not graded") for row in rows.values())
    assert command.returncode == ungraded, said
    return said, rows


def read_rows(course):
    with open(course / "grades" / f"{NAME}.csv", newline="", encoding="utf-8") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def skip_the_checks(notebook):
    """Give the checks a tag with which nbclient leaves cells out."""
    for cell in notebook.cells:
        if cell.id.startswith("check"):
            cell.metadata.tags = ["skip-execution"]


def use_an_old_schema(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.schema_version = 0


def kill_a_worker(command):
    """End one of the processes that run submissions."""
    for process in psutil.Process(command.pid).children(recursive=True):
        # A worker is the only kind whose children are kernels.
        kernels = [x for x in process.children() if "ipykernel" in str(x.cmdline())]
        if kernels:
            process.kill()
            return
    raise AssertionError("no worker is at work")


def wait_for(command, number):
    """Read what a command says until so many submissions are graded."""
    while number:
        line = command.stdout.readline()
        assert line, "it ended too early"
        number -= line.startswith("[")


@pytest.fixture(scope="module")
def term(course):
    """Return what was said, and the rows, of a second and a third run of the command.

    The first loses a worker after one submission, and is killed after two; the second
    goes on; before the third some hand in again.
    """
    code = "def psnr(x, estimate):\n    return 1.0"
    hand_in(course, "right")
    hand_in(course, "wrong", task_2=code)
    for number, attack in enumerate(ATTACKS.values()):
        attack = attack.replace("COURSE", str(course)).replace("NAME", NAME)
        if "def psnr" not in attack:
            attack += code
        hand_in(course, f"attack {number}", task_2=attack)
    hand_in(course, "skipping", skip_the_checks, task_2=code)
    hand_in(course, "old", use_an_old_schema)
    hand_in(course, "dying", task_2="import os\n\nos._exit(1)")
    hand_in(course, "empty").write_text("", encoding="utf-8")
    (course / "submitted" / "nobody").mkdir()
    students = "id,first_name,last_name,email\nright,Ada,Lovelace,ada@example.org\n"
    (course / "students.csv").write_text(students + "absent,,,\n", encoding="utf-8")

    command = start(course)
    wait_for(command, 1)
    kill_a_worker(command)
    wait_for(command, 1)
    command.kill()
    command.wait()
    second = grade(course)
    shutil.rmtree(course / "autograded" / "attack 0")
    (course / "graded" / NAME / "attack 0.json").unlink()
    hand_in(course, "wrong")
    hand_in(course, "right").write_text("", encoding="utf-8")
    return second, grade(course)


def test_all_is_graded_though_a_worker_and_the_command_were_killed(term):
    (said, rows), _ = term
    numbers = [int(x) for x in re.findall(r"^\[(\d+)/", said, re.MULTILINE)]
    # Handed in are the attacks and six more; at least two were recorded before.
    assert 0 < len(numbers) <= len(ATTACKS) + 6 - 2
    assert rows["right"]["score"] == "8.0"
    assert rows["right"]["status"] == "graded, but for what is graded by hand"
    assert rows["right"]["last_name"] == "Lovelace"
    assert rows["wrong"]["score"] == "5.0"


def test_who_cannot_be_graded_has_a_reason_and_no_points(term):
    (_, rows), _ = term
    for student, reason in {
        "dying": "not graded: its code ended the kernel",
        "empty": "not graded: .*empty",
        "old": "not graded: .*schema",
        "nobody": "not graded: .*no notebook",
        "absent": "not handed in",
    }.items():
        assert re.match(reason, rows[student]["status"]), rows[student]
        assert rows[student]["score"] == ""


def test_an_answer_gets_no_points_that_it_did_not_earn(term):
    (_, rows), _ = term
    for number, attack in enumerate(ATTACKS):
        row = rows[f"attack {number}"]
        assert row["score"] == "5.0", attack
        remark = REMARKS.get(attack)
        assert re.match(remark, row["remarks"]) if remark else row["remarks"] == ""
    assert rows["skipping"]["score"] == "5.0"
    assert rows["right"]["remarks"] == ""


def test_only_what_was_handed_in_again_is_graded_again(term):
    _, (said, rows) = term
    counted = [x for x in said.splitlines() if x.startswith("[")]
    again = sorted(line.partition("] ")[2] for line in counted)
    ended = "not graded: its code ended the kernel"
    assert again[:2] == ["attack 0: graded", f"dying: {ended}"]
    assert "wrong: graded again" in again
    assert rows["wrong"]["score"] == "8.0"
    assert rows["right"]["score"] == "8.0"
    words = "not graded: .*empty.*the score is of an earlier file"
    assert re.match(words, rows["right"]["status"])


@pytest.mark.usefixtures("term")
def test_feedback_shows_no_hidden_tests(course):
    """Not even that of the answer that prints the text of the cell that calls it."""
    nbgrader = release.open_course(course)
    source = (course / "source" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    notebook = nbformat.reads(source, as_version=4)
    hidden = "".join(
        cell.source.partition("### BEGIN HIDDEN TESTS")[2] for cell in notebook.cells
    )
    lines = {line.strip() for line in hidden.splitlines() if len(line.strip()) > 12}
    assert len(lines) > 10
    printing = list(ATTACKS).index("the text of the checks")
    for student in ("wrong", f"attack {printing}"):
        done = nbgrader.generate_feedback(NAME, student)
        assert done["success"], done
        page = course / "feedback" / student / NAME / f"{NAME}.html"
        text = re.sub("<[^>]+>", "", page.read_text(encoding="utf-8"))
        assert "visible checks passed" in text
        assert [line for line in lines if html.escape(line, False) in text] == []


def test_without_a_scheduler_nothing_is_graded(course):
    command = [sys.executable, "grade.py", NAME, "--scheduler", "tcp://127.0.0.1:9"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert done.returncode == 1
    assert "start it again" in done.stdout


def test_an_unknown_exercise_is_named(course):
    command = [sys.executable, "grade.py", "5"]
    done = subprocess.run(command, cwd=course, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"no exercise is called '5'; there are {NAME}" in done.stdout
