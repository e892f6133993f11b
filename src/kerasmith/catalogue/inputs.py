"""The kinds of input: what each needs to say, and how a flag says it."""

from abc import abstractmethod
from math import prod
from typing import Annotated, Any, ClassVar, Literal, Self

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import asdict, replace

from kerasmith.catalogue.named import Named
from kerasmith.catalogue.value_types import (
    ClassText,
    ColumnText,
    DateForm,
    as_list_or_count,
    decimal,
    has_hour,
    is_date_form,
    listed_or_counted,
    sizes_in,
    whole,
)


class InputKind(Struct, frozen=True, omit_defaults=True):
    """An input. The fields of a kind are keys of its entry in `kerasmith.toml`.

    They are its sizes, and its `augmentations`: what training changes at random.
    """

    kind: ClassVar[str]
    size_hint: ClassVar[str]
    """How a flag writes the size: `NAME:KIND:size_hint`."""
    size_asked: ClassVar[str] = "What size is {name}?"
    """The question for the size."""
    in_the_table: ClassVar[str]
    """What the data table holds for it."""
    is_quick: ClassVar[bool] = False
    """Whether an example is a few columns: an epoch of them takes next to no time, and boosted
    trees are what to compare a model of them with."""
    dtype: ClassVar[str] = "float32"
    reads: ClassVar[str] = "cells"
    """What the cells of its column are: what they say, or `files`, the names of files."""
    decoded: ClassVar[bool] = False
    """Whether each example is decoded by itself, which takes time and is done while training."""
    windows_part: ClassVar[str] = ""
    """The part that reads it from windows of one long table, where there is one."""
    augmentations: ClassVar[tuple[str, ...]] = ()
    """The fields that say how training changes an example at random: numbers, or yes and no, each
    with a default that changes nothing."""

    @staticmethod
    @abstractmethod
    def from_flag(size: str) -> dict[str, object]:
        """Return the sizes that the text behind `NAME:KIND:` stands for, unchecked."""

    @abstractmethod
    def to_flag(self) -> str | None:
        """Return the text that `from_flag` reads back, or None where a flag cannot say it."""

    @classmethod
    def size_for(cls, name: str) -> str:
        """Return an example of a size for an input of that name, as a flag writes it."""
        return cls.size_hint

    @classmethod
    def size_meant(cls, size: str) -> str:
        """Return what to try in the place of a size that does not work."""
        return cls.size_hint

    def problem(self) -> str:
        """Say why these sizes do not work together; empty where they do."""
        return ""

    @property
    @abstractmethod
    def tensor_shape(self) -> tuple[int, ...]:
        """The shape of one example, without the batch axis."""

    @property
    def places(self) -> tuple[int, ...]:
        """The shape of its places, where there can be an answer for each: pixels, words, steps."""
        return ()

    @property
    def tensor_size(self) -> int:
        """How many numbers one example holds."""
        return prod(self.tensor_shape)

    @property
    def fitted(self) -> bool:
        """Whether something about it is learned from the training split: words, means, spreads."""
        return False

    @property
    def recorded_sizes(self) -> dict[str, Any]:
        """Its fields in plain values, but for its augmentations: what data and encoders go by."""
        fields = msgspec.to_builtins(asdict(self))
        return {key: value for key, value in fields.items() if key not in self.augmentations}

    @property
    def chosen_augmentations(self) -> dict[str, Any]:
        """Those of its augmentations that change something, sorted, as a record gives them back."""
        return {key: value for key in sorted(self.augmentations) if (value := getattr(self, key))}

    def unaugmented(self) -> Self:
        """Return the same input, of which training changes nothing at random."""
        return replace(self, **{key: type(getattr(self, key))() for key in self.augmentations})

    def part_in(self, layout: str) -> str:
        """Return the part of the templates that reads it from data in that layout."""
        return self.windows_part if layout == "windows" and self.windows_part else self.kind

    def reads_in(self, layout: str) -> str:
        """Return what the cells of its column are in that layout: `cells` or `files`."""
        return "cells" if layout == "windows" and self.windows_part else self.reads

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns of the data table that hold the input of that name."""
        return (name,)

    def holds_number(self, column: str) -> bool:
        """Say whether a column of the data table that it is read from holds numbers."""
        return False


Pixels = Annotated[int, Meta(ge=1, le=2048)]

Flip = Annotated[
    bool,
    Meta(
        description="Whether training mirrors half of the pictures: left is right then, which is "
        "wrong for digits, for letters and wherever the two sides mean something.",
        examples=[True],
    ),
]

Shift = Annotated[
    float,
    Meta(
        ge=0,
        le=0.5,
        description="How far training moves pictures at the most, as a share of their height and "
        "width: 0 to 0.5.",
        examples=[0.1],
    ),
]

Rotate = Annotated[
    float,
    Meta(
        ge=0,
        le=180,
        description="By how many degrees training turns pictures at the most, either way: 0 to "
        "180.",
        examples=[10],
    ),
]

Zoom = Annotated[
    float,
    Meta(
        ge=0,
        le=0.9,
        description="By which share training makes pictures larger or smaller at the most: 0 to "
        "0.9.",
        examples=[0.1],
    ),
]

Contrast = Annotated[
    float,
    Meta(
        ge=0,
        le=1,
        description="By which share training raises or lowers the contrast at the most: 0 to 1.",
        examples=[0.2],
    ),
]

Jitter = Annotated[
    float,
    Meta(
        ge=0,
        le=1,
        description="How much noise training adds to each number, in standard deviations of its "
        "column: 0 to 1.",
        examples=[0.1],
    ),
]


class Image(InputKind, frozen=True, omit_defaults=True):
    """A picture from a file."""

    kind = "image"
    reads = "files"
    decoded = True
    size_hint = "28x28x1"
    size_asked = "How large is {name}: height x width x channels?"
    in_the_table = "one column naming a file"
    augmentations = ("flip", "shift", "rotate", "zoom", "contrast")

    shape: Annotated[
        tuple[Pixels, Pixels, Literal[1, 3, 4]],
        Meta(
            description="Height and width in pixels, 1 to 2048 each, and channels: "
            "1 (grey), 3 (colour) or 4 (with transparency).",
            examples=[[64, 64, 3]],
        ),
    ]
    flip: Flip = False
    shift: Shift = 0.0
    rotate: Rotate = 0.0
    zoom: Zoom = 0.0
    contrast: Contrast = 0.0

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"shape": [whole(part) for part in sizes_in(size)]} if size else {}

    @classmethod
    def size_meant(cls, size: str) -> str:
        parts = sizes_in(size)
        if len(parts) == 2 and all(part.isdigit() for part in parts):
            plane = "x".join(parts)
            return f"{plane}x3 in colour, {plane}x1 in grey"
        return cls.size_hint

    def to_flag(self) -> str:
        return "x".join(map(str, self.shape))

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return self.shape

    @property
    def places(self) -> tuple[int, ...]:
        return self.shape[:2]


class Audio(InputKind, frozen=True, omit_defaults=True):
    """A sound from a file: its waveform, of which the model makes a mel spectrogram."""

    kind = "audio"
    reads = "files"
    decoded = True
    size_hint = "8000x1"
    size_asked = "What are rate and length of {name}: samples a second x seconds?"
    in_the_table = "one column naming a file"

    rate: Annotated[
        int,
        Meta(
            ge=1000,
            le=192_000,
            description="How many samples a second has, 1,000 to 192,000 Hz; files of another rate "
            "are resampled.",
            examples=[16_000],
        ),
    ]
    seconds: Annotated[
        float,
        Meta(
            ge=0.1,
            le=60,
            description="How many seconds are heard, 0.1 to 60: of a longer file the first ones; "
            "behind a shorter one comes silence.",
            examples=[1.5],
        ),
    ]

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        rate, *seconds = [*sizes_in(size, 1)]
        if not size:
            return {}
        return {"rate": whole(rate), **({"seconds": decimal(seconds[0])} if seconds else {})}

    def to_flag(self) -> str:
        return f"{self.rate}x{self.seconds!r}".removesuffix(".0")

    @property
    def samples(self) -> int:
        """How many numbers the waveform has."""
        return round(self.rate * self.seconds)

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (self.samples,)


class Text(InputKind, frozen=True, omit_defaults=True):
    """Words."""

    kind = "text"
    size_hint = "40"
    size_asked = "How many words of {name} are read?"
    in_the_table = "one column"
    dtype = "int32"

    length: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="How many words of a text are read: a whole number from 1 to 10,000.",
            examples=[40],
        ),
    ]
    vocabulary: Annotated[
        int,
        Meta(
            ge=3,
            le=1_000_000,
            description="How many different words are told apart, 3 to 1,000,000; two stand for "
            "no word and for any rarer one.",
            examples=[5000],
        ),
    ] = 5000

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"length": whole(size)} if size else {}

    def to_flag(self) -> str:
        return str(self.length)

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def places(self) -> tuple[int, ...]:
        return (self.length,)

    @property
    def fitted(self) -> bool:
        return True


Values = Annotated[
    tuple[ClassText, ...],
    Meta(
        min_length=2,
        max_length=1000,
        description="The values of a category, 2 to 1000 of them, each one line of 1 to 200 "
        "printable characters.",
        examples=[["north", "south"]],
    ),
]


FEWEST_FITTED = 101
"""From so many values on a category's are not written down, but found in the training split."""

