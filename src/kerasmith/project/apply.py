"""Bring a merge into the owner's folder: all of it, or nothing.

git itself lays out the files, so that ends of line, executable bits and filters are the owner's;
aside, from a copy of its index, which takes the index's place in one step at the end. Each file
then takes its place by itself, after a last look whether the one there is still what was merged:
between git's own look and its writing somebody could save one, and would lose it.
"""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project import disk
from kerasmith.project.git import Git, GitError, decoded, encoded, parts
from kerasmith.project.journal import Journal, JournalDir, Written, exclusive
from kerasmith.project.merge import Merged, index_line
from kerasmith.project.repository import Entry, Repository, check_head, check_unmoved, moved
from kerasmith.spec.names import SPEC_FILE

Changed = Mapping[str, tuple[Entry | None, Entry | None]]
"""Paths that a merge changes, with what git holds of each before and after."""


@dataclass(frozen=True)
class Outside:
    """A file that is written outside the merge: what it was when it was looked at, and becomes."""

    name: str
    before: bytes | None
    after: bytes


@dataclass(frozen=True)
class Target:
    """What the project's folder is to hold: a merge, kerasmith.toml, and files git does not see."""

    repository: Repository
    merged: Merged
    outside: tuple[Outside, ...] = ()


def apply(target: Target) -> None:
    """Write all of it; what interrupts that, an error or Ctrl-C, is taken back.

    Raises KerasmithError, with nothing changed, where something is in the way, or where the
    project is not any more what was looked at.
    """
    try:
        with exclusive(target.repository.git_dir) as journal_dir:
            journal_dir.take_lock()
            try:
                _check_unmoved(target)
                journal = _journal(target)
                journal_dir.write(journal)
            except BaseException:
                journal_dir.clear()
                raise
            try:
                _write(target, journal, journal_dir)
            except BaseException as error:
                _give_up(error, take_back(journal, journal_dir, at_once=True))
                raise
    except (GitError, OSError) as error:
        raise KerasmithError(_in_the_way(error)) from error


def recover(git_dir: Path) -> str:
    """Finish or take back what an update before left; return what was done, empty if nothing."""
    if not JournalDir(git_dir).is_left_behind():
        return ""
    with exclusive(git_dir) as journal_dir:
        journal = journal_dir.read()
        if journal is None:  # it was done, but for this
            journal_dir.clear()
            return ""
        journal_dir.wait_for_git(journal)
        if journal.phase == "written":
            _finish(journal, journal_dir)
            return "An update that was interrupted has been finished."
        return " ".join(_told(take_back(journal, journal_dir)))


# === Forward ===


def _write(target: Target, journal: Journal, journal_dir: JournalDir) -> None:
    repository = target.repository
    journal_dir.copy_index(journal)
    git = Git(repository.top).with_environment(GIT_INDEX_FILE=str(journal_dir.index(journal)))
    changed = _changes(git, journal)
    held = {path: disk.read(repository.top, path) for path in changed}
    git("update-index", "-q", "--refresh", ok=(0, 1))  # a folder that was copied looks all new
    git("read-tree", "-n", "-m", "-u", "HEAD", journal.new)  # it refuses what it would overwrite
    files = journal_dir.files(journal)
    _laid_out_in(files, git, repository)("read-tree", "-m", "-u", "HEAD", journal.new)
    _Placing(repository, git, held, journal.making, files).place(changed)
    git("update-index", "-q", "--refresh", ok=(0, 1))
    for each in target.outside:
        _write_outside(target, each, journal)
    git("update-index", "-z", "--index-info", input="".join(_open_stages(target)))
    if _is_visible(repository):
        git("add", "--", repository.prefix + SPEC_FILE)
    check_head(repository)
    written = replace(journal, phase="written")
    journal_dir.write(written)
    _finish(written, journal_dir)


def _laid_out_in(folder: Path, git: Git, repository: Repository) -> Git:
    """Return a git that writes files into an empty folder in the place of the owner's."""
    aside = {"GIT_DIR": str(repository.git_dir), "GIT_WORK_TREE": str(folder)}
    return Git(folder, environment={**git.environment, **aside})


