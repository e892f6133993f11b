"""From the flags that select a model to its spec."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.spec.specification import Spec


@dataclass(frozen=True)
class Found:
    """The tables that a file leads to, and the flag that names it."""

    flag: str
    path: Path
    tables: dict[str, Any]


def selected_spec(
    recipe: str | None, spec_file: Path | None, folder: str | None = None, **given: Any
) -> Spec:
    """Return the spec that the selection flags ask for."""
    from kerasmith.spec.flags import Flags, spec_from_flags

    flags = Flags(set=given.pop("set_"), folder=folder, **given)
    return spec_from_flags(flags, base_tables(recipe, spec_file, named=folder is not None))


def base_tables(
    recipe: str | None,
    spec_file: Path | None,
    again: Path | None = None,
    found: Found | None = None,
    *,
    named: bool,
) -> dict[str, Any]:
    """Return the tables to begin with; `found` are those that a saved model or data lead to.

    Where the project is `named` by its folder, the name of a recipe, of what was found, or of the
    project whose answers are asked again, gives way; a spec file's does not.
    """
    from kerasmith.spec.recipes import load_recipe
    from kerasmith.spec.toml import read_tables

    flags = {"--recipe": recipe, "--spec": spec_file, "--ask-again": again}
    flags |= {found.flag: found.path} if found else {}
    said = [f"{flag} {value}" for flag, value in flags.items() if value is not None]
    if len(said) > 1:
        raise KerasmithError(several(said))
    if spec_file is not None:
        return read_tables(spec_file)
    if recipe is not None:
        tables = load_recipe(recipe).tables
    elif again is not None:
        tables = read_tables(again / "kerasmith.toml")
    elif found is not None:
        tables = found.tables
    else:
        return {}
    if named and isinstance(tables.get("project"), dict):
        tables["project"].pop("name", None)
    return tables


def several(said: Sequence[str]) -> Problem:
    """Return what is wrong with several beginnings."""
    return Problem(
        "A model starts from one of these, not from several: a recipe, a spec file, a project, a "
        "saved model, data.",
        where=" ".join(said),
        try_="one of them, and --input, --output or --set for what differs",
    )


def says_model(given: dict[str, Any]) -> bool:
    """Say whether any flag tells of a model."""
    return any(given[flag] not in (None, ()) for flag in MODEL_FLAGS)


MODEL_FLAGS = ("recipe", "spec_file", "inputs", "outputs", "share", "branching", "set_")

SAYS_NOTHING = Problem(
    "Nothing says yet what goes in and what comes out.",
    why="Missing: --input NAME:KIND[:SIZE] and --output NAME:KIND[:SIZE], or --recipe, or --spec, "
    "or --data.",
    try_="--recipe digits, or --input photo:image:28x28x1 --output digit:category:10",
)


def flags_said(given: Mapping[str, Any]) -> list[str]:
    """Return the flags that say something, as they are typed."""
    said = [flag for flag, value in given.items() if value not in (None, (), False)]
    return [f"--{FLAG_NAMES.get(flag, flag.replace('_', '-'))}" for flag in said]


FLAG_NAMES = {
    "with_": "with",
    "spec_file": "spec",
    "inputs": "input",
    "outputs": "output",
    "set_": "set",
}
