"""Readings of sensors, with events that were brought about on purpose."""

import numpy as np
import numpy.typing as npt

from course_utils.datasets.files import read_checked

# The MD5 of each file once unpacked.
MD5 = {
    "single_hop.csv": "47c48025f4de4fc48115d779f23e45dd",
    "multi_hop.csv": "451863240cd642dc8e3d734d17650e99",
}

#: Readings and labels of one sensor.
Sensor = tuple[npt.NDArray[np.float32], npt.NDArray[np.int32]]


def load_sensors() -> dict[str, Sensor]:
    """Load humidity and temperature from eight sensors of two networks.

    A reading every five seconds for about six hours. At four of the sensors an
    event was brought about once; the other four saw none.

    Returns
    -------
    dict of str to (readings, labels)
        By name of the sensor, such as ``"single-hop, indoor, 1"``. Readings:
        float32, shape (n, 2), relative humidity in percent and temperature in
        degrees Celsius, in the order of time; n is 4,417 to 5,041. Labels: int32,
        shape (n,), 1 during the event and 0 otherwise.

    Raises
    ------
    FileNotFoundError
        If a data file is missing.
    ValueError
        If one is damaged.

    Notes
    -----
    Source: S. Suthaharan, M. Alzahrani, S. Rajasegarar, C. Leckie and
    M. Palaniswami (2010), "Labelled data collection for anomaly detection in
    wireless sensor networks". Licence: ODC-By 1.0, contents CC BY 4.0.
    """
    sensors = {}
    for name, md5 in MD5.items():
        lines = read_checked(f"sensors/{name}.gz", md5).decode().splitlines()
        table = np.loadtxt(lines, delimiter=",", skiprows=1, dtype=np.float32)
        _, mote, indoor, humidity, temperature, label = table.T
        for number in np.unique(mote):
            own = mote == number
            place = "indoor" if indoor[own][0] else "outdoor"
            network = name.removesuffix(".csv").replace("_", "-")
            sensors[f"{network}, {place}, {number:.0f}"] = (
                np.column_stack([humidity[own], temperature[own]]),
                label[own].astype(np.int32),
            )
    return sensors
