"""Execute notebooks in place, as the tests will, and keep only what readers need.

python scripts/refresh.py            all lessons and solved exercises
python scripts/refresh.py PATH ...   only these
"""

import ast
import functools
import hashlib
import io
import json
import os
import sys
import tokenize
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
ROOT = Path(__file__).resolve().parent.parent


# Kernels describe their figures in words, which the tests compare.
os.environ["PYTHONSTARTUP"] = str(ROOT / "scripts" / "describe_figures.py")


def without_comments(code):
    """Return a program without comments, docstrings and empty lines."""
    lines = code.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column]
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            lines[node.lineno - 1 : node.end_lineno] = [""] * (
                node.end_lineno - node.lineno + 1
            )
    return "\n".join(line.rstrip() for line in lines if line.strip())


@functools.cache
def surroundings(root=ROOT):
    """Return what every notebook depends on, as one text: helpers and data."""
    helpers = sorted((root / "course_utils").rglob("*.py"))
    parts = [without_comments(path.read_text(encoding="utf-8")) for path in helpers]
    files = sorted((root / "data").glob("[!_]*/*"))
    parts += [hashlib.sha256(path.read_bytes()).hexdigest() for path in files]
    style = root / "course_utils" / "course.mplstyle"
    return "\n".join([*parts, style.read_text(encoding="utf-8")])


def digests(notebook):
    """Return one digest of what a notebook runs, and one of what came out.

    They are stored when it is executed. So a test notices code, helpers or data that
    changed since, and outputs that were not made by running it.
    """
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # A fork writes its own address into the setup cell, which prints nothing.
    cells = [c for c in cells if "colab-setup" not in c.metadata.get("tags", [])]
    code = [[cell.source, cell.metadata.get("tags", [])] for cell in cells]
    outputs = [[cell.outputs, cell.execution_count] for cell in cells]
    return {
        "code": digest([code, surroundings()]),
        "outputs": digest([code, outputs]),
    }


def digest(data):
    text = json.dumps(data, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def refresh(path):
    """Execute one notebook in its own folder and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        # Rarely, word of the kernel's reply is lost (zeromq/pyzmq#2173): after an
        # interruption, which the idle kernel ignores, nbclient looks once more.
        interrupt_on_timeout=True,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
    # What a slider draws fails inside its widget, where no cell notices it.
    for widget in client.widget_state.values():
        for output in widget.get("outputs", []):
            if output["output_type"] == "error":
                raise RuntimeError(f"a slider of {path.name} fails: {output['evalue']}")
    # Progress bars and sliders are widgets, which only live while their kernel does.
    # Without it a page would show "0 epochs", or an error.
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if WIDGET in data:
                sliders = "Slider" in data.get("text/plain", "")
                text = "(sliders)" if sliders else "(progress bar)"
                output["data"] = {"text/plain": text}
    notebook.metadata.pop("widgets", None)
    # Without the exact Python version, as kernels of scripts/install.py have it.
    notebook.metadata.language_info.pop("version", None)
    notebook.metadata["executed"] = digests(notebook)
    nbformat.write(notebook, path)


def main():
    """Refresh the named notebooks, or all of them."""
    paths = [Path(name).resolve() for name in sys.argv[1:]]
    if not paths:
        paths = sorted(ROOT.glob("notebooks/*.ipynb"))
        paths += sorted(ROOT.glob("exercises/source/*/*.ipynb"))
    for path in paths:
        print(path.relative_to(ROOT), flush=True)
        refresh(path)


if __name__ == "__main__":
    main()
