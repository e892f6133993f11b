"""The picture of a model as nodes and edges, from inputs to outputs."""

from collections.abc import Iterator
from typing import Any

from kerasmith.catalogue.flow import Flow
from kerasmith.plan.picture import encoder_lines, merge_lines, output_lines, size
from kerasmith.plan.planned import Plan


def drawing(plan: Plan) -> dict[str, Any]:
    """Return the nodes in their columns, each with its lines of text, and what leads to what."""
    nodes, edges = list(_nodes(plan)), list(_edges(plan))
    words = [f"{one} leads to {other}" for one, other in edges]
    return {"nodes": nodes, "edges": edges, "words": "; ".join(words)}


def _nodes(plan: Plan) -> Iterator[dict[str, Any]]:
    for each in plan.inputs:
        yield _node("in", each.name, "input", [each.name, f"{each.kind} {size(each.shape)}"])
    for encoder in plan.encoders:
        flow = Flow(encoder.flow)
        branching = "" if flow is Flow.STRAIGHT else flow.words
        shared = "shared" if len(encoder.inputs) > 1 else ""
        marks = [word for word in (shared, branching) if word]
        _, *more = encoder_lines(encoder)  # what is shared is a mark here
        yield _node("encoder", encoder.stem, "encoder", [encoder.encoder, *more], marks)
    if plan.merge:
        yield _node("merge", "", "merge", merge_lines(plan), ["merged"])
    if plan.trunk:
        lines = ["trunk", f"{plan.trunk} units", f"{plan.trunk_parameters:,} parameters"]
        yield _node("trunk", "", "trunk", lines)
    for output in plan.outputs:
        yield _node("out", output.name, "output", output_lines(output))


def _node(
    what: str, name: str, column: str, lines: list[str], marks: list[str] | None = None
) -> dict[str, Any]:
    return {"id": f"{what} {name}".strip(), "column": column, "lines": lines, "marks": marks or []}


def _edges(plan: Plan) -> Iterator[tuple[str, str]]:
    """Yield what leads to what, every edge once."""
    for encoder in plan.encoders:
        for name in encoder.inputs:
            yield f"in {name}", f"encoder {encoder.stem}"
        if plan.merge:
            yield f"encoder {encoder.stem}", "merge"
    source = "merge" if plan.merge else f"encoder {plan.encoders[0].stem}"
    if plan.trunk:
        yield source, "trunk"
        source = "trunk"
    for output in plan.outputs:
        yield source, f"out {output.name}"
