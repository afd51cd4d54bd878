"""What several test files share."""

import os
import re
import sys
from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))

# Workers share the cores: a worker with more threads than its share slows the others.
# Only a worker sets this, because it inherits whatever the process that starts it has.
WORKERS = os.environ.get("PYTEST_XDIST_WORKER_COUNT")
if WORKERS:
    THREADS = str(max(1, os.cpu_count() // int(WORKERS)))
    for prefix in ("TF_NUM_INTRAOP", "OMP_NUM", "OPENBLAS_NUM"):
        os.environ.setdefault(f"{prefix}_THREADS", THREADS)


def pytest_collection_modifyitems(items):
    """Put grading first: what takes long at the end leaves a worker idle."""
    items.sort(key=lambda item: "test_grading" not in item.nodeid)


class BySubject(LoadScopeScheduling):
    """Keeps a notebook's cells, and a file's tests about one lesson, on one worker."""

    def _split_scope(self, nodeid):
        path, _, test = nodeid.partition("::")
        subject = re.search(r"\[(\d\d)[-_]", test)
        return f"{path}, {subject[1]}" if subject else path


def pytest_xdist_make_scheduler(config, log):
    return BySubject(config, log)


@pytest.fixture
def root():
    """The folder of the course."""
    return ROOT
