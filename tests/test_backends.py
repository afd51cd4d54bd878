"""Lessons run unchanged on JAX and PyTorch, and every result stays in its range.

A backend that is not installed is skipped; CONTRIBUTING.md says how to get them.
"""

from importlib.util import find_spec

import nbformat
import pytest
from conftest import ROOT
from nbclient import NotebookClient

LESSONS = [
    "01_linear_autoencoder_is_pca",
    "05_contractive_autoencoder",
    "07_variational_autoencoder",
    "08_conditional_vae",
]


@pytest.mark.parametrize("backend", ["jax", "torch"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_on_another_backend(lesson, backend, monkeypatch):
    if not find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    monkeypatch.setenv("KERAS_BACKEND", backend)
    folder = ROOT / "notebooks"
    notebook = nbformat.read(folder / f"{lesson}.ipynb", as_version=4)
    asks = "import keras\nassert keras.backend.backend() == " + repr(backend)
    notebook.cells.append(nbformat.v4.new_code_cell(asks))
    # The results cell raises an error if a result is outside its range.
    NotebookClient(
        notebook, timeout=1800, resources={"metadata": {"path": str(folder)}}
    ).execute()
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            assert output.get("name") != "stderr", output["text"]
