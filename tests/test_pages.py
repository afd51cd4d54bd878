"""The course as web pages: all is there, links lead somewhere, nothing is fetched."""

import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pages
import pytest
import report
from conftest import ROOT

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pages") / "html"
    pages.write_pages(folder)
    return folder


class Page(HTMLParser):
    """What a page holds: (tag, attributes) in order, and all text."""

    def __init__(self, path):
        super().__init__()
        self.path, self.tags, self.text, self._skip = path, [], [], 0
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._skip += tag in ("script", "style", "pre", "code")

    def handle_endtag(self, tag):
        self._skip -= tag in ("script", "style", "pre", "code")

    def handle_data(self, data):
        if not self._skip:
            self.text.append(data)


@pytest.fixture(scope="module")
def parsed(folder):
    found = [
        path for path in sorted(folder.rglob("*.html")) if "_static" not in str(path)
    ]
    return {path: Page(path) for path in found}


def page_of(folder, path):
    return folder / path.relative_to(ROOT).with_suffix(".html")


def test_every_notebook_and_text_has_a_page(folder, parsed):
    for pattern in ("notebooks/*.ipynb", "exercises/*/*/*.ipynb", "*.md", "[!.]*/*.md"):
        for path in ROOT.glob(pattern):
            assert page_of(folder, path) in parsed, path
    assert (folder / "index.html").exists()


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_figures_are_there_and_say_what_they_show(folder, parsed, path):
    alts = [
        cell.metadata.alt
        for cell in nbformat.read(path, as_version=4).cells
        for output in cell.get("outputs", [])
        if "image/png" in output.get("data", {})
    ]
    shown = [t["alt"] for tag, t in parsed[page_of(folder, path)].tags if tag == "img"]
    assert len(alts) > 5
    assert set(alts) <= set(shown)


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_formulas_are_drawn_by_the_browser_itself(folder, parsed, path):
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    text = re.sub(r"`[^`]*`", "", text)
    written = len(re.findall(r"\$\$.+?\$\$|\$[^$]+\$", text, re.DOTALL))
    page = parsed[page_of(folder, path)]
    assert sum(tag == "math" for tag, _ in page.tags) == written


def test_no_formula_is_left_as_it_was_written(parsed):
    for path, page in parsed.items():
        assert "$" not in "".join(page.text), path


def test_pages_say_nothing_of_what_they_cannot_show(parsed):
    for path in parsed:
        text = path.read_text(encoding="utf-8")
        for words in ("(progress bar)", "(sliders)", "(the same as JSON)"):
            assert words not in text, path


def test_a_solution_is_reached_from_its_lesson_and_exercise_alone(folder, parsed):
    """So it is neither in the navigation nor beside the exercises."""
    leading = {
        ((path.parent / attributes["href"]).resolve(), path)
        for path, page in parsed.items()
        for _, attributes in page.tags
        if "source/" in attributes.get("href", "")
    }
    assert leading == {
        (folder / "exercises" / "source" / name / f"{name}.html", folder / page)
        for name in (lesson.stem for lesson in LESSONS)
        for page in (f"notebooks/{name}.html", f"exercises/release/{name}/{name}.html")
    }
    for solution, _ in leading:
        assert "Solution of exercise" in "".join(parsed[solution].text)
        assert "HIDDEN TESTS" not in solution.read_text(encoding="utf-8")


def test_a_build_leaves_only_pages_and_a_broken_one_leaves_the_old(folder, tmp_path):
    assert list(folder.parent.iterdir()) == [folder]
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "index.html").write_text("old")
    with pytest.raises(subprocess.CalledProcessError):
        pages.write_pages(tmp_path / "html", tmp_path / "no course")
    assert (tmp_path / "html" / "index.html").read_text() == "old"


def test_links_lead_somewhere(parsed):
    links = 0
    for path, page in parsed.items():
        for _, attributes in page.tags:
            target = attributes.get("href") or attributes.get("src") or ""
            target = re.sub(r"[?#].*", "", target)
            if target and not re.match("https?:|data:|mailto:", target):
                assert (path.parent / target).exists(), (path.name, target)
                assert Path(target).suffix not in (".ipynb", ".md"), (path.name, target)
                links += 1
    assert links > 1000


def test_a_page_fetches_nothing_from_elsewhere(parsed):
    """So it works offline; a link that a reader may follow is another thing."""
    for path, page in parsed.items():
        for tag, attributes in page.tags:
            if tag in ("script", "img", "iframe", "source"):
                assert not attributes.get("src", "").startswith("http"), path
            if tag == "link" and attributes.get("rel") != "canonical":
                assert not attributes.get("href", "").startswith("http"), path


# A result of a lesson in a text: {{ "{:.1f}".format(lesson_07.elbo_2d_nats) }}.
RESULT = r'\{\{ "(\{:\.\d[f%]\})"\.format\(lesson_(\d\d)\.(\w+)\) \}\}'


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("playground/[0-9]*.md")), ids=lambda path: path.stem
)
def test_numbers_of_the_playground_are_the_lessons(folder, parsed, path):
    source = path.read_text(encoding="utf-8")
    text = "".join(parsed[page_of(folder, path)].text)
    results = re.findall(RESULT, source)
    assert len(results) == len(re.findall(r"lesson_\d", source)) > 0
    for form, number, metric in results:
        (lesson,) = ROOT.glob(f"notebooks/{number}_*.ipynb")
        rows = report.read_results(nbformat.read(lesson, as_version=4))["rows"]
        (value,) = [row["value"] for row in rows if row["metric"] == metric]
        shown = re.escape(form.format(value))
        assert re.search(rf"(?<![\d.]){shown}(?![\d.])", text), metric
    assert "{{" not in text
    # No measured number is typed: decimals stand in braces only.
    assert re.findall(r"\d\.\d", re.sub(r"\{\{.*?\}\}|<[^>]*>", "", source)) == []
