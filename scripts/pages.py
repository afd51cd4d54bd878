"""Write the course as web pages into html/, by Sphinx: site/conf.py says how."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_pages(folder):
    """Write all pages into a new folder; a warning is an error."""
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning"]
    # What Sphinx remembers of a build lies elsewhere: readers don't need it.
    command += ["--conf-dir", ROOT / "site", "--doctree-dir", f"{folder}.doctrees"]
    subprocess.run([*command, ROOT, folder], check=True)
    shutil.rmtree(f"{folder}.doctrees")


if __name__ == "__main__":
    shutil.rmtree(ROOT / "html", ignore_errors=True)
    write_pages(ROOT / "html")
    print(f"Open {ROOT / 'html' / 'index.html'} in a browser.")
