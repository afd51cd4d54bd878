"""Grade a class: run every submission in a worker, record the points here.

python grade.py NAME                          on all cores of this machine
python grade.py NAME --workers 4              on four of them
python grade.py NAME --scheduler ADDRESS      on a Dask cluster

A worker gets a submission and returns the executed notebook. It runs in an empty
folder, where an answer finds neither the grade book nor the solved exercises. Only
this process touches the grade book, and records what a worker returned. So it may be
stopped at any time, and started again: what is recorded stays, the rest is graded.
A file that was handed in again, or an exercise that was changed, is graded again.

The class list is `students.csv`, if there is one, with nbgrader's columns id,
first_name, last_name and email. The points of all are written into `grades/NAME.csv`.
"""

import argparse
import ast
import csv
import hashlib
import json
import os
import shutil
import sys
import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from nbgrader.apps import NbGraderAPI
from nbgrader.nbgraderformat import reads
from nbgrader.preprocessors import Execute
from nbgrader.utils import is_grade, is_locked, is_solution
from preflight import find_submissions, read_notebook
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import PyFileConfigLoader
from workers import (
    KERNEL_ARGUMENTS,
    add_options,
    connect,
    reason,
    run_all,
    use_one_core,
)

COURSE = Path(__file__).resolve().parent
COLUMNS = ["student_id", "last_name", "first_name", "email"]
COLUMNS += ["status", "score", "max_score", "remarks"]
# Another Keras may judge otherwise.
PACKAGES = ["nbgrader", "numpy", "keras"]
# Two kernels that start at once may be given the same port, which ends one of them.
STARTS = 3
LOAD_GUARD = """
def load_guard(source, *settings):
    import sys, types
    module = types.ModuleType("guard_of_the_checks")
    exec(source, vars(module))
    module.guard = module.Guard(get_ipython(), *settings)
    sys.modules[module.__name__] = module
load_guard({!r}, {!r}, {!r})
del load_guard
"""
TURN = "__import__('sys').modules['guard_of_the_checks'].guard.turn({!r}, {!r}, {!r})"


class GuardedExecute(Execute):
    """nbgrader's execution of a notebook, with guard.py between the cells.

    Parameters
    ----------
    guard : str
        The text of guard.py.
    course : str
        A folder that the cells may not open.
    """

    def __init__(self, guard, course, **settings):
        super().__init__(extra_arguments=KERNEL_ARGUMENTS, **settings)
        self.guard, self.course = guard, course
        self.remarks = []
        self.began = False

    def preprocess(self, notebook, resources):
        """Run all cells, and keep in `remarks` what the guard noted of which."""
        for cell in notebook.cells:
            # nbclient leaves out cells with some tags, and what is left out passes.
            cell.metadata.pop("tags", None)
        self.code_cells = [x for x in notebook.cells if x.cell_type == "code"]
        return super().preprocess(notebook, resources)

    def preprocess_cell(self, cell, resources, index):
        """Run a cell; let the guard look at what it left behind."""
        if cell.cell_type != "code":
            return cell, resources
        if not self.began:
            self.began = True
            set_ups = [x.source for x in self.code_cells if kind_of(x) == "set-up"]
            modules = sorted({y for x in set_ups for y in modules_in(x)})
            load = LOAD_GUARD.format(self.guard, self.course, modules)
            self.run_apart(load, index)
        cell, resources = super().preprocess_cell(cell, resources, index)
        following = self.code_cells[self.code_cells.index(cell) + 1 :][:1]
        kind = kind_of(cell)
        names = names_in(cell.source) if kind == "set-up" else []
        watch = any(kind_of(next_cell) != "set-up" for next_cell in following)
        remarks = self.run_apart(TURN.format(kind, names, watch), index)
        failed = any(output.output_type == "error" for output in cell.outputs)
        for remark in ast.literal_eval(remarks):
            # A check that an error stopped could not tidy up after itself.
            if not (kind == "check" and failed and remark.startswith("changes")):
                self.remarks.append(f"{title_of(cell)} {remark}")
        return cell, resources

    def run_apart(self, code, index):
        """Run code of ours in the kernel; return what it displays."""
        kept = self.nb.cells[index]
        ours = nbformat.v4.new_code_cell(code)
        self.execute_cell(ours, index, store_history=False)
        self.nb.cells[index] = kept
        displayed = [x.data["text/plain"] for x in ours.outputs if "data" in x]
        return "".join(displayed) or "['stops the guard']"


