"""Hold a project and a hand-written script to the same numbers and to the same model.

A comparison of two that differ would measure the difference, so it stops instead.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any

from kerasmith.api import plan, render
from kerasmith.spec.recipes import load_recipe

NUMBERS = (
    "batch_size",
    "epochs",
    "patience",
    "learning_rate",
    "validation_share",
    "test_share",
    "seed",
)

OURS = Path("runs/latest/model.keras")
OTHER = Path("model.keras")
"""Where a project and a script save what they trained, seen from where they run."""


def script_of(recipe: str) -> Path:
    """Return the script that trains a recipe's model without kerasmith."""
    return Path(__file__).with_name(f"handwritten_{recipe}.py")


def compare_numbers(recipe: str) -> None:
    """Stop where the project's numbers and the script's are not the same."""
    planned = plan(load_recipe(recipe).spec)
    config = render(planned)[f"src/{planned.package}/config.py"]
    script = script_of(recipe)
    code = script.read_text("utf-8")
    for name in NUMBERS:
        ours, other = number_in(config, name), number_in(code, name.upper())
        if ours is None or ours != other:
            sys.exit(f"{name} is {ours} in the project and {other} in {script.name}")


def number_in(code: str, name: str) -> float | None:
    """Return the number that code gives a name."""
    found = re.search(rf"^ *{name}(?:: \w+)? = (\S+)(?:  #.*)?$", code, re.MULTILINE)
    return float(found[1]) if found else None


def compare_models(ours: Path, other: Path) -> None:
    """Stop where a project and a script, run in these folders, did not train the same model."""
    for left, right in zip_longest(saved_model(ours / OURS), saved_model(other / OTHER)):
        if left != right:
            sys.exit(f"Not the same model.\n{ours}: {left}\n{other}: {right}")


def saved_model(path: Path) -> list[Any]:
    """Return the layers of a saved model, and what it was compiled with, without the names."""
    with zipfile.ZipFile(path) as archive:
        saved = json.loads(archive.read("config.json"), object_hook=without_identity)
    compiled = saved["compile_config"]
    learns = [compiled[key] for key in ("loss", "loss_weights", "metrics")]
    optimizer = nameless(compiled["optimizer"])
    del optimizer["learning_rate"]  # what it began with is among the numbers; it fell by chance
    return [*layers_of(saved), optimizer, *learns]


def layers_of(model: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the layers of a model; those of a model within it as if they were in it directly."""
    for layer in model["config"]["layers"]:
        if "layers" in layer["config"]:
            yield from (inner for inner in layers_of(layer) if inner["is"] != "InputLayer")
        else:
            yield nameless(layer)


def nameless(saved: dict[str, Any]) -> dict[str, Any]:
    """Return what a saved layer or optimizer is and was built for, without what it is called."""
    config = {key: value for key, value in saved["config"].items() if key != "name"}
    return {"is": saved["class_name"], "built": saved.get("build_config"), **config}


def without_identity(saved: dict[str, Any]) -> dict[str, Any]:
    """Return the object without the address that it had in memory."""
    saved.pop("shared_object_id", None)
    return saved
