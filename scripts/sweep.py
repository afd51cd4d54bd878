"""Run lessons with the seeds 0 to 7, and say which expected ranges do not fit.

python scripts/sweep.py                         all lessons, on all cores
python scripts/sweep.py NOTEBOOK ...            only these, in this order
python scripts/sweep.py --workers 1             on one core
python scripts/sweep.py --scheduler ADDRESS     on a Dask cluster

A worker gets a notebook with another SEED and returns the rows of its results. Each
run is kept in .sweep/ as soon as it is done. So a sweep may be stopped at any time,
and started again: what is kept does not run again, unless the code has changed. To
change a range costs no run. CONTRIBUTING.md says which range is too narrow or too wide.
"""

import argparse
import ast
import copy
import hashlib
import importlib.util
import json
import math
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import refresh
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "exercises"))

from workers import (  # noqa: E402
    KERNEL_ARGUMENTS,
    add_options,
    connect,
    reason,
    run_all,
    use_one_core,
)

SEEDS = range(8)
STORE = ROOT / ".sweep"
# A cell that takes longer never ends, on a busy machine too.
CELL_SECONDS = 600
# What must have one version in all workers.
PACKAGES = ["numpy", "keras"]

# The distance from an end of a range to the nearest value, in spreads of the values.
NEAREST, FARTHEST = 0.5, 2
# An end that is too far off by less than this part of the value does no harm.
HARMLESS = 0.01
# Values that differ by less than this part are the same.
SAME = 1e-6
# What theory may give as an end, also when it was moved a little for rounding.
BOUNDS, ROUNDING = (0, 1), 1e-4


def course_digest():
    """Return a digest of the helpers and data that the kernels of this process use."""
    package = Path(importlib.util.find_spec("course_utils").origin).parent
    # An installed package has the data within it, a checkout beside it.
    data = package / "data" if (package / "data").is_dir() else package.parent / "data"
    helpers = [path for path in package.rglob("*.py") if data not in path.parents]
    files = [*helpers, *package.glob("*.mplstyle"), *data.glob("[!_]*/*")]
    digests = sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in files)
    return hashlib.sha256("".join(digests).encode()).hexdigest()


def run_lesson(text, backend, course):
    """Run a notebook in an empty folder. This is what a worker does.

    Parameters
    ----------
    text : str
        The notebook.
    backend : str
        What Keras computes with.
    course : str
        What `course_digest` must return where the notebook runs.

    Returns
    -------
    list of dict
        The rows of its results, also when some are outside their ranges.

    Raises
    ------
    ValueError
        If there is another version of the course, or the notebook shows no results.
    CellExecutionError
        If a cell fails otherwise than by a row outside its range.
    """
    use_one_core()
    os.environ["KERAS_BACKEND"] = backend
    notebook = nbformat.reads(text, as_version=4)
    check_course(course)
    failed = None
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            timeout=CELL_SECONDS,
            # Rarely, word of the kernel's reply is lost (zeromq/pyzmq#2173): after an
            # interruption, which the idle kernel ignores, nbclient looks once more.
            interrupt_on_timeout=True,
            extra_arguments=KERNEL_ARGUMENTS,
            resources={"metadata": {"path": folder}},
        )
        try:
            client.execute()
        except CellExecutionError as error:
            failed = error
    # It may have been changed meanwhile.
    check_course(course)
    rows = [
        row
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        for row in output.get("data", {}).get("application/json", {}).get("rows", [])
    ]
    # The rows are shown first; then one that is outside its range is an error.
    if failed and not (rows and failed.evalue.startswith("outside the expected range")):
        raise failed
    if not rows:
        raise ValueError("it shows no results")
    return rows


def check_course(course):
    """Raise a ValueError if kernels here would use another version of the course."""
    if course_digest() != course:
        raise ValueError("the worker's course_utils or data are not those of the sweep")


def try_to_run(text, backend, course):
    """Return the rows of a notebook and None, or None and the reason why not."""
    try:
        return run_lesson(text, backend, course), None
    except CellExecutionError as error:
        return None, f"{error.ename}: {error.evalue}"
    except Exception as error:
        return None, reason(error)


def with_seed(notebook, seed):
    """Return a copy of a lesson with another seed, without outputs.

    Raises
    ------
    ValueError
        If the lesson has no line ``SEED = 0``, or several.
    """
    notebook = copy.deepcopy(notebook)
    found = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.source, count = re.subn(
                r"(?m)^SEED = 0$", f"SEED = {seed}", cell.source
            )
            found += count
    if found != 1:
        raise ValueError(f"a lesson needs one line SEED = 0, this one has {found}")
    return notebook


def take_ranges(source):
    """Return the code of a results cell without the ranges, and the ranges.

    Only ranges whose two ends are written as numbers are taken; others stay part of
    the code.
    """
    tree = ast.parse(source)
    ranges = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and len(node.elts) == 5:
            metric, _, low, high, _ = node.elts
            if isinstance(getattr(metric, "value", None), str):
                with suppress(ValueError):
                    ends = ast.literal_eval(low), ast.literal_eval(high)
                    ranges[metric.value] = ends
                    del node.elts[2:4]
    return ast.unparse(tree), ranges


@dataclass
class Run:
    """A lesson with a seed: the notebook as text, its ranges, where rows are kept."""

    lesson: str
    seed: int
    text: str
    ranges: dict
    path: Path

    def keep(self, rows):
        """Write the rows in one step, so that no half a file stays."""
        self.path.parent.mkdir(exist_ok=True)
        new = self.path.with_suffix(".new")
        new.write_text(json.dumps(rows, indent=1), encoding="utf-8")
        os.replace(new, self.path)

    def kept(self):
        """Return the rows that were kept, or None."""
        if self.path.exists():
            return json.loads(self.path.read_text(encoding="utf-8"))
        return None