def kind_of(cell):
    """Return what a code cell is: a set-up, a check, or else a student's."""
    # nbgrader has taken the id from cells that the exercise does not have.
    if "grade_id" not in cell.metadata.get("nbgrader", {}):
        return "answer"
    if is_grade(cell) and not is_solution(cell):
        return "check"
    return "set-up" if is_locked(cell) else "answer"


def title_of(cell):
    """Return the name of a cell in a remark."""
    return cell.metadata.get("nbgrader", {}).get("grade_id", "a cell without a mark")


def nodes_of(source):
    """Return all syntax nodes of a cell, in which a line may begin with ! or %."""
    return ast.walk(ast.parse(TransformerManager().transform_cell(source)))


def names_in(source):
    """Return all names that a cell defines or imports."""
    names = set()
    for node in nodes_of(source):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
    return sorted(names)


def modules_in(source):
    """Return the names of all modules from which a cell imports."""
    names = set()
    for node in nodes_of(source):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module)
    return names


def read_settings(text, folder):
    """Return the settings in the text of an nbgrader_config.py, for another folder."""
    (Path(folder) / "nbgrader_config.py").write_text(text, encoding="utf-8")
    config = PyFileConfigLoader("nbgrader_config.py", str(folder)).load_config()
    config.CourseDirectory.root = str(folder)
    return config


def try_to_execute(submission, exercise):
    """Return what `execute` does, or None and the reason why it could not."""
    try:
        return execute(submission, exercise)
    except Exception as error:
        return None, reason(error)


def execute(submission, exercise):
    """Run a submission in an empty folder. This is what a worker does.

    Parameters
    ----------
    submission : bytes
        The file that was handed in.
    exercise : dict
        What `read_exercise` returns.

    Returns
    -------
    tuple of (str, list of str)
        The executed notebook, and remarks on what its answers tried.
    """
    use_one_core()
    name = exercise["name"]
    notebook = reads(submission.decode("utf-8"), as_version=4)
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        config = read_settings(exercise["settings"], folder)
        book = Path(folder) / "gradebook.db"
        book.write_bytes(exercise["blank"])
        about = {"notebook": name, "assignment": name, "db_url": f"sqlite:///{book}"}
        resources = {"nbgrader": about}
        for step in config.Autograde.sanitize_preprocessors:
            notebook, resources = step(config=config).preprocess(notebook, resources)
    # The grade book is gone: from here on this worker has them in memory alone.
    for starts_left in reversed(range(STARTS)):
        run = GuardedExecute(exercise["guard"], exercise["course"], config=config)
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            resources["metadata"] = {"path": folder}
            try:
                notebook, _ = run.preprocess(notebook, resources)
                break
            except Exception:
                if run.began or not starts_left:
                    raise
    return nbformat.writes(notebook), run.remarks


def read_exercise(name):
    """Return what a worker must know of an exercise.

    Raises
    ------
    ValueError
        If there is no such exercise, or nbgrader cannot read it.
    """
    source = COURSE / "source" / name
    if not source.is_dir():
        known = ", ".join(sorted(x.name for x in COURSE.glob("source/*")))
        raise ValueError(f"no exercise is called {name!r}; there are {known}")
    settings = (COURSE / "nbgrader_config.py").read_text(encoding="utf-8")
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shutil.copytree(source, Path(folder) / "source" / name)
        config = read_settings(settings, folder)
        book = Path(folder) / "gradebook.db"
        config.CourseDirectory.db_url = f"sqlite:///{book}"
        succeed(NbGraderAPI(config=config).generate_assignment(name))
        blank = book.read_bytes()
    return {
        "name": name,
        "settings": settings,
        "blank": blank,
        "guard": (COURSE / "guard.py").read_text(encoding="utf-8"),
        "course": str(COURSE),
    }


