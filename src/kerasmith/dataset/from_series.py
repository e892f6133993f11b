"""A spec for one long series: the forecast of a column from the steps before."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import takewhile
from typing import Any

from kerasmith.counts import counted
from kerasmith.dataset.columns import as_kind
from kerasmith.dataset.data_options import CheckedOptions
from kerasmith.dataset.facts import Finding, Habits, as_number, shlex_name, shown
from kerasmith.dataset.far import far_values
from kerasmith.dataset.from_table import found_in, ignored
from kerasmith.dataset.in_time import USUAL_HISTORY, USUAL_HORIZON
from kerasmith.dataset.many_series import cells_by_series, check_lengths, check_series
from kerasmith.dataset.proposal import (
    DataFindings,
    Names,
    Proposal,
    data_section,
    renamed_note,
)
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target
from kerasmith.dataset.time_steps import column_of_times, series_by, steps_of
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.names import suggested_project


def from_series(
    sample: Sample, options: CheckedOptions, given: Mapping[str, Sample] | None = None
) -> Proposal:
    """Propose the forecast of a column from the steps before.

    The `given` are the tables of splits that have one of their own.
    """
    steps = options.given.history or USUAL_HISTORY
    ahead = options.given.horizon or USUAL_HORIZON
    habits = Habits(sample.decimal, options.missing)
    findings = tuple(
        ignored(name, cells)
        if name in options.given.ignore
        else found_in(name, cells, options, habits)
        for name, cells in sample.columns.items()
    )
    findings = tuple(
        as_kind(each.name, sample.columns[each.name], "number", habits)
        if (each.name in options.predict and each.dropped and _all_numbers(sample, each.name))
        or (each.name in options.given.known and _all_numbers(sample, each.name))
        else each
        for each in findings
    )
    series = options.given.series or _found_series(sample, options, findings)
    findings = tuple(
        _names_series(each, sample, said=series == options.given.series)
        if each.name == series
        else each
        for each in findings
    )
    _check_outputs(options, ahead)
    known = _known(options, findings)
    numbers = [each.name for each in findings if each.kind == "number"]
    chosen = list(options.predict) or numbers[-1:]
    if len(chosen) != 1 or chosen[0] not in numbers:
        raise KerasmithError(
            Problem(
                "A forecast predicts one column of numbers.",
                f"--predict {' '.join(chosen)}".strip(),
                f"Columns of numbers: {', '.join(numbers) or 'none'}.",
                f"--predict {numbers[-1]}" if numbers else "a table with a column of numbers",
            )
        )
    if sample.rows < steps + ahead + 1:
        raise KerasmithError(
            Problem(
                f"{counted(sample.rows, 'row')} hold no window of {steps} steps and {ahead} ahead.",
                f"--history {steps} --horizon {ahead}",
                try_="a shorter history",
            )
        )
    found_number = next(each for each in findings if each.name == chosen[0])
    if series:
        _check_series(sample, series, found_number, steps, ahead, given or {})
    looked_at = [each for each in findings if each.name not in options.given.ignore]
    order = steps_of(sample, looked_at, series)
    names = Names(sample.columns)
    reason = f"forecast: {counted(ahead, 'step')} ahead, from the {steps} before"
    forecast = Target((chosen[0],), "forecast", 1.0, reason, {"size": ahead})
    data = data_section(sample, known, [found_number]) | {**order.data}
    if series:
        data |= _told_apart(sample, series, data)
    tables = {
        "project": {"name": suggested_project(sample.path.stem)},
        "inputs": [
            {**names.named(chosen[0]), "kind": "series", "steps": steps},
            *({**names.named(each.name), **_ahead(ahead)} for each in known),
        ],
        "outputs": [{"name": names.take("ahead"), "kind": "forecast", "size": ahead}],
        "data": data,
    }
    notes = [*sample.notes, *renamed_note(names)]
    notes += _series_notes(sample, findings, found_number, [each.name for each in known], series)
    notes += order.notes
    notes += far_values(sample.columns, [found_number])
    found = DataFindings(
        sample.path, sample.form, sample.rows, sample.size, findings, (forecast,),
        has_header=sample.header, guessed=not options.predict, notes=tuple(notes),
        renamed=names.renamed,
    )  # fmt: skip
    return Proposal(tables, found)


def _found_series(sample: Sample, options: CheckedOptions, findings: Sequence[Finding]) -> str:
    """Return the column that tells series apart where nobody names one; empty where none does."""
    said = {*options.predict, *options.inputs, *options.given.known, *options.given.ignore}
    able = [each for each in findings if each.name not in said]
    time = column_of_times(sample, able)
    return series_by(sample, able, time) if time else ""


def _names_series(found: Finding, sample: Sample, *, said: bool) -> Finding:
    """Return what a column is that says which series a row is of."""
    names = sorted({*sample.columns[found.name]} - {""})
    several = f"{len(names):,}" if sample.whole else f"at least {len(names):,}"
    reason = f"category: which of {several} series a row is of"
    if said:
        return Finding(found.name, "category", 1.0, reason, different=len(names))
    reason += ", as rows of one time differ in it"
    return Finding(found.name, "category", 0.9, reason, different=len(names))


def _check_series(
    sample: Sample,
    series: str,
    chosen: Finding,
    steps: int,
    ahead: int,
    given: Mapping[str, Sample],
) -> None:
    """Raise KerasmithError where series are not told apart, or one is too short or not trained on.

    The `given` are the tables of splits that have one of their own.
    """
    check_series(sample, series)
    if not sample.whole:
        return  # a series may have more rows than those that were looked at
    none = {"", *chosen.missing, *chosen.stray}
    drawn = [each for each in ("train", "validation", "test") if each not in given]
    check_lengths(_lengths(sample, series, chosen.name, none), drawn, series, steps, ahead)
    for split, table in given.items():
        if not (table.whole and {series, chosen.name} <= {*table.columns}):
            continue
        others = sorted({*table.columns[series]} - {*sample.columns[series]})
        if others:
            raise KerasmithError(
                Problem(
                    f"{counted(len(others), 'series')} of {table.path.name} cannot be predicted: "
                    f"{', '.join(map(shown, others[:5]))}{' …' if len(others) > 5 else ''}.",
                    f"--{split} {table.path}",
                    f"A model knows the scales of those in {sample.path.name} alone.",
                    "their first rows in that table, too",
                )
            )
        check_lengths(_lengths(table, series, chosen.name, none), [split], series, steps, ahead)


def _lengths(sample: Sample, series: str, name: str, none: Set[str]) -> dict[str, int]:
    """Return how many rows each series has, from the first to the last with a value."""
    found = {}
    for each, cells in cells_by_series(sample, series, name).items():
        known = [place for place, cell in enumerate(cells) if cell not in none]
        if known:
            found[each] = known[-1] - known[0] + 1
    return found


def _told_apart(sample: Sample, series: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of the column that tells series apart: no word of it means nothing."""
    words = {*data.get("missing", ())} & {*sample.columns[series]}
    said: dict[str, Any] = {"series": series}
    if not words:
        return said
    return said | {"columns": [*data.get("columns", ()), {"name": series, "missing": []}]}


