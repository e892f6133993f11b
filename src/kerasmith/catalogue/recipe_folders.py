"""The recipes: a folder each, with the spec, `recipe.toml`, and its data, `sample.jinja`."""

from collections.abc import Iterator
from pathlib import Path

from kerasmith.catalogue.named import Named

RECIPE_FILE = "recipe.toml"
SAMPLE_FILE = "sample.jinja"


def templates_dir() -> Path:
    """Return the folder of the templates: inside an installed package, or beside `src`."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "templates"
    return installed if installed.exists() else package.parents[1] / "templates"


def recipes_in(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the name and the folder of each recipe in a folder of them, sorted by name."""
    for path in sorted(folder.glob(f"*/{RECIPE_FILE}")):
        yield path.parent.name, path.parent


RECIPES: Named[Path] = Named("recipes", dict(recipes_in(templates_dir() / "recipes")))
"""Every recipe's folder, by its name."""