def succeed(done):
    """Raise a ValueError with nbgrader's own words if it could not do something."""
    if not done["success"]:
        said = done.get("log") or done["error"]
        # nbgrader's own advice would be to upgrade the database.
        if "database is locked" in said:
            said = "the grade book is locked: another program is writing into it"
        raise ValueError(said)


class GradeBook:
    """The grade book of the course, for one exercise. Only one process has it.

    Parameters
    ----------
    exercise : dict
        What `read_exercise` returns.
    folder : path
        An empty folder, through which executed notebooks reach nbgrader.
    """

    def __init__(self, exercise, folder):
        self.name = exercise["name"]
        self.submitted = COURSE / "submitted"
        self.executed = Path(folder) / "executed"
        self.marks = COURSE / "graded" / self.name
        config = read_settings(exercise["settings"], folder)
        config.CourseDirectory.root = str(COURSE)
        config.CourseDirectory.release_directory = str(Path(folder) / "release")
        config.CourseDirectory.submitted_directory = str(self.executed)
        # Workers have run the notebooks; what they put out is to be kept.
        config.Execute.enabled = False
        config.ClearOutput.enabled = False
        self.nbgrader = NbGraderAPI(config=config)
        succeed(self.nbgrader.generate_assignment(self.name))
        source = COURSE / "source" / self.name / f"{self.name}.ipynb"
        words = exercise["settings"] + exercise["guard"]
        self.rules = source.read_bytes() + words.encode("utf-8")
        self.add_class_list()

    def add_class_list(self):
        """Take over the students of students.csv, if there is one."""
        path = COURSE / "students.csv"
        if path.exists():
            with open(path, newline="", encoding="utf-8-sig") as file:
                rows = [row for row in csv.DictReader(file) if row.get("id")]
            with self.nbgrader.gradebook as book:
                for row in rows:
                    known = {key: row.get(key) or None for key in COLUMNS[1:4]}
                    book.update_or_create_student(row["id"], **known)

    def path_of_mark(self, student):
        """Return the file that says what of a student has been recorded."""
        return self.marks / f"{student}.json"

    def key(self, submission):
        """Return what tells a submission, under the rules of today, from others."""
        return hashlib.sha256(self.rules + submission).hexdigest()

    def mark(self, student):
        """Return what has been recorded: a dictionary, empty if nothing was."""
        path = self.path_of_mark(student)
        return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def record(self, student, submission, notebook, remarks):
        """Record the points of an executed notebook, then that this was done."""
        mark = self.path_of_mark(student)
        mark.unlink(missing_ok=True)
        folder = self.executed / student / self.name
        folder.mkdir(parents=True)
        (folder / f"{self.name}.ipynb").write_text(notebook, encoding="utf-8")
        # By the secret, feedback finds its way back through nbgrader's exchange.
        for name in ("timestamp.txt", "submission_secret.txt"):
            collected = self.submitted / student / self.name / name
            if collected.exists():
                shutil.copy(collected, folder)
        succeed(self.nbgrader.autograde(self.name, student))
        shutil.rmtree(folder)
        mark.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"key": self.key(submission), "remarks": remarks})
        mark.with_suffix(".new").write_text(text, encoding="utf-8")
        os.replace(mark.with_suffix(".new"), mark)

    def rows(self, states):
        """Return the rows of all students, sorted, each a dictionary of COLUMNS.

        Parameters
        ----------
        states : dict of str to str
            Why the newest file of a student could not be graded.
        """
        with self.nbgrader.gradebook as book:
            scores = {
                one.student.id: (
                    max(0.0, one.score - one.late_submission_penalty),
                    one.needs_manual_grade,
                )
                for one in book.assignment_submissions(self.name)
            }
            points = book.find_assignment(self.name).max_score
            students = {
                one.id: {key: getattr(one, key) or "" for key in COLUMNS[1:4]}
                for one in book.students
            }
        rows = []
        for student in sorted(students.keys() | states.keys()):
            row = {"student_id": student, **students.get(student, {})}
            mark = self.mark(student)
            row["max_score"] = points
            row["remarks"] = "; ".join(mark.get("remarks", []))
            row["status"] = "not handed in"
            if mark and student in scores:
                row["score"], by_hand = scores[student]
                row["status"] = "graded"
                if by_hand:
                    row["status"] += ", but for what is graded by hand"
            if student in states:
                row["status"] = f"not graded: {states[student]}"
                if "score" in row:
                    row["status"] += " (the score is of an earlier file)"
            rows.append(row)
        return rows


