"""What all test runs share: lessons, solved exercises and the files in tests/."""

import os
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


@pytest.fixture
def root():
    """Return the folder of the course."""
    return ROOT
