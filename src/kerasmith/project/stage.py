"""The folder in which a project is made, before it takes its place.

It is on the same disk as its place, and is locked by who makes the project. So one that a killed
process left is known by its name and by being nobody's, and the next one there clears it away.
"""

import errno
import os
import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kerasmith.project import disk

_NAME = re.compile(r"\.kerasmith-[0-9a-f]{16}")


@dataclass(frozen=True)
class Stage:
    """The folder, held open; the folder in which it is, and its name there."""

    folder: disk.Folder
    above: disk.Folder
    name: str
    is_inside: bool
    """Whether it is in the destination, which was there already, and not beside it."""
    destination: str

    def move(self) -> None:
        """Move what was made to its place; into a folder that was there, entry by entry.

        Raises OSError, with nothing moved, where something has appeared there meanwhile.
        """
        if not self.is_inside:
            self._move(self.above, self.name, self.destination)
            return
        moved: list[str] = []
        try:
            for name in disk.names(self.above, self.name):
                self._move(self.folder, name, name)
                moved.append(name)
        except BaseException:
            for name in moved:
                disk.remove_all(self.above, name)
            raise

    def _move(self, source: disk.Folder, name: str, target: str) -> None:
        with disk.placed(source, name) as here, disk.placed(self.above, target) as there:
            if there.stat() and self.is_inside:
                raise FileExistsError(errno.EEXIST, f"{target} has appeared there")
            disk.move_new(here, there)


@contextmanager
def stage(destination: Path) -> Iterator[Stage]:
    """Make the folder, beside the destination or in it; remove it in the end.

    In it where that exists: an empty folder may be a mount point, or all that may be written to.
    """
    with disk.held(destination.parent) as parent:
        clear(parent)
        if not os.path.lexists(destination):
            with _made(parent) as (folder, name):
                yield Stage(folder, parent, name, False, destination.name)
            return
        with disk.held_below(parent, destination.name) as there:
            clear(there)
            with _made(there) as (folder, name):
                yield Stage(folder, there, name, True, destination.name)


def is_left(name: str) -> bool:
    """Say whether something is called as what a killed process leaves."""
    return bool(_NAME.fullmatch(name))


def clear(above: disk.Folder) -> None:
    """Remove what killed processes of this user left in a folder; what one works in stays."""
    with suppress(OSError):  # nobody has to be able to list it
        for name in filter(is_left, disk.names(above, ".")):
            with ExitStack() as stack:
                if _hold(stack, above, name):
                    disk.remove_all(above, name)


@contextmanager
def _made(above: disk.Folder) -> Iterator[tuple[disk.Folder, str]]:
    """Make a folder that nobody else has, and lock it."""
    while True:
        name = disk.unforeseen()
        with ExitStack() as stack:
            stack.callback(_discard, above, name)  # at once: Ctrl-C may come between any two lines
            disk.make_folder(above, name, 0o777)
            if _hold(stack, above, name) or not _LOCKS:
                yield stack.enter_context(disk.held_below(above, name)), name
                return


def _discard(above: disk.Folder, name: str) -> None:
    with suppress(OSError):
        disk.remove_all(above, name)


if sys.platform == "win32":
    _LOCKS = False

    def _hold(stack: ExitStack, above: disk.Folder, name: str) -> bool:
        """Windows locks no folders: what is left there stays, and is in nobody's way."""
        return False

else:
    import fcntl

    _LOCKS = True

    def _hold(stack: ExitStack, above: disk.Folder, name: str) -> bool:
        """Lock a folder of this user's that nobody else holds; say whether it is there still."""
        try:
            with disk.placed(above, name) as place:
                handle = place.open(os.O_RDONLY | os.O_DIRECTORY)
                stack.callback(os.close, handle)
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                found, there = os.fstat(handle), place.stat()
        except OSError:
            return False
        is_mine = found.st_uid == os.geteuid()
        return is_mine and there is not None and os.path.samestat(there, found)
