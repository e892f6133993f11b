"""What reading code keeps in mind: how much is left to look at, names, models, and what is unsure.

Where a condition is not known, both ways are read *on trial*: names take their old values back
afterwards, and what a trial has changed is not known from then on. So a doubt is never lost.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kerasmith.source_code.values import (
    Dotted,
    Instance,
    KerasModel,
    KerasTensor,
    Scope,
    Unknown,
    Value,
)

MOST_STEPS = 400_000
"""Expressions and statements that are looked at in one file; a large script has ten thousand."""

LONGEST_IDLE = 20_000
"""Steps of a loop in which no layer is made or called; the rest of it is read once, on trial."""

DEEPEST_CALLS = 25
"""Functions of the code that call each other."""

MOST_MADE = 30_000
"""Layers that are made, and calls of them; a large model has some hundreds."""

MOST_ITEMS = 100_000
"""Items of a list, and characters of a text, that are kept in mind."""


class TooMuch(Exception):
    """The code would take longer to read than any real one."""


class Machine:
    """The state of reading one file."""

    def __init__(self) -> None:
        self.steps = 0
        self.depth = 0
        self.number = 0
        self._last_made = 0
        self.models: list[KerasModel] = []
        self.called: set[int] = set()
        """The functions that were called, by the identity of their nodes."""
        self.running: list[str] = []
        """The names of the functions that are being read."""
        self.assumed: list[str] = []
        self._counts: dict[str, int] = {}
        self._unsure: dict[int, tuple[Value, Unknown]] = {}
        self._trials: list[_Trial] = []

    def step(self, count: int = 1) -> None:
        """Count what is looked at."""
        self.steps += count
        if self.steps > MOST_STEPS:
            raise TooMuch(f"It would take more than {MOST_STEPS:,} steps to read.")

    def next_number(self) -> int:
        """Return the next of the numbers that tell what was made before what."""
        self.number += 1
        self._last_made = self.steps
        if self.number > MOST_MADE:
            raise TooMuch(f"It makes and calls layers more than {MOST_MADE:,} times.")
        return self.number

    def is_idle(self, since: int) -> bool:
        """Say whether a loop that began after so many steps goes on without making anything."""
        return self.steps - max(since, self._last_made) > LONGEST_IDLE

    def auto_name(self, word: str) -> str:
        """Return the name that Keras gives: `dense`, then `dense_1`."""
        count = self._counts.get(word, 0)
        self._counts[word] = count + 1
        return f"{word}_{count}" if count else word

    # === Names ===

    def bind(self, scope: Scope, name: str, value: Value) -> None:
        """Give a name a value."""
        scope = scope.shared.get(name, scope)
        if self._trials:
            self._trials[-1].before(scope.names, name)
        scope.names[name] = value

    def set_item(self, names: dict[Any, Value], key: Any, value: Value) -> None:
        """Give an attribute of an object a value."""
        if self._trials:
            self._trials[-1].before(names, key)
        names[key] = value

    # === What is not known any more ===

    def change(self, owner: Value) -> bool:
        """Note that something changes; say whether it may, or is not known any more anyway."""
        if self._trials and not self._made_in_trial(owner):
            self._trials[-1].changed[id(owner)] = owner
        return self.unsure(owner) is None

    def _made_in_trial(self, owner: Value) -> bool:
        return isinstance(owner, KerasModel) and owner.made > self._trials[-1].since

    def unsure(self, owner: Value) -> Unknown | None:
        """Return why something is not known any more."""
        if isinstance(owner, KerasModel):
            return owner.doubt
        found = self._unsure.get(id(owner))
        return found[1] if found else None

    def doubt(self, owner: Value, why: Unknown) -> None:
        """Note that something is not known any more, and all that could change through it."""
        if isinstance(owner, Unknown):
            for each in owner.may_be:
                self.doubt(each, why)
        elif isinstance(owner, KerasModel):
            if owner.is_stack or owner.own:
                self._note(owner)
                owner.doubt = owner.doubt or why
        elif isinstance(owner, list | dict | set | Instance) and id(owner) not in self._unsure:
            self._note(owner)
            self._unsure[id(owner)] = (owner, why)  # the pair keeps the object, and so its identity
            inside = owner.names if isinstance(owner, Instance) else owner
            for each in inside.values() if isinstance(inside, dict) else inside:
                self.doubt(each, why)

    def _note(self, owner: Value) -> None:
        for trial in self._trials:
            trial.changed[id(owner)] = owner

    @contextmanager
    def trial(self) -> Iterator["_Trial"]:
        """Read on trial: afterwards names are as before, and the trial knows what it changed."""
        trial = _Trial(self.number)
        self._trials.append(trial)
        try:
            yield trial
        finally:
            self._trials.pop()
            trial.take_back()

    def join(self, trials: list["_Trial"], why: Unknown) -> None:
        """Go on after trials of which only one would run: what they do not agree on is unknown."""
        for trial in trials:
            for owner in trial.changed.values():
                self.doubt(owner, why)
        keys = {(id(names), key): (names, key) for t in trials for names, key, _ in t.old.values()}
        for names, key in keys.values():
            values = [trial.value_of(names, key) for trial in trials]
            self.set_item(names, key, joined(values, why))


class _Trial:
    """What a trial changed: names, with their old and new values, and other things."""

    def __init__(self, since: int) -> None:
        self.since = since
        self.old: dict[tuple[int, Any], tuple[dict[Any, Value], Any, Value]] = {}
        self.new: dict[tuple[int, Any], Value] = {}
        self.changed: dict[int, Value] = {}

    def before(self, names: dict[Any, Value], key: Any) -> None:
        """Keep the value that a name has before it takes another."""
        self.old.setdefault((id(names), key), (names, key, names.get(key, _MISSING)))

    def take_back(self) -> None:
        """Give names their old values back."""
        for place, (names, key, value) in self.old.items():
            self.new[place] = names.get(key, _MISSING)
            if value is _MISSING:
                names.pop(key, None)
            else:
                names[key] = value

    def value_of(self, names: dict[Any, Value], key: Any) -> Value:
        """Return what a name was at the end of the trial."""
        place = (id(names), key)
        return self.new[place] if place in self.new else names.get(key, _MISSING)


_MISSING = Unknown("It is not defined on every way.")


def joined(values: list[Value], why: Unknown) -> Value:
    """Return the value that all of them are; where they differ, it is not known which."""
    first, *others = values
    if all(same(first, other) for other in others):
        return first
    may_be = tuple(each for value in values for each in _parts(value))
    return Unknown(why.why, why.line, may_be)


def _parts(value: Value) -> tuple[Value, ...]:
    if isinstance(value, Unknown):
        return value.may_be
    return (value,) if isinstance(value, list | dict | set | KerasModel | Instance) else ()


def same(one: Value, other: Value) -> bool:
    """Say whether two values are certainly the same."""
    if one is other:
        return True
    plain = (int, float, str, bool, type(None), bytes, Dotted)
    if isinstance(one, plain) and type(one) is type(other):
        return bool(one == other)
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return all(same(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, KerasTensor) and isinstance(other, KerasTensor):
        return (one.layer, one.call, one.place) == (other.layer, other.call, other.place)
    return False
