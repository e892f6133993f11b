"""The documents tell the truth: they are fresh, lead somewhere, and what they show works."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import make
import pytest
from click.testing import CliRunner

from kerasmith import __version__
from kerasmith.cli import main
from kerasmith.decision.rules import RULES
from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.read import load_spec, read_spec

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
SOURCE = DOCS / "sequential-vs-model.md"
"""The document whose rules kerasmith applies: not ours, and quoted as it is."""

PAGES = sorted(
    {*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *DOCS.glob("*.jinja"), *DOCS.glob("*.py")} - {SOURCE}
)
MARKDOWN = [page for page in PAGES if page.suffix == ".md"]


def name_of(page: Path) -> str:
    return str(page.relative_to(ROOT))


def python(*arguments: str, cwd: Path, path: Path | None = None) -> str:
    """Run Python; return what it prints, or fail with what it complains of."""
    environment = os.environ | ({"PYTHONPATH": str(path)} if path else {})
    command = [sys.executable, *arguments]
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def blocks(page: Path, language: str) -> list[str]:
    """Return the code blocks of a page in one language."""
    text = page.read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


# === Fresh ===


def test_made_documents_are_fresh() -> None:
    assert python("docs/make.py", "--check", cwd=ROOT) == ""


def test_check_notices_a_stale_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("rules.md", "reference.md"):
        (tmp_path / name).write_text("as it was\n", "utf-8")
    monkeypatch.setattr(make, "ROOT", tmp_path)
    wanted = {"rules.md": "as it is\n", "reference.md": "as it was\n", "new.md": "as it is\n"}
    made = [(tmp_path / name, lambda text=text: text) for name, text in wanted.items()]
    monkeypatch.setattr(make, "documents", lambda: made)
    monkeypatch.setattr(sys, "argv", ["make.py", "--check"])

    assert make.main() == 1
    assert capsys.readouterr().out.splitlines() == [
        "stale: rules.md",
        "stale: new.md",
        "Run: make docs",
    ]


def test_rules_page_has_a_chapter_for_each_rule() -> None:
    chapters = re.findall(r"^## ([a-z-]+)$", (DOCS / "rules.md").read_text("utf-8"), re.MULTILINE)
    assert chapters == [rule.name for rule in RULES]


def test_changelog_tells_of_this_version() -> None:
    heading = "Unreleased" if ".dev" in __version__ else __version__
    assert f"\n## [{heading}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")


# === Links ===


def anchors(page: Path) -> set[str]:
    """Return what a link may name behind `#`: the headings, as they are turned into anchors."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[str, str]]:
    """Yield the path and the anchor of every link that leads to no other host."""
    prose = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" not in target:
            path, _, anchor = target.partition("#")
            yield path, anchor


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in links(page):
        target = page.parent / path if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors(target), f"{path}#{anchor}"


# === Words ===

FORBIDDEN = {
    "a path of a machine": r"(?<![\w.])/(home|root|tmp|work|usr|var|opt|Users)/",
    "a package registry": r"pypi\.org|pythonhosted|npmjs|anaconda\.org|simple/",
    "what is not done": r"TODO|FIXME|XXX",
    "a number of a ticket": r"\bissue #?\d|(?<![&\w(])#\d",
}


@pytest.mark.parametrize("what", FORBIDDEN)
@pytest.mark.parametrize("page", [*PAGES, *sorted(DOCS.glob("pictures/*.svg"))], ids=name_of)
def test_no_page_holds(page: Path, what: str) -> None:
    text = re.sub(r'"#[0-9a-f]{6}"|fill: #[0-9a-f]{6}', "", page.read_text("utf-8"))
    assert not re.findall(FORBIDDEN[what], text)


def test_pictures_fetch_nothing() -> None:
    for picture in DOCS.glob("pictures/*.svg"):
        addresses = re.findall(r"https?:[^\"')\s]*", picture.read_text("utf-8"))
        assert set(addresses) <= {"http://www.w3.org/2000/svg"}


def test_pictures_keep_their_blanks_in_every_browser() -> None:
    """Blanks at the beginning, or two in a row, are kept only where they do not break."""
    for picture in DOCS.glob("pictures/*.svg"):
        texts = re.findall(r"<text[^>]*>([^<]+)</text>", picture.read_text("utf-8"))
        assert len(texts) > 10
        assert [text for text in texts if text.strip("\n").startswith(" ") or "  " in text] == []


# === What is shown works ===


def session(page: Path) -> list[tuple[str, str]]:
    """Return what is typed in console blocks, kerasmith and git, and the line shown below it."""
    code = "".join(blocks(page, "console")).replace("\\\n", " ")
    return re.findall(r"^\$ ((?:kerasmith|git) .*)\n(?=(.*)$)", code, re.MULTILINE)


