"""Fashion-MNIST."""

from course_utils.datasets.images import Splits, load_splits

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

# The MD5 of each file once unpacked. The published sums are of the packed files;
# data/rebuild.py checks those.
MD5 = {
    "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
    "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
    "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
    "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
}


def load_fashion_mnist(
    train: int | None = None,
    validation: int = 5000,
    test: int | None = None,
    seed: int = 0,
) -> Splits:
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
    return load_splits("fashion_mnist", MD5, train, validation, test, seed)
