"""How people write numbers and dates: as text, to programs."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kerasmith.dataset.facts import LONGEST_NUMBER, Facts, as_number

NEARLY_ALL = 0.95
"""The share of values that must agree; the rest counts as mistakes and is said."""

FORMS = {".": "1,234.5", ",": "1.234,5"}
"""How a spec calls the form of numbers with that decimal mark."""

MOST_UNITS = 4
"""Different signs behind numbers; where there are more, they are codes such as 12B."""

_BEFORE = r"([+-]?)(?:[$€£¥]\s?)?"
_BEHIND = r"(?:([kKMB])|\s?[%$€£¥°µ²³/a-zA-Z]{1,6}|(?<=\d{3})\+)?"


def _pattern(mark: str, thousands: str) -> str:
    grouped = rf"[1-9]\d{{0,2}}(?:[{thousands}' \u00a0\u202f]\d{{3}})+"
    return rf"{_BEFORE}((?:{grouped}|\d+)(?:[{mark}]\d+)?|[{mark}]\d+){_BEHIND}"


WRITTEN = {".": _pattern(".", ","), ",": _pattern(",", ".")}
"""What numbers look like by their decimal mark, as generated projects have it: sign, digits, and
a letter behind them that stands for thousands, millions or billions."""

MULTIPLES = {"k": "e3", "K": "e3", "M": "e6", "B": "e9"}

_FITS = {mark: re.compile(pattern).fullmatch for mark, pattern in WRITTEN.items()}


def plain_number(text: str, mark: str) -> str:
    """Return a number as people write it as programs write it; other text as it is.

    Generated projects have the same function (`parts/rows.jinja`); a test holds the two equal.
    """
    found = _FITS[mark](text)
    if found is None:
        return text
    sign, digits, multiple = found.groups()
    digits = re.sub(f"[^0-9{mark}]", "", digits).replace(",", ".")
    return sign + digits + MULTIPLES.get(multiple or "", "")


@dataclass(frozen=True)
class WrittenNumbers:
    """Numbers of a column as people write them."""

    mark: str
    how: str
    """In words, such as "thousands separators"."""
    example: str
    numbers: Mapping[str, float]
    """Each value that is one, and which."""


def written_numbers(facts: Facts) -> WrittenNumbers | None:
    """Return the numbers of a column where people wrote them; None where they did not."""
    mark = mark_of(facts.counts, facts.decimal)
    numbers = {
        value: number
        for value in facts.counts
        if (number := as_number(plain_number(value, mark))) is not None
    }
    odd = [value for value, number in numbers.items() if as_number(value) != number]
    units = {re.sub(r"[\d\s.,'+-]", "", value) for value in odd}
    if not odd or len(units) > MOST_UNITS:
        return None
    return WrittenNumbers(mark, _how(odd[0], mark), odd[0], numbers)


def _how(odd: str, mark: str) -> str:
    """Return in words what makes a number one that people wrote."""
    thousands = r"\d[, '\u00a0\u202f]\d{3}" if mark == "." else r"\d[ '\u00a0\u202f]\d{3}"
    for pattern, how in (
        ("%", "a percent sign"),
        ("[$€£¥]", "a currency sign"),
        (r"\d[kKMB]$", "a letter for thousands or millions"),
        (r"[a-zA-Z°µ²³+]", "a unit"),
        (thousands, "thousands separators"),
        (r"\d\.\d{3}", "points for thousands"),
        (",", "a decimal comma"),
    ):
        if re.search(pattern, odd):
            return how
    return "signs beside them"


def mark_of(values: Iterable[str], usual: str = ".") -> str:
    """Return the decimal mark of numbers; the usual one where they could have either."""
    votes = {".": 0, ",": 0}
    for value in values:
        fitting = [mark for mark, fits in _FITS.items() if fits(value)]
        if len(fitting) == 1:
            votes[fitting[0]] += 1
    if votes["."] == votes[","]:
        return usual
    return max(votes, key=lambda mark: votes[mark])


def ambiguous(values: Iterable[str]) -> str:
    """Return a value such as 1.234 that says something else by either mark; empty if none does."""
    return next(
        (
            value
            for value in values
            if all(fits(value) for fits in _FITS.values())
            and plain_number(value, ".") != plain_number(value, ",")
        ),
        "",
    )


def usual_mark(columns: Iterable[Collection[str]]) -> str:
    """Return the decimal mark of a file: that of most columns which leave no doubt."""
    votes = []
    for cells in columns:
        values = list(dict.fromkeys(cells))[:200]
        numbers = sum(any(fits(value) for fits in _FITS.values()) for value in values)
        if numbers >= 0.9 * len(values) and (mark := mark_of(values, "")):
            votes.append(mark)
    return max(".,", key=votes.count)


def dates_in(facts: Facts) -> list[datetime]:
    sample = facts.present[:: max(1, len(facts.present) // 1000)]
    if sum(as_date(cell) is not None for cell in sample) < NEARLY_ALL * len(sample):
        return []
    return [found for cell in facts.present if (found := as_date(cell))]


_DAYS = (
    *("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d.%m.%y"),
    *("%d/%m/%y", "%m/%d/%y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%Y-%m"),
)
_HOURS = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %I:%M %p")
ISO = "ISO8601"
"""What pandas calls days and times in any form of that standard, such as 2021-02-03T10:00+01:00."""

_BEFORE_OFFSET = re.compile(r"(?<=:\d\d) (?=[+-]\d\d(:?\d\d)?$|Z$)")
"""The blank of 10:00 +0100, which pandas takes for the same as 10:00+0100."""

_DATED = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2} [A-Z]|[A-Z][a-z]{2,8} \d"
    r"|\d{4}-\d\d$"
)


def as_date(text: str) -> datetime | None:
    """Return the day or time that a text says."""
    if len(text) > LONGEST_NUMBER or not _DATED.match(text):
        return None
    if (time := _by(ISO, text)) is not None:
        return time
    forms = (day + hour for day in _DAYS for hour in _HOURS)
    return next((time for form in forms if (time := _by(form, text)) is not None), None)


def date_form(cells: Sequence[str]) -> str:
    """Return the one form in which nearly all cells say a time; empty where there is none.

    Where days and months could be either, it is the form in which the times are in order.
    """
    present = [cell for cell in cells if cell]
    some = present[:: max(1, len(present) // 300)]
    forms = [
        form
        for form in (*(day + hour for day in _DAYS for hour in _HOURS), ISO)
        if sum(_by(form, cell) is not None for cell in some) >= NEARLY_ALL * max(1, len(some))
    ]
    for form in forms:
        times = [time for time in dates_by(form, some) if time is not None]
        if times in (sorted(times), sorted(times, reverse=True)):
            return form
    return forms[0] if forms else ""


def dates_by(form: str, cells: Iterable[str]) -> list[datetime | None]:
    """Return the time that each cell says in that form, by its own clock; None where none."""
    return [_by(form, cell) for cell in cells]


def moments_by(form: str, cells: Iterable[str]) -> list[datetime | None]:
    """Return the time that each cell says in that form, with its offset to UTC if it says one."""
    return [_moment(form, cell) for cell in cells]


def _by(form: str, text: str) -> datetime | None:
    moment = _moment(form, text)
    return moment and moment.replace(tzinfo=None)


def _moment(form: str, text: str) -> datetime | None:
    try:
        if form != ISO:
            return datetime.strptime(text, form)
        return datetime.fromisoformat(_BEFORE_OFFSET.sub("", text))
    except ValueError:
        return None
