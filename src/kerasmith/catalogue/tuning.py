"""Which values a search tries of a number, as the number's type says with its limits.

A type that may be tuned holds one of these as `extra={"tuned": …}` of its `msgspec.Meta`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, get_args

from msgspec import Meta, ValidationError, convert

Tried = int | float | tuple[int, ...]
"""A value of a hyperparameter: a number, or a size for each of several layers."""


@dataclass(frozen=True)
class Tuned:
    """What is tried: `values`, multiples of the value that there is, or more or fewer of them."""

    values: tuple[float, ...] = ()
    factors: tuple[float, ...] = ()
    steps: tuple[int, ...] = ()

    def around(self, value: Any) -> Iterator[Any]:
        """Yield what to try beside `value`, what there is; some of it may be beyond the limits."""
        yield from self.values
        for factor in self.factors:
            several = isinstance(value, tuple)
            yield tuple(int(each * factor) for each in value) if several else int(value * factor)
        for step in self.steps:
            yield value + step


SHARES = Tuned(values=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5))
"""Of dropout: above a half little is left to learn from."""

SIZES = Tuned(factors=(0.5, 2, 4))
"""Of units, filters and embeddings: half to four times as many."""

DEPTHS = Tuned(steps=(-1, 1))
"""Of blocks: one fewer, one more."""


def _any(value: object) -> bool:
    return True


def tried(value: Any, type_: object, works: Callable[[Any], bool] = _any) -> tuple[Tried, ...]:
    """Return the values that a search tries where `value` is what there is, from small to large.

    They are within the limits of the type, and `works` says yes to each. There are none where a
    number of that type is not tuned.
    """
    extras = (each.extra or {} for each in get_args(type_)[1:] if isinstance(each, Meta))
    tuned = next((extra["tuned"] for extra in extras if "tuned" in extra), None)
    if tuned is None:
        return ()
    others = {each for each in tuned.around(value) if _within(each, type_) and works(each)}
    return tuple(sorted({value, *others}))


def _within(value: object, type_: object) -> bool:
    """Say whether a value is within the limits of a type."""
    try:
        convert(value, type_)
    except ValidationError:
        return False
    return True
