"""The nbgrader course of the exercises."""

from nbformat import from_dict
from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearOutput,
    DeduplicateIds,
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
