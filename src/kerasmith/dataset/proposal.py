"""What looking into data gives: findings, and the tables of a spec that rest on them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasmith.catalogue.endings import form_of
from kerasmith.catalogue.value_types import NAME_LENGTH
from kerasmith.dataset.facts import LONGEST_VALUE, Finding, as_number
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target
from kerasmith.dataset.written import FORMS, plain_number
from kerasmith.spec.names import suggested_part
from kerasmith.spec.specification import DataSection

TABLE_NAME = "record"
"""What the input is called that holds the columns of numbers and categories."""

LONGEST_FILE = 60
"""Characters in the name of a file that a project keeps under that name."""

MOST_WORDS = 20
"""Words that stand for nothing, as a spec holds them."""

MOST_IN_A_TABLE = 1000
"""Columns of one table at the most."""


@dataclass(frozen=True)
class DataFindings:
    """What a data file holds: columns, what to predict, and what is worth knowing."""

    path: Path
    form: str
    rows: int
    looked_at: int
    columns: tuple[Finding, ...]
    targets: tuple[Target, ...] = ()
    has_header: bool = True
    """Whether the first row of a text names the columns."""
    guessed: bool = False
    """Whether nobody said what to predict."""
    notes: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns whose names a model cannot have, and what they are called in the spec."""
    broken: frozenset[Path] = frozenset()
    """Files in a folder that cannot be read: a project gets no copies of them."""


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


def data_section(
    sample: Sample, findings: Iterable[Finding], answers: Iterable[Finding] = ()
) -> dict[str, Any]:
    """Return what a spec says of the file: where a project keeps it, and how it is written.

    `findings` are those of the columns that are read, `answers` those of what is predicted.
    """
    name = sample.path.name
    kept = name if len(name) <= LONGEST_FILE and name.isprintable() and name[0] != "." else ""
    read = [*findings, *answers]
    styles = [each.written for each in read if each.written]
    numbers = max(styles, key=styles.count, default="1234.5")
    missing = _missing(read)
    said = {
        "path": f"data/{kept or 'examples' + sample.path.suffix.lower()}",
        "separator": sample.separator if form_of(name) == "csv" else ",",
        "encoding": sample.encoding,
        "numbers": numbers,
        "missing": missing,
        "columns": list(_columns(sample, read, answers, numbers, missing)),
    }
    usual = DataSection()
    return {key: value for key, value in said.items() if value and getattr(usual, key) != value}


def _missing(findings: Iterable[Finding]) -> list[str]:
    """Return what is in cells that hold nothing, and is a value nowhere."""
    findings = list(findings)
    values = {value for each in findings for value in each.values}
    words = {word for each in findings for word in each.missing}
    return sorted(word for word in words - values if _can_be_said(word))[:MOST_WORDS]


def _columns(
    sample: Sample,
    findings: Iterable[Finding],
    answers: Iterable[Finding],
    numbers: str,
    missing: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Yield what to say of single columns, where they differ from the rest of the file."""
    answers = list(answers)
    for each in findings:
        own: dict[str, Any] = {}
        if each.is_number and not _reads(each, numbers, sample):
            own["numbers"] = each.written or "1234.5"
        words = [*each.missing, *(each.stray if each in answers else ())]
        said = sorted({word for word in words if _can_be_said(word)})
        if {*said} - {*missing} and (each in answers or not each.is_number):
            own["missing"] = said[:MOST_WORDS]
        if each.labels:
            own["labels"] = each.labels
        if own:
            yield {"name": each.name, **own}


def _reads(found: Finding, numbers: str, sample: Sample) -> bool:
    """Say whether numbers are read rightly in the form that most columns have."""
    if found.written or numbers == "1234.5":
        return (found.written or "1234.5") == numbers
    mark = next(mark for mark, form in FORMS.items() if form == numbers)
    cells = set(sample.columns[found.name])
    return all(as_number(cell) == as_number(plain_number(cell, mark)) for cell in cells)


def _can_be_said(word: str) -> bool:
    """Say whether a spec can hold a word."""
    return len(word) <= LONGEST_VALUE and word.isprintable()


def renamed_note(names: Names) -> Iterator[str]:
    renamed = {old: new for old, new in names.renamed.items() if new != TABLE_NAME}
    if renamed:
        pairs = ", ".join(f"{old!r} is called {new}" for old, new in renamed.items())
        yield f"A name in a model is lower-case letters, digits and underscores: {pairs}."


def output(name: str, found: Target, names: Names) -> dict[str, Any]:
    """Return the entry of an output."""
    return {**names.named(name), "kind": found.kind, **found.sizes}
