"""The catalogue as one JSON value: what a page, an editor or another tool needs to know of it.

Its form has a version of its own, `FORMAT`: keys may be added under one number, and none goes or
changes its meaning. docs/web.md describes it.
"""

from collections.abc import Iterator
from typing import Any

from kerasmith import __version__
from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.encoders import Encoder, encoders_for
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.decision.rules import RULES
from kerasmith.render.jinja import content_hash
from kerasmith.render.render import templates_dir
from kerasmith.report import feature_json, recipe_json
from kerasmith.report_decision import rule_json
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.schema import json_schema

FORMAT = 1
"""The version of the form of the description."""


def describe() -> dict[str, Any]:
    """Return everything that the catalogue knows, in the order of the catalogue."""
    return {
        "format": FORMAT,
        "kerasmith": __version__,
        "templates": content_hash(templates_dir()),
        "inputs": [
            {**_kind(kind), "encoders": list(_encoders(kind))} for kind in INPUT_KINDS.values()
        ],
        "outputs": [_kind(kind) for kind in OUTPUT_KINDS.values()],
        "flows": [{"name": flow.value, "words": flow.words} for flow in Flow],
        "merges": [{"name": each.name, "summary": each.summary} for each in MERGES.values()],
        "backends": [{"name": each.name, "title": each.title} for each in BACKENDS.values()],
        "features": [feature_json(each) for each in FEATURES.values()],
        "rules": [rule_json(rule) for rule in RULES],
        "recipes": [recipe_json(load_recipe(name)) for name in recipe_names()],
        "schema": json_schema(),
    }


def _kind(kind: type[InputKind] | type[OutputKind]) -> dict[str, Any]:
    """Return a kind: what it is, what the data holds for it, and how a flag writes its size."""
    return {
        "kind": kind.kind,
        "summary": _sentence(kind),
        "in_the_table": kind.in_the_table,
        "size": {"example": kind.size_hint, "question": kind.size_asked}
        if kind.size_hint
        else None,
    }


def _encoders(kind: type[InputKind]) -> Iterator[dict[str, Any]]:
    for encoder in encoders_for(kind).values():
        yield {
            "encoder": encoder.encoder,
            "summary": _sentence(encoder),
            "flow": encoder.flow.value,
            "source": encoder.source,
        }


def _sentence(entry: type[InputKind] | type[OutputKind] | type[Encoder[Any]]) -> str:
    """Return the first paragraph of what an entry says of itself, on one line."""
    return " ".join((entry.__doc__ or "").split("\n\n")[0].split())
