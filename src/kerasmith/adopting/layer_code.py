"""The layers of a configuration as the calls that make them."""

from collections.abc import Mapping
from typing import Any

from kerasmith.adopting.literals import Code, Hole, is_default, literal, name
from kerasmith.source_code.keras_names import LAYER_SCALE, layer_class, parameters_of

_NEVER = ("name", "dtype", "trainable", "batch_input_shape", "build_config", "compile_config")

_SIDES = ("dilation_rate", "kernel_size", "pool_size", "strides")
"""The arguments that a layer takes as one number for all sides, too."""

_INNER = ("layer", "cell", "cells", "backward_layer")
"""The arguments that are layers themselves."""


def layer_code(entry: Mapping[str, Any], called: str | Code = "") -> str:
    """Return the call that makes a layer; `called` is its name, where it is to have one.

    Raises Hole where a layer is not of Keras, or holds code.
    """
    class_name, config = str(entry.get("class_name")), entry.get("config")
    module = str(entry.get("module") or "keras.layers")
    if not isinstance(config, dict):
        raise Hole(f"{class_name} has no configuration")
    if is_layer_scale(entry):
        words = [f"{key}={literal(config.get(key))}" for key in LAYER_SCALE_ARGUMENTS]
        return f"LayerScale({', '.join([*words, f'name={literal(called)}'])})"
    known = layer_class(f"keras.layers.{class_name}")
    if not known or module.partition(".")[0] not in ("keras", "tf_keras", "tensorflow"):
        raise Hole(f"{class_name} is not a layer of keras.layers")
    if class_name == "Lambda":
        raise Hole("a Lambda holds Python code, which is never executed")
    config = _with_one_layer(config) if class_name == "Bidirectional" else config
    return f"layers.{class_name}({', '.join(_arguments(known, config, called))})"


LAYER_SCALE_ARGUMENTS = ("init_values", "projection_dim")


def is_layer_scale(entry: Mapping[str, Any]) -> bool:
    """Say whether a layer is the one of ConvNeXt that Keras does not export."""
    return f"{entry.get('module')}.{entry.get('class_name')}" == LAYER_SCALE


def added_scaled(entry: Mapping[str, Any]) -> object:
    """Return by what a layer of InceptionResNetV2 scales its second input before it adds it.

    None for any other layer.
    """
    is_one = f"{entry.get('module')}.{entry.get('class_name')}" == _ADDED_SCALED
    return entry["config"].get("scale") if is_one else None


_ADDED_SCALED = "keras.src.applications.inception_resnet_v2.CustomScaleLayer"


def _with_one_layer(config: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a Bidirectional without its second layer, where Keras makes that of the first."""
    forward, backward = config.get("layer"), config.get("backward_layer")
    if not isinstance(forward, dict) or not isinstance(backward, dict):
        return config
    one, other = forward.get("config"), backward.get("config")
    if not isinstance(one, dict) or not isinstance(other, dict):
        return config
    name = str(one.get("name")).removeprefix("forward_")
    mirrored = {**one, "name": f"backward_{name}", "go_backwards": True}
    if one.get("go_backwards") or forward.get("class_name") != backward.get("class_name"):
        return config
    if _without_ids(mirrored) != _without_ids(other):
        return config
    first = {**forward, "config": {**one, "name": name}}
    return {key: value for key, value in config.items() if key != "backward_layer"} | {
        "layer": first
    }


def _without_ids(value: Any) -> Any:
    """Return a configuration without the numbers by which Keras knows objects again."""
    if isinstance(value, list):
        return [_without_ids(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_ids(each) for key, each in value.items() if key != "shared_object_id"}


def is_plain_head(entry: Mapping[str, Any]) -> bool:
    """Say whether a dense layer says nothing that the heads of projects do not say."""
    config = {**entry["config"], "kernel_initializer": None, "bias_initializer": None}
    said = {word.partition("=")[0] for word in _arguments("Dense", config, "")[1:]}
    return said <= {"activation", "kernel_initializer", "bias_initializer"}


def _arguments(class_name: str, config: Mapping[str, Any], called: str | Code) -> list[str]:
    parameters = parameters_of(class_name)
    words: list[str] = []
    positional = True
    for key, default in parameters.items():
        if key in _NEVER or key not in config:
            positional = False
            continue
        value = config[key]
        if default is not ... and (is_default(value, default) or _follows(key, config)):
            positional = False
            continue
        code = _inner(value) if key in _INNER else literal(_as_one(key, value))
        words.append(code if positional and default is ... else f"{key}={code}")
    words += [
        f"{name(key)}={literal(value)}"
        for key, value in config.items()
        if key not in parameters and key not in _NEVER and value not in (None, False)
    ]
    if config.get("trainable") is False:
        words.append("trainable=False")
    if config.get("dtype") is not None and not is_default(config["dtype"], "float32"):
        words.append(f"dtype={literal(config['dtype'])}")
    if called and called != Code(""):
        words.append(f"name={literal(called)}")
    return words


def _as_one(key: str, value: Any) -> Any:
    """Return one number in the place of the same number for each side of a window."""
    alike = isinstance(value, list) and len(value) > 1 and value == value[:1] * len(value)
    return value[0] if alike and key in _SIDES else value


def _follows(key: str, config: Mapping[str, Any]) -> bool:
    """Say whether an argument says what follows from another one."""
    other = {"value_dim": "key_dim", "strides": "pool_size"}.get(key)
    return other is not None and other in config and config[key] == config[other]


def _inner(value: Any) -> str:
    if value is None:
        return "None"
    if isinstance(value, list):
        return f"[{', '.join(_inner(each) for each in value)}]"
    if not isinstance(value, dict) or "layers" in value.get("config", {}):
        raise Hole("it applies a model to each step")
    called = value.get("config", {}).get("name")
    return layer_code(value, called if isinstance(called, str) else "")


def input_code(config: Mapping[str, Any], called: str) -> str:
    """Return the call that makes an input."""
    shape = config.get("batch_shape") or config.get("batch_input_shape")
    if not isinstance(shape, list):
        raise Hole(f"the input {called} has no shape")
    words = [literal(tuple(shape[1:])) if len(shape) > 1 else "()"]
    if shape[0] is not None:
        words.append(f"batch_size={literal(shape[0])}")
    if config.get("dtype") not in (None, "float32"):
        words.append(f"dtype={literal(config['dtype'])}")
    if config.get("sparse"):
        words.append("sparse=True")
    return f"keras.Input({', '.join([*words, f'name={literal(called)}'])})"
