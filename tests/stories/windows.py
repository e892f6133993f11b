"""kerasmith on a system that pretends to be Windows, as far as Python's own library can.

    python tests/stories/windows.py new pets …

There is no `fcntl` and no `resource`; files are reached by their paths alone, since there are no
handles of folders, and no flag keeps from following a link. Text that is read or written without
saying how it is encoded is an error: on Windows that would be by the code page.
"""

import fcntl
import os
import shutil  # looks at the system when it is imported, as the next ones do
import subprocess
import sys
import tempfile
import warnings
from types import ModuleType

import click

WITHOUT = ("O_NOFOLLOW", "O_DIRECTORY", "O_CLOEXEC", "O_NONBLOCK", "O_PATH", "geteuid", "getuid")

LOADED = (shutil, subprocess, tempfile, click)
"""What has looked at the system already, and goes on with the one that there is."""


def locking(descriptor: int, mode: int, _size: int) -> None:
    """Lock a file as msvcrt does, at once or not at all."""
    fcntl.flock(descriptor, mode)


def pretend() -> None:
    """Take away what Windows has not, and bring what it has."""
    msvcrt = ModuleType("msvcrt")
    vars(msvcrt).update(locking=locking, LK_NBLCK=fcntl.LOCK_EX | fcntl.LOCK_NB)
    sys.modules["msvcrt"] = msvcrt
    for name in ("fcntl", "resource"):
        sys.modules[name] = None  # type: ignore[assignment] # that is how Python says: not there
    for name in WITHOUT:
        if hasattr(os, name):
            delattr(os, name)
    without = getattr(shutil, "_rmtree_unsafe")  # noqa: B009 # no stub knows it
    vars(shutil).update(_use_fd_functions=False, _rmtree_impl=without)
    os.supports_dir_fd.clear()
    os.supports_follow_symlinks.discard(os.link)
    sys.platform = "win32"
    warnings.simplefilter("error", EncodingWarning)


if __name__ == "__main__":
    pretend()
    from kerasmith.cli import main

    main(prog_name="kerasmith")
