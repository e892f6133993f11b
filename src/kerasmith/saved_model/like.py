"""From a saved model to the tables of a spec: its inputs and outputs, and what could not be kept.

The file holds names, shapes and sizes of heads. It does not say what a number means; that is
guessed from the first layers and the last, and said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kerasmith.catalogue.outputs import Anomaly
from kerasmith.catalogue.value_types import NAME_LENGTH
from kerasmith.errors import KerasmithError, Problem, printable
from kerasmith.saved_model.findings import End, ModelFindings, inspect_model
from kerasmith.saved_model.graph import Graph, Layer, Tensor, calls_of
from kerasmith.saved_model.heads import Head, end_of
from kerasmith.saved_model.stretches import size
from kerasmith.spec.names import clash, suggested_part, suggested_project
from kerasmith.untrusted.bounds import LARGEST

OPEN_SIDE, OPEN_LENGTH = 64, 40
"""What an open height or width, and an open length, becomes."""

MOST_VALUES = 1000
"""Values, classes and columns that a spec holds at the most."""

Entry = dict[str, Any]


@dataclass
class ModelImport:
    """The tables of a spec like a saved model, and what they could not carry over, in words."""

    path: Path
    tables: dict[str, Any] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    """What the inputs and outputs are called in the spec."""
    unfit: list[str] = field(default_factory=list)
    """Those of the left out that are inputs and outputs."""


def like(path: Path) -> ModelImport:
    """Return the spec of a new project with the inputs and outputs of a saved model.

    Raises KerasmithError where the file has none that a spec can hold.
    """
    found = inspect_model(path)
    made = ends_of(path, found)
    for section in ("inputs", "outputs"):
        if not made.tables[section]:
            raise _unlike(path, " ".join(made.left_out) or f"The file has no {section}.")
    if found.graph and (shared := list(_shared(found.graph, found.against.shared, made))):
        made.tables["shared"] = shared
    made.left_out += (
        "The layers between inputs and outputs: kerasmith chooses its own (--branching, --set).",
        "What was learned: the new project trains from the start.",
    )
    return made


def ends_of(
    path: Path, found: ModelFindings, names: Mapping[str, str] | None = None
) -> ModelImport:
    """Return the inputs and outputs of a model, whatever is between them: nothing is shared.

    `names` are what some of them should be called instead.
    Raises KerasmithError where the file holds no graph.
    """
    if found.graph is None:
        raise _unlike(path, found.why_unknown)
    made = ModelImport(
        path, {"project": {"name": suggested_project(path.stem)}, "inputs": [], "outputs": []}
    )
    for tensor, end in zip(found.graph.inputs, found.inputs, strict=True):
        _add(made, "inputs", end, _input(found.graph, tensor, end, made), names or {})
    for number, (tensor, end) in enumerate(zip(found.graph.outputs, found.outputs, strict=True)):
        loss = found.losses.get(end.name) or found.losses.get(str(number), "")
        entry = _anomaly(found.graph, tensor)
        entry = entry or _output(end_of(found.graph, tensor), loss, end, made)
        _add(made, "outputs", end, entry, names or {})
    return made


def _unlike(path: Path, why: str) -> KerasmithError:
    return KerasmithError(
        Problem(
            f"No project can be made like {path.name}.",
            f"--like {path}",
            why,
            "--input and --output for its inputs and outputs",
        )
    )


def _add(
    made: ModelImport, section: str, end: End, entry: Entry | None, wanted: Mapping[str, str]
) -> None:
    """Add an entry under a name like the model's that a spec can have."""
    if entry is None:
        made.unfit.append(made.left_out[-1])
        return
    name = free_name(wanted.get(end.name, end.name), list(made.names.values()))
    made.names[end.name] = name
    if name != end.name:
        made.left_out.append(f"The name {printable(end.name)}: it is called {name}.")
    if entry["kind"] == "table":
        count = entry.pop("width")
        entry["columns"] = [{"name": f"{name}_{n}"} for n in range(1, count + 1)]
    made.tables[section].append({"name": name, **entry})


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """Return a name like the one wanted that a spec can have beside those that are taken."""
    base = suggested_part(wanted)
    name, number = base, 1
    while name in taken or clash(name, taken) or any(clash(each, [name]) for each in taken):
        number += 1
        name = f"{base[: NAME_LENGTH - 4]}{number}"
    return name


# === Inputs ===


