"""What a project was last rendered from: its `.copier-answers.yml`, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from kerasmith.errors import KerasmithError, Problem
from kerasmith.render.render import SOURCE, checksum
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE


@dataclass(frozen=True)
class Recorded:
    """What was recorded, as values and as the text of the file."""

    where: str
    values: Mapping[str, Any]
    text: str

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
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except (FileNotFoundError, NotADirectoryError):
        raise KerasmithError(_no_project(project)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KerasmithError(_broken(path, f"{error}.")) from error
    if "\n<<<<<<< " in f"\n{text}":
        raise KerasmithError(_broken(path, "It holds a conflict that git left."))
    try:
        values = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise KerasmithError(_broken(path, " ".join(f"{error}.".split()))) from error
    if not isinstance(values, dict) or values.get("_src_path") != SOURCE:
        raise KerasmithError(_no_project(project, f"{ANSWERS_FILE} is of another template."))
    if "_commit" not in values or values.get("checksum") != checksum(values):
        raise KerasmithError(_broken(path, "Its values and its checksum do not belong together."))
    if not (project / SPEC_FILE).exists():
        raise KerasmithError(
            Problem(
                f"The project has no {SPEC_FILE}.",
                str(project),
                "It says what the project is to be.",
                f"git restore {SPEC_FILE}",
            )
        )
    return Recorded(str(path), values, text)


def check_unedited(recorded: Recorded, rendered: str) -> None:
    """Check that the record is word for word what its templates make of it.

    Raises KerasmithError; what somebody wrote into the file would be lost.
    """
    if recorded.text != rendered:
        lines = rendered.splitlines()
        first = next((each for each in recorded.text.splitlines() if each not in lines), "")
        raise KerasmithError(_broken(Path(recorded.where), f"Somebody wrote: {first.strip()!r}."))


def _no_project(project: Path, why: str = "") -> Problem:
    above = next((each for each in project.parents if (each / ANSWERS_FILE).exists()), None)
    return Problem(
        f"{project} is no project of kerasmith.",
        why=why or f"It has no {ANSWERS_FILE}.",
        try_=str(above) if above else "the folder that `kerasmith new` wrote",
    )


def _broken(path: Path, why: str) -> Problem:
    return Problem(
        f"{path.name} is not as kerasmith wrote it.",
        str(path),
        f"{why} An update has to know what the project was rendered from.",
        f"bring it back (git log -- {path.name} shows who changed it), and say in {SPEC_FILE} "
        "what you want",
    )
