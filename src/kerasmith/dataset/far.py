"""Numbers far from all others: slips of the pen, and what stands for no number (-999)."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import quantiles

from kerasmith.counts import counted
from kerasmith.dataset.facts import Finding, as_number, plain, shlex_name
from kerasmith.dataset.written import FORMS, plain_number

FAR = 20
"""How many times the middle half of all numbers a number must be from it to be reported."""

ENOUGH = 30


def far_values(columns: Mapping[str, Sequence[str]], findings: Sequence[Finding]) -> Iterator[str]:
    """Say which numbers of columns are far from the others."""
    for each in findings:
        if each.is_number:
            yield from _far(each, columns[each.name])


def _far(found: Finding, cells: Sequence[str]) -> Iterator[str]:
    mark = next((mark for mark, form in FORMS.items() if form == found.written), "")
    known = {
        cell: as_number(plain_number(cell, mark) if mark else cell)
        for cell in {*cells} - {*found.missing, *found.stray}
    }
    numbers = [(number, cell) for cell in cells if (number := known.get(cell)) is not None]
    if len(numbers) < ENOUGH:
        return
    low, _, high = quantiles([number for number, _ in numbers], n=4)
    reach = FAR * (high - low)
    far = Counter(cell for number, cell in numbers if not low - reach <= number <= high + reach)
    if not reach or not far or sum(far.values()) > len(numbers) / 10:
        return
    near = [number for number, cell in numbers if cell not in far]
    example, times = far.most_common(1)[0]
    yield (
        f"{found.name}: {counted(sum(far.values()), 'number is', 'numbers are')} far from the "
        f"others, which go from {plain(min(near))} to {plain(max(near))}, for example {example}"
        f"{f' in {times:,} rows' if times > 1 else ''}; if it means that there is none: "
        f"--missing {shlex_name(example)}."
    )
