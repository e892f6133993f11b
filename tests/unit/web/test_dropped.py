"""What is dropped on the page is looked into as `kerasmith inspect` does."""

import json
from pathlib import Path

import pytest
from PIL import Image

from kerasmith.dataset import images
from kerasmith.errors import KerasmithError
from kerasmith.web import dropped, engine
from kerasmith.web.dropped import LARGEST, look, look_json
from tests.unit.helpers import SPECS

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
SAVED = SPECS.parent / "saved_models"


def test_a_table_says_what_its_columns_are_and_asks_what_to_predict() -> None:
    found = look_json(look(str(EXAMPLES / "pets.csv")))
    assert found["title"] == "pets.csv: CSV, 120 rows"
    assert found["question"]["answer"] == found["predict"][0] == "adopted"
    assert [each["title"] for each in found["sections"]] == ["Inputs", "Outputs"]
    assert found["tables"]["data"]["path"] == "data/pets.csv"
    other = look_json(look(str(EXAMPLES / "pets.csv"), ["age"]))
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
    found = look_json(look(str(file), ["kind"]))
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
