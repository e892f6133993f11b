"""What the code of a project builds: the model of its model.py, the fields of its Config."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kerasmith.errors import KerasmithError
from kerasmith.saved_model.graph import Graph, Shape
from kerasmith.saved_model.shapes import with_shapes
from kerasmith.source_code.computation import Steps, steps_of
from kerasmith.source_code.inspect_source import choose, labelled
from kerasmith.source_code.mistakes import loss_name, losses_of
from kerasmith.source_code.models import Read, read_models
from kerasmith.source_code.source import read_source
from kerasmith.source_code.to_graph import Doubt, graph_and_lines, names_of_ends
from kerasmith.source_code.values import Function, KerasModel, LossObject, OwnClass, Unknown, Value

BUILDS = "build_model"
"""The function of a project that builds its model."""


@dataclass(frozen=True)
class Built:
    """A model as code builds it; `unclear` says why the rest is not known."""

    class_name: str = ""
    line: int = 0
    steps: Steps = field(default_factory=lambda: Steps((), {}))
    inputs: Mapping[str, tuple[Shape | None, str]] = field(default_factory=dict)
    """The shape and dtype of each input."""
    losses: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, Value] = field(default_factory=dict)
    compiled: int = 0
    """The line in which it is compiled."""
    unclear: str = ""


@dataclass(frozen=True)
class Field:
    """A field of the class `Config`: its value and its line."""

    value: Value
    line: int


def read_built(path: Path, fields: Mapping[str, Value] | None = None) -> Built:
    """Read what the function `build_model` of a file builds, with these fields of its `Config`.

    Raises KerasmithError where there is no such file, or no code in it.
    """
    return built_of(path, read_models(read_source(path), fields))


def built_of(path: Path, read: Read, name: str = "") -> Built:
    """Return what code that was read builds: the model of a name, else that of a project."""
    models = labelled(read)
    try:
        model = choose(path, models, read, name or (BUILDS if BUILDS in models else ""))
    except KerasmithError as error:
        return Built(unclear=error.problems[0].what)
    try:
        graph, lines = graph_and_lines(model)
        return _built(model, with_shapes(graph, {}), lines)
    except RecursionError:
        why = "its layers are too many in a row to be compared"
        return Built(model.class_name, model.line, unclear=why)
    except Doubt as doubt:
        line = f" (line {doubt.why.line})" if doubt.why.line else ""
        return Built(model.class_name, model.line, unclear=f"{doubt.why.why}{line}")


def _built(model: KerasModel, graph: Graph, lines: Mapping[str, int]) -> Built:
    inputs, outputs = names_of_ends(model, graph)
    compiled = model.compiled[-1] if model.compiled else None
    losses: dict[str, str] = {}
    weights: Mapping[str, Value] = {}
    if compiled:
        names = dict(zip((each.layer for each in graph.outputs), outputs, strict=True))
        losses = {
            names.get(layer, layer): loss_name(loss) + _of_logits(loss)
            for layer, loss in losses_of(model, graph, compiled)
        }
        said = compiled.words.get("loss_weights")
        weights = said if isinstance(said, dict) else {}
    return Built(
        model.class_name,
        model.line,
        steps_of(graph, inputs, outputs, lines),
        {
            name: (graph.shapes.get(tensor), graph.dtypes.get(tensor.layer, "float32"))
            for name, tensor in zip(inputs, graph.inputs, strict=True)
        },
        losses,
        weights,
        compiled.line if compiled else 0,
    )


def _of_logits(loss: Value) -> str:
    return " from logits" if isinstance(loss, LossObject) and loss.from_logits else ""


def read_fields(path: Path) -> dict[str, Field]:
    """Return the fields of the class `Config` in a file, those whose values are known.

    Raises KerasmithError where there is no such file, or no code in it.
    """
    kind = read_models(read_source(path)).scope.names.get("Config")
    if not isinstance(kind, OwnClass):
        return {}
    lines = {
        target.id: node.lineno
        for node in kind.node.body
        if (target := getattr(node, "target", None)) is not None and hasattr(target, "id")
    }
    return {
        name: Field(value, lines.get(name, kind.node.lineno))
        for name, value in kind.names.items()
        if not isinstance(value, Function | Unknown)
    }
