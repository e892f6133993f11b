"""What a saved model is: its inputs and outputs, what rules out a Sequential, and the notes."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kerasmith.counts import counted
from kerasmith.decision.structure import Structure, listed
from kerasmith.errors import printable
from kerasmith.saved_model.graph import (
    Graph,
    Layer,
    Shape,
    Tensor,
    Weights,
    calls_of,
    places_of,
)
from kerasmith.saved_model.heads import head_of
from kerasmith.saved_model.mistake import Mistake
from kerasmith.saved_model.model_file import SavedModel, read_model
from kerasmith.saved_model.parameters import parameters_of
from kerasmith.saved_model.read_graph import Unclear, graph_of, holds_graph
from kerasmith.saved_model.shapes import with_shapes
from kerasmith.untrusted.bounds import NO_MODEL, SAVED, Unreadable, answered


@dataclass(frozen=True)
class Against:
    """The layers that a Sequential has no room for, by the reason; a layer may have several."""

    shared: tuple[str, ...] = ()
    """Used more than once."""
    merging: tuple[str, ...] = ()
    """Given several tensors at once."""
    parting: tuple[str, ...] = ()
    """What they give goes more than one way."""
    several: tuple[str, ...] = ()
    """They give several tensors."""

    @property
    def layers(self) -> tuple[str, ...]:
        """All of them, each once."""
        return tuple(dict.fromkeys((*self.shared, *self.merging, *self.parting, *self.several)))


@dataclass(frozen=True)
class End:
    """An input or an output: its name, and shape and dtype where the file says."""

    name: str
    shape: Shape | None
    dtype: str = ""
    activation: str = ""
    """Of an output: what its numbers go through last."""


@dataclass(frozen=True)
class ModelFindings:
    """What a file says of a model; `graph` and `structure` are None where it holds no graph."""

    path: Path
    form: str
    version: str
    class_name: str
    name: str = ""
    graph: Graph | None = None
    structure: Structure | None = None
    why_unknown: str = ""
    """Why the file does not hold a graph; empty where it does."""
    against: Against = Against()
    parameters: int | None = None
    uncounted: tuple[str, ...] = ()
    """The classes of layers whose parameters the file does not hold."""
    losses: Mapping[str, str] = field(default_factory=dict)
    """The loss of each output, by name or place, where the model was compiled."""
    notes: tuple[str, ...] = ()
    at: str = ""
    """Where in a file of code it is made."""
    line: int = 0
    """The same as a number."""
    lines: Mapping[str, str] = field(default_factory=dict)
    """Where in a file of code each layer is made."""
    mistakes: tuple[Mistake, ...] = ()

    @property
    def inputs(self) -> tuple[End, ...]:
        """The inputs of the model."""
        graph = self.graph
        return tuple(_end(graph, each) for each in graph.inputs) if graph else ()

    @property
    def outputs(self) -> tuple[End, ...]:
        """The outputs of the model."""
        graph = self.graph
        return tuple(_end(graph, each) for each in graph.outputs) if graph else ()


def inspect_model(path: Path) -> ModelFindings:
    """Read a saved model.

    Raises KerasmithError where the file holds none that can be read.
    """
    saved = read_model(path)
    with answered(path, NO_MODEL, SAVED):
        return _found(path, saved)


def _found(path: Path, saved: SavedModel) -> ModelFindings:
    class_name, config = saved.config.get("class_name"), saved.config.get("config")
    if not isinstance(class_name, str) or not isinstance(config, dict | list):
        raise Unreadable("Its configuration has no class_name and config.")
    found = ModelFindings(
        path, saved.form, _shown(saved.version), _shown(class_name), notes=saved.notes
    )
    if not holds_graph(class_name, config):
        return replace(found, why_unknown=_SUBCLASSED.format(found.class_name))
    try:
        graph = graph_of(found.class_name, config)
        return with_graph(found, graph, saved.weights, dict(_losses(saved, graph)))
    except Unclear as error:
        raise Unreadable(str(error)) from None


def with_graph(
    found: ModelFindings, graph: Graph, weights: Weights, losses: Mapping[str, str]
) -> ModelFindings:
    """Add what the graph says, and the shapes of weights where a file holds them."""
    graph = with_shapes(graph, weights)
    against = against_of(graph)
    parameters, uncounted = parameters_of(graph, weights)
    return replace(
        found,
        name=_shown(graph.name),
        graph=graph,
        structure=_structure(graph, against),
        against=against,
        parameters=parameters,
        uncounted=uncounted,
        losses=losses,
        notes=(*_notes(graph), *found.notes),
    )


def _shown(text: str) -> str:
    return printable(text[:100])


_SUBCLASSED = (
    "{} is a subclassed model: how data flows is in its Python code, which the file does not hold."
)


# === Structure ===


def against_of(graph: Graph) -> Against:
    """Return the layers that rule out a Sequential; a model used as a layer counts as one."""
    uses: Counter[Tensor] = Counter(graph.outputs)
    merging: dict[str, None] = {}
    for _, call in calls_of(graph):
        uses.update(call.given)
    for tensor, call in calls_of(graph):
        if len(call.given) > 1:
            merging[tensor.layer] = None
    several = {tensor.layer for tensor in uses if tensor.place}
    several |= {name for name, layer in graph.layers.items() if len(places_of(layer)) > 1}
    return Against(
        shared=tuple(name for name, layer in graph.layers.items() if len(layer.calls) > 1),
        merging=tuple(merging),
        parting=tuple(dict.fromkeys(tensor.layer for tensor, count in uses.items() if count > 1)),
        several=tuple(name for name in graph.layers if name in several),
    )


def _structure(graph: Graph, against: Against) -> Structure:
    return Structure(
        inputs=tuple(_end(graph, each).name for each in graph.inputs),
        outputs=tuple(_end(graph, each).name for each in graph.outputs),
        shared=tuple(_shared(graph.layers[name]) for name in against.shared),
        branches=tuple(_branches(against)),
    )


def _losses(saved: SavedModel, graph: Graph) -> Iterator[tuple[str, str]]:
    """Yield the losses that a model was compiled with, in lower case."""
    compiled = saved.config.get("compile_config")
    said = compiled.get("loss") if isinstance(compiled, dict) else None
    if isinstance(said, list):
        said = {str(number): each for number, each in enumerate(said)}
    elif not isinstance(said, dict) or "class_name" in said:
        said = {str(number): said for number in range(len(graph.outputs))}
    for name, loss in said.items():
        if isinstance(loss, dict):
            loss = loss.get("class_name")
        if isinstance(loss, str):
            yield name, loss.lower()


def _shared(layer: Layer) -> str:
    return f"{layer.name} ({layer.class_name}) is used {len(layer.calls)} times"


def _branches(against: Against) -> Iterator[str]:
    if against.merging:
        yield f"several tensors go into {_first(against.merging)}"
    if against.parting:
        yield f"what {_first(against.parting)} {_gives(against.parting)} goes more than one way"
    if against.several:
        yield f"{_first(against.several)} {_gives(against.several)} several tensors"


def _first(names: tuple[str, ...], most: int = 4) -> str:
    """Return the names as a sentence lists them, of many the first; all are in `Against`."""
    more = len(names) - most + 1
    return listed(names if more < 2 else (*names[: most - 1], f"{more} more"))


def _gives(names: tuple[str, ...]) -> str:
    return "give" if len(names) > 1 else "gives"


def _end(graph: Graph, tensor: Tensor) -> End:
    place = f"[{tensor.place}]" if tensor.place else ""
    shape, dtype = graph.shapes.get(tensor), graph.dtypes.get(tensor.layer, "")
    head = None if graph.layers[tensor.layer].is_input else head_of(graph, tensor)
    if head and head.flat:
        shape = (head.units,)
    return End(f"{tensor.layer}{place}", shape, dtype, head.activation if head else "")


# === Notes ===


def _notes(graph: Graph) -> Iterator[str]:
    if graph.class_name not in ("Functional", "Model", "Sequential"):
        yield (
            f"{graph.class_name} is a class of its owner's: what its code does beside the graph is "
            "not in the file."
        )
    yield from _operator_notes(graph)
    yield from _nested_notes(graph)
    for tensor, call in calls_of(graph):
        layer = graph.layers[tensor.layer]
        said = [each for each in call.said if layer.inside or each != "training=False"]
        if said and not layer.operator:  # an RNN is always saved with training=False
            yield f"{layer.name} is called with {', '.join(said)}, as no Sequential does."
    if graph.class_name == "Sequential" and len(graph.outputs) > 1:
        yield (
            f"Keras lets a Sequential end in a layer that gives {len(graph.outputs)} tensors; "
            "the document counts that as several outputs."
        )


def _operator_notes(graph: Graph) -> Iterator[str]:
    operators = tuple(name for name, layer in graph.layers.items() if layer.operator)
    if operators:
        them = "an operator and counts" if len(operators) == 1 else "operators and count"
        article = "is" if len(operators) == 1 else "are"
        yield (
            f"{listed(operators)} {article} {them} as a layer: a Sequential would need a layer "
            "for each."
        )


def _nested_notes(graph: Graph) -> Iterator[str]:
    for name, layer in graph.layers.items():
        if within := layer.inside or layer.wraps:
            count = sum(not each.is_input for each in within.layers.values())
            what = "applies a model of" if layer.wraps else "is a model of"
            yield (
                f"{name} {what} {counted(count, 'layer')} and counts as one layer here; inside, "
                f"{_flow(within)}."
            )


def _flow(graph: Graph) -> str:
    """Return how data flow in a model that counts as a layer, at any depth of it."""
    if branching := tuple(_branching(graph)):
        return f"data branches in it, at {_first(branching)}"
    if own := tuple(_own(graph)):
        return f"it is a stack as far as the file says: {_first(own)} {_are(own)} Python code"
    return "it is a stack"


def _branching(graph: Graph, at: str = "") -> Iterator[str]:
    """Yield the layers at which data branch, those of models inside with the way to them."""
    yield from (f"{at}{name}" for name in against_of(graph).layers)
    for name, layer in graph.layers.items():
        if within := layer.inside or layer.wraps:
            yield from _branching(within, f"{at}{name} > ")


def _own(graph: Graph, at: str = "") -> Iterator[str]:
    """Yield the layers whose class is their owner's, at any depth."""
    for name, layer in graph.layers.items():
        if within := layer.inside or layer.wraps:
            yield from _own(within, f"{at}{name} > ")
        elif layer.own:
            yield f"{at}{name}"


def _are(names: tuple[str, ...]) -> str:
    return "are" if len(names) > 1 else "is"
