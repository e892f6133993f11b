"""Templates of plug-ins, laid over kerasmith's own, and the copies of them in a project.

A project holds the templates of plug-ins that it was rendered from, below `.kerasmith/parts`, word
for word: so it can be rendered again where no plug-in is installed. What came with a project is a
stranger's. It is rendered in Jinja's sandbox and in a process of its own, within limits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kerasmith.catalogue.plugins import Claim, Found, owner_of
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.plan.plugin_facts import PlannedPlugin
from kerasmith.plan.stand_ins import recorded_plugins

FOLDER = ".kerasmith/parts"


@dataclass(frozen=True)
class Parts:
    """Templates beside kerasmith's own, by their paths; `foreign` ones came with a project."""

    texts: tuple[tuple[str, str], ...] = ()
    foreign: bool = False


NO_PARTS = Parts()


def parts_of(recorded: Mapping[str, Any]) -> Parts:
    """Return the templates that the plug-ins of a plan brought, installed or standing in."""
    texts: dict[str, str] = {}
    foreign = False
    for plugin in recorded_plugins(recorded):
        for owner in _owners(plugin):
            brought = owner.texts()
            texts |= {path: brought[path] for path in plugin.files if path in brought}
            foreign = foreign or owner.is_foreign
    return Parts(tuple(sorted(texts.items())), foreign)


def _owners(plugin: PlannedPlugin) -> Iterable[Found]:
    claims = [
        *(Claim("inputs", each.kind) for each in plugin.inputs),
        *(Claim("outputs", each.kind) for each in plugin.outputs),
        *(Claim("encoders", each.encoder, each.kind) for each in plugin.encoders),
        *(Claim("merges", each.name) for each in plugin.merges),
        *(Claim("features", each.name) for each in plugin.features),
        *(Claim("recipes", name) for name in plugin.recipes),
    ]
    owners = [owner for claim in claims if (owner := owner_of(claim))]
    return {id(owner): owner for owner in owners}.values()


def place_in_project(path: str) -> str:
    """Return where a project holds a template of a plug-in."""
    return f"{FOLDER}/{path.removeprefix('parts/')}"


def check_places(own: Iterable[str], theirs: Iterable[str]) -> None:
    """Check that the files of plug-ins are below the project, and none is another one's.

    Raises KerasmithError.
    """
    taken = {path.casefold() for path in own}
    for path in theirs:
        parts = PurePosixPath(path).parts
        inside = bool(parts) and path == "/".join(parts) and not {"..", "/"} & {*parts}
        plain = path.isprintable() and not {*'\\:*?"<>|'} & {*path} and len(path) <= 200
        reserved = parts[:1] and parts[0].casefold() in (
            ".git",
            ".kerasmith",
            ".copier-answers.yml",
        )
        if not (inside and plain) or reserved or ".git" in path.casefold().split("/"):
            raise KerasmithError(_misplaced(path, "It is no place below the project for a file."))
        if path.casefold() in taken:
            raise KerasmithError(_misplaced(path, "Another file of the project is there."))
        taken.add(path.casefold())


def _misplaced(path: str, why: str) -> Problem:
    return Problem(
        f"A plug-in would write {shortened(path)}.", FOLDER, why, "the plug-in's maintainers"
    )