@dataclass(frozen=True)
class _Placing:
    """Brings files from where git lays them out to their places, each after a last look.

    `held` is what was in the places right before git looked at them.
    """

    repository: Repository
    git: Git
    held: Mapping[str, bytes | None]
    making: str
    files: Path

    def place(self, changed: Changed) -> None:
        """Remove files, then write the others. Raises KerasmithError where one was saved since."""
        new = {path: after for path, (_, after) in changed.items() if after}
        for path in sorted(changed.keys() - new.keys()):
            self._last_look(path)
            _remove(self.repository.top, path)
        for path, after in new.items():
            before = changed[path][0]
            if not os.path.lexists(self.files / path):  # a sparse checkout leaves it out
                continue
            if not after.is_file:  # a link, which git alone makes
                self._last_look(path)
                self.git("checkout-index", "-f", "-z", "--stdin", input=f"{path}\0")
            else:
                self._write(
                    path, before, same_mode=before is not None and before.mode == after.mode
                )

    def _write(self, path: str, before: Entry | None, *, same_mode: bool) -> None:
        content = disk.read(self.files, path)
        if content is None:
            raise OSError(errno.ENOENT, f"git did not write {path}")
        mode = stat.S_IMODE((self.files / path).stat().st_mode)
        if before is not None and not before.is_file:
            self._last_look(path)
            _remove(self.repository.top, path)
        if before is None or not before.is_file:
            disk.place_new(self.repository.top, path, content, self.making, mode)
            return
        disk.replace_file(
            self.repository.top,
            path,
            content,
            self.making,
            lambda: self._last_look(path),
            mode=None if same_mode else mode,
            lasting=False,
        )

    def _last_look(self, path: str) -> None:
        """Check that a file is still what it was when git looked at it."""
        if disk.read(self.repository.top, path) != self.held[path]:
            where = path.removeprefix(self.repository.prefix)
            raise KerasmithError(moved(where, "Somebody saved it meanwhile."))


def _check_unmoved(target: Target) -> None:
    """Check that all is as it was when it was looked at; git may not change its index from now."""
    check_unmoved(target.repository)
    for each in target.outside:
        _check_still(target.repository, each)


def _check_still(repository: Repository, outside: Outside) -> None:
    if disk.read(repository.git.folder, outside.name) != outside.before:
        path = repository.path(outside.name)
        raise KerasmithError(moved(str(path), "Somebody saved it meanwhile."))


def _write_outside(target: Target, outside: Outside, journal: Journal) -> None:
    """Write a file that is not merged, if it still is what was looked at when that is whole."""
    repository = target.repository
    path = repository.prefix + outside.name
    making = next(each.making for each in journal.written if each.path == path)
    disk.replace_file(
        repository.top, path, outside.after, making, lambda: _check_still(repository, outside)
    )


def _finish(journal: Journal, journal_dir: JournalDir) -> None:
    journal_dir.install_index(journal)
    journal_dir.clear()


def _open_stages(target: Target) -> Iterator[str]:
    """Yield what makes git know of the conflicts: for each file what it was, yours and theirs."""
    prefix = target.repository.prefix
    for conflict in target.merged.conflicts:
        path = prefix + conflict.path
        yield index_line(path, Entry("0", "0" * len(target.repository.tree)))
        for stage, entry in sorted(conflict.stages.items()):
            yield index_line(path, entry, stage)


def _is_visible(repository: Repository) -> bool:
    """Say whether git should see kerasmith.toml: it does already, or nothing tells it not to."""
    return SPEC_FILE in repository.entries or not repository.ignored([SPEC_FILE])


def _journal(target: Target) -> Journal:
    repository = target.repository
    new = whole_tree(repository, target.merged.tree)
    written = tuple(
        Written(
            repository.prefix + each.name,
            None if each.before is None else decoded(each.before),
            decoded(each.after),
            disk.unforeseen(),
        )
        for each in target.outside
    )
    old = repository.git("rev-parse", "HEAD^{tree}").strip()
    work = disk.unforeseen("work-")
    return Journal("writing", str(repository.top), old, new, work, written, disk.unforeseen())


def whole_tree(repository: Repository, tree: str) -> str:
    """Return the tree of the whole repository in which the project's folder is that tree."""
    above = repository.prefix.rstrip("/")
    while above:
        above, _, name = above.rpartition("/")
        listed = parts(repository.git("ls-tree", "-z", "--full-tree", f"HEAD:{above}"))
        lines = [f"040000 tree {tree}\t{name}" if _named(each) == name else each for each in listed]
        tree = repository.git("mktree", "-z", input="".join(f"{line}\0" for line in lines)).strip()
    return tree


def _named(line: str) -> str:
    return line.split("\t", 1)[1]


def _in_the_way(error: Exception) -> Problem:
    said = error.strerror if isinstance(error, OSError) else str(error)
    return Problem(
        "The update could not be written; everything is as it was.",
        why=" ".join(f"{said or error}".split()),
        try_="commit, or move away what is in the way",
    )


# === Back ===


@dataclass(frozen=True)
class Back:
    """What taking back came to: copies that were saved, and what is not as it was."""

    saved: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    gone_on: bool = False
    """Whether the last commit is another one, so that nothing was touched."""


def _told(back: Back) -> Iterator[str]:
    """Yield what was taken back, and all that was not."""
    if back.gone_on:
        yield (
            "An update was interrupted, and the last commit is another one since: the files were "
            "left as they are. `git status` shows what differs."
        )
        return
    yield "An update that was interrupted has been taken back."
    if back.saved:
        yield f"What you changed since is kept beside: {', '.join(back.saved)}."
    if back.left:
        yield f"These could not be restored: {', '.join(back.left)}."


