"""The encoders of series: float32 `(batch, steps, features)` to features."""

from itertools import pairwise
from typing import Any, ClassVar, Self

from kerasmith.catalogue.encoders.base import (
    ATTENTION_LAYERS,
    ATTENTION_NAMES,
    Blocks,
    DenseUnits,
    Embedding,
    Encoder,
    Filters,
    Heads,
    Window,
    convolution,
    dense,
    dense_stack,
    recurrent,
    transformer,
    uneven_heads,
)
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import Series
from kerasmith.catalogue.value_types import Share, Units


class SeriesLstm(Encoder[Series], frozen=True):
    """One step after the other, through a recurrent layer that remembers."""

    encoder = "lstm"
    takes = Series
    flow = Flow.STRAIGHT
    source = "Hochreiter and Schmidhuber 1997, Long Short-Term Memory"
    layers = ("lstm",)
    unnamed_layers: ClassVar[tuple[str, ...]] = ("dropout",)

    units: Units = 32
    dropout: Share = 0.0

    def features(self, given: Series) -> int:
        return self.units

    def parameters(self, given: Series) -> int:
        return recurrent(4, given.features, self.units)


class SeriesGru(Encoder[Series], frozen=True):
    """One step after the other, through a recurrent layer that is lighter than an LSTM."""

    encoder = "gru"
    takes = Series
    flow = Flow.STRAIGHT
    source = "Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder"
    layers = ("gru",)
    unnamed_layers: ClassVar[tuple[str, ...]] = ("dropout",)

    units: Units = 32
    dropout: Share = 0.0

    def features(self, given: Series) -> int:
        return self.units

    def parameters(self, given: Series) -> int:
        return recurrent(3, given.features, self.units, 2)


class SeriesConv(Encoder[Series], frozen=True):
    """Convolutions over neighbouring steps, one after the other."""

    encoder = "conv"
    takes = Series
    flow = Flow.STRAIGHT
    source = "LeCun and Bengio 1995, Convolutional networks for images, speech, and time series"
    layers = ("conv", "dense")
    local_names = ("filters", "number")
    unnamed_layers = ("dropout", "flatten")

    filters: Filters = (32, 32)
    kernel: Window = 3
    units: Units = 32
    dropout: Share = 0.0

    def features(self, given: Series) -> int:
        return self.units

    def parameters(self, given: Series) -> int:
        stages = pairwise((given.features, *self.filters))
        read = sum(convolution(self.kernel, *pair) for pair in stages)
        return read + dense(given.steps * self.filters[-1], self.units)


class SeriesMlp(Encoder[Series], frozen=True):
    """All steps at once, through dense layers."""

    encoder = "mlp"
    takes = Series
    flow = Flow.STRAIGHT
    source = (
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors"
    )
    layers = ("dense",)
    local_names = ("number", "units")
    unnamed_layers = ("dropout", "flatten")

    units: DenseUnits = (64, 32)
    dropout: Share = 0.0

    def features(self, given: Series) -> int:
        return self.units[-1]

    def parameters(self, given: Series) -> int:
        return dense_stack(given.tensor_size, self.units)


class Tcn(Encoder[Series], frozen=True):
    """Dilated convolutions with shortcuts: each block looks twice as far back."""

    encoder = "tcn"
    takes = Series
    flow = Flow.RESIDUAL
    source = (
        "Bai et al. 2018, An Empirical Evaluation of Generic Convolutional and Recurrent Networks"
    )
    layers = ("block",)
    local_names = ("dilated_block", "filters", "number")
    unnamed_layers = ("add", "dropout", "re_lu")

    filters: Filters
    kernel: Window = 3
    dropout: Share = 0.0

    @classmethod
    def suited(cls, given: Series) -> Self:
        return cls(filters=(32,) * max(1, min(4, given.steps.bit_length() - 1)))

    def features(self, given: Series) -> int:
        return self.filters[-1]

    def parameters(self, given: Series) -> int:
        channels, total = given.features, 0
        for filters in self.filters:
            total += convolution(self.kernel, channels, filters)
            total += convolution(self.kernel, filters, filters)
            if channels != filters:
                total += convolution(1, channels, filters)
            channels = filters
        return total


class SeriesTransformer(Encoder[Series], frozen=True):
    """Steps that look at each other."""

    encoder = "transformer"
    takes = Series
    flow = Flow.ATTENTION
    source = "Vaswani et al. 2017, Attention Is All You Need"
    layers = ("dense", "positions", "block", "norm")
    local_names = ATTENTION_NAMES
    unnamed_layers = ATTENTION_LAYERS

    embedding: Embedding = 32
    heads: Heads = 2
    blocks: Blocks = 1
    dropout: Share = 0.1

    def problem(self, given: Series) -> str:
        return uneven_heads(self.embedding, self.heads)

    def features(self, given: Series) -> int:
        return self.embedding

    def parameters(self, given: Series) -> int:
        read = dense(given.features, self.embedding)
        return read + transformer(self.embedding, given.steps, self.blocks)


class SeriesBilstm(SeriesLstm, frozen=True):
    """Each step with all before it and all behind it, through an LSTM in both directions."""

    encoder = "bilstm"
    gives = Extent.EVERY_PLACE
    source = "Graves and Schmidhuber 2005, Framewise Phoneme Classification with Bidirectional LSTM"
    unnamed_layers = ("dropout", "lstm")
    reserves_names = False

    def features(self, given: Series) -> int:
        return 2 * super().features(given)

    def parameters(self, given: Series) -> int:
        return 2 * super().parameters(given)


class SeriesBigru(SeriesGru, frozen=True):
    """Each step with all before it and all behind it, through a GRU in both directions."""

    encoder = "bigru"
    gives = Extent.EVERY_PLACE
    source = "Schuster and Paliwal 1997, Bidirectional Recurrent Neural Networks"
    unnamed_layers = ("dropout", "gru")
    reserves_names = False

    def features(self, given: Series) -> int:
        return 2 * super().features(given)

    def parameters(self, given: Series) -> int:
        return 2 * super().parameters(given)


class StepTcn(Tcn, frozen=True):
    """Each step with others before and behind it: dilated convolutions with shortcuts."""

    encoder = "step_tcn"
    gives = Extent.EVERY_PLACE
    source = "Lea et al. 2017, Temporal Convolutional Networks for Action Segmentation"
    local_names = ("filters", "number", "two_sided_block")
    reserves_names = False


class StepTransformer(SeriesTransformer, frozen=True):
    """Steps that look at each other, and keep their places."""

    encoder = "step_transformer"
    gives = Extent.EVERY_PLACE
    reserves_names = False


ENCODERS: tuple[type[Encoder[Any]], ...] = (
    *(SeriesLstm, SeriesGru, SeriesConv, SeriesMlp, Tcn, SeriesTransformer),
    *(SeriesBilstm, SeriesBigru, StepTcn, StepTransformer),
)
"""In the order of preference: the first that fits a size is its default, and the first of a flow
the one that `--branching` takes."""
