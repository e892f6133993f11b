"""What comes in by a drop: tables, images, arrays, code, and what is too much."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy
import pandas
import pytest
from PIL import Image
from playwright.sync_api import Dialog, Locator, Page, expect

from kerasmith.dataset.propose import DataOptions, propose
from kerasmith.testing.random_specs import HOSTILE as PIECES
from tests.web.visit import Visit

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"

DROP = """([name, text]) => {
    const moved = new DataTransfer()
    moved.items.add(new File([text], name))
    dispatchEvent(new DragEvent('drop', {dataTransfer: moved}))
}"""
"""Drops a file on the page."""


def choose(visit: Visit, what: Path) -> Locator:
    """Choose a file or folder, and return what the page shows of it."""
    visit.page.set_input_files("#folder" if what.is_dir() else "#file", what)
    found = visit.page.locator("#found")
    expect(found.locator("h2").first).to_contain_text(what.name)
    return found


def begun(visit: Visit) -> dict[str, bytes]:
    """Begin a project with what was found, and return its files."""
    visit.begin()
    return visit.files()


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """A folder with a folder of images for each class."""
    folder = tmp_path / "pets"
    for name, shade in (("cat", 40), ("dog", 200)):
        (folder / name).mkdir(parents=True)
        for number in range(8):
            image = Image.new("L", (16, 16), shade + number)
            image.save(folder / name / f"{number}.png")
    return folder


def test_a_folder_of_images_is_looked_into_and_a_project_begun_from_it(
    visit: Visit, images: Path
) -> None:
    found = choose(visit, images)
    expect(found).to_contain_text("16 images")
    for each in propose(images, DataOptions()).findings.columns:
        expect(found).to_contain_text(each.reason)
    files = begun(visit)
    assert (images / "cat" / "0.png").read_bytes() in files.values()
    expect(visit.page.locator(".command")).to_contain_text("--data pets")


def test_arrays_are_looked_into(visit: Visit, tmp_path: Path) -> None:
    draws = numpy.random.default_rng(1)
    file = tmp_path / "digits.npz"
    numpy.savez(file, x=draws.integers(0, 255, (60, 8, 8), "uint8"), y=numpy.arange(60) % 10)
    found = choose(visit, file)
    said = found.inner_text()
    findings = propose(file, DataOptions()).findings
    assert [each.reason in said for each in findings.columns] == [True]
    assert [each.reason in said for each in findings.targets] == [True]


def test_a_table_with_tabs_is_looked_into(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "pets.tsv"
    pandas.read_csv(EXAMPLES / "pets.csv").to_csv(file, sep="\t", index=False)
    found = choose(visit, file)
    expect(found).to_contain_text("looks like an identifier")
    assert begun(visit)["data/pets.tsv"] == file.read_bytes()


def test_a_file_is_dropped_anywhere(visit: Visit) -> None:
    visit.recipe("digits")
    visit.page.evaluate(DROP, ["pets.csv", (EXAMPLES / "pets.csv").read_text("utf-8")])
    found = visit.page.locator("#found")
    expect(found).to_contain_text("looks like an identifier")
    assert begun(visit)["data/pets.csv"] == (EXAMPLES / "pets.csv").read_bytes()


CODE = """import keras
from keras import layers

