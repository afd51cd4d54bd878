"""The one place that reads a file of the data and checks it."""

import gzip
import hashlib
import zlib
from pathlib import Path

# In an installed package the data lies inside it, in a checkout beside it.
_PACKAGE = Path(__file__).parent.parent
DATA = _PACKAGE / "data" if (_PACKAGE / "data").is_dir() else _PACKAGE.parent / "data"


def read_checked(name: str, md5: str) -> bytes:
    """Read a file of the data folder, and insist on its contents.

    Parameters
    ----------
    name : str
        Path of the file in the data folder, such as ``"mnist/labels.gz"``. If it
        ends in ``.gz``, the file is unpacked.
    md5 : str
        MD5 of the contents, once unpacked.

    Returns
    -------
    bytes
        The contents, unpacked.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If it cannot be unpacked, or if its contents are others.
    """
    path = DATA / name
    remedy = (
        "Restore it with `git checkout -- data` in a clone of the course, "
        "or install the course again."
    )
    if not path.is_file():
        raise FileNotFoundError(f"The data file {path} is missing. {remedy}")
    content = path.read_bytes()
    if name.endswith(".gz"):
        try:
            content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise ValueError(
                f"The data file {path} is damaged: {error}. {remedy}"
            ) from error
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != md5:
        raise ValueError(
            f"The data file {path} is not the published one: its contents have "
            f"MD5 {found}, expected {md5}. {remedy}"
        )
    return content
