"""`kerasmith inspect`: what a saved model is, or what a data file holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kerasmith.cli.data import data_options, looked_into
from kerasmith.cli.options import answer_format
from kerasmith.cli.say import say_json, say_lines, shows_unicode
from kerasmith.cli.selected import flags_said
from kerasmith.errors import KerasmithError, Problem


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@data_options
@click.option(
    "--input",
    "inputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What a column is, in place of what was found: number, category, text or image.",
)
@click.option(
    "--output",
    "outputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What is to be predicted, and as what: quality:number.",
)
@answer_format
def inspect(path: Path, format_: str, **wishes: Any) -> None:
    """Say what a saved Keras model is, or what a data file holds, and which API it asks for.

    PATH is a .keras model, a CSV, TSV, Parquet or .npz file, or a folder with a folder of images
    for each class. Nothing in a file is executed, and Keras is not imported.

    \b
    Examples:
      kerasmith inspect model.keras
      kerasmith inspect pets.csv --predict adopted
      kerasmith inspect load.csv --predict load --history 24 --horizon 1
      kerasmith inspect pets.csv --output age:number --ignore note --format json
    """
    from kerasmith.saved_model.model_file import is_model

    if is_model(path):
        _inspect_model(path, format_, wishes)
    else:
        _inspect_data(path, format_, wishes)


def _inspect_model(path: Path, format_: str, wishes: dict[str, Any]) -> None:
    from kerasmith import report_inspect
    from kerasmith.decision.apply_rules import decide_structure
    from kerasmith.saved_model.findings import inspect_model

    if said := flags_said(wishes):
        what = "A saved model has its inputs and outputs in the file."
        raise KerasmithError(Problem(what, " ".join(said), try_=f"kerasmith inspect {path}"))
    found = inspect_model(path)
    decision = decide_structure(found.structure) if found.structure else None
    if format_ == "json":
        say_json(report_inspect.model_json(found, decision))
    else:
        say_lines(report_inspect.model_text(found, decision, unicode=shows_unicode()))


def _inspect_data(path: Path, format_: str, wishes: dict[str, Any]) -> None:
    from kerasmith import report_inspect
    from kerasmith.dataset.propose import Wishes, command_for
    from kerasmith.decision.apply_rules import decide
    from kerasmith.spec.read import read_spec

    proposal = looked_into(path, wishes)
    decision, command = None, ""
    problems: tuple[Problem, ...] = ()
    try:
        decision = decide(read_spec(proposal.tables))
        command = command_for(proposal, Wishes(**wishes))
    except KerasmithError as error:  # what was found is told, whether or not it makes a model
        problems = error.problems
    if format_ == "json":
        say_json(report_inspect.data_json(proposal, decision, command, problems))
    else:
        say_lines(report_inspect.data_text(proposal, decision, command, problems))
