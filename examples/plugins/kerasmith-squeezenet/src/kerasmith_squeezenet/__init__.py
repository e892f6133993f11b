"""The fire modules of SqueezeNet, as an encoder of images."""

from pathlib import Path
from typing import Self

from kerasmith.plugin import Encoder, Filters, Flow, Image, Plugin, convolution, halvings


class Squeezenet(Encoder[Image], frozen=True):
    """Fire modules: each squeezes the channels and looks at them in two sizes side by side."""

    encoder = "squeezenet"
    takes = Image
    flow = Flow.PARALLEL
    source = "Iandola et al. 2016, SqueezeNet"
    layers = ("fire",)
    local_names = ("filters", "fire_module", "number")
    unnamed_layers = ("concatenate", "global_average_pooling2d", "max_pooling2d", "rescaling")

    filters: Filters = (32,)

    @classmethod
    def suited(cls, given: Image) -> Self:
        """Return as many modules as the image can be halved, four at most."""
        stages = max(1, min(4, halvings(given)))
        return cls(filters=(32, 64, 128, 128)[:stages])

    def features(self, given: Image) -> int:
        """Return the channels of the last module."""
        return 2 * self.filters[-1]

    def parameters(self, given: Image) -> int:
        """Return the weights of all modules."""
        *_, channels = given.shape
        total = 0
        for filters in self.filters:
            squeezed = max(1, filters // 4)
            total += convolution(1, channels, squeezed)
            total += convolution(1, squeezed, filters) + convolution(9, squeezed, filters)
            channels = 2 * filters
        return total


PLUGIN = Plugin(contract=1, encoders=(Squeezenet,), templates=Path(__file__).parent / "templates")
