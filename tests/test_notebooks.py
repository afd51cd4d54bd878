"""Notebooks as documents: executed in order, complete, portable, links that work."""

import copy
import re

import nbformat
import pytest
import refresh
from conftest import ROOT
from documents import MAX_BYTES, problems, shows_something

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))
EXERCISES = sorted(ROOT.glob("exercises/source/*/*.ipynb"))
RELEASES = sorted(ROOT.glob("exercises/release/*/*.ipynb"))


# Where a lesson says what a word of the field means, in bold; all may use it after.
FIELD_WORDS = {
    "01": ["tied weights"],
    "02": ["latent variables", "latent space", "layer by layer"],
    "03": ["sparse coding", "overcomplete"],
    "04": ["manifold", "self-supervised", "masked autoencoder"],
    "06": ["blurry", "cross-entropy"],
    "07": ["amortised", "posterior collapse", "warm-up"],
    "08": ["disentangled"],
    "09": ["rate", "distortion", "free bits", "mutual information gap"],
    "10": ["generator", "discriminator", "mode collapse", "precision", "recall"],
    "11": ["representation learning", "concept vector", "t-SNE", "pretrain"],
    "12": ["novelty detection", "outlier detection", "false alarms", "bootstrap"],
    "13": ["entropy coder", "reverse water-filling", "bits-back", "dead zone"],
    "14": ["teacher forcing", "temperature", "hit rate", "Markov"],
    "15": ["fold-in", "implicit feedback", "n-gram", "Wasserstein distance"],
}


def name(path):
    return f"{path.parent.name}/{path.name}"


