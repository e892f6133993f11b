"""From the request for a new project to the project on disk, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasmith.cli.asking import can_ask
from kerasmith.cli.chosen import Chosen, choose
from kerasmith.cli.data import found_json, found_text
from kerasmith.cli.echo import echo_json, echo_lines, shows_unicode
from kerasmith.cli.request import Request
from kerasmith.cli.starts import FromData, FromModel

if TYPE_CHECKING:
    from kerasmith.decision.apply_rules import Decision
    from kerasmith.plan.planned import Plan


def new_one(request: Request) -> None:
    """Write the project that the request, or whoever is asked, chooses, and say so."""
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

    if isinstance(chosen.start, FromData):
        chosen.start.check(chosen.spec)
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
    if chosen.defaults:
        answer["defaults"] = {
            "file": str(chosen.defaults.path),
            "taken": chosen.from_defaults(),
        }
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
    if chosen.defaults:
        echo_lines(report.from_defaults(chosen.defaults.path, chosen.from_defaults()))
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
