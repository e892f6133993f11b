"""What Python's own operators, functions and methods make of values that are known.

Only what is safe on any value is here, and no result grows beyond what a model could need.
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from kerasmith.source_code.machine import MOST_ITEMS
from kerasmith.source_code.values import Value

PLAIN = (int, float, str, bool, type(None), bytes, list, tuple, dict, set, range, slice)
"""The types of Python itself whose values are worked with."""

LARGEST = 10**30
"""Of any number that is worked with."""


class NotKnown(Exception):
    """Python would raise an error here, or the result is nothing to keep in mind.

    The argument, if there is one, is what is not known and why.
    """


OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
    ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_,
    ast.BitXor: operator.xor,
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Is: operator.is_,
    ast.IsNot: operator.is_not,
    ast.In: lambda one, other: one in other,
    ast.NotIn: lambda one, other: one not in other,
}


def operate(kind: type[ast.AST], *operands: Value) -> Value:
    """Return what an operator makes of plain values.

    Raises NotKnown where Python would raise an error, or the result would be huge.
    """
    if kind not in OPERATORS or not _stays_small(kind, *operands):
        raise NotKnown
    return guarded(OPERATORS[kind], *operands)


def _stays_small(kind: type[ast.AST], *operands: Value) -> bool:
    sizes = [len(each) for each in operands if isinstance(each, str | bytes | list | tuple)]
    numbers = [each for each in operands if isinstance(each, int | float)]
    if kind is ast.Pow:
        return not sizes and len(numbers) == 2 and abs(numbers[0]) <= 1e6 and abs(numbers[1]) <= 64
    if kind is ast.Mod and isinstance(operands[0], str | bytes):
        return sizes[0] < 1000 and "*" not in str(operands[0]) and not _wide(str(operands[0]))
    if kind is ast.Mult and sizes:
        return len(sizes) == len(numbers) == 1 and sizes[0] * abs(numbers[0]) <= MOST_ITEMS
    return sum(sizes) <= MOST_ITEMS


def _wide(form: str) -> bool:
    """Say whether a format could ask for a text of any length."""
    digits = 0
    for character in form:
        digits = digits + 1 if character.isdigit() else 0
        if digits > 3:
            return True
    return False


def guarded(function: Callable[..., Any], *args: Any, **words: Any) -> Value:
    """Return what a function of Python makes of plain values.

    Raises NotKnown where it raises an error, or gives nothing to keep in mind.
    """
    try:
        result = function(*args, **words)
    except (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, MemoryError):
        raise NotKnown from None
    if isinstance(result, complex) or (isinstance(result, int) and abs(result) > LARGEST):
        raise NotKnown
    if isinstance(result, str | bytes | list | tuple | dict | set) and len(result) > MOST_ITEMS:
        raise NotKnown
    return result


def formatted(value: Value, form: str, conversion: int) -> str:
    """Return a value as an f-string writes it."""
    if not isinstance(value, int | float | str | bool | type(None)) or _wide(form):
        raise NotKnown
    if conversion in (ord("r"), ord("a")):
        value = repr(value)
    return str(guarded(format, value, form))


def items_of(value: Value) -> list[Value]:
    """Return what a loop goes over.

    Raises NotKnown where that is nothing to loop over, or too much.
    """
    if not isinstance(value, list | tuple | dict | set | range | str):
        raise NotKnown
    if len(value) > MOST_ITEMS:
        raise NotKnown
    return sorted(value, key=repr) if isinstance(value, set) else list(value)


# === Functions ===


def _enumerate(values: Value, start: int = 0) -> list[Value]:
    return [*enumerate(items_of(values), start)]


def _zip(*values: Value, **_: Value) -> list[Value]:
    return [*zip(*map(items_of, values), strict=False)]


def _sum(values: Value, start: Value = 0) -> Value:
    return sum(items_of(values), start)


def _range(*ends: int) -> range:
    found = range(*ends)
    if len(found) > MOST_ITEMS:
        raise NotKnown
    return found


def _pairs(*given: Value, **words: Value) -> dict[Value, Value]:
    first = given[0] if given else {}
    pairs = first.items() if isinstance(first, dict) else items_of(first)
    return {**dict(pairs), **words}


def _chained(*values: Value) -> list[Value]:
    return [item for each in values for item in items_of(each)]


def _steps(*ends: float) -> list[float]:
    """Return what numpy.arange gives."""
    first, end = ends[:2] if len(ends) > 1 else (0, ends[0])
    step = ends[2] if len(ends) > 2 else 1
    count = math.ceil((end - first) / step)
    if count > MOST_ITEMS:
        raise NotKnown
    return [first + step * number for number in range(count)]


def _between(first: float, end: float, count: int = 50) -> list[float]:
    """Return what numpy.linspace gives."""
    if not 1 < count <= MOST_ITEMS:
        raise NotKnown
    return [first + (end - first) * number / (count - 1) for number in range(count)]


def _nothing(*_: Value, **__: Value) -> None:
    return None


FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    "abs": abs,
    "all": lambda values: all(items_of(values)),
    "any": lambda values: any(items_of(values)),
    "bool": bool,
    "dict": _pairs,
    "enumerate": _enumerate,
    "float": float,
    "int": int,
    "len": len,
    "list": lambda values=(): items_of(values),
    "max": max,
    "min": min,
    "pow": lambda base, power: operate(ast.Pow, base, power),
    "print": _nothing,
    "range": _range,
    "reversed": lambda values: items_of(values)[::-1],
    "round": round,
    "set": lambda values=(): set(items_of(values)),
    "slice": slice,
    "sorted": lambda values, reverse=False: sorted(items_of(values), reverse=reverse),
    "str": lambda value="": formatted(value, "", -1),
    "sum": _sum,
    "tuple": lambda values=(): tuple(items_of(values)),
    "zip": _zip,
    "collections.OrderedDict": _pairs,
    "collections.deque": lambda values=(): items_of(values),
    "itertools.chain": _chained,
    "itertools.chain.from_iterable": lambda values: _chained(*items_of(values)),
    "itertools.pairwise": lambda values: [*pairwise(items_of(values))],
    "numpy.arange": lambda *ends: guarded(_steps, *ends),
    "numpy.linspace": lambda *ends: guarded(_between, *ends),
    "math.log": lambda value, *base: guarded(math.log, value, *base),
    "math.ceil": lambda value: -int(-value // 1),
    "math.floor": lambda value: int(value // 1),
    "math.log2": lambda value: guarded(math.log2, value),
    "math.prod": lambda values: guarded(math.prod, items_of(values)),
    "math.sqrt": lambda value: guarded(math.sqrt, value),
}
"""The functions of Python itself that are worked out, where what they are given is known."""

WITHOUT_EFFECT = {
    "dict": ("copy", "get", "items", "keys", "values"),
    "list": ("copy", "count", "index"),
    "tuple": ("count", "index"),
    "str": (
        *("capitalize", "endswith", "format", "join", "lower", "lstrip", "replace", "rstrip"),
        *("split", "startswith", "strip", "title", "upper"),
    ),
}
"""The methods that change nothing, by the type."""

WITH_EFFECT = {
    "dict": ("pop", "setdefault", "update", "clear", "popitem"),
    "list": ("append", "extend", "insert", "pop", "reverse", "clear", "remove", "sort"),
    "set": ("add", "discard", "update", "remove"),
}
"""The methods that change what they are of."""


def call_method(
    owner: Value, name: str, args: Sequence[Value], words: Mapping[str, Value]
) -> Value:
    """Return what a method of a plain value gives.

    Raises NotKnown where Python would raise an error, or the result would be huge.
    """
    if name == "format" and _wide(owner):
        raise NotKnown
    if name in ("join", "extend") and args:
        args = [items_of(args[0]), *args[1:]]
    found = guarded(getattr(owner, name), *args, **words)
    if name in ("items", "keys", "values"):
        return [*islice(found, MOST_ITEMS)]
    return found
