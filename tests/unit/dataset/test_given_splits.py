"""Validation and test tables that are given: kept as they are, and held to that of training."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.dataset.bring import bring
from kerasmith.dataset.given_splits import tables_beside
from kerasmith.dataset.propose import DataOptions, Proposal, command_for, propose
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plan import plan
from kerasmith.spec.read import read_spec
from tests.unit.helpers import well_said

ROWS = [
    (20 + number * 7 % 41, "small" if number % 3 else "big", number % 2) for number in range(60)
]
HEADER = "age,size,adopted"


def written(path: Path, rows: list[Any], header: str = HEADER) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [header, *(",".join(map(str, row)) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def proposed(folder: Path, test: Path, predict: str = "adopted", **more: Any) -> Proposal:
    training = more.pop("training", None) or written(folder / "train.csv", ROWS)
    return propose(training, DataOptions(predict=(predict,), test=test, **more))


def refused(folder: Path, test: Path, predict: str = "adopted", **more: Any) -> list[Problem]:
    with pytest.raises(KerasmithError) as caught:
        proposed(folder, test, predict, **more)
    well_said(caught.value.problems)
    return list(caught.value.problems)


OTHERS = [(age + 100, size, answer) for age, size, answer in ROWS[:20]]


def test_a_test_table_is_kept_and_validation_is_drawn(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, written(tmp_path / "held.csv", OTHERS))
    assert proposal.tables["data"] == {"path": "data/train.csv", "test_file": "held.csv"}
    assert proposal.findings.rows == len(ROWS)
    assert proposal.findings.splits["test"].rows == len(OTHERS)
    assert not [note for note in proposal.findings.notes if "held.csv" in note]
    copied = bring(proposal).files
    assert {*copied} == {"data/train.csv", "data/held.csv"}
    planned = plan(read_spec(proposal.tables))
    assert planned.data.splits == {"train": "train.csv", "test": "held.csv"}


def test_three_tables_of_one_name_get_a_name_each(tmp_path: Path) -> None:
    training = written(tmp_path / "a" / "test.csv", ROWS)
    test = written(tmp_path / "b" / "Test.csv", OTHERS)
    validation = written(tmp_path / "c" / "test.csv", OTHERS[:10])
    options = DataOptions(predict=("adopted",), validation=validation, test=test)
    proposal = propose(training, options)
    names = [proposal.tables["data"][f"{split}_file"] for split in ("validation", "test")]
    assert names == ["validation.csv", "test_split.csv"]
    files = bring(proposal).files
    assert files["data/test.csv"] == training
    assert files["data/test_split.csv"] == test
    flags = f"--validation {validation} --test {test}"
    assert command_for(proposal, options).endswith(flags)


def test_values_and_scales_are_those_of_training_alone(tmp_path: Path) -> None:
    test = written(tmp_path / "test.csv", [(999, "huge", 1), *OTHERS])
    with_test = proposed(tmp_path, test)
    without = propose(tmp_path / "train.csv", DataOptions(predict=("adopted",)))
    assert with_test.tables["inputs"] == without.tables["inputs"]
    assert with_test.tables["outputs"] == without.tables["outputs"]


def test_classes_that_only_the_test_table_has_are_told(tmp_path: Path) -> None:
    test = written(tmp_path / "test.csv", [(130, "huge", 1), (131, "tiny", 0), *OTHERS])
    proposal = proposed(tmp_path, test, "size")
    assert proposal.tables["outputs"][0]["classes"] == ["big", "small", "huge", "tiny"]
    (note,) = (each for each in proposal.findings.notes if "cannot be learned" in each)
    assert note.startswith("size: 'huge', 'tiny' in 2 rows of test.csv")


def test_rows_without_an_answer_are_counted_and_their_words_known(tmp_path: Path) -> None:
    test = written(tmp_path / "test.csv", [*OTHERS, (150, "small", "NA"), (151, "small", "maybe")])
    proposal = proposed(tmp_path, test)
    assert proposal.tables["data"]["columns"] == [{"name": "adopted", "missing": ["NA", "maybe"]}]
    assert (
        "test.csv: 2 rows have no adopted ('NA', 'maybe') and cannot be scored."
        in proposal.findings.notes
    )


@pytest.mark.slow
@given(again=st.integers(0, 20))
def test_rows_that_are_in_both_tables_are_counted(
    again: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("both")
    test = written(folder / "test.csv", [*OTHERS[:5], *ROWS[:again]])
    leaks = [each for each in proposed(folder, test).findings.notes if "has seen" in each]
    assert [note.split()[0] for note in leaks] == ([str(again)] if again else [])


def test_groups_that_are_in_both_tables_are_counted(tmp_path: Path) -> None:
    header = "person_id,age,size,adopted"
    rows = [(f"P{place // 4}", *row) for place, row in enumerate(ROWS)]
    training = written(tmp_path / "train.csv", rows, header)
    others = [(f"P{10 + place // 4}", *row) for place, row in enumerate(OTHERS)]
    proposal = proposed(tmp_path, written(tmp_path / "test.csv", others, header), training=training)
    assert proposal.tables["data"]["group"] == "person_id"
    notes = [each for each in proposal.findings.notes if "asks about known ones" in each]
    assert [note.split()[0] for note in notes] == ["5"]


def test_columns_that_a_table_lacks_are_refused_all_at_once(tmp_path: Path) -> None:
    test = written(tmp_path / "test.csv", [(row[0],) for row in OTHERS], "age")
    validation = written(tmp_path / "val.csv", [row[:2] for row in OTHERS], "age,size")
    first, second = refused(tmp_path, test, validation=validation)
    assert first.what == "val.csv lacks 1 column: 'adopted'."
    assert "predict.py" in first.why
    assert second.what == "test.csv lacks 2 columns: 'size', 'adopted'."
    assert first.where == f"--validation {validation}"


def test_a_column_that_nothing_reads_may_be_in_one_table_alone(tmp_path: Path) -> None:
    rows = [(f"N{place}", *row) for place, row in enumerate(ROWS)]
    training = written(tmp_path / "train.csv", rows, f"id,{HEADER}")
    proposed(tmp_path, written(tmp_path / "test.csv", OTHERS), training=training)


@pytest.mark.parametrize(
    ("rows", "what"),
    [
        ([("x", "small", 1)] * 9, "test.csv: 'age' does not hold numbers."),
        (
            [*OTHERS, (1, "small", "2")],
            "test.csv: 'adopted' holds something else than 0 and 1.",
        ),
        (
            [("1.234,5", "small", 1)] * 9 + [("2.345,6", "big", 0)] * 9,
            "test.csv: the numbers of 'age'",
        ),
    ],
)
def test_other_values_are_refused(rows: list[Any], what: str, tmp_path: Path) -> None:
    test = tmp_path / "test.csv"
    lines = [HEADER, *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    test.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (problem,) = refused(tmp_path, test)
    assert problem.what.startswith(what)


def test_tables_that_are_written_otherwise_are_refused(tmp_path: Path) -> None:
    semicolons = tmp_path / "test.csv"
    semicolons.write_text("age;size;adopted\n120;small;1\n121;big;0\n", encoding="utf-8")
    assert "another separator" in refused(tmp_path, semicolons)[0].what
    encoded = tmp_path / "latin.csv"
    encoded.write_bytes(f"{HEADER}\n120;größe,1\n".replace(";", ",").encode("latin-1"))
    assert "another encoding" in refused(tmp_path, encoded)[0].what
    other = written(tmp_path / "test.tsv", OTHERS)
    assert "another form" in refused(tmp_path, other)[0].what


def test_one_table_is_not_two_splits(tmp_path: Path) -> None:
    (problem,) = refused(tmp_path, tmp_path / "train.csv")
    assert problem.what == "train.csv is named for two splits."
    assert refused(tmp_path, tmp_path / "none.csv")[0].why == "No such file."


def test_folders_and_arrays_have_no_such_tables(tmp_path: Path) -> None:
    test = written(tmp_path / "test.csv", OTHERS)
    (problem,) = refused(tmp_path, test, "label", training=tmp_path)
    assert problem.where == "--test"


def test_a_series_has_a_test_table_of_later_times(tmp_path: Path) -> None:
    def days(first: int, count: int) -> list[Any]:
        return [
            (f"2024-{1 + day // 28:02d}-{1 + day % 28:02d}", day % 7)
            for day in range(first, first + count)
        ]

    training = written(tmp_path / "train.csv", days(0, 28), "day,load")
    later = written(tmp_path / "later.csv", days(28, 20), "day,load")
    proposal = proposed(tmp_path, later, "load", training=training, history=4, horizon=1)
    assert proposal.tables["data"]["test_file"] == "later.csv"
    assert not [note for note in proposal.findings.notes if "later.csv" in note]
    overlapping = written(tmp_path / "mixed.csv", days(25, 20), "day,load")
    again = proposed(tmp_path, overlapping, "load", training=training, history=4, horizon=1)
    (note,) = (each for each in again.findings.notes if "mixed.csv" in each)
    assert note.startswith("3 times of mixed.csv")


@pytest.mark.parametrize(
    ("training", "beside", "found"),
    [
        (
            "train.csv",
            ["test.csv", "validation.csv"],
            {"validation": "validation.csv", "test": "test.csv"},
        ),
        ("training_set.csv", ["Val.csv"], {"validation": "Val.csv"}),
        ("pets.csv", ["test.csv"], {}),
        ("train.csv", ["test_1.csv", "test_2.csv"], {}),  # which of them is not said
        ("train.csv", ["test.tsv"], {}),
    ],
)
def test_tables_beside_that_of_training_are_found_by_their_names(
    training: str, beside: list[str], found: dict[str, str], tmp_path: Path
) -> None:
    for name in (training, *beside):
        written(tmp_path / name, [(number, "no") for number in range(20)], "age,adopted")
    tables = tables_beside(tmp_path / training, DataOptions())
    assert {split: path.name for split, path in tables.items()} == found


@pytest.mark.parametrize("text", ["age,weight\n3,4\n5,6\n", "", "\0\0"])
def test_a_table_beside_that_lacks_a_column_or_cannot_be_read_is_not_found(
    text: str, tmp_path: Path
) -> None:
    written(tmp_path / "train.csv", [(number, "no") for number in range(20)], "age,adopted")
    (tmp_path / "test.csv").write_text(text, "utf-8")
    assert tables_beside(tmp_path / "train.csv", DataOptions()) == {}


def test_no_header_is_added_to_every_table(tmp_path: Path) -> None:
    header, *lines = written(tmp_path / "train.csv", ROWS).read_text("utf-8").splitlines()
    assert header == HEADER
    (tmp_path / "train.csv").write_text("\n".join(lines), encoding="utf-8")
    test = tmp_path / "test.csv"
    test.write_text("\n".join(",".join(map(str, row)) for row in OTHERS), encoding="utf-8")
    proposal = proposed(tmp_path, test, "column_3", training=tmp_path / "train.csv", header=False)
    text = bring(proposal).files["data/test.csv"]
    assert isinstance(text, bytes)
    assert text.splitlines()[0] == b"column_1,column_2,column_3"


def test_large_tables_are_read_beside_each_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kerasmith.dataset.bring.MOST_COPIED", 100)
    beside = bring(proposed(tmp_path, written(tmp_path / "held.csv", OTHERS)))
    assert beside.files == {}
    assert beside.tables["data"]["path"] == str((tmp_path / "train.csv").resolve())
    assert beside.tables["data"]["test_file"] == "held.csv"
    elsewhere = proposed(tmp_path, written(tmp_path / "there" / "held.csv", OTHERS))
    with pytest.raises(KerasmithError, match=r"held\.csv cannot be read"):
        bring(elsewhere)
