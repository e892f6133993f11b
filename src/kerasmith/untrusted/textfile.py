"""Read a text file that anybody may have made: a regular file, no larger than it may be, UTF-8.

A project from a stranger may hold a pipe, a device or a link to one where a file belongs, and
reading it would never end. So what is opened is looked at, and then read up to a limit.
"""

import os
import stat
from pathlib import Path

_FLAGS = ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY")  # not every system has each of them


class NotText(OSError):
    """There is something, and it is not a text file that is read; the message says why."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.strerror = why


def read_bytes(path: Path, most: int, *, links: bool = True) -> bytes:
    """Return the bytes of a regular file that holds `most` of them at the most.

    Raises OSError where it cannot be read, NotText where it is another thing or too large; without
    `links` a symbolic link is another thing, too.
    """
    if not links and path.is_symlink():
        raise NotText("It is a symbolic link")
    flags = sum(getattr(os, name, 0) for name in _FLAGS)
    flags |= 0 if links else getattr(os, "O_NOFOLLOW", 0)
    return read_opened(os.open(path, os.O_RDONLY | flags), most)


def read_opened(descriptor: int, most: int) -> bytes:
    """Return the bytes of what was opened, as `read_bytes` does, and close it."""
    try:
        _check_regular(os.fstat(descriptor).st_mode)
        content = _read(descriptor, most + 1)
    finally:
        os.close(descriptor)
    if len(content) > most:
        raise NotText(f"It is larger than {most:,} bytes")
    return content


def _check_regular(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise NotText("It is a folder")
    if not stat.S_ISREG(mode):
        raise NotText("It is a device or a pipe")


def _read(descriptor: int, most: int) -> bytes:
    """Return what the file holds, up to a limit; a size that it claims is not believed."""
    content = bytearray()
    while more := os.read(descriptor, min(most - len(content), 1 << 20)):
        content += more
    return bytes(content)


def read_text(path: Path, most: int, *, links: bool = True) -> str:
    """Return the text of such a file, without a byte order mark.

    Raises what `read_bytes` raises, and NotText for what is not UTF-8.
    """
    return as_text(read_bytes(path, most, links=links))


def as_text(content: bytes) -> str:
    """Return bytes as text, without a byte order mark.

    Raises NotText for what is not UTF-8.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotText(f"It is not UTF-8 text; byte {error.start}: {error.reason}") from error
