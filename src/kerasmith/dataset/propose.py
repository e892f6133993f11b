"""From a data file to the tables of a spec, and the findings they rest on."""

import shlex
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from kerasmith.catalogue.endings import TABLE_ENDINGS
from kerasmith.dataset.data_options import CheckedOptions, DataOptions
from kerasmith.dataset.folders import forms_in
from kerasmith.dataset.from_arrays import from_arrays
from kerasmith.dataset.from_folders import from_folders
from kerasmith.dataset.from_series import from_series
from kerasmith.dataset.from_table import from_table
from kerasmith.dataset.given_splits import read_given, with_given
from kerasmith.dataset.in_time import USUAL_HORIZON
from kerasmith.dataset.proposal import DataFindings, Proposal
from kerasmith.dataset.said import check_unused
from kerasmith.dataset.sample import read_table, unreadable
from kerasmith.untrusted.bounds import answered

__all__ = ["DataFindings", "DataOptions", "Proposal", "command_for", "forecast_for", "propose"]


def propose(
    path: Path, options: DataOptions | None = None, tell: Callable[[int], None] = lambda _: None
) -> Proposal:
    """Look into data and propose a spec for it; `tell` is called with bytes read of a large table.

    Raises KerasmithError where it cannot be read, or where the options do not fit it.
    """
    with answered(path):
        return _proposed(path, options or DataOptions(), tell)


def _proposed(path: Path, options: DataOptions, tell: Callable[[int], None]) -> Proposal:
    if path.is_dir():
        named = "predict" if {*options.predict} == {"label"} else ""
        check_unused(options, f"a folder of {forms_in(path).noun}s", {*_OF_TABLES} - {named})
        return from_folders(path)
    if not path.is_file():
        why = "It is not a file." if path.exists() else "No such file or folder."
        raise unreadable(path, why)
    if path.suffix.lower() == ".npz":
        check_unused(options, "named arrays", {*_OF_TABLES} - {*_OF_ARRAYS})
        return from_arrays(path, options)
    if path.suffix.lower() not in TABLE_ENDINGS:
        raise unreadable(
            path, f"A file that ends in {path.suffix or 'nothing'!r} is none of these.", _READ
        )
    ahead = (options.history, options.horizon, options.series)
    series = bool(options.known) or any(each is not None for each in ahead)
    sample = read_table(path, options.header, options.encoding or "", every_row=series)
    given = read_given(sample, options, every_row=series)
    checked = CheckedOptions(list(sample.columns), options)
    proposal = from_series(sample, checked, given) if series else from_table(sample, checked, tell)
    return with_given(proposal, sample, given, checked, tell) if given else proposal


_OF_ARRAYS = ("predict", "ignore")
_OF_TABLES = (
    *_OF_ARRAYS,
    *("inputs", "outputs", "history", "horizon", "known", "series"),
    *("missing", "header", "encoding"),
    *("validation", "test"),
)
"""The options that say something of a table."""

_READ = (
    "a .keras model, CSV, TSV, Parquet, .npz, or a folder with a folder of images or sounds for "
    "each class"
)


def forecast_for(proposal: Proposal, options: DataOptions) -> str:
    """Return the command for a forecast of what the proposal predicts; empty where it is none."""
    found, steps = proposal.findings, proposal.findings.in_time
    numbers = {each.name for each in found.columns if each.is_number}
    columns = [name for each in found.targets for name in each.columns]
    if not steps or len(columns) != 1 or not numbers - {steps.series} >= {*columns}:
        return ""
    if options.outputs:  # as what it is predicted has been said
        return ""
    ahead = replace(
        options,
        predict=tuple(columns),
        history=steps.usual_history,
        horizon=USUAL_HORIZON,
        series=steps.series or None,
    )
    return command_for(proposal, ahead)


def command_for(proposal: Proposal, options: DataOptions, called: str = "") -> str:
    """Return the command that makes a project of the proposal, `called` so or as the data are."""
    found = proposal.findings
    flags: list[str] = ["--data", str(found.path)]
    guess = [each.columns[0] for each in found.targets if found.guessed]
    for column in options.predict or guess:
        flags += ("--predict", column)
    series = options.series or proposal.tables.get("data", {}).get("series")
    for name, value in (
        ("history", options.history),
        ("horizon", options.horizon),
        ("series", series),
    ):
        if value is not None:
            flags += (f"--{name}", str(value))
    for flag, values in (
        ("--known", options.known),
        ("--input", options.inputs),
        ("--output", options.outputs),
        ("--ignore", options.ignore),
        ("--missing", options.missing),
    ):
        for value in values:
            flags += (flag, value)
    for name in ("validation", "test"):
        if (table := getattr(options, name)) is not None:
            flags += (f"--{name}", str(table))
    if options.header is not None:
        flags.append("--header" if options.header else "--no-header")
    if options.encoding:
        flags += ("--encoding", options.encoding)
    return shlex.join(["kerasmith", "new", called or proposal.tables["project"]["name"], *flags])
