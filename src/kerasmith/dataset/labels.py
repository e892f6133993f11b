"""Several labels in a cell: what is between them, where parts repeat from cell to cell."""

from collections import Counter
from dataclasses import dataclass

from kerasmith.counts import counted
from kerasmith.dataset.columns import fit
from kerasmith.dataset.facts import MOST_VALUES, Facts, shlex_name

MARKS = (";", ",", "/")


@dataclass(frozen=True)
class Labels:
    """The labels of a column."""

    names: tuple[str, ...]
    mark: str
    reason: str
    note: str


def labels_in(facts: Facts) -> Labels | None:
    """Return the labels in the cells of a column; None where a cell is one value, or they are |."""
    if any("|" in cell for cell in facts.counts):
        return None
    return next((found for mark in MARKS if (found := _joined_by(mark, facts))), None)


def split(text: str, mark: str) -> list[str]:
    """Return the labels in a cell, without brackets and quotes around them, as projects do it."""
    return [label for part in text.split(mark) if (label := part.strip(" []'\""))]


def _joined_by(mark: str, facts: Facts) -> Labels | None:
    cells = {value: split(value, mark) for value in facts.counts}
    joined = sum(facts.counts[value] for value, parts in cells.items() if len(parts) > 1)
    labels = Counter(label for parts in cells.values() for label in parts)
    lengths = {len(parts) for parts in cells.values()}
    repeat = 2 < len(labels) < len(cells) and min(labels.values(), default=0) > 1
    if joined < 0.2 * len(facts.present) or not repeat or len(lengths) < 2:
        return None
    if len(labels) > MOST_VALUES or not fit(labels):
        return None
    names = tuple(sorted(labels))
    return Labels(
        names,
        mark,
        f"multilabel: {counted(len(names), 'label')}, joined by {mark!r}",
        f"{counted(len(cells), 'combination')} of labels; if each is one class: --output "
        f"{shlex_name(facts.name + ':category')}",
    )
