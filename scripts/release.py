"""Make the student versions of all exercises with nbgrader: exercises/release."""

import subprocess
import sys
from pathlib import Path

import nbformat

COURSE = Path(__file__).resolve().parent.parent / "exercises"


def release(course):
    """Generate every assignment of an nbgrader course folder.

    Cells keep no timestamps, so that the same source gives the same release.
    """
    for source in sorted((course / "source").iterdir()):
        command = [sys.executable, "-m", "nbgrader", "generate_assignment"]
        command += [source.name, "--force", "--create", "--no-db"]
        done = subprocess.run(command, cwd=course, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"nbgrader failed on {source.name}:\n{done.stderr}")
        for path in (course / "release" / source.name).glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                cell.metadata.pop("execution", None)
            nbformat.write(notebook, path)


if __name__ == "__main__":
    release(COURSE)
