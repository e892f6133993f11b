"""The graph of a saved model: which layer is called with which tensors.

A *layer* is what is in `config.json` under `layers`: a Keras layer, an operator (`x + 1`
becomes one), or a whole model. A *call* is one use of a layer, with the tensors that it is given.
A *tensor* is what a call gives; some give several, told apart by their `place`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Shape = tuple[int | None, ...]

Weights = Mapping[str, Mapping[str, tuple[int, ...]]]
"""The shapes of weights, by layer and by the path of each in it."""


class Tensor(NamedTuple):
    """What a call gives: the layer, which of its calls, and the place among what that gives."""

    layer: str
    call: int
    place: int


@dataclass(frozen=True)
class Call:
    """One use of a layer: the tensors that it is given, and what else, such as `training=False`."""

    given: tuple[Tensor, ...]
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class Layer:
    """One layer and every use of it; `inside` is the graph of a model that is used as a layer."""

    name: str
    class_name: str
    operator: bool = False
    config: Mapping[str, Any] = field(default_factory=dict)
    built: Any = None
    """The shapes that it was built for, as the file says them."""
    calls: tuple[Call, ...] = ()
    inside: "Graph | None" = None
    wraps: "Graph | None" = None
    """The graph of a model that it applies to each step, as TimeDistributed does."""
    own: bool = False
    """Whether its class is its owner's: what it does is Python code, which no file holds."""

    @property
    def is_input(self) -> bool:
        """Whether it is a way into the model."""
        return self.class_name == "InputLayer"


@dataclass(frozen=True)
class Graph:
    """The layers of a model, in the order of the file, and its input and output tensors."""

    name: str
    class_name: str
    layers: Mapping[str, Layer]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    shapes: Mapping[Tensor, Shape] = field(default_factory=dict)
    """The shapes of tensors, without the batch axis, where the file holds them."""
    dtypes: Mapping[str, str] = field(default_factory=dict)
    """The dtypes of the inputs."""


def places_of(layer: Layer) -> range:
    """Return the places of the tensors that one call of a layer gives, as far as the file says."""
    if layer.inside:
        return range(len(layer.inside.outputs))
    ways, class_name = 1, layer.class_name
    config: object = layer.config
    if class_name == "Bidirectional" and isinstance(wrapped := layer.config.get("layer"), dict):
        ways, class_name, config = 2, str(wrapped.get("class_name")), wrapped.get("config", {})
    if not isinstance(config, Mapping) or config.get("return_state") is not True:
        return range(1)
    if isinstance(cell := config.get("cell"), dict):
        class_name = str(cell.get("class_name"))
    return range(1 + ways * _states(class_name))


def _states(class_name: str) -> int:
    return 2 if "LSTM" in class_name else 1


def calls_of(graph: Graph) -> Iterator[tuple[Tensor, Call]]:
    """Yield every call of a graph with the first tensor that it gives.

    Keras counts the calls of a model that is used as a layer from 1, its own making being 0.
    """
    used: dict[str, set[int]] = {}
    tensors = [tensor for layer in graph.layers.values() for c in layer.calls for tensor in c.given]
    for tensor in (*tensors, *graph.outputs):
        used.setdefault(tensor.layer, set()).add(tensor.call)
    for layer in graph.layers.values():
        numbers = sorted(used.get(layer.name, ()))
        if len(numbers) != len(layer.calls):
            numbers = list(range(len(layer.calls)))
        for number, call in zip(numbers, layer.calls, strict=True):
            yield Tensor(layer.name, number, 0), call
