"""Whatever a repository from somebody else has git run: `check` runs nothing, `update` little.

Each row of the table in docs/security.md is planted here, in a real repository, as a program that
writes a file. `git status` shows that the plant works where git itself would run it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.project.check import check
from kerasmith.project.git import Git
from kerasmith.project.history import Installed
from kerasmith.project.update import carry_out, prepare
from kerasmith.spec.flags import Flags
from tests.stories.story import QUIET, Project, git

DOCS = Path(__file__).parents[2] / "docs"
GROWING = Flags(outputs=["place:box"])
README = "README.md"


class Plant:
    """A project of somebody else, and the program that it would have others run."""

    def __init__(self, project: Project, programs: Path) -> None:
        self.project = project
        self.marker = programs / "ran"
        self.program = programs / "program"
        self.program.write_text(f"#!/bin/sh\ntouch '{self.marker}'\nexit 1\n")
        self.filter = programs / "filter"
        self.filter.write_text(f"#!/bin/sh\ntouch '{self.marker}'\nexec cat\n")
        for each in (self.program, self.filter):
            each.chmod(0o755)

    def configure(self, key: str, value: str = "") -> None:
        self.project.git("config", key, value or str(self.program))

    def attribute(self, *attributes: str) -> None:
        """Give all files attributes that no commit shows."""
        self.project.write(".git/info/attributes", "".join(f"* {each}\n" for each in attributes))

    def ran(self) -> bool:
        """Say whether the program ran, and forget it."""
        found = self.marker.exists()
        self.marker.unlink(missing_ok=True)
        return found

    def touch(self) -> None:
        """Let git look at every file again, as after unpacking."""
        for name in self.project.held():
            os.utime(self.project.path(name), (1, 1))


HOOKS = ("post-checkout", "post-index-change", "post-merge", "pre-commit", "reference-transaction")
PROGRAMS = (
    *("core.pager", "core.editor", "core.askPass", "core.gitProxy", "core.alternateRefsCommand"),
    *("credential.helper", "gpg.program", "interactive.diffFilter", "pager.status", "pager.diff"),
    *("sequence.editor", "uploadpack.packObjectsHook", "web.browser"),
)
ALIASES = ("status", "rev-parse", "read-tree", "update-index", "merge", "config", "check-attr")


def hooks(plant: Plant) -> None:
    for name in HOOKS:
        hook = plant.project.path(f".git/hooks/{name}")
        hook.parent.mkdir(exist_ok=True)
        shutil.copy(plant.program, hook)


def hooks_elsewhere(plant: Plant) -> None:
    hooks(plant)
    shutil.move(plant.project.path(".git/hooks"), plant.project.path(".git/others"))
    plant.configure("core.hooksPath", ".git/others")


def settled(project: Project) -> None:
    """Let no file look changed: git reads one again that is as young as its index."""
    for name in project.git("ls-files").splitlines():
        os.utime(project.path(name), (1e9, 1e9))
    project.git("update-index", "--refresh")


def clean(plant: Plant) -> None:
    plant.configure("filter.evil.clean", str(plant.filter))
    plant.attribute("filter=evil")
    plant.touch()


def smudge(plant: Plant) -> None:
    plant.configure("filter.evil.smudge", str(plant.filter))
    plant.attribute("filter=evil")


def process(plant: Plant) -> None:
    settled(plant.project)
    plant.configure("filter.evil.process")
    plant.project.write(".git/info/attributes", "*.py filter=evil\n*.md filter=evil\n")


def attributes_file(plant: Plant) -> None:
    plant.configure("filter.evil.smudge", str(plant.filter))
    plant.project.write(".git/theirs", "* filter=evil\n")
    plant.configure("core.attributesFile", str(plant.project.path(".git/theirs")))


def include(plant: Plant) -> None:
    smudge(plant)
    plant.project.git("config", "--unset", "filter.evil.smudge")
    plant.project.write(".git/more", f'[filter "evil"]\n\tsmudge = {plant.filter}\n')
    plant.configure("include.path", "more")


def fsmonitor(plant: Plant) -> None:
    plant.configure("core.fsmonitor")
    plant.touch()


def textconv(plant: Plant) -> None:
    plant.configure("diff.evil.textconv")
    plant.attribute("diff=evil")


def external_diff(plant: Plant) -> None:
    plant.configure("diff.external")
    plant.configure("diff.evil.command")
    plant.attribute("diff=evil")


def merge_driver(plant: Plant) -> None:
    plant.configure("merge.evil.driver", f"{plant.program} %O %A %B")
    plant.configure("merge.default", "evil")
    plant.attribute("merge=evil")
    plant.project.edit("src/digits/config.py", "epochs: int = 30", "epochs: int = 99")
    plant.project.commit()


def programs(plant: Plant) -> None:
    for key in PROGRAMS:
        plant.configure(key)
    for alias in ALIASES:
        plant.configure(f"alias.{alias}", f"!{plant.program}")
    plant.configure("log.showSignature", "true")


def without_a_blob(plant: Plant, url: str) -> None:
    """Make a partial clone of it, which lacks a file that the update has to read."""
    for key, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": url,
        "remote.origin.promisor": "true",
        "protocol.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        plant.configure(key, value)
    plant.project.write(README, "# Mine\n")
    plant.project.commit()
    id_ = plant.project.git("rev-parse", f"HEAD:{README}").strip()
    plant.project.path(f".git/objects/{id_[:2]}/{id_[2:]}").unlink()


def promisor_ext(plant: Plant) -> None:
    without_a_blob(plant, f"ext::{plant.program}")


def promisor_ssh(plant: Plant) -> None:
    plant.configure("core.sshCommand")
    without_a_blob(plant, "ssh://nowhere.invalid/x")


def promisor_upload_pack(plant: Plant) -> None:
    plant.configure("remote.origin.uploadpack")
    without_a_blob(plant, str(plant.project.folder))


def alternates(plant: Plant) -> None:
    other = plant.project.folder.parent / "other.git"
    shutil.copytree(plant.project.path(".git"), other)
    git(other, "config", "core.fsmonitor", str(plant.program))
    plant.project.write(".git/objects/info/alternates", f"{other / 'objects'}\n")
    plant.configure("core.alternateRefsCommand")


def submodule(plant: Plant) -> None:
    inner = plant.project.folder / "library"
    git(plant.project.folder, "init", "--quiet", "library")
    git(inner, "commit", "--quiet", "--allow-empty", "-m", "Theirs")
    plant.project.write(".gitmodules", '[submodule "library"]\n\tpath = library\n\turl = ./x\n')
    plant.project.commit()
    plant.configure("submodule.library.update", f"!{plant.program}")
    plant.configure("submodule.recurse", "true")
    git(inner, "config", "core.fsmonitor", str(plant.program))
    shutil.copy(plant.program, inner / ".git/post-checkout")


def linked(plant: Plant) -> None:
    other = plant.project.folder.parent / "elsewhere"
    shutil.move(plant.project.path(".git"), other)
    git(
        plant.project.folder,
        "--git-dir",
        str(other),
        "config",
        "filter.evil.clean",
        str(plant.program),
    )
    plant.project.path(".git").symlink_to(other)


def bare(plant: Plant) -> None:
    """Let the project's folder be a repository itself, below the one that it came with."""
    git(plant.project.folder.parent, "init", "--quiet")
    for each in plant.project.path(".git").iterdir():
        shutil.move(each, plant.project.folder / each.name)
    plant.project.path(".git").rmdir()
    there = ("--git-dir", ".", "--work-tree", ".")
    git(plant.project.folder, *there, "config", "core.bare", "false")
    git(plant.project.folder, *there, "config", "core.worktree", str(plant.project.folder))
    git(plant.project.folder, *there, "config", "core.fsmonitor", str(plant.program))


