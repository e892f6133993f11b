"""The questions about data that somebody brings."""

from collections.abc import Sequence
from pathlib import Path

from kerasmith.errors import Problem, printable
from kerasmith.wizard.question import YES, YES_OR_NO, Choice, Question

MOST_OFFERED = 200
"""Columns that are offered at the most."""


def where_question() -> Question:
    """Return the question where the data is."""

    def check(answer: str) -> Problem | None:
        there = bool(answer) and Path(answer).expanduser().exists()
        return None if there else Problem(f"There is no file or folder {answer!r}.", "PATH")

    return Question(
        "Where is your data?",
        "",
        "A CSV, TSV or Parquet file with a header, an .npz file, or a folder with a folder of "
        "images or sounds for each class.",
        example="pets.csv",
        check=check,
    )


def split_question(split: str, table: Path, training: Path) -> Question:
    """Return the question whether a table beside that of training holds another split."""
    return Question(
        f"Are the rows of {printable(table.name)} the {split} split?",
        YES,
        f"It is beside {printable(training.name)} and has its columns. Otherwise that split is "
        f"drawn from {printable(training.name)}.",
        choices=YES_OR_NO,
    )


def which_question(columns: Sequence[tuple[str, str]], best: str) -> Question:
    """Return the question which of these columns, each with what it holds, to predict."""
    offered = [each for each in columns if each[0] == best]
    offered += [each for each in columns if each[0] != best][: MOST_OFFERED - 1]
    return Question(
        "Which column should the model predict?",
        best,
        "The model learns it from the other columns.",
        choices=tuple(Choice(name, name, about=holds) for name, holds in offered),
    )
