"""The values of a configuration as Python writes them."""

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kerasmith.source_code.keras_names import snake_case

FAMILIES = ("initializers", "regularizers", "constraints", "activations")
"""The modules of Keras whose objects stand in the configuration of a layer."""

_MODULE = re.compile(r"keras(\.\w+)*")
_CLASS = re.compile(r"[A-Za-z]\w{0,80}")


_USUAL = {
    "orthogonal": {"gain": 1.0},
    "random_uniform": {"minval": -0.05, "maxval": 0.05},
}
"""What the initializers that are layers' defaults say by themselves."""


@dataclass(frozen=True)
class Code:
    """A value that is code already, made of literals."""

    text: str


class Hole(Exception):
    """What of a model no code can be written for, and why."""


def literal(value: Any) -> str:
    """Return a plain value as code.

    Raises Hole where it is none.
    """
    if isinstance(value, str | int | float | bool | None):
        return _number(value) if isinstance(value, float) else _text(value)
    if isinstance(value, list | tuple):
        items = [literal(each) for each in value]
        return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"
    if isinstance(value, dict):
        return _object(value)
    if isinstance(value, Code):
        return value.text
    raise Hole(f"a value of the type {type(value).__name__} stands in it")


def _text(value: object) -> str:
    if not isinstance(value, str):
        return repr(value)
    text = repr(value)
    return f'"{text[1:-1]}"' if text[0] == "'" and '"' not in value and "\\'" not in text else text


def _number(value: float) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return f'float("{value}")'
    for whole in (255, 127.5):  # how pixels are scaled
        if value == 1 / whole:
            return f"1 / {whole}"
    return repr(value)


def _object(value: Mapping[str, Any]) -> str:
    """Return an object of Keras, such as an initializer, as the call that makes it."""
    class_name, config = value.get("class_name"), value.get("config")
    if class_name == "__tuple__":
        return literal(tuple(value.get("items", ())))
    if (
        class_name == "function"
        and isinstance(config, str)
        and value.get("registered_name")
        in (
            None,
            config,
        )
    ):
        return literal(config)
    if class_name == "DTypePolicy" and isinstance(config, dict):
        return literal(config.get("name"))
    module = str(value.get("module") or "")
    family = next((each for each in FAMILIES if f".{each}" in f".{module}"), "")
    if not family or not isinstance(class_name, str) or not _CLASS.fullmatch(class_name):
        raise Hole(f"an object of the class {str(class_name)[:60]!r} stands in it")
    if not _MODULE.fullmatch(module) or not isinstance(config, dict):
        raise Hole(f"{class_name} is not of Keras")
    words = [f"{name(key)}={literal(each)}" for key, each in config.items() if each is not None]
    return f"keras.{family}.{class_name}({', '.join(words)})"


def is_default(value: Any, default: Any) -> bool:
    """Say whether a configuration says what a layer does anyway."""
    if value == default or (isinstance(default, tuple) and value == list(default)):
        return True
    if isinstance(value, dict) and value.get("class_name") == "DTypePolicy":
        return bool(value.get("config", {}).get("name") == "float32")
    if isinstance(default, str) and isinstance(value, dict):
        config = value.get("config")
        name = snake_case(str(value.get("class_name")))
        usual = _USUAL.get(name, {})
        plain = isinstance(config, dict) and all(
            each is None or each == usual.get(key) for key, each in config.items()
        )
        return plain and name.removeprefix("random_") == default.lower()
    return default is None and value in ("linear", "channels_last")


def name(text: object) -> str:
    """Return what is a name in Python already.

    Raises Hole where it is none.
    """
    if not isinstance(text, str) or not text.isidentifier() or keyword.iskeyword(text):
        raise Hole(f"{str(text)[:60]!r} is not a name in Python")
    return text


def variable(text: str) -> str:
    """Return a name for a variable, after that of a layer."""
    found = re.sub(r"\W+", "_", text, flags=re.ASCII).strip("_").lower()[:60] or "layer"
    if found[0].isdigit() or keyword.iskeyword(found):
        found = f"layer_{found}"
    return found
