"""A company's defaults: what all its projects say, under whatever else is said.

They are the table `[project]` of a `kerasmith.toml` that `KERASMITH_DEFAULTS` names, or that is in
the user's configuration folder. A new project takes over what nothing else says, and keeps it in
its own `kerasmith.toml`: no project that there is changes with them, and none needs them again.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasmith.catalogue.features import FEATURES
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.collect import Collector
from kerasmith.spec.command import OF_THE_HOUSE
from kerasmith.spec.keys import as_toml, fields
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.specification import Project
from kerasmith.spec.toml import read_content

VARIABLE = "KERASMITH_DEFAULTS"
"""The environment variable that names the file; set and empty, there are no defaults."""

KEYS = ("backend", "features", *OF_THE_HOUSE)
"""What may be a default: nothing that is about one project alone."""


@dataclass(frozen=True)
class Defaults:
    """What a company's projects say, and the file that says it."""

    path: Path
    project: Mapping[str, Any]

    def under(self, tables: Mapping[str, Any]) -> dict[str, Any]:
        """Return tables that say what these leave open, too."""
        project = tables.get("project", {})
        if not isinstance(project, dict):
            return dict(tables)
        return {**tables, "project": {**project, **self.taken_by(project)}}

    def taken_by(self, project: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a project's own table leaves to the defaults."""
        older = {"features"} if "jobs" in project else set()
        return {k: v for k, v in self.project.items() if k not in project and k not in older}

    def lines(self, project: Mapping[str, Any]) -> list[str]:
        """Return what of a project's table came from here, a line of TOML each."""
        came = {key: value for key, value in self.project.items() if project.get(key) == value}
        return [as_toml(key, value) for key, value in came.items()]


def company_defaults(folder: Path) -> Defaults | None:
    """Return the defaults that the variable names, or those in the user's configuration folder.

    Raises KerasmithError, with the line, where they cannot be taken.
    """
    named = os.environ.get(VARIABLE)
    if named == "":
        return None
    path = Path(named) if named else folder / SPEC_FILE
    if named is None and not path.is_file():
        return None
    return read_defaults(path)


def read_defaults(path: Path) -> Defaults:
    """Return the defaults that a file says.

    Raises KerasmithError with everything that is wrong with it, each with its line.
    """
    try:
        content, tables = read_content(path)
    except KerasmithError as error:
        problems = (_about(each, path, _told_line(each.why)) for each in error.problems)
        raise KerasmithError(*problems) from error
    lines = content.decode("utf-8-sig").splitlines()
    reader = Collector({})
    reader.known_keys("", tables, ("format", "project"))
    project = reader.table("project", tables.get("project", {})) or {}
    reader.known_keys("project", project, KEYS)
    for field in fields(Project):
        if field.name in KEYS and field.name in project:
            reader.value(f"project.{field.name}", project[field.name], field.type)
    for word in _words(project.get("features")):
        reader.choice("project.features", word, FEATURES, "feature")
    if reader.problems:
        raise KerasmithError(
            *(_about(each, path, _line(each.where, lines)) for each in reader.problems)
        )
    return Defaults(path, {key: project[key] for key in KEYS if key in project})


def _told_line(why: str) -> str:
    """Return the line that what is wrong with the TOML names, as `:3`."""
    found = re.search(r"line (\d+)", why)
    return f":{found[1]}" if found else ""


def _words(value: object) -> list[object]:
    return list(value) if isinstance(value, list | tuple) else []


def _about(problem: Problem, path: Path, line: str) -> Problem:
    """Return a problem with the file of the defaults and its line; how to do without them."""
    what = problem.what.replace("The spec file", "The file of the defaults")
    where = f"{path}{line}" if not problem.where or line else str(path)
    try_ = problem.try_ or f"{VARIABLE}= kerasmith new …, which goes without them"
    return Problem(what, where, problem.why, try_)


def _line(where: str, lines: list[str]) -> str:
    """Return the line on which a key is said first, as `:3`."""
    key = re.sub(r"\[\d+\]", "", where).rpartition(".")[2]
    pattern = re.compile(
        rf"""\s*(\[+\s*)?["']?(project\s*\.\s*)?{re.escape(key)}["']?\s*(=|\]|\.)"""
    )
    found = (number for number, line in enumerate(lines, start=1) if pattern.match(line))
    return f":{next(found, 1)}"