def shown_commands(page: Path) -> list[str]:
    """Return the kerasmith commands in shell blocks and in backticks."""
    code = "".join(blocks(page, "sh")).replace("\\\n", " ")
    lines = re.findall(r"^(kerasmith .*)$", code, re.MULTILINE)
    words = r"(?:decide|inspect|new|recipes|rules|schema)(?= )[^`A-Z…]*"
    lines += re.findall(rf"`(kerasmith {words})`", page.read_text("utf-8"))
    return [re.sub(r"\s+(#|>|\|) .*$", "", each) for each in lines]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the README's kerasmith.toml and the examples of the docs in it."""
    shutil.copytree(DOCS / "examples", tmp_path, dirs_exist_ok=True)
    (spec,) = blocks(ROOT / "README.md", "toml")
    (tmp_path / "kerasmith.toml").write_text(spec, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_every_session_shown_runs(page: Path, folder: Path) -> None:
    for command, below in session(page):
        if command.startswith("git "):
            subprocess.run(shlex.split(command), check=True, env=os.environ | SOMEBODY)
            continue
        result = CliRunner().invoke(main, shlex.split(command)[1:])
        wanted = 2 if below.startswith("error: ") else 0
        assert result.exit_code == wanted, f"{command}\n{result.output}"


@pytest.mark.parametrize("page", MARKDOWN, ids=name_of)
def test_every_command_shown_runs(page: Path, folder: Path) -> None:
    for command in shown_commands(page):
        if "squeezenet" in command or "wind:angle" in command:
            continue  # what the architecture page adds: test_added_encoder.py, test_added_kinds.py
        if "specks" in command:
            continue  # what the page on plug-ins leads to: test_plugins_page.py
        arguments = shlex.split(command)[1:]
        if "--ask" in arguments:
            continue  # it takes a terminal and somebody at it: tests/terminal
        if arguments[0] == "quiz" and "json" not in arguments:
            continue  # that, too
        if arguments[0] == "web":
            continue  # it goes on until somebody ends it: tests/web
        if arguments[0] in ("new", "update"):
            arguments.append("--dry-run")
        if arguments[0] == "new":
            arguments.append("--yes")  # nobody is there to be asked
        with chdir(committed_project(folder, command) if arguments[0] in OF_PROJECTS else folder):
            result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, f"{command}\n{result.output}"


OF_PROJECTS = ("update", "check")


def committed_project(folder: Path, command: str) -> Path:
    """Return where a command finds the README's project, committed: in it, or above it."""
    project = folder / "pet-finder"
    if not project.exists():
        create(project, render(plan(load_spec(folder / "kerasmith.toml"))))
        for words in ("init --quiet", "add --all", "commit --quiet --message One"):
            subprocess.run(
                ["git", *words.split()], cwd=project, check=True, env=os.environ | SOMEBODY
            )
    return folder if project.name in command else project


SOMEBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.com"))
}


def test_commands_are_found() -> None:
    assert len(session(DOCS / "tutorial.md")) > 8
    assert len(shown_commands(ROOT / "README.md")) > 8
    assert len(shown_commands(DOCS / "reference.md")) > 8


def decided() -> list[tuple[str, str, str]]:
    """Return the README's table of decisions: API, rules, command."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.findall(
        r"^\| .* \| (Sequential|Functional) \| (.*) \| `(kerasmith .*)` \|$", text, re.MULTILINE
    )


def test_table_of_decisions_is_right() -> None:
    table = decided()
    assert len(table) > 6
    for api, rules, command in table:
        result = CliRunner().invoke(main, [*shlex.split(command)[1:], "--format", "json"])
        assert f'"api": "{api.lower()}"' in result.stdout, command
        agreeing = re.findall(r'"rule": "(.*)"(?:.*\n){6}.*"gave_way_to": null', result.stdout)
        assert re.findall(r"`(.*?)`", rules) == agreeing, command


def test_python_of_the_readme_runs(tmp_path: Path) -> None:
    (spec,) = blocks(ROOT / "README.md", "toml")
    (code,) = blocks(ROOT / "README.md", "python")
    (tmp_path / "kerasmith.toml").write_text(spec, "utf-8")
    (headline,) = re.findall(r"print\(decision.headline\)  # (.*)", code)

    printed = python("-c", code, cwd=tmp_path)

    assert printed.splitlines()[0] == headline
    assert (tmp_path / "pet-finder/src/pet_finder/model.py").exists()


def test_every_spec_shown_is_a_spec(tmp_path: Path) -> None:
    specs = [
        block
        for page in MARKDOWN
        for block in blocks(page, "toml")
        if "[[inputs]]" in block and "[recipe]" not in block
    ]
    assert len(specs) >= 2
    for spec in specs:
        (tmp_path / "kerasmith.toml").write_text(spec, "utf-8")
        assert load_spec(tmp_path / "kerasmith.toml") == read_spec(tomllib.loads(spec))
