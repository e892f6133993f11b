"""What settings and a second process do to an epoch, measured: the tables in docs/scaling.md.

    python docs/measure_scaling.py [settings|processes] [--write]

Each project is that of a recipe with one line of its `config.py` changed, and trains as its owner
would have it train. Variants take turns; what counts is the quickest of the epochs after the first
two: whatever else the machine does only adds to it. With `--write` the tables are replaced.
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kerasmith.api import create, plan, render
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe

PAGE = Path(__file__).with_name("scaling.md")
TIMED_FIT = Path(__file__).parent.with_name("benchmarks") / "timed_fit.py"

TURNS = 2
EPOCHS = 5
STARTING = 2
"""So many epochs of a run do not count: graphs are traced and caches fill in them."""

SETTINGS = {
    "as generated": {},
    "`steps_per_execution: int = 8`": {"steps_per_execution": "8"},
    '`precision: str = "mixed_bfloat16"`': {"precision": '"mixed_bfloat16"'},
    '`precision: str = "mixed_float16"`': {"precision": '"mixed_float16"'},
}
SET = {"digits": "digits, a CNN", "sentiment": "sentiment, an LSTM"}

SHARED = [("digits", 32), ("digits", 256), ("shapes", 32), ("shapes", 256)]
"""Recipes and batch sizes that one process trains with, and two."""

EXAMPLES = """
from {package}.config import Config
from {package}.data import read_split
print(len(read_split("train", Config())))
"""


def main() -> None:
    """Measure both tables, print them and write them where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    tables = {"settings": settings, "processes": processes}
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=" or ".join(tables))
    parser.add_argument("--write", action="store_true", help="write the tables into scaling.md")
    given = parser.parse_args()
    for name in given.tables or tables:
        with tempfile.TemporaryDirectory() as folder:
            table = "\n".join(tables[name](Path(folder)))
        print(table, flush=True)
        if given.write:
            before, begin, rest = PAGE.read_text("utf-8").partition(f"<!-- {name} -->\n")
            _, end, after = rest.partition("<!-- end -->\n")
            PAGE.write_text(f"{before}{begin}\n{table}\n\n{end}{after}", "utf-8")


def settings(folder: Path) -> list[str]:
    """Return the table of what makes an epoch quicker, with TensorFlow."""
    best: dict[tuple[str, str], float] = {}
    for recipe in SET:
        project = written(folder, recipe)
        usual = (project / "src" / recipe / "config.py").read_text("utf-8")
        for what in [*SETTINGS] * TURNS:
            configure(project, usual, SETTINGS[what])
            print(f"{recipe}, {what}", file=sys.stderr, flush=True)
            (seconds,) = epochs(project, [[]], "tensorflow")
            best[what, recipe] = min(seconds, best.get((what, recipe), seconds))
    head = ["| in `config.py` | " + " | ".join(SET.values()) + " |", "| --- | ---: | ---: |"]
    return head + [
        f"| {what} | " + " | ".join(f"{best[what, each] * 1000:,.0f} ms" for each in SET) + " |"
        for what in SETTINGS
    ]


def processes(folder: Path) -> list[str]:
    """Return the table of one process and two, with JAX."""
    lines = ["| examples a second | one process | two processes |", "| --- | ---: | ---: |"]
    for recipe, batch_size in SHARED:
        project = written(folder / str(batch_size), recipe)
        usual = (project / "src" / recipe / "config.py").read_text("utf-8")
        configure(project, usual, {"batch_size": str(batch_size)})
        best: dict[int, float] = {}
        for count in [1, 2] * TURNS:
            print(f"{recipe}, {batch_size}, processes: {count}", file=sys.stderr, flush=True)
            seconds = max(epochs(project, flags(count), "jax"))
            best[count] = min(seconds, best.get(count, seconds))
        examples = int(run(project, "jax", "-c", EXAMPLES.format(package=recipe)))
        told = " | ".join(f"{examples / best[count]:,.0f}" for count in (1, 2))
        lines.append(f"| {recipe}, batches of {batch_size} | {told} |")
    return lines


def flags(count: int) -> list[list[str]]:
    """Return what each of so many processes on this machine is started with."""
    if count == 1:
        return [[]]
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{listener.getsockname()[1]}"
    given = ["--processes", str(count), "--coordinator", where, "--rank"]
    return [[*given, str(rank)] for rank in range(count)]


def written(folder: Path, recipe: str) -> Path:
    """Write the project of a recipe with what is measured, and its sample data."""
    tables = load_recipe(recipe).tables
    tables["project"] |= {"features": ["performance", "devices"]}
    project = create(folder / recipe, render(plan(read_spec(tables))))
    run(project, "tensorflow", "-m", f"{recipe}.sample")
    return project


def configure(project: Path, usual: str, changes: dict[str, str]) -> None:
    """Change what fields of a project's `config.py` are set to."""
    (path,) = project.glob("src/*/config.py")
    for name, value in {**changes, "epochs": str(EPOCHS)}.items():
        usual, times = re.subn(rf"(?m)^(    {name}: \w+ = )[^ #\n]+", rf"\g<1>{value}", usual)
        assert times == 1, name
    path.write_text(usual, "utf-8")


def epochs(project: Path, starts: Sequence[Sequence[str]], backend: str) -> list[float]:
    """Train in processes that are started like this; return each one's seconds of an epoch."""
    running = [
        process(project, backend, TIMED_FIT, f"{rank}.json", "-m", f"{project.name}.train", *given)
        for rank, given in enumerate(starts)
    ]
    for rank, each in enumerate(running):
        _, errors = each.communicate()
        if each.returncode:
            sys.exit(f"Process {rank} of {project.name}:\n{errors}")
    notes = [
        json.loads((project / f"{rank}.json").read_text("utf-8")) for rank in range(len(running))
    ]
    return [min(note["seconds"][STARTING:]) for note in notes]


def run(project: Path, backend: str, *command: str) -> str:
    """Run Python in a project; return what it said."""
    started = process(project, backend, *command)
    said, errors = started.communicate()
    if started.returncode:
        sys.exit(f"{command}\n{errors}")
    return said


def process(project: Path, backend: str, *command: str | Path) -> "subprocess.Popen[str]":
    """Start Python in a project."""
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=project,
        env={**os.environ, "PYTHONPATH": "src", "KERAS_BACKEND": backend},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    main()
