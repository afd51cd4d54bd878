"""The comparison of notebooks turns red when it should, shown on damaged copies."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
from conftest import ROOT
from nbclient import NotebookClient

LESSON = ROOT / "notebooks" / "01_linear_autoencoder_is_pca.ipynb"
SMALL = {
    "imports": """
import time
import matplotlib.pyplot as plt
from course_utils.results import show_results
""",
    "shape": "print('train', (55000, 784))",
    "decimal": "print(f'test error {0.01194:.4f} per pixel')",
    "progress": "print(f'100%|██| 2/2 [00:01<00:00, {time.time()}epoch/s]')",
    "legend": """
plt.plot([1, 2], label='training')
plt.plot([2, 1], label='validation')
plt.legend()
plt.show()
""",
    "size": "plt.figure(figsize=(4, 3)).add_subplot().plot([1, 2])\nplt.show()",
    "drawn": "plt.plot([1, 2])\nplt.plot([2, 1])\nplt.show()",
    "memory": "text = b'x' * 10**6",
    "results": "show_results('01', [('error', 0.012, 0.01, 0.02, 'per pixel')], {})",
}
DAMAGES = {
    "shape": ("55000", "60000"),
    "decimal": ("0.01194", "0.01184"),
    "legend": ("='training'", "='test'"),
    "size": ("(4, 3)", "(4, 4)"),
    "drawn": ("[2, 1]", "[2, 1, 3]"),
    "results": ("0.012", "0.021"),
}
# Told after the last cell, and where the system says what a process needs.
TOO_LARGE = {"memory": ("10**6", "(2 * 2**30)")}


def run_nbval(folder, **notebooks):
    """Run strict nbval with this project's options; return what is red, and all said.

    The notebooks lie elsewhere, where pytest would not find the options by itself.
    """
    command = [sys.executable, "-m", "pytest", "--nbval", "-p", "no:cacheprovider"]
    command += ["-c", ROOT / "pyproject.toml", "-p", "conftest", "--rootdir", folder]
    for name, notebook in notebooks.items():
        command.append(folder / f"{name}.ipynb")
        nbformat.write(notebook, command[-1])
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert re.search(r"configfile: \S*pyproject.toml", done.stdout), done.stdout
    failed = re.findall(
        r"^(?:FAILED|ERROR) \S*?(\w+)\.ipynb::Cell (\d+)", done.stdout, re.M
    )
    assert done.returncode == bool(failed), done.stdout
    return {(name, int(number)) for name, number in failed}, done.stdout


def test_an_honest_copy_is_green_and_every_damaged_cell_red(tmp_path):
    cells = [nbformat.v4.new_code_cell(source) for source in SMALL.values()]
    honest = nbformat.v4.new_notebook(cells=cells)
    # As in a lesson: what is trained is not compared, but checked by its cell.
    honest.cells[-1].metadata.tags = ["results", "nbval-ignore-output"]
    NotebookClient(honest).execute()
    damaged = nbformat.reads(nbformat.writes(honest), as_version=4)
    for cell, name in zip(damaged.cells, SMALL, strict=True):
        old, new = (DAMAGES | TOO_LARGE).get(name, ("", ""))
        assert old in cell.source
        cell.source = cell.source.replace(old, new) if old else cell.source

    red, said = run_nbval(tmp_path, honest=honest, damaged=damaged)
    names = list(SMALL)
    assert red == {("damaged", names.index(name)) for name in DAMAGES}, said
    assert "outside the expected range: error is 0.021" in said
    if Path("/proc/self/status").exists():
        too_large = re.findall(r"(\w+.ipynb) needed 2\.\d+ GiB of memory", said)
        assert set(too_large) == {"damaged.ipynb"}, said


def test_a_broken_claim_is_red(tmp_path):
    """With far too few steps the autoencoder is not PCA, and the lesson says so."""
    notebook = nbformat.read(LESSON, as_version=4)
    # Few images, so that it does not take long.
    broken = {
        r"^EPOCHS = \d+": "EPOCHS = 1",
        r"load_mnist\(\)": "load_mnist(2200, 200)",
    }
    for pattern, new in broken.items():
        assert any(re.search(pattern, cell.source, re.M) for cell in notebook.cells)
        for cell in notebook.cells:
            cell.source = re.sub(pattern, new, cell.source, flags=re.M)
    _, said = run_nbval(tmp_path, broken=notebook)
    assert "outside the expected range: train_mse_ratio_to_pca_k2 is" in said
    assert "max_principal_angle_deg_k32 is" in said


def test_the_sanitiser_is_found_from_any_folder():
    program = """
import pytest
class Spy:
    def pytest_sessionfinish(self, session):
        print("sanitised by", session.config.option.nbval_sanitize_with)
lesson = "01_linear_autoencoder_is_pca.ipynb"
options = ["--nbval", "--collect-only", "-p", "no:cacheprovider", lesson]
pytest.main(options, plugins=[Spy()])
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT / "notebooks",
        capture_output=True,
        text=True,
    )
    sanitiser = ROOT / "tests" / "nbval_sanitize.cfg"
    assert sanitiser.exists()
    assert f"sanitised by {sanitiser}" in done.stdout
