"""Whether two graphs are the same, whatever their layers are called and in whichever order."""

from collections.abc import Collection
from typing import Any

from kerasmith.saved_model.graph import Call, Graph, Layer, Tensor, calls_of


def form(graph: Graph, closed: Collection[str] = ()) -> list[Any]:
    """Return a graph as calls in the order in which its outputs lead to them.

    Two graphs have the same form where they have the same layers, sharing and tensors. A layer
    whose name is among those `closed` is not looked into.
    """
    calls: dict[tuple[str, int], Call] = {(t.layer, t.call): call for t, call in calls_of(graph)}
    numbers: dict[str, int] = {tensor.layer: place for place, tensor in enumerate(graph.inputs)}
    order: dict[tuple[str, int], int] = {}
    found: list[Any] = []

    def visit(tensor: Tensor) -> tuple[Any, ...]:
        layer = graph.layers[tensor.layer]
        key = (tensor.layer, tensor.call)
        if layer.is_input:
            return "input", numbers[tensor.layer]
        if key not in order:
            given = [visit(each) for each in calls[key].given]
            numbers.setdefault(tensor.layer, len(numbers))
            order[key] = len(order)
            found.append((_kind(layer, closed), numbers[tensor.layer], given))
        return order[key], tensor.place

    ends = [visit(each) for each in graph.outputs]
    return [len(graph.inputs), *found, ends]


def _kind(layer: Layer, closed: Collection[str]) -> Any:
    if layer.name in closed:
        return "closed"
    if layer.operator:
        return "operator"
    if layer.inside:
        return form(layer.inside, closed)
    return (layer.class_name, form(layer.wraps, closed)) if layer.wraps else layer.class_name
