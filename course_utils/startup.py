"""Importing Keras without a page of red log lines."""

import contextlib
import json
import os
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

import matplotlib as mpl
from IPython import get_ipython

OLDEST_KERAS = (3, 12)
BACKENDS = ("tensorflow", "jax", "torch")


class _MessageError(ImportError):
    """Of an error of this kind a notebook shows only the message."""

    def _render_traceback_(self) -> list[str]:
        # IPython prints these lines where the traceback would be.
        return [f"{type(self).__name__}: {self}"]


class UnsupportedKerasError(_MessageError):
    """There is no Keras that the course can use."""


class UnsupportedSettingError(_MessageError):
    """A setting of the user's own keeps the lessons from running as they should."""


def check_keras() -> None:
    """Raise an UnsupportedKerasError if Keras is missing or too old."""
    oldest = ".".join(map(str, OLDEST_KERAS))
    try:
        version = metadata.version("keras")
    except metadata.PackageNotFoundError:
        version = None
    if version is None or tuple(map(int, version.split(".")[:2])) < OLDEST_KERAS:
        found = f"Keras {version}" if version else "no Keras"
        raise UnsupportedKerasError(
            f"The course needs Keras {oldest} or newer, and this kernel has {found}. "
            "Choose the kernel of the course's .venv (menu Kernel, Change Kernel), "
            "or start Jupyter with: make lab"
        )


def check_keras_settings() -> None:
    """Raise an UnsupportedSettingError if Keras is set to what the course cannot use.

    Keras reads its settings from ``keras.json`` in the folder ``KERAS_HOME``, or else
    ``.keras`` in the home folder; the environment variable ``KERAS_BACKEND`` comes
    first.
    """
    folder = os.environ.get("KERAS_HOME") or Path.home() / ".keras"
    path = Path(folder) / "keras.json"
    settings = {}
    # Like Keras, which passes over a file that it cannot read.
    with contextlib.suppress(OSError, ValueError):
        settings = json.loads(path.read_text(encoding="utf-8"))
    chosen = os.environ.get("KERAS_BACKEND")
    backend = chosen or settings.get("backend", "tensorflow")
    if backend not in BACKENDS or util.find_spec(backend) is None:
        place = "the environment variable KERAS_BACKEND" if chosen else str(path)
        raise UnsupportedSettingError(
            f"Keras is told by {place} to run on {backend}, which is not installed or "
            'cannot train. Change that to "tensorflow" and restart the kernel.'
        )
    for name, needed in (("image_data_format", "channels_last"), ("floatx", "float32")):
        if settings.get(name, needed) != needed:
            raise UnsupportedSettingError(
                f'{path} sets "{name}" to "{settings[name]}"; the lessons need '
                f'"{needed}". Change it and restart the kernel.'
            )


def check_figures() -> None:
    """Raise an UnsupportedSettingError if a notebook would show no figures."""
    shell = get_ipython()
    in_notebook = shell is not None and hasattr(shell, "kernel")
    if in_notebook and mpl.get_backend().lower() in ("agg", "pdf", "pgf", "ps", "svg"):
        raise UnsupportedSettingError(
            f"Matplotlib is set to {mpl.get_backend()}, with which a notebook shows no "
            "figures: remove the environment variable MPLBACKEND (or the line in "
            "matplotlibrc) and start Jupyter again."
        )


@contextlib.contextmanager
def quiet_startup() -> Iterator[None]:
    """Hide the messages that TensorFlow's C++ code prints while it is imported.

    Jupyter shows them in red, as if something had failed. Python's errors and
    warnings, which Jupyter gets in another way, are not hidden.
    ``TF_CPP_MIN_LOG_LEVEL``, which does the same for messages after the import,
    is set to 3 (errors that end the program) unless it has a value already.

    Yields
    ------
    None

    Raises
    ------
    UnsupportedKerasError
        If Keras is not installed, or is older than 3.12.
    UnsupportedSettingError
        If Keras is set to a backend that is not installed, to channels first, or
        to another precision than float32, or if Matplotlib is set to show no
        figures in a notebook.

    Examples
    --------
    >>> with quiet_startup():
    ...     import keras
    """
    check_keras()
    check_keras_settings()
    check_figures()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        original = os.dup(2)
    except OSError:
        # There is no standard error, so there is nothing to hide.
        yield
        return
    # These lines are written to file descriptor 2 directly, before any log level
    # is read, so sys.stderr cannot catch them: the descriptor is set aside.
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(original, 2)
        os.close(original)
