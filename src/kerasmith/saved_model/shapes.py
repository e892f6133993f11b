"""The shapes of tensors that a file does not hold, from those that it does and from its weights.

Keras writes into `.keras` files what each layer was built for; into `.h5` files it does not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kerasmith.saved_model.graph import (
    Graph,
    Layer,
    Shape,
    Tensor,
    Weights,
    calls_of,
    places_of,
)
from kerasmith.untrusted.bounds import Size

PASSES = 3
"""Over the layers of a graph: they are in nearly the order in which data flow."""


def with_shapes(graph: Graph, weights: Weights, given: Sequence[Shape | None] = ()) -> Graph:
    """Return the graph with the shapes that follow from its inputs and its layers.

    `given` are the shapes of its inputs, where the graph is that of a model inside another one.
    """
    shapes = dict(graph.shapes)
    for tensor, shape in zip(graph.inputs, given or [None] * len(graph.inputs), strict=False):
        if tensor not in shapes and (found := shape or _from_weights(graph, tensor, weights)):
            shapes[tensor] = found
    layers = dict(graph.layers)
    calls = list(calls_of(graph))
    for _ in range(PASSES):
        known = len(shapes)
        for tensor, call in calls:
            layer = layers[tensor.layer]
            taken = [shapes.get(each) for each in call.given]
            if layer.inside and not layer.inside.shapes.keys() & {*layer.inside.outputs}:
                layer = replace(layer, inside=with_shapes(layer.inside, {}, taken))
                layers[tensor.layer] = layer
            for place, shape in enumerate(shapes_after(layer, taken)):
                if shape is not None:
                    shapes.setdefault(tensor._replace(place=place), shape)
        if len(shapes) == known:
            break
    return replace(graph, layers=layers, shapes=shapes)


def shapes_after(layer: Layer, taken: Sequence[Shape | None]) -> Sequence[Shape | None]:
    """Return the shapes of what a layer gives, as far as they follow from what it is given."""
    if layer.inside:
        return [layer.inside.shapes.get(each) for each in layer.inside.outputs]
    if not taken or taken[0] is None:
        return ()
    if layer.operator:
        return (taken[0],) if len(taken) == 1 and layer.class_name in _UNARY else ()
    try:
        if len(places_of(layer)) > 1:
            return _with_states(layer, taken[0])
        return (_after(layer.class_name, layer.config, taken[0], taken),)
    except (ArithmeticError, LookupError, TypeError, ValueError, msgspec.ValidationError):
        return ()


def _from_weights(graph: Graph, tensor: Tensor, weights: Weights) -> Shape | None:
    """Return the shape of an input from the weights of the first layer that reads it."""
    for reader, call in calls_of(graph):
        if tensor in call.given:
            layer = graph.layers[reader.layer]
            kernels = (
                shape
                for path, shape in weights.get(layer.name, {}).items()
                if path.rpartition("/")[2].partition(":")[0] == "kernel"
            )
            kernel, convolution = next(kernels, ()), layer.class_name.startswith("Conv")
            if layer.class_name == "Dense" and len(kernel) == 2:
                return (kernel[0],)
            if layer.class_name in _GATED and len(kernel) == 2:
                return (None, kernel[0])
            if convolution and len(kernel) > 2 and "Transpose" not in layer.class_name:
                return (*(None for _ in kernel[:-2]), kernel[-2])
            return None
    return None


# === What layers make of a shape ===


_Sides = Size | Annotated[list[Size], Meta(max_length=3)]


class _Said(Struct):
    """The keys of configurations that say what its output is."""

    units: Size = 0
    filters: Size = 0
    output_dim: Size = 0
    depth_multiplier: Size = 1
    n: Size = 1
    num_mel_bins: Size = 128
    sequence_stride: Size = 512
    return_sequences: bool = False
    return_state: bool = False
    keepdims: bool = False
    merge_mode: str | None = None
    data_format: str | None = None
    axis: Any = -1
    target_shape: Annotated[list[int], Meta(max_length=16)] = []
    dims: Annotated[list[int], Meta(max_length=16)] = []
    layer: dict[str, Any] | None = None
    cell: dict[str, Any] | None = None
    kernel_size: _Sides | None = None
    pool_size: _Sides | None = None
    strides: _Sides | None = None
    dilation_rate: _Sides = 1
    padding: Any = "valid"


_GATED = ("LSTM", "GRU", "SimpleRNN")

_AS_GIVEN = {
    "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dropout", "ELU",
    "GaussianDropout", "GaussianNoise", "GroupNormalization", "Identity", "LayerNormalization",
    "LeakyReLU", "Masking", "MultiHeadAttention", "Normalization", "PReLU", "RandomBrightness",
    "RandomContrast", "RandomFlip", "RandomRotation", "RandomTranslation", "RandomZoom", "ReLU",
    "Rescaling", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
    "ThresholdedReLU", "UnitNormalization",
}  # fmt: skip
"""Layers that give the shape that they are given."""

_UNARY = {
    "Absolute", "Elu", "Exp", "Gelu", "LeakyRelu", "Log", "LogSoftmax", "Negative", "Relu", "Relu6",
    "Sigmoid", "Silu", "Softmax", "Softplus", "Sqrt", "Square", "Tanh",
}  # fmt: skip
"""Operators that give the shape that they are given."""

_MERGES = ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")


def _after(
    class_name: str, config: Mapping[str, Any], given: Shape, taken: Sequence[Shape | None]
) -> Shape | None:
    if class_name in _AS_GIVEN or (class_name in _MERGES and len({*taken}) == 1):
        return given
    said = msgspec.convert(config, _Said)
    if class_name.startswith("Global"):
        return None if said.keepdims else (_channels(said, given),)
    if class_name.startswith(("AveragePooling", "MaxPooling")):
        said.strides = said.strides or said.pool_size
        return _moved_over(said, given, said.pool_size or 2, _channels(said, given))
    if "Conv" in class_name and "Transpose" not in class_name and said.kernel_size:
        depth = _channels(said, given)
        deeper = None if depth is None else depth * said.depth_multiplier
        return _moved_over(said, given, said.kernel_size, said.filters or deeper)
    return _RULES[class_name](said, given, taken) if class_name in _RULES else None


def _channels(said: _Said, given: Shape) -> int | None:
    return given[0 if said.data_format == "channels_first" else -1]


def _moved_over(said: _Said, given: Shape, window: int | list[int], depth: int | None) -> Shape:
    """Return the shape of what a window gives that moves over the sides of an image."""
    first = said.data_format == "channels_first"
    sides = given[1:] if first else given[:-1]
    ways = zip(
        sides,
        *(_each(what, len(sides)) for what in (window, said.strides or 1, said.dilation_rate)),
        strict=True,
    )
    left = tuple(
        None if n is None else -(-(n - (size - 1) * far * (said.padding == "valid")) // step)
        for n, size, step, far in ways
    )
    return (depth, *left) if first else (*left, depth)


def _each(said: int | list[int], count: int) -> list[int]:
    return said if isinstance(said, list) else [said] * count


def _flattened(given: Shape) -> Shape:
    known = [size for size in given if size is not None]
    return (prod(known) if len(known) == len(given) else None,)


def _gated(said: _Said, given: Shape) -> Shape | None:
    if said.return_state:
        return None
    return (given[0], said.units) if said.return_sequences else (said.units,)


def _celled(said: _Said, given: Shape) -> Shape | None:
    """Return the shape of what cells give: of several on top of each other the last one's."""
    config = (said.cell or {})["config"]
    inner = config["cells"][-1]["config"] if "cells" in config else config
    return _gated(msgspec.structs.replace(said, units=inner["units"]), given)


