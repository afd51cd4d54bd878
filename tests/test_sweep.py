"""A sweep over seeds: what it keeps, what it survives, and which ranges it accepts."""

import asyncio
import contextlib
import io
import os
import queue
import re
import subprocess
import sys
import threading
import time
from types import SimpleNamespace

import dask
import nbformat
import numpy as np
import psutil
import pytest
import refresh
import sweep
import workers
from conftest import ROOT
from dask.utils import parse_timedelta
from distributed.protocol import pickle
from jupyter_client.channels import AsyncZMQSocketChannel
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))

# A lesson as it must be, but that trains nothing. With the seed 2 a row is outside its
# range, after which the assertion does not run.
CELLS = {
    "setup": "from course_utils.results import show_results\n\nSEED = 0\nDATA_SEED = 0",
    "work": "x = 1 + SEED / 10",
    "results": """
unit = (0, 1)
show_results(
    "99",
    [
        ("x", x, 0.5, 2.5, "ratio"),
        ("y", {2: 9.0}.get(SEED, SEED), 0, 8, "ratio"),
        ("exact", 1 / 3, *unit, "ratio"),
    ],
    seconds={},
)
assert SEED != 2
""",
}


def lesson(**changes):
    """Return the made-up lesson with other cells."""
    cells = [new_markdown_cell("What a seed does.", id="title")]
    for name, source in (CELLS | changes).items():
        tags = {"tags": ["results"]} if name == "results" else {}
        cells.append(new_code_cell(source, id=name, metadata=tags))
    return new_notebook(cells=cells)


# What of a range is said.


@pytest.mark.parametrize(
    ("values", "low", "high", "said"),
    [
        # The spread is 1: an end must be between a half and two away.
        ([2, 3], 1.5, 3.5, []),
        ([2, 3], 0.01, 4.99, []),
        ([2, 3], 1.51, 3.5, ["too narrow at 1.51"]),
        ([2, 3], 1.5, 3.49, ["too narrow at 3.49"]),
        ([2, 3], -0.01, 3.5, ["too wide at -0.01"]),
        ([2, 3], 1.5, 5.01, ["too wide at 5.01"]),
        ([2, 3], 1.99, 9, ["too narrow at 1.99", "too wide at 9"]),
        # What lies on an end is within.
        ([2, 3], 2, 3.5, ["too narrow at 2"]),
        ([2, 3, 2.5], 2.1, 3.5, ["too narrow at 2.1: outside with seed 0"]),
        ([2, 3, 4], 1, 2.5, ["too narrow at 2.5: outside with seed 1, 2"]),
        (
            [5, 6],
            1.5,
            2,
            ["too wide at 1.5", "too narrow at 2: outside with seed 0, 1"],
        ),
        ([2, None, 3], 1.5, 3.5, ["too narrow: not a number with seed 1"]),
        ([None, None], 1.5, 3.5, ["too narrow: not a number with seed 0, 1"]),
        # Ends that theory may give are never too wide, and too narrow only if wrong.
        ([0.1, 0.2], 0, 0.3, []),
        ([0.01, 0.2], 0, 0.3, ["near 0"]),
        ([0.7, 0.99], 0.5, 1, ["near 1"]),
        ([1.00001, 1.01], 0.99999, 1.02, ["near 0.99999"]),
        ([0.1, 0.101], 0, 1, []),
        ([-0.1, 0.2], 0, 0.4, ["too narrow at 0: outside with seed 0"]),
        ([1e-7, 2e-7], 0, 1e-4, ["too wide at 0.0001"]),
        ([5e-5, 9e-5], 4.9e-5, 1.2e-4, ["too narrow at 4.9e-05"]),
        # Less than a hundredth of the value is not much.
        ([1.001, 1.0011], 0.992, 1.01, []),
        ([1.001, 1.0011], 0.98, 1.02, ["too wide at 0.98", "too wide at 1.02"]),
        # Rows without a seed in them have ranges for other machines.
        ([0.5, 0.5, 0.5], 0.1, 0.51, ["the same with every seed"]),
        ([0.5, 0.5 + 1e-8], 0.1, 0.51, ["the same with every seed"]),
        ([0, 0], 0, 0, ["the same with every seed"]),
        (
            [0.5, 0.5],
            0.6,
            1,
            ["too narrow at 0.6: outside with seed 0, 1", "the same with every seed"],
        ),
        # One value has no spread.
        ([0.5], 0.1, 0.9, ["one seed alone"]),
        ([0.5], 0.6, 0.9, ["too narrow at 0.6: outside with seed 0", "one seed alone"]),
    ],
)
def test_what_is_said_of_a_range(values, low, high, said):
    assert sweep.judge(dict(enumerate(values)), low, high) == said


