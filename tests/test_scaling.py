"""A training that several devices or processes share is the training of one.

Without JAX only what the page says is tested; CONTRIBUTING.md says how to get it.
"""

import ast
import os
import re
import subprocess
import sys
import time
from importlib.util import find_spec

import nbformat
import numpy as np
import psutil
import pytest
from conftest import ROOT

from course_utils import quiet_startup

SCRIPT = ROOT / "scripts" / "train_distributed.py"
PAGE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
LESSON = nbformat.read(
    ROOT / "notebooks" / "02_undercomplete_autoencoder.ipynb", as_version=4
)
EPOCHS = 2
TWO_DEVICES = dict(re.findall(r"(PJRT_NPROC|XLA_FLAGS)=(\S+)", PAGE))
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)

with_jax = pytest.mark.skipif(not find_spec("jax"), reason="jax is not installed")


def start(*arguments, **environment):
    command = [sys.executable, SCRIPT, "--epochs", str(EPOCHS), *map(str, arguments)]
    ours = {"JAX_PLATFORMS": "cpu", "XLA_FLAGS": ""}
    environment = {**os.environ, **ours, **environment}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def train(*arguments, **environment):
    """Return what a training prints, {name: number}."""
    process = start(*arguments, **environment)
    printed, errors = process.communicate(timeout=600)
    assert process.returncode == 0, errors.decode()
    numbers = r"(?m)^(.+): .*?([\d.]+) (?:devices|per pixel)$"
    lines = re.findall(numbers, printed.decode())
    assert len(dict(lines)) == len(lines)
    return {name: float(number) for name, number in lines}


@pytest.fixture(scope="module")
def alone():
    """What one process with one device prints."""
    printed = train()
    assert list(printed) == ["weights", "epoch 1", "epoch 2", "test"]
    assert printed["weights"] == 1
    return printed


@with_jax
def test_two_processes_train_as_one(alone):
    expected = {**alone, "weights": 2}
    assert train("--processes", 2) == pytest.approx(expected, rel=1e-4)


@with_jax
def test_two_devices_of_one_process_train_as_one(alone):
    expected = {**alone, "weights": 2}
    assert train(**TWO_DEVICES) == pytest.approx(expected, rel=1e-4)


@with_jax
def test_a_training_that_was_killed_goes_on(alone, tmp_path):
    arguments = ("--processes", 2, "--backup", tmp_path)
    process = start(*arguments)
    while not (tmp_path / "latest.weights.h5").exists():
        assert process.poll() is None
        time.sleep(0.05)
    first, second = psutil.Process(process.pid).children()
    second.kill()
    assert process.wait(timeout=30) != 0
    assert not first.is_running()

    rest = {"weights": 2, "epoch 2": alone["epoch 2"], "test": alone["test"]}
    assert train(*arguments) == pytest.approx(rest, rel=1e-4)
    # What is finished is not trained again, and one process can read it.
    end = {"weights": 1, "test": alone["test"]}
    assert train("--backup", tmp_path) == pytest.approx(end, rel=1e-4)


@with_jax
def test_accumulated_gradients_make_the_steps_of_a_large_batch():
    """And a schedule counts the small batches, as the page says."""
    with quiet_startup():
        import keras
    images = np.random.default_rng(0).normal(size=(512, 6)).astype("float32")

    def train_small(batch_size, **settings):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(6)])
        model.compile(keras.optimizers.Adam(**settings), loss="mse")
        model.fit(images, images, batch_size, epochs=2, shuffle=False, verbose=0)
        return model

    large = train_small(256, learning_rate=1e-3)
    small = train_small(64, learning_rate=1e-3, gradient_accumulation_steps=4)
    for one, other in zip(large.get_weights(), small.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    steps = keras.optimizers.schedules.CosineDecay(1e-3, decay_steps=16)
    small = train_small(64, learning_rate=steps, gradient_accumulation_steps=4)
    assert int(small.optimizer.iterations) == 4
    assert float(small.optimizer.learning_rate) == pytest.approx(0, abs=1e-9)


def constants(source):
    """Return the settings of a program, {name: value}."""
    return {
        node.targets[0].id: ast.unparse(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).isupper()
    }


def test_settings_are_those_of_the_lesson():
    code = [cell.source for cell in LESSON.cells if cell.cell_type == "code"]
    (setup,) = (source for source in code if "import keras\n" in source)
    settings = constants(SCRIPT.read_text(encoding="utf-8"))
    assert len(settings) == 7
    assert settings.items() <= constants(setup).items()


def test_code_on_the_page_is_that_of_the_script():
    def lines(text):
        return "\n".join(line.strip() for line in text.splitlines())

    script = lines(SCRIPT.read_text(encoding="utf-8"))
    # The first is for a lesson.
    for block in BLOCKS[1:]:
        assert lines(block) in script, block
    assert len(BLOCKS) > 4
