"""Levels of the game KGoldrunner."""

import numpy as np
import numpy.typing as npt

from course_utils.datasets.files import read_checked

# The MD5 of the file once unpacked.
MD5 = {"levels.txt": "b7f8793730190223232897e6722b1820"}

# The tiles by the letter that stands for them in the file.
_TILES = {
    " ": "empty",
    "M": "brick",
    "X": "concrete",
    "F": "false brick",
    "H": "ladder",
    "Z": "hidden ladder",
    "T": "bar",
    "N": "gold",
    "E": "enemy",
    "R": "hero",
}
LEVEL_TILES = "".join(_TILES)
LEVEL_TILE_NAMES = tuple(_TILES.values())


def load_levels() -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.bool_]]:
    """Load 492 levels of KGoldrunner, a game of ladders, bars and gold.

    Returns
    -------
    levels : array of uint8, shape (492, 20, 28)
        The tiles of each level, from the top row down, as indices from 0 to 9
        into `LEVEL_TILES` (the letter of each) and `LEVEL_TILE_NAMES`. There is
        exactly one hero in each level.
    solved : array of bool, shape (492,)
        Whether the game comes with a recorded solution of the level: 282 are.

    Raises
    ------
    FileNotFoundError
        If the data file is missing.
    ValueError
        If it is damaged.

    Notes
    -----
    A brick can be dug, concrete cannot; one falls through a false brick; the
    hidden ladders appear when all gold is collected. A few pairs of levels are
    the same but for some tiles.

    Source: the games that KGoldrunner 22.12.3 comes with, by Ian Wadham, Peter
    Wadham, Marco Krüger and others. Licence of the levels: GPL, version 2 or later.
    """
    (name,) = MD5
    lines = read_checked(f"levels/{name}.gz", MD5[name]).decode().splitlines()
    # A line is the game and the level's number, 1 or 0 for solved, and 20 × 28
    # letters.
    letters = np.array([list(line[-560:]) for line in lines])
    levels = np.zeros(letters.shape, np.uint8)
    for index, letter in enumerate(LEVEL_TILES):
        levels[letters == letter] = index
    solved = np.array([line[:-561].endswith(" 1") for line in lines])
    return levels.reshape(-1, 20, 28), solved
