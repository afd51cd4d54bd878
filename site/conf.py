"""How Sphinx makes the course's pages: `make html` says the rest."""

import sys
from pathlib import Path

import nbformat
from docutils import nodes
from latex2mathml.converter import convert

sys.path.insert(0, str(Path(__file__).parent))

project = "Autoencoders in Keras"
author = "The authors of the course"
extensions = ["myst_nb"]
root_doc = "README"
exclude_patterns = [
    ".*",
    "tests",
    "html",
    "data/rebuild.py",
    "exercises/[!rs]*",
    "**/.ipynb_checkpoints",
]
# Notebooks are shown as they are stored, never executed here.
nb_execution_mode = "off"
nb_custom_formats = {".ipynb": ["conf.read_notebook", {}]}
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 4
html_theme = "sphinx_book_theme"
html_title = project
html_math_renderer = "mathml"
html_copy_source = False
html_show_sourcelink = False
suppress_warnings = ["myst.xref_missing", "myst.header"]


def read_notebook(text):
    """Return a notebook whose figures say in words what they show."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if "alt" in cell.metadata:
            cell.metadata["mystnb"] = {"image": {"alt": cell.metadata.alt}}
        for output in cell.get("outputs", []):
            output.get("data", {}).pop("application/json", None)
    return notebook


def visit_inline(self, node):
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def visit_block(self, node):
    self.body.append('<div class="math">' + convert(node.astext(), display="block") + "</div>")
    raise nodes.SkipNode


TOC = """

```{{toctree}}
:hidden:
:caption: {caption}

{entries}
```
"""


def add_contents(app, name, source):
    """The README is the first page: add the list of all pages to it."""
    if name != "README":
        return
    root = Path(app.srcdir)
    lessons = [p.relative_to(root).with_suffix("").as_posix() for p in sorted(root.glob("notebooks/*.ipynb"))]
    exercises = [p.relative_to(root).with_suffix("").as_posix() for p in sorted(root.glob("exercises/release/*/*.ipynb"))]
    solutions = [p.relative_to(root).with_suffix("").as_posix() for p in sorted(root.glob("exercises/source/*/*.ipynb"))]
    more = ["docs/results", "exercises/README", "CONTRIBUTING", "data/README"]
    source[0] += "".join(
        TOC.format(caption=c, entries="\n".join(e))
        for c, e in [("The models", lessons[:8]), ("What they are good for", lessons[8:]), ("Exercises", exercises), ("Solutions", solutions), ("More", more)]
    )


def setup(app):
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_block, None))
    app.connect("source-read", add_contents)
