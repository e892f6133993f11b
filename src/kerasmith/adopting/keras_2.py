"""The calls of layers as Keras 2 wrote them, in the form of Keras 3."""

from collections.abc import Mapping
from typing import Any

from kerasmith.adopting.literals import Hole
from kerasmith.saved_model.masks import without_masks

_OPERATORS = {
    "__operators__.add": "Add",
    "math.add": "Add",
    "math.divide": "TrueDivide",
    "math.multiply": "Multiply",
    "math.subtract": "Subtract",
    "math.truediv": "TrueDivide",
}
"""What Keras 2 called the operators between tensors."""


def as_keras_3(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the configuration of a model with every call as Keras 3 writes it.

    Masks that layers hand on by themselves are left out, as code leaves them out.
    """
    entries = [entry for entry in config["layers"] if isinstance(entry, dict)]
    known = {str(entry.get("name") or entry["config"].get("name")) for entry in entries}
    found = {**config, "layers": [_entry(entry, known) for entry in entries]}
    nodes = [node for entry in entries for node in entry.get("inbound_nodes") or ()]
    if any(isinstance(node, list) for node in nodes):  # Keras 2 took a list of one for the one
        for key in ("input_layers", "output_layers"):
            ends = config.get(key)
            if isinstance(ends, list) and len(ends) == 1 and isinstance(ends[0], list):
                found[key] = ends[0]
    return without_masks(found)


def _entry(entry: Mapping[str, Any], known: set[str]) -> dict[str, Any]:
    inner = entry.get("config")
    if isinstance(inner, dict) and isinstance(inner.get("layers"), list):
        entry = {**entry, "config": as_keras_3(inner)}
    nodes = entry.get("inbound_nodes") or []
    nodes = [_node(node, known) if isinstance(node, list) else node for node in nodes]
    if entry.get("class_name") == "TFOpLambda":
        return _operator(entry, nodes)
    return {**entry, "inbound_nodes": nodes}


def _node(node: list[Any], known: set[str]) -> dict[str, Any]:
    """Return a call: `[["name", 0, 0, {…}], …]`, several tensors being given as a list."""
    if node and isinstance(node[0], str):  # a call with one tensor, without a list around it
        node = [node]
    tensors = [_tensor(each[:3]) for each in node]
    words = node[0][3] if node and len(node[0]) > 3 and isinstance(node[0][3], dict) else {}
    return {
        "args": tensors if len(tensors) == 1 else [tensors],
        "kwargs": {key: _value(value, known) for key, value in words.items() if key != "name"},
    }


def _value(value: Any, known: set[str]) -> Any:
    if isinstance(value, list):
        if len(value) >= 3 and isinstance(value[0], str) and value[0] in known:
            return _tensor(value[:3])
        return [_value(each, known) for each in value]
    return value


def _tensor(history: list[Any]) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": history}}


def _operator(entry: Mapping[str, Any], nodes: list[Any]) -> dict[str, Any]:
    function = str(entry["config"].get("function"))
    if function not in _OPERATORS:
        raise Hole(f"the function tf.{function[:60]} of TensorFlow stands in it, which is no layer")
    return {
        **entry,
        "module": "keras.src.ops.numpy",
        "class_name": _OPERATORS[function],
        "config": {"name": entry["config"]["name"]},
        "inbound_nodes": [
            {"args": [*node["args"], *node["kwargs"].values()], "kwargs": {}} for node in nodes
        ],
    }
