"""Bach's four-part chorales, from the package `music21`."""

import zipfile
from importlib import util
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import numpy.typing as npt

CHORALE_HOLD, CHORALE_REST = -1, -2

_STEPS_PER_QUARTER, _STEPS_PER_BAR = 4, 16
_SEMITONES = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


def load_chorales() -> list[npt.NDArray[np.int16]]:
    """Load Bach's chorales for four voices in four-four time.

    The package `music21` leaves open what may be done with these encodings beyond
    reading them, so they are not part of the course: they are read from the
    installed package.

    Returns
    -------
    list of arrays of int16, shape (steps, 4)
        One array a chorale, in the order of the catalogue's numbers as text. A step
        is a sixteenth, sixteen are a bar; the voices are soprano, alto, tenor and
        bass. An entry is the MIDI pitch of a note that begins (60 is middle C),
        `CHORALE_HOLD` where the voice goes on, `CHORALE_REST` where it is silent.
        An array begins at the first full bar and holds whole bars.

    Raises
    ------
    ModuleNotFoundError
        If the package `music21` is not installed.

    Notes
    -----
    Left out: other numbers of parts, bars of other lengths, two notes at once in a
    part, and notes shorter than a sixteenth. Several chorales harmonise the same
    melody. Repeats are not played.

    Source: the corpus of music21 (M. S. Cuthbert and C. Ariza, 2010, "music21: a
    toolkit for computer-aided musicology and symbolic music data", ISMIR), files
    bach/bwv*.mxl in MusicXML.
    """
    package = util.find_spec("music21")
    if package is None:
        raise ModuleNotFoundError(
            "The chorales come with the package music21. "
            "Install it with `pip install music21` and restart the kernel."
        )
    folder = Path(package.origin).parent / "corpus" / "bach"
    pieces = [_read_piece(path) for path in sorted(folder.glob("bwv*.mxl"))]
    return [piece for piece in pieces if piece is not None]


def _read_piece(path: Path) -> npt.NDArray[np.int16] | None:
    """Read a compressed MusicXML file, or return None if it is of another form."""
    with zipfile.ZipFile(path) as archive:
        container = ElementTree.fromstring(archive.read("META-INF/container.xml"))
        # The score comes first; other files, such as a picture, may follow.
        score_name = container.find(".//{*}rootfile").get("full-path")
        score_text = archive.read(score_name)
    score = ElementTree.fromstring(score_text)
    parts = [_read_part(part) for part in score.findall("part")]
    if len(parts) != 4 or None in parts:
        return None
    voices, bars = zip(*parts, strict=True)
    if any(other != bars[0] for other in bars):
        return None
    full = np.flatnonzero(np.diff(bars[0]) == _STEPS_PER_BAR)
    if len(full) == 0:
        return None
    start = bars[0][full[0]]
    steps = (len(voices[0]) - start) // _STEPS_PER_BAR * _STEPS_PER_BAR
    piece = np.array(voices, np.int16).T[start : start + steps]
    # A note tied over from the bar that was left out begins here.
    for voice in np.flatnonzero(piece[0] == CHORALE_HOLD):
        before = [token for token in voices[voice][:start] if token != CHORALE_HOLD]
        piece[0, voice] = before[-1]
    return piece


def _read_part(part: ElementTree.Element) -> tuple[list[int], list[int]] | None:
    """Return a voice's tokens and where its bars begin, or None."""
    tokens, bars, divisions = [], [], 1
    for measure in part.findall("measure"):
        bars.append(len(tokens))
        for element in measure:
            if element.tag == "attributes":
                beats = element.findtext("time/beats", "4")
                if (beats, element.findtext("time/beat-type", "4")) != ("4", "4"):
                    return None
                divisions = int(element.findtext("divisions", str(divisions)))
            elif element.tag == "backup" or element.find("chord") is not None:
                return None
            # Grace notes have no duration.
            elif element.find("duration") is not None:
                quarters = int(element.findtext("duration")) / divisions
                steps = quarters * _STEPS_PER_QUARTER
                if steps != int(steps):
                    return None
                tokens += _read_note(element, int(steps))
    return tokens, [*bars, len(tokens)]


def _read_note(element: ElementTree.Element, steps: int) -> list[int]:
    """Return the tokens of a note or a rest."""
    pitch = element.find("pitch")
    if pitch is None:
        return [CHORALE_REST] * steps
    number = 12 * (int(pitch.findtext("octave")) + 1)
    number += _SEMITONES[pitch.findtext("step")] + int(pitch.findtext("alter", "0"))
    tied = any(tie.get("type") == "stop" for tie in element.findall("tie"))
    return [CHORALE_HOLD if tied else number] + [CHORALE_HOLD] * (steps - 1)
