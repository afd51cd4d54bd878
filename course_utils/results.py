"""The table that ends every lesson: what was measured, beside what was expected."""

import html
import math
from collections.abc import Mapping, Sequence

from IPython.display import display

__all__ = ["show_results"]

#: One quantity: its name, its value, both ends of its expected range, its unit.
Row = tuple[str, float, float, float, str]


def show_results(
    lesson: str, rows: Sequence[Row], seconds: Mapping[str, float]
) -> None:
    """Show measured quantities beside their expected ranges, and insist on them.

    Parameters
    ----------
    lesson : str
        Number of the lesson, such as "01".
    rows : list of (metric, value, low, high, unit)
        One tuple a quantity: its name (str), the value of this run (float), both
        ends of the expected range (floats, inclusive) and the unit (str).
    seconds : dict of str to float
        Wall-clock seconds by name, such as ``{"train": 41.2}``; shown below the
        table, not checked.

    Raises
    ------
    AssertionError
        After the table is shown, if a value is outside its range or not a
        number. The message names each such quantity, its value and its range.
    ValueError
        If there are no rows, if a range's ends are not two numbers in order, or
        if two rows have one name.

    Notes
    -----
    A second output carries the same data as ``application/json``, for programs to
    read; JupyterLab shows it in four lines, with the rows folded.
    """
    if not rows:
        raise ValueError("rows must hold at least one quantity, got none")
    names = [metric for metric, *_ in rows]
    if len(set(names)) < len(names):
        raise ValueError(f"rows must have different names, got {names}")
    for metric, _, low, high, _ in rows:
        if not low <= high:
            raise ValueError(
                f"rows: {metric} needs low <= high, got low={low} and high={high}"
            )

    records = [
        {
            "metric": metric,
            # JSON has no "not a number": a failed quantity is null.
            "value": float(value) if math.isfinite(value) else None,
            "low": float(low),
            "high": float(high),
            "unit": unit,
        }
        for metric, value, low, high, unit in rows
    ]
    failures = [
        f"{metric} is {value:.6g}, expected {low:.6g} to {high:.6g} ({unit})"
        for metric, value, low, high, unit in rows
        if not low <= value <= high
    ]
    seconds = {name: round(float(value), 1) for name, value in seconds.items()}
    data = {"lesson": lesson, "rows": records, "seconds": seconds}
    text = "\n".join(
        f"{metric}: {value:.6g} (expected {low:.6g} to {high:.6g}, {unit})"
        for metric, value, low, high, unit in rows
    )
    below = "; ".join(f"{name}: {value:g} seconds" for name, value in seconds.items())
    display(
        {
            "text/html": f"{_table(rows)}<p>{html.escape(below)}</p>",
            "text/plain": f"{text}\n{below}",
        },
        raw=True,
    )
    # An output of its own: JupyterLab would show it in place of the table.
    display(
        {"application/json": data, "text/plain": "(the same as JSON)"},
        metadata={"application/json": {"expanded": False, "root": "the same as JSON"}},
        raw=True,
    )
    assert not failures, "outside the expected range: " + "; ".join(failures)


def _table(rows: Sequence[Row]) -> str:
    """Lay the rows out as an HTML table; a value outside its range is marked with ✗."""
    titles = ("Quantity", "This run", "Expected range", "Unit", "")
    lines = ["".join(f"<th>{title}</th>" for title in titles)]
    for metric, value, low, high, unit in rows:
        mark = "✓" if low <= value <= high else "✗"
        cells = (
            f"<code>{html.escape(metric)}</code>",
            f"{value:.6g}",
            f"{low:.6g} to {high:.6g}",
            html.escape(unit),
            mark,
        )
        lines.append("".join(f"<td>{cell}</td>" for cell in cells))
    body = "".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table>{body}</table>"
