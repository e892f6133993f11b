"""A project's start from a data file: what is proposed, and what has to be asked."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kerasmith.cli.asking import prompter
from kerasmith.cli.request import DATA_FLAGS, DataFlags, ProjectFlags, said, typed
from kerasmith.cli.starts import FromData
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.dataset.propose import DataOptions, Proposal
    from kerasmith.wizard.steps import Steps

    Look = Callable[[DataOptions], Proposal]

LARGE = 100_000_000
"""Bytes of a file from which on it takes a moment to look into it."""


def looked_into(path: Path, options: DataOptions) -> Proposal:
    """Return what is proposed for data; somebody who waits sees how far it is."""
    from kerasmith.dataset.propose import propose

    if not (sys.stderr.isatty() and path.is_file() and path.stat().st_size > LARGE):
        return propose(path, options)
    size, label = path.stat().st_size, f"Looking into {path.name}"
    with click.progressbar(length=size, label=label, file=sys.stderr) as progress:
        return propose(path, options, progress.update)


def check_no_data_flags(flags: DataFlags) -> None:
    """Check that no flag says what a data file holds, where none is named."""
    if words := said(flags, DATA_FLAGS):
        raise KerasmithError(
            Problem("These flags need --data.", " ".join(words), try_="--data PATH")
        )


def from_data(
    path: Path, flags: DataFlags, project: ProjectFlags, *, asks: bool, yes: bool, begun: bool
) -> FromData:
    """Return a new project's start from data.

    What to predict is never guessed: where nothing says it, somebody is asked for it if one `asks`,
    and `yes` takes the column that looks most like it. Raises Back where somebody goes back to what
    was asked before the data were `begun` with.
    """
    from kerasmith.dataset.bring import bring
    from kerasmith.wizard.own_data import best_target, is_open

    options, asked = flags.options(project.inputs, project.outputs), False
    look = cache(partial(looked_into, path))
    if asks:
        options, asked = _answered(path, options, look, begun=begun)
    proposal = look(options)
    if is_open(proposal):
        if not yes:
            raise KerasmithError(_no_target(path, proposal))
        options = replace(options, predict=(best_target(proposal),))
        proposal = look(options)
    if not proposal.tables["outputs"]:
        raise KerasmithError(_unclear(path, proposal))
    if not proposal.tables["inputs"]:
        what = "Nothing is left to predict it from."
        why = " ".join(_dropped(proposal)) or "There is no other column."
        raise KerasmithError(Problem(what, f"--data {path}", why, "--input COLUMN:KIND"))
    return FromData(proposal, bring(proposal), options, asked, tuple(typed(project, _BESIDE)))


_BESIDE = [
    each.name for each in fields(ProjectFlags) if each.name not in ("name", "inputs", "outputs")
]
"""The flags that say something else than what is in the data, and how the project is called."""


def _dropped(proposal: Proposal) -> Iterator[str]:
    """Yield why columns were left out, and what to do about it."""
    left_out = [each for each in proposal.findings.columns if each.dropped]
    for each in left_out[:5]:
        yield "; ".join((f"{each.name}: {each.reason}", *each.notes)) + "."
    if len(left_out) > 5:
        yield f"{len(left_out) - 5} more: see kerasmith inspect."


def found_text(start: FromData) -> Iterator[str]:
    """Yield what was found in the data, for people."""
    from kerasmith.report_inspect import findings_text

    yield from findings_text(start.proposal)
    yield ""


def found_json(start: FromData) -> dict[str, Any]:
    """Return what was found in the data and what was copied, for programs."""
    from kerasmith.report_inspect import findings_json

    return {"data": findings_json(start.proposal) | {"copied": sorted(start.copied.files)}}


def _answered(
    path: Path, options: DataOptions, look: Look, *, begun: bool
) -> tuple[DataOptions, bool]:
    """Return what flags and answers say of data, and whether anything was asked."""
    from kerasmith.wizard.own_data import ask_about
    from kerasmith.wizard.question import Back
    from kerasmith.wizard.steps import Steps

    steps = Steps(prompter())
    while True:
        try:
            said = ask_about(look, _ask_beside(path, options, steps), steps)
        except Back:
            if not steps.back() and begun:
                raise
        else:
            return said, bool(steps.kept)


def _ask_beside(path: Path, options: DataOptions, steps: Steps) -> DataOptions:
    """Ask whether tables beside that of training are other splits, unless flags name some."""
    from kerasmith.dataset.given_splits import tables_beside
    from kerasmith.wizard.own_data import split_question
    from kerasmith.wizard.question import YES

    if options.validation or options.test:
        return options
    given = {
        split: table
        for split, table in tables_beside(path, options).items()
        if steps.ask(split_question(split, table, path)) == YES
    }
    return replace(options, validation=given.get("validation"), test=given.get("test"))


def _no_target(path: Path, proposal: Proposal) -> Problem:
    able = _able(proposal)
    best = next((each.columns[0] for each in proposal.findings.targets if each.kind), "")
    return Problem(
        "No target column given.",
        f"--data {path}",
        f"Columns: {', '.join(able[:20])}{' …' if len(able) > 20 else ''}.",
        f"--predict {best or 'COLUMN'}",
    )


def _able(proposal: Proposal) -> Sequence[str]:
    return [each.name for each in proposal.findings.columns]


def _unclear(path: Path, proposal: Proposal) -> Problem:
    target = proposal.findings.targets[0]
    return Problem(
        f"It is unclear how {', '.join(target.columns)} could be predicted.",
        f"--data {path}",
        f"Found: {target.reason}.",
        f"--output {target.columns[0]}:KIND, or another column",
    )
