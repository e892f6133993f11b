"""What an update is about to do, written down before it does it.

The owner's files are changed one after the other, and whatever stops that, a power cut or
`kill -9`, stops it between two of them. The journal is in git's own folder until all is done.
The next `kerasmith update` that finds it finishes what was written in full, and takes back the
rest; but only where its seal says that an update of the same user wrote it.
"""

import errno
import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Literal

import msgspec
from msgspec import Struct

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project import disk
from kerasmith.project.seal import Seal, opened, sealed

FOLDER = "kerasmith"
"""Where the journal is, below git's folder."""

_LOCK = f"{FOLDER}/lock"


class Written(Struct, frozen=True):
    """A file that is written outside the merge: what it held, None where there was none.

    Until it is whole it is beside as `making`.
    """

    path: str
    before: str | None
    after: str
    making: str


class Journal(Struct, frozen=True):
    """What has to be known to finish an update, or to take it back.

    `old` and `new` are the trees of the whole repository, `top` its folder; `written` are the
    files beside the merge, by their paths below it. With the phase `written` every file is in
    place, and only git's index is not; that is made in the folder `work`. A file of the merge is
    beside its place as `making` until it is whole.
    """

    phase: Literal["writing", "written"]
    top: str
    old: str
    new: str
    work: str
    written: tuple[Written, ...] = ()
    making: str = ""


class JournalDir:
    """The folder of the journal, of the index in the making, and of the lock on git's index."""

    journal = f"{FOLDER}/journal.json"

    def __init__(self, git_dir: Path) -> None:
        self.git_dir = git_dir
        self.seal = Seal(git_dir)
        self.key: bytes | None = None

    def read(self) -> Journal | None:
        """Return the journal of an update that did not end; None where there is none.

        Raises KerasmithError where it is not one of this user's updates that wrote it.
        """
        whole = disk.read(self.git_dir, self.journal)
        if whole is None and not self.has_journal():
            return None
        key = self.seal.key()
        content = opened(whole, key) if whole is not None and key is not None else None
        if content is None:
            raise KerasmithError(_strange(self.git_dir / FOLDER))
        return msgspec.json.decode(content, type=Journal)

    def write(self, journal: Journal) -> None:
        """Write the journal, so that it is on the disk whatever comes."""
        if self.key is None:
            self.key = self.seal.make()
        content = sealed(msgspec.json.encode(journal), self.key)
        disk.replace_file(self.git_dir, self.journal, content)

    def index(self, journal: Journal) -> Path:
        """Return where the index is made, for git, which only takes a path."""
        return self.git_dir / self._index(journal)

    def files(self, journal: Journal) -> Path:
        """Make the folder in which git lays out the files of the merge, and return it."""
        name = f"{FOLDER}/{journal.work}/files"
        disk.make_folder(self.git_dir, name)
        return self.git_dir / name

    def copy_index(self, journal: Journal) -> None:
        """Begin the index in the making as a copy of git's.

        Its time is copied as well: by that git knows which files to look at again.
        """
        disk.make_folder(self.git_dir, f"{FOLDER}/{journal.work}")
        with (
            disk.placed(self.git_dir, "index") as git_index,
            disk.placed(self.git_dir, self._index(journal)) as ours,
        ):
            found = git_index.stat()
            if found:
                disk.write(ours, disk.read(self.git_dir, "index") or b"")
                os.utime(ours.name, ns=(found.st_atime_ns, found.st_mtime_ns), dir_fd=ours.handle)

    def install_index(self, journal: Journal) -> None:
        """Put the index in the making in the place of git's, unless that was done before."""
        with (
            suppress(FileNotFoundError),
            disk.placed(self.git_dir, self._index(journal)) as ours,
            disk.placed(self.git_dir, "index") as git_index,
        ):
            ours.move(git_index)

    def clear(self) -> None:
        """Say that nothing is under way."""
        disk.remove(self.git_dir, self.journal)
        self.seal.drop()
        self.key = None
        self.sweep()
        if self._is_ours():
            disk.remove(self.git_dir, "index.lock")

    def sweep(self) -> None:
        """Remove whatever is left of an update, but for the lock that whoever sweeps holds."""
        for name in disk.names(self.git_dir, FOLDER):
            if name != "lock":
                disk.remove_all(self.git_dir, f"{FOLDER}/{name}")

    def has_journal(self) -> bool:
        """Say whether something is where the journal of an update does."""
        return os.path.lexists(self.git_dir / self.journal)

    def is_left_behind(self) -> bool:
        """Say whether something is left of an update that did not come to its end."""
        return os.path.lexists(self.git_dir / FOLDER) or self._is_ours()

    def wait_for_git(self, journal: Journal) -> None:
        """Wait for a git that outlived the update which started it, ten seconds at the most."""
        for _ in range(100):
            if not disk.is_file(self.git_dir, f"{self._index(journal)}.lock"):
                return
            time.sleep(0.1)

    def take_lock(self) -> None:
        """Keep git from changing its index meanwhile, as git does it itself.

        Raises KerasmithError where another git is at it.
        """
        try:
            with disk.placed(self.git_dir, "index.lock") as lock:
                disk.write(lock, _OURS)
        except FileExistsError:
            if not self._is_ours():
                raise KerasmithError(
                    Problem(
                        "Another git is at work in this repository.",
                        str(self.git_dir / "index.lock"),
                        try_="try again when it is done; if none is, remove that file",
                    )
                ) from None

    def _index(self, journal: Journal) -> str:
        return f"{FOLDER}/{journal.work}/index"

    def _is_ours(self) -> bool:
        return disk.read(self.git_dir, "index.lock", len(_OURS) + 1) == _OURS


