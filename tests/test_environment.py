"""Pins, ranges and the installer agree, and say in one line what is wrong."""

import re
import shutil
import subprocess
import sys
import tomllib

import install
import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet


@pytest.fixture
def project(root):
    with open(root / "pyproject.toml", "rb") as file:
        return tomllib.load(file)["project"]


def by_name(lines):
    """Return {(name, marker): requirement}."""
    requirements = [Requirement(line) for line in lines]
    return {(r.name, str(r.marker or "")): r for r in requirements}


def test_every_range_has_a_pin_inside_it(root, project):
    lines = (root / "requirements.txt").read_text().splitlines()
    lines = [line for line in lines if not line.startswith("#")]
    assert "-e ." in lines
    pins = by_name(line for line in lines if line != "-e .")

    ranges = by_name(project["dependencies"])
    for extra in project["optional-dependencies"].values():
        ranges |= by_name(extra)
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


def test_readme_has_the_lines_to_type(root):
    readme = (root / "README.md").read_text(encoding="utf-8")
    for line in (
        "make lab",
        "make test",
        "python -m pip install -r requirements.txt",
        "conda env create --file environment.yml",
        r".venv\Scripts\activate",
        "pytest --nbval",
    ):
        assert line in readme


@pytest.mark.parametrize("version", [(3, 10, 4), (3, 14, 0)])
def test_wrong_python_is_one_line(version, monkeypatch):
    monkeypatch.setattr(sys, "version_info", version)
    with pytest.raises(
        SystemExit, match=rf"needs Python 3.11.*is Python 3.{version[1]}"
    ):
        install.main()


def test_full_disk_is_one_line(monkeypatch):
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


def test_install_stops_without_network(root, tmp_path):
    """For real: an installation that can reach no package index says so in a line."""
    for name in ("requirements.txt", "pyproject.toml"):
        shutil.copy(root / name, tmp_path)
    (tmp_path / "scripts").mkdir()
    shutil.copy(root / "scripts" / "install.py", tmp_path / "scripts")
    nowhere = "http://127.0.0.1:9/simple"
    environment = {"PIP_INDEX_URL": nowhere, "PIP_RETRIES": "0", "PATH": "/usr/bin"}
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
