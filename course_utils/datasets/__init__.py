"""The course's data as NumPy arrays, read from the course's own files.

Nothing is downloaded: every file is part of the course and is checked against
its published contents each time it is read. ``data/README.md`` says where the
files come from. Sprites need no file: they are drawn.

Each source is a module of its own, which knows its files' checksums and reads
them with `files.read_checked`.
"""

from course_utils.datasets.ecg import ECG_RATE, load_ecg
from course_utils.datasets.fashion_mnist import (
    FASHION_MNIST_CLASSES,
    load_fashion_mnist,
)
from course_utils.datasets.mnist import load_mnist
from course_utils.datasets.nsl_kdd import load_nsl_kdd
from course_utils.datasets.sensors import load_sensors
from course_utils.datasets.shuttle import load_shuttle
from course_utils.datasets.sprites import SPRITE_FACTORS, draw_sprites, make_sprites

__all__ = [
    "ECG_RATE",
    "FASHION_MNIST_CLASSES",
    "SPRITE_FACTORS",
    "draw_sprites",
    "load_ecg",
    "load_fashion_mnist",
    "load_mnist",
    "load_nsl_kdd",
    "load_sensors",
    "load_shuttle",
    "make_sprites",
]
