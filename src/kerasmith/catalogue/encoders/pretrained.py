"""The encoders of images that are models of `keras.applications`, and may have learned before.

Each is one layer seen from outside: one tensor in, one out. How data flows inside of it is its own
affair, so that a stack with a backbone in it is a stack. Its scaling belongs to it: it takes pixels
from 0 to 255, as `keras.applications` does where `include_preprocessing` says so; one that does not
scale by itself is given what its `preprocess_input` makes of them.
"""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from kerasmith.catalogue.encoders.base import Checksum, Encoder
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import Image
from kerasmith.catalogue.value_types import Share

SMALLEST = 32
"""The pixels in height and in width below which none of them takes an image."""

NOT_FILES = ("imagenet", "none")

Weights = Annotated[
    str,
    Meta(
        pattern=r"^(imagenet|none|[A-Za-z0-9_./-]{1,60}\.(h5|keras))(?![\s\S])",
        description="What its layers have learned before: imagenet, none, or a file of weights "
        "(.h5, .keras), seen from the project's folder.",
        examples=["imagenet", "backbone.weights.h5"],
    ),
]

Tuned = Annotated[
    int,
    Meta(
        ge=0,
        le=300,
        description="How many layers at its end learn in a second phase of training: 0 to 300.",
        examples=[20],
    ),
]


class Backbone(Encoder[Image], frozen=True):
    """A model of `keras.applications` without its head, as one layer."""

    takes = Image
    flow = Flow.STRAIGHT
    layers = ("backbone",)
    local_names = ("backbone", "pixels")
    reserves_names = False
    unnamed_layers = ("dropout",)
    size_hint = "64x64x3"

    depth: ClassVar[int]
    """How many features come out."""
    size: ClassVar[int]
    """How many weights it has, whatever the size of the image."""

    weights: Weights = "imagenet"
    checksum: Checksum = ""
    dropout: Share = 0.2

    @property
    def pretrained(self) -> bool:
        return self.weights != "none"

    def problem(self, given: Image) -> str:
        height, width, channels = given.shape
        if channels != 3 or min(height, width) < SMALLEST:
            return (
                f"It takes images in colour of at least {SMALLEST}×{SMALLEST} pixels, "
                f"as {SMALLEST}x{SMALLEST}x3; received {height}x{width}x{channels}."
            )
        if self.weights not in NOT_FILES and not self.checksum:
            return f"checksum does not say which file {self.weights} is: its SHA-256."
        if self.weights in NOT_FILES and self.checksum:
            return f"checksum is that of a file of weights; weights is {self.weights}."
        return ""

    def features(self, given: Image) -> int:
        return self.depth

    def parameters(self, given: Image) -> int:
        return self.size


class MobilenetV3(Backbone, frozen=True):
    """MobileNetV3Small, trained on ImageNet: small and quick."""

    encoder = "mobilenet_v3"
    inside = Flow.RESIDUAL
    source = "Howard et al. 2019, Searching for MobileNetV3"
    depth = 576
    size = 939_120

    tuned: Tuned = 34  # the last three blocks


class EfficientnetV2(Backbone, frozen=True):
    """EfficientNetV2B0, trained on ImageNet: the best for its size."""

    encoder = "efficientnet_v2"
    inside = Flow.RESIDUAL
    source = "Tan and Le 2021, EfficientNetV2: Smaller Models and Faster Training"
    depth = 1280
    size = 5_919_312

    tuned: Tuned = 49  # the last three blocks


class Resnet50(Backbone, frozen=True):
    """ResNet50, trained on ImageNet: what most papers compare with."""

    encoder = "resnet50"
    inside = Flow.RESIDUAL
    source = "He et al. 2015, Deep Residual Learning for Image Recognition"
    depth = 2048
    size = 23_587_712

    tuned: Tuned = 33  # the last stage of three blocks


class Convnext(Backbone, frozen=True):
    """ConvNeXtTiny, trained on ImageNet: the largest, and the most accurate."""

    encoder = "convnext"
    inside = Flow.RESIDUAL
    source = "Liu et al. 2022, A ConvNet for the 2020s"
    depth = 768
    size = 27_820_128

    tuned: Tuned = 24  # the last stage of three blocks


ENCODERS: tuple[type[Encoder[Any]], ...] = (MobilenetV3, EfficientnetV2, Resnet50, Convnext)
"""Behind all that are trained from the start: none of them is a default."""
