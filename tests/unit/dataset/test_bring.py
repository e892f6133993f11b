"""What a project gets of somebody's data, and what stays where it is."""

import io
import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner
from PIL import Image
from pyarrow import parquet

from kerasmith.catalogue.outputs import Category
from kerasmith.cli import main
from kerasmith.dataset import bring as bringing
from kerasmith.dataset import unpack as unpacking
from kerasmith.dataset.bring import bring
from kerasmith.dataset.propose import DataOptions, command_for, propose
from kerasmith.errors import KerasmithError
from kerasmith.spec.read import load_spec

ROWS = "\n".join(f"{number},{number * 7 % 50},{'xy'[number % 2]}" for number in range(60))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "Own Pets.csv"
    path.write_text(f"a,b,Kind\n{ROWS}\n")
    return path


def new(*arguments: str, code: int = 0) -> Any:
    result = CliRunner().invoke(main, ["new", *arguments])
    assert result.exit_code == code, result.output
    return json.loads(result.stdout) if "json" in arguments else result.output


def test_a_small_table_is_copied_as_it_is(table: Path, tmp_path: Path) -> None:
    new(str(tmp_path / "pets"), "--data", str(table), "--predict", "Kind")
    assert (tmp_path / "pets/data/Own Pets.csv").read_bytes() == table.read_bytes()
    spec = (tmp_path / "pets/kerasmith.toml").read_text()
    assert 'path = "data/Own Pets.csv"' in spec
    assert 'name = "kind"\ncolumn = "Kind"' in spec


def test_a_large_table_stays_where_it_is(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MOST_COPIED", 10)
    new(str(tmp_path / "pets"), "--data", str(table), "--predict", "Kind")
    config = (tmp_path / "pets/src/pets/config.py").read_text()
    assert '"PETS_DATA",' in config
    assert f'"{tmp_path}"' in config
    assert [path.name for path in (tmp_path / "pets/data").iterdir()] == ["README.md"]


def test_the_images_that_a_table_names_come_along(tmp_path: Path) -> None:
    (tmp_path / "shots").mkdir()
    names = [f"shots/{number}.png" for number in range(20)]
    for name in names:
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    lines = [f"{name},{'xy'[number % 2]}" for number, name in enumerate(names)]
    (tmp_path / "pets.csv").write_text("\n".join(["shot,kind", *lines]) + "\n")
    brought = bring(propose(tmp_path / "pets.csv", DataOptions(predict=["kind"])))
    assert sorted(brought.files) == sorted(["data/pets.csv", *(f"data/{name}" for name in names)])


@pytest.mark.parametrize("kind", ["picture", "mask:ground,road"])
def test_images_that_are_predicted_come_along(kind: str, tmp_path: Path) -> None:
    names = [f"{folder}{number}.png" for number in range(9) for folder in ("given", "wanted")]
    for name in names:
        Image.new("L", (8, 8)).save(tmp_path / name)
    lines = [f"given{number}.png,wanted{number}.png" for number in range(9)]
    (tmp_path / "pairs.csv").write_text("\n".join(["given,wanted", *lines]) + "\n")
    options = DataOptions(outputs=[f"wanted:{kind}"])
    brought = bring(propose(tmp_path / "pairs.csv", options))
    assert sorted(brought.files) == sorted(["data/pairs.csv", *(f"data/{name}" for name in names)])


def test_images_outside_the_folder_of_their_table_stay_there(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    Image.new("L", (8, 8)).save(tmp_path / "one.png")
    lines = [f"../one.png,{'xy'[number % 2]}" for number in range(20)]
    (tmp_path / "inner/pets.csv").write_text("\n".join(["shot,kind", *lines]) + "\n")
    proposal = propose(
        tmp_path / "inner/pets.csv", DataOptions(predict=["kind"], inputs=["shot:image"])
    )
    brought = bring(proposal)
    assert brought.files == {}
    assert brought.tables["data"]["path"] == str((tmp_path / "inner/pets.csv").resolve())


def test_images_in_class_folders_come_along_with_their_folders(tmp_path: Path) -> None:
    for name in ("train/cat/deep/1.png", "train/dog/1.png", "test/dog/2.png"):
        path = tmp_path / "pics" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8)).save(path)
    brought = bring(propose(tmp_path / "pics"))
    names = ["test/dog/2.png", "train/cat/deep/1.png", "train/dog/1.png"]
    assert sorted(brought.files) == [f"data/{name}" for name in names]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    for number in range(12):
        path = tmp_path / "pictures" / ("cat", "dog")[number % 2] / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8), number).save(path)
    return tmp_path / "pictures"