def prepare(path, seed, backend):
    """Return the run of a lesson with a seed.

    Its rows are kept under a digest of what can change them: the code but for the
    ranges, helpers, data, pins and backend.
    """
    notebook = with_seed(nbformat.read(path, as_version=4), seed)
    text = nbformat.writes(notebook)
    ranges = {}
    for cell in notebook.cells:
        if "results" in cell.metadata.get("tags", []):
            cell.source, ranges = take_ranges(cell.source)
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    key = refresh.digest([refresh.digests(notebook)["code"], pins, backend])
    return Run(path.stem, seed, text, ranges, STORE / f"{path.stem}-{seed}-{key}.json")


def judge(values, low, high):
    """Say how an expected range fits the values of several seeds.

    Parameters
    ----------
    values : dict of int to (float or None)
        The value of each seed; None is not a number.
    low, high : float
        The ends of the range.

    Returns
    -------
    list of str
        What is to be said: "too narrow ...", "too wide ...", "near ...", or that
        all values are the same. Empty if the range fits.
    """
    said = []
    missing = [seed for seed, value in values.items() if value is None]
    if missing:
        said.append(f"too narrow: not a number with seed {listed(missing)}")
    values = {seed: value for seed, value in values.items() if value is not None}
    if not values:
        return said
    spread = max(values.values()) - min(values.values())
    size = max(abs(value) for value in values.values())
    same = spread <= SAME * size
    for end, sign in ((low, 1), (high, -1)):
        outside = [seed for seed, v in values.items() if sign * (v - end) < 0]
        distance = min(sign * (v - end) for v in values.values())
        bound = any(math.isclose(end, x, rel_tol=ROUNDING) for x in BOUNDS)
        if outside:
            said.append(f"too narrow at {end:g}: outside with seed {listed(outside)}")
        elif same:
            continue
        elif distance < NEAREST * spread:
            said.append(f"{'near' if bound else 'too narrow at'} {end:g}")
        elif distance > max(FARTHEST * spread, HARMLESS * size) and not bound:
            said.append(f"too wide at {end:g}")
    if same:
        said.append("the same with every seed" if len(values) > 1 else "one seed alone")
    return said


def listed(seeds):
    return ", ".join(map(str, seeds))


def report(runs):
    """Print the rows of a lesson over its seeds; return all that is said of them."""
    values, ranges = {}, {}
    kept = [(run, rows) for run in runs if (rows := run.kept())]
    for run, rows in kept:
        for row in rows:
            metric = row["metric"]
            values.setdefault(metric, {})[run.seed] = row["value"]
            ranges[metric] = run.ranges.get(metric, (row["low"], row["high"]))
    print(f"\n{runs[0].lesson}, {len(kept)} seeds: smallest, largest, expected range")
    verdicts = []
    for metric, by_seed in values.items():
        said = judge(by_seed, *ranges[metric])
        numbers = [v for v in by_seed.values() if v is not None] or [math.nan]
        low, high = ranges[metric]
        expected = f"{low:g} to {high:g}"
        print(
            f"  {metric:36} {min(numbers):>12.6g} {max(numbers):>12.6g}   "
            f"{expected:20} {'; '.join(said)}",
            flush=True,
        )
        verdicts += said
    return verdicts


def sweep(paths, client):
    """Run lessons with all seeds, but for what is kept, and report on each.

    Parameters
    ----------
    paths : list of path
        The notebooks.
    client : distributed.Client
        Where the workers are.

    Returns
    -------
    tuple of (list of str, list of str)
        What is said of rows, and the runs that failed, with the reason.
    """
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    course = course_digest()
    lessons = {
        path.stem: [prepare(path, seed, backend) for seed in SEEDS] for path in paths
    }
    runs = {
        f"{run.lesson}, seed {run.seed}": run for x in lessons.values() for run in x
    }
    waiting = {name: run for name, run in runs.items() if run.kept() is None}
    print(f"{len(runs) - len(waiting)} of {len(runs)} runs are kept.", flush=True)
    verdicts, failures = [], []

    def report_if_done(lesson):
        """Report on a lesson if none of its runs is waited for."""
        if not any(run.lesson == lesson for run in waiting.values()):
            verdicts.extend(report(lessons[lesson]))

    for lesson in lessons:
        report_if_done(lesson)
    tasks = [(name, run.text, backend, course) for name, run in waiting.items()]
    results = run_all(try_to_run, tasks, client)
    for number, ((name, *_), rows, problem) in enumerate(results, start=1):
        run = waiting.pop(name)
        if rows:
            run.keep(rows)
        else:
            failures.append(f"{name}: {problem}")
        print(f"[{number}/{len(tasks)}] {name}: {problem or 'done'}", flush=True)
        report_if_done(run.lesson)
    return verdicts, failures


def main(arguments=None):
    """Sweep the named lessons, or all; return 0 if all of them ran with all seeds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("notebooks", metavar="NOTEBOOK", nargs="*", type=Path)
    add_options(parser)
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(ROOT.glob("notebooks/*.ipynb"))
    try:
        with connect(options, PACKAGES) as client:
            verdicts, failures = sweep(paths, client)
    except (OSError, ValueError) as error:
        print(f"Stopped: {error}\nWhat has run is kept: start it again to go on.")
        return 1
    counts = ", ".join(
        f"{sum(said.startswith(kind) for said in verdicts)} {kind}"
        for kind in ("too narrow", "too wide", "near")
    )
    print(f"\nEnds of ranges: {counts}. Failed runs: {len(failures)}.")
    print(*failures, sep="\n")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
