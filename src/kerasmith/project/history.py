"""The released templates: a bundle of git in which each version is a tag.

It lies among the templates and goes with them into the wheel, so that whoever has a kerasmith has
every version of the templates before it, without a network. A tag's message is the content hash
of its templates: by it a project's record is found again, whatever the version is called.
"""

import io
import re
import sys
import tarfile
from atexit import register
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kerasmith import __version__
from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.git import Git, GitError, encoded
from kerasmith.project.recorded import Recorded
from kerasmith.render.jinja import content_hash
from kerasmith.render.render import templates_dir

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
    templates that are not released yet. Raises KerasmithError where they are not to be had.
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


def check_not_newer(recorded: Recorded, by: Installed) -> None:
    """Check that a project was not made by a newer kerasmith.

    Raises KerasmithError where it was.
    """
    newer = release_key(recorded.version) > release_key(by.version)
    if newer and recorded.templates != content_hash(by.templates):
        raise KerasmithError(_newer(recorded, by))


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


def release_key(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by; `0.2.0.dev0` comes before `0.2.0`."""
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:\.dev(\d+))?", version)
    if found is None:
        return (0,)
    *release, dev = found.groups()
    return (*map(int, release), int(dev) if dev else sys.maxsize)


def _state(bundle: Path) -> tuple[Path, int, int]:
    """Return what changes with the bundle."""
    found = bundle.stat()
    return bundle, found.st_mtime_ns, found.st_size


@cache
def _cloned(bundle: Path, changed: int, size: int) -> Git:
    """Return git in a repository with what the bundle holds; it lasts as long as we run."""
    folder = _lasting_folder()
    git = Git(folder, alone=True)
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


def _lasting_folder() -> Path:
    folder = TemporaryDirectory(prefix="kerasmith-")
    register(folder.cleanup)
    return Path(folder.name).resolve()


def _newer(recorded: Recorded, by: Installed) -> Problem:
    return Problem(
        f"The project was made by kerasmith {recorded.version}, and this is {by.version}.",
        recorded.where,
        "An update never leads back.",
        "upgrade kerasmith, then: kerasmith update",
    )


def _unknown(recorded: Recorded, releases: Mapping[str, str]) -> Problem:
    return Problem(
        f"The templates of {recorded.version} that the project was made from are not to be had.",
        recorded.where,
        "They were never released, and changed since; an update needs them to tell your edits from "
        f"theirs. Received: {recorded.templates}. Released: {', '.join(releases) or 'none yet'}.",
        "the kerasmith that made the project, for a change of answers; or a new project beside it",
    )
