"""From the configuration of a model to its graph, in the forms of Keras 1, 2 and 3."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from kerasmith.errors import printable, shortened
from kerasmith.saved_model.graph import Call, Graph, Layer, Shape, Tensor, calls_of, places_of
from kerasmith.saved_model.masks import without_masks
from kerasmith.untrusted.bounds import Size

MOST_LAYERS = 50_000
"""Layers of one model at the most."""

MOST_CALLS = 100_000
"""Uses of all layers of one model at the most."""

MOST_ENDS = 1000
"""Inputs or outputs of one model at the most."""

LONGEST_NAME = 500
"""Characters in the name of a layer at the most."""


class Unclear(Exception):
    """What in a configuration is not as Keras writes it."""


class _Entry(Struct):
    """A layer as the file holds it, in the forms of Keras 2 and 3."""

    class_name: str
    config: dict[str, Any]
    name: str | None = None
    module: str | None = None
    registered_name: str | None = None
    inbound_nodes: list[Any] = []
    build_config: dict[str, Any] | None = None


class _Model(Struct):
    """The configuration of a model whose graph the file holds."""

    layers: list[_Entry]
    name: str = ""
    input_layers: Any = None
    output_layers: Any = None
    build_input_shape: Any = None


def holds_graph(class_name: object, config: object) -> bool:
    """Say whether the configuration of a model, or of a layer, holds a graph.

    A subclassed model has Python code in place of one.
    """
    if class_name == "Sequential":
        return isinstance(config, list) or (isinstance(config, dict) and "layers" in config)
    named = ("layers", "input_layers", "output_layers")
    return isinstance(config, dict) and all(key in config for key in named)


def graph_of(class_name: str, config: Mapping[str, Any] | list[Any]) -> Graph:
    """Return the graph that a configuration holds.

    Raises Unclear where it is not what Keras writes.
    """
    try:
        tables = {"layers": config} if isinstance(config, list) else without_masks(config)
        model = msgspec.convert(tables, _Model)
    except msgspec.ValidationError as error:
        raise Unclear(f"{error}") from None
    _no_more(len(model.layers), MOST_LAYERS, "layers")
    _no_more(sum(len(each.inbound_nodes) for each in model.layers), MOST_CALLS, "calls of layers")
    if model.input_layers is None:
        return _stack(class_name, model)
    return _network(class_name, model)


def _no_more(count: int, most: int, what: str) -> None:
    if count > most:
        raise Unclear(f"{count:,} {what} are more than any real model has.")


# === Sequential: each layer is called with what the one before it gives ===


def _stack(class_name: str, model: _Model) -> Graph:
    entries = list(model.layers)
    if not entries or entries[0].class_name != "InputLayer":
        shape = model.build_input_shape
        if entries and shape is None:
            shape = entries[0].config.get("batch_input_shape")
        config = {"batch_shape": shape, "name": "input"}
        entries.insert(0, _Entry("InputLayer", config, "input"))
    first, *others = entries
    found = {_name(first): _layer(first)}
    calls: dict[str, list[Call]] = {_name(first): []}
    flowing = Tensor(_name(first), 0, 0)
    for entry in others:
        name = _name(entry)
        if name not in found:
            found[name] = _layer(entry)
        calls.setdefault(name, []).append(Call((flowing,)))
        flowing = Tensor(name, len(calls[name]) - 1, 0)
    layers = {name: replace(layer, calls=tuple(calls[name])) for name, layer in found.items()}
    return Graph(
        model.name,
        class_name,
        layers,
        inputs=(Tensor(_name(first), 0, 0),),
        outputs=tuple(flowing._replace(place=n) for n in places_of(layers[flowing.layer])),
        shapes=dict(_input_shapes(layers)),
        dtypes=_dtypes(layers),
    )


# === Functional: each node names the tensors that it is given ===


def _network(class_name: str, model: _Model) -> Graph:
    layers: dict[str, Layer] = {}
    shapes: dict[Tensor, Shape] = {}
    known = {_name(entry) for entry in model.layers}
    for entry in model.layers:
        layer = _layer(entry)
        if layer.name in layers:
            raise Unclear(f"Two layers are called {layer.name!r}.")
        nodes = [_call(node, known, shapes) for node in entry.inbound_nodes]
        layers[layer.name] = replace(layer, calls=tuple(n for n in nodes if n.given))
    shapes.update(_input_shapes(layers))
    inputs, outputs = _ends(model.input_layers), _ends(model.output_layers)
    _no_more(max(len(inputs), len(outputs)), MOST_ENDS, "inputs or outputs")
    graph = Graph(model.name, class_name, layers, inputs, outputs, shapes, _dtypes(layers))
    for tensor in (*inputs, *outputs, *(t for _, call in calls_of(graph) for t in call.given)):
        if tensor.layer not in layers:
            raise Unclear(f"A layer {tensor.layer!r} is named, and there is none.")
    return graph


def _call(node: object, known: set[str], shapes: dict[Tensor, Shape]) -> Call:
    """Return what a layer is called with; `shapes` learns what the node says of them."""
    given: list[Tensor] = []
    said: list[str] = []
    if isinstance(node, dict) and ("args" in node or "kwargs" in node):
        given += _tensors(node, shapes)
        words = node.get("kwargs")
        said += _said(words if isinstance(words, dict) else {})
    else:
        for each in _old_tensors(node, known):
            given.append(_tensor(each[:3]))
            words = each[3] if len(each) > 3 and isinstance(each[3], dict) else {}
            given += (_tensor(more[:3]) for more in _old_tensors(words, known))
            said += _said(words)
    return Call(tuple(given), tuple(said))


def _tensors(value: object, shapes: dict[Tensor, Shape]) -> Iterator[Tensor]:
    """Yield the tensors of a call as Keras 3 writes them, at any depth of its arguments."""
    if isinstance(value, dict):
        if value.get("class_name") != "__keras_tensor__":
            for each in value.values():
                yield from _tensors(each, shapes)
            return
        config = value.get("config")
        history = config.get("keras_history") if isinstance(config, dict) else None
        tensor = _tensor(history)
        if isinstance(config, dict) and (shape := shape_of(config.get("shape"))) is not None:
            shapes[tensor] = shape
        yield tensor
    elif isinstance(value, list):
        for each in value:
            yield from _tensors(each, shapes)


def _old_tensors(value: object, known: set[str]) -> Iterator[list[Any]]:
    """Yield the tensors of a call as Keras 2 writes them: `["name", 0, 0]`, at any depth."""
    if isinstance(value, dict):
        for each in value.values():
            yield from _old_tensors(each, known)
    elif isinstance(value, list):
        name, *places = value or [None]
        named = isinstance(name, str) and printable(name) in known
        if named and list(map(type, places[:2])) == [int, int]:
            yield value
        else:
            for each in value:
                yield from _old_tensors(each, known)


def _said(words: Mapping[str, object]) -> Iterator[str]:
    """Yield the plain arguments of a call that say something: `training=False`."""
    for word, value in words.items():
        if isinstance(value, bool | int | float | str) and word != "name":
            yield f"{printable(word)[:40]}={shortened(value, 40)}"


def _ends(named: object) -> tuple[Tensor, ...]:
    """Return the tensors that `input_layers` or `output_layers` name: one, several, or a table."""
    if isinstance(named, dict):
        return tuple(tensor for each in named.values() for tensor in _ends(each))
    if isinstance(named, list) and named and isinstance(named[0], str):
        return (_tensor(named),)
    if isinstance(named, list):
        return tuple(tensor for each in named for tensor in _ends(each))
    raise Unclear(f"Inputs and outputs are not written as Keras writes them: {shortened(named)}.")


def _tensor(history: object) -> Tensor:
    """Return the tensor that a list of layer, call and place names."""
    try:
        layer, call, place = msgspec.convert(history, tuple[str, int, int])
    except msgspec.ValidationError:
        raise Unclear(f"{shortened(history)} does not name a tensor.") from None
    return Tensor(_text(layer), call, place)


# === Layers ===


def _name(entry: _Entry) -> str:
    return _text(entry.name or entry.config.get("name") or entry.class_name)


def _text(name: object) -> str:
    """Return a name that can be shown as it is: it goes into sentences, to a terminal."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        raise Unclear(f"{shortened(name)} is not a name of a layer.")
    return printable(name)


