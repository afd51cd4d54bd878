"""Files of the project agree with each other, and name only what is there."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata

import nbformat
import pytest
from conftest import FIRST, ROOT
from documents import SECTIONS
from nbval.plugin import get_sanitize_patterns
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))
EXERCISES = sorted(ROOT.glob("exercises/source/*/*.ipynb"))
RELEASES = sorted(ROOT.glob("exercises/release/*/*.ipynb"))
DOCUMENTS = sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("[!.]*/*.md"))
# Everything that may say something about Python or name a command.
PATTERNS = "*.md [!.]*/*.md *.txt *.yml *.toml Makefile .ci/run .github/workflows/*.yml"
PATTERNS += " tests/*.txt scripts/*.py exercises/*.py course_utils/**/*.py data/*.py"
TEXTS = [p for pattern in PATTERNS.split() for p in sorted(ROOT.glob(pattern))]
NOTEBOOKS = LESSONS + EXERCISES + RELEASES


def read(path):
    return (ROOT / path).read_text(encoding="utf-8")


def name(path):
    return f"{path.parent.name}/{path.name}"


PYPROJECT = tomllib.loads(read("pyproject.toml"))
MAKEFILE = read("Makefile")
WORKFLOW = read(".github/workflows/test.yml")
CONTRIBUTING = read("CONTRIBUTING.md")
RANGE = SpecifierSet(PYPROJECT["project"]["requires-python"])
PYTHONS = [f"3.{minor}" for minor in range(50) if f"3.{minor}" in RANGE]

with_make = pytest.mark.skipif(not shutil.which("make"), reason="there is no make")
with_git = pytest.mark.skipif(
    not (ROOT / ".git").exists(), reason="the course is not a git repository here"
)


# The Python range.


def test_pythons_are_said_in_full_where_a_reader_looks():
    said = f"{', '.join(PYTHONS[:-1])} or {PYTHONS[-1]}"
    assert f"You need Python {said}," in read("README.md")
    assert f"The course needs Python {said}." in MAKEFILE
    assert f"The course needs Python {said};" in read("scripts/install.py")
    assert f"Python {said}." in read("requirements.txt")


@pytest.mark.parametrize("path", TEXTS + NOTEBOOKS, ids=name)
def test_every_mention_of_a_python_is_one_that_is_supported(path):
    mention = r"(?i)python[^\d\n]{0,12}?(3\.\d+(?:(?:, | or | and )3\.\d+)*)(.{0,12})"
    for versions, after in re.findall(mention, path.read_text(encoding="utf-8")):
        listed = re.findall(r"3\.\d+", versions)
        assert set(listed) <= set(PYTHONS), versions
        assert len(listed) == 1 or listed == PYTHONS, versions
        assert not re.match(r"\+|,? (or|and) [a-z]", after), versions + after


def test_programs_ask_for_the_same_pythons():
    first, last = (version.replace(".", ", ") for version in (PYTHONS[0], PYTHONS[-1]))
    asked = f"({first}) <= sys.version_info[:2] <= ({last})"
    assert MAKEFILE.count(asked) == read("scripts/install.py").count(asked) == 1
    (tried,) = re.findall(r"for python in (.*); do", MAKEFILE)
    newest_first = [f"python{version}" for version in reversed(PYTHONS)]
    assert tried.split() == ["python3", *newest_first, "python"]
    quoted = ", ".join(f'"{version}"' for version in PYTHONS)
    assert f"python: [{quoted}]" in WORKFLOW


# The commands.


def make(*arguments):
    """Return what make prints, as if nobody had called it before this test."""
    inherited = ("ARGS", "MAKEFLAGS", "MAKELEVEL", "PYTHON")
    environment = {k: v for k, v in os.environ.items() if k not in inherited}
    command = ["make", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment
    )
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines()]


# What says that the environment is there: for learners, and for everybody else.
STAMPS = (".venv/installed", ".venv/dev")


@pytest.fixture(scope="module")
def commands():
    """What each target of the Makefile would run, {target: lines}."""
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    dry = ("--always-make", "--dry-run")
    there = [word for stamp in STAMPS for word in ("-o", stamp)]
    found = {target: make(*dry, *there, target) for target in phony.split()}
    found[STAMPS[0]] = make(*dry, STAMPS[0])
    found[STAMPS[1]] = make(*dry, "-o", STAMPS[0], STAMPS[1])
    return found


@with_make
def test_make_test_runs_everything_and_compares_it(commands):
    pytest_ = ".venv/bin/python -m pytest --nbval -n 3"
    assert commands["test"] == [pytest_]
    # What else pytest is told could leave something out, too.
    options = PYPROJECT["tool"]["pytest"]["ini_options"]
    assert options.keys() == {"testpaths", "addopts"}
    assert set(options["addopts"].split()) == {
        "--nbval-current-env",
        "--nbval-cell-timeout=600",
        "--durations=10",
        "--dist=loadfile",
        "--no-loadscope-reorder",
    }
    for stack in ("oldest", "newest", "colab"):
        command = f"{pytest_.replace('.venv', f'.stacks/{stack}')} notebooks"
        assert commands[stack][-1] == f"{command} exercises/source"


def test_pytest_finds_every_cell_and_every_test():
    command = [sys.executable, "-m", "pytest", "--nbval", "--collect-only", "-q"]
    command += ["-p", "no:cacheprovider"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST")}
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, env=environment
    )
    lines = done.stdout.splitlines()
    # Bytes in a name may hold a time; then workers find different tests, and stop.
    assert [line for line in lines if re.search(r"\\x[01]", line)] == []
    # The longest come first.
    assert lines[0].startswith(FIRST[0])
    found = {line.partition("[")[0] for line in lines}
    for path in LESSONS + EXERCISES:
        cells = nbformat.read(path, as_version=4).cells
        for number in range(sum(cell.cell_type == "code" for cell in cells)):
            assert f"{path.relative_to(ROOT).as_posix()}::Cell {number}" in found
    for path in ROOT.glob("tests/test_*.py"):
        for test in re.findall(r"^def (test_\w+)", read(path), re.MULTILINE):
            # These need a browser, and are skipped as a whole without.
            if path.name not in ("test_browser.py", "test_site.py"):
                assert f"tests/{path.name}::{test}" in found


@with_make
def test_a_command_that_fails_stops_make(commands):
    assert not re.search(r"(?m)^\t@?-|^\.IGNORE|MAKEFLAGS", MAKEFILE)
    for target in commands.keys() - set(STAMPS):
        assert not re.search(r"\|\||;|&", "\n".join(commands[target])), target


@with_make
def test_make_alone_lists_every_command(commands):
    listed = [line.split()[1] for line in make()]
    assert listed == [target for target in commands if target not in STAMPS]


@with_make
def test_makefile_names_what_is_there(commands):
    for target, lines in commands.items():
        for word in shlex.split("\n".join(lines).replace("'", "")):
            place = word.split("=/lab/tree/")[-1]
            is_file = re.fullmatch(r"[a-zA-Z][\w/]*\.[a-z]+", place)
            if is_file or place in ("notebooks", "exercises/source") or place != word:
                assert (ROOT / place).exists(), (target, word)
        if target == "dev":
            assert "\ndev: .venv/dev " in MAKEFILE
        elif target != "lab" and ".venv/bin/" in lines[-1]:
            assert re.search(rf"\n{target}: \.venv/(dev|installed) ", MAKEFILE)
    assert "\nlab: .venv/installed " in MAKEFILE
    assert commands[".venv/installed"][-1].endswith(" scripts/install.py")
    assert commands[".venv/dev"][-1].endswith(" scripts/install.py dev")


@with_make
def test_commands_in_contributing_are_those_of_the_makefile(commands):
    """What the table calls the same by hand is the same."""
    rows = re.findall(r"^\| `make (\w+)` \| (.*?) \|", CONTRIBUTING, re.MULTILINE)
    assert {target for target, _ in rows} == commands.keys() - {
        *("help", "lab", "dev", *STAMPS)
    }
    for target, said in rows:
        text = "\n".join(commands[target])
        if said.startswith("`"):
            text = text.replace(".venv/bin/", "").replace("python -m pytest", "pytest")
            assert re.findall("`(.*?)`", said) == text.splitlines()
        else:
            assert f"--python {said} " in text


@with_make
def test_other_versions_are_what_they_say(commands):
    assert f"--python {PYTHONS[0]} " in commands["oldest"][0]
    assert f"--python {PYTHONS[-1]} " in commands["newest"][0]
    for stack, choice in {
        "oldest": '--resolution lowest-direct -e ".[lessons,applications,test]"',
        "newest": '--upgrade -e ".[lessons,applications,test]"',
        "colab": '--constraint tests/colab.txt -e ".[lessons,applications,test]"',
        "backends": "-r requirements-dev.txt jax torch",
    }.items():
        environment, packages, tests = commands[stack]
        assert environment.endswith(f" .stacks/{stack}")
        assert packages.endswith(f" --python .stacks/{stack} {choice}")
        assert tests.startswith(f".stacks/{stack}/bin/python -m pytest ")
    extras = PYPROJECT["project"]["optional-dependencies"].keys()
    assert extras == {"lessons", "applications", "test"}


@with_make
@pytest.mark.parametrize("path", TEXTS + NOTEBOOKS, ids=name)
def test_commands_that_are_named_exist(path, commands):
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"(?m)(?:`|^|run: |: )make (\.?[a-z/]+)", text):
        assert target in commands
    for script in re.findall(r"python ((?:\w+/)*\w+\.py)", text):
        assert (ROOT / script).exists() or (path.parent / script).exists(), script


def test_readme_has_the_commands_to_start_with():
    for line in ("make lab", "make test"):
        assert re.search(rf"^{line}\b", read("README.md"), re.MULTILINE)


# The workflow, and what must hold before a change is accepted.


@with_make
def test_workflow_runs_every_kind_of_test(commands):
    lists = dict(re.findall(r"^ +(\w+): \[(.*)\]$", WORKFLOW, re.MULTILINE))
    stacks = lists["stack"].split(", ")
    assert sorted(stacks) == sorted(t for t in commands if ".stacks/" in commands[t][0])
    lessons = [path.name[:2] for path in LESSONS]
    assert lists["lesson"] == ", ".join(f'"{number}"' for number in lessons)
    assert [path.name[:2] for path in EXERCISES] == lessons

    runs = re.findall(r"^ +- run: (.*)$", WORKFLOW, re.MULTILINE)
    place = "${{ matrix.lesson }}_*"
    assert f'make test ARGS="notebooks/{place} exercises/source/{place}"' in runs
    assert {"make test", "make lint", "make ${{ matrix.stack }}"} <= set(runs)
    for path in re.findall(r"\b(?:tests|scripts)/\S+\.py", WORKFLOW):
        assert (ROOT / path).exists(), path
    assert re.search(r"^  push:\n  pull_request:\n  schedule:$", WORKFLOW, re.MULTILINE)
    for word in ("continue-on-error", "||", " if:", "paths", "branches"):
        assert word not in WORKFLOW


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_acceptance_is_make_test(tmp_path):
    """A `make` that only notes how it was called: it is run here, and must succeed."""
    for status in (0, 3):
        pretended = tmp_path / "make"
        pretended.write_text(f'#!/bin/sh\necho "$PWD: $*"\nexit {status}\n')
        pretended.chmod(0o755)
        path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [ROOT / ".ci" / "run"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": path},
        )
        assert done.stdout == f"{ROOT}: test\n"
        assert done.returncode == status


# Packages.


def requirements(lines):
    parsed = [Requirement(line) for line in lines if not line.startswith(("#", "-"))]
    return [r for r in parsed if r.marker is None or r.marker.evaluate()]


def test_the_container_of_a_worker_has_what_a_worker_imports():
    dockerfile = read("exercises/Dockerfile")
    copied = re.findall(r"^COPY (.+) \S+$", dockerfile, re.MULTILINE)
    assert all((ROOT / file).exists() for line in copied for file in line.split())
    (installed,) = re.findall(r"pip install .*-r (\S+)", dockerfile)
    texts = [read(file) for file in (installed, "requirements.txt")]
    assert "-r requirements.txt" in texts[0]
    names = {Requirement(x).name for t in texts for x in re.findall(r"^\w.*", t, re.M)}
    assert names >= {"nbgrader", "distributed", "nbclient", "nbformat", "keras"}


def test_pins_are_what_is_installed():
    """Otherwise the tests say nothing about the pins: remove .venv, `make test`."""
    files = ("requirements.txt", "requirements-dev.txt")
    for pin in requirements(line for name in files for line in read(name).splitlines()):
        assert str(pin.specifier) == f"=={metadata.version(pin.name)}", pin.name


def test_ranges_allow_the_versions_of_colab():
    project = PYPROJECT["project"]
    extras = project["optional-dependencies"].values()
    ranges = {
        requirement.name: requirement.specifier
        for lines in (project["dependencies"], *extras)
        for requirement in map(Requirement, lines)
    }
    for pin in map(Requirement, re.findall(r"(?m)^[^#\n]+", read("tests/colab.txt"))):
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert specifier.version in ranges[pin.name], pin


def test_conda_makes_the_environment_that_the_readme_activates():
    (made,) = re.findall(r"^name: (\S+)$", read("environment.yml"), re.MULTILINE)
    assert f"conda activate {made}\n" in read("README.md")
    assert f"conda activate {made}\n" in read("environment.yml")


# Links.


def prose(path):
    """Return the Markdown of a document or notebook without code and formulas."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        cells = nbformat.reads(text, as_version=4).cells
        text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
    return re.sub(r"(?s)```.*?```|\$\$.*?\$\$|\$[^$\n]+\$", "", text)


