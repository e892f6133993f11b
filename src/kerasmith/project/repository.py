"""The git repository that a project is in, and whether it may be updated there."""

import os
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import new as new_hash
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.conflicts import BRANCH, holds_conflict, is_one_of, known_by
from kerasmith.project.git import Git, GitError, decoded, encoded, parts
from kerasmith.project.git_folder import check_found, find, is_same
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE

LISTED = 5
"""The names of files that a message lists at the most."""


@dataclass(frozen=True)
class Entry:
    """What git holds under a path: `100644` a file, `120000` a link, `160000` a submodule."""

    mode: str
    id: str

    @property
    def is_file(self) -> bool:
        """Whether it is a file, executable or not."""
        return self.mode.startswith("100")


@dataclass(frozen=True)
class Repository:
    """Where a project is: `prefix` is its folder below the repository's top, `/` behind it."""

    git: Git
    top: Path
    prefix: str
    git_dir: Path
    objects: Path
    hash: str
    head: str
    tree: str
    entries: Mapping[str, Entry]
    """What the project's folder holds in the last commit, by the path below it."""
    states: Mapping[str, str]
    """What `git status` says of each file that is changed, by its path below the top."""

    def path(self, name: str) -> Path:
        """Return where a file of the project is."""
        return self.git.folder / name

    def ignored(self, names: Iterable[str]) -> list[str]:
        """Return those of the project's files that git is told to ignore."""
        git = self.git.with_environment(GIT_LITERAL_PATHSPECS="0")  # it refuses to work with that
        listed = "".join(f"{name}\0" for name in names)
        return parts(git("check-ignore", "-z", "--stdin", input=listed, ok=(0, 1)))

    def keep(self, content: bytes) -> str:
        """Store a content as it is, past all filters; return what git knows it by."""
        return self.git("hash-object", "-w", "--stdin", input=decoded(content)).strip()

    def id_of(self, content: str) -> str:
        """Return what git knows a file of this content by."""
        data = encoded(content)
        return new_hash(self.hash, b"blob %d\0" % len(data) + data).hexdigest()


def check_folder(project: Path) -> None:
    """Check that there is a folder to look for a project in."""
    if not project.is_dir():
        what = f"{project} is not a folder." if project.exists() else f"There is no {project}."
        raise KerasmithError(Problem(what, try_="the folder that `kerasmith new` wrote"))


def open_repository(project: Path) -> Repository:
    """Return the repository of a project that may be updated: committed, and nothing half done.

    Raises KerasmithError where it may not.
    """
    git = Git(project)
    top, prefix, git_dir, objects, hash_ = _places(git, project)
    head = _check_head(git, project)
    states = _states(git)
    _check_clean(states, prefix)
    listed = _listed(git, prefix) if head else ""
    entries = {}
    for line in parts(listed):
        about, path = line.split("\t", 1)
        mode, _, id_ = about.split(" ")
        entries[path] = Entry(mode, id_)
    if ANSWERS_FILE not in entries:
        raise KerasmithError(_uncommitted(project))
    tree = git("rev-parse", f"HEAD:{prefix}").strip()
    return Repository(git, top, prefix, git_dir, objects, hash_, head, tree, entries, states)


def check_unmoved(repository: Repository) -> None:
    """Check that neither the last commit nor git's index nor a file moved since it was opened.

    Raises KerasmithError where one did: what was merged would undo it in silence.
    """
    check_head(repository)
    states = _states(repository.git)
    if states != repository.states:
        paths = {**states, **repository.states}
        changed = [path for path in paths if states.get(path) != repository.states.get(path)]
        raise KerasmithError(moved(_some(changed), "Git reports other changes now."))


def check_head(repository: Repository) -> None:
    """Check that the last commit is still the one that was looked at."""
    _, head = repository.git.run("rev-parse", "--verify", "--quiet", "HEAD", ok=(0, 1, 128))
    if head.strip() != repository.head:
        raise KerasmithError(moved("HEAD", "The last commit is another one now."))


def overlooked(repository: Repository) -> set[str]:
    """Return the project's files on the disk whose edits git was told not to look for."""
    listed = parts(repository.git("ls-files", "-v", "-z"))
    marked = {line[2:] for line in listed if line[0] in "Ss" or line[0].islower()}
    return {path for path in marked if os.path.lexists(repository.path(path))}


def spec_mode(repository: Repository) -> str:
    """Return the mode that git will record of kerasmith.toml."""
    if state := repository.states.get(repository.prefix + SPEC_FILE):
        return state.split(" ")[5]
    if entry := repository.entries.get(SPEC_FILE):
        return entry.mode
    git = repository.git
    heeded = git("config", "--type=bool", "--default=true", "--get", "core.fileMode").strip()
    runs = heeded == "true" and os.access(repository.path(SPEC_FILE), os.X_OK)
    return "100755" if runs else "100644"


def moved(where: str, why: str) -> Problem:
    """Return what is said where something changed between looking and writing."""
    return Problem(
        "The project changed during the update; nothing was written.",
        where,
        why,
        "kerasmith update, once more",
    )


def git_dir_of(project: Path) -> Path | None:
    """Return the folder in which git keeps the repository of a project; None where there is none.

    Nothing is started where no `.git` is above, and another folder than that counts as none.
    """
    found = find(project)
    if found is None:
        return None
    try:
        git_dir = Path(Git(project)("rev-parse", "--absolute-git-dir").rstrip("\n"))
        return git_dir if is_same(git_dir, found.git_dir) else None
    except KerasmithError:  # git is not installed, or does not work there
        return None


