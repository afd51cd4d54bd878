"""Make .venv and install the course into it, or say in one line why not.

python scripts/install.py          what learners need
python scripts/install.py dev      also what tests, grading and lessons 14 and 15 need

`make lab` and `make test` run this; it also works typed by hand, on any system.
It is written so that even an old Python can read it and say that it is too old.
"""

import glob
import json
import os
import shutil
import subprocess
import sys
import sysconfig

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
LOG = os.path.join(ROOT, ".venv", "install.log")
NEEDED_GB = 4
# What is installed, how much is downloaded, the file that lists it, and the file that
# says that it is done.
LEARNERS = (
    "TensorFlow, Keras, JupyterLab and the course",
    "0.5 GB",
    "requirements.txt",
    "installed",
)
DEVELOPERS = (
    "what tests, grading and lessons 14 and 15 need",
    "0.2 GB",
    "requirements-dev.txt",
    "dev",
)


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

    for_developers = sys.argv[1:] == ["dev"]
    if not for_developers:
        say("Making .venv with Python " + version + " ...")
        made = run([sys.executable, "-m", "venv", "--clear", VENV])
        if made.returncode != 0:
            sys.exit(
                "Python could not make .venv: " + venv_reason(made.stdout, version)
            )

    what, size, requirements, stamp = DEVELOPERS if for_developers else LEARNERS
    say("Installing %s: %s to download, a few minutes ..." % (what, size))
    folder = "Scripts" if os.name == "nt" else "bin"
    python = os.path.join(VENV, folder, "python")
    pip = [python, "-m", "pip", "install", "--progress-bar=off", "-r", requirements]
    installed = run(pip)
    with open(LOG, "w", encoding="utf-8") as log:
        log.write(installed.stdout)
    if installed.returncode != 0:
        sys.exit("The installation failed: " + pip_reason(installed.stdout))

    write_path()
    write_jupyter_settings()
    write_kernel_settings()
    found = run([python, "-c", "import course_utils"], cwd=VENV)
    if found.returncode != 0:
        sys.exit("The course is installed, but not found: " + last_line(found.stdout))
    with open(os.path.join(VENV, stamp), "w"):
        pass
    say("Done.")


def write_path():
    """Tell the environment in ASCII where the course is.

    Before 3.13, Python reads the line that pip wrote in the locale's encoding, in
    which a folder's name may be an error or another name. A line that is code can
    spell any name in ASCII.
    """
    packages = sysconfig.get_path("purelib", "venv", {"base": VENV})
    for path in glob.glob(os.path.join(packages, "*autoencoder_course*.pth")):
        with open(path, "w", encoding="ascii") as file:
            file.write("import sys; sys.path.append(" + ascii(ROOT) + ")\n")


def write_jupyter_settings():
    """Let JupyterLab start without asking whether it may show news."""
    folder = os.path.join(VENV, "share", "jupyter", "lab", "settings")
    os.makedirs(folder, exist_ok=True)
    notification = {"fetchNews": "false", "checkForUpdates": False}
    settings = {"@jupyterlab/apputils-extension:notification": notification}
    with open(os.path.join(folder, "overrides.json"), "w") as file:
        json.dump(settings, file)


def write_kernel_settings():
    """Let kernels not tell their exact Python version.

    JupyterLab writes it into a notebook that it opens, which then is unsaved before
    anything was done.
    """
    folder = os.path.join(VENV, "etc", "ipython")
    os.makedirs(folder, exist_ok=True)
    line = "get_ipython().kernel.language_info.pop('version', None)"
    with open(os.path.join(folder, "ipython_kernel_config.py"), "w") as file:
        file.write("c.IPKernelApp.exec_lines = [%r]\n" % line)


def say(text):
    """Print at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(command, cwd=ROOT):
    """Run a command, in the course's folder unless said, and keep what it prints."""
    return subprocess.run(
        command,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def venv_reason(output, version):
    """One line on why venv failed, from what it printed."""
    if "ensurepip is not available" in output:
        return "on Debian or Ubuntu, sudo apt install python" + version + "-venv"
    return last_line(output)


def pip_reason(output):
    """One line on why pip failed, from what it printed."""
    if "No space left on device" in output:
        return "there is no space left on the disk."
    signs = ("NewConnectionError", "NameResolutionError", "ConnectTimeoutError")
    signs += ("Failed to establish a new connection", "ProxyError", "SSLError")
    if any(sign in output for sign in signs):
        return "the package index cannot be reached. Is there a network?"
    lines = [line.strip() for line in output.splitlines()]
    # Of a package that pip had to build, the reason stands below a first "error:".
    errors = [line for line in lines if line.startswith("ERROR:")]
    errors += [line for line in lines if line.startswith("error:")]
    first = errors[0] if errors else "pip gave no reason."
    if "from versions: none" in first:
        first += " Either nothing is published for this system (%s, Python %d.%d)" % (
            (sysconfig.get_platform(),) + sys.version_info[:2]
        )
        first += ", or the package index cannot be reached."
    return first + " All that pip printed is in " + LOG


def last_line(output):
    """Return the last line that says something."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return lines[-1] if lines else "it gave no reason."


if __name__ == "__main__":
    main()
