"""A company's defaults: under whatever is said, reported when taken, kept by the project."""

import json
import tomllib
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from kerasmith.cli import main
from kerasmith.project.check import check
from kerasmith.spec.company_defaults import KEYS, VARIABLE, read_defaults
from kerasmith.spec.read import load_spec
from tests.projects.clean import assert_clean

DEFAULTS = """\
# Of all our projects

[project]
features = ["ci", "export"]
backend = "jax"
license = "Apache-2.0"
authors = ["ML Platform <ml@acme.example>", "Ann Smith"]
python = ["3.13", "3.12"]
runner = "acme-linux"
header = "Copyright 2026 Acme; see LICENSE"
"""

DIGITS = ("new", "digits", "--recipe", "digits")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "acme.toml"
    path.write_text(DEFAULTS, "utf-8")
    monkeypatch.setenv(VARIABLE, str(path))
    return path


def run(*words: str) -> Result:
    result = CliRunner().invoke(main, list(words))
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def said(folder: str = "digits") -> dict[str, object]:
    project: dict[str, object] = tomllib.loads(Path(folder, "kerasmith.toml").read_text())[
        "project"
    ]
    return project


def test_a_new_project_takes_them_over_and_says_so(company: Path) -> None:
    done = run(*DIGITS)
    assert done.exit_code == 0, done.output
    assert f"From the defaults in {company}" in done.output
    assert 'backend = "jax"' in done.output
    assert said()["backend"] == "jax"
    assert said()["features"] == ["ci", "export"]
    pyproject = tomllib.loads(Path("digits/pyproject.toml").read_text())["project"]
    assert pyproject["license"] == "Apache-2.0"
    assert pyproject["authors"] == [
        {"name": "ML Platform", "email": "ml@acme.example"},
        {"name": "Ann Smith"},
    ]
    assert pyproject["requires-python"].startswith(">=3.12")
    workflow = yaml.safe_load(Path("digits/.github/workflows/ci.yml").read_text())["jobs"]["test"]
    assert workflow["runs-on"] == "acme-linux"
    assert workflow["strategy"]["matrix"]["python"] == ["3.12", "3.13"]
    for file in Path("digits").rglob("*.py"):
        assert file.read_text().startswith("# Copyright 2026 Acme; see LICENSE\n\n"), file


@pytest.mark.slow
def test_the_code_is_clean_with_all_of_them(company: Path) -> None:
    run(*DIGITS, "--with", "all")
    assert_clean(load_spec(Path("digits/kerasmith.toml")))


def test_whatever_is_said_counts_more(company: Path) -> None:
    run(*DIGITS, "--backend", "torch", "--without", "export", "--set", "project.license=MIT")
    assert said()["backend"] == "torch"
    assert said().get("features", ["ci"]) == ["ci"]
    assert said()["license"] == "MIT"
    assert said()["runner"] == "acme-linux"


def test_a_spec_file_counts_more(company: Path) -> None:
    Path("own.toml").write_text(
        '[project]\nname = "digits"\nbackend = "torch"\n'
        '[[inputs]]\nname = "photo"\nkind = "image"\nshape = [8, 8, 1]\n'
        '[[outputs]]\nname = "digit"\nkind = "binary"\n'
    )
    assert run("new", "digits", "--spec", "own.toml").exit_code == 0
    assert said()["backend"] == "torch"
    assert said()["header"] == "Copyright 2026 Acme; see LICENSE"


def test_check_needs_them_no_more(company: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(*DIGITS)
    company.write_text("this is no TOML")
    assert check(Path("digits")).in_step
    monkeypatch.setenv(VARIABLE, "")
    assert check(Path("digits")).in_step
    assert run("check", "digits").exit_code == 0


def test_a_project_that_there_is_does_not_change_with_them(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    run(*DIGITS)
    monkeypatch.setenv(VARIABLE, str(company))
    assert check(Path("digits")).in_step
    assert "backend" not in said()


def test_the_command_in_the_readme_makes_the_same_without_them(
    company: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shlex

    run(*DIGITS)
    record = yaml.safe_load(Path("digits/.copier-answers.yml").read_text())
    first = Path("digits/kerasmith.toml").read_text()
    monkeypatch.setenv(VARIABLE, "")
    words = shlex.split(record["command"])[1:]
    assert run(words[0], "again", "--name", "digits", *words[2:]).exit_code == 0
    assert Path("again/kerasmith.toml").read_text() == first


def test_programs_are_told_what_was_taken(company: Path) -> None:
    told = json.loads(run(*DIGITS, "--format", "json", "--backend", "torch").output)
    assert told["defaults"]["file"] == str(company)
    assert 'license = "Apache-2.0"' in told["defaults"]["taken"]
    assert 'backend = "jax"' not in told["defaults"]["taken"]


def test_the_users_own_folder_is_looked_into(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import click

    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = Path(click.get_app_dir("kerasmith"))
    assert folder.is_relative_to(tmp_path)
    assert run(*DIGITS).exit_code == 0
    folder.mkdir(parents=True)
    (folder / "kerasmith.toml").write_text(DEFAULTS)
    assert "From the defaults in" in run("new", "more", "--recipe", "digits").output


@pytest.mark.parametrize(
    ("text", "line", "why"),
    [
        ("[project]\nbackend = ", "", "end of document"),
        ("[project]\nbackend = = 3\n", ":2", "line 2"),
        ('[project]\n\nbackend = "theano"\n', ":3", "theano"),
        ('[project]\nname = "pets"\n', ":2", "no key 'name' here"),
        ("[[inputs]]\n", ":1", "no key 'inputs' here"),
        ('[project]\nfeatures = [\n  "exprot",\n]\n', ":2", "Did you mean 'export'"),
        ('project.license = "a\\nb"\n', ":1", "license"),
        ('[project]\nheader = "coding: latin-1"\n', ":2", "header"),
        ('[project]\nauthors = ["<a@b>"]\n', ":2", "authors"),
        ('[project]\npython = ["2.7"]\n', ":2", "python"),
        ('[project]\nrunner = "a b"\n', ":2", "runner"),
        ("project = 3\n", ":1", "table of keys"),
    ],
)
def test_bad_ones_are_said_with_file_and_line(
    company: Path, text: str, line: str, why: str
) -> None:
    company.write_text(text)
    done = run(*DIGITS)
    assert done.exit_code == 2
    assert f"{company}{line}" in done.output.replace("\n", "")
    assert why in done.output
    assert not Path("digits").exists()


def test_all_that_is_wrong_is_said_at_once(company: Path) -> None:
    company.write_text('[project]\nbackend = "theano"\nrunner = "a b"\nlicence = "MIT"\n')
    done = run(*DIGITS)
    assert done.output.count("error:") == 3
    assert "Did you mean 'license'" in done.output


def test_a_file_that_is_not_there_is_said(company: Path) -> None:
    company.unlink()
    done = run(*DIGITS)
    assert done.exit_code == 2
    assert "No such file" in done.output
    assert VARIABLE in done.output


def test_only_what_all_projects_can_share_is_a_default(company: Path) -> None:
    assert {*read_defaults(company).project} == {*KEYS}
