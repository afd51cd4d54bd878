"""Make the student versions of all exercises with nbgrader: exercises/release."""

from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

COURSE = Path(__file__).resolve().parent.parent / "exercises"


def open_course(course, database=True):
    """Return nbgrader's API for a course folder, with the settings of its file.

    A process that starts nbgrader takes seconds, a call of the API a fraction of one.
    """
    config = PyFileConfigLoader("nbgrader_config.py", str(course)).load_config()
    config.CourseDirectory.root = str(course)
    if not database:  # what the option --no-db sets
        config.GenerateAssignment.no_database = True
        config.SaveCells.enabled = False
    return NbGraderAPI(config=config)


def release(course):
    """Generate every assignment of an nbgrader course folder.

    Cells keep no timestamps, so that the same source gives the same release.
    """
    nbgrader = open_course(course, database=False)
    for source in sorted((course / "source").iterdir()):
        done = nbgrader.generate_assignment(source.name)
        if not done["success"]:
            said = done.get("log") or done["error"]
            raise RuntimeError(f"nbgrader failed on {source.name}:\n{said}")
        for path in (course / "release" / source.name).glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
            # It belongs to the outputs, which a release does not have.
            notebook.metadata.pop("executed", None)
            nbformat.write(notebook, path)


if __name__ == "__main__":
    release(COURSE)
