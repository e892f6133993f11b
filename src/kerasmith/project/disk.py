"""Read and write below a folder, and nowhere else.

A project may come from somebody else, and so may a link in it: in the place of a file, of a folder
above it, or of a name that we are about to use. So whatever is read or written below a folder is
reached from that folder step by step, each held open while the next is looked up, and no step
follows a link, whoever puts one there meanwhile. A file is written under a name that nobody can
foresee, and takes its place when it is whole.

Windows gives no such handles; there the path is looked at right before it is used.
"""

import errno
import os
import secrets
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

_HANDLES = hasattr(os, "O_NOFOLLOW") and os.supports_dir_fd >= {os.open, os.stat, os.unlink}
_SEARCH = getattr(os, "O_PATH", os.O_RDONLY)  # who goes through a folder need not list it
_FOLDER = getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_FILE = sum(getattr(os, flag, 0) for flag in ("O_CLOEXEC", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _FILE


Folder = Path | int
"""A folder, by its path or, where there are any, by a handle."""


@dataclass(frozen=True)
class Place:
    """A name in a folder that is held open; without handles, the name is a whole path."""

    name: str
    handle: int | None = None

    def open(self, flags: int, mode: int = 0o666) -> int:
        """Open what is there; a link is an error."""
        return os.open(self.name, flags | _FILE, mode, dir_fd=self.handle)

    def stat(self) -> os.stat_result | None:
        """Return what is there, of a link the link itself; None where nothing is."""
        try:
            return os.stat(self.name, dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def beside(self, name: str) -> "Place":
        """Return the place of another name in the same folder."""
        return replace(self, name=str(PurePosixPath(self.name).with_name(name)))

    def move(self, target: "Place") -> None:
        """Move what is there; it takes the place of a file or link."""
        os.replace(self.name, target.name, src_dir_fd=self.handle, dst_dir_fd=target.handle)

    def remove(self) -> None:
        """Remove the file or link that is there, if one is."""
        with suppress(FileNotFoundError):
            os.unlink(self.name, dir_fd=self.handle)


@contextmanager
def held(folder: Path) -> Iterator[Folder]:
    """Hold a folder open; what becomes of its path does not matter any more."""
    if not _HANDLES:
        yield folder
        return
    handle = os.open(folder, _SEARCH | _FOLDER)
    try:
        yield handle
    finally:
        os.close(handle)


@contextmanager
def held_below(folder: Folder, name: str) -> Iterator[Folder]:
    """Hold a folder below another open.

    Raises OSError where it is none, or where a link leads to it.
    """
    with placed(folder, f"{name}/any") as place:
        yield Path(place.name).parent if place.handle is None else place.handle


@contextmanager
def placed(folder: Folder, name: str, *, make: bool = False) -> Iterator[Place]:
    """Reach the place of a file below a folder; `make` the folders on the way that are missing.

    Raises OSError where the way there is none, or leads through a link.
    """
    *above, last = _steps(name)
    with ExitStack() as stack:
        here = stack.enter_context(held(folder)) if isinstance(folder, Path) else folder
        if isinstance(here, Path):
            yield Place(f"{_looked_at(here, above, make=make).as_posix()}/{last}")
            return
        for number, step in enumerate(above):
            if make:
                _make(Place(step, here))
            here = _entered(step, here, "/".join(above[: number + 1]))
            stack.callback(os.close, here)
        yield Place(last, here)


def unforeseen(prefix: str = ".kerasmith-") -> str:
    """Return a name that nobody can have put something under."""
    return f"{prefix}{secrets.token_hex(8)}"


def read(folder: Folder, name: str, most: int | None = None) -> bytes | None:
    """Return what a file holds, to its end or so many bytes; None where no file is there."""
    try:
        with placed(folder, name) as place, os.fdopen(place.open(os.O_RDONLY), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                return None
            return file.read(-1 if most is None else most)
    except OSError as error:
        if error.errno in _NO_FILE:
            return None
        raise


def write(place: Place, content: bytes, mode: int | None = None, *, lasting: bool = True) -> None:
    """Write a file where nothing is; a `lasting` one is on the disk then, whatever comes.

    Raises FileExistsError where something does.
    """
    with os.fdopen(place.open(_NEW), "wb") as file:
        if mode is not None and hasattr(os, "fchmod"):
            os.fchmod(file.fileno(), mode)
        file.write(content)
        if lasting:
            file.flush()
            os.fsync(file.fileno())


def replace_file(
    folder: Path,
    name: str,
    content: bytes,
    temporary: str = "",
    last_look: Callable[[], object] | None = None,
    *,
    mode: int | None = None,
    lasting: bool = True,
) -> None:
    """Put a file in the place of another, whole or not at all; until then it is `temporary`.

    It keeps the other's `mode`, where none is given. What `last_look` raises right before that
    leaves the other in its place. Raises OSError where something else than a file is there.
    """
    with placed(folder, name) as place:
        found = place.stat()
        if found and not stat.S_ISREG(found.st_mode):
            raise OSError(errno.EEXIST, f"{name} is {_kind(found.st_mode)}, not a file")
        making = place.beside(temporary or unforeseen())
        try:
            if mode is None and found:
                mode = stat.S_IMODE(found.st_mode) & 0o777
            write(making, content, mode, lasting=lasting)
            if last_look:
                last_look()
            making.move(place)
        except BaseException:
            making.remove()
            raise


def place_new(folder: Path, name: str, content: bytes, temporary: str, mode: int) -> None:
    """Put a file where nothing is, whole or not at all; folders on the way are made.

    Raises FileExistsError where something is, whenever it came.
    """
    with placed(folder, name, make=True) as place:
        making = place.beside(temporary)
        try:
            write(making, content, mode, lasting=False)
            move_new(making, place)
        except BaseException:
            making.remove()
            raise


def remove(folder: Folder, name: str) -> None:
    """Remove a file or link, if one is there; what is behind a link stays."""
    try:
        with placed(folder, name) as place:
            place.remove()
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise


def is_file(folder: Folder, name: str) -> bool:
    """Say whether a file is there: not a link to one, nor one behind a link."""
    try:
        with placed(folder, name) as place:
            found = place.stat()
    except OSError:
        return False
    return found is not None and stat.S_ISREG(found.st_mode)


def copy(source: Path, place: Place) -> None:
    """Copy a file to where nothing is."""
    with source.open("rb") as file, os.fdopen(place.open(_NEW), "wb") as copied:
        shutil.copyfileobj(file, copied)


def make_folder(folder: Folder, name: str, mode: int = 0o700) -> None:
    """Make a folder; as a rule one that only this user may look into.

    Raises FileExistsError where something is there.
    """
    with placed(folder, name) as place:
        os.mkdir(place.name, mode, dir_fd=place.handle)


def move_new(source: Place, target: Place) -> None:
    """Move a file or folder to where nothing is.

    Raises FileExistsError where something does, whenever it came; an empty folder gives way to one.
    """
    found = source.stat()
    if found and stat.S_ISREG(found.st_mode):
        try:
            os.link(source.name, target.name, src_dir_fd=source.handle, dst_dir_fd=target.handle)
        except FileExistsError:
            raise
        except OSError:  # a disk that knows no second name for a file
            if target.stat():
                raise FileExistsError(errno.EEXIST, f"{target.name} is there") from None
        else:
            source.remove()
            return
    os.rename(source.name, target.name, src_dir_fd=source.handle, dst_dir_fd=target.handle)


def remove_folder(folder: Folder, name: str) -> None:
    """Remove an empty folder.

    Raises OSError where it is not empty, or none.
    """
    with placed(folder, name) as place:
        os.rmdir(place.name, dir_fd=place.handle)


def names(folder: Folder, name: str) -> list[str]:
    """Return what is in a folder below another; nothing where none is there."""
    try:
        with placed(folder, f"{name}/any") as place:
            if place.handle is None:
                return sorted(each.name for each in Path(place.name).parent.iterdir())
            handle = os.open(".", os.O_RDONLY | _FOLDER, dir_fd=place.handle)
            with ExitStack() as stack:
                stack.callback(os.close, handle)
                return sorted(each.name for each in stack.enter_context(os.scandir(handle)))
    except OSError as error:
        if error.errno not in _NO_FILE:
            raise
        return []


def remove_all(folder: Folder, name: str) -> None:
    """Remove what is there, a folder with all that it holds; what is behind a link stays."""
    with placed(folder, name) as place:
        found = place.stat()
        if found and stat.S_ISDIR(found.st_mode):
            shutil.rmtree(place.name, ignore_errors=True, dir_fd=place.handle)
        else:
            place.remove()


_NO_FILE = {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.EMLINK, errno.EISDIR, errno.ENXIO}


def _steps(name: str) -> tuple[str, ...]:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not path.parts or "\0" in name:
        raise OSError(errno.EINVAL, f"{name!r} leads out of its folder")
    return path.parts


def _entered(step: str, handle: int, path: str) -> int:
    """Open a folder below one that is open."""
    try:
        return os.open(step, _SEARCH | _FOLDER | os.O_NOFOLLOW, dir_fd=handle)
    except OSError as error:
        found = Place(step, handle).stat()
        if found is None or stat.S_ISDIR(found.st_mode):
            raise
        message = f"{path} is {_kind(found.st_mode)}, not a folder"
        raise OSError(errno.ENOTDIR, message) from error


def _make(place: Place) -> None:
    with suppress(FileExistsError):
        os.mkdir(place.name, dir_fd=place.handle)


def _looked_at(folder: Path, above: list[str], *, make: bool) -> Path:
    """Return a folder below another, where no link leads to it just now."""
    path = folder.joinpath(*above)
    if make:
        path.mkdir(parents=True, exist_ok=True)
    if above and path.resolve() != folder.resolve().joinpath(*above):
        raise OSError(errno.ENOTDIR, f"{'/'.join(above)} leads through a link")
    return path


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return "a folder" if stat.S_ISDIR(mode) else "a device or a pipe"
