"""A recipe that a plug-in brings is read field by field."""

from pathlib import Path

import pytest

from kerasmith.catalogue.recipe_folders import RECIPE_FILE, RECIPES
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.spec.recipes import load_recipe


def digits_but(old: str, new: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the recipe `digits` be read from another folder, changed."""
    text = (RECIPES["digits"] / RECIPE_FILE).read_text("utf-8")
    assert old in text
    (folder / RECIPE_FILE).write_text(text.replace(old, new, 1), "utf-8")
    monkeypatch.setitem(RECIPES, "digits", folder)


def test_packages_of_its_data_are_planned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    digits_but("title =", 'packages = ["pooch"]\ntitle =', tmp_path, monkeypatch)
    recipe = load_recipe("digits")
    assert plan(recipe.spec).sample_packages == ("pooch",)
    recipe.tables["outputs"][0]["classes"].pop()
    assert plan(recipe.spec).sample_packages == (), "the sample is another then"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("title =", "title = 3 #", "Expected `str`, got `int` - at `$.title`"),
        ("title =", "titles = []\ntitle =", "unknown field `titles`"),
        ("title =", 'packages = "pooch"\ntitle =', "Expected `array`, got `str` - at `$.packages`"),
        ("title =", 'packages = ["-r others.txt"]\ntitle =', "at `$.packages[0]`"),
        ("[recipe]\n", "[recipes]\n", "missing required field `title`"),
        ("title =", "title", "line 4"),
    ],
)
def test_what_is_wrong_with_one_is_said(
    old: str, new: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digits_but(old, new, tmp_path, monkeypatch)
    with pytest.raises(KerasmithError) as caught:
        load_recipe("digits")
    (problem,) = caught.value.problems
    assert problem.what == "The recipe 'digits' cannot be read."
    assert why in problem.why
