"""The nbgrader course of the exercises."""

c = get_config()  # noqa: F821

c.CourseDirectory.course_id = "autoencoders"
c.ClearSolutions.code_stub = {
    "python": "# YOUR CODE HERE\n"
    'raise NotImplementedError("Write your answer here and remove this line.")'
}
# Training takes longer than nbgrader's 30 seconds a cell allow on a slow machine.
c.ExecutePreprocessor.timeout = 120
# An endless loop costs the points of its task, not those of the others.
c.ExecutePreprocessor.interrupt_on_timeout = True
# A check cell that a student deleted comes back instead of costing its points.
c.OverwriteCells.add_missing_cells = True
