"""The types of what a plan says, and so of what a project's record may say.

A record is read back from a file that anybody may have edited, and what it says reaches Python,
YAML, TOML, Markdown and the screen. So each text of a plan is one line that steers no terminal,
what is written without quotes is a word, and what is written inside quotes ends none.
"""

from typing import Annotated

from msgspec import Meta

from kerasmith.catalogue.value_types import NAME_LENGTH, ONE_LINE, WORD

END = r"(?![\s\S])"
"""The end of a text; `$` may be followed by a line break."""

Text = Annotated[
    str,
    Meta(pattern=ONE_LINE, max_length=200, description="One line of 1 to 200 characters."),
]

OptionalText = Annotated[
    str,
    Meta(
        pattern=rf"(?:{ONE_LINE})|^{END}",
        max_length=200,
        description="One line of 0 to 200 characters.",
    ),
]

Texts = Annotated[
    tuple[Text, ...], Meta(max_length=2000, description="Up to 2000 texts of one line each.")
]

Columns = Annotated[
    tuple[
        Annotated[
            str,
            Meta(
                pattern=rf"^[a-z][a-z0-9]*(_[a-z0-9]+)*{END}",
                max_length=60,
                description="A name, as inputs and outputs have, or a longer one.",
            ),
        ],
        ...,
    ],
    Meta(max_length=2000, description="Up to 2000 names of columns."),
]
"""Columns as a project knows them; in its tests they are names of arguments."""

Separator = Annotated[str, Meta(pattern=rf"^[,;|\t]{END}", description="What parts columns.")]

Mark = Annotated[str, Meta(pattern=rf"^[.,]{END}", description="A point or a comma.")]

Between = Annotated[
    str,
    Meta(
        pattern=rf"^[ !-~]*{END}",
        max_length=10,
        description="What is between labels, in ASCII.",
    ),
]

Sentence = Annotated[
    str,
    Meta(
        pattern=rf'(?![\s\S]*["\\`{{}}<>])(?:{ONE_LINE})',
        max_length=10_000,
        description="Sentences on one line, without quotes, backslashes, brackets of markup.",
    ),
]
"""Words of kerasmith's own, with names of inputs and outputs in them."""

Word = Annotated[
    str,
    Meta(
        pattern=WORD,
        max_length=60,
        description="A word of lower-case letters and digits.",
    ),
]

PartName = Annotated[
    str,
    Meta(
        pattern=WORD,
        max_length=60,
        description="The name of a part of the templates.",
    ),
]

OptionalWord = Annotated[
    str,
    Meta(
        pattern=rf"^([a-z][a-z0-9]*([-_][a-z0-9]+)*)?{END}",
        max_length=60,
        description="A word of lower-case letters and digits, or nothing.",
    ),
]

Command = Annotated[
    str,
    Meta(
        pattern=rf"^kerasmith new (?:{ONE_LINE[1:]})",
        max_length=1_000_000,
        description="The command that makes the project, on one line.",
    ),
]

Title = Annotated[
    str,
    Meta(
        pattern=rf"^[A-Z][A-Za-z0-9 ]*{END}",
        max_length=NAME_LENGTH,
        description="The name of the project as a title.",
    ),
]

Drawn = Annotated[
    str,
    Meta(
        pattern=r"^(flowchart LR| +[a-z0-9_]+ --> [a-z0-9_]+"
        r'| +[a-z0-9_]+(\["[^"`\\\]\x00-\x1f\x7f-\x9f]*"\]|\(\["[^"`\\\]\x00-\x1f\x7f-\x9f]*"\]\)))'
        + END,
        max_length=400,
        description="A line of the picture.",
    ),
]

Variable = Annotated[
    str,
    Meta(
        pattern=rf"^([A-Z][A-Z0-9_]*)?{END}",
        max_length=NAME_LENGTH + 5,
        description="The name of an environment variable, or nothing.",
    ),
]

Count = Annotated[int, Meta(ge=0, le=10**15, description="A whole number that is not negative.")]

Size = Annotated[int, Meta(ge=1, le=2_000_000, description="A whole number from 1 on.")]

Shape = Annotated[
    tuple[Size, ...], Meta(min_length=1, max_length=4, description="One to four whole numbers.")
]

LabelShape = Annotated[
    tuple[Size, ...], Meta(max_length=4, description="Up to four whole numbers.")
]

Api = Annotated[
    str, Meta(pattern=rf"^(sequential|functional){END}", description="sequential or functional.")
]

Force = Annotated[
    str,
    Meta(pattern=rf"^(decides|supports|advice){END}", description="decides, supports or advice."),
]

Dtype = Annotated[
    str,
    Meta(pattern=rf"^(float32|int32|uint8){END}", description="float32, int32 or uint8."),
]

GaveWay = Annotated[
    str,
    Meta(
        pattern=rf"^((--)?[a-z]+[a-z -]*)?{END}",
        max_length=100,
        description="The rule or flag that it gave way to, or nothing.",
    ),
]

Version = Annotated[
    str,
    Meta(pattern=rf"^[0-9A-Za-z][0-9A-Za-z.+-]*{END}", max_length=60, description="A version."),
]

Hash = Annotated[str, Meta(pattern=rf"^[0-9a-f]{{16}}{END}", description="Sixteen hex digits.")]
