"""`kerasmith convert`: the model in a file of code, written as a Sequential or Functional."""

from __future__ import annotations

from pathlib import Path

import click

from kerasmith.cli.echo import echo, echo_lines
from kerasmith.cli.model_files import model_name
from kerasmith.errors import KerasmithError, Problem


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--to",
    type=click.Choice(["functional", "sequential"]),
    help="The form that the model is to have.",
)
@click.option(
    "--keras3",
    is_flag=True,
    help="Replace spellings of older versions that Keras 3 no longer has.",
)
@model_name
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, line by line; write nothing."
)
def convert(file: Path, to: str | None, keras3: bool, name: str | None, dry_run: bool) -> None:
    """Rewrite the model in FILE as a Sequential or a Functional one.

    Only the lines of the model change; comments and layout stay. The code is read, never run, and
    where the new one would not compute the same, nothing is written.

    \b
    Examples:
      kerasmith convert stack.py --to functional --dry-run
      kerasmith convert stack.py --to functional
      kerasmith convert stack.py --keras3 --dry-run
    """
    from kerasmith.project.rewrite import write_converted
    from kerasmith.report_convert import converted_text
    from kerasmith.rewriting.conversion import convert as converted_of

    if to is None and not keras3:
        what = "Nothing says what to convert to."
        try_ = "--to functional, --to sequential or --keras3"
        raise KerasmithError(Problem(what, where="--to", try_=try_))
    converted = converted_of(file, to or "", name or "", keras3=keras3)
    if not converted.changed:
        echo(f"Nothing to change: {file} is already as it is asked for.")
        return
    if not dry_run:
        write_converted(converted)
    echo_lines(converted_text(converted, dry_run=dry_run))
