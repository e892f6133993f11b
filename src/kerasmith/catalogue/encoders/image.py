"""The encoders of images."""

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Self

from msgspec import Meta

from kerasmith.catalogue.encoders.base import (
    ATTENTION_LAYERS,
    ATTENTION_NAMES,
    Blocks,
    DenseUnits,
    Embedding,
    Encoder,
    Filters,
    Heads,
    convolution,
    dense,
    dense_stack,
    transformer,
    uneven_heads,
)
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import Image
from kerasmith.catalogue.value_types import Share, Units


def halvings(image: Image) -> int:
    """Return how often height and width can both be halved before one is gone."""
    return min(image.shape[:2]).bit_length() - 1


class Cnn(Encoder[Image], frozen=True):
    """Convolutions and poolings, one after the other."""

    encoder = "cnn"
    takes = Image
    flow = Flow.STRAIGHT
    source = "LeCun et al. 1998, Gradient-based learning applied to document recognition"
    layers = ("conv", "dense")
    local_names = ("filters", "number")
    unnamed_layers = ("dropout", "flatten", "max_pooling2d", "rescaling")

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
        return sum(convolution(9, *pair) for pair in stages) + dense(flat, self.units)


class Mlp(Encoder[Image], frozen=True):
    """All pixels at once, through dense layers."""

    encoder = "mlp"
    takes = Image
    flow = Flow.STRAIGHT
    source = (
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors"
    )
    layers = ("dense",)
    local_names = ("number", "units")
    unnamed_layers = ("dropout", "flatten", "rescaling")

    units: DenseUnits = (128, 64)
    dropout: Share = 0.2

    def features(self, given: Image) -> int:
        return self.units[-1]

    def parameters(self, given: Image) -> int:
        return dense_stack(given.tensor_size, self.units)


class Resnet(Encoder[Image], frozen=True):
    """Residual blocks: each adds what it found to what it was given."""

    encoder = "resnet"
    takes = Image
    flow = Flow.RESIDUAL
    source = "He et al. 2015, Deep Residual Learning for Image Recognition"
    layers = ("stem", "norm", "block")
    local_names = ("filters", "number", "residual_block", "stride")
    unnamed_layers = ("add", "global_average_pooling2d", "re_lu", "rescaling")

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
        total = 9 * colours * channels + 4 * channels
        for stage, filters in enumerate(self.filters):
            total += 9 * channels * filters + 9 * filters * filters  # without biases
            total += 2 * 4 * filters  # batch normalisation keeps four numbers a filter
            halved = stage > 0 and (height, width) != (1, 1)
            if halved or channels != filters:
                total += convolution(1, channels, filters)
            if halved:
                height, width = (height + 1) // 2, (width + 1) // 2
            channels = filters
        return total


class Inception(Encoder[Image], frozen=True):
    """Convolutions of several sizes side by side."""

    encoder = "inception"
    takes = Image
    flow = Flow.PARALLEL
    source = "Szegedy et al. 2014, Going Deeper with Convolutions"
    layers = ("block",)
    local_names = ("filters", "inception_block", "number")
    unnamed_layers = ("concatenate", "global_average_pooling2d", "max_pooling2d", "rescaling")

    filters: Filters

    @classmethod
    def suited(cls, given: Image) -> Self:
        stages = max(1, min(3, halvings(given)))
        return cls(filters=(16, 32, 64)[:stages])

    def features(self, given: Image) -> int:
        return 4 * self.filters[-1]

    def parameters(self, given: Image) -> int:
        channels: int = given.shape[2]
        total = 0
        for filters in self.filters:
            from_outside = 4 * convolution(1, channels, filters)
            total += (
                from_outside + convolution(9, filters, filters) + convolution(25, filters, filters)
            )
            channels = 4 * filters
        return total


