"""Make .venv and install the course into it, or say in one line why not.

`make lab` and `make test` run this; it also works typed by hand, on any system.
It is written so that even an old Python can read it and say that it is too old.
"""

import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOG = os.path.join(ROOT, ".venv", "install.log")
STAMP = os.path.join(VENV, "installed")
NEEDED_GB = 4


def main():
    """Check the Python and the disk, make the environment, install the pins."""
    version = ".".join(str(number) for number in sys.version_info[:2])
    if not (3, 11) <= sys.version_info[:2] <= (3, 13):
        sys.exit(
            "The course needs Python 3.11, 3.12 or 3.13; this is Python "
            + version
            + ". Name another one: make lab PYTHON=python3.12"
        )
    free_gb = shutil.disk_usage(ROOT).free / 1e9
    if free_gb < NEEDED_GB:
        sys.exit(
            "The course needs %d GB of disk space for .venv; only %.1f GB are free."
            % (NEEDED_GB, free_gb)
        )

    say("Making .venv with Python " + version + " ...")
    made = run([sys.executable, "-m", "venv", "--clear", VENV])
    if made.returncode != 0:
        sys.exit(
            "Python could not make a virtual environment. On Debian or Ubuntu, "
            "install its package: sudo apt install python" + version + "-venv"
        )

    say(
        "Installing TensorFlow, Keras, JupyterLab and the course: "
        "0.6 GB to download, a few minutes ..."
    )
    folder = "Scripts" if os.name == "nt" else "bin"
    python = os.path.join(VENV, folder, "python")
    installed = run(
        [python, "-m", "pip", "install", "--progress-bar=off", "-r", "requirements.txt"]
    )
    with open(LOG, "w", encoding="utf-8") as log:
        log.write(installed.stdout)
    if installed.returncode != 0:
        sys.exit("The installation failed: " + reason(installed.stdout))
    with open(STAMP, "w"):
        pass
    say("Done.")


def say(text):
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(command):
    """Run a command in the course's folder and keep what it prints."""
    return subprocess.run(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def reason(output):
    """One line on why pip failed, from what it printed."""
    if "No space left on device" in output:
        return "there is no space left on the disk."
    signs = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
    signs += ("Failed to establish a new connection", "ProxyError", "SSLError")
    signs += ("(from versions: none)",)
    if any(sign in output for sign in signs):
        return "the package index cannot be reached. Is there a network?"
    lines = [line.strip() for line in output.splitlines()]
    errors = [line for line in lines if line.lower().startswith("error:")]
    first = errors[0] if errors else "pip gave no reason."
    return first + " All that pip printed is in " + LOG


if __name__ == "__main__":
    main()
