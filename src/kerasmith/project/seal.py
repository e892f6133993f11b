"""The seal of a journal: this user's own update wrote it, here, and it has not ended yet.

Git's folder may come from somebody else, with a journal in it that would let us write whatever it
says. So an update makes a key, keeps it among the user's own files, and seals its journal with it.
The key goes when the update ends; it is good for one repository in one place.
"""

import hmac
import os
import secrets
import stat
import sys
from hashlib import sha256
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project import disk

_SIZE = 32


def state_folder() -> Path:
    """Return where this user's programs keep what they have to remember."""
    if sys.platform == "win32":
        base, usual = os.environ.get("LOCALAPPDATA", ""), "AppData/Local"
    elif sys.platform == "darwin":
        base, usual = "", "Library/Application Support"
    else:
        base, usual = os.environ.get("XDG_STATE_HOME", ""), ".local/state"
    above = Path(base) if base and Path(base).is_absolute() else Path.home() / usual
    return above / "kerasmith" / "updates"


class Seal:
    """What seals the journal of one repository."""

    def __init__(self, git_dir: Path) -> None:
        self.name = sha256(os.fsencode(git_dir)).hexdigest()

    def make(self) -> bytes:
        """Make a key, in the place of one before; return it.

        Raises KerasmithError where it cannot be kept.
        """
        key = secrets.token_bytes(_SIZE)
        try:
            folder = state_folder()
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with disk.placed(folder, self.name) as place:
                place.remove()
                disk.write(place, key, 0o600)
        except (OSError, RuntimeError) as error:
            raise KerasmithError(_not_kept(error)) from error
        return key

    def key(self) -> bytes | None:
        """Return the key of an update that has not ended; None where there is none of this user."""
        try:
            with disk.placed(state_folder(), self.name) as place:
                found = place.stat()
            content = disk.read(state_folder(), self.name, _SIZE + 1)
        except (OSError, RuntimeError):
            return None
        return content if found and _is_private(found) and len(content or b"") == _SIZE else None

    def drop(self) -> None:
        """Remove the key: what it sealed is not believed any more."""
        try:
            disk.remove(state_folder(), self.name)
        except (OSError, RuntimeError):
            return


def sealed(content: bytes, key: bytes) -> bytes:
    """Return content with its seal in the first line."""
    return hmac.new(key, content, sha256).hexdigest().encode() + b"\n" + content


def opened(whole: bytes, key: bytes) -> bytes | None:
    """Return sealed content; None where it, or its seal, is not of this key."""
    content = whole.partition(b"\n")[2]
    return content if hmac.compare_digest(whole, sealed(content, key)) else None


def _is_private(found: os.stat_result) -> bool:
    if sys.platform == "win32":
        return stat.S_ISREG(found.st_mode)
    mine = found.st_uid == os.geteuid()
    return mine and stat.S_ISREG(found.st_mode) and not found.st_mode & 0o077


def _not_kept(error: Exception) -> Problem:
    said = error.strerror if isinstance(error, OSError) else error
    return Problem(
        "The update cannot keep what would prove later that it was yours.",
        getattr(error, "filename", None) or "",
        f"{said}. Without it, an update that is interrupted could not be taken back.",
        "a home folder that you may write to; on Linux, XDG_STATE_HOME=FOLDER kerasmith update",
    )