def test_contributing_says_how_often_another_seed_is_outside():
    values = np.random.default_rng(0).normal(size=(200_000, len(sweep.SEEDS) + 1))
    another, values = values[:, 0], values[:, 1:]
    low, high = values.min(axis=1), values.max(axis=1)
    said = []
    for part in (sweep.NEAREST, 0):
        margin = part * (high - low)
        outside = (another < low - margin) | (another > high + margin)
        said.append(round(100 * outside.mean()))
    times = "another seed is outside {} times in 100; .* value, {} times".format(*said)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert re.search(times, text)
    # The rules themselves.
    assert (sweep.NEAREST, sweep.FARTHEST, sweep.HARMLESS) == (1 / 2, 2, 1 / 100)
    for words in ("less than half the", "more than twice the", "more than a hundredth"):
        assert words in text
    assert list(sweep.SEEDS) == list(range(8))


# What is run, and again.


def path_of(tmp_path, notebook, seed=0, backend="tensorflow"):
    path = tmp_path / "99_made_up.ipynb"
    nbformat.write(notebook, path)
    return sweep.prepare(path, seed, backend).path


def changed(name, old, new):
    assert CELLS[name].count(old) == 1
    return lesson(**{name: CELLS[name].replace(old, new)})


def test_only_what_can_change_a_value_lets_a_lesson_run_again(tmp_path, monkeypatch):
    kept = path_of(tmp_path, lesson())
    prose = lesson()
    prose.cells[0].source = "Other words."
    with_outputs = lesson()
    with_outputs.cells[1].execution_count = 1
    same = [
        prose,
        with_outputs,
        changed("results", "0.5, 2.5", "-1, 1e3"),
        changed("results", "0, 8,", "-0.5, 9e1,"),
    ]
    assert {path_of(tmp_path, notebook) for notebook in same} == {kept}

    others = [
        path_of(tmp_path, lesson(), seed=1),
        path_of(tmp_path, lesson(), backend="jax"),
        path_of(tmp_path, changed("work", "10", "11")),
        path_of(tmp_path, changed("setup", "DATA_SEED = 0", "DATA_SEED = 1")),
        path_of(tmp_path, changed("results", '"x", x,', '"x", x + 1,')),
        # A range that is not written out may depend on anything.
        path_of(tmp_path, changed("results", "(0, 1)", "(0, 2)")),
    ]
    monkeypatch.setattr(refresh, "surroundings", lambda: "other helpers")
    others.append(path_of(tmp_path, lesson()))
    assert len({kept, *others}) == len(others) + 1


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_each_lesson_has_a_seed_and_ranges_to_compare_with(path):
    run = sweep.prepare(path, 3, "tensorflow")
    notebook = nbformat.reads(run.text, as_version=4)
    code = "\n".join(x.source for x in notebook.cells if x.cell_type == "code")
    assert re.findall(r"(?m)^SEED = .*$", code) == ["SEED = 3"]
    assert not any(cell.get("outputs") for cell in notebook.cells)
    stored = {
        row["metric"]: (row["low"], row["high"])
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        for row in output.get("data", {}).get("application/json", {}).get("rows", [])
    }
    assert run.ranges
    assert run.ranges.items() <= stored.items()


@pytest.mark.parametrize("setup", ["SEED = 1", "", "SEED = 0\nSEED = 0"])
def test_a_lesson_needs_one_seed(tmp_path, setup):
    with pytest.raises(ValueError, match="one line SEED = 0, this one has [02]"):
        path_of(tmp_path, lesson(setup=setup))


# Real workers.


