"""Copier's own commands on a project: what they may do, and where they are stopped."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kerasmith.project.history import BUNDLE, Installed
from kerasmith.render.render import SOURCE
from kerasmith.spec.names import ANSWERS_FILE
from tests.stories.conftest import Move
from tests.stories.story import Project
from tools.release import add_release


def copier_update(
    project: Project, by: Installed, cache: Path
) -> "subprocess.CompletedProcess[str]":
    """Run `copier update`, with the bundle where it looks for the templates' home."""
    redirect = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{by.templates / BUNDLE}.insteadOf",
        "GIT_CONFIG_VALUE_0": SOURCE,
    }
    return subprocess.run(
        [Path(sys.executable).with_name("copier"), "update", "--defaults"],
        cwd=project.folder,
        env={**os.environ, **redirect, "COPIER_CACHE_DIR": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("checksum is undefined", "checksum is undefined or colour is undefined"),
        ("decoded dtype", "colour decoded dtype"),
    ],
    ids=["a new field", "a new field of every input"],
)
def test_copier_is_stopped_where_the_templates_want_more_than_is_recorded(
    project: Project, move: Move, tmp_path: Path, old: str, new: str
) -> None:
    more = move({"../copier.yml": (old, new)})
    add_release(more.templates, "0.2.0")
    before = project.held()

    done = copier_update(project, more, tmp_path / "cache")

    assert done.returncode != 0
    assert "Run: kerasmith update" in done.stderr
    assert project.held() == before


def test_what_copier_updated_by_itself_kerasmith_goes_on_from(
    project: Project, second: Installed, tmp_path: Path
) -> None:
    done = copier_update(project, second, tmp_path / "cache")
    assert done.returncode == 0, done.stderr
    assert "_commit: 0.2.0" in project.read(ANSWERS_FILE)
    project.commit()

    outcome = project.settle(second)

    assert outcome.changed == (ANSWERS_FILE,)
    assert project.in_step(second)
