"""Whether a table holds the columns that a model asks for, and in them what it takes them for."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from kerasmith.dataset.data_options import CheckedOptions, DataOptions
from kerasmith.dataset.from_table import check_flags
from kerasmith.dataset.said import check_groups
from kerasmith.dataset.sample import read_table
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened


def check_columns(
    table: Path, asked: Mapping[str, Sequence[str]], options: DataOptions | None = None
) -> None:
    """Check that a table has the columns; `asked` names who asks for them.

    `options` say what they are taken for. Raises KerasmithError with all that it has not, or with
    all that is something else.
    """
    sample = read_table(table)
    names = list(sample.columns)
    problems = [
        Problem(
            f"There is no column {shortened(column)} in {table.name}.",
            where,
            "The project reads that table.",
            did_you_mean(column, names[:40]) + '; or say what the table calls it: column = "…"',
        )
        for where, columns in asked.items()
        for column in columns
        if column not in names
    ]
    if problems:
        raise KerasmithError(*problems)
    for group in asked.get("data.group", ()):
        check_groups(group, len({*sample.columns[group]} - {""}), sample.size)
    if options:
        check_flags(sample, CheckedOptions(names, options))
