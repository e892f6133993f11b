"""`check` compares what a project was rendered from with what it would be rendered from now."""

import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.project.check import check
from kerasmith.project.create import create
from kerasmith.project.history import Installed
from kerasmith.render.render import render
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.recipes import load_recipe


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The digits project; no repository is needed to check it."""
    return create(tmp_path / "digits", render(plan(load_recipe("digits").spec)))


def edit(project: Path, old: str, new: str) -> None:
    text = (project / SPEC_FILE).read_text("utf-8")
    assert old in text
    (project / SPEC_FILE).write_text(text.replace(old, new), "utf-8")


def test_a_new_project_is_in_step(project: Path) -> None:
    assert check(project).in_step


def test_a_comment_in_kerasmith_toml_changes_nothing(project: Path) -> None:
    edit(project, "[data]", "# Mine\n[data]")
    assert check(project).in_step


def test_a_wish_that_is_not_rendered_is_out_of_step(project: Path) -> None:
    edit(project, "[8, 8, 1]", "[16, 16, 1]")
    status = check(project)
    assert not status.in_step
    assert status.templates
    assert str(status.changes[0]) == ("input image: image 8×8×1, cnn → image 16×16×1, cnn")


def test_other_templates_are_out_of_step(project: Path, tmp_path: Path) -> None:
    import shutil

    from kerasmith.render.render import templates_dir

    shutil.copytree(templates_dir(), tmp_path / "templates")
    (tmp_path / "templates/project/README.md.jinja").write_text("Other")
    status = check(project, Installed(tmp_path / "templates", "9.0.0"))
    assert not status.in_step
    assert status.answers
    assert not status.templates


def test_the_program_answers_with_exit_codes_and_the_command_to_run(project: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(project)])
    assert (done.exit_code, done.output) == (
        0,
        "Up to date with kerasmith.toml and the installed templates.\n",
    )
    edit(project, "[8, 8, 1]", "[16, 16, 1]")
    done = CliRunner().invoke(main, ["check", str(project), "--format", "json"])
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["command"] == f"kerasmith update {shlex.quote(str(project))}"
    assert answer["answers"]["in_step"] is False
    assert answer["templates"]["in_step"] is True


def test_a_folder_that_is_no_project_is_refused(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(tmp_path)])
    assert done.exit_code == 2
    assert "not a kerasmith project" in done.stderr


def test_a_check_needs_no_git(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".git").mkdir()
    (project / ".git/HEAD").write_text("ref: refs/heads/main\n")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert check(project).in_step


CONFLICT = "<<<<<<< HEAD\nmine\n||||||| base\nold\n=======\nnew\n>>>>>>> kerasmith-0.2.0\n"


def test_conflicts_of_an_update_that_are_left_are_named(project: Path) -> None:
    config = project / "src/digits/config.py"
    config.write_text(config.read_text("utf-8") + CONFLICT, "utf-8")
    assert check(project).conflicts == ("src/digits/config.py",)
    done = CliRunner().invoke(main, ["check", str(project)])
    assert done.exit_code == 1
    assert "src/digits/config.py" in done.output
    assert "git add" in done.output
    assert "Up to date" not in done.output
    assert "kerasmith update" not in done.output
    answer = json.loads(
        CliRunner().invoke(main, ["check", str(project), "--format", "json"]).stdout
    )
    assert answer["conflicts"] == ["src/digits/config.py"]
    assert answer["command"] is None


@pytest.mark.parametrize(
    "text", [">>>>>>> kerasmith-0.2.0\n", CONFLICT.replace("=======", "= = ="), CONFLICT[8:]]
)
def test_what_only_looks_like_a_conflict_is_none(project: Path, text: str) -> None:
    (project / "README.md").write_text(text, "utf-8")
    assert check(project).in_step


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_conflicts_are_found_in_a_file_that_was_renamed(project: Path, encoding: str) -> None:
    config = (project / "src/digits/config.py").read_text("utf-8")
    renamed = project / "src/digits/settings/numbers.py"
    renamed.parent.mkdir()
    renamed.write_text(config + CONFLICT, encoding)
    assert check(project).conflicts == ("src/digits/settings/numbers.py",)


def test_what_only_shows_a_conflict_is_none_wherever(project: Path) -> None:
    (project / "docs").mkdir(exist_ok=True)
    (project / "docs/merging.md").write_text(f"# Merging\n\n{CONFLICT}", "utf-8")
    (project / "venv/lib").mkdir(parents=True)
    (project / "venv/pyvenv.cfg").touch()
    copied = (project / "src/digits/config.py").read_text("utf-8") + CONFLICT
    (project / "venv/lib/config.py").write_text(copied, "utf-8")
    assert check(project).in_step


@pytest.mark.slow
def test_a_deep_or_a_wide_folder_is_looked_through_within_limits(project: Path) -> None:
    deep = project
    for _ in range(400):
        deep /= "deep"
        deep.mkdir()
    (project / "many").mkdir()
    for number in range(3000):
        (project / f"many/{number}.py").touch()
    assert check(project).in_step


@pytest.mark.parametrize("command", ["check", "update"])
def test_a_folder_that_is_not_there_is_called_so(tmp_path: Path, command: str) -> None:
    done = CliRunner().invoke(main, [command, str(tmp_path / "nodir")])
    assert done.exit_code == 2
    assert f"There is no {tmp_path / 'nodir'}." in done.stderr.replace("\n", "")


# === A kerasmith.toml that is a link ===

SECRET = 'password = "of somebody else"\n'


def led_out(project: Path, outside: Path) -> Path:
    """Let the kerasmith.toml of a project be a link to a file above it."""
    outside.write_text(SECRET, "utf-8")
    (project / SPEC_FILE).unlink()
    (project / SPEC_FILE).symlink_to(outside)
    return outside


@pytest.mark.parametrize("command", ["check DIR", "new young --ask-again DIR --yes"])
@pytest.mark.parametrize("relative", [False, True])
def test_a_kerasmith_toml_that_leads_out_of_the_project_is_not_read(
    project: Path, tmp_path: Path, command: str, relative: bool
) -> None:
    outside = led_out(project, tmp_path / "outside.toml")
    if relative:
        (project / SPEC_FILE).unlink()
        (project / SPEC_FILE).symlink_to(Path("..") / outside.name)
    done = CliRunner().invoke(main, command.replace("DIR", shlex.quote(str(project))))
    assert done.exit_code == 2
    assert "kerasmith.toml is a symbolic link that leads out of the project." in done.output
    assert "password" not in done.output


def test_nor_one_that_leads_to_what_git_keeps(project: Path) -> None:
    (project / ".git").mkdir()
    led_out(project, project / ".git/config")
    with pytest.raises(KerasmithError, match="leads out of the project"):
        check(project)


def test_nor_one_that_goes_out_by_a_folder_that_is_a_link(project: Path, tmp_path: Path) -> None:
    led_out(project, tmp_path / "outside.toml")
    (project / "above").symlink_to(tmp_path)
    (project / SPEC_FILE).unlink()
    (project / SPEC_FILE).symlink_to("above/outside.toml")
    with pytest.raises(KerasmithError, match="leads out of the project"):
        check(project)


def test_one_that_leads_to_another_file_of_the_project_is_read(
    project: Path, tmp_path: Path
) -> None:
    (project / "configs").mkdir()
    (project / SPEC_FILE).rename(project / "configs/wishes.toml")
    (project / SPEC_FILE).symlink_to("configs/wishes.toml")
    (tmp_path / "elsewhere").symlink_to(project)
    assert check(project).in_step
    assert check(tmp_path / "elsewhere").in_step
    (project / "configs/wishes.toml").unlink()
    with pytest.raises(KerasmithError):
        check(project)
