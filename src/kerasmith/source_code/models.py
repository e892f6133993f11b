"""The models of a file of code, and which of them is meant."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem, printable
from kerasmith.source_code.interpreter import Interpreter
from kerasmith.source_code.keras_names import MODELS, keras_path
from kerasmith.source_code.machine import Machine, TooMuch
from kerasmith.source_code.plain import NotKnown
from kerasmith.source_code.source import NO_CODE, Source, read_source
from kerasmith.source_code.toolbox import Toolbox
from kerasmith.source_code.values import (
    Function,
    Instance,
    OwnClass,
    Scope,
    Unknown,
    Value,
)

MOST_SIBLINGS = 20
"""Files beside the one that is read, from which it takes names."""


@dataclass(frozen=True)
class Read:
    """What was read of a file: the machine with its models, and what was found on the way."""

    source: Source
    scope: Scope
    machine: Machine
    toolbox: Toolbox


@dataclass
class _Reading:
    """Reads a file and those beside it that it takes names from."""

    folder: Path
    machine: Machine = field(default_factory=Machine)
    scopes: dict[Path, Scope | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.toolbox = Toolbox(self.machine)
        self.interpreter = Interpreter(self.toolbox, self.sibling)

    def sibling(self, module: str, level: int) -> Scope | None:
        """Return the names of a module that is a file in the same folder; None for any other."""
        parts = module.split(".") if module else []
        if level == 0 and len(parts) > 1 and parts[0] == self.folder.name:
            parts = parts[1:]
        if level > 1 or len(parts) != 1 or not parts[0].isidentifier():
            return None
        path = self.folder / f"{parts[0]}.py"
        if path not in self.scopes and len(self.scopes) <= MOST_SIBLINGS:
            self.scopes[path] = None  # for files that import each other
            if path.is_file() and not path.is_symlink():
                self.scopes[path] = self._read(path)
        return self.scopes.get(path)

    def settings(self, fields: Mapping[str, Value]) -> None:
        """Let the class `Config` of `config.py` say something else than it does."""
        config = self.sibling("config", 1) if fields else None
        kind = config.names.get("Config") if config else None
        if isinstance(kind, OwnClass):
            kind.names.update(fields)

    def _read(self, path: Path) -> Scope | None:
        try:
            source = read_source(path)
        except KerasmithError:
            return None
        mistakes, models = dict(self.toolbox.mistakes), list(self.machine.models)
        scope = _module()
        self.interpreter.block(source.tree.body, scope)
        self.toolbox.mistakes, self.machine.models[:] = mistakes, models
        return scope


def _module() -> Scope:
    scope = Scope({})
    object.__setattr__(scope, "module", scope)
    return scope


def read_models(source: Source, fields: Mapping[str, Value] | None = None) -> Read:
    """Read the models of a file: its statements, then the functions that none of them called.

    `fields` are what the class `Config` beside it is to say, in place of what it says.
    Raises KerasmithError where it would take too long.
    """
    reading = _Reading(source.path.parent.absolute())
    reading.scopes[reading.folder / source.path.name] = None
    scope = _module()
    try:
        reading.settings(fields or {})
        reading.interpreter.block(source.tree.body, scope)
        _read_uncalled(reading.interpreter, source.tree, scope)
    except (TooMuch, RecursionError) as error:
        said = str(error) if isinstance(error, TooMuch) else "It is nested too deeply."
        what = NO_CODE.format(printable(source.path.name))
        raise KerasmithError(Problem(what, str(source.path), said)) from None
    return Read(source, scope, reading.machine, reading.toolbox)


def _read_uncalled(interpreter: Interpreter, tree: ast.Module, scope: Scope) -> None:
    """Call the functions and methods that nothing called: those first that nothing names."""
    mentioned = _mentioned(tree)
    functions = [each for each in scope.names.values() if isinstance(each, Function)]
    functions = [each for each in functions if not isinstance(each.node, ast.Lambda)]
    for each in sorted(functions, key=lambda each: each.name in mentioned):
        if id(each.node) not in interpreter.machine.called:
            _call(interpreter, each)
    for kind in [each for each in scope.names.values() if isinstance(each, OwnClass)]:
        _read_class(interpreter, kind)


def _mentioned(tree: ast.Module) -> set[str]:
    """Return the names that are used in functions of other names, or outside of any."""
    found: set[str] = set()
    for node in tree.body:
        own = getattr(node, "name", "")
        found |= {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - {own}
    return found


def _read_class(interpreter: Interpreter, kind: OwnClass) -> None:
    """Read what a class builds: one model where it extends those of Keras, else its methods."""
    machine = interpreter.machine
    root = keras_path(kind.root).rpartition(".")[2]
    if root in MODELS:
        if not any(each.class_name == kind.name for each in machine.models):
            interpreter.toolbox.subclassed(kind, {}, kind.node.lineno).variable = kind.name
        return
    if kind.root or kind.is_dataclass:
        return
    methods = [each for each in kind.names.values() if isinstance(each, Function)]
    left = [each for each in methods if id(each.node) not in machine.called]
    if not left:
        return
    made = interpreter.make(kind, *_given(interpreter, kind.find("__init__"), 1))
    for each in left:
        if isinstance(made, Instance) and id(each.node) not in machine.called:
            _call(interpreter, Function(each.node, each.scope, (made,), each.defaults))


def _call(interpreter: Interpreter, function: Function) -> None:
    args, words = _given(interpreter, function, len(function.bound))
    interpreter.machine.assumed = [
        f"{name} of {function.name} as its default says" for name in function.defaults
    ]
    try:
        interpreter.run(function, args, words)
    except NotKnown:
        return
    finally:
        interpreter.machine.assumed = []


def _given(
    interpreter: Interpreter, function: Value, bound: int
) -> tuple[list[Value], dict[str, Value]]:
    """Return what to call a function with that nothing calls: defaults, and what a type says."""
    if not isinstance(function, Function):
        return [], {}
    arguments = function.node.args
    words: dict[str, Value] = {}
    for each in [*arguments.posonlyargs, *arguments.args][bound:] + arguments.kwonlyargs:
        if each.arg not in function.defaults:
            words[each.arg] = _of_type(interpreter, function, each)
    return [], words


def _of_type(interpreter: Interpreter, function: Function, parameter: ast.arg) -> Value:
    """Return the value of a parameter: a dataclass that it is typed as, with its defaults."""
    kind = interpreter.value(parameter.annotation, function.scope)
    if isinstance(kind, OwnClass) and kind.is_dataclass:
        return interpreter.make(kind, [], {})
    why = f"what {function.name} is given as {parameter.arg} is not in the code"
    return Unknown(why, parameter.lineno)
