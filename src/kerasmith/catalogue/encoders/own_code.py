"""Encoders that the owner of a project writes: kerasmith gives a few layers to begin with.

Their code is a function of `model.py` that no update changes. `kerasmith adopt` puts the layers of
a saved model into it.
"""

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, TypeVar

from msgspec import UNSET, Meta, UnsetType

from kerasmith.catalogue.encoders.base import Encoder, dense
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import CategoryInput, Image, InputKind, Series, Table, Text

Kind = TypeVar("Kind", bound=InputKind)

Features = Annotated[
    int,
    Meta(
        ge=1,
        le=1_000_000,
        description="How many numbers the layers give for one example: 1 to 1,000,000.",
        examples=[64],
    ),
]

Weights = Annotated[
    int,
    Meta(
        ge=0,
        le=1_000_000_000,
        description="How many weights the layers have; left out: those of the few that a new "
        "project has.",
        examples=[1000],
        extra={"follows": True},  # from the code, which no spec holds
    ),
]

OWN_LAYERS, OWN_GRAPH = "own_layers", "own_graph"

FUNCTIONS = {OWN_LAYERS: "layers", OWN_GRAPH: "graph"}
"""Their names, and what the function of each is called behind the name of the input."""

FEATURES_GRAPH = "features_graph"
"""The function of a merge of the owner's own."""


def own_functions(encoders: Iterable[Mapping[str, Any]], merge: str) -> set[str]:
    """Return the functions of a model.py that are the owner's, by what its plan records."""
    found = {
        f"{each['stem']}_{ending}"
        for each in encoders
        if (ending := FUNCTIONS.get(each["encoder"]))
    }
    return found | ({FEATURES_GRAPH} if merge == OWN_GRAPH else set())


class _Own(Encoder[Kind], frozen=True):
    """What all of them have; `first` counts the weights of the first layers of a new project."""

    units: Features = 64
    weights: Weights | UnsetType = UNSET

    def features(self, given: Kind) -> int:
        return self.units

    def parameters(self, given: Kind) -> int:
        if self.weights is not UNSET:
            return self.weights
        return self._first(given) + self._more()

    def _first(self, given: Kind) -> int:
        if isinstance(given, Text):
            return given.vocabulary * self.units
        if isinstance(given, CategoryInput):
            return (given.count + 1) * self.units
        count = 1
        for size in given.tensor_shape:
            count *= size
        return dense(count, self.units)

    def _more(self) -> int:
        return dense(self.units, self.units) if self.flow is Flow.OWN else 0


class _OwnLayers(_Own[Kind], frozen=True):
    """Layers of your own, one after the other."""

    encoder = OWN_LAYERS
    flow = Flow.STRAIGHT
    source = "You: its function in model.py is yours, and updates leave it"
    layers = ("embedding", "dense", "layers")
    local_names = ("layer",)
    reserves_names = False
    unnamed_layers = ("flatten", "global_average_pooling1d", "rescaling")


class _OwnGraph(_Own[Kind], frozen=True):
    """Layers of your own, in any graph."""

    encoder = OWN_GRAPH
    flow = Flow.OWN
    source = "You: its function in model.py is yours, and updates leave it"
    layers = ("embedding", "dense", "shortcut", "graph")
    unnamed_layers = ("add", "flatten", "global_average_pooling1d", "rescaling")


class OwnImageLayers(_OwnLayers[Image], frozen=True):
    """Layers of your own for the pixels, one after the other."""

    takes = Image


class OwnImageGraph(_OwnGraph[Image], frozen=True):
    """Layers of your own for the pixels, in any graph."""

    takes = Image


class OwnTableLayers(_OwnLayers[Table], frozen=True):
    """Layers of your own for the columns, one after the other."""

    takes = Table


class OwnTableGraph(_OwnGraph[Table], frozen=True):
    """Layers of your own for the columns, in any graph."""

    takes = Table


class OwnSeriesLayers(_OwnLayers[Series], frozen=True):
    """Layers of your own for the steps, one after the other."""

    takes = Series


class OwnSeriesGraph(_OwnGraph[Series], frozen=True):
    """Layers of your own for the steps, in any graph."""

    takes = Series


class OwnTextLayers(_OwnLayers[Text], frozen=True):
    """Layers of your own for the words, one after the other."""

    takes = Text


class OwnTextGraph(_OwnGraph[Text], frozen=True):
    """Layers of your own for the words, in any graph."""

    takes = Text


class OwnCategoryLayers(_OwnLayers[CategoryInput], frozen=True):
    """Layers of your own for the value, one after the other."""

    takes = CategoryInput


class OwnCategoryGraph(_OwnGraph[CategoryInput], frozen=True):
    """Layers of your own for the value, in any graph."""

    takes = CategoryInput


ENCODERS: tuple[type[Encoder[Any]], ...] = (
    *(OwnImageLayers, OwnImageGraph, OwnTableLayers, OwnTableGraph),
    *(OwnSeriesLayers, OwnSeriesGraph, OwnTextLayers, OwnTextGraph),
    *(OwnCategoryLayers, OwnCategoryGraph),
)
