"""Names that generated code needs for itself, or that some system cannot hold."""

import builtins
import keyword
import sys
from pathlib import Path

from kerasmith.catalogue.encoders import ENCODERS

ANSWERS_FILE = ".copier-answers.yml"
"""Where a project records what was last rendered; Copier's own name for it."""

RECIPES = Path(__file__).parent / "recipes"
"""The folder of the recipes, a TOML file each."""

_DEVICES = {"con", "prn", "aux", "nul"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)
}

_PACKAGES = {
    "copier", "jax", "keras", "kerasmith", "matplotlib", "numpy", "pandas", "pil", "pytest",
    "sklearn", "src", "tensorflow", "test", "tests", "torch",
}  # fmt: skip

_IN_THE_CODE = {
    # modules and names that model.py and data.py import
    "keras", "layers", "ops", "tf", "np", "pd", "plt", "config", "Config",
    # variables and functions of the generated code
    "model", "features", "trunk", "inputs", "outputs", "targets", "table", "dataset", "x", "stage",
    "filters", "units", "number", "stride", "build_model", "compile_model",
    # Config fields are NAME_size, NAME_classes …; these would meet the fixed ones
    "data", "run", "batch", "learning", "validation", "test",
}  # fmt: skip


def why_not_project(name: str) -> str:
    """Say why a project, and so its package, cannot have this name; empty where it can."""
    package = name.replace("-", "_")
    if keyword.iskeyword(package):
        return f"{package!r} is a Python keyword."
    if package in _DEVICES:
        return f"{package!r} is a reserved file name on Windows."
    if package in sys.stdlib_module_names:
        return (
            f"Python's standard library has a module {package!r}, which would be imported instead."
        )
    if package in _PACKAGES:
        return f"The project itself uses a package {package!r}."
    return ""


def why_not_part(name: str) -> str:
    """Say why an input, output or shared encoder cannot have this name; empty where it can."""
    if keyword.iskeyword(name):
        return f"{name!r} is a Python keyword."
    if name in vars(builtins):
        return f"{name!r} is a Python builtin, which the generated code would hide."
    if name in _IN_THE_CODE:
        return f"{name!r} means something else in the generated code."
    if name in _DEVICES:
        return f"{name!r} is a reserved file name on Windows."
    return ""


def layer_suffixes() -> set[str]:
    """Return every ending that an encoder's layers, or the graph's own parts, put behind a name."""
    own = {"encoder", "features", "input", "output"}
    return own.union(*(each.layers for kind in ENCODERS.values() for each in kind.values()))


def clash(name: str, others: set[str]) -> str:
    """Return the other name whose layers could be called `name`; empty where there is none."""
    for other in others:
        ending = name.removeprefix(f"{other}_").partition("_")[0].rstrip("0123456789")
        if name.startswith(f"{other}_") and ending in layer_suffixes():
            return other
    return ""


def recipe_names() -> list[str]:
    """Return the names of all recipes."""
    return sorted(path.stem for path in RECIPES.glob("*.toml"))
