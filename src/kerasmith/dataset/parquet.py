"""The rows of a Parquet file, as text; `apart` runs this in a process of its own."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow
from pyarrow import parquet

from kerasmith.dataset.sample import (
    BLOCKS,
    MOST_COLUMNS,
    MOST_TEXT,
    Table,
    wanted_rows,
)
from kerasmith.untrusted.bounds import Unreadable, answered

BATCH_BYTES, BATCH_ROWS = 4_000_000, 5_000
"""Of the rows that are unpacked at once."""


def read(path: Path) -> Table:
    """Return a sample of the rows of a file.

    Raises KerasmithError where it is not a Parquet file that can be read.
    """
    with answered(path, "{} is not a Parquet file that can be read."):
        pyarrow.set_cpu_count(1)
        schema = parquet.read_metadata(path).schema
        texts = [each.path for each in map(schema.column, range(len(schema))) if _is_text(each)]
        # a text that many rows share stays one text, however long it is
        file = parquet.ParquetFile(path, read_dictionary=texts, buffer_size=2**16)
        return _read(file)


def every_batch(path: Path, places: Sequence[int]) -> Iterator[tuple[int, list[list[str]]]]:
    """Yield the cells of some columns, batch by batch, and about how many bytes of the file it is.

    Raises KerasmithError where they cannot be read.
    """
    with answered(path, "{} is not a Parquet file that can be read."):
        schema = parquet.read_metadata(path).schema
        texts = [each.path for each in map(schema.column, range(len(schema))) if _is_text(each)]
        file = parquet.ParquetFile(path, read_dictionary=texts, buffer_size=2**16)
        names = [file.schema_arrow.names[place] for place in places]
        share = path.stat().st_size / max(1, file.metadata.num_rows)
        for group in range(file.num_row_groups):
            said = file.metadata.row_group(group)
            width = said.total_byte_size // max(1, said.num_rows) + 1
            size = max(1, min(BATCH_ROWS, BATCH_BYTES // width))
            for batch in file.iter_batches(
                size, row_groups=[group], columns=names, use_threads=False
            ):
                columns = [_cells(batch.column(name)) for name in names]
                yield round(share * batch.num_rows), columns


def _is_text(column: Any) -> bool:
    return bool(column.physical_type == "BYTE_ARRAY" and "." not in column.path)


def _read(file: Any) -> Table:
    names = [str(name) for name in file.schema_arrow.names]
    if len(names) > MOST_COLUMNS:
        raise Unreadable(f"{len(names):,} columns are more than {MOST_COLUMNS:,}.")
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise Unreadable(f"Two columns are called {twice[:100]!r}.", "a name of its own for each")
    if not names:
        raise Unreadable("It has no columns.")
    wanted = wanted_rows(len(names))
    count = file.metadata.num_rows
    columns: list[list[str]] = [[] for _ in names]
    whole, left = count <= wanted, MOST_TEXT
    for batch in _batches(file, wanted):
        cells = [_cells(column) for column in batch.columns]
        fitting = _fitting(cells, left)
        for column, found in zip(columns, cells, strict=True):
            column += found[:fitting]
            left -= sum(map(len, found[:fitting]))
        if fitting < batch.num_rows:
            whole = False
            break
    return Table(list(zip(names, columns, strict=True)), count, whole)


def _batches(file: Any, wanted: int) -> Iterator[Any]:
    """Yield batches of rows from evenly spaced row groups, `wanted` rows in all at the most."""
    groups = file.num_row_groups
    chosen = sorted({number * groups // BLOCKS for number in range(BLOCKS)}) if groups else []
    share = max(1, wanted // max(1, len(chosen)))
    for group in chosen:
        left = share
        said = file.metadata.row_group(group)
        width = said.total_byte_size // max(1, said.num_rows) + 1
        size = max(1, min(share, BATCH_ROWS, BATCH_BYTES // width))
        for batch in file.iter_batches(size, row_groups=[group], use_threads=False):
            yield batch.slice(0, left)
            left -= batch.num_rows
            if left <= 0:
                break


def _cells(column: Any) -> list[str]:
    """Return the cells of a column as a CSV file would hold them."""
    if isinstance(column, pyarrow.DictionaryArray):
        values = [_cell(value) for value in _values(column.dictionary)]
        return ["" if at is None else values[at] for at in column.indices.to_pylist()]
    return [_cell(value) for value in _values(column)]


def _values(column: Any) -> list[Any]:
    try:
        found: list[Any] = column.to_pylist()
    except (ValueError, OverflowError):  # days after the year 9999
        found = column.cast(pyarrow.string()).to_pylist()
    return found


def _cell(value: object) -> str:
    """Return a value as a CSV file would hold it."""
    if value is None or value != value:
        return ""
    return str(value).strip()


def _fitting(cells: list[list[str]], most: int) -> int:
    """Return how many rows hold no more than so much text."""
    for row, texts in enumerate(zip(*cells, strict=True)):
        most -= sum(map(len, texts))
        if most < 0:
            return row
    return len(cells[0]) if cells else 0
