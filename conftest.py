"""What all test runs share: lessons, solved exercises and the files in tests/."""

import os
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT / "scripts"))

# Kernels describe their figures in words, which are compared; pictures are not.
os.environ["PYTHONSTARTUP"] = str(ROOT / "scripts" / "describe_figures.py")

# Workers share the cores: a worker with more threads than its share slows the others.
# Only a worker sets this, because it inherits whatever the process that starts it has.
WORKERS = os.environ.get("PYTEST_XDIST_WORKER_COUNT")
if WORKERS:
    THREADS = str(max(1, os.cpu_count() // int(WORKERS)))
    for prefix in ("TF_NUM_INTRAOP", "OMP_NUM", "OPENBLAS_NUM"):
        os.environ.setdefault(f"{prefix}_THREADS", THREADS)

# What takes long, besides the lessons. A file is one worker's work (xdist cannot split
# it by `xdist_group`: pytest 9.2 doesn't read the names that xdist 3.8 gives), so a
# long one at the end would leave the other worker idle.
FIRST = ["tests/test_exercises.py", "tests/test_grading.py"]


def pytest_configure(config):
    """Name the sanitiser's file by its whole path, so that any folder will do."""
    config.option.nbval_sanitize_with = str(ROOT / "tests" / "nbval_sanitize.cfg")


def pytest_collection_modifyitems(items):
    """Put the longest files first; the others stay in the order of `testpaths`."""
    items.sort(key=lambda item: item.nodeid.split("::")[0] not in FIRST)


# What the kernel of a lesson or exercise may need at its peak, in bytes: 2 GiB.
MEMORY = 2 * 2**30


def peak_memory(process):
    """Return the most memory a process has needed, in bytes, or 0 if unknown."""
    status = Path(f"/proc/{process}/status")
    if not status.exists():
        return 0
    # A process that has ended says nothing.
    peaks = re.findall(r"VmHWM:\s+(\d+) kB", status.read_text())
    return 1024 * int(peaks[0]) if peaks else 0


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    """After the last cell of a notebook, ask how much memory its kernel needed."""
    notebook = item.parent
    kernel = getattr(notebook, "kernel", None)
    last = nextitem is None or nextitem.parent is not notebook
    peak = peak_memory(kernel.km.provisioner.pid) if kernel and last else 0
    result = yield
    assert peak <= MEMORY, (
        f"{notebook.name} needed {peak / 2**30:.2f} GiB of memory, "
        f"allowed are {MEMORY / 2**30:.0f}"
    )
    return result


@pytest.fixture
def root():
    """Return the folder of the course."""
    return ROOT
