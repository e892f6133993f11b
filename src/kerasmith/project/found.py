"""Where git's own folder of a project is, without asking git.

git reads that folder's configuration before it answers, and may take a folder of a project for
one of its own. Here only what is called `.git` counts, and nothing is run.
"""

from dataclasses import dataclass
from pathlib import Path

from kerasmith.project import disk

_MOST = 4096


@dataclass(frozen=True)
class Found:
    """The folder in which `.git` was found, and the folder that this is or names."""

    top: Path
    git_dir: Path


def find(project: Path) -> Found | None:
    """Return what the nearest `.git` above a project leads to; None where there is none.

    A `.git` that is a link counts as none: nobody's git writes one.
    """
    for folder in (project, *project.parents):
        dot_git = folder / ".git"
        if dot_git.is_symlink():
            return None
        if dot_git.is_dir():
            return Found(folder, dot_git)
        if dot_git.is_file():
            return _named(folder)
    return None


def _named(folder: Path) -> Found | None:
    """Follow the file that git writes for a worktree or a submodule."""
    content = disk.read(folder, ".git", _MOST) or b""
    mark, _, path = content.decode("utf-8", "surrogateescape").rstrip("\n").partition(" ")
    if mark != "gitdir:" or "\0" in path:
        return None
    git_dir = folder / path
    return Found(folder, git_dir.resolve()) if git_dir.is_dir() else None
