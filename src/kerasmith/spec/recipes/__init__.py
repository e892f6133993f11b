"""Recipes: ready specs with sample data, one file each beside this module."""

import tomllib
from dataclasses import dataclass
from typing import Any

from kerasmith.errors import KerasmithError, Problem, did_you_mean
from kerasmith.spec.names import RECIPES, recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec

FIRST_RECIPE = "digits"
"""The one to begin with: small, quick, and a plain stack."""


@dataclass(frozen=True)
class Recipe:
    """A ready spec: what it shows, the system of the document it stands for, its data."""

    name: str
    title: str
    document: str
    data: str
    expected: dict[str, Any]
    """What a run on two processor cores showed: `seconds`, and `score` and `baseline` by output."""
    tables: dict[str, Any]
    """The tables of its spec, as a `kerasmith.toml` would hold them."""

    @property
    def spec(self) -> Spec:
        """The spec, checked."""
        return read_spec(self.tables)


def load_recipe(name: str) -> Recipe:
    """Return a recipe.

    Raises KerasmithError where there is none of that name.
    """
    if name not in recipe_names():
        raise KerasmithError(
            Problem(
                f"There is no recipe {name!r}.",
                where=f"--recipe {name}",
                try_=did_you_mean(name, recipe_names()),
            )
        )
    tables = tomllib.loads((RECIPES / f"{name}.toml").read_text("utf-8"))
    return Recipe(name, **tables.pop("recipe"), tables=tables)
