"""The data is the published data, split and drawn as promised; damage is an error."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from course_utils import datasets
from course_utils.datasets import load_fashion_mnist, load_mnist

LOADERS = [load_mnist, load_fashion_mnist]


@pytest.mark.parametrize("load", LOADERS)
def test_shapes_types_and_ranges(load):
    splits = load()
    assert [len(x) for x, _ in splits] == [55_000, 5_000, 10_000]
    for x, y in splits:
        assert x.shape[1:] == (28, 28, 1)
        assert x.dtype == np.float32
        assert x.min() == 0
        assert x.max() == 1
        assert y.dtype == np.int32  # JAX warns of 64 bits
        assert set(np.unique(y)) == set(range(10))


def test_known_images():
    """The first test digit is a 7, the first test garment an ankle boot."""
    *_, (x_digits, y_digits) = load_mnist()
    *_, (x_clothes, y_clothes) = load_fashion_mnist()
    assert y_digits[:5].tolist() == [7, 2, 1, 0, 4]
    assert y_clothes[:5].tolist() == [9, 2, 1, 1, 6]
    # The mean pixel of each test set, from 0 to 255, to the published decimals.
    assert x_digits.mean(dtype="float64") * 255 == pytest.approx(33.791, abs=1e-3)
    assert x_clothes.mean(dtype="float64") * 255 == pytest.approx(73.147, abs=1e-3)


def test_files_have_the_published_checksums(root):
    """MNIST's published sums are of the files unpacked, Fashion-MNIST's as packed."""
    sys.path.insert(0, str(root / "data"))
    try:
        import rebuild
    finally:
        sys.path.remove(str(root / "data"))
    for name, expected in rebuild.MNIST.items():
        content = gzip.decompress((root / "data/mnist" / f"{name}.gz").read_bytes())
        assert hashlib.md5(content).hexdigest() == expected
    for name, expected in rebuild.FASHION_MNIST.items():
        content = (root / "data/fashion_mnist" / f"{name}.gz").read_bytes()
        assert hashlib.md5(content).hexdigest() == expected
    readme = (root / "data/README.md").read_text(encoding="utf-8")
    published = [*rebuild.MNIST.values(), *rebuild.FASHION_MNIST.values()]
    assert all(md5 in readme for md5 in published)
    assert all(md5 in readme for md5 in datasets._MD5.values())


def test_loading_mnist_takes_under_two_seconds():
    # Of the processor: by the clock, a busy machine would fail.
    start = time.process_time()
    load_mnist()
    assert time.process_time() - start < 2


@pytest.mark.parametrize("load", LOADERS)
def test_subsets_are_balanced_seeded_and_disjoint(load):
    splits = load(train=1003, validation=200, test=100)
    counts = [np.bincount(y, minlength=10) for _, y in splits]
    assert counts[0].tolist() == [101] * 3 + [100] * 7
    assert counts[1].tolist() == [20] * 10
    assert counts[2].tolist() == [10] * 10

    again = load(train=1003, validation=200, test=100)
    other = load(train=1003, validation=200, test=100, seed=1)
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(splits, again, strict=True))
    assert not any(
        np.array_equal(a[0], b[0]) for a, b in zip(splits, other, strict=True)
    )


@pytest.mark.parametrize("load", LOADERS)
def test_no_image_is_in_two_splits(load):
    """Up to the few images that the published files themselves hold twice."""
    train, validation, test = (
        {image.tobytes() for image in x} for x, _ in load(train=5000, validation=1000)
    )
    assert len(train & validation) + len(train & test) + len(validation & test) <= 5
    assert min(len(train), len(validation), len(test)) > 990


def test_validation_images_are_not_training_images():
    (_, y_train), (_, y_validation), _ = load_mnist()
    (_, y_everything), (x_none, _), _ = load_mnist(validation=0)
    assert len(x_none) == 0
    assert len(y_everything) == 60_000
    assert np.array_equal(
        np.bincount(y_train) + np.bincount(y_validation), np.bincount(y_everything)
    )


def test_indices_never_overlap():
    labels = np.arange(1000) % 10
    everything = np.arange(1000)
    chosen = datasets._balanced_subset("validation", 100, everything, labels, 0)
    rest = np.setdiff1d(everything, chosen)
    kept = datasets._balanced_subset("train", 500, rest, labels, 0)
    smaller = datasets._balanced_subset("train", 50, rest, labels, 0)
    assert not set(kept) & set(chosen)
    assert set(smaller) <= set(kept)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"train": 56_000}, "train must be a whole number from 0 to 55000"),
        ({"train": 55_000}, "ask for fewer"),
        ({"train": -1}, "train must be a whole number"),
        ({"train": 10.0}, "train must be a whole number.*got 10.0"),
        ({"train": "all"}, "train must be a whole number.*got 'all'"),
        ({"test": True}, "test must be a whole number"),
        ({"test": 10_001}, "from 0 to 10000"),
        ({"validation": 60_001}, "from 0 to 60000"),
        ({"validation": None}, "validation must be a number"),
        ({"validation": 60_000, "train": 1}, "validation=60000 needs"),
    ],
)
def test_bad_sizes_are_clear_errors(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_mnist(**arguments)


@pytest.fixture
def data_copy(tmp_path, monkeypatch):
    """A copy of the data that a test may damage."""
    shutil.copytree(datasets.DATA / "mnist", tmp_path / "mnist")
    shutil.copytree(datasets.DATA / "fashion_mnist", tmp_path / "fashion_mnist")
    monkeypatch.setattr(datasets, "DATA", tmp_path)
    return tmp_path


def test_missing_file(data_copy):
    (data_copy / "mnist/t10k-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(
        FileNotFoundError, match="t10k-labels.*is missing.*git checkout"
    ):
        load_mnist()


def test_truncated_file(data_copy):
    path = data_copy / "mnist/t10k-images-idx3-ubyte.gz"
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ValueError, match="t10k-images.*damaged.*git checkout"):
        load_mnist()


def test_altered_file(data_copy):
    path = data_copy / "mnist/t10k-labels-idx1-ubyte.gz"
    content = bytearray(gzip.decompress(path.read_bytes()))
    content[100] = (content[100] + 1) % 10
    path.write_bytes(gzip.compress(bytes(content)))
    with pytest.raises(ValueError, match="not the published one.*expected 27ae3e4e"):
        load_mnist()


def test_foreign_files(data_copy):
    name = "train-images-idx3-ubyte.gz"
    shutil.copy(data_copy / "fashion_mnist" / name, data_copy / "mnist" / name)
    with pytest.raises(ValueError, match="not the published one"):
        load_mnist()
    (data_copy / "mnist" / name).write_text("not a gzip file")
    with pytest.raises(ValueError, match="damaged: Not a gzipped file"):
        load_mnist()


def test_works_from_a_wheel_in_any_folder(root, tmp_path):
    """Build the wheel, install it elsewhere, and load the data from a third folder."""
    environment = {
        **os.environ,
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    }
    pip = [sys.executable, "-m", "pip", "--quiet"]
    wheel = [*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", tmp_path, root]
    subprocess.run(wheel, check=True, env=environment)
    installed = tmp_path / "installed"
    package = next(tmp_path.glob("*.whl"))
    target = [*pip, "install", "--no-deps", "--target", installed, package]
    subprocess.run(target, check=True, env=environment)

    program = """
import json, course_utils, matplotlib.pyplot as plt
from course_utils.datasets import load_fashion_mnist, load_mnist
plt.style.use("course_utils.course")
sizes = [len(x) for load in (load_mnist, load_fashion_mnist) for x, _ in load()]
print(json.dumps([course_utils.__file__, sizes]))
"""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=elsewhere,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    used, sizes = json.loads(done.stdout)
    assert used.startswith(str(installed))
    assert sizes == [55_000, 5_000, 10_000] * 2
