"""The electrocardiogram, the sensors, the shuttle, and a file of one's own."""

import numpy as np
import pytest

from course_utils.datasets import (
    ECG_RATE,
    files,
    load_ecg,
    load_nsl_kdd,
    load_sensors,
    load_shuttle,
)

# Where the events are: name of the sensor, first and last reading.
EVENTS = {
    "single-hop, indoor, 1": (2343, 2459),
    "single-hop, outdoor, 4": (2361, 2392),
    "multi-hop, outdoor, 1": (2440, 2497),
    "multi-hop, indoor, 3": (2423, 2522),
}


def test_ecg():
    signal = load_ecg()
    assert signal.dtype == np.float32
    assert signal.shape == (5 * 60 * ECG_RATE,)
    # As the documentation of scipy 1.9.3 has them.
    assert signal[:3] == pytest.approx([-0.245, -0.215, -0.185])
    assert signal.mean(dtype=float) == pytest.approx(-0.16510875, abs=1e-6)
    assert signal.std(dtype=float) == pytest.approx(0.5992473991, abs=1e-6)


def test_sensors():
    sensors = load_sensors()
    assert sum(len(labels) for _, labels in sensors.values()) == 18_914 + 18_760
    assert list(sensors)[:2] == ["single-hop, indoor, 1", "single-hop, indoor, 2"]
    found = {}
    for name, (readings, labels) in sensors.items():
        assert readings.dtype == np.float32
        assert labels.dtype == np.int32
        assert readings.shape == (len(labels), 2)
        if labels.any():
            first, *_, last = np.flatnonzero(labels)
            assert labels[first : last + 1].all()
            found[name] = (first, last)
            # The event made it hotter and more humid.
            assert readings[labels == 1].max(axis=0) == pytest.approx(
                readings.max(axis=0)
            )
    assert found == EVENTS
    readings, _ = sensors["single-hop, indoor, 1"]
    assert readings[:2] == pytest.approx(np.array([[45.93, 27.97], [45.9, 27.95]]))


def test_shuttle():
    records, labels = load_shuttle()
    assert records.shape == (49_097, 9)
    assert records.dtype == np.float32
    assert labels.dtype == np.int32
    assert np.bincount(labels).tolist() == [49_097 - 3_511, 3_511]
    assert records[0].tolist() == [50, 21, 77, 0, 28, 0, 27, 48, 22]
    assert labels[:2].tolist() == [1, 0]


@pytest.mark.parametrize("load", [load_ecg, load_sensors, load_shuttle])
def test_a_missing_file_is_an_error_that_says_what_to_do(load, monkeypatch, tmp_path):
    monkeypatch.setattr(files, "DATA", tmp_path)
    with pytest.raises(FileNotFoundError, match="is missing. Restore it with"):
        load()


def line(protocol, service, label, *more, number=0):
    """A made-up record in the form of NSL-KDD."""
    return ",".join(["7", protocol, service, "SF", *[f"{number}"] * 37, label, *more])


def test_a_file_of_ones_own(tmp_path):
    path = tmp_path / "own.txt"
    lines = [
        line("tcp", "http", "normal", "21", number=0.5),
        line("udp", "private", "neptune", "18"),
        line("tcp", "ftp", "normal", "20"),
    ]
    path.write_text("\n".join(lines) + "\n")
    records, labels = load_nsl_kdd(path)
    assert labels.tolist() == [0, 1, 0]
    assert labels.dtype == np.int32
    assert records.dtype == np.float32
    # 38 numbers; tcp, udp; ftp, http, private; SF.
    assert records[0].tolist() == [7] + [0.5] * 37 + [1, 0] + [0, 1, 0] + [1]
    assert records[1].tolist() == [7] + [0] * 37 + [0, 1] + [0, 0, 1] + [1]

    # Without the difficulty it is the same.
    path.write_text("\r\n".join(text.rpartition(",")[0] for text in lines))
    again, labels_again = load_nsl_kdd(str(path))
    np.testing.assert_array_equal(again, records)
    np.testing.assert_array_equal(labels_again, labels)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "own.txt holds no records"),
        ("1,2,3", "line 1: expected 42 or 43 fields separated by commas, got 3"),
        (line("tcp", "http", "normal").replace("7", "x"), "line 1: expected numbers"),
    ],
)
def test_a_file_of_another_form_is_a_clear_error(tmp_path, text, message):
    path = tmp_path / "own.txt"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        load_nsl_kdd(path)


def test_no_such_file():
    with pytest.raises(FileNotFoundError):
        load_nsl_kdd("nowhere.txt")
