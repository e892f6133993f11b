"""What is dropped on the page is looked into as `kerasmith inspect` does."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy
import pytest
from PIL import Image

from kerasmith.dataset import images
from kerasmith.dataset.bring import bring
from kerasmith.dataset.propose import DataOptions, propose
from kerasmith.errors import KerasmithError, problem_json
from kerasmith.spec.read import read_spec
from kerasmith.web import dropped, engine
from kerasmith.web.dropped import LARGEST, command, files_of, look, look_json
from kerasmith.wizard.own_data import ask_about
from kerasmith.wizard.question import Question
from tests.unit.helpers import SPECS
from tests.unit.test_own_data import FORECAST, HISTORY, HORIZON, KNOWN, SERIES, Somebody, shops

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
SAVED = SPECS.parent / "saved_models"
WHICH = "Which column should the model predict?"
GROUP = "Should all rows of one patient be in one split?"


def answers_of(found: dict[str, Any]) -> dict[str, str]:
    """Return the questions that are in view, with their answers of now."""
    return {each["id"]: each["answer"] for each in found["questions"]}


def wrong_in(found: dict[str, Any]) -> dict[str, list[str]]:
    """Return what is wrong with answers, by their questions."""
    said = {each["id"]: [one["what"] for one in each["problems"]] for each in found["questions"]}
    return {id: problems for id, problems in said.items() if problems}


def test_a_table_says_what_its_columns_are_and_asks_what_to_predict() -> None:
    found = look_json(look(str(EXAMPLES / "pets.csv")))
    assert found["title"] == "pets.csv: CSV, 120 rows"
    assert answers_of(found) == {WHICH: "adopted"}
    assert [each["title"] for each in found["sections"]] == ["Inputs", "Outputs"]
    assert found["tables"]["data"]["path"] == "data/pets.csv"
    other = look_json(look(str(EXAMPLES / "pets.csv"), {WHICH: "age"}))
    assert other["tables"]["outputs"][0]["name"] == "age"


def test_a_model_says_what_rules_out_a_sequential_and_what_is_not_carried_over() -> None:
    found = look_json(look(str(EXAMPLES / "model.keras")))
    titles = [each["title"] for each in found["sections"]]
    assert titles[0] == "Could it be a Sequential? No."
    assert "Not carried over" in titles
    assert found["decision"]["api"] == "functional"


@pytest.mark.slow
def test_a_model_that_no_project_can_be_like_is_looked_into_all_the_same() -> None:
    found = look_json(look(str(SAVED / "pair-2.21.0.h5")))
    assert found["tables"] is None
    assert found["problems"][0]["what"] == "No project can be made like pair-2.21.0.h5."


def test_a_spec_can_be_dropped() -> None:
    found = look_json(look(str(SPECS / "siamese.toml")))
    assert found["tables"]["shared"]
    assert found["decision"]["api"] == "functional"


def test_a_very_large_file_is_refused_in_words(tmp_path: Path) -> None:
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(LARGEST + 1)  # of which the disk holds nothing
    with pytest.raises(KerasmithError) as error:
        look(str(tmp_path / "large.csv"))
    assert error.value.problems[0].what == "large.csv has 256 MB, too many for a page."


def test_what_a_browser_has_read_is_taken_from_it(tmp_path: Path) -> None:
    file = tmp_path / "small.parquet"
    file.write_bytes(b"PAR1")
    columns = [
        {"name": "width", "floating": True, "cells": [str(n % 7 + 0.5) for n in range(40)]},
        {"name": "kind", "floating": False, "cells": ["a", "b"] * 20},
    ]
    dropped.give(str(file), "parquet", {"rows": 40, "columns": columns})
    found = look_json(look(str(file), {WHICH: "kind"}))
    assert found["title"] == "small.parquet: Parquet, 40 rows"
    assert found["tables"]["outputs"][0]["kind"] == "category"
    assert "numbers from 0.5 to 6.5" in found["sections"][0]["rows"][0]["text"]


def test_what_a_browser_could_not_read_is_said(tmp_path: Path) -> None:
    file = tmp_path / "odd.parquet"
    file.write_bytes(b"PAR1")
    dropped.give(str(file), "parquet", why="It is packed in a way that is not read.")
    with pytest.raises(KerasmithError) as error:
        look(str(file))
    assert error.value.problems[0].why == "It is packed in a way that is not read."


def test_images_are_looked_at_by_the_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(8):
            Image.new("L", (16, 12), 40 + number).save(tmp_path / "pets" / name / f"{number}.png")
    path = str(tmp_path / "pets")
    by_pillow = look_json(look(path))
    monkeypatch.setattr(images, "IN_A_BROWSER", True)
    engine.call(json.dumps({"do": "arrived", "path": path}))
    asked = json.loads(engine.call(json.dumps({"do": "look_into", "path": path})))["images"]
    assert len(asked) == 16
    facts = {"form": "PNG", "size": [12, 16], "channels": 1, "turned": False}
    engine.call(json.dumps({"do": "see", "images": dict.fromkeys(asked, facts)}))
    assert look_json(look(path)) == by_pillow
    engine.call(json.dumps({"do": "see", "images": {asked[0]: None, asked[1]: {"form": "TIFF"}}}))
    assert "2 of 16 looked at cannot be read" in str(look_json(look(path))["sections"])
    assert engine.call(json.dumps({"do": "arrived", "path": path})) == '{"small":true}'
    with pytest.raises(images.ImagesWanted):
        look(path)


def test_a_folder_that_was_cut_is_said_to_be_and_begins_no_project(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
        for number in range(8):
            Image.new("L", (16, 12), 40 + number).save(tmp_path / "pets" / name / f"{number}.png")
    found = look_json(look(str(tmp_path / "pets"), cut=20_000))
    assert found["tables"] is None
    (problem,) = found["problems"]
    assert problem["what"].startswith("The folder has more than 20,000 files")
    assert problem["try"].startswith("kerasmith new")


def test_code_says_its_lines_and_its_mistakes(tmp_path: Path) -> None:
    (tmp_path / "model.py").write_text(
        "import keras\nfrom keras import layers\na = keras.Input((4,))\n"
        "b = layers.Dense(4)(a)\nc = layers.concatenate([a, b])\n"
        "model = keras.Model(a, layers.Dense(3, activation='softmax')(c))\n"
        "model.compile(loss='mse')\n"
    )
    found = look_json(look(str(tmp_path / "model.py")))
    against = next(s for s in found["sections"] if "rule out" in s["title"])
    assert against["rows"][0]["text"].startswith("Concatenate, line 5: takes several")


# === What is asked about a table ===

AHEAD = {WHICH: "load", FORECAST: "yes"}


def test_rows_that_are_steps_are_asked_about_as_the_wizard_asks(tmp_path: Path) -> None:
    path = shops(tmp_path)
    somebody = Somebody()
    ask_about(lambda options: propose(path, options), DataOptions(), OfLoad(somebody))
    found = look_json(look(str(path), AHEAD))
    assert list(answers_of(found)) == somebody.texts
    for shown, asked in zip(found["questions"], somebody.asked, strict=True):
        assert shown["help"] == asked.help
        assert [each["label"] for each in shown["choices"]] == [c.label for c in asked.choices]


class OfLoad:
    """Predicts the load, and answers all else as somebody does."""

    def __init__(self, somebody: Somebody) -> None:
        self.somebody = somebody

    def ask(self, question: Question) -> str:
        answer = self.somebody.ask(question)
        return "load" if question.text == WHICH else answer

    def say(self, lines: Iterable[str]) -> None:
        self.somebody.say(lines)


def test_an_answer_that_was_never_touched_changes_nothing(tmp_path: Path) -> None:
    path = shops(tmp_path)
    found = look_json(look(str(path)))
    assert answers_of(found) == {WHICH: "price", "Should price be forecast?": "no"}
    untouched = propose(path, DataOptions(predict=("price",)))
    assert found["tables"] == bring(untouched).tables
    found = look_json(look(str(path), AHEAD))
    answers = {SERIES: "yes", HORIZON: "1", HISTORY: "24", KNOWN: ""}
    assert answers_of(found) == AHEAD | answers
    assert found["tables"] == look_json(look(str(path), AHEAD | answers))["tables"]
    ahead = propose(path, DataOptions(predict=("load",), history=24, horizon=1))
    assert found["tables"] == bring(ahead).tables


def test_answers_are_in_the_tables_the_command_and_the_files(tmp_path: Path) -> None:
    path = shops(tmp_path)
    answers = AHEAD | {SERIES: "yes", HORIZON: "3", HISTORY: "7", KNOWN: "2,3"}
    found = look_json(look(str(path), answers))
    options = DataOptions(("load",), 7, 3, ("holiday", "price"), "shop")
    brought = bring(propose(path, options))
    assert found["tables"] == brought.tables
    assert found["decision"]["api"] == "functional"
    spec = read_spec(found["tables"])
    said = "--predict load --history 7 --horizon 3 --series shop --known holiday --known price"
    assert command(str(path), answers, spec).endswith(said)
    assert files_of(str(path), answers, found["tables"]) == {"data/shops.csv": path.read_bytes()}


def test_who_says_no_to_several_series_forecasts_nothing(tmp_path: Path) -> None:
    found = look_json(look(str(shops(tmp_path)), AHEAD | {SERIES: "no"}))
    assert answers_of(found) == AHEAD | {SERIES: "no"}
    assert found["tables"]["outputs"][0]["kind"] == "number"


def test_a_wrong_answer_is_kept_beside_what_is_wrong_with_it(tmp_path: Path) -> None:
    path = shops(tmp_path, days=70)  # 15 % of 70 rows are 10 or 11
    answers = AHEAD | {SERIES: "yes", HORIZON: "4", HISTORY: "500", KNOWN: "2"}
    found = look_json(look(str(path), answers))
    assert answers_of(found) == answers
    assert wrong_in(found) == {HISTORY: ["The rows allow 6 steps at the most."]}
    assert found["tables"] is None
    assert found["decision"] is None
    right = look_json(look(str(path), answers | {HISTORY: "6"}))
    assert wrong_in(right) == {}
    assert right["tables"]["inputs"][0]["steps"] == 6


def test_what_data_refuse_is_said_in_the_words_of_the_command_line(tmp_path: Path) -> None:
    path = shops(tmp_path)
    head, *rows = path.read_text().splitlines()
    rows[320:] = [",".join((*row.split(",")[:1], "", *row.split(",")[2:])) for row in rows[320:]]
    path.write_text("\n".join([head, *rows]) + "\n")
    found = look_json(look(str(path), AHEAD))
    assert answers_of(found) == AHEAD | {SERIES: "yes", HORIZON: "1", HISTORY: "24", KNOWN: ""}
    with pytest.raises(KerasmithError) as error:
        propose(path, DataOptions(predict=("load",), history=24, horizon=1, series="shop"))
    assert found["problems"] == list(map(problem_json, error.value.problems))
    assert found["problems"][0]["what"].startswith("1 series is too short")
    assert found["tables"] is None
    assert found["title"] == "shops.csv: CSV, 600 rows"
    assert look_json(look(str(path), AHEAD | {HISTORY: "2"}))["tables"]


def test_a_column_that_is_now_predicted_is_known_in_advance_no_more(tmp_path: Path) -> None:
    path, other = shops(tmp_path), "Should price be forecast?"
    answers = AHEAD | {KNOWN: "2,3", WHICH: "price", other: "yes"}
    found = look_json(look(str(path), answers))
    assert answers_of(found)[KNOWN] == "2"
    assert [each["name"] for each in found["tables"]["inputs"]] == ["price", "holiday"]
    gone = look_json(look(str(path), {WHICH: "no such column"}))
    assert answers_of(gone)[WHICH] == "price"


def test_rows_of_one_stay_together_until_somebody_says_no(tmp_path: Path) -> None:
    rows = "\n".join(f"p{n // 5},{n * 7 % 50},{n * n % 3}.5" for n in range(100))
    path = tmp_path / "ill.csv"
    path.write_text(f"patient,weight,dose\n{rows}\n")
    found = look_json(look(str(path)))
    assert answers_of(found) == {WHICH: "dose", GROUP: "yes"}
    assert found["tables"]["data"]["group"] == "patient"
    apart = look_json(look(str(path), {GROUP: "no"}))
    assert "group" not in apart["tables"]["data"]
    said = command(str(path), {GROUP: "no"}, read_spec(apart["tables"]))
    assert said.endswith("--predict dose --ignore patient")


def test_every_array_can_be_predicted_again(tmp_path: Path) -> None:
    draws = numpy.random.default_rng(1)
    file = tmp_path / "digits.npz"
    numpy.savez(file, x=draws.integers(0, 9, 60), y=numpy.arange(60) % 10)
    for answers in ({}, {WHICH: "x"}):
        (which,) = look_json(look(str(file), answers))["questions"]
        assert {each["value"] for each in which["choices"]} == {"x", "y"}
        assert which["answer"] == answers.get(WHICH, "y")
