"""The encoders of text: the numbers of words, int32 `(batch, length)`, to features."""

from itertools import pairwise
from typing import Annotated, Any, ClassVar

from msgspec import Meta

from kerasmith.catalogue.encoders.base import (
    ATTENTION_LAYERS,
    ATTENTION_NAMES,
    Blocks,
    Embedding,
    Encoder,
    FilterCount,
    Filters,
    Heads,
    Window,
    convolution,
    dense,
    recurrent,
    transformer,
    uneven_heads,
)
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import Text
from kerasmith.catalogue.value_types import Share, Units


class Bag(Encoder[Text], frozen=True):
    """The average of the words' embeddings, whatever their order."""

    encoder = "bag"
    takes = Text
    flow = Flow.STRAIGHT
    source = "Joulin et al. 2016, Bag of Tricks for Efficient Text Classification"
    layers = ("embedding", "dense")
    unnamed_layers = ("dropout", "global_average_pooling1d")

    embedding: Embedding = 32
    units: Units = 32
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.units

    def parameters(self, given: Text) -> int:
        return given.vocabulary * self.embedding + dense(self.embedding, self.units)


class Lstm(Encoder[Text], frozen=True):
    """One word after the other, through a recurrent layer that remembers."""

    encoder = "lstm"
    takes = Text
    flow = Flow.STRAIGHT
    source = "Hochreiter and Schmidhuber 1997, Long Short-Term Memory"
    layers = ("embedding", "lstm")
    unnamed_layers: ClassVar[tuple[str, ...]] = ("dropout",)

    embedding: Embedding = 32
    units: Units = 32
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.units

    def parameters(self, given: Text) -> int:
        return given.vocabulary * self.embedding + recurrent(4, self.embedding, self.units)


class Gru(Encoder[Text], frozen=True):
    """One word after the other, through a recurrent layer that is lighter than an LSTM."""

    encoder = "gru"
    takes = Text
    flow = Flow.STRAIGHT
    source = "Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder"
    layers = ("embedding", "gru")
    unnamed_layers: ClassVar[tuple[str, ...]] = ("dropout",)

    embedding: Embedding = 32
    units: Units = 32
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.units

    def parameters(self, given: Text) -> int:
        return given.vocabulary * self.embedding + recurrent(3, self.embedding, self.units, 2)


class Conv(Encoder[Text], frozen=True):
    """A convolution over neighbouring words; the strongest answer of each filter counts."""

    encoder = "conv"
    takes = Text
    flow = Flow.STRAIGHT
    source = "Collobert et al. 2011, Natural Language Processing (Almost) from Scratch"
    layers = ("embedding", "conv")
    unnamed_layers = ("dropout", "global_max_pooling1d")

    embedding: Embedding = 32
    filters: FilterCount = 64
    kernel: Window = 3
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.filters

    def parameters(self, given: Text) -> int:
        words = given.vocabulary * self.embedding
        return words + convolution(self.kernel, self.embedding, self.filters)


class TextCnn(Encoder[Text], frozen=True):
    """Convolutions of several widths side by side."""

    encoder = "textcnn"
    takes = Text
    flow = Flow.PARALLEL
    source = "Kim 2014, Convolutional Neural Networks for Sentence Classification"
    layers = ("embedding", "conv")
    local_names = ("branch", "branches", "kernel")
    unnamed_layers = ("concatenate", "dropout", "global_max_pooling1d")

    embedding: Embedding = 32
    filters: FilterCount = 32
    kernels: Annotated[
        tuple[Window, ...],
        Meta(
            min_length=2,
            max_length=10,
            description="How many neighbouring words each convolution looks at: 2 to 10 different "
            "whole numbers from 1 to 99.",
            examples=[[2, 3, 4]],
        ),
    ] = (2, 3, 4)
    dropout: Share = 0.2

    def problem(self, given: Text) -> str:
        different = len(set(self.kernels)) == len(self.kernels)
        return "" if different else "kernels holds a width twice."

    def features(self, given: Text) -> int:
        return len(self.kernels) * self.filters

    def parameters(self, given: Text) -> int:
        words = given.vocabulary * self.embedding
        widths = (convolution(width, self.embedding, self.filters) for width in self.kernels)
        return words + sum(widths)


class TextTransformer(Encoder[Text], frozen=True):
    """Words that look at each other."""

    encoder = "transformer"
    takes = Text
    flow = Flow.ATTENTION
    source = "Vaswani et al. 2017, Attention Is All You Need"
    layers = ("embedding", "positions", "block", "norm")
    local_names = (*ATTENTION_NAMES, "is_word", "masked_transformer_block")
    unnamed_layers = (*ATTENTION_LAYERS, "not_equal")

    embedding: Embedding = 32
    heads: Heads = 2
    blocks: Blocks = 1
    dropout: Share = 0.1

    def problem(self, given: Text) -> str:
        return uneven_heads(self.embedding, self.heads)

    def features(self, given: Text) -> int:
        return self.embedding

    def parameters(self, given: Text) -> int:
        words = given.vocabulary * self.embedding
        return words + transformer(self.embedding, given.length, self.blocks)


class Bilstm(Lstm, frozen=True):
    """Each word with all before it and all behind it, through an LSTM in both directions."""

    encoder = "bilstm"
    gives = Extent.EVERY_PLACE
    source = "Huang, Xu and Yu 2015, Bidirectional LSTM-CRF Models for Sequence Tagging"
    unnamed_layers = ("dropout", "lstm")
    reserves_names = False

    def features(self, given: Text) -> int:
        return 2 * super().features(given)

    def parameters(self, given: Text) -> int:
        return super().parameters(given) + recurrent(4, self.embedding, self.units)


class Bigru(Gru, frozen=True):
    """Each word with all before it and all behind it, through a GRU in both directions."""

    encoder = "bigru"
    gives = Extent.EVERY_PLACE
    source = "Schuster and Paliwal 1997, Bidirectional Recurrent Neural Networks"
    unnamed_layers = ("dropout", "gru")
    reserves_names = False

    def features(self, given: Text) -> int:
        return 2 * super().features(given)

    def parameters(self, given: Text) -> int:
        return super().parameters(given) + recurrent(3, self.embedding, self.units, 2)


class WordConv(Encoder[Text], frozen=True):
    """Each word with its neighbours, through convolutions one after the other."""

    encoder = "word_conv"
    takes = Text
    flow = Flow.STRAIGHT
    gives = Extent.EVERY_PLACE
    source = "Collobert et al. 2011, Natural Language Processing (Almost) from Scratch"
    layers = ("embedding", "conv")
    local_names = ("filters", "number")
    unnamed_layers = ("dropout",)
    reserves_names = False

    embedding: Embedding = 32
    filters: Filters = (64, 64)
    kernel: Window = 3
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.filters[-1]

    def parameters(self, given: Text) -> int:
        stages = pairwise((self.embedding, *self.filters))
        read = sum(convolution(self.kernel, *pair) for pair in stages)
        return given.vocabulary * self.embedding + read


class WordTransformer(TextTransformer, frozen=True):
    """Words that look at each other, and keep their places."""

    encoder = "word_transformer"
    gives = Extent.EVERY_PLACE
    reserves_names = False


ENCODERS: tuple[type[Encoder[Any]], ...] = (
    *(Bag, Lstm, Gru, Conv, TextCnn, TextTransformer),
    *(Bilstm, Bigru, WordConv, WordTransformer),
)
"""In the order of preference: the first that fits a size is its default, and the first of a flow
the one that `--branching` takes."""
