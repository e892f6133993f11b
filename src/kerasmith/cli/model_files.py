"""A model in a file, saved or as code: what `decide` and `inspect` read alike."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.saved_model.findings import ModelFindings

model_name = click.option(
    "--name",
    metavar="NAME",
    help="Of several models in a file of code: its function, its variable or its own name.",
)

NO_FILE = Problem(
    "--name chooses a model in a file of code, and none is named.",
    where="--name",
    try_="kerasmith decide model.py --name build_model",
)


def is_model_file(path: Path) -> bool:
    """Say whether to read a path as a model, not as data."""
    from kerasmith.saved_model.model_file import is_model
    from kerasmith.source_code.source import is_source

    return is_source(path) or is_model(path)


def check_name(path: Path, name: str | None) -> None:
    """Check that a name of a model is said of a file of code.

    Raises KerasmithError where it is not.
    """
    from kerasmith.source_code.source import is_source

    if name and not is_source(path):
        what = "--name chooses a model in a file of code, and a saved file holds one."
        raise KerasmithError(Problem(what, f"--name {name}", try_=f"kerasmith inspect {path}"))


def read_model_file(path: Path, name: str | None) -> ModelFindings:
    """Return what a file says of a model.

    Raises KerasmithError where it holds none, or several and none is chosen.
    """
    from kerasmith.source_code.source import is_source

    if is_source(path):
        from kerasmith.source_code.inspect_source import inspect_source

        return inspect_source(path, name or "")
    check_name(path, name)
    from kerasmith.saved_model.findings import inspect_model

    return inspect_model(path)
