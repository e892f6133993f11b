"""The first row of a table: whether it names the columns, and how pandas calls them then."""

from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from kerasmith.dataset.facts import as_number


def names_of(header: Sequence[str]) -> list[str]:
    """Return the names that pandas gives to columns, without blanks around them.

    A column without a name is `Unnamed: 0` by its place, and the second `a` is `a.1`.
    """
    cells = [cell.lstrip(" ") for cell in header]
    unnamed = [place for place, cell in enumerate(cells) if not cell]
    names = [cell or f"Unnamed: {place}" for place, cell in enumerate(cells)]
    counts: Counter[str] = Counter()
    for place in (*(p for p, cell in enumerate(cells) if cell), *unnamed):
        first = name = names[place]
        count = counts[name]
        while count > 0:
            counts[first] = count + 1
            name = f"{first}.{count}"
            count = count + 1 if name in names else counts[name]
        names[place] = name
        counts[name] = count + 1
    return [name.strip() for name in names]


def looks_like_data(first: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Say whether the first row is one like the others: numbers where they have numbers.

    Numbers that only count, such as 0, 1, 2 or years, are names.
    """
    rows = [row for row in rows if len(row) == len(first)]
    numbers = [as_number(cell.strip()) for cell in first]
    found = [number for number in numbers if number is not None]
    if not rows or not found or _only_counts(found):
        return False
    like = [
        number is not None
        for place, number in enumerate(numbers)
        if all(as_number(row[place].strip()) is not None or not row[place].strip() for row in rows)
    ]
    return bool(like) and all(like)


def _only_counts(numbers: Sequence[float]) -> bool:
    """Say whether numbers go up by one, as those do that number columns, or years."""
    steps = {b - a for a, b in pairwise(numbers)}
    return len(numbers) > 1 and steps == {1.0}
