"""How many parameters a layer has, from its configuration and the shape that it was built for.

The sizes are Keras' own (`count_params`); a test holds them to all of `keras.applications`.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kerasmith.saved_model.graph import Graph, Layer, Shape, Weights
from kerasmith.saved_model.read_graph import shape_of
from kerasmith.untrusted.bounds import Size

Config = Mapping[str, Any]


def parameters_of(graph: Graph, weights: Weights) -> tuple[int, tuple[str, ...]]:
    """Return the parameters that can be counted, and the classes of layers that cannot.

    `weights` are the shapes that a file holds, by layer.
    """
    total = 0
    uncounted: dict[str, None] = {}
    for layer in graph.layers.values():
        if layer.name in weights:
            total += sum(prod(shape) for shape in weights[layer.name].values())
        elif within := layer.inside or layer.wraps:
            inner, unclear = parameters_of(within, {})
            total += inner
            uncounted |= dict.fromkeys(unclear)
        elif (count := parameters(layer, graph)) is not None:
            total += count
        else:
            uncounted[layer.class_name] = None
    return total, tuple(uncounted)


def parameters(layer: Layer, graph: Graph) -> int | None:
    """Return the parameters of one layer; None where the file does not say."""
    if layer.own:
        return None
    if layer.operator or layer.class_name in WITHOUT:
        return 0
    given = shape_of(layer.built)
    if given is None and layer.calls:
        given = graph.shapes.get(layer.calls[0].given[0])
    return _count(layer.class_name, layer.config, given, layer.built)


def _count(class_name: str, config: Config, given: Shape | None, built: Any) -> int | None:
    if class_name in WITHOUT:
        return 0
    try:
        if class_name == "MultiHeadAttention":
            return _attention(config, built if "query_shape" in (built or ()) else config)
        if class_name in ("Bidirectional", "TimeDistributed"):
            return _wrapped(class_name, config, given)
        if class_name == "RNN":
            return _celled(config["cell"], given)
        form, size = _SIZES[class_name]
        return size(msgspec.convert(config, form), given or ())
    except (LookupError, TypeError, ValueError, AttributeError, msgspec.ValidationError):
        return None


def _wrapped(class_name: str, config: Config, given: Shape | None) -> int | None:
    inner = config["layer"]
    times = 2 if class_name == "Bidirectional" else 1
    if class_name == "TimeDistributed" and given is not None:
        given = given[1:]
    count = _count(inner["class_name"], inner["config"], given, None)
    return None if count is None else times * count


def _celled(cell: Config, given: Shape | None) -> int | None:
    """Return the parameters of a cell, or of several on top of each other."""
    total, config = 0, cell["config"]
    for each in config.get("cells", [cell]):
        count = _count(each["class_name"].removesuffix("Cell"), each["config"], given, None)
        if count is None:
            return None
        total, given = total + count, (None, each["config"]["units"])
    return total


# === What the configurations say, and within which limits ===

Sides = Size | Annotated[list[Size], Meta(max_length=3)]
Axes = int | Annotated[list[int], Meta(max_length=16)] | None


class _Dense(Struct):
    units: Size
    use_bias: bool = True


class _Embedding(Struct):
    input_dim: Size
    output_dim: Size


class _Convolution(Struct):
    kernel_size: Sides
    filters: Size = 0
    groups: Annotated[int, Meta(ge=1, le=10**9)] = 1
    depth_multiplier: Size = 1
    use_bias: bool = True
    data_format: str | None = None


class _Recurrent(Struct):
    units: Size
    use_bias: bool = True
    reset_after: bool = False


class _Normalization(Struct):
    axis: Axes = -1
    scale: bool = True
    center: bool = False
    mean: Any = None


class _Scale(Struct):
    """Of the ConvNeXt in keras.applications."""

    projection_dim: Size


class _PReLU(Struct):
    shared_axes: Axes = None


class _Attention(Struct):
    num_heads: Size
    key_dim: Size
    value_dim: Size
    use_bias: bool = True
    use_gate: bool = False
    output_shape: Any = None


class _Attended(Struct):
    """The shapes that an attention was built for."""

    query_shape: list[Size | None]
    value_shape: list[Size | None]
    key_shape: list[Size | None] | None = None


# === The sizes ===


def _dense(config: _Dense, given: Shape) -> int:
    return _known(given[-1]) * config.units + config.use_bias * config.units


def _embedding(config: _Embedding, _: Shape) -> int:
    return config.input_dim * config.output_dim


def _kernel(config: _Convolution) -> int:
    sides = config.kernel_size
    return prod(sides) if isinstance(sides, list) else sides


def _channels(config: _Convolution, given: Shape) -> int:
    return _known(given[0 if config.data_format == "channels_first" else -1])


def _convolution(config: _Convolution, given: Shape) -> int:
    size = _kernel(config) * _channels(config, given) * config.filters
    return size // config.groups + config.use_bias * config.filters


def _transposed(config: _Convolution, given: Shape) -> int:
    return _kernel(config) * _channels(config, given) * config.filters + (
        config.use_bias * config.filters
    )


def _depthwise(config: _Convolution, given: Shape) -> int:
    depth = _channels(config, given) * config.depth_multiplier
    return _kernel(config) * depth + config.use_bias * depth


def _separable(config: _Convolution, given: Shape) -> int:
    depth = _channels(config, given) * config.depth_multiplier
    size = _kernel(config) * depth + depth * config.filters
    return size + config.use_bias * config.filters


def _at_axes(axes: Axes, given: Shape) -> int:
    """Return the size of the axes that a normalisation goes along; they count the batch axis."""
    several = axes if isinstance(axes, list) else [-1 if axes is None else axes]
    return prod(_known((None, *given)[axis]) for axis in several)


def _batch_norm(config: _Normalization, given: Shape) -> int:
    return _at_axes(config.axis, given) * (2 + config.scale + config.center)


def _layer_norm(config: _Normalization, given: Shape) -> int:
    return _at_axes(config.axis, given) * (config.scale + config.center)


def _normalization(config: _Normalization, given: Shape) -> int:
    if config.mean is not None:
        return 0
    return 2 * (1 if config.axis is None else _at_axes(config.axis, given)) + 1


def _recurrent(gates: int) -> Callable[[_Recurrent, Shape], int]:
    def size(config: _Recurrent, given: Shape) -> int:
        biases = (2 if gates == 3 and config.reset_after else 1) * config.use_bias
        return gates * config.units * (_known(given[-1]) + config.units + biases)

    return size


def _prelu(config: _PReLU, given: Shape) -> int:
    axes = config.shared_axes or []
    shared = axes if isinstance(axes, list) else [axes]
    return prod(1 if axis in shared else _known(size) for axis, size in enumerate(given, 1))


def _attention(given: Config, built: Any) -> int | None:
    config, shapes = msgspec.convert(given, _Attention), msgspec.convert(built, _Attended)
    if config.use_gate or config.output_shape:
        return None
    query, value = _known(shapes.query_shape[-1]), _known(shapes.value_shape[-1])
    key = _known((shapes.key_shape or shapes.value_shape)[-1])
    keys = config.num_heads * config.key_dim
    values = config.num_heads * config.value_dim
    kernels = query * (keys + values) + key * keys + value * values
    return kernels + config.use_bias * (2 * keys + values + query)


def _known(size: int | None) -> int:
    """Return a size; raise where it is open, since then nothing can be counted."""
    if not isinstance(size, int) or size < 1:
        raise ValueError(size)
    return size


_SIZES: dict[str, tuple[type[Struct], Callable[[Any, Shape], int]]] = {
    "BatchNormalization": (_Normalization, _batch_norm),
    "Conv1D": (_Convolution, _convolution),
    "Conv1DTranspose": (_Convolution, _transposed),
    "Conv2D": (_Convolution, _convolution),
    "Conv2DTranspose": (_Convolution, _transposed),
    "Conv3D": (_Convolution, _convolution),
    "Conv3DTranspose": (_Convolution, _transposed),
    "Dense": (_Dense, _dense),
    "DepthwiseConv1D": (_Convolution, _depthwise),
    "DepthwiseConv2D": (_Convolution, _depthwise),
    "Embedding": (_Embedding, _embedding),
    "GroupNormalization": (_Normalization, _layer_norm),
    "GRU": (_Recurrent, _recurrent(3)),
    "LayerScale": (_Scale, lambda config, _: config.projection_dim),
    "LayerNormalization": (_Normalization, _layer_norm),
    "LSTM": (_Recurrent, _recurrent(4)),
    "Normalization": (_Normalization, _normalization),
    "PReLU": (_PReLU, _prelu),
    "SeparableConv1D": (_Convolution, _separable),
    "SeparableConv2D": (_Convolution, _separable),
    "SimpleRNN": (_Recurrent, _recurrent(1)),
}

WITHOUT = {
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "AveragePooling1D",
    "AveragePooling2D", "AveragePooling3D", "CategoryEncoding", "CenterCrop", "Concatenate",
    "Cropping1D", "Cropping2D", "Cropping3D", "CustomScaleLayer", "Discretization", "Dot",
    "Dropout", "ELU",
    "Flatten", "GaussianDropout", "GaussianNoise", "GetItem", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D",
    "GlobalMaxPooling2D", "GlobalMaxPooling3D", "Hashing", "Identity", "InputLayer",
    "IntegerLookup", "Lambda", "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D",
    "MaxPooling3D", "Maximum", "MelSpectrogram", "Minimum", "Multiply", "Permute",
    "RandomBrightness",
    "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation",
    "RandomZoom", "ReLU", "RepeatVector", "Rescaling", "Reshape", "Resizing", "SlicingOpLambda",
    "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "StringLookup",
    "Subtract", "TFOpLambda", "TextVectorization", "ThresholdedReLU", "UnitNormalization",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D",
    "ZeroPadding3D",
}  # fmt: skip
"""The layers of Keras that have no parameters."""
