"""Tell every notebook where the course lives, so that it opens on Colab.

python scripts/set_repository.py https://github.com/NAME/REPOSITORY
python scripts/set_repository.py https://github.com/NAME/REPOSITORY https://PAGES
python scripts/set_repository.py ""     take the badges away again

The second address is that of the course's web pages, which the README then names.
Both are kept in pyproject.toml. Without the first there are no badges, without the
second the README names none.
"""

import posixpath
import re
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
# The lesson's picture, which Colab finds only on the web.
PICTURE = re.compile(r"\]\((?:\.\./|https://raw\S+/)(docs/\w+\.png)\)")
# A link from one notebook to another, which leads nowhere on Colab, and the link that
# stands behind it for that.
LINK = re.compile(r"(\[[^]]+\]\(([\w./]+\.ipynb)\))(?: \(\[on Colab\]\(\S+?\)\))?")
BADGE_LINE = re.compile(r"^\[!\[Open in Colab\].*\n\n", re.MULTILINE)
# What the README says of the web pages stands between these.
SITE_BEGIN = "<!-- site: written by scripts/set_repository.py -->\n"
SITE_END = "<!-- end of site -->"

SETUP_CELL = """\
# On Colab, fetch the course once. Elsewhere, if the last line fails, the kernel is
# not that of the course: start Jupyter with `make lab`.
import sys
from pathlib import Path

course = Path("autoencoder-course").resolve()
if "google.colab" in sys.modules and str(course) not in sys.path:
    if not course.exists():
        !git clone --quiet --depth 1 {address} {{course}}
    sys.path.insert(0, str(course))
import course_utils"""

SETUP_CELL_WITHOUT_ADDRESS = """\
# If this fails, the kernel is not that of the course: start Jupyter with `make lab`.
import course_utils"""


def setup_cell(address):
    """Return the source of the cell that finds the course, and fetches it on Colab."""
    if address:
        return SETUP_CELL.format(address=address)
    return SETUP_CELL_WITHOUT_ADDRESS


def colab_address(address, path):
    """Return where Colab opens a notebook of the repository."""
    place = f"{address.removeprefix('https://github.com/')}/blob/main/{path}"
    return f"https://colab.research.google.com/github/{place}"


def badge(address, path):
    """Return the Markdown line of the badge for one notebook, or an empty string."""
    if not address:
        return ""
    return f"[![Open in Colab]({BADGE})]({colab_address(address, path)})\n\n"


def with_colab_links(text, address, folder):
    """Put a link for Colab behind each link to a notebook, or take it away."""

    def write(link):
        if not address:
            return link[1]
        path = posixpath.normpath(posixpath.join(folder, link[2]))
        return f"{link[1]} ([on Colab]({colab_address(address, path)}))"

    return LINK.sub(write, text)


def raw_address(address):
    """Return where GitHub shows the files of a repository as they are."""
    place = address.removeprefix("https://github.com/")
    return f"https://raw.githubusercontent.com/{place}/main/"


def write_address(notebook, address, badge_path):
    """Put the badge under the title and the address into the setup cell and links.

    The badge opens `badge_path`: a solved exercise shows the badge of its
    student version, since that is where its first cell ends up.
    """
    title = notebook.cells[0]
    heading, rest = BADGE_LINE.sub("", title.source).split("\n\n", maxsplit=1)
    title.source = f"{heading}\n\n{badge(address, badge_path)}{rest}"
    place = raw_address(address) if address else "../"
    title.source = PICTURE.sub(rf"]({place}\1)", title.source)
    folder = posixpath.dirname(badge_path)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = with_colab_links(cell.source, address, folder)
        if "colab-setup" in cell.metadata.get("tags", []):
            cell.source = setup_cell(address)


def notebook_paths(root):
    """Return {notebook path: path that its badge opens}, relative to the root."""
    paths = {}
    for path in sorted(root.glob("notebooks/*.ipynb")):
        paths[path] = path.relative_to(root).as_posix()
    for path in sorted(root.glob("exercises/source/*/*.ipynb")):
        release = root / "exercises" / "release" / path.parent.name / path.name
        paths[path] = paths[release] = release.relative_to(root).as_posix()
    return paths


def site_line(site):
    """Return what the README says of the web pages, or an empty string."""
    if not site:
        return ""
    return f"Read it without installing anything: <{site}>.\n"


def write_site(readme, site):
    """Return the README with the address of the web pages, or without one."""
    before, rest = readme.split(SITE_BEGIN)
    _, after = rest.split(SITE_END)
    return before + SITE_BEGIN + site_line(site) + SITE_END + after


def read_address(root, name="repository"):
    """Return an address that pyproject.toml holds: "repository" or "site"."""
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["tool"]["course"][name]


def main(root, address, site=""):
    """Write the addresses into pyproject.toml, every notebook and the README."""
    address = address.rstrip("/").removesuffix(".git")
    if address and not re.fullmatch(r"https://github\.com/[\w.-]+/[\w.-]+", address):
        sys.exit(
            f"The address must look like https://github.com/NAME/REPOSITORY, "
            f"got {address}"
        )
    if site and not re.fullmatch(r"https://[\w.-]+(/[\w./-]*)?", site):
        sys.exit(f"The pages' address must look like https://PAGES, got {site}")
    project = root / "pyproject.toml"
    text = project.read_text(encoding="utf-8")
    for name, value in (("repository", address), ("site", site)):
        line = re.compile(rf'^{name} = ".*"$', re.MULTILINE)
        text = line.sub(f'{name} = "{value}"', text)
    project.write_text(text, encoding="utf-8")
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(write_site(text, site), encoding="utf-8")
    for path, badge_path in notebook_paths(root).items():
        notebook = nbformat.read(path, as_version=4)
        write_address(notebook, address, badge_path)
        nbformat.write(notebook, path)


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(ROOT, *sys.argv[1:])
