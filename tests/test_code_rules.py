"""Reading the code finds leaks and forgotten settings, and leaves right code alone."""

import code_rules
import nbformat
import pytest
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

LESSONS = sorted(ROOT.glob("notebooks/*.ipynb"))


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.name)
def test_lessons_keep_the_rules(path):
    assert code_rules.problems(nbformat.read(path, as_version=4)) == []


DATA = """
EPOCHS = 3
(x_train, _), (x_validation, _), (x_test, y_test) = load_mnist()
x_train, x_validation, x_test = (x / 2 for x in (x_train, x_validation, x_test))
mean = x_train.mean(axis=0)
"""
TRAIN = """
def train(model, x, epochs=EPOCHS):
    return model.fit(x, x, epochs=epochs, validation_data=x_validation)


def probe_accuracy(codes, test_codes):
    probe = LogisticRegression().fit(codes, y_train)
    return probe.score(test_codes, y_test)


train(model, x_train)
"""
LOOK = """
def measure(model):
    return np.mean(np.square(x_test - model(x_test)))


mse = measure(model)
accuracy = probe_accuracy(encode(x_train), encode(x_test))
x_train_small = x_train[:100]
PCA().fit(x_train_small)
"""


def lesson(data=DATA, train=TRAIN, look=LOOK, prose="", **metadata):
    """Return a small notebook whose last cell has some metadata."""
    notebook = new_notebook()
    for heading, source in zip(
        ("The data", "Train", "Look at the result"), (data, train, look), strict=True
    ):
        notebook.cells += [
            new_markdown_cell(f"## {heading}\n\n{prose}"),
            new_code_cell(source),
        ]
    notebook.cells[-1].metadata.update(metadata)
    return notebook


def test_right_code_breaks_no_rule():
    assert code_rules.problems(lesson(prose="`x_train`, `EPOCHS`, `fit()`")) == []


@pytest.mark.parametrize(
    ("part", "old", "new", "message"),
    [
        ("train", "train(model, x_train)", "train(model, x_test)", "fits test"),
        ("train", "train(model, x_train)", "train(model, x=x_test)", "fits test"),
        ("train", "x_validation)", "x_test)", "fits test"),
        ("train", "fit(x, x", "fit(np.concatenate([x, x_test]), x", "fits test"),
        (
            "train",
            "train(model, x_train)",
            "more = np.vstack([x_train, x_test])\ntrain(model, more)",
            "fits test",
        ),
        ("look", "fit(x_train_small)", "fit(x_test)", "fits test"),
        ("look", "encode(x_train), encode(x_test)", "encode(x_test), 0", "fits test"),
        ("data", "x_train.mean", "x_test.mean", "fits test"),
        ("data", "in (x_train, x_v", "in (x_test, x_v", "is made from"),
        ("data", "(x_train, _), (x_val", "(x_test, _), (x_val", "the order"),
        ("look", "x_test - model(x_test)", "x_train - model(x_train)", "uses x_train"),
        ("look", "mse = measure(model)", "mse = measure(model, x_train)", "uses x_tr"),
        ("look", "mse =", "x_test = x_train[:10]\nmse =", "is made from"),
        ("train", "epochs=EPOCHS", "epochs=10", "EPOCHS is never used"),
    ],
)
def test_broken_rules_are_named(part, old, new, message):
    source = {"data": DATA, "train": TRAIN, "look": LOOK}[part]
    assert old in source
    found = code_rules.problems(lesson(**{part: source.replace(old, new)}))
    assert message in "; ".join(found)


def test_a_declared_exception_is_left_alone():
    look = LOOK.replace("measure(model)", "measure(model, x_train)")
    assert code_rules.problems(lesson(look=look))
    assert code_rules.problems(lesson(look=look, training_images="to compare")) == []
    look = LOOK.replace("fit(x_train_small)", "fit(x_test)")
    assert code_rules.problems(lesson(look=look, fits_test_images="a cheat")) == []


def test_unknown_names_in_the_prose_are_found():
    found = code_rules.problems(lesson(prose="the row `test_msee` of `measure`"))
    assert len(found) == 3  # the prose stands in three cells
    assert "no `test_msee`" in found[0]
