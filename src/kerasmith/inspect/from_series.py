"""A spec for one long series: the forecast of a column from the steps before."""

from collections.abc import Iterator, Sequence

from kerasmith.counts import counted
from kerasmith.errors import KerasmithError, Problem
from kerasmith.inspect.facts import Finding, Habits
from kerasmith.inspect.files import Sample
from kerasmith.inspect.from_table import found_in
from kerasmith.inspect.proposal import (
    DataFindings,
    Names,
    Proposal,
    data_section,
    renamed_note,
)
from kerasmith.inspect.target import Target
from kerasmith.inspect.wishes import Wanted
from kerasmith.spec.names import suggested_project

USUAL_HISTORY, USUAL_HORIZON = 24, 1


def from_series(sample: Sample, wanted: Wanted) -> Proposal:
    """Propose the forecast of a column from the steps before."""
    steps = wanted.wishes.history or USUAL_HISTORY
    ahead = wanted.wishes.horizon or USUAL_HORIZON
    habits = Habits(sample.decimal, wanted.missing)
    findings = tuple(
        found_in(name, cells, wanted, habits) for name, cells in sample.columns.items()
    )
    numbers = [each.name for each in findings if each.kind == "number"]
    chosen = list(wanted.predict) or numbers[-1:]
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
    names = Names(sample.columns)
    reason = f"forecast: {counted(ahead, 'step')} ahead, from the {steps} before"
    told = Target((chosen[0],), "forecast", 1.0, reason, {"size": ahead})
    tables = {
        "project": {"name": suggested_project(sample.path.stem)},
        "inputs": [{**names.named(chosen[0]), "kind": "series", "steps": steps}],
        "outputs": [{"name": names.take("ahead"), "kind": "forecast", "size": ahead}],
        "data": data_section(sample, [each for each in findings if each.name == chosen[0]]),
    }
    notes = [*sample.notes, *renamed_note(names), *_series_notes(sample, findings, chosen[0])]
    found = DataFindings(
        sample.path, sample.form, sample.rows, sample.size, findings, (told,),
        has_header=sample.header, guessed=not wanted.predict, notes=tuple(notes),
        renamed=names.renamed,
    )  # fmt: skip
    return Proposal(tables, found)


def _series_notes(sample: Sample, findings: Sequence[Finding], chosen: str) -> Iterator[str]:
    others = [each.name for each in findings if each.kind == "number" and each.name != chosen]
    if others:
        yield f"The forecast looks at {chosen} alone; not read: {', '.join(others[:8])}."
    missing = sum(cell == "" for cell in sample.columns[chosen])
    if missing:
        steps = counted(missing, f"step of {chosen} is", f"steps of {chosen} are")
        yield f"{steps} missing, and counted as the mean."
    yield "The rows are taken to be in the order of time, at equal distances."
