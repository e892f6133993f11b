"""Programs that a repository would have git run on the files which an update writes.

git lets a *filter* change what it reads and writes. `git status` runs one that cleans a file; an
update writes files, and so would run those that smudge them. Where the owner's own configuration
names these, it is their wish. Where only the repository does, which may have come from somebody
else, it is refused.
"""

from collections import defaultdict
from collections.abc import Iterable

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.git import Git, parts

_FILTERS = r"^filter\..*\.(smudge|process)$"
_REPOSITORY = {"local", "worktree"}
"""What git calls the configuration that is in the repository, or is included from there."""


def check_programs(git: Git, paths: Iterable[str]) -> None:
    """Check that git may write these files, by their paths below the repository's top.

    Raises KerasmithError where it would run a program that only the repository's configuration
    names. Finding that out runs none.
    """
    theirs = _named_by_repository(git)
    if not theirs:
        return
    filtered = _filtered(git, paths)
    if found := sorted(name for name in theirs if filtered[name]):
        raise KerasmithError(*(_refused(name, theirs[name], filtered[name]) for name in found))


def _named_by_repository(git: Git) -> dict[str, str]:
    """Return the filters whose programs the repository names, each with the key that does."""
    _, said = git.run(
        "config", "--show-scope", "--includes", "-z", "--get-regexp", _FILTERS, ok=(0, 1)
    )
    fields = said.split("\0")
    mine, theirs = set(), {}
    for scope, setting in zip(fields[::2], fields[1::2], strict=False):
        key, _, _ = setting.partition("\n")
        if scope in _REPOSITORY:
            theirs[setting] = key
        else:
            mine.add(setting)
    keys = [key for setting, key in theirs.items() if setting not in mine]
    return {key.split(".", 1)[1].rpartition(".")[0]: key for key in keys}


def _filtered(git: Git, paths: Iterable[str]) -> dict[str, list[str]]:
    """Return the files of each filter, by the attributes on the disk and in git's index."""
    listed = "".join(f"{path}\0" for path in paths)
    found: dict[str, list[str]] = defaultdict(list)
    for where in ((), ("--cached",)):
        fields = parts(git("check-attr", *where, "-z", "--stdin", "filter", input=listed))
        for path, value in zip(fields[::3], fields[2::3], strict=True):
            found[value].append(path)
    return found


def _refused(name: str, key: str, paths: list[str]) -> Problem:
    more = f" and {len(set(paths)) - 1} more" if len(set(paths)) > 1 else ""
    return Problem(
        "The repository names a program that git would run on files which the update writes.",
        key,
        f"It is not in your own configuration, and `git status` would not run it so. It would be "
        f"run on {paths[0]}{more}.",
        f"git config {key} shows it; if you trust it, set the same with: git config --global {key}",
    )
