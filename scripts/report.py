"""Write the README's results table and pictures from the executed lessons.

The numbers are those that the results cell of each lesson carries, the picture
is the figure of the cell tagged "picture".
"""

import base64
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
BEGIN = "<!-- results: written by scripts/report.py -->\n"
END = "<!-- end of results -->"

# What others have published on the same question: {(lesson, metric): text}.
PUBLISHED = {
    ("01", "train_mse_ratio_to_pca_k32"): (
        "test errors “almost the same” (Imperial College MatchLab, notebook 06); "
        "pictures only (Neuromatch)"
    ),
    ("02", "test_mse_30"): (
        "0.0132 on validation images, 20 epochs (Géron 2022, chapter 17)"
    ),
    ("03", "test_mse_sparse"): (
        "validation loss with 300 units, penalty included: 0.0111 with L1, "
        "0.0099 with KL (Géron 2022, chapter 17)"
    ),
}


def tagged_outputs(notebook, tag):
    """Return all outputs of the cells that have a tag."""
    return [
        output
        for cell in notebook.cells
        if tag in cell.metadata.get("tags", [])
        for output in cell.outputs
    ]


def read_results(notebook):
    """Return the data of a lesson's results cell."""
    (results,) = [
        output["data"]["application/json"]
        for output in tagged_outputs(notebook, "results")
        if "application/json" in output.get("data", {})
    ]
    return results


def read_picture(notebook):
    """Return the PNG of the lesson's picture, as bytes."""
    (picture,) = [
        output["data"]["image/png"]
        for output in tagged_outputs(notebook, "picture")
        if "image/png" in output.get("data", {})
    ]
    return base64.b64decode(picture)


def results_table(all_results):
    """Return the results of all lessons as a Markdown table."""
    lines = [
        "| lesson | quantity | this course | expected range | unit | published |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for results in all_results:
        for row in results["rows"]:
            metric = row["metric"]
            published = PUBLISHED.get((results["lesson"], metric), "")
            lines.append(
                f"| {results['lesson']} | `{metric}` | {row['value']:.4g} "
                f"| {row['low']:g} to {row['high']:g} | {row['unit']} | {published} |"
            )
    lines.append("")
    for results in all_results:
        seconds = results["seconds"]["train"]
        lines.append(
            f"Lesson {results['lesson']}: the main training took {seconds:.0f} seconds "
            "on two CPU cores."
        )
    return "\n".join(lines) + "\n"


def write_report(root):
    """Write the table into README.md and the pictures into docs/."""
    lessons = sorted(root.glob("notebooks/*.ipynb"))
    notebooks = {path.stem: nbformat.read(path, as_version=4) for path in lessons}
    for name, notebook in notebooks.items():
        (root / "docs" / f"{name}.png").write_bytes(read_picture(notebook))
    table = results_table([read_results(notebook) for notebook in notebooks.values()])
    readme = root / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    readme.write_text(before + BEGIN + table + END + after, encoding="utf-8")


if __name__ == "__main__":
    write_report(ROOT)
