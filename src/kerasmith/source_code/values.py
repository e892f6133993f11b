"""What an expression of somebody's code may be, as far as it is known without running it.

Numbers, text, lists and the like are Python's own. What Keras makes, and what is not known, is
one of the values here. *Unknown* goes on through every expression that it is in, with its reason.
"""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kerasmith.saved_model.graph import Shape

Value = Any
"""A value of the code that is read: Python's own, or one of the classes below."""


@dataclass(frozen=True, eq=False)
class Unknown:
    """What only running the code would tell, and why; `may_be` is what could change through it."""

    why: str
    line: int = 0
    may_be: tuple[Value, ...] = ()
    labels: str = ""
    """Of labels: `one-hot` or `integers`, where that is known."""


@dataclass(frozen=True)
class Dotted:
    """Something imported, by its full name: `keras.layers.Dense`."""

    path: str


@dataclass(frozen=True, eq=False)
class Scope:
    """The names of a function or a module, and those around it."""

    names: dict[str, Value]
    outer: "Scope | None" = None
    module: "Scope | None" = None
    shared: dict[str, "Scope"] = field(default_factory=dict)
    """The scopes of names that are declared `global` or `nonlocal`."""


@dataclass(frozen=True, eq=False)
class Function:
    """A function of the code, or a lambda, or a method bound to its object."""

    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    scope: Scope
    bound: tuple[Value, ...] = ()
    defaults: Mapping[str, Value] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Its name; a lambda has none of its own."""
        return self.node.name if not isinstance(self.node, ast.Lambda) else "lambda"


@dataclass(frozen=True)
class Partial:
    """A callable with some of its arguments, as functools.partial makes it."""

    callee: Value
    args: tuple[Value, ...]
    words: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, eq=False)
class OwnClass:
    """A class of the code."""

    node: ast.ClassDef
    scope: Scope
    bases: tuple[Value, ...]
    names: dict[str, Value]
    is_dataclass: bool = False

    @property
    def name(self) -> str:
        """Its name."""
        return self.node.name

    def find(self, name: str) -> Value:
        """Return what the class or one that it extends calls by a name; None where nothing is."""
        if name in self.names:
            return self.names[name]
        found = (base.find(name) for base in self.bases if isinstance(base, OwnClass))
        return next((each for each in found if each is not None), None)

    @property
    def root(self) -> str:
        """The class of Keras that it extends; empty where it extends none."""
        for base in self.bases:
            if isinstance(base, OwnClass) and base.root:
                return base.root
            if isinstance(base, Dotted) and base.path.startswith(("keras.", "tensorflow.")):
                return base.path
        return ""


@dataclass(frozen=True, eq=False)
class Instance:
    """An object of a class of the code."""

    kind: OwnClass
    names: dict[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class KerasObject:
    """What a layer is told of by an object, such as an initializer."""

    path: str
    args: tuple[Value, ...]
    words: tuple[tuple[str, Value], ...]


@dataclass(frozen=True)
class Method:
    """A method of something that the code did not define: `model.add`."""

    owner: Value
    name: str


# === What Keras makes ===


@dataclass(eq=False)
class KerasLayer:
    """A layer, an operator or a model that the code makes, and each call of it."""

    class_name: str
    name: str
    line: int
    config: dict[str, Any] = field(default_factory=dict)
    operator: bool = False
    own: bool = False
    places: int | None = 1
    """How many tensors a call gives; None where that is not known."""
    calls: list["LayerCall"] = field(default_factory=list)
    wraps: "KerasModel | None" = None
    doubt: Unknown | None = None
    """What of it is unknown and could change how data flows."""
    made: int = 0
    said: Mapping[str, Value] = field(default_factory=dict)
    """The arguments that it is made with, as the code says them."""


@dataclass(frozen=True, eq=False)
class LayerCall:
    """One use of a layer: the tensors that it is given, and what else."""

    given: tuple["KerasTensor", ...]
    said: tuple[str, ...]
    line: int
    number: int
    """Its place among all calls of the code, in the order in which they would run."""
    shapes: list[Shape | None] = field(default_factory=list)
    """The shapes of what it gives, as far as they are known."""
    args: Sequence[Value] = ()
    words: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class KerasTensor:
    """What a call of a layer gives."""

    layer: KerasLayer
    call: int
    place: int = 0
    shape: Shape | None = None
    dtype: str = ""


@dataclass(eq=False)
class Compiled:
    """What a model is compiled with."""

    line: int
    loss: Value = None
    metrics: Value = None
    words: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class LossObject:
    """A loss that is made as an object, with whether it takes logits where that is known."""

    name: str
    from_logits: bool | None
    line: int


@dataclass(frozen=True, eq=False)
class Fitted:
    """What a model is trained on."""

    line: int
    x: Value = None
    y: Value = None


@dataclass(eq=False)
class KerasModel(KerasLayer):
    """A model: a stack of layers, or a graph from inputs to outputs, or one of its owner's class.

    `function` is where it is made, `variable` what it is assigned to first.
    """

    stack: list[KerasLayer] | None = None
    inputs: Value = None
    outputs: Value = None
    function: str = ""
    variable: str = ""
    variables: set[str] = field(default_factory=set)
    """All names that it is assigned to."""
    returned: str = ""
    """The first function that returns it."""
    compiled: list[Compiled] = field(default_factory=list)
    fitted: list[Fitted] = field(default_factory=list)
    foreign: bool = False
    """Whether its layers are those of a library, as in keras.applications."""
    assumed: str = ""
    """What was taken for granted while it was read."""

    @property
    def is_stack(self) -> bool:
        """Whether it is a Sequential."""
        return self.stack is not None


def tensors_in(value: Value, most: int = 10_000) -> list[KerasTensor]:
    """Return the tensors in a value, at any depth of its lists and tables, in their order."""
    found: list[KerasTensor] = []
    left = [value]
    while left and len(found) < most:
        each = left.pop()
        if isinstance(each, KerasTensor):
            found.append(each)
        elif isinstance(each, list | tuple):
            left += reversed(each)
        elif isinstance(each, dict):
            left += reversed(each.values())
    return found


def unknown_in(value: Value, depth: int = 6) -> Unknown | None:
    """Return the first thing in a value that is not known."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple) and depth:
        return next(filter(None, (unknown_in(each, depth - 1) for each in value)), None)
    return None
