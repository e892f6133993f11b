"""Where the files are that a table names: beside it, or in a folder there, maybe with an ending."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kerasmith.catalogue.endings import IMAGE_ENDINGS
from kerasmith.dataset.facts import MISSING
from kerasmith.errors import printable

MOST_TRIED = 20
"""Names that are looked for in each place."""

MOST_FOLDERS = 100


@dataclass(frozen=True)
class Place:
    """A folder, and what is put behind a name of the table to get that of a file in it."""

    folder: Path
    ending: str = ""

    def file(self, name: str) -> Path:
        """Return the file that a name of the table stands for."""
        return self.folder / f"{name}{self.ending}"

    def finds(self, name: str) -> bool:
        """Say whether the file is there."""
        return self.file(name).is_file()

    def said(self, table: Path) -> str:
        """Return where that is in words; empty where it is as the table names them."""
        inner = self.folder.relative_to(table.parent).as_posix()
        folder = f"in {printable(inner)}/" if inner != "." else ""
        ending = f"with {self.ending} behind their names" if self.ending else ""
        return " ".join(filter(None, (folder, ending)))


def place_of(names: Sequence[str], table: Path) -> Place:
    """Return the place in which most of the files are that a table names; beside it where none is.

    A place as the table names them comes before any other.
    """
    tried = list(islice((name for name in names if name.lower() not in MISSING), MOST_TRIED))
    beside = Place(table.parent)
    if any(map(beside.finds, tried)):
        return beside
    places = [
        Place(folder, ending)
        for folder in looked_in(table)
        for ending in ("", *IMAGE_ENDINGS, *map(str.upper, IMAGE_ENDINGS))
    ]
    found = [(sum(map(place.finds, tried)), place) for place in places]
    most, best = max(found, key=lambda each: each[0], default=(0, beside))
    return best if most else beside


def looked_in(table: Path) -> list[Path]:
    """Return the folders in which files are looked for: the table's, those in it, and in these."""
    first = _inner(table.parent)
    second = [each for folder in first for each in _inner(folder)]
    return [table.parent, *first, *second][:MOST_FOLDERS]


def _inner(folder: Path) -> list[Path]:
    try:
        inner = [each for each in folder.iterdir() if each.name[0] != "." and each.is_dir()]
    except OSError:
        return []
    return sorted(each for each in inner if not each.is_symlink())
