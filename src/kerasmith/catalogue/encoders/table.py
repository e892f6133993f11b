"""The encoders of tables and of single categories."""

from typing import Annotated, Any, Self

from msgspec import Meta

from kerasmith.catalogue.encoders.base import (
    Blocks,
    DenseUnits,
    Embedding,
    Encoder,
    dense,
    dense_stack,
)
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import CategoryInput, Table
from kerasmith.catalogue.tuning import SIZES
from kerasmith.catalogue.value_types import Share, Units

Code = Annotated[
    int,
    Meta(
        ge=1,
        le=1024,
        description="How many numbers the bottleneck lets through, fewer than stand for a row: a "
        "whole number from 1 to 1024.",
        examples=[2],
        extra={"tuned": SIZES},
    ),
]


class TableMlp(Encoder[Table], frozen=True):
    """All columns at once, through dense layers."""

    encoder = "mlp"
    takes = Table
    flow = Flow.STRAIGHT
    source = (
        "Rumelhart, Hinton and Williams 1986, Learning representations by back-propagating errors"
    )
    layers = ("dense",)
    local_names = ("number", "units")
    unnamed_layers = ("dropout",)

    units: DenseUnits = (64, 32)
    dropout: Share = 0.2

    def features(self, given: Table) -> int:
        return self.units[-1]

    def parameters(self, given: Table) -> int:
        return dense_stack(given.width, self.units)


class ResMlp(Encoder[Table], frozen=True):
    """Dense layers with shortcuts around them."""

    encoder = "resmlp"
    takes = Table
    flow = Flow.RESIDUAL
    source = "Gorishniy et al. 2021, Revisiting Deep Learning Models for Tabular Data"
    layers = ("dense", "block")
    local_names = ("number", "residual_dense_block")
    unnamed_layers = ("add", "dropout", "re_lu")

    units: Units = 64
    blocks: Blocks = 2
    dropout: Share = 0.2

    def features(self, given: Table) -> int:
        return self.units

    def parameters(self, given: Table) -> int:
        block = 2 * self.units + 2 * dense(self.units, self.units)
        return dense(given.width, self.units) + self.blocks * block


class WideDeep(Encoder[Table], frozen=True):
    """The columns as they are, beside what dense layers make of them."""

    encoder = "wide_deep"
    takes = Table
    flow = Flow.PARALLEL
    source = "Cheng et al. 2016, Wide & Deep Learning for Recommender Systems"
    layers = ("dense",)
    local_names = ("deep", "number", "units")
    unnamed_layers = ("concatenate", "dropout")

    units: DenseUnits = (64, 32)
    dropout: Share = 0.2

    def features(self, given: Table) -> int:
        return given.width + self.units[-1]

    def parameters(self, given: Table) -> int:
        return dense_stack(given.width, self.units)


class TableAutoencoder(Encoder[Table], frozen=True):
    """Dense layers through a bottleneck and back: what it forgets cannot be made again."""

    encoder = "autoencoder"
    takes = Table
    flow = Flow.STRAIGHT
    gives = Extent.BOTTLENECK
    source = "Hinton and Salakhutdinov 2006, Reducing the Dimensionality of Data"
    layers = ("dense", "code")
    local_names = ("number", "units")

    code: Code
    units: DenseUnits = (32,)

    @classmethod
    def suited(cls, given: Table) -> Self:
        return cls(code=max(1, min(32, given.width // 4)))

    def problem(self, given: Table) -> str:
        if self.code < given.width:
            return ""
        return f"code, {self.code}, leaves nothing out of the {given.width} numbers of a row."

    def features(self, given: Table) -> int:
        return self.units[0]

    def parameters(self, given: Table) -> int:
        return dense_stack(given.width, (*self.units, self.code, *reversed(self.units)))


class ValueEmbedding(Encoder[CategoryInput], frozen=True):
    """A vector of its own for each value."""

    encoder = "embedding"
    takes = CategoryInput
    flow = Flow.STRAIGHT
    source = "Guo and Berkhahn 2016, Entity Embeddings of Categorical Variables"
    layers = ("embedding",)
    unnamed_layers = ("flatten",)

    embedding: Embedding

    @classmethod
    def suited(cls, given: CategoryInput) -> Self:
        return cls(embedding=min(32, 1 + given.count // 2))

    def features(self, given: CategoryInput) -> int:
        return self.embedding

    def parameters(self, given: CategoryInput) -> int:
        return (given.count + 1) * self.embedding


ENCODERS: tuple[type[Encoder[Any]], ...] = (
    *(TableMlp, ResMlp, WideDeep, TableAutoencoder),
    ValueEmbedding,
)
"""In the order of preference: the first that fits a size is its default, and the first of a flow
the one that `--branching` takes."""
