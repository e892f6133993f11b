"""What a project brings along of plug-ins: copies of their templates, and entries that stand in.

They are data from whoever made the project. The templates are bounded files below the project,
known by the hashes in its record; of the plug-ins' code nothing is there.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kerasmith.catalogue.plugins import MOST_BYTES, Found, found
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plugin_facts import PlannedPlugin, text_hash
from kerasmith.plan.stand_ins import recorded_plugins, stand_ins
from kerasmith.project import disk
from kerasmith.render.parts import FOLDER, Parts, place_in_project

MOST_IN_ALL = 4 * 1024 * 1024
"""Bytes of all the templates that a project brings along."""


def read_parts(project: Path, values: Mapping[str, Any]) -> Parts:
    """Return the templates of plug-ins that a project was rendered from.

    Raises KerasmithError where one of them is missing, or is not as kerasmith wrote it.
    """
    texts = {
        path: _text(project, path, wanted)
        for plugin in recorded_plugins(values)
        for path, wanted in plugin.files.items()
    }
    if sum(map(len, texts.values())) > MOST_IN_ALL:
        what = "The project brings along too many templates of plug-ins."
        raise KerasmithError(Problem(what, str(project / FOLDER)))
    return Parts(tuple(sorted(texts.items())), foreign=True)


def _text(project: Path, path: str, wanted: str) -> str:
    name = place_in_project(path)
    try:
        content = disk.read(project, name, MOST_BYTES + 1)
    except OSError as error:
        raise KerasmithError(_broken(project / name, f"{error.strerror or error}.")) from error
    if content is None:
        raise KerasmithError(_broken(project / name, "It is missing."))
    text = content.decode("utf-8", "replace").replace("\r\n", "\n")
    if len(content) > MOST_BYTES or text_hash(text) != wanted:
        raise KerasmithError(_broken(project / name, "It was edited."))
    return text


def _broken(path: Path, why: str) -> Problem:
    return Problem(
        f"{path.name} is not as kerasmith wrote it.",
        str(path),
        f"{why} An update has to know what the project was rendered from.",
        f"git restore {FOLDER}; edit the files that it leads to, in the project",
    )


def brought(project: Path, values: Mapping[str, Any], parts: Parts) -> tuple[Found, ...]:
    """Return what stands in for plug-ins that are not installed, or older than the project's."""
    plugins = recorded_plugins(values)
    texts = dict(parts.texts)
    return stand_ins(plugins, texts, project / FOLDER, outdated=is_outdated) if plugins else ()


def is_outdated(plugin: PlannedPlugin) -> bool:
    """Say whether the installed version of a plug-in is older than the project's."""
    here = _installed(plugin)
    return here is not None and _key(here.version) < _key(plugin.version)


def notes(standing_in: tuple[Found, ...]) -> Iterator[str]:
    """Yield which plug-ins are not installed, or too old, in words."""
    for each in standing_in:
        here = next((other for other in found() if other.package == each.package), None)
        if here is None:
            why = "is not installed"
        elif here.version == each.version:
            why = "does not work (see: kerasmith plugins)"
        else:
            why = f"is the project's; {here.version} is installed, which does not bring the same"
        yield f"The plug-in {each.words} {why}: its parts in {FOLDER} are used."


def _installed(plugin: PlannedPlugin) -> Found | None:
    names = (plugin.package, plugin.name)
    return next((each for each in found() if (each.package, each.name) == names), None)


def _key(version: str) -> tuple[tuple[int, ...], bool]:
    """Return what versions are ordered by: their numbers; anything behind these comes before."""
    numbers = version.split("+")[0].split(".")
    plain = [int(each) for each in numbers if each.isascii() and each.isdigit() and len(each) < 10]
    while plain and plain[-1] == 0:
        plain.pop()
    return tuple(plain), len(plain) == len(numbers)
