"""What TensorFlow prints while it is imported is hidden, and nothing else is."""

import io
import logging
import os
import subprocess
import sys
import warnings
from importlib import metadata

import pytest

from course_utils import quiet_startup, startup

LEVEL = "TF_CPP_MIN_LOG_LEVEL"


@pytest.fixture(autouse=True)
def no_log_level(monkeypatch):
    """Start without a log level, and end with what there was before."""
    monkeypatch.setenv(LEVEL, "")
    monkeypatch.delenv(LEVEL)


def test_importing_keras_is_silent():
    program = """
import os
from course_utils import quiet_startup
with quiet_startup():
    import keras
keras.ops.zeros(3)
os.write(2, b"seen")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.returncode == 0
    assert (done.stdout, done.stderr) == ("", "seen")


def test_only_what_is_written_past_python_is_hidden(capfd, caplog, monkeypatch):
    monkeypatch.setattr(sys, "stderr", io.StringIO())  # as Jupyter does
    filters = list(warnings.filters)
    with quiet_startup():
        os.write(2, b"TensorFlow's log. ")
        print("output", flush=True)
        print("for a reader", file=sys.stderr)
        logging.warning("logged")
        assert warnings.filters == filters
    os.write(2, b"later")
    assert capfd.readouterr() == ("output\n", "later")
    assert sys.stderr.getvalue() == "for a reader\n"
    assert caplog.messages == ["logged"]
    with pytest.warns(UserWarning, match="shown"), quiet_startup():
        warnings.warn("shown", stacklevel=1)


def first_free_descriptor():
    descriptor = os.dup(0)
    os.close(descriptor)
    return descriptor


def test_an_error_is_not_hidden_and_leaves_no_trace(capfd):
    free = first_free_descriptor()
    with pytest.raises(ImportError, match="no_such_module"), quiet_startup():
        import no_such_module  # noqa: F401
    os.write(2, b"later")
    assert capfd.readouterr().err == "later"
    assert first_free_descriptor() == free


@pytest.mark.parametrize(("before", "after"), [(None, "3"), ("0", "0"), ("", "")])
def test_a_log_level_of_the_user_is_kept(monkeypatch, before, after):
    monkeypatch.setattr(os, "environ", {} if before is None else {LEVEL: before})
    with quiet_startup():
        assert os.environ == {LEVEL: after}
    assert os.environ == {LEVEL: after}


@pytest.mark.parametrize("version", ["3.12.0", "3.12", "3.13.1rc1", "4.0.0"])
def test_keras_is_new_enough(monkeypatch, version):
    monkeypatch.setattr(metadata, "version", {"keras": version}.get)
    with quiet_startup():
        pass


@pytest.mark.parametrize("version", ["3.11.3", "3.9.2", "2.15.0"])
def test_keras_is_too_old(monkeypatch, version):
    monkeypatch.setattr(metadata, "version", {"keras": version}.get)
    with pytest.raises(ImportError, match=f"has Keras {version}"), quiet_startup():
        pass


@pytest.fixture
def keras_json(tmp_path, monkeypatch):
    """Let Keras have these settings, and no others."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    return (tmp_path / "keras.json").write_text


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ('{"backend": "no_such"}', "keras.json to run on no_such, which is not inst"),
        ('{"backend": "numpy"}', "keras.json to run on numpy, .* or cannot train"),
        ('{"image_data_format": "channels_first"}', 'lessons need "channels_last"'),
        ('{"floatx": "float16"}', 'keras.json sets "floatx" to "float16"'),
    ],
)
def test_settings_of_keras_that_the_course_cannot_use(keras_json, settings, message):
    keras_json(settings)
    with pytest.raises(ImportError, match=message), quiet_startup():
        pass


@pytest.mark.parametrize(
    "settings",
    [
        "{}",
        "not JSON",
        '{"backend": "tensorflow", "image_data_format": "channels_last"}',
        '{"floatx": "float32", "epsilon": 1e-07}',
    ],
)
def test_other_settings_of_keras_are_fine(keras_json, settings):
    keras_json(settings)
    with quiet_startup():
        pass


def test_the_backend_of_the_environment_comes_first(keras_json, monkeypatch):
    keras_json('{"backend": "no_such"}')
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    with quiet_startup():
        pass
    keras_json('{"backend": "tensorflow"}')
    monkeypatch.setenv("KERAS_BACKEND", "no_such")
    with pytest.raises(ImportError, match="variable KERAS_BACKEND to run on no_such"):
        with quiet_startup():
            pass


class Notebook:
    kernel = "something"


@pytest.mark.parametrize("backend", ["agg", "svg"])
def test_a_notebook_without_figures_is_named(monkeypatch, backend):
    monkeypatch.setattr(startup.mpl, "get_backend", lambda: backend)
    with quiet_startup():
        pass  # A script may draw into files.
    monkeypatch.setattr(startup, "get_ipython", Notebook)
    with pytest.raises(ImportError, match=f"Matplotlib is set to {backend}.*MPLBACK"):
        with quiet_startup():
            pass


def test_without_standard_error_there_is_nothing_to_hide():
    program = """
import os
os.close(2)
from course_utils import quiet_startup
with quiet_startup():
    print("went on")
"""
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert done.stdout == b"went on\n"


def test_matplotlib_does_not_report_its_fonts():
    program = """
import logging
import course_utils
logging.getLogger("matplotlib.font_manager").warning("building the font cache")
logging.getLogger("matplotlib").warning("another")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True
    )
    assert done.stderr == "another\n"
