"""The results cell shows a table, carries its data, and fails outside a range."""

import os
import subprocess
import sys

import pytest

from course_utils import results
from course_utils.results import show_results

ROW = ("test_mse", 0.0087, 0.0, 0.0095, "per pixel")


@pytest.fixture
def shown(monkeypatch):
    """What the cell displays."""
    outputs = []

    def display(data, raw, metadata=None):
        outputs.append(data)

    monkeypatch.setattr(results, "display", display)
    return outputs


def test_table_and_data(shown):
    show_results("03", [ROW], seconds={"train": 41.234})
    table, folded = shown
    assert folded["application/json"] == {
        "lesson": "03",
        "rows": [
            {
                "metric": "test_mse",
                "value": 0.0087,
                "low": 0.0,
                "high": 0.0095,
                "unit": "per pixel",
            }
        ],
        "seconds": {"train": 41.2},
    }
    assert (
        "<code>test_mse</code></td><td>0.0087</td><td>0 to 0.0095" in table["text/html"]
    )
    assert table["text/html"].endswith("</table><p>train: 41.2 seconds</p>")
    assert table["text/plain"] == (
        "test_mse: 0.0087 (expected 0 to 0.0095, per pixel)\ntrain: 41.2 seconds"
    )


@pytest.mark.parametrize("value", [0.0096, -0.1, float("nan"), float("inf")])
def test_outside_the_range_is_an_error_after_the_table(shown, value):
    rows = [ROW, ("other", value, 0, 0.0095, "ratio")]
    with pytest.raises(
        AssertionError, match=r"range: other is .* 0 to 0.0095 \(ratio\)$"
    ):
        show_results("03", rows, seconds={})
    assert "✗" in shown[0]["text/html"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "at least one"),
        ([ROW, ROW], "different names"),
        ([("x", 1, 2, 1, "ratio")], "x needs low <= high"),
        ([("x", 1, float("nan"), 1, "ratio")], "x needs low <= high"),
    ],
)
def test_bad_rows_are_clear_errors(rows, message):
    with pytest.raises(ValueError, match=message):
        show_results("03", rows, seconds={})


def test_startup_is_silent_and_puts_stderr_back():
    """Importing Keras prints nothing; what is printed later is seen again."""
    program = """
import os
from course_utils import quiet_startup
with quiet_startup():
    import keras
keras.ops.zeros(3)
os.write(2, b"seen")
"""
    environment = {k: v for k, v in os.environ.items() if k != "TF_CPP_MIN_LOG_LEVEL"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0
    assert (done.stdout, done.stderr) == ("", "seen")


def test_startup_does_not_hide_errors():
    from course_utils import quiet_startup

    with pytest.raises(ImportError), quiet_startup():
        import no_such_module  # noqa: F401
