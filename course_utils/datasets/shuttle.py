"""Records of a space shuttle's sensors."""

import numpy as np
import numpy.typing as npt

from course_utils.datasets.files import read_checked

# The MD5 of the file once unpacked.
MD5 = {"shuttle.csv": "9395761b4238961f7427e8046d44d942"}


def load_shuttle() -> tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]:
    """Load 49,097 records of nine sensors, of which 3,511 are anomalies.

    The Statlog (Shuttle) data as the benchmark ODDS has them: the largest class,
    "Rad Flow", is normal; the five rare ones are anomalies; the second largest,
    "High", is left out.

    Returns
    -------
    records : array of float32, shape (49097, 9)
        Whole numbers, one column a sensor; what the sensors measure is not said.
    labels : array of int32, shape (49097,)
        1 for an anomaly, 0 otherwise.

    Raises
    ------
    FileNotFoundError
        If the data file is missing.
    ValueError
        If it is damaged.

    Notes
    -----
    Source: Statlog (Shuttle), UCI Machine Learning Repository, as in S. Rayana
    (2016), "ODDS library". Licence of the data at UCI: CC BY 4.0.
    """
    (name,) = MD5
    lines = read_checked(f"shuttle/{name}.gz", MD5[name]).decode().splitlines()
    table = np.loadtxt(lines, delimiter=",", skiprows=1, dtype=np.float32)
    return table[:, :-1].copy(), table[:, -1].astype(np.int32)
