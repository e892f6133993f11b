"""The encoders: how one input becomes a vector of features.

An entry is a class: its fields are the knobs a spec may turn, its docstring is what the user
reads, `suited` chooses the knobs that fit a size. The lines of code that it stands for are the
part of the same name in `templates/parts/encoders/KIND/`.
"""

from abc import abstractmethod
from itertools import pairwise
from math import prod
from typing import Annotated, Any, ClassVar, Generic, Self, TypeVar

from msgspec import Meta, Struct

from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import Image, InputKind
from kerasmith.catalogue.words import Share, Units

Kind = TypeVar("Kind", bound=InputKind)

MOST_PARAMETERS = 1_000_000_000
"""A starter project with a larger part than this is taken for a slip of the keyboard."""


class Encoder(Struct, Generic[Kind], frozen=True):
    """How one input becomes a vector of features."""

    encoder: ClassVar[str]
    takes: ClassVar[type[InputKind]]
    flow: ClassVar[Flow]
    source: ClassVar[str]
    """The paper or guide that it follows."""
    layers: ClassVar[tuple[str, ...]]
    """The layers with weights, as in `NAME_conv1`: what stands behind the name, without number."""

    @classmethod
    @abstractmethod
    def suited(cls, given: Kind) -> Self:
        """Return this encoder with the knobs that suit an input."""

    def problem(self, given: Kind) -> str:
        """Say why these knobs do not work for an input; empty where they do."""
        return ""

    @abstractmethod
    def features(self, given: Kind) -> int:
        """Return how many numbers come out for one example: the output is `(batch, features)`."""

    @abstractmethod
    def parameters(self, given: Kind) -> int:
        """Return the number of weights, as `keras.Model.count_params` counts them."""


Filters = Annotated[
    tuple[Annotated[int, Meta(ge=1, le=4096)], ...],
    Meta(
        min_length=1,
        max_length=10,
        description="The number of filters of each stage: 1 to 10 whole numbers from 1 to 4096.",
        examples=[[32, 64]],
    ),
]


def halvings(image: Image) -> int:
    """Return how often height and width can both be halved before one is gone."""
    return min(image.shape[:2]).bit_length() - 1


def convolution(size: int, channels: int, filters: int) -> int:
    """Return the weights of a square convolution with biases."""
    return size * size * channels * filters + filters


def dense(features: int, units: int) -> int:
    """Return the weights of a dense layer with biases."""
    return features * units + units


class Cnn(Encoder[Image], frozen=True):
    """Convolutions and poolings, one after the other."""

    encoder = "cnn"
    takes = Image
    flow = Flow.STRAIGHT
    source = "LeCun et al. 1998, Gradient-based learning applied to document recognition"
    layers = ("conv", "dense")

    filters: Filters
    units: Units = 64
    dropout: Share = 0.2

    @classmethod
    def suited(cls, given: Image) -> Self:
        stages = max(1, min(5, halvings(given) - 1))
        return cls(filters=(32, 64, 128, 128, 128)[:stages])

    def problem(self, given: Image) -> str:
        stages, most = len(self.filters), halvings(given)
        if stages <= most:
            return ""
        height, width, _ = given.shape
        return (
            f"{stages} stages halve the image {stages} times; {height}×{width} pixels "
            f"can be halved {most} times."
        )

    def features(self, given: Image) -> int:
        return self.units

    def parameters(self, given: Image) -> int:
        height, width, colours = given.shape
        halved = 2 ** len(self.filters)
        flat = (height // halved) * (width // halved) * self.filters[-1]
        stages = pairwise((colours, *self.filters))
        return sum(convolution(3, *pair) for pair in stages) + dense(flat, self.units)


class Mlp(Encoder[Image], frozen=True):
    """All pixels at once, through dense layers."""

    encoder = "mlp"
    takes = Image
    flow = Flow.STRAIGHT
    source = (
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors"
    )
    layers = ("dense",)

    units: Annotated[
        tuple[Units, ...],
        Meta(
            min_length=1,
            max_length=10,
            description="The units of each dense layer: 1 to 10 whole numbers from 1 to 8192.",
            examples=[[128, 64]],
        ),
    ] = (128, 64)
    dropout: Share = 0.2

    @classmethod
    def suited(cls, given: Image) -> Self:
        return cls()

    def features(self, given: Image) -> int:
        return self.units[-1]

    def parameters(self, given: Image) -> int:
        widths = (prod(given.tensor_shape), *self.units)
        return sum(dense(*pair) for pair in pairwise(widths))


class Resnet(Encoder[Image], frozen=True):
    """Residual blocks: each adds what it found to what it was given."""

    encoder = "resnet"
    takes = Image
    flow = Flow.RESIDUAL
    source = "He et al. 2015, Deep Residual Learning for Image Recognition"
    layers = ("stem", "norm", "block")

    filters: Filters

    @classmethod
    def suited(cls, given: Image) -> Self:
        stages = max(1, min(4, halvings(given)))
        return cls(filters=(32, 64, 128, 256)[:stages])

    def features(self, given: Image) -> int:
        return self.filters[-1]

    def parameters(self, given: Image) -> int:
        height, width, colours = given.shape
        channels = self.filters[0]
        total = convolution(3, colours, channels) + 4 * channels
        for stage, filters in enumerate(self.filters):
            total += convolution(3, channels, filters) + convolution(3, filters, filters)
            total += 2 * 4 * filters  # batch normalisation keeps four numbers a filter
            halved = stage > 0 and (height, width) != (1, 1)
            if halved or channels != filters:
                total += convolution(1, channels, filters)
            if halved:
                height, width = (height + 1) // 2, (width + 1) // 2
            channels = filters
        return total


ENCODERS: dict[str, dict[str, type[Encoder[Any]]]] = {
    "image": {encoder.encoder: encoder for encoder in (Cnn, Mlp, Resnet)},
}
"""Every encoder by the kind it takes and by its name; the first of a flow is its default."""


def encoders_for(kind: type[InputKind]) -> dict[str, type[Encoder[Any]]]:
    """Return the encoders that take a kind, by name."""
    return ENCODERS[kind.kind]


def default_encoder(given: InputKind) -> type[Encoder[Any]]:
    """Return the first encoder of the kind whose suited knobs work for this size."""
    choices = encoders_for(type(given)).values()
    return next(each for each in choices if not each.suited(given).problem(given))
