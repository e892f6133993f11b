"""What looking into data gives: findings, and the tables of a spec that rest on them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasmith.catalogue.files import form_of
from kerasmith.catalogue.words import NAME_LENGTH
from kerasmith.inspect.facts import MISSING, Finding
from kerasmith.inspect.files import Sample
from kerasmith.inspect.target import Target
from kerasmith.spec.model import DataWishes
from kerasmith.spec.names import suggested_part

TABLE_NAME = "record"
"""What the input is called that holds the columns of numbers and categories."""

LONGEST_FILE = 60
"""Characters in the name of a file that a project keeps under that name."""

MOST_IN_A_TABLE = 1000
"""Columns of one table at the most."""


@dataclass(frozen=True)
class DataFindings:
    """What a data file holds: columns, what is to be predicted, and what is worth knowing."""

    path: Path
    form: str
    rows: int
    looked_at: int
    columns: tuple[Finding, ...]
    targets: tuple[Target, ...] = ()
    guessed: bool = False
    """Whether nobody said what is to be predicted."""
    notes: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns whose names a model cannot have, and what they are called in the spec."""


@dataclass(frozen=True)
class Proposal:
    """The tables of a spec for some data, and what they rest on."""

    tables: dict[str, Any]
    findings: DataFindings


@dataclass
class Names:
    """Names that inputs and outputs can have, each once; `renamed` remembers what was changed.

    `columns` are what the data call theirs: none of them is another one's name.
    """

    columns: Iterable[str] = ()
    taken: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def take(self, text: str) -> str:
        base = suggested_part(text)
        name, number = base, 1
        while name in self.taken or (name != text and name in self.columns):
            number += 1
            name = f"{base[: NAME_LENGTH - 4]}{number}"
        self.taken.append(name)
        if name != text:
            self.renamed[text] = name
        return name

    def named(self, text: str) -> dict[str, Any]:
        """Return how an entry begins: its name, and the column where that is called otherwise."""
        name = self.take(text)
        return {"name": name} if name == text else {"name": name, "column": text}


def data_section(sample: Sample, findings: Iterable[Finding]) -> dict[str, Any]:
    """Return what a spec says of the file: where a project keeps it, and how it is written."""
    name = sample.path.name
    kept = name if len(name) <= LONGEST_FILE and name.isprintable() and name[0] != "." else ""
    styles = [each.written for each in findings if each.written]
    said = {
        "path": f"data/{kept or 'examples' + sample.path.suffix.lower()}",
        "separator": sample.separator if form_of(name) == "csv" else ",",
        "encoding": sample.encoding,
        "numbers": max(styles, key=styles.count, default="1234.5"),
        "missing": _missing(sample.columns[each.name] for each in findings),
    }
    usual = DataWishes()
    return {key: value for key, value in said.items() if value and getattr(usual, key) != value}


def _missing(columns: Iterable[Iterable[str]]) -> list[str]:
    """Return what stands in cells that hold nothing, beside the empty ones."""
    cells = {cell for cells in columns for cell in cells}
    return sorted(cell for cell in cells if cell and cell.lower() in MISSING)[:20]


def renamed_note(names: Names) -> Iterator[str]:
    renamed = {old: new for old, new in names.renamed.items() if new != TABLE_NAME}
    if renamed:
        pairs = ", ".join(f"{old!r} is called {new}" for old, new in renamed.items())
        yield f"A name in a model is lower-case letters, digits and underscores: {pairs}."


def output(name: str, found: Target, names: Names) -> dict[str, Any]:
    """Return the entry of an output."""
    return {**names.named(name), "kind": found.kind, **found.sizes}
