"""The one error type: what is wrong, why, and what to do next.

A *problem* is one mistake in what the user gave. An error carries all the problems that were
found, so that a spec with three mistakes is answered once, not three times.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One mistake: `what` is wrong, `where` it stands, `why` it is one, what to `try_` instead."""

    what: str
    where: str = ""
    why: str = ""
    try_: str = ""


class KerasmithError(Exception):
    """The request was wrong; nothing was written."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(problem.what for problem in problems))
        self.problems = problems


def did_you_mean(word: object, known: Iterable[str]) -> str:
    """Return "Did you mean 'cnn'?" for a near miss, otherwise the known words."""
    from difflib import get_close_matches  # only a mistake has to wait for this import

    choices = list(known)
    near = get_close_matches(str(word), choices, n=1)
    return f"Did you mean {near[0]!r}?" if near else f"Known: {', '.join(choices)}"


def shortened(value: object, limit: int = 80) -> str:
    """Return the value as Python writes it, escapes included, cut to `limit` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"
