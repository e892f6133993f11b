"""From `kerasmith new` to a trained model, beside a hand-written script of the same model.

Ours is three processes: `kerasmith new`, the project's `sample`, its `train`. The other is
`handwritten_digits.py`. Both are held to the same numbers, and what they saved to the same model.
"""

import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Any

from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty
from benchmarks.scaffolding import BIN, RECIPE
from kerasmith.api import plan, render
from kerasmith.spec.recipes import load_recipe

TURNS = 9

SCRIPT = Path(__file__).with_name("handwritten_digits.py")
NUMBERS = ("batch_size", "epochs", "learning_rate", "validation_share", "test_share", "seed")


def measure(work: Path) -> list[Row]:
    """Return the row; `work` is a folder to work in."""
    make_empty(work)
    compare_numbers()
    python = BIN / "python"
    source = {"PYTHONPATH": "src"}
    commands = (
        (BIN / "kerasmith", "new", ".", "--recipe", RECIPE, "--name", RECIPE, "--yes"),
        (python, "-m", f"{RECIPE}.sample"),
        (python, "-m", f"{RECIPE}.train"),
    )
    ours = Contestant(commands, work / "ours", source)
    other = Contestant([(python, SCRIPT)], work / "handwritten", {})
    time = in_turns({"ours": ours, "other": other}, TURNS)
    compare_models(ours.folder, other.folder)
    what = "from `new` to trained digits"
    return [compared(what, time["ours"], time["other"], "a hand-written Keras script", 1.25)]


def compare_numbers() -> None:
    """Stop where the project's numbers and the script's are not the same."""
    config = render(plan(load_recipe(RECIPE).spec))[f"src/{RECIPE}/config.py"]
    script = SCRIPT.read_text("utf-8")
    for name in NUMBERS:
        ours, other = number_in(config, name), number_in(script, name.upper())
        if ours != other:
            sys.exit(f"{name} is {ours} in the project and {other} in {SCRIPT.name}")


def number_in(code: str, name: str) -> float | None:
    """Return the number that code gives a name."""
    found = re.search(rf"^ *{name}(?:: \w+)? = (\S+)$", code, re.MULTILINE)
    return float(found[1]) if found else None


def compare_models(ours: Path, other: Path) -> None:
    """Stop where what was trained is not the same model, compiled the same way."""
    models = [saved_model(path) for folder in (ours, other) for path in folder.rglob("*.keras")]
    for left, right in zip(*models, strict=True):
        if left != right:
            sys.exit(f"Not the same model.\nThe project: {left}\n{SCRIPT.name}: {right}")


def saved_model(path: Path) -> list[Any]:
    """Return the layers, optimizer and loss of a saved model, without the names."""
    with zipfile.ZipFile(path) as archive:
        saved = json.loads(archive.read("config.json"), object_hook=without_identity)
    layers = [nameless(layer) for layer in saved["config"]["layers"]]
    compiled = saved["compile_config"]
    return [*layers, nameless(compiled["optimizer"]), compiled["loss"], compiled["metrics"]]


def nameless(saved: dict[str, Any]) -> dict[str, Any]:
    """Return what a saved layer or optimizer is, without what it is called."""
    config = {key: value for key, value in saved["config"].items() if key != "name"}
    return {"is": saved["class_name"], **config}


def without_identity(saved: dict[str, Any]) -> dict[str, Any]:
    """Return the object without the address that it had in memory."""
    saved.pop("shared_object_id", None)
    return saved
