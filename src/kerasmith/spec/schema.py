"""The JSON Schema of `kerasmith.toml`, from the same types that check it."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import NODEFAULT, UNSET, Struct
from msgspec.structs import fields

from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.spec.keys import Named
from kerasmith.spec.names import recipe_names
from kerasmith.spec.specification import (
    FORMAT,
    MOST_INPUTS,
    DataSection,
    ModelSection,
    Project,
    Shared,
)


def json_schema() -> dict[str, Any]:
    """Return the schema, in draft 7 of JSON Schema: the one that all editors of TOML understand."""
    model = _object(ModelSection)
    model["properties"]["merge"]["enum"] = list(MERGES)
    project = _object(Project)
    for key in ("features", "jobs"):
        project["properties"][key]["items"]["enum"] = list(FEATURES)
    data = _object(DataSection)
    data["properties"]["sample"]["enum"] = recipe_names()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "kerasmith.toml",
        "description": "The inputs and outputs of a Keras model.",
        "type": "object",
        "additionalProperties": False,
        "required": ["project", "inputs", "outputs"],
        "properties": {
            "format": {"const": FORMAT, "description": "The version of this file's form."},
            "project": project,
            "inputs": _list("The inputs of the model.", list(_inputs())),
            "outputs": _list("The outputs of the model.", list(_outputs())),
            "shared": {
                "type": "array",
                "description": "Inputs of one kind and size that go through one encoder.",
                "items": _object(Shared),
            },
            "model": model,
            "data": data,
        },
    }


def _list(description: str, kinds: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "type": "array",
        "description": description,
        "minItems": 1,
        "maxItems": MOST_INPUTS,
        "items": {"oneOf": kinds},
    }


def _inputs() -> Iterator[dict[str, Any]]:
    """Yield an entry for each kind without an encoder, and one for each encoder."""
    for kind in INPUT_KINDS.values():
        yield _entry(kind.kind, Named, kind)
        for encoder in encoders_for(kind).values():
            entry = _entry(kind.kind, Named, kind)
            hyperparameters = _object(encoder)
            entry["description"] = hyperparameters["description"]
            entry["properties"] |= {
                "encoder": {"const": encoder.encoder},
                **hyperparameters["properties"],
            }
            entry["required"].append("encoder")
            yield entry


def _outputs() -> Iterator[dict[str, Any]]:
    for kind in OUTPUT_KINDS.values():
        yield _entry(kind.kind, Named, kind)


def _entry(kind: str, *structs: type[Struct]) -> dict[str, Any]:
    parts = [_object(struct) for struct in structs]
    properties: dict[str, Any] = {"kind": {"const": kind}}
    required = ["kind"]
    for part in parts:
        properties |= part["properties"]
        required += part["required"]
    return parts[-1] | {"properties": properties, "required": required}


def _object(struct: type[Struct]) -> dict[str, Any]:
    """Return the schema of one table; each key carries its sentence and its examples."""
    properties = {}
    required = []
    for each in fields(struct):
        properties[each.name] = _inline(msgspec.json.schema(each.type))
        if each.required:
            required.append(each.name)
        elif each.default not in (NODEFAULT, UNSET):
            properties[each.name]["default"] = each.default
    return {
        "type": "object",
        "description": (struct.__doc__ or "").strip().split("\n")[0],
        "additionalProperties": False,
        "properties": properties,
        "required": required,
    }


def _inline(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with the definitions of nested tables in the place of references.

    msgspec's is of a later draft, in which the items of a tuple are called otherwise.
    """
    definitions: dict[str, Any] = schema.pop("$defs", {})

    def resolved(value: Any) -> Any:
        if isinstance(value, dict):
            if "$ref" in value:
                return resolved(definitions[value["$ref"].rpartition("/")[2]])
            if "prefixItems" in value:
                value = {key: each for key, each in value.items() if key != "prefixItems"} | {
                    "items": value["prefixItems"],
                    "additionalItems": value["items"],
                }
            return {key: resolved(each) for key, each in value.items()}
        return [resolved(each) for each in value] if isinstance(value, list) else value

    inlined: dict[str, Any] = resolved(schema)
    return inlined
