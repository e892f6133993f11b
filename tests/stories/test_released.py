"""What released versions wrote, updated by the kerasmith that stands here.

`released/VERSION/RECIPE/` holds what that version recorded of the recipe's project, and the sums
of the files that it wrote; `make release` puts them there.
"""

import subprocess
from pathlib import Path

import pytest
import yaml

from kerasmith import __version__
from kerasmith.project.history import BUNDLE, Installed, released, templates_at
from kerasmith.project.recorded import read_recorded
from kerasmith.render.jinja import content_hash
from kerasmith.render.render import rendered, templates_dir
from kerasmith.spec.names import ANSWERS_FILE
from tests.projects.conftest import run_in
from tests.samples import full_samples
from tests.stories.story import Project, git
from tools.release import RELEASED, SUMS, sums

FOLDER = Path(__file__).parents[2] / RELEASED
WRITTEN = sorted(path.parent for path in FOLDER.glob(f"*/*/{ANSWERS_FILE}"))
HERE = Installed()


def name_of(written: Path) -> str:
    return f"{written.parent.name}-{written.name}"


def files_of(written: Path) -> dict[str, str]:
    """Render a project from its record, by the templates of the version that wrote it."""
    text = (written / ANSWERS_FILE).read_text("utf-8")
    folder = templates_at(templates_dir(), written.parent.name)
    return rendered(yaml.safe_load(text), folder).files


def as_written(written: Path, folder: Path) -> Project:
    """Lay a project out as its version wrote it, committed."""
    project = Project(folder)
    for name, text in files_of(written).items():
        project.write(name, text)
    git(folder, "init", "--quiet", "--initial-branch=main")
    project.commit("As generated")
    return project


def test_every_released_version_is_remembered() -> None:
    assert (templates_dir() / BUNDLE).exists()
    assert {path.parent.name for path in WRITTEN} == {*released(templates_dir())}


@pytest.mark.parametrize("written", WRITTEN, ids=name_of)
def test_an_old_record_renders_the_very_files_of_then(written: Path) -> None:
    assert sums(files_of(written)) == (written / SUMS).read_text("utf-8")


@pytest.mark.parametrize("written", WRITTEN, ids=name_of)
def test_a_project_of_a_released_version_takes_what_stands_here(
    written: Path, tmp_path: Path
) -> None:
    project = as_written(written, tmp_path / written.name)
    config = next(path for path in project.held() if path.endswith("/config.py"))
    project.write("notes/mine.txt", "Mine.\n")
    project.edit(config, "    seed: int = ", "    mine: int = 3\n    seed: int = ")
    project.commit()
    if read_recorded(project.folder).templates != content_hash(templates_dir()):
        assert not project.in_step(HERE)
    outcome = project.settle(HERE)
    assert outcome.mentions == ()
    assert "    mine: int = 3\n" in project.read(config)
    assert project.read("notes/mine.txt") == "Mine.\n"
    assert "schema" not in project.read("kerasmith.toml")
    assert ".kerasmith/schema.json" not in project.held()
    assert project.in_step(HERE)
    assert read_recorded(project.folder).version == __version__


def test_an_edited_schema_stays_with_the_line_that_names_it(tmp_path: Path) -> None:
    project = as_written(WRITTEN[0], tmp_path / "project")
    project.edit(".kerasmith/schema.json", "{", '{"$comment": "mine",')
    spec = project.read("kerasmith.toml")
    project.commit()
    outcome = project.settle(HERE)
    assert outcome.kept_edited == (".kerasmith/schema.json",)
    assert project.read("kerasmith.toml") == spec


def test_the_schema_and_its_line_come_back_where_the_update_is_undone(tmp_path: Path) -> None:
    project = as_written(WRITTEN[0], tmp_path / "project")
    before = project.tree()
    outcome = project.update(HERE)
    assert project.tree() != before
    subprocess.run(outcome.undo, shell=True, check=True, cwd=project.folder)
    assert project.tree() == before
    assert project.status() == []


def test_the_line_of_the_schema_goes_from_any_form_of_file(tmp_path: Path) -> None:
    project = as_written(WRITTEN[0], tmp_path / "project")
    spec = project.read("kerasmith.toml")
    line = "#:schema ./.kerasmith/schema.json\n"
    assert spec.startswith(line)
    rest = spec.removeprefix(line)
    project.write("kerasmith.toml", ("\ufeff# Mine.\n" + spec).replace("\n", "\r\n"))
    project.commit()
    outcome = project.settle(HERE)
    assert "kerasmith.toml" in outcome.changed
    assert project.read("kerasmith.toml") == ("\ufeff# Mine.\n" + rest).replace("\n", "\r\n")


@pytest.mark.parametrize("written", [w for w in WRITTEN if w.name == "digits"][:1], ids=name_of)
@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")
def test_a_project_that_crossed_versions_and_grew_passes_its_own_tests(
    written: Path, tmp_path: Path
) -> None:
    project = as_written(written, tmp_path / written.name)
    project.settle(HERE, outputs=["more:binary"])
    run_in(project.folder, "pytest", "-q", "-p", "no:cacheprovider")
