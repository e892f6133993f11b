"""The names of Keras: under which paths people write them, and what a layer is called with."""

import ast
import re
from functools import cache
from pathlib import Path

_ROOTS = (
    "tensorflow.keras",
    "tensorflow.python.keras",
    "tensorflow.compat.v1.keras",
    "tensorflow.compat.v2.keras",
    "tf_keras",
)
"""Where Keras was or is, besides in `keras`."""

MERGES = {
    "add": "Add",
    "average": "Average",
    "concatenate": "Concatenate",
    "dot": "Dot",
    "maximum": "Maximum",
    "minimum": "Minimum",
    "multiply": "Multiply",
    "subtract": "Subtract",
}
"""The functions of keras.layers that make a layer and call it at once."""

MODELS = ("Model", "Sequential", "Functional")

APPLICATIONS = "keras.applications."

FOR_ALL = ("name", "dtype", "trainable")
"""What any layer may be called with."""


def keras_path(path: str) -> str:
    """Return the name of something of Keras as it begins with `keras`; others as they are."""
    for root in _ROOTS:
        if path == root or path.startswith(f"{root}."):
            return f"keras{path[len(root) :]}"
    return path


def layer_class(path: str) -> str:
    """Return the class of the layer that a path names; empty where it names none."""
    first, _, rest = path.partition(".")
    module, _, name = rest.rpartition(".")
    if first == "keras" and (module.partition(".")[0] in ("layers", "engine") or not module):
        name = LEGACY_ALIASES.get(name, name)
        return _classes().get(name, "")
    return ""


LAYER_SCALE = "keras.src.applications.convnext.LayerScale"
"""A layer of ConvNeXt that Keras exports under no other name."""

LEGACY_ALIASES = {"CuDNNLSTM": "LSTM", "CuDNNGRU": "GRU", "Deconvolution2D": "Conv2DTranspose"}
"""Layers that Keras 3 has under another name only."""


@cache
def _lines() -> dict[str, str]:
    text = Path(__file__).with_name("keras_layers.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if name := re.match(r"(?:def )?(\w+)", line):
            found[name[1]] = line
    return found


@cache
def _classes() -> dict[str, str]:
    """Return the class of each layer by the names that it has."""
    return {
        name: name if line.startswith("def ") else line.split()[-1]
        for name, line in _lines().items()
    }


def layer_names() -> tuple[str, ...]:
    """Return the names of all layers, and of the functions beside them."""
    return (*_classes(), *MERGES, "Input")


@cache
def parameters_of(class_name: str) -> dict[str, object]:
    """Return the parameters of a layer in their order, with their defaults, `...` where is none."""
    definition = ast.parse(_lines()[class_name]).body[0]
    if not isinstance(definition, ast.FunctionDef):
        return {}
    names = [each.arg for each in definition.args.args]
    values = [ast.literal_eval(each) for each in definition.args.defaults]
    defaults: list[object] = [...] * (len(names) - len(values))
    found = dict(zip(names, [*defaults, *values], strict=True))
    for each, default in zip(definition.args.kwonlyargs, definition.args.kw_defaults, strict=True):
        found[each.arg] = ... if default is None else ast.literal_eval(default)
    return found


def snake_case(name: str) -> str:
    """Return the name that Keras makes of that of a class: `Conv2D` gives `conv2d`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def camel_case(name: str) -> str:
    """Return the class of an operator: `get_item` gives `GetItem`."""
    return "".join(each.capitalize() for each in name.split("_"))
