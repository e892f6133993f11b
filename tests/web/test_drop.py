"""What comes in by a drop: tables, images, arrays, code, and what is too much."""

import json
import shlex
import subprocess
import sys
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
from tests.unit.test_own_data import FORECAST, HISTORY, HORIZON, KNOWN, SERIES, shops
from tests.web.test_everyone import tab_to, violations
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


# === What is asked about a table ===

WHICH = "Which column should the model predict?"


def pick(found: Locator, question: str, answer: str) -> None:
    """Pick one of the answers that are side by side."""
    found.get_by_role("radiogroup", name=question).get_by_label(answer).check()


def type_in(found: Locator, question: str, answer: str) -> None:
    """Type an answer."""
    found.get_by_label(question).fill(answer)
    found.get_by_label(question).press("Enter")


def forecast(visit: Visit, table: Path) -> Locator:
    """Choose a table of shops and say that the load is forecast; return what the page shows."""
    found = choose(visit, table)
    found.get_by_label(WHICH).select_option("load")
    pick(found, FORECAST, "Yes")
    expect(found).to_contain_text("forecast: 1 step ahead, from the 24 before")
    return found


def made_by(command: str, folder: Path) -> dict[str, bytes]:
    """Run a command of kerasmith in a folder, and return the files of the project that it makes."""
    words = shlex.split(command)
    assert words[:2] == ["kerasmith", "new"]
    run = [sys.executable, "-m", *words]
    done = subprocess.run(run, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = folder / words[2]
    files = (path for path in made.rglob("*") if path.is_file())
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in files}


def test_what_is_answered_about_a_table_is_in_the_command_and_in_the_project(
    visit: Visit, tmp_path: Path
) -> None:
    found = forecast(visit, shops(tmp_path))
    type_in(found, HORIZON, "3")
    expect(found).to_contain_text("forecast: 3 steps ahead")
    type_in(found, HISTORY, "7")
    expect(found).to_contain_text("from the 7 before")
    found.get_by_role("group", name=KNOWN).get_by_label("holiday").check()
    expect(found).to_contain_text("Known in advance")
    files = begun(visit)
    command = visit.page.locator(".command").inner_text()
    said = "--predict load --history 7 --horizon 3 --series shop --known holiday"
    assert said in command
    assert files == made_by(command, tmp_path)
    visit.page.locator("#ask-project-purpose-open").focus()
    visit.page.keyboard.press("ArrowRight")
    expect(visit.page.locator(".command")).to_contain_text(f"{said} --purpose prototype")
    command = visit.page.locator(".command").inner_text().replace("new shops", "new quick")
    shown = visit.files()
    other = made_by(command, tmp_path)
    assert {*shown} - {*other} == {each for each in shown if each.startswith("src/shops/")}


def test_an_answer_that_does_not_fit_is_kept_and_said_beside_it(
    visit: Visit, tmp_path: Path
) -> None:
    found = forecast(visit, shops(tmp_path))
    type_in(found, HORIZON, "3")
    expect(found).to_contain_text("forecast: 3 steps ahead")
    type_in(found, HISTORY, "500")
    wrong = found.locator(".wrong")
    expect(wrong).to_contain_text("The rows allow 42 steps at the most.")
    field = found.get_by_label(HISTORY)
    expect(field).to_have_value("500")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(found.get_by_label(HORIZON)).to_have_value("3")
    expect(visit.page.locator("#begin-with")).to_have_count(0)
    assert violations(visit.page) == []
    type_in(found, HISTORY, "42")
    expect(found).to_contain_text("from the 42 before")
    expect(wrong).to_have_count(0)
    visit.begin()


