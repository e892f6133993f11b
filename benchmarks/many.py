"""A folder of specs, a thousand projects: `kerasmith new --spec-dir` beside jinja2 alone."""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import tomlkit

from benchmarks.in_memory import MODELS, PROJECTS
from benchmarks.measure import Contestant, Row, compared, in_turns, make_empty, timed
from benchmarks.scaffolding import files_of
from kerasmith.api import plan
from kerasmith.render.render import answers_of, templates_dir
from kerasmith.spec.flags import spec_from_flags
from kerasmith.spec.tables import tables_of

TURNS = 3

BIN = Path(sys.executable).parent


def measure(work: Path) -> list[Row]:
    """Return the row; `work` is a folder to work in."""
    contestants = prepare(work, PROJECTS)
    compare_files(contestants)
    time = in_turns(contestants, TURNS)
    what = f"`new --spec-dir`, {PROJECTS:,} projects"
    return [compared(what, time["specs"], time["jinja2"], "jinja2 alone, the floor", 1.6)]


def prepare(work: Path, projects: int) -> dict[str, Contestant]:
    """Write what both read, and return them by name."""
    make_empty(work)
    specs, answers = work / "read" / "specs", work / "read" / "answers"
    for folder in (specs, answers):
        folder.mkdir(parents=True)
    for number, flags in enumerate(islice(cycle(MODELS), projects), start=1):
        name = f"project-{number}"
        spec = spec_from_flags(replace(flags, name=name))
        (specs / f"{name}.toml").write_text(tomlkit.dumps(tables_of(spec)), "utf-8")
        (answers / f"{name}.json").write_text(json.dumps(answers_of(plan(spec))), "utf-8")
    bare = Path(__file__).with_name("bare_jinja.py")
    ours = (BIN / "kerasmith", "new", "projects", "--spec-dir", specs)
    floor = (BIN / "python", bare, templates_dir(), answers, "projects")
    return {
        "specs": Contestant([ours], work / "specs", {}),
        "jinja2": Contestant([floor], work / "jinja2", {}),
    }


def compare_files(contestants: Mapping[str, Contestant]) -> None:
    """Let each write all its projects once; stop where two of them are not the same."""
    for contestant in contestants.values():
        timed(contestant)
    ours, theirs = (files_of(each.folder) for each in contestants.values())
    if differing := [file for file in ours | theirs if ours.get(file) != theirs.get(file)]:
        sys.exit(f"kerasmith and jinja2 do not write the same: {', '.join(differing[:3])}")
