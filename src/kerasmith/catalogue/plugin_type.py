"""What a plug-in brings: parts of the catalogue and their templates, kerasmith's own among them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.features import Feature
from kerasmith.catalogue.inputs import InputKind
from kerasmith.catalogue.merges import Merge
from kerasmith.catalogue.outputs import OutputKind

CONTRACT = 1
"""The version of what a plug-in and kerasmith promise each other; another one is not read."""


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """Kinds, encoders, merges, features and recipes, with the folder of their templates.

    `contract` is the version of `kerasmith.plugin` that it was written for: a plug-in for another
    one is listed, and left out. Below `templates` are `parts/inputs/KIND.jinja`,
    `parts/outputs/KIND.jinja`, `parts/encoders/KIND/NAME.jinja`, `parts/merges/NAME.jinja`,
    `parts/features/NAME.jinja`, helpers that these import, and `project/` with the files of
    features, under names that come out empty without them. Below `recipes` is a folder for each
    recipe, with `recipe.toml` and `sample.jinja`.
    """

    contract: int
    inputs: tuple[type[InputKind], ...] = ()
    outputs: tuple[type[OutputKind], ...] = ()
    encoders: tuple[type[Encoder[Any]], ...] = ()
    merges: tuple[Merge, ...] = ()
    features: tuple[Feature, ...] = ()
    templates: Path | None = None
    recipes: Path | None = None