def _input(graph: Graph, tensor: Tensor, end: End, made: ModelImport) -> Entry | None:
    """Return the kind and sizes of an input, guessed from its shape and what reads it."""
    readers = [graph.layers[t.layer] for t, call in calls_of(graph) if tensor in call.given]
    embedding = next((each for each in readers if each.class_name == "Embedding"), None)
    if end.dtype == "string":
        made.left_out.append(f"{end.name} is text of open length: {OPEN_LENGTH} words are read.")
        return {"kind": "text", "length": OPEN_LENGTH}
    if embedding and end.shape is not None and len(end.shape) < 2:
        return _ids(embedding, end, made)
    match end.shape:
        case (a, b, (1 | 3 | 4) as channels):
            height, width = (_sized(n, OPEN_SIDE, end, made, "pixels") for n in (a, b))
            return {"kind": "image", "shape": [height, width, channels]}
        case ((1 | 3 | 4) as channels, a, b):
            made.left_out.append(f"{end.name} has its channels first; kerasmith has them last.")
            height, width = (_sized(n, OPEN_SIDE, end, made, "pixels") for n in (a, b))
            return {"kind": "image", "shape": [height, width, channels]}
        case (steps, int(features)):
            length = _sized(steps, OPEN_LENGTH, end, made, "steps")
            return {"kind": "series", "steps": length, "features": features}
        case (int(width),) if 1 <= width <= MOST_VALUES:
            made.left_out.append(f"What the {width} numbers of {end.name} are called.")
            return {"kind": "table", "width": width}
    made.left_out.append(f"The input {end.name} of shape {size(end.shape) or 'unknown'}.")
    return None


def _ids(embedding: Layer, end: End, made: ModelImport) -> Entry:
    """Return the input that an embedding reads: one id is a category, several are words."""
    count = embedding.config.get("input_dim")
    known = count if type(count) is int and count <= LARGEST else 0
    if end.shape in ((1,), ()) and 3 <= known <= MOST_VALUES + 1:
        made.left_out.append(f"What the values of {end.name} are called.")
        return {"kind": "category", "values": [str(n) for n in range(known - 1)]}
    length = end.shape[0] if end.shape else 1
    return {
        "kind": "text",
        "length": _sized(length, OPEN_LENGTH, end, made, "words"),
        **({"vocabulary": known} if known >= 3 else {}),
    }


def _sized(number: int | None, instead: int, end: End, made: ModelImport, what: str) -> int:
    if number is not None:
        return number
    made.left_out.append(f"{end.name} takes any number of {what}: {instead} are taken.")
    return instead


def _shared(graph: Graph, layers: tuple[str, ...], made: ModelImport) -> Iterator[Entry]:
    """Yield the inputs that go straight into one layer, each in a call of its own."""
    taken: set[str] = set()
    for layer in layers:
        calls = graph.layers[layer].calls
        given = [call.given[0].layer for call in calls if len(call.given) == 1]
        names = {made.names[each] for each in given if each in made.names} - taken
        entries = [each for each in made.tables["inputs"] if each["name"] in names]
        kinds = [{k: v for k, v in each.items() if k != "name"} for each in entries]
        if len(names) == len(calls) and all(each == kinds[0] for each in kinds):
            taken |= names
            yield {"inputs": [each["name"] for each in entries]}
        else:
            made.left_out.append(f"That {layer} is used {len(calls)} times.")


# === Outputs ===


def _anomaly(graph: Graph, tensor: Tensor) -> Entry | None:
    """Return an anomaly where a project's layer compares an input with what is made of it."""
    layer = graph.layers[tensor.layer]
    given = {each for call in layer.calls for each in call.given}
    is_one = layer.class_name == "AnomalyScore" and given & {*graph.inputs}
    return {"kind": Anomaly.kind} if is_one else None


def _output(head: Head | None, loss: str, end: End, made: ModelImport) -> Entry | None:
    """Return the kind and size of an output, guessed from its head and its loss."""
    if head is None or not head.flat:
        why = (
            "gives more than one row of numbers"
            if head
            else "ends in no dense layer, nor in one whose shape is known"
        )
        if head and head.flat is None:
            why = "may give one row of numbers or several: the file does not hold its shape"
        made.left_out.append(f"The output {end.name}, which {why}.")
        return None
    if head.units > 1 and (head.activation == "softmax" or "categorical" in loss):
        return _classes("category", head.units, end, made)
    if head.activation == "sigmoid" or "binary" in loss:
        if head.units == 1:
            return {"kind": "binary"}
        return _classes("multilabel", head.units, end, made)
    if head.activation not in ("linear", ""):
        made.left_out.append(f"The activation {head.activation} of {end.name}.")
    return {"kind": "number", **({"size": head.units} if head.units != 1 else {})}


def _classes(kind: str, count: int, end: End, made: ModelImport) -> Entry:
    made.left_out.append(f"What the {count} classes of {end.name} are called.")
    return {"kind": kind, "classes": [str(number) for number in range(min(count, MOST_VALUES + 1))]}
