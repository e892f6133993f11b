"""From `kerasmith new` to a trained model, beside a hand-written script of the same model.

Ours is three processes: `kerasmith new`, the project's `sample`, its `train`. The other is
`handwritten_digits.py`. Both are held to the same numbers, and what they saved to the same model.
"""

from pathlib import Path

from benchmarks import alike
from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty
from benchmarks.scaffolding import BIN, RECIPE

TURNS = 9


def measure(work: Path) -> list[Row]:
    """Return the row; `work` is a folder to work in."""
    make_empty(work)
    alike.compare_numbers(RECIPE)
    python = BIN / "python"
    commands = (
        (BIN / "kerasmith", "new", ".", "--recipe", RECIPE, "--name", RECIPE, "--yes"),
        (python, "-m", f"{RECIPE}.sample"),
        (python, "-m", f"{RECIPE}.train"),
    )
    ours = Contestant(commands, work / "ours", {"PYTHONPATH": "src"})
    other = Contestant([(python, alike.script_of(RECIPE))], work / "handwritten", {})
    time = in_turns({"ours": ours, "other": other}, TURNS)
    alike.compare_models(ours.folder, other.folder)
    what = "from `new` to trained digits"
    return [compared(what, time["ours"], time["other"], "a hand-written Keras script", 1.15)]
