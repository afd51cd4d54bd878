"""The data is the published data, split and drawn as promised; damage is an error."""

import functools
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import time
import zipfile

import numpy as np
import pytest
from conftest import ROOT
from hatchling.build import build_wheel

from course_utils.datasets import (
    FASHION_MNIST_CLASSES,
    files,
    images,
    load_fashion_mnist,
    load_mnist,
)

LOADERS = {"mnist": load_mnist, "fashion_mnist": load_fashion_mnist}
PUBLISHED_FILES = ("train", "train", "t10k")  # that each split is drawn from

# The first images of training, validation and test, in blocks of four by four pixels.
FIRST_IMAGES = {
    "mnist": """
....... ....... .......
...###. ...#... .......
..##... ...#... ..###..
...#... ...#... ....#..
....#.. ...#... .......
..##... ...##.. ...#...
....... ....... .......
""",
    "fashion_mnist": """
....... ..###.. .......
....#.. ..###.. .......
...#### ..###.. ....#..
...#### ..###.. ...####
####### ..#.#.. ..#####
####### ..###.. .....#.
....... ..#.#.. .......
""",
}
FIRST_LABELS = {
    "mnist": ([5, 0, 4, 1, 9], [1, 3, 4, 6, 6], [7, 2, 1, 0, 4]),
    "fashion_mnist": ([9, 0, 0, 0, 2], [3, 4, 6, 0, 5], [9, 2, 1, 1, 6]),
}
# The mean pixel of the published training and test files, from 0 to 255.
MEANS = {"mnist": (33.318, 33.791), "fashion_mnist": (72.940, 73.147)}
# How many images have their own class's mean as the nearest, at least.
NEAREST_MEAN = {"mnist": 0.79, "fashion_mnist": 0.66}

read_once = functools.cache(files.read_checked)


@pytest.fixture(scope="module", params=LOADERS)
def folder(request):
    return request.param


@pytest.fixture
def load(folder, monkeypatch):
    """The loader, which unpacks a file once for all tests."""
    monkeypatch.setattr(images, "read_checked", read_once)
    return LOADERS[folder]


@pytest.fixture(scope="module")
def splits(folder):
    return LOADERS[folder]()


