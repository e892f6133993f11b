"""From a data file to a sample of its rows, as text, within flat memory.

A *sample* is what everything else looks at: the whole of a small file, and of a large one rows
from its beginning, its end and evenly between. Cells stay text: that a number is written `1,234`
is a finding.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from msgspec import Struct

from kerasmith.catalogue.endings import form_of
from kerasmith.counts import counted
from kerasmith.dataset.facts import shown
from kerasmith.dataset.header import looks_like_data, names_of
from kerasmith.dataset.written import usual_mark
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.untrusted.apart import apart, is_given
from kerasmith.untrusted.bounds import Lines

MOST_CELLS, MOST_ROWS = 600_000, 30_000
"""Of a sample: what takes about a second to look at."""

MOST_TEXT = 12_000_000
"""Characters of a sample; of longer cells fewer rows are looked at."""

MOST_COLUMNS = 10_000
LONGEST_CELL = 1_000_000
"""Characters; a longer cell means that a quotation mark was never closed."""

BLOCKS = 20
"""Places of a large file at which rows are read."""

HEAD_BYTES = 1_000_000


@dataclass(frozen=True)
class Sample:
    """Rows of a table: the name and the cells of each column, and how they were taken.

    A cell is its text, `""` where there is none.
    """

    path: Path
    form: str
    columns: dict[str, list[str]]
    rows: int
    """Of the whole file; an estimate where only a sample was read."""
    whole: bool = True
    notes: tuple[str, ...] = ()
    separator: str = ","
    encoding: str = "utf-8"
    header: bool = True
    """Whether the first row names the columns."""
    unseen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Of some columns: what other rows of the file hold, and none of these."""

    def cells(self, name: str) -> Sequence[str]:
        """Return the cells of a column, and what other rows hold."""
        return [*self.columns[name], *self.unseen.get(name, ())]

    @cached_property
    def decimal(self) -> str:
        """The decimal mark of numbers in this file, where a column could have either."""
        return usual_mark(self.columns.values())

    @property
    def text_size(self) -> int:
        """Characters of the whole table; an estimate where only a sample was read."""
        read = sum(len(cell) + 1 for cells in self.columns.values() for cell in cells)
        return read * self.rows // max(1, self.size)

    @property
    def size(self) -> int:
        """How many rows were read."""
        return len(next(iter(self.columns.values()), ()))

    @property
    def stretch(self) -> int:
        """How many rows at the beginning follow each other in the file without a gap."""
        return self.size if self.whole else self.size // BLOCKS


PARQUET_READER = "kerasmith.dataset.parquet"


class Table(Struct):
    """Rows of a Parquet file, as `parquet.py` reads them in a process of its own."""

    columns: list[tuple[str, list[str]]]
    rows: int
    whole: bool


def unreadable(path: Path, why: str, try_: str = "") -> KerasmithError:
    """Return the error for a file that cannot be read as data."""
    return KerasmithError(Problem(f"{path.name or path} cannot be read.", str(path), why, try_))


def read_table(
    path: Path, header: bool | None = None, encoding: str = "", *, every_row: bool = False
) -> Sample:
    """Read a sample of a table: CSV, TSV or Parquet.

    `header` says whether the first row of a text names the columns, `encoding` how it is encoded;
    left out, that is found out. `every_row` keeps rows without a value, which are steps of a
    series. Raises KerasmithError where it is not a table.
    """
    try:
        if form_of(path.name) == "parquet":
            return _read_parquet(path)
        return _read_text(path, header, encoding, every_row=every_row)
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None


# === Text ===


