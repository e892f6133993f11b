"""Time whole processes, interleaved, and compare their medians.

A *contestant* is a process that is started again and again. All contestants of a run take turns,
so that whatever else the machine does meets each of them alike; the first turn, in which caches
fill, does not count.
"""

import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter


@dataclass(frozen=True)
class Step:
    """One command, the folder where it runs and what its environment holds besides ours."""

    command: Sequence[str | Path]
    folder: Path | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contestant:
    """Steps that are timed together; `empty` is the folder that is made afresh before each turn."""

    steps: Sequence[Step]
    empty: Path | None = None


@dataclass(frozen=True)
class Row:
    """A line of the result: what was measured, what of us and beside what, and the goal."""

    what: str
    ours: str
    other: str
    ratio: float
    goal: float
    unit: str = "×"

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.ratio <= self.goal


def compare(what: str, ours: float, other: float, beside: str, goal: float) -> Row:
    """Return the row of two times in seconds."""
    return Row(what, seconds(ours), f"{seconds(other)} {beside}", ours / other, goal)


def seconds(time: float) -> str:
    """Return a time as people read it."""
    return f"{time:.1f} s" if time >= 1 else f"{time * 1000:.0f} ms"


def medians(contestants: Mapping[str, Contestant], turns: int) -> dict[str, float]:
    """Return the median seconds of each contestant over so many turns of all."""
    times: dict[str, list[float]] = {name: [] for name in contestants}
    names = list(contestants)
    for turn in range(turns + 1):
        show(f"turn {turn} of {turns}" if turn else "warming up")
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            times[name].append(timed(contestants[name]))
    show("")
    return {name: median(taken[1:]) for name, taken in times.items()}


def timed(contestant: Contestant) -> float:
    """Return the seconds from the start of the first step to the end of the last."""
    if contestant.empty:
        make_empty(contestant.empty)
    start = perf_counter()
    for step in contestant.steps:
        run(step)
    return perf_counter() - start


def run(step: Step) -> None:
    """Run a step; where it fails, show what it said and stop."""
    from os import environ

    done = subprocess.run(
        [str(word) for word in step.command],
        cwd=step.folder,
        env={**environ, **step.environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{' '.join(map(str, step.command))}\n{done.stdout}{done.stderr}")


def make_empty(folder: Path) -> None:
    """Make the folder anew, with nothing in it."""
    from shutil import rmtree

    rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def show(progress: str) -> None:
    """Show what is going on, over what was shown before; nothing where nobody looks."""
    if sys.stderr.isatty():
        print(f"\r\033[K{progress}", end="", file=sys.stderr, flush=True)