def test_what_links_out_of_a_folder_lead_to_is_not_copied(pictures: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret" / "key.png"
    secret.parent.mkdir()
    secret.write_bytes(b"a key")
    (pictures / "cat/linked.png").symlink_to(secret)
    (pictures / "cat/again.png").symlink_to(pictures / "cat/0.png")
    (pictures / "cat/circle.png").symlink_to("circle.png")
    (pictures / "secrets").symlink_to(secret.parent)
    (pictures / "dog/deep").symlink_to(secret.parent)
    proposal = propose(pictures)
    assert "4 links that lead out of the folder were left out" in proposal.findings.notes[0]
    assert proposal.tables["outputs"][0]["classes"] == ["cat", "dog"]
    places = set(bring(proposal).files)
    assert "data/cat/again.png" in places
    assert not any("key" in place or "linked" in place for place in places)


def test_a_folder_of_links_that_lead_out_says_so(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").mkdir()
    for name in ("cat", "dog"):
        (tmp_path / "linked" / name).symlink_to(pictures / name)
    told = new(str(tmp_path / "pets"), "--data", str(tmp_path / "linked"), code=2)
    assert "2 links out of it are not followed" in told


def test_a_table_gets_no_copies_of_what_links_lead_to(pictures: Path, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner/shots").symlink_to(pictures)
    lines = [f"shots/{'cat' if n % 2 == 0 else 'dog'}/{n}.png,{'xy'[n % 2]}" for n in range(12)]
    (tmp_path / "inner/pets.csv").write_text("\n".join(["shot,kind", *lines]) + "\n")
    brought = bring(propose(tmp_path / "inner/pets.csv", DataOptions(predict=["kind"])))
    assert brought.files == {}


@pytest.mark.parametrize("ending", [".png", ""])
def test_images_in_a_folder_beside_their_table_are_found(
    ending: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With or without ending, as competitions have them."""
    (tmp_path / "own/train").mkdir(parents=True)
    for number in range(12):
        Image.new("RGB", (14, 14)).save(tmp_path / f"own/train/{number:02}.png")
    rows = [f"{number:02}{ending},{'ab'[number % 2]}" for number in range(12)]
    table = tmp_path / "own/train.csv"
    table.write_text("\n".join(["filename,class", *rows, f"99{ending},a"]) + "\n")
    flags = ["--data", str(table), "--predict", "class", "--input", "filename:image"]
    told = " ".join(new(str(tmp_path / "pets"), *flags).split())
    assert "The files that filename names were found in train/" in told
    assert "names 1 file that does not exist: their rows are left out" in told
    copied = sorted(path.name for path in (tmp_path / "pets/data").iterdir())
    assert copied == [*(f"{n:02}{ending}" for n in range(12)), "README.md", "train.csv"]
    monkeypatch.setattr(bringing, "MOST_COPIED", 10)
    told = new(str(tmp_path / "large"), *flags, code=2)
    assert "the table in that folder, with whole names" in told
    assert not (tmp_path / "large").exists()


def test_images_that_are_nowhere_make_no_project(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    rows = [f"{number:02}.png,{'ab'[number % 2]}" for number in range(12)]
    table = tmp_path / "train.csv"
    table.write_text("\n".join(["filename,class", *rows]) + "\n")
    flags = ["--data", str(table), "--predict", "class"]
    told = new(str(tmp_path / "pets"), *flags, code=2)
    assert "None of the files that 'filename' names exists." in told
    assert f"Looked for '00.png', with and without an ending, in {tmp_path}" in " ".join(
        told.split()
    )
    assert not (tmp_path / "pets").exists()


@pytest.mark.parametrize("name", ["README.md", "Readme.md", "README.md/x.png", ".git/hooks/x.png"])
def test_no_file_of_the_data_takes_the_place_of_one_of_the_project(
    name: str, tmp_path: Path
) -> None:
    names = [name, *(f"{number}.png" for number in range(11))]
    for each in names:
        (tmp_path / each).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (8, 8)).save(tmp_path / each, "PNG")
    lines = [f"{each},{'xy'[number % 2]}" for number, each in enumerate(names)]
    table = tmp_path / "pets.csv"
    table.write_text("\n".join(["shot,kind", *lines]) + "\n")
    flags = ["--data", str(table), "--predict", "kind", "--input", "shot:image"]
    told = new(str(tmp_path / "pets"), *flags, code=2)
    assert "would take the place of the project's own" in told
    assert not (tmp_path / "pets").exists()


def test_named_arrays_become_a_table_and_files(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    np.savez(
        tmp_path / "arrays.npz",
        picture=rng.integers(0, 255, (30, 8, 8), dtype="uint8"),
        sensor=rng.normal(size=(30, 5, 2)),
        facts=rng.normal(size=(30, 3)),
        labels=np.arange(30) % 3,
    )
    brought = bring(propose(tmp_path / "arrays.npz", DataOptions(predict=["labels"])))
    header, first, *_ = bytes(brought.files["data/examples.csv"]).decode().splitlines()
    assert header == "picture,sensor,facts_1,facts_2,facts_3,labels"
    assert first.startswith("images/picture/000000.png,series/sensor/000000.csv,")
    series = bytes(brought.files["data/series/sensor/000000.csv"]).decode()
    assert len(series.splitlines()) == 1 + 5


@pytest.mark.parametrize(
    ("low", "high", "dtype", "first", "last"),
    [
        (0, 255, "uint8", 0, 255),
        (0, 200, "float32", 0, 200),
        (0, 1, "float64", 0, 255),
        (0, 1, "uint8", 0, 255),
        (300, 3500, "uint16", 0, 255),
        (-1, 1, "float32", 0, 255),
        (0, 16, "int64", 0, 255),
    ],
)
def test_images_of_arrays_are_scaled_by_the_range_that_is_there(
    low: float, high: float, dtype: str, first: int, last: int, tmp_path: Path
) -> None:
    pixels = np.linspace(low, high, 30 * 8 * 8).reshape(30, 8, 8).astype(dtype)
    np.savez(tmp_path / "arrays.npz", picture=pixels, labels=np.arange(30) % 3)
    brought = bring(propose(tmp_path / "arrays.npz", DataOptions(predict=["labels"])))
    shown = [
        np.asarray(Image.open(io.BytesIO(bytes(brought.files[place]))))
        for place in ("data/images/picture/000000.png", "data/images/picture/000029.png")
    ]
    assert abs(int(shown[0].flat[0]) - first) <= 1
    assert abs(int(shown[1].flat[-1]) - last) <= 1
    natural = dtype == "uint8" or (low, high) in ((0, 200), (0, 1))
    assert ("became 0 to 255" in brought.note) is not natural


def test_one_hot_rows_are_a_category(tmp_path: Path) -> None:
    numbers = np.arange(30) % 4
    arrays = {"facts": np.random.default_rng(0).normal(size=(30, 3)), "y": np.eye(5)[numbers]}
    np.savez(tmp_path / "arrays.npz", **arrays)  # type: ignore[arg-type]
    proposal = propose(tmp_path / "arrays.npz")
    (output,) = proposal.tables["outputs"]
    assert output == {"name": "y", "kind": "category", "classes": ["0", "1", "2", "3", "4"]}
    table = bytes(bring(proposal).files["data/examples.csv"]).decode().splitlines()
    assert [line.rpartition(",")[2] for line in table[1:6]] == ["0", "1", "2", "3", "0"]


def test_what_is_to_be_predicted_is_never_guessed(table: Path, tmp_path: Path) -> None:
    told = new(str(tmp_path / "pets"), "--data", str(table), code=2)
    assert "No target column given." in told
    assert "--predict Kind" in told
    assert not (tmp_path / "pets").exists()


def test_the_printed_command_begins_with_the_data(table: Path, tmp_path: Path) -> None:
    flags = ["--data", str(table), "--predict", "Kind", "--ignore", "a"]
    told = new(str(tmp_path / "first"), *flags)
    command = shlex.split(told.partition("To recreate this project\n")[2])
    assert command == ["kerasmith", "new", "first", *flags]
    more = [
        "--api",
        "functional",
        "--with",
        "export",
        "--purpose",
        "room-to-grow",
        "--set",
        "model.trunk=8",
    ]
    changed = new(str(tmp_path / "second"), *flags, *more)
    command = shlex.split(changed.partition("To recreate this project\n")[2])
    again = tmp_path / "third"
    new(str(again), *command[3:], "--name", "second")
    for file in ("kerasmith.toml", "data/Own Pets.csv", "src/second/model.py"):
        assert (again / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_no_command_of_thousands_of_characters_is_printed(tmp_path: Path) -> None:
    columns = ",".join(f"column_{number}" for number in range(300))
    told = new(str(tmp_path / "wide"), "--input", f"rec:table:{columns}", "--output", "y:number")
    command = told.partition("To recreate this project\n")[2]
    assert shlex.split(command)[2:] == ["wide", "--spec", f"{tmp_path}/wide/kerasmith.toml"]


def test_yes_takes_the_best_guess(table: Path, tmp_path: Path) -> None:
    told = new(str(tmp_path / "pets"), "--data", str(table), "--yes", "--format", "json")
    assert [each["columns"] for each in told["data"]["targets"]] == [["Kind"]]
    assert told["data"]["copied"] == ["data/Own Pets.csv"]


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--predict", "Kind"], "need --data"),
        (["--no-header", "--recipe", "digits"], "--no-header"),
        (["--header", "--recipe", "digits"], "--header"),
        (["--data", "nowhere.csv", "--predict", "Kind"], "No such file"),
        (["--data", "TABLE", "--predict", "kind"], "There is no column"),
        (["--data", "TABLE", "--predict", "Kind", "--recipe", "digits"], "not from several"),
    ],
)
def test_wrong_requests_are_answered(
    flags: list[str], said: str, table: Path, tmp_path: Path
) -> None:
    flags = [str(table) if flag == "TABLE" else flag for flag in flags]
    assert said in new(str(tmp_path / "pets"), *flags, code=2)
    assert not (tmp_path / "pets").exists()


DISORDERS = ("None", "None", "None", "Apnea", "Insomnia")
SLEEP = "hours,stress,disorder\n" + "".join(
    f"{5 + number % 31 / 10},{3 + number % 6},{DISORDERS[number % 5]}\n" for number in range(60)
)


def test_a_value_that_most_rows_have_is_a_class_and_that_is_said(tmp_path: Path) -> None:
    path = tmp_path / "sleep.csv"
    path.write_text(SLEEP)
    flags = ["--data", str(path), "--predict", "disorder", "--yes"]
    told = " ".join(new(str(tmp_path / "kept"), *flags).split())
    assert "'None', in 36 rows, is taken for a class" in told
    assert "--missing None" in told
    (output,) = load_spec(tmp_path / "kept/kerasmith.toml").outputs
    assert output.kind == Category(classes=("Apnea", "Insomnia", "None"))
    new(str(tmp_path / "left-out"), *flags, "--missing", "None")
    (output,) = load_spec(tmp_path / "left-out/kerasmith.toml").outputs
    assert output.kind == Category(classes=("Apnea", "Insomnia"))


@pytest.mark.parametrize(
    "flags",
    [
        ["--missing", "None", "--output", "disorder:category:Apnea,Insomnia,None"],
        ["--set", "data.missing=['None']"],
        ["--set", "inputs.record.encoder=cnn"],
        ["--set", "outputs.disorder.classes=['Apnea']"],
        ["--with", "slurm"],
        ["--output", "disorder:box"],
    ],
)
@pytest.mark.parametrize("how", [[], ["--dry-run"], ["--format", "json"]])
def test_what_is_refused_leaves_nothing_behind(
    flags: list[str], how: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "sleep.csv"
    path.write_text(SLEEP)
    before = sorted(tmp_path.rglob("*"))
    data = ["--data", str(path), "--predict", "disorder", "--yes"]
    new(str(tmp_path / "folder" / "pets"), *data, *flags, *how, code=2)
    assert sorted(tmp_path.rglob("*")) == before


def test_how_people_write_numbers_reaches_the_spec(tmp_path: Path) -> None:
    lines = [f'"{n},5";{n};?;{"ab"[n % 2]}' for n in range(1, 60)]
    path = tmp_path / "shops.csv"
    path.write_text("\n".join(["Umsatz;n;m;Sorte", *lines, "1;2;3;a"]) + "\n", "latin-1")
    told = propose(path, DataOptions(predict=["Umsatz"])).tables["data"]
    assert told["separator"] == ";"
    assert told["numbers"] == "1.234,5"


def why_not(path: Path, **wishes: Any) -> str:
    with pytest.raises(KerasmithError) as refusal:
        bring(propose(path, DataOptions(**wishes)))
    return " ".join(f"{each.what} {each.why}" for each in refusal.value.problems)


def test_a_large_table_without_a_header_cannot_stay_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MOST_COPIED", 10)
    path = tmp_path / "own.csv"
    path.write_text("".join(f"0.{n},{n}.5,{'MR'[n % 2]}\n" for n in range(10, 70)))
    assert "has no header, and is too large" in why_not(path, predict=["column_3"])


def test_large_images_of_another_folder_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bringing, "MOST_COPIED", 10)
    (tmp_path / "train").mkdir()
    for n in range(20):
        Image.new("RGB", (8, 8)).save(tmp_path / "train" / f"{n}.png")
    rows = "".join(f"{n}.png,{'ab'[n % 2]}\n" for n in range(20))
    (tmp_path / "train.csv").write_text(f"file,kind\n{rows}")
    said = why_not(tmp_path / "train.csv", predict=["kind"])
    assert "Its images are in" in said
    assert "not where it names them" in said


@pytest.mark.slow
def test_images_that_a_parquet_file_names_come_along(tmp_path: Path) -> None:
    names = [f"{n}.png" for n in range(20)]
    for name in names:
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    table = pa.table({"file": names, "kind": ["a", "b"] * 10})
    parquet.write_table(table, tmp_path / "own.parquet")
    files = bring(propose(tmp_path / "own.parquet", DataOptions(predict=["kind"]))).files
    assert {f"data/{name}" for name in names} < {*files}


@pytest.mark.parametrize(
    ("pixels", "why"),
    [
        (np.full((40, 8, 8, 3), np.nan), "photo holds values that are not numbers"),
        (np.full((40, 8, 8, 3), np.inf), "photo holds values that are not numbers"),
    ],
)
def test_pixels_that_are_no_numbers_are_refused(
    tmp_path: Path, pixels: np.ndarray, why: str
) -> None:
    np.savez(tmp_path / "a.npz", photo=pixels, label=np.arange(40) % 2)
    assert why in why_not(tmp_path / "a.npz", predict=["label"])


def test_a_row_that_is_not_one_hot_behind_many_that_are_is_refused(tmp_path: Path) -> None:
    hot = np.eye(4)[np.arange(20_000) % 4]
    hot[19_000] = 1
    np.savez(tmp_path / "a.npz", x=np.zeros((20_000, 2)), label=hot)
    assert "Row 19,001 of label is not one-hot" in why_not(tmp_path / "a.npz", predict=["label"])


def test_more_images_than_files_can_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_ROWS", 30)
    np.savez(tmp_path / "a.npz", photo=np.zeros((40, 8, 8), "u1"), label=np.arange(40) % 2)
    assert "40 rows of 'photo' are too many" in why_not(tmp_path / "a.npz", predict=["label"])
    monkeypatch.setattr(unpacking, "MOST_CELLS", 30)
    np.savez(tmp_path / "b.npz", x=np.zeros((40, 8)), label=np.arange(40) % 2)
    assert "320 values of x are too many" in why_not(tmp_path / "b.npz", predict=["label"])


def test_the_command_says_all_that_was_said_of_the_data(table: Path) -> None:
    options = DataOptions(
        predict=["Kind"], ignore=["b"], inputs=["a:category"], missing=["7"], header=True,
        encoding="latin-1",
    )  # fmt: skip
    command = shlex.split(command_for(propose(table, options), options))
    assert command[3:] == [
        *("--data", str(table), "--predict", "Kind", "--input", "a:category", "--ignore", "b"),
        *("--missing", "7", "--header", "--encoding", "latin-1"),
    ]
