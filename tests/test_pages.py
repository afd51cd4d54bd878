"""The course as web pages: every notebook is there, and every link leads somewhere."""

import re

import pages
import pytest
from conftest import ROOT


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    pages.write_pages(ROOT, folder)
    return folder


def test_every_notebook_has_a_page_with_its_figures(folder):
    for path in ROOT.glob("notebooks/*.ipynb"):
        page = folder / "notebooks" / f"{path.stem}.html"
        html = page.read_text(encoding="utf-8")
        assert "data:image/png" in html
        assert 'class="jp-RenderedHTMLCommon' in html
        assert "Traceback" not in html
    released = {p.stem for p in ROOT.glob("exercises/release/*/*.ipynb")}
    assert released == {p.stem for p in folder.glob("exercises/release/*/*.html")}


def test_links_between_pages_lead_somewhere(folder):
    links = 0
    for page in folder.rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        body = html[html.index("<body") :]
        for target in re.findall(r'(?:href|src)="([^"#]+)', body):
            if not re.match("https?:|data:|mailto:", target):
                assert (page.parent / target).exists(), (page.name, target)
                assert not target.endswith((".ipynb", ".md"))
                links += 1
    assert links > 60
