"""`kerasmith notebook`: a whole project in one notebook."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kerasmith.catalogue.features import USUAL_FEATURES
from kerasmith.cli.chosen import choose
from kerasmith.cli.echo import echo, echo_json
from kerasmith.cli.options import MODEL, ONE_FILE, START, Grouped, answer_format, options
from kerasmith.cli.request import MODEL_FLAGS, Request, said, takes
from kerasmith.cli.starts import NOTHING_GIVEN
from kerasmith.errors import KerasmithError, Problem
from kerasmith.styled import style

if TYPE_CHECKING:
    from kerasmith.spec.specification import Spec

ENDING = ".ipynb"


@click.command(cls=Grouped)
@click.argument("dest", type=click.Path(path_type=Path))
@options(START, MODEL, ONE_FILE)
@click.option("--name", help="The model's name; by default that of the notebook.")
@answer_format
@takes(Request)
def notebook(request: Request) -> None:
    """Write one notebook in the place of a project.

    DEST goes from the data to an answer, in Jupyter or Colab, and needs nothing beside it: a sample
    of data or your upload, the decision with its reasons, the model, its training, its scores
    beside a baseline, a prediction. Its code is that of the project that `kerasmith new` writes,
    without features.

    \b
    Examples:
      kerasmith notebook digits.ipynb --recipe digits
      kerasmith notebook pets.ipynb --input photo:image:64x64x3 --output breed:category:beagle,boxer
      kerasmith notebook stack.ipynb --recipe digits --api functional
      kerasmith notebook mine.ipynb --spec kerasmith.toml
    """
    import json

    from kerasmith.decision.apply_rules import decide
    from kerasmith.notebooks import notebook as notebook_of
    from kerasmith.plan.plan import plan
    from kerasmith.project.rewrite import write_new
    from kerasmith.report_decision import decision_json

    dest = request.dest or Path()
    _check(dest, request)
    chosen = choose(replace(request, dest=dest.with_suffix("")), asks=False)
    spec = _without_features(chosen.spec)
    decision = decide(spec)
    text = notebook_of(plan(spec, decision))
    write_new(dest, text)
    kept = {*spec.features, *USUAL_FEATURES}
    left_out = [each for each in chosen.spec.features if each not in kept]
    if request.format_ == "json":
        answer = {"destination": str(dest), "cells": len(json.loads(text)["cells"])}
        echo_json(answer | {"features_left_out": left_out} | decision_json(decision))
        return
    echo(style(f"Wrote {dest}", fg="green", bold=True) + f", {decision.headline}")
    if left_out:
        echo(f"Left out are its features: {', '.join(left_out)}.")
    echo()
    echo("Run its cells from top to bottom, in Jupyter or Colab.")


def _check(dest: Path, request: Request) -> None:
    """Raise KerasmithError where no notebook can be at the destination, or nothing says of what."""
    problems = []
    if dest.suffix != ENDING:
        problems.append(
            Problem(
                f"The name of a notebook ends in {ENDING}.",
                where=f"DEST {dest}",
                try_=f"{dest.name.rstrip('.') or 'my-model'}{ENDING}",
            )
        )
    if not said(request, MODEL_FLAGS):
        why = "Missing: --input NAME:KIND[:SIZE] and --output NAME:KIND[:SIZE], or --recipe, or "
        problems.append(replace(NOTHING_GIVEN, why=f"{why}--spec."))
    if problems:
        raise KerasmithError(*problems)


def _without_features(spec: Spec) -> Spec:
    from kerasmith.spec.read import read_spec
    from kerasmith.spec.tables import tables_of

    tables = tables_of(spec)
    return read_spec({**tables, "project": {**tables["project"], "features": []}})