def _ahead(steps: int) -> dict[str, object]:
    """Return what is said of an input that is known in advance."""
    return {"kind": "series", "steps": steps, "known": True}


def _known(options: CheckedOptions, findings: Sequence[Finding]) -> list[Finding]:
    """Return the columns that are known in advance.

    Raises KerasmithError where one of them holds no numbers.
    """
    known = [each for each in findings if each.name in options.given.known]
    problems = [
        Problem(
            "A column that is known in advance holds numbers.",
            f"--known {each.name}",
            f"Found: {each.reason}.",
            "numbers in its place: 1 for a holiday, 0 for any other day",
        )
        for each in known
        if each.kind != "number"
    ]
    if problems:
        raise KerasmithError(*problems)
    return known


def _check_outputs(options: CheckedOptions, ahead: int) -> None:
    """Raise KerasmithError where a flag says that something else than a forecast is predicted."""
    for name, (kind, size) in options.outputs.items():
        flag = f"--output {name}:{kind}{size and f':{size}'}"
        if kind not in ("number", "forecast"):
            what = f"With --history or --horizon, a number is predicted and not a {kind}."
            raise KerasmithError(Problem(what, flag, try_=f"--predict {shlex_name(name)}"))
        if size not in ("", str(ahead)):
            what = f"{counted(ahead, 'step')} ahead are predicted, and not {size}."
            raise KerasmithError(Problem(what, flag, try_=f"--horizon {size}"))


def _all_numbers(sample: Sample, name: str) -> bool:
    """Say whether a column that looks like an identifier holds numbers: prices may go up by one."""
    cells = [cell for cell in sample.columns[name] if cell]
    return bool(cells) and all(as_number(cell) is not None for cell in cells)


def _series_notes(
    sample: Sample,
    findings: Sequence[Finding],
    chosen: Finding,
    known: Sequence[str],
    series: str,
) -> Iterator[str]:
    name = chosen.name
    read = {name, *known, series}
    others = [each.name for each in findings if each.kind == "number" and each.name not in read]
    if known:
        yield f"Known in advance, and so read for the steps that come: {', '.join(known)}."
    if others:
        alone = "" if known else " alone"
        hint = "" if known else " Such as are known in advance are read with --known COLUMN."
        yield f"The forecast looks at {name}{alone}; not read: {', '.join(others[:8])}.{hint}"
    none = {"", *chosen.missing, *chosen.stray}
    cells = sample.columns[name]
    missing = sum(cell in none for cell in cells)
    if missing == len(cells):
        return
    of_each = [*cells_by_series(sample, series, name).values()] if series else [cells]
    behind = sum(_leading(none, reversed(cells)) for cells in of_each)
    ends = sum(_leading(none, cells) for cells in of_each) + behind
    if series:
        counts = sorted({*map(len, of_each)})
        many = f"{counts[0]:,} to {counts[-1]:,}" if len(counts) > 1 else f"{counts[0]:,}"
        several = counted(len(of_each), "series", "series")
        if sample.whole:
            yield f"{several} by {series}, of {many} rows each."
        else:
            yield f"{several} by {series} in the first {sample.stretch:,} rows; there may be more."
    if behind and known:
        yield f"{counted(behind, 'row', 'rows')} without {name} at the end: they say what comes."
    if left_out := ends - behind if known else ends:
        rows = counted(left_out, "row", "rows")
        yield f"{rows} without {name} at the beginning or end: left out."
    if missing > ends:
        words = ", ".join(map(shown, sorted(none - {""})))
        yield (
            f"{counted(missing - ends, f'step of {name} is', f'steps of {name} are')} missing"
            f"{f' ({words})' if words else ''}: a missing one counts as the one before."
        )


def _leading(none: Set[str], cells: Iterable[str]) -> int:
    """Return how many cells hold nothing before the first that does."""
    return sum(1 for _ in takewhile(none.__contains__, cells))
