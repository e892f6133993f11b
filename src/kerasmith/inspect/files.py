"""From a data file to a sample of its rows, as text, within flat memory.

A *sample* is what everything else looks at: the whole of a small file, and of a large one rows
from its beginning, its end and evenly between. Cells stay text: that a number is written `1,234`
is a finding.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasmith.catalogue.files import form_of
from kerasmith.counts import counted
from kerasmith.errors import KerasmithError, Problem, shortened

MOST_CELLS, MOST_ROWS = 600_000, 30_000
"""Of a sample: what takes about a second to look at."""

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


def unreadable(path: Path, why: str, try_: str = "") -> KerasmithError:
    """Return the error for a file that cannot be read as data."""
    return KerasmithError(Problem(f"{path.name or path} cannot be read.", str(path), why, try_))


def read_table(path: Path) -> Sample:
    """Read a sample of a table: CSV, TSV or Parquet, with a header.

    Raises KerasmithError where it is none.
    """
    try:
        if form_of(path.name) == "parquet":
            return _read_parquet(path)
        return _read_text(path)
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None


# === Text ===


def _read_text(path: Path) -> Sample:
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = file.seek(0, io.SEEK_END)
    if not head.strip():
        raise unreadable(path, "It is empty.", "a table with a header and rows")
    if b"\0" in head and head[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        raise unreadable(path, "It is no text.", "CSV, TSV or Parquet")
    encoding = _encoding(head)
    text = head.decode(encoding, "replace")
    separator = "\t" if form_of(path.name) == "tsv" else _separator(text)
    reader = _Reader(path, encoding, separator)
    header, *first = reader.parse(text, cut=len(head) < size)
    names, notes = _names(path, header)
    if not first:
        endless = "A row is longer than 1 MB, as when a quotation mark is never closed."
        raise unreadable(path, endless if len(head) < size else "It has a header and no rows.")
    if encoding == "latin-1":
        notes.append("The text is not UTF-8; it was read as Latin-1. Save it as UTF-8.")
    wanted = max(1000, min(MOST_ROWS, MOST_CELLS // len(names)))
    row_bytes = len(head) / (len(first) + 1)
    whole = size <= HEAD_BYTES or size / row_bytes <= wanted
    multi = any("\n" in cell for row in first[:1000] for cell in row)
    scattered = not whole and not multi and encoding != "utf-16"
    if size <= HEAD_BYTES:
        rows = first
    elif scattered:
        rows, row_bytes = reader.blocks(size, int(wanted * row_bytes) // BLOCKS)
    else:
        rows = reader.first(wanted)
        whole = len(rows) < wanted
    if not whole and multi:
        first_rows = counted(len(rows), "row was", "rows were")
        notes.append(f"Cells go over several lines: the first {first_rows} looked at.")
    good = [row for row in rows if len(row) == len(names)]
    if len(good) < len(rows):
        notes.append(_ragged(rows, len(names), separator))
    if not good:
        raise unreadable(path, f"No row has the {counted(len(names), 'column')} of the header.")
    columns = {
        name: [cell.strip() for cell in cells]
        for name, cells in zip(names, zip(*good, strict=True), strict=True)
    }
    form = {",": "CSV", "\t": "TSV"}.get(separator, f"CSV, columns apart by {separator!r}")
    count = len(good) if whole else max(len(good), round(size / row_bytes) - 1)
    plain_encoding = encoding.removesuffix("-sig")
    return Sample(path, form, columns, count, whole, tuple(notes), separator, plain_encoding)


def _encoding(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        head[: len(head) - 4 if len(head) == HEAD_BYTES else None].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return "latin-1"
    return "utf-8-sig"


def _separator(text: str) -> str:
    """Return what stands between columns: what the first lines hold equally often, and most."""
    lines = [line for line in text.splitlines()[:50] if line.strip()]
    lines = lines[:-1] if len(lines) == 50 else lines

    def evenly(mark: str) -> tuple[bool, int]:
        counts = [len(row) for row in csv.reader(lines, delimiter=mark)]
        return counts.count(counts[0]) >= 0.9 * len(counts) and counts[0] > 1, counts[0]

    try:
        return max(",;\t|", key=evenly)
    except csv.Error:
        return ","


def _names(path: Path, header: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return names for the columns, each once, and what is to say of the header."""
    notes = []
    if len(header) > MOST_COLUMNS:
        raise unreadable(path, f"{len(header):,} columns are more than {MOST_COLUMNS:,}.")
    if all(_is_number(cell) for cell in header):
        raise unreadable(
            path,
            f"It has no header: its first row is {shortened(list(header))}.",
            "a first row with the names of the columns",
        )
    names: list[str] = []
    for place, cell in enumerate(header, 1):
        name = cell.strip() or f"column_{place}"
        if name in names:
            notes.append(f"Two columns are called {name!r}; the second counts as {name}_{place}.")
            name = f"{name}_{place}"
        names.append(name)
    return names, notes


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _ragged(rows: Sequence[Sequence[str]], width: int, separator: str) -> str:
    odd = next(row for row in rows if len(row) != width)
    count = sum(len(row) != width for row in rows)
    return (
        f"{count:,} of {counted(len(rows), 'row')} left out: not the {counted(width, 'column')} of "
        f"the header, but {len(odd)}, for example {shortened(separator.join(odd), 60)}."
    )


