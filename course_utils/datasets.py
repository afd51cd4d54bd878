"""MNIST and Fashion-MNIST as NumPy arrays, read from the course's own files.

Nothing is downloaded: every file is part of the course and is checked against
its published contents each time it is read. ``data/README.md`` says where the
files come from.
"""

import gzip
import hashlib
import zlib
from pathlib import Path

import numpy as np

__all__ = ["FASHION_MNIST_CLASSES", "load_fashion_mnist", "load_mnist"]

# In an installed package the data lies inside it, in a checkout beside it.
_PACKAGE = Path(__file__).parent
DATA = _PACKAGE / "data" if (_PACKAGE / "data").is_dir() else _PACKAGE.parent / "data"

#: The names of Fashion-MNIST's classes, in the order of their labels.
FASHION_MNIST_CLASSES = (
    "T-shirt/top",
    "Trouser",
    "Pullover",
    "Dress",
    "Coat",
    "Sandal",
    "Shirt",
    "Sneaker",
    "Bag",
    "Ankle boot",
)

# The MD5 of each file once decompressed. For MNIST this is the published sum;
# for Fashion-MNIST, see data/README.md.
_MD5 = {
    "mnist/train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "mnist/train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "mnist/t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "mnist/t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    "fashion_mnist/train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "fashion_mnist/train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
    "fashion_mnist/t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
    "fashion_mnist/t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
}


def load_mnist(train=None, validation=5000, test=None, seed=0):
    """Load MNIST: 28×28 grey images of handwritten digits, with their labels.

    Validation and training images are drawn from the 60,000 published training
    images and never overlap; test images are only ever the published test
    images. A number asks for that many images, drawn at random with equally
    many of each class (give or take one); None asks for all that are there. A
    smaller subset is part of a larger one with the same seed, and the images
    keep their published order.

    Parameters
    ----------
    train : int or None
        Number of training images. None: all that are not validation images.
    validation : int
        Number of validation images; 0 for none.
    test : int or None
        Number of test images. None: all 10,000.
    seed : int
        Seed of the random draws.

    Returns
    -------
    (x_train, y_train), (x_validation, y_validation), (x_test, y_test)
        Images: float32 in [0, 1], shape (n, 28, 28, 1), 0 is the black
        background. Labels: int32 in 0..9, shape (n,).

    Raises
    ------
    ValueError
        If a number is not a whole number or more than the data holds, or if a
        data file is damaged.
    FileNotFoundError
        If a data file is missing.

    Notes
    -----
    Source: Y. LeCun, C. Cortes and C. J. C. Burges, "The MNIST database of
    handwritten digits". Licence of the data: CC BY-SA 3.0.
    """
    return _load("mnist", train, validation, test, seed)


def load_fashion_mnist(train=None, validation=5000, test=None, seed=0):
    """Load Fashion-MNIST: 28×28 grey images of clothes, with their labels.

    Splits, parameters, return value and errors are those of `load_mnist`.
    ``FASHION_MNIST_CLASSES`` names the ten classes.

    Parameters
    ----------
    train, validation, test, seed
        As in `load_mnist`.

    Returns
    -------
    (x_train, y_train), (x_validation, y_validation), (x_test, y_test)
        Images: float32 in [0, 1], shape (n, 28, 28, 1), 0 is the black
        background. Labels: int32 in 0..9, shape (n,).

    Raises
    ------
    ValueError, FileNotFoundError
        As in `load_mnist`.

    Notes
    -----
    Source: H. Xiao, K. Rasul and R. Vollgraf (2017), "Fashion-MNIST: a novel
    image dataset for benchmarking machine learning algorithms". Licence: MIT.
    """
    return _load("fashion_mnist", train, validation, test, seed)


def _load(folder, train, validation, test, seed):
    if validation is None:
        raise ValueError("validation must be a number of images, got None")
    images = _read_idx(f"{folder}/train-images-idx3-ubyte")
    labels = _read_idx(f"{folder}/train-labels-idx1-ubyte")
    test_images = _read_idx(f"{folder}/t10k-images-idx3-ubyte")
    test_labels = _read_idx(f"{folder}/t10k-labels-idx1-ubyte")

    everything = np.arange(len(labels))
    chosen = _balanced_subset("validation", validation, everything, labels, seed)
    rest = np.setdiff1d(everything, chosen)
    kept = _balanced_subset("train", train, rest, labels, seed)
    tested = _balanced_subset(
        "test", test, np.arange(len(test_labels)), test_labels, seed
    )
    return (
        (_to_float(images[kept]), labels[kept].astype(np.int32)),
        (_to_float(images[chosen]), labels[chosen].astype(np.int32)),
        (_to_float(test_images[tested]), test_labels[tested].astype(np.int32)),
    )


def _to_float(images):
    """Turn bytes 0..255 of shape (n, 28, 28) into float32 in [0, 1] with a channel."""
    return images[..., np.newaxis].astype(np.float32) / np.float32(255)


def _balanced_subset(name, size, candidates, labels, seed):
    """Draw `size` of the candidate indices, balanced over the classes and sorted."""
    if size is None:
        return candidates
    is_whole = isinstance(size, (int, np.integer)) and not isinstance(size, bool)
    if not is_whole or not 0 <= size <= len(candidates):
        raise ValueError(
            f"{name} must be a whole number from 0 to {len(candidates)}, got {size!r}"
        )
    rng = np.random.default_rng(seed)
    subset = []
    for label in range(10):
        members = rng.permutation(candidates[labels[candidates] == label])
        wanted = size // 10 + (label < size % 10)
        if wanted > len(members):
            raise ValueError(
                f"{name}={size} needs {wanted} images of class {label}, "
                f"and only {len(members)} are left; ask for fewer, or for all with None"
            )
        subset.append(members[:wanted])
    return np.sort(np.concatenate(subset))


def _read_idx(name):
    """Read one checked IDX file: bytes of shape (n, 28, 28), or (n,) for labels."""
    path = DATA / f"{name}.gz"
    remedy = (
        "Restore it with `git checkout -- data` in a clone of the course, "
        "or install the course again."
    )
    if not path.is_file():
        raise FileNotFoundError(f"The data file {path} is missing. {remedy}")
    try:
        content = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise ValueError(
            f"The data file {path} is damaged: {error}. {remedy}"
        ) from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != _MD5[name]:
        raise ValueError(
            f"The data file {path} is not the published one: its contents have "
            f"MD5 {found}, expected {_MD5[name]}. {remedy}"
        )
    # An IDX file is 4 bytes of type, 4 bytes for each dimension, then the values.
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)
