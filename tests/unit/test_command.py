"""The command that a README prints makes the same spec again."""

import shlex
from pathlib import Path

import pytest
from hypothesis import given

from kerasmith.cli.new import new
from kerasmith.cli.request import Request
from kerasmith.cli.starts import named_start, selected_spec
from kerasmith.spec.command import command_of, flags_of, matching_recipe
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import load_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from tests.samples import draws
from tests.strategies import specs
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
