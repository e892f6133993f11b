"""Updates where git is set up oddly, in hooks, and by the program as people run it."""

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from kerasmith import __version__
from kerasmith.project.history import Installed
from kerasmith.spec.specification import Spec
from tests.stories.story import QUIET, Project, git

ROOT = Path(__file__).parents[2]
CONFIG = "src/digits/config.py"
TRAIN = "src/digits/train.py"

Program = Callable[..., "subprocess.CompletedProcess[str]"]


# === Odd configurations ===

ODD = {
    "core.autocrlf": "true",
    "core.eol": "crlf",
    "core.fsmonitor": "/bin/false",
    "core.hooksPath": "hooks",
    "core.untrackedCache": "true",
    "core.attributesFile": "attributes",
    "core.excludesFile": "ignore",
    "commit.gpgSign": "true",
    "user.signingKey": "nobody",
    "merge.conflictStyle": "zdiff3",
    "merge.renames": "false",
    "merge.ff": "only",
    "merge.verifySignatures": "true",
    "diff.noprefix": "true",
    "diff.external": "/bin/false",
    "diff.renames": "copies",
    "color.ui": "always",
    "status.showUntrackedFiles": "no",
    "status.short": "true",
    "submodule.recurse": "true",
    "rerere.enabled": "true",
    "index.version": "4",
    "feature.manyFiles": "true",
    "init.defaultBranch": "trunk",
    "pull.rebase": "true",
}


@pytest.fixture
def odd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Somebody's configuration, with hooks that refuse everything."""
    home = tmp_path / "home"
    (home / "hooks").mkdir(parents=True)
    for hook in ("pre-commit", "post-checkout", "pre-merge-commit", "post-index-change"):
        (home / "hooks" / hook).write_text("#!/bin/sh\ntouch fired\nexit 1\n")
        (home / "hooks" / hook).chmod(0o755)
    (home / "attributes").write_text("*.py merge=ours -diff\n* filter=broken\n")
    (home / "ignore").write_text("*.md\n")
    files = ("core.hooksPath", "core.attributesFile", "core.excludesFile")
    for key, value in ODD.items():
        value = str(home / value) if key in files else value
        git(tmp_path, "config", "--file", str(home / "config"), key, value)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "config"))
    return home


