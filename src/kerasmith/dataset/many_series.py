"""Several series in one table: which rows are of which, and whether each is long enough."""

from collections.abc import Mapping, Sequence

from kerasmith.counts import counted
from kerasmith.dataset.facts import shlex_name, shown
from kerasmith.dataset.sample import Sample
from kerasmith.errors import KerasmithError, Problem

SHARE = 0.15
"""Of the rows of a series, for validation and for the test each; a project's config.py says so."""

MOST_NAMED = 5
"""Series that a sentence names; of the others it says how many there are."""


def cells_by_series(sample: Sample, series: str, column: str) -> dict[str, list[str]]:
    """Return the cells of a column by series, as far as rows follow each other in the file."""
    found: dict[str, list[str]] = {}
    names, cells = (sample.columns[each][: sample.stretch] for each in (series, column))
    for name, cell in zip(names, cells, strict=True):
        found.setdefault(name, []).append(cell)
    return dict(sorted(found.items()))


def check_series(sample: Sample, series: str) -> None:
    """Raise KerasmithError where a column does not tell several series apart."""
    cells = sample.columns[series]
    names = {*cells} - {""}
    nameless = cells.count("")
    if len(names) < 2:
        what = f"{shown(series)} has {counted(len(names), 'value')}."
        why = "One series needs no column that names it."
        try_ = f"the same without --series {shlex_name(series)}"
    elif len(names) == len(cells) - nameless:
        what = f"{shown(series)} has another value in each row."
        why = "A series of one row has no window."
        try_ = "a column that rows of one series share, such as a shop"
    elif nameless:
        what = f"{shown(series)} is empty in {counted(nameless, 'row')}."
        why, try_ = "These rows are of no series.", "a name in each row"
    else:
        return
    raise KerasmithError(Problem(what, f"--series {shlex_name(series)}", why, try_))


def check_lengths(
    rows: Mapping[str, int], drawn: Sequence[str], series: str, steps: int, ahead: int
) -> None:
    """Raise KerasmithError where a series has too few rows for a window in one of its splits.

    `drawn` are the splits that the table is divided into.
    """
    short = {}
    for name, count in rows.items():
        parts = split_rows(count, drawn)
        split = min(parts, key=lambda each: parts[each])
        if parts[split] < steps + ahead:
            of = f", of which {parts[split]:,} in its {split} part" if len(drawn) > 1 else ""
            short[name] = f"{shown(name)} has {counted(count, 'row')}{of}"
    if short:
        more = len(short) - MOST_NAMED
        said = "; ".join([*short.values()][:MOST_NAMED]) + (f"; {more:,} more" if more > 0 else "")
        raise KerasmithError(
            Problem(
                f"{counted(len(short), 'series is', 'series are')} too short for a window of "
                f"{counted(steps, 'step')} and {ahead:,} ahead in each split.",
                f"--series {shlex_name(series)}",
                f"{said}.",
                "a shorter --history or --horizon, or the table without "
                + ("it" if len(short) == 1 else "them"),
            )
        )


def split_rows(rows: int, drawn: Sequence[str]) -> dict[str, int]:
    """Return how many rows of a series are in each split, as a project divides them."""
    edges = [0.0, *(1 - SHARE * number for number in reversed(range(len(drawn))))]
    places = [(row + 0.5) / rows for row in range(rows)]
    return {
        split: sum(first < place <= last for place in places)
        for split, first, last in zip(drawn, edges, edges[1:], strict=False)
    }
