"""Run an exercise's cells in this process, with a student's answer in place."""

import ast
from symtable import symtable

import matplotlib as mpl
import nbformat
import numpy as np
from conftest import ROOT

mpl.use("agg")

HIDDEN = "### BEGIN HIDDEN TESTS"


class Exercise:
    """A solved exercise, of which any task can be answered differently."""

    def __init__(self, name):
        path = ROOT / "exercises" / "source" / name / f"{name}.ipynb"
        cells = []
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                mark = cell.metadata["nbgrader"]
                set_up = not (mark["grade"] or mark["solution"])
                cells.append((None if set_up else mark["grade_id"], cell.source))
        self.cells = without_spare_cells(cells)
        self._before = {}

    def before(self, task):
        """Return what is defined before a task's cell, everything solved rightly."""
        if task not in self._before:
            namespace, start = {}, 0
            names = [grade_id for grade_id, _ in self.cells]
            for earlier in self._before:
                if start < names.index(earlier) < names.index(task):
                    start = names.index(earlier)
                    namespace = dict(self._before[earlier])
            for _, source in self.cells[start : names.index(task)]:
                # Without hidden tests, as in a student's copy: some train once more.
                exec(source.partition(HIDDEN)[0], namespace)
            self._before[task] = dict(namespace)
        return {
            name: value.copy() if isinstance(value, np.ndarray) else value
            for name, value in self._before[task].items()
        }

    def run_check(self, task, answer, hidden):
        """Run a task's checks on an answer, with their hidden tests or without.

        Return what went wrong where the student sees it, and what in the hidden
        tests; None stands for nothing.
        """
        namespace = self.before(task)
        failed = failure(answer, namespace)
        failed_hidden = None
        prefix = task.replace("task", "check")
        for name, check in self.cells:
            if failed:
                break
            if name and name.startswith(prefix):
                visible, _, secret = check.partition(HIDDEN)
                failed = failure(visible, namespace)
                if hidden and not failed:
                    failed_hidden = failed_hidden or failure(secret, namespace)
        return failed, failed_hidden


def without_spare_cells(cells):
    """Leave out what the exercise gives for a figure only: no later cell needs it."""
    kept, needed = [], set()
    for grade_id, source in reversed(list(cells)):
        bound, used = set(), set()
        for statement in ast.parse(source).body:
            binds, uses = names_in(ast.unparse(statement))
            used |= uses - bound
            bound |= binds
        if grade_id or not bound or bound & needed:
            kept.append((grade_id, source))
            needed |= used
    return kept[::-1]


def names_in(code):
    """Return the global names that code binds, and those that it uses."""
    top = symtable(code, "cell", "exec")
    binds = {
        s.get_name() for s in top.get_symbols() if s.is_assigned() or s.is_imported()
    }
    uses, tables = set(), [top]
    for table in tables:
        tables += table.get_children()
        of_module = [s for s in table.get_symbols() if table is top or s.is_global()]
        uses |= {s.get_name() for s in of_module if s.is_referenced()}
    return binds, uses


def failure(code, namespace):
    """Run code; return what went wrong, or None."""
    try:
        exec(code, namespace)
    except AssertionError as error:
        return str(error) or "(no message)"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None
