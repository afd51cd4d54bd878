"""Execute notebooks in place, as the tests will, and keep only what readers need.

python scripts/refresh.py            all lessons and solved exercises
python scripts/refresh.py PATH ...   only these
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

WIDGET = "application/vnd.jupyter.widget-view+json"
ROOT = Path(__file__).resolve().parent.parent


def refresh(path):
    """Execute one notebook in its own folder and write it back."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=600,
        record_timing=False,
        resources={"metadata": {"path": str(path.parent)}},
    )
    client.execute()
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
    # The kernel writes its exact Python version here; nobody needs it.
    notebook.metadata["language_info"] = {"name": "python"}
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
