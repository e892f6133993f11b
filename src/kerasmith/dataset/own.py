"""Whether a table holds the columns that a model asks for."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasmith.dataset.sample import read_table
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened


def check_columns(table: Path, asked: Mapping[str, Sequence[str]]) -> None:
    """Check that a table has the columns; `asked` names who asks for them.

    Raises KerasmithError with all that it has not.
    """
    names = list(read_table(table).columns)
    problems = [
        Problem(
            f"There is no column {shortened(column)} in {table.name}.",
            where,
            "The project trains on that table.",
            did_you_mean(column, names[:40]) + '; or say what the table calls it: column = "…"',
        )
        for where, columns in asked.items()
        for column in columns
        if column not in names
    ]
    if problems:
        raise KerasmithError(*problems)
