"""Render the templates as Copier would, without Copier and without touching the disk.

Importing Copier takes longer than a whole render; a contract test holds the two byte-equal
(docs/decisions/0003-two-renderers.md).
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import msgspec
from jinja2 import Environment, Template, TemplateError

from kerasmith import __version__
from kerasmith.catalogue.recipe_folders import templates_dir as templates_dir
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.planned import Plan
from kerasmith.plan.record import wrong_in
from kerasmith.render.jinja import content_hash, environment
from kerasmith.render.parts import (
    FOLDER,
    NO_PARTS,
    Parts,
    check_places,
    parts_of,
    place_in_project,
)
from kerasmith.spec.names import ANSWERS_FILE
from kerasmith.untrusted.apart import apart

SOURCE = "https://kerasmith.invalid/templates.git"
"""What Copier takes the templates' home to be; updates redirect it to the installed ones."""

_SUFFIX = ".jinja"

_BETWEEN = "\0"
"""Between two paths: no path holds it, and Jinja trims none of it behind a tag."""


class Rendering(NamedTuple):
    """The text of every file of a project by its path, and where each template's file is."""

    files: dict[str, str]
    paths: dict[str, str]


def render(plan: Plan, templates: Path | None = None, version: str = __version__) -> dict[str, str]:
    """Return the text of every file of the project, by its path below the project's folder.

    Raises KerasmithError where a plug-in brings what no project can have.
    """
    return render_whole(plan, templates, version).files


def render_whole(
    plan: Plan, templates: Path | None = None, version: str = __version__
) -> Rendering:
    """Return the same, with the place of each template's file.

    Raises KerasmithError where a plug-in brings what no project can have.
    """
    folder = templates or templates_dir()
    recorded = {"_commit": version, "_src_path": SOURCE, **answers_of(plan, folder)}
    check_recordable(recorded)
    parts = parts_of(recorded)
    try:
        return rendered(recorded, folder, parts)
    except FAILS as error:
        if not parts.texts:
            raise
        packages = " or ".join(each["package"] for each in recorded["plugins"])
        what = f"The templates of a plug-in cannot be rendered: {packages}."
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise KerasmithError(Problem(what, why=why, try_="its maintainers")) from error


def beside_project(plan: Plan, template: str, facts: Mapping[str, Any]) -> str:
    """Return what a template that no project has makes of a plan and of more facts."""
    jinja, recorded = _jinja_for(plan)
    return jinja.get_template(template).render(_context(recorded) | dict(facts))


def macro_beside_project(plan: Plan, part: str, name: str, *facts: object) -> str:
    """Return what a macro of a part makes of a plan and of more facts."""
    jinja, recorded = _jinja_for(plan)
    written: str = getattr(jinja.get_template(part).module, name)(recorded, *facts)
    return written


def has_macro(plan: Plan, part: str, name: str) -> bool:
    """Say whether a part, one of a plug-in of the plan's perhaps, has a macro."""
    jinja, _ = _jinja_for(plan)
    return hasattr(jinja.get_template(part).module, name)


def _jinja_for(plan: Plan) -> tuple[Environment, dict[str, Any]]:
    recorded = answers_of(plan)
    return environment(templates_dir(), parts_of(recorded).texts), recorded