ValueCount = Annotated[int, Meta(ge=FEWEST_FITTED, le=1_000_000)]


class Column(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One column of a table: of numbers, of dates, or of the values of a category."""

    name: Annotated[
        ColumnText, Meta(description="The name in the table's header, 1 to 200 characters.")
    ]
    type: Annotated[
        Literal["number", "category", "date"], Meta(description="What the column holds.")
    ] = "number"
    values: Values | UnsetType = UNSET
    form: DateForm | UnsetType = UNSET
    indicator: Annotated[
        bool,
        Meta(
            description="Whether the model also learns from which rows lack the number: a 1 there, "
            "0 elsewhere.",
            examples=[True],
        ),
    ] = False

    @staticmethod
    def from_flag(text: str) -> dict[str, object]:
        """Read `age` as numbers, `age/?` with an indicator, `sex/f/m`, and `born/%Y-%m-%d`."""
        name, slash, rest = text.partition("/")
        if rest == "?":
            return {"name": name, "indicator": True}
        if is_date_form(rest):
            return {"name": name, "type": "date", "form": rest}
        values = {"type": "category", "values": rest.split("/")} if slash else {}
        return {"name": name, **values}

    def to_flag(self) -> str | None:
        """Return the text that `from_flag` reads back; None where there is none."""
        parts = (self.name, *(self.values or (self.form or "?" * self.indicator,)))
        text = "/".join(filter(None, parts))
        same = Column.from_flag(text) == msgspec.json.decode(msgspec.json.encode(self))
        return text if same and not set(text) & set(",=") else None

    def problem(self) -> str:
        """Say what does not go together; empty where all does."""
        if (self.type == "category") != (self.values is not UNSET):
            return f"The column {self.name!r} is a {self.type}: only a category has values."
        if (self.type == "date") != (self.form is not UNSET):
            return f"The column {self.name!r} is a {self.type}: a date has a form, and only a date."
        if self.indicator and self.type != "number":
            return f"The column {self.name!r} is a {self.type}: only a number has an indicator."
        if self.values and len(set(self.values)) < len(self.values):
            return f"The column {self.name!r} has a value twice."
        return ""

    @property
    def width(self) -> int:
        """How many numbers stand for it in the vector.

        A category has one for each value and one for unknown; a date one for the year, and a sine
        and a cosine for each of month, weekday and hour.
        """
        if self.type == "category":
            return len(self.values or ()) + 1
        if self.type == "date":
            return 7 if has_hour(self.form or "") else 5
        return 1 + self.indicator


class Table(InputKind, frozen=True, omit_defaults=True):
    """Columns of numbers, dates and categories, encoded to one vector."""

    kind = "table"
    is_quick = True
    size_hint = "age,height,sex/f/m"
    size_asked = (
        "What are the columns of {name}? List a category with its values, a date with its form: "
        "born/%Y-%m-%d."
    )
    in_the_table = "its listed columns"

    columns: Annotated[
        tuple[Column, ...],
        Meta(
            min_length=1,
            max_length=1000,
            description="The columns, 1 to 1000 of them: each with a name, and a type, number, "
            "category or date; a category with its values, a date with its form.",
            examples=[
                [
                    {"name": "age"},
                    {"name": "height"},
                    {"name": "sex", "type": "category", "values": ["f", "m"]},
                ]
            ],
        ),
    ]

    @classmethod
    def size_for(cls, name: str) -> str:
        """Return two columns of numbers, which no other table has."""
        return f"{name}_1,{name}_2"

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"columns": [Column.from_flag(each) for each in size.split(",")]} if size else {}

    def to_flag(self) -> str | None:
        texts = [text for each in self.columns if (text := each.to_flag()) is not None]
        return ",".join(texts) if len(texts) == len(self.columns) else None

    def problem(self) -> str:
        for each in self.columns:
            if problem := each.problem():
                return problem
        names = [each.name for each in self.columns]
        twice = [name for name in names if names.count(name) > 1]
        return f"The column {twice[0]!r} appears twice." if twice else ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        return tuple(each.name for each in self.columns if each.type == "number")

    @property
    def width(self) -> int:
        """How many numbers the vector holds."""
        return sum(each.width for each in self.columns)

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (self.width,)

    @property
    def fitted(self) -> bool:
        return any(each.type != "category" for each in self.columns)

    def columns_of(self, name: str) -> tuple[str, ...]:
        return tuple(each.name for each in self.columns)

    def holds_number(self, column: str) -> bool:
        return column in self.numbers


class Series(InputKind, frozen=True, omit_defaults=True):
    """Numbers in the order of time."""

    kind = "series"
    reads = "files"
    windows_part = "series_windows"
    size_hint = "24x1"
    size_asked = "How long is {name}: steps x numbers in each step?"
    in_the_table = (
        "for a forecast, its column (NAME, or NAME_1 and so on) of one long table in time order; "
        "otherwise one column naming a CSV file with a row a step"
    )
    augmentations = ("jitter",)

    steps: Annotated[
        int,
        Meta(
            ge=1,
            le=10_000,
            description="How many steps are read: a whole number from 1 to 10,000.",
            examples=[24],
        ),
    ]
    features: Annotated[
        int,
        Meta(
            ge=1,
            le=1000,
            description="How many numbers each step holds: a whole number from 1 to 1000.",
            examples=[1],
        ),
    ] = 1
    known: Annotated[
        bool,
        Meta(
            description="Whether a forecast knows it in advance, as it does holidays: then the "
            "steps that it looks ahead are read, as many of them, in the place of those before.",
            examples=[True],
        ),
    ] = False
    jitter: Jitter = 0.0

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        keys = ("steps", "features", "size")
        return (
            {key: whole(part) for key, part in zip(keys, sizes_in(size, 2), strict=False)}
            if size
            else {}
        )

    def to_flag(self) -> str:
        return f"{self.steps}x{self.features}"

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (self.steps, self.features)

    @property
    def places(self) -> tuple[int, ...]:
        return (self.steps,)

    @property
    def fitted(self) -> bool:
        return True

    def columns_of(self, name: str) -> tuple[str, ...]:
        numbered = tuple(f"{name}_{number}" for number in range(1, self.features + 1))
        return (name,) if self.features == 1 else (name, *numbered)

    def holds_number(self, column: str) -> bool:
        return True  # of a forecast; elsewhere it names files, which look like no number


class CategoryInput(InputKind, frozen=True, omit_defaults=True):
    """One of several values."""

    kind = "category"
    is_quick = True
    size_hint = "north,south"
    size_asked = "Which values can {name} have? Their names, or how many."
    in_the_table = "one column"
    dtype = "int32"

    values: Annotated[
        Values | ValueCount,
        Meta(
            description="The values of a category, 2 to 1000 of them, each one line of 1 to 200 "
            "printable characters; or a number from 101 to 1,000,000: how many are told apart, the "
            "most frequent ones of the training split.",
            examples=[["north", "south"]],
        ),
    ]

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        count = whole(size)
        if isinstance(count, int) and count >= FEWEST_FITTED:
            return {"values": count}
        return {"values": listed_or_counted(size)} if size else {}

    def to_flag(self) -> str | None:
        return str(self.values) if isinstance(self.values, int) else as_list_or_count(self.values)

    def problem(self) -> str:
        values = () if isinstance(self.values, int) else self.values
        return "values holds a value twice." if len(set(values)) < len(values) else ""

    @property
    def count(self) -> int:
        """How many values are told apart."""
        return self.values if isinstance(self.values, int) else len(self.values)

    @property
    def fitted(self) -> bool:
        return isinstance(self.values, int)

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (1,)


INPUT_KINDS: Named[type[InputKind]] = Named(
    "inputs", {kind.kind: kind for kind in (Image, Audio, Text, Table, Series, CategoryInput)}
)
