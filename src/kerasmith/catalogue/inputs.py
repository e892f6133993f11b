"""The kinds of input: what each needs to say, and how a flag says it."""

from abc import abstractmethod
from math import prod
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from kerasmith.catalogue.words import whole


class InputKind(Struct, frozen=True, omit_defaults=True):
    """What goes in. The fields of a kind are its sizes, keys of its entry in `kerasmith.toml`."""

    kind: ClassVar[str]
    size_hint: ClassVar[str]
    """How a flag writes the size: `NAME:KIND:size_hint`."""
    in_the_table: ClassVar[str]
    """What the data table holds for it."""

    @staticmethod
    @abstractmethod
    def from_flag(size: str) -> dict[str, object]:
        """Return the sizes that the text behind `NAME:KIND:` stands for, unchecked."""

    @abstractmethod
    def to_flag(self) -> str:
        """Return the text that `from_flag` reads back as these sizes."""

    @property
    @abstractmethod
    def tensor_shape(self) -> tuple[int, ...]:
        """The shape of one example, without the batch axis."""

    @property
    def tensor_size(self) -> int:
        """How many numbers one example holds."""
        return prod(self.tensor_shape)

    def columns(self, name: str) -> tuple[str, ...]:
        """Return the columns of the data table that hold the input of that name."""
        return (name,)


Pixels = Annotated[int, Meta(ge=1, le=2048)]


class Image(InputKind, frozen=True, omit_defaults=True):
    """A picture from a file."""

    kind = "image"
    size_hint = "28x28x1"
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
        return {"shape": [whole(part) for part in size.split("x")]} if size else {}

    def to_flag(self) -> str:
        return "x".join(map(str, self.shape))

    @property
    def tensor_shape(self) -> tuple[int, ...]:
        return self.shape


INPUT_KINDS: dict[str, type[InputKind]] = {kind.kind: kind for kind in (Image,)}
