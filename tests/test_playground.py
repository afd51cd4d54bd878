"""The playground: its networks are the lessons', and its pages answer as Keras does.

The part in a browser needs Chromium and Playwright (`pip install playwright`).
"""

import json
import os
import re
import shutil
import subprocess

import nbformat
import numpy as np
import pages
import playground
import pytest
import refresh
from conftest import ROOT

MODELS = list(playground.MODELS)
PAGES = sorted(ROOT.glob("playground/[0-9]*.md"))
TOLERANCE = 1e-3
FRAMES_A_SECOND = 30


def models_of(page):
    """Return the names of the models that a page reads."""
    return re.findall(r'src="models/(\w+)\.js"', page.read_text(encoding="utf-8"))


def stored_answers(name):
    """Return inputs with what Keras answered: {"inputs", "network", "lesson"}."""
    text = (playground.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    return {key: np.array(rows) for key, rows in json.loads(text).items()}


def by_id(path):
    return path.stem


def test_every_model_has_a_page_and_every_page_a_card():
    assert sorted(name for page in PAGES for name in models_of(page)) == sorted(MODELS)
    overview = (ROOT / "playground" / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"\]\(([0-9]\w+\.md)\)", overview) == [p.name for p in PAGES]
    files = {path.stem for path in playground.FOLDER.iterdir()}
    assert files == set(MODELS)


@pytest.mark.parametrize("name", MODELS)
def test_a_model_is_that_of_the_lessons_code(name):
    path = ROOT / "notebooks" / f"{playground.MODELS[name]['lesson']}.ipynb"
    model = playground.read_model(name)
    assert model["lesson"] == path.name[:2]
    code = refresh.digests(nbformat.read(path, as_version=4))["code"]
    assert model["code"] == code, f"`make playground ARGS={name}`"


def unpack(model):
    """Return the (kernel, bias, activation) of each layer."""
    weights = playground.decode_halves(model["weights"])
    network = []
    for layer in model["layers"]:
        shape = (layer["inputs"], layer["units"])
        kernel, bias, weights = np.split(weights, np.cumsum([np.prod(shape), shape[1]]))
        network.append((kernel.reshape(shape), bias, layer["activation"]))
    assert len(weights) == 0
    return network


@pytest.mark.parametrize("name", MODELS)
def test_weights_are_small_and_answer_as_stored(name):
    model, answers = playground.read_model(name), stored_answers(name)
    network = unpack(model)
    for (_, bias, _), (kernel, _, _) in zip(network, network[1:], strict=False):
        assert len(bias) == len(kernel)
    assert 2 * sum(k.size + b.size for k, b, _ in network) <= playground.LARGEST
    # Trained weights: no zeros, nothing too large for half precision.
    assert all(np.all(np.isfinite(kernel)) for kernel, _, _ in network)
    answered = playground.run_in_keras(network, answers["inputs"].astype("float32"))
    np.testing.assert_allclose(answered, answers["network"], atol=TOLERANCE)
    # The answers differ: a network that answers all inputs alike would tell nothing.
    assert np.all(np.std(answered, axis=0).max() > 0.1)


def calculate_in_node(script):
    """Return what an expression gives after network.js and some lines more."""
    if not shutil.which("node"):
        pytest.skip("there is no node")
    network = (ROOT / "playground" / "network.js").read_text(encoding="utf-8")
    done = subprocess.run(
        ["node"], input=network + script, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return np.array(json.loads(done.stdout))


@pytest.mark.parametrize("name", MODELS)
def test_node_calculates_what_keras_does(name):
    answers = stored_answers(name)
    rows = calculate_in_node(f"""
        {(playground.FOLDER / f"{name}.js").read_text(encoding="utf-8")}
        const network = readNetwork(MODELS.{name});
        const inputs = {json.dumps(answers["inputs"].tolist())};
        const rows = inputs.map((row) => Array.from(forward(network, row)));
        console.log(JSON.stringify(rows));
    """)
    np.testing.assert_allclose(rows, answers["network"], atol=TOLERANCE)


def test_node_reads_every_number_in_half_precision():
    halves = np.arange(2**16, dtype="<u2").view("<f2")
    halves = halves[np.isfinite(halves)]
    text = playground.encode_halves([halves])
    read = calculate_in_node(f"""
        console.log(JSON.stringify(Array.from(readHalves("{text}"))));
    """)
    np.testing.assert_array_equal(read, halves.astype(float))


# In a browser.


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site") / "html"
    pages.write_pages(folder)
    return folder


@pytest.fixture(scope="module")
def chromium():
    # Without a browser this skips what needs one, and not the whole file.
    from browser import open_browser

    with open_browser() as browser:
        yield browser


@pytest.fixture
def open_page(chromium, request):
    """Open a page from the file system, offline; nothing may go wrong on it."""
    site = request.getfixturevalue("site")
    problems, contexts = [], []

    def note_error(message):
        if message.type == "error":
            problems.append(message.text)

    def open_it(path, **settings):
        context = chromium.new_context(offline=True, **settings)
        contexts.append(context)
        page = context.new_page()
        page.on("console", note_error)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("requestfailed", lambda failed: problems.append(failed.url))
        page.goto((site / "playground" / f"{path.stem}.html").as_uri())
        return page

    yield open_it
    assert problems == []
    for context in contexts:
        context.close()


@pytest.mark.parametrize("path", PAGES, ids=by_id)
def test_a_page_answers_as_the_lesson_does(open_page, path):
    page = open_page(path)
    for name in models_of(path):
        answers = stored_answers(name)
        rows = page.evaluate(
            f"rows => rows.map((row) => Array.from(MODELS.{name}.answer(row)))",
            answers["inputs"].tolist(),
        )
        np.testing.assert_allclose(rows, answers["lesson"], atol=TOLERANCE)


def pixels(page, selector="canvas.image"):
    """Return what is drawn on a canvas, from 0 to 1."""
    script = """
    canvas => Array.from(
      canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)
    """
    shown = np.array(page.locator(selector).first.evaluate(script))
    return shown.reshape(-1, 4)[:, 0] / 255


def next_frame(page):
    page.evaluate("new Promise((r) => requestAnimationFrame(() => setTimeout(r)))")


PLANES = [path for path in PAGES if 'class="plane"' in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("path", PLANES, ids=by_id)
def test_the_keyboard_moves_the_point(open_page, path):
    page = open_page(path)
    plane = page.locator(".plane")
    before = pixels(page)
    # It is reached with the keyboard alone.
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "plane":
            break
    for key in ["ArrowRight"] * 12 + ["ArrowDown"] * 7 + ["ArrowLeft", "ArrowUp"]:
        page.keyboard.press(key)
    next_frame(page)
    assert plane.get_attribute("aria-valuetext") == "(1.1, −0.6)"
    assert "(1.1, −0.6)" in page.locator(".place").inner_text()
    (name,) = models_of(path)
    code = [1.1, -0.6]
    if name == "styles":
        code += np.eye(10)[3].tolist()
    answer = page.evaluate(f"x => Array.from(MODELS.{name}.answer(x))", code)
    np.testing.assert_allclose(pixels(page), answer, atol=1 / 255)
    assert np.abs(pixels(page) - before).max() > 0.2


@pytest.mark.parametrize("path", PLANES, ids=by_id)
def test_on_a_phone_a_finger_drags_the_point_and_not_the_page(open_page, path):
    page = open_page(
        path, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    plane = page.locator(".plane")
    plane.scroll_into_view_if_needed()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    box, scrolled = plane.bounding_box(), page.evaluate("scrollY")
    at = {
        part: (box["x"] + box["width"] * part, box["y"] + box["height"] * part)
        for part in (0.5, 0.6, 0.75)
    }
    devtools = page.context.new_cdp_session(page)

    def touch(kind, *places):
        points = [{"x": x, "y": y} for x, y in places]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", at[0.5])
    touch("touchMove", at[0.6])
    touch("touchMove", at[0.75])
    touch("touchEnd")
    assert plane.get_attribute("aria-valuetext") == "(2.0, −2.0)"
    assert page.evaluate("scrollY") == scrolled


# Counts the frames in which a model was asked.
COUNT = """name => {
  const answer = MODELS[name].answer;
  window.framesDrawn = new Set();
  MODELS[name].answer = (inputs) => {
    framesDrawn.add(document.timeline.currentTime);
    return answer(inputs);
  };
}"""


@pytest.mark.parametrize("slower", [1, 4])
@pytest.mark.parametrize("path", PLANES, ids=by_id)
def test_dragging_is_fluent(open_page, path, slower):
    """Every frame is drawn, in less time than it may take, also on a slow device.

    The time is that of the page's own thread: how many frames other work on the machine
    lets through says nothing about the page. It slows the thread as well, so a busy
    machine is asked for half.
    """
    page = open_page(path)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable", {"timeDomain": "threadTicks"})
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    (name,) = models_of(path)
    page.evaluate(COUNT, name)

    def measure():
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        work = {metric["name"]: metric["value"] for metric in metrics}["TaskDuration"]
        return [work, *page.evaluate("[framesDrawn.size, performance.now() / 1000]")]

    box = page.locator(".plane").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    possible = 0
    for _ in range(5):
        before = measure()
        page.mouse.move(x + 100, y - 60, steps=30)
        page.mouse.move(x, y, steps=30)
        work, frames, seconds = np.subtract(measure(), before)
        # A move of the mouse waits for its frame.
        assert frames >= 30
        possible = max(possible, frames / work)
        if possible >= FRAMES_A_SECOND:
            break
    page.mouse.up()
    print(
        f"{path.stem}, {slower} times slower: {frames / seconds:.0f} frames a second,"
    )
    print(f"{possible:.0f} where the page's thread has a core of its own")
    busy = os.getloadavg()[0] > os.cpu_count()
    assert possible >= (FRAMES_A_SECOND / 2 if busy else FRAMES_A_SECOND)


def test_the_plane_of_digits_is_the_lessons_map(open_page):
    path = ROOT / "playground" / "07_plane.md"
    page = open_page(path)
    model = playground.read_model("plane")
    codes = playground.decode_halves(model["codes"]).reshape(-1, 2)
    digits = np.array(model["digits"])
    for digit in range(10):
        page.locator(".digits button").nth(digit).click()
        middle = np.median(codes[digits == digit], axis=0)
        place = page.locator(".plane").get_attribute("aria-valuetext")
        found = [float(x) for x in re.findall(r"[\d.-]+", place.replace("−", "-"))]
        np.testing.assert_allclose(found, middle, atol=0.08)

    # At its own code, the nearest image is the image itself.
    for code, digit in zip(codes[:50].tolist(), digits, strict=False):
        assert page.evaluate("([x, y]) => nearestDigit({ x, y })", code) == digit

    # Dots that no other dot covers have the colour of their digit.
    distances = np.linalg.norm(codes[:, np.newaxis] - codes, axis=2)
    np.fill_diagonal(distances, np.inf)
    alone = (distances.min(axis=1) > 0.15) & (np.abs(codes).max(axis=1) < 3.9)
    assert len(set(digits[alone])) > 5
    script = """([x, y]) => {
      const context = document.querySelector(".plane canvas").getContext("2d");
      const dot = context.getImageData(400 + 100 * x, 400 - 100 * y, 1, 1).data;
      const ink = Array.from(dot.slice(0, 3));
      return "#" + ink.map((part) => part.toString(16).padStart(2, "0")).join("");
    }"""
    colours = page.evaluate("COLOURS")
    for code, digit in zip(codes[alone].tolist(), digits[alone], strict=True):
        colour = page.evaluate(script, code)
        wanted = colours[digit]
        parts = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, wanted)]
        np.testing.assert_allclose(*parts, atol=3)


def test_the_corners_are_as_clear_as_the_page_says(open_page):
    """The page: it draws there as clearly as in the middle."""
    page = open_page(ROOT / "playground" / "07_plane.md")
    answer = "code => Array.from(MODELS.plane.answer(code))"
    places = [(0, 0), (4, 4), (4, -4), (-4, 4), (-4, -4)]
    middle, *corners = (np.array(page.evaluate(answer, place)) for place in places)

    def unclear(image):
        """Nats of the coin thrown for a pixel, in relation to the ink."""
        p = np.clip(image, 1e-9, 1 - 1e-9)
        return -np.sum(p * np.log(p) + (1 - p) * np.log(1 - p)) / np.sum(image)

    for corner in corners:
        assert corner.max() > 0.9
        assert unclear(corner) < 1.1 * unclear(middle)


def test_all_ten_digits_are_drawn_in_one_style(open_page):
    page = open_page(ROOT / "playground" / "08_styles.md")
    next_frame(page)
    buttons = page.locator(".digits button")
    shown = [
        pixels(page, f".digits button:nth-child({n + 1}) canvas") for n in range(10)
    ]
    for digit in range(10):
        buttons.nth(digit).click()
        next_frame(page)
        np.testing.assert_array_equal(pixels(page), shown[digit])
        pressed = page.locator('.digits button[aria-pressed="true"]')
        assert pressed.get_attribute("aria-label") == str(digit)
        assert f"A {digit} in the style" in page.locator(".place").inner_text()