def test_what_the_rows_do_not_allow_is_said_below_and_can_be_answered_again(
    visit: Visit, tmp_path: Path
) -> None:
    path = shops(tmp_path)
    head, *rows = path.read_text().splitlines()
    for number in range(320, 600):  # of one shop, few rows have a load
        time, _, *others = rows[number].split(",")
        rows[number] = ",".join((time, "", *others))
    path.write_text("\n".join([head, *rows]) + "\n")
    found = choose(visit, path)
    found.get_by_label(WHICH).select_option("load")
    pick(found, FORECAST, "Yes")
    wrong = found.locator(".wrong")
    expect(wrong).to_contain_text("1 series is too short for a window of 24 steps")
    expect(found.get_by_label(HISTORY)).to_have_value("24")
    type_in(found, HISTORY, "2")
    expect(found).to_contain_text("from the 2 before")
    expect(wrong).to_have_count(0)


def test_undo_and_redo_go_through_the_answers_about_a_table(visit: Visit, tmp_path: Path) -> None:
    page, found = visit.page, forecast(visit, shops(tmp_path))
    type_in(found, HORIZON, "3")
    expect(found).to_contain_text("forecast: 3 steps ahead")
    page.locator("#undo").click()
    expect(found.get_by_label(HORIZON)).to_have_value("1")
    page.locator("#redo").click()
    expect(found.get_by_label(HORIZON)).to_have_value("3")
    visit.begin()
    expect(page.locator(".picture")).to_contain_text("forecast")
    page.locator("#undo").click()
    expect(found.get_by_label(HORIZON)).to_have_value("3")
    pick(found, SERIES, "No")
    expect(found).not_to_contain_text("forecast: ")
    page.locator("#undo").click()
    expect(found).to_contain_text("forecast: 3 steps ahead")
    visit.begin()
    shown = visit.files()
    page.reload()
    page.locator("html[data-engine=ready]").wait_for()
    page.locator("#result .verdict").wait_for()
    again = visit.files()
    assert again == {path: text for path, text in shown.items() if path != "data/shops.csv"}


def test_rows_of_one_are_drawn_apart_where_somebody_says_so(visit: Visit, tmp_path: Path) -> None:
    rows = "\n".join(f"p{n // 5},{n * 7 % 50},{n * n % 3}.5" for n in range(100))
    (tmp_path / "ill.csv").write_text(f"patient,weight,dose\n{rows}\n")
    found = choose(visit, tmp_path / "ill.csv")
    pick(found, "Should all rows of one patient be in one split?", "No")
    expect(found).to_contain_text("dropped: you ignore it")
    files = begun(visit)
    command = visit.page.locator(".command").inner_text()
    assert "--ignore patient" in command
    assert files == made_by(command, tmp_path)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_questions_about_a_table_are_for_everyone(
    visit: Visit, tmp_path: Path, scheme: str
) -> None:
    page = visit.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    found = choose(visit, shops(tmp_path))
    tab_to(page, page_id(found, WHICH))
    page.keyboard.press("l")
    tab_to(page, f"{page_id(found, FORECAST)}-no")
    page.keyboard.press("ArrowLeft")
    expect(found.get_by_role("radiogroup", name=FORECAST).get_by_label("Yes")).to_be_focused()
    expect(found).to_contain_text("forecast: 1 step ahead")
    tab_to(page, page_id(found, HORIZON))
    page.keyboard.press("Control+A")
    page.keyboard.type("3")
    page.keyboard.press("Tab")
    expect(found.get_by_label(HISTORY)).to_be_focused()
    expect(found).to_contain_text("forecast: 3 steps ahead")
    assert violations(page) == []
    for width in (320, 768, 2560):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.set_viewport_size({"width": 1280, "height": 900})
    tab_to(page, "begin-with")
    page.keyboard.press("Enter")
    page.locator("#result .verdict:visible").wait_for()
    expect(page.locator(".command")).to_contain_text("--horizon 3 --series shop")


def page_id(found: Locator, question: str) -> str:
    """Return the id of what a question is answered in."""
    at = found.locator("[data-question]", has_text=question).locator("select, input").first
    return (at.get_attribute("id") or "").removesuffix("-yes")


def test_the_same_file_is_chosen_again(visit: Visit) -> None:
    for _ in range(2):
        expect(choose(visit, EXAMPLES / "pets.csv")).to_contain_text("looks like an identifier")
        visit.restart()
        expect(visit.page.locator("#looked")).to_be_empty()


# === Code ===

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
