"""How Sphinx makes the course's pages; `make html` runs it on the whole course.

Notebooks are shown as they are stored, never executed. Nothing on the pages is loaded
from elsewhere, so that they also work from the file system without a network.
"""

import shutil
import sys
import tomllib
from pathlib import Path

import nbformat
from docutils import nodes
from latex2mathml.converter import convert

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import report  # noqa: E402

with open(ROOT / "pyproject.toml", "rb") as file:
    ADDRESS = tomllib.load(file)["tool"]["course"]["repository"]

# Sphinx looks for read_notebook below by its name.
sys.path.insert(0, str(Path(__file__).parent))

project = "Autoencoders in Keras"
extensions = ["myst_nb"]
root_doc = "README"
exclude_patterns = [
    ".*",
    "html",
    "tests",
    "**/.ipynb_checkpoints",
    # What grading a class writes.
    *(
        "exercises/" + name
        for name in ("autograded", "feedback", "grade*", "submitted")
    ),
]

nb_execution_mode = "off"
nb_custom_formats = {".ipynb": ["conf.read_notebook", {}]}
# Sliders need a kernel, which a page has not.
nb_ipywidgets_js = {}
myst_enable_extensions = ["dollarmath", "amsmath", "substitution"]
# A page may name results of a lesson: {{ "{:.1f}".format(lesson_07.elbo_2d_nats) }}.
myst_substitutions = {
    f"lesson_{path.name[:2]}": {
        row["metric"]: row["value"]
        for row in report.read_results(nbformat.read(path, as_version=4))["rows"]
    }
    for path in ROOT.glob("notebooks/*.ipynb")
}
myst_heading_anchors = 4

html_theme = "sphinx_book_theme"
# Light or dark, as the reader's system is.
html_context = {"default_mode": "auto"}
html_title = project
html_static_path = ["static"]
html_css_files = ["course.css", "playground.css"]
html_math_renderer = "mathml"
html_copy_source = False
# The theme has a field for searching in its header already.
html_sidebars = {"**": ["navbar-logo.html", "sbt-sidebar-nav.html"]}
html_theme_options = {"use_download_button": False, "show_toc_level": 2}
if ADDRESS:
    html_theme_options |= {
        "repository_url": ADDRESS,
        "use_repository_button": True,
        "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    }


def read_notebook(text):
    """Return a notebook whose figures say in words what they show."""
    notebook = nbformat.reads(text, as_version=4)
    for cell in notebook.cells:
        if "alt" in cell.metadata:
            cell.metadata["mystnb"] = {"image": {"alt": cell.metadata.alt}}
        for output in cell.get("outputs", []):
            # The table of results stands beside it.
            output.get("data", {}).pop("application/json", None)
    return notebook


CONTENTS = """
```{{toctree}}
:hidden:
:caption: {caption}

{pages}
```
"""


def add_contents(app, name, source):
    """Add the list of all pages, which makes the navigation, to the first page."""
    if name != root_doc:
        return
    parts = {
        "Part I: the models": ["notebooks/0[1-8]*.ipynb"],
        "Part II: what they are good for": ["notebooks/*.ipynb"],
        "Playground": ["playground/README.md", "playground/[0-9]*.md"],
        "Exercises": ["exercises/release/*/*.ipynb"],
        "Solutions": ["exercises/source/*/*.ipynb"],
        "More": ["[!.]*/*.md", "CONTRIBUTING.md"],
    }
    listed = set()
    for caption, patterns in parts.items():
        found = [path for pattern in patterns for path in sorted(ROOT.glob(pattern))]
        # A page that an earlier part lists is not listed again.
        found = [path for path in found if path not in listed]
        listed.update(found)
        pages = [path.relative_to(ROOT).with_suffix("").as_posix() for path in found]
        source[0] += CONTENTS.format(caption=caption, pages="\n".join(pages))


def write_inline(translator, node):
    """Write a formula as MathML, which browsers draw by themselves."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def write_block(translator, node):
    """Write a formula that has lines of its own."""
    formula = convert(node.astext(), display="block")
    translator.body.append(f'<div class="formula">{formula}</div>')
    raise nodes.SkipNode


def finish(app, error):
    """Copy pictures and programs, and let the folder open at the README."""
    if error is None:
        out = Path(app.outdir)
        for pattern in ("docs/*.png", "playground/*.js", "playground/models/*.js"):
            for path in ROOT.glob(pattern):
                copy = out / path.relative_to(ROOT)
                copy.parent.mkdir(exist_ok=True)
                shutil.copy(path, copy)
        shutil.copy(out / f"{root_doc}.html", out / "index.html")


def setup(app):
    """Connect these functions to Sphinx."""
    app.add_html_math_renderer("mathml", (write_inline, None), (write_block, None))
    app.connect("source-read", add_contents)
    app.connect("build-finished", finish)
