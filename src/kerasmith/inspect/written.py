"""How people write numbers and dates: as text, to programs."""

import re
from collections.abc import Iterable
from datetime import datetime

from kerasmith.inspect.facts import Facts, as_number

NEARLY_ALL = 0.95
"""The share of values that must agree; the rest counts as mistakes and is said."""


def how_written(facts: Facts) -> tuple[str, str]:
    """Return how people wrote the numbers of a column, and an example; empty where none are."""
    values = list(facts.counts)[:1000]  # enough to tell, and quick where there are many
    plain_ones = sum(as_number(value) is not None for value in values)
    for pattern, how in WRITTEN:
        written = re.compile(pattern).fullmatch
        odd = [value for value in values if written(value) and as_number(value) is None]
        if odd and len(odd) + plain_ones >= NEARLY_ALL * len(values):
            return how, odd[0]
    return "", ""


WRITTEN = (
    (r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?", "thousands separators"),
    (r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?", "points for thousands"),
    (r"[+-]?\d{1,3}([ '\u00a0\u202f]\d{3})+([.,]\d+)?", "thousands separators"),
    (r"[+-]?\d+,\d+", "a decimal comma"),
    (r"[+-]?[\d.,]+ ?%", "a percent sign"),
    (r"[+-]?[$€£¥] ?[\d.,]+|[\d.,]+ ?[$€£¥]", "a currency sign"),
    (r"[+-]?[\d.,]+ ?[a-zA-Z°µ]{1,5}", "a unit"),
)
"""How people write numbers that programs read as text."""


_DECIMAL_COMMA = re.compile(r"[+-]?\d{1,3}(\.\d{3})+(,\d+)?|[+-]?\d+,\d{1,2}|[+-]?0,\d+")


def _digits(text: str) -> str:
    return re.sub(r"[^\d.,+-]", "", text)


def rewritten(text: str) -> str:
    """Return a number that people wrote as programs write it."""
    digits = _digits(text)
    if _DECIMAL_COMMA.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    return digits.replace(",", "")


def style_of(examples: Iterable[str]) -> str:
    """Return how numbers like these are written, as `[data] numbers` of a spec says it."""
    comma = any(_DECIMAL_COMMA.fullmatch(_digits(each)) for each in examples)
    return "1.234,5" if comma else "1,234.5"


def dates_in(facts: Facts) -> list[datetime]:
    sample = facts.present[:: max(1, len(facts.present) // 1000)]
    if sum(as_date(cell) is not None for cell in sample) < NEARLY_ALL * len(sample):
        return []
    return [found for cell in facts.present if (found := as_date(cell))]


_FORMS = ("%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %b %Y", "%b %d, %Y")
_DATED = re.compile(
    r"\d{4}-\d\d?-\d\d?|\d{1,4}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2} [A-Z]|[A-Z][a-z]{2} \d"
)


def as_date(text: str) -> datetime | None:
    """Return the day or time that a text says."""
    if not _DATED.match(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    for form in _FORMS:
        for end in ("", " %H:%M", " %H:%M:%S"):
            try:
                return datetime.strptime(text, form + end)
            except ValueError:
                continue
    return None
