"""The kinds of input: what each needs to say, and how a flag says it."""

from abc import abstractmethod
from math import prod
from typing import Annotated, ClassVar, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from kerasmith.catalogue.value_types import (
    ClassText,
    ColumnText,
    as_list_or_count,
    listed_or_counted,
    sizes_in,
    whole,
)


class InputKind(Struct, frozen=True, omit_defaults=True):
    """An input. The fields of a kind are its sizes, keys of its entry in `kerasmith.toml`."""

    kind: ClassVar[str]
    size_hint: ClassVar[str]
    """How a flag writes the size: `NAME:KIND:size_hint`."""
    size_asked: ClassVar[str] = "What size is {name}?"
    """The question for the size."""
    in_the_table: ClassVar[str]
    """What the data table holds for it."""
    is_quick: ClassVar[bool] = False
    """Whether an example is a few numbers, so that an epoch of them takes next to no time."""
    dtype: ClassVar[str] = "float32"

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
    def tensor_size(self) -> int:
        """How many numbers one example holds."""
        return prod(self.tensor_shape)

    @property
    def fitted(self) -> bool:
        """Whether something about it is learned from the training split: words, means, spreads."""
        return False

    def columns_of(self, name: str) -> tuple[str, ...]:
        """Return the columns of the data table that hold the input of that name."""
        return (name,)

    def holds_number(self, column: str) -> bool:
        """Say whether a column of the data table that it is read from holds numbers."""
        return False


Pixels = Annotated[int, Meta(ge=1, le=2048)]


class Image(InputKind, frozen=True, omit_defaults=True):
    """A picture from a file."""

    kind = "image"
    size_hint = "28x28x1"
    size_asked = "How large is {name}: height x width x channels?"
    in_the_table = "one column naming a file"

    shape: Annotated[
        tuple[Pixels, Pixels, Literal[1, 3, 4]],
        Meta(
            description="Height and width in pixels, 1 to 2048 each, and channels: "
            "1 (grey), 3 (colour) or 4 (with transparency).",
            examples=[[64, 64, 3]],
        ),
    ]

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


class Column(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One column of a table: of numbers, or of the values of a category."""

    name: Annotated[
        ColumnText, Meta(description="The name in the table's header, 1 to 200 characters.")
    ]
    type: Annotated[Literal["number", "category"], Meta(description="What the column holds.")] = (
        "number"
    )
    values: Values | UnsetType = UNSET


class Table(InputKind, frozen=True, omit_defaults=True):
    """Columns of numbers and categories, encoded to one vector."""

    kind = "table"
    is_quick = True
    size_hint = "age,height,sex/f/m"
    size_asked = "What are the columns of {name}? List a category with its values."
    in_the_table = "its listed columns"

    columns: Annotated[
        tuple[Column, ...],
        Meta(
            min_length=1,
            max_length=1000,
            description="The columns, 1 to 1000 of them: each with a name, and a type, number or "
            "category; a category with its values.",
            examples=[[{"name": "age"}, {"name": "sex", "type": "category", "values": ["f", "m"]}]],
        ),
    ]

    @classmethod
    def size_for(cls, name: str) -> str:
        """Return two columns of numbers, which no other table has."""
        return f"{name}_1,{name}_2"

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        """Read `age,height` as numbers and `sex/f/m` as a category with its values."""
        columns: list[dict[str, object]] = []
        for part in size.split(",") if size else []:
            name, *values = part.split("/")
            columns.append({"name": name})
            if values:
                columns[-1] |= {"type": "category", "values": values}
        return {"columns": columns} if columns else {}

    def to_flag(self) -> str | None:
        texts = [text for each in self.columns for text in (each.name, *(each.values or ()))]
        if any(set(text) & set(",/=") for text in texts):
            return None
        return ",".join("/".join((each.name, *(each.values or ()))) for each in self.columns)

    def problem(self) -> str:
        for each in self.columns:
            if (each.type == "category") != (each.values is not UNSET):
                return f"The column {each.name!r} is a {each.type}: only a category has values."
            if each.values and len(set(each.values)) < len(each.values):
                return f"The column {each.name!r} has a value twice."
        names = [each.name for each in self.columns]
        twice = [name for name in names if names.count(name) > 1]
        return f"The column {twice[0]!r} appears twice." if twice else ""

    @property
    def numbers(self) -> tuple[str, ...]:
        """The names of the columns of numbers."""
        return tuple(each.name for each in self.columns if each.type == "number")

    @property
    def categories(self) -> tuple[Column, ...]:
        """The columns of categories."""
        return tuple(each for each in self.columns if each.type == "category")

    @property
    def width(self) -> int:
        """Numbers in the vector: one a number, one a value of a category and one for unknown."""
        return len(self.numbers) + sum(len(each.values or ()) + 1 for each in self.categories)

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (self.width,)

    @property
    def fitted(self) -> bool:
        return bool(self.numbers)

    def columns_of(self, name: str) -> tuple[str, ...]:
        return tuple(each.name for each in self.columns)

    def holds_number(self, column: str) -> bool:
        return column in self.numbers


class Series(InputKind, frozen=True, omit_defaults=True):
    """Numbers in the order of time."""

    kind = "series"
    size_hint = "24x1"
    size_asked = "How long is {name}: steps x numbers in each step?"
    in_the_table = (
        "for a forecast, its column (NAME, or NAME_1 and so on) of one long table in time order; "
        "otherwise one column naming a CSV file with a row a step"
    )

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

    values: Values

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        return {"values": listed_or_counted(size)} if size else {}

    def to_flag(self) -> str | None:
        return as_list_or_count(self.values)

    def problem(self) -> str:
        twice = len(set(self.values)) < len(self.values)
        return "values holds a value twice." if twice else ""

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return (1,)


INPUT_KINDS: dict[str, type[InputKind]] = {
    kind.kind: kind for kind in (Image, Text, Table, Series, CategoryInput)
}
