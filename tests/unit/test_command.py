"""The command that a README prints makes the same spec again."""

import shlex
from pathlib import Path

import pytest
from hypothesis import given

from kerasmith.cli.new import new
from kerasmith.cli.request import Request
from kerasmith.cli.starts import named_start, selected_spec
from kerasmith.plan.plan import plan
from kerasmith.spec.command import command_of, flags_between, flags_of, matching_recipe
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import load_spec, read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import legal, specs
from tests.samples import draws
from tests.unit.helpers import SPECS, example


def spec_of_command(command: str) -> Spec:
    """Return the spec that a command asks for, read by the command line itself."""
    program, verb, *words = shlex.split(command)
    assert (program, verb) == ("kerasmith", "new")
    request = Request(**new.make_context(verb, words).params)
    assert request.dest
    return selected_spec(named_start(request), request, folder=request.dest.name)


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_comes_back_from_its_command(path: Path) -> None:
    spec = load_spec(path)
    assert spec_of_command(command_of(spec)) == spec


@draws(60, 300)
@given(spec=specs())
def test_a_spec_comes_back_from_its_command(spec: Spec) -> None:
    command = command_of(spec)
    assert "\n" not in command
    assert spec_of_command(command) == spec


@pytest.mark.parametrize("name", recipe_names())
def test_a_recipe_is_named_and_nothing_else(name: str) -> None:
    spec = spec_from_flags(Flags(name="mine"), load_recipe(name).tables)
    assert command_of(spec) == f"kerasmith new mine --recipe {name}"
    assert matching_recipe(spec) == name
    assert spec_of_command(command_of(spec)) == spec


@pytest.mark.parametrize("wish", [Flags(api="functional"), Flags(purpose="prototype")])
def test_a_recipe_with_a_wish_is_still_named(wish: Flags) -> None:
    spec = spec_from_flags(wish, load_recipe("digits").tables)
    said = ["--api", wish.api] if wish.api else ["--purpose", wish.purpose]
    assert flags_of(spec) == ["--recipe", "digits", *said]


@pytest.mark.parametrize(
    "setting", ["model.trunk=8", "inputs.image.encoder=mlp", "project.description=Mine."]
)
def test_a_recipe_that_was_changed_is_written_out_and_keeps_its_sample(setting: str) -> None:
    spec = spec_from_flags(Flags(set=[setting]), load_recipe("digits").tables)
    assert "--recipe" not in flags_of(spec)
    assert matching_recipe(spec) == "digits"
    assert spec_of_command(command_of(spec)) == spec


def test_the_weight_of_a_loss_is_no_matter_of_the_sample() -> None:
    spec = spec_from_flags(Flags(set=["outputs.place.weight=3"]), load_recipe("shapes").tables)
    assert matching_recipe(spec) == "shapes"
    assert spec_of_command(command_of(spec)) == spec


def test_own_data_are_no_sample_of_a_recipe() -> None:
    own = Flags(set=["data.path=data/own.csv"])
    assert not matching_recipe(spec_from_flags(own, load_recipe("digits").tables))


def test_balanced_classes_are_no_matter_of_the_sample() -> None:
    spec = spec_from_flags(Flags(set=["outputs.digit.balance=true"]), load_recipe("digits").tables)
    assert matching_recipe(spec) == "digits"
    assert spec_of_command(command_of(spec)) == spec
    assert plan(spec).outputs[0].score == "balanced_accuracy"
    assert not plan(spec).expected


@pytest.mark.parametrize(
    "change",
    [
        Flags(inputs=["image:image:9x9x1"]),
        Flags(outputs=["digit:category:9"]),
        Flags(outputs=["age:number"]),
    ],
)
def test_other_columns_than_the_recipe_s_get_no_sample_of_it(change: Flags) -> None:
    assert not matching_recipe(spec_from_flags(change, load_recipe("digits").tables))


def test_nothing_is_said_that_was_left_out() -> None:
    assert (
        command_of(example("smallest"))
        == "kerasmith new smallest --input photo:image:8x8x1 --output cat:binary"
    )
    assert set(tables_of(example("smallest"))) == {"format", "project", "inputs", "outputs"}


@draws(60, 300)
@given(before=specs(), after=specs())
def test_flags_lead_from_one_spec_to_another_where_keys_only_come_or_change(
    before: Spec, after: Spec
) -> None:
    base = tables_of(before)
    base.pop("shared", None)
    for key in ("features", "jobs"):
        base["project"].pop(key, None)
    begun = legal(base)
    wanted = tables_of(begun)
    for section in ("project", "model", "data"):
        new_keys = {k: v for k, v in tables_of(after).get(section, {}).items() if k != "name"}
        wanted[section] = {**wanted.get(section, {}), **new_keys}
    changed = legal(wanted)
    flags = flags_between(begun, changed)
    if flags is None:  # making it legal took something away
        return
    said = new.make_context("new", ["x", *flags]).params
    taken = {key: said[key] for key in vars(Flags()) if key in said and key != "name"}
    assert spec_from_flags(Flags(**taken), tables_of(begun)) == changed
    assert (flags == []) is (begun == changed)


def test_flags_take_nothing_away_and_add_no_input() -> None:
    digits = load_recipe("digits").tables
    whole = read_spec(digits)
    assert flags_between(whole, whole) == []
    for section, fewer in (("data", {}), ("project", {"name": "digits"})):
        assert flags_between(whole, read_spec({**digits, section: fewer})) is None
    more = [*digits["inputs"], {"name": "title", "kind": "text", "length": 9}]
    assert flags_between(whole, read_spec({**digits, "inputs": more})) is None
    some = {**digits, "project": {**digits["project"], "features": ["export"]}}
    assert flags_between(read_spec(some), whole) is None
