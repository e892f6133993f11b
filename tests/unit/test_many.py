"""`kerasmith new --spec-dir`: a project for every spec of a folder, and none stops another."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kerasmith.api import load_spec, plan, render
from kerasmith.cli import main
from tests.unit.helpers import SPECS

ONE = """[[inputs]]
name = "photo"
kind = "image"
shape = [8, 8, 1]

[[outputs]]
name = "cat"
kind = "binary"
"""


@pytest.fixture(autouse=True)
def specs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of specs, in the working folder."""
    monkeypatch.chdir(tmp_path)
    folder = Path("specs")
    folder.mkdir()
    return folder


def run(words: str) -> Result:
    result = CliRunner().invoke(main, words)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def named(name: str) -> str:
    return f'[project]\nname = "{name}"\n\n{ONE}'


def names(folder: str = ".") -> list[str]:
    """Return what is in a folder."""
    return sorted(path.name for path in Path(folder).iterdir())


def files(folder: str) -> list[str]:
    """Return the files of a project."""
    found = (path for path in Path(folder).rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found)


@pytest.mark.slow
def test_every_spec_becomes_the_project_that_it_becomes_alone(specs: Path) -> None:
    for path in SPECS.glob("*.toml"):
        (specs / path.name).write_bytes(path.read_bytes())

    result = run("new --spec-dir specs out")

    assert result.exit_code == 0, result.output
    assert f"Created {len(list(specs.iterdir()))} projects in out." in (result.stdout)
    for path in SPECS.glob("*.toml"):
        spec = load_spec(path)
        project = Path("out", spec.project.name)
        for name, text in render(plan(spec)).items():
            assert (project / name).read_text("utf-8") == text
        assert f"{project}  {plan(spec).headline}" in result.stdout


def test_without_a_destination_projects_lie_in_this_folder(specs: Path) -> None:
    (specs / "a.toml").write_text(named("first"), "utf-8")
    assert run("new --spec-dir specs").exit_code == 0
    assert names() == ["first", "specs"]


def test_a_spec_without_a_name_is_called_as_its_file_is(specs: Path) -> None:
    (specs / "my-cats.toml").write_text(ONE, "utf-8")
    assert run("new --spec-dir specs").exit_code == 0
    assert Path("my-cats/src/my_cats/model.py").is_file()


def test_what_fails_leaves_nothing_and_stops_nobody(specs: Path) -> None:
    (specs / "a.toml").write_text(named("first"), "utf-8")
    (specs / "b.toml").write_text("x = ", "utf-8")
    (specs / "c.toml").write_text(ONE.replace("image", "imge").replace("binary", "binry"), "utf-8")
    (specs / "d.toml").write_text(named("taken"), "utf-8")
    (specs / "e.toml").write_text(named("twin"), "utf-8")
    (specs / "f.toml").write_text(named("twin"), "utf-8")
    (specs / "g.toml").mkdir()
    (specs / "No Name.toml").write_text(ONE, "utf-8")
    (specs / "z.toml").write_text(named("last"), "utf-8")
    Path("taken").mkdir()
    Path("taken/mine.txt").write_text("mine", "utf-8")

    result = run("new --spec-dir specs")

    assert result.exit_code == 1
    assert names() == ["first", "last", "specs", "taken"]
    assert names("taken") == ["mine.txt"]
    assert "Created 2 projects" in result.stdout
    assert "; 7 failed, of which nothing was written." in result.stdout
    for place in (
        "specs/b.toml\n",
        "specs/c.toml: inputs[0].kind",
        "specs/c.toml: outputs[0].kind",
        "specs/d.toml: destination taken",
        "specs/e.toml: project.name\n  why:   So does f.toml.",
        "specs/f.toml: project.name\n  why:   So does e.toml.",
        "specs/g.toml\n",
        "specs/No Name.toml: the file's name, No Name",
    ):
        assert f"where: {place}" in result.stderr
    assert 'try:   name = "no-name"' in result.stderr


def test_programs_get_one_value_with_every_project_and_every_problem(specs: Path) -> None:
    (specs / "a.toml").write_text(named("first"), "utf-8")
    (specs / "b.toml").write_text("x = ", "utf-8")

    result = run("new out --spec-dir specs --format json")

    assert result.exit_code == 1
    assert result.stderr == ""
    answer: dict[str, Any] = json.loads(result.stdout)
    assert answer["destination"] == "out"
    assert (answer["written"], answer["failed"]) == (1, 1)
    first, second = answer["projects"]
    assert (first["file"], first["destination"], first["written"], first["problems"]) == (
        "specs/a.toml", "out/first", True, [],
    )  # fmt: skip
    assert first["decision"]["api"] == "sequential"
    assert sorted(first["files"]) == files("out/first")
    assert (second["file"], second["written"]) == ("specs/b.toml", False)
    assert [problem["where"] for problem in second["problems"]] == ["specs/b.toml"]


def test_a_dry_run_finds_the_same_mistakes_and_writes_nothing(specs: Path) -> None:
    (specs / "a.toml").write_text(named("first"), "utf-8")
    (specs / "b.toml").write_text("x = ", "utf-8")

    result = run("new out --spec-dir specs --dry-run")

    assert result.exit_code == 1
    assert names() == ["specs"]
    assert "where: specs/b.toml" in result.stderr
    assert "1 project could be created in out; 1 would fail. Nothing was written" in result.stdout


