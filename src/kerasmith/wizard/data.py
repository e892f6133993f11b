"""The questions about data that somebody brings."""

from collections.abc import Sequence

from kerasmith.wizard.question import Choice, Question

MOST_OFFERED = 200
"""Columns that are offered at the most."""


def which_question(columns: Sequence[tuple[str, str]], best: str) -> Question:
    """Return the question which of these columns, each with what it holds, is to be predicted."""
    offered = [each for each in columns if each[0] == best]
    offered += [each for each in columns if each[0] != best][: MOST_OFFERED - 1]
    return Question(
        "What is to be predicted?",
        best,
        "The model learns it from the other columns.",
        choices=tuple(Choice(name, name, about=holds) for name, holds in offered),
    )
