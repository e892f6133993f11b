"""`kerasmith inspect`: what a saved model is, or what a data file holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import click

from kerasmith.cli.echo import echo_json, echo_lines, shows_unicode
from kerasmith.cli.model_files import NO_FILE, is_model_file, model_name, read_model_file
from kerasmith.cli.options import DATA, answer_format, options
from kerasmith.cli.request import DATA_FLAGS, DataFlags, said, takes
from kerasmith.errors import KerasmithError, Problem


@dataclass(frozen=True, kw_only=True)
class Request(DataFlags):
    """What `kerasmith inspect` is asked for."""

    path: Path
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    name: str | None = None
    format_: str = "text"


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@options(DATA)
@click.option(
    "--input",
    "inputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What a column is, instead of what was found: number, category, text, image or audio.",
)
@click.option(
    "--output",
    "outputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What to predict, and as what: quality:number.",
)
@model_name
@answer_format
@takes(Request)
def inspect(request: Request) -> None:
    """Say what a Keras model is, or what a data file holds.

    It also says which API the model needs. PATH is a .keras model, the Python code or notebook that
    builds one, a CSV, TSV, Parquet or .npz file, or a folder with a folder of images or sounds
    for each class. Nothing in a file is executed, and Keras is not imported.

    \b
    Examples:
      kerasmith inspect model.keras
      kerasmith inspect model.py --name build_model
      kerasmith inspect pets.csv --predict adopted
      kerasmith inspect load.csv --predict load --history 24 --horizon 1
      kerasmith inspect pets.csv --output age:number --ignore note --format json
    """
    if is_model_file(request.path):
        _inspect_model(request)
    elif request.name:
        raise KerasmithError(NO_FILE)
    else:
        _inspect_data(request)


def _inspect_model(request: Request) -> None:
    from kerasmith import report_inspect
    from kerasmith.decision.apply_rules import decide_structure

    if words := said(request, (*DATA_FLAGS, "inputs", "outputs")):
        what = "A model has its inputs and outputs in the file."
        raise KerasmithError(
            Problem(what, " ".join(words), try_=f"kerasmith inspect {request.path}")
        )
    found = read_model_file(request.path, request.name)
    decision = decide_structure(found.structure) if found.structure else None
    if request.format_ == "json":
        echo_json(report_inspect.model_json(found, decision))
    else:
        echo_lines(report_inspect.model_text(found, decision, unicode=shows_unicode()))


def _inspect_data(request: Request) -> None:
    from kerasmith import report_inspect
    from kerasmith.cli.data import looked_into
    from kerasmith.dataset.propose import command_for, forecast_for
    from kerasmith.decision.apply_rules import decide
    from kerasmith.spec.read import read_spec

    options = request.options(request.inputs, request.outputs)
    proposal = looked_into(request.path, options)
    decision, command, forecast = None, "", ""
    problems: tuple[Problem, ...] = ()
    try:
        decision = decide(read_spec(proposal.tables))
        command = command_for(proposal, options)
        forecast = forecast_for(proposal, options)
    except KerasmithError as error:  # what was found is shown, whether or not it makes a model
        problems = error.problems
    if request.format_ == "json":
        echo_json(report_inspect.data_json(proposal, decision, command, forecast, problems))
    else:
        echo_lines(report_inspect.data_text(proposal, decision, command, forecast, problems))
