"""A lesson in JupyterLab, in a real browser: run all cells and drag a slider.

Takes about four minutes.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from browser import open_browser
from conftest import ROOT

LESSON = "07_variational_autoencoder"


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab on a copy of the course."""
    folder = tmp_path_factory.mktemp("lab")
    for name in ("course_utils", "data", "notebooks"):
        shutil.copytree(ROOT / name, folder / name)
    # JupyterLab keeps only the visible cells in the page, unless it is told not to.
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text(
        json.dumps({"windowingMode": "none"})
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", "--no-browser", f"--port={port}"]
        + [
            "--allow-root",
            "--IdentityProvider.token=",
            f"--ServerApp.root_dir={folder}",
        ],
        cwd=folder,
        env={
            **os.environ,
            "JUPYTERLAB_SETTINGS_DIR": str(folder / "settings"),
            "PYTHONPATH": str(folder),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 120
    while True:
        try:
            urllib.request.urlopen(f"{address}/api")
            break
        except OSError:
            assert time.monotonic() < deadline, "JupyterLab did not start"
            time.sleep(1)
    yield address
    server.terminate()
    server.wait()


@pytest.fixture(scope="module")
def page(lab):
    with open_browser() as browser:
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(f"{lab}/lab/tree/notebooks/{LESSON}.ipynb")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=120_000)
        yield page


def test_a_lesson_runs_and_its_slider_moves(page, tmp_path):
    prompts = page.locator(".jp-InputArea-prompt")
    sliders = page.locator(".widget-slider")
    page.get_by_text("Run", exact=True).first.click()
    page.get_by_text("Restart Kernel and Run All Cells").first.click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    # A progress bar; a finished one is hidden.
    page.wait_for_selector(".widget-hprogress", state="attached", timeout=300_000)

    deadline = time.monotonic() + 900
    numbers = []
    while not numbers or "[*]:" in numbers or "[ ]:" in numbers:
        assert time.monotonic() < deadline, numbers
        time.sleep(3)
        numbers = [text for text in prompts.all_inner_texts() if text.strip()]
    assert numbers == [f"[{number}]:" for number in range(1, len(numbers) + 1)]

    output = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.{}"]'
    assert page.locator(output.format("error")).count() == 0
    assert page.locator(output.format("stderr")).count() == 0
    assert page.locator(".jp-OutputArea-output img").count() >= 10
    assert sliders.count() == 2

    selector = ".jp-OutputArea .jupyter-widgets img"
    page.locator(selector).scroll_into_view_if_needed()
    page.screenshot(path=tmp_path / "before.png")
    before = page.locator(selector).get_attribute("src")
    handle = page.locator(".widget-slider .noUi-handle").first.bounding_box()
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=8)
    page.mouse.up()
    page.wait_for_function(
        "([s, before]) => (document.querySelector(s)?.src ?? before) !== before",
        arg=[selector, before],
    )
    page.screenshot(path=tmp_path / "after.png")
    readout = page.locator(".widget-readout").first.inner_text()
    assert re.fullmatch(r"[0-9.]+", readout)
    assert float(readout) > 0
