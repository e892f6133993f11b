"""What an owner says of columns is held to the file: what it contradicts is refused."""

import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from PIL import Image

from kerasmith.cli import main
from kerasmith.dataset.bring import bring
from kerasmith.dataset.own import check_columns
from kerasmith.dataset.propose import DataOptions, Proposal, propose
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.read import read_spec


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a table with a column of each kind, `v_1` of numbers and `v_2` of words."""
    draw = random.Random(0)
    rows = [
        [
            f"{draw.random():.3f}",
            draw.choice(["red sky", "blue sea", "green"]),
            draw.choice("012"),
            draw.choice("xyz"),
            f"{draw.random():.3f}",
            draw.choice("pq"),
            draw.choice(["k|l", "k", "m|k"]),
            str(number) if number % 4 else "unknown",
        ]
        for number in range(60)
    ]
    head = "size,words,three,kind,v_1,v_2,labels,mostly"
    lines = [head, *map(",".join, rows)]
    file = tmp_path / "own.csv"
    file.write_text("\n".join(lines) + "\n")
    return file


def proposed(path: Path, **options: object) -> Proposal:
    return propose(path, DataOptions(**options))  # type: ignore[arg-type]


def refused(path: Path, **options: object) -> Problem:
    with pytest.raises(KerasmithError) as refusal:
        proposed(path, **options)
    (problem,) = refusal.value.problems
    return problem


@pytest.mark.parametrize(
    ("flag", "what", "try_"),
    [
        ("words:number", "'words' does not hold numbers", "--output words:category"),
        ("kind:number", "'kind' does not hold numbers", "--output kind:category"),
        ("v:number", "'v_2' does not hold numbers", "--output v_2:category"),
        ("v:number:3", "no column 'v_3'", ""),
        ("size:number:3", "no column 'size_1'", ""),
        ("size:box", "no column 'size_left'", ""),
        ("words:binary", "something else than 0 and 1", "--output words:category"),
        ("three:binary", "something else than 0 and 1", "--output three:category"),
        ("kind:category:x,y", "1 class not listed", "--output kind:category"),
        ("kind:category:3", "3 classes not listed", "--output kind:category"),
        ("labels:multilabel:k,l", "1 class not listed", "--output labels:multilabel"),
    ],
)
def test_an_output_that_its_column_contradicts_is_refused(
    path: Path, flag: str, what: str, try_: str
) -> None:
    problem = refused(path, outputs=[flag])
    assert what in problem.what
    assert problem.where == f"--output {flag}"
    assert problem.try_.startswith(try_)


@pytest.mark.parametrize(
    "flag",
    ["mostly:number", "kind:category:x,y,z,w", "three:category:3", "labels:multilabel:k,l,m"],
)
def test_an_output_that_its_column_agrees_with_is_taken(path: Path, flag: str) -> None:
    read_spec(proposed(path, outputs=[flag]).tables)


def test_words_among_most_numbers_count_as_missing_where_they_are_predicted(path: Path) -> None:
    proposal = proposed(path, outputs=["mostly:number"])
    (target,) = proposal.findings.targets
    assert {"name": "mostly", "missing": ["unknown"]} in proposal.tables["data"]["columns"]
    assert any("are not numbers, such as 'unknown'" in note for note in target.notes)


def test_several_columns_of_numbers_are_named_by_what_they_begin_with(path: Path) -> None:
    path.write_text("v_1,v_2,a\n" + "1.5,2.5,3\n0.5,4.5,2\n" * 30)
    (output,) = read_spec(proposed(path, outputs=["v:number"]).tables).outputs
    assert output.kind.columns_of(output.name) == ("v_1", "v_2")


def test_columns_of_a_target_that_hold_words_are_refused(path: Path) -> None:
    problem = refused(path, predict=["v"])
    assert problem.what == "'v_2' does not hold numbers."
    assert problem.where == "--predict v"


@pytest.mark.parametrize(
    ("flag", "what"),
    [
        ("words:number", "'words' does not hold numbers."),
        ("kind:category:2", "'kind' holds none of these values."),
    ],
)
def test_an_input_that_its_column_contradicts_is_refused(path: Path, flag: str, what: str) -> None:
    problem = refused(path, predict=["size"], inputs=[flag])
    assert problem.what == what
    assert problem.where == f"--input {flag}"


def test_values_that_an_owner_leaves_out_of_a_category_are_reported(path: Path) -> None:
    notes = proposed(path, predict=["size"], inputs=["kind:category:x,y"]).findings.notes
    assert any("a value that is not listed ('z'); it counts as unknown" in note for note in notes)


def test_all_that_contradicts_is_reported_at_once(path: Path) -> None:
    with pytest.raises(KerasmithError) as refusal:
        proposed(path, inputs=["words:number"], outputs=["kind:binary", "three:binary"])
    assert len(refusal.value.problems) == 3


@pytest.mark.parametrize("flag", ["size:category", "size:forecast:5"])
def test_a_forecast_of_something_else_is_refused(path: Path, flag: str) -> None:
    assert refused(path, outputs=[flag], history=3, horizon=1).where == f"--output {flag}"


def test_a_folder_and_arrays_have_no_columns_to_say_anything_of(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / "in" / name).mkdir(parents=True)
        for number in range(3):
            Image.new("L", (8, 8), number).save(tmp_path / "in" / name / f"{number}.png")
    problem = refused(tmp_path / "in", outputs=["label:number"], missing=["x"])
    assert problem.what == "--output and --missing cannot be said of a folder of images."
    proposed(tmp_path / "in", predict=["label"])
    np.savez(tmp_path / "own.npz", x=np.zeros((9, 4)), y=np.arange(9) % 3)
    problem = refused(tmp_path / "own.npz", outputs=["y:number"])
    assert problem.what == "--output cannot be said of named arrays."
    bring(proposed(tmp_path / "own.npz", predict=["y"]))


def test_every_word_among_the_numbers_that_are_predicted_is_named(path: Path) -> None:
    words = [f"about {number}" for number in range(40)]
    path.write_text(
        "\n".join(["a,y", *(f"{n},{n * 1.5}" for n in range(100)), *(f"1,{w}" for w in words)])
    )
    (column,) = proposed(path, outputs=["y:number"]).tables["data"]["columns"]
    assert column == {"name": "y", "missing": sorted(words)}


@pytest.mark.parametrize("word", ["about {}", "x" * 201 + "{}"])
def test_more_words_than_a_spec_can_name_are_refused(path: Path, word: str) -> None:
    rows = [f"{n}.5,{n * 1.5}" for n in range(1500)]
    rows += [f"1.5,{word.format(n)}" for n in range(1001)]
    path.write_text("\n".join(["a,y", *rows]))
    problem = refused(path, outputs=["y:number"])
    assert "more than missing values" in problem.what
    assert "1,001 different words" in problem.why


def test_a_group_that_the_file_has_not_is_refused(path: Path) -> None:
    flags = ["--data", str(path), "--predict", "size", "--yes", "--set", "data.group=who"]
    told = CliRunner().invoke(main, ["new", str(path.parent / "p"), *flags])
    assert told.exit_code == 2
    assert "There is no column 'who'." in told.stderr
    assert not (path.parent / "p").exists()


@pytest.mark.parametrize(
    ("group", "ignore", "why"),
    [
        ("four", "four", "'four' has 4 values"),
        ("six", "four", "'six' is a category that"),
        ("n", "n", "'n' has another value in each row"),
    ],
)
def test_a_group_of_few_or_each_row_or_that_the_model_reads_is_refused(
    path: Path, group: str, ignore: str, why: str
) -> None:
    rows = [f"{n}.5,{'abcd'[n % 4]},{'uvwxyz'[n % 6]},{n * 2}.25" for n in range(120)]
    path.write_text("\n".join(["n,four,six,size", *rows]))
    flags = ["--predict", "size", "--yes", "--set", f"data.group={group}", "--ignore", ignore]
    told = CliRunner().invoke(main, ["new", str(path.parent / "p"), "--data", str(path), *flags])
    assert told.exit_code == 2
    assert why in told.stderr
    assert not (path.parent / "p").exists()


@pytest.mark.parametrize(("group", "why"), [("n", "another value in each"), ("who", "no column")])
def test_a_group_that_an_update_asks_for_is_looked_at(path: Path, group: str, why: str) -> None:
    path.write_text("n,size\n" + "".join(f"{n}.5,{n}\n" for n in range(30)))
    with pytest.raises(KerasmithError, match=why):
        check_columns(path, {"data.group": (group,)})


@pytest.mark.parametrize("flag", ["words:number", "three:binary", "kind:category:x,y"])
def test_nothing_is_written_where_the_file_contradicts(path: Path, flag: str) -> None:
    before = sorted(path.parent.rglob("*"))
    told = CliRunner().invoke(
        main, ["new", str(path.parent / "p"), "--data", str(path), "--output", flag, "--yes"]
    )
    assert told.exit_code == 2
    assert sorted(path.parent.rglob("*")) == before
