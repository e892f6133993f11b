"""`kerasmith new --spec-dir`: a project for every spec file of a folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import click

from kerasmith.cli.echo import echo, echo_json, echo_problems
from kerasmith.cli.request import Request
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.project.create_many import Failed, Skipped, Written

    Outcome = Written | Skipped | Failed

PATIENCE = 1
"""Seconds after which somebody who watches is shown how far it is."""


def new_many(specs: Path, request: Request) -> None:
    """Write the projects and say what became of each; exit with 1 where one could not be."""
    from kerasmith import report_many
    from kerasmith.counts import counted
    from kerasmith.project.create_many import Failed, Skipped, create_many, spec_files

    _check_alone(specs, request)
    files, folder, dry_run = spec_files(specs), request.dest or Path(), request.dry_run
    outcomes: list[Any] = []
    failed, written, skipped = [], 0, 0
    try:
        for each in _watched(create_many(files, folder, dry_run=dry_run), len(files)):
            if isinstance(each, Failed):
                failed.append(each)
            elif isinstance(each, Skipped):
                skipped += 1
            else:
                written += 1
            if request.format_ == "json":
                outcomes.append(report_many.outcome_json(each, written=not dry_run))
            elif not isinstance(each, Failed):
                outcomes.append(report_many.outcome_text(each))
    except KeyboardInterrupt:
        if dry_run or not written:
            raise
        were = counted(len(files), "project was", "projects were")
        left = f"{written:,} of {were} written, each of them whole"
        raise KeyboardInterrupt(left) from None
    if request.format_ == "json":
        echo_json(report_many.all_json(folder, outcomes, len(failed), written=not dry_run))
    else:
        counts = (written, skipped, len(failed))
        _report(outcomes, failed, report_many.summary(*counts, folder, dry_run=dry_run))
    if failed:
        sys.exit(1)


def _report(outcomes: list[str], failed: list[Failed], summary: str) -> None:
    """Say what was written, what is wrong, and last how much of each."""
    for line in outcomes:
        echo(line)
    for each in failed:
        echo_problems(each.problems)
    echo(summary)


def _check_alone(specs: Path, request: Request) -> None:
    """Check that no other flag says anything of a project: the spec files say everything."""
    if said := request.said():
        raise KerasmithError(
            Problem(
                "Many projects are made from their spec files alone.",
                f"--spec-dir {specs} {' '.join(said)}",
                try_=f"--spec-dir alone, with what you want in the files; or --spec {specs}/FILE",
            )
        )


def _watched(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """Yield the outcomes; draw a bar for who watches, once that has taken a while."""
    begin, bar = monotonic(), None
    try:
        for done, outcome in enumerate(outcomes, start=1):
            yield outcome
            if bar is not None:
                bar.update(1)
            elif sys.stderr.isatty() and monotonic() - begin > PATIENCE:
                bar = click.progressbar(length=total, label="Projects", file=sys.stderr)
                bar.update(done)
    finally:
        if bar is not None:
            bar.render_finish()
