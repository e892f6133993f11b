"""The encoders of text: the numbers of words, int32 `(batch, length)`, to features."""

from itertools import pairwise
from typing import Annotated, Any, ClassVar

from msgspec import UNSET, Meta, UnsetType

from kerasmith.catalogue.encoders.base import (
    ATTENTION_LAYERS,
    ATTENTION_NAMES,
    Blocks,
    Checksum,
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
from kerasmith.catalogue.tuning import Tried
from kerasmith.catalogue.value_types import Share, Units

WordVectors = Annotated[
    str,
    Meta(
        pattern=r"^[A-Za-z0-9_./-]{1,60}\.(txt|vec)(?![\s\S])",
        description="A file of word vectors, with which its Embedding layer starts: a word and "
        "its numbers a line, as GloVe has them (.txt, .vec), seen from the project's folder.",
        examples=["glove.6B.50d.txt"],
    ),
]

Trainable = Annotated[
    bool,
    Meta(
        description="Whether vectors from a file learn, too; left out, they stay as they are.",
        examples=[True],
    ),
]


class WordEncoder(Encoder[Text], frozen=True):
    """What begins with a vector for each word: learned here, or brought along in a file."""

    takes = Text

    embedding: Embedding = 32
    embeddings: WordVectors | UnsetType = UNSET
    checksum: Checksum | UnsetType = UNSET
    trainable: Trainable | UnsetType = UNSET

    @property
    def has_word_vectors(self) -> bool:
        """Whether its Embedding layer starts with vectors of a file."""
        return self.embeddings is not UNSET

    def problem(self, given: Text) -> str:
        if self.has_word_vectors and not self.checksum:
            return f"checksum does not say which file {self.embeddings} is: its SHA-256."
        for name in () if self.has_word_vectors else ("checksum", "trainable"):
            if getattr(self, name) is not UNSET:
                return f"{name} is about a file of word vectors; embeddings names none."
        return ""

    def choices(self, given: Text) -> dict[str, tuple[Tried, ...]]:
        """Return what a search tries: how many numbers a word has is as in the file."""
        found = super().choices(given)
        return {k: v for k, v in found.items() if k != "embedding" or not self.has_word_vectors}


class Bag(WordEncoder, frozen=True):
    """The average of the words' embeddings, whatever their order."""

    encoder = "bag"
    flow = Flow.STRAIGHT
    source = "Joulin et al. 2016, Bag of Tricks for Efficient Text Classification"
    layers = ("embedding", "dense")
    unnamed_layers = ("dropout", "global_average_pooling1d")

    units: Units = 32
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.units

    def parameters(self, given: Text) -> int:
        return given.vocabulary * self.embedding + dense(self.embedding, self.units)


class Lstm(WordEncoder, frozen=True):
    """One word after the other, through a recurrent layer that remembers."""

    encoder = "lstm"
    flow = Flow.STRAIGHT
    source = "Hochreiter and Schmidhuber 1997, Long Short-Term Memory"
    layers = ("embedding", "lstm")
    unnamed_layers: ClassVar[tuple[str, ...]] = ("dropout",)

    units: Units = 32
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.units

    def parameters(self, given: Text) -> int:
        return given.vocabulary * self.embedding + recurrent(4, self.embedding, self.units)


class Gru(WordEncoder, frozen=True):
    """One word after the other, through a recurrent layer that is lighter than an LSTM."""

    encoder = "gru"
    flow = Flow.STRAIGHT
    source = "Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder"
    layers = ("embedding", "gru")
    unnamed_layers: ClassVar[tuple[str, ...]] = ("dropout",)

    units: Units = 32
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.units

    def parameters(self, given: Text) -> int:
        return given.vocabulary * self.embedding + recurrent(3, self.embedding, self.units, 2)


class Conv(WordEncoder, frozen=True):
    """A convolution over neighbouring words; the strongest answer of each filter counts."""

    encoder = "conv"
    flow = Flow.STRAIGHT
    source = "Collobert et al. 2011, Natural Language Processing (Almost) from Scratch"
    layers = ("embedding", "conv")
    unnamed_layers = ("dropout", "global_max_pooling1d")

    filters: FilterCount = 64
    kernel: Window = 3
    dropout: Share = 0.2

    def features(self, given: Text) -> int:
        return self.filters

    def parameters(self, given: Text) -> int:
        words = given.vocabulary * self.embedding
        return words + convolution(self.kernel, self.embedding, self.filters)


class TextCnn(WordEncoder, frozen=True):
    """Convolutions of several widths side by side."""

    encoder = "textcnn"
    flow = Flow.PARALLEL
    source = "Kim 2014, Convolutional Neural Networks for Sentence Classification"
    layers = ("embedding", "conv")
    local_names = ("branch", "branches", "kernel")
    unnamed_layers = ("concatenate", "dropout", "global_max_pooling1d")

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
        return super().problem(given) or ("" if different else "kernels holds a width twice.")

    def features(self, given: Text) -> int:
        return len(self.kernels) * self.filters

    def parameters(self, given: Text) -> int:
        words = given.vocabulary * self.embedding
        widths = (convolution(width, self.embedding, self.filters) for width in self.kernels)
        return words + sum(widths)


class TextTransformer(WordEncoder, frozen=True):
    """Words that look at each other."""

    encoder = "transformer"
    flow = Flow.ATTENTION
    source = "Vaswani et al. 2017, Attention Is All You Need"
    layers = ("embedding", "positions", "block", "norm")
    local_names = (*ATTENTION_NAMES, "is_word", "masked_transformer_block")
    unnamed_layers = (*ATTENTION_LAYERS, "not_equal")

    heads: Heads = 2
    blocks: Blocks = 1
    dropout: Share = 0.1

    def problem(self, given: Text) -> str:
        return super().problem(given) or uneven_heads(self.embedding, self.heads)

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


class WordConv(WordEncoder, frozen=True):
    """Each word with its neighbours, through convolutions one after the other."""

    encoder = "word_conv"
    flow = Flow.STRAIGHT
    gives = Extent.EVERY_PLACE
    source = "Collobert et al. 2011, Natural Language Processing (Almost) from Scratch"
    layers = ("embedding", "conv")
    local_names = ("filters", "number")
    unnamed_layers = ("dropout",)
    reserves_names = False

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
