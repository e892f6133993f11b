"""The flags that say what a data file holds, and a project's beginning from one."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args

import click

from kerasmith.catalogue.endings import Encoding
from kerasmith.cli.asking import asker
from kerasmith.cli.selected import FLAG_NAMES, flags_said
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.dataset.bring import Brought
    from kerasmith.dataset.propose import Proposal
    from kerasmith.spec.specification import Spec

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--predict",
        metavar="COLUMN",
        multiple=True,
        help="Which column of the data is to be predicted; once for each.",
    ),
    click.option("--history", type=click.IntRange(1), help="Steps that a forecast looks back."),
    click.option("--horizon", type=click.IntRange(1), help="Steps that a forecast looks ahead."),
    click.option(
        "--ignore", metavar="COLUMN", multiple=True, help="A column of the data to leave out."
    ),
    click.option(
        "--missing",
        metavar="WORD",
        multiple=True,
        help="What a cell of the data holds that holds nothing.",
    ),
    click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first row of the data names the columns.",
    ),
    click.option(
        "--encoding",
        type=click.Choice(get_args(Encoding)),
        help="How the text of the data is encoded.",
    ),
)

WISHES = ("predict", "history", "horizon", "ignore", "missing", "header", "encoding")

LARGE = 100_000_000
"""Bytes of a file from which on it takes a moment to look into it."""


def data_options(command: F) -> F:
    """Add the flags that say what is to be predicted from data, and from what."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def looked_into(path: Path, wishes: dict[str, Any]) -> Proposal:
    """Return what is proposed for data; somebody who waits is told."""
    from kerasmith.dataset.propose import Wishes, propose

    if not (sys.stderr.isatty() and path.is_file() and path.stat().st_size > LARGE):
        return propose(path, Wishes(**wishes))
    size, label = path.stat().st_size, f"Looking into {path.name}"
    with click.progressbar(length=size, label=label, file=sys.stderr) as progress:
        return propose(path, Wishes(**wishes), progress.update)


@dataclass(frozen=True)
class Begun:
    """A new project's beginning from data: what is proposed, what is brought, what was wished.

    `asked` says that somebody was asked what is to be predicted.
    """

    proposal: Proposal
    brought: Brought
    wishes: dict[str, Any]
    asked: bool = False
    beside: Sequence[str] = ()
    """What was said beside the data, as flags."""

    def flags(self) -> tuple[str, ...]:
        """Return the flags that begin with these data."""
        from kerasmith.dataset.propose import Wishes, command_for

        return tuple(shlex.split(command_for(self.proposal, Wishes(**self.wishes), "name"))[3:])

    def command(self, spec: Spec, *, asked: bool) -> str:
        """Return the command that begins with these data; empty if it makes another spec.

        What somebody was `asked` and answered is no flag.
        """
        from kerasmith.dataset.propose import Wishes, command_for
        from kerasmith.spec.read import read_spec

        project = {**self.brought.tables["project"], "name": spec.project.name}
        same = read_spec({**self.brought.tables, "project": project}) == spec
        if asked and not same:
            return ""
        command = command_for(self.proposal, Wishes(**self.wishes), spec.project.name)
        return command if same else f"{command} {shlex.join(self.beside)}"


def _flags(given: dict[str, Any]) -> Iterator[str]:
    """Yield the flags that somebody gave, as they are typed; the name is said otherwise."""
    for name, value in given.items():
        if name not in ("name", "inputs", "outputs") and value not in (None, (), False):
            for each in value if isinstance(value, tuple) else (value,):
                yield from (f"--{FLAG_NAMES.get(name, name.replace('_', '-'))}", str(each))


def begun_with(given: dict[str, Any], *, asks: bool, yes: bool) -> Begun | None:
    """Return a new project's beginning from data; None where nothing says where they lie.

    Takes out of `given` what tells of data. What is to be predicted is never guessed: where
    nothing says it, it is asked for; `yes` takes the column that looks most like it.
    """
    path = given.pop("data")
    wishes = {name: given.pop(name) for name in WISHES}
    if path is None:
        if said := flags_said(wishes):
            what = "These flags tell of data, and none are named."
            raise KerasmithError(Problem(what, " ".join(said), try_="--data PATH"))
        return None
    from kerasmith.dataset.bring import bring

    # what flags say of columns is not yet what a spec says
    wishes |= {name: given[name] for name in ("inputs", "outputs")}
    given |= {"inputs": (), "outputs": ()}
    proposal = looked_into(path, wishes)
    asked = False
    if proposal.findings.guessed or not proposal.findings.targets:
        if not (asks or yes):
            raise KerasmithError(_which(path, proposal))
        chosen = _ask_which(proposal) if asks else _best(proposal)
        wishes |= {"predict": (chosen,)}
        asked = asks
        proposal = looked_into(path, wishes)
    if not proposal.tables["outputs"]:
        raise KerasmithError(_unclear(path, proposal))
    if not proposal.tables["inputs"]:
        what = "Nothing is left to predict it from."
        why = " ".join(_dropped(proposal)) or "There is no other column."
        raise KerasmithError(Problem(what, f"--data {path}", why, "--input COLUMN:KIND"))
    return Begun(proposal, bring(proposal), wishes, asked, tuple(_flags(given)))


def _dropped(proposal: Proposal) -> Iterator[str]:
    """Yield why columns were left out, and what to do about it."""
    left_out = [each for each in proposal.findings.columns if each.dropped]
    for each in left_out[:5]:
        yield "; ".join((f"{each.name}: {each.reason}", *each.notes)) + "."
    if len(left_out) > 5:
        yield f"{len(left_out) - 5} more: see kerasmith inspect."


def found_text(begun: Begun) -> Iterator[str]:
    """Yield what was found in the data, for people."""
    from kerasmith.report_inspect import findings_text

    yield from findings_text(begun.proposal)
    yield ""


def found_json(begun: Begun) -> dict[str, Any]:
    """Return what was found in the data and what was copied, for programs."""
    from kerasmith.report_inspect import findings_json

    return {"data": findings_json(begun.proposal) | {"copied": sorted(begun.brought.files)}}


def _best(proposal: Proposal) -> str:
    """Return the column that looks most like what is to be predicted."""
    targets = proposal.findings.targets
    return targets[0].columns[0] if targets else proposal.findings.columns[-1].name


def _ask_which(proposal: Proposal) -> str:
    """Ask which column is to be predicted."""
    from kerasmith.wizard.own_data import which_question

    columns = [(each.name, each.reason) for each in proposal.findings.columns]
    return asker().ask(which_question(columns, _best(proposal)))


def _which(path: Path, proposal: Proposal) -> Problem:
    able = _able(proposal)
    best = next((each.columns[0] for each in proposal.findings.targets if each.kind), "")
    return Problem(
        "Nothing says what is to be predicted.",
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
