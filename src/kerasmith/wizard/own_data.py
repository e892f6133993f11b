"""The questions about data that somebody brings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kerasmith.counts import counted
from kerasmith.errors import Problem, printable
from kerasmith.wizard.question import NO, YES, YES_OR_NO, Choice, Prompter, Question

if TYPE_CHECKING:
    from kerasmith.dataset.facts import Finding
    from kerasmith.dataset.in_time import InTime
    from kerasmith.dataset.propose import DataOptions, Proposal

    Look = Callable[[DataOptions], Proposal]

MOST_OFFERED = 200
"""Columns that are offered at the most."""


def where_question() -> Question:
    """Return the question where the data is."""

    def check(answer: str) -> Problem | None:
        there = bool(answer) and Path(answer).expanduser().exists()
        return None if there else Problem(f"There is no file or folder {answer!r}.", "PATH")

    return Question(
        "Where is your data?",
        "",
        "A CSV, TSV or Parquet file with a header, an .npz file, or a folder with a folder of "
        "images or sounds for each class.",
        example="pets.csv",
        check=check,
    )


def split_question(split: str, table: Path, training: Path) -> Question:
    """Return the question whether a table beside that of training holds another split."""
    return Question(
        f"Are the rows of {printable(table.name)} the {split} split?",
        YES,
        f"It is beside {printable(training.name)} and has its columns. Otherwise that split is "
        f"drawn from {printable(training.name)}.",
        choices=YES_OR_NO,
    )


def which_question(columns: Sequence[tuple[str, str]], best: str) -> Question:
    """Return the question which of these columns, each with what it holds, to predict."""
    offered = [each for each in columns if each[0] == best]
    offered += [each for each in columns if each[0] != best][: MOST_OFFERED - 1]
    return Question(
        "Which column should the model predict?",
        best,
        "The model learns it from the other columns.",
        choices=tuple(Choice(name, name, about=holds) for name, holds in offered),
    )


def best_target(proposal: Proposal) -> str:
    """Return the column that looks most like a target."""
    columns = [name for each in proposal.findings.targets for name in each.columns]
    return columns[0] if columns else proposal.findings.columns[-1].name


def is_open(proposal: Proposal) -> bool:
    """Say whether nobody has said what to predict."""
    return proposal.findings.guessed or not proposal.findings.targets


def ask_about(look: Look, options: DataOptions, prompter: Prompter) -> DataOptions:
    """Ask for what the options leave open about data; `look` proposes a spec for such options."""
    proposal = look(options)
    if not is_open(proposal):
        return options
    found = proposal.findings
    columns = {each.name: each.reason for each in found.columns}
    for each in found.targets:
        columns = {**dict.fromkeys(each.columns, each.reason), **columns}
    which = which_question([*columns.items()], best_target(proposal))
    options = replace(options, predict=(prompter.ask(which),))
    ahead = ask_ahead(proposal, options, prompter)
    if ahead != options:
        return ahead
    return ask_group(look(options), options, prompter)


# === What is done with a column ===


def ask_ahead(proposal: Proposal, options: DataOptions, prompter: Prompter) -> DataOptions:
    """Ask whether the column to predict is forecast, and what a forecast of it has to know."""
    (column,), found = options.predict, proposal.findings
    numbers = [each for each in found.columns if each.is_number]
    said = options.history or options.horizon or options.known or options.series
    steps = found.in_time
    if column not in [each.name for each in numbers]:
        return options
    if not said:
        if steps is None or steps.series == column:
            return options
        if prompter.ask(_forecast_question(column, steps)) == NO:
            return options
        if steps.series and prompter.ask(_series_question(steps)) == NO:
            return options
        horizon = int(prompter.ask(_horizon_question(steps.longest)))
        history = int(prompter.ask(_history_question(steps, horizon)))
        series = steps.series or None
        options = replace(options, history=history, horizon=horizon, series=series)
    series = options.series or proposal.tables["data"].get("series")
    others = {
        str(place): each
        for place, each in enumerate(found.columns)
        if each.is_number and each.name not in (column, series)
    }
    if others and not options.known:
        answer = prompter.ask(_known_question([*others.items()][:MOST_OFFERED]))
        known = tuple(others[place].name for place in answer.split(",") if place)
        options = replace(options, known=known)
    return options


def ask_group(proposal: Proposal, options: DataOptions, prompter: Prompter) -> DataOptions:
    """Ask whether rows of one stay together, where a column says whom each is of."""
    group = proposal.tables.get("data", {}).get("group")
    if group and prompter.ask(_group_question(group)) == NO:
        return replace(options, ignore=(*options.ignore, group))
    return options


def _forecast_question(column: str, steps: InTime) -> Question:
    return Question(
        f"Should {printable(column)} be forecast?",
        YES,
        f"The rows follow each other in time ({printable(steps.time)}): the model reads the steps "
        f"before and predicts those ahead. Otherwise it learns {printable(column)} from the other "
        "columns of the same row.",
        choices=YES_OR_NO,
        unasked=NO,
    )


def _series_question(steps: InTime) -> Question:
    series = printable(steps.series)
    return Question(
        f"Is each value of {series} a series of its own?",
        YES,
        f"Several rows have the same time ({printable(steps.time)}), and {series} tells them "
        "apart. If they are no series, nothing is forecast.",
        choices=YES_OR_NO,
    )


def _horizon_question(longest: int | None) -> Question:
    return Question(
        "How many steps ahead should it predict?",
        "1",
        "A step is a row.",
        check=lambda answer: _wrong_count(answer, longest and longest - 1),
    )


def _history_question(steps: InTime, horizon: int) -> Question:
    most = steps.longest and steps.longest - horizon
    return Question(
        "How many steps before should it read?",
        str(min(steps.usual_history, most or steps.usual_history)),
        "As many as show what repeats itself: 24 hours, 7 days, 12 months.",
        check=lambda answer: _wrong_count(answer, most),
    )


def _wrong_count(answer: str, most: int | None) -> Problem | None:
    """Say that an answer is no number of steps, or one of more than the shortest part has."""
    if not (answer.isascii() and answer.isdigit() and int(answer)):
        return Problem(f"{answer!r} is not a number of steps.", try_="1")
    if most is not None and int(answer) > most:
        return Problem(f"The rows allow {counted(most, 'step')} at the most.", try_=str(most))
    return None


def _known_question(columns: Sequence[tuple[str, Finding]]) -> Question:
    """Return the question which of these columns, each at its place in the table, are known."""
    return Question(
        "Which columns are known in advance?",
        "",
        "A holiday is, or a price that is set. The forecast reads it for the steps ahead; columns "
        "that are not known are not read.",
        choices=tuple(
            Choice(place, printable(each.name), about=each.reason) for place, each in columns
        ),
        several=True,
    )


def _group_question(group: str) -> Question:
    return Question(
        f"Should all rows of one {printable(group)} be in one split?",
        YES,
        "Then the test is about new ones. Otherwise each row is drawn by itself, and "
        f"{printable(group)} is left out.",
        choices=YES_OR_NO,
    )
