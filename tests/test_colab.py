"""Badges, setup cells and the pages' address: consistent, changed by one command."""

import re
import shutil
import subprocess

import nbformat
import pytest
import set_repository
from conftest import ROOT
from nbclient import NotebookClient

FORK = "https://github.com/someone/autoencoders-2027"
PAGES = "https://someone.github.io/autoencoders-2027/"


def setup_cells(notebook):
    return [
        cell.source
        for cell in notebook.cells
        if "colab-setup" in cell.metadata.get("tags", [])
    ]


def assert_links_work_on_colab(root, path, notebook, address):
    """Behind each link to a notebook stands one that Colab can follow."""
    text = "\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    for target in re.findall(r"\]\(([\w./]+\.ipynb)\)", text):
        there = (path.parent / target).resolve()
        assert there.exists(), (path, target)
        place = there.relative_to(root.resolve()).as_posix()
        on_colab = (
            f"({target}) ([on Colab]({set_repository.colab_address(FORK, place)}))"
        )
        assert (on_colab in text) == bool(address), (path, target)


def assert_consistent(root, address):
    for path, opened in set_repository.notebook_paths(root).items():
        notebook = nbformat.read(path, as_version=4)
        assert setup_cells(notebook) == [set_repository.setup_cell(address)], path
        badge = set_repository.badge(address, opened)
        title = notebook.cells[0].source
        assert badge in title, path
        assert title.count("colab-badge") == badge.count("colab-badge"), path
        if badge:
            assert (root / opened).exists()
        assert_links_work_on_colab(root, path, notebook, address)
        pictures = re.findall(r"\]\((\S+)docs/\w+\.png\)", title)
        place = set_repository.raw_address(address) if address else "../"
        assert pictures == [place] * len(pictures), path


def assert_names_pages(root, site):
    """The README says where to read the course, or nothing."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    _, first_screen = readme.split("\n", 1)
    first_screen, _ = first_screen.split("\n## ", 1)
    said = re.findall(r"^Read it without .*: <(.*)>\.$", first_screen, re.MULTILINE)
    assert said == ([site] if site else [])
    assert readme.count("github.io") == ("github.io" in site)
    assert set_repository.read_address(root, "site") == site


def test_every_notebook_has_the_address_of_the_project():
    assert_consistent(ROOT, set_repository.read_address(ROOT))
    assert_names_pages(ROOT, set_repository.read_address(ROOT, "site"))


@pytest.fixture
def project(tmp_path):
    """A copy of everything that holds the address."""
    for folder in ("notebooks", "exercises"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, tmp_path)
    return tmp_path


def contents(project):
    return {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}


def test_one_command_changes_everything_to_a_fork_and_back(project):
    original = contents(project)
    set_repository.main(project, FORK + ".git")
    assert set_repository.read_address(project) == FORK
    assert_consistent(project, FORK)
    title = nbformat.read(next(project.glob("notebooks/01*")), as_version=4).cells[0]
    assert (
        "https://colab.research.google.com/github/someone/autoencoders-2027/blob/main/"
        "notebooks/01_linear_autoencoder_is_pca.ipynb" in title.source
    )

    once = contents(project)
    set_repository.main(project, FORK)
    assert contents(project) == once
    set_repository.main(project, FORK, PAGES)
    assert_consistent(project, FORK)
    assert_names_pages(project, PAGES)
    set_repository.main(project, FORK)
    assert contents(project) == once
    addresses = [set_repository.read_address(ROOT, n) for n in ("repository", "site")]
    set_repository.main(project, *addresses)
    assert contents(project) == original


def test_a_strange_address_is_refused(project):
    original = contents(project)
    with pytest.raises(SystemExit, match="must look like"):
        set_repository.main(project, "https://example.org/course")
    with pytest.raises(SystemExit, match="must look like"):
        set_repository.main(project, FORK, "someone.github.io")
    assert contents(project) == original


def run_on_colab(address, folder):
    """Run the setup cell twice where `google.colab` is loaded; return the outputs."""
    sources = [
        "import sys, types\nsys.modules['google.colab'] = types.ModuleType('colab')",
        set_repository.setup_cell(address),
        set_repository.setup_cell(address),
        "from course_utils.datasets import load_mnist\n"
        "print(course_utils.__file__)\n"
        "print(sys.path.count(str(course)), load_mnist()[2][0].shape)",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(notebook, resources=resources, allow_errors=True)
    client.execute()
    return [cell.outputs for cell in notebook.cells]


def test_setup_cell_fetches_the_course_once_and_quietly(tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("the course is not a git repository here, so it cannot be cloned")
    bare = tmp_path / "course.git"
    subprocess.run(["git", "clone", "--quiet", "--bare", ROOT, bare], check=True)
    elsewhere = tmp_path / "content"
    elsewhere.mkdir()
    *quiet, last = run_on_colab(bare.as_uri(), elsewhere)
    assert quiet == [[], [], []]
    assert "".join(output["text"] for output in last).splitlines() == [
        str(elsewhere / "autoencoder-course" / "course_utils" / "__init__.py"),
        "1 (10000, 28, 28, 1)",
    ]
