"""Notebooks run unchanged on JAX and PyTorch, and every result stays in its range.

A backend that is not installed is skipped; CONTRIBUTING.md says how to get them.
"""

from importlib.util import find_spec

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))
SOLVED = sorted(ROOT.glob("exercises/source/*/*.ipynb"))


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize("path", LESSONS + SOLVED, ids=lambda path: path.stem)
def test_notebook_on_another_backend(path, backend, monkeypatch):
    if not find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    monkeypatch.setenv("KERAS_BACKEND", backend)
    notebook = nbformat.read(path, as_version=4)
    asks = "import keras\nassert keras.backend.backend() == " + repr(backend)
    notebook.cells.append(nbformat.v4.new_code_cell(asks))
    # The results cell raises an error if a result is outside its range.
    NotebookClient(
        notebook,
        timeout=1800,
        interrupt_on_timeout=True,  # as in refresh.py
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output["text"]
