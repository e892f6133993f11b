"""From `kerasmith new` to a trained model, beside a hand-written script of the same model.

Ours is three processes: `kerasmith new`, the project's `sample`, its `train`. The other is
`handwritten_digits.py`. Both are held to the same numbers, and what they saved to the same model.
Both train all of their epochs: after how many nothing gets better is chance, for the rows that
they are tested on are not the same.
"""

import subprocess
from pathlib import Path
from shutil import copyfile

from benchmarks import alike
from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty
from benchmarks.scaffolding import BIN, RECIPE

TURNS = 9

PATIENT = ("sed", "-i", "-E", "s/^( *patience(: int)? = ).*/\\1999/I")
"""Lets a file's training go on to its last epoch, however little the last ones bring."""


def measure(work: Path) -> list[Row]:
    """Return the row; `work` is a folder to work in."""
    make_empty(work)
    alike.compare_numbers(RECIPE)
    python = BIN / "python"
    script = work / "patient.py"
    copyfile(alike.script_of(RECIPE), script)
    subprocess.run([*PATIENT, script], check=True)
    commands = (
        (BIN / "kerasmith", "new", ".", "--recipe", RECIPE, "--name", RECIPE, "--yes"),
        (*PATIENT, f"src/{RECIPE}/config.py"),
        (python, "-m", f"{RECIPE}.sample"),
        (python, "-m", f"{RECIPE}.train"),
    )
    ours = Contestant(commands, work / "ours", {"PYTHONPATH": "src"})
    other = Contestant([(python, script)], work / "handwritten", {})
    time = in_turns({"ours": ours, "other": other}, TURNS)
    alike.compare_models(ours.folder, other.folder)
    what = "from `new` to trained digits"
    return [compared(what, time["ours"], time["other"], "a hand-written Keras script", 1.15)]
