"""`kerasmith new`: from flags, or from answers, to a project on disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kerasmith.cli.asking import can_ask
from kerasmith.cli.chosen import Chosen, choose
from kerasmith.cli.data import found_json, found_text
from kerasmith.cli.echo import echo_json, echo_lines, shows_unicode
from kerasmith.cli.new_many import new_many
from kerasmith.cli.options import DATA, MODEL, PROJECT, START, Grouped, answer_format, options
from kerasmith.cli.request import Request, takes
from kerasmith.cli.starts import FromData, FromModel

if TYPE_CHECKING:
    from kerasmith.decision.apply_rules import Decision
    from kerasmith.plan.planned import Plan


@click.command(cls=Grouped)
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@options(START, MODEL, PROJECT)
@click.option(
    "--spec-dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write a project for every spec file in DIR, into DEST or this folder.",
)
@click.option(
    "--like",
    metavar="MODEL",
    type=click.Path(path_type=Path),
    help="Start with the inputs and outputs of a saved Keras model.",
)
@click.option(
    "--data",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Start from your own data: a table, an .npz file, or a folder of images. --input and "
    "--output then say what columns are (COLUMN:KIND[:SIZE]).",
)
@options(DATA)
@click.option("--name", help="The project's name; by default that of the destination.")
@click.option(
    "--ask-again",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Ask everything again, with the answers of the project in DIR as defaults.",
)
@click.option("--yes", is_flag=True, help="Accept every default; never prompt.")
@click.option("--dry-run", is_flag=True, help="Show decision, picture and files; write nothing.")
@answer_format
@takes(Request)
def new(request: Request) -> None:
    """Write a new project to DEST.

    On a terminal, kerasmith asks for what the flags leave open.

    \b
    Examples:
      kerasmith new my-digits
      kerasmith new my-digits --recipe digits
      kerasmith new pets --input photo:image:64x64x3 --output breed:category:beagle,boxer
      kerasmith new pairs --input left:image:32x32x1 --input right:image:32x32x1 \\
          --share left,right --output same:binary
      kerasmith new pets --data pets.csv --predict adopted
      kerasmith new pets --spec kerasmith.toml --dry-run
      kerasmith new projects --spec-dir specs
    """
    if request.spec_dir is not None:
        new_many(request.spec_dir, request)
        return
    asks = not request.yes and request.format_ == "text" and can_ask()
    chosen = choose(request, asks=asks)
    made = _made(request, chosen)
    if request.format_ == "json":
        _say_json(request, chosen, made)
    else:
        _say_text(request, chosen, made, asks=asks)


@dataclass(frozen=True)
class _Made:
    """A project as it was written, or would be."""

    destination: Path
    decision: Decision
    plan: Plan
    files: Mapping[str, str]


def _made(request: Request, chosen: Chosen) -> _Made:
    """Make the project: from the decision to the files, and to the disk unless it is a dry run."""
    from kerasmith.decision.apply_rules import decide
    from kerasmith.plan.plan import plan
    from kerasmith.project.create import check_destination, create
    from kerasmith.render.render import render

    destination = request.dest or Path(chosen.spec.project.name)
    check_destination(destination)
    decision = decide(chosen.spec)
    planned = plan(chosen.spec, decision)
    files = render(planned)
    if not request.dry_run:
        data = chosen.start.copied.files if isinstance(chosen.start, FromData) else None
        create(destination, files, data)
    return _Made(destination, decision, planned, files)


def _say_json(request: Request, chosen: Chosen, made: _Made) -> None:
    """Answer programs."""
    from kerasmith import report

    answer: dict[str, Any] = report.project_json(
        made.plan, made.decision, made.destination, made.files, written=not request.dry_run
    )
    if isinstance(chosen.start, FromModel):
        answer["not_carried_over"] = chosen.start.model.left_out
    if isinstance(chosen.start, FromData):
        answer |= found_json(chosen.start)
    echo_json(answer)


def _say_text(request: Request, chosen: Chosen, made: _Made, *, asks: bool) -> None:
    """Answer people; whoever `asks` has seen what is in the data."""
    from kerasmith import report

    start, unicode = chosen.start, shows_unicode()
    if isinstance(start, FromData):
        echo_lines([""] if asks else found_text(start))
        echo_lines([f"  {start.copied.note}", ""])
    if request.dry_run:
        echo_lines(
            report.dry_run(made.plan, made.decision, made.destination, made.files, unicode=unicode)
        )
    else:
        again = ""
        if isinstance(start, FromData):
            again = start.command(chosen.spec, asked=chosen.asked)
        echo_lines(
            report.created(
                made.plan, made.destination, unicode=unicode, pictured=chosen.asked, command=again
            )
        )
    if isinstance(start, FromModel):
        from kerasmith.report_inspect import not_carried_text

        echo_lines(not_carried_text(start.model.left_out))
