"""What the code of a lesson may not do: rules that reading it is enough for.

Test images are never fitted, training images are not scored, every setting is used,
and names in the prose are names of the code. A code cell may declare an exception in
its metadata: ``"fits_test_images": "why"`` or ``"training_images": "why"``.

python tests/code_rules.py NOTEBOOK ...    prints what breaks a rule
"""

import ast
import re
import sys

import nbformat

FITS = {"fit", "fit_transform", "partial_fit", "train_on_batch"}
SPLITS = ("train", "validation", "test")
# What may be asked of training images anywhere: how many they are, and their mean.
HARMLESS = {"len", "mean", "shape"}
# Names that end so are numbers measured on a split, not its images.
SCORES = ("mse", "ratio", "loss", "seconds")


def split_of(name):
    """Return the split that a name such as x_test or b_test_small speaks of."""
    for split in SPLITS:
        if re.search(rf"_{split}(_|$)", name) and not name.endswith(SCORES):
            return split
    return None


def names_in(*nodes):
    """Return all names in some parts of a program."""
    parts = [part for node in nodes for part in ast.walk(node)]
    return [part.id for part in parts if isinstance(part, ast.Name)]


def called(node):
    """Return the name of what a call calls, fit for model.fit(x); else None."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "attr", getattr(function, "id", None))


def given_to(call):
    """Return the arguments of a call, {position or name: argument}."""
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    return dict(enumerate(call.args)) | by_name


def code_cells(notebook):
    """Return (cell, tree, section) of every code cell."""
    section, cells = "", []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for heading in re.findall(r"^## (.+)$", cell.source, re.MULTILINE):
                section = heading
        elif cell.cell_type == "code":
            cells.append((cell, ast.parse(cell.source), section))
    return cells


def fitting_functions(trees):
    """Return the functions that fit something, and which of their arguments.

    {name: positions and names of the arguments that are fitted, None for all}
    """
    functions = [
        node
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    fitting, size = dict.fromkeys(FITS), -1
    while len(fitting) > size:
        size = len(fitting)
        for function in functions:
            if any(called(node) in fitting for node in ast.walk(function)):
                fitting.setdefault(function.name, fitted_arguments(function, fitting))
    return fitting


def fitted_arguments(function, fitting):
    """Return the positions and names of a function's arguments that it fits."""
    arguments = [argument.arg for argument in function.args.args]
    made_from = {name: {name} for name in arguments}
    fitted = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            sources = [made_from.get(name, set()) for name in names_in(node.value)]
            for name in names_in(*node.targets):
                made_from.setdefault(name, set()).update(*sources)
    for node in ast.walk(function):
        if called(node) in fitting:
            for name in names_in(*fitted_parts(node, fitting)):
                fitted |= made_from.get(name, set())
    return fitted | {arguments.index(name) for name in fitted}


def fitted_parts(call, fitting):
    """Return the arguments of a call that end up in a fit."""
    wanted = fitting[called(call)]
    given = given_to(call).items()
    return [part for place, part in given if wanted is None or place in wanted]


def split_problems(assignment):
    """List the names of one split that an assignment makes from another."""
    (target, *_), value = assignment.targets, assignment.value
    if (called(value) or "").startswith("load_"):
        order = [split_of(name) for name in names_in(target) if split_of(name)]
        if order != sorted(order, key=SPLITS.index):
            return [f"{ast.unparse(target)}: the order of the splits"]
        return []
    pairs = [(target, value)]
    if isinstance(value, ast.GeneratorExp):
        value = value.generators[0].iter
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        if len(value.elts) == len(target.elts):
            pairs = zip(target.elts, value.elts, strict=True)
    found = []
    for name, source in pairs:
        wanted = {split_of(n) for n in names_in(name)} - {None}
        given = {split_of(n) for n in names_in(source)} - {None}
        if wanted and given and wanted.isdisjoint(given):
            found.append(f"{ast.unparse(name)} is made from {ast.unparse(source)}")
    return found


