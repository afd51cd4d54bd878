"""The records of lesson 12, with a file of one's own in the form of NSL-KDD."""

import json
import os
import subprocess
import sys

import nbformat
import numpy as np
import pytest
from conftest import ROOT

NO_FILE = "OWN_FILE = None"
RECORDS = 600
# What the lesson is asked for at the end.
ASK = """
import json
print(json.dumps({
    "columns": records.shape[1],
    "test": [len(normal_test), len(test_anomalies)],
    "finite": bool(all(np.isfinite(s).all() for r in record_results.values()
                       for s in r.values())),
    "auroc": {how: {name: roc_auc_score(records_labels, score)
                    for name, score in scores.items()}
              for how, scores in record_results.items()},
}))
"""


def own_cells(path):
    """Return the lesson's cells that the records need, with the file's name in them."""
    cells = nbformat.read(path, as_version=4).cells
    needed = ("colab-setup", "setup-", "build-", "vae-", "records-", "break-")
    code = [
        cell.source
        for cell in cells
        if cell.cell_type == "code" and cell.id.startswith(needed)
    ]
    assert "\n".join(code).count(NO_FILE) == 1
    return code


def write_records(path, rng):
    """Write made-up records: attacks have other services and larger counts."""
    lines = []
    for number in range(RECORDS):
        attack = number % 3 == 0
        counts = rng.poisson(40 if attack else 4, 17)
        rates = rng.random(19).round(2)
        # One number that is always 0, as in the published files.
        fields = [rng.integers(0, 9), *counts, *rates, 0]
        protocol = rng.choice(["tcp", "udp"])
        service = rng.choice(["private", "other"] if attack else ["http", "smtp"])
        label = "neptune" if attack else "normal"
        words = [protocol, service, "S0" if attack else "SF"]
        values = [fields[0], *words, *fields[1:]]
        lines.append(",".join(map(str, [*values, label, 21])))
    path.write_text("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def answer(tmp_path_factory):
    """Run the lesson's cells on made-up records; return what they are asked for."""
    folder = tmp_path_factory.mktemp("own")
    write_records(folder / "own.txt", np.random.default_rng(0))
    (lesson,) = ROOT.glob("notebooks/12_*.ipynb")
    code = "\n\n".join(own_cells(lesson))
    code = code.replace(NO_FILE, f"OWN_FILE = {str(folder / 'own.txt')!r}")
    (folder / "lesson.py").write_text(code + ASK, encoding="utf-8")
    settings = {"MPLBACKEND": "agg", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, str(folder / "lesson.py")],
        env=os.environ | settings,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return json.loads(run.stdout.splitlines()[-1])


def test_all_records_are_used_and_scored(answer):
    # 38 numbers; two protocols, four services, two flags.
    assert answer["columns"] == 38 + 2 + 4 + 2
    # A half of the 400 normal records and of the 200 attacks.
    assert answer["test"] == [200, 100]
    assert answer["finite"]


def test_clear_attacks_are_found(answer):
    found = answer["auroc"]["normal records only"]
    assert set(found) == set(answer["auroc"]["trained with anomalies"])
    assert found["5-NN on the records"] > 0.95
    assert found["both: error"] > 0.95
