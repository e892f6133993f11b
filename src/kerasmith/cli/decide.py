"""`kerasmith decide`: the decision for flags, for bare counts, for a saved model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kerasmith.cli.options import Grouped, answer_format, selection
from kerasmith.cli.say import say_json, say_lines
from kerasmith.cli.selected import MODEL_FLAGS, SAYS_NOTHING, flags_said, says_model, selected_spec
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.decision.apply_rules import Decision

MOST_COUNTED = 1000
"""Inputs, or outputs, that `decide` takes by number at the most."""


@click.command(cls=Grouped)
@click.argument("model", required=False, type=click.Path(path_type=Path))
@selection
@click.option(
    "--inputs",
    "input_count",
    type=click.IntRange(1, MOST_COUNTED),
    help="How many inputs, to decide by bare counts.",
)
@click.option(
    "--outputs",
    "output_count",
    type=click.IntRange(1, MOST_COUNTED),
    help="How many outputs, to decide by bare counts.",
)
@click.option("--shared", is_flag=True, help="With counts: a layer is used more than once.")
@click.option("--branched", is_flag=True, help="With counts: data takes more than one path.")
@answer_format
def decide(
    model: Path | None,
    input_count: int | None,
    output_count: int | None,
    shared: bool,
    branched: bool,
    format_: str,
    **given: Any,
) -> None:
    """Say whether Sequential will do, and why: by flags, by counts, or for a saved MODEL.

    \b
    Examples:
      kerasmith decide --inputs 1 --outputs 2
      kerasmith decide --recipe digits
      kerasmith decide --input photo:image:64x64x3=resnet --output breed:category:10
      kerasmith decide --spec kerasmith.toml --format json
      kerasmith decide model.keras
    """
    from kerasmith import report

    counted = input_count or output_count or shared or branched
    if model is not None:
        _decide_model(model, format_, given, counted=bool(counted))
        return
    decision = (
        _decide_counts(input_count or 1, output_count or 1, shared, branched, given)
        if counted
        else _decide_spec(given)
    )
    if format_ == "json":
        say_json(report.decision_json(decision))
    else:
        say_lines(report.decision_text(decision))


def _decide_model(model: Path, format_: str, given: dict[str, Any], *, counted: bool) -> None:
    """Answer for a saved model; what is in the file leaves nothing for flags to say."""
    from kerasmith import report_inspect
    from kerasmith.decision.apply_rules import decide_structure
    from kerasmith.saved_model.findings import inspect_model

    if counted or says_model(given) or given["purpose"]:
        raise KerasmithError(
            Problem(
                "A saved model is decided by itself.",
                where=str(model),
                why="Its inputs, outputs and layers stand in the file.",
                try_=f"kerasmith decide {model}, without flags that tell of another model",
            )
        )
    found = inspect_model(model)
    wish = given["api"] or "auto"
    decision = decide_structure(found.structure, wish) if found.structure else None
    if format_ == "json":
        say_json(report_inspect.verdict_json(found, decision))
    else:
        say_lines(report_inspect.verdict_text(found, decision))


def _decide_spec(given: dict[str, Any]) -> Decision:
    from kerasmith.decision.apply_rules import decide

    if not says_model(given):
        raise KerasmithError(
            replace(
                SAYS_NOTHING,
                why="Missing: --inputs N and --outputs N, or the flags that name them, or a spec.",
                try_="--inputs 1 --outputs 2, or --recipe digits, or --spec kerasmith.toml",
            )
        )
    return decide(selected_spec(folder="model", **given))


def _decide_counts(
    inputs: int, outputs: int, shared: bool, branched: bool, given: dict[str, Any]
) -> Decision:
    from kerasmith.decision.apply_rules import decide_structure
    from kerasmith.decision.structure import structure_of_counts

    if mixed := flags_said({name: given[name] for name in MODEL_FLAGS}):
        raise KerasmithError(
            Problem(
                "A decision is by counts or by a spec, not by both.",
                where=", ".join(mixed),
                try_="leave out --inputs, --outputs, --shared and --branched",
            )
        )
    structure = structure_of_counts(
        inputs, outputs, shared=shared, branched=branched, purpose=given["purpose"] or ""
    )
    return decide_structure(structure, given["api"] or "auto")
