"""The released templates: a bundle of git in which each version is a tag.

It is among the templates and goes with them into the wheel, so that whoever has a kerasmith has
every version of the templates before it, without a network. A tag's message is the content hash
of its templates: by it a project's record is found again, whatever the version is called.
"""

import io
import tarfile
from atexit import register
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from jinja2 import TemplateError

from kerasmith import __version__
from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.git import Git, GitError, encoded
from kerasmith.project.recorded import Recorded, newer, not_rendered
from kerasmith.project.recorded import release_key as release_key
from kerasmith.render.jinja import content_hash
from kerasmith.render.parts import Parts, parts_of
from kerasmith.render.render import Rendering, rendered, templates_dir

BUNDLE = "history.bundle"
"""The bundle's name, in the folder of the templates."""


@dataclass(frozen=True)
class Installed:
    """The kerasmith that is at work: its templates, and its version."""

    templates: Path = field(default_factory=templates_dir)
    version: str = __version__


@dataclass(frozen=True)
class Base:
    """The templates that a project was made from, and what they are called."""

    version: str
    folder: Path


def base_of(recorded: Recorded, by: Installed) -> Base:
    """Return the templates that a project was made from.

    Where they are the installed ones, no release is needed, so that answers may change on
    templates that are not released yet. Raises KerasmithError where they are not available.
    """
    if recorded.templates == content_hash(by.templates):
        return Base(recorded.version, by.templates)
    check_not_newer(recorded, by)
    releases = released(by.templates)
    if recorded.version in releases:  # Copier names the version that it rendered itself
        return Base(recorded.version, templates_at(by.templates, recorded.version))
    for version, templates in releases.items():
        if templates == recorded.templates:
            return Base(version, templates_at(by.templates, version))
    raise KerasmithError(_unknown(recorded, releases))


def rendered_then(recorded: Recorded, base: Base) -> Rendering:
    """Return the files of a project as its templates make them of its record, and their paths.

    Raises KerasmithError where a record says a plan, and yet one that nothing can be made of.
    """
    try:
        return rendered(recorded.values, base.folder, _trusted(recorded))
    except (TemplateError, *_MADE_NOTHING) as error:
        raise KerasmithError(not_rendered(recorded, error)) from error


def _trusted(recorded: Recorded) -> Parts:
    """Return the templates that came with a project; those of an installed plug-in are known."""
    here = parts_of(recorded.values)
    known = not here.foreign and here.texts == recorded.parts.texts
    return replace(recorded.parts, foreign=bool(recorded.parts.texts) and not known)


_MADE_NOTHING = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def check_not_newer(recorded: Recorded, by: Installed) -> None:
    """Check that a project was not made by a newer kerasmith.

    Raises KerasmithError where it was.
    """
    is_later = release_key(recorded.version) > release_key(by.version)
    if is_later and recorded.templates != content_hash(by.templates):
        raise KerasmithError(newer(recorded.version, by.version, recorded.where))


def released(installed: Path) -> dict[str, str]:
    """Return the content hash of each released version's templates, oldest first."""
    bundle = installed / BUNDLE
    if not bundle.exists():
        return {}
    git = _cloned(*_state(bundle))
    listed = git("for-each-ref", "--format=%(refname:short) %(subject)", "refs/tags")
    pairs = (line.split(" ", 1) for line in listed.splitlines())
    return dict(sorted(pairs, key=lambda pair: release_key(pair[0])))


def templates_at(installed: Path, version: str) -> Path:
    """Return a folder with the templates of a released version; it lasts as long as we run."""
    return _extracted(*_state(installed / BUNDLE), version)


def _state(bundle: Path) -> tuple[Path, int, int]:
    """Return what changes with the bundle."""
    found = bundle.stat()
    return bundle, found.st_mtime_ns, found.st_size


@cache
def _cloned(bundle: Path, changed: int, size: int) -> Git:
    """Return git in a repository with what the bundle holds; it lasts as long as we run."""
    folder = _lasting_folder()
    git = Git(folder, isolated=True)
    try:
        git("clone", "--quiet", "--bare", "--template=", str(bundle.resolve()), ".")
    except GitError as error:
        raise KerasmithError(
            Problem(
                "The history of the templates cannot be read.",
                str(bundle),
                f"{error}",
                "install kerasmith again",
            )
        ) from error
    return git


@cache
def _extracted(bundle: Path, changed: int, size: int, version: str) -> Path:
    folder, git = _lasting_folder(), _cloned(bundle, changed, size)
    archive = encoded(git("archive", "--format=tar", f"refs/tags/{version}"))
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    return folder


_LASTING: list[TemporaryDirectory[str]] = []
"""Folders for as long as this process lives.

A process that is forked off forgets what was registered for the end, from Python 3.14 on, and a
folder that nothing else holds would then be removed.
"""


def _lasting_folder() -> Path:
    folder = TemporaryDirectory(prefix="kerasmith-")
    _LASTING.append(folder)
    register(folder.cleanup)
    return Path(folder.name).resolve()


def _unknown(recorded: Recorded, releases: Mapping[str, str]) -> Problem:
    return Problem(
        f"The templates of {recorded.version} that the project was made from are not available.",
        recorded.where,
        "They were never released, and changed since; an update needs them to tell your edits from "
        f"theirs. Received: {recorded.templates}. Released: {', '.join(releases) or 'none yet'}.",
        "the kerasmith that made the project, for a change of answers; or a new project beside it",
    )
