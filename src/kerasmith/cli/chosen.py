"""From the request for a new project to its spec: read, refuse, ask."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kerasmith.cli.asking import nobody_to_ask, prompter
from kerasmith.cli.data import check_no_data_flags, found_text, from_data
from kerasmith.cli.echo import echo_lines, shows_unicode
from kerasmith.cli.request import MODEL_FLAGS, Request, said
from kerasmith.cli.starts import (
    NOTHING_GIVEN,
    FromData,
    FromModel,
    FromProject,
    Start,
    named_start,
    only_one,
    tables_of,
)
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.spec.collect import Origins
    from kerasmith.spec.company_defaults import Defaults
    from kerasmith.spec.specification import Spec
    from kerasmith.wizard.steps import Steps


@dataclass(frozen=True)
class Chosen:
    """The spec of a new project, what it started from, and whether somebody was asked for it.

    `defaults` are those of a company, which say what nothing else does.
    """

    spec: Spec
    start: Start
    asked: bool
    defaults: Defaults | None = None

    def from_defaults(self) -> list[str]:
        """Return what of the spec came from a company's defaults, a line each."""
        from kerasmith.spec.tables import tables_of as said_by

        return self.defaults.lines(said_by(self.spec)["project"]) if self.defaults else []


def choose(request: Request, *, asks: bool) -> Chosen:
    """Return what flags and answers say; a step back leads to how to begin.

    What the flags leave open is asked for if one `asks`.
    """
    from kerasmith.wizard.question import Back
    from kerasmith.wizard.steps import Steps

    if request.said() or not asks:
        return _choose(request, asks=asks)
    steps, again = Steps(prompter()), False
    while True:
        try:
            begin, data = _begin(request.dest, steps, again=again)
            return _choose(replace(request, data=data), begin, asks=asks)
        except Back:
            steps.back()
            again = True


def _begin(dest: Path | None, steps: Steps, *, again: bool) -> tuple[str, Path | None]:
    """Return the answer to the first question, and where the data are if that is how to begin.

    It needs next to nothing of kerasmith.
    """
    from kerasmith.project.create import check_destination
    from kerasmith.wizard.opening import DATA, begin

    if dest is not None:
        check_destination(dest)
    answer = begin(steps, again=again)
    if answer != DATA:
        return answer, None
    from kerasmith.wizard.own_data import where_question

    return answer, Path(steps.ask(where_question())).expanduser()


def _choose(request: Request, begin: str = "", *, asks: bool) -> Chosen:
    """Return what one run through the questions, as far as there are any, leads to.

    Whoever has answered anything gets to review it before it is written.
    """
    from kerasmith.spec.read import read_spec

    start = _start(request, asks=asks, begun=bool(begin))
    defaults = None if isinstance(start, FromProject) else own_defaults()
    if isinstance(start, FromData) and asks:  # whoever answers has seen what was found
        echo_lines(found_text(start))
    draft = _read(request, start, defaults, asks=asks)
    _refuse(request, start, draft, answered=asks or request.yes)
    review = bool(begin) or (isinstance(start, FromData) and start.asked)
    if not (draft.is_open or review or isinstance(start, FromProject)):
        return Chosen(read_spec(draft.tables, draft.origins), start, False, defaults)
    tables = _ask(request, start, draft, begin, asks=asks)
    return Chosen(read_spec(tables), start, asks, defaults)


def _start(request: Request, *, asks: bool, begun: bool) -> Start:
    """Return what the flags start from.

    Raises KerasmithError where they name several starts, or one that cannot be read.
    """
    only_one(
        {
            "--recipe": request.recipe,
            "--spec": request.spec_file,
            "--ask-again": request.ask_again,
            "--like": request.like,
            "--data": request.data,
        }
    )
    if request.data is not None:
        return from_data(request.data, request, request, asks=asks, yes=request.yes, begun=begun)
    check_no_data_flags(request)
    if request.like is not None:
        from kerasmith.saved_model.like import like

        return FromModel(like(request.like))
    if request.ask_again is None:
        return named_start(request)
    if not (asks or request.yes):
        spec = request.ask_again / "kerasmith.toml"
        instead = f"--spec {spec}, and flags for what differs; or --yes"
        raise KerasmithError(nobody_to_ask(f"--ask-again {request.ask_again}", instead))
    return FromProject(request.ask_again)


