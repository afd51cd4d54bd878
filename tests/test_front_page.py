"""The README's pictures are made from the lessons, and say what they show."""

import io
import json
import re

import nbformat
import numpy as np
import playground
import pytest
import report
from conftest import ROOT
from PIL import Image
from scipy.stats import norm

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAX_THUMBNAIL_BYTES = 15_000
MAX_BANNER_BYTES = 300_000


def pixels(image):
    return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_thumbnail_is_part_of_a_figure_of_the_lesson(path):
    """`make report` would write the same."""
    notebook = nbformat.read(path, as_version=4)
    cell = report.thumbnail_cell(notebook)
    figure = Image.open(io.BytesIO(report.read_figure(cell.outputs)))
    parts = cell.metadata.thumbnail["parts"]
    for left, top, right, bottom in parts:
        assert 0 <= left < right <= figure.width
        assert 0 <= top < bottom <= figure.height
        # They stand one below the other.
        assert right - left == parts[0][2] - parts[0][0]
    file = ROOT / "docs" / f"{path.stem}_thumbnail.png"
    stored = Image.open(file)
    assert np.array_equal(pixels(stored), pixels(report.make_thumbnail(notebook)))
    assert file.stat().st_size < MAX_THUMBNAIL_BYTES
    # There is something on it, and it is twice as wide as the README shows it.
    assert pixels(stored).std() > 20
    (width, alt) = re.findall(
        rf'<img src="docs/{path.stem}_thumbnail.png" width="(\d+)" alt="(.*?)">', README
    )[0]
    assert stored.width == 2 * int(width)
    assert alt == cell.metadata.thumbnail["alt"]


def test_every_thumbnail_has_its_own_words():
    alts = re.findall(r'_thumbnail\.png" width="\d+" alt="(.*?)"', README)
    assert len(set(alts)) == len(alts) == len(LESSONS)
    assert all(len(alt) > 30 and not re.search(r"\d\.\d|\d ?%", alt) for alt in alts)


def test_banner_is_what_the_decoder_of_lesson_7_makes():
    """`make report` would write the same."""
    file = ROOT / "docs" / "plane.png"
    stored = pixels(Image.open(file)).astype(int)
    # The last digit of a sum may be another on another computer.
    assert np.abs(stored - pixels(report.make_banner())).max() <= 1
    assert file.stat().st_size < MAX_BANNER_BYTES
    # On the left the first number is small, at the top the second is large.
    model = playground.read_model("plane")
    for corner, place in {
        (0, 0): (0.5 / 36, 1 - 0.5 / 10),
        (0, -28): (1 - 0.5 / 36, 1 - 0.5 / 10),
        (-28, 0): (0.5 / 36, 0.5 / 10),
    }.items():
        (tile,) = report.decode(model, norm.ppf([place]))
        top, left = (c % size for c, size in zip(corner, stored.shape, strict=False))
        shown = stored[top : top + 28, left : left + 28, 0]
        assert np.abs(shown - 255 * tile).max() <= 1
    assert stored.shape == (10 * 28, 36 * 28, 3)
    assert re.search(r"\n!\[.{100,}\]\(docs/plane\.png\)\n", README)


def test_the_decoder_answers_as_that_of_the_lesson():
    text = (playground.FOLDER / "plane.json").read_text(encoding="utf-8")
    answers = json.loads(text)
    images = report.decode(
        playground.read_model("plane"), np.array(answers["inputs"], "float32")
    )
    expected = np.reshape(answers["lesson"], images.shape)
    # The weights are rounded to half precision.
    np.testing.assert_allclose(images, expected, atol=0.005)