@dataclass(frozen=True)
class _Reader:
    """Reads rows of a text file, from anywhere in it."""

    path: Path
    encoding: str
    separator: str

    def parse(self, text: str, *, cut: bool = False) -> list[list[str]]:
        """Return the rows of a piece of text; where it was cut, without the last."""
        csv.field_size_limit(LONGEST_CELL)
        lines = io.StringIO(text, newline="")
        try:
            rows = [row for row in csv.reader(lines, delimiter=self.separator) if any(row)]
        except csv.Error as error:
            raise unreadable(self.path, f"It is no table: {error}.") from None
        rows = rows[:-1] if cut and len(rows) > 1 else rows
        if not rows:
            raise unreadable(self.path, "It has no rows.")
        return rows

    def first(self, most: int) -> list[list[str]]:
        """Return the first rows behind the header, one after the other."""
        csv.field_size_limit(LONGEST_CELL)
        rows: list[list[str]] = []
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            try:
                for row in csv.reader(file, delimiter=self.separator):
                    if any(row):
                        rows.append(row)
                    if len(rows) > most:
                        break
            except csv.Error as error:
                raise unreadable(self.path, f"It is no table: {error}.") from None
        return rows[1:]

    def blocks(self, size: int, length: int) -> tuple[list[list[str]], float]:
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
                    rows += found[1:] if number == 0 else found
        return rows, taken / max(1, len(rows))


# === Parquet ===


def _read_parquet(path: Path) -> Sample:
    """Read the first rows of row groups from beginning to end."""
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        why = "It is Parquet, and pyarrow is not installed."
        raise unreadable(path, why, 'pip install "kerasmith[parquet]"') from None
    try:
        file = parquet.ParquetFile(path)
        names = list(file.schema_arrow.names)
        wanted = max(1000, min(MOST_ROWS, MOST_CELLS // max(1, len(names))))
        whole = file.metadata.num_rows <= wanted
        columns: dict[str, list[str]] = {name: [] for name in names}
        for batch in _batches(file, wanted):
            for name, column in zip(names, batch.columns, strict=True):
                columns[name] += (_cell(value) for value in column.to_pylist())
    except (ValueError, OSError, NotImplementedError, MemoryError) as error:
        raise unreadable(path, f"It is no Parquet file that can be read: {error}.") from None
    if not names or not file.metadata.num_rows:
        raise unreadable(path, "It has no rows.")
    return Sample(path, "Parquet", columns, file.metadata.num_rows, whole)


def _batches(file: Any, wanted: int) -> Iterator[Any]:
    """Yield batches of rows from evenly spaced row groups, `wanted` rows in all at the most."""
    groups = file.num_row_groups
    chosen = sorted({number * groups // BLOCKS for number in range(BLOCKS)}) if groups else []
    share = max(1, wanted // max(1, len(chosen)))
    for group in chosen:
        left = share
        for batch in file.iter_batches(min(share, 10_000), row_groups=[group]):
            yield batch.slice(0, left)
            left -= batch.num_rows
            if left <= 0:
                break


def _cell(value: object) -> str:
    """Return a value as a CSV file would hold it."""
    if value is None or value != value:
        return ""
    return str(value)
