"""Whether the rows of a table look like steps in time, from which a column can be forecast."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from kerasmith.dataset.facts import Finding
from kerasmith.dataset.many_series import cells_by_series, split_rows
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.time_steps import are_steps, column_of_times, series_by
from kerasmith.errors import KerasmithError

USUAL_HISTORY, USUAL_HORIZON = 24, 1

FEWEST_STEPS = 2
"""Of a window and what follows it."""


@dataclass(frozen=True)
class InTime:
    """Rows that follow each other in time."""

    time: str
    """The column that says when."""
    series: str = ""
    """The column that says which of several series a row is of; empty where there is one."""
    longest: int | None = None
    """Steps that a window and what follows it may have; None where not all rows are looked at."""

    @property
    def usual_history(self) -> int:
        """How many steps a forecast of one step reads where nobody says it."""
        return min(USUAL_HISTORY, (self.longest or USUAL_HISTORY + 1) - USUAL_HORIZON)


def in_time(sample: Sample, findings: Sequence[Finding]) -> InTime | None:
    """Return how the rows of a table follow each other; None where they are no steps in time."""
    time = column_of_times(sample, findings)
    if not time:
        return None
    found = None
    if series := series_by(sample, findings, time):
        rows = min(map(len, cells_by_series(sample, series, time).values()))
        parts = split_rows(rows, ("train", "validation", "test"))
        found = InTime(time, series, min(parts.values()) if sample.whole else None)
    with suppress(KerasmithError):  # times that cannot be read are none
        if not series and are_steps(sample, time):
            found = InTime(time, longest=sample.rows - 1 if sample.whole else None)
    if found and found.longest is not None and found.longest < FEWEST_STEPS:
        return None
    return found
