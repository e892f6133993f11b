"""Plan and render projects in memory, a thousand in one process: how long each, and is it flat?

Run as a program it does that once, in a process of its own, and prints what it measured as JSON.
A machine that slows down for some seconds looks like growth, so it is done a few times.
"""

import json
import resource
import subprocess
import sys
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.measure import Row, show
from kerasmith.api import plan, render
from kerasmith.spec.flags import Flags, spec_from_flags

RUNS = 3
PROJECTS = 1000
HUNDRED = 100

GOAL = 0.015
"""Seconds for a project."""

FLAT = 1.1
"""The last hundred beside the first: more than that is growth, not noise."""

MODELS = (
    Flags(inputs=["image:image:8x8x1"], outputs=["digit:category:10"]),
    Flags(inputs=["image:image:32x32x3=resnet"], outputs=["shape:category:4", "place:box"]),
    Flags(
        inputs=["left:image:32x32x1", "right:image:32x32x1"],
        outputs=["same:binary"],
        share=["left,right"],
    ),
    Flags(inputs=["photo:image:64x64x3=mlp"], outputs=["age:number", "width:number:3"]),
)


def measure(work: Path) -> list[Row]:
    """Return the rows."""
    command = [sys.executable, "-m", "benchmarks.in_memory"]
    runs = []
    for number in range(1, RUNS + 1):
        show(f"run {number} of {RUNS}")
        runs.append(json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout))
    show("")
    project = median(run["project"] for run in runs)
    time, memory = (
        sorted(runs, key=partial(growth, of=of))[RUNS // 2] for of in ("time", "memory")
    )
    return [
        Row(
            "plan and render in memory, warm",
            milliseconds(project),
            "",
            None,
            milliseconds(GOAL),
            project <= GOAL,
        ),
        Row(
            f"the last hundred of {PROJECTS:,} projects",
            milliseconds(time["time"][1]),
            f"{milliseconds(time['time'][0])} the first hundred",
            growth(time, "time"),
            f"flat: {FLAT}",
            growth(time, "time") <= FLAT,
        ),
        Row(
            f"memory after {PROJECTS:,} projects",
            f"{memory['memory'][1] / 1024:.1f} MB",
            f"{memory['memory'][0] / 1024:.1f} MB after a hundred",
            growth(memory, "memory"),
            f"flat: {FLAT}",
            growth(memory, "memory") <= FLAT,
        ),
    ]


def growth(run: dict[str, Any], of: str) -> float:
    """Return the end beside the beginning of a run."""
    begin, end = run[of]
    return float(end / begin)


def milliseconds(seconds: float) -> str:
    """Return a short time."""
    return f"{seconds * 1000:.1f} ms"


def run() -> dict[str, object]:
    """Render the projects, no two alike; return seconds and, at both ends, time and memory."""
    for flags in MODELS:
        one_project(flags, "warm-up")
    times, memory = [], []
    for number, flags in enumerate(islice(cycle(MODELS), PROJECTS), start=1):
        start = perf_counter()
        one_project(flags, f"project-{number}")
        times.append(perf_counter() - start)
        if number in (HUNDRED, PROJECTS):
            memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)  # in KB on Linux
    return {
        "project": median(times),
        "time": (median(times[:HUNDRED]), median(times[-HUNDRED:])),
        "memory": memory,
    }


def one_project(flags: Flags, name: str) -> None:
    """Go from flags to files."""
    render(plan(spec_from_flags(replace(flags, name=name))))


if __name__ == "__main__":
    print(json.dumps(run()))