@pytest.fixture(scope="module")
def published(folder):
    """The images and labels of the files, read without the course's code."""

    def read(name, header):
        content = gzip.decompress((ROOT / "data" / folder / name).read_bytes())
        return np.frombuffer(content, np.uint8, offset=header)

    return {
        part: (
            read(f"{part}-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28),
            read(f"{part}-labels-idx1-ubyte.gz", 8),
        )
        for part in ("train", "t10k")
    }


@pytest.fixture(scope="module")
def places(published):
    """Where each image stands in its file."""
    return {
        part: {image.tobytes(): place for place, image in enumerate(x)}
        for part, (x, _) in published.items()
    }


@pytest.fixture
def find(published, places):
    """Find the images of each split in the published files."""

    def find_splits(splits):
        found = []
        for (x, y), part in zip(splits, PUBLISHED_FILES, strict=True):
            values = np.rint(x[..., 0] * 255).astype(np.uint8)
            assert np.array_equal(x[..., 0], values / np.float32(255))
            place = [places[part].get(image.tobytes(), -1) for image in values]
            place = np.array(place, int)
            assert -1 not in place, "an image was altered"
            assert np.array_equal(published[part][1][place], y), "labels of others"
            assert (np.diff(place) > 0).all(), "the published order was lost"
            found.append(set(place.tolist()))
        return found

    return find_splits


def test_shapes_types_and_ranges(splits):
    assert [len(x) for x, _ in splits] == [55_000, 5_000, 10_000]
    for x, y in splits:
        assert x.shape[1:] == (28, 28, 1)
        assert x.dtype == np.float32
        assert x.flags.writeable
        assert (x.min(), x.max()) == (0, 1)
        assert len(np.unique(x[:500])) > 200  # grey, not black and white
        assert y.shape == x.shape[:1]
        assert y.dtype == np.int32  # JAX warns of 64 bits
        assert set(np.unique(y)) == set(range(10))


def test_known_images(folder, splits):
    def outline(image):
        blocks = image.reshape(7, 4, 7, 4).mean(axis=(1, 3)) > 0.35
        return ["".join(".#"[int(block)] for block in row) for row in blocks]

    drawn = zip(*(outline(x[0]) for x, _ in splits), strict=True)
    assert [" ".join(rows) for rows in drawn] == FIRST_IMAGES[folder].split("\n")[1:-1]
    assert tuple(y[:5].tolist() for _, y in splits) == FIRST_LABELS[folder]


def test_known_means(folder, splits):
    """The validation images are a twelfth of the published training images."""
    train, validation, test = (x.mean(dtype="float64") * 255 for x, _ in splits)
    means = ((11 * train + validation) / 12, test)
    assert means == pytest.approx(MEANS[folder], abs=1e-3)


def test_labels_belong_to_their_images(folder, splits):
    """In every split, most images are nearest to the training mean of their class."""
    x_train, y_train = splits[0]
    means = np.stack([x_train[y_train == label].mean(axis=0) for label in range(10)])
    means = means.reshape(10, -1)
    for x, y in splits:
        # The nearest mean, as the largest of x·m - |m|²/2.
        scores = x.reshape(len(x), -1) @ means.T - (means**2).sum(axis=1) / 2
        assert (scores.argmax(axis=1) == y).mean() > NEAREST_MEAN[folder]


def test_class_names():
    """As the authors of Fashion-MNIST list them, by label."""
    assert ", ".join(FASHION_MNIST_CLASSES) == (
        "T-shirt/top, Trouser, Pullover, Dress, Coat, "
        "Sandal, Shirt, Sneaker, Bag, Ankle boot"
    )


def test_splits_are_all_of_the_published_files(splits, find):
    train, validation, test = find(splits)
    assert not train & validation
    assert train | validation == set(range(60_000))
    assert test == set(range(10_000))


def test_no_validation_images(load, find):
    train, validation, _ = find(load(validation=0))
    assert (len(train), len(validation)) == (60_000, 0)


def test_subsets_are_balanced_nested_and_disjoint(load, find):
    larger = load(train=1003, validation=200, test=100)
    smaller = load(train=500, validation=200, test=55)
    counts = [np.bincount(y, minlength=10).tolist() for _, y in larger]
    assert counts == [[101] * 3 + [100] * 7, [20] * 10, [10] * 10]

    train, validation, test = find(larger)
    fewer_train, same_validation, fewer_test = find(smaller)
    assert not train & validation
    assert fewer_train < train
    assert fewer_test < test
    assert same_validation == validation
    _, fewer_validation, _ = find(load(train=0, validation=100, test=0))
    assert fewer_validation < validation


def test_subsets_depend_on_the_seed(load, find):
    sizes = {"train": 1000, "validation": 200, "test": 100}
    first, again, other = (find(load(**sizes, seed=seed)) for seed in (0, 0, 1))
    assert first == find(load(**sizes)) == again
    for one, another in zip(first, other, strict=True):
        assert len(one & another) < 0.1 * len(one)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"train": 56_000}, "train must be a whole number from 0 to 55000"),
        ({"train": 55_000}, "train=55000 needs 5500 images of class 0.*ask for fewer"),
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
def test_bad_sizes_are_clear_errors(monkeypatch, arguments, message):
    monkeypatch.setattr(images, "read_checked", read_once)
    with pytest.raises(ValueError, match=message):
        load_mnist(**arguments)


def test_sizes_may_be_numbers_of_numpy(load):
    sizes = [len(y) for _, y in load(np.int64(10), np.int32(20), np.uint8(0))]
    assert sizes == [10, 20, 0]


def test_loading_mnist_takes_under_two_seconds():
    # Of the processor: by the clock, a busy machine would fail.
    start = time.process_time()
    load_mnist()
    assert time.process_time() - start < 2


def md5(content):
    return hashlib.md5(content).hexdigest()


def test_readme_names_the_checksum_of_every_file():
    """Of the packed or of the unpacked file, as the table's heading says."""
    data = ROOT / "data"
    found, folder, headings = set(), None, []
    for line in (data / "README.md").read_text(encoding="utf-8").splitlines():
        name, *cells = (cell.strip(" `") for cell in line.strip("|").split("|"))
        if title := re.fullmatch("file in `(.*)/", name):
            folder, headings = title[1], cells
        elif name.endswith((".gz", ".npz")):
            packed = (data / folder / name).read_bytes()
            for heading, expected in zip(headings, cells, strict=True):
                unpack = "uncompressed" in heading
                content = gzip.decompress(packed) if unpack else packed
                assert md5(content) == expected, (name, heading)
            found.add(data / folder / name)
    assert found == set(data.glob("[!_]*/*")) - set(data.glob("*/LICENSE"))


