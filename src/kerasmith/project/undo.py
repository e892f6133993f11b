"""The one command that takes an update back, after it has been written."""

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kerasmith.project.git import encoded
from kerasmith.project.merge_inputs import UntrackedFile
from kerasmith.project.repository import Repository
from kerasmith.spec.names import SPEC_FILE


def undo_command(
    repository: Repository, before: bytes, after: bytes, beside: tuple[UntrackedFile, ...]
) -> str:
    """Return the command; to be asked for before anything is written.

    `git reset --hard` brings back what git knows. What it does not, an edit of kerasmith.toml that
    is not committed and files it is told to ignore, is kept as it is, byte for byte, and written
    back past every attribute and filter. Files that were put beside others go.
    """
    shell = _Shell(repository, here=Path.cwd() == repository.git.folder)
    commands = [f"{shell.git} reset --hard", *_spec_back(shell, before, after)]
    for each in beside:
        if each.replaces and each.before is not None:
            commands.append(shell.write_back(each.path, encoded(each.before)))
    if new := [each.target for each in beside if not each.replaces]:
        commands.append(f"{shell.git} clean -fxq -- {shlex.join(new)}")
    return " && ".join(commands)


@dataclass(frozen=True)
class _Shell:
    """Who runs the command: in the project's folder, or from elsewhere."""

    repository: Repository
    here: bool

    @property
    def git(self) -> str:
        """git in the project's folder."""
        folder = self.repository.git.folder
        return "git" if self.here else f"git -C {shlex.quote(str(folder))}"

    def name(self, path: str) -> str:
        """Return what a file of the project is called there."""
        return shlex.quote(path if self.here else str(self.repository.path(path)))

    def write_back(self, path: str, content: bytes) -> str:
        """Keep a content in the repository; return what writes it to a file again."""
        return f"{self.git} cat-file blob {self.repository.keep(content)} > {self.name(path)}"


def _spec_back(shell: _Shell, before: bytes, after: bytes) -> Iterator[str]:
    """Yield what brings kerasmith.toml back where `git reset --hard` leaves another one."""
    repository = shell.repository
    path, committed = repository.path(SPEC_FILE), repository.entries.get(SPEC_FILE)
    is_changed = repository.prefix + SPEC_FILE in repository.states
    if path.is_symlink():  # it is never written
        if is_changed:
            yield f"ln -sfn {shlex.quote(str(path.readlink()))} {shell.name(SPEC_FILE)}"
        return
    left = b"" if committed is None or not committed.is_file else _checked_out(repository)
    if committed is None and before == after and repository.ignored([SPEC_FILE]):
        return
    if committed and not committed.is_file:
        yield f"rm -f {shell.name(SPEC_FILE)}"
    if left != before:
        yield shell.write_back(SPEC_FILE, before)
    mode = path.stat().st_mode & 0o777
    if mode != _usual_mode(runs=committed is not None and committed.mode == "100755"):
        yield f"chmod {mode:o} {shell.name(SPEC_FILE)}"


def _usual_mode(*, runs: bool) -> int:
    """Return the mode of a file that git writes."""
    mask = os.umask(0)
    os.umask(mask)
    return (0o777 if runs else 0o666) & ~mask


def _checked_out(repository: Repository) -> bytes:
    """Return kerasmith.toml as git writes the committed one, ends of line and all."""
    return encoded(repository.git("cat-file", "--filters", f"HEAD:./{SPEC_FILE}"))
