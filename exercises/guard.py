"""Hold what checks rely on; note what answers reach for.

grade.py runs this file in the kernel of a submission, around every cell. It undoes
what an answer did to the names that checks use, refuses the course's own folder, and
notes the rest. It is no prison: Python can leave it. A container is one.
"""

import builtins
import os
import sys
import tempfile
import types
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec

from course_utils import quiet_startup

OPENING = ("open", "sqlite3.connect", "os.listdir", "os.scandir")
LEAVING = ("os.system", "os.exec", "os.posix_spawn", "subprocess.Popen")
LEAVING += ("socket.connect",)
# Lists of a shell that change the code of later cells.
SHELL_LISTS = ("ast_transformers", "input_transformers_post")
TRANSFORMER_LISTS = ("cleanup_transforms", "line_transforms", "token_transformers")

# The kernel itself sets these anew in every cell.
OWN = {("builtins", "input"), ("sys", "excepthook"), ("sys", "displayhook")}
# The flag of a class whose functions Python lets nobody change is not set.
CHANGEABLE = 1 << 9


def known_places():
    """Return what the paths begin with that libraries read while an answer runs."""
    helpers = os.path.dirname(find_spec("course_utils").origin)
    data = os.path.join(os.path.dirname(helpers), "data")
    system = ["/dev", "/proc", "/sys", "/etc", "/usr"]
    caches = [".cache", ".config", ".ipython", ".keras", ".local", ".matplotlib"]
    home = os.path.expanduser("~")
    # Tracebacks look for the text of a cell under this name.
    cells = os.path.join(tempfile.gettempdir(), "ipykernel_")
    return [cells, sys.prefix, sys.base_prefix, os.getcwd(), helpers, data, *system] + [
        os.path.join(home, cache) for cache in caches
    ]


def functions_of(place):
    """Return what can be called in a module, a class or an object, {name: value}."""
    where = getattr(place, "__name__", "")
    return {
        name: value
        for name, value in list(vars(place).items())
        if callable(value) and (where, name) not in OWN
    }


def modules_and_classes(modules):
    """Return modules with their parts, and all classes in them and above these."""
    parts = {
        part
        for module in modules
        for part in vars(module).values()
        if isinstance(part, types.ModuleType)
        and part.__name__.startswith(f"{module.__name__}.")
    }
    classes = {
        above
        for module in modules | parts
        for value in list(vars(module).values())
        if isinstance(value, type)
        for above in value.__mro__
        if above.__flags__ & CHANGEABLE
    }
    return [*modules, *parts, *classes]


def name_of(place):
    """Return the name of a module, of a class with its module, or of the shell."""
    if isinstance(place, type):
        return f"{place.__module__}.{place.__qualname__}"
    return getattr(place, "__name__", "the shell")


class Guard:
    """What one kernel must not change, and what was tried in it.

    Parameters
    ----------
    shell : IPython.core.interactiveshell.InteractiveShell
        The shell that runs the cells.
    course : str
        The folder with the grade book and the solved exercises. No cell opens a
        file in it, whether it is there or not.
    modules : list of str
        What the set-up cells import. It is held from the start, since an answer may
        stand above them.
    """

    def __init__(self, shell, course, modules):
        self.shell = shell
        self.course = os.path.realpath(course)
        self.known = tuple(os.path.realpath(place) for place in known_places())
        self.watching = False
        self.remarks = []
        self.names = {}
        self.functions = []
        self.lists = []
        self.modules = set()
        for name in modules:
            # What cannot be imported says so in its set-up cell.
            with suppress(Exception), quiet_startup():
                self.modules.add(import_module(name))
        self.remember([])
        sys.addaudithook(self.hear)

    def note(self, remark):
        """Keep a remark once."""
        if remark not in self.remarks:
            self.remarks.append(remark)

    def hear(self, event, arguments):
        """Note what a cell opens or starts; Python calls this before it does it."""
        if not self.watching:
            return
        if event in LEAVING:
            self.note(f"starts {event}")
        if event in OPENING and isinstance(arguments[0], (str, bytes, os.PathLike)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(self.known):
                self.note(f"opens {path}")
            if path == self.course or path.startswith(self.course + os.sep):
                raise PermissionError(f"no answer needs {path}")

    def remember(self, names):
        """Hold what a cell that is no answer has made, and all that it uses."""
        space = self.shell.user_ns
        self.names.update((name, space[name]) for name in names if name in space)
        modules = {x for x in self.names.values() if isinstance(x, types.ModuleType)}
        held = modules_and_classes(self.modules | modules)
        places = [builtins, type(self.shell), self.shell, *held]
        self.functions = [(place, functions_of(place)) for place in places]
        transformers = self.shell.input_transformer_manager
        self.lists = [
            (owner, name, list(getattr(owner, name)))
            for owner, names in (
                (self.shell, SHELL_LISTS),
                (transformers, TRANSFORMER_LISTS),
            )
            for name in names
        ]

    def restore_names(self):
        """Give names of the set-up cells the values back that they had, and note it."""
        space = self.shell.user_ns
        for name, value in self.names.items():
            if space.get(name) is not value:
                self.note(f"changes {name}")
                space[name] = value

    def restore_functions(self):
        """Undo what has changed in modules and in the shell, and note it."""
        for place, held in self.functions:
            where = name_of(place)
            now = functions_of(place)
            for name in [name for name in held if now.get(name) is not held[name]]:
                self.note(f"changes {where}.{name}")
                setattr(place, name, held[name])
            # A module may load more of itself; nothing is added to a class by itself.
            if not isinstance(place, types.ModuleType):
                for name in now.keys() - held.keys():
                    self.note(f"changes {where}.{name}")
                    delattr(place, name)
        for owner, name, held in self.lists:
            if getattr(owner, name) != held:
                self.note(f"changes {name} of the shell")
                setattr(owner, name, held)
        if sys.gettrace() or sys.getprofile():
            self.note("traces the cells that follow")
            sys.settrace(None)
            sys.setprofile(None)

    def turn(self, ended, names, watch):
        """Go from one cell to the next; put out what is to be said of the one before.

        As a display, since IPython reads the text of an answer again, which may be
        broken, before it shows the value of a line.

        Parameters
        ----------
        ended : str
            What the cell was: "answer", "check", or "set-up" for all others.
        names : list of str
            What a set-up cell has defined.
        watch : bool
            Whether the next cell is an answer or a check.
        """
        if ended == "answer":
            self.restore_names()
        if ended != "set-up":
            self.restore_functions()
        # A check may use a name again; what follows relies on its newest value.
        self.remember([*self.names, *names])
        self.shell.display_pub.publish({"text/plain": repr(self.remarks)})
        self.remarks, self.watching = [], watch
