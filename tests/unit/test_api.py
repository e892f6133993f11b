"""The public Python API: what its docstring shows works."""

import doctest
from pathlib import Path

import pytest

import kerasmith.api
from kerasmith.catalogue.recipe_folders import RECIPE_FILE, RECIPES


def test_the_example_of_the_docstring_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = (RECIPES["digits"] / RECIPE_FILE).read_text("utf-8")
    own = recipe[: recipe.index("[recipe]")] + recipe[recipe.index("[project]") :]
    (tmp_path / "kerasmith.toml").write_text(own, "utf-8")
    monkeypatch.chdir(tmp_path)
    flags = doctest.ELLIPSIS
    [example] = [each for each in doctest.DocTestFinder().find(kerasmith.api) if each.examples]
    assert doctest.DocTestRunner(optionflags=flags).run(example).failed == 0
    assert (tmp_path / "digits/kerasmith.toml").is_file()


def test_everything_public_is_there_and_documented() -> None:
    for name in kerasmith.api.__all__:
        assert getattr(kerasmith.api, name).__doc__