def leaks(notebook):
    """List where test images are fitted, or training images scored."""
    cells = code_cells(notebook)
    fitting = fitting_functions([tree for _, tree, _ in cells])
    held_out, after_train, found = set(), False, []
    for cell, tree, section in cells:
        after_train = after_train or section.startswith("Look at the result")
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign):
                found += [f"cell {cell.id}: {text}" for text in split_problems(node)]
        held_out |= assigned_from_test(tree, held_out)
        if "fits_test_images" not in cell.metadata:
            found += [
                f"cell {cell.id} fits test images: {text}"
                for text in fits_of(tree, fitting, held_out)
            ]
        if after_train and "training_images" not in cell.metadata:
            found += [
                f"cell {cell.id} uses {name} other than for training"
                for name in scored_training_names(tree, fitting)
            ]
    return found


def is_held_out(name, held_out):
    return split_of(name) == "test" or name in held_out


def assigned_from_test(tree, held_out):
    """Return the names without a split that a cell makes from test images."""
    made = set()
    for node in tree.body:
        if isinstance(node, ast.Assign):
            sources = names_in(node.value)
            if any(is_held_out(name, held_out | made) for name in sources):
                targets = [n for target in node.targets for n in names_in(target)]
                made |= {name for name in targets if not split_of(name)}
    return made


def fits_of(tree, fitting, held_out):
    """List the calls that fit test images, or take their mean as a scaler would."""
    found = []
    for node in ast.walk(tree):
        if called(node) in fitting:
            given = fitted_parts(node, fitting)
        elif called(node) in ("mean", "std") and "axis=0" in ast.unparse(node):
            of = [*node.args, getattr(node.func, "value", node)]
            given = [part for part in of if split_of(ast.unparse(part))]
        else:
            continue
        if any(is_held_out(name, held_out) for name in names_in(*given)):
            found.append(ast.unparse(node)[:70])
    return found


def scored_training_names(tree, fitting):
    """List the training images that a cell uses for anything but fitting."""
    nodes = list(ast.walk(tree))
    returned = {id(n) for r in nodes if isinstance(r, ast.Return) for n in ast.walk(r)}
    allowed = set()
    for node in nodes:
        inside = {id(part) for part in ast.walk(node)}
        if isinstance(node, ast.FunctionDef) and node.name in fitting:
            allowed |= inside - returned
        elif isinstance(node, ast.Assign):
            splits = {split_of(name) for name in names_in(*node.targets)}
            allowed |= inside if splits == {"train"} else set()
        elif called(node) in fitting:
            allowed |= inside
        elif getattr(node, "attr", called(node)) in HARMLESS:
            of = [getattr(node, "value", None), *getattr(node, "args", [])]
            for part in of:
                # np.mean(x_train, axis=0), but not the mean of an error.
                if isinstance(part, ast.Name | ast.Subscript):
                    allowed |= {id(n) for n in ast.walk(part)}
    names = [n for n in nodes if isinstance(n, ast.Name) and id(n) not in allowed]
    return sorted({name.id for name in names if split_of(name.id) == "train"})


def unused_settings(notebook):
    """List the settings, names in capitals, that the code never reads."""
    names = [n for _, tree, _ in code_cells(notebook) for n in ast.walk(tree)]
    names = [n for n in names if isinstance(n, ast.Name) and n.id.isupper()]
    given = {n.id for n in names if isinstance(n.ctx, ast.Store)}
    read = {n.id for n in names if isinstance(n.ctx, ast.Load)}
    return [f"the setting {name} is never used" for name in sorted(given - read)]


def unknown_names(notebook):
    """List the names that the prose sets as code and the code doesn't have."""
    code = "\n".join(cell.source for cell, _, _ in code_cells(notebook))
    words = set(re.findall(r"\w+", code))
    found = []
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for span in re.findall(r"(?<!`)`([\w.]+)(?:\(\))?`(?!`)", cell.source):
                if not set(re.findall(r"\w+", span)) <= words:
                    found.append(f"cell {cell.id}: the code has no `{span}`")
    return found


def problems(notebook):
    """List everything in the code of a lesson that breaks a rule."""
    return leaks(notebook) + unused_settings(notebook) + unknown_names(notebook)


if __name__ == "__main__":
    for path in sys.argv[1:]:
        print(path)
        print(*problems(nbformat.read(path, as_version=4)), sep="\n")
