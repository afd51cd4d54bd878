"""Figures show what they were given, at a fixed scale, and leave no traces."""

import matplotlib as mpl

mpl.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from course_utils.plotting import plot_codes, plot_history, plot_image_rows

IMAGES = np.linspace(0, 0.5, 3 * 28 * 20).reshape(3, 28, 20)
# Six classes in places of their own, so that nothing can be exchanged unseen.
LABELS = np.repeat([9, 0, 4, 7, 3, 5], 20)
CODES = np.random.default_rng(0).normal(0, 0.5, (120, 2))
CODES += np.stack([3 * LABELS, LABELS**2], axis=1)
NAMES = [f"name {letter}" for letter in "abcdefghij"]
# What is 0 is black, what is 1 is white, and nothing is transparent.
LEVELS = np.array([0, 0.25, 0.5, 1])
GREYS = np.stack([LEVELS, LEVELS, LEVELS, np.ones(4)], axis=1)
for given in (IMAGES, LABELS, CODES):
    given.setflags(write=False)


@pytest.fixture(autouse=True)
def course_style():
    with plt.style.context("course_utils.course"):
        yield
    plt.close("all")


def test_image_rows_keep_order_place_and_scale():
    rows = {"original": IMAGES, "copy": 1 - IMAGES[..., np.newaxis]}
    figure = plot_image_rows(rows)
    axes = figure.axes
    assert [ax.get_ylabel() for ax in axes] == ["original", "", "", "copy", "", ""]
    figure.canvas.draw()
    label = axes[0].yaxis.label.get_window_extent()
    assert label.width > label.height
    assert label.x1 < axes[0].get_window_extent().x0
    for number, (ax, image) in enumerate(
        zip(axes, [*IMAGES, *(1 - IMAGES)], strict=True)
    ):
        place = ax.get_subplotspec()
        assert (place.rowspan.start, place.colspan.start) == divmod(number, 3)
        (drawn,) = ax.get_images()
        assert np.array_equal(drawn.get_array(), image)
        assert np.allclose(drawn.to_rgba(LEVELS), GREYS, atol=1 / 255)
        assert drawn.get_alpha() in (None, 1)
        assert drawn.origin == "upper"
        assert drawn.get_interpolation() == mpl.rcParamsDefault["image.interpolation"]
        assert (ax.get_aspect(), ax.get_title()) == (1, "")
        assert (ax.get_xticks().size, ax.get_yticks().size) == (0, 0)
        assert not any(spine.get_visible() for spine in ax.spines.values())


def test_image_rows_may_have_another_scale():
    figure = plot_image_rows({"one": IMAGES.tolist()}, vmin=-1, vmax=2, cmap="RdBu_r")
    for ax in figure.axes:
        (drawn,) = ax.get_images()
        assert (*drawn.get_clim(), drawn.get_cmap().name) == (-1, 2, "RdBu_r")


def test_image_rows_grow_with_their_images():
    one = plot_image_rows({"one": IMAGES}).get_size_inches()
    wide = plot_image_rows({"one": np.tile(IMAGES, (4, 1, 1))}).get_size_inches()
    high = plot_image_rows(dict.fromkeys("abcd", IMAGES)).get_size_inches()
    assert np.allclose(wide - one, [0.8 * 9, 0])
    assert np.allclose(high - one, [0, 0.85 * 3])


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, "at least one row"),
        ({"flat": IMAGES.reshape(3, -1)}, r"'flat'.*\(3, 560\)"),
        ({"colour": np.zeros((3, 28, 28, 3))}, r"'colour'.*\(3, 28, 28, 3\)"),
        ({"none": IMAGES[:0]}, "'none'.*n >= 1"),
        ({"a": IMAGES, "b": IMAGES[:2]}, "equally many images, got {'a': 3, 'b': 2}"),
        ({"a": IMAGES, "b": IMAGES, "c": IMAGES[:1]}, "equally many"),
    ],
)
def test_image_rows_refuse_bad_shapes(rows, message):
    with pytest.raises(ValueError, match=message):
        plot_image_rows(rows)


def all_in_view(ax, points):
    low, high = np.transpose([ax.get_xlim(), ax.get_ylim()])
    return ((low < points) & (points < high)).all()


def look(line):
    return to_rgb(line.get_color()), line.get_linestyle()


