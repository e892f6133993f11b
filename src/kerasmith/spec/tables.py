"""A spec as the tables of `kerasmith.toml`: only what the user said, in the order of the keys."""

from typing import Any

import msgspec

from kerasmith.spec.specification import FORMAT, Input, Output, Spec


def tables_of(spec: Spec) -> dict[str, Any]:
    """Return the tables that `read_spec` reads back as this spec."""
    sections = {
        "format": FORMAT,
        "project": plain(spec.project),
        "inputs": [_input(each) for each in spec.inputs],
        "outputs": [_output(each) for each in spec.outputs],
        "shared": [plain(each) for each in spec.shared],
        "model": plain(spec.model),
        "data": plain(spec.data),
    }
    return {name: section for name, section in sections.items() if section}


def _input(each: Input) -> dict[str, Any]:
    entry = {**_named(each), "kind": each.kind.kind, **plain(each.kind)}
    if each.encoder:
        entry["encoder"] = each.encoder.encoder
    return {**entry, **plain(each.hyperparameters)}


def _output(each: Output) -> dict[str, Any]:
    return {**_named(each), "kind": each.kind.kind, **plain(each.kind)}


def _named(each: Input | Output) -> dict[str, Any]:
    return {"name": each.name, "column": each.column} if each.column else {"name": each.name}


def plain(value: object) -> Any:
    """Return the value as TOML, YAML and JSON hold it: lists, no tuples."""
    return msgspec.json.decode(msgspec.json.encode(value))
