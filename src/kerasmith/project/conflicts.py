"""Conflicts of an update that are still marked in a file, whatever the file is called by now.

A conflict is a whole block of marked lines: a line that only looks like its end is the owner's
text. And it is the update's only in a file of the templates. One that the owner renamed is known
as git knows it, by half of its lines; a page that shows what a conflict looks like is none.
"""

import codecs
import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path, PurePath

from kerasmith.project import disk

BRANCH = "kerasmith-"
"""What the templates' side of a merge is called, a version behind it; conflicts are marked so."""

LARGEST = 1_000_000
"""Bytes of a file that are looked through for conflicts; the templates write no larger one."""

MOST_FILES, MOST_NAMES, DEEPEST = 2_000, 50_000, 20
"""Files that are looked through where git is not asked which of them are the project's; names that
are gone through for them, and folders inside each other."""

FEWEST_LINES = 5
"""Lines of a file by which it can be known under another name."""

_BEGINS = re.compile("(<{7,}) ")
"""How a conflict begins: git marks one of a file that both sides renamed by eight signs."""


def holds_conflict(text: str) -> bool:
    """Say whether a whole conflict of an update is in a text, its marks in their order."""
    if f"> {BRANCH}" not in text:
        return False
    size, parted = 0, False
    for line in text.splitlines():
        if begins := _BEGINS.match(line):
            size, parted = len(begins[1]), False
        elif size and line == "=" * size:
            parted = True
        elif parted and line.startswith(f"{'>' * size} {BRANCH}"):
            return True
    return False


def known_by(files: Iterable[str]) -> list[Counter[str]]:
    """Return the lines by which files are known, however they are called."""
    return [lines for file in files if (lines := _lines(file)).total() >= FEWEST_LINES]


def is_one_of(text: str, known: Iterable[Counter[str]]) -> bool:
    """Say whether a text is one of such files, edited: half of the file's lines are in it."""
    lines = _lines(text)
    return any(2 * (lines & theirs).total() >= theirs.total() for theirs in known)


def conflicts_in(
    folder: Path, names: Iterable[str], rendered: Callable[[], Mapping[str, str]]
) -> Iterator[str]:
    """Yield the files of a project in which a conflict is marked, without asking git.

    `names` are those of the templates' files; what these hold is asked for where a file is called
    otherwise and holds one.
    """
    names = sorted(names)
    yield from (name for name in names if holds_conflict(_text(folder, name)))
    endings = {PurePath(name).suffix for name in names}
    found = islice(_files(folder), MOST_NAMES)
    others = (each for each in found if PurePath(each).suffix in endings and each not in names)
    known: list[Counter[str]] = []
    for name in islice(others, MOST_FILES):
        if holds_conflict(text := _text(folder, name)):
            known = known or known_by(rendered().values())
            if is_one_of(text, known):
                yield name


def _lines(text: str) -> Counter[str]:
    return Counter(line for each in text.splitlines() if (line := each.strip()))


def _text(folder: Path, name: str) -> str:
    """Return what a file holds as text; git writes UTF-16 where an attribute says so."""
    content = disk.read(folder, name, LARGEST) or b""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return content.decode("utf-16" if is_wide else "utf-8", "replace")


def _files(folder: Path) -> Iterator[str]:
    """Yield the files below a folder, but for hidden folders and environments of Python."""
    for path, folders, files in os.walk(folder):
        below = Path(path).relative_to(folder)
        folders[:] = sorted(
            each
            for each in folders
            if not each.startswith(".") and not Path(path, each, "pyvenv.cfg").exists()
        )
        if len(below.parts) >= DEEPEST:
            folders.clear()
        yield from ((below / each).as_posix() for each in sorted(files))
