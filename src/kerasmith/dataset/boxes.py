"""Whether four columns are boxes: fractions of a picture, left before right, top before bottom."""

import math
from collections.abc import Iterator, Sequence

from kerasmith.counts import counted
from kerasmith.dataset.facts import as_number, plain
from kerasmith.dataset.written import mark_of, plain_number
from kerasmith.errors import KerasmithError, Problem


def check_box(name: str, columns: Sequence[Sequence[str]]) -> None:
    """Raise KerasmithError where the cells of left, top, right and bottom hold something else."""
    left, top, right, bottom = sides = [list(_numbers(cells)) for cells in columns]
    numbers = [number for side in sides for number in side if not math.isnan(number)]
    outside = sum(not 0 <= number <= 1 for number in numbers)
    if outside:
        most = max(numbers)
        raise _no_box(
            name,
            f"They hold numbers from {plain(min(numbers))} to {plain(most)}, "
            f"{outside:,} of {len(numbers):,} outside 0 to 1. A box holds fractions of its "
            "picture: 0 is left or top, 1 right or bottom.",
            "pixels: divide left and right by the picture's width, top and bottom by its height"
            if most > 2
            else "cut off at 0 and 1 what reaches beyond the picture",
        )
    pairs = (*zip(left, right, strict=True), *zip(top, bottom, strict=True))
    if turned := sum(low > high for low, high in pairs):
        why = f"Left is beyond right, or top below bottom, {counted(turned, 'time')}."
        raise _no_box(name, why, "left before right and top before bottom, seen from the top left")


def _no_box(name: str, why: str, try_: str) -> KerasmithError:
    what = f"{name}_left to {name}_bottom are not boxes."
    return KerasmithError(Problem(what, f"--predict {name}", why, try_))


def _numbers(cells: Sequence[str]) -> Iterator[float]:
    """Yield the number in each cell, as programs or people write it; nan where there is none."""
    mark = mark_of(set(cells))
    for cell in cells:
        number = as_number(cell)
        number = as_number(plain_number(cell, mark)) if number is None else number
        yield math.nan if number is None else number
