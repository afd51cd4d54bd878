"""The playground: its networks are the lessons', and its pages answer as Keras does.

The part in a browser needs Chromium and Playwright (`pip install playwright`).
"""

import json
import os
import re
import shutil
import subprocess

import numpy as np
import pages
import playground
import pytest
import report
from conftest import ROOT
from scipy.special import expit

from course_utils.datasets import load_fashion_mnist, load_mnist

MODELS = list(playground.MODELS)
PAGES = sorted(ROOT.glob("playground/[0-9]*.md"))
TOLERANCE = 1e-3
FRAMES_A_SECOND = 30
PHONE = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
}


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
    model = playground.read_model(name)
    assert model["lesson"] == playground.MODELS[name]["lesson"][:2]
    code = playground.code_digest(name)
    assert model["code"] == code, f"`make playground ARGS={name}`"


def test_a_changed_entry_needs_a_new_export(monkeypatch):
    before = playground.code_digest("linear_denoiser")
    entry = playground.MODELS["linear_denoiser"]
    changed = entry["before"].replace("RANK = 160", "RANK = 150")
    assert changed != entry["before"]
    monkeypatch.setitem(entry, "before", changed)
    assert playground.code_digest("linear_denoiser") != before


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


@pytest.mark.parametrize("path", PAGES, ids=by_id)
def test_a_phone_shows_the_whole_width(open_page, path):
    page = open_page(path, **PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("path", PLANES, ids=by_id)
def test_on_a_phone_a_finger_drags_the_point_and_not_the_page(open_page, path):
    page = open_page(path, **PHONE)
    plane = page.locator(".plane")
    plane.scroll_into_view_if_needed()
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
COUNT = """names => {
  window.framesDrawn = new Set();
  for (const name of names) {
    const answer = MODELS[name].answer;
    MODELS[name].answer = (inputs) => {
      framesDrawn.add(document.timeline.currentTime);
      return answer(inputs);
    };
  }
}"""
# What is dragged on the pages that have no plane.
DRAGGED = {"03_pieces": "#amount", "04_repair": "#paper", "09_axes": "#sliders input"}


@pytest.mark.parametrize("slower", [1, 4])
@pytest.mark.parametrize("path", PAGES, ids=by_id)
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
    page.evaluate(COUNT, models_of(path))

    def measure():
        metrics = devtools.send("Performance.getMetrics")["metrics"]
        work = {metric["name"]: metric["value"] for metric in metrics}["TaskDuration"]
        return [work, *page.evaluate("[framesDrawn.size, performance.now() / 1000]")]

    dragged = page.locator(DRAGGED.get(path.stem, ".plane")).first
    dragged.scroll_into_view_if_needed()
    box = dragged.bounding_box()
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


# Lesson 3: a garment in pieces.


def pieces():
    """Return the atoms, the start image, the images, and the codes of these."""
    model = playground.read_model("pieces")
    ((atoms, bias, _),) = unpack(model)
    mean = playground.decode_halves(model["mean_image"])
    images = playground.decode_halves(model["images"]).reshape(-1, 784)
    amounts = playground.decode_halves(model["activations"]).reshape(len(images), -1)
    return atoms, bias + mean, images + mean, np.array(model["active"]), amounts


def test_pca_is_better_with_few_and_the_atoms_with_all():
    """The page says so of most of the images."""
    atoms, start, images, active, amounts = pieces()
    pca = np.array(playground.read_model("pieces")["pca_errors"])
    for number, atoms_win in ((5, False), (51, True)):
        pairs = zip(active[:, :number], amounts[:, :number], strict=True)
        sums = start + np.stack([amount @ atoms[units] for units, amount in pairs])
        wins = np.mean((images - sums) ** 2, axis=1) < pca[:, number - 1]
        assert np.mean(wins == atoms_win) > 0.6
    # Without some atoms the error is even smaller.
    missing = (images - sums)[:, np.newaxis]
    parts = amounts[:, :, np.newaxis] * atoms[active]
    without = np.mean((missing + parts) ** 2, axis=2).min(axis=1)
    assert np.mean(without < np.mean(missing**2, axis=(1, 2))) > 0.6
    # The largest contribution comes first.
    contributions = amounts * np.linalg.norm(atoms[active], axis=2)
    assert np.all(np.diff(contributions, axis=1) < 1e-3)
    assert np.all(amounts > 0)


def test_atoms_are_switched_and_changed_by_the_keyboard(open_page):
    atoms, start, images, active, amounts = pieces()
    page = open_page(ROOT / "playground" / "03_pieces.md")
    chosen = 1
    page.locator("#images button").nth(chosen).press("Enter")
    amount = amounts[chosen].copy()

    def check():
        next_frame(page)
        expected = start + amount @ atoms[active[chosen]]
        for selector, image in (("#sum", expected), ("#original", images[chosen])):
            drawn = pixels(page, selector)
            np.testing.assert_allclose(drawn, np.clip(image, 0, 1), atol=0.6 / 255)
        shown = page.locator("#error").inner_text()
        number, error = re.match(r"(\d+) of 51 atoms.*?image: ([\d.]+)", shown).groups()
        assert int(number) == np.sum(amount > 0)
        assert abs(float(error) - np.mean((images[chosen] - expected) ** 2)) < 1e-4

    check()
    page.locator("#number").fill("12")
    amount[12:] = 0
    check()
    atom = page.locator("#atoms button").nth(3)
    atom.press("Space")
    assert atom.get_attribute("aria-pressed") == "false"
    amount[3] = 0
    check()
    atom.press("Space")
    page.locator("#amount").press("End")  # twice as much
    amount[3] = 2 * amounts[chosen, 3]
    check()
    page.locator("#images button").nth(chosen).press("Enter")
    amount = amounts[chosen]
    check()


# Lesson 4: repair what you draw.


@pytest.fixture(scope="module")
def mnist():
    _, (x_validation, _), (x_test, _) = load_mnist()
    return x_validation.reshape(-1, 784), x_test.reshape(-1, 784)


def add_noise(images, sigma, rng):
    noise = rng.standard_normal(images.shape, dtype="float32")
    return np.clip(images + np.float32(sigma) * noise, 0, 1)


@pytest.mark.parametrize("name", ["denoiser", "linear_denoiser"])
def test_a_denoiser_scores_as_its_page_says(name, mnist):
    """With the weights that the page has, and the noise of the lesson."""
    x_validation, x_test = mnist
    model = playground.read_model(name)
    network = unpack(model)

    def check(images, noisy, stored):
        repaired = playground.run_in_keras(network, noisy)
        error = np.mean((images - repaired) ** 2, dtype="float64")
        assert abs(10 * np.log10(1 / error) - stored) < 0.01

    rng = np.random.default_rng(1)
    add_noise(x_validation, 0.5, rng)
    check(x_test, add_noise(x_test, 0.5, rng), model["psnr"])
    sigmas = playground.read_model("denoiser")["sigmas"]
    assert sigmas == [0, 0.05, 0.1, 0.2, 0.5, 1]
    few = x_test[:2000]
    for sigma, stored in zip(sigmas, model["by_sigma"], strict=True):
        check(few, add_noise(few, sigma, np.random.default_rng(1)), stored)

    garments = load_fashion_mnist()[2][0][:2000].reshape(-1, 784)
    noisy = add_noise(garments, 0.5, np.random.default_rng(1))
    check(garments, noisy, model["on_garments"])


def test_the_denoisers_do_what_their_page_says():
    network, linear = map(playground.read_model, ("denoiser", "linear_denoiser"))
    lesson = playground.read_lesson("04_denoising_autoencoder")
    rows = {r["metric"]: r["value"] for r in report.read_results(lesson)["rows"]}
    assert "1569040 weights" in str(lesson)
    assert network["psnr"] > rows["linear_sigmoid_psnr_db"] + 1
    assert 0 < rows["denoiser_psnr_db"] - network["psnr"] < 0.3
    assert 0 < rows["linear_psnr_db"] - linear["psnr"] < 0.05
    units = [layer["units"] for layer in network["layers"]]
    assert units[0] == network["code_size"] < 784
    weights = len(playground.decode_halves(network["weights"]))
    assert 0.3 < weights / 1_569_040 < 0.35
    assert linear["layers"][0]["units"] == linear["rank"]
    # Harm, up to σ = 0.1, and repairs that get worse with less noise.
    nothing = network["nothing_by_sigma"]
    for model in (network, linear):
        assert np.all(np.array(model["by_sigma"][1:3]) < nothing[:2])
        assert np.all(np.diff(model["by_sigma"][:4]) > 0)
    # Something else than digits.
    garments = network["on_garments"]
    assert network["nothing_on_garments"] + 1 < garments < linear["on_garments"] - 0.1


def draw_in_node(drawings):
    """Return the images of drawings, lists of strokes, which are lists of points."""
    scripts = [
        (ROOT / "playground" / f"{name}.js").read_text(encoding="utf-8")
        for name in ("controls", "drawing")
    ]
    images = f"{json.dumps(drawings)}.map((strokes) => Array.from(toDigit(strokes)))"
    drawn = calculate_in_node(
        f"{''.join(scripts)} console.log(JSON.stringify({images}));"
    )
    return drawn.reshape(-1, 28, 28)


def longer_side(image):
    """Return how many pixels the ink is wide or high, whichever is more."""
    return max(np.ptp(np.flatnonzero(image.max(axis=axis))) + 1 for axis in (0, 1))


def centre_of_mass(image):
    middles = np.arange(28) + 0.5
    return [image.sum(axis=axis) @ middles / image.sum() for axis in (0, 1)]


def stroke_width(image):
    """Return the ink for each pixel of the edge, on both sides of a stroke."""
    down, across = np.diff(image, axis=0)[:, :-1], np.diff(image, axis=1)[:-1]
    return 2 * image.sum() / np.hypot(across, down).sum()


def test_a_drawing_is_placed_as_mnists_digits_are(mnist):
    digits = mnist[1].reshape(-1, 28, 28)
    # Heavy above, heavy on the left and below, and round.
    seven = [[(100, 50), (180, 50), (120, 200)], [(110, 130), (160, 130)]]
    corner = [[(10, 10), (10, 90), (60, 90)]]
    turns = np.linspace(0, 6.3, 40)
    ring = [[(50 + 9 * np.cos(a), 50 + 30 * np.sin(a)) for a in turns]]
    # Where and how large somebody draws makes no difference.
    drawings = [
        [[(scale * x + shift, scale * y - shift) for x, y in line] for line in drawing]
        for drawing in (seven, corner, ring)
        for scale, shift in ((1, 0), (0.4, 70), (2.5, -30))
    ]
    drawn = draw_in_node(drawings).reshape(-1, 3, 28, 28)
    np.testing.assert_allclose(drawn, np.repeat(drawn[:, :1], 3, axis=1), atol=1e-4)
    assert np.median([longer_side(digit) for digit in digits]) == 20
    middle = np.mean([centre_of_mass(digit) for digit in digits], axis=0)
    for image in drawn[:, 0]:
        assert image.max() == 1
        assert 19 <= longer_side(image) <= 21
        np.testing.assert_allclose(centre_of_mass(image), middle, atol=0.1)
    widths = [stroke_width(image) for image in drawn[:, 0]]
    wanted = np.median([stroke_width(digit) for digit in digits])
    assert abs(np.mean(widths) / wanted - 1) < 0.1


def test_a_dot_is_drawn_too():
    (image,) = draw_in_node([[[(5, 5)]]])
    assert image.max() == 1
    np.testing.assert_allclose(centre_of_mass(image), 14.5, atol=0.1)


def draw(page, places):
    """Draw a line on the paper with the mouse, through parts of its width."""
    paper = page.locator("#paper")
    paper.scroll_into_view_if_needed()
    box = paper.bounding_box()
    places = [
        (box["x"] + x * box["width"], box["y"] + y * box["width"]) for x, y in places
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def check_repairs(page, sigma):
    """Hold the images and decibels of the page against Python's."""
    next_frame(page)
    clean, noise = (
        np.array(page.evaluate(f"Array.from({x})")) for x in ("clean", "noise")
    )
    noisy = np.clip(clean + sigma * noise, 0, 1)
    images = {"clean": clean, "noisy": noisy}
    for name, model in {"denoised": "denoiser", "linear": "linear_denoiser"}.items():
        network = unpack(playground.read_model(model))
        row = noisy[np.newaxis].astype("float32")
        images[name] = playground.run_in_keras(network, row)[0]
    scores = {}
    for name, image in images.items():
        drawn = np.clip(image, 0, 1)
        np.testing.assert_allclose(pixels(page, f"#{name}"), drawn, atol=1 / 255)
        with np.errstate(divide="ignore"):
            scores[name] = -10 * np.log10(np.mean((image - clean) ** 2))
        if name != "clean" and np.isfinite(scores[name]):
            shown = page.locator(f"#{name}-score").inner_text()
            assert abs(float(shown.removesuffix(" dB")) - scores[name]) < 0.06
    return scores, page.locator("#verdict").inner_text()


def test_what_is_drawn_gets_noise_and_is_repaired(open_page):
    page = open_page(ROOT / "playground" / "04_repair.md")
    empty = pixels(page, "#paper")
    draw(page, [(0.3, 0.2), (0.7, 0.2), (0.4, 0.5), (0.7, 0.8), (0.3, 0.8)])
    assert page.locator('#examples [aria-pressed="true"]').count() == 0
    scores, verdict = check_repairs(page, 0.5)
    assert scores["denoised"] > scores["linear"] > scores["noisy"]
    assert verdict == "The network comes nearest to the clean image."

    # A second stroke is added to the first.
    draw(page, [(0.2, 0.4), (0.6, 0.4)])
    check_repairs(page, 0.5)
    assert page.evaluate("strokes.length") == 2
    drawn = page.evaluate("Array.from(clean)")
    assert drawn == page.evaluate("Array.from(toDigit(strokes))")

    before = pixels(page, "#noisy")
    page.locator("#renew").press("Enter")
    check_repairs(page, 0.5)
    assert np.abs(pixels(page, "#noisy") - before).max() > 0.5

    page.locator("#sigma").fill("0")
    scores, verdict = check_repairs(page, 0)
    assert page.locator("#noisy-score").inner_text() == "no error"
    assert "does harm" in verdict

    page.locator("#clear").press("Enter")
    np.testing.assert_array_equal(pixels(page, "#paper"), empty)
    draw(page, [(0.5, 0.2), (0.5, 0.8)])
    check_repairs(page, 0)
    assert page.evaluate("strokes.length") == 1

    # By the keyboard there are digits, and other things.
    page.locator("#sigma").fill("0.5")
    model = playground.read_model("denoiser")
    for key, number, button in (("digits", 3, 3), ("garments", 2, 12)):
        page.locator("#examples button").nth(button).press("Enter")
        check_repairs(page, 0.5)
        images = playground.decode_halves(model[key]).reshape(-1, 784)
        np.testing.assert_array_equal(
            page.evaluate("Array.from(clean)"), images[number]
        )


def test_a_finger_draws_and_does_not_move_the_page(open_page):
    page = open_page(ROOT / "playground" / "04_repair.md", **PHONE)
    page.locator("#paper").scroll_into_view_if_needed()
    box, scrolled = page.locator("#paper").bounding_box(), page.evaluate("scrollY")
    devtools = page.context.new_cdp_session(page)
    for kind, y in (("Start", 0.2), ("Move", 0.4), ("Move", 0.6)):
        place = {"x": box["x"] + 90, "y": box["y"] + y * box["height"]}
        touch = {"type": f"touch{kind}", "touchPoints": [place]}
        devtools.send("Input.dispatchTouchEvent", touch)
    touch = {"type": "touchEnd", "touchPoints": []}
    devtools.send("Input.dispatchTouchEvent", touch)
    assert page.evaluate("strokes.map((stroke) => stroke.length)") == [3]
    assert page.evaluate("scrollY") == scrolled


# Lesson 9: turn the axes of a code.


def rotation(angle):
    """Return the matrix by which the page turns codes, for an angle in degrees."""
    cosine, sine = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    turn = np.eye(10)
    turn[:2, :2] = [[cosine, -sine], [sine, cosine]]
    return turn


def test_the_gap_falls_as_the_page_says():
    results = report.read_results(playground.read_lesson("09_beta_vae"))["rows"]
    rows = {row["metric"]: row["value"] for row in results}
    gaps = {}
    for beta in (1, 10):
        model = playground.read_model(f"sprites_{beta}")
        assert model["angles"] == list(range(0, 91, 5))
        gaps[beta] = model["gaps"]
        # Of the model whose row the page shows.
        assert abs(gaps[beta][0] - rows[f"mig_beta_{beta}"]) < 0.005
        # Turned by a right angle, two numbers have only changed places.
        assert abs(gaps[beta][0] - gaps[beta][-1]) < 1e-4
    assert gaps[10][9] < gaps[10][0] / 4
    assert max(gaps[1]) > 1.5 * gaps[1][0]


def test_turning_leaves_the_image_and_turns_the_walks(open_page):
    page = open_page(ROOT / "playground" / "09_axes.md")
    page.locator("#sprites button").nth(4).press("Enter")
    next_frame(page)
    image = pixels(page, "#image")
    model = playground.read_model("sprites_10")
    network = unpack(model)
    code = playground.decode_halves(model["codes"]).reshape(-1, 10)[4]
    moves = {}
    for angle in (0, 30, 45, 90):
        page.locator("#angle").fill(str(angle))
        next_frame(page)
        np.testing.assert_allclose(pixels(page, "#image"), image, atol=1 / 255)
        turned = code @ rotation(angle)
        script = "sliders => sliders.map((slider) => Number(slider.value))"
        shown = page.locator("#sliders input").evaluate_all(script)
        np.testing.assert_allclose(shown, turned, atol=0.051)
        for number, row in enumerate(("first", "second")):
            changed = np.tile(turned, (9, 1))
            changed[:, number] = np.linspace(-2, 2, 9)
            unsorted = np.zeros((9, 10), "float32")
            unsorted[:, model["order"]] = changed @ rotation(angle).T
            images = expit(playground.run_in_keras(network, unsorted))
            walk = pixels(page, f"#{row}").reshape(28, 260)
            drawn = [walk[:, 29 * i : 29 * i + 28].ravel() for i in range(9)]
            np.testing.assert_allclose(drawn, images, atol=1 / 255)
        words = page.locator("#moves").inner_text()
        found = re.findall(r"([\d.]+) pixels across and ([\d.]+) up or down", words)
        moves[angle] = np.array(found, float)
        gap = model["gaps"][model["angles"].index(angle)]
        assert words.endswith(f"Mutual information gap: {gap:.3f}.")
    # One number for across, one for up and down; at 45° both for both.
    across = moves[0][:, 0].argmax()
    for angle, one in ((0, across), (90, 1 - across)):
        assert moves[angle][one, 0] > 4 * moves[angle][one, 1]
        assert moves[angle][1 - one, 1] > 4 * moves[angle][1 - one, 0]
    assert moves[45].min() > 0.6 * moves[45].max()


def test_sliders_and_models_change_the_image(open_page):
    page = open_page(ROOT / "playground" / "09_axes.md")
    next_frame(page)
    seen = [pixels(page, "#image")]

    def check():
        next_frame(page)
        seen.append(pixels(page, "#image"))
        assert np.abs(seen[-1] - seen[-2]).max() > 0.01

    slider = page.locator("#sliders input").first
    before = float(slider.input_value())
    slider.press("ArrowRight")
    check()
    assert float(slider.input_value()) == pytest.approx(before + 0.1)
    # Turned, it still moves its own number and no other.
    page.locator("#angle").fill("45")
    next_frame(page)
    values = "sliders => sliders.map((slider) => Number(slider.value))"
    before = page.locator("#sliders input").evaluate_all(values)
    slider.press("ArrowRight")
    check()
    moved = np.subtract(page.locator("#sliders input").evaluate_all(values), before)
    np.testing.assert_allclose(moved, [0.1, *[0] * 9], atol=1e-6)
    page.locator("#models button").nth(1).press("Enter")
    check()
    page.locator("#sprites button").nth(3).press("Enter")
    check()
    model = playground.read_model("sprites_1")
    codes = np.zeros((1, 10), "float32")
    codes[0, model["order"]] = playground.decode_halves(model["codes"]).reshape(-1, 10)[
        3
    ]
    (logits,) = playground.run_in_keras(unpack(model), codes)
    np.testing.assert_allclose(seen[-1], expit(logits), atol=1 / 255)
