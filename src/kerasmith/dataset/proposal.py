"""What looking into data gives: findings, and the tables of a spec that rest on them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasmith.catalogue.endings import form_of
from kerasmith.catalogue.inputs import FEWEST_FITTED
from kerasmith.catalogue.value_types import NAME_LENGTH
from kerasmith.counts import counted
from kerasmith.dataset.facts import LONGEST_VALUE, Finding, as_number, shlex_name, shown
from kerasmith.dataset.in_time import InTime
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target
from kerasmith.dataset.written import FORMS, plain_number
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.names import suggested_part
from kerasmith.spec.specification import MOST_MISSING, DataSection

TABLE_NAME = "record"
"""What the input is called that holds the columns of numbers and categories."""

LONGEST_FILE = 60
"""Characters in the name of a file that a project keeps under that name."""

MOST_IN_A_TABLE = 1000
"""Columns of one table at the most."""


@dataclass(frozen=True)
class GivenTable:
    """The table of a split that has one of its own, beside that of training."""

    path: Path
    rows: int
    looked_at: int


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
    splits: Mapping[str, GivenTable] = field(default_factory=dict)
    """The tables of the splits that have one of their own."""
    in_time: InTime | None = None
    """How the rows follow each other in time, where nobody says that a forecast is asked for."""


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


def category_values(found: Finding) -> list[str] | int:
    """Return the values of a category that is an input; of many only how many there are."""
    count = len(found.values)
    return count if count >= FEWEST_FITTED else list(found.values)


def data_section(
    sample: Sample, findings: Iterable[Finding], answers: Sequence[Finding] = ()
) -> dict[str, Any]:
    """Return what a spec says of the file: where a project keeps it, and how it is written.

    `findings` are those of the columns that are read, `answers` those of what is predicted.
    """
    name = sample.path.name
    read = [*findings, *answers]
    _check_can_be_said(sample, read, answers)
    styles = [each.written for each in read if each.written]
    numbers = max(styles, key=styles.count, default="1234.5")
    missing = _missing(read)
    said = {
        "path": f"data/{_kept_name(sample.path)}",
        "separator": sample.separator if form_of(name) == "csv" else ",",
        "encoding": sample.encoding,
        "numbers": numbers,
        "missing": missing,
        "columns": list(_columns(sample, read, answers, numbers, missing)),
    }
    usual = DataSection()
    return {key: value for key, value in said.items() if value and getattr(usual, key) != value}


def _kept_name(table: Path, instead: str = "examples") -> str:
    """Return what a project calls a table: as it is called, or `instead` where that is odd."""
    name = table.name
    fine = len(name) <= LONGEST_FILE and name.isprintable() and name[0] != "."
    return name if fine else f"{instead}{table.suffix.lower()}"


def names_of_tables(sample: Sample, given: Mapping[str, Sample]) -> dict[str, str]:
    """Return what a project calls the tables of splits beside that of training, each once.

    On some systems names that differ in capitals alone are one.
    """
    names: dict[str, str] = {}
    taken = {_kept_name(sample.path).casefold()}
    for split, table in given.items():
        own = f"{split}{table.path.suffix.lower()}"
        able = (_kept_name(table.path, split), own, f"{split}_split{table.path.suffix.lower()}")
        names[split] = next(name for name in able if name.casefold() not in taken)
        taken.add(names[split].casefold())
    return names


def _missing(findings: Iterable[Finding]) -> list[str]:
    """Return what is in cells that hold nothing, and is a value nowhere."""
    findings = list(findings)
    values = {value for each in findings for value in each.values}
    words = {word for each in findings for word in each.missing}
    return sorted(words - values)


def _columns(
    sample: Sample,
    findings: Iterable[Finding],
    answers: Sequence[Finding],
    numbers: str,
    missing: Sequence[str],
) -> Iterator[dict[str, Any]]:
    """Yield what to say of single columns, where they differ from the rest of the file."""
    for each in findings:
        own: dict[str, Any] = {}
        if each.is_number and not _reads(each, numbers, sample):
            own["numbers"] = each.written or "1234.5"
        said = _nothing(each, answers)
        if {*said} - {*missing} and (each in answers or not each.is_number):
            own["missing"] = said
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


def _nothing(found: Finding, answers: Sequence[Finding]) -> list[str]:
    """Return what stands for nothing in a column: of an answer, also what is not a number."""
    return sorted({*found.missing, *(found.stray if found in answers else ())})


def _check_can_be_said(
    sample: Sample, findings: Iterable[Finding], answers: Sequence[Finding]
) -> None:
    """Raise KerasmithError where what stands for nothing is more than a spec can hold.

    A word that it did not name would end training when its row comes.
    """
    problems = []
    for each in findings:
        words = _nothing(each, answers)
        odd = [w for w in words if len(w) > LONGEST_VALUE or not w.isprintable()]
        if len(words) > MOST_MISSING or odd:
            why = f"It holds {counted(len(words), 'different word')} that count as missing"
            cannot = f"{shown(odd[0])} cannot be named" if odd else f"{MOST_MISSING:,} can be named"
            problems.append(
                Problem(
                    f"{shown(each.name)} holds more than missing values.",
                    str(sample.path),
                    f"{why}, and {cannot}.",
                    f"empty cells in their place; or --ignore {shlex_name(each.name)}",
                )
            )
    if problems:
        raise KerasmithError(*problems)


def renamed_note(names: Names) -> Iterator[str]:
    renamed = {old: new for old, new in names.renamed.items() if new != TABLE_NAME}
    if renamed:
        pairs = ", ".join(f"{old!r} is called {new}" for old, new in renamed.items())
        yield f"In the code, where names are lower-case letters, digits and underscores, {pairs}."


def output(name: str, found: Target, names: Names) -> dict[str, Any]:
    """Return the entry of an output."""
    return {**names.named(name), "kind": found.kind, **found.sizes}
