"""Figures show what they were given, at a fixed scale, and leave no traces."""

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from course_utils.plotting import plot_codes, plot_history, plot_image_rows

IMAGES = np.linspace(0, 0.5, 3 * 28 * 28).reshape(3, 28, 28)


@pytest.fixture(autouse=True)
def close_figures():
    yield
    plt.close("all")


def test_image_rows_keep_order_and_scale():
    figure = plot_image_rows({"original": IMAGES, "copy": IMAGES[..., np.newaxis]})
    axes = figure.axes
    assert len(axes) == 6
    assert [axes[0].get_ylabel(), axes[3].get_ylabel()] == ["original", "copy"]
    for ax, image in zip(axes, [*IMAGES, *IMAGES], strict=True):
        (drawn,) = ax.get_images()
        assert np.array_equal(drawn.get_array(), image)
        assert drawn.get_clim() == (0, 1)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, "at least one row"),
        ({"flat": IMAGES.reshape(3, -1)}, r"'flat'.*\(3, 784\)"),
        ({"colour": np.zeros((3, 28, 28, 3))}, r"'colour'.*\(3, 28, 28, 3\)"),
        ({"none": IMAGES[:0]}, "'none'.*n >= 1"),
        ({"a": IMAGES, "b": IMAGES[:2]}, "equally many"),
    ],
)
def test_image_rows_refuse_bad_shapes(rows, message):
    with pytest.raises(ValueError, match=message):
        plot_image_rows(rows)


def test_history_draws_both_curves():
    ax = plot_history({"loss": [3, 2, 1], "val_loss": [4, 3, 2]}, "nats per image")
    training, validation = ax.get_lines()
    assert training.get_ydata().tolist() == [3, 2, 1]
    assert validation.get_ydata().tolist() == [4, 3, 2]
    assert training.get_xdata().tolist() == [1, 2, 3]
    assert ax.get_ylabel() == "loss (nats per image)"
    with pytest.raises(ValueError, match='"loss".*accuracy'):
        plot_history({"accuracy": [1]}, "ratio")


def test_codes_are_drawn_at_equal_scales():
    codes = np.array([[0, 1], [2, 3], [4, 5.0]])
    ax = plot_codes(codes, np.array([0, 9, 0]), class_names=list("abcdefghij"))
    drawn = np.vstack([points.get_offsets().data for points in ax.collections])
    assert sorted(map(tuple, drawn)) == [(0, 1), (2, 3), (4, 5)]
    assert ax.get_aspect() == 1
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["0 a", "9 j"]


@pytest.mark.parametrize(
    ("codes", "labels", "message"),
    [
        (np.zeros((4, 3)), np.zeros(4, int), r"codes must have shape \(n, 2\)"),
        (np.zeros((4, 2)), np.zeros(3, int), r"labels must have shape \(4,\)"),
        (np.zeros((4, 2)), np.zeros(4), "labels must be whole numbers"),
        (np.zeros((4, 2)), np.full(4, 10), "labels must be whole numbers"),
    ],
)
def test_codes_refuse_bad_arguments(codes, labels, message):
    with pytest.raises(ValueError, match=message):
        plot_codes(codes, labels)


def test_global_state_is_untouched(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a helper called plt.show()"))
    before = dict(mpl.rcParams)
    _, ax = plt.subplots()
    assert plot_history({"loss": [1, 2]}, "ratio", ax=ax) is ax
    assert plot_codes(np.zeros((2, 2)), np.array([1, 2]), ax=ax) is ax
    plot_image_rows({"row": IMAGES})
    assert dict(mpl.rcParams) == before
