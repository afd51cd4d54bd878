"""What several test files share."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Keep the cells of a notebook, and the answers to an exercise, on one worker."""
    for item in items:
        parameters = item.callspec.params if hasattr(item, "callspec") else {}
        group = parameters["name"] if "answer" in parameters else item.path.name
        item.add_marker(pytest.mark.xdist_group(group))


@pytest.fixture
def root():
    """The folder of the course."""
    return ROOT
