"""Narrow terminals, terminals without colours or Unicode, and no terminal at all."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from person import ENTER, Person

COLOUR = re.compile(rb"\x1b\[(?:\d+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;\d+)*m")

FLAGS = ["--input", "left:image:32x32x1", "--input", "caption:text:20"]


def converses(person: Person) -> None:
    """Answer what FLAGS leave open, up to the end."""
    person.answers("What should it predict?", "answer")
    person.picks("What is answer?", "category")
    person.answers("What are the classes of answer?")
    person.answers("Should it predict anything else?")
    person.picks("How should data flow from left?", "resnet")
    person.answers("How should data flow from caption?")
    person.picks("What is this model for?", "prototype")
    person.answers("Which features should")
    person.answers("What does it do")
    person.answers("Is it right?")
    assert person.leaves() == 0


def test_a_narrow_terminal_breaks_lines_between_words(tmp_path: Path) -> None:
    shown = {}
    for columns in (60, 250):
        folder = tmp_path / str(columns)
        folder.mkdir()
        with Person(folder, "new", "pets", *FLAGS, columns=columns, rows=20) as person:
            converses(person)
            shown[columns] = person.everything.partition("To recreate this project")[0]
    assert set(shown[60].split()) - set(shown[250].split()) == set(), "words that were broken"
    assert "\n  left 32×32×1\n    → resnet, 256 features\n" in shown[60]
    assert "left 32×32×1 ───→ resnet, 256 features ─" in shown[250]


def test_a_terminal_may_be_resized_at_any_question(tmp_path: Path) -> None:
    with Person(tmp_path, "new", "pets", *FLAGS) as person:
        person.is_asked("What should it predict?")
        person.resizes(60, 20)
        person.presses("My Answer")
        person.sees("A name is lower-case letters and digits, words joined by single underscores")
        person.sees("Try: my_answer")
        assert all(len(line) < 60 for line in person.lines)
        person.presses(*"\x7f" * 9, "answer", ENTER)
        person.is_asked("What is answer?")
        person.resizes(100, 30)
        person.picks("What is answer?", "binary")
        person.is_asked("Should it predict anything else?")


def test_keys_that_come_early_are_not_lost(tmp_path: Path) -> None:
    with Person(tmp_path, "new", "digits") as person:
        person.presses(ENTER * 5)  # before the first question is there
        assert person.leaves() == 0
    assert (tmp_path / "digits/kerasmith.toml").exists()


@pytest.mark.parametrize(("columns", "rows"), [(40, 10), (30, 8)])
def test_even_a_tiny_terminal_shows_the_question(tmp_path: Path, columns: int, rows: int) -> None:
    with Person(tmp_path, "new", "digits", columns=columns, rows=rows) as person:
        person.is_asked("How would you")
        person.sees("With a model of my own")
        person.presses(ENTER)
        person.is_asked("Which recipe?")
        person.is_pointed_at("digits")
        person.presses(*[ENTER] * 4)
        assert person.leaves() == 0


def test_colours_are_sent_and_no_color_keeps_them_away(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with Person(tmp_path / "a", "new", "pets", *FLAGS) as person:
        converses(person)
        assert COLOUR.search(person.sent)
    with Person(tmp_path / "b", "new", "pets", *FLAGS, environment={"NO_COLOR": "1"}) as person:
        converses(person)
        assert not COLOUR.search(person.sent)


@pytest.mark.parametrize("setting", [{"LC_ALL": "C"}, {"PYTHONIOENCODING": "ascii"}])
def test_a_terminal_without_unicode_gets_ascii(tmp_path: Path, setting: dict[str, str]) -> None:
    with Person(tmp_path, "new", "pets", *FLAGS, environment=setting) as person:
        person.is_asked("What should it predict?")
        converses(person)
        assert person.sent.isascii()
        shown = person.everything
    assert "> Functional: it has 2 inputs (multiple-inputs)" in shown
    assert '"When multiple inputs or outputs are required."' in shown
    assert "|-- README.md" in shown
    assert "?" not in re.sub(r"(?m)^\? .*$|\w\?", "", shown), "something could not be shown"


# === Nobody to ask ===


@pytest.mark.parametrize("setting", [{"CI": "true"}, {"AI_AGENT": "1"}, {"TERM": "dumb"}])
def test_a_pipeline_is_told_what_is_missing(tmp_path: Path, setting: dict[str, str]) -> None:
    with Person(tmp_path, "new", environment=setting) as person:
        assert person.leaves() == 2
        for flag in ("DEST", "--input", "--output", "--recipe", "--spec"):
            assert flag in person.everything
        assert person.asked == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["", "0", "false"])
def test_an_empty_or_false_ci_is_no_pipeline(tmp_path: Path, value: str) -> None:
    with Person(tmp_path, "new", "pets", environment={"CI": value}) as person:
        person.is_asked("How would you like")


def test_yes_takes_the_defaults_even_in_a_pipeline(tmp_path: Path) -> None:
    with Person(tmp_path, "new", "--yes", environment={"CI": "true"}) as person:
        assert person.leaves() == 0
        assert "kerasmith new digits --recipe digits" in person.everything
    assert (tmp_path / "digits/kerasmith.toml").exists()


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_a_stream_that_leads_elsewhere_is_nobody_to_ask(tmp_path: Path, stream: str) -> None:
    import pty

    _ours, theirs = pty.openpty()
    streams: dict[str, int] = {"stdin": theirs, "stdout": theirs, stream: subprocess.DEVNULL}
    done = subprocess.run(
        [Path(sys.executable).with_name("kerasmith"), "new", "pets"],
        cwd=tmp_path,
        stderr=subprocess.PIPE,
        timeout=120,  # whoever asks waits for ever
        **streams,  # type: ignore[call-overload]
    )
    assert done.returncode == 2
    assert b"--recipe digits" in done.stderr
    assert list(tmp_path.iterdir()) == []
