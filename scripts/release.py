"""Make the student versions of all exercises with nbgrader: exercises/release.

The preflight, which must work without them, gets a list of what they hold.
"""

import importlib.util
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from traitlets.config import PyFileConfigLoader

COURSE = Path(__file__).resolve().parent.parent / "exercises"
# Around the list, in the preflight.
BEGIN, END = '# reference begins\nREFERENCE = r"""\n', '"""\n# reference ends\n'


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
                # A fork writes its own address into this cell.
                if "colab-setup" in cell.metadata.get("tags", []):
                    del cell.metadata.nbgrader["checksum"]
            # It belongs to the outputs, which a release does not have.
            notebook.metadata.pop("executed", None)
            nbformat.write(notebook, path)
    write_reference(course)


def write_reference(course):
    """Write what the student versions hold into the preflight of a course folder."""
    path = course / "preflight.py"
    text = path.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    _, after = rest.split(END)
    reference = "\n".join(read_reference(course))
    path.write_text(f"{before}{BEGIN}{reference}\n{END}{after}", encoding="utf-8")


def load_preflight(course):
    """Return the preflight of a course folder as a module."""
    spec = importlib.util.spec_from_file_location("preflight", course / "preflight.py")
    preflight = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(preflight)
    return preflight


def read_reference(course):
    """Return the lines that describe the student versions of a course folder."""
    preflight = load_preflight(course)
    lines = []
    for path in sorted(course.glob("release/*/*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        lines += preflight.describe(path.stem, notebook.cells)
    return lines


if __name__ == "__main__":
    release(COURSE)
