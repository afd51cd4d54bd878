"""Write the course as web pages into html/: lessons, exercises, solutions, texts.

Each page lies where its notebook or text lies in the course, so the links between
them stay the same but for their ending. The README becomes index.html.
Formulas are drawn by MathJax, which the pages load from the web.
"""

import re
import shutil
from pathlib import Path

import nbformat
from nbconvert import HTMLExporter

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["*.md", "[a-z]*/*.md", "notebooks/*.ipynb", "exercises/*/*/*.ipynb"]
COPIED = [
    "LICENSE",
    "data/*/LICENSE",
    "docs/*.png",
    "docs/*.toml",
    "exercises/preflight.py",
]
COPIED += ["tests/claims.py", "tests/read_bank.py"]
LOCAL_LINK = re.compile(r'href="(?!https?:)([^"#]+)\.(?:ipynb|md)(?=["#])')


def page_path(path):
    """Return where the page of a notebook or text lies, both relative to a root."""
    if path == Path("README.md"):
        return Path("index.html")
    return path.with_suffix(".html")


def read_document(path):
    """Return a notebook, or a text as a notebook of one cell."""
    if path.suffix == ".ipynb":
        notebook = nbformat.read(path, as_version=4)
        for cell in notebook.cells:
            for output in cell.get("outputs", []):
                if "alt" in cell.metadata and "metadata" in output:
                    # Where nbconvert looks for what a picture shows, in words.
                    output.metadata["alt"] = cell.metadata.alt
        return notebook
    text = path.read_text(encoding="utf-8")
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)])


def write_pages(root, folder):
    """Write all pages, and what they link to, into a new folder."""
    exporter = HTMLExporter()
    for path in (path for pattern in PAGES for path in sorted(root.glob(pattern))):
        document = read_document(path)
        (title, *_) = re.findall("^# (.+)$", document.cells[0].source, re.MULTILINE)
        html, _ = exporter.from_notebook_node(
            document, resources={"metadata": {"name": title}}
        )
        html = LOCAL_LINK.sub(r'href="\1.html', html)
        page = folder / page_path(path.relative_to(root))
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text(html, encoding="utf-8")
    for path in (path for pattern in COPIED for path in root.glob(pattern)):
        copy = folder / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)


if __name__ == "__main__":
    shutil.rmtree(ROOT / "html", ignore_errors=True)
    write_pages(ROOT, ROOT / "html")
    print(f"Open {ROOT / 'html' / 'index.html'} in a browser.")
