"""`kerasmith inspect`: what a saved model is, or what a data file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from kerasmith.cli.data import looked_into
from kerasmith.cli.echo import echo_json, echo_lines, shows_unicode
from kerasmith.cli.options import DATA, answer_format, options
from kerasmith.cli.request import DATA_FLAGS, DataFlags, said, takes
from kerasmith.errors import KerasmithError, Problem


@dataclass(frozen=True, kw_only=True)
class Request(DataFlags):
    """What `kerasmith inspect` is asked for."""

    path: Path
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    format_: str = "text"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@options(DATA)
@click.option(
    "--input",
    "inputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What a column is, instead of what was found: number, category, text or image.",
)
@click.option(
    "--output",
    "outputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What to predict, and as what: quality:number.",
)
@answer_format
@takes(Request)
def inspect(request: Request) -> None:
    """Say what a saved Keras model is, or what a data file holds.

    It also says which API the model needs. PATH is a .keras model, a CSV, TSV, Parquet or .npz
    file, or a folder with a folder of images for each class. Nothing in a file is executed, and
    Keras is not imported.

    \b
    Examples:
      kerasmith inspect model.keras
      kerasmith inspect pets.csv --predict adopted
      kerasmith inspect load.csv --predict load --history 24 --horizon 1
      kerasmith inspect pets.csv --output age:number --ignore note --format json
    """
    from kerasmith.saved_model.model_file import is_model

    if is_model(request.path):
        _inspect_model(request)
    else:
        _inspect_data(request)


def _inspect_model(request: Request) -> None:
    from kerasmith import report_inspect
    from kerasmith.decision.apply_rules import decide_structure
    from kerasmith.saved_model.findings import inspect_model

    if words := said(request, (*DATA_FLAGS, "inputs", "outputs")):
        what = "A saved model has its inputs and outputs in the file."
        raise KerasmithError(
            Problem(what, " ".join(words), try_=f"kerasmith inspect {request.path}")
        )
    found = inspect_model(request.path)
    decision = decide_structure(found.structure) if found.structure else None
    if request.format_ == "json":
        echo_json(report_inspect.model_json(found, decision))
    else:
        echo_lines(report_inspect.model_text(found, decision, unicode=shows_unicode()))


def _inspect_data(request: Request) -> None:
    from kerasmith import report_inspect
    from kerasmith.dataset.propose import command_for
    from kerasmith.decision.apply_rules import decide
    from kerasmith.spec.read import read_spec

    options = request.options(request.inputs, request.outputs)
    proposal = looked_into(request.path, options)
    decision, command = None, ""
    problems: tuple[Problem, ...] = ()
    try:
        decision = decide(read_spec(proposal.tables))
        command = command_for(proposal, options)
    except KerasmithError as error:  # what was found is shown, whether or not it makes a model
        problems = error.problems
    if request.format_ == "json":
        echo_json(report_inspect.data_json(proposal, decision, command, problems))
    else:
        echo_lines(report_inspect.data_text(proposal, decision, command, problems))
