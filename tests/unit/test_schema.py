"""The JSON Schema of `kerasmith.toml` says what the reader says, as far as a schema can."""

import copy
import json
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.errors import KerasmithError
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.schema import json_schema
from kerasmith.spec.specification import MOST_INPUTS, Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs
from tests.samples import draws
from tests.unit.helpers import SPECS, image, output, tables

RESERVED = ("A project cannot be called", "Nothing can be called", "The name ")
"""What the reader says about names that mean something else already."""


@cache
def validator() -> Any:
    schema = json_schema()
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def reader_accepts_form(given: dict[str, Any]) -> bool:
    """Say whether the reader finds nothing wrong that a schema could see."""
    try:
        read_spec(given)
    except KerasmithError as refusal:
        # A problem with a refusal is about several keys together, each of them right.
        return all(
            problem.refusal or problem.what.startswith(RESERVED) for problem in refusal.problems
        )
    return True


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_is_valid(path: Path) -> None:
    validator().validate(tomllib.loads(path.read_text("utf-8")))


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_is_valid(name: str) -> None:
    validator().validate(load_recipe(name).tables)


@pytest.mark.parametrize(
    "given",
    [
        {},
        tables(inputs=[]),
        tables(inputs=image()),
        tables(image(size=3)),
        tables({**image(), "kind": "imag"}),
        tables(image("a", 0, 8, 1)),
        tables(image("a", 8, 8)),
        tables(image("a", 8, 8, 2)),
        tables(image("Photo")),
        tables(image(encoder="resnt")),
        tables(image(units=3)),
        tables(image(encoder="resnet", units=3)),
        tables(image(encoder="cnn", units=0)),
        tables(output(kind="category")),
        tables(output(kind="category", classes=["a"])),
        tables(output(kind="category", classes=["a", "b\u202e"])),
        tables(output(weight=0)),
        tables(output(kind="number", size=65)),
        tables(name="Pets"),
        tables(outputs=[output(f"o{number}") for number in range(MOST_INPUTS + 1)]),
        tables(format=2),
        tables(extra=1),
        tables(model={"merge": "ad"}),
        tables(data={"sample": "digts"}),
        tables(shared=[{"inputs": ["a"]}]),
    ],
)
def test_what_is_wrong_in_form_is_not_valid(given: dict[str, Any]) -> None:
    assert not validator().is_valid(given)
    with pytest.raises(KerasmithError):
        read_spec(given)


@draws(30, 200)
@given(spec=specs())
def test_what_the_reader_accepts_is_valid(spec: Spec) -> None:
    validator().validate(tables_of(spec))


_junk: st.SearchStrategy[Any] = (
    st.sampled_from(
        [None, True, False, 0, 1, -1, 10**9, 0.5, 1.5, "", "x", "X", "a\nb", [], [1], {}, "image"]
    )
    | st.lists(st.integers(-1, 3), max_size=4)
    | st.text(max_size=3)
)


@draws(60, 300)
@given(spec=specs(most=2), data=st.data())
def test_schema_and_reader_agree_on_a_spec_with_a_mistake(spec: Spec, data: st.DataObject) -> None:
    given = copy.deepcopy(tables_of(spec))
    place: Any = given
    for _ in range(data.draw(st.integers(0, 3))):
        below = [part for part in _parts(place) if isinstance(part, dict | list) and part]
        if below:
            place = data.draw(st.sampled_from(below))
    keys = sorted(place) if isinstance(place, dict) else list(range(len(place)))
    key = data.draw(st.sampled_from(keys))
    if data.draw(st.booleans()):
        place[key] = data.draw(_junk)
    elif isinstance(place, dict):
        place.pop(key)
    else:
        place.append(data.draw(_junk))
    assert validator().is_valid(given) == reader_accepts_form(given), given


def _parts(place: Any) -> list[Any]:
    return list(place.values()) if isinstance(place, dict) else list(place)


def said_by_editors(folder: Path, text: str) -> list[str]:
    """Return what taplo and tombi, which are inside editors, say of a spec with the schema."""
    (folder / "schema.json").write_text(json.dumps(json_schema()), "utf-8")
    (folder / "kerasmith.toml").write_text(f"#:schema ./schema.json\n{text}", "utf-8")
    (folder / "tombi.toml").touch()  # nothing above is asked
    said = []
    for words in (["taplo", "lint"], ["tombi", "lint", "--offline"]):
        program, *rest = words
        command = [str(Path(sys.executable).with_name(program)), *rest, "kerasmith.toml"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode or "arning" in done.stdout:
            said.append(done.stdout + done.stderr)
    return said


@pytest.mark.parametrize("name", recipe_names())
def test_editors_find_every_recipe_valid(name: str, tmp_path: Path) -> None:
    text = tomlkit.dumps(tables_of(load_recipe(name).spec))
    assert said_by_editors(tmp_path, text) == []


def test_editors_find_a_mistake(tmp_path: Path) -> None:
    text = tomlkit.dumps(tables_of(load_recipe("digits").spec))
    taplo, tombi = said_by_editors(tmp_path, text.replace('kind = "image"', 'kind = "imag"'))
    assert "imag" in taplo
    assert "imag" in tombi


def test_every_key_is_described() -> None:
    def walk(schema: Any) -> None:
        for key, each in schema.get("properties", {}).items():
            assert "const" in each or each.get("description"), key
        for each in [*schema.get("properties", {}).values(), *schema.get("oneOf", ())]:
            walk(each)
            if isinstance(each.get("items"), dict):
                walk(each["items"])

    walk(json_schema())
