"""What is worth knowing of a table as a whole: rows and columns that repeat, columns that leak."""

import itertools
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kerasmith.counts import counted
from kerasmith.dataset.facts import Finding, as_number, shlex_name, shown
from kerasmith.dataset.far import far_values
from kerasmith.dataset.in_time import USUAL_HISTORY, USUAL_HORIZON, InTime
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target
from kerasmith.dataset.time_steps import unequal_steps
from kerasmith.dataset.written import as_date

NEARLY = 0.999
"""How closely a column must follow the target to be reported as a leak."""

ENOUGH = 30
"""Rows below which nothing is said of how columns go together."""


def notes_of(
    sample: Sample,
    findings: Sequence[Finding],
    targets: Sequence[Target],
    steps: InTime | None,
) -> Iterator[str]:
    """Yield what to say of the rows and of how the columns go together."""
    yield from repeated_rows(sample)
    yield from same_columns(sample, findings)
    predicted = [name for each in targets for name in each.columns]
    for name in predicted:
        for each in findings:
            if each.name not in predicted and not each.dropped:
                yield from leak(each.name, name, sample.columns)
    yield from far_values(sample.columns, findings)
    yield from _capitals(sample, findings, targets)
    yield from time_order(sample, findings, steps)
    if sample.rows < 100:
        few = counted(sample.rows, "row is", "rows are")
        yield f"{few} few: scores will differ from split to split."


def repeated_rows(sample: Sample) -> Iterator[str]:
    """Say how many rows appear more than once."""
    counts = Counter(zip(*sample.columns.values(), strict=True))
    again = sum(counts.values()) - len(counts)
    if again:
        of = "" if sample.whole else f" of the {sample.size:,} looked at"
        repeat = counted(again, "duplicate row")
        yield f"{repeat}{of}; a project keeps duplicates in one split."


def same_columns(sample: Sample, findings: Sequence[Finding]) -> Iterator[str]:
    """Say which columns hold the same, cell by cell."""
    seen: dict[int, str] = {}
    for each in findings:
        cells = sample.columns[each.name]
        other = seen.setdefault(hash(tuple(cells)), each.name)
        if other != each.name and not each.dropped and sample.columns[other] == cells:
            yield f"{each.name} holds the same as {other}; one of them will do."


def leak(name: str, target: str, columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Say whether a column alone gives the target away, as one written down afterwards does."""
    pairs = [
        (given, wanted)
        for given, wanted in zip(columns[name], columns[target], strict=True)
        if given and wanted
    ]
    if len(pairs) < ENOUGH:
        return
    known = {value: as_number(value) for value in {*columns[name], *columns[target]}}
    numbers = [(known[given], known[wanted]) for given, wanted in pairs]
    both = [(a, b) for a, b in numbers if a is not None and b is not None]
    if len(both) == len(pairs) and len({b for _, b in both}) > 2 and _follows(both):
        yield _LEAK.format(name, target, "it goes up and down with it exactly")
    elif _tells(pairs) and len({wanted for _, wanted in pairs}) > 1:
        yield _LEAK.format(name, target, "each of its values goes with one answer")
    elif all(a is not None for a, _ in numbers) and _parts(pairs):
        yield _LEAK.format(name, target, "its numbers do not overlap between answers")


_LEAK = "{} may leak {}: {}. If it is not known beforehand, leave it out (--ignore)."


def _follows(both: Sequence[tuple[float, float]]) -> bool:
    """Say whether two columns of numbers are one, but for a factor and an offset."""
    count = len(both)
    mean_a, mean_b = (sum(pair[side] for pair in both) / count for side in (0, 1))
    spread_a = sum((a - mean_a) ** 2 for a, _ in both)
    spread_b = sum((b - mean_b) ** 2 for _, b in both)
    together = sum((a - mean_a) * (b - mean_b) for a, b in both)
    return bool(spread_a and spread_b) and abs(together) >= NEARLY * (spread_a * spread_b) ** 0.5


def _tells(pairs: Sequence[tuple[str, str]]) -> bool:
    """Say whether each value, all of them frequent, always goes with the same answer."""
    answers: dict[str, Counter[str]] = defaultdict(Counter)
    for given, wanted in pairs:
        answers[given][wanted] += 1
    if len(answers) > len(pairs) / 5 or len({wanted for _, wanted in pairs}) > len(pairs) / 5:
        return False
    agreeing = sum(counts.most_common(1)[0][1] for counts in answers.values())
    return agreeing >= NEARLY * len(pairs)


def _parts(pairs: Sequence[tuple[str, str]]) -> bool:
    """Say whether each answer has a range of numbers of its own."""
    ranges: dict[str, list[float]] = {}
    for given, wanted in pairs:
        number = as_number(given)
        if number is not None:
            low, high = ranges.setdefault(wanted, [number, number])
            ranges[wanted] = [min(low, number), max(high, number)]
    ordered = sorted(ranges.values())
    apart = all(a[1] < b[0] for a, b in itertools.pairwise(ordered))
    return 1 < len(ranges) <= len(pairs) / 10 and apart


def _capitals(
    sample: Sample, findings: Sequence[Finding], targets: Sequence[Target]
) -> Iterator[str]:
    """Say which values of a category differ in capitals alone."""
    answers = [each for target in targets for each in target.found]
    for each in {found.name: found for found in (*findings, *answers)}.values():
        alike: dict[str, list[str]] = defaultdict(list)
        for value in each.values if each.kind == "category" else ():
            alike[value.casefold()].append(value)
        if same := [values for values in alike.values() if len(values) > 1]:
            pairs = "; ".join(" and ".join(map(shown, values)) for values in same[:3])
            yield f"{each.name}: values that differ in capitals alone count as different: {pairs}."


def time_order(sample: Sample, findings: Sequence[Finding], steps: InTime | None) -> Iterator[str]:
    """Say whether the rows follow each other in time."""
    if steps and steps.series:
        yield (
            f"Several rows have the same time ({steps.time}), and {steps.series} tells them apart: "
            f"to forecast a column, say --predict COLUMN --series {shlex_name(steps.series)} "
            f"--history {steps.usual_history} --horizon {USUAL_HORIZON}."
        )
        return
    for each in findings:
        if each.kind != "date":
            continue
        cells = sample.columns[each.name][: sample.stretch]
        dates = [found for cell in cells if (found := as_date(cell))]
        if len(dates) > 2 and dates == sorted(dates) and dates[0] < dates[-1]:
            history = steps.usual_history if steps else USUAL_HISTORY
            yield (
                f"The rows follow each other in time ({each.name}): to forecast a column, say "
                f"--predict COLUMN --history {history} --horizon {USUAL_HORIZON}."
            )
            if said := unequal_steps(dates):
                yield f"{said} ({each.name})."
            return
