"""Run an exercise's cells in this process, with a student's answer in place."""

import re

import matplotlib as mpl
import nbformat
import numpy as np
from conftest import ROOT

mpl.use("agg")

HIDDEN = re.compile(r"### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)


class Exercise:
    """A solved exercise, of which any task can be answered differently."""

    def __init__(self, name):
        path = ROOT / "exercises" / "source" / name / f"{name}.ipynb"
        self.cells = [
            (cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
            for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
        ]
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
                exec(source, namespace)
            self._before[task] = dict(namespace)
        return {
            name: value.copy() if isinstance(value, np.ndarray) else value
            for name, value in self._before[task].items()
        }

    def solution(self, task):
        """Return the reference solution of a task."""
        return dict(self.cells)[task]

    def run_check(self, task, answer, hidden):
        """Run a task's check on an answer; return what went wrong, or None."""
        namespace = self.before(task)
        prefix = task.replace("task", "check")
        checks = [code for name, code in self.cells if name and name.startswith(prefix)]
        try:
            exec(answer, namespace)
            for check in checks:
                exec(check if hidden else HIDDEN.sub("", check), namespace)
        except AssertionError as failure:
            return str(failure) or "(no message)"
        except Exception as failure:
            return f"{type(failure).__name__}: {failure}"
        return None