def test_an_odd_configuration_changes_nothing(
    project: Project, second: Installed, odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kerasmith.project.update import carry_out, prepare

    monkeypatch.setattr("tests.stories.story.QUIET", {**QUIET, "GIT_CONFIG_GLOBAL": os.devnull})
    outcome = carry_out(prepare(project.folder, installed=second))
    assert outcome.conflicts == ()
    assert "epochs: int = 25" in project.read(CONFIG)
    assert project.path("docs/next.md").exists(), "though *.md is ignored"
    assert not list(project.folder.rglob("fired")), "no hook was run"
    assert "docs/next.md" in project.git("diff", "--cached", "--name-only")


def test_conflicts_look_the_same_whatever_style_somebody_prefers(
    project: Project, second: Installed, odd: Path
) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 99")
    project.commit()
    from kerasmith.project.update import carry_out, prepare

    (conflict,) = carry_out(prepare(project.folder, installed=second)).conflicts
    assert "||||||| " in project.read(conflict.path)


def test_a_working_copy_on_windows_is_updated(
    project: Project, second: Installed, tmp_path: Path
) -> None:
    """core.autocrlf, and no .gitattributes: LF in git, CRLF in the folder."""
    project.path(".gitattributes").unlink()
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.commit()
    git(tmp_path, "-c", "core.autocrlf=true", "clone", "--quiet", str(project.folder), "windows")
    windows = Project(tmp_path / "windows")
    windows.git("config", "core.autocrlf", "true")
    assert b"\r\n" in windows.path(CONFIG).read_bytes()
    windows.settle(second)
    text = windows.path(CONFIG).read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n")
    assert b"epochs: int = 25\r\n" in text
    assert b"seed: int = 7\r\n" in text
    assert windows.status() == []


# === The program ===


@pytest.fixture(scope="session")
def programs(
    first: Installed, second: Installed, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Two installations, by their versions: the sources of this one, with other templates."""
    found = {}
    for version, templates in (("0.1.0", first.templates), ("0.2.0", second.templates)):
        folder = tmp_path_factory.mktemp("program")
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "src", folder / "src", ignore=ignored)
        shutil.copytree(templates, folder / "templates")
        module = folder / "src/kerasmith/__init__.py"
        module.write_text(module.read_text().replace(f'"{__version__}"', f'"{version}"'))
        found[version] = folder / "src"
    return found


@pytest.fixture
def kerasmith(programs: dict[str, Path]) -> Program:
    """Run a version of the program."""

    def run(
        version: str, *words: str, cwd: Path, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "kerasmith", *words],
            cwd=cwd,
            env={**os.environ, "PYTHONPATH": str(programs[version]), **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_program_updates_checks_and_exits_as_it_says(
    kerasmith: Program, tmp_path: Path
) -> None:
    """In step, out of step, a preview, a clean update, conflicts, a refusal."""
    done = kerasmith("0.1.0", "new", "digits", "--recipe", "digits", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    project = Project(tmp_path / "digits")
    project.git("init", "--quiet")
    project.commit()
    here = project.folder

    assert kerasmith("0.1.0", "check", cwd=here).returncode == 0
    done = kerasmith("0.2.0", "check", cwd=here)
    assert done.returncode == 1
    assert "templates: 0.1.0 → 0.2.0" in done.stdout
    assert done.stdout.endswith("Run: kerasmith update\n")
    answer = json.loads(kerasmith("0.2.0", "check", "--format", "json", cwd=here).stdout)
    assert answer["command"] == "kerasmith update"
    assert not answer["in_step"]

    done = kerasmith("0.2.0", "update", "--dry-run", cwd=here)
    assert done.returncode == 0
    assert "+    epochs: int = 25" in done.stdout
    assert project.status() == []

    done = kerasmith("0.2.0", "update", "--output", "place:box", cwd=here)
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert said.index("Sequential becomes Functional") < said.index("Updated ")
    assert "multiple-outputs, 2 outputs" in said
    assert "Undo it      git reset --hard" in said
    assert kerasmith("0.2.0", "update", cwd=here).returncode == 2, "not committed yet"
    project.commit()
    assert kerasmith("0.2.0", "check", cwd=here).returncode == 0
    assert "Nothing to update" in kerasmith("0.2.0", "update", cwd=here).stdout

    project.edit("src/digits/model.py", '"place": place', '"place": place, "mine": mine')
    project.commit()
    done = kerasmith("0.2.0", "update", "--output", "more:number", cwd=here)
    assert done.returncode == 1
    assert "src/digits/model.py: both sides changed it" in done.stdout

    assert kerasmith("0.1.0", "update", cwd=here).returncode == 2


def test_the_program_works_from_anywhere_and_says_how_to_undo_it_from_there(
    kerasmith: Program, project: Project, tmp_path: Path
) -> None:
    before = project.held()
    done = kerasmith("0.2.0", "update", "digits", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (undo,) = [line.split(maxsplit=2)[2] for line in done.stdout.splitlines() if "Undo it" in line]
    subprocess.run(undo, shell=True, check=True, cwd=tmp_path, capture_output=True)
    assert project.held() == before


def test_the_undo_brings_an_edit_of_kerasmith_toml_back(
    kerasmith: Program, project: Project
) -> None:
    project.edit("kerasmith.toml", "[data]", "# Mine\n[data]")
    before = project.held()
    done = kerasmith("0.2.0", "update", "--output", "place:box", cwd=project.folder)
    assert done.returncode == 0, done.stderr
    assert "# Mine\n[data]" in project.read("kerasmith.toml")
    assert "place" in project.read("kerasmith.toml")
    (undo,) = [line.split(maxsplit=2)[2] for line in done.stdout.splitlines() if "Undo it" in line]
    subprocess.run(undo, shell=True, check=True, cwd=project.folder, capture_output=True)
    assert project.held() == before


def test_the_program_works_in_a_hook(
    kerasmith: Program, programs: dict[str, Path], project: Project
) -> None:
    """Git tells its hooks in what repository they are; nothing of ours may follow that."""
    hook = project.path(".git/hooks/post-commit")
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(
        f"#!/bin/sh\nenv | grep ^GIT_ >&2\n{shlex.quote(sys.executable)} -m kerasmith update\n"
    )
    hook.chmod(0o755)
    project.write("notes.txt", "mine\n")
    project.git("add", "--all")
    project.git("commit", "--quiet", "-m", "Mine", PYTHONPATH=str(programs["0.2.0"]))
    assert "epochs: int = 25" in project.read(CONFIG)
    assert CONFIG in project.git("diff", "--cached", "--name-only")


def test_the_environment_of_a_hook_leads_nowhere_else(
    kerasmith: Program, project: Project, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    done = kerasmith(
        "0.2.0",
        "update",
        cwd=project.folder,
        GIT_DIR=str(other / ".git"),
        GIT_WORK_TREE=str(other),
        GIT_INDEX_FILE=str(other / ".git/index"),
        GIT_OBJECT_DIRECTORY=str(other / ".git/objects"),
        GIT_PREFIX="src/",
    )
    assert done.returncode == 0, done.stderr
    assert "epochs: int = 25" in project.read(CONFIG)
    assert not list((other / ".git/objects").rglob("??/*"))


def test_configuration_that_comes_by_the_environment_is_heeded(
    kerasmith: Program, project: Project
) -> None:
    """As of a CI that says what folders are safe."""
    redirect = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.bare", "GIT_CONFIG_VALUE_0": "x"}
    done = kerasmith("0.2.0", "update", cwd=project.folder, **redirect)
    assert done.returncode == 2
    assert "bad boolean config value 'x' for 'core.bare'" in done.stderr


def test_a_history_grows_and_keeps_what_is_in_it(first: Installed, second: Installed) -> None:
    from kerasmith.project.history import released, templates_at
    from kerasmith.render.jinja import content_hash

    assert [*released(second.templates)] == ["0.1.0", "0.2.0"]
    for version, hash_ in released(second.templates).items():
        assert content_hash(templates_at(second.templates, version)) == hash_
    assert released(first.templates)["0.1.0"] == released(second.templates)["0.1.0"]


# === Odd repositories ===


def test_a_repository_with_sha256_is_updated(
    tmp_path: Path, first: Installed, second: Installed, digits: Spec
) -> None:
    git(tmp_path, "init", "--quiet", "--object-format=sha256")
    project = Project.new(tmp_path / "digits", digits, first, repository=tmp_path)
    project.settle(second, outputs=["place:box"])
    assert len(project.git("rev-parse", "HEAD").strip()) == 64
    assert project.in_step(second)


def test_what_a_sparse_checkout_leaves_out_is_updated_and_stays_out(
    project: Project, second: Installed
) -> None:
    project.git("sparse-checkout", "set", "--cone", "src")
    assert not project.path("docs").exists()
    project.settle(second)
    assert not project.path("docs").exists()
    assert "could do next" in project.git("show", "HEAD:docs/next.md")
    assert project.status() == []
