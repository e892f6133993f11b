"""A link says what a spec says, in the words of the flags."""

import pytest
from hypothesis import given

from kerasmith.errors import KerasmithError
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs_with_features
from kerasmith.web.link import LONGEST, TEMPLATES, fragment_of, read_fragment, templates_version
from tests.samples import draws


@draws(60, 300)
@given(spec=specs_with_features())
def test_a_spec_comes_back_from_its_link(spec: Spec) -> None:
    link = read_fragment(fragment_of(spec))
    assert read_spec(link.tables) == spec
    assert link.templates == templates_version()


def test_a_link_can_be_read() -> None:
    flags = Flags(name="pets", inputs=["photo:image:8x8x1"], outputs=["breed:category:cat,dog"])
    said, _, templates = fragment_of(spec_from_flags(flags)).rpartition("&")
    assert said == "name=pets&input=photo:image:8x8x1&output=breed:category:cat,dog"
    assert templates == f"{TEMPLATES}={templates_version()}"


def test_a_recipe_is_named() -> None:
    assert fragment_of(load_recipe("digits").spec).startswith("name=digits&recipe=digits&")


@pytest.mark.parametrize(
    ("fragment", "what"),
    [
        ("page=2", "This link says 'page', which no link of kerasmith does."),
        ("name=a&name=b", "This link says 'name' twice."),
        ("recipe=nothing", "There is no recipe 'nothing'."),
        ("name=pets&input=", "'' does not say a kind."),
        ("x" * (LONGEST + 1), "This link is too long to be a spec."),
    ],
)
def test_what_is_no_link_is_refused(fragment: str, what: str) -> None:
    with pytest.raises(KerasmithError) as error:
        read_fragment(fragment)
    assert error.value.problems[0].what == what