def test_history_draws_both_curves():
    losses = {"loss": [3, 2, 1], "val_loss": [4, 3.5, 3], "accuracy": [0, 0, 0]}
    ax = plot_history(losses, "nats per image")
    lines = {tuple(line.get_ydata()): line for line in ax.get_lines()}
    assert [*lines] == [(3, 2, 1), (4, 3.5, 3)]
    assert all(line.get_xdata().tolist() == [1, 2, 3] for line in lines.values())

    legend = ax.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == [
        "training",
        "validation",
    ]
    assert [*map(look, legend.get_lines())] == [*map(look, lines.values())]
    training, validation = map(look, lines.values())
    # Told apart in black and white too.
    assert training[0] != validation[0]
    assert training[1] != validation[1]

    assert (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss (nats per image)")
    assert (ax.get_xscale(), ax.get_yscale()) == ("linear", "linear")
    assert all_in_view(ax, [(1, 3), (3, 1), (1, 4)])
    assert all(tick == int(tick) for tick in ax.get_xticks())


def test_history_without_validation():
    ax = plot_history({"loss": [3, 2]}, "ratio")
    (line,) = ax.get_lines()
    assert line.get_ydata().tolist() == [3, 2]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["training"]


def test_history_needs_a_loss():
    with pytest.raises(ValueError, match='"loss".*accuracy'):
        plot_history({"accuracy": [1], "val_loss": [1]}, "ratio")


@pytest.mark.parametrize("class_names", [None, NAMES])
def test_codes_have_the_colour_and_name_of_their_class(class_names):
    ax = plot_codes(CODES, LABELS, class_names)
    points = {
        tuple(code): to_rgb(drawn.get_facecolor()[0][:3])
        for drawn in ax.collections
        for code in drawn.get_offsets().data
    }
    assert points == {
        tuple(code): to_rgb(f"C{label}")
        for code, label in zip(CODES, LABELS, strict=True)
    }
    legend = ax.get_legend()
    entries = {
        text.get_text(): to_rgb(handle.get_facecolor()[0][:3])
        for text, handle in zip(legend.get_texts(), legend.legend_handles, strict=True)
    }
    assert entries == {
        f"{label} {NAMES[label]}" if class_names else f"{label}": to_rgb(f"C{label}")
        for label in np.unique(LABELS)
    }
    assert [*entries] == sorted(entries)
    assert all(drawn.get_alpha() != 0 for drawn in ax.collections)
    # Each class is named at the middle of its codes.
    assert {(text.get_ha(), text.get_va()) for text in ax.texts} == {("center",) * 2}
    names = {text.get_text(): text.get_position() for text in ax.texts}
    assert names == {
        str(label): tuple(np.median(CODES[LABELS == label], axis=0))
        for label in np.unique(LABELS)
    }


@pytest.mark.parametrize("codes", [CODES, CODES[:, ::-1]])
def test_codes_are_drawn_at_equal_scales_beside_their_legend(codes):
    ax = plot_codes(codes.tolist(), LABELS.tolist())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("code 1", "code 2")
    assert (ax.get_aspect(), ax.get_adjustable()) == (1, "datalim")
    ax.figure.canvas.draw()
    assert all_in_view(ax, codes)
    corners = ax.transData.transform([[0, 0], [1, 1]])
    assert np.ptp(corners[:, 0]) == pytest.approx(np.ptp(corners[:, 1]))
    legend = ax.get_legend()
    assert legend.get_window_extent().x0 > ax.get_window_extent().x1
    small, large = ax.collections[0], legend.legend_handles[0]
    assert 0 < small.get_sizes() < large.get_sizes()


@pytest.mark.parametrize(
    ("codes", "labels", "message"),
    [
        (np.zeros((4, 3)), np.zeros(4, int), r"codes must.*\(n, 2\), got \(4, 3\)"),
        (np.zeros(2), np.zeros(2, int), r"codes must have shape \(n, 2\), got \(2,\)"),
        (np.zeros((4, 2)), np.zeros(3, int), r"labels must.*\(4,\).*got \(3,\)"),
        (np.zeros((4, 2)), np.zeros((4, 1), int), r"labels must.*\(4,\)"),
        (np.zeros((4, 2)), np.zeros(4), r"labels must be whole numbers.*got \[0\.\]"),
        (np.zeros((4, 2)), np.full(4, 10), r"labels must be whole.*got \[10\]"),
        (np.zeros((4, 2)), np.arange(-1, 3), "labels must be whole numbers"),
    ],
)
def test_codes_refuse_bad_arguments(codes, labels, message):
    with pytest.raises(ValueError, match=message):
        plot_codes(codes, labels)


@pytest.mark.parametrize(
    "plot",
    [
        lambda ax=None: plot_history({"loss": [1, 2]}, "ratio", ax=ax),
        lambda ax=None: plot_codes(CODES, LABELS, ax=ax),
    ],
)
def test_axes_are_those_given_or_new(plot):
    _, (left, right) = plt.subplots(ncols=2)
    assert plot(ax=left) is left
    assert left.has_data()
    assert not right.has_data()
    new = plot()
    assert new.figure is not left.figure
    assert len(plt.get_fignums()) == 2


def test_global_state_is_untouched(monkeypatch):
    monkeypatch.setattr(plt, "show", lambda: pytest.fail("a helper called plt.show()"))
    before = dict(mpl.rcParams)
    plot_history({"loss": [1, 2]}, "ratio")
    plot_codes(CODES, LABELS)
    plot_image_rows({"row": IMAGES})
    assert dict(mpl.rcParams) == before


def test_style_has_the_published_colours_and_fits_a_page():
    """The ten colours of Petroff, in his order, as matplotlib has them too."""
    petroff = plt.style.library["petroff10"]["axes.prop_cycle"].by_key()["color"]
    colours = mpl.rcParams["axes.prop_cycle"].by_key()["color"]
    assert [*map(to_rgb, colours)] == [*map(to_rgb, petroff)]
    assert mpl.rcParams["figure.constrained_layout.use"]  # no label is cut off
    assert mpl.rcParams["image.cmap"] == "gray"
    # Readable on a dark page too.
    assert to_rgb(mpl.rcParams["figure.facecolor"]) == (1, 1, 1)
    assert to_rgb(mpl.rcParams["savefig.facecolor"]) == (1, 1, 1)
