"""Commands for projects that there are: `kerasmith update` and `check`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kerasmith.cli.asking import can_ask, nobody_to_ask, prompter
from kerasmith.cli.echo import echo_json, echo_lines, shows_unicode
from kerasmith.cli.options import MODEL, PROJECT, Grouped, answer_format, options
from kerasmith.cli.request import ProjectFlags, takes
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.project.wanted import Ask


@dataclass(frozen=True, kw_only=True)
class Request(ProjectFlags):
    """What `kerasmith update` is asked for."""

    folder: Path
    ask: bool = False
    refresh_defaults: bool = False
    dry_run: bool = False
    format_: str = "text"


@click.command(cls=Grouped)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@options(MODEL, PROJECT)
@click.option("--name", help="Another name for the project, and so for its package.")
@click.option("--ask", is_flag=True, help="Ask again, with the project's answers as defaults.")
@click.option(
    "--refresh-defaults", is_flag=True, help="Choose again what kerasmith.toml leaves open."
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, line by line; write nothing."
)
@answer_format
@takes(Request)
def update(request: Request) -> None:
    """Bring the project in DIR up to date.

    What changes comes from kerasmith.toml, from flags and from newer templates. Git merges it into
    your files and stages the result, without a commit. Conflicts are marked; the exit code is 1
    then.

    \b
    Examples:
      kerasmith update                                   # after editing kerasmith.toml
      kerasmith update --output age:number               # grow by an output
      kerasmith update --dry-run
      kerasmith update --set inputs.photo.encoder=resnet
      kerasmith update --ask                             # answer the questions again
    """
    from kerasmith import report_update
    from kerasmith.project.update import carry_out, only_update, prepare, preview

    folder, dry_run = request.folder, request.dry_run
    asked = _ask_again(request) if request.ask else None
    with nullcontext() if dry_run else only_update(folder):
        update = prepare(folder, request.flags(), refresh=request.refresh_defaults, ask=asked)
        if request.format_ == "text":
            echo_lines(report_update.announced(update))
        merge = preview if dry_run else carry_out
        outcome = merge(update) if update.is_needed else None
    if request.format_ == "json":
        echo_json(report_update.update_json(update, outcome, written=not dry_run))
    elif outcome:
        echo_lines(report_update.outcome_text(outcome, dry_run=dry_run))
    if outcome and outcome.conflicts:
        sys.exit(1)


def _ask_again(request: Request) -> Ask:
    """Return somebody at the terminal who is asked about the tables of a project."""
    if request.format_ != "text" or not can_ask():
        instead = "flags for what should change, or edit kerasmith.toml; then kerasmith update"
        raise KerasmithError(nobody_to_ask("--ask", instead))
    from kerasmith import wizard

    context = wizard.Context(
        folder=request.folder,
        again=True,
        write="Show what would change" if request.dry_run else "Update the project",
        unicode=shows_unicode(),
    )
    return lambda tables: wizard.ask(tables, context, prompter())


@click.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--code",
    is_flag=True,
    help="Say which answers of kerasmith.toml the code no longer keeps.",
)
@click.option(
    "--accept",
    is_flag=True,
    help="With --code: write what the code does into kerasmith.toml, where it has a key for it.",
)
@answer_format
def check(folder: Path, code: bool, accept: bool, format_: str) -> None:
    """Say whether the project in DIR is up to date.

    The exit code is 1 if it is not. With --code the project's code is read, not run, and compared
    with what kerasmith.toml asks for.

    \b
    Examples:
      kerasmith check
      kerasmith check pet-finder --format json
      kerasmith check --code
    """
    if accept and not code:
        raise KerasmithError(Problem("--accept needs --code.", "--accept", try_="--code --accept"))
    if code:
        _check_code(folder, format_, accept=accept)
        return
    from kerasmith import report_update
    from kerasmith.project.check import check

    status = check(folder)
    if format_ == "json":
        echo_json(report_update.status_json(status))
    else:
        echo_lines(report_update.status_text(status))
    if not status.in_step:
        sys.exit(1)


def _check_code(folder: Path, format_: str, *, accept: bool) -> None:
    from kerasmith import report_code
    from kerasmith.project.code import check_code

    status = check_code(folder, accept=accept)
    if format_ == "json":
        echo_json(report_code.code_json(status))
    else:
        echo_lines(report_code.code_text(status))
    if not status.in_step:
        sys.exit(1)
