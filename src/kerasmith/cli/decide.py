"""`kerasmith decide`: the decision for flags, for bare counts, for a saved model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kerasmith.cli.echo import echo_json, echo_lines
from kerasmith.cli.model_files import NO_FILE, model_name, read_model_file
from kerasmith.cli.options import MODEL, START, Grouped, answer_format, options
from kerasmith.cli.request import MODEL_FLAGS, ModelFlags, StartFlags, said, takes
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.decision.apply_rules import Decision

MOST_COUNTED = 1000
"""Inputs, or outputs, that `decide` takes by number at the most."""


@dataclass(frozen=True, kw_only=True)
class Request(StartFlags, ModelFlags):
    """What `kerasmith decide` is asked for."""

    model: Path | None = None
    name: str | None = None
    input_count: int | None = None
    output_count: int | None = None
    shared_layers: bool = False
    several_paths: bool = False
    format_: str = "text"

    @property
    def counted(self) -> bool:
        """Whether it is asked by bare counts."""
        counts = self.input_count or self.output_count
        return bool(counts or self.shared_layers or self.several_paths)


@click.command(cls=Grouped)
@click.argument("model", required=False, type=click.Path(path_type=Path))
@options(START, MODEL)
@click.option(
    "--input-count",
    type=click.IntRange(1, MOST_COUNTED),
    help="How many inputs, to decide by bare counts.",
)
@click.option(
    "--output-count",
    type=click.IntRange(1, MOST_COUNTED),
    help="How many outputs, to decide by bare counts.",
)
@click.option("--shared-layers", is_flag=True, help="With counts: a layer is used more than once.")
@click.option("--several-paths", is_flag=True, help="With counts: data takes more than one path.")
@model_name
@answer_format
@takes(Request)
def decide(request: Request) -> None:
    """Decide whether a Sequential is enough, and say why.

    The model is described by flags, by counts, by a spec, or by MODEL: a saved one, or the Python
    code or notebook that builds it, which is read and never run.

    \b
    Examples:
      kerasmith decide --input-count 1 --output-count 2
      kerasmith decide --recipe digits
      kerasmith decide --input photo:image:64x64x3=resnet --output breed:category:10
      kerasmith decide --spec kerasmith.toml --format json
      kerasmith decide model.keras
      kerasmith decide model.py
    """
    from kerasmith import report_decision

    if request.name and request.model is None:
        raise KerasmithError(NO_FILE)
    if request.model is not None:
        _decide_model(request.model, request)
        return
    decision = _decide_counts(request) if request.counted else _decide_spec(request)
    if request.format_ == "json":
        echo_json(report_decision.decision_json(decision))
    else:
        echo_lines(report_decision.decision_text(decision))


def _decide_model(model: Path, request: Request) -> None:
    """Answer for a model that there is; what is in the file leaves nothing for flags to say."""
    from kerasmith import report_inspect
    from kerasmith.decision.apply_rules import decide_structure

    if request.counted or said(request, (*MODEL_FLAGS, "purpose")):
        raise KerasmithError(
            Problem(
                "A file of a model cannot be combined with other model flags.",
                where=str(model),
                why="Its inputs, outputs and layers are in the file.",
                try_=f"kerasmith decide {model}, without flags that describe another model",
            )
        )
    found = read_model_file(model, request.name)
    decision = decide_structure(found.structure, request.api or "auto") if found.structure else None
    if request.format_ == "json":
        echo_json(report_inspect.verdict_json(found, decision))
    else:
        echo_lines(report_inspect.verdict_text(found, decision))


def _decide_spec(request: Request) -> Decision:
    from kerasmith.cli.starts import NOTHING_GIVEN, named_start, selected_spec
    from kerasmith.decision.apply_rules import decide

    if not said(request, MODEL_FLAGS):
        raise KerasmithError(
            replace(
                NOTHING_GIVEN,
                why="Missing: --input-count N and --output-count N, or the flags that name them, "
                "or a spec.",
                try_="--input-count 1 --output-count 2, or --recipe digits, or "
                "--spec kerasmith.toml",
            )
        )
    return decide(selected_spec(named_start(request), request, folder="model"))


def _decide_counts(request: Request) -> Decision:
    from kerasmith.decision.apply_rules import decide_structure
    from kerasmith.decision.structure import structure_of_counts

    if mixed := said(request, MODEL_FLAGS):
        raise KerasmithError(
            Problem(
                "A decision is by counts or by a spec, not by both.",
                where=", ".join(mixed),
                try_="leave out --input-count, --output-count, --shared-layers and --several-paths",
            )
        )
    structure = structure_of_counts(
        request.input_count or 1,
        request.output_count or 1,
        shared=request.shared_layers,
        branched=request.several_paths,
        purpose=request.purpose or "",
    )
    return decide_structure(structure, request.api or "auto")
