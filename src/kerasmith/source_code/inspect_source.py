"""What a file of code says of a model: the same as a saved model's findings, with lines."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem, did_you_mean, printable
from kerasmith.saved_model.findings import ModelFindings, with_graph
from kerasmith.saved_model.graph import Graph
from kerasmith.source_code.keras_names import layer_class
from kerasmith.source_code.mistakes import mistakes_of
from kerasmith.source_code.models import Read, read_models
from kerasmith.source_code.source import read_source
from kerasmith.source_code.to_graph import Doubt, graph_and_lines
from kerasmith.source_code.values import Dotted, KerasModel, tensors_in

MOST_LISTED = 30
"""Models that are listed at the most."""


def inspect_source(path: Path, name: str = "") -> ModelFindings:
    """Read a model from a file of code; `name` chooses one of several.

    Raises KerasmithError where the file holds none, or several and none is chosen.
    """
    source = read_source(path)
    return inspect_read(path, read_models(source), name)


def inspect_read(path: Path, read: Read, name: str = "") -> ModelFindings:
    """Return what code that was read says of one of its models."""
    models = labelled(read)
    return found_in(read, choose(path, models, read, name), models)


def labelled(read: Read) -> dict[str, KerasModel]:
    """Return the models of a file by what they are called: a function, a variable, a number."""
    found: dict[str, KerasModel] = {}
    models = [each for each in read.machine.models if not each.foreign]
    inner = {id(each) for model in models for each in _inside(model)}
    returning = {each.returned for each in models}
    for model in models:
        own = (model.variable, model.name)
        function = "" if model.function in returning else model.function
        names = (model.returned, function, *own) if id(model) not in inner else own
        label = next(filter(None, names))
        number, unique = 1, label
        while unique in found:
            number += 1
            unique = f"{label}#{number}"
        found[unique] = model
    return found


def choose(path: Path, models: dict[str, KerasModel], read: Read, name: str) -> KerasModel:
    """Return the model that is meant: that of the name, or the only one that is in no other."""
    if not models:
        raise KerasmithError(_none(path, read))
    if name:
        found = _called(models, name)
        if len(found) == 1:
            return next(iter(found.values()))
        count = "several models" if found else "no model"
        what = f"{printable(path.name)} has {count} called {printable(name)}."
        try_ = did_you_mean(name, models) if not found else _try(path, found)
        raise KerasmithError(Problem(what, str(path), _listed(read, found or models), try_))
    inner = {id(each) for model in models.values() for each in _inside(model)}
    outer = {label: model for label, model in models.items() if id(model) not in inner}
    if len(outer) == 1:
        return next(iter(outer.values()))
    what = f"{printable(path.name)} has {len(outer or models)} models."
    listed = outer or models
    raise KerasmithError(Problem(what, str(path), _listed(read, listed), _try(path, listed)))


def _called(models: dict[str, KerasModel], name: str) -> dict[str, KerasModel]:
    """Return the models that a name may mean: their own, else that of their function."""
    by = (
        lambda label, model: (label, model.variable, model.name),
        lambda _, model: model.variables,
        lambda _, model: (model.returned,),
        lambda _, model: (model.function,),
    )
    for names in by:
        if found := {label: each for label, each in models.items() if name in names(label, each)}:
            return found
    return {}


def _listed(read: Read, models: dict[str, KerasModel]) -> str:
    lines = [
        f"{printable(label)} ({model.class_name}, {read.source.place(model.line)})"
        for label, model in models.items()
    ]
    more = f", and {len(lines) - MOST_LISTED} more" if len(lines) > MOST_LISTED else ""
    return f"They are {', '.join(lines[:MOST_LISTED])}{more}."


def _try(path: Path, models: dict[str, KerasModel]) -> str:
    return f"kerasmith decide {path} --name {next(iter(models))}"


def _none(path: Path, read: Read) -> Problem:
    layers = any(
        isinstance(each, Dotted) and layer_class(each.path) for each in read.scope.names.values()
    )
    why = "It makes layers, and no model of them." if layers else "It builds no Keras model."
    if outside := next((each for each in read.machine.models if each.foreign), None):
        why = (
            f"It makes a {outside.class_name}, whose layers are not in the code, and nothing of it."
        )
    return Problem(
        f"{printable(path.name)} has no model.",
        str(path),
        why,
        "the file in which keras.Sequential or keras.Model is called",
    )


def _inside(model: KerasModel) -> Iterator[KerasModel]:
    """Yield the models that are layers of a model."""
    left, seen = [*(model.stack or ()), *_reached(model)], {id(model)}
    while left:
        layer = left.pop()
        for each in (layer, layer.wraps):
            if isinstance(each, KerasModel) and id(each) not in seen:
                seen.add(id(each))
                yield each
                left += [*(each.stack or ()), *_reached(each)]


def _reached(model: KerasModel) -> Iterator:  # type: ignore[type-arg]
    seen: set[tuple[int, int]] = set()
    left = tensors_in(model.outputs)
    while left:
        tensor = left.pop()
        if (id(tensor.layer), tensor.call) not in seen:
            seen.add((id(tensor.layer), tensor.call))
            yield tensor.layer
            left += tensor.layer.calls[tensor.call].given


def found_in(read: Read, model: KerasModel, models: dict[str, KerasModel]) -> ModelFindings:
    """Return what code says of one of its models."""
    source = read.source
    graph: Graph | None = None
    places: dict[str, int] = {}
    unknown = ""
    try:
        graph, places = graph_and_lines(model)
    except Doubt as doubt:
        at = f" ({source.place(doubt.why.line)})" if doubt.why.line else ""
        unknown = f"{_sentence(doubt.why.why)}{at}."
    found = ModelFindings(
        source.path,
        source.form,
        "",
        printable(model.class_name),
        name=printable(model.name),
        at=source.place(model.line),
        line=model.line,
        mistakes=tuple(
            replace(each, at=source.place(each.line))
            for each in mistakes_of(read.toolbox, model, graph, places)
        ),
        notes=tuple(_notes(model, models)),
    )
    if graph is None:
        return replace(found, why_unknown=unknown)
    lines = {name: source.place(line) for name, line in places.items()}
    return replace(with_graph(found, graph, {}, {}), lines=lines)


def _sentence(text: str) -> str:
    text = printable(text)
    return f"{text[:1].upper()}{text[1:]}"


def _notes(model: KerasModel, models: dict[str, KerasModel]) -> Iterator[str]:
    others = [label for label, each in models.items() if each is not model]
    if others:
        more = ", …" if len(others) > 8 else ""
        yield f"There are other models: {', '.join(others[:8])}{more} (--name chooses)."
    for each in dict.fromkeys(each.class_name for each in _inside(model) if each.foreign):
        yield f"{each} counts as one layer: its own layers are not in the code."
    if model.assumed:
        yield f"Nothing in the file calls it, so it was read with {model.assumed}."