def worktree(plant: Plant) -> None:
    plant.configure("core.worktree", str(plant.project.folder.parent))
    plant.configure("core.fsmonitor")


def objects(plant: Plant) -> None:
    other = plant.project.folder.parent / "objects"
    shutil.move(plant.project.path(".git/objects"), other)
    plant.project.path(".git/objects").symlink_to(other)
    plant.configure("core.fsmonitor")


ROWS: dict[str, Callable[[Plant], None]] = {
    "hooks": hooks,
    "`core.hooksPath`": hooks_elsewhere,
    "`filter.*.clean`": clean,
    "`filter.*.smudge`": smudge,
    "`filter.*.process`": process,
    "`core.attributesFile`": attributes_file,
    "`include.path`": include,
    "`core.fsmonitor`": fsmonitor,
    "`diff.*.textconv`": textconv,
    "`diff.external`, `diff.*.command`": external_diff,
    "`merge.*.driver`": merge_driver,
    "`core.pager`, `core.editor`, `alias.*` and other programs": programs,
    "a promisor remote with `ext::`": promisor_ext,
    "a promisor remote with `core.sshCommand`": promisor_ssh,
    "a promisor remote with `remote.*.uploadpack`": promisor_upload_pack,
    "alternates": alternates,
    "submodules": submodule,
    "`.git` that is a link": linked,
    "a bare repository in the tree": bare,
    "`core.worktree`": worktree,
    "`.git/objects` that is a link": objects,
}
REFUSED = {
    "`filter.*.smudge`": "names a program",
    "`filter.*.process`": "names a program",
    "`core.attributesFile`": "names a program",
    "`include.path`": "names a program",
    "a promisor remote with `ext::`": "lacks a file",
    "a promisor remote with `core.sshCommand`": "lacks a file",
    "a promisor remote with `remote.*.uploadpack`": "lacks a file",
    "`.git` that is a link": "in another place",
    "a bare repository in the tree": "cannot use the repository",
    "`core.worktree`": "in another place",
    "`.git/objects` that is a link": "in another place",
}
"""What keeps an update from being made; of the others, it is made."""


