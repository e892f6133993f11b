"""The one error type: what is wrong, why, and what to do next.

A *problem* is one mistake in what the user gave. An error carries all the problems that were
found, so that a spec with three mistakes is answered once, not three times.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake: `what` is wrong, `where` it is, `why` it is one, what to `try_` instead.

    `refusal` names the reason in `decision/refusals.py` where every key by itself is right.
    `missing` says that nothing said is wrong: something is left to say, and may be asked for.
    """

    what: str
    where: str = ""
    why: str = ""
    try_: str = ""
    refusal: str = ""
    missing: bool = False


class KerasmithError(Exception):
    """The request was wrong; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(problem.what for problem in problems))
        self.problems = problems


def problem_json(problem: Problem) -> dict[str, str]:
    """Return a problem for programs."""
    return {
        "what": problem.what,
        "where": problem.where,
        "why": problem.why,
        "try": problem.try_,
    }


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return "Did you mean 'cnn'?" for a near miss, otherwise the known words."""
    from difflib import get_close_matches  # only a mistake has to wait for this import

    choices = [str(each) for each in known]
    short = isinstance(word, str) and len(word) <= 100  # comparing long ones takes seconds
    near = get_close_matches(str(word), choices, n=1) if short else []
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(choices)}"


def printable(text: str) -> str:
    """Return the text with escapes for what would steer a terminal or could not be encoded."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in text)


_PLAIN = str.maketrans({"“": '"', "”": '"', "…": "...", "×": "x", "→": ">"})


def plain(text: str) -> str:
    """Return the text with signs of ASCII in the place of ours; what the user wrote stays."""
    return text.translate(_PLAIN)


def shortened(value: object, limit: int = 80) -> str:
    """Return the value as Python writes it, escapes included, cut to `limit` characters."""
    try:
        text = repr(value)
    except ValueError:  # Python writes no numbers of more than 4300 digits
        text = "a number of thousands of digits"
    return text if len(text) <= limit else text[: limit - 1] + "…"
