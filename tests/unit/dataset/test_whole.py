"""Rows behind the first 30,000: classes and values are those of the whole file."""

from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from kerasmith.dataset.propose import DataOptions, propose
from kerasmith.dataset.sample import read_table
from kerasmith.errors import KerasmithError

ROWS = 260_000


def table(path: Path, rare: str, at: int = 161_803) -> Path:
    """Write a table in which a class and a value stand in one row far behind."""
    rows = [f"{n % 89},{'pqr'[n % 3]},{'xy'[n % 2]}" for n in range(ROWS)]
    rows[at] = f"7,seldom,{rare}"
    path.write_text("\n".join(["n,home,kind", *rows]) + "\n", encoding="cp1252")
    return path


@pytest.mark.slow
def test_a_class_that_one_row_has_is_one_of_the_classes(tmp_path: Path) -> None:
    told: list[int] = []
    path = table(tmp_path / "own.csv", "rare")
    assert "rare" not in read_table(path).columns["kind"], "the sample would have to miss it"
    proposal = propose(path, DataOptions(predict=["kind"]), told.append)
    assert proposal.tables["outputs"][0]["classes"] == ["rare", "x", "y"]
    (record,) = proposal.tables["inputs"]
    assert record["columns"][1]["values"] == ["p", "q", "r", "seldom"]
    assert proposal.findings.rows == ROWS
    assert 0.8 * path.stat().st_size < sum(told) <= path.stat().st_size


@pytest.mark.slow
def test_the_same_of_parquet(tmp_path: Path) -> None:
    kinds = ["xy"[n % 2] for n in range(ROWS)]
    kinds[161_803] = "rare"
    columns = {"n": [n % 89 for n in range(ROWS)], "kind": kinds}
    parquet.write_table(pa.table(columns), tmp_path / "own.parquet")
    proposal = propose(tmp_path / "own.parquet", DataOptions(predict=["kind"]))
    assert proposal.tables["outputs"][0]["classes"] == ["rare", "x", "y"]


@pytest.mark.slow
def test_text_that_is_not_utf_8_far_behind_is_said_with_its_flag(tmp_path: Path) -> None:
    path = table(tmp_path / "own.csv", "Köln")
    with pytest.raises(KerasmithError) as refusal:
        propose(path, DataOptions(predict=["kind"]))
    assert "--encoding cp1252" in refusal.value.problems[0].try_
    proposal = propose(path, DataOptions(predict=["kind"], encoding="cp1252"))
    assert proposal.tables["outputs"][0]["classes"] == ["Köln", "x", "y"]


@pytest.mark.slow
def test_a_word_among_answers_far_behind_counts_as_missing_in_the_project(tmp_path: Path) -> None:
    rows = [f"{n % 89},{n / 7:.2f}" for n in range(ROWS)]
    rows[161_803] = "7,soon"
    path = tmp_path / "own.csv"
    path.write_text("\n".join(["n,y", *rows]) + "\n")
    data = propose(path, DataOptions(predict=["y"])).tables["data"]
    assert data["columns"] == [{"name": "y", "missing": ["soon"]}]
