"""Render the templates as Copier would, without Copier and without touching the disk.

Importing Copier takes longer than a whole render; a contract test holds the two byte-equal
(docs/decisions/0003-two-renderers.md).
"""

import hashlib
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec
import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from kerasmith import __version__
from kerasmith.plan.model import Plan
from kerasmith.spec.names import ANSWERS_FILE

SOURCE = "https://kerasmith.invalid/templates.git"
"""What Copier takes the templates' home to be; updates redirect it to the installed ones."""

_SUFFIX = ".jinja"


def render(plan: Plan, templates: Path | None = None) -> dict[str, str]:
    """Return the text of every file of the project, by its path below the project's folder."""
    folder = templates or templates_dir()
    environment = _environment(folder)
    answers = answers_of(plan, folder)
    context = answers | {
        "_copier_answers": {"_commit": __version__, "_src_path": SOURCE, **answers},
        "_copier_conf": {"answers_file": ANSWERS_FILE},
    }
    files = {}
    for source in _sources(folder):
        path = environment.from_string(source).render(context) if "{" in source else source
        template = environment.get_template(f"project/{source}")
        if path.endswith(_SUFFIX):
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
def content_hash(templates: Path) -> str:
    """Return what the templates are known by: a hash of the names and contents of their files."""
    digest = hashlib.sha256()
    for path in sorted(templates.rglob("*")):
        name = path.relative_to(templates).as_posix()
        if path.is_file() and not name.endswith(".bundle"):
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


@cache
def _sources(templates: Path) -> tuple[str, ...]:
    """Return the paths of the templates below `project/`."""
    project = templates / "project"
    found = (path.relative_to(project) for path in project.rglob("*") if path.is_file())
    return tuple(sorted(PurePosixPath(path).as_posix() for path in found))


@cache
def _environment(templates: Path) -> Environment:
    """Return Jinja as Copier sets it up for these templates (`_envops` in copier.yml)."""
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=False,  # what is rendered is no HTML
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
        auto_reload=False,
    )
    environment.filters["to_nice_yaml"] = _to_nice_yaml
    return environment


def _to_nice_yaml(value: object) -> str:
    """Write YAML as Copier's filter of this name does."""
    text: str = yaml.dump(value, indent=4, allow_unicode=True, default_flow_style=False)
    return text
