"""Write the course as web pages into html/, by Sphinx: site/conf.py says how."""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_pages(folder, root=ROOT):
    """Write all pages into a folder, in place of what it holds; a warning is an error.

    Sphinx writes beside the pages what readers don't need, so it works elsewhere.
    """
    with tempfile.TemporaryDirectory() as elsewhere:
        new = Path(elsewhere) / "html"
        command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning"]
        command += ["--conf-dir", root / "site"]
        command += ["--doctree-dir", Path(elsewhere) / "doctrees"]
        subprocess.run([*command, root, new], check=True)
        shutil.rmtree(folder, ignore_errors=True)
        shutil.move(new, folder)


if __name__ == "__main__":
    write_pages(ROOT / "html")
    print(f"Open {ROOT / 'html' / 'index.html'} in a browser.")
