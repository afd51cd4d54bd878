"""Labelled images in the format of MNIST, split and drawn."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from course_utils.datasets.files import read_checked

#: Images and their labels, of the training, the validation and the test split.
Split = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]
Splits = tuple[Split, Split, Split]


def load_splits(
    folder: str,
    md5: Mapping[str, str],
    train: int | None,
    validation: int,
    test: int | None,
    seed: int,
) -> Splits:
    """Read the four files of a folder and draw the splits that `load_mnist` describes.

    Parameters
    ----------
    folder : str
        Folder of the four files in the data folder.
    md5 : mapping of str to str
        Name of each file, without ``.gz``, and MD5 of its contents.
    train, validation, test, seed
        As in `load_mnist`.

    Returns
    -------
    (x_train, y_train), (x_validation, y_validation), (x_test, y_test)
        As from `load_mnist`.

    Raises
    ------
    ValueError, FileNotFoundError
        As in `load_mnist`.
    """
    if validation is None:
        raise ValueError("validation must be a number of images, got None")

    def read(name: str) -> npt.NDArray[np.uint8]:
        return as_array(read_checked(f"{folder}/{name}.gz", md5[name]))

    images = read("train-images-idx3-ubyte")
    labels = read("train-labels-idx1-ubyte")
    test_images = read("t10k-images-idx3-ubyte")
    test_labels = read("t10k-labels-idx1-ubyte")

    everything = np.arange(len(labels))
    chosen = balanced_subset("validation", validation, everything, labels, seed)
    rest = np.setdiff1d(everything, chosen)
    kept = balanced_subset("train", train, rest, labels, seed)
    tested = balanced_subset(
        "test", test, np.arange(len(test_labels)), test_labels, seed
    )
    return (
        (_to_float(images[kept]), labels[kept].astype(np.int32)),
        (_to_float(images[chosen]), labels[chosen].astype(np.int32)),
        (_to_float(test_images[tested]), test_labels[tested].astype(np.int32)),
    )


def as_array(content: bytes) -> npt.NDArray[np.uint8]:
    """Turn an IDX file into bytes of shape (n, 28, 28), or (n,) for labels."""
    # An IDX file is 4 bytes of type, 4 bytes for each dimension, then the values.
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", count=dimensions, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def balanced_subset(
    name: str,
    size: int | None,
    candidates: npt.NDArray[np.int_],
    labels: npt.NDArray[np.integer],
    seed: int,
) -> npt.NDArray[np.int_]:
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


def _to_float(images: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """Turn bytes 0..255 of shape (n, 28, 28) into float32 in [0, 1] with a channel."""
    return images[..., np.newaxis].astype(np.float32) / np.float32(255)