def _places(git: Git, project: Path) -> tuple[Path, str, Path, Path, str]:
    what = ("--show-toplevel", "--show-prefix", "--absolute-git-dir", "--git-path", "objects")
    try:
        found = git("rev-parse", *what, "--show-object-format").split("\n")
    except GitError as error:
        raise KerasmithError(_no_repository(project, error)) from error
    top, prefix, git_dir, objects, hash_ = found[:5]
    check_found(project, Path(top), Path(git_dir))
    return Path(top), prefix, Path(git_dir), (git.folder / objects).resolve(), hash_


def _no_repository(project: Path, error: GitError) -> Problem:
    """Say why there is no repository to update in: git's own words tell three cases apart."""
    found = next((each for each in (project, *project.parents) if _has_git(each)), None)
    if found is None:
        return Problem(
            "The project is not in a git repository.",
            str(project),
            f"An update is a merge, which git does and can undo. It says: {error}",
            "git init && git add -A && git commit -m 'As generated'",
        )
    if "dubious ownership" in str(error):
        return Problem(
            "Git does not trust this repository: it belongs to another user.",
            str(found),
            "So it will not work in it.",
            f"if you trust it: git config --global --add safe.directory {shlex.quote(str(found))}",
        )
    return Problem(
        "Git cannot use the repository that the project is in.",
        str(found / ".git"),
        f"It says: {error}",
        "git status there, and what it asks for",
    )


def _has_git(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")


def _check_head(git: Git, project: Path) -> str:
    """Return the last commit, empty before the first; a broken one is another matter.

    Raises KerasmithError where git has a commit by name and cannot read it.
    """
    code, head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1, 128))
    if code == 0:
        return head.strip()
    try:
        git("log", "-1", "--format=")
        said = ""
    except GitError as error:
        said = str(error)
    if "does not have any commits yet" in said:
        return ""
    raise KerasmithError(
        Problem(
            "Git cannot read the last commit of the repository that the project is in.",
            str(project),
            f"It says: {' '.join(said.split())}",
            "git fsck; git reflog shows the commits that there were",
        )
    )


def _listed(git: Git, prefix: str) -> str:
    try:
        return git("ls-tree", "-r", "-z", "--full-tree", f"HEAD:{prefix}")
    except GitError:  # the last commit has no such folder
        return ""


def _states(git: Git) -> dict[str, str]:
    """Return what `git status` says of each file that is changed, with modes and ids."""
    listed = git(
        "status",
        "--porcelain=v2",
        "-z",
        "--no-renames",
        "--untracked-files=no",
        "--ignore-submodules=untracked",
    )
    return {path: about for about, path in map(_state, parts(listed))}


def _state(line: str) -> tuple[str, str]:
    """Return what a line of `git status` says, and of which path."""
    fields = line.split(" ", _FIELDS[line[0]])
    return " ".join(fields[:-1]), fields[-1]


_FIELDS = {"1": 8, "u": 10}
"""How many fields are before the path: in a line of a changed file, of one in conflict."""


def _check_clean(states: Mapping[str, str], prefix: str) -> None:
    """Check that nothing is changed but kerasmith.toml, which its owner edits for an update."""
    unmerged = [path for path, state in states.items() if state.startswith("u ")]
    if unmerged:
        raise KerasmithError(
            Problem(
                "An earlier merge still has unresolved conflicts.",
                _some(unmerged),
                "Another update on top would bury them.",
                "resolve them and commit, or undo them with: git reset --hard",
            )
        )
    dirty = [path for path in states if path != prefix + SPEC_FILE]
    if dirty:
        raise KerasmithError(
            Problem(
                "There are changes that are not committed.",
                _some(dirty),
                "Undoing an update would undo them, too.",
                "git commit -a, or git stash",
            )
        )


def check_resolved(repository: Repository, rendered: Mapping[str, str]) -> None:
    """Check that no conflict of an update before was committed, in what were these files.

    Raises KerasmithError with those in which one was.
    """
    words = ("grep", "-l", "-z", "-a", "-E", f"^>{{7,}} {BRANCH}", "HEAD", "--", ".")
    code, found = repository.git.run(*words, ok=(0, 1))
    marked = [each.removeprefix("HEAD:") for each in parts(found)] if code == 0 else []
    texts = {
        name: repository.git("cat-file", "blob", repository.entries[name].id) for name in marked
    }
    known = known_by(rendered.values()) if texts else []
    left = [
        name
        for name, text in texts.items()
        if holds_conflict(text) and (name in rendered or is_one_of(text, known))
    ]
    if left:
        raise KerasmithError(
            Problem(
                "Conflict markers from an earlier update were committed.",
                _some(left),
                "Between <<<<<<< and >>>>>>> both sides are still there.",
                "edit each file to what it should be, and commit",
            )
        )


def _uncommitted(project: Path) -> Problem:
    return Problem(
        "The project is not committed.",
        str(project),
        f"An update merges into the last commit, and that holds no {ANSWERS_FILE} here.",
        "git add -A && git commit -m 'As generated'",
    )


def _some(paths: Iterable[str]) -> str:
    """Return the first of many paths."""
    found = sorted(paths)
    more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return ", ".join(found[:LISTED]) + more
