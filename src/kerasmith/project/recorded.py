"""What a project was last rendered from: its `.copier-answers.yml`, read and checked.

The file may be a stranger's: it is a regular file of bounded size, holds plain values and no more
of them than a project has, and says a plan, field by field.
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import yaml

from kerasmith import __version__
from kerasmith.catalogue.plugins import Found
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.plan.record import wrong_in
from kerasmith.project import yaml_text
from kerasmith.project.brought import brought, read_parts
from kerasmith.render.parts import NO_PARTS, Parts
from kerasmith.render.render import SOURCE, checksum
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.untrusted.textfile import NotText, read_text

LARGEST = 4_000_000
"""Bytes of a record at the most; that of sixteen outputs of a thousand classes has fewer."""

MOST_TOLD = 10
"""Fields that are reported at most where a record says something else than a plan."""


@dataclass(frozen=True)
class Recorded:
    """What was recorded, as values and as the text of the file."""

    where: str
    values: Mapping[str, Any]
    text: str
    parts: Parts = NO_PARTS
    """The templates of plug-ins that it was rendered from."""
    stand_ins: tuple[Found, ...] = ()
    """What stands in for plug-ins that are not installed."""

    @property
    def version(self) -> str:
        """The kerasmith that rendered the project."""
        return str(self.values["_commit"])

    @property
    def templates(self) -> str:
        """The content hash of the templates it was rendered from."""
        return str(self.values["templates"])


def read_recorded(project: Path) -> Recorded:
    """Return what the project in a folder was rendered from.

    Raises KerasmithError where there is no such project, or where somebody edited the record.
    """
    path = project / ANSWERS_FILE
    text = _text(project, path)
    values = _values(project, path, text)
    _check_plan(path, values)
    if not (project / SPEC_FILE).exists():
        raise KerasmithError(
            Problem(
                f"The project has no {SPEC_FILE}.",
                str(project),
                "It says what the project should be.",
                f"git restore {SPEC_FILE}",
            )
        )
    parts = read_parts(project, values)
    return Recorded(str(path), values, text, parts, brought(project, values, parts))


def _text(project: Path, path: Path) -> str:
    try:
        text = read_text(path, LARGEST, links=False).replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        raise KerasmithError(_no_project(project)) from None
    except NotText as error:
        raise KerasmithError(_broken(path, f"{error}.")) from error
    except OSError as error:
        raise KerasmithError(_broken(path, f"{error.strerror or error}.")) from error
    if "\n<<<<<<< " in f"\n{text}":
        raise KerasmithError(_broken(path, "It holds a conflict that git left."))
    return text


def _values(project: Path, path: Path, text: str) -> dict[str, Any]:
    try:
        values = yaml_text.parsed(text)
    except (yaml.YAMLError, yaml_text.Refused) as error:
        raise KerasmithError(_broken(path, f"{shortened_words(f'{error}.')}")) from error
    if not isinstance(values, dict) or values.get("_src_path") != SOURCE:
        raise KerasmithError(_no_project(project, f"{ANSWERS_FILE} is of another template."))
    return values


def _check_plan(path: Path, values: dict[str, Any]) -> None:
    """Check that a record says a plan, and is the one that kerasmith wrote.

    Raises KerasmithError; a newer kerasmith may have written what this one does not know.
    """
    wrong = list(islice(wrong_in(values), MOST_TOLD))
    version = values.get("_commit")
    if wrong and is_newer(version):
        raise KerasmithError(newer(str(version), __version__, str(path)))
    if wrong:
        raise KerasmithError(*(_broken(path, each.why, each.path) for each in wrong))
    if values.get("checksum") != checksum(values):
        why = "Its values and its checksum do not belong together."
        raise KerasmithError(_broken(path, why))


def shortened_words(text: str, most: int = 200) -> str:
    """Return a text on one line, and no more of it than a message takes."""
    words = " ".join(text.split())
    return words if len(words) <= most else f"{words[: most - 1]}…"


def is_newer(version: object, than: str = __version__) -> bool:
    """Say whether a version of kerasmith is a later one."""
    return isinstance(version, str) and release_key(version) > release_key(than)


def release_key(version: str) -> tuple[int, ...]:
    """Return what versions are ordered by; `0.2.0.dev0` comes before `0.2.0`."""
    found = re.fullmatch(r"(\d{1,9})\.(\d{1,9})\.(\d{1,9})(?:\.dev(\d{1,9}))?", version)
    if found is None:
        return (0,)
    *release, dev = found.groups()
    return (*map(int, release), int(dev) if dev else sys.maxsize)


def newer(version: str, this: str, where: str) -> Problem:
    """Return what is wrong with a project that a later kerasmith made."""
    return Problem(
        f"The project was made by kerasmith {version}, and this is {this}.",
        where,
        "Updates cannot downgrade a project.",
        "upgrade kerasmith, then: kerasmith update",
    )


def check_unedited(recorded: Recorded, rendered: str) -> None:
    """Check that the record is word for word what its templates make of it.

    Raises KerasmithError; what somebody wrote into the file would be lost.
    """
    if recorded.text != rendered:
        lines = rendered.splitlines()
        first = next((each for each in recorded.text.splitlines() if each not in lines), "")
        raise KerasmithError(
            _broken(Path(recorded.where), f"It was edited: {shortened(first.strip())}.")
        )


def not_rendered(recorded: Recorded, error: Exception) -> Problem:
    """Return what is wrong with a record that its own templates make nothing of."""
    why = shortened_words(f"Its templates cannot be rendered from it: {error}.")
    return _broken(Path(recorded.where), why)


def _no_project(project: Path, why: str = "") -> Problem:
    above = next((each for each in project.parents if (each / ANSWERS_FILE).exists()), None)
    return Problem(
        f"{project} is not a kerasmith project.",
        why=why or f"It has no {ANSWERS_FILE}.",
        try_=str(above) if above else "the folder that `kerasmith new` wrote",
    )


def _broken(path: Path, why: str, field: str = "") -> Problem:
    return Problem(
        f"{path.name} is not as kerasmith wrote it.",
        f"{path}: {shortened_words(field)}" if field else str(path),
        f"{why} An update has to know what the project was rendered from.",
        f"bring it back (git log -- {path.name} shows who changed it), and say in {SPEC_FILE} "
        "what you want",
    )
