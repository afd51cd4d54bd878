"""The files for a JupyterHub say what docs/hub.md says, in names that exist."""

import os
import re
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT
from jupyter_core.paths import jupyter_config_path
from jupyter_server.services.config import ConfigManager
from jupyterlab_server.config import get_static_page_config
from nbgrader.apps import NbGrader
from nbgrader.exchange.default import Exchange
from traitlets.config import PyFileConfigLoader

HUB = ROOT / "exercises" / "hub"
PAGE = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
FORMGRADER = "nbgrader.server_extensions.formgrader"


def load(path):
    return PyFileConfigLoader(path.name, str(path.parent)).load_config()


@pytest.fixture
def tools(tmp_path, monkeypatch):
    """A function that returns the tools which JupyterLab shows to a student, or not."""
    everybody = tmp_path / "everybody"
    installed = Path(sys.prefix, "etc", "jupyter", "jupyter_server_config.d")
    shutil.copytree(installed, everybody / "jupyter_server_config.d")
    shutil.copytree(HUB / "everybody", everybody, dirs_exist_ok=True)
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path / "nothing"))

    def tools_of(*folders):
        paths = os.pathsep.join(map(str, [*folders, everybody]))
        monkeypatch.setenv("JUPYTER_CONFIG_PATH", paths)
        manager = ConfigManager(read_config_path=jupyter_config_path())
        server = manager.get("jupyter_server_config")["ServerApp"]
        page = get_static_page_config(level="all")
        return server["jpserver_extensions"], page["disabledExtensions"]

    return tools_of


def test_the_tools_of_instructors_are_theirs(tools):
    server, disabled = tools()
    assert not server[FORMGRADER]
    assert disabled["@jupyter/nbgrader:formgrader"]
    assert disabled["@jupyter/nbgrader:create-assignment"]
    assert server["nbgrader.server_extensions.assignment_list"]
    assert not disabled.get("@jupyter/nbgrader:assignment-list")
    server, disabled = tools(HUB / "instructor")
    assert server[FORMGRADER]
    assert not disabled["@jupyter/nbgrader:formgrader"]
    assert not disabled["@jupyter/nbgrader:create-assignment"]


def test_the_tools_exist(tools):
    """A name that nbgrader no longer has would turn nothing off."""
    server, disabled = tools()
    package = Path(find_spec("nbgrader").origin).parent
    scripts = package.glob("labextension/static/*.js")
    plugins = "".join(path.read_text(encoding="utf-8") for path in scripts)
    for name in disabled:
        assert not name.startswith("@jupyter/nbgrader") or f'"{name}"' in plugins, name
    for name in server:
        assert find_spec(name), name


def test_nbgrader_knows_every_option():
    known = {
        f"{x.__name__}.{option}"
        for x in NbGrader().all_configurable_classes()
        for option in x.class_trait_names(config=True)
    }
    known |= {f"Exchange.{x}" for x in Exchange.class_trait_names(config=True)}
    everybody = load(HUB / "everybody" / "nbgrader_config.py")
    instructor = load(HUB / "instructor" / "nbgrader_config.py")
    for config in (everybody, instructor):
        assert {f"{x}.{y}" for x in config for y in config[x]} <= known
    course = load(ROOT / "exercises" / "nbgrader_config.py")
    assert everybody.CourseDirectory == course.CourseDirectory
    assert f"-o instructor {everybody.Exchange.root}\n" in PAGE
    assert instructor.CourseDirectory.root == str(Path.home() / "exercises")


def test_the_page_says_what_the_hub_does():
    config = load(HUB / "jupyterhub_config.py")
    limit, size = re.fullmatch(r"(--data)=(\d+)", config.Spawner.cmd[1]).groups()
    assert (limit, int(size)) == ("--data", 4 * 2**30)
    assert "4 GiB" in PAGE
    assert config.JupyterHub.services[0]["command"][-1] == "--timeout=3600"
    assert "after an hour" in PAGE
    assert set(config.Spawner.environment.values()) == {"1"}
    for group in config.PAMAuthenticator.allowed_groups:
        assert f"--groups {group} " in PAGE


def test_jupyterhub_knows_every_option():
    """Where JupyterHub is installed, which the course does not need by itself."""
    hub = pytest.importorskip("jupyterhub", reason="JupyterHub is not installed")
    from jupyterhub.app import JupyterHub
    from jupyterhub.auth import PAMAuthenticator
    from jupyterhub.spawner import LocalProcessSpawner

    classes = {
        "JupyterHub": JupyterHub,
        "PAMAuthenticator": PAMAuthenticator,
        "Spawner": LocalProcessSpawner,
    }
    config = load(HUB / "jupyterhub_config.py")
    for name, options in config.items():
        assert options.keys() <= set(classes[name].class_trait_names(config=True))
    assert f"jupyterhub=={hub.__version__}" in PAGE
