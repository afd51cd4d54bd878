"""The nbgrader course of the exercises."""

import re

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbformat import from_dict
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
    GetGrades,
    NbGraderPreprocessor,
    OverwriteCells,
    OverwriteKernelspec,
)

c = get_config()  # noqa: F821


class RestoreCells(OverwriteCells):
    """Put deleted checks, set-up cells and written tasks back where they work.

    nbgrader's own class knows no set-up cells, and stops at a check whose
    predecessor is missing, too.
    """

    def add_missing_grade_cells(self, nb, resources):
        """Add what is missing: set-up cells early, everything else late.

        A set-up cell comes after its last predecessor that is there, so that what
        follows can use it; a check before its first successor, so that it follows
        all that the student wrote for it.
        """
        source = self.gradebook.find_notebook(self.notebook_id, self.assignment_id)
        names = [cell.name for cell in source.source_cells]
        points = {cell.name: cell.max_score for cell in source.grade_cells}
        answers = {cell.name for cell in source.solution_cells}
        for cell in nb.cells:
            # A mark that the exercise does not have, pasted or made up, stops nbgrader.
            if cell.metadata.get("nbgrader", {}).get("grade_id") not in names:
                cell.metadata.pop("nbgrader", None)
        for number, cell in enumerate(source.source_cells):
            places = {
                there.metadata.get("nbgrader", {}).get("grade_id"): place
                for place, there in enumerate(nb.cells)
            }
            graded = cell.name in points
            if cell.name in places or not (graded or cell.locked):
                continue
            earlier = [places[name] for name in names[:number] if name in places]
            later = [places[name] for name in names[number:] if name in places]
            place = earlier[-1] + 1 if earlier else 0
            if graded:
                place = max(place, later[0] if later else len(nb.cells))
            self.log.warning("Missing cell %s: put back", cell.name)
            restored = self.missing_cell_transform(
                cell, points.get(cell.name, 0), is_solution=cell.name in answers
            )
            restored["metadata"]["nbgrader"]["grade"] = graded
            nb.cells.insert(place, from_dict(restored))
        return nb, resources


class HideHiddenTests(NbGraderPreprocessor):
    """Take the hidden tests out of a feedback page, and what shows their text."""

    def preprocess(self, nb, resources):
        """Cut them from the checks; replace outputs in which a line of them stands."""
        secret = []
        for cell in nb.cells:
            cell.source, _, hidden = cell.source.partition("### BEGIN HIDDEN TESTS")
            secret += [x.strip() for x in hidden.splitlines() if len(x.strip()) > 12]
            for output in cell.get("outputs", []):
                if hidden and output.output_type == "error":
                    said = text_of_outputs(cell.outputs)
                    passed = re.search("^Task .*visible checks passed$", said, re.M)
                    self.shorten(output, "A hidden test failed." if passed else "")
        for cell in nb.cells:
            if "outputs" in cell:
                cell.outputs = [
                    output
                    for output in cell.outputs
                    if not any(line in text_of_outputs([output]) for line in secret)
                ]
        return nb, resources

    def shorten(self, error, words):
        """Leave of an error its message, without the lines of code around it."""
        error.evalue = words or error.evalue
        error.traceback = [f"{error.ename}: {error.evalue}"]


def text_of_outputs(outputs):
    """Return all words of some outputs, without the colours of a terminal."""
    words = []
    for output in outputs:
        words += [output.get("text", ""), output.get("evalue", "")]
        words += [
            *output.get("traceback", []),
            *map(str, output.get("data", {}).values()),
        ]
    return re.sub("\x1b\\[[0-9;]*m", "", "\n".join(words))


c.CourseDirectory.course_id = "autoencoders"
c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\n"
    'raise NotImplementedError("Write your answer here and remove this line.")'
}
# Training takes longer than nbgrader's 30 seconds a cell allow on a slow machine.
c.ExecutePreprocessor.timeout = 120
# An endless loop costs the points of its task, not those of the others.
c.ExecutePreprocessor.interrupt_on_timeout = True
# A cell that a student deleted comes back instead of costing points.
c.OverwriteCells.add_missing_cells = True
c.Autograde.sanitize_preprocessors = [
    ClearOutput,
    DeduplicateIds,
    OverwriteKernelspec,
    RestoreCells,
    CheckCellMetadata,
]
c.GenerateFeedback.preprocessors = [
    HideHiddenTests,
    GetGrades,
    CSSHTMLHeaderPreprocessor,
]
# What a student writes runs no code in the browser of the one who grades.
c.HTMLExporter.preprocessors = ["nbconvert.preprocessors.sanitize.SanitizeHTML"]
