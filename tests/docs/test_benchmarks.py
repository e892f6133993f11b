"""The benchmarks compare what is alike: what they take from the templates is still there."""

import pytest

from benchmarks.alike import compare_numbers
from benchmarks.updating import BEFORE
from kerasmith.render.render import templates_dir


@pytest.mark.parametrize("name", BEFORE)
def test_what_an_update_changes_stands_in_the_templates(name: str) -> None:
    now, _ = BEFORE[name]
    assert now in (templates_dir() / "project" / name).read_text("utf-8")


@pytest.mark.parametrize("recipe", ["digits", "sentiment", "shapes"])
def test_a_hand_written_script_has_the_numbers_of_its_recipe(recipe: str) -> None:
    compare_numbers(recipe)