@pytest.mark.parametrize("path", LESSONS + EXERCISES, ids=name)
def test_notebook_is_fit_to_be_read(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert problems(notebook, lesson=path in LESSONS) == []


@pytest.mark.parametrize("path", LESSONS + EXERCISES + RELEASES, ids=name)
def test_notebook_is_small(path):
    assert path.stat().st_size < MAX_BYTES


@pytest.mark.parametrize(
    ("number", "word"),
    [(key, word) for key in FIELD_WORDS for word in FIELD_WORDS[key]],
)
def test_the_words_of_the_field_are_introduced(number, word):
    (path,) = ROOT.glob(f"notebooks/{number}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    assert re.search(rf"\*\*[^*]*\b{word}\b[^*]*\*\*", text, re.IGNORECASE)


@pytest.fixture(scope="module")
def lesson():
    return nbformat.read(LESSONS[0], as_version=4)


def damaged(lesson, damage):
    """Return the problems of a copy of the lesson with something done to it."""
    notebook = copy.deepcopy(lesson)
    code_cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    damage(notebook, code_cells)
    return "; ".join(problems(notebook, lesson=True))


def test_guards_notice_an_unexecuted_cell(lesson):
    def forget(notebook, code_cells):
        code_cells[5].execution_count = None

    assert "was never executed" in damaged(lesson, forget)


def test_guards_notice_cells_out_of_order(lesson):
    def swap(notebook, code_cells):
        code_cells[5].execution_count, code_cells[6].execution_count = 7, 6

    assert "out of order" in damaged(lesson, swap)


def test_guards_notice_missing_outputs(lesson):
    def clear(notebook, code_cells):
        for cell in code_cells:
            cell.outputs = []

    assert "should have an output" in damaged(lesson, clear)
    assert "stores no table and data" in damaged(lesson, clear)


def test_guards_know_a_cell_that_only_defines_a_function():
    assert not shows_something("def show(x):\n    print(x)")
    assert shows_something("def show(x):\n    return x\n\n\nprint(show(1))")


def test_guards_notice_stderr_and_errors(lesson):
    def add_stderr(notebook, code_cells):
        output = nbformat.v4.new_output("stream", name="stderr", text="warning")
        code_cells[3].outputs.append(output)

    def add_warning(notebook, code_cells):
        text = "WARNING:tensorflow:5 out of the last 15 calls"
        output = nbformat.v4.new_output("stream", name="stdout", text=text)
        code_cells[3].outputs.append(output)

    def add_error(notebook, code_cells):
        output = nbformat.v4.new_output("error", ename="E", evalue="", traceback=[])
        code_cells[3].outputs.append(output)

    assert "stores stderr" in damaged(lesson, add_stderr)
    assert "stores a warning" in damaged(lesson, add_warning)
    assert "stores an error" in damaged(lesson, add_error)


def test_guards_notice_a_missing_section(lesson):
    def rename(notebook, code_cells):
        for cell in notebook.cells:
            cell.source = cell.source.replace("## Break it", "## More")

    assert "section Break it is missing" in damaged(lesson, rename)


def test_guards_notice_figures_without_words(lesson):
    def show_figures(code_cells):
        return [x for x in code_cells if "image/png" in str(x.outputs)]

    def forget(notebook, code_cells):
        del show_figures(code_cells)[0].metadata["alt"]

    def repeat(notebook, code_cells):
        first, second, *_ = show_figures(code_cells)
        second.metadata["alt"] = first.metadata["alt"]

    def measure(notebook, code_cells):
        show_figures(code_cells)[0].metadata["alt"] += " The error is 0.012."

    assert "its alt has 0 characters" in damaged(lesson, forget)
    assert "has the alt of another figure" in damaged(lesson, repeat)
    assert "a measured number in its alt" in damaged(lesson, measure)


def test_guards_notice_a_wrong_reading_time(lesson):
    def promise(notebook, code_cells):
        title = notebook.cells[0]
        title.source = re.sub("Reading: [0-9]+", "Reading: 5", title.source)

    def talk(notebook, code_cells):
        notebook.cells[0].source += " word" * 8_000

    def hide(notebook, code_cells):
        heading, *rest = notebook.cells[0].source.splitlines()
        marked = f"{heading} (second reading)"
        notebook.cells[0].source = "\n".join([marked, *rest])

    assert "but the title says 5" in damaged(lesson, promise)
    assert "a first reading takes" in damaged(lesson, talk)
    assert "but the title says" in damaged(lesson, hide)


def test_guards_notice_that_there_is_nothing_to_see_first_or_to_play_with(lesson):
    def hide_picture(notebook, code_cells):
        title = notebook.cells[0]
        title.source = title.source.replace("](../docs/", "](../elsewhere/")

    def take_sliders(notebook, code_cells):
        for cell in code_cells:
            cell.source = cell.source.replace("interactive_output(", "print(")

    assert "the lesson's picture is missing" in damaged(lesson, hide_picture)
    assert "nothing to play with" in damaged(lesson, take_sliders)


def test_guards_notice_cells_hidden_from_the_tests(lesson):
    def hide(notebook, code_cells):
        for cell in code_cells:
            cell.metadata["tags"] = ["nbval-ignore-output"]

    def skip(notebook, code_cells):
        code_cells[3].source = "# NBVAL_SKIP\n" + code_cells[3].source

    assert "cells are not compared" in damaged(lesson, hide)
    assert "hidden from the tests" in damaged(lesson, skip)


def test_guards_notice_a_stored_result_outside_its_range(lesson):
    def worsen(notebook, code_cells):
        for cell in code_cells:
            for output in cell.outputs:
                if "application/json" in output.get("data", {}):
                    rows = output["data"]["application/json"]["rows"]
                    rows[0]["value"] = rows[0]["high"] + 1

    assert "is outside its range" in damaged(lesson, worsen)


def results_cell(code_cells):
    (cell,) = [c for c in code_cells if "results" in c.metadata.get("tags", [])]
    return cell


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda cell: change_range(cell), "other names, ranges or units"),
        (lambda cell: change_row(cell, "high", 10.0**6), "other names, ranges or"),
        (lambda cell: change_row(cell, "unit", "miles"), "other names, ranges or"),
        (lambda cell: change_row(cell, "value", None), "is outside its range"),
        (lambda cell: change_value(cell), "not made from the stored data"),
        (lambda cell: rows_of(cell).pop(), "other names, ranges or units"),
        (lambda cell: change_table(cell, "text/html"), "not made from the stored"),
        (lambda cell: change_table(cell, "text/plain"), "not made from the stored"),
    ],
)
def test_guards_notice_results_that_disagree(lesson, edit, message):
    """One part of the results cell changed alone, and executed after the fact."""

    def damage(notebook, code_cells):
        edit(results_cell(code_cells))
        notebook.metadata["executed"] = refresh.digests(notebook)

    assert message in damaged(lesson, damage)


