"""Notebooks as documents: executed in order, complete, portable, links that work."""

import copy
import re

import nbformat
import pytest
from conftest import ROOT
from documents import MAX_BYTES, problems, shows_something

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))
EXERCISES = sorted(ROOT.glob("exercises/source/*/*.ipynb"))
RELEASES = sorted(ROOT.glob("exercises/release/*/*.ipynb"))
DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("*/*.md"))


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


@pytest.mark.parametrize("path", LESSONS + EXERCISES + RELEASES + DOCUMENTS, ids=name)
def test_links_lead_somewhere(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n".join(c.source for c in cells if c.cell_type == "markdown")
    for target in re.findall(r"\]\(([^)#]+)|<img src=\"([^\"]+)", text):
        target = target[0] or target[1]
        if not target.startswith(("http:", "https:")):
            assert (path.parent / target).exists(), target


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
    assert "no results cell" in damaged(lesson, clear)


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
