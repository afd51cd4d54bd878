"""Pins, ranges and the installer agree, and say in one line what is wrong."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata

import install
import nbformat
import pytest
import set_repository
from conftest import WORKERS
from jupyter_client.manager import start_new_kernel
from nbclient import NotebookClient
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from course_utils import quiet_startup, startup


@pytest.mark.skipif(not WORKERS, reason="there is one process only")
def test_workers_have_no_more_threads_than_cores():
    threads, workers = int(os.environ["OMP_NUM_THREADS"]), int(WORKERS)
    assert threads * workers <= max(workers, os.cpu_count())


@pytest.fixture
def project(root):
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]


def by_name(lines):
    """Return {(name, marker): requirement}."""
    requirements = [Requirement(line) for line in lines]
    return {(r.name, str(r.marker or "")): r for r in requirements}


@pytest.mark.parametrize(
    ("name", "extras", "other"),
    [
        ("requirements.txt", ["lessons"], "-e ."),
        ("requirements-dev.txt", ["applications", "test"], "-r requirements.txt"),
    ],
)
def test_every_range_has_a_pin_inside_it(root, project, name, extras, other):
    lines = (root / name).read_text().splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    assert other in lines
    pins = by_name(line for line in lines if line != other)

    needed = [] if name.endswith("-dev.txt") else project["dependencies"]
    for extra in extras:
        needed += project["optional-dependencies"][extra]
    ranges = by_name(needed)
    assert pins.keys() == ranges.keys()
    for key, pin in pins.items():
        (specifier,) = pin.specifier
        assert specifier.operator == "==", pin
        assert specifier.version in ranges[key].specifier, pin


def test_conda_leads_to_the_same_pins(root, project):
    text = (root / "environment.yml").read_text()
    assert "- -r requirements.txt" in text
    python = re.search(r"- python=(\S+)", text).group(1)
    assert f"{python}.0" in SpecifierSet(project["requires-python"])


def test_binder_and_containers_lead_to_the_same_pins(root, project):
    assert (root / ".binder/requirements.txt").read_text() == "-r ../requirements.txt\n"
    container = json.loads((root / ".devcontainer/devcontainer.json").read_text())
    assert container["postCreateCommand"] == "make .venv/installed"
    image = container["image"].removeprefix("python:")
    binder = (root / ".binder/runtime.txt").read_text().strip().removeprefix("python-")
    for python in (image, binder):
        assert f"{python}.0" in SpecifierSet(project["requires-python"])


def test_readme_has_the_lines_to_type(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    for line in (
        "make lab",
        "make test",
        "python scripts/install.py",
        "python scripts/install.py dev",
        "conda env create --file environment.yml",
        "source .venv/bin/activate",
        r".venv\Scripts\activate",
        "pytest --nbval",
    ):
        assert line in readme


@pytest.fixture
def nothing_is_run(monkeypatch):
    """Let the installer stop where it would begin to run commands."""

    def run(command):
        raise AssertionError(f"it would have run {command}")

    monkeypatch.setattr(install, "run", run)


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0)])
def test_wrong_python_is_one_line(version, monkeypatch, nothing_is_run):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(
        SystemExit, match=rf"needs Python 3.11.*is Python 3.{version[1]}"
    ):
        install.main()


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 5)])
def test_right_python_is_accepted(version, monkeypatch, nothing_is_run):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(AssertionError, match="it would have run .*venv"):
        install.main()


def test_full_disk_is_one_line(monkeypatch, nothing_is_run):
    usage = shutil.disk_usage(".")._replace(free=10**9)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(SystemExit, match=r"needs 4 GB.*only 1.0 GB are free"):
        install.main()


@pytest.fixture
def failing_pip(monkeypatch, tmp_path):
    """Let pip fail with a given output, and nothing be installed."""

    def fail_with(output):
        def run(command):
            failed = "pip" in command
            return subprocess.CompletedProcess(command, int(failed), stdout=output)

        monkeypatch.setattr(install, "run", run)
        monkeypatch.setattr(install, "LOG", str(tmp_path / "install.log"))
        with pytest.raises(SystemExit) as stopped:
            install.main()
        return str(stopped.value)

    return fail_with


def test_failing_pip_is_one_line(failing_pip):
    assert "no space left" in failing_pip("OSError: [Errno 28] No space left on device")
    offline = "WARNING: Retrying ... NewConnectionError('...')\nERROR: No matching"
    assert "Is there a network?" in failing_pip(offline)
    other = failing_pip("ERROR: something else\nERROR: more")
    assert "ERROR: something else" in other
    assert "\n" not in other
    no_wheel = (
        "error: subprocess-exited-with-error\n  ERROR: Could not find a version that "
        "satisfies the requirement tensorflow==2.21.0 (from versions: none)\n"
    )
    said = failing_pip(no_wheel)
    assert "requirement tensorflow==2.21.0" in said
    assert re.search(
        r"nothing is published for this system \(\S+, Python 3\.\d+\)", said
    )
    assert "or the package index cannot be reached" in said


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            "The virtual environment was not created successfully because ensurepip "
            "is not available.  On Debian/Ubuntu\nsystems, you need to install ...",
            r"on Debian or Ubuntu, sudo apt install python3\.\d+-venv",
        ),
        ("Error: [Errno 13] Permission denied: '/x/.venv'\n", "Permission denied"),
        ("", "gave no reason"),
    ],
)
def test_failing_venv_says_its_own_reason(output, said, monkeypatch):
    monkeypatch.setattr(
        install, "run", lambda command: subprocess.CompletedProcess(command, 1, output)
    )
    with pytest.raises(SystemExit, match=f"Python could not make .venv: .*{said}"):
        install.main()


def copy_installer(root, folder):
    """Copy what `python scripts/install.py` needs into another folder."""
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(root / name, folder)
    (folder / "scripts").mkdir()
    shutil.copy(root / "scripts" / "install.py", folder / "scripts")


@pytest.mark.skipif(os.name == "nt", reason="Windows allows no colon in a name")
def test_a_folder_with_a_colon_is_named(root, tmp_path):
    """For real: venv refuses, and its reason is passed on."""
    folder = tmp_path / "a:b"
    folder.mkdir()
    copy_installer(root, folder)
    done = subprocess.run(
        [sys.executable, folder / "scripts" / "install.py"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "because it contains the PATH separator :" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_folder_beyond_ascii_is_found_in_any_locale(tmp_path, monkeypatch):
    """What pip writes of an editable install is replaced: here, in another venv."""
    root = tmp_path / "Kurs Übung (1)"
    (root / "course_utils").mkdir(parents=True)
    (root / "course_utils" / "__init__.py").touch()
    monkeypatch.setattr(install, "ROOT", str(root))
    monkeypatch.setattr(install, "VENV", str(root / ".venv"))
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", root / ".venv"])
    (packages,) = (root / ".venv").rglob("site-packages")
    line = packages / "_editable_impl_autoencoder_course.pth"
    line.write_text(str(root), encoding="utf-8")
    install.write_path()
    (python,) = (root / ".venv").glob("*/python")
    for locale in ("C", "C.UTF-8", "de_DE.ISO-8859-1"):
        done = subprocess.run(
            [python, "-c", "import course_utils; print(ascii(course_utils.__file__))"],
            cwd=tmp_path,
            env={"LC_ALL": locale},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert ascii("Kurs Übung (1)").strip("'") in done.stdout


def test_jupyter_shows_no_news(tmp_path, monkeypatch):
    monkeypatch.setattr(install, "VENV", str(tmp_path))
    install.write_jupyter_settings()
    (path,) = tmp_path.rglob("overrides.json")
    assert path.parent == tmp_path / "share" / "jupyter" / "lab" / "settings"
    assert json.loads(path.read_text()) == {
        "@jupyterlab/apputils-extension:notification": {
            "fetchNews": "false",
            "checkForUpdates": False,
        }
    }


def test_a_notebook_that_is_opened_is_not_unsaved(root, tmp_path, monkeypatch):
    """JupyterLab writes into it what the kernel says of its language."""
    monkeypatch.setattr(install, "VENV", str(tmp_path))
    install.write_kernel_settings()
    # Where a kernel looks: etc/ipython of its environment, or this folder.
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "home"))
    (tmp_path / "home" / "profile_default").mkdir(parents=True)
    shutil.copy(
        tmp_path / "etc" / "ipython" / "ipython_kernel_config.py",
        tmp_path / "home" / "profile_default",
    )
    manager, client = start_new_kernel()
    said = client.kernel_info(reply=True, timeout=60)["content"]["language_info"]
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    assert "version" not in said
    folders = ("notebooks", "exercises/source/*", "exercises/release/*")
    paths = [path for x in folders for path in root.glob(f"{x}/*.ipynb")]
    assert len(paths) >= 45
    for path in paths:
        metadata = nbformat.read(path, as_version=4).metadata
        assert metadata.language_info == said, path.name
        assert metadata.kernelspec.name == "python3", path.name


def test_install_stops_without_network(root, tmp_path):
    """For real: an installation that can reach no package index says so in a line."""
    copy_installer(root, tmp_path)
    nowhere = "http://127.0.0.1:9/simple"
    environment = {"PIP_INDEX_URL": nowhere, "PIP_RETRIES": "1", "PATH": "/usr/bin"}
    environment |= {"PIP_CONFIG_FILE": "/dev/null"}
    done = subprocess.run(
        [sys.executable, tmp_path / "scripts" / "install.py"],
        capture_output=True,
        text=True,
        env=environment,
    )
    assert done.returncode == 1
    assert done.stderr == (
        "The installation failed: the package index cannot be reached. "
        "Is there a network?\n"
    )
    assert not (tmp_path / ".venv" / "installed").exists()


def test_an_unsupported_keras_is_one_message(project, monkeypatch):
    (keras,) = [
        requirement
        for line in project["optional-dependencies"]["lessons"]
        if (requirement := Requirement(line)).name == "keras"
    ]
    oldest = ".".join(map(str, startup.OLDEST_KERAS))
    assert str(keras.specifier) == f">={oldest}"

    monkeypatch.setattr(metadata, "version", lambda name: "2.15.0")
    with pytest.raises(ImportError, match=r"needs Keras 3\.12.*has Keras 2\.15\.0"):
        with quiet_startup():
            pass

    def not_found(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", not_found)
    with pytest.raises(ImportError, match="has no Keras"), quiet_startup():
        pass


def run_cell(source, folder):
    """Run one cell in a kernel; return the error's text as a notebook shows it."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, resources=resources, allow_errors=True).execute()
    (error,) = [o for o in notebook.cells[0].outputs if o.output_type == "error"]
    return "\n".join(error["traceback"])


def test_a_notebook_shows_a_message_and_no_stack_trace(tmp_path):
    old_keras = """
from importlib import metadata
from course_utils import quiet_startup
metadata.version = lambda name: "2.15.0"
with quiet_startup():
    import keras
"""
    shown = run_cell(old_keras, tmp_path)
    assert shown.startswith("UnsupportedKerasError: The course needs Keras 3.12")
    assert "\n" not in shown

    setup = set_repository.setup_cell("").replace("course_utils", "no_such_course")
    shown = run_cell(setup, tmp_path)
    assert "the kernel is not that of the course: start Jupyter with" in shown
    assert "No module named 'no_such_course'" in shown
