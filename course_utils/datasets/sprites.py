"""Sprites: small pictures drawn from five known factors."""

import numpy as np
import numpy.typing as npt

#: The factors of a sprite, in the order of the columns.
SPRITE_FACTORS = ("shape", "scale", "angle", "x", "y")

# Half the length of the largest sprite, and its nearest distance to an edge, in
# pixels: whatever its factors, all of it lies on the image.
LENGTH = 6
MARGIN = 8
SIZE = 28
# Sprites drawn at once: as many as fit in a processor's cache, which is faster.
BLOCK = 500

LOWEST = (0, 0, 0, 0, 0)
HIGHEST = (2, 1, np.pi / 2, 1, 1)


def make_sprites(
    number: int, seed: int = 0
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Draw sprites at random, with the factors that each was drawn from.

    All factors are uniform and independent of each other.

    Parameters
    ----------
    number : int
        How many, at least 1.
    seed : int
        Seed of the random draws.

    Returns
    -------
    images : array of float32, shape (number, 28, 28, 1)
        As from `draw_sprites`.
    factors : array of float32, shape (number, 5)
        One column a factor, in the order of ``SPRITE_FACTORS``: shape (0 a bar,
        1 an ellipse, 2 a triangle), scale (0.5 to 1), angle (0 to π/2 radians),
        x and y (0 to 1).

    Raises
    ------
    ValueError
        If number is not a whole number of at least 1.

    Notes
    -----
    Source: drawn here, after the idea of L. Matthey, I. Higgins, D. Hassabis and
    A. Lerchner (2017), "dSprites: disentanglement testing sprites dataset".
    """
    is_whole = isinstance(number, (int, np.integer)) and not isinstance(number, bool)
    if not is_whole or number < 1:
        raise ValueError(f"number must be a whole number from 1, got {number!r}")
    rng = np.random.default_rng(seed)
    factors = np.column_stack(
        [
            rng.integers(0, 3, number),
            rng.uniform(0.5, 1, number),
            rng.uniform(0, np.pi / 2, number),
            rng.uniform(0, 1, number),
            rng.uniform(0, 1, number),
        ]
    ).astype(np.float32)
    return draw_sprites(factors), factors


def draw_sprites(factors: npt.ArrayLike) -> npt.NDArray[np.float32]:
    """Draw the sprites that have the given factors.

    Parameters
    ----------
    factors : array, shape (n, 5)
        One row a sprite, one column a factor, as `make_sprites` returns them.
        Angles turn clockwise on the screen; x and y are the place of the middle,
        from left to right and from top to bottom.

    Returns
    -------
    images : array of float32, shape (n, 28, 28, 1)
        White (1) on black (0). A pixel on an edge is grey: its value falls from
        1 to 0 along one pixel, so that the image changes a little when a factor
        does.

    Raises
    ------
    ValueError
        If factors do not have five columns, if a shape is not 0, 1 or 2, or if a
        factor lies outside its range (a scale may be anything from 0 to 1).

    Notes
    -----
    Source: drawn here. A bar and an ellipse are twice as long as wide, and look
    the same after half a turn, a triangle (equilateral) after a third of one; so
    no two angles of a quarter of a turn look the same.
    """
    factors = np.asarray(factors, dtype=np.float32)
    if factors.ndim != 2 or factors.shape[1] != len(SPRITE_FACTORS):
        raise ValueError(f"factors must have shape (n, 5), got {factors.shape}")
    for name, column, low, high in zip(
        SPRITE_FACTORS, factors.T, LOWEST, HIGHEST, strict=True
    ):
        high = np.float32(high)
        if not np.all((low <= column) & (column <= high)):
            raise ValueError(
                f"factors: {name} must lie from {low} to {high:.6g}, got values "
                f"from {column.min():.6g} to {column.max():.6g}"
            )
    between = factors[factors[:, 0] % 1 != 0, 0]
    if len(between):
        raise ValueError(f"factors: shape must be 0, 1 or 2, got {between[0]:.6g}")
    images = np.empty((len(factors), SIZE, SIZE, 1), np.float32)
    for start in range(0, len(factors), BLOCK):
        block = factors[start : start + BLOCK]
        images[start : start + BLOCK, ..., 0] = np.clip(0.5 - _distances(block), 0, 1)
    return images


def _distances(factors: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Pixels from the middle of each pixel to the sprite's edge, negative inside.

    Shape (n, 28, 28). For the ellipse and for corners it is an approximation that
    is right on the edge, which is where it matters.
    """
    shape, scale, angle, x, y = factors.T[:, :, np.newaxis, np.newaxis]
    middles = np.arange(SIZE, dtype=np.float32) + 0.5
    right = middles - (MARGIN + (SIZE - 2 * MARGIN) * x)
    down = middles[:, np.newaxis] - (MARGIN + (SIZE - 2 * MARGIN) * y)
    # Turned into the axes of the sprite, along it and across it.
    along = np.cos(angle) * right + np.sin(angle) * down
    across = np.cos(angle) * down - np.sin(angle) * right
    length = LENGTH * scale

    distances = np.empty(along.shape, np.float32)
    for kind in range(3):
        chosen = shape.ravel() == kind
        a, b, s = along[chosen], across[chosen], length[chosen]
        if kind == 0:
            distances[chosen] = np.maximum(np.abs(a) - s, np.abs(b) - s / 2)
        elif kind == 1:
            # Its equation over the length of its gradient, which is 0 in the middle.
            equation = a**2 + (2 * b) ** 2 - s**2
            distances[chosen] = equation / np.maximum(2 * np.hypot(a, 4 * b), 1e-3)
        else:
            slope = np.float32(np.sqrt(0.75))
            sides = slope * np.abs(a) + b / 2
            distances[chosen] = np.maximum(sides, -b) - s / 2
    return distances
