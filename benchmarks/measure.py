"""Time whole processes, interleaved, and compare their medians.

A *contestant* is what is started again and again: one process, or several in a row. All
contestants of a run take turns, so that whatever else the machine does meets each of them alike;
the first turn, in which caches fill, does not count. A ratio is the median of the ratios of the
turns: a machine that is slow for a while is so for both sides of them.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Contestant:
    """Commands that are timed together."""

    commands: Sequence[Sequence[str | Path]]
    folder: Path
    """Where they run; `timed` empties it first."""
    environment: Mapping[str, str]
    """What they see besides our own environment."""


@dataclass(frozen=True)
class Row:
    """A line of the result: what was measured, ours beside the other's, and the goal."""

    what: str
    ours: str
    other: str
    ratio: float | None
    goal: str
    met: bool


def compared(
    what: str, ours: Sequence[float], other: Sequence[float], beside: str, goal: float
) -> Row:
    """Return the row of two contestants' seconds, turn by turn."""
    ratio = median(left / right for left, right in zip(ours, other, strict=True))
    return Row(
        what,
        duration(median(ours)),
        f"{duration(median(other))} {beside}",
        ratio,
        f"{goal}",
        ratio <= goal,
    )


def duration(seconds: float) -> str:
    """Return a time as people read it."""
    return f"{seconds:.1f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"


def timed(contestant: Contestant) -> float:
    """Return the seconds from the start of the first command to the end of the last."""
    make_empty(contestant.folder)
    start = perf_counter()
    run_commands(contestant)
    return perf_counter() - start


def in_turns(
    contestants: Mapping[str, Contestant],
    turns: int,
    measured: Callable[[Contestant], float] = timed,
) -> dict[str, list[float]]:
    """Return the seconds of each contestant in each of so many turns of all."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(turns + 1):
        show(f"turn {turn} of {turns}" if turn else "warming up")
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            times[name].append(measured(contestants[name]))
    show("")
    return {name: taken[1:] for name, taken in times.items()}


def run_commands(contestant: Contestant) -> None:
    """Run what a contestant is made of, one after the other."""
    environment = {**os.environ, **contestant.environment}
    for command in contestant.commands:
        run(command, contestant.folder, environment)


def run(command: Sequence[str | Path], folder: Path, environment: Mapping[str, str]) -> None:
    """Run a command; where it fails, show what it said and stop."""
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout.decode(errors='replace')}")


def make_empty(folder: Path) -> None:
    """Make the folder, with nothing in it."""
    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def show(progress: str) -> None:
    """Show what is going on, in place of what was shown before; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)
