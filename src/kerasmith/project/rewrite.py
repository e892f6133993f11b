"""Writes files of code beside projects, whole or not at all."""

from pathlib import Path

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project import disk
from kerasmith.project.create import absolute, parents
from kerasmith.rewriting.conversion import Converted


def write_converted(converted: Converted) -> None:
    """Put a converted file in the place of the one that it was made from.

    Raises KerasmithError where something else than a file is there.
    """
    path = absolute(converted.path)
    if path.is_symlink():
        what = f"{path.name} is a symbolic link."
        raise KerasmithError(Problem(what, str(path), try_=f"kerasmith convert {path.resolve()}"))
    disk.replace_file(path.parent, path.name, converted.content)


def write_new(path: Path, text: str) -> None:
    """Write a new file, and the folders on the way to it.

    Raises KerasmithError, with nothing written, where something is there or nothing can be.
    """
    place = absolute(path)
    try:
        with parents(place.parent):
            disk.place_new(place.parent, place.name, text.encode(), disk.unforeseen(), 0o644)
    except FileExistsError:
        problem = Problem(f"{path} exists already.", str(path), try_="another name")
        raise KerasmithError(problem) from None
    except OSError as error:
        why, try_ = f"{error.strerror or error}.", "another place, or more room and rights there"
        problem = Problem(f"{path} cannot be written.", str(path), why, try_)
        raise KerasmithError(problem) from error
