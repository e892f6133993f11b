"""What `kerasmith new` says to do next, in each surrounding; and the help in groups."""

import json
import os
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.cli.options import GROUPS


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def next_steps() -> list[str]:
    """Return what is below Next, for a new project of the digits."""
    output = CliRunner().invoke(main, ["new", "digits", "--recipe", "digits", "--yes"]).output
    *_, below = output.partition("\nNext\n")
    return [line.strip() for line in below.partition("\n\n")[0].splitlines()]


def test_the_first_commit_is_named() -> None:
    assert next_steps()[:4] == [
        "cd digits",
        "git init",
        'git add --all . && git commit -m "As generated"',
        "python -m venv .venv && . .venv/bin/activate",
    ]


def test_a_program_is_told_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["new", "digits", "--recipe", "digits", "--format", "json"]
    made = json.loads(CliRunner().invoke(main, arguments).output)
    (tmp_path / "again").mkdir()
    monkeypatch.chdir(tmp_path / "again")
    assert made["next"] == next_steps()


def test_a_program_that_only_looks_is_told_how_to_make_it() -> None:
    arguments = ["new", "digits", "--recipe", "digits", "--format", "json", "--dry-run"]
    would = json.loads(CliRunner().invoke(main, arguments).output)
    assert would["next"] == [would["command"]]


def test_within_a_repository_no_other_one_is_made() -> None:
    Path(".git").mkdir()
    assert next_steps()[1] == 'git add --all . && git commit -m "As generated"'


def test_powershell_is_named_what_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    from kerasmith.report import _first_steps

    folder = Path("digits")
    monkeypatch.setattr(os, "name", "nt")
    begin, record, enter = _first_steps(folder)
    monkeypatch.undo()
    assert begin == "git init"
    assert record == 'git add --all .; git commit -m "As generated"'
    assert enter == r"python -m venv .venv; .venv\Scripts\Activate.ps1"


@pytest.mark.parametrize("command", ["new", "decide", "update"])
def test_the_help_lists_flags_in_groups(command: str) -> None:
    help_ = CliRunner().invoke(main, [command, "--help"]).output
    headings = re.findall(r"^(\S.*):$", help_, re.MULTILINE)
    assert [each for each in headings if each in GROUPS] == [e for e in GROUPS if e in headings]
    assert "The model" in headings
    shared = {"--dry-run", "--yes", "--format", "--help", "--ask", "--refresh-defaults"}
    (rest,) = re.findall(r"^Options:\n((?:  .*\n)*)", help_, re.MULTILINE)
    flags = set(re.findall(r"^  (?:-h, )?(--[\w-]+)", rest, re.MULTILINE))
    assert flags <= shared, flags - shared
