"""Figures that several lessons need. Each function takes arrays and returns axes.

None of them calls ``plt.show()``: end the cell with it.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

__all__ = ["plot_codes", "plot_history", "plot_image_rows"]


def plot_image_rows(
    rows: Mapping[str, npt.ArrayLike],
    vmin: float = 0.0,
    vmax: float = 1.0,
    cmap: str = "gray",
) -> Figure:
    """Draw rows of images under each other, such as originals above reconstructions.

    Every image is drawn on the same scale, so that brightness can be compared.

    Parameters
    ----------
    rows : dict of str to array
        Label of each row, and its images: shape (n, height, width) or
        (n, height, width, 1), the same n in every row.
    vmin, vmax : float
        The values drawn as the first and the last colour.
    cmap : str
        Name of a matplotlib colour map.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ValueError
        If there are no rows, if a row has another shape, or if the rows differ
        in their number of images.
    """
    if not rows:
        raise ValueError("rows must hold at least one row of images, got none")
    checked = {label: _as_images(label, images) for label, images in rows.items()}
    counts = {label: len(images) for label, images in checked.items()}
    if len(set(counts.values())) > 1:
        raise ValueError(f"rows must have equally many images, got {counts}")

    columns = max(counts.values())
    figure, axes = plt.subplots(
        len(rows),
        columns,
        figsize=(0.8 * columns + 1.6, 0.85 * len(rows)),
        squeeze=False,
    )
    for row_axes, (label, images) in zip(axes, checked.items(), strict=True):
        for ax, image in zip(row_axes, images, strict=True):
            ax.imshow(image, vmin=vmin, vmax=vmax, cmap=cmap)
            ax.set(xticks=[], yticks=[])
            ax.spines[:].set_visible(False)
        row_axes[0].set_ylabel(label, rotation=0, ha="right", va="center")
    return figure


def plot_history(
    history: Mapping[str, Sequence[float]], unit: str, ax: Axes | None = None
) -> Axes:
    """Draw the loss of each epoch, on training and, if there, validation images.

    Parameters
    ----------
    history : dict of str to list of float
        The ``history`` of what ``fit`` returns, with "loss" and maybe "val_loss".
    unit : str
        What the loss is measured in, for the axis label.
    ax : matplotlib.axes.Axes or None
        Where to draw. None: new axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If the history holds no "loss".
    """
    if "loss" not in history:
        raise ValueError(f'history must hold "loss", got only {sorted(history)}')
    if ax is None:
        _, ax = plt.subplots(figsize=(5, 3))
    epochs = np.arange(1, len(history["loss"]) + 1)
    ax.plot(epochs, history["loss"], label="training")
    if "val_loss" in history:
        ax.plot(epochs, history["val_loss"], "--", label="validation")
    ax.set(xlabel="epoch", ylabel=f"loss ({unit})")
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return ax


def plot_codes(
    codes: npt.ArrayLike,
    labels: npt.ArrayLike,
    class_names: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw two-dimensional codes as points, one colour a class, at equal scales.

    Parameters
    ----------
    codes : array of shape (n, 2)
        The codes, in their own units.
    labels : integer array of shape (n,)
        Class of each code, from 0 to 9.
    class_names : sequence of str or None
        Names for the legend, by label. None: the numbers themselves.
    ax : matplotlib.axes.Axes or None
        Where to draw. None: new axes.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    ValueError
        If codes are not of shape (n, 2), or labels not of shape (n,) with
        whole numbers from 0 to 9.
    """
    codes, labels = np.asarray(codes), np.asarray(labels)
    if codes.ndim != 2 or codes.shape[1] != 2:
        raise ValueError(f"codes must have shape (n, 2), got {codes.shape}")
    if labels.shape != codes.shape[:1]:
        raise ValueError(
            f"labels must have shape ({len(codes)},), one a code, got {labels.shape}"
        )
    if labels.dtype.kind not in "iu" or not np.isin(labels, range(10)).all():
        raise ValueError(
            f"labels must be whole numbers from 0 to 9, got {np.unique(labels)[:12]}"
        )
    if ax is None:
        _, ax = plt.subplots(figsize=(6, 5))
    for label in np.unique(labels):
        name = str(label) if class_names is None else f"{label} {class_names[label]}"
        ax.scatter(*codes[labels == label].T, s=5, alpha=0.6, color=f"C{label}")
        # The class is written on its codes too, for who cannot tell ten colours apart.
        centre = np.median(codes[labels == label], axis=0)
        box = {"boxstyle": "round,pad=0.1", "color": "white", "alpha": 0.7}
        ax.text(*centre, label, ha="center", va="center", weight="bold", bbox=box)
        # An empty scatter of larger points, so that the legend can be read.
        ax.scatter([], [], s=30, color=f"C{label}", label=name)
    ax.set(xlabel="code 1", ylabel="code 2")
    # Widen the limits rather than shrink the axes, so that panels stay equally large.
    ax.set_aspect("equal", adjustable="datalim")
    ax.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def _as_images(label: str, images: npt.ArrayLike) -> npt.NDArray:
    """Check one row of images and return it with shape (n, height, width)."""
    images = np.asarray(images)
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if images.ndim != 3 or len(images) == 0:
        raise ValueError(
            f"rows[{label!r}] must have shape (n, height, width) or "
            f"(n, height, width, 1) with n >= 1, got {images.shape}"
        )
    return images
