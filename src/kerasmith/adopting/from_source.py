"""The model that code builds, in the form in which Keras saves the configuration of a model."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasmith.adopting.literals import Code, Hole, literal, name
from kerasmith.errors import printable
from kerasmith.saved_model.findings import ModelFindings, inspect_model
from kerasmith.saved_model.model_file import SavedModel, read_model
from kerasmith.source_code.inspect_source import choose, found_in, labelled
from kerasmith.source_code.mistakes import loss_name, losses_of
from kerasmith.source_code.models import read_models
from kerasmith.source_code.source import is_source, read_source
from kerasmith.source_code.to_graph import Parts, parts_of_model
from kerasmith.source_code.values import (
    Dotted,
    KerasLayer,
    KerasModel,
    KerasObject,
    KerasTensor,
    Unknown,
    Value,
)

Config = dict[str, Any]


def read_either(path: Path, called: str) -> tuple[ModelFindings, SavedModel]:
    """Return what a file, saved or of code, says of a model, and its configuration.

    Raises as `from_source` does.
    """
    if is_source(path):
        return from_source(path, called)
    return inspect_model(path), read_model(path)


def from_source(path: Path, called: str) -> tuple[ModelFindings, SavedModel]:
    """Return what a file of code says of a model, and its configuration; it has no weights.

    Raises KerasmithError where the file has no model, or several and none is `called` so. Raises
    Hole where the code does not say all that is needed.
    """
    read = read_models(read_source(path))
    models = labelled(read)
    model = choose(path, models, read, called)
    found = found_in(read, model, models)
    if found.graph is None:
        raise Hole(found.why_unknown.rstrip("."))
    losses: dict[str, str] = {}
    if model.compiled:
        said = losses_of(model, found.graph, model.compiled[-1])
        losses = {layer: loss_name(loss) for layer, loss in said}
    config = _entry(model, model.name)
    return replace(found, losses=losses), SavedModel(path, config, found.form)


def _model(model: KerasModel) -> Config:
    """Return the configuration of a model."""
    parts = parts_of_model(model)
    layers = [_layer(parts, called, layer) for called, layer in parts.layers.items()]
    config: Config = {"name": model.name, "layers": layers}
    if model.is_stack:
        return config
    for key, ends in (("input_layers", model.inputs), ("output_layers", model.outputs)):
        config[key] = _ends(parts, ends)
    return config


def _ends(parts: Parts, value: Value) -> Any:
    if isinstance(value, KerasTensor):
        return _history(parts, value)
    if isinstance(value, dict):
        return {str(key): _ends(parts, each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_ends(parts, each) for each in value]
    raise Hole("its inputs and outputs are not tensors, lists or dicts of them")


def _history(parts: Parts, tensor: KerasTensor) -> list[Any]:
    layer, call = parts.names[id(tensor.layer), tensor.call]
    return [layer, call, tensor.place]


def _layer(parts: Parts, called: str, layer: KerasLayer) -> Config:
    nodes = [
        {
            "args": [_argument(parts, each) for each in call.args],
            "kwargs": {key: _argument(parts, each) for key, each in call.words.items()},
        }
        for call in parts.calls.get(called, ())
    ]
    return {**_entry(layer, called), "inbound_nodes": nodes}


def _entry(layer: KerasLayer, called: str) -> Config:
    """Return what a configuration says of a layer or a model, but not its calls."""
    if isinstance(layer, KerasModel):
        if layer.foreign:
            raise Hole(f"{layer.class_name} is a model whose layers are not in the code")
        class_name = "Sequential" if layer.is_stack else "Functional"
        return {
            "class_name": class_name,
            "config": {**_model(layer), "name": called},
        }
    if layer.own:
        raise Hole(
            f"{layer.class_name} ({_line(layer)}) is not a layer of Keras, but the code's own"
        )
    if layer.class_name == "Lambda":
        raise Hole(f"{layer.name} ({_line(layer)}) is a Lambda: Python code, not a layer")
    if layer.class_name == "InputLayer":
        return {"class_name": "InputLayer", "config": {**layer.config, "name": called}}
    module = "keras.src.ops.numpy" if layer.operator else "keras.layers"
    said = {} if layer.operator else _said(layer)
    return {"module": module, "class_name": layer.class_name, "config": {**said, "name": called}}


def _said(layer: KerasLayer) -> Config:
    return {key: _value(layer, key, each) for key, each in layer.said.items() if key != "name"}


_ACTIVATIONS = ("keras.activations.", "tensorflow.nn.")


def _value(layer: KerasLayer, key: str, value: Value) -> Any:
    """Return an argument of a layer."""
    if isinstance(value, bool | int | float | str | None):
        return value
    if isinstance(value, list | tuple):
        return [_value(layer, key, each) for each in value]
    if isinstance(value, Dotted) and value.path.startswith(
        ("keras.activations.", "tensorflow.nn.")
    ):
        return value.path.rpartition(".")[2]
    if isinstance(value, KerasObject):
        args = [literal(_value(layer, key, each)) for each in value.args]
        args += [f"{name(word)}={literal(_value(layer, key, each))}" for word, each in value.words]
        return Code(f"{value.path}({', '.join(args)})")
    if isinstance(value, KerasLayer):
        inner = value.said.get("name")
        entry = _entry(value, inner if isinstance(inner, str) else "")
        return entry if inner else {**entry, "config": {**entry["config"], "name": None}}
    why = value.why if isinstance(value, Unknown) else "it is not a plain value"
    raise Hole(f"{key} of {printable(layer.name)} ({_line(layer)}) is not known: {why}")


def _argument(parts: Parts, value: Value) -> Any:
    """Return what a layer is called with, as Keras saves it."""
    if isinstance(value, KerasTensor):
        config = {"keras_history": _history(parts, value)}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(value, slice):
        ends = {"start": value.start, "stop": value.stop, "step": value.step}
        return {"class_name": "__slice__", "config": ends}
    if value is ...:
        return {"class_name": "__ellipsis__"}
    if isinstance(value, tuple):
        return {"class_name": "__tuple__", "items": [_argument(parts, each) for each in value]}
    if isinstance(value, list):
        return [_argument(parts, each) for each in value]
    if isinstance(value, dict):
        return {str(key): _argument(parts, each) for key, each in value.items()}
    if isinstance(value, bool | int | float | str | None):
        return value
    raise Hole("a layer is called with what is not a tensor and not a plain value")


def _line(layer: KerasLayer) -> str:
    return f"line {layer.line}"