def test_where_every_spec_fails_not_even_the_folder_is_left(specs: Path) -> None:
    (specs / "b.toml").write_text("x = ", "utf-8")
    assert run("new out --spec-dir specs").exit_code == 1
    assert names() == ["specs"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("new --spec-dir nowhere", "The folder of specs cannot be read."),
        ("new --spec-dir specs/a.toml", "The folder of specs cannot be read."),
        ("new --spec-dir empty", "empty holds no specs."),
        ("new --spec-dir specs --recipe digits", "--spec-dir specs --recipe\n"),
        ("new --spec-dir specs --data a.csv --predict b", "--spec-dir specs --data --predict\n"),
        ("new --spec-dir specs --like a.keras", "--spec-dir specs --like\n"),
        ("new --spec-dir specs --ask-again x --set a=b", "--spec-dir specs --ask-again --set\n"),
        ("new --spec-dir specs --name pets", "--spec-dir specs --name\n"),
        ("new specs/a.toml --spec-dir specs", "specs/a.toml is not a folder."),
        ("new project --spec-dir specs", "project/projects is inside another project."),
    ],
)
def test_a_wrong_request_is_refused_before_anything_is_written(
    specs: Path, words: str, said: str
) -> None:
    (specs / "a.toml").write_text(named("first"), "utf-8")
    Path("empty").mkdir()
    Path("project").mkdir()
    Path("project/.copier-answers.yml").touch()

    result = run(words)

    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""
    assert names() == ["empty", "project", "specs"]
    assert names("project") == [".copier-answers.yml"]


# === At a terminal ===

ENOUGH = 400
"""Projects that take longer than a second, wherever that is."""


def started(stderr: int) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "kerasmith", "new", "out", "--spec-dir", "specs"]
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        preexec_fn=hears_ctrl_c,
    )


def hears_ctrl_c() -> None:
    """Undo what a shell does to programs in the background, and so to their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.mark.slow
def test_ctrl_c_leaves_whole_projects_and_says_how_many(specs: Path) -> None:
    for number in range(ENOUGH):
        (specs / f"p{number:03}.toml").write_text(named(f"p{number:03}"), "utf-8")
    alone = sorted(render(plan(load_spec(specs / "p000.toml"))))

    with started(subprocess.PIPE) as process:
        while len(list(Path().glob("out/p*"))) < 5:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        errors = process.communicate()[1].decode()

    assert process.returncode == 130
    made = names("out")
    assert 5 <= len(made) < ENOUGH
    for name in made:  # and none that only begins to be one
        assert files(f"out/{name}") == [path.replace("p000", name) for path in alone]
    said = re.search(
        r"Interrupted; (\d+) of 400 projects were written, each of them whole\.", errors
    )
    assert said
    assert len(made) - int(said[1]) in (0, 1)  # it may come just before the last one is counted


@pytest.mark.slow
def test_progress_is_drawn_for_who_watches_and_for_nobody_else(specs: Path) -> None:
    for number in range(ENOUGH):
        (specs / f"p{number:03}.toml").write_text(named(f"p{number:03}"), "utf-8")
    terminal, end = pty.openpty()
    with started(end) as process:
        os.close(end)
        shown = b""
        try:
            while part := os.read(terminal, 4096):
                shown += part
        except OSError:  # how Linux says that the other end is closed
            pass
    assert process.returncode == 0
    assert b"Projects" in shown
    assert b"100%" in shown


def test_the_same_command_again_writes_what_has_come_since(specs: Path) -> None:
    (specs / "cats.toml").write_text(named("cats"))
    assert run("new --spec-dir specs out").exit_code == 0
    Path("out/cats/mine.txt").write_text("mine\n")
    (specs / "dogs.toml").write_text(named("dogs"))

    again = run("new --spec-dir specs out")

    assert again.exit_code == 0, again.output
    assert "out/cats  is there already" in again.stdout
    assert again.stdout.endswith("Created 1 project in out; 1 is there already.\n")
    assert names("out") == ["cats", "dogs"]
    assert Path("out/cats/mine.txt").read_text() == "mine\n"
    told = json.loads(run("new --spec-dir specs out --format json").stdout)
    assert (told["written"], told["skipped"], told["failed"]) == (0, 2, 0)


def test_a_project_of_another_spec_is_not_skipped_in_silence(specs: Path) -> None:
    (specs / "cats.toml").write_text(named("cats"))
    assert run("new --spec-dir specs").exit_code == 0
    (specs / "cats.toml").write_text(named("cats").replace("[8, 8, 1]", "[16, 16, 1]"))

    again = run("new --spec-dir specs")

    assert again.exit_code == 1
    assert "cats is already a project" in again.stderr
    assert "cp specs/cats.toml cats/kerasmith.toml, then kerasmith update cats" in again.stderr


def test_a_project_whose_kerasmith_toml_leads_out_of_it_is_not_read(specs: Path) -> None:
    (specs / "cats.toml").write_text(named("cats"))
    assert run("new --spec-dir specs out").exit_code == 0
    Path("out/cats/kerasmith.toml").unlink()
    Path("out/cats/kerasmith.toml").symlink_to("../../specs/cats.toml")
    again = run("new --spec-dir specs out")
    assert again.exit_code == 1
    assert "a symbolic link that leads out of the project" in again.stderr
