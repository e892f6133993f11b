"""The plan: every choice that a spec leaves open is made, and the numbers add up."""

import json
from dataclasses import replace
from pathlib import PurePath, PurePosixPath, PureWindowsPath
from typing import Any

import msgspec
import pytest
import yaml
from hypothesis import given

from kerasmith.plan.plan import EPOCHS, OWN_TABLE_EPOCHS, TRUNK_UNITS, plan
from kerasmith.plan.planned import Plan
from kerasmith.render.render import answers_of, templates_dir
from kerasmith.report import parameter_rows
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs
from tests.samples import draws
from tests.unit.helpers import example, image, output, tables


def of(*parts: dict[str, Any], **sections: Any) -> Plan:
    return plan(read_spec(tables(*parts, **sections)))


def test_one_input_is_not_merged_and_gets_no_trunk() -> None:
    planned = of()
    assert (planned.merge, planned.trunk, planned.trunk_parameters) == ("", 0, 0)


def test_several_inputs_meet_side_by_side_in_a_trunk() -> None:
    planned = of(image("a"), image("b"))
    assert (planned.merge, planned.trunk) == ("concatenate", TRUNK_UNITS)
    assert planned.trunk_parameters == 128 * TRUNK_UNITS + TRUNK_UNITS


def test_two_inputs_that_share_an_encoder_for_one_yes_or_no_are_compared() -> None:
    assert plan(example("siamese")).merge == "difference"


def test_a_table_of_ones_own_is_gone_through_more_often() -> None:
    row = {"name": "row", "kind": "table", "columns": [{"name": "age"}]}
    own = {"path": "data/own.csv"}
    assert of(inputs=[row], data=own).epochs == OWN_TABLE_EPOCHS > EPOCHS
    assert of(inputs=[row]).epochs == EPOCHS
    assert of(inputs=[row, image()], data=own).epochs == EPOCHS


@pytest.mark.parametrize(
    "change",
    [
        {"outputs": [output(), output("dog")]},
        {"outputs": [output(kind="number")]},
        {"inputs": [image("a"), image("b"), image("c")]},
        {"shared": []},
    ],
)
def test_anything_else_is_not_compared(change: dict[str, Any]) -> None:
    given = tables(image("a"), image("b"), shared=[{"inputs": ["a", "b"]}])
    assert plan(read_spec(given | change)).merge == "concatenate"


def test_a_wish_comes_before_what_the_planner_would_choose() -> None:
    wishes = {"merge": "multiply", "trunk": 0}
    planned = of(image("a"), image("b"), shared=[{"inputs": ["a", "b"]}], model=wishes)
    assert (planned.merge, planned.trunk) == ("multiply", 0)
    assert of(model={"trunk": 7}).trunk == 7


def test_shared_inputs_have_one_encoder_called_as_they_say() -> None:
    [encoder] = plan(example("siamese")).encoders
    assert (encoder.stem, encoder.inputs) == ("signature", ("left", "right"))


def test_shared_inputs_without_a_name_are_called_as_their_kind() -> None:
    planned = of(image("a"), image("b"), image("c"), shared=[{"inputs": ["a", "c"]}])
    assert [(each.stem, each.inputs) for each in planned.encoders] == [
        ("image", ("a", "c")),
        ("b", ("b",)),
    ]
    assert [(each.name, each.encoder) for each in planned.inputs] == [
        ("a", "image"),
        ("c", "image"),
        ("b", "b"),
    ]


def test_knobs_are_as_asked_for_and_the_rest_as_suits_the_size() -> None:
    [encoder] = of(image("photo", 64, 64, 3, encoder="cnn", units=5)).encoders
    assert encoder.knobs == {"filters": (32, 64, 128, 128, 128), "units": 5, "dropout": 0.2}


def test_a_description_is_made_up_where_none_is_said() -> None:
    assert of().description == "Predicts cat from photo."
    assert of(*(output(f"an_output_with_long_name_{n}") for n in range(9))).description == (
        "Predicts 9 outputs."
    )
    assert plan(example("siamese")).description == "Tells whether two signatures are by one hand."


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_brings_its_sample_and_what_to_expect(name: str) -> None:
    recipe = load_recipe(name)
    planned = plan(recipe.spec)
    assert (planned.sample, planned.expected) == (name, recipe.expected)
    assert set(recipe.expected["score"]) == {each.name for each in planned.outputs}


def test_another_project_brings_drawn_samples() -> None:
    assert of().sample == "synthetic"
    assert of(data={"sample": "digits"}).sample == "synthetic"


@draws(40, 200)
@given(spec=specs())
def test_a_plan_adds_up_and_survives_being_recorded(spec: Spec) -> None:
    planned = plan(spec)
    encoders = sum(each.parameters for each in planned.encoders)
    heads = sum(each.parameters for each in planned.outputs)
    between = planned.merge_parameters + planned.trunk_parameters
    assert planned.parameters == encoders + between + heads
    *parts, (_, _, told) = parameter_rows(planned)
    assert planned.parameters == told == sum(count for _, _, count in parts)
    assert sorted(each.name for each in planned.inputs) == sorted(each.name for each in spec.inputs)
    assert [each.name for each in planned.outputs] == [each.name for each in spec.outputs]
    assert {each.encoder for each in planned.inputs} == {each.stem for each in planned.encoders}
    recorded = json.loads(msgspec.json.encode(planned))
    assert msgspec.json.encode(msgspec.convert(recorded, Plan)) == msgspec.json.encode(planned)
    assert read_spec(planned.spec) == spec
    assert len(planned.description) <= 80


def test_the_questions_of_the_templates_are_the_fields_of_a_plan() -> None:
    questions = yaml.safe_load((templates_dir() / "copier.yml").read_text("utf-8"))
    asked = {name for name in questions if not name.startswith("_")}
    assert asked == set(answers_of(plan(example("smallest"))))


def test_a_recipes_scores_are_expected_of_its_very_model_only() -> None:
    """Another encoder, or none that is shared, learns at another pace."""
    siamese = load_recipe("siamese").spec
    assert plan(siamese).expected
    assert plan(
        replace(siamese, project=msgspec.structs.replace(siamese.project, name="x"))
    ).expected
    alone = plan(replace(siamese, shared=()))
    assert alone.sample == "siamese"
    assert alone.expected == {}


@pytest.mark.parametrize(
    ("path", "folder", "file", "variable"),
    [
        (PureWindowsPath(r"D:\big data\new\x.csv"), "D:/big data/new", "x.csv", "PETS_DATA"),
        (PureWindowsPath(r"\\server\share\x.csv"), "//server/share", "x.csv", "PETS_DATA"),
        (PureWindowsPath(r"data\x.csv"), "data", "x.csv", ""),
        (PurePosixPath("/srv/big data/x.csv"), "/srv/big data", "x.csv", "PETS_DATA"),
    ],
)
def test_data_are_found_on_windows_too(
    path: PurePath, folder: str, file: str, variable: str
) -> None:
    data = of(data={"path": str(path)}).data
    assert (data.folder, data.file, data.variable) == (folder, file, variable)
