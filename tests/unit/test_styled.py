"""What a name or a file says steers no terminal."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.styled import shown, style
from tests.odd_records import as_text, changed
from tests.unit.helpers import SPECS

ODD = "a\x1b[31mb\x9b2J\u202ec\nd\re\x07\u2028"
"""Colours, a cleared screen, a direction turned, line breaks, a bell."""

ESCAPED = r"a\x1b[31mb\x9b2J\u202ec\nd\re\x07\u2028"


def steers(text: str) -> bool:
    """Say whether a text holds what a terminal acts on, line breaks at the ends of lines aside."""
    return not all(line.isprintable() for line in text.split("\n"))


def test_a_line_is_shown_with_escapes_for_what_steers_a_terminal() -> None:
    assert shown(ODD) == ESCAPED
    assert shown("grün 8×8 “”") == "grün 8×8 “”"


def test_styles_come_from_us_alone() -> None:
    assert shown(f"1 {style(ODD, fg='red')} 2") == f"1 {click.style(ESCAPED, fg='red')} 2"


@pytest.mark.parametrize("form", ["", " --format json"])
@pytest.mark.parametrize("command", ["check", "update", "inspect", "decide", "decide --spec"])
def test_an_odd_path_steers_no_terminal(command: str, form: str) -> None:
    result = CliRunner().invoke(main, [*command.split(), ODD, *form.split()], color=True)
    assert result.exit_code == 2
    assert not steers(click.unstyle(result.output))
    assert "\x1b[31mb" not in result.output


def test_odd_names_of_files_and_flags_steer_no_terminal(tmp_path: Path) -> None:
    """A spec in a file of an odd name, a destination of one, and an odd flag."""
    odd = tmp_path / ODD.replace("\n", "")
    odd.mkdir()
    spec = (SPECS / "smallest.toml").read_text("utf-8")
    (odd / "a\x1b[31m.toml").write_text(spec)
    runner = CliRunner()
    for words in (
        ["new", str(odd / "made"), "--spec", str(odd / "a\x1b[31m.toml"), "--name", "made"],
        ["new", str(odd / "other"), "--spec-dir", str(odd), "--dry-run"],
        ["new", "--name", ODD, "--recipe", "digits", "--dry-run"],
        [f"--{ODD}"],
        ["rules", ODD],
    ):
        told = runner.invoke(main, words, color=True).output
        assert "\x1b[31mb" not in told
        assert not steers(click.unstyle(told)), told


def test_json_holds_what_is_odd_as_escapes_that_read_back() -> None:
    result = CliRunner().invoke(main, ["check", f"{ODD}\U000e0041", "--format", "json"])
    assert not steers(result.stdout)
    assert f"{ODD}\U000e0041" in json.loads(result.stdout)["problems"][0]["what"]


@pytest.mark.slow
def test_a_name_of_a_file_that_is_no_text_is_shown(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xff"
    for form in ([], ["--format", "json"]):
        run = subprocess.run(
            [sys.executable, "-m", "kerasmith", "check", folder, *form],
            capture_output=True,
            check=False,
        )
        assert run.returncode == 2
        assert b"\\udcff" in run.stdout + run.stderr


def test_an_odd_record_steers_no_terminal(tmp_path: Path) -> None:
    record = changed({"_src_path": "https://kerasmith.invalid/templates.git"}, ("api",), ODD)
    record[ODD] = ODD
    (tmp_path / ".copier-answers.yml").write_text(as_text(record), "utf-8")
    (tmp_path / "kerasmith.toml").write_text("")
    result = CliRunner().invoke(main, ["check", str(tmp_path)], color=True)
    assert result.exit_code == 2
    assert not steers(click.unstyle(result.output))
