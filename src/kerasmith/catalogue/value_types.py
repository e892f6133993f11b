"""The types that a user's words are checked against.

Every type carries the sentence that an error message, the JSON Schema and the reference repeat,
and an example of what works.
"""

import re
from typing import Annotated

from msgspec import Meta

from kerasmith.catalogue.tuning import SHARES, SIZES

# Control characters, line separators, direction marks and overrides, and non-characters: text that
# could hide what a generated file says, or that some file format cannot hold.
_UNPRINTABLE = (
    "\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069"
    "\\ufdd0-\\ufdef\\ufeff\\ufff9-\\uffff"
)
ONE_LINE = rf"^(?!\s)(?![\s\S]*[{_UNPRINTABLE}])(?![\s\S]*\s$)[\s\S]*$"

WORD = r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*(?![\s\S])"
"""Lower-case letters and digits, joined by single hyphens or underscores, a letter first."""

NAME_LENGTH = 30
"""Characters in a name at the most: generated lines that hold one are formatted for this length."""

Name = Annotated[
    str,
    Meta(
        pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*(?![\s\S])",
        max_length=NAME_LENGTH,
        description="A name is lower-case letters and digits, words joined by single underscores, "
        f"a letter first, {NAME_LENGTH} characters at most.",
        examples=["photo"],
    ),
]

ProjectName = Annotated[
    str,
    Meta(
        pattern=WORD,
        max_length=NAME_LENGTH,
        description="A project name is lower-case letters and digits, words joined by single "
        f"hyphens or underscores, a letter first, {NAME_LENGTH} characters at most.",
        examples=["pet-finder"],
    ),
]

Description = Annotated[
    str,
    Meta(
        pattern=ONE_LINE,
        min_length=1,
        max_length=80,
        description="A description is one line of 1 to 80 printable characters that says "
        "what the model predicts.",
        examples=["Finds pets in photos."],
    ),
]

ColumnText = Annotated[
    str,
    Meta(
        pattern=ONE_LINE,
        min_length=1,
        max_length=200,
        description="A column's name is one line of 1 to 200 printable characters, as the table's "
        "header has it.",
        examples=["Petal Width"],
    ),
]

ClassText = Annotated[
    str,
    Meta(
        pattern=ONE_LINE,
        min_length=1,
        max_length=200,
        description="A class is one line of 1 to 200 printable characters.",
        examples=["beagle"],
    ),
]

_DATE_FORM = r"(ISO8601|(?=.*%[Yy])(?=.*%[bBmj])(%[aAbBdfHIjmMpSyY]|[^%])+)(?![\s\S])"

DateForm = Annotated[
    str,
    Meta(
        pattern=ONE_LINE.removesuffix("[\\s\\S]*$") + _DATE_FORM,
        max_length=40,
        description="How dates are written, with a year and a month, as strptime says it: "
        "%d.%m.%Y; or ISO8601 for all that this standard allows.",
        examples=["%Y-%m-%d"],
    ),
]

Units = Annotated[
    int,
    Meta(
        ge=1,
        le=8192,
        description="How many units the layer has: a whole number from 1 to 8192.",
        examples=[64],
        extra={"tuned": SIZES},
    ),
]

Share = Annotated[
    float,
    Meta(
        ge=0,
        lt=1,
        description="Which share of the features is left out while training: from 0 to below 1.",
        examples=[0.2],
        extra={"tuned": SHARES},
    ),
]


def whole(text: str) -> int | str:
    """Return the whole number that a flag's text stands for; other text as it is."""
    number = text.isascii() and text.isdigit() and len(text) < 10
    return int(text) if number else text


def decimal(text: str) -> float | str:
    """Return the number from 0 on that a flag's text stands for; other text as it is."""
    number = re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,17})?", text)
    return float(text) if number else text


def is_date_form(text: str) -> bool:
    """Say whether a text says how dates are written: a form of strptime, or ISO8601."""
    return re.fullmatch(_DATE_FORM, text) is not None and text[0] in "%I"


def has_hour(form: str) -> bool:
    """Say whether dates in that form say an hour, too."""
    return form == "ISO8601" or "%H" in form or "%I" in form


def sizes_in(text: str, most: int = 0) -> list[str]:
    """Return the parts of a size as people write it: 64x64x3, 64×64×3, 64,64,3, 64 * 64 * 3."""
    return re.split(r" *[xX×*,;] *", text.strip("()[] "), maxsplit=most)


def listed_or_counted(text: str) -> list[str]:
    """Read `cat,dog` as names and `10` as the names 0 to 9."""
    count = whole(text)
    if isinstance(count, int):
        return [str(number) for number in range(min(count, 1001))]
    return [each.strip() for each in text.split(",")]


def as_list_or_count(names: tuple[str, ...]) -> str | None:
    """Return the text that `listed_or_counted` reads as these names; None where there is none."""
    if names == tuple(map(str, range(len(names)))):
        return str(len(names))
    plain = not any(set(name) & set(",:=") for name in names)
    return ",".join(names) if plain else None
