"""The facts of a column, and a finding: what it is, how sure that is, and the reason in words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from kerasmith.counts import counted
from kerasmith.errors import printable

MISSING = frozenset(
    {"", "?", "-", "--", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "nat", "."}
)
"""What stands for no value, in lower case."""

NONE_AS_A_VALUE = frozenset({"none", "nil"})
"""Of these, what is a value where it is one of the values of a category."""

MOST_VALUES, LONGEST_VALUE = 1000, 200
"""Of a category that is written down, as a spec holds it."""

LONGEST_NAME = 200
"""Characters in the name of a column, as a spec holds it."""


@dataclass(frozen=True)
class Finding:
    """What a column is: a kind of column, a confidence from 0 to 1, and the reason."""

    name: str
    kind: str
    confidence: float
    reason: str
    values: tuple[str, ...] = ()
    """Of a category: its values, the most frequent first."""
    length: int = 0
    """Of a text: the words that nine in ten rows have at the most."""
    vocabulary: int = 0
    written: str = ""
    """How numbers are written that programs read as text (`1,234.5`); empty where they do."""
    as_written: str = ""
    """One of them, and what programs read, in words."""
    missing: tuple[str, ...] = ()
    """What its cells hold where they hold nothing, beside empty ones."""
    labels: str = ""
    """Of several labels in a cell: what is between them, where that is not |."""
    form: str = ""
    """Of dates: how they are written, as strptime says it."""
    different: int = 0
    """How many values it holds."""
    gaps: int = 0
    """How many cells hold nothing that it takes."""
    stray: tuple[str, ...] = ()
    """Of numbers: cells that are none; they count as missing, too."""
    is_group: bool = False
    """Whether it says whom a row is of, and several rows are of one."""
    notes: tuple[str, ...] = ()

    @property
    def dropped(self) -> bool:
        """Whether nothing can be learned from it."""
        return self.kind == "dropped"

    @property
    def can_be_a_column(self) -> bool:
        """Whether a spec can hold its name."""
        return len(self.name) <= LONGEST_NAME and self.name.isprintable()

    @property
    def is_number(self) -> bool:
        """Whether it holds numbers."""
        return self.kind == "number"


@dataclass(frozen=True)
class Habits:
    """How a file is written, where a single column does not say it."""

    decimal: str = "."
    """The decimal mark of numbers that could have either."""
    missing: frozenset[str] = frozenset()
    """What its owner says stands for no value, in lower case."""
    values: frozenset[str] = frozenset()
    """What usually stands for no value, and is one here."""

    @property
    def nothing(self) -> frozenset[str]:
        """What stands for no value, in lower case."""
        return MISSING - self.values | self.missing

    @property
    def nothing_of_categories(self) -> frozenset[str]:
        """What stands for no value of a category, in lower case."""
        return MISSING - NONE_AS_A_VALUE - self.values | self.missing


USUAL_HABITS = Habits()


@dataclass(frozen=True)
class Facts:
    """The cells of a column, and what is counted of them when it is asked for."""

    name: str
    cells: Sequence[str]
    decimal: str = "."
    """The decimal mark of numbers that could have either: that of the file."""
    nothing: frozenset[str] = MISSING
    """What stands for no value here, in lower case."""
    notes: list[str] = field(default_factory=list)

    @cached_property
    def present(self) -> list[str]:
        """The cells that hold something."""
        return [cell for cell in self.cells if cell.lower() not in self.nothing]

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """What is in the cells that hold nothing, beside the empty ones."""
        return tuple(sorted({cell for cell in self.cells if cell and cell.lower() in self.nothing}))

    @cached_property
    def counts(self) -> Counter[str]:
        """How often each value occurs."""
        return Counter(self.present)

    @cached_property
    def numbers(self) -> list[float]:
        """The cells that are numbers as programs write them."""
        known = {value: as_number(value) for value in self.counts}  # many cells hold the same
        return [number for cell in self.present if (number := known[cell]) is not None]

    @cached_property
    def words(self) -> list[int]:
        """How many words each cell holds."""
        return [len(cell.split()) for cell in self.present]

    @property
    def rows(self) -> int:
        """How many cells there are, missing ones too."""
        return len(self.cells)

    def says(self, kind: str, confidence: float, reason: str, **more: Any) -> Finding:
        """Return a finding of this column; the reason begins with the kind."""
        sentence = f"{kind}: {reason}"
        more = {"different": len(self.counts), **more}
        more = {"missing": self.missing, "gaps": self.gaps(more.get("stray", ())), **more}
        return Finding(self.name, kind, confidence, sentence, notes=tuple(self.notes), **more)

    def gaps(self, stray: Sequence[str]) -> int:
        """Return how many cells hold nothing, or something that counts as nothing."""
        return self.rows - len(self.present) + sum(self.counts[value] for value in stray)

    @property
    def different(self) -> str:
        """Return "3 values in 344 rows"."""
        return f"{counted(len(self.counts), 'value')} in {counted(self.rows, 'row')}"


LONGEST_NUMBER = 400
"""Characters of a number, and of a day or time."""


def as_number(text: str) -> float | None:
    """Return the number that a text is to programs; None for words, and for inf and nan."""
    if not text or len(text) > LONGEST_NUMBER or text[-1] not in "0123456789.":
        return None
    try:
        number = float(text)
    except ValueError:
        return None
    return number if "_" not in text and abs(number) < 1e300 else None


def values_of(facts: Facts) -> tuple[str, ...]:
    """Return the values of a category: numbers in their order, others by name."""
    values = list(facts.counts)
    numbers = [as_number(value) for value in values]
    if None not in numbers:
        return tuple(value for _, value in sorted(zip(numbers, values, strict=True)))
    return tuple(sorted(values))


def shown(value: str) -> str:
    """Return a value as a sentence holds it."""
    cut = value if len(value) <= 30 else f"{value[:29]}…"
    return f"'{printable(cut)}'"


def shlex_name(name: str) -> str:
    """Return a column's name as a flag holds it."""
    import shlex

    return shlex.quote(name)


def plain(number: float) -> str:
    """Return a number as people write it."""
    return f"{number:.6g}"
