"""Bring a merge into the owner's folder: all of it, or nothing.

git itself writes the files, so that ends of line, links, executable bits and filters are the
owner's. It works on a copy of its index, which takes the index's place in one step at the end.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path, PurePosixPath

from msgspec.structs import replace

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project import disk
from kerasmith.project.git import Git, GitError, decoded, encoded, parts
from kerasmith.project.journal import Desk, Journal, Written, alone
from kerasmith.project.merge import Merged, index_line
from kerasmith.project.repository import Entry, Repository
from kerasmith.project.sides import Beside
from kerasmith.spec.names import SPEC_FILE


@dataclass(frozen=True)
class Target:
    """What the project's folder is to hold: a merge, kerasmith.toml, and files git does not see."""

    repository: Repository
    merged: Merged
    spec_text: bytes
    beside: tuple[Beside, ...] = ()


def apply(target: Target) -> None:
    """Write all of it; what interrupts that, an error or Ctrl-C, is taken back.

    Raises KerasmithError, with nothing changed, where something is in the way.
    """
    try:
        with alone(target.repository.git_dir) as desk:
            journal = _journal(target)
            desk.write(journal)
            try:
                desk.take_lock()
            except KerasmithError:
                desk.clear()
                raise
            try:
                _write(target, journal, desk)
            except BaseException:
                take_back(journal, desk)
                raise
    except (GitError, OSError) as error:
        raise KerasmithError(_in_the_way(error)) from error


def recover(git_dir: Path) -> str:
    """Finish or take back what an update before left; return what was done, empty if nothing."""
    if not Desk(git_dir).is_left_behind():
        return ""
    with alone(git_dir) as desk:
        journal = desk.read()
        if journal is None:  # it was done, but for this
            desk.clear()
            return ""
        desk.wait_for_git(journal)
        if journal.phase == "written":
            _finish(journal, desk)
            return "An update that was interrupted has been finished."
        saved = take_back(journal, desk)
        beside = f" What you changed since lies beside: {', '.join(saved)}." if saved else ""
        return f"An update that was interrupted has been taken back.{beside}"


# === Forward ===


def _write(target: Target, journal: Journal, desk: Desk) -> None:
    repository = target.repository
    desk.copy_index(journal)
    git = Git(repository.top).with_environment(GIT_INDEX_FILE=str(desk.index(journal)))
    git("update-index", "-q", "--refresh", ok=(0, 1))  # a folder that was copied looks all new
    git("read-tree", "-m", "-u", "HEAD", journal.new)
    for each in journal.written:
        disk.replace_file(repository.top, each.path, encoded(each.after), each.making)
    git("update-index", "-z", "--index-info", input="".join(_open_stages(target)))
    if _is_visible(repository):
        git("add", "--", repository.prefix + SPEC_FILE)
    written = replace(journal, phase="written")
    desk.write(written)
    _finish(written, desk)


def _finish(journal: Journal, desk: Desk) -> None:
    desk.install_index(journal)
    desk.clear()


def _open_stages(target: Target) -> Iterator[str]:
    """Yield what makes git know of the conflicts: for each file what it was, yours and theirs."""
    prefix = target.repository.prefix
    for conflict in target.merged.conflicts:
        path = prefix + conflict.path
        yield index_line(path, Entry("0", "0" * len(target.repository.tree)))
        for stage, entry in sorted(conflict.stages.items()):
            yield index_line(path, entry, stage)


def _is_visible(repository: Repository) -> bool:
    """Say whether git is to see kerasmith.toml: it does already, or nothing tells it not to."""
    return SPEC_FILE in repository.entries or not repository.ignored([SPEC_FILE])


def _journal(target: Target) -> Journal:
    repository = target.repository
    new = whole_tree(repository, target.merged.tree)
    texts = {SPEC_FILE: target.spec_text}
    texts |= {each.target: encoded(each.content) for each in target.beside}
    held = {name: _content(repository.git.folder, name) for name in texts}
    written = tuple(
        Written(repository.prefix + name, held[name], decoded(text), disk.unforeseen())
        for name, text in texts.items()
        if held[name] != decoded(text)
    )
    old = repository.git("rev-parse", "HEAD^{tree}").strip()
    work = disk.unforeseen("work-")
    return Journal("writing", str(repository.top), old, new, work, written)


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


def _content(folder: Path, name: str) -> str | None:
    content = disk.read(folder, name)
    return None if content is None else decoded(content)


def _in_the_way(error: Exception) -> Problem:
    said = error.strerror if isinstance(error, OSError) else str(error)
    return Problem(
        "The update could not be written; everything is as it was.",
        why=" ".join(f"{said or error}".split()),
        try_="commit, or move away what is in the way",
    )


# === Back ===


def take_back(journal: Journal, desk: Desk) -> list[str]:
    """Make the owner's folder what it was; return the copies of what somebody changed meanwhile."""
    top = Path(journal.top)
    git = Git(top)
    if git("rev-parse", "HEAD^{tree}").strip() != journal.old:  # its owner went on without us
        desk.clear()
        return []
    for each in journal.written:
        _write_back(top, each)
    saved = []
    changed = _changes(git, journal)
    for path, (old, new) in changed.items():
        saved.append(_saved(git, path, old, new))
    back = [path for path, (old, _) in changed.items() if old]
    git("checkout-index", "-f", "-z", "--stdin", input="".join(f"{path}\0" for path in back))
    for path, (old, _) in changed.items():
        if old is None:
            _remove(top, path)
    desk.clear()
    return [each for each in saved if each]


def _write_back(top: Path, each: Written) -> None:
    """Take back a file that was written outside the merge; one that was edited since stays."""
    disk.remove(top, str(PurePosixPath(each.path).with_name(each.making)))
    if _content(top, each.path) == each.after:
        if each.before is None:
            disk.remove(top, each.path)
        else:
            disk.replace_file(top, each.path, encoded(each.before))


def _changes(git: Git, journal: Journal) -> dict[str, tuple[Entry | None, Entry | None]]:
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


def _saved(git: Git, path: str, old: Entry | None, new: Entry | None) -> str:
    """Put beside what is neither the old file nor the new one, nor the beginning of one."""
    content = disk.read(git.folder, path)
    if content is None:
        return ""
    found = git("hash-object", "--", path).strip()
    if found in {each.id for each in (old, new) if each}:
        return ""
    for each in (old, new):
        if each and encoded(git("cat-file", "--filters", f"--path={path}", each.id)).startswith(
            content
        ):
            return ""
    return str(git.folder / _set_aside(git.folder, path, content))


def _set_aside(top: Path, path: str, content: bytes) -> str:
    """Write a copy beside a file, under a name that nothing has; return it."""
    for number in count(1):
        copy = f"{path}.saved{number if number > 1 else ''}"
        with suppress(FileExistsError), disk.placed(top, copy) as place:
            disk.write(place, content)
            return copy
    raise AssertionError  # there is always another number


def _remove(top: Path, path: str) -> None:
    """Remove a file, and the folders that are empty without it."""
    disk.remove(top, path)
    for folder in PurePosixPath(path).parents[:-1]:
        try:
            disk.remove_folder(top, str(folder))
        except OSError:  # something else lies in it, or it is none
            break
