"""Test what changed since it was last green.

A target is what is tested together: a lesson, a solved exercise with all answers to
it, or a file of tests. Its key is a digest of every file that can change its result,
of Python and of the installed packages. .check.json keeps the keys that were green;
without it, as in a fresh clone, everything is tested.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from fnmatch import fnmatch
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
STATE = ".check.json"
ANSWERS = "tests/test_exercises.py"

# What can change every result.
COMMON = [
    "course_utils/*",
    "data/*",
    "conftest.py",
    "pyproject.toml",
    "requirements.txt",
    "requirements-dev.txt",
    "scripts/describe_figures.py",
    "tests/nbval_sanitize.cfg",
]
# Files of tests that read only a part of the course, themselves and the scripts.
# Every other one may read anything.
READS = {
    "tests/test_datasets.py": ["README.md", "LICENSE"],
    "tests/test_grading.py": ["exercises/*"],
    "tests/test_nbval_bites.py": ["notebooks/01_*"],
    "tests/test_preflight.py": ["exercises/*"],
    "tests/test_plotting.py": [],
    "tests/test_release.py": ["exercises/*"],
    "tests/test_results.py": [],
    "tests/test_sweep.py": ["exercises/workers.py", "notebooks/*", "CONTRIBUTING.md"],
}


def target_of(test):
    """Return the target that a test belongs to."""
    path, _, name = test.partition("::")
    number = re.search(r"\[(\d\d)[-_]", name)
    if path == ANSWERS and number:
        (exercise,) = ROOT.glob(f"exercises/source/{number[1]}_*/*.ipynb")
        return exercise.relative_to(ROOT).as_posix()
    return path


def can_change(path, target):
    """Say whether a file can change a target's result."""
    if any(fnmatch(path, pattern) for pattern in COMMON):
        return True
    if target.startswith("notebooks/"):
        return path == target
    if target.startswith("exercises/"):
        folder = Path(target).parent
        if path.startswith("tests/test_"):
            return path == ANSWERS
        if path.startswith("tests/banks/"):
            return Path(path).stem == folder.name
        return path.startswith(("tests/", f"{folder.as_posix()}/"))
    if target in READS:
        patterns = [target, "scripts/*", *READS[target]]
        return any(fnmatch(path, pattern) for pattern in patterns)
    return True


def digest(content):
    return hashlib.sha256(content).hexdigest()


def code_of(notebook):
    """Return a notebook's content without its prose."""
    content = json.loads(notebook)
    content["cells"] = [c for c in content["cells"] if c["cell_type"] != "markdown"]
    return json.dumps(content, sort_keys=True).encode()


def find_keys(targets):
    """Return the key of each target, as the files are now."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    paths = sorted(set(listed.stdout.decode().split("\0")))
    contents = {p: (ROOT / p).read_bytes() for p in paths if (ROOT / p).is_file()}
    digests = {path: digest(content) for path, content in contents.items()}
    packages = sorted(f"{d.name} {d.version}" for d in metadata.distributions())
    keys = {}
    for target in targets:
        parts = {p: text for p, text in digests.items() if can_change(p, target)}
        # The cells of a lesson don't depend on its prose.
        if target.startswith("notebooks/"):
            parts[target] = digest(code_of(contents[target]))
        everything = [sys.version, packages, sorted(parts.items())]
        keys[target] = digest(json.dumps(everything).encode())
    return keys


def read_state():
    """Return the keys that were green, {target: key}."""
    path = ROOT / STATE
    return json.loads(path.read_text()) if path.exists() else {}


def write_state(keys):
    """Write the file whole or not at all, whenever the run is stopped."""
    new = ROOT / f"{STATE}.new"
    new.write_text(json.dumps(keys, indent=1, sort_keys=True) + "\n")
    os.replace(new, ROOT / STATE)


class Collected:
    """A pytest plugin that keeps the names of all tests, by target."""

    def __init__(self):
        self.tests = {}

    def pytest_collection_finish(self, session):
        for item in session.items:
            self.tests.setdefault(target_of(item.nodeid), []).append(item.nodeid)


class Recorder:
    """A pytest plugin that keeps a target's key as soon as all its tests are green."""

    def __init__(self, tests, keys):
        self.missing = {target: len(names) for target, names in tests.items()}
        self.keys = keys
        self.red = set()

    def pytest_runtest_logreport(self, report):
        target = target_of(report.nodeid)
        if report.failed:
            self.red.add(target)
        # A test's last report is that of its teardown.
        self.missing[target] -= report.when == "teardown"
        if self.missing[target] == 0 and target not in self.red:
            # A file that was changed meanwhile may not be what was tested.
            if find_keys([target])[target] == self.keys[target]:
                write_state({**read_state(), target: self.keys[target]})


def main():
    """Test what is not green; return pytest's exit status."""
    os.chdir(ROOT)
    collected, printed = Collected(), io.StringIO()
    with contextlib.redirect_stdout(printed):
        status = pytest.main(["--nbval", "--collect-only", "-q"], plugins=[collected])
    if status != 0:
        print(printed.getvalue())
        return status

    keys, green = find_keys(collected.tests), read_state()
    stale = [target for target in keys if green.get(target) != keys[target]]
    print(f"{len(keys) - len(stale)} of {len(keys)} parts are as they were when green.")
    if not stale:
        return 0
    print("To test:", *sorted(stale), sep="\n  ", flush=True)
    tests = {target: collected.tests[target] for target in stale}
    names = [name for target in stale for name in tests[target]]
    command = ["--nbval", "-n", "2", *names]
    return pytest.main(command, plugins=[Recorder(tests, keys)])


if __name__ == "__main__":
    sys.exit(main())