def grade(exercise, client):
    """Grade what was handed in for an exercise and is not recorded yet.

    Prints a line for each submission that it looks at.

    Parameters
    ----------
    exercise : dict
        What `read_exercise` returns.
    client : distributed.Client
        Where the workers are.

    Returns
    -------
    list of dict
        A row for each student; see COLUMNS.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        book = GradeBook(exercise, folder)
        states, waiting = {}, {}
        for student, path, problem in find_submissions(book.submitted, book.name):
            if problem:
                print(problem)
            if not path:
                states.setdefault(student, problem)
            elif book.mark(student).get("key") != book.key(path.read_bytes()):
                try:
                    read_notebook(path)
                    waiting[student] = path
                except ValueError as error:
                    states[student] = str(error)
        states.pop("", None)  # a file that lies in nobody's folder
        states |= dict.fromkeys(waiting, "not run yet, start grade.py again")
        try:
            # A file is read when its turn comes.
            tasks = ((x, path.read_bytes(), exercise) for x, path in waiting.items())
            results = enumerate(run_all(try_to_execute, tasks, client), start=1)
            for number, ((student, submission, _), notebook, remarks) in results:
                said = "graded again" if book.mark(student) else "graded"
                if notebook:
                    book.record(student, submission, notebook, remarks)
                    del states[student]
                else:
                    states[student] = remarks
                    said = f"not graded: {remarks}"
                print(f"[{number}/{len(waiting)}] {student}: {said}", flush=True)
        finally:
            rows = book.rows(states)
            write_rows(COURSE / "grades" / f"{book.name}.csv", rows)
    return rows


def write_rows(path, rows):
    """Write the points of all students, in one step, so that no half a file stays."""
    path.parent.mkdir(exist_ok=True)
    new = path.with_suffix(".new")
    with open(new, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    os.replace(new, path)


def main(arguments=None):
    """Grade a class; return 0 if all that was handed in is graded."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", metavar="NAME", help="the exercise")
    add_options(parser)
    options = parser.parse_args(arguments)
    # Of how nbgrader uses its database; nothing that an instructor could change.
    warnings.filterwarnings("ignore", module="nbgrader")
    try:
        exercise = read_exercise(options.name)
        with connect(options, PACKAGES) as client:
            rows = grade(exercise, client)
    except (OSError, ValueError, SQLAlchemyError) as error:
        print(f"Stopped: {error}\nWhat is recorded stays: start it again to go on.")
        return 1
    for row in rows:
        score = f", {row['score']:g} of {row['max_score']:g}" if "score" in row else ""
        remarks = f" (look at it: {row['remarks']})" if row["remarks"] else ""
        print(f"{row['student_id']}: {row['status']}{score}{remarks}")
    ungraded = sum(row["status"].startswith("not graded") for row in rows)
    print(f"grades/{options.name}.csv has {len(rows)} students, {ungraded} not graded.")
    return 1 if ungraded else 0


if __name__ == "__main__":
    sys.exit(main())
