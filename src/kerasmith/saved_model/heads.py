"""The outputs of a saved model: how many numbers, and through which activation."""

from collections.abc import Iterator
from dataclasses import dataclass

import msgspec

from kerasmith.saved_model.graph import Graph, Layer, Tensor
from kerasmith.saved_model.read_graph import shape_of
from kerasmith.untrusted.bounds import Size

_PASS_THROUGH = ("Dropout", "Identity", "Rescaling")
"""Layers behind a head that change neither how many numbers there are nor what they mean."""


@dataclass(frozen=True)
class Head:
    """The dense layer that an output comes from; a linear one says nothing of what it gives."""

    units: int
    activation: str
    flat: bool | None
    """Whether an example gives one row of numbers, not one for each step; None: not known."""


def head_of(graph: Graph, output: Tensor) -> Head | None:
    """Return the head that an output comes from; None where it is not a dense layer."""
    tensor, activation = output, ""
    for _ in range(len(graph.layers)):
        layer = graph.layers.get(tensor.layer)
        if layer is None or tensor.place:
            return None
        if layer.inside and layer.inside.outputs:
            inner = head_of(layer.inside, layer.inside.outputs[0])
            return inner and Head(inner.units, activation or inner.activation, inner.flat)
        if layer.class_name == "Dense":
            return _dense(layer, graph, activation)
        if layer.class_name not in (*_PASS_THROUGH, *_ACTIVATIONS) or len(layer.calls) != 1:
            return None
        activation = activation or _activation(layer)
        tensor = layer.calls[0].given[0]
    return None


def end_of(graph: Graph, output: Tensor) -> Head | None:
    """Return the head that an output comes from, or else what its shape and last layer say.

    None where its shape is not in the file either.
    """
    head, shape = head_of(graph, output), graph.shapes.get(output)
    if (
        graph.layers[output.layer].is_input
        or head
        or shape is None
        or not shape
        or type(shape[-1]) is not int
    ):
        return head
    said = next(filter(None, map(_activation, _backwards(graph, output))), "")
    return Head(shape[-1], said or "linear", len(shape) == 1)


def _backwards(graph: Graph, tensor: Tensor) -> Iterator[Layer]:
    """Yield the layer of a tensor, and those before it that only give numbers another form."""
    for _ in range(len(graph.layers)):
        layer = graph.layers[tensor.layer]
        yield layer
        if layer.class_name not in ("Flatten", "Reshape", *_PASS_THROUGH) or len(layer.calls) != 1:
            return
        tensor = layer.calls[0].given[0]


def _dense(layer: Layer, graph: Graph, activation: str) -> Head | None:
    units = layer.config.get("units")
    given = shape_of(layer.built)
    if given is None and layer.calls:
        given = graph.shapes.get(layer.calls[0].given[0])
    try:
        units = msgspec.convert(units, Size)
    except msgspec.ValidationError:
        return None
    return Head(
        units,
        activation or _activation(layer) or "linear",
        None if given is None else len(given) == 1,
    )


_ACTIVATIONS = {"Activation": "", "Softmax": "softmax", "Sigmoid": "sigmoid", "ReLU": "relu"}
"""Layers and operators that are an activation; the first names its own."""


def _activation(layer: Layer) -> str:
    said = layer.config.get("activation")
    if isinstance(said, dict):  # Keras 3 for what is not a plain word
        said = said.get("config")
    return _ACTIVATIONS.get(layer.class_name) or (said if isinstance(said, str) else "")
