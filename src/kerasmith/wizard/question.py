"""What is asked, and who answers: a question knows nothing of terminals."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kerasmith.errors import Problem

YES, NO = "yes", "no"


class Back(Exception):
    """Whoever is asked would like to go back to the question before."""


@dataclass(frozen=True)
class Choice:
    """One answer to pick: `brief` is beside it, `about` below the list while it is pointed at.

    Choices of one `heading` are listed together. `why_not` is why it cannot be picked now.
    """

    value: str
    label: str
    brief: str = ""
    about: str = ""
    heading: str = ""
    why_not: str = ""


YES_OR_NO = (Choice(YES, "Yes"), Choice(NO, "No"))


def _anything(answer: str) -> Problem | None:
    return None


@dataclass(frozen=True)
class Question:
    """A question with its default: one of the choices, or text where there are none.

    `check` says what is wrong with an answer, in the words that a flag's error has. With `several`
    any number of choices may be picked; the answer is then their values, joined by commas.
    `unasked` is what holds where nobody is asked, if that is not the default.
    """

    text: str
    default: str
    help: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    several: bool = False
    check: Callable[[str], Problem | None] = _anything
    unasked: str | None = None


class Prompter(Protocol):
    """Who answers: a person at a terminal, or the defaults."""

    def ask(self, question: Question) -> str:
        """Return a right answer; raise Back to have the question before asked again."""

    def say(self, lines: Iterable[str]) -> None:
        """Show lines, between two questions."""


class Defaults:
    """Takes every default and shows nothing: `--yes`."""

    def ask(self, question: Question) -> str:
        """Return the default."""
        return question.default

    def say(self, lines: Iterable[str]) -> None:
        """Show nothing."""


@dataclass(frozen=True)
class Context:
    """What the answers are for.

    `folder` is where the project will be, or None for a folder of the project's own name;
    with `named`, that name is certain. `begin` is the answer to the first question, where that was
    asked already. With `again`, everything is asked, with what the tables say
    as defaults. With `whole`, the tables describe a whole model, and only what surrounds it is
    asked. `write` is what the last choice is called, `unicode` whether the terminal can show more
    than ASCII. `beginning` are the flags that lead to these tables, where they come from data or a
    saved model.
    """

    folder: Path | None = None
    named: bool = False
    begin: str = ""
    again: bool = False
    whole: bool = False
    write: str = "Write the project"
    unicode: bool = True
    beginning: tuple[str, ...] = ()