def _read_text(path: Path, header: bool | None, said_encoding: str, *, every_row: bool) -> Sample:
    head, size = _head_of(path)
    encoding = said_encoding or _encoding(head)
    text = head.decode(encoding, "replace")
    separator = "\t" if form_of(path.name) == "tsv" else _separator(text)
    reader = _Reader(path, encoding, separator, every_row)
    first = reader.parse(text, cut=len(head) < size)
    _check_first_line(path, text, first[0], separator)
    named, notes = _is_header(first, separator) if header is None else (header, [])
    names, said = _names(path, first[0], header=named)
    first = first[1:] if named else first
    _check_rows(path, names, first, cut=len(head) < size)
    taken = _taken(reader, first, len(names), (len(head), size), header=named)
    rows, good = taken.rows, _without_the_end(taken.rows, len(names))
    columns = {
        name: [cell.strip() for cell in cells]
        for name, cells in zip(names, zip(*_padded(good, len(names)), strict=True), strict=True)
    }
    notes += [*said, *_read_as(encoding, said_encoding), *taken.notes]
    notes += _ragged(rows, len(names), separator)
    return Sample(
        path,
        {",": "CSV", "\t": "TSV"}.get(separator, f"CSV, columns apart by {separator!r}"),
        columns,
        len(good) if taken.whole else max(len(good), round(size / taken.row_bytes) - 1),
        taken.whole,
        tuple(notes),
        separator,
        encoding.removesuffix("-sig"),
        named,
    )


