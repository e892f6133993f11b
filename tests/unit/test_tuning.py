"""What a search tries of the numbers of encoders: within their limits, and fitting each other."""

import re

import msgspec
import pytest
from hypothesis import given

from kerasmith.catalogue.encoders.base import Blocks, Heads
from kerasmith.catalogue.tuning import tried
from kerasmith.catalogue.value_types import Share, Units
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs
from tests.samples import draws


def with_search(spec: Spec) -> Spec:
    """Return the spec with the feature."""
    return spec_from_flags(Flags(with_=["tune"]), tables_of(spec))


@pytest.mark.parametrize(
    ("value", "type_", "values"),
    [
        (64, Units, (32, 64, 128, 256)),
        (1, Units, (1, 2, 4)),
        (8192, Units, (4096, 8192)),
        (0.25, Share, (0.0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5)),
        (1, Blocks, (1, 2)),
        (2, Heads, ()),
    ],
)
def test_values_are_around_the_one_there_is_and_within_its_limits(
    value: float, type_: object, values: tuple[float, ...]
) -> None:
    assert tried(value, type_) == values


@draws(40, 200)
@given(spec=specs(most=3))
def test_whatever_is_tried_works_for_the_input(spec: Spec) -> None:
    for each in spec.inputs:
        encoder = spec.encoders[each.name]
        for name, values in encoder.choices(each.kind).items():
            assert getattr(encoder, name) in values
            assert list(values) == sorted(values)
            for value in values:
                other = msgspec.structs.replace(encoder, **{name: value})
                msgspec.convert(msgspec.to_builtins(other), type(encoder))
                assert not other.problem(each.kind)


@draws(15, 100)
@given(spec=specs(most=3))
def test_each_number_that_is_tried_is_one_of_config(spec: Spec) -> None:
    planned = plan(with_search(spec))
    config = render(planned)[f"src/{spec.package}/config.py"]
    for name, values in planned.tuned.items():
        (said,) = re.findall(rf"(?m)^    {name}: .+? = (.+?)(?:  #.*)?$", config)
        assert said.replace("_", "") in map(repr, values)


def test_who_searches_nothing_has_nothing_of_it() -> None:
    spec = load_recipe("digits").spec
    assert plan(spec).tuned == {}
    assert "weights_seed" not in render(plan(spec))["src/digits/config.py"]