def anchors(path):
    """Return what a link may name behind `#`: headings, as GitHub and Jupyter do."""
    found = set()
    for heading in re.findall(r"(?m)^#+ (.+?) *$", prose(path)):
        heading = re.sub(r"[`*]|\[|\]\(.*?\)", "", heading)
        if path.suffix == ".ipynb":
            found.add(heading.replace(" ", "-"))
        else:
            found.add(re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-"))
    return found | set(re.findall(r'id="([^"]+)"', prose(path)))


@pytest.mark.parametrize("path", DOCUMENTS + NOTEBOOKS, ids=name)
def test_links_lead_somewhere(path):
    text = re.sub("`[^`\n]+`", "", prose(path))
    links = re.findall(r"\]\(([^)\s]*)[^)]*\)", text)
    links += re.findall(r"^\[[^\]]+\]: (\S+)", text, re.MULTILINE)
    links += re.findall(r'(?:src|href)="([^"]*)"', text)
    for link in links:
        if re.match("https?:", link):
            assert re.fullmatch(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?(/\S*)?", link), link
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.is_relative_to(ROOT), link
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link
    # Every link that was begun is one.
    assert not re.search(r"\]\s+\((?:https?:|\.\./)|\]\(\s*\)", text)


def test_readme_lists_every_lesson_with_its_exercise():
    row = r"^\| (\d+) \| \[(.+?)\]\(notebooks/(\w+)\.ipynb\) \|(.*)$"
    rows = re.findall(row, read("README.md"), re.MULTILINE)
    assert [stem for _, _, stem, _ in rows] == [path.stem for path in LESSONS]
    assert [path.stem for path in EXERCISES] == [path.stem for path in LESSONS]
    for (number, title, stem, rest), path in zip(rows, LESSONS, strict=True):
        first = nbformat.read(path, as_version=4).cells[0].source
        assert first.startswith(f"# {number}. {title}\n")
        assert f"{int(stem[:2])}" == number
        assert f"(exercises/release/{stem}/{stem}.ipynb)" in rest
        assert f'"docs/{stem}_thumbnail.png"' in rest


@pytest.mark.parametrize("path", DOCUMENTS, ids=name)
def test_files_named_in_texts_exist(path):
    """A file or folder is there, or is made by a command and ignored by git."""
    made = {ROOT / line for line in read(".gitignore").splitlines()}
    for word in re.findall(r"`([\w./-]+)`", path.read_text(encoding="utf-8")):
        folder, slash, _ = word.partition("/")
        in_the_course = slash and folder != "." and (ROOT / folder).is_dir()
        is_folder = re.fullmatch(r"[\w.]+/", word)
        is_file = re.fullmatch(r"[\w.-]+\.(toml|txt|yml|md|py|ipynb|json)", word)
        if in_the_course or is_folder or is_file:
            places = {ROOT / word, path.parent / word}
            assert places & made or any(p.exists() for p in places), word


# The comparison of outputs.


def test_runs_use_the_sanitiser_and_describe_figures(request):
    used = request.config.option.nbval_sanitize_with
    assert used == str(ROOT / "tests" / "nbval_sanitize.cfg")
    startup = os.environ["PYTHONSTARTUP"]
    assert startup == str(ROOT / "scripts" / "describe_figures.py")


def test_the_sanitiser_hides_no_numbers():
    text = read("tests/nbval_sanitize.cfg")
    lines = [line for line in text.splitlines() if line.startswith(("regex", "repl"))]
    for regex, replacement in zip(lines[::2], lines[1::2], strict=True):
        assert f"{regex}\n{replacement}\n" in text
        assert regex.startswith("regex: ^.*")
        assert replacement.startswith("replace: (")
    patterns = get_sanitize_patterns(text)
    assert len(patterns) == len(lines) // 2 == text.count(": ^")

    def sanitised(text):
        for regex, replacement in patterns:
            text = re.sub(regex, replacement, text, flags=re.MULTILINE)
        return text

    kept = ["test error 0.0119 per pixel", "train (55000, 784) float32", "-3e-05", "7"]
    for path in LESSONS + EXERCISES:
        for cell in nbformat.read(path, as_version=4).cells:
            for output in cell.get("outputs", []):
                texts = [output.get("text", ""), *output.get("data", {}).values()]
                kept += [text for text in texts if isinstance(text, str)]
    for output in kept:
        assert sanitised(output) == output
    assert sanitised("100%|██| 2/2 [00:01<00:00, 1.9epoch/s]") == "(progress bar)"
    assert sanitised("VBox((FloatSlider(value=0.0),))") == "(sliders)"


# Git and licences.


@with_git
def test_git_ignores_what_is_made_and_nothing_else():
    def git(*arguments):
        command = ["git", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        return done.stdout.splitlines()

    assert git("ls-files", "--cached", "--ignored", "--exclude-standard") == []
    new = "notebooks/09_x.ipynb exercises/source/09_x/09_x.ipynb tests/test_x.py"
    new += " exercises/release/09_x/09_x.ipynb course_utils/x.py course_utils/x/y.py"
    new += " docs/x.png docs/x.toml docs/x.md data/x/y.gz scripts/x.py tests/x.cfg"
    new += " .github/workflows/x.yml x.md x.txt x.toml x.yml"
    assert git("check-ignore", "--no-index", *new.split()) == []
    made = (
        ".venv/x .check.json .sweep/x .stacks/x html/index.html exercises/gradebook.db"
    )
    made += " exercises/submitted/x exercises/autograded/x exercises/feedback/x"
    made += " exercises/students.csv exercises/graded/x exercises/grades/x"
    made += " course_utils/__pycache__/x notebooks/.ipynb_checkpoints/x"
    assert git("check-ignore", "--no-index", *made.split()) == made.split()


# What the data may be used under, besides MIT, and how data/README.md names it.
LICENCES = {
    "CC-BY-SA-3.0": "https://creativecommons.org/licenses/by-sa/3.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "GPL-2.0-or-later": "(levels/LICENSE), version 2 or later",
}


def test_licences_agree():
    assert read("LICENSE").startswith("MIT License\n\nCopyright (c) ")
    assert "Permission is hereby granted, free of charge" in read("LICENSE")
    # A wheel carries the data, and so all their licences.
    identifiers = PYPROJECT["project"]["license"].split(" AND ")
    data = read("data/README.md")
    for identifier, address in LICENCES.items():
        assert identifier in identifiers
        assert address in data
    assert set(identifiers) == {"MIT", *LICENCES}
    assert "data/README.md" in PYPROJECT["project"]["license-files"]
    stated = re.findall(r"\*\*Licence of the data:\*\* (.*)$", data, re.MULTILINE)
    assert len(stated) == data.count("\n## ")
    for line in stated:
        assert "MIT" in line or any(address in line for address in LICENCES.values())
    assert "Text and code: [MIT](LICENSE).\n" in read("README.md")
    creative_commons = "https://creativecommons.org/licenses/by-sa/3.0/"
    assert f"[Creative Commons Attribution-ShareAlike 3.0]({creative_commons})" in data
    assert "MIT, copyright 2017 Zalando SE" in data


# What CONTRIBUTING says of a lesson.


def test_contributing_says_what_the_tests_insist_on():
    sections = ", ".join(SECTIONS).replace("Build", "Build …")
    assert f"*{sections}*" in CONTRIBUTING
    width = PYPROJECT["tool"]["ruff"]["line-length"]
    assert f"Code lines of at most {width} characters" in CONTRIBUTING
    (tags,) = re.findall(r"^Tags that matter: (.*)$", CONTRIBUTING, re.MULTILINE)
    used = {
        tag
        for path in LESSONS
        for cell in nbformat.read(path, as_version=4).cells
        for tag in cell.metadata.get("tags", [])
    }
    assert used == set(re.findall("`(.*?)`", tags))
