"""When an update is refused: what is said, and that nothing was written."""

import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.check import check
from kerasmith.project.history import BUNDLE, Installed
from kerasmith.project.repository import open_repository
from kerasmith.project.update import prepare
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from tests.stories.conftest import Move
from tests.stories.story import Project, git

CONFIG = "src/digits/config.py"


def refused(project: Project, by: Installed) -> Problem:
    """Return why an update is refused; it must say what to do, and leave everything as it is."""
    before = project.held()
    with pytest.raises(KerasmithError) as refusal:
        prepare(project.folder, installed=by)
    assert project.held() == before
    (problem,) = refusal.value.problems
    assert problem.what
    assert problem.try_
    return problem


def test_without_a_repository(project: Project, second: Installed) -> None:
    shutil.rmtree(project.path(".git"))
    problem = refused(project, second)
    assert "not in a git repository" in problem.what
    assert "git init" in problem.try_


def test_without_git(
    project: Project, second: Installed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git was not found" in refused(project, second).what


def test_in_a_repository_of_somebody_else(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(KerasmithError) as refusal:
        open_repository(project.folder)
    (problem,) = refusal.value.problems
    assert "does not trust" in problem.what
    assert f"safe.directory {shlex.quote(str(project.folder))}" in problem.try_


@pytest.mark.parametrize("broken", [".git/HEAD", ".git/config", ".git/refs/heads/main"])
def test_in_a_repository_that_git_cannot_read(
    project: Project, second: Installed, broken: str
) -> None:
    project.write(broken, "x[\n")
    problem = refused(project, second)
    assert "Git cannot" in problem.what
    assert "It says: " in problem.why


def test_with_a_last_commit_that_is_not_there(project: Project, second: Installed) -> None:
    project.write(".git/refs/heads/main", "1" * 40 + "\n")
    assert "the last commit" in refused(project, second).what


def test_before_the_first_commit(project: Project, second: Installed) -> None:
    shutil.rmtree(project.path(".git"))
    project.git("init", "--quiet")
    problem = refused(project, second)
    assert "not committed" in problem.what
    assert "git commit" in problem.try_


def test_in_a_repository_that_does_not_know_the_project(
    project: Project, second: Installed
) -> None:
    shutil.rmtree(project.path(".git"))
    git(project.folder.parent, "init", "--quiet")
    git(project.folder.parent, "commit", "--quiet", "--allow-empty", "-m", "Nothing")
    assert "not committed" in refused(project, second).what


@pytest.mark.parametrize("staged", [True, False])
def test_with_changes_that_are_not_committed(
    project: Project, second: Installed, staged: bool
) -> None:
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    if staged:
        project.git("add", CONFIG)
    problem = refused(project, second)
    assert problem.where == CONFIG
    assert "git commit" in problem.try_


def test_an_edited_kerasmith_toml_and_files_that_git_does_not_know_are_no_hindrance(
    project: Project, second: Installed
) -> None:
    project.write(SPEC_FILE, project.read(SPEC_FILE) + "\n# Mine\n")
    project.write("notes.txt", "mine\n")
    assert prepare(project.folder, installed=second).is_needed


def test_with_conflicts_of_before(project: Project, second: Installed) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 99")
    project.commit()
    assert project.update(second).conflicts
    problem = refused(project, second)
    assert "unresolved conflicts" in problem.what
    assert problem.where == CONFIG


def test_with_conflict_markers_that_were_committed(project: Project, second: Installed) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 99")
    project.commit()
    assert project.update(second).conflicts
    project.commit("Oops")
    problem = refused(project, second)
    assert "Conflict markers" in problem.what
    assert problem.where == CONFIG


LEARN = "src/digits/learn.py"


@pytest.mark.parametrize("attribute", ["", "-diff", "binary"])
@pytest.mark.parametrize("name", [CONFIG, LEARN])
def test_with_those_that_were_committed_in_a_renamed_or_a_binary_file(
    project: Project, second: Installed, name: str, attribute: str
) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 99")
    project.commit()
    assert project.update(second).conflicts
    project.write(".gitattributes", f"*.py {attribute}\n")
    project.path(CONFIG).rename(project.path(name))
    project.commit("Oops")
    assert check(project.folder, second).conflicts == (name,)
    problem = refused(project, second)
    assert "Conflict markers" in problem.what
    assert problem.where == name


LOOKALIKES = {
    "notes.txt": ">>>>>>> kerasmith-0.2.0\n",
    "docs/merging.md": "<<<<<<< HEAD\na\n||||||| b\nc\n=======\nd\n>>>>>>> kerasmith-0.1.0\n",
    "README.md": "# Digits\n\n>>>>>>> kerasmith-0.2.0 marks the end of a conflict\n",
}
"""Files of the owner's that show what a conflict looks like."""


@pytest.mark.parametrize("name", LOOKALIKES)
def test_a_line_that_only_looks_like_a_conflict_is_no_hindrance(
    project: Project, second: Installed, name: str
) -> None:
    project.write(name, LOOKALIKES[name])
    project.commit()
    assert prepare(project.folder, installed=second).is_needed


def test_a_project_that_is_newer(project: Project, first: Installed, second: Installed) -> None:
    project.settle(second)
    problem = refused(project, first)
    assert "0.2.0" in problem.what
    assert "0.1.0" in problem.what
    assert "upgrade" in problem.try_


def test_templates_that_were_never_released(project: Project, first: Installed, move: Move) -> None:
    between = move({"README.md.jinja": ("# ", "#  ")})
    dev = Installed(between.templates, "0.2.0.dev0")
    project.settle(dev)
    project.settle(dev, outputs=["place:box"])  # the same templates need no release
    later = Installed(first.templates, "0.2.0")
    problem = refused(project, later)
    assert "0.2.0.dev0" in problem.what
    assert "never released" in problem.why
    assert "0.1.0" in problem.why


def test_templates_without_a_history(project: Project, move: Move) -> None:
    after = move({"README.md.jinja": ("# ", "#  ")})
    (after.templates / BUNDLE).unlink()
    assert "none yet" in refused(project, after).why


def damage_value(text: str) -> str:
    return text.replace("trunk: 0", "trunk: 64")


def damage_comment(text: str) -> str:
    return text + "# Mine\n"


def damage_conflict(text: str) -> str:
    return f"<<<<<<< HEAD\n{text}=======\n>>>>>>> other\n"


def damage_form(text: str) -> str:
    return text + "  }{: ["


@pytest.mark.parametrize("damage", [damage_value, damage_comment, damage_conflict, damage_form])
@pytest.mark.parametrize("committed", [True, False])
def test_answers_that_somebody_edited(
    project: Project, second: Installed, damage: Callable[[str], str], committed: bool
) -> None:
    project.write(ANSWERS_FILE, damage(project.read(ANSWERS_FILE)))
    if committed:
        project.commit()
    problem = refused(project, second)
    assert "not as kerasmith wrote it" in problem.what
    assert "git log" in problem.try_
    assert SPEC_FILE in problem.try_


def test_answers_that_git_merged_out_of_two_branches(project: Project, first: Installed) -> None:
    project.git("checkout", "--quiet", "-b", "other")
    project.settle(first, set=["model.trunk=16"])
    project.git("checkout", "--quiet", "main")
    project.settle(first, inputs=["image:image:8x8x1=mlp"])
    subprocess.run(
        ["git", "merge", "--quiet", "-X", "ours", "other", "-m", "Both"],
        cwd=project.folder,
        check=True,
        capture_output=True,
    )
    assert "checksum" in refused(project, first).why


def test_a_folder_that_is_no_project(project: Project, second: Installed) -> None:
    project.path(ANSWERS_FILE).unlink()
    assert "not a kerasmith project" in refused(project, second).what


def test_a_folder_inside_a_project_is_told_where_that_lies(
    project: Project, second: Installed
) -> None:
    with pytest.raises(KerasmithError) as refusal:
        prepare(project.path("src"), installed=second)
    assert refusal.value.problems[0].try_ == str(project.folder)


def test_a_project_of_another_template(project: Project, second: Installed) -> None:
    project.write(ANSWERS_FILE, "_commit: 1.0.0\n_src_path: gh:somebody/else\n")
    assert "another template" in refused(project, second).why


def test_a_project_without_its_kerasmith_toml(project: Project, second: Installed) -> None:
    project.path(SPEC_FILE).unlink()
    assert SPEC_FILE in refused(project, second).try_


def test_a_kerasmith_toml_that_says_nonsense(project: Project, second: Installed) -> None:
    project.edit(SPEC_FILE, 'kind = "image"', 'kind = "imagee"')
    problem = refused(project, second)
    assert "image" in problem.try_


def test_rendered_projects_start_in_step(project: Project, first: Installed) -> None:
    assert project.in_step(first)
