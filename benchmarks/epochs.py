"""How fast a generated project trains, beside a hand-written script of the same model.

`timed_fit.py` runs both as they are and notes their epochs. They take turns, as whole processes,
and what counts of a run is the median of its steady epochs.
"""

import json
import shutil
import sys
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import alike
from benchmarks.measure import (
    Contestant,
    Row,
    compared,
    in_turns,
    make_empty,
    run_commands,
    show,
)
from benchmarks.scaffolding import BIN

RECIPES = ("digits", "sentiment", "shapes")
TURNS = 3
GOAL = 1.05

STARTING = 2
"""So many epochs of a run do not count: graphs are traced and caches fill in them."""

NOTES = "epochs.json"
TIMED_FIT = Path(__file__).with_name("timed_fit.py")


def measure(work: Path) -> list[Row]:
    """Return a row for each recipe; `work` is a folder to work in."""
    return [measure_recipe(recipe, work / recipe) for recipe in RECIPES]


def measure_recipe(recipe: str, work: Path) -> Row:
    """Return the row of a recipe."""
    alike.compare_numbers(recipe)
    ours = trainer(work / "ours", "-m", f"{recipe}.train")
    other = trainer(work / "handwritten", alike.script_of(recipe))
    write_project(recipe, ours.folder)
    make_empty(other.folder)
    shutil.copytree(ours.folder / "data", other.folder / "data")

    time = in_turns({"ours": ours, "other": other}, TURNS, steady_epoch)
    compare_steps(ours, other)
    alike.compare_models(ours.folder, other.folder)
    return compared(f"an epoch of {recipe}", time["ours"], time["other"], "hand-written", GOAL)


def trainer(folder: Path, *program: str | Path) -> Contestant:
    """Return a program that trains in a folder and has its epochs noted there."""
    command = (BIN / "python", TIMED_FIT, NOTES, *program)
    return Contestant([command], folder, {"PYTHONPATH": "src"})


def write_project(recipe: str, folder: Path) -> None:
    """Write a project and its sample data."""
    show(f"writing {recipe}")
    make_empty(folder)
    commands = (
        (BIN / "kerasmith", "new", ".", "--recipe", recipe, "--name", recipe, "--yes"),
        (BIN / "python", "-m", f"{recipe}.sample"),
    )
    run_commands(Contestant(commands, folder, {"PYTHONPATH": "src"}))


def steady_epoch(contestant: Contestant) -> float:
    """Let it train; return the seconds of an epoch once it is under way."""
    run_commands(contestant)
    seconds: list[float] = notes_of(contestant)["seconds"]
    return median(seconds[STARTING:])


def notes_of(contestant: Contestant) -> dict[str, Any]:
    """Return what was noted of a run: the seconds of each epoch, and how many steps it had."""
    notes: dict[str, Any] = json.loads((contestant.folder / NOTES).read_text("utf-8"))
    return notes


def compare_steps(ours: Contestant, other: Contestant) -> None:
    """Stop where an epoch of the two has not as many steps: they would not see as much data."""
    left, right = (notes_of(contestant)["steps"] for contestant in (ours, other))
    if left != right:
        sys.exit(f"An epoch has {left} steps in {ours.folder} and {right} in {other.folder}")