@dataclass(frozen=True)
class _Draft:
    """What flags say on top of a start, and what is wrong with it or left to say.

    `nowhere` says that even the destination is.
    """

    tables: dict[str, Any]
    origins: Origins
    problems: tuple[Problem, ...]
    nowhere: bool

    @property
    def wrong(self) -> list[Problem]:
        """What is wrong, whatever is said besides."""
        return [problem for problem in self.problems if not problem.missing]

    @property
    def is_open(self) -> bool:
        """Whether anything is wrong or left to say."""
        return bool(self.problems or self.nowhere)


def own_defaults() -> Defaults | None:
    """Return the defaults of whoever runs this; none where there are none."""
    import click

    from kerasmith.spec.company_defaults import company_defaults

    return company_defaults(Path(click.get_app_dir("kerasmith")))


def _read(request: Request, start: Start, defaults: Defaults | None, *, asks: bool) -> _Draft:
    """Read the flags on top of the start."""
    from kerasmith.project.create import absolute
    from kerasmith.spec.flags import tables_from_flags

    flags = request
    if isinstance(start, FromData):  # what flags say of columns is not yet what a spec says
        flags = replace(request, inputs=(), outputs=())
    folder = absolute(request.dest).name if request.dest else None
    named = flags.flags(None if asks and not _names(folder) else folder)
    base = tables_of(start, named=request.dest is not None)
    if defaults:
        base = defaults.under(base)
    tables, origins, problems = tables_from_flags(named, base)
    nowhere = request.dest is None and not request.dry_run
    if nowhere:  # a destination says the name, too
        problems = tuple(p for p in problems if p.where != "project.name" or not p.missing)
    return _Draft(tables, origins, problems, nowhere)


def _refuse(request: Request, start: Start, draft: _Draft, *, answered: bool) -> None:
    """Raise KerasmithError for what is wrong, and, unless it is `answered`, for what is left."""
    problems = draft.wrong
    if not answered and draft.is_open:
        known = start.whole or said(request, MODEL_FLAGS)
        nowhere = (_NO_DESTINATION,) if draft.nowhere else ()
        problems = [*nowhere, *(draft.problems if known else (*problems, NOTHING_GIVEN))]
    if problems:
        raise KerasmithError(*problems)


def _ask(
    request: Request, start: Start, draft: _Draft, begin: str, *, asks: bool
) -> dict[str, Any]:
    """Return the tables that answers, or the defaults, make of the draft."""
    from kerasmith import wizard
    from kerasmith.project.create import check_destination

    in_folder = request.dest is not None and "name" in draft.tables["project"]
    if request.dest is not None:
        check_destination(request.dest)  # before anybody answers questions
    context = wizard.Context(
        folder=request.dest,
        begin=begin,
        named=request.name is not None or in_folder,
        again=isinstance(start, FromProject),
        whole=start.whole,
        write="Show what would be written" if request.dry_run else "Write the project",
        unicode=shows_unicode(),
        beginning=start.flags(),
    )
    return wizard.ask(draft.tables, context, prompter() if asks else wizard.Defaults())


def _names(folder: str | None) -> bool:
    """Say whether a project can be called as its folder is."""
    from kerasmith.spec.read import problems_of

    found = problems_of({"project": {"name": folder}})
    return not any(problem.where.startswith("project") for problem in found)


_NO_DESTINATION = Problem(
    "No destination given.",
    where="DEST",
    try_="kerasmith new my-model …",
    missing=True,
)
