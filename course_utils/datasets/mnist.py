"""MNIST."""

from course_utils.datasets.images import Splits, load_splits

# The MD5 of each file once unpacked, as published.
MD5 = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def load_mnist(
    train: int | None = None,
    validation: int = 5000,
    test: int | None = None,
    seed: int = 0,
) -> Splits:
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
    return load_splits("mnist", MD5, train, validation, test, seed)
