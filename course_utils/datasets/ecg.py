"""An electrocardiogram."""

import io

import numpy as np
import numpy.typing as npt

from course_utils.datasets.files import read_checked

MD5 = {"record_208.npz": "e55eada8a1ee837b57e609e8c7341beb"}

#: Samples a second of the electrocardiogram.
ECG_RATE = 360


def load_ecg() -> npt.NDArray[np.float32]:
    """Load five minutes of an electrocardiogram with ectopic beats.

    Minutes 19:35 to 24:35 of record 208 of the MIT-BIH Arrhythmia Database, lead
    MLII: beats of the normal kind, wide ones that come too early, and stretches of
    noise. Which beat is which is not in the file.

    Returns
    -------
    signal : array of float32, shape (108000,)
        Millivolts, ``ECG_RATE`` values a second.

    Raises
    ------
    FileNotFoundError
        If the data file is missing.
    ValueError
        If it is damaged.

    Notes
    -----
    Source: G. B. Moody and R. G. Mark (2001), "The impact of the MIT-BIH
    Arrhythmia Database". Licence of the data: ODC-By 1.0.
    """
    (name,) = MD5
    content = read_checked(f"ecg/{name}", MD5[name])
    with np.load(io.BytesIO(content)) as file:
        steps = file["ecg"].astype(np.float32)
    # The converter's zero is step 1024, and 200 steps are a millivolt.
    return (steps - 1024) / 200
