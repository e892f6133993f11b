"""Read tables and values, and collect what is wrong with them instead of stopping.

The *tables* are what `tomllib` gives for a `kerasmith.toml`; flags and recipes come in the same
form. A *path* says where in them a mistake is: `inputs[0].shape`.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from msgspec import Struct

from kerasmith.catalogue import plugins
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.spec.keys import as_toml, described, fields, key_names, literals
from kerasmith.spec.specification import MOST_INPUTS

Tables = Mapping[str, object]
T = TypeVar("T", bound=Struct)
C = TypeVar("C")


@dataclass(frozen=True)
class Origin:
    """The flag that a path came from, and how it is written right: `VALUE` stands for the value."""

    flag: str
    instead: str = ""


Origins = Mapping[str, Origin]

MOST_PROBLEMS = 50
"""Mistakes that are reported at once; whoever makes more of them has the wrong file."""


def origin_of(path: str, origins: Origins) -> Origin:
    """Return the flag that a path came from, or the table that it is in."""
    while path not in origins:
        end = max(path.rfind("."), path.rfind("["))
        if end <= 0:
            return Origin("")
        path = path[:end]
    return origins[path]


def place_of(path: str, origins: Origins) -> str:
    """Return where something is said: the flag, or its path."""
    return origin_of(path, origins).flag or path


def instead_of(path: str, value: object, origins: Origins) -> str:
    """Return what would be right, in the form of the flag or of the file."""
    right = origin_of(path, origins).instead
    key = re.sub(r".*\.", "", path)
    if not right:
        return as_toml(key, value)
    if not right.endswith("VALUE"):
        return right
    plain = isinstance(value, str) and " " not in value
    return right.removesuffix("VALUE") + (str(value) if plain else json.dumps(value))


@dataclass
class Collector:
    """Takes tables apart and collects what is wrong; `origins` names the flags they came from."""

    origins: Origins
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: str, what: str, why: str = "", try_: str = "") -> None:
        self.add(Problem(what, self.place(path), why, try_))

    def add(self, problem: Problem) -> None:
        """Take a problem, whoever found it.

        Raises KerasmithError where there are too many.
        """
        self.problems.append(problem)
        if len(self.problems) == MOST_PROBLEMS:
            more = Problem(f"There may be more mistakes; these are the first {MOST_PROBLEMS}.")
            raise KerasmithError(*self.problems, more)

    def lacking(self, path: str, what: str, why: str = "", try_: str = "") -> None:
        """Note what is left to say: nothing that is said is wrong by itself."""
        self.add(Problem(what, self.place(path), why, try_, missing=True))

    def place(self, path: str) -> str:
        """Return where something is said: the flag, or its path."""
        return place_of(path, self.origins)

    def instead(self, path: str, value: object) -> str:
        """Return what would be right, in the form of the flag or of the file."""
        return instead_of(path, value, self.origins)

    def known_keys(self, path: str, table: Tables, known: Iterable[str]) -> None:
        known = tuple(known)
        for key in table:
            if key not in known:
                where = f"{path}.{key}" if path else key
                self.problem(
                    where, f"There is no key {shortened(key)} here.", try_=did_you_mean(key, known)
                )

    def table(self, path: str, value: object) -> dict[str, object] | None:
        if isinstance(value, dict):
            return value
        self.problem(path, f"{path} is a table of keys.", f"Received: {shortened(value)}")
        return None

    def entries(self, section: str, tables: Tables) -> Iterator[tuple[str, dict[str, object]]]:
        entries = tables.get(section, [])
        if not isinstance(entries, list):
            self.problem(
                section,
                f"{section} is a list of tables.",
                f"Received: {shortened(entries)}",
                f"[[{section}]]",
            )
            return
        for number, entry in enumerate(entries):
            path = f"{section}[{number}]"
            if (table := self.table(path, entry)) is not None:
                yield path, table

    def some(self, section: str, found: Collection[object], flag: str) -> None:
        if not found and not any(each.where.startswith(section) for each in self.problems):
            self.lacking(
                section, f"A model needs at least one {section.removesuffix('s')}.", try_=flag
            )

    def few(self, section: str, tables: Tables) -> None:
        """Check how many entries there are, before any of them is looked at."""
        entries = tables.get(section)
        if isinstance(entries, list) and len(entries) > MOST_INPUTS:
            self.problem(
                section,
                f"{len(entries):,} {section} are too many.",
                f"A starter project has {MOST_INPUTS} at the most.",
            )

    def section(self, section: str, tables: Tables, struct: type[T]) -> T | None:
        table = self.table(section, tables.get(section, {}))
        return None if table is None else self.struct(section, table, struct)

    def struct(self, path: str, table: Tables, struct: type[T]) -> T | None:
        self.known_keys(path, table, key_names(struct))
        values = self.values(path, table, struct)
        return None if values is None else struct(**values)

    def values(
        self, path: str, table: Tables, struct: type[Struct], only_given: bool = False
    ) -> dict[str, object] | None:
        """Return the checked values of the struct's fields that are in the table."""
        before = len(self.problems)
        values = {}
        for each in fields(struct):
            if each.name in table:
                values[each.name] = self.value(f"{path}.{each.name}", table[each.name], each.type)
            elif each.required and not only_given:
                description, example = described(each.type)
                self.lacking(
                    f"{path}.{each.name}",
                    f"{each.name!r} is missing.",
                    description,
                    self.instead(f"{path}.{each.name}", example),
                )
        return None if len(self.problems) > before else values

    def value(self, path: str, value: object, type_: object) -> object:
        """Return the value as the type it must have."""
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError as error:
            description, example = described(type_)
            inside = re.search(r" - at `\$(.*)`", str(error))
            key = re.sub(r".*\.", "", path)
            choices = [c for c in literals(type_) if isinstance(c, str)]
            self.problem(
                path + (inside[1] if inside else ""),
                f"{key} = {shortened(value)} does not work.",
                description,
                did_you_mean(value, choices) if choices else self.instead(path, example),
            )
            return None

    def choice(self, path: str, word: object, known: Mapping[str, C], what: str) -> C | None:
        """Return what a word stands for."""
        if isinstance(word, str) and word in known:
            return known[word]
        what = f"There is no {what} {shortened(word)}."
        self.problem(path, what, plugins.why_unknown(known, word), did_you_mean(word, known))
        return None
