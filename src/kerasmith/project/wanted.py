"""What a project should be: its kerasmith.toml, which may be a stranger's, and what flags change.

It may be a link to another file of the project. One that leads out of it is not followed: what
is there is nobody's wish, and what is wrong with it would be told.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.pinned import with_features
from kerasmith.project import disk
from kerasmith.spec.flags import Flags, read_flags
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.spec.toml import read_content
from kerasmith.untrusted.textfile import read_opened

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""Somebody who is shown the tables of a kerasmith.toml, and says what they should be."""


def wanted_spec(
    project: Path,
    flags: Flags | None = None,
    ask: Ask | None = None,
    recorded: Mapping[str, Any] | None = None,
) -> tuple[Spec, bytes, bytes]:
    """Return what the project should be, kerasmith.toml as it is, and the one that says so.

    Flags add to the features that the project has, by what is recorded, or take out of them; who
    is asked sees those ticked.
    """
    content, tables = read_wanted(project)
    if ask is None and (flags is None or flags == Flags()):
        return read_spec(tables), content, content
    from kerasmith.spec.edit import edited  # tomlkit, which only an edit needs

    if flags and (flags.with_ or flags.without):
        tables = with_features(tables, recorded or {})
    wanted, spec = read_flags(flags or Flags(), tables)
    if ask:
        wanted = _asked(ask, wanted, recorded or {})
        spec = read_spec(wanted)
    mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
    return spec, content, mark + edited(content.decode("utf-8-sig"), wanted).encode()


def _asked(ask: Ask, tables: dict[str, Any], recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables as somebody wants them; features that stay are not spelled out for it."""
    shown = with_features(tables, recorded)
    wanted = ask(shown)
    unsaid = shown["project"].keys() - tables["project"].keys()
    kept = {key for key in unsaid if wanted["project"].get(key) == shown["project"][key]}
    project = {key: value for key, value in wanted["project"].items() if key not in kept}
    return {**wanted, "project": project}


def read_wanted(project: Path) -> tuple[bytes, dict[str, object]]:
    """Return what the kerasmith.toml of a project holds, and its tables.

    Raises KerasmithError where it cannot be read, is not TOML, or is a link out of the project.
    """
    return read_content(project / SPEC_FILE, _read_inside)


def _read_inside(path: Path, most: int) -> bytes:
    """Return the bytes of a file that is below the folder of its path, links followed."""
    folder = Path(os.path.realpath(path.parent))
    target = Path(os.path.realpath(path))
    if not target.is_relative_to(folder):
        raise KerasmithError(_leads_out(path))
    name = target.relative_to(folder).as_posix()
    if ".git" in name.casefold().split("/"):
        raise KerasmithError(_leads_out(path))
    with disk.placed(folder, name) as place:  # a link that comes there meanwhile is an error
        return read_opened(place.open(os.O_RDONLY), most)


def _leads_out(path: Path) -> Problem:
    return Problem(
        f"{path.name} is a symbolic link that leads out of the project.",
        str(path),
        "A project from somebody else could lead to any file of yours, so it is not read.",
        "in its place a copy of the file that it leads to, if that is yours",
    )
