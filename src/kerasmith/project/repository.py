"""The git repository that a project lies in, and whether it may be updated there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import new as new_hash
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.git import Git, GitError, encoded, parts
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE

BRANCH = "kerasmith-"
"""What the templates' side of a merge is called, a version behind it; conflicts are marked so."""

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
    """Where a project lies: `prefix` is its folder below the repository's top, `/` behind it."""

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

    def path(self, name: str) -> Path:
        """Return where a file of the project lies."""
        return self.git.folder / name

    def ignored(self, names: Iterable[str]) -> list[str]:
        """Return those of the project's files that git is told to ignore."""
        git = self.git.with_environment(GIT_LITERAL_PATHSPECS="0")  # it refuses to work with that
        listed = "".join(f"{name}\0" for name in names)
        return parts(git("check-ignore", "-z", "--stdin", input=listed, ok=(0, 1)))

    def id_of(self, content: str) -> str:
        """Return what git knows a file of this content by."""
        data = encoded(content)
        return new_hash(self.hash, b"blob %d\0" % len(data) + data).hexdigest()


def open_repository(project: Path) -> Repository:
    """Return the repository of a project that may be updated: committed, and nothing half done.

    Raises KerasmithError where it may not.
    """
    git = Git(project)
    top, prefix, git_dir, objects, hash_ = _places(git, project)
    _check_clean(git, prefix, project)
    code, head = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}", ok=(0, 1, 128))
    listed = "" if code else _listed(git, prefix)
    entries = {}
    for line in parts(listed):
        about, path = line.split("\t", 1)
        mode, _, id_ = about.split(" ")
        entries[path] = Entry(mode, id_)
    if ANSWERS_FILE not in entries:
        raise KerasmithError(_uncommitted(project))
    _check_resolved(git)
    tree = git("rev-parse", f"HEAD:{prefix}").strip()
    return Repository(git, top, prefix, git_dir, objects, hash_, head.strip(), tree, entries)


def git_dir_of(project: Path) -> Path | None:
    """Return the folder in which git keeps the repository of a project; None where there is none.

    Nothing is started where no `.git` lies above.
    """
    if not any((folder / ".git").exists() for folder in (project, *project.parents)):
        return None
    try:
        return Path(Git(project)("rev-parse", "--absolute-git-dir").rstrip("\n"))
    except GitError:
        return None


def _places(git: Git, project: Path) -> tuple[Path, str, Path, Path, str]:
    what = ("--show-toplevel", "--show-prefix", "--absolute-git-dir", "--git-path", "objects")
    try:
        found = git("rev-parse", *what, "--show-object-format").split("\n")
    except GitError as error:
        raise KerasmithError(
            Problem(
                "The project lies in no git repository.",
                str(project),
                f"An update is a merge, which git does and can undo. It says: {error}",
                "git init && git add -A && git commit -m 'As generated'",
            )
        ) from error
    top, prefix, git_dir, objects, hash_ = found[:5]
    return Path(top), prefix, Path(git_dir), (git.folder / objects).resolve(), hash_


def _listed(git: Git, prefix: str) -> str:
    try:
        return git("ls-tree", "-r", "-z", "--full-tree", f"HEAD:{prefix}")
    except GitError:  # the last commit has no such folder
        return ""


def _check_clean(git: Git, prefix: str, project: Path) -> None:
    """Check that nothing is changed but kerasmith.toml, which its owner edits for an update."""
    listed = parts(
        git(
            "status",
            "--porcelain",
            "-z",
            "--no-renames",
            "--untracked-files=no",
            "--ignore-submodules=untracked",
        )
    )
    states = {line[3:]: line[:2] for line in listed}
    unmerged = [path for path, s in states.items() if "U" in s or s in ("AA", "DD")]
    if unmerged:
        raise KerasmithError(
            Problem(
                "Conflicts of a merge before are not resolved.",
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


def _check_resolved(git: Git) -> None:
    """Check that no conflict of an update before was committed as it was."""
    code, found = git.run(
        "grep", "-l", "-z", "-I", "-E", f"^>>>>>>> {BRANCH}", "HEAD", "--", ".", ok=(0, 1)
    )
    if code == 0:
        raise KerasmithError(
            Problem(
                "Conflicts of an update before were committed as they were.",
                _some(each.removeprefix("HEAD:") for each in parts(found)),
                "Between <<<<<<< and >>>>>>> both sides stand there still.",
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