class Vit(Encoder[Image], frozen=True):
    """Patches that look at each other."""

    encoder = "vit"
    takes = Image
    flow = Flow.ATTENTION
    source = "Dosovitskiy et al. 2020, An Image is Worth 16x16 Words"
    layers = ("patches", "positions", "block", "norm")
    local_names = ATTENTION_NAMES
    unnamed_layers = (*ATTENTION_LAYERS, "rescaling", "reshape")

    patch: Annotated[
        int,
        Meta(
            ge=1,
            le=256,
            description="Height and width of a patch in pixels: a whole number from 1 to 256.",
            examples=[4],
        ),
    ]
    embedding: Embedding = 32
    heads: Heads = 2
    blocks: Blocks = 2
    dropout: Share = 0.1

    @classmethod
    def suited(cls, given: Image) -> Self:
        height, width, _ = given.shape
        return cls(patch=max(1, min(height, width, max(height, width) // 8)))

    def problem(self, given: Image) -> str:
        height, width, _ = given.shape
        if self.patch > min(height, width):
            return f"A patch of {self.patch} pixels is larger than {height}×{width} pixels."
        return uneven_heads(self.embedding, self.heads)

    def features(self, given: Image) -> int:
        return self.embedding

    def parameters(self, given: Image) -> int:
        height, width, colours = given.shape
        patches = (height // self.patch) * (width // self.patch)
        read = convolution(self.patch**2, colours, self.embedding)
        return read + transformer(self.embedding, patches, self.blocks)


class Halving(Encoder[Image], frozen=True):
    """What halves an image stage by stage and doubles it again, padded to a size that lets it."""

    takes = Image
    gives = Extent.EVERY_PLACE
    local_names: ClassVar[tuple[str, ...]] = (
        *("columns", "filters", "number", "rows", "size", "stages"),
    )
    reserves_names = False

    filters: Filters

    @classmethod
    def suited(cls, given: Image) -> Self:
        return cls(filters=halving_filters(given))

    def features(self, given: Image) -> int:
        return self.filters[0]


class Unet(Halving, frozen=True):
    """Convolutions that halve the image and double it again; each size skips to its like."""

    encoder = "unet"
    flow = Flow.SKIP
    source = "Ronneberger et al. 2015, U-Net: Convolutional Networks for Biomedical Segmentation"
    layers = ("block",)
    local_names = (*Halving.local_names, "conv_block", "skip", "skips")
    unnamed_layers = (
        *("concatenate", "cropping2d", "max_pooling2d", "re_lu", "rescaling"),
        *("up_sampling2d", "zero_padding2d"),
    )

    def parameters(self, given: Image) -> int:
        there = pairwise((given.shape[2], *self.filters))
        back = pairwise((self.filters[-1], *reversed(self.filters)))
        halving = sum(_normalised_pair(*pair) for pair in there)
        return halving + sum(_normalised_pair(below + skip, skip) for below, skip in back)


class Autoencoder(Halving, frozen=True):
    """Convolutions that halve the image and double it again, one after the other."""

    encoder = "autoencoder"
    flow = Flow.STRAIGHT
    source = "Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data"
    layers = ("conv",)
    unnamed_layers = ("cropping2d", "max_pooling2d", "rescaling", "zero_padding2d")

    def parameters(self, given: Image) -> int:
        there = (given.shape[2], *self.filters)
        back = (self.filters[-1], *reversed(self.filters))
        return sum(convolution(9, *pair) for way in (there, back) for pair in pairwise(way))


def halving_filters(image: Image) -> tuple[int, ...]:
    """Return the filters of stages that each halve an image of any size, as padding lets them."""
    return (16, 32, 64, 128)[: max(1, min(4, halvings(image) - 2))]


def _normalised_pair(channels: int, filters: int) -> int:
    """Return the weights of two convolutions without biases, each with its normalisation."""
    return 9 * channels * filters + 9 * filters * filters + 2 * 4 * filters


ENCODERS: tuple[type[Encoder[Any]], ...] = (
    *(Cnn, Mlp, Resnet, Inception, Vit),
    *(Unet, Autoencoder),
)
"""In the order of preference: the first that fits a size is its default, and the first of a flow
the one that `--branching` takes."""
