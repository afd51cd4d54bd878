"""Sprites show the factors that they were drawn from."""

import time

import numpy as np
import pytest

from course_utils.datasets import SPRITE_FACTORS, draw_sprites, make_sprites

# Largest sprites in the middle of the image, in blocks of two by two pixels.
LARGEST = """
.............. .............. ..............
.............. .............. ..............
.............. .............. ..............
.............. .............. ..............
.............. .............. ..............
....######.... ......##...... .....####.....
....######.... ....######.... .....####.....
....######.... ....######.... .....####.....
....######.... ......##...... ......##......
.............. .............. ..............
.............. .............. ..............
.............. .............. ..............
.............. .............. ..............
.............. .............. ..............
"""
BAR, ELLIPSE, TRIANGLE = range(3)
MIDDLE = {"scale": 1, "angle": 0, "x": 0.5, "y": 0.5}


def draw(shape, **factors):
    """One sprite, of shape (28, 28)."""
    return draw_sprites([[shape, *(MIDDLE | factors).values()]])[0, ..., 0]


def middle(image):
    """Row and column of the centre of mass."""
    return [float(np.sum(i * image) / np.sum(image)) for i in np.indices(image.shape)]


def test_known_sprites():
    blocks = [draw(s).reshape(14, 2, 14, 2).mean(axis=(1, 3)) for s in range(3)]
    rows = zip(*[np.where(b > 0.45, "#", ".") for b in blocks], strict=True)
    found = "\n".join(" ".join("".join(r) for r in row) for row in rows)
    assert found == LARGEST.strip(), found


@pytest.mark.parametrize("angle", [0, 0.3, 1, np.pi / 2])
@pytest.mark.parametrize("scale", [0.5, 0.8, 1])
def test_areas(scale, angle):
    # A bar is 2s × s for s = 6 scale, the triangle lies in a circle of radius s.
    areas = {BAR: 2, ELLIPSE: np.pi / 2, TRIANGLE: 3 * np.sqrt(3) / 4}
    for shape, area in areas.items():
        drawn = draw(shape, scale=scale, angle=angle).sum()
        assert drawn == pytest.approx(area * (6 * scale) ** 2, rel=0.06)


@pytest.mark.parametrize("shape", range(3))
def test_places(shape):
    for x, y in ((0, 0), (1, 0.25), (0.5, 1)):
        row, column = middle(draw(shape, angle=0.4, x=x, y=y))
        assert (row, column) == pytest.approx((7.5 + 12 * y, 7.5 + 12 * x), abs=0.15)


@pytest.mark.parametrize("shape", [BAR, ELLIPSE])
def test_angles_turn_clockwise_on_the_screen(shape):
    for angle in (0.2, 0.7, 1.4):
        image = draw(shape, angle=angle)
        down, right = np.indices(image.shape) - 13.5
        # The angle of the longest axis, from the second moments.
        xy, xx, yy = (np.sum(image * m) for m in (right * down, right**2, down**2))
        assert np.arctan2(2 * xy, xx - yy) / 2 == pytest.approx(angle, abs=0.03)


def test_a_triangle_stands_on_its_head_after_a_sixth_of_a_turn():
    turned = draw(TRIANGLE, angle=np.pi / 3)
    np.testing.assert_allclose(turned, draw(TRIANGLE)[::-1], atol=1e-4)
    assert np.abs(turned - draw(TRIANGLE)).max() > 0.9


def test_random_sprites():
    images, factors = make_sprites(3000)
    assert images.shape == (3000, 28, 28, 1)
    assert images.dtype == factors.dtype == np.float32
    assert factors.shape == (3000, len(SPRITE_FACTORS))
    assert images.min() == 0
    assert images.max() == 1
    np.testing.assert_array_equal(draw_sprites(factors), images)
    # Whole: the outermost pixels are black.
    images[:, 1:-1, 1:-1] = 0
    assert not images.any()

    assert np.bincount(factors[:, 0].astype(int)).min() > 900
    low, high = factors[:, 1:].min(axis=0), factors[:, 1:].max(axis=0)
    assert low == pytest.approx([0.5, 0, 0, 0], abs=0.01)
    assert high == pytest.approx([1, np.pi / 2, 1, 1], abs=0.01)
    # Uniform: the standard deviation is the width over the root of 12.
    assert factors[:, 1:].std(axis=0) == pytest.approx(
        (high - low) / np.sqrt(12), rel=0.03
    )
    assert np.abs(np.corrcoef(factors.T) - np.eye(5)).max() < 0.08


def test_the_seed_decides():
    again, other = make_sprites(5)[1], make_sprites(5, seed=1)[1]
    np.testing.assert_array_equal(make_sprites(5)[1], again)
    assert np.all(again[:, 1:] != other[:, 1:])


def test_twenty_thousand_take_under_five_core_seconds():
    start = time.process_time()
    make_sprites(20_000)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("factors", "message"),
    [
        ([0, 1, 0, 0, 0], r"factors must have shape \(n, 5\), got \(5,\)"),
        ([[0, 1, 0, 0]], r"factors must have shape \(n, 5\), got \(1, 4\)"),
        ([[3, 1, 0, 0, 0]], "shape must lie from 0 to 2, got values from 3 to 3"),
        ([[0.5, 1, 0, 0, 0]], "shape must be 0, 1 or 2, got 0.5"),
        ([[0, 2, 0, 0, 0]], "scale must lie from 0 to 1, got values from 2 to 2"),
        ([[0, 1, 2, 0, 0]], "angle must lie from 0 to 1.5708, got values from 2"),
        ([[0, 1, 0, 0, -1], [0, 1, 0, 0, 1]], "y must lie .* got values from -1 to 1"),
        ([[0, 1, 0, np.nan, 0]], "x must lie from 0 to 1, got values from nan"),
    ],
)
def test_bad_factors_are_clear_errors(factors, message):
    with pytest.raises(ValueError, match=message):
        draw_sprites(factors)


@pytest.mark.parametrize("number", [0, -1, 2.0, True, None])
def test_a_bad_number_is_a_clear_error(number):
    with pytest.raises(ValueError, match="number must be a whole number from 1, got"):
        make_sprites(number)