def kill_a_worker(killed):
    """End the first of the processes that runs a kernel, and note it."""
    while not killed:
        for process in psutil.Process().children(recursive=True):
            with contextlib.suppress(psutil.Error):
                if any("ipykernel" in str(x.cmdline()) for x in process.children()):
                    process.kill()
                    killed.append(process.pid)
                    break
        time.sleep(0.05)


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """Sweep two lessons over three seeds; again; and again after changes.

    In the first sweep a worker is killed. In one lesson a cell fails with the seed 1.
    What is returned: what each sweep printed, what it returned, and what was kept.
    """
    folder = tmp_path_factory.mktemp("sweep")
    paths = [folder / "98_failing.ipynb", folder / "99_made_up.ipynb"]
    nbformat.write(lesson(work="x = 1 / (SEED - 1)"), paths[0])
    nbformat.write(lesson(), paths[1])
    killed = []
    options = SimpleNamespace(scheduler=None, workers=2)
    with pytest.MonkeyPatch.context() as patch, workers.connect(options, []) as client:
        patch.setattr(sweep, "STORE", folder / "store")
        patch.setattr(sweep, "SEEDS", range(3))

        def run():
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                returned = sweep.sweep(paths, client)
            return printed.getvalue(), *returned

        killer = threading.Thread(target=kill_a_worker, args=(killed,), daemon=True)
        killer.start()
        sweeps = [run()]
        assert killed
        sweeps.append(run())
        work, ranges = CELLS["work"], CELLS["results"].replace("2.5", "1.3")
        nbformat.write(lesson(work=f"{work} + 1"), paths[0])
        nbformat.write(lesson(results=ranges), paths[1])
        sweeps.append(run())
        client.cluster.close()
    return sweeps


def rows_of(printed, name):
    """Return the rows of a lesson's table, {quantity: (smallest, largest, rest)}."""
    table = printed.split(f"\n{name} seeds: ")[1].split("\n\n")[0].splitlines()[1:]
    rows = [re.split("  +", line.strip(), maxsplit=3) for line in table]
    return {row[0]: tuple(row[1:]) for row in rows if len(row) == 4}


def test_every_seed_counts_though_one_is_outside_and_a_worker_was_killed(swept):
    printed, verdicts, _ = swept[0]
    assert printed.startswith("0 of 6 runs are kept.")
    assert rows_of(printed, "99_made_up, 3") == {
        "x": ("1", "1.2", "0.5 to 2.5           too wide at 0.5; too wide at 2.5"),
        "y": (
            "0",
            "9",
            "0 to 8               near 0; too narrow at 8: outside with seed 2",
        ),
        "exact": (
            "0.333333",
            "0.333333",
            "0 to 1               the same with every seed",
        ),
    }
    assert "near 0" in verdicts


def test_an_error_is_reported_and_stops_nothing_else(swept):
    printed, _, failures = swept[0]
    failed = "98_failing, seed 1: ZeroDivisionError: division by zero"
    assert failures == [failed]
    assert f"] {failed}\n" in printed
    # Its x is -1 with the seed 0, 1 with the seed 2.
    assert rows_of(printed, "98_failing, 2")["x"][:2] == ("-1", "1")


def test_only_what_is_not_kept_runs(swept):
    printed, verdicts, failures = swept[1]
    assert printed.startswith("5 of 6 runs are kept.")
    assert re.findall(r"^\[.*", printed, re.MULTILINE) == [f"[1/1] {failures[0]}"]
    assert sorted(verdicts) == sorted(swept[0][1])


def test_a_changed_lesson_runs_again_and_a_changed_range_is_used(swept):
    printed, _, failures = swept[2]
    assert failures == []
    ran = re.findall(r"^\[\d/\d\] (.*), seed", printed, re.MULTILINE)
    assert ran == ["98_failing"] * 3
    assert rows_of(printed, "98_failing, 3")["x"][:2] == ("2", "2.2")
    assert "0.5 to 1.3 " in rows_of(printed, "99_made_up, 3")["x"][2]


def test_a_worker_may_take_long_to_come_back(monkeypatch):
    """On a busy machine its start takes more than Dask's 15 seconds."""
    for name in ("LocalCluster", "Client"):
        monkeypatch.setattr(workers, name, lambda *_, **settings: None)
    with dask.config.set({"distributed.deploy.lost-worker-timeout": "15s"}):
        workers.connect(SimpleNamespace(scheduler=None, workers=1), [])
        waits = dask.config.get("distributed.deploy.lost-worker-timeout")
    assert parse_timedelta(waits) >= 600


def test_a_sweep_that_ends_in_the_middle_goes_on(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sweep, "STORE", tmp_path / "store")
    path = tmp_path / "99_made_up.ipynb"
    nbformat.write(lesson(), path)
    row = {"metric": "x", "value": 1.0, "low": 0, "high": 2, "unit": ""}
    asked = []

    def run_some(function, tasks, client):
        for task in tasks:
            if len(asked) == 5:
                asked.clear()
                raise ConnectionError("the scheduler is gone")
            asked.append(task[0])
            yield task, [row], None

    monkeypatch.setattr(sweep, "run_all", run_some)
    monkeypatch.setattr(sweep, "connect", lambda *_: contextlib.nullcontext())
    assert sweep.main([str(path)]) == 1
    assert "Stopped: the scheduler is gone" in capsys.readouterr().out
    assert sweep.main([str(path)]) == 0
    assert asked == [f"99_made_up, seed {seed}" for seed in (5, 6, 7)]
    assert (
        "0 too narrow, 0 too wide, 0 near. Failed runs: 0." in capsys.readouterr().out
    )


