"""Render the templates as Copier would, without Copier and without touching the disk.

Importing Copier takes longer than a whole render; a contract test holds the two byte-equal
(docs/decisions/0003-two-renderers.md).
"""

import hashlib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from jinja2 import Template

from kerasmith import __version__
from kerasmith.plan.planned import Plan
from kerasmith.render.jinja import content_hash, environment
from kerasmith.spec.names import ANSWERS_FILE

SOURCE = "https://kerasmith.invalid/templates.git"
"""What Copier takes the templates' home to be; updates redirect it to the installed ones."""

_SUFFIX = ".jinja"

_BETWEEN = "\0"
"""Between two paths: no path holds it, and Jinja trims none of it behind a tag."""


def render(plan: Plan, templates: Path | None = None, version: str = __version__) -> dict[str, str]:
    """Return the text of every file of the project, by its path below the project's folder."""
    folder = templates or templates_dir()
    recorded = {"_commit": version, "_src_path": SOURCE, **answers_of(plan, folder)}
    return render_answers(recorded, folder)


def render_answers(recorded: Mapping[str, Any], templates: Path) -> dict[str, str]:
    """Return the text of every file as these templates make it of what a project recorded.

    What is recorded in `.copier-answers.yml` is all that a template sees, so that the templates
    of then render the files of then.
    """
    jinja = environment(templates)
    context = _context(recorded)
    files = {}
    for source, path in rendered_paths(recorded, templates).items():
        if source.endswith(_SUFFIX):
            files[path] = jinja.get_template(f"project/{source}").render(context)
        else:  # not everything must be text: what is no UTF-8 goes through as it is
            file = templates / "project" / source
            files[path] = file.read_bytes().decode("utf-8", "surrogateescape")
    return dict(sorted(files.items()))


def rendered_paths(recorded: Mapping[str, Any], templates: Path) -> dict[str, str]:
    """Return where each template's file is in the project, by the template's path.

    A file or folder whose name comes out empty is left out, wherever it is, as Copier does it.
    """
    paths = _names(templates).render(_context(recorded)).split(_BETWEEN)
    return {
        source: path.removesuffix(_SUFFIX)
        for source, path in zip(_sources(templates), paths, strict=True)
        if not {"", _SUFFIX}.intersection(path.split("/"))  # without a name: left out
    }


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


def templates_dir() -> Path:
    """Return the folder of the templates: inside an installed package, or beside `src`."""
    package = Path(__file__).resolve().parents[1]
    installed = package / "templates"
    return installed if installed.exists() else package.parents[1] / "templates"


@cache
def _sources(templates: Path) -> tuple[str, ...]:
    """Return the paths of the templates below `project/`."""
    project = templates / "project"
    found = (path.relative_to(project) for path in project.rglob("*") if path.is_file())
    return tuple(sorted(PurePosixPath(path).as_posix() for path in found))


@cache
def _names(templates: Path) -> Template:
    """Return the template of all the paths, one behind the other."""
    return environment(templates).from_string(_BETWEEN.join(_sources(templates)))
