"""What every encoder is, hyperparameters that several have, and how weights are counted."""

from abc import abstractmethod
from functools import partial
from itertools import pairwise
from typing import Annotated, ClassVar, Generic, Self, TypeVar, get_type_hints

from msgspec import Meta, Struct
from msgspec.structs import replace

from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import InputKind
from kerasmith.catalogue.tuning import DEPTHS, SIZES, Tried, tried

Kind = TypeVar("Kind", bound=InputKind)


class Encoder(Struct, Generic[Kind], frozen=True):
    """How one input becomes a vector of features."""

    encoder: ClassVar[str]
    takes: ClassVar[type[InputKind]]
    flow: ClassVar[Flow]
    gives: ClassVar[Extent] = Extent.ONCE
    """What it gives features for."""
    inside: ClassVar[Flow] = Flow.STRAIGHT
    """How data flows inside of a layer of it, which is one layer seen from outside."""
    size_hint: ClassVar[str] = ""
    """A size that it takes, as a flag writes it, where it does not take every one."""
    source: ClassVar[str]
    """The paper or guide that it follows."""
    layers: ClassVar[tuple[str, ...]]
    """The layers with weights, as in `NAME_conv1`: what is behind the name, without number."""
    local_names: ClassVar[tuple[str, ...]] = ()
    """Its helper functions, and its variables in `build_model`: no input may be called so."""
    reserves_names: ClassVar[bool] = True
    """Whether no project may have its local names and those of its unnamed layers, or only none
    with it: names that a release allowed stay allowed where they do no harm."""
    unnamed_layers: ClassVar[tuple[str, ...]] = ()
    """Layers to which its code gives no name: what Keras calls them, in snake case."""

    @classmethod
    def suited(cls, given: Kind) -> Self:
        """Return this encoder with hyperparameters that suit an input; the defaults suit any."""
        return cls()

    @property
    def pretrained(self) -> bool:
        """Whether its layers have learned before, and learn more in a phase of their own."""
        return False

    def problem(self, given: Kind) -> str:
        """Say why these hyperparameters do not work for an input; empty where they do."""
        return ""

    def choices(self, given: Kind) -> dict[str, tuple[Tried, ...]]:
        """Return the values that a search tries of each hyperparameter that its type says is tuned.

        Each works for an input beside the others as they are.
        """
        found = {}
        for name, type_ in get_type_hints(type(self), include_extras=True).items():
            if name in self.__struct_fields__:
                value = getattr(self, name)
                found[name] = tried(value, type_, partial(self._works, given, name))
        return {name: values for name, values in found.items() if values}

    def _works(self, given: Kind, name: str, value: Tried) -> bool:
        return not replace(self, **{name: value}).problem(given)

    @abstractmethod
    def features(self, given: Kind) -> int:
        """Return how many numbers come out for one example: the output is `(batch, features)`.

        Where it `gives` them at every place, for one of these: `(batch, height, width, features)`.
        """

    @abstractmethod
    def parameters(self, given: Kind) -> int:
        """Return the number of weights, as `keras.Model.count_params` counts them."""


# === Hyperparameters ===

Filters = Annotated[
    tuple[Annotated[int, Meta(ge=1, le=4096)], ...],
    Meta(
        min_length=1,
        max_length=10,
        description="The number of filters of each stage: 1 to 10 whole numbers from 1 to 4096.",
        examples=[[32, 64]],
        extra={"tuned": SIZES},
    ),
]

FilterCount = Annotated[
    int,
    Meta(
        ge=1,
        le=4096,
        description="The number of filters: a whole number from 1 to 4096.",
        examples=[64],
        extra={"tuned": SIZES},
    ),
]

DenseUnits = Annotated[
    tuple[Annotated[int, Meta(ge=1, le=8192)], ...],
    Meta(
        min_length=1,
        max_length=10,
        description="The units of each dense layer: 1 to 10 whole numbers from 1 to 8192.",
        examples=[[128, 64]],
        extra={"tuned": SIZES},
    ),
]

Embedding = Annotated[
    int,
    Meta(
        ge=1,
        le=2048,
        description="How many numbers stand for one word, value, step or patch: 1 to 2048.",
        examples=[32],
        extra={"tuned": SIZES},
    ),
]

Window = Annotated[
    int,
    Meta(
        ge=1,
        le=99,
        description="How many neighbours a convolution looks at: a whole number from 1 to 99.",
        examples=[3],
    ),
]

Heads = Annotated[
    int,
    Meta(
        ge=1,
        le=64,
        description="How many things attention looks for at once, 1 to 64; embedding is a "
        "multiple of it.",
        examples=[2],
    ),
]

Blocks = Annotated[
    int,
    Meta(
        ge=1,
        le=24,
        description="How many blocks follow each other: a whole number from 1 to 24.",
        examples=[1],
        extra={"tuned": DEPTHS},
    ),
]

Checksum = Annotated[
    str,
    Meta(
        pattern=r"^([0-9a-f]{64})?(?![\s\S])",
        description="The SHA-256 of that file: 64 digits from 0 to 9 and a to f.",
        examples=["0" * 64],
    ),
]

# === Weights ===


def dense(features: int, units: int) -> int:
    """Return the weights of a dense layer with biases."""
    return features * units + units


def dense_stack(features: int, units: tuple[int, ...]) -> int:
    """Return the weights of dense layers one after the other."""
    return sum(dense(*pair) for pair in pairwise((features, *units)))


def convolution(window: int, channels: int, filters: int) -> int:
    """Return the weights of a convolution over `window` places, with biases."""
    return window * channels * filters + filters


def recurrent(gates: int, features: int, units: int, biases: int = 1) -> int:
    """Return the weights of a recurrent layer: an LSTM has four gates, a GRU three."""
    return gates * ((features + units) * units + biases * units)


def transformer(features: int, positions: int, blocks: int) -> int:
    """Return the weights of learned positions, attention blocks and the last normalisation."""
    norm = 2 * features
    attention = 4 * dense(features, features)
    thinking = dense(features, 2 * features) + dense(2 * features, features)
    return positions * features + blocks * (2 * norm + attention + thinking) + norm


ATTENTION_NAMES = ("add_positions", "number", "transformer_block")
"""What the code of every encoder that attends calls functions and variables."""

ATTENTION_LAYERS = (
    "add",
    "cumsum",
    "dropout",
    "get_item",
    "global_average_pooling1d",
    "ones_like",
)
"""The layers to which that code gives no name."""


def uneven_heads(embedding: int, heads: int) -> str:
    """Say that embedding is not a multiple of heads; empty where it is."""
    if embedding % heads == 0:
        return ""
    return f"embedding, {embedding}, is not a multiple of heads, {heads}."