def test_the_exit_status_says_that_a_run_failed(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sweep, "connect", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(sweep, "sweep", lambda *_: (["too narrow at 1"] * 2, ["a: b"]))
    assert sweep.main([]) == 1
    said = capsys.readouterr().out
    assert "2 too narrow, 0 too wide, 0 near. Failed runs: 1.\na: b\n" in said


# Workers elsewhere.


@pytest.fixture
def threads_and_backend_put_back(monkeypatch):
    """What runs a lesson here sets these variables for its kernel."""
    libraries = ("TF_NUM_INTRAOP", "TF_NUM_INTEROP", "OMP_NUM", "OPENBLAS_NUM")
    for name in (*(f"{library}_THREADS" for library in libraries), "KERAS_BACKEND"):
        monkeypatch.setenv(name, os.environ.get(name, ""))


@pytest.mark.usefixtures("threads_and_backend_put_back")
@pytest.mark.parametrize("busy", [False, True])
def test_a_reply_of_which_no_word_came_is_read_in_the_end(monkeypatch, busy):
    lost = []
    get_message = AsyncZMQSocketChannel.get_msg

    async def lose_word_once(channel, timeout=None):
        # Nothing else waits so long. It is as if this time were over.
        if timeout == sweep.CELL_SECONDS and not lost:
            lost.append(channel)
            await asyncio.sleep(1)
            raise queue.Empty
        return await get_message(channel, timeout)

    monkeypatch.setattr(AsyncZMQSocketChannel, "get_msg", lose_word_once)
    wait = "import time\n\ntime.sleep(60)\n" if busy else ""
    text = nbformat.writes(lesson(setup=wait + CELLS["setup"]))
    rows, problem = sweep.try_to_run(text, "tensorflow", sweep.course_digest())
    assert lost
    if busy:  # A cell that does go on is stopped.
        assert (rows, problem) == (None, "KeyboardInterrupt: ")
    else:
        assert rows[0]["value"] == 1


@pytest.mark.usefixtures("threads_and_backend_put_back")
def test_a_worker_with_another_course_returns_nothing(monkeypatch):
    text = nbformat.writes(lesson())
    course = sweep.course_digest()
    assert sweep.try_to_run(text, "tensorflow", "another")[0] is None
    # What is changed while a lesson runs is noticed, too.
    digests = [course, "another"]
    monkeypatch.setattr(sweep, "course_digest", lambda: digests.pop(0))
    rows, problem = sweep.try_to_run(text, "tensorflow", course)
    assert rows is None
    assert problem.startswith("ValueError: the worker's course_utils or data are not")
    assert digests == []


def test_helpers_and_data_make_the_digest_of_a_course(tmp_path, monkeypatch):
    """Installed or checked out, wherever it lies."""

    def digest():
        origin = SimpleNamespace(origin=str(package / "__init__.py"))
        monkeypatch.setattr(sweep.importlib.util, "find_spec", lambda name: origin)
        return sweep.course_digest()

    package = tmp_path / "course_utils"
    for name in ("course_utils/datasets/x.py", "course_utils/course.mplstyle"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    for name in ("data/mnist/x.gz", "data/make.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    first = digest()
    (tmp_path / "data").rename(package / "data")
    assert digest() == first
    found = {first}
    for name in ("datasets/x.py", "course.mplstyle", "data/mnist/x.gz"):
        (package / name).write_text("other")
        found.add(digest())
    assert len(found) == 4


def test_what_a_worker_needs_of_the_commands_files_travels():
    """It loads where the course's scripts and exercises are not."""
    sent = pickle.dumps(workers.use_one_core)
    code = "import os, pickle, sys; pickle.load(sys.stdin.buffer)()"
    code += (
        "; print(os.environ['OMP_NUM_THREADS'], os.environ['TF_NUM_INTRAOP_THREADS'])"
    )
    environment = {"PATH": os.environ["PATH"], "OMP_NUM_THREADS": "7"}
    done = subprocess.run(
        [sys.executable, "-I", "-c", code],
        input=sent,
        capture_output=True,
        env=environment,
        check=True,
    )
    assert done.stdout.split() == [b"1", b"1"]
