"""From real data to trained models, one command each; and each form in which data lie."""

import importlib
import json
import runpy
import struct
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from PIL import Image
from real_data import REAL_DATA, RealData
from sklearn.neighbors import KNeighborsClassifier

from kerasmith.catalogue.endings import IMAGE_ENDINGS
from kerasmith.cli import main
from kerasmith.dataset.file_forms import FORMS
from tests.projects.building import importable
from tests.projects.conftest import Run
from tests.samples import full_samples

# Keras asks TensorFlow's variables for NumPy arrays in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

REPEATS_ITSELF = {"seattle"}
"""Means of many years, where the same hour of the day before is nearly the answer: no model of that
size beats it, but each should beat the last hour that is known."""

NOTHING_TO_LEARN = {"linnerud"}
"""Twenty rows, of which other models learn no more: docs/measure_linnerud.py."""

FEW = ["iris", "diabetes"]
MORE = ["linnerud", "digits", "questions", "seattle"]
CHOSEN = [each for each in REAL_DATA if each.name in (MORE if full_samples() else FEW)]
"""Those of `make test-all` are others than those of `make test`."""

WRITTEN = {
    "parquet": ["--set", "data.path=data/own.parquet", "--set", "outputs.price.column=Price"],
    "written for people": [
        *("--set", "data.path=data/own.csv", "--set", "data.separator=;"),
        *("--set", "data.numbers=1.234,5", "--set", 'data.missing=["?"]'),
    ],
    "a stream of parquet": ["--set", "data.path=data/own.parquet", "--set", "data.stream=true"],
    "a stream, written for people": [
        *("--set", "data.path=data/own.csv", "--set", "data.separator=;"),
        *("--set", "data.numbers=1.234,5", "--set", 'data.missing=["?"]'),
        *("--set", "outputs.price.column=Price", "--set", "data.stream=true"),
    ],
    "in order, elsewhere": [
        *("--set", "data.path=/nowhere/own.tsv", "--set", "data.split=in-order"),
        *("--set", 'data.numbers="1,234.5"'),
    ],
}


@contextmanager
def modules_of(project: Path) -> Iterator[SimpleNamespace]:
    """Import the modules of a project, and forget them afterwards."""
    (package,) = [each.name for each in (project / "src").iterdir() if each.is_dir()]
    with importable(project, package):
        parts = {path.stem for path in (project / "src" / package).glob("[!_]*.py")} - {"sample"}
        yield SimpleNamespace(**{n: importlib.import_module(f"{package}.{n}") for n in parts})


@pytest.mark.full
@pytest.mark.parametrize("data", CHOSEN, ids=lambda data: data.name)
def test_real_data_lead_to_a_model_that_beats_its_baseline(data: RealData, tmp_path: Path) -> None:
    project = tmp_path / f"{data.name}-project"
    told = new(project, "--data", str(data.write(tmp_path)), *data.flags)
    found = {each["name"]: each["kind"] for each in told["data"]["columns"]}
    found |= {n: each["kind"] for each in told["data"]["targets"] for n in each["columns"]}
    assert {name: found[name] for name in data.kinds} == {
        name: "forecast" if "--history" in data.flags else kind for name, kind in data.kinds.items()
    }

    with modules_of(project) as package:
        folder = project / "data"
        config = replace(package.config.Config(), data_dir=folder, run_dir=tmp_path / "run")
        package.train.train(config)
        scores = package.evaluate.evaluate(config)
        for metric in scores.index:
            better = -1 if metric.endswith("mean_absolute_error") else 1
            if data.name in REPEATS_ITSELF:
                hours = pd.to_numeric(package.data.read_split("test", config)["temp"])
                stays = [hours.diff(ahead).abs().mean() for ahead in (1, 2, 3)]
                assert scores["model"][metric] < np.mean(stays)
            elif data.name not in NOTHING_TO_LEARN:
                gain = scores["model"][metric] - scores["baseline"][metric]
                assert better * gain > 0, f"{metric}: {scores}"
        rows = package.data.read_split("test", config)[:5]
        if "--history" not in data.flags:
            assert len(package.predict.predict(rows, config)) == len(rows)


