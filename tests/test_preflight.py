"""The preflight says what is wrong with a notebook, and nothing else."""

import copy
import json
import random
import re
import shutil
import subprocess
import sys

import nbformat
import pytest
import release
from conftest import ROOT

COURSE = ROOT / "exercises"
SOURCES = sorted(COURSE.glob("source/*/*.ipynb"))
NAME = "04_denoising_autoencoder"
preflight = release.load_preflight(COURSE)
SOLVED = {
    cell.id: re.sub(r" *### (BEGIN|END) SOLUTION\n?", "", cell.source)
    for cell in nbformat.read(COURSE / "source" / NAME / f"{NAME}.ipynb", 4).cells
    if cell.metadata.get("nbgrader", {}).get("solution")
}
FIGURE = "task-4-explain-a-figure-4-points-12-minu-2"


@pytest.fixture
def notebook():
    """Return a student version with right answers."""
    path = COURSE / "release" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["id"] in SOLVED:
            cell["source"] = SOLVED[cell["id"]]
    return notebook


@pytest.fixture
def look(tmp_path, capsys):
    """Return what the preflight says of a notebook, line by line."""

    def look(notebook, *options):
        path = tmp_path / f"{NAME}.ipynb"
        if not isinstance(notebook, bytes):
            notebook = json.dumps(notebook).encode()
        path.write_bytes(notebook)
        count = preflight.main([*options, str(path)])
        lines = capsys.readouterr().out.splitlines()
        assert all(line.startswith(f"{path}: ") for line in lines)
        lines = [line.removeprefix(f"{path}: ") for line in lines]
        assert (lines[-1] == "ready") == (count == 0)
        return lines

    return look


def cell_of(notebook, name):
    return next(cell for cell in notebook["cells"] if cell.get("id") == name)


def move(notebook, name, before):
    cell = cell_of(notebook, name)
    notebook["cells"].remove(cell)
    place = notebook["cells"].index(cell_of(notebook, before))
    notebook["cells"].insert(place, cell)


def test_the_reference_is_what_the_student_versions_hold():
    assert release.read_reference(COURSE) == preflight.REFERENCE.strip().splitlines()
    released = [path.stem for path in sorted(COURSE.glob("release/*/*.ipynb"))]
    assert list(preflight.EXERCISES) == released == [path.stem for path in SOURCES]
    for name, cells in preflight.EXERCISES.items():
        notebook = nbformat.read(COURSE / "release" / name / f"{name}.ipynb", 4)
        marked = [x for x in notebook.cells if x.metadata.get("nbgrader")]
        for cell, wanted in zip(marked, cells, strict=True):
            assert cell.id == wanted["name"]
            assert cell.cell_type == wanted["type"]
            assert preflight.has_mark(cell, wanted)
            free = "colab-setup" in cell.metadata.get("tags", [])
            text = "-" if free else preflight.digest_of(cell.source.strip())
            assert wanted["digest"] == text
            assert cell.source.startswith(wanted["begins"])


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem[:2])
def test_every_code_cell_is_an_answer_a_folded_check_or_read_only(path):
    for cell in nbformat.read(path, as_version=4).cells:
        kind = preflight.kind_of(cell)
        if cell.cell_type != "code":
            assert kind in ("", "written")
            continue
        assert kind in ("answer", "check", "set-up"), cell.id
        folded = cell.metadata.get("jupyter") == {"source_hidden": True}
        # Colab folds a cell that has a title.
        titled = cell.metadata.get("cellView") == "form"
        assert folded == titled, cell.id
        # Set-up may be folded too, where it holds what a task asks for.
        assert folded or kind != "check", cell.id
        assert not folded or kind != "answer", cell.id
        if kind == "check":
            task, *part = cell.id.removeprefix("check-").split("-")
            part = f" ({' '.join(part)})" if part else ""
            first_line = f"# @title Check {task}{part}: run this cell"
            assert cell.source.splitlines()[0] == first_line


def delete(name):
    return lambda notebook: notebook["cells"].remove(cell_of(notebook, name))


