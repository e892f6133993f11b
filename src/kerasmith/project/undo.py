"""The one command that takes an update back, after it has been written."""

import shlex
from pathlib import Path

from kerasmith.project.git import Git
from kerasmith.project.merge import index_line
from kerasmith.project.repository import Entry, Repository
from kerasmith.project.sides import Beside
from kerasmith.spec.names import SPEC_FILE


def undo_command(repository: Repository, spec_text: bytes, beside: tuple[Beside, ...]) -> str:
    """Return the command; to be asked for before anything is written.

    `git reset --hard` brings back what git knows. What it does not, an edit of kerasmith.toml that
    is not committed and files it is told to ignore, is kept as a tree that a second command takes
    them from. Files that were put beside others go.
    """
    git = "git" if Path.cwd() == repository.git.folder else f"git -C {_quoted(repository)}"
    commands = [f"{git} reset --hard"]
    kept = [each.path for each in beside if each.replaces]
    if _is_edited(repository, spec_text):
        kept.insert(0, SPEC_FILE)
    if kept:
        names = " ".join(map(shlex.quote, kept))
        commands.append(f"{git} restore --source={_tree(repository, kept)} -- {names}")
    if new := [each.target for each in beside if not each.replaces]:
        commands.append(f"{git} clean -fxq -- {' '.join(map(shlex.quote, new))}")
    return " && ".join(commands)


def _quoted(repository: Repository) -> str:
    return shlex.quote(str(repository.git.folder))


def _is_edited(repository: Repository, spec_text: bytes) -> bool:
    """Say whether `git reset --hard` would bring back another kerasmith.toml than there is."""
    path = repository.path(SPEC_FILE)
    if SPEC_FILE not in repository.entries:
        return path.read_bytes() != spec_text
    found = repository.git("hash-object", "--", SPEC_FILE).strip()
    return found != repository.entries[SPEC_FILE].id


def _tree(repository: Repository, names: list[str]) -> str:
    """Return a tree in the owner's repository that holds these files as they are now."""
    index = repository.git_dir / "kerasmith-undo-index"
    git = Git(repository.git.folder).with_environment(GIT_INDEX_FILE=str(index))
    try:
        ids = git("hash-object", "-w", "--", *names).split()
        lines = (
            index_line(repository.prefix + name, Entry("100644", id_))
            for name, id_ in zip(names, ids, strict=True)
        )
        git("update-index", "-z", "--index-info", input="".join(lines))
        return git("write-tree").strip()
    finally:
        index.unlink(missing_ok=True)
