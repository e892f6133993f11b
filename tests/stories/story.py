"""What stories are told with: a project in a repository, and kerasmiths of several versions."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.project.history import Installed
from kerasmith.project.update import Outcome, carry_out, prepare, preview
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags
from kerasmith.spec.specification import Spec

QUIET = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "Owner"), ("EMAIL", "owner@example.com"))
    },
}
"""A git that knows nobody, for all that an owner does here."""


def git(folder: Path, *words: str, **more: str) -> str:
    """Run git as the owner does; `more` is in its environment."""
    done = subprocess.run(
        ["git", *words],
        cwd=folder,
        env={**os.environ, **QUIET, **more},
        capture_output=True,
        check=False,
    )
    said = done.stdout.decode("utf-8", "surrogateescape")
    assert done.returncode == 0, f"{words}\n{said}\n{done.stderr.decode()}"
    return said


@dataclass(frozen=True)
class Project:
    """A generated project, committed, and what its owner does with it."""

    folder: Path

    @classmethod
    def new(
        cls, folder: Path, spec: Spec, by: Installed, repository: Path | None = None
    ) -> "Project":
        """Generate, and commit: alone, or as a folder of a larger repository."""
        create(folder, render(plan(spec), by.templates, by.version))
        project = cls(folder.resolve())
        if repository is None:
            git(folder, "init", "--quiet", "--initial-branch=main")
        project.commit("As generated")
        return project

    def path(self, name: str) -> Path:
        return self.folder / name

    def read(self, name: str) -> str:
        return self.path(name).read_bytes().decode("utf-8", "surrogateescape")

    def write(self, name: str, text: str) -> None:
        self.path(name).parent.mkdir(parents=True, exist_ok=True)
        self.path(name).write_bytes(text.encode("utf-8", "surrogateescape"))

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace something that must stand in the file."""
        text = self.read(name)
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new, 1))

    def git(self, *words: str, **more: str) -> str:
        return git(self.folder, *words, **more)

    def commit(self, message: str = "Mine") -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    def status(self) -> list[str]:
        return self.git("status", "--porcelain", "--no-renames").splitlines()

    def held(self) -> dict[str, bytes]:
        """Return every file but git's own."""
        return {
            path.relative_to(self.folder).as_posix(): path.read_bytes()
            for path in sorted(self.folder.rglob("*"))
            if path.is_file() and ".git" not in path.relative_to(self.folder).parts
        }

    def tree(self) -> dict[str, tuple[int, bytes]]:
        """Return all that is in the folder but git's own, empty folders too: mode and content."""
        found = {}
        for path in sorted(self.folder.rglob("*")):
            name = path.relative_to(self.folder)
            if ".git" not in name.parts:
                content = os.fsencode(path.readlink()) if path.is_symlink() else b""
                if path.is_file() and not path.is_symlink():
                    content = path.read_bytes()
                found[name.as_posix()] = (path.lstat().st_mode, content)
        return found

    def update(self, by: Installed, *, refresh: bool = False, **flags: Any) -> Outcome:
        """Update, and look that what the preview shows is what came."""
        update = prepare(self.folder, Flags(**flags), refresh=refresh, installed=by)
        shown = preview(update)
        outcome = carry_out(update)
        assert shown.diff == self.git("diff", "HEAD", "--relative", "--no-ext-diff", "--", ".")
        return outcome

    def settle(self, by: Installed, **flags: Any) -> Outcome:
        """Update without conflicts, and commit."""
        outcome = self.update(by, **flags)
        assert outcome.conflicts == ()
        self.commit("Update")
        return outcome

    def in_step(self, by: Installed) -> bool:
        """Say whether another update would find nothing to do."""
        return not prepare(self.folder, installed=by).is_needed


Edits = Mapping[str, tuple[str, str] | str | None]


def moved(by: Installed, folder: Path, version: str, edits: Edits) -> Installed:
    """Return a kerasmith whose templates went on from another's.

    An edit of a template is what gives way to what; or the text of a new one, or None for one
    that is dropped.
    """
    templates = folder / version
    shutil.copytree(by.templates, templates)
    for name, edit in edits.items():
        path = templates / "project" / name
        if edit is None:
            path.unlink()
        elif isinstance(edit, str):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edit, "utf-8")
        else:
            text = path.read_text("utf-8")
            assert edit[0] in text, f"{edit[0]!r} is not in {name}"
            path.write_text(text.replace(*edit), "utf-8")
    return Installed(templates, version)
