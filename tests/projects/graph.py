"""What Keras itself says of a model's graph, read from the config it saves: the tests' oracle.

Nothing here knows of plans or templates. A *use* of a tensor is its being given to a layer, or
its being an output.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

Config = dict[str, Any]
Tensor = tuple[str, int, int]


def is_linear_stack(serialized: Config) -> bool:
    """Say whether data goes one way through a model, inside nested models too."""
    config = serialized["config"]
    if serialized["class_name"] == "Sequential":
        return all(is_linear_stack(layer) for layer in config["layers"] if _is_model(layer))
    if len(_tensors(config["input_layers"])) != 1 or len(_tensors(config["output_layers"])) != 1:
        return False
    uses: Counter[Tensor] = Counter(_tensors(config["output_layers"]))
    for layer in config["layers"]:
        if len(layer["inbound_nodes"]) > 1:
            return False  # shared
        for node in layer["inbound_nodes"]:
            given = list(_keras_tensors(node))
            if len(given) > 1:
                return False  # merged
            uses.update(given)
        if _is_model(layer) and not is_linear_stack(layer):
            return False
    return max(uses.values()) == 1


def shared_layers(serialized: Config) -> set[str]:
    """Return the names of the layers that are called more than once."""
    layers = serialized["config"]["layers"]
    return {layer["name"] for layer in layers if len(layer.get("inbound_nodes", [])) > 1}


def _is_model(layer: Config) -> bool:
    """Say whether a layer is a model of ours; a backbone is one layer, seen from outside."""
    return "layers" in layer["config"] and not layer["config"]["name"].endswith("_backbone")


def _tensors(named: Any) -> list[Tensor]:
    """Return the tensors that `input_layers` or `output_layers` hold, one or several."""
    if isinstance(named, dict):
        return [tensor for each in named.values() for tensor in _tensors(each)]
    if named and isinstance(named[0], str):
        return [tuple(named)]
    return [tensor for each in named for tensor in _tensors(each)]


def _keras_tensors(value: Any) -> Iterator[Tensor]:
    """Yield the tensors in the arguments of a call, at any depth."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            layer, node, place = value["config"]["keras_history"]
            yield layer, node, place
        else:
            for each in value.values():
                yield from _keras_tensors(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _keras_tensors(each)
