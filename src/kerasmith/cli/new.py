"""`kerasmith new`: from flags, or from answers, to a project on disk."""

from __future__ import annotations

from pathlib import Path

import click

from kerasmith.cli.options import DATA, MODEL, PROJECT, START, Grouped, answer_format, options
from kerasmith.cli.request import Request, takes


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
    help="Start from your own data: a table, an .npz file, or a folder of images or sounds. "
    "--input and --output then say what columns are (COLUMN:KIND[:SIZE]).",
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
        from kerasmith.cli.new_many import new_many

        new_many(request.spec_dir, request)
    else:
        from kerasmith.cli.new_one import new_one

        new_one(request)