def test_rebuild_knows_the_published_checksums_and_headers(monkeypatch):
    """Strip the headers as Debian does, and get the published files back."""
    monkeypatch.syspath_prepend(ROOT / "data")
    import rebuild

    for name, (expected, seconds) in rebuild.FASHION_MNIST.items():
        packed = (ROOT / "data/fashion_mnist" / f"{name}.gz").read_bytes()
        rebuild.check_md5(name, packed, expected)
        stripped = b"\x1f\x8b\x08\x00\0\0\0\0\x00\x03" + packed[11 + len(name) :]
        assert rebuild.with_header(stripped, name, seconds) == packed
    with pytest.raises(ValueError, match="name: MD5 is .*, published is 1234"):
        rebuild.check_md5("name", b"content", "1234")


TABLE = b"x,y\n" + b"1,2\n" * 100
OTHER = TABLE.replace(b"1,2", b"1,3", 1)
PACKED = gzip.compress(TABLE, mtime=0)


@pytest.fixture
def data(tmp_path, monkeypatch):
    """An empty folder in place of the data."""
    monkeypatch.setattr(files, "DATA", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "content"),
    [("table.csv", TABLE), ("table.csv.gz", PACKED)],
    ids=["plain", "packed"],
)
def test_an_intact_file_is_returned_unpacked(data, name, content):
    (data / name).write_bytes(content)
    assert files.read_checked(name, md5(TABLE)) == TABLE


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("table.csv", None, "is missing"),
        ("table.csv", TABLE[:-1], "is not the published one"),
        ("table.csv", OTHER, "is not the published one"),
        ("table.csv.gz", None, "is missing"),
        ("table.csv.gz", PACKED[:-9], "is damaged: Compressed file ended"),
        ("table.csv.gz", PACKED[:10] + b"\xff" * 20, "is damaged: Error -3"),
        ("table.csv.gz", TABLE, "is damaged: Not a gzipped file"),
        (
            "table.csv.gz",
            gzip.compress(OTHER, mtime=0),
            "is not the published one: its contents have "
            f"MD5 {md5(OTHER)}, expected {md5(TABLE)}. ",
        ),
    ],
    ids=range(8),
)
def test_a_damaged_file_is_an_error_that_says_what_to_do(data, name, content, message):
    path = data / name
    if content is not None:
        path.write_bytes(content)
    kind = FileNotFoundError if content is None else ValueError
    with pytest.raises(kind) as error:
        files.read_checked(name, md5(TABLE))
    assert str(error.value).startswith(f"The data file {path} {message}")
    assert str(error.value).endswith(
        ". Restore it with `git checkout -- data` in a clone of the course, "
        "or install the course again."
    )


def test_a_loader_checks_all_its_files(folder, monkeypatch):
    asked = []

    def read(name, md5):
        asked.append(name)
        return read_once(name, md5)

    monkeypatch.setattr(images, "read_checked", read)
    LOADERS[folder](train=0, test=0)
    there = (ROOT / "data" / folder).iterdir()
    assert sorted(asked) == sorted(f"{folder}/{path.name}" for path in there)


def test_a_loader_refuses_missing_and_foreign_files(folder, data):
    with pytest.raises(FileNotFoundError, match=f"{folder}/train-images.*is missing"):
        LOADERS[folder]()
    (data / folder).mkdir()
    for path in (ROOT / "data" / folder).iterdir():
        (data / folder / path.name).write_bytes(PACKED)
    with pytest.raises(ValueError, match="not the published one"):
        LOADERS[folder]()


def test_a_checkout_has_its_data_beside_the_package():
    assert files.DATA == ROOT / "data"  # in whatever folder a program runs


def test_works_from_a_wheel_in_any_folder(tmp_path, monkeypatch):
    """Build the wheel, unpack it elsewhere, and load the data from a third folder."""
    monkeypatch.chdir(ROOT)
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    # A wheel is an archive of what is to be installed.
    with zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path))) as wheel:
        wheel.extractall(installed)

    program = """
import json, course_utils, matplotlib.pyplot as plt
from course_utils.datasets import load_fashion_mnist, load_mnist
plt.style.use("course_utils.course")
sizes = [len(x) for load in (load_mnist, load_fashion_mnist) for x, _ in load()]
print(json.dumps([course_utils.__file__, sizes]))
"""
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
    # The licences go with the data, and the wheel says so of itself.
    (metadata,) = installed.glob("*.dist-info/METADATA")
    text = metadata.read_text(encoding="utf-8")
    assert "License-Expression: MIT AND CC-BY-SA-3.0 AND " in text
    assert "License-File: data/levels/LICENSE" in text
    readme = installed / "course_utils/data/README.md"
    assert readme.read_bytes() == (ROOT / "data/README.md").read_bytes()
