"""What an update is about to do, written down before it does it.

The owner's files are changed one after the other, and whatever stops that, a power cut or
`kill -9`, stops it between two of them. The journal lies in git's own folder until all is done.
The next kerasmith command that finds it finishes what was written in full, and takes back the rest.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct

from kerasmith.errors import KerasmithError, Problem

FOLDER = "kerasmith"
"""Where the journal lies, below git's folder."""


class Written(Struct, frozen=True):
    """A file that is written outside the merge: what it held, None where there was none."""

    path: str
    before: str | None
    after: str


class Journal(Struct, frozen=True):
    """What has to be known to finish an update, or to take it back.

    `old` and `new` are the trees of the whole repository, `top` its folder; `written` are the
    files beside the merge, by their full paths. With the phase `written` every file is in place,
    and only git's index is not.
    """

    phase: Literal["writing", "written"]
    top: str
    old: str
    new: str
    written: tuple[Written, ...] = ()


class Desk:
    """The folder of the journal, of the index in the making, and of the lock on git's index."""

    def __init__(self, git_dir: Path) -> None:
        self.folder = git_dir / FOLDER
        self.journal = self.folder / "journal.json"
        self.index = self.folder / "index"
        self.git_at_work = self.folder / "index.lock"
        self.git_index = git_dir / "index"
        self.lock = git_dir / "index.lock"

    def read(self) -> Journal | None:
        """Return the journal of an update that did not end; None where there is none."""
        try:
            return msgspec.json.decode(self.journal.read_bytes(), type=Journal)
        except (FileNotFoundError, NotADirectoryError):
            return None

    def write(self, journal: Journal) -> None:
        """Write the journal, so that it is on the disk whatever comes."""
        replace_file(self.journal, msgspec.json.encode(journal))

    def clear(self) -> None:
        """Say that nothing is under way."""
        self.journal.unlink(missing_ok=True)
        for path in (self.index, self.git_at_work):
            path.unlink(missing_ok=True)
        if self._is_ours():
            self.lock.unlink()

    def is_left_behind(self) -> bool:
        """Say whether an update did not come to its end."""
        return self.journal.exists() or self._is_ours()

    def wait_for_git(self) -> None:
        """Wait for a git that outlived the update which started it, ten seconds at the most."""
        for _ in range(100):
            if not self.git_at_work.exists():
                return
            time.sleep(0.1)

    def take_lock(self) -> None:
        """Keep git from changing its index meanwhile, as git does it itself.

        Raises KerasmithError where another git is at it.
        """
        try:
            with self.lock.open("xb") as file:
                file.write(_OURS)
        except FileExistsError:
            if not self._is_ours():
                raise KerasmithError(
                    Problem(
                        "Another git is at work in this repository.",
                        str(self.lock),
                        try_="try again when it is done; if none is, remove that file",
                    )
                ) from None

    def _is_ours(self) -> bool:
        try:
            return self.lock.read_bytes() == _OURS
        except OSError:
            return False


_OURS = b"kerasmith update\n"


@contextmanager
def alone(git_dir: Path) -> Iterator[Desk]:
    """Be the only kerasmith at work in a repository; a process that dies holds nothing.

    Raises KerasmithError where another is.
    """
    desk = Desk(git_dir)
    desk.folder.mkdir(exist_ok=True)
    with (desk.folder / "lock").open("a+b") as file:
        try:
            _lock(file.fileno())
        except OSError as error:
            raise KerasmithError(
                Problem(
                    "Another kerasmith is updating this project.",
                    str(desk.folder),
                    try_="wait until it is done",
                )
            ) from error
        yield desk
    if desk.read() is None:
        with suppress(OSError):
            (desk.folder / "lock").unlink()
            desk.folder.rmdir()


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def in_the_making(path: Path) -> Path:
    """Return where the file lies until it is whole."""
    return path.with_name(f".{path.name}.kerasmith")


def replace_file(path: Path, content: bytes) -> None:
    """Put a file in the place of another, whole or not at all."""
    temporary = in_the_making(path)
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        with suppress(OSError):
            temporary.chmod(path.stat().st_mode & 0o777)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
