"""Parquet as it is read in a process of its own; here in this one, so that each branch is seen."""

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from kerasmith.dataset import parquet as reader
from kerasmith.dataset.sample import MOST_COLUMNS
from kerasmith.errors import KerasmithError, Problem


def written(folder: Path, table: pa.Table, **how: int) -> Path:
    parquet.write_table(table, folder / "own.parquet", **how)
    return folder / "own.parquet"


def refused(path: Path) -> Problem:
    with pytest.raises(KerasmithError) as refusal:
        reader.read(path)
    (problem,) = refusal.value.problems
    return problem


def test_cells_are_what_a_csv_file_would_hold(tmp_path: Path) -> None:
    table = pa.table(
        {
            "number": [1.5, None, float("nan")],
            "text": [" a ", None, "b"],
            "shared": pa.array(["x", "y", None]).dictionary_encode(),
            "time": [datetime(2024, 1, 31, 10), None, datetime(2024, 2, 1)],
        }
    )
    found = reader.read(written(tmp_path, table))
    assert dict(found.columns) == {
        "number": ["1.5", "", ""],
        "text": ["a", "", "b"],
        "shared": ["x", "y", ""],
        "time": ["2024-01-31 10:00:00", "", "2024-02-01 00:00:00"],
    }
    assert (found.rows, found.whole) == (3, True)


def test_days_after_the_year_9999_are_read(tmp_path: Path) -> None:
    far = pa.array([4_000_000], pa.int32()).cast(pa.date32())
    ((_, (cell,)),) = reader.read(written(tmp_path, pa.table({"day": far}))).columns
    assert cell.startswith("12921-")


@pytest.mark.slow
def test_columns_of_one_name_too_many_and_none_are_refused(tmp_path: Path) -> None:
    twice = pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["a", "a"])
    assert "Two columns are called 'a'" in refused(written(tmp_path, twice)).why
    many = pa.table({f"c{n}": [n] for n in range(MOST_COLUMNS + 1)})
    assert "columns are more than" in refused(written(tmp_path, many)).why
    assert "no columns" in refused(written(tmp_path, pa.table({}))).why


def test_no_more_text_is_taken_than_fits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_TEXT", 100)
    table = pa.table({"text": ["x" * 30] * 10})
    found = reader.read(written(tmp_path, table))
    assert (len(found.columns[0][1]), found.rows, found.whole) == (3, 10, False)


def test_rows_of_all_groups_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "wanted_rows", lambda _columns: 20)
    path = written(tmp_path, pa.table({"n": list(range(1000))}), row_group_size=100)
    ((_, cells),) = reader.read(path).columns
    assert cells[:2] == ["0", "1"]
    assert {int(cell) // 100 for cell in cells} == set(range(10))


def test_every_batch_has_the_cells_of_all_rows(tmp_path: Path) -> None:
    table = pa.table({"n": list(range(500)), "word": ["a", "b"] * 250})
    path = written(tmp_path, table, row_group_size=200)
    batches = list(reader.every_batch(path, [1, 0]))
    assert [cell for _, (words, _) in batches for cell in words] == ["a", "b"] * 250
    assert [cell for _, (_, numbers) in batches for cell in numbers] == [*map(str, range(500))]
    assert sum(size for size, _ in batches) == pytest.approx(path.stat().st_size, rel=0.01)


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "own.parquet"
    path.write_bytes(b"PAR1" * 10)
    assert "not a Parquet file" in refused(path).what