def _give_up(error: BaseException, back: Back) -> None:
    """Say the truth about what an error left, where not everything is as it was."""
    if not (back.saved or back.left) or not isinstance(error, Exception):
        return
    saved = (
        f"What was saved meanwhile is kept beside: {', '.join(back.saved)}." if back.saved else ""
    )
    left = f"These could not be restored: {', '.join(back.left)}." if back.left else ""
    raise KerasmithError(
        Problem(
            "The update could not be written, and not everything is as it was.",
            why=" ".join(filter(None, (" ".join(f"{error}".split()), saved, left))),
            try_="git status, git diff",
        )
    ) from error


def take_back(journal: Journal, journal_dir: JournalDir, *, at_once: bool = False) -> Back:
    """Make the owner's folder what it was; what cannot be is named, and ends nothing half-way.

    What somebody changed since is copied beside. At once, as after an error, that is a file which
    they saved just now: it stays.
    """
    try:
        back = _taken_back(journal, journal_dir, at_once=at_once)
    except (GitError, OSError) as error:
        back = Back(left=(f"{journal.top} ({' '.join(str(error).split())})",))
    journal_dir.clear()
    return back


def _taken_back(journal: Journal, journal_dir: JournalDir, *, at_once: bool) -> Back:
    top = Path(journal.top)
    git = Git(top)
    if not at_once and git("rev-parse", "HEAD^{tree}").strip() != journal.old:
        return Back(gone_on=True)
    left = [str(top / each.path) for each in journal.written if not _write_back(top, each)]
    saved = []
    index = journal_dir.index(journal).with_name("back")  # the owner's may say otherwise
    old = git.with_environment(GIT_INDEX_FILE=str(index))
    if not index.parent.is_dir():  # nothing was written yet
        return Back(left=tuple(left))
    old("read-tree", journal.old)
    for path, (before, after) in _changes(git, journal).items():
        try:
            if journal.making:
                disk.remove(top, str(PurePosixPath(path).with_name(journal.making)))
            state = _state(git, path, before, after)
            if state == "foreign" and not at_once:
                saved.append(str(top / _set_aside(top, path)))
            if state != "old" and not (state == "foreign" and at_once):
                _restore(old, path, before)
        except (GitError, OSError):
            left.append(str(top / path))
    return Back(tuple(saved), tuple(left))


def _write_back(top: Path, each: Written) -> bool:
    """Take back a file that was written outside the merge; one that was edited since stays.

    Return whether that could be done.
    """
    try:
        disk.remove(top, str(PurePosixPath(each.path).with_name(each.making)))
        if disk.read(top, each.path) == encoded(each.after):
            if each.before is None:
                disk.remove(top, each.path)
            else:
                disk.replace_file(top, each.path, encoded(each.before))
    except OSError:
        return False
    return True


def _changes(git: Git, journal: Journal) -> Changed:
    """Return what the merge changes: for each path what git holds of it before and after."""
    fields = parts(git("diff-tree", "-r", "-z", "--no-renames", journal.old, journal.new))
    changed = {}
    for about, path in zip(fields[::2], fields[1::2], strict=True):
        modes, ids = about.lstrip(":").split()[:2], about.split()[2:4]
        before, after = (
            Entry(mode, id_) if int(mode, 8) else None for mode, id_ in zip(modes, ids, strict=True)
        )
        changed[path] = (before, after)
    return changed


def _state(git: Git, path: str, old: Entry | None, new: Entry | None) -> str:
    """Say what a file is: `old`, `new`, the beginning of one of them, missing, or `foreign`."""
    file = git.folder / path
    if not os.path.lexists(file):
        return "missing" if old else "old"
    content = disk.read(git.folder, path)
    if content is None:  # a link, a folder
        return "old" if old and not old.is_file else "foreign"
    found = git("hash-object", "--", path).strip()
    if old and found == old.id and _runs(file) == (old.mode == "100755"):
        return "old"
    if found in {each.id for each in (old, new) if each}:
        return "new"
    for each in (old, new):
        if each and each.is_file and _smudged(git, path, each).startswith(content):
            return "cut"
    return "foreign"


def _runs(file: Path) -> bool:
    return bool(file.stat().st_mode & 0o100)


def _smudged(git: Git, path: str, entry: Entry) -> bytes:
    return encoded(git("cat-file", "--filters", f"--path={path}", entry.id))


def _restore(git: Git, path: str, old: Entry | None) -> None:
    """Bring a file back as it was, or away where it was not."""
    if old:
        git("checkout-index", "-f", "-z", "--stdin", input=f"{path}\0")
    else:
        _remove(git.folder, path)


def _set_aside(top: Path, path: str) -> str:
    """Write a copy beside a file, under a name that nothing has; return it.

    A link or a folder is moved there.
    """
    content = disk.read(top, path)
    for number in count(1):
        copy = f"{path}.saved{number if number > 1 else ''}"
        with suppress(FileExistsError), disk.placed(top, copy) as place:
            if content is not None:
                disk.write(place, content)
            elif place.stat():
                continue
            else:
                (top / path).rename(top / copy)
            return copy
    raise AssertionError  # there is always another number


def _remove(top: Path, path: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    disk.remove(top, path)
    for folder in PurePosixPath(path).parents[:-1]:
        try:
            disk.remove_folder(top, str(folder))
        except OSError:  # something else is in it, or it is none
            break
