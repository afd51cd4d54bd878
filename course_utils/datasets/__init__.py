"""The course's data as NumPy arrays, read from the course's own files.

Nothing is downloaded: every file is part of the course and is checked against
its published contents each time it is read. ``data/README.md`` says where the
files come from. Sprites need no file: they are drawn. Ratings and chorales, whose
terms don't let us pass them on, are read from the packages that hold them.

Each source is a module of its own, which knows its files' checksums and reads
them with `files.read_checked`.
"""

from course_utils.datasets.chorales import (
    CHORALE_HOLD,
    CHORALE_REST,
    load_chorales,
)
from course_utils.datasets.ecg import ECG_RATE, load_ecg
from course_utils.datasets.fashion_mnist import (
    FASHION_MNIST_CLASSES,
    load_fashion_mnist,
)
from course_utils.datasets.levels import LEVEL_TILE_NAMES, LEVEL_TILES, load_levels
from course_utils.datasets.mnist import load_mnist
from course_utils.datasets.molecules import load_molecules
from course_utils.datasets.movielens import load_movielens
from course_utils.datasets.nsl_kdd import load_nsl_kdd
from course_utils.datasets.sensors import load_sensors
from course_utils.datasets.shuttle import load_shuttle
from course_utils.datasets.sprites import SPRITE_FACTORS, draw_sprites, make_sprites

__all__ = [
    "CHORALE_HOLD",
    "CHORALE_REST",
    "ECG_RATE",
    "FASHION_MNIST_CLASSES",
    "LEVEL_TILES",
    "LEVEL_TILE_NAMES",
    "SPRITE_FACTORS",
    "draw_sprites",
    "load_chorales",
    "load_ecg",
    "load_fashion_mnist",
    "load_levels",
    "load_mnist",
    "load_molecules",
    "load_movielens",
    "load_nsl_kdd",
    "load_sensors",
    "load_shuttle",
    "make_sprites",
]
