"""The page writes what the command line writes, from a click and from a link."""

from pathlib import Path

import pandas
import pytest
from click.testing import CliRunner
from hypothesis import given
from playwright.sync_api import Locator, expect

from kerasmith.cli import main
from kerasmith.dataset.propose import DataOptions, propose
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.saved_model.findings import inspect_model
from kerasmith.saved_model.like import like
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs_with_features
from kerasmith.web.link import fragment_of
from tests.samples import draws
from tests.web.visit import Visit


def written(spec: Spec) -> dict[str, bytes]:
    """Return the files that the command line writes."""
    return {path: text.encode() for path, text in render(plan(spec)).items()}


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_comes_out_as_the_command_line_writes_it(visit: Visit, name: str) -> None:
    visit.recipe(name)
    assert visit.files() == written(load_recipe(name).spec)


@draws(100, 500)
@given(spec=specs_with_features())
def test_a_random_spec_survives_the_link(opened: Visit, spec: Spec) -> None:
    opened.link(fragment_of(spec))
    assert opened.files() == written(spec)


def test_an_answer_moves_verdict_picture_and_code(visit: Visit) -> None:
    visit.recipe("digits")
    assert visit.headline().startswith("Sequential")
    visit.page.select_option("#ask-inputs-0-encoder", "resnet")
    expect(visit.page.locator(".verdict .api")).to_have_text("Functional")
    expect(visit.page.locator(".picture")).to_contain_text("resnet")
    expect(visit.page.locator("ins.line").first).to_be_visible()
    expect(visit.page.locator(".file.changed[data-path='src/digits/model.py']")).to_be_visible()
    visit.page.locator("#undo").click()
    expect(visit.page.locator(".verdict .api")).to_have_text("Sequential")
    visit.page.locator("#redo").click()
    expect(visit.page.locator(".verdict .api")).to_have_text("Functional")


def test_an_error_is_at_the_answer_in_the_words_of_the_command_line(visit: Visit) -> None:
    visit.recipe("digits")
    field = visit.page.locator("#ask-inputs-0-size")
    field.fill("8x8x7")
    field.press("Enter")
    wrong = visit.page.locator("#card-inputs-0- .wrong")
    expect(wrong).to_contain_text("shape = [8, 8, 7] does not work.")
    expect(visit.page.locator("#ask-inputs-0-size")).to_have_value("8x8x7")
    expect(visit.page.locator("#ask-inputs-0-size")).to_have_attribute("aria-invalid", "true")


# === What is dropped ===

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def drop(visit: Visit, file: Path) -> Locator:
    """Choose a file, and return what the page shows of it."""
    visit.page.set_input_files("#file", file)
    found = visit.page.locator("#found")
    expect(found.locator("h2").first).to_contain_text(file.name)
    return found


def test_a_table_is_looked_into_and_a_project_begun_from_it(visit: Visit, tmp_path: Path) -> None:
    found = drop(visit, EXAMPLES / "pets.csv")
    expect(found).to_contain_text("looks like an identifier")
    visit.begin()
    expect(visit.page.locator(".command")).to_contain_text("--data pets.csv --predict adopted")
    files = visit.files()
    again = tmp_path / "pets"
    command = ["new", str(again), "--data", str(EXAMPLES / "pets.csv"), "--predict", "adopted"]
    assert CliRunner().invoke(main, command).exit_code == 0
    assert files == {
        path.relative_to(again).as_posix(): path.read_bytes()
        for path in again.rglob("*")
        if path.is_file()
    }


def test_a_saved_model_is_looked_into_and_a_project_begun_like_it(visit: Visit) -> None:
    found = drop(visit, EXAMPLES / "model.keras")
    expect(found).to_contain_text("Could it be a Sequential? No.")
    expect(found.locator(".verdict")).to_contain_text("multiple-outputs")
    visit.begin()
    assert visit.files() == written(read_spec(like(EXAMPLES / "model.keras").tables))


def test_a_file_that_is_none_of_these_is_refused_in_words(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "notes.doc").write_text("hello")
    visit.page.set_input_files("#file", tmp_path / "notes.doc")
    expect(visit.page.locator("#looked .wrong")).to_contain_text("is none of these")


def test_a_model_in_hdf5_is_looked_into(visit: Visit) -> None:
    saved = Path(__file__).parents[1] / "saved_models" / "pair-2.21.0.h5"
    found = drop(visit, saved)
    expect(found).to_contain_text("Could it be a Sequential? No.")
    model = inspect_model(saved)
    expect(found).to_contain_text(f"{model.parameters:,} parameters")
    expect(found).to_contain_text("encoder")


def test_a_table_in_parquet_is_looked_into(visit: Visit, tmp_path: Path) -> None:
    table = pandas.read_csv(EXAMPLES / "pets.csv").assign(
        born=pandas.date_range("2020-01-01", periods=120), cared=[True, False] * 60
    )
    file = tmp_path / "pets.parquet"
    table.to_parquet(file)
    found = drop(visit, file)
    said = found.inner_text()
    for column in propose(file, DataOptions(predict=("adopted",))).findings.columns:
        assert column.reason in said
    visit.begin()
    assert visit.files()["data/pets.parquet"] == file.read_bytes()
