"""Recipes: ready specs with sample data, read from their folders."""

from typing import Annotated, Any

import msgspec

from kerasmith.catalogue.plugins import why_unknown
from kerasmith.catalogue.recipe_folders import RECIPE_FILE, RECIPES
from kerasmith.catalogue.value_types import WORD
from kerasmith.errors import KerasmithError, Problem, did_you_mean
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.spec.toml import parsed

FIRST_RECIPE = "digits"
"""The one to begin with: small, quick, and a plain stack."""


Package = Annotated[str, msgspec.Meta(pattern=WORD, max_length=60)]


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A ready spec: what it shows, the system of the document it stands for, its data."""

    name: str
    title: str
    document: str
    data: str
    expected: dict[str, Any]
    """What a run on two processor cores showed: `seconds`, and by output `score` and `baseline`;
    where it was measured also `short`, after few epochs, and `forest`, of scikit-learn."""
    tables: dict[str, Any]
    """The tables of its spec, as a `kerasmith.toml` would hold them."""
    packages: tuple[Package, ...] = ()
    """The packages that its sample data come in, where the project needs them for nothing else."""

    @property
    def spec(self) -> Spec:
        """The spec, checked."""
        return read_spec(self.tables)


def load_recipe(name: str) -> Recipe:
    """Return a recipe.

    Raises KerasmithError where there is none of that name.
    """
    if name not in RECIPES:
        raise KerasmithError(
            Problem(
                f"There is no recipe {name!r}.",
                where=f"--recipe {name}",
                why=why_unknown(RECIPES, name),
                try_=did_you_mean(name, sorted(RECIPES)),
            )
        )
    path = RECIPES[name] / RECIPE_FILE
    try:
        tables: dict[str, Any] = parsed(path.read_text("utf-8"))
        about = tables.pop("recipe")
        return msgspec.convert({**about, "name": name, "tables": tables}, Recipe)
    except (OSError, ValueError, KeyError, TypeError) as error:  # a plug-in's, or a stranger's
        what = f"The recipe {name!r} cannot be read."
        raise KerasmithError(Problem(what, str(path), f"{error}.")) from error