a = keras.Input((8, 8, 1), name="a")
x = layers.Flatten()(a)
y = layers.Dense(16, activation="relu")(x)
z = layers.Concatenate()([x, y])
model = keras.Model(a, layers.Dense(10, activation="softmax", name="digit")(z))
"""


@pytest.mark.parametrize(
    ("name", "at"), [("model.py", "line 7"), ("model.ipynb", "cell 1, line 7")]
)
def test_code_gets_the_verdict_with_its_lines(
    visit: Visit, tmp_path: Path, name: str, at: str
) -> None:
    cell = {"cell_type": "code", "source": CODE, "metadata": {}, "outputs": []}
    book = {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (tmp_path / name).write_text(CODE if name.endswith(".py") else json.dumps(book))
    found = choose(visit, tmp_path / name)
    expect(found).to_contain_text("Could it be a Sequential? No.")
    expect(found.locator(".verdict")).to_contain_text("branching")
    expect(found).to_contain_text(f"Concatenate, {at}: takes several tensors")


# === Too much ===


@pytest.mark.parametrize("name", ["large.csv", "large.keras", "large.h5", "large.parquet"])
def test_a_gigabyte_is_refused_in_words(visit: Visit, tmp_path: Path, name: str) -> None:
    begins = {".h5": b"\x89HDF\r\n\x1a\n", ".parquet": b"PAR1"}
    file = tmp_path / name
    with file.open("wb") as opened:
        opened.write(begins.get(file.suffix, b""))
        opened.truncate(10**9)  # of which the disk holds nothing
    visit.page.set_input_files("#file", file)
    said = f"{name} has 1,000 MB, too many for a page."
    expect(visit.page.locator("#looked .wrong")).to_contain_text(said)
    visit.recipe("digits")


def test_parquet_of_many_rows_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    file = tmp_path / "many.parquet"
    pandas.DataFrame({"a": range(20_001)}).to_parquet(file)
    visit.page.set_input_files("#file", file)
    wrong = visit.page.locator("#looked .wrong")
    expect(wrong).to_contain_text("20,000 rows")
    expect(wrong).to_contain_text("kerasmith inspect many.parquet")


CUT = """async () => {
    const { chosen, dropped } = await import(new URL('drop.js', location.href))
    const names = Array.from({length: 20_005}, (_, number) => `${number}.png`)
    const files = names.map(name => ({name, webkitRelativePath: `a/b/${name}`}))
    const entries = files.map(file => ({isFile: true, name: file.name, file: done => done(file)}))
    let left = entries
    const folder = {isFile: false, name: 'a', createReader: () => ({
        readEntries: done => { done(left.slice(0, 100)); left = left.slice(100) },
    })}
    const items = [{kind: 'file', webkitGetAsEntry: () => folder}]
    const both = [chosen({files}), await dropped({items})]
    return both.map(each => [each.path, each.files.length, each.cut])
}"""


def test_a_folder_of_too_many_files_is_cut_and_known_to_be(page: Page) -> None:
    assert page.evaluate(CUT) == [["a", 20_000, 20_000], ["a", 20_000, 20_000]]


# === Of strangers ===

MARKUP = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
)

ELEMENTS = "#looked img, #looked script, #looked b, #result img, #result script, #result b, #ask b"


@pytest.fixture
def harmless(visit: Visit) -> Iterator[Visit]:
    """The page; a test fails where any text became more than text."""
    dialogs: list[Dialog] = []
    visit.page.on("dialog", lambda dialog: dialogs.append(dialog))
    yield visit
    assert visit.page.locator(ELEMENTS).count() == 0
    assert dialogs == []


def test_hostile_columns_and_cells_are_text(harmless: Visit, tmp_path: Path) -> None:
    texts = [*PIECES, *MARKUP]
    table = pandas.DataFrame({f"{text} {n}": [text, "other"] * 20 for n, text in enumerate(texts)})
    file = tmp_path / "<img src=x onerror=alert(1)>.csv"
    table.to_csv(file, index=False)
    found = choose(harmless, file)
    expect(found).to_contain_text("<img src=x onerror=alert(1)>")
    harmless.page.locator("#begin-with, #looked .wrong").first.wait_for()


def test_hostile_classes_of_images_are_text(harmless: Visit, images: Path) -> None:
    for number, text in enumerate((*PIECES, *MARKUP)):
        folder = images / f"{number} {text}".replace("/", "_")
        folder.mkdir()
        (folder / "0.png").write_bytes((images / "cat" / "0.png").read_bytes())
    choose(harmless, images)
    harmless.page.locator("#begin-with, #looked .wrong").first.wait_for()


def test_hostile_names_in_code_are_text(harmless: Visit, tmp_path: Path) -> None:
    lines = ["import keras", "from keras import layers", "x = a = keras.Input((4,))"]
    lines += [
        f"x = layers.Dense(4)(layers.concatenate([x, a], name={text!r}))"
        for text in (*PIECES, *MARKUP)
    ]
    (tmp_path / "model.py").write_text("\n".join([*lines, "model = keras.Model(a, x)"]))
    expect(choose(harmless, tmp_path / "model.py")).to_contain_text(MARKUP[0])


def test_hostile_files_are_refused_in_words(harmless: Visit, tmp_path: Path) -> None:
    for name in (
        "a.csv",
        "a.tsv",
        "a.npz",
        "a.parquet",
        "a.h5",
        "a.keras",
        "a.toml",
        "a.py",
        "a.ipynb",
    ):
        (tmp_path / name).write_bytes(b"\x89HDF\0PAR1<b>\xff" + bytes(range(256)) * 40)
        harmless.page.set_input_files("#file", tmp_path / name)
        expect(harmless.page.locator("#looked .wrong")).to_contain_text(name)
    with zipfile.ZipFile(tmp_path / "b.keras", "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("config.json", b" " * 10**8)
        bomb.writestr("metadata.json", b"{}")
    harmless.page.set_input_files("#file", tmp_path / "b.keras")
    expect(harmless.page.locator("#looked .wrong")).to_contain_text("b.keras")
