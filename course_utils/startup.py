"""Importing Keras without a page of red log lines."""

import contextlib
import os
from collections.abc import Iterator
from importlib import metadata

OLDEST_KERAS = (3, 12)


class UnsupportedKerasError(ImportError):
    """There is no Keras that the course can use; a notebook shows only the message."""

    def _render_traceback_(self) -> list[str]:
        # IPython prints these lines where the traceback would be.
        return [f"{type(self).__name__}: {self}"]


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

    Examples
    --------
    >>> with quiet_startup():
    ...     import keras
    """
    check_keras()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # These lines are written to file descriptor 2 directly, before any log level
    # is read, so sys.stderr cannot catch them: the descriptor is set aside.
    original = os.dup(2)
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(original, 2)
        os.close(original)
