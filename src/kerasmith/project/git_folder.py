"""Where git's own folder of a project is, without asking git.

git reads that folder's configuration before it answers, and may take a folder of a project for
one of its own. Here only what is called `.git` counts, and nothing is run.
"""

from dataclasses import dataclass
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project import disk

_MOST = 4096


@dataclass(frozen=True)
class GitFolder:
    """The folder in which `.git` was found, and the folder that this is or names."""

    top: Path
    git_dir: Path


def find(project: Path) -> GitFolder | None:
    """Return what the nearest `.git` above a project leads to; None where there is none.

    As to git, a folder without a HEAD is not one of git's. A `.git` that is a link counts as
    none: git writes no such thing.
    """
    for folder in (project, *project.parents):
        dot_git = folder / ".git"
        if dot_git.is_symlink():
            return None
        if (dot_git / "HEAD").exists():
            return GitFolder(folder, dot_git)
        if dot_git.is_file():
            return _named(folder)
    return None


def _named(folder: Path) -> GitFolder | None:
    """Follow the file that git writes for a worktree or a submodule."""
    content = disk.read(folder, ".git", _MOST) or b""
    mark, _, path = content.decode("utf-8", "surrogateescape").rstrip("\n").partition(" ")
    if mark != "gitdir:" or "\0" in path:
        return None
    git_dir = folder / path
    return GitFolder(folder, git_dir.resolve()) if git_dir.is_dir() else None


def check_found(project: Path, top: Path, git_dir: Path) -> None:
    """Check that git works with the repository which is called `.git` above the project.

    Raises KerasmithError where it took something else for one, or where the configuration or a
    link in it leads to another place: what we write would be written there.
    """
    found = find(project)
    if found is None or not is_same(found.git_dir, git_dir):
        raise KerasmithError(_elsewhere(f"git would work with {git_dir}"))
    if not is_same(found.top, top):
        raise KerasmithError(_elsewhere(f"its configuration says that the files are in {top}"))
    if (common_dir(git_dir) / "objects").is_symlink():
        raise KerasmithError(_elsewhere(f"{git_dir / 'objects'} is a symbolic link"))


def is_same(one: Path, other: Path) -> bool:
    """Say whether both paths lead to one folder."""
    try:
        return one.samefile(other)
    except OSError:
        return False


def common_dir(git_dir: Path) -> Path:
    """Return the folder that all worktrees of a repository share."""
    content = disk.read(git_dir, "commondir", _MOST)
    return git_dir / content.decode("utf-8", "surrogateescape").rstrip("\n") if content else git_dir


def _elsewhere(why: str) -> Problem:
    return Problem(
        "The project's git repository is in another place than `.git` beside or above it.",
        why=f"A project that came from somebody else could lead there: {why}.",
        try_="a repository of its own, made by git clone, git worktree add or git init",
    )
