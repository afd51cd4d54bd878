"""The course's pages in a real browser, from the file system and without a network.

They are those of a fork, so also what an address adds is seen.
"""

import shutil
from collections import Counter
from urllib.parse import unquote, urldefrag

import pages
import pytest
import set_repository
from browser import open_browser
from conftest import ROOT
from PIL import Image

FORK = "https://github.com/someone/autoencoders-2027"
LESSON = "notebooks/07_variational_autoencoder"
EXERCISE = "exercises/{}/07_variational_autoencoder/07_variational_autoencoder"
LOOK = (ROOT / "tests" / "look.js").read_text(encoding="utf-8")
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1300, "height": 900}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The pages of a copy of the course that has an address."""
    copy = tmp_path_factory.mktemp("fork") / "course"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "html", "*.gz"))
    set_repository.main(copy, FORK)
    pages.write_pages(copy / "html", copy)
    return copy / "html"


@pytest.fixture(scope="module")
def browser():
    with open_browser() as browser:
        yield browser


@pytest.fixture
def context(browser):
    context = browser.new_context(viewport=DESKTOP, offline=True)
    yield context
    context.close()


@pytest.fixture
def page(context):
    return context.new_page()


def visit(context, address):
    """Return what look.js finds on a page, and what failed meanwhile."""
    failed = []
    page = context.new_page()
    page.on("request", lambda r: r.url.startswith("http") and failed.append(r.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.on(
        "console", lambda m: m.type in ("error", "warning") and failed.append(m.text)
    )
    page.goto(address)
    look = page.evaluate(LOOK)
    page.close()
    return look | {"failed": failed}


@pytest.fixture(scope="module")
def looks(folder, browser):
    """{(page, light or dark): what it looks like on a phone}."""
    found = {}
    for scheme in ("light", "dark"):
        context = browser.new_context(viewport=PHONE, color_scheme=scheme, offline=True)
        for path in sorted(folder.rglob("*.html")):
            if "_static" not in path.parts:
                name = path.relative_to(folder).as_posix()
                found[name, scheme] = visit(context, path.as_uri())
        context.close()
    assert len(found) > 90
    return found


@pytest.mark.parametrize(
    "fault",
    {
        "failed": "a request or a script failed, or something is fetched from the web",
        "wide": "wider than a phone",
        "unreachable": "scrolls, but not by the keyboard",
        "faint": "contrast below 4.5, or 3 for large text",
        "undrawn": "a formula without a size",
        "raw": "a formula that nobody translated",
        "unloaded": "a picture that is not there or has no alt",
        "stretched": "a picture that has lost its shape",
        "undescribed": "a figure without words",
        "unnamed": "a link or button without a name",
    },
)
def test_no_page_has_this_fault(looks, fault):
    faults = {page: look[fault] for page, look in looks.items() if look[fault]}
    assert not faults


def test_there_was_something_to_look_at(looks):
    for (page, _), look in looks.items():
        assert look["texts"] > 20 or page == "search.html", page
        if page.startswith("notebooks/"):
            assert look["formulas"] > 5, page
            assert look["texts"] > 500, page


def test_figures_have_a_ground_of_their_own(folder):
    """So dark text in a figure is read on a dark page too."""
    figures = [*folder.glob("_images/*.png"), *folder.glob("docs/*.png")]
    assert len(figures) > 200
    for figure in figures:
        with Image.open(figure) as image:
            assert image.convert("RGBA").getextrema()[3][0] == 255, figure


def test_headings_languages_and_titles(looks):
    for (page, _), look in looks.items():
        levels = look["levels"]
        assert levels[0] == 1, page
        assert levels.count(1) == 1, page
        assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False)), page
        assert look["language"] == "en", page
    titles = Counter(
        look["title"]
        for (page, scheme), look in looks.items()
        # The first page is there under two names.
        if scheme == "light" and page != "index.html"
    )
    assert max(titles.values()) == 1


def test_links_lead_to_a_place_on_a_page(folder, looks):
    places = {
        (folder / page).as_uri(): set(look["places"])
        for (page, _), look in looks.items()
    }
    checked = 0
    for (page, _), look in looks.items():
        for link in look["links"]:
            address, place = urldefrag(link)
            if address in places:
                assert not place or unquote(place) in places[address], (page, link)
                checked += bool(place)
            elif not address.startswith("https://"):
                assert address.startswith(folder.as_uri()), (page, link)
                assert (folder / address[len(folder.as_uri()) + 1 :]).exists(), page
    assert checked > 1000


def test_search_works_from_the_file_system(folder, page):
    failed = []
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto((folder / f"{LESSON}.html").as_uri())
    page.keyboard.press("Control+k")
    page.keyboard.type("posterior collapse")
    page.keyboard.press("Enter")
    results = page.locator("#search-results li a")
    results.first.wait_for()
    page.get_by_text("Search finished").wait_for()
    found = results.evaluate_all("links => links.map(link => link.href)")
    assert any(f"{LESSON}.html" in link for link in found)
    # Solutions are not put in the way of who looks for something.
    assert not any("/source/" in link for link in found)
    results.first.click()
    page.wait_for_url(lambda address: "search.html" not in address)
    assert not failed


def focused(page):
    return page.evaluate(
        "[document.activeElement.className, document.activeElement.innerText ?? '']"
    )


def test_the_keyboard_reaches_everything_in_order(folder, page):
    page.goto((folder / f"{LESSON}.html").as_uri())
    page.keyboard.press("Tab")
    assert focused(page)[1] == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.url.endswith("#main-content")

    page.reload()
    reached = []
    while not reached or "Further reading" not in reached[-1]:
        page.keyboard.press("Tab")
        reached.append(" ".join(focused(page)))
        assert page.evaluate("document.activeElement.checkVisibility()"), reached[-1]
        assert len(reached) < 500
    places = [
        next(n for n, element in enumerate(reached) if part in element)
        for part in (
            "Skip to main content",
            "search-button",
            "1. A linear autoencoder is PCA",
            "right-next",
            "Expected results",
        )
    ]
    assert places == sorted(places)


def test_what_a_notebook_folds_is_folded(folder, page):
    page.goto((folder / f"{EXERCISE.format('release')}.html").as_uri())
    folds = page.locator("article details")
    assert folds.count() >= 4
    check = folds.filter(has_text="Check 1").first
    assert check.locator("summary").get_attribute("aria-label") is None
    assert not check.locator("pre").is_visible()
    check.locator("summary").focus()
    page.keyboard.press("Enter")
    assert "assert" in check.locator("pre").inner_text()


def test_paper_shows_the_lesson_alone(folder, page):
    page.goto((folder / f"{LESSON}.html").as_uri())
    page.emulate_media(media="print")
    for part in (".bd-sidebar-primary", ".bd-header", ".prev-next-area"):
        assert not page.locator(part).first.is_visible(), part
    assert page.locator("h1").filter(visible=True).count() == 1
    assert page.locator("article .cell_output img").first.is_visible()
    # Nothing is cut off on A4, with the margins that browsers leave.
    page.set_viewport_size({"width": 718, "height": 1000})
    for name in (LESSON, "README", "docs/results"):
        page.goto((folder / f"{name}.html").as_uri())
        cut = page.eval_on_selector_all(
            "main *",
            """elements => elements
                .filter(e => getComputedStyle(e).overflowX === "auto")
                .filter(e => e.scrollWidth > e.clientWidth + 1)
                .map(e => e.textContent)""",
        )
        assert not cut, name


def buttons(page):
    """Return where the buttons for Colab and Binder lead."""
    return page.eval_on_selector_all(
        ".dropdown-launch-buttons a", "links => links.map(link => link.href)"
    )


def test_buttons_open_the_notebook_and_never_a_solution(folder, page):
    for name in (LESSON, EXERCISE.format("release")):
        page.goto((folder / f"{name}.html").as_uri())
        assert sorted(buttons(page)) == [
            set_repository.colab_address(FORK, f"{name}.ipynb"),
            "https://mybinder.org/v2/gh/someone/autoencoders-2027/main"
            f"?urlpath=lab/tree/{name}.ipynb",
        ]
        assert "colab-badge" not in page.content()
    page.goto((folder / f"{EXERCISE.format('source')}.html").as_uri())
    assert buttons(page) == []
    assert "HIDDEN TESTS" not in page.content()
