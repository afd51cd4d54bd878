"""How Sphinx makes the course's pages; `make html` runs it on the whole course.

Notebooks are shown as they are stored, never executed. Nothing on the pages is loaded
from elsewhere, so that they also work from the file system without a network.
"""

import re
import shutil
import sys
from pathlib import Path

import nbformat
from docutils import nodes
from latex2mathml.converter import convert

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "scripts"))
import playground  # noqa: E402
import report  # noqa: E402
from set_repository import read_address, write_address  # noqa: E402

ADDRESS = read_address(ROOT)

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
# A page has no kernel, and so no widgets.
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
# And what was measured while a model of the playground was written.
for name in playground.MODELS:
    myst_substitutions[name] = playground.read_numbers(name)
myst_heading_anchors = 4

html_theme = "sphinx_book_theme"
# Light or dark, as the reader's system is.
html_context = {"default_mode": "auto"}
html_title = project
html_static_path = ["static"]
html_css_files = ["course.css", "playground.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_use_index = False
# A summary would fetch each page that is found, which browsers refuse a file.
html_show_search_summary = False
# The theme has a field for searching in its header already.
html_sidebars = {"**": ["navbar-logo.html", "sbt-sidebar-nav.html"]}
html_theme_options = {
    "use_download_button": False,
    "show_toc_level": 2,
    # The course names no author, for whom there would be a place.
    "footer_content_items": [],
}
if ADDRESS:
    html_theme_options |= {
        "repository_url": ADDRESS,
        "repository_branch": "main",
        "use_repository_button": True,
        "launch_buttons": {
            "colab_url": "https://colab.research.google.com",
            "binderhub_url": "https://mybinder.org",
            "notebook_interface": "jupyterlab",
        },
    }

SOLUTIONS = "exercises/source/"
HIDDEN_TESTS = re.compile("\n*### BEGIN HIDDEN TESTS.*?### END HIDDEN TESTS", re.DOTALL)
# Outputs that say nothing on a page.
LEFT_OUT = ("(progress bar)", "(the same as JSON)")


def prepare_notebook(app, name, source):
    """Change what Sphinx reads of a notebook to what a page needs."""
    if app.env.doc2path(name).suffix != ".ipynb":
        return
    notebook = nbformat.reads(source[0], as_version=4)
    # Buttons lead to Colab; a badge and a picture on the web would be fetched.
    write_address(notebook, "", "")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            prepare_cell(cell)
    if name.startswith(SOLUTIONS):
        title = notebook.cells[0]
        title.source = title.source.replace("# Exercise", "# Solution of exercise", 1)
        # Its lesson and exercise lead here: not the navigation, and not the search.
        notebook.metadata |= {"orphan": True, "no-search": True}
    source[0] = nbformat.writes(notebook)


def prepare_cell(cell):
    """Describe figures, fold what the notebook folds, leave out what says nothing."""
    show = {}
    if "alt" in cell.metadata:
        show["image"] = {"alt": cell.metadata.alt}
    if cell.source.startswith("# @title "):
        first_line, cell.source = cell.source.split("\n", maxsplit=1)
        title = first_line.removeprefix("# @title ")
        show |= {"code_prompt_show": title, "code_prompt_hide": title}
        cell.metadata["tags"] = ["hide-input"]
    cell.metadata["mystnb"] = show
    cell.source = HIDDEN_TESTS.sub("", cell.source)
    cell.outputs = [out for out in cell.outputs if plain_text(out) not in LEFT_OUT]
    for output in cell.outputs:
        if plain_text(output) == "(sliders)":
            output.data = {"text/markdown": "*The running lesson has sliders here.*"}


def plain_text(output):
    """Return what an output is in words, if it is not printed text."""
    return output.get("data", {}).get("text/plain")


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
        "Exercises": ["exercises/README.md", "exercises/release/*/*.ipynb"],
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


def load_late(app, doctree):
    """Let a figure load when it comes near the window; its room is kept free."""
    for image in doctree.findall(nodes.image):
        image["loading"] = "lazy"
        # With a scale, Sphinx writes the width and height of the file.
        image["scale"] = 100
        # Sphinx would make it a link to its file; a card is a link already.
        if not isinstance(image.parent, nodes.paragraph | nodes.container):
            image["classes"].append("no-scaled-link")


def write_inline(translator, node):
    """Write a formula as MathML, which browsers draw by themselves."""
    translator.body.append(convert(node.astext()))
    raise nodes.SkipNode


def write_block(translator, node):
    """Write a formula that has lines of its own."""
    formula = convert(node.astext(), display="block")
    # What has this class scrolls by itself, not with the page, and by the keyboard too.
    place = "pst-scrollable-table-container"
    translator.body.append(f'<div class="{place}">{formula}</div>')
    raise nodes.SkipNode


def mend_page(app, name, template, context, doctree):
    """Let a fold be read aloud by its title; take the buttons from a solution."""
    if doctree:
        label = ' aria-label="Toggle hidden content"'
        context["body"] = context["body"].replace(label, "")
    if name.startswith(SOLUTIONS):
        context["header_buttons"] = [
            button
            for button in context["header_buttons"]
            if button.get("label") != "launch-buttons"
        ]


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
    app.connect("source-read", prepare_notebook)
    app.connect("source-read", add_contents)
    app.connect("doctree-read", load_late)
    # After the theme has added its buttons.
    app.connect("html-page-context", mend_page, priority=502)
    app.connect("build-finished", finish)
