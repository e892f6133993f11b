"""The masks that layers hand on by themselves, and that Keras writes into a file as operators.

An `Embedding` with `mask_zero`, and a `Masking`, tell the layers behind them which steps count. In
a file that is a comparison with zero, whose tensor each of these layers is given as `mask`. The
code of the model has none of that, so nothing branches there.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Config = Mapping[str, Any]
Node = tuple[str, int]

LONGEST = 100
"""Layers that hand on one mask at the most."""

_OPERATORS = ("NotEqual", "Any")

_HAND_ON = (
    *("Activation", "BatchNormalization", "Bidirectional", "Dense", "Dropout", "GRU"),
    *("GaussianDropout", "GaussianNoise", "Identity", "LSTM", "LayerNormalization", "ReLU"),
    *("SimpleRNN", "SpatialDropout1D", "TimeDistributed"),
)
"""Layers that hand on the mask of what they are given."""


def without_masks(config: Config) -> Config:
    """Return the configuration of a model without the masks that its layers hand on anyway."""
    layers = config.get("layers")
    if not isinstance(layers, list) or not all(isinstance(each, dict) for each in layers):
        return config  # it is refused elsewhere
    entries = {_name(each): each for each in layers}
    operators = [each for each in entries.values() if each.get("class_name") in _OPERATORS]
    if not operators or len(entries) < len(layers):
        return config
    found = {name: _unmasked(each, entries) for name, each in entries.items()}
    if all(each is entries[name] for name, each in found.items()):
        return config
    while unused := _unused(found, config):
        found = {name: each for name, each in found.items() if name not in unused}
    return {**config, "layers": [*found.values()]}


def _unused(entries: Mapping[str, Config], config: Config) -> set[str]:
    used = {name for each in entries.values() for name, _ in _tensors(each.get("inbound_nodes"))}
    used |= set(_texts(config.get("output_layers")))
    operators = {name for name, e in entries.items() if e.get("class_name") in _OPERATORS}
    return operators - used


def _unmasked(entry: Config, entries: Mapping[str, Config]) -> Config:
    nodes = entry.get("inbound_nodes")
    if not isinstance(nodes, list):
        return entry
    found = [_without(node) if _is_handed_on(node, entries) else node for node in nodes]
    return entry if found == nodes else {**entry, "inbound_nodes": found}


def _without(node: Config) -> Config:
    return {**node, "kwargs": {k: v for k, v in node["kwargs"].items() if k != "mask"}}


def _is_handed_on(node: Any, entries: Mapping[str, Config]) -> bool:
    """Say whether a layer is given the mask that the tensor in front of it has."""
    if not isinstance(node, dict) or not isinstance(node.get("kwargs"), dict):
        return False
    masks, given = [*_tensors(node["kwargs"].get("mask"))], [*_tensors(node.get("args"))]
    if len(masks) != 1 or len(given) != 1:
        return False
    source = _masking(given[0], entries)
    return source is not None and _compared(masks[0], entries) == source


def _masking(tensor: Node, entries: Mapping[str, Config]) -> tuple[Node, Any] | None:
    """Return the tensor whose zeros, or other values, a tensor's own mask leaves out."""
    for _ in range(LONGEST):
        entry = entries.get(tensor[0], {})
        given = [*_tensors(_node(entry, tensor[1]).get("args"))]
        config = entry.get("config")
        if len(given) != 1 or not isinstance(config, dict):
            return None
        if entry.get("class_name") == "Embedding":
            return (given[0], 0) if config.get("mask_zero") else None
        if entry.get("class_name") == "Masking":
            return given[0], config.get("mask_value", 0)
        if entry.get("class_name") not in _HAND_ON:
            return None
        tensor = given[0]
    return None


def _compared(tensor: Node, entries: Mapping[str, Config]) -> tuple[Node, Any] | None:
    """Return the tensor that an operator compares, and with what."""
    entry = entries.get(tensor[0], {})
    arguments = _arguments(_node(entry, tensor[1]))
    given = [*_tensors(arguments)]
    if len(given) != 1:
        return None
    if entry.get("class_name") == "Any":
        return _compared(given[0], entries)
    if entry.get("class_name") != "NotEqual" or len(arguments) != 2:
        return None
    return given[0], arguments[1]


def _arguments(node: Config) -> list[Any]:
    words = node.get("kwargs")
    return [*(node.get("args") or ()), *(words.values() if isinstance(words, dict) else ())]


def _node(entry: Config, call: int) -> Config:
    nodes = entry.get("inbound_nodes")
    if not isinstance(nodes, list) or not 0 <= call < len(nodes):
        return {}
    return nodes[call] if isinstance(nodes[call], dict) else {}


def _name(entry: Config) -> str:
    config = entry.get("config")
    return str(entry.get("name") or (config.get("name") if isinstance(config, dict) else ""))


def _tensors(value: Any) -> Iterator[Node]:
    """Yield the tensors in the arguments of a call, at any depth."""
    if isinstance(value, dict):
        config = value.get("config")
        if value.get("class_name") != "__keras_tensor__" or not isinstance(config, dict):
            for each in value.values():
                yield from _tensors(each)
            return
        history = config.get("keras_history")
        if isinstance(history, list) and len(history) == 3 and isinstance(history[1], int):
            yield str(history[0]), history[1]
    elif isinstance(value, list):
        for each in value:
            yield from _tensors(each)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
