"""Features come and go by an update, and the owner's edits stay."""

from pathlib import Path

from kerasmith.project.check import check
from kerasmith.project.history import Installed
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.specification import Spec
from tests.stories.story import Project

MADE = {SPEC_FILE, ANSWERS_FILE, "README.md"}
"""What names the features, and the command that makes the same project."""


def without_export(folder: Path, digits: Spec, by: Installed) -> Project:
    """A project without the feature, which its owner has edited in many places."""
    project = Project.new(folder / "digits", digits, by)
    project.settle(by, without=["export"])
    project.edit("src/digits/config.py", "seed: int = 0", "seed: int = 7")
    project.edit("README.md", "## Run it", "Mine since yesterday.\n\n## Run it")
    project.edit("src/digits/predict.py", "import argparse", "# mine\nimport argparse")
    project.commit()
    return project


def test_a_feature_added_later_and_left_out_again_leaves_the_project_as_it_was(
    tmp_path: Path, digits: Spec, first: Installed
) -> None:
    project = without_export(tmp_path, digits, first)
    before = project.tree()
    project.settle(first, with_=["export"])
    with_it = project.tree()
    assert {*with_it} - {*before} == {"src/digits/export.py", "tests/test_export.py"}
    assert {name for name in before if before[name] != with_it[name]} == MADE
    assert "python -m digits.export" in project.read("README.md")
    assert "Mine since yesterday." in project.read("README.md")
    project.settle(first, without=["export"])
    assert project.tree() == before


def test_a_feature_that_is_left_out_takes_its_edited_file_with_it_only_where_nothing_is_lost(
    tmp_path: Path, digits: Spec, first: Installed
) -> None:
    project = Project.new(tmp_path / "digits", digits, first)
    project.edit("src/digits/export.py", "import argparse", "# mine\nimport argparse")
    project.commit()
    outcome = project.update(first, without=["export"])
    assert outcome.kept_edited == ("src/digits/export.py",)
    assert "# mine" in project.read("src/digits/export.py")
    assert not project.path("tests/test_export.py").exists()


def test_job_files_of_an_older_word_come_along_and_stay_when_a_feature_goes(
    project: Project, first: Installed
) -> None:
    wish = 'name = "digits"\nbackend = "jax"\njobs = ["slurm"]'
    project.edit(SPEC_FILE, 'name = "digits"', wish)
    project.commit()
    project.settle(first)
    assert project.path("jobs/slurm.sbatch").exists()
    project.settle(first, without=["ci"])
    assert 'features = ["pre-commit", "export", "slurm"]' in project.read(SPEC_FILE)
    assert project.path("jobs/slurm.sbatch").exists()
    assert not project.path(".github").exists()
    assert check(project.folder, first).in_step
