"""The two sides of an update: what the templates made of a project, and what they make now.

Before git merges their difference into the owner's files, they are laid beside these: under the
names that they have now, with the ends of line that the owner's have, and without what is no
business of a merge.
"""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import PurePosixPath

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.git import decoded
from kerasmith.project.repository import Repository
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE

Files = Mapping[str, str]

NOT_MERGED = (SPEC_FILE, ANSWERS_FILE)
"""kerasmith.toml belongs to its owner, the answers to kerasmith: there is nothing to merge."""


@dataclass(frozen=True)
class UntrackedFile:
    """A file that git does not see: `content` takes its place, or is beside it as `NAME.new`."""

    path: str
    content: str
    target: str
    """Where the content is written."""
    before: str | None
    """What the target held when it was looked at; None where there was none."""

    @property
    def replaces(self) -> bool:
        """Whether the content takes the file's place."""
        return self.target == self.path


@dataclass(frozen=True)
class MergeInputs:
    """What was rendered from the record, `base`, and what is wanted, `theirs`."""

    base: Files
    theirs: Files
    moves: tuple[tuple[str, str], ...] = ()
    beside: tuple[UntrackedFile, ...] = ()
    linked: tuple[str, ...] = field(default=())
    """Files that the owner made links, submodules or folders of: they are left alone."""


def laid_out(
    base: Files,
    theirs: Files,
    paths: tuple[Mapping[str, str], Mapping[str, str]],
    repository: Repository,
) -> MergeInputs:
    """Return the sides as they meet the owner's files.

    `paths` say where each template's file was and is; a file whose folder or name follows from
    an answer, as the package's does, has moved, and the owner's edits with it.
    """
    sides = MergeInputs(_without(base, NOT_MERGED), _without(theirs, NOT_MERGED))
    sides = _without_linked(sides, repository)
    sides = _without_ignored(sides, repository)
    sides = _moved(sides, _moves(*paths), repository)
    return _with_ends_of_line(sides, repository)


def _without(files: Files, names: Iterable[str]) -> dict[str, str]:
    dropped = set(names)
    return {path: text for path, text in files.items() if path not in dropped}


def _without_linked(sides: MergeInputs, repository: Repository) -> MergeInputs:
    """Leave out what the owner put something else in the place of: a link, a folder."""
    folders = {str(parent) for path in repository.entries for parent in PurePosixPath(path).parents}

    def taken(path: str) -> bool:
        if path in folders or _is_beyond_link(path, repository):
            return True
        above = (str(each) for each in (PurePosixPath(path), *PurePosixPath(path).parents))
        entries = (repository.entries.get(each) for each in above)
        found = next((each for each in entries if each), None)
        return found is not None and not (path in repository.entries and found.is_file)

    names = {path for path in {*sides.base, *sides.theirs} if taken(path)}
    changed = {path for path in names if sides.base.get(path) != sides.theirs.get(path)}
    return replace(
        sides,
        base=_without(sides.base, names),
        theirs=_without(sides.theirs, names),
        linked=tuple(sorted(changed)),
    )


def _is_beyond_link(path: str, repository: Repository) -> bool:
    """Say whether a folder above is a link on the disk, as one to a large disk for data often is.

    Git refuses to look behind one, and what is there is not the project's.
    """
    above = [str(each) for each in PurePosixPath(path).parents][:-1]
    return any(repository.path(folder).is_symlink() for folder in above)


def _without_ignored(sides: MergeInputs, repository: Repository) -> MergeInputs:
    """Set apart what git is told to ignore: it cannot merge that, and we must not lose it."""
    names = {*sides.base, *sides.theirs} - set(repository.entries)
    here = sorted(path for path in names if os.path.lexists(repository.path(path)))
    if not here:
        return sides
    ignored = repository.ignored(here)
    beside = tuple(filter(None, (_untracked(path, sides, repository) for path in ignored)))
    return replace(
        sides,
        base=_without(sides.base, ignored),
        theirs=_without(sides.theirs, ignored),
        beside=beside,
    )


