"""The results cell shows a table, carries its data, and fails outside a range."""

import json
import re

import numpy as np
import pytest

from course_utils import results
from course_utils.results import show_results

ROW = ("test_mse", 0.0087, 0.0, 0.0095, "per pixel")
# As many quantities as no lesson has.
MANY = [(f"row_{number}", number, number - 1, number + 1, "") for number in range(60)]


@pytest.fixture
def shown(monkeypatch):
    """What the cell displays."""
    outputs = []

    def display(data, raw, metadata=None):
        assert raw
        if "application/json" in data:
            assert not metadata["application/json"]["expanded"]
        outputs.append(data)

    monkeypatch.setattr(results, "display", display)
    return outputs


def marks(shown):
    """Return {name of a quantity: its mark in the table}."""
    html = shown[0]["text/html"]
    return dict(re.findall(r"<tr><td><code>(\w+)</code>.*?<td>(.)</td></tr>", html))


def test_table_and_data(shown):
    seconds = {"train": 41.234, "fit & predict": 2}
    rows = [ROW, ("psnr", 24.0625, 23.5125, 1234.56, "dB")]
    assert show_results("03", rows, seconds) is None
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
            },
            {
                "metric": "psnr",
                "value": 24.0625,
                "low": 23.5125,
                "high": 1234.56,
                "unit": "dB",
            },
        ],
        "seconds": {"train": 41.2, "fit & predict": 2.0},
    }
    assert table["text/html"] == (
        "<table><tr><th>Quantity</th><th>This run</th><th>Expected range</th>"
        "<th>Unit</th><th></th></tr><tr><td><code>test_mse</code></td>"
        "<td>0.0087</td><td>0 to 0.0095</td><td>per pixel</td><td>✓</td></tr>"
        "<tr><td><code>psnr</code></td>"
        "<td>24.0625</td><td>23.5125 to 1234.56</td><td>dB</td><td>✓</td></tr></table>"
        "<p>train: 41.2 seconds; fit &amp; predict: 2 seconds</p>"
    )
    assert table["text/plain"] == (
        "test_mse: 0.0087 (expected 0 to 0.0095, per pixel)\n"
        "psnr: 24.0625 (expected 23.5125 to 1234.56, dB)\n"
        "train: 41.2 seconds; fit & predict: 2 seconds"
    )


def test_every_row_is_shown_in_order(shown):
    show_results("03", MANY, seconds={})
    names = [metric for metric, *_ in MANY]
    table, folded = shown
    assert list(marks(shown).items()) == [(name, "✓") for name in names]
    assert [row["metric"] for row in folded["application/json"]["rows"]] == names
    assert re.findall(r"^(\w+): ", table["text/plain"], re.M) == names


@pytest.mark.parametrize("place", [0, 10, 19, 20, 21, 40, 59])
def test_every_row_is_checked(shown, place):
    rows = [*MANY]
    rows[place] = ("outside", -0.0625, 0.0125, 1.5625, "ratio")
    message = r"range: outside is -0.0625, expected 0.0125 to 1.5625 \(ratio\)$"
    with pytest.raises(AssertionError, match=message):
        show_results("03", rows, seconds={})
    assert [name for name, mark in marks(shown).items() if mark != "✓"] == ["outside"]


def test_every_row_outside_is_named(shown):
    rows = [("under", -1, 0, 1, "a"), ROW, ("over", 2, 0, 1, "b")]
    message = r"under is -1, expected 0 to 1 \(a\); over is 2, expected 0 to 1 \(b\)$"
    with pytest.raises(AssertionError, match=message):
        show_results("03", rows, seconds={})
    assert marks(shown) == {"under": "✗", "test_mse": "✓", "over": "✗"}


@pytest.mark.parametrize("value", [0.25, 0.5, 0.75])
def test_the_ends_belong_to_the_range(shown, value):
    show_results("03", [("x", value, 0.25, 0.75, ""), ("y", 1, 1, 1, "")], seconds={})
    assert marks(shown) == {"x": "✓", "y": "✓"}


@pytest.mark.parametrize(
    "value",
    [np.nextafter(0.25, 0), np.nextafter(0.75, 1), -1, 1, float("nan"), float("inf")],
)
def test_outside_the_range_is_an_error_after_the_output(shown, value):
    rows = [ROW, ("other", value, 0.25, 0.75, "ratio")]
    message = r"range: other is .* 0.25 to 0.75 \(ratio\)$"
    with pytest.raises(AssertionError, match=message):
        show_results("03", rows, seconds={})
    table, folded = shown
    assert marks(shown) == {"test_mse": "✓", "other": "✗"}
    finite = value if np.isfinite(value) else None
    assert folded["application/json"]["rows"][1]["value"] == finite


def test_numbers_of_numpy_can_be_stored_and_text_is_not_html(shown):
    row = ("a<b", np.float32(0.5), np.int64(0), np.float64(1), "<per pixel>")
    show_results("03", [row], seconds={"<train>": np.float32(1)})
    table, folded = shown
    (stored,) = json.loads(json.dumps(folded["application/json"]))["rows"]
    assert list(stored.values()) == ["a<b", 0.5, 0.0, 1.0, "<per pixel>"]
    for text in ("a&lt;b", "&lt;per pixel&gt;", "&lt;train&gt;"):
        assert text in table["text/html"]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "at least one"),
        ([ROW, ROW], "different names"),
        ([*MANY, MANY[0]], "different names"),
        ([("x", 1, 2, 1, "ratio")], "x needs low <= high, got low=2 and high=1"),
        ([*MANY, ("x", 1, 2, 1, "ratio")], "x needs low <= high"),
        ([("x", 1, float("nan"), 1, "ratio")], "x needs low <= high"),
        ([("x", 1, 1, float("nan"), "ratio")], "x needs low <= high"),
    ],
)
def test_bad_rows_are_clear_errors(shown, rows, message):
    with pytest.raises(ValueError, match=message):
        show_results("03", rows, seconds={})
    assert shown == []