def rows_of(cell):
    return cell.outputs[1]["data"]["application/json"]["rows"]


def change_row(cell, field, value):
    rows_of(cell)[0][field] = value


def change_value(cell):
    row = rows_of(cell)[0]
    row["value"] = (row["low"] + row["high"]) / 2


def change_table(cell, kind):
    data = cell.outputs[0]["data"]
    data[kind] = data[kind].replace("1", "2", 1)


def change_range(cell):
    cell.source = re.sub(r"[\d.]+(, \"\w+\"\),\n)", r"12345\1", cell.source, count=1)


@pytest.mark.parametrize("part", ["code", "outputs"])
def test_guards_notice_what_changed_since_it_was_executed(lesson, part):
    def change(notebook, code_cells):
        printed = [c for c in code_cells if c.outputs and "text" in c.outputs[0]]
        if part == "code":
            printed[0].source += "\n"
        else:
            printed[0].outputs[0]["text"] += "."

    assert f"the {part} changed since" in damaged(lesson, change)


def test_guards_notice_an_exchanged_figure_and_a_new_tag(lesson):
    def exchange(notebook, code_cells):
        figures = [
            output["data"]
            for cell in code_cells
            for output in cell.outputs
            if "image/png" in output.get("data", {})
        ]
        first, second = figures[:2]
        first["image/png"], second["image/png"] = (
            second["image/png"],
            first["image/png"],
        )

    def exempt(notebook, code_cells):
        code_cells[4].metadata["tags"] = ["nbval-ignore-output"]

    assert "the outputs changed since" in damaged(lesson, exchange)
    assert "the code changed since" in damaged(lesson, exempt)


def test_digests_know_helpers_and_data_but_no_comments(tmp_path):
    helper = tmp_path / "course_utils" / "plotting.py"
    data = tmp_path / "data" / "mnist" / "images.gz"
    for path in (helper, data):
        path.parent.mkdir(parents=True)
        path.write_text("def plot():\n    return 1\n")
    (helper.parent / "course.mplstyle").write_text("image.cmap: gray\n")

    def seen():
        refresh.surroundings.cache_clear()
        return refresh.surroundings(tmp_path)

    before = seen()
    helper.write_text('def plot():\n    """Plot."""\n    return 1  # one\n')
    assert seen() == before
    helper.write_text("def plot():\n    return 2\n")
    assert seen() != before
    before = seen()
    data.write_text("other")
    assert seen() != before
    refresh.surroundings.cache_clear()


def test_guards_notice_code_that_needs_one_backend(lesson):
    def use_tensorflow(notebook, code_cells):
        code_cells[3].source += "\nimport tensorflow as tf"

    assert "uses import tensorflow" in damaged(lesson, use_tensorflow)


def test_readme_has_the_results_of_the_notebooks(root):
    """`make report` would change nothing."""
    import report

    results = [
        report.read_results(nbformat.read(path, as_version=4)) for path in LESSONS
    ]
    table = report.BEGIN + report.headlines_table(results) + report.END
    assert table in (root / "README.md").read_text(encoding="utf-8")
    rows = {(r["lesson"], row["metric"]) for r in results for row in r["rows"]}
    assert set(report.HEADLINES) <= rows
    page = (root / "docs" / "results.md").read_text(encoding="utf-8")
    assert page == report.results_page(results)
    for path in LESSONS:
        picture = report.read_picture(nbformat.read(path, as_version=4))
        assert (root / "docs" / f"{path.stem}.png").read_bytes() == picture


def test_refresh_notices_a_slider_that_fails(tmp_path):
    source = (
        "from ipywidgets import IntSlider, interactive_output\n"
        "interactive_output(lambda x: 1 / x, {'x': IntSlider(value=0)})"
    )
    cell = nbformat.v4.new_code_cell(source)
    path = tmp_path / "slider.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), path)
    with pytest.raises(RuntimeError, match="slider.ipynb fails: division by zero"):
        refresh.refresh(path)