def write(name, text):
    return lambda notebook: cell_of(notebook, name).update(source=text)


def turn(name, kind):
    def change(notebook):
        cell = cell_of(notebook, name)
        cell["cell_type"] = kind
        if kind == "code":  # as Jupyter does
            cell.update(outputs=[], execution_count=None)

    return change


def duplicate(name):
    def change(notebook):
        cell = cell_of(notebook, name)
        twin = {**copy.deepcopy(cell), "id": "twin"}
        notebook["cells"].insert(notebook["cells"].index(cell), twin)

    return change


def drop_mark(name):
    return lambda notebook: cell_of(notebook, name)["metadata"].pop("nbgrader")


def change_mark(name, **changes):
    def change(notebook):
        cell_of(notebook, name)["metadata"]["nbgrader"].update(changes)

    return change


def strip(notebook):
    for cell in notebook["cells"]:
        cell["metadata"] = {}


def lose_mark_and_id(name):
    def change(notebook):
        cell = cell_of(notebook, name)
        cell["metadata"] = {}
        cell["id"] = "another"

    return change


def paste(notebook):
    """Paste a cell of another exercise, with its mark."""
    mark = {"grade_id": "check-9", "grade": True, "locked": True, "solution": False}
    cell = {**cell_of(notebook, "task-1"), "id": "x", "metadata": {"nbgrader": mark}}
    notebook["cells"].append(cell)


