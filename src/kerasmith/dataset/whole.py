"""What the rows behind the sample of a large table hold: values that the sample has not."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kerasmith.dataset.facts import MOST_VALUES, Finding, as_number
from kerasmith.dataset.sample import Sample, every_row
from kerasmith.dataset.written import FORMS, plain_number

MOST_DIFFERENT = 10 * MOST_VALUES
"""Different values of a column, from which on they are not counted any more."""

MOST_CLASSES = 100
"""Different numbers that may be classes, at the most."""


def with_all_values(
    sample: Sample,
    findings: Sequence[Finding],
    predicted: Sequence[str],
    tell: Callable[[int], None],
) -> Sample:
    """Return the sample with each value that other rows of the file have, where it matters.

    It matters for categories and for what is predicted: a class that no sample shows would end
    training when its row comes. Such values follow the cells of the sample, as often as ten times.
    """
    names = [each.name for each in findings if each.kind == "category" or each.name in predicted]
    if sample.whole or not names:
        return sample
    counted, rows = _counted(sample, findings, names, tell)
    more = {
        name: [value for value, times in counts.items() for _ in range(min(times, 10))]
        for name, counts in counted.items()
    }
    return replace(sample, rows=rows, unseen=more)


def _counted(
    sample: Sample,
    findings: Sequence[Finding],
    names: Sequence[str],
    tell: Callable[[int], None],
) -> tuple[Mapping[str, Counter[str]], int]:
    """Return what the sample has not of each column, and how many rows there are."""
    known = [{*sample.columns[name]} for name in names]
    marks = {each.name: _mark(each, sample) for each in findings if each.is_number}
    counts: list[Counter[str]] = [Counter() for _ in names]
    rows = 0
    for cells in every_row(sample, names, tell):
        rows += 1
        for place, cell in enumerate(cells):
            if cell in known[place] or len(counts[place]) >= MOST_DIFFERENT:
                continue
            if (mark := marks.get(names[place])) is None or not _is_number(cell, mark):
                counts[place][cell] += 1
    return dict(zip(names, counts, strict=True)), rows


def _mark(found: Finding, sample: Sample) -> str | None:
    """Return the decimal mark of numbers; None where they are so few that they may be classes."""
    if len({*sample.columns[found.name]}) <= MOST_CLASSES:
        return None
    return next((mark for mark, form in FORMS.items() if form == found.written), "")


def _is_number(cell: str, mark: str) -> bool:
    return as_number(plain_number(cell, mark) if mark else cell) is not None