@pytest.fixture
def plant(project: Project) -> Iterator[Plant]:
    """Its programs are where no path has a blank: each of git's keys would quote it otherwise."""
    with TemporaryDirectory(dir="/tmp") as folder:
        yield Plant(project, Path(folder))


@pytest.mark.parametrize("row", ROWS)
def test_check_runs_nothing_of_a_repository_and_update_no_more_than_git_status(
    plant: Plant, second: Installed, row: str
) -> None:
    ROWS[row](plant)
    plant.ran()

    check(plant.project.folder, second)
    assert not plant.ran(), "check ran it"

    said = updated(plant.project, second)
    assert REFUSED[row] in said if row in REFUSED else not said
    if row == "`filter.*.clean`":
        assert plant.ran(), "as git status does with a changed kerasmith.toml"
    else:
        assert not plant.ran(), "update ran it"


def updated(project: Project, by: Installed) -> str:
    """Update, as far as it goes; return why it was refused."""
    try:
        carry_out(prepare(project.folder, GROWING, installed=by))
    except KerasmithError as error:
        return " ".join(problem.what for problem in error.problems)
    return ""


@pytest.mark.parametrize(
    ("row", "command"),
    [
        ("`filter.*.clean`", ["status"]),
        ("`core.fsmonitor`", ["status"]),
        ("a bare repository in the tree", ["status"]),
        ("`.git/objects` that is a link", ["status"]),
        ("submodules", ["status"]),
        ("hooks", ["checkout", "-b", "other"]),
        ("`core.hooksPath`", ["checkout", "-b", "other"]),
        ("`filter.*.smudge`", ["cat-file", "--filters", f"HEAD:{README}"]),
        ("`core.attributesFile`", ["cat-file", "--filters", f"HEAD:{README}"]),
        ("`include.path`", ["cat-file", "--filters", f"HEAD:{README}"]),
        ("`filter.*.process`", ["cat-file", "--filters", f"HEAD:{README}"]),
        ("`diff.*.textconv`", ["show"]),
        ("`diff.external`, `diff.*.command`", ["diff", "HEAD~1"]),
        ("a promisor remote with `ext::`", ["cat-file", "blob", f"HEAD:{README}"]),
        ("a promisor remote with `core.sshCommand`", ["cat-file", "blob", f"HEAD:{README}"]),
        ("a promisor remote with `remote.*.uploadpack`", ["cat-file", "blob", f"HEAD:{README}"]),
    ],
)
def test_the_plants_work(plant: Plant, row: str, command: list[str]) -> None:
    """The control: git by itself does run them."""
    plant.project.write("notes.txt", "theirs\n")
    plant.project.commit()
    ROWS[row](plant)
    plant.ran()
    subprocess.run(
        ["git", *command],
        cwd=plant.project.folder,
        env={**os.environ, **QUIET},
        capture_output=True,
        check=False,
    )
    assert plant.ran()


def test_a_filter_that_is_the_owner_s_own_wish_is_run(
    plant: Plant, second: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In their own configuration alone, or there as well."""
    own = tmp_path / "config"
    git(tmp_path, "config", "--file", str(own), "filter.evil.smudge", str(plant.filter))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(own))
    smudge(plant)
    assert updated(plant.project, second) == ""
    assert plant.ran()


def test_a_bare_repository_is_refused_by_an_older_git_too(
    plant: Plant, second: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before 2.38, git knew no safe.bareRepository."""
    monkeypatch.setattr("kerasmith.project.git._OWNERS", ())
    bare(plant)
    Git(plant.project.folder)("rev-parse", "--absolute-git-dir")
    assert "in another place" in updated(plant.project, second)
    assert not plant.ran()


@pytest.mark.parametrize("kind", ["worktree", "submodule", "separate"])
def test_repositories_that_lie_elsewhere_by_git_s_own_doing_are_updated(
    project: Project, second: Installed, tmp_path: Path, kind: str
) -> None:
    if kind == "worktree":
        project.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
        project = Project(tmp_path / "tree")
    elif kind == "submodule":
        git(tmp_path, "init", "--quiet", "above")
        add = ("-c", "protocol.file.allow=always", "submodule", "--quiet", "add")
        git(tmp_path / "above", *add, str(project.folder), "digits")
        project = Project(tmp_path / "above/digits")
    else:
        git(project.folder, "init", "--quiet", f"--separate-git-dir={tmp_path / 'apart'}")
    assert updated(project, second) == ""
    assert project.git("diff", "--cached", "--name-only")


def test_the_document_has_a_row_for_each() -> None:
    text = (DOCS / "security.md").read_text("utf-8")
    table = text[text.index("| a repository's") :].split("\n\n")[0]
    assert re.findall(r"^\| (.+?) \|", table, re.MULTILINE)[2:] == [*ROWS]