def _head_of(path: Path) -> tuple[bytes, int]:
    """Return the beginning of a text, and the size of the whole."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, io.SEEK_END)
    if not head.strip():
        raise unreadable(path, "It is empty.", "a table with a header and rows")
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable(path, "It is not a text file.", "CSV, TSV or Parquet")
    return head, size


def _check_first_line(path: Path, text: str, first: Sequence[str], separator: str) -> None:
    top = text.lstrip("\ufeff\r\n").partition("\n")[0]
    if not any(first) or not top.strip(f'{separator} \t\r"'):
        raise unreadable(path, "Its first line is empty.", "a header with names in the first line")


def _is_header(first: Sequence[list[str]], separator: str) -> tuple[bool, list[str]]:
    """Return whether the first row names the columns, and what to say where it does not."""
    if not looks_like_data(first[0], first[1:200]):
        return True, []
    return False, [
        f"The first row, {shortened(separator.join(first[0]), 60)}, looks like data, so "
        "the columns are called column_1, column_2 …; if it names them: --header"
    ]


def _check_rows(
    path: Path, names: Sequence[str], rows: Sequence[Sequence[str]], *, cut: bool
) -> None:
    if not rows:
        endless = "A row is longer than 1 MB, as when a quotation mark is never closed."
        raise unreadable(path, endless if cut else "It has a header and no rows.")
    if len(rows[0]) > len(names):
        raise _longer_than_header(path, names, rows[0])


def _read_as(encoding: str, said: str) -> Iterator[str]:
    """Say which encoding was taken, where it is not the usual one and nobody named it."""
    called = {"cp1252": "Windows-1252", "latin-1": "Latin-1"}
    if encoding in called and not said:
        yield (
            f"The text is not UTF-8; it was read as {called[encoding]}. If signs are wrong, say "
            "which it is: --encoding"
        )


@dataclass(frozen=True)
class _Taken:
    """Rows of a text, the bytes of each, whether they are all, and what to say of them."""

    rows: list[list[str]]
    row_bytes: float
    whole: bool
    notes: tuple[str, ...] = ()


def _taken(
    reader: "_Reader", first: list[list[str]], width: int, sizes: tuple[int, int], *, header: bool
) -> _Taken:
    """Take rows from all over a file; `first` are those of its beginning.

    `sizes` are the bytes of that beginning and of the file.
    """
    beginning, size = sizes
    wanted = wanted_rows(width)
    row_bytes = beginning / (len(first) + 1)
    whole = size <= HEAD_BYTES or size / row_bytes <= wanted
    multi = any("\n" in cell for row in first[:1000] for cell in row)
    if size <= HEAD_BYTES:
        rows = first
    elif not whole and not multi and reader.encoding != "utf-16":
        length = min(int(wanted * row_bytes), MOST_TEXT) // BLOCKS
        rows, row_bytes = reader.blocks(size, length, header=header)
    else:
        rows, ended = reader.first(wanted, header=header)
        whole = ended and len(rows) < wanted
    notes = []
    if not whole and multi:
        first_rows = counted(len(rows), "row was", "rows were")
        notes.append(f"Cells go over several lines: the first {first_rows} looked at.")
    if len(rows) > 2 * wanted:  # of short rows more fit into a file, and all are filled up
        rows, whole = rows[: 2 * wanted], False
    return _Taken(rows, row_bytes, whole, tuple(notes))


def _without_the_end(rows: Sequence[list[str]], width: int) -> list[list[str]]:
    """Return the rows that are not too long, without lines of separators at the end."""
    good = [row for row in rows if len(row) <= width]
    while len(good) > 1 and not any(good[-1]):
        good.pop()
    return good


def wanted_rows(columns: int) -> int:
    """Return how many rows of a table are looked at."""
    return max(min(1000, 5 * MOST_CELLS // columns), min(MOST_ROWS, MOST_CELLS // columns))


def _padded(rows: Sequence[list[str]], width: int) -> Iterator[list[str]]:
    """Yield rows with as many cells as there are columns: those that a row lacks are empty."""
    for row in rows:
        yield row + [""] * (width - len(row)) if len(row) < width else row


def _longer_than_header(path: Path, names: Sequence[str], row: Sequence[str]) -> KerasmithError:
    return unreadable(
        path,
        f"The header names {counted(len(names), 'column')}, and the first row has {len(row)} "
        f"cells: {shortened(list(row), 80)}.",
        "a name for each column in the header",
    )


def _encoding(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        head[: len(head) - 4 if len(head) == HEAD_BYTES else None].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return _encoding_of_one_byte(head)
    return "utf-8-sig"


def _encoding_of_one_byte(text: bytes) -> str:
    """Return Windows-1252, which is Latin-1 with dashes, quotes and the euro, where it can be."""
    try:
        text.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _separator(text: str) -> str:
    """Return what is between columns: what the first lines hold equally often, and most."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    lines = lines[:-1] if len(lines) == 50 else lines

    def evenly(mark: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        return counts.count(counts[0]) >= 0.9 * len(counts) and counts[0] > 1, counts[0]

    try:
        return max(",;\t|", key=evenly)
    except csv.Error:
        return ","


def _names(path: Path, first: Sequence[str], *, header: bool) -> tuple[list[str], list[str]]:
    """Return names for the columns, each once, and what is to say of the header."""
    if len(first) > MOST_COLUMNS:
        raise unreadable(path, f"{len(first):,} columns are more than {MOST_COLUMNS:,}.")
    if not header:
        return [f"column_{place}" for place in range(1, len(first) + 1)], []
    names = names_of(first)
    notes = []
    twice = [
        shown(cell.strip())
        for cell, name in zip(first, names, strict=True)
        if cell.strip() and cell.strip() != name
    ]
    if twice:
        notes.append(
            f"Several columns are called {', '.join(dict.fromkeys(twice))}: their names here "
            "are those that pandas gives them, such as NAME.1."
        )
    if len(set(names)) < len(names):
        again = next(name for name in names if names.count(name) > 1)
        raise unreadable(
            path,
            f"Two columns are called {shown(again)} apart from blanks around it.",
            "a name of its own for each",
        )
    return names, notes


def _ragged(rows: Sequence[Sequence[str]], width: int, separator: str) -> Iterator[str]:
    """Say which rows have more or fewer cells than there are columns."""
    of = f"of {counted(len(rows), 'row')}"
    columns = f"the {counted(width, 'column')} of the header"
    if long := [row for row in rows if len(row) > width]:
        yield (
            f"{counted(len(long), f'{of} has', f'{of} have')} more cells than {columns}, for "
            f"example {shortened(separator.join(long[0]), 60)}: left out."
        )
    if short := [row for row in rows if len(row) < width]:
        yield (
            f"{counted(len(short), f'{of} has', f'{of} have')} fewer cells than {columns}, for "
            f"example {shortened(separator.join(short[0]), 60)}: the others count as missing."
        )


@dataclass(frozen=True)
class _Reader:
    """Reads rows of a text file, from anywhere in it."""

    path: Path
    encoding: str
    separator: str
    every_row: bool = False

    def parse(self, text: str, *, cut: bool = False) -> list[list[str]]:
        """Return the rows of a piece of text; where it was cut, without the last."""
        csv.field_size_limit(LONGEST_CELL)
        lines = io.StringIO(text, newline="")
        try:
            rows = list(self._rows(lines))
        except csv.Error as error:
            raise unreadable(self.path, f"It is not a table: {error}.") from None
        rows = rows[:-1] if cut and len(rows) > 1 else rows
        if not rows:
            raise unreadable(self.path, "It has no rows.")
        return rows

    def _rows(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """Yield rows as pandas reads them with `skipinitialspace`."""
        rows = csv.reader(lines, delimiter=self.separator, skipinitialspace=True)
        return (row or [""] for row in rows if self.every_row or any(row))

    def first(self, most: int, *, header: bool) -> tuple[list[list[str]], bool]:
        """Return the first rows behind the header, and whether those are all of the file."""
        csv.field_size_limit(LONGEST_CELL)
        rows: list[list[str]] = []
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            try:
                lines = Lines(file)
                for row in self._rows(lines):
                    lines.row_ended()
                    rows.append(row)
                    if len(rows) > most or lines.read > MOST_TEXT:
                        return rows[1:] if header else rows, False
            except csv.Error as error:
                raise unreadable(self.path, f"It is not a table: {error}.") from None
        return rows[1:] if header else rows, True

    def blocks(self, size: int, length: int, *, header: bool) -> tuple[list[list[str]], float]:
        """Return rows from evenly spaced places, beginning and end among them; and their bytes."""
        rows: list[list[str]] = []
        taken = 0
        with self.path.open("rb") as file:
            for number in range(BLOCKS):
                start = number * (size - length) // (BLOCKS - 1)
                file.seek(start)
                block = file.read(length)
                inner = block[block.find(b"\n") + 1 : block.rfind(b"\n") + 1]
                if number == 0:  # it begins with the header
                    inner = block[: block.rfind(b"\n") + 1]
                taken += len(inner)
                if inner:
                    found = self.parse(inner.decode(self.encoding, "replace"))
                    rows += found[1:] if number == 0 and header else found
        return rows, taken / max(1, len(rows))

    def every(self, tell: Callable[[int], None]) -> Iterator[list[str]]:
        """Yield every row, the first one too; `tell` is called with the bytes that were read."""
        csv.field_size_limit(LONGEST_CELL)
        with self.path.open("rb") as file:
            lines = io.TextIOWrapper(file, self.encoding, errors="strict", newline="")
            rows, reported = self._rows(lines), 0
            try:
                for number, row in enumerate(rows):
                    if number % 10_000 == 0:
                        tell((place := file.tell()) - reported)
                        reported = place
                    yield row
            except csv.Error as error:
                raise unreadable(self.path, f"It is not a table: {error}.") from None
            except UnicodeDecodeError as error:
                why = f"It is not {self.encoding} after row {number:,}: {error.reason}."
                raise unreadable(self.path, why, "--encoding cp1252") from None


def every_row(
    sample: Sample, names: Sequence[str], tell: Callable[[int], None]
) -> Iterator[Sequence[str]]:
    """Yield the cells of some columns in every row of the file, one row after the other.

    `tell` is called with the bytes that were read. Raises KerasmithError where a row cannot be
    read.
    """
    columns = list(sample.columns)
    places = [columns.index(name) for name in names]
    if sample.form == "Parquet":
        yield from _every_parquet_row(sample.path, places, tell)
        return
    encoding = "utf-8-sig" if sample.encoding == "utf-8" else sample.encoding
    rows = _Reader(sample.path, encoding, sample.separator).every(tell)
    for number, row in enumerate(rows):
        if (number or not sample.header) and len(row) <= len(columns):
            yield [row[place].strip() if place < len(row) else "" for place in places]


# === Parquet ===


def _every_parquet_row(
    path: Path, places: Sequence[int], tell: Callable[[int], None]
) -> Iterator[Sequence[str]]:
    from kerasmith.dataset.parquet import every_batch

    for size, columns in every_batch(path, places):
        tell(size)
        yield from zip(*columns, strict=True)


def _read_parquet(path: Path) -> Sample:
    """Read the first rows of row groups from beginning to end."""
    if find_spec("pyarrow") is None and not is_given(PARQUET_READER, path):
        why = "It is Parquet, and pyarrow is not installed."
        raise unreadable(path, why, 'pip install "kerasmith[parquet]"')
    found = apart(PARQUET_READER, path, Table)
    if not found.columns or not found.rows:
        raise unreadable(path, "It has no rows.")
    columns = {name.strip(): cells for name, cells in found.columns}
    return Sample(path, "Parquet", columns, found.rows, found.whole)
