"""Render the templates as Copier would, without Copier and without touching the disk.

Importing Copier takes longer than a whole render; a contract test holds the two byte-equal
(docs/decisions/0003-two-renderers.md).
"""

from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
from jinja2 import Template

from kerasmith import __version__
from kerasmith.plan.model import Plan
from kerasmith.render.jinja import content_hash, environment
from kerasmith.spec.names import ANSWERS_FILE

SOURCE = "https://kerasmith.invalid/templates.git"
"""What Copier takes the templates' home to be; updates redirect it to the installed ones."""

_SUFFIX = ".jinja"


def render(plan: Plan, templates: Path | None = None) -> dict[str, str]:
    """Return the text of every file of the project, by its path below the project's folder."""
    folder = templates or templates_dir()
    jinja = environment(folder)
    answers = answers_of(plan, folder)
    context = answers | {
        "_copier_answers": {"_commit": __version__, "_src_path": SOURCE, **answers},
        "_copier_conf": {"answers_file": ANSWERS_FILE},
    }
    files = {}
    sources = _sources(folder)
    paths = _names(folder).render(context).split("\n")
    for source, path in zip(sources, paths, strict=True):
        if path.endswith(_SUFFIX):
            template = jinja.get_template(f"project/{source}")
            files[path.removesuffix(_SUFFIX)] = template.render(context)
        else:
            files[path] = (folder / "project" / source).read_text("utf-8")
    return dict(sorted(files.items()))


def answers_of(plan: Plan, templates: Path | None = None) -> dict[str, Any]:
    """Return the plan as Copier records it: plain lists and mappings, and the templates' hash."""
    answers: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(plan))
    return answers | {"templates": content_hash(templates or templates_dir())}


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
    """Return the template of all the paths, a line each."""
    return environment(templates).from_string("\n".join(_sources(templates)))
