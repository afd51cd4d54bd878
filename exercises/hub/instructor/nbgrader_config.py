"""Where the instructor's copy of the exercises is, for Formgrader."""

from pathlib import Path

c = get_config()  # noqa: F821
c.CourseDirectory.root = str(Path.home() / "exercises")