def _layer(entry: _Entry) -> Layer:
    module = entry.module or ""
    return Layer(
        name=_name(entry),
        class_name=_text(entry.class_name),
        operator=".ops." in f"{module}." or entry.class_name in _OLD_OPERATORS,
        config=entry.config,
        built=_built(entry),
        inside=(
            graph_of(entry.class_name, entry.config)
            if holds_graph(entry.class_name, entry.config)
            else None
        ),
        wraps=_wrapped(entry.config.get("layer")),
        own=_is_own(module),
    )


def _wrapped(layer: object) -> Graph | None:
    """Return the graph of a model in the place of a wrapped layer."""
    if not isinstance(layer, dict) or not holds_graph(layer.get("class_name"), layer.get("config")):
        return None
    return graph_of(_text(layer["class_name"]), layer["config"])


def _is_own(module: str) -> bool:
    return bool(module) and module.partition(".")[0] not in ("keras", "keras_hub", "tf_keras")


_OLD_OPERATORS = ("TFOpLambda", "SlicingOpLambda", "TensorFlowOpLayer")
"""How Keras 2 calls what was done to a tensor without a layer."""


def _built(entry: _Entry) -> Any:
    """Return what the file says of the shapes that a layer was built for."""
    build = entry.build_config or {}
    return build.get("input_shape", build.get("shapes_dict"))


def _input_shapes(layers: Mapping[str, Layer]) -> Iterator[tuple[Tensor, Shape]]:
    for layer in layers.values():
        if layer.is_input:
            said = layer.config.get("batch_shape") or layer.config.get("batch_input_shape")
            if (shape := shape_of(said)) is not None:
                yield Tensor(layer.name, 0, 0), shape


def _dtypes(layers: Mapping[str, Layer]) -> dict[str, str]:
    inputs = [layer for layer in layers.values() if layer.is_input]
    said = {layer.name: layer.config.get("dtype") for layer in inputs}
    return {name: dtype for name, dtype in said.items() if isinstance(dtype, str)}


_Shape = Annotated[list[Size | None], Meta(max_length=16)]


def shape_of(batched: object) -> Shape | None:
    """Return a shape without its batch axis; None where this is none."""
    try:
        shape = msgspec.convert(batched, _Shape)
    except msgspec.ValidationError:
        return None
    return tuple(shape[1:]) if shape else None
