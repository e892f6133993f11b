"""Run git: in the owner's repository by the owner's configuration, elsewhere by none.

What git prints and reads is bytes; here they are text in which bytes that are no UTF-8 survive
(`surrogateescape`), so that any path and any file goes through unharmed.
"""

import os
import subprocess
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem

LOCAL_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_NAMESPACE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REFLOG_ACTION",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)
"""What git sets for the hooks it runs; it would lead every git of ours to another repository."""

CONFIGURATIONS = ("GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS", "GIT_CONFIG_SYSTEM")
"""Configuration that comes by the environment; it counts for the owner's repository only."""

_ALWAYS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    "core.quotePath=false",
    "core.safecrlf=false",
    "core.splitIndex=false",
    "submodule.recurse=false",
)
_OWNERS = (
    "log.showSignature=false",
    "safe.bareRepository=explicit",  # a folder of the project is not a repository of its own
)
_ISOLATED = (f"core.attributesFile={os.devnull}", "core.autocrlf=false", "core.longpaths=true")
_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "kerasmith"), ("EMAIL", "kerasmith@localhost"))
}


class GitError(KerasmithError):
    """git did not do what it was asked; as text it is what git said."""

    def __init__(self, said: str) -> None:
        super().__init__(
            Problem(
                "git could not do its part; everything is as it was.",
                why=" ".join(said.split()),
                try_="git 2.34 or newer, and a repository in which `git status` works",
            )
        )
        self.said = said

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True)
class Git:
    """git, run in a folder; `isolated` it heeds nobody's configuration, attributes or signing."""

    folder: Path
    isolated: bool = False
    settings: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def __call__(self, *words: str, input: str = "", ok: Collection[int] = (0,)) -> str:
        """Return what git prints.

        Raises GitError where its exit code is another than expected.
        """
        return self.run(*words, input=input, ok=ok)[1]

    def run(self, *words: str, input: str = "", ok: Collection[int] = (0,)) -> tuple[int, str]:
        """Return git's exit code, and what it prints."""
        given = (*_ALWAYS, *(_ISOLATED if self.isolated else _OWNERS), *self.settings)
        options = [part for setting in given for part in ("-c", setting)]
        try:
            done = subprocess.run(
                ["git", *options, *words],
                cwd=self.folder,
                input=encoded(input),
                env=self._environment(),
                capture_output=True,
                check=False,
            )
        except FileNotFoundError as error:
            raise KerasmithError(
                Problem(
                    "git was not found.",
                    why="An update is a merge that git makes.",
                    try_="install git 2.34 or newer",
                )
            ) from error
        if done.returncode not in ok:
            raise GitError(decoded(done.stderr).strip() or f"git {words[0]}: {done.returncode}")
        return done.returncode, decoded(done.stdout)

    def _environment(self) -> dict[str, str]:
        dropped = (*LOCAL_VARIABLES, *(CONFIGURATIONS if self.isolated else ()))
        inherited = {key: value for key, value in os.environ.items() if key not in dropped}
        if self.isolated:
            inherited |= {
                "GIT_CONFIG_GLOBAL": os.devnull,
                "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_ATTR_NOSYSTEM": "1",
                **_NOBODY,
            }
        # LC_ALL: what git says is read. Optional locks: looking must not write. Protocols: what a
        # partial clone lacks is not fetched, by a program that its configuration names.
        ours = {
            "LC_ALL": "C",
            "GIT_ALLOW_PROTOCOL": "file" if self.isolated else "none",
            "GIT_LITERAL_PATHSPECS": "1",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
        }
        return inherited | ours | dict(self.environment)

    def with_environment(self, **more: str) -> "Git":
        """Return the same git with more in its environment."""
        return Git(self.folder, self.isolated, self.settings, {**self.environment, **more})


def encoded(text: str) -> bytes:
    """Return text as the bytes that it stands for."""
    return text.encode("utf-8", "surrogateescape")


def decoded(content: bytes) -> str:
    """Return bytes as text; those that are no UTF-8 come back by `encoded`."""
    return content.decode("utf-8", "surrogateescape")


def parts(text: str) -> list[str]:
    """Return what git lists with `-z`."""
    return [each for each in text.split("\0") if each]
