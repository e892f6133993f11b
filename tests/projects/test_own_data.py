"""From real data to trained models, one command each; and each form in which data lie."""

import importlib
import json
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

from kerasmith.catalogue.endings import IMAGE_ENDINGS
from kerasmith.cli import main
from kerasmith.dataset.image_forms import FORMS
from tests.projects.conftest import Run
from tests.samples import full_samples

# Keras asks TensorFlow's variables for NumPy arrays in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

NOTHING_TO_LEARN = {"linnerud"}
"""Twenty rows, of which other models learn no more: docs/measure_linnerud.py."""

FEW = ["iris", "diabetes"]
MORE = [*FEW, "linnerud", "digits", "questions", "seattle"]
CHOSEN = [each for each in REAL_DATA if each.name in (MORE if full_samples() else FEW)]

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
    sys.path.insert(0, str(project / "src"))
    importlib.invalidate_caches()
    try:
        parts = ("config", "data", "train", "evaluate", "export", "forest", "predict")
        yield SimpleNamespace(**{n: importlib.import_module(f"{package}.{n}") for n in parts})
    finally:
        sys.path.remove(str(project / "src"))
        for name in [name for name in sys.modules if name.partition(".")[0] == package]:
            del sys.modules[name]


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
        for name, score in package.evaluate.evaluate(config).items():
            metric, value = next(iter(score.items()))
            better = -1 if metric == "mean_absolute_error" else 1
            if data.name not in NOTHING_TO_LEARN:
                assert better * value > better * score["baseline"], f"{name}: {score}"
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


def test_the_forest_learns_from_all_of_a_long_series(tmp_path: Path) -> None:
    """It ends at heights that it had at its beginning only, as a year does."""
    path = tmp_path / "year.csv"
    heights = 100 * np.cos(np.linspace(0, 2 * np.pi, 9000))
    path.write_text("height\n" + "".join(f"{height:.3f}\n" for height in heights))
    new(tmp_path / "year", "--data", str(path), "--predict", "height", "--history", "4")
    with modules_of(tmp_path / "year") as package:
        config = replace(package.config.Config(), data_dir=path.parent, run_dir=tmp_path)
        with zipfile.ZipFile(tmp_path / "model.keras", "w") as file:
            file.writestr("fitted.json", json.dumps(package.data.fit(config)))
        rows = package.data.read_split("test", config)
        answers = package.forest.forest_answers(rows, config)["ahead"]
        actual = package.data.read_targets(rows, config)["ahead"]
    assert answers.shape == (len(rows) - 3, 1), "an answer for each window, the last one too"
    assert np.abs(answers[: len(actual)] - actual).mean() < 1


@pytest.mark.full
@pytest.mark.parametrize("form", [*WRITTEN][1:] if full_samples() else [*WRITTEN][:1])
def test_a_project_of_each_form_passes_its_own_tests(form: str, tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "own"
    flags = ["--input", "rec:table:age,sex/f/m", "--output", "price:number", *WRITTEN[form]]
    new(folder, *flags)
    run(folder, "ruff", "check", ".")
    run(folder, "ruff", "format", "--check", ".")
    run(folder, "mypy")
    run(folder, "pytest", "-q", "-p", "no:cacheprovider")


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """The modules of a project that reads images."""
    project = tmp_path_factory.mktemp("reader") / "pictures"
    new(project, "--input", "photo:image:16x24x3", "--output", "label:binary")
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
    said = capsys.readouterr().out
    assert {name for name in broken if f"{name} is missing, or not an image" in said} == {*broken}


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


def test_a_project_of_class_folders_passes_its_own_tests(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "sorted"
    flags = ["--input", "photo:image:16x16x1", "--output", "label:category:cat,a dog"]
    new(folder, *flags, "--set", "data.path=data")
    run(folder, "ruff", "format", "--check", ".")
    run(folder, "pytest", "-q", "-p", "no:cacheprovider")