def _untracked(path: str, sides: MergeInputs, repository: Repository) -> UntrackedFile | None:
    """Say what becomes of an ignored file; None where the templates did not change it."""
    wanted = sides.theirs.get(path)
    file = repository.path(path)
    if wanted is None or wanted == sides.base.get(path) or not file.is_file() or file.is_symlink():
        return None
    found = decoded(file.read_bytes())
    plain = found.replace("\r\n", "\n")
    if plain == wanted:
        return None
    if plain == sides.base.get(path):
        return UntrackedFile(path, wanted, path, found)
    return _new_untracked(path, wanted, repository)


def _new_untracked(path: str, wanted: str, repository: Repository) -> UntrackedFile | None:
    """Lay the new file beside the owner's, under a name that is free; None where it is there."""
    for number in count(1):
        name = f"{path}.new{number if number > 1 else ''}"
        file = repository.path(name)
        if name not in repository.entries and not os.path.lexists(file):
            return UntrackedFile(path, wanted, name, None)
        if file.is_file() and not file.is_symlink() and decoded(file.read_bytes()) == wanted:
            return None
    raise AssertionError("some name is free")


def _moves(then: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the folders and files that an answer moved, folders first: from where to where."""
    moved = [(then[each], now[each]) for each in then if each in now and then[each] != now[each]]
    folders = {
        (str(PurePosixPath(old).parent), str(PurePosixPath(new).parent)) for old, new in moved
    }
    return sorted(each for each in folders if each[0] != each[1]) + sorted(moved)


def _moved(sides: MergeInputs, moves: list[tuple[str, str]], repository: Repository) -> MergeInputs:
    """Move the old side, and say what of the owner's has to move along."""
    names = dict(moves)
    taken = {*repository.entries}
    taken |= {str(each) for path in repository.entries for each in PurePosixPath(path).parents}
    applied: list[tuple[str, str]] = []
    for old, new in moves:
        inside = any(old.startswith(f"{before}/") for before, _ in applied)
        if old in taken and new not in taken and not inside:
            applied.append((old, new))
    base = {names.get(path, path): text for path, text in sides.base.items()}
    return replace(sides, base=base, moves=tuple(applied))


def _with_ends_of_line(sides: MergeInputs, repository: Repository) -> MergeInputs:
    """Give both sides of a file CRLF, where the owner committed it so."""
    edited = {
        path: entry.id
        for path, entry in repository.entries.items()
        if path in sides.base and entry.is_file and entry.id != repository.id_of(sides.base[path])
    }
    crlf = [path for path, text in _contents(repository, edited).items() if _is_crlf(text)]
    if not crlf:
        return sides
    base, theirs = dict(sides.base), dict(sides.theirs)
    for path in crlf:
        for side in (base, theirs):
            if path in side:
                side[path] = side[path].replace("\n", "\r\n")
    return replace(sides, base=base, theirs=theirs)


def _contents(repository: Repository, ids: Mapping[str, str]) -> dict[str, str]:
    """Return what git holds under some ids."""
    if not ids:
        return {}
    listed = repository.git(
        "cat-file", "--batch", input="".join(f"{id_}\n" for id_ in ids.values())
    )
    content = listed.encode("utf-8", "surrogateescape")
    found, start = {}, 0
    for path in ids:
        end = content.index(b"\n", start)
        about = content[start:end].split()
        if about[1:] == [b"missing"]:
            raise KerasmithError(_not_here(path))
        size = int(about[2])
        found[path] = content[end + 1 : end + 1 + size].decode("utf-8", "surrogateescape")
        start = end + 1 + size + 1
    return found


def _not_here(path: str) -> Problem:
    return Problem(
        "The repository lacks a file of its last commit.",
        path,
        "It is a partial clone, or damaged. An update fetches nothing: a repository can name any "
        "program for that.",
        f"git show HEAD:./{path}, which fetches it, if you trust the repository",
    )


def _is_crlf(text: str) -> bool:
    """Say whether every line ends as on Windows."""
    return "\0" not in text and 0 < text.count("\n") == text.count("\r\n")
