"""Questions on what an entry has beside kind and size: its options, one key each.

What is right, and in which words it is described, follows from the type of the key.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from msgspec import UNSET, Struct

from kerasmith.errors import Problem
from kerasmith.spec.collect import Origin
from kerasmith.spec.flags import toml_value
from kerasmith.spec.keys import as_toml, described, fields
from kerasmith.spec.read import read_output
from kerasmith.wizard.draft import KINDS, Draft
from kerasmith.wizard.question import Question

Put = Callable[[Draft, str, object], None]
"""Puts a value under a key; None takes what is there."""

NONE = "none"
"""What is typed, and shown as the default, where an option has no value."""


class Option(NamedTuple):
    """A question for an option, and what an answer to it changes."""

    question: Question
    apply: Callable[[Draft, str], None]


def option(
    draft: Draft, path: str, struct: type[Struct], key: str, now: object, put: Put
) -> Option:
    """Return the question for an option, by what its type says of it; its text is the key."""
    field = next(each for each in fields(struct) if each.name == key)
    about, example = described(field.type)

    def apply(draft: Draft, answer: str) -> None:
        if answer != _written(now):
            put(draft, key, _read(answer, several=isinstance(now, tuple)))

    def check(answer: str) -> Problem | None:
        origin = Origin(f"{path}.{key}", as_toml(key, example))
        return draft.objection(lambda draft: apply(draft, answer), {f"{path}.{key}": origin})

    return Option(Question(key, _written(now), about, _written(example), check=check), apply)


def asked_options(draft: Draft, number: int) -> Iterator[Option]:
    """Yield the options of an output that its kind has a question for, with that question."""
    found = read_output(draft.entries("outputs")[number])
    if not found:
        return
    for key, text in found.kind.asked.items():
        put = partial(put_into_all, "outputs", [found.name])
        path, now = f"outputs[{number}]", getattr(found.kind, key)
        plain = option(draft, path, type(found.kind), key, now, put)
        yield _with_none(plain, text.format(name=found.name))


def _with_none(plain: Option, text: str) -> Option:
    """Return an option that has a word for no value, so that Enter is an answer."""
    question, apply = plain

    def meant(answer: str) -> str:
        return "" if answer == NONE else answer

    asked = replace(
        question,
        text=text,
        default=question.default or NONE,
        check=lambda answer: question.check(meant(answer)),
    )
    return Option(asked, lambda draft, answer: apply(draft, meant(answer)))


def put_into_all(section: str, names: Sequence[str], draft: Draft, key: str, value: object) -> None:
    """Put a value into the entries of these names; what is so by itself needs no word."""
    for entry in draft.entries(section):
        if entry["name"] in names:
            kind = KINDS[section][entry["kind"]]
            entry.pop(key, None)
            if value is not None and value != in_toml(usual(kind, key)):
                entry[key] = value


def usual(kind: type[Struct], key: str) -> object:
    """Return what a key has where nothing is said."""
    return next(each.default for each in fields(kind) if each.name == key)


def in_toml(value: object) -> object:
    """Return a value as TOML has it."""
    return list(value) if isinstance(value, tuple) else value


def _written(value: object) -> str:
    """Return a value as it is typed: several have commas between them."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return "" if value is None or value is UNSET else str(value)


def _read(answer: str, *, several: bool) -> object:
    """Return what was typed as TOML has it; None where nothing was."""
    text = answer.strip("[] ")
    if not text:
        return None
    return [toml_value(each.strip()) for each in text.split(",")] if several else toml_value(text)
