"""What the owner of data says of it, checked against the columns that there are."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened

COLUMN_KINDS = ("number", "category", "date", "text", "image", "audio")
"""What `--input COLUMN:KIND` may say of a column."""

SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class DataOptions:
    """What the owner of the data says, as it was typed."""

    predict: Sequence[str] = ()
    history: int | None = None
    horizon: int | None = None
    known: Sequence[str] = ()
    """Columns that a forecast knows in advance."""
    series: str | None = None
    """The column that says which of several series a row is of; None where there is one."""
    inputs: Sequence[str] = ()
    """`COLUMN:KIND[:SIZE]`, in place of what was found."""
    outputs: Sequence[str] = ()
    ignore: Sequence[str] = ()
    missing: Sequence[str] = ()
    """What stands for no value."""
    header: bool | None = None
    """Whether the first row of a text names the columns; None where that should be found out."""
    encoding: str | None = None
    """How the text is encoded; None where that should be found out."""
    validation: Path | None = None
    """The table of the validation split; None where it is drawn from training."""
    test: Path | None = None
    """The table of the test split; None where it is drawn from training."""


class CheckedOptions:
    """The options, checked against the columns that there are; all mistakes at once."""

    def __init__(self, names: Sequence[str], options: DataOptions) -> None:
        self.given = options
        self.problems: list[Problem] = []
        self.missing = frozenset(word.lower() for word in options.missing)
        self.inputs = dict(self._kinds("--input", options.inputs, names, COLUMN_KINDS))
        self.outputs = dict(
            self._kinds("--output", options.outputs, [*names, *_several(names)], OUTPUT_KINDS)
        )
        self.predict: dict[str, tuple[str, ...]] = {}
        for name in dict.fromkeys((*options.predict, *self.outputs)):
            columns = _columns_of(name, names)
            if columns or _may_lack_labels(self.outputs.get(name, ("",))[0]):
                self.predict[name] = columns
            else:
                self._unknown(f"--predict {name}", name, names)
        for name in options.ignore:
            if name not in names:
                self._unknown(f"--ignore {name}", name, names)
        for name in options.known:
            if name not in names:
                self._unknown(f"--known {name}", name, names)
            elif name in options.ignore:
                what = f"{name!r} is left out."
                self.problems.append(Problem(what, f"--known {name}", "It cannot be both."))
        self._check_series(names)
        predicted = {each for columns in self.predict.values() for each in columns}
        for name in predicted & {*options.ignore, *self.inputs, *options.known, options.series}:
            flag = "--series" if name == options.series else self._flag_of(name)
            self.problems.append(
                Problem(f"{name!r} is the target.", f"{flag} {name}", "It cannot be both.")
            )
        if self.problems:
            raise KerasmithError(*self.problems)

    def _check_series(self, names: Sequence[str]) -> None:
        """Note what is wrong with the column that tells series apart."""
        name, options = self.given.series, self.given
        if name is None:
            return
        if name not in names:
            self._unknown(f"--series {name}", name, names)
        elif name in (*options.ignore, *options.known, *self.inputs):
            what, flag = f"{name!r} names the series.", self._flag_of(name)
            self.problems.append(Problem(what, f"{flag} {name}", "It cannot be both."))

    def _flag_of(self, name: str) -> str:
        """Return the flag that says what a column is, beside a target or a series."""
        if name in self.given.known:
            return "--known"
        return "--ignore" if name in self.given.ignore else "--input"

    def _kinds(
        self, flag: str, texts: Sequence[str], names: Sequence[str], kinds: Iterable[str]
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield column, kind and size that `COLUMN:KIND[:SIZE]` says; a column may hold a colon."""
        for text in texts:
            known = [name for name in names if text.startswith(f"{name}:")]
            name, _, kind = text.partition(":")
            if not known and flag == "--output" and name and _may_lack_labels(kind):
                yield name, (kind, "")
                continue
            if not known:
                self._unknown(f"{flag} {text}", text.partition(":")[0], names)
                continue
            name = max(known, key=len)
            kind, _, size = text.removeprefix(f"{name}:").partition(":")
            if kind not in kinds:
                what = f"A column is not a {shortened(kind)}."
                self.problems.append(
                    Problem(what, f"{flag} {text}", try_=did_you_mean(kind, kinds))
                )
                continue
            yield name, (kind, size)

    def _unknown(self, where: str, name: str, names: Sequence[str]) -> None:
        what = f"There is no column {shortened(name)}."
        self.problems.append(Problem(what, where, try_=did_you_mean(name, names[:40])))


def _may_lack_labels(kind: str) -> bool:
    """Say whether a table may lack the column of an output of a kind."""
    return kind in OUTPUT_KINDS and OUTPUT_KINDS[kind].may_lack_labels


def _boxes(names: Sequence[str]) -> list[str]:
    """Return what four columns, NAME_left to NAME_bottom, are the box of."""
    starts = (name.removesuffix("_left") for name in names if name.endswith("_left"))
    return [start for start in starts if all(f"{start}_{side}" in names for side in SIDES)]


def _several(names: Sequence[str]) -> list[str]:
    """Return what several columns are one target of: a box, or numbers NAME_1, NAME_2 …"""
    firsts = (name.removesuffix("_1") for name in names if name.endswith("_1"))
    return [*_boxes(names), *(first for first in firsts if f"{first}_2" in names)]


def _columns_of(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a name stands for: one, the four of a box, or NAME_1, NAME_2 …"""
    if name in names:
        return (name,)
    if name in _boxes(names):
        return tuple(f"{name}_{side}" for side in SIDES)
    count = 1
    while f"{name}_{count}" in names:
        count += 1
    return tuple(f"{name}_{number}" for number in range(1, count)) if count > 2 else ()
