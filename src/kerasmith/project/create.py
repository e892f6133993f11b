"""Write a project: all of it or nothing.

The files are written into a temporary folder beside the destination, which is then moved to its
place. Whatever interrupts that, an error or Ctrl-C, leaves the disk as it was.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.names import ANSWERS_FILE


def create(destination: Path, files: Mapping[str, str]) -> Path:
    """Write the files of a project; return the folder where it lies.

    Raises KerasmithError, with nothing written, where the destination is taken, lies inside
    another project or cannot be written to.
    """
    check_destination(destination)
    destination = absolute(destination)
    made = _make_parents(destination.parent)
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{destination.name}-", dir=destination.parent))
        try:
            _write(temporary, files)
            _move(temporary, destination)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except BaseException as error:
        for folder in reversed(made):
            folder.rmdir()
        if isinstance(error, OSError):
            raise KerasmithError(
                Problem(
                    f"{destination} cannot be written.",
                    why=error.strerror or str(error),
                    try_="free some room, or another destination",
                )
            ) from error
        raise
    return destination


def check_destination(destination: Path) -> None:
    """Check that a project may be written there.

    Raises KerasmithError where the destination is taken or lies inside another project.
    """
    where = f"destination {destination}"
    destination = absolute(destination)
    if destination.is_symlink() or (destination.exists() and not destination.is_dir()):
        raise KerasmithError(
            Problem(f"{destination} is no folder.", where, try_="another destination")
        )
    if destination.is_dir():
        found = sorted(entry.name for entry in destination.iterdir() if entry.name != ".git")
        if found:
            named = ", ".join(found[:3]) + ("…" if len(found) > 3 else "")
            raise KerasmithError(
                Problem(
                    f"{destination} is not empty.",
                    where,
                    f"It holds {named}.",
                    "a new folder, or an empty one (a lone .git is fine)",
                )
            )
    for folder in destination.parents:
        if (folder / ANSWERS_FILE).exists():
            raise KerasmithError(
                Problem(
                    f"{destination} lies inside another project.",
                    where,
                    f"{folder} was generated from a template itself ({ANSWERS_FILE}).",
                    f"a folder beside it: {folder.parent / destination.name}",
                )
            )


def absolute(path: Path) -> Path:
    """Return the path from the root, without `.` and `..`; a link in it stays a link."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links


def _make_parents(folder: Path) -> list[Path]:
    """Make the folder and the ones above it; return those that were not there, outermost first."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise KerasmithError(
            Problem(
                f"{folder} cannot be made.",
                f"destination below {folder}",
                error.strerror or str(error),
                "another destination",
            )
        ) from error
    return missing[::-1]


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()):
            raise KerasmithError(Problem(f"The file {name!r} would lie outside the project."))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    umask = os.umask(0)
    os.umask(umask)
    folder.chmod(0o777 & ~umask)  # mkdtemp lets in its owner alone


def _move(temporary: Path, destination: Path) -> None:
    """Move the written folder to its place, into an existing folder entry by entry."""
    if not destination.exists():
        temporary.rename(destination)
        return
    moved = []
    try:
        for entry in sorted(temporary.iterdir()):
            moved.append(destination / entry.name)
            entry.rename(moved[-1])
    except BaseException:
        for path in moved:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        raise