# What is wrong, and the one line that says so; "repairable" if --repair mends it.
STUB = f"def psnr(x, estimate):\n    # YOUR CODE HERE\n    {preflight.STUB}"
WRONG = {
    "not answered": (write("task-2", STUB), "task-2: not answered yet"),
    "written task not answered": (
        write("task-4", "YOUR ANSWER HERE\n"),
        "task-4: not answered yet",
    ),
    "emptied": (
        write("task-2", ""),
        "task-2: the answer is empty: write it, or move it, into this cell",
    ),
    "only a comment left": (
        write("task-2", "# later\n"),
        "task-2: the answer is empty: write it, or move it, into this cell",
    ),
    "only a magic line left": (
        write("task-2", ["%%time\n", "\n"]),
        "task-2: the answer is empty: write it, or move it, into this cell",
    ),
    "written task emptied": (
        write("task-4", " \n"),
        "task-4: the answer is empty: write it into this cell",
    ),
    "not Python": (
        write("task-2", "x = 1\ndef psnr(:\n    pass"),
        "task-2: Python cannot read the answer: correct line 2: invalid syntax",
    ),
    "not Python, beside a magic line": (
        write("task-2", "%matplotlib inline\nx = (1"),
        "task-2: Python cannot read the answer: correct line 2: '(' was never closed",
    ),
    "not Python, below a magic word": (
        write("task-2", "%%time\nx = 1\nx = ="),
        "task-2: Python cannot read the answer: correct line 3: invalid syntax",
    ),
    "not a text of Python": (
        write("task-2", "-" * 20000 + "1"),
        "task-2: Python cannot read the answer: write it in another way",
    ),
    "too deep for Python": (
        write("task-2", "(" * 500 + ")" * 500),
        "task-2: Python cannot read the answer: correct line 1: too many nested "
        "parentheses",
    ),
    "answer deleted": (
        delete("task-2"),
        "task-2: the cell is missing: copy it from a fresh copy of the exercise, where "
        'it begins "def psnr(x, estimate):", and write your answer into it',
    ),
    "answer below its check": (
        lambda notebook: move(notebook, "check-2-psnr", "task-2"),
        "task-2: the answer stands below check-2-psnr, which needs it: move it up",
    ),
    "data below a check": (
        lambda notebook: move(notebook, "setup-5", "check-1-masking"),
        'the set-up cell that begins "x_digits = load_digits().data.astype("float32") '
        '/ 16": it stands below check-1-gaussian, which needs it: move it up',
    ),
}
REPAIRABLE = {
    "answer became Markdown": (
        turn("task-2", "markdown"),
        "task-2: it became a markdown cell: turn it into a code cell again, or "
        "run with --repair",
        "task-2: turned into a code cell again",
    ),
    "check became raw": (
        turn("check-2-psnr", "raw"),
        "check-2-psnr: it became a raw cell: turn it into a code cell again, or "
        "run with --repair",
        "check-2-psnr: turned into a code cell again",
    ),
    "written answer became code": (
        turn("task-4", "code"),
        "task-4: it became a code cell: turn it into a markdown cell again, or "
        "run with --repair",
        "task-4: turned into a markdown cell again",
    ),
    "there twice": (
        duplicate("task-2"),
        "task-2: it is there 2 times: delete all but the one that counts, or run with "
        "--repair, which keeps the last",
        "task-2: a copy no longer counts",
    ),
    "mark lost": (
        drop_mark("check-2-psnr"),
        "check-2-psnr: the cell lost its grading mark: run with --repair",
        "check-2-psnr: grading mark given back",
    ),
    "mark and id of a check lost": (
        lose_mark_and_id("check-2-psnr"),
        "check-2-psnr: the cell lost its grading mark: run with --repair",
        "check-2-psnr: grading mark given back",
    ),
    "mark of a set-up cell lost": (
        drop_mark("setup-5"),
        'the set-up cell that begins "x_digits = load_digits().data.astype("float32") '
        '/ 16": the cell lost its grading mark: run with --repair',
        'the set-up cell that begins "x_digits = load_digits().data.astype("float32") '
        '/ 16": grading mark given back',
    ),
    "mark damaged": (
        change_mark("task-2", solution=False),
        "task-2: its grading mark is damaged: run with --repair",
        "task-2: grading mark corrected",
    ),
    "checksum damaged": (
        change_mark("task-2", checksum="1a2b"),
        "task-2: its grading mark is damaged: run with --repair",
        "task-2: grading mark corrected",
    ),
    "type in the mark damaged": (
        change_mark("task-2", cell_type=None),
        "task-2: its grading mark is damaged: run with --repair",
        "task-2: grading mark corrected",
    ),
    "mark with something more": (
        change_mark("task-2", mine=1),
        "task-2: its grading mark is damaged: run with --repair",
        "task-2: grading mark corrected",
    ),
    "pasted": (
        paste,
        "cell 28: its grading mark is not of this exercise: run with --repair",
        "a grading mark that is not of this exercise was taken away",
    ),
}
NOTED = {
    "check changed": (
        write("check-2-psnr", "print('passed')"),
        "note: check-2-psnr: the check was changed; the original will count",
    ),
    "check emptied": (
        write("check-2-psnr", ""),
        "note: check-2-psnr: the check was changed; the original will count",
    ),
    "check deleted": (
        delete("check-2-psnr"),
        "note: check-2-psnr: the cell is missing; nbgrader puts it back",
    ),
    "data deleted": (
        delete("setup-5"),
        'note: the set-up cell that begins "x_digits = load_digits().data.astype('
        '"float32") / 16": the cell is missing; nbgrader puts it back',
    ),
    "imports emptied": (
        write("setup-3", []),
        'note: the set-up cell that begins "import matplotlib.pyplot as plt": it was '
        "changed; the original will count",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_costs_points_is_said(look, notebook, name):
    change, line = WRONG[name]
    change(notebook)
    assert look(notebook) == [line]
    assert look(notebook, "--repair") == [line]


@pytest.mark.parametrize("name", REPAIRABLE)
def test_what_costs_points_is_repaired(look, notebook, tmp_path, name):
    right = copy.deepcopy(notebook)
    change, line, done = REPAIRABLE[name]
    change(notebook)
    assert look(notebook) == [line]
    assert look(notebook, "--repair") == [f"repaired: {done}", "ready"]
    repaired = nbformat.read(tmp_path / f"{NAME}.ipynb", as_version=4)
    nbformat.validate(repaired)
    marked = [cell for cell in repaired.cells if "nbgrader" in cell.metadata]
    wanted = [c for c in right["cells"] if "nbgrader" in c["metadata"]]
    for cell, original in zip(marked, wanted, strict=True):
        assert preflight.text_of(cell) == preflight.text_of(original)
        assert cell.cell_type == original["cell_type"]
        mark = original["metadata"]["nbgrader"]
        assert cell.metadata.nbgrader.items() <= mark.items()
        assert len(cell.metadata.nbgrader) >= len(mark) - 2


@pytest.mark.parametrize("name", NOTED)
def test_what_nbgrader_mends_is_noted(look, notebook, name):
    change, line = NOTED[name]
    change(notebook)
    assert look(notebook) == [line, "ready"]


def test_what_harms_nothing_is_no_mistake(look, notebook):
    for name in ("task-3", "check-3-linear", "check-3-score"):
        move(notebook, name, "task-2")
    for cell in notebook["cells"]:
        lines = "".join(cell["source"]).splitlines()
        cell["source"] = "\r\n".join(lines) + "\n\n"
    assert look(notebook) == ["ready"]


def test_a_mark_without_a_name_is_no_mark(look, notebook):
    change_mark("task-2", grade_id=["x"])(notebook)
    assert look(notebook) == [
        "cell 13: its grading mark is not of this exercise: run with --repair",
        "task-2: the cell lost its grading mark: run with --repair",
    ]
    assert look(notebook, "--repair")[-1] == "ready"


def test_of_an_answer_the_last_copy_counts(look, notebook, tmp_path):
    duplicate("task-2")(notebook)
    write("twin", "1 / 0")(notebook)
    assert look(notebook, "--repair")[-1] == "ready"
    repaired = nbformat.read(tmp_path / f"{NAME}.ipynb", as_version=4)
    kept = [c for c in repaired.cells if preflight.name_of(c) == "task-2"]
    assert [cell.id for cell in kept] == ["task-2"]


def test_a_folder_that_cannot_be_read_does_not_stop_the_rest(
    tmp_path, capsys, monkeypatch
):
    def refuse(folder, repairing):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(preflight, "look_through", refuse)
    assert preflight.main([str(tmp_path), "missing.ipynb"]) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path}: [Errno 13] Permission denied: '{tmp_path}'"
    assert lines[1].startswith("missing.ipynb: no such file")


def test_a_fork_may_write_its_address_into_the_set_up_cell(look, notebook):
    assert "checksum" not in cell_of(notebook, "colab-setup")["metadata"]["nbgrader"]
    write("colab-setup", "!git clone https://github.com/someone/fork")(notebook)
    assert look(notebook) == ["ready"]


def test_everything_that_an_editor_stripped_is_given_back(look, notebook):
    strip(notebook)
    assert len(look(notebook)) == len(preflight.EXERCISES[NAME])
    lines = look(notebook, "--repair")
    assert len(lines) == len(preflight.EXERCISES[NAME]) + 1
    assert lines[-1] == "ready"


def test_of_a_written_answer_the_last_that_is_one_counts(look, notebook, tmp_path):
    duplicate("task-4")(notebook)
    cell_of(notebook, "task-4")["source"] = "YOUR ANSWER HERE"
    assert look(notebook, "--repair")[-1] == "ready"
    repaired = nbformat.read(tmp_path / f"{NAME}.ipynb", as_version=4)
    kept = [c for c in repaired.cells if preflight.name_of(c) == "task-4"]
    assert [cell.id for cell in kept] == ["twin"]


def test_a_notebook_solved_in_place_is_not_compared_with_itself(tmp_path, notebook):
    folder = tmp_path / "release" / NAME
    folder.mkdir(parents=True)
    shutil.copy(COURSE / "preflight.py", tmp_path)
    path = folder / f"{NAME}.ipynb"
    for change, said in {
        (lambda notebook: None): "ready",
        delete("task-2"): "task-2: the cell is missing",
        strip: "lost its grading mark",
    }.items():
        changed = copy.deepcopy(notebook)
        change(changed)
        path.write_text(json.dumps(changed), encoding="utf-8")
        # The guide's command, in the folder of the preflight; a folder further up.
        for place, script, name in (
            (tmp_path, "preflight.py", f"{NAME}.ipynb"),
            (tmp_path, "preflight.py", NAME),
            (tmp_path.parent, f"{tmp_path.name}/preflight.py", f"{NAME}.ipynb"),
            (folder, "../../preflight.py", f"{NAME}.ipynb"),
            (folder.parent, "../preflight.py", NAME),
            (tmp_path, "preflight.py", "release"),
        ):
            assert said in run(place, script, name).stdout


def run(folder, script, *arguments):
    """Run the preflight with a Python that has nothing installed."""
    # Opening a file in the encoding of the machine's language would give a warning.
    python = [sys.executable, "-I", "-S", "-X", "warn_default_encoding"]
    done = subprocess.run(
        [*python, script, *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert done.stderr == ""
    return done


def test_the_preflight_works_alone_in_a_folder(tmp_path, notebook):
    shutil.copy(COURSE / "preflight.py", tmp_path)
    path = tmp_path / f"{NAME}.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = run(tmp_path, "preflight.py", path.name)
    assert (done.stdout, done.returncode) == (f"{path.name}: ready\n", 0)
    done = run(tmp_path, "preflight.py", "01_linear_autoencoder_is_pca.ipynb")
    assert done.stdout == (
        f"01_linear_autoencoder_is_pca.ipynb: no such file in {tmp_path}: give the "
        "path of your notebook, or of a folder\n"
    )
    assert done.returncode == 1


def test_without_a_notebook_it_says_how_to_use_it():
    for arguments in [], ["--repair"]:
        script = [sys.executable, "-I", COURSE / "preflight.py"]
        done = subprocess.run([*script, *arguments], capture_output=True, text=True)
        assert done.returncode == 1
        assert "python preflight.py FOLDER" in done.stderr


def test_a_terminal_without_some_characters_does_not_stop_it(tmp_path, monkeypatch):
    shutil.copy(COURSE / "preflight.py", tmp_path)
    (tmp_path / "Übung α.ipynb").write_text("", encoding="utf-8")
    monkeypatch.setenv("PYTHONIOENCODING", "cp1252")
    done = subprocess.run(
        [sys.executable, "-S", "preflight.py", "Übung α.ipynb", "missing.ipynb"],
        cwd=tmp_path,
        capture_output=True,
    )
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 2


@pytest.mark.parametrize(
    "code",
    [
        "np.linalg.eigh?",
        "?np.linalg.eigh",
        "np.linalg.eigh??  # how?",
        "t = %timeit -o f()",
        "files = !ls",
        "if True:\n    %timeit f()",
        "for i in range(3):\n\t!echo don't {i}",
        "%%time\nx = 1",
        "%%timeit -n 3\nx = 1",
        "%%bash\necho don't",
        "%precision 3\nx = (7\n% 4)\n%timeit f()",
        "x = (7\n    % 4)",
        'text = """\n%d: what?\n""" % 3',
        '"""What does it do?"""\nx = 1  # why?',
        'pattern = "\\d"',
        "def f():\n    raise NotImplementedError('only for even k')",
        f"# {preflight.STUB}\nx = 1",
    ],
)
@pytest.mark.filterwarnings("error")
def test_lines_that_only_jupyter_understands_are_no_mistake(look, notebook, code):
    write("task-2", f"{code}\n{SOLVED['task-2']}")(notebook)
    if not code.startswith("%%"):
        write("task-1", f"{SOLVED['task-1']}\n{code}")(notebook)
    assert look(notebook) == ["ready"]


@pytest.mark.parametrize(
    "code", ["def f():\n%timeit 3", "x = 'what?\n", "x = f(?", "if True:\n%who\n"]
)
def test_a_magic_line_does_not_hide_a_mistake(look, notebook, code):
    write("task-2", code)(notebook)
    assert "Python cannot read the answer" in look(notebook)[0]


def test_a_written_answer_may_hold_anything(look, notebook):
    write("task-4", "YOUR ANSWER HERE\n\n% is 1/100; why? Because def f(:")(notebook)
    assert look(notebook) == ["ready"]


def test_colab_and_older_formats_keep_ids_elsewhere_or_nowhere(look, notebook):
    notebook["nbformat_minor"] = 0
    for cell in notebook["cells"]:
        cell["metadata"]["id"] = cell.pop("id")
    assert look(notebook) == ["ready"]
    for cell in notebook["cells"]:
        cell["metadata"].pop("nbgrader", None)
    assert look(notebook, "--repair")[-1] == "ready"
    # Checks and set-up cells are known by their text, too.
    for number, cell in enumerate(notebook["cells"]):
        cell["metadata"]["id"] = [number]
    lines = look(notebook, "--repair")
    said = [line for line in lines if not line.startswith("repaired: ")]
    starts = [f"task-{task}: the cell is missing" for task in (1, 2, 3, 4, 5)]
    # The set-up cell for Colab may differ, so it is not.
    starts.insert(0, "note: the set-up cell that begins")
    for line, start in zip(said, starts, strict=True):
        assert line.startswith(start)


def break_cell(**changes):
    return lambda notebook: notebook["cells"][3].update(changes)


def replace_cell(cell):
    return lambda notebook: notebook["cells"].__setitem__(3, cell)


FRESH = "copy your answers into a fresh copy of the exercise"
ODD = {
    "empty": (b" \n", "the file is empty: save the notebook again"),
    "text": (
        b"def psnr(x):",
        "this is not a notebook: Expecting value: line 1 column 1 (char 0): " + FRESH,
    ),
    "not UTF-8": (
        '{"cells": [], "é": 1}'.encode("cp1252"),
        "this is not a notebook: 'utf-8' codec can't decode byte 0xe9 in position 15: "
        "invalid continuation byte: " + FRESH,
    ),
    "deep": (b"[" * 10**6, "this is not a notebook: nested too deep: " + FRESH),
    "a list": (b"[]", "this is not a notebook: it has no cells: " + FRESH),
    "no cells": (b'{"cells": 1}', "this is not a notebook: it has no cells: " + FRESH),
    "old": (
        b'{"cells": [], "nbformat": 3, "metadata": {}}',
        "it is not in format 4: open it in Jupyter and save it again",
    ),
    "metadata of the notebook": (
        lambda notebook: notebook.update(metadata=None),
        "the notebook is damaged: its metadata is broken: " + FRESH,
    ),
    "a string": (replace_cell("x = 1"), "cell 4 is damaged: it is no cell: " + FRESH),
    "metadata": (
        break_cell(metadata=None),
        "cell 4 is damaged: its metadata is broken: " + FRESH,
    ),
    "mark": (
        break_cell(metadata={"nbgrader": [1]}),
        "cell 4 is damaged: its grading mark is broken: " + FRESH,
    ),
    "source": (
        break_cell(source=5),
        "cell 4 is damaged: its text is broken: " + FRESH,
    ),
    "lines": (
        break_cell(source=["x", 5]),
        "cell 4 is damaged: its text is broken: " + FRESH,
    ),
    "id": (break_cell(id=["x"]), "cell 4 is damaged: its id is broken: " + FRESH),
    "outputs": (
        break_cell(outputs=None),
        "cell 4 is damaged: its outputs are broken: " + FRESH,
    ),
    "output": (
        break_cell(outputs=["x"]),
        "cell 4 is damaged: its outputs are broken: " + FRESH,
    ),
    "type": (
        break_cell(cell_type="heading"),
        "cell 4 is damaged: it is neither code nor Markdown: " + FRESH,
    ),
    "half a character": (
        break_cell(source="\ud800"),
        "this is not a notebook: 'utf-8' codec can't encode character '\\ud800' in "
        "position {}: surrogates not allowed: " + FRESH,
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_is_named_in_one_line(look, notebook, name):
    damage, line = ODD[name]
    if not isinstance(damage, bytes):
        damage(notebook)
        damage = notebook
    for options in ([], ["--repair"]):
        (said,) = look(damage, *options)
        assert re.sub(r"(?<=position )\d{3,}", "{}", said) == line


def test_an_odd_file_does_not_stop_the_rest(tmp_path, notebook, capsys):
    odd, right = tmp_path / "a" / f"{NAME}.ipynb", tmp_path / "b" / f"{NAME}.ipynb"
    for path, content in (odd, {**notebook, "cells": [None]}), (right, notebook):
        path.parent.mkdir()
        path.write_text(json.dumps(content), encoding="utf-8")
    # PowerShell leaves a pattern to the program.
    assert preflight.main([str(tmp_path / "*" / f"{NAME}.ipynb")]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{odd}: cell 1 is damaged: it is no cell: {FRESH}",
        f"{right}: ready",
    ]


def places_in(data):
    """Return everything in a notebook that can be replaced: (container, key)."""
    found = []
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        found.append((data, key))
        if isinstance(value, dict | list):
            found += places_in(value)
    return found


def test_no_damage_stops_it(tmp_path, notebook, capsys):
    chance = random.Random(0)
    odd = [
        None,
        True,
        7,
        1e400,
        "",
        "\ud800",
        "task-1",
        [],
        {},
        [[]],
        ["x", 1],
        {"": 0},
    ]
    odd += [{"nbgrader": {"grade_id": ["x"]}}, {"nbgrader": {"grade_id": "task-1"}}]
    path = tmp_path / f"{NAME}.ipynb"
    kinds = set()
    for trial in range(400):
        damaged = copy.deepcopy(notebook)
        for _ in range(chance.choice([1, 1, 3, 10])):
            data, key = chance.choice(places_in(damaged))
            if chance.random() < 0.3:
                del data[key]
            else:
                data[key] = copy.deepcopy(chance.choice(odd))
        text = json.dumps(damaged)
        if trial % 10 == 0:
            text = text[: chance.randrange(len(text))]
        path.write_text(text, encoding="utf-8")
        for options in ([], ["--repair"]):
            count = preflight.main([*options, str(path)])
            lines = capsys.readouterr().out.splitlines()
            assert count or lines[-1] == f"{path}: ready"
            kinds.add(count == 0)
    assert kinds == {True, False}


def test_another_file_name_is_a_problem_beside_the_others(tmp_path, notebook, capsys):
    delete("task-2")(notebook)
    rename = f"no exercise has this file name: rename it to {NAME}.ipynb"
    for name in (f"{NAME} (1)", "04", f"anna_{NAME}"):
        path = tmp_path / f"{name}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        assert preflight.main([str(path)]) == 2
        first, second = capsys.readouterr().out.splitlines()
        assert first == f"{path}: {rename}"
        assert second.startswith(f"{path}: task-2: the cell is missing")
    path = tmp_path / "homework.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert preflight.main([str(path)]) == 1
    (line,) = capsys.readouterr().out.splitlines()
    assert all(f"{name}.ipynb" in line for name in preflight.EXERCISES)


OTHER = "01_linear_autoencoder_is_pca"
# What lies in the folder of a class; what is said of exercise 4, of all exercises.
CLASS = {
    "anna": ([f"{NAME}/{NAME}.ipynb", f"{NAME}/.ipynb_checkpoints/x.ipynb"], []),
    "ben": ([f"{NAME}/{NAME}.py"], f"no notebook here ({NAME}.py)"),
    "cem": ([], "no notebook here (nothing)"),
    "dora": ([f"{NAME}.ipynb"], f"dora/{NAME}.ipynb: nbgrader does not look here"),
    "emil": (
        [f"{OTHER}/{NAME}.ipynb"],
        f"emil/{OTHER}/{NAME}.ipynb: nbgrader does not look here",
    ),
    "fay": (
        [f"{NAME}/{NAME} (1).ipynb"],
        f"fay/{NAME}/{NAME} (1).ipynb: nbgrader does not look here",
    ),
    "gil": (
        [f"{NAME}/{NAME}.ipynb", f"{NAME}/{NAME}-Copy1.ipynb"],
        f"gil/{NAME}/{NAME}-Copy1.ipynb: nbgrader does not look here",
    ),
    "hana": (
        [f"{NAME}/{NAME}/{NAME}.ipynb.txt"],
        f"hana/{NAME}/{NAME}/{NAME}.ipynb.txt: nbgrader does not look here",
    ),
    "ivo": ([f"{OTHER}/{OTHER}.ipynb"], f"no notebook here ({OTHER}.ipynb)"),
    "jo": (["homework.ipynb"], "jo/homework.ipynb: nbgrader does not look here"),
    OTHER: ([f"kim/{OTHER}.ipynb"], "this is no student's folder"),
}


@pytest.fixture
def submitted(tmp_path, notebook):
    """Return the folder of a class with everything that can be wrong with it."""
    folder = tmp_path / "submitted"
    for student, (names, _) in CLASS.items():
        (folder / student).mkdir(parents=True)
        for name in names:
            path = folder / student / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(notebook), encoding="utf-8")
    (folder / "loose.ipynb").write_text("", encoding="utf-8")
    (folder / f"{OTHER}-lea.ipynb").write_text("", encoding="utf-8")
    (folder / "students.csv").write_text("", encoding="utf-8")
    (folder / ".ipynb_checkpoints").mkdir()
    return folder


def test_every_submission_is_found_or_missed(submitted):
    found = preflight.find_submissions(submitted, NAME)
    students = [student for student, _, _ in found]
    assert students == ["", "", *sorted(CLASS)]
    for student, path, problem in found[2:]:
        right = submitted / student / NAME / f"{NAME}.ipynb"
        assert path == (right if student in ("anna", "gil") else None)
        said = CLASS[student][1]
        assert said in problem if said else problem == ""
        if "does not look here" in problem:
            end = "keep the one that counts there" if path else "move it there"
            assert problem.endswith(f", but at {right}: {end}")
        elif "no notebook" in problem:
            order = f"STUDENT/{NAME}/{NAME}.ipynb"
            assert problem.endswith(f": ask for one, as {order}")
    for (_, _, problem), file, name in (
        (found[0], f"{OTHER}-lea.ipynb", OTHER),
        (found[1], "loose.ipynb", NAME),
    ):
        said = "in no student's folder: move it to STUDENT"
        assert problem == f"{submitted / file}: {said}/{name}/{name}.ipynb"


def test_a_folder_is_looked_through(submitted, capsys):
    stripped = submitted / "gil" / NAME / f"{NAME}.ipynb"
    notebook = json.loads(stripped.read_text(encoding="utf-8"))
    strip(notebook)
    stripped.write_text(json.dumps(notebook), encoding="utf-8")
    # All but anna's, and two that lie loose.
    assert preflight.main(["--repair", str(submitted)]) == len(CLASS) + 1
    lines = capsys.readouterr().out.splitlines()
    # What ivo handed in as exercise 1 is another one, and left alone.
    ivo = [line for line in lines if line.startswith(str(submitted / "ivo"))]
    (said,) = ivo
    assert said.endswith(f": it holds the cells of {NAME}: give it that name")
    assert f"{submitted / 'anna' / NAME / NAME}.ipynb: ready" in lines
    assert f"{stripped}: ready" in lines
    assert f"{stripped}: repaired: task-2: grading mark given back" in lines
    for _, (_, said) in CLASS.items():
        if said and OTHER not in said:
            assert sum(said in line for line in lines) == 1, said
    # The folder of one student, a folder of nothing.
    assert preflight.main([str(submitted / "anna")]) == 0
    (submitted / "cem" / "empty").mkdir()
    assert preflight.main([str(submitted / "cem" / "empty")]) == 1
    assert "nothing here" in capsys.readouterr().out
