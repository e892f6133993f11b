"""Write a project: all of it or nothing.

The files are written into a temporary folder beside the destination, which is then moved to its
place. Whatever interrupts that, an error or Ctrl-C, leaves the disk as it was.
"""

import os
import shlex
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path, PurePosixPath

from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.project import disk
from kerasmith.project.disk import Folder
from kerasmith.project.stage import is_left, stage
from kerasmith.spec.filenames import ANSWERS_FILE


def create(
    destination: Path, files: Mapping[str, str], data: Mapping[str, Path | bytes] | None = None
) -> Path:
    """Write the files of a project; return the folder where it is.

    `data` are files that it gets besides: copies of others, or what they should hold.

    Raises KerasmithError, with nothing written, where the destination is taken, is inside
    another project or cannot be written to.
    """
    check_destination(destination)
    _check_meetings(files, data or {})
    where = f"destination {destination}"
    destination = absolute(destination)
    try:
        with parents(destination.parent), stage(destination) as made:
            _write(made.folder, files)
            _copy(made.folder, data or {})
            made.move()
    except OSError as error:
        raise KerasmithError(
            Problem(
                f"{destination} cannot be written.",
                where,
                f"{error.strerror or error}.",
                "another destination, or more room and rights there",
            )
        ) from error
    return destination


def _check_meetings(files: Mapping[str, str], data: Mapping[str, Path | bytes]) -> None:
    """Raise KerasmithError where data would take the place of one of the project's own files.

    Capitals do not count, as on many disks; a file is in the way of a folder of its name, too.
    """
    ours = {name.casefold(): name for name in files}
    ours |= {str(each).casefold(): str(each) for name in files for each in _folders_of(name)}
    theirs = [(name, part) for name in data for part in (PurePosixPath(name), *_folders_of(name))]
    taken = [
        (name, ours[key])
        for name, part in theirs
        if (key := str(part).casefold()) in ours
        and (ours[key] in files or str(part) == name)  # two folders of one name are one
    ]
    taken += [(name, ".git") for name in data if ".git" in PurePosixPath(name.casefold()).parts]
    if taken:
        name, own = taken[0]
        raise KerasmithError(
            Problem(
                f"{shortened(name)} of the data would take the place of the project's own {own}.",
                "--data",
                try_=f"another name for it than {PurePosixPath(own).name}",
            )
        )


def _folders_of(name: str) -> list[PurePosixPath]:
    return list(PurePosixPath(name).parents)[:-1]


def check_destination(destination: Path) -> None:
    """Check that a project may be written there.

    Raises KerasmithError where the destination is taken or is inside another project.
    """
    try:
        problem = _taken(absolute(destination)) or _inside_another(absolute(destination))
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        problem = Problem("No project can be written there.", why=f"{why}.")
    if problem:
        raise KerasmithError(replace(problem, where=f"destination {destination}"))


def check_parent(folder: Path) -> None:
    """Check that projects may be written into the folder, which need not be there yet.

    Raises KerasmithError where it is not a folder or belongs to a project itself.
    """
    try:
        problem = _inside_another(absolute(folder) / "projects")
        if folder.exists() and not folder.is_dir():
            problem = Problem(f"{folder} is not a folder.", try_="another destination")
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        problem = Problem("No project can be written there.", why=f"{why}.")
    if problem:
        raise KerasmithError(replace(problem, where=f"destination {folder}"))


def _taken(destination: Path) -> Problem | None:
    """Say what is in the place of the destination already."""
    if destination.is_symlink():
        return Problem(f"{destination} is a symbolic link.", try_="the folder it leads to")
    if not destination.exists():
        return None
    if not destination.is_dir():
        return Problem(f"{destination} is not a folder.", try_="another destination")
    names = sorted(entry.name for entry in destination.iterdir())
    found = [name for name in names if name != ".git" and not is_left(name)]
    if not found:
        return None
    if ANSWERS_FILE in found:
        return Problem(
            f"{destination} is not empty.",
            why="It is a project already.",
            try_=f"kerasmith update {shlex.quote(str(destination))}, with flags for what should "
            "change; or a new folder",
        )
    return Problem(
        f"{destination} is not empty.",
        why=f"It holds {', '.join(found[:3])}{'…' if len(found) > 3 else ''}.",
        try_="a new folder, or an empty one (a lone .git is fine)",
    )


def _inside_another(destination: Path) -> Problem | None:
    """Say inside which other project the destination is, links followed."""
    for folder in destination.resolve().parents:
        if (folder / ANSWERS_FILE).exists():
            return Problem(
                f"{destination} is inside another project.",
                why=f"{folder} was generated from a template itself ({ANSWERS_FILE}).",
                try_=f"a folder beside it: {folder.parent / destination.name}",
            )
    return None


def absolute(path: Path) -> Path:
    """Return the path from the root, without `.` and `..`; a link in it stays a link."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow the links


@contextmanager
def parents(folder: Path) -> Iterator[None]:
    """Make the folder and the ones above it; on failure remove those that were not there."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
        yield
    except BaseException:
        for each in missing:
            with suppress(OSError):  # not made yet, or somebody else has put something in
                each.rmdir()
        raise


def _write(folder: Folder, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        _write_bytes(folder, name, text.encode("utf-8", "surrogateescape"))


def _copy(folder: Folder, data: Mapping[str, Path | bytes]) -> None:
    for name, content in data.items():
        if isinstance(content, bytes):
            _write_bytes(folder, name, content)
        else:
            with disk.placed(folder, name, make=True) as place:
                disk.copy(content, place)


def _write_bytes(folder: Folder, name: str, content: bytes) -> None:
    with disk.placed(folder, name, make=True) as place:
        disk.write(place, content, lasting=False)
