"""How many parameters a layer has, from its configuration and the shape that it was built for.

The sizes are Keras' own (`count_params`); a test holds them to all of `keras.applications`.
"""

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

from kerasmith.inspect.graph import Graph, Layer, Shape, Weights
from kerasmith.inspect.read_graph import shape_of

Config = Mapping[str, Any]


def parameters_of(graph: Graph, weights: Weights) -> tuple[int, tuple[str, ...]]:
    """Return the parameters that can be counted, and the classes of layers that cannot.

    `weights` are the shapes that a file tells by itself, by layer.
    """
    total = 0
    uncounted: dict[str, None] = {}
    for layer in graph.layers.values():
        if layer.name in weights:
            total += sum(prod(shape) for shape in weights[layer.name].values())
        elif layer.inside:
            inner, unclear = parameters_of(layer.inside, {})
            total += inner
            uncounted |= dict.fromkeys(unclear)
        elif (count := parameters(layer, graph)) is not None:
            total += count
        else:
            uncounted[layer.class_name] = None
    return total, tuple(uncounted)


def parameters(layer: Layer, graph: Graph) -> int | None:
    """Return the parameters of one layer; None where the file does not tell."""
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
        if class_name == "Embedding":
            return int(config["input_dim"] * config["output_dim"])
        return _SIZES[class_name](config, given or ())
    except (LookupError, TypeError, ValueError, AttributeError, ZeroDivisionError):
        return None


def _wrapped(class_name: str, config: Config, given: Shape | None) -> int | None:
    inner = config["layer"]
    times = 2 if class_name == "Bidirectional" else 1
    if class_name == "TimeDistributed" and given is not None:
        given = given[1:]
    count = _count(inner["class_name"], inner["config"], given, None)
    return None if count is None else times * count


def _channels(config: Config, given: Shape) -> int:
    return given[0 if config.get("data_format") == "channels_first" else -1] or 0


def _bias(config: Config, size: int) -> int:
    return size if config.get("use_bias", True) else 0


def _dense(config: Config, given: Shape) -> int:
    units = int(config["units"])
    return _known(given[-1]) * units + _bias(config, units)


def _convolution(config: Config, given: Shape) -> int:
    filters = int(config["filters"])
    size = prod(config["kernel_size"]) * _known(_channels(config, given)) * filters
    return size // int(config.get("groups", 1)) + _bias(config, filters)


def _transposed(config: Config, given: Shape) -> int:
    return _convolution({**config, "groups": 1}, given)


def _depthwise(config: Config, given: Shape) -> int:
    depth = _known(_channels(config, given)) * int(config["depth_multiplier"])
    return prod(config["kernel_size"]) * depth + _bias(config, depth)


def _separable(config: Config, given: Shape) -> int:
    filters = int(config["filters"])
    depth = _known(_channels(config, given)) * int(config["depth_multiplier"])
    return prod(config["kernel_size"]) * depth + depth * filters + _bias(config, filters)


def _at_axes(config: Config, given: Shape) -> int:
    """Return the size of the axes that a normalisation goes along; they count the batch axis."""
    axes = config.get("axis", -1)
    axes = axes if isinstance(axes, list | tuple) else [axes]
    return prod(_known((None, *given)[axis]) for axis in axes)


def _batch_norm(config: Config, given: Shape) -> int:
    return _at_axes(config, given) * (2 + bool(config["scale"]) + bool(config["center"]))


def _layer_norm(config: Config, given: Shape) -> int:
    center = bool(config.get("center", False))
    return _at_axes(config, given) * (bool(config.get("scale", True)) + center)


def _normalization(config: Config, given: Shape) -> int:
    if config.get("mean") is not None:
        return 0
    return 2 * (1 if config.get("axis") is None else _at_axes(config, given)) + 1


def _recurrent(gates: int) -> Callable[[Config, Shape], int]:
    def size(config: Config, given: Shape) -> int:
        units = int(config["units"])
        biases = 2 if gates == 3 and config.get("reset_after") else 1
        return gates * (
            units * (_known(given[-1]) + units) + biases * units * bool(config["use_bias"])
        )

    return size


def _prelu(config: Config, given: Shape) -> int:
    shared = config.get("shared_axes") or []
    return prod(1 if axis in shared else _known(size) for axis, size in enumerate(given, 1))


def _attention(config: Config, built: Any) -> int | None:
    if config.get("use_gate") or config.get("output_shape"):
        return None
    query, value = built["query_shape"][-1], built["value_shape"][-1]
    key = (built.get("key_shape") or built["value_shape"])[-1]
    keys = config["num_heads"] * config["key_dim"]
    values = config["num_heads"] * config["value_dim"]
    kernels = _known(query) * (keys + values) + _known(key) * keys + _known(value) * values
    return int(kernels + _bias(config, 2 * keys + values + query))


def _known(size: int | None) -> int:
    """Return a size; raise where it is open, since then nothing can be counted."""
    if not isinstance(size, int) or size < 1:
        raise ValueError(size)
    return size


_SIZES: dict[str, Callable[[Config, Shape], int]] = {
    "BatchNormalization": _batch_norm,
    "Conv1D": _convolution,
    "Conv1DTranspose": _transposed,
    "Conv2D": _convolution,
    "Conv2DTranspose": _transposed,
    "Conv3D": _convolution,
    "Conv3DTranspose": _transposed,
    "Dense": _dense,
    "DepthwiseConv1D": _depthwise,
    "DepthwiseConv2D": _depthwise,
    "GroupNormalization": _layer_norm,
    "GRU": _recurrent(3),
    "LayerNormalization": _layer_norm,
    "LSTM": _recurrent(4),
    "Normalization": _normalization,
    "PReLU": _prelu,
    "SeparableConv1D": _separable,
    "SeparableConv2D": _separable,
    "SimpleRNN": _recurrent(1),
}

WITHOUT = {
    "Activation", "ActivityRegularization", "Add", "AlphaDropout", "Average", "AveragePooling1D",
    "AveragePooling2D", "AveragePooling3D", "CategoryEncoding", "CenterCrop", "Concatenate",
    "Cropping1D", "Cropping2D", "Cropping3D", "Discretization", "Dot", "Dropout", "ELU",
    "Flatten", "GaussianDropout", "GaussianNoise", "GetItem", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalAveragePooling3D", "GlobalMaxPooling1D",
    "GlobalMaxPooling2D", "GlobalMaxPooling3D", "Hashing", "Identity", "InputLayer",
    "IntegerLookup", "Lambda", "LeakyReLU", "Masking", "MaxPooling1D", "MaxPooling2D",
    "MaxPooling3D", "Maximum", "Minimum", "Multiply", "Permute", "RandomBrightness",
    "RandomContrast", "RandomCrop", "RandomFlip", "RandomRotation", "RandomTranslation",
    "RandomZoom", "ReLU", "RepeatVector", "Rescaling", "Reshape", "Resizing", "SlicingOpLambda",
    "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "StringLookup",
    "Subtract", "TFOpLambda", "TextVectorization", "ThresholdedReLU", "UnitNormalization",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "ZeroPadding1D", "ZeroPadding2D",
    "ZeroPadding3D",
}  # fmt: skip
"""The layers of Keras that have no parameters."""