_OURS = b"kerasmith update\n"


_HELD: dict[Path, JournalDir] = {}
"""The repositories in which this process is the only kerasmith already."""


@contextmanager
def exclusive(git_dir: Path) -> Iterator[JournalDir]:
    """Be the only kerasmith at work in a repository; a process that dies holds nothing.

    Who is it already may ask again. Raises KerasmithError where another is.
    """
    if git_dir in _HELD:
        yield _HELD[git_dir]
        return
    with _exclusive(git_dir) as journal_dir:
        _HELD[git_dir] = journal_dir
        try:
            yield journal_dir
        finally:
            del _HELD[git_dir]


@contextmanager
def _exclusive(git_dir: Path) -> Iterator[JournalDir]:
    journal_dir = JournalDir(git_dir)
    try:
        with _locked(git_dir):
            try:
                yield journal_dir
            finally:
                if not journal_dir.has_journal():
                    journal_dir.sweep()
                    with suppress(PermissionError):  # Windows removes nothing that is open
                        disk.remove(git_dir, _LOCK)
    finally:
        if not journal_dir.has_journal():
            with suppress(OSError):  # somebody else is at it already
                (git_dir / FOLDER).rmdir()


@contextmanager
def _locked(git_dir: Path) -> Iterator[None]:
    """Hold the lock; a file that was removed by who held it before is none."""
    try:
        file = _lock_file(git_dir)
    except OSError as error:
        raise KerasmithError(_not_there(git_dir, error)) from error
    with file:
        yield


def _lock_file(git_dir: Path) -> BinaryIO:
    while True:
        with suppress(FileExistsError):
            (git_dir / FOLDER).mkdir()
        with suppress(FileNotFoundError), disk.placed(git_dir, _LOCK) as place:
            file = os.fdopen(place.open(os.O_RDWR | os.O_CREAT), "r+b")
            try:
                _lock(file.fileno())
            except OSError as error:
                file.close()
                raise KerasmithError(_at_work(git_dir)) from error
            if _is_the_one(file.fileno(), place):
                return file
            file.close()


def _is_the_one(descriptor: int, place: disk.Place) -> bool:
    found, there = os.fstat(descriptor), place.stat()
    if not stat.S_ISREG(found.st_mode):
        raise OSError(errno.EEXIST, f"{place.name} is not a file")
    return there is not None and os.path.samestat(there, found)


def _at_work(git_dir: Path) -> Problem:
    return Problem(
        "Another kerasmith is updating this project.",
        str(git_dir / FOLDER),
        try_="wait until it is done",
    )


def _not_there(git_dir: Path, error: OSError) -> Problem:
    return Problem(
        "The update cannot write down what it is about to do.",
        str(git_dir / FOLDER),
        f"{error.strerror or error}.",
        "move away what is in the way there",
    )


def _strange(folder: Path) -> Problem:
    return Problem(
        "There is a journal of an update here that none of your updates wrote.",
        str(folder),
        "It may have come with the repository, and what it asks for is not done. Or the folder was "
        "moved, or handed on, since an update was interrupted.",
        f"move it back, if you moved it; otherwise remove {folder}, and look at: git status",
    )


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