def _with_states(layer: Layer, given: Shape) -> Sequence[Shape | None]:
    """Return the shapes of what a layer of steps gives, and of the states behind that."""
    config, class_name = dict(layer.config), layer.class_name
    if class_name not in (*_GATED, "Bidirectional"):
        return ()
    inner = config["layer"]["config"] if class_name == "Bidirectional" else config
    state = (msgspec.convert(inner, _Said).units,)
    plain = {**inner, "return_state": False}
    config = (
        {**config, "layer": {**config["layer"], "config": plain}} if inner is not config else plain
    )
    states = len(places_of(layer)) - 1
    return (_after(class_name, config, given, [given]), *(state for _ in range(states)))


def _both_ways(said: _Said, given: Shape) -> Shape | None:
    inner = msgspec.convert((said.layer or {})["config"], _Said)
    one = _gated(inner, given)
    if one is None or said.merge_mode is None:
        return None
    return (*one[:-1], inner.units * (2 if said.merge_mode == "concat" else 1))


def _at_each_step(said: _Said, given: Shape) -> Shape | None:
    layer = said.layer or {}
    after = _after(layer["class_name"], layer["config"], given[1:], [given[1:]])
    return None if after is None else (given[0], *after)


def _joined(said: _Said, given: Shape, taken: Sequence[Shape | None]) -> Shape | None:
    widths = [each[-1] for each in taken if each]
    known = [width for width in widths if width is not None]
    if said.axis not in (-1, len(given)) or len(known) < len(taken):
        return None
    return (*given[:-1], sum(known))


def _heard(said: _Said, given: Shape) -> Shape | None:
    """Return mel bands and frames, as Keras counts these, of a waveform."""
    if len(given) != 1:
        return None
    samples, stride = given[0], said.sequence_stride
    return (said.num_mel_bins, None if samples is None else (samples + stride + 1) // stride)


def _sized(said: _Said, given: Shape) -> Shape:
    """Return the target of a Reshape; its -1 is what is left over, where that is known."""
    known = [size for size in given if size is not None]
    left = prod(size for size in said.target_shape if size > 0)
    open_ = prod(known) // left if len(known) == len(given) and left else None
    return tuple(size if size > 0 else open_ for size in said.target_shape)


_Rule = Callable[[_Said, Shape, Sequence[Shape | None]], Shape | None]

_RULES: dict[str, _Rule] = {
    "Bidirectional": lambda said, given, _: _both_ways(said, given),
    "Concatenate": _joined,
    "Dense": lambda said, given, _: (*given[:-1], said.units),
    "Embedding": lambda said, given, _: (*given, said.output_dim),
    "Flatten": lambda _, given, __: _flattened(given),
    "MelSpectrogram": lambda said, given, _: _heard(said, given),
    "Permute": lambda said, given, _: tuple(given[axis - 1] for axis in said.dims),
    "RepeatVector": lambda said, given, _: (said.n, *given),
    "Reshape": lambda said, given, _: _sized(said, given),
    "TimeDistributed": lambda said, given, _: _at_each_step(said, given),
    "RNN": lambda said, given, _: _celled(said, given),
    **dict.fromkeys(_GATED, lambda said, given, _: _gated(said, given)),
}
