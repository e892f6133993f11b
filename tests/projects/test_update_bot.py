"""The workflow that proposes updates, run as GitHub runs it: its shell, a real remote, real tests.

Only `gh`, which speaks to GitHub, is a stand-in: it writes down what it was asked.
"""

import os
import sys
from pathlib import Path

import pytest
import yaml

from kerasmith.project.history import Installed
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from tests.programs import bash
from tests.projects.conftest import project_environment
from tests.stories.story import QUIET, Project, git

ASKED = """#!/bin/bash
case "$1 $2" in
    "pr list") if [ -e "$GH_LOG" ]; then echo 1; else echo 0; fi ;;
    "pr "*) echo "$2" "${@:3}" >> "$GH_LOG"; cat "$RUNNER_TEMP/said.md" >> "$GH_LOG" ;;
esac
"""


class Repository:
    """A project on a forge, and the machine on which its workflow runs."""

    def __init__(self, folder: Path, installed: Installed) -> None:
        tables = load_recipe("digits").tables
        tables["project"]["features"] = ["update-bot"]
        self.project = Project.new(folder / "digits", read_spec(tables), installed)
        self.remote = folder / "remote.git"
        git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self.remote))
        self.project.git("remote", "add", "origin", str(self.remote))
        self.machine = folder / "machine"
        (self.machine / "bin").mkdir(parents=True)
        gh = self.machine / "bin/gh"
        gh.write_text(ASKED)
        gh.chmod(0o755)
        self.log = self.machine / "gh.log"
        for command in ("kerasmith", "pytest"):
            path = self.machine / "bin" / command
            path.write_text(f'#!/bin/bash\nexec "{sys.executable}" -m {command} "$@"\n')
            path.chmod(0o755)

    def monday(self, tests: str) -> None:
        """Run the workflow on main as it is now."""
        self.project.git("push", "--quiet", "origin", "main")
        clone = self.machine / "work" / "digits"
        if clone.exists():
            clone.rename(self.machine / f"work/before-{len(list(clone.parent.iterdir()))}")
        git(self.machine, "clone", "--quiet", "--depth=1", f"file://{self.remote}", str(clone))
        workflow = yaml.safe_load((clone / ".github/workflows/update.yml").read_text())
        _, _, _, update, propose = workflow["jobs"]["update"]["steps"]
        output = self.machine / "output"
        output.write_text("")
        environment = {
            **project_environment(clone, QUIET),
            "PATH": f"{self.machine / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "RUNNER_TEMP": str(self.machine),
            "GITHUB_OUTPUT": str(output),
            "GH_LOG": str(self.log),
            "PYTEST_ADDOPTS": f"-q -p no:cacheprovider {tests}",
        }
        bash(update["run"], clone, environment)
        title = output.read_text().strip().removeprefix("title=")
        if title:
            bash(propose["run"], clone, {**environment, "TITLE": title})

    def proposed(self) -> str:
        """Return what the branch changes."""
        return git(self.remote, "diff", "main", "kerasmith-update")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path, Installed())


def test_where_nothing_is_new_nothing_is_proposed(repository: Repository) -> None:
    repository.monday("--version")
    assert not repository.log.exists()
    assert git(repository.remote, "branch", "--list").split() == ["*", "main"]


def test_what_is_new_is_tested_and_proposed_once(repository: Repository) -> None:
    project = repository.project
    project.edit("kerasmith.toml", '"update-bot"', '"update-bot", "agents"')
    project.commit("Agents, please")
    repository.monday("tests/test_data.py")
    created = repository.log.read_text()
    assert created.startswith("create --head kerasmith-update --title Update from kerasmith --body")
    assert "AGENTS.md" in created
    assert created.endswith("```\nThe project's tests pass.\n")
    assert "+++ b/AGENTS.md" in repository.proposed()

    repository.monday("tests/no_such_file.py")
    edited = repository.log.read_text().removeprefix(created)
    assert edited.startswith("edit kerasmith-update --title Update from kerasmith --body-file")
    assert "**The project's tests fail**" in edited


def test_conflicts_are_proposed_with_their_marks(repository: Repository) -> None:
    project = repository.project
    project.edit("src/digits/config.py", "image_dropout: float = 0.2", "image_dropout: float = 0.3")
    image = 'name = "image"'
    project.edit("kerasmith.toml", image, f'{image}\nencoder = "cnn"\ndropout = 0.4')
    project.commit("Less is remembered")
    repository.monday("--version")
    assert "--title Update from kerasmith, with conflicts to resolve" in repository.log.read_text()
    assert "+<<<<<<<" in repository.proposed()