def new(project: Path, *flags: str) -> dict[str, dict[str, list[dict[str, str]]]]:
    """Write a project; return what the program says of it."""
    result = CliRunner().invoke(main, ["new", str(project), *flags, "--format", "json"])
    assert result.exit_code == 0, result.output
    told: dict[str, dict[str, list[dict[str, str]]]] = json.loads(result.stdout)
    return told


def test_classes_are_as_frequent_in_each_split_and_no_row_is_in_two(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    rows = [f"{number % 97},{number % 7},{'abc'[number % 3]}" for number in range(600)]
    path.write_text("\n".join(["one,two,Kind", *rows, *rows[:200]]) + "\n")
    new(tmp_path / "pairs", "--data", str(path), "--predict", "Kind", "--input", "two:number")
    with modules_of(tmp_path / "pairs") as package:
        config = replace(package.config.Config(), data_dir=tmp_path / "pairs/data")
        splits = [package.data.read_split(n, config) for n in ("train", "validation", "test")]
    different = [set(split.itertuples(index=False, name=None)) for split in splits]
    assert sum(map(len, different)) == len(set.union(*different)) == 600
    for split in splits:
        shares = split.drop_duplicates()["kind"].value_counts(normalize=True)
        assert shares.max() - shares.min() < 0.05


def test_of_few_rows_of_a_class_some_are_in_each_split(tmp_path: Path) -> None:
    """Where no class had seven rows nothing was left to test on."""
    path = tmp_path / "few.csv"
    rows = [f"{number},{number % 7},{'abcd'[number % 4]}" for number in range(20)]
    path.write_text("\n".join(["one,two,kind", *rows]) + "\n")
    new(tmp_path / "few", "--data", str(path), "--predict", "kind", "--input", "one:number")
    with modules_of(tmp_path / "few") as package:
        config = replace(package.config.Config(), data_dir=tmp_path / "few/data")
        for split, rows_of_class in {"train": 3, "validation": 1, "test": 1}.items():
            counts = package.data.read_split(split, config)["kind"].value_counts()
            assert set(counts) == {rows_of_class}
            assert len(counts) == 4


@pytest.mark.parametrize("streamed", [False, True])
def test_a_split_without_a_row_is_told_in_one_line(streamed: bool, tmp_path: Path) -> None:
    """Rows that say the same are in one split: two different ones are not enough for three."""
    path = tmp_path / "alike.csv"
    path.write_text("size,glad\n" + 40 * "1,yes\n2,no\n")
    project = tmp_path / "alike"
    stream = ["--set", "data.stream=true"] if streamed else []
    new(project, "--data", str(path), "--predict", "glad", *stream)
    with modules_of(project) as package:
        config = replace(package.config.Config(), data_dir=project / "data")
        with pytest.raises(package.data.DataError, match=r"^No row .*\bvalidation\b"):
            package.train.train(replace(config, run_dir=tmp_path / "runs"))


def test_the_forest_learns_from_all_of_a_long_series(tmp_path: Path) -> None:
    """It ends at heights that it had at its beginning only, as a year does."""
    path = tmp_path / "year.csv"
    heights = 100 * np.cos(np.linspace(0, 2 * np.pi, 9000))
    path.write_text("height\n" + "".join(f"{height:.3f}\n" for height in heights))
    history = ("--history", "4", "--with", "compare")
    new(tmp_path / "year", "--data", str(path), "--predict", "height", *history)
    with modules_of(tmp_path / "year") as package:
        config = replace(package.config.Config(), data_dir=path.parent, run_dir=tmp_path)
        with zipfile.ZipFile(tmp_path / "model.keras", "w") as file:
            file.writestr("fitted.json", json.dumps(package.data.fit(config)))
        rows = package.data.read_split("test", config)
        answers = package.compare.rival_answers(rows, config)
        actual = package.data.read_targets(rows, config)
    assert answers.shape == (len(rows) - 3, 1), "an answer for each window, the last one too"
    assert np.abs(answers[: len(actual)] - actual).mean() < 1


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.long(30)
@pytest.mark.parametrize("form", [*WRITTEN][1:] if full_samples() else [*WRITTEN][:1])
def test_a_project_of_each_form_passes_its_own_tests(form: str, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "own"
    flags = [
        "--input",
        "rec:table:age/?,sex/f/m,born/%d.%m.%Y %H:%M",
        "--output",
        "price:number",
        "--with",
        "export",
    ]
    new(folder, *flags, *WRITTEN[form])
    run(folder, "ruff", "check", ".")
    run(folder, "ruff", "format", "--check", ".")
    run(folder, "mypy")
    run(folder, "pytest", "-q", "-p", "no:cacheprovider")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The modules of a project that reads images."""
    project = tmp_path_factory.mktemp("reader") / "photo-reader"
    new(project, "--input", "photo:image:16x24x3", "--output", "label:binary", "--with", "export")
    with modules_of(project) as package:
        yield package


MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    "JPEG": ("L", "RGB", "CMYK", "YCbCr"),
    "MPO": ("L", "RGB", "CMYK", "YCbCr"),
    "GIF": ("1", "L", "LA", "P", "RGB", "RGBA"),
    "BMP": ("1", "L", "P", "RGB", "RGBA"),
    "WEBP": ("L", "LA", "P", "RGB", "RGBA"),
}
"""The forms of channels that each form of images has."""


def drawn() -> Image.Image:
    """Draw a picture in colours, another one in each corner."""
    down, across = np.mgrid[0:32, 0:48]
    return Image.fromarray(np.stack([across * 5, down * 7, 240 - across * 5], -1).astype("uint8"))


def test_each_form_of_images_that_is_read_is_tried() -> None:
    assert {*MODES} == {*FORMS}


@pytest.mark.parametrize(("form", "mode"), [(form, m) for form in MODES for m in MODES[form]])
def test_each_form_of_images_is_read_in_each_form_of_channels(
    form: str, mode: str, tmp_path: Path, reader: SimpleNamespace
) -> None:
    picture = drawn().convert("L" if mode == "I;16" else mode)
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture, "uint16") * 257)
    picture.save(tmp_path / "image", form)
    grey = mode in ("1", "L", "LA", "I;16")
    colours = drawn().convert("1" if mode == "1" else "L" if grey else "RGB")
    for channels, wanted in ((1, "L"), (3, "RGB"), (4, "RGBA")):
        found = reader.data.read_image(str(tmp_path / "image"), (16, 24, channels))
        small = colours.convert(wanted).resize((24, 16), Image.Resampling.BILINEAR)
        assert found.shape == (16, 24, channels)
        assert np.abs(found - np.asarray(small, "float32").reshape(found.shape)).mean() < 16


@pytest.mark.parametrize("turned", range(1, 9))
def test_pictures_are_turned_upright_in_training_and_where_they_are_served(
    turned: int, tmp_path: Path, reader: SimpleNamespace
) -> None:
    back = dict(zip(range(2, 9), (0, 3, 1, 5, 2, 6, 4), strict=True))  # of Pillow's constants
    pixels = drawn().transpose(Image.Transpose(back[turned])) if turned > 1 else drawn()
    exif = Image.Exif()
    exif[0x0112] = turned
    shape, upright = (32, 48, 3), np.asarray(drawn(), "float32")
    for file in ("image.jpg", "image.png"):
        pixels.save(tmp_path / file, exif=exif, quality=95)
        assert np.abs(reader.data.read_image(str(tmp_path / file), shape) - upright).mean() < 3
    for order in (b"MM", b"II"):
        pixels.save(tmp_path / "image.jpg", exif=exif_bytes(turned, order), quality=95)
        encoded = (tmp_path / "image.jpg").read_bytes()
        served = reader.export.decode_image(encoded, shape).numpy()
        assert np.abs(served - upright).mean() < 3


def exif_bytes(turned: int, order: bytes) -> bytes:
    """Return EXIF data of one entry, how a picture is turned, in an order of bytes."""
    ends = ">" if order == b"MM" else "<"
    entry = struct.pack(f"{ends}HHHIHHI", 1, 0x0112, 3, 1, turned, 0, 0)
    return b"Exif\0\0" + order + struct.pack(f"{ends}HI", 42, 8) + entry


def test_large_pictures_are_shrunk_with_antialiasing(
    tmp_path: Path, reader: SimpleNamespace
) -> None:
    noise = np.random.default_rng(0).normal(128, 60, (512, 512)).clip(0, 255).astype("uint8")
    Image.fromarray(noise).save(tmp_path / "noise.png")
    read = reader.data.read_image(str(tmp_path / "noise.png"), (32, 32, 1))
    served = reader.export.decode_image((tmp_path / "noise.png").read_bytes(), (32, 32, 1)).numpy()
    assert read.std() < 5
    assert np.abs(read - served).mean() < 1


def test_broken_images_are_left_out_of_a_project_and_of_its_training(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty file, a page of HTML and half an image, as downloads leave them."""
    for number in range(24):
        path = tmp_path / "pets" / ("left", "right")[number % 2] / f"{number:02}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (14, 14), (number, 200 * (number % 2), 0)).save(path)
    whole = path.read_bytes()
    broken = {"left/a.png": b"", "left/b.jpg": b"<html>not found</html>", "right/c.png": whole[:48]}
    for name, content in broken.items():
        (tmp_path / "pets" / name).write_bytes(content)
    told = new(tmp_path / "own", "--data", str(tmp_path / "pets"), "--yes")
    assert "3 of 27 looked at cannot be read" in str(told["data"]["columns"])
    assert not [name for name in broken if f"data/{name}" in str(told["data"]["copied"])]
    for name, content in broken.items():
        (tmp_path / "own/data" / name).write_bytes(content)
    with modules_of(tmp_path / "own") as package:
        config = package.config.Config()
        config = replace(config, data_dir=tmp_path / "own/data", run_dir=tmp_path / "r", epochs=1)
        package.train.train(config)
        package.evaluate.evaluate(config)
    said = capsys.readouterr().err
    assert {name for name in broken if f"cannot be read: {config.data_dir / name}" in said} == {
        *broken
    }


@pytest.mark.parametrize("box", [(0.1, 0.2, 35, 0.4), (0.3, 0.2, 0.1, 0.4), (0.1, 0.5, 0.3, 0.4)])
def test_a_box_that_is_none_is_refused_with_its_row(box: tuple[float, ...], tmp_path: Path) -> None:
    new(tmp_path / "places", "--input", "photo:image:8x8x1", "--output", "place:box")
    sides = ["place_left", "place_top", "place_right", "place_bottom"]
    table = pd.DataFrame([(0, 0, 1, 1), box], columns=sides, dtype=str)
    with modules_of(tmp_path / "places") as package:
        assert package.data.boxes(table[:1], "place").tolist() == [[0, 0, 1, 1]]
        with pytest.raises(ValueError, match=r"place_left.* row 2: .*left before right"):
            package.data.boxes(table, "place")


def test_a_project_of_class_folders_reads_the_files_that_are_looked_at(tmp_path: Path) -> None:
    flags = ["--input", "photo:image:16x16x1", "--output", "label:category:cat,dog"]
    new(tmp_path / "sorted", *flags, "--set", "data.path=data")
    with modules_of(tmp_path / "sorted") as package:
        assert set(IMAGE_ENDINGS) == package.data.IMAGE_ENDINGS


KEPT = {
    "split folders": [
        *("--input", "photo:image:16x16x1", "--output", "label:category:cat,a dog"),
        *("--set", "data.path=data", "--set", "data.train_folder=training_set"),
        *("--set", "data.test_folder=test_set"),
    ],
    "a group": [
        *("--input", "rec:table:age,sex/f/m", "--output", "kind:category:3"),
        *("--set", "data.path=data/own.csv", "--set", "data.group=Who is it"),
    ],
    "a stream of groups": [
        *("--input", "rec:table:age,sex/f/m", "--output", "price:number"),
        *("--set", "data.path=data/own.parquet", "--set", "data.group=person"),
        *("--set", "data.stream=true"),
    ],
    "a test table of a group": [
        *("--input", "rec:table:age,sex/f/m", "--output", "kind:category:3"),
        *("--set", "data.path=data/own.csv", "--set", "data.group=Who is it"),
        *("--set", "data.test_file=it's.csv"),
    ],
    "a stream of tables of a group": [
        *("--input", "rec:table:age,sex/f/m", "--output", "kind:category:3"),
        *("--set", "data.path=data/own.csv", "--set", "data.group=Who is it"),
        *("--set", "data.validation_file=held.csv", "--set", "data.stream=true"),
    ],
    "pairs of a group": [
        *("--input", "left:image:8x8x1", "--input", "right:image:8x8x1"),
        *("--output", "same:binary", "--set", "data.path=data/own.csv"),
        *("--set", "data.group=person"),
    ],
}


@pytest.mark.parametrize("case", KEPT)
def test_splits_of_made_up_data_are_those_that_were_asked_for(case: str, tmp_path: Path) -> None:
    new(tmp_path / "own", *KEPT[case])
    with modules_of(tmp_path / "own") as package:
        config = replace(package.config.Config(), data_dir=tmp_path / "data")
        importlib.import_module("own.sample").write_sample(config)
        splits = [package.data.read_split(n, config) for n in ("train", "validation", "test")]
    assert sum(map(len, splits)) == 1500
    assert len(splits[0]) > 900
    if case == "split folders":
        kept = [{Path(file).parts[0] for file in split["photo"]} for split in splits]
        assert kept == [{"training_set"}, {"training_set"}, {"test_set"}]
    else:
        groups = [{*split[package.data.GROUP]} for split in splits]
        assert sum(map(len, groups)) == len(set.union(*groups)) == 300


def test_splits_that_are_folders_are_kept(tmp_path: Path) -> None:
    """A test_set beside a training_set; classes in both; and a folder that is none of these."""
    kept = ("training_set", "test_set")
    for number, split in enumerate((*kept, "old")):
        for kind in ("cats", "dogs"):
            for each in range(8):
                path = tmp_path / "pets" / split / kind / f"{each}.png"
                path.parent.mkdir(parents=True, exist_ok=True)
                Image.new("RGB", (8, 8), (20 * each, 90 * number, 5 * len(kind))).save(path)
    for path in (tmp_path / "pets/old").iterdir():
        path.rename(path.with_name(f"{path.name} of last year"))
    new(tmp_path / "own", "--data", str(tmp_path / "pets"), "--yes")
    with modules_of(tmp_path / "own") as package:
        config = replace(package.config.Config(), data_dir=tmp_path / "pets")
        names = ("train", "validation", "test")
        train, validation, test = (package.data.read_split(name, config) for name in names)
    assert {*test.iloc[:, 0]} == {
        str(Path("test_set", kind, f"{each}.png")) for kind in ("cats", "dogs") for each in range(8)
    }
    assert {*train.iloc[:, 0], *validation.iloc[:, 0]} == {
        each.replace("test_set", "training_set") for each in test.iloc[:, 0]
    }
    assert validation["label"].value_counts().to_dict() == {"cats": 2, "dogs": 2}
    assert len(train) == 12


@pytest.mark.parametrize("more", [(), ("--set", "data.stream=true")], ids=["whole", "stream"])
@pytest.mark.parametrize("splits", [("test",), ("validation", "test")], ids=" and ".join)
def test_rows_of_tables_of_splits_stay_there(
    splits: tuple[str, ...], more: tuple[str, ...], tmp_path: Path
) -> None:
    """What is drawn is drawn from the training table; what is fitted is fitted to that alone."""
    rng = np.random.default_rng(0)
    tables = {
        name: pd.DataFrame(
            {"age": rng.integers(9, 90, 200) + 1000 * place, "ill": rng.integers(2, size=200)}
        )
        for place, name in enumerate(("train", *splits))
    }
    for name, table in tables.items():
        table.to_csv(tmp_path / f"{name}.csv", index=False)
    flags = [word for name in splits for word in (f"--{name}", str(tmp_path / f"{name}.csv"))]
    data = ("--data", str(tmp_path / "train.csv"), "--predict", "ill")
    new(tmp_path / "own", *data, *flags, *more)
    with modules_of(tmp_path / "own") as package:
        config = replace(package.config.Config(), data_dir=tmp_path / "own" / "data")
        names = ("train", "validation", "test")
        read = {name: package.data.read_split(name, config)["age"].astype(int) for name in names}
        fitted = package.data.fit(config)["record"]
    for name in splits:
        assert read[name].tolist() == tables[name]["age"].tolist()
    drawn = [name for name in names if name not in splits]
    ages = sorted(pd.concat([read[name] for name in drawn]))
    assert ages == sorted(tables["train"]["age"])
    assert all(len(read[name]) > 10 for name in drawn)
    assert fitted["mean"][0] == pytest.approx(read["train"].mean())


@pytest.mark.parametrize("more", [(), ("--set", "data.stream=true")], ids=["whole", "stream"])
def test_rows_of_one_person_are_in_one_split(more: tuple[str, ...], tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    subject = np.arange(480) // 12
    table = pd.DataFrame({"subject": subject, "day": np.arange(480) % 12})
    table["score"] = (subject % 7 + rng.random(480)).round(3)
    table = table.astype({"subject": "string"})
    table.loc[table.index % 40 == 0, "subject"] = ""  # it is not known whose they are
    table.to_csv(tmp_path / "visits.csv", index=False)
    new(tmp_path / "own", "--data", str(tmp_path / "visits.csv"), "--predict", "score", *more)
    with modules_of(tmp_path / "own") as package:
        config = replace(package.config.Config(), data_dir=tmp_path)
        splits = [package.data.read_split(n, config) for n in ("train", "validation", "test")]
    assert sum(map(len, splits)) == 480
    people = [{*split["subject"]} - {""} for split in splits]
    assert all(people)
    assert sum(map(len, people)) == len(set.union(*people)) == 40
    if not more:
        assert [len(each) for each in people] == pytest.approx([28, 6, 6], abs=3)


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.long(25)
@pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")
def test_a_project_of_class_folders_passes_its_own_tests(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "sorted"
    flags = ["--input", "photo:image:16x16x1", "--output", "label:category:cat,a dog"]
    new(folder, *flags, "--set", "data.path=data")
    run(folder, "ruff", "format", "--check", ".")
    run(folder, "pytest", "-q", "-p", "no:cacheprovider")


def test_answers_and_scores_have_the_names_that_the_table_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, project = tmp_path / "own.csv", tmp_path / "own"
    rows = [f"{n / 7:.2f},{n * 31},{'big' if n > 90 else 'small'}" for n in range(200)]
    path.write_text("\n".join(["from,Yearly salary in EUR,class", *rows]) + "\n")
    new(project, "--data", str(path), "--predict", "class", "--predict", "Yearly salary in EUR")
    monkeypatch.chdir(project)
    with modules_of(project) as package:
        package.train.train(replace(package.config.Config(), epochs=1))
        scores = package.evaluate.evaluate(package.config.Config())
        monkeypatch.setattr(sys, "argv", ["predict", "data/own.csv"])
        capsys.readouterr()
        runpy.run_path(package.predict.__file__, run_name="__main__")
        with pytest.raises(ValueError, match=r"Column 'class' holds \['none'\]"):
            package.data.read_targets(pd.DataFrame({"my_class": ["none"]}), package.config.Config())
    answer = json.loads(capsys.readouterr().out.splitlines()[0])
    assert [*answer] == ["class", "Yearly salary in EUR"]
    saved = json.loads((project / "runs/latest/metrics.json").read_text())
    assert {"class_accuracy", "Yearly salary in EUR_r2"} <= {*saved}
    assert len(saved) == len(scores)
    readme = (project / "data/README.md").read_text()
    assert "| class | one of these classes" in readme
    assert "What is asked for (class, Yearly salary in EUR)" in readme
    assert "Predicts class and Yearly salary in EUR from record." in (
        (project / "README.md").read_text()
    )


@pytest.mark.parametrize("streamed", [False, True])
def test_all_columns_that_a_table_lacks_are_named_with_its_file(
    streamed: bool, tmp_path: Path
) -> None:
    """Those of inputs and outputs at once, as its owner calls them; it was a KeyError of pandas."""
    path = tmp_path / "visits.csv"
    rows = "".join(f"{n % 9},{n % 7}.5,{n % 5}\n" for n in range(60))
    path.write_text(f"Age,weight,Yearly cost\n{rows}")
    project = tmp_path / "visits"
    stream = ["--set", "data.stream=true"] if streamed else []
    new(project, "--data", str(path), "--predict", "Yearly cost", *stream)
    (project / "data/visits.csv").write_text("weight,height\n1,2\n")
    with modules_of(project) as package:
        config = replace(package.config.Config(), data_dir=project / "data")
        with pytest.raises(package.data.DataError) as found:
            package.data.read_split("train", config)
        wanted = "visits.csv lacks ['Age', 'Yearly cost']; it has ['weight', 'height']. See data"
        assert wanted in str(found.value)
        with pytest.raises(package.data.DataError, match=r"lacks \['Age'\]"):
            package.data.read_rows(project / "data/visits.csv", config)  # as predict reads it


def test_a_leak_between_rows_of_one_person_is_kept_out_by_groups(tmp_path: Path) -> None:
    """Each has a habit that no signal tells but three numbers do: the score of new people is true.

    A model that finds rows of the same people in its training data knows their habits by heart.
    """
    rng = np.random.default_rng(0)

    def rows(people: int) -> pd.DataFrame:
        person = np.repeat(np.arange(people), 5)
        mark, habit = rng.normal(size=(people, 3))[person], rng.normal(size=people)[person]
        signal = rng.normal(size=len(person)) / 20
        table = pd.DataFrame(mark, columns=["height", "weight", "shoe"])
        table["person"], table["signal"] = [f"p{n}" for n in person], signal
        return table.assign(ill=(signal + habit / 10 > 0).astype(int))

    rows(6000).to_csv(tmp_path / "visits.csv", index=False)
    new(tmp_path / "visits", "--data", str(tmp_path / "visits.csv"), "--predict", "ill")
    scores, splits = {}, ("train", "test")
    with modules_of(tmp_path / "visits") as package:
        config = replace(package.config.Config(), data_dir=tmp_path / "visits/data")
        grouped = [package.data.read_split(name, config) for name in splits]
        table = package.data.read_rows(tmp_path / "visits.csv", config)
    whole = table.sample(frac=1, random_state=0)
    at_random = whole[: len(grouped[0])], whole[-len(grouped[1]) :]
    names = ["height", "weight", "shoe", "signal"]
    for way, (train, test) in {"groups": grouped, "random": at_random}.items():
        model = KNeighborsClassifier(3).fit(train[names].astype(float), train["ill"])
        new_people = rows(6000)
        truth = model.score(new_people[names], new_people["ill"].astype(str))
        scores[way] = model.score(test[names].astype(float), test["ill"]) - truth
    assert scores["random"] >= 0.2
    assert scores["groups"] <= 0.02


def test_rare_classes_are_found_where_they_are_balanced(tmp_path: Path) -> None:
    """One in twenty is ill, and no number tells it for sure: unbalanced, no is always right."""
    rng = np.random.default_rng(0)
    ill = np.arange(2000) % 20 == 0
    table = pd.DataFrame({"dose": rng.normal(size=2000) + 1.5 * ill, "age": rng.normal(size=2000)})
    table.assign(ill=ill.astype(int)).to_csv(tmp_path / "rare.csv", index=False)
    recalls = {}
    for balance in ("true", "false"):
        project = tmp_path / balance / "rare"
        flags = ["--predict", "ill", "--set", f"outputs.ill.balance={balance}"]
        told = new(project, "--data", str(tmp_path / "rare.csv"), *flags)
        assert "balance" in " ".join(told["data"]["targets"][0]["notes"])
        with modules_of(project) as package:
            run = tmp_path / balance
            config = package.config.Config(data_dir=project / "data", run_dir=run, epochs=12)
            package.train.train(config)
            scores = package.evaluate.evaluate(config)
            rows = package.data.read_split("test", config)
            found = package.predict.predict_arrays(rows, config)[:, 0] > 0.5
        recalls[balance] = found[rows["ill"] == "1"].mean()
        assert ("recall_yes" in scores.index) == (balance == "true")
    assert scores.index[0] == "accuracy"
    assert recalls["true"] > 0.6 > 0.2 > recalls["false"]
