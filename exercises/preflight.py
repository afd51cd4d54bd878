"""Look at notebooks before they are handed in or graded; needs Python alone.

python preflight.py NOTEBOOK ...            say what is wrong with each
python preflight.py --repair NOTEBOOK ...   repair first what can be repaired

nbgrader knows the tasks and checks by marks in the cells' metadata, which some
editors drop. Without them it cannot grade the notebook. The student
versions in the folder release, beside this file, say what should be there.
"""

import ast
import json
import sys
from pathlib import Path

RELEASE = Path(__file__).resolve().parent / "release"


def read_notebook(path):
    """Return a notebook as a dictionary; ValueError says why it is none."""
    text = Path(path).read_text(encoding="utf-8", errors="replace")
    if not text.strip():
        raise ValueError("the file is empty: save the notebook again")
    try:
        notebook = json.loads(text)
    except json.JSONDecodeError as error:
        raise ValueError(f"this is not a notebook: {error}") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        raise ValueError("this is not a notebook: it has no cells")
    return notebook


def mark_of(cell):
    """Return what nbgrader wrote into a cell, or an empty dictionary."""
    return cell.get("metadata", {}).get("nbgrader", {})


def text_of(cell):
    """Return the text of a cell, which a file may hold as one string or as lines."""
    return "".join(cell.get("source", "")).strip()


def find_original(path):
    """Return the student version with the same name; ValueError if there is none."""
    path = Path(path)
    names = sorted(folder.name for folder in RELEASE.iterdir())
    if path.stem in names:
        return read_notebook(RELEASE / path.stem / path.name)
    similar = [name for name in names if name in path.stem]
    wanted = similar[0] if similar else " or ".join(names)
    hint = f"rename it to {wanted}, and .ipynb behind it"
    raise ValueError(f"no exercise has this file name: {hint}")


def repair(notebook, original):
    """Give marks back to cells that lost them, and take them from copies.

    A cell that lost its mark is known by its id. Of a cell that is there twice
    the last keeps the mark, since its answer is the one that counts when the
    notebook runs from top to bottom. Returns what was done.
    """
    done = []
    for wanted in original["cells"]:
        mark = mark_of(wanted)
        if not mark:
            continue
        name = mark["grade_id"]
        marked = [c for c in notebook["cells"] if mark_of(c).get("grade_id") == name]
        for copy in marked[:-1]:
            del copy["metadata"]["nbgrader"]
            done.append(f"{name}: a copy no longer counts")
        if not marked:
            for cell in notebook["cells"]:
                if cell.get("id") == wanted["id"]:
                    cell.setdefault("metadata", {})["nbgrader"] = mark
                    done.append(f"{name}: grading mark given back")
    return done


def problems(notebook, original):
    """List what would cost points, or surprise, when a notebook is graded."""
    found = []
    ids = [cell.get("id") for cell in notebook["cells"]]
    for wanted in original["cells"]:
        mark = mark_of(wanted)
        if not mark:
            continue
        name = mark["grade_id"]
        cells = [c for c in notebook["cells"] if mark_of(c).get("grade_id") == name]
        if not cells and wanted["id"] in ids:
            found.append(f"{name}: the cell lost its grading mark: run with --repair")
        elif not cells:
            found.append(
                f"{name}: the cell is missing: copy it from the notebook of this name "
                f"in the folder release; it begins with: {text_of(wanted)[:60]!r}"
            )
        elif len(cells) > 1:
            found.append(f"{name}: it is there {len(cells)} times: run with --repair")
        elif mark["solution"]:
            found += answer_problems(name, cells[0])
        elif text_of(cells[0]) != text_of(wanted):
            found.append(f"{name}: the check was changed; the original one will count")
    return found


def answer_problems(name, cell):
    """List what is wrong with the cell of an answer."""
    text = text_of(cell)
    if "raise NotImplementedError(" in text or "YOUR ANSWER HERE" in text:
        return [f"{name}: not answered yet"]
    if cell.get("cell_type") == "code":
        lines = [x for x in text.splitlines() if not x.lstrip().startswith(("%", "!"))]
        try:
            ast.parse("\n".join(lines))
        except SyntaxError as error:
            return [f"{name}: Python cannot read the answer: {error}"]
    return []


def main(arguments):
    """Print a line for each problem of each notebook; return how many there were."""
    repairing = "--repair" in arguments
    count = 0
    for path in [argument for argument in arguments if argument != "--repair"]:
        try:
            original, notebook = find_original(path), read_notebook(path)
            done = repair(notebook, original) if repairing else []
            if done:
                text = json.dumps(notebook, indent=1, ensure_ascii=False)
                Path(path).write_text(text + "\n", encoding="utf-8")
            for line in done:
                print(f"{path}: repaired: {line}")
            found = problems(notebook, original)
        except (OSError, ValueError) as error:
            found = [str(error)]
        for problem in found:
            print(f"{path}: {problem}")
        if not found:
            print(f"{path}: ready")
        count += len(found)
    return count


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(1 if main(sys.argv[1:]) else 0)
