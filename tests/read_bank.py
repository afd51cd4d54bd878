"""Read a bank: an exercise's answers, right ones and the mistakes that students make.

A bank is a text file, banks/NAME_OF_THE_EXERCISE.txt. A task has up to four sections:

    === task-1 start    the code that most answers are changes of
    === task-1 right    answers that must pass
    === task-1 wrong    mistakes that a visible check must reject
    === task-1 hidden   answers made for the visible checks; hidden tests reject them

An answer is a heading and its code below: written out, or as changes of the starting
code, or nothing where the starting code itself is the answer.

    == name of a wrong answer ? what the check's message says, a regular expression
    - a piece of the starting code, which is replaced wherever it occurs
    + what stands there instead; without such a line the piece is only removed

Of two pieces that are only removed, the first is followed by an empty "+".
A message too long for the heading stands below it as a line of its own, "? message".
A task may have other codes to start from: "== SHORT" in its first section is one,
and "== name [SHORT] ? message" an answer that starts from it. Where training costs
time, a mistake that shows early starts from a code that trains less, or not at all.
"""

import re
from collections import namedtuple

Answer = namedtuple("Answer", "code message")
KINDS = ("start", "right", "wrong", "hidden")
HEADING = re.compile(r"(.+?)(?: \[(\w+)\])?(?: \? (.+))?")


def read_bank(path):
    """Return {task: {kind: {name: Answer}}}; the starting code's name is None."""
    bank = {}
    for section in re.split("^=== ", path.read_text("utf-8"), flags=re.M)[1:]:
        title, _, text = section.partition("\n")
        task, _, kind = title.partition(" ")
        code, *answers = re.split("^== ", text, flags=re.M)
        if kind not in KINDS or (kind != "start" and code.strip()):
            raise ValueError(f"{path.name}, {title}: not a section of answers")
        entry = bank.setdefault(task, {kind: {} for kind in KINDS})
        if kind == "start":
            entry["start"][None] = Answer(code, None)
        for answer in answers:
            heading, *lines = answer.strip("\n").split("\n")
            name, start, message = HEADING.fullmatch(heading).groups()
            if lines and lines[0].startswith("? "):
                message = lines.pop(0)[2:]
            try:
                if name in entry[kind]:
                    raise ValueError("the second answer of this name")
                if (kind == "wrong") != (message is not None):
                    raise ValueError("wrong answers, and only they, have a message")
                code = code_of(lines, start, entry["start"])
            except ValueError as error:
                raise ValueError(f"{path.name}, {title}, {name}: {error}") from None
            entry[kind][name] = Answer(code, message)
    return bank


def code_of(lines, start, starts):
    """Return an answer's code, from its lines and the codes to start from."""
    if lines and not lines[0].startswith(("- ", "+ ")):
        return "\n".join(lines)
    if start not in starts:
        raise ValueError("the task has no such code to start from")
    code = starts[start].code
    for old, new in changes_of(lines):
        if old not in code:
            raise ValueError(f"the starting code has no {old!r}")
        code = code.replace(old, new)
    return code


def changes_of(lines):
    """Return [(old, new)] from lines "- old" and "+ new", of which each may be many."""
    changes, last = [], "+"
    for line in lines:
        sign, text = line[:1], line[2:]
        if sign not in ("-", "+") or line[1:2].strip() or not (changes or sign == "-"):
            raise ValueError(f"a change is lines of - and then +, not {line!r}")
        if (last, sign) == ("+", "-"):
            changes.append({"-": [], "+": []})
        changes[-1][sign].append(text)
        last = sign
    return [("\n".join(change["-"]), "\n".join(change["+"])) for change in changes]
