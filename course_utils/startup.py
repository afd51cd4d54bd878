"""Importing Keras without a page of red log lines."""

import contextlib
import os


@contextlib.contextmanager
def quiet_startup():
    """Hide the messages that TensorFlow's C++ code prints while it is imported.

    Jupyter shows them in red, as if something had failed. Python errors and
    warnings are not hidden. ``TF_CPP_MIN_LOG_LEVEL``, which does the same for
    messages after the import, is set to 3 (errors that end the program) unless
    it has a value already.

    Yields
    ------
    None

    Examples
    --------
    >>> with quiet_startup():
    ...     import keras
    """
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
