"""The comparison of notebooks turns red when it should, shown on damaged copies."""

import subprocess
import sys

import nbformat
import pytest
from conftest import ROOT

LESSON = ROOT / "notebooks" / "01_linear_autoencoder_is_pca.ipynb"


def run_nbval(notebook, folder):
    """Run strict nbval on a notebook with this project's options."""
    path = folder / "copy.ipynb"
    nbformat.write(notebook, path)
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider"]
    return subprocess.run([*command, path], cwd=ROOT, capture_output=True, text=True)


@pytest.fixture
def beginning():
    """The lesson up to its first figure."""
    notebook = nbformat.read(LESSON, as_version=4)
    figures = [
        number
        for number, cell in enumerate(notebook.cells)
        if "plt.show()" in cell.source
    ]
    notebook.cells = notebook.cells[: figures[0] + 1]
    return notebook


def test_an_honest_copy_is_green(beginning, tmp_path):
    done = run_nbval(beginning, tmp_path)
    assert done.returncode == 0, done.stdout


def test_a_corrupted_output_is_red(beginning, tmp_path):
    (printed,) = [
        output
        for cell in beginning.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "(55000, 784)" in output.get("text", "")
    ]
    printed["text"] = printed["text"].replace("55000", "60000")
    done = run_nbval(beginning, tmp_path)
    assert done.returncode == 1
    assert "(60000, 784)" in done.stdout
    assert "1 failed" in done.stdout


def test_a_broken_claim_is_red(tmp_path):
    """With far too few steps the autoencoder is not PCA, and the lesson says so."""
    notebook = nbformat.read(LESSON, as_version=4)
    for cell in notebook.cells:
        cell.source = cell.source.replace("BATCH_SIZE = 256", "BATCH_SIZE = 2500")
        # Fewer images, so that the rest does not take long.
        cell.source = cell.source.replace("load_mnist()", "load_mnist(5000, 500)")
    done = run_nbval(notebook, tmp_path)
    assert done.returncode == 1
    assert "outside the expected range: train_mse_ratio_to_pca_k2 is" in done.stdout
    assert "max_principal_angle_deg_k32 is" in done.stdout