FAILS = (TemplateError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What templates raise of which somebody else is the author."""


def check_recordable(recorded: Mapping[str, Any]) -> None:
    """Check that what plug-ins brought into a plan can be recorded and read again.

    Raises KerasmithError.
    """
    if not recorded["plugins"]:
        return
    if wrong := next(wrong_in(recorded), None):
        packages = " or ".join(f"{each['package']}" for each in recorded["plugins"])
        what = f"What a plug-in brings cannot be recorded: {packages}."
        raise KerasmithError(Problem(what, wrong.path, wrong.why, "its maintainers"))


def rendered(recorded: Mapping[str, Any], templates: Path, parts: Parts = NO_PARTS) -> Rendering:
    """Return every file as these templates make it of what a project recorded.

    What is recorded in `.copier-answers.yml` is all that a template sees, so that the templates
    of then render the files of then. `parts` are templates of plug-ins.
    """
    if parts.foreign:
        return _apart(msgspec.json.encode(recorded), templates, parts.texts)
    paths = rendered_paths(recorded, templates, parts)
    return Rendering(_files(recorded, templates, parts, paths), paths)


def _files(
    recorded: Mapping[str, Any], templates: Path, parts: Parts, paths: Mapping[str, str]
) -> dict[str, str]:
    jinja = environment(templates, parts.texts)
    context, texts = _context(recorded), dict(parts.texts)
    files = {}
    for source, path in paths.items():
        if source.startswith(_PART):
            files[path] = texts[source.removeprefix(_PART)]
        elif source.endswith(_SUFFIX):
            files[path] = jinja.get_template(f"project/{source}").render(context)
        elif f"project/{source}" in texts:
            files[path] = texts[f"project/{source}"]
        else:  # not everything must be text: what is no UTF-8 goes through as it is
            file = templates / "project" / source
            files[path] = file.read_bytes().decode("utf-8", "surrogateescape")
    return dict(sorted(files.items()))


def paths_of(answers: Mapping[str, Any], templates: Path) -> dict[str, str]:
    """Return where each template's file is in the project of a plan."""
    parts = parts_of(answers)
    if parts.foreign:
        return rendered(answers, templates, parts).paths
    return rendered_paths(answers, templates, parts)


def rendered_paths(
    recorded: Mapping[str, Any], templates: Path, parts: Parts = NO_PARTS
) -> dict[str, str]:
    """Return where each template's file is in the project, by the template's path.

    A file or folder whose name comes out empty is left out, wherever it is, as Copier does it.
    Templates of plug-ins are copied into the project besides.
    """
    own = _paths(recorded, templates, _sources(templates), ())
    if not parts.texts:
        return own
    sources = tuple(
        path.removeprefix("project/") for path, _ in parts.texts if path.startswith("project/")
    )
    theirs = _paths(recorded, templates, sources, parts.texts) if sources else {}
    check_places(own.values(), theirs.values())
    copies = {f"{_PART}{path}": place_in_project(path) for path, _ in parts.texts}
    return own | theirs | copies


_PART = "../"
"""What the source of a plug-in's template begins with: it is not below `project/`."""


def _paths(
    recorded: Mapping[str, Any],
    templates: Path,
    sources: tuple[str, ...],
    texts: tuple[tuple[str, str], ...],
) -> dict[str, str]:
    paths = _names(templates, sources, texts).render(_context(recorded)).split(_BETWEEN)
    return {
        source: path.removesuffix(_SUFFIX)
        for source, path in zip(sources, paths, strict=True)
        if not {"", _SUFFIX}.intersection(path.split("/"))  # without a name: left out
    }


@lru_cache(maxsize=4)
def _apart(recorded: bytes, templates: Path, texts: tuple[tuple[str, str], ...]) -> Rendering:
    """Render what came with a project in a process of its own.

    Raises KerasmithError where that is not to be rendered, or comes to no end.
    """
    request = {"recorded": msgspec.Raw(recorded), "templates": str(templates), "texts": texts}
    with TemporaryDirectory(prefix="kerasmith-") as folder:
        path = Path(folder, "request.json")
        path.write_bytes(msgspec.json.encode(request))
        try:
            return apart("kerasmith.render.foreign", path, Rendering)
        except KerasmithError as error:
            why = " ".join(f"{each.what} {each.why}" for each in error.problems)
            raise KerasmithError(
                Problem(
                    "What plug-ins left in the project cannot be rendered.",
                    FOLDER,
                    why.replace(str(path), FOLDER).replace(path.name, FOLDER),
                    f"git restore {FOLDER}, or the plug-in installed",
                )
            ) from error


def _context(recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Copier shows to a template, for what a project recorded."""
    answers = {key: value for key, value in recorded.items() if not key.startswith("_")}
    return answers | {
        "_copier_answers": dict(recorded),
        "_copier_conf": {"answers_file": ANSWERS_FILE},
    }


def answers_of(plan: Plan, templates: Path | None = None) -> dict[str, Any]:
    """Return the plan as Copier records it: plain lists and mappings.

    With it go the templates' hash, by which an update knows them again, and a checksum of it all.
    """
    answers: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(plan))
    answers["templates"] = content_hash(templates or templates_dir())
    return answers | {"checksum": checksum(answers)}


def checksum(recorded: Mapping[str, Any]) -> str:
    """Return a hash of what a project recorded, but for itself and what belongs to Copier.

    It tells answers that somebody edited, or that git merged out of two branches.
    """
    own = {k: v for k, v in recorded.items() if not k.startswith("_") and k != "checksum"}
    text = json.dumps(own, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


@cache
def _sources(templates: Path) -> tuple[str, ...]:
    """Return the paths of the templates below `project/`."""
    project = templates / "project"
    found = (path.relative_to(project) for path in project.rglob("*") if path.is_file())
    return tuple(sorted(PurePosixPath(path).as_posix() for path in found))


@lru_cache(maxsize=16)
def _names(
    templates: Path, sources: tuple[str, ...], texts: tuple[tuple[str, str], ...]
) -> Template:
    """Return the template of all the paths, one behind the other."""
    return environment(templates, texts).from_string(_BETWEEN.join(sources))
