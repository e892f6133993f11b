"""The layers of a saved model as the code of a project's owner: all of them but plain heads.

What an input goes through by itself becomes its encoder, or that of several which share it; where
they meet, a merge of the owner's own begins.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from kerasmith.adopting.keras_2 import as_keras_3
from kerasmith.adopting.layer_code import is_plain_head
from kerasmith.adopting.lines import WIDTH, laid_out
from kerasmith.adopting.literals import Hole
from kerasmith.adopting.model_code import Module, Network, called
from kerasmith.adopting.regions import Node, Region, Tensor, Wires, regions
from kerasmith.catalogue.encoders.own_code import (
    FEATURES_GRAPH,
    FUNCTIONS,
    OWN_GRAPH,
    OWN_LAYERS,
)
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.errors import printable
from kerasmith.saved_model.findings import ModelFindings
from kerasmith.saved_model.graph import Graph, Weights
from kerasmith.saved_model.graph import Tensor as GraphTensor
from kerasmith.saved_model.heads import end_of, head_of
from kerasmith.saved_model.like import ModelImport, free_name
from kerasmith.saved_model.model_file import SavedModel
from kerasmith.saved_model.parameters import parameters_of
from kerasmith.saved_model.read_graph import shape_of

Config = Mapping[str, Any]
Tables = dict[str, Any]

_NAMES = {"build_model", "Config", "config", "model", "optimizer", FEATURES_GRAPH}
"""What a project's model.py calls its own."""


@dataclass(frozen=True)
class OwnCode:
    """The functions that are the owner's, and what a spec says of them.

    `inputs` are the encoders of the inputs, in their order, with what goes with them.
    """

    code: str
    functions: Collection[str]
    inputs: Sequence[Tables]
    shared: Sequence[Tables]
    model: Tables


@dataclass(frozen=True)
class _Model:
    """A saved model between the inputs and outputs of a spec, without the heads of the project."""

    graph: Graph
    weights: Weights
    config: Config
    inputs: Mapping[str, Tables]
    """The entries of the spec, by the layers that they are of."""
    outputs: Mapping[str, Tensor]
    heads: Mapping[str, Tensor]
    """The outputs whose heads are the project's, with the tensors that these give."""
    features: Tensor | None
    """What these heads are given."""

    @property
    def own_heads(self) -> list[str]:
        """The outputs that the owner's code gives."""
        return [name for name in self.outputs if name not in self.heads]

    @property
    def ends(self) -> list[Tensor]:
        """What the owner's code gives: the features of the heads, then outputs."""
        own = [self.outputs[name] for name in self.own_heads]
        return [self.features, *own] if self.features else own

    @property
    def names(self) -> dict[Tensor, str]:
        """What these ends are called in the code."""
        named = {self.features: "features"} if self.features else {}
        return named | {self.outputs[name]: name for name in self.own_heads}

    @property
    def units(self) -> int:
        """How many numbers the first of these ends holds.

        Raises Hole where the file does not say.
        """
        for layer, _, _ in self.heads.values():
            kernels = [each for each in self.weights.get(layer, {}).values() if len(each) == 2]
            shape = shape_of(self.graph.layers[printable(layer)].built)
            if shape and shape[0]:
                return shape[0]
            if kernels:
                return kernels[0][0]
        return self.size(self.ends[0])

    def size(self, tensor: Tensor) -> int:
        """Return how many numbers a tensor holds for one example; an open length counts once.

        Raises Hole where the file does not say.
        """
        layer, call, place = tensor
        shape = self.graph.shapes.get(GraphTensor(printable(layer), call, place))
        if shape is None:
            raise Hole(f"the shape of what {printable(layer)} gives is not in the file")
        return prod(size or 1 for size in shape)

    def count(self, nodes: Collection[Node]) -> Tables:
        """Return the weights of the layers of these nodes, where the file says all of them."""
        layers = {printable(layer) for layer, _ in nodes}
        counted = {name: each for name, each in self.graph.layers.items() if name in layers}
        count, unclear = parameters_of(replace(self.graph, layers=counted), self.weights)
        return {} if unclear else {"weights": count}


def own_code(found: ModelFindings, saved: SavedModel, made: ModelImport) -> OwnCode:
    """Return the code of a model, for a project with these inputs and outputs.

    Raises Hole where a part of it is nothing that code can be written for.
    """
    if found.graph is None:
        raise Hole(found.why_unknown)
    config = as_keras_3(_as_network(found.class_name, saved.config["config"]))
    model = _between(found.graph, saved.weights, config, made)
    names = [each["name"] for of in ("inputs", "outputs") for each in made.tables[of]]
    module = Module()
    module.variables |= {*names}
    module.names |= {*_NAMES, *(f"{n}_{ending}" for n in names for ending in FUNCTIONS.values())}
    writer = _Writer(module, Network(module, model.config, 0), model)
    if len(model.inputs) > 1:
        return writer.of_several(made)
    branches = found.structure.branches if found.structure else ()
    return writer.of_one(f"It is not a stack: {branches[0]}." if branches else "")


def _as_network(class_name: str, config: Any) -> Config:
    """Return the configuration of a Sequential as that of a graph."""
    if class_name != "Sequential":
        return dict(config)
    table = {"layers": config} if isinstance(config, list) else dict(config)
    given, *entries = table["layers"] or [{}]
    if given.get("class_name") != "InputLayer":
        entries.insert(0, given)
        shape = table.get("build_input_shape") or given["config"].get("batch_input_shape")
        given = {"class_name": "InputLayer", "config": {"batch_shape": shape, "name": "input"}}
    layers, before = [{**given, "inbound_nodes": []}], called(given)
    for entry in entries:
        tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [before, 0, 0]}}
        layers.append({**entry, "inbound_nodes": [{"args": [tensor], "kwargs": {}}]})
        before = called(entry)
    ends = {"input_layers": [called(given), 0, 0], "output_layers": [before, 0, 0]}
    return {**table, "layers": layers, **ends}


# === Heads ===


def _between(graph: Graph, weights: Weights, config: Config, made: ModelImport) -> _Model:
    """Return the model without the heads that a project can have."""
    network = Network(Module(), config, 0)
    entries, outputs = made.tables["outputs"], network.outputs()
    wires = network.wires(outputs)
    by_features: dict[Tensor, dict[str, Tensor]] = {}
    for entry, tensor, end in zip(entries, outputs, graph.outputs, strict=True):
        if tensor[0] in wires.inputs:
            raise Hole(f"its output {entry['name']} is one of its inputs")
        kind, head = OUTPUT_KINDS[entry["kind"]], end_of(graph, end)
        activation = head.activation if head else ""
        if activation != kind.activation and kind.activation != "linear":
            raise Hole(f"a {kind.kind} of a project has {kind.activation}, not {activation}")
        features = _given_to_head(graph, network, wires, tensor)
        if features and activation == kind.activation:
            by_features.setdefault(features, {})[entry["name"]] = tensor
    most = max(by_features.items(), key=lambda each: len(each[1]), default=None)
    features, heads = most or (None, {})
    layers = {tensor[0] for tensor in heads.values()}
    left = [each for each in config["layers"] if called(each) not in layers]
    inputs = dict(zip(network.inputs(), made.tables["inputs"], strict=True))
    named = {entry["name"]: tensor for entry, tensor in zip(entries, outputs, strict=True)}
    found = _Model(graph, weights, {**config, "layers": left}, inputs, named, heads, features)
    return replace(found, config={**found.config, "output_layers": [*map(list, found.ends)]})


def _given_to_head(graph: Graph, network: Network, wires: Wires, tensor: Tensor) -> Tensor | None:
    """Return the features that a plain dense layer is given, where an output comes from one."""
    layer, _, place = tensor
    entry, calls = network.entry(layer), wires.calls[layer]
    if entry.get("class_name") != "Dense" or place or len(calls) > 1 or not is_plain_head(entry):
        return None
    if tensor in wires.users or [*wires.ends].count(tensor) > 1:
        return None  # something goes on from what it gives
    head, (given,) = head_of(graph, GraphTensor(printable(layer), 0, 0)), wires.given[calls[0]]
    return given if head and head.flat is not False else None


# === Code ===


class _Writer:
    """The functions in the making."""

    def __init__(self, module: Module, network: Network, model: _Model) -> None:
        self._module, self._network, self._model = module, network, model
        self._wires = network.wires(model.ends)
        self._functions: list[list[str]] = []
        self._names: set[str] = set()

    def of_one(self, why: str) -> OwnCode:
        """Return the code of a model with one input; `why` says what makes it a graph."""
        model, wires = self._model, self._wires
        ((layer, entry),) = model.inputs.items()
        start, ends, nodes = (layer, 0, 0), model.ends, [*wires.order]
        last = (*nodes[-1], 0) if nodes else start
        one_end = ends == [last]
        alone = len(model.outputs) == 1
        if one_end and wires.is_row(nodes, start) and (alone or (nodes and not model.own_heads)):
            encoder = self._layers(entry["name"], nodes)
        else:
            encoder = self._graph(entry["name"], {start: entry["name"]}, nodes, ends, why)
        said = {"encoder": encoder, "units": model.units, **model.count(nodes)}
        return self._whole([said], [], {})

    def of_several(self, made: ModelImport) -> OwnCode:
        """Return the code of a model with several inputs."""
        model, wires = self._model, self._wires
        alike = {layer: _what_it_is(entry) for layer, entry in model.inputs.items()}
        found, rest = regions(wires, alike)
        encoders: dict[str, Tables] = {}
        shared: list[Tables] = []
        starts: dict[Tensor, str] = {}
        for region in found:
            names = [model.inputs[each]["name"] for each in region.inputs]
            stem = names[0]
            if len(names) > 1:
                taken = [*made.names.values(), *(each["name"] for each in shared)]
                stem = free_name(region.nodes[0][0], taken)
                shared.append({"name": stem, "inputs": names})
            said = {"encoder": self._encoder(stem, region), "units": model.size(region.ends[0])}
            said |= model.count(region.nodes)
            encoders |= dict.fromkeys(region.inputs, said)
            ends = zip(region.ends, names, strict=True)
            starts |= {tensor: f"{name}_features" for tensor, name in ends}
        self._merge(starts, rest)
        merge = {"merge": OWN_GRAPH, "units": model.units, **model.count(rest)}
        return self._whole([encoders[each] for each in model.inputs], shared, merge)

    def _whole(self, inputs: list[Tables], shared: list[Tables], model: Tables) -> OwnCode:
        own_heads = self._model.own_heads
        table = {**model, "own_heads": own_heads} if own_heads else model
        helpers = (each.strip("\n") + "\n" for each in self._module.functions)
        functions = ("\n".join(lines) + "\n" for lines in self._functions)
        imports = (f"{each}\n" for each in sorted(self._module.imports))
        code = "\n\n".join([*imports, *helpers, *functions])
        return OwnCode(code, self._names, inputs, shared, table)

    # === Functions ===

    def _encoder(self, stem: str, region: Region) -> str:
        """Write the function of an encoder, and return which encoder it is."""
        start = (region.inputs[0], 0, 0)
        if len(region.inputs) > 1:  # the same layers in a row for each of them
            return self._layers(stem, [*{node[0]: node for node in region.nodes}.values()])
        if region.nodes and self._wires.is_row(region.nodes, start):
            return self._layers(stem, region.nodes)
        return self._graph(stem, {start: stem}, region.nodes, region.ends, "")

    def _layers(self, stem: str, nodes: Sequence[Node]) -> str:
        """Write the function that returns layers in a row."""
        calls = self._network.row(nodes)
        lines = ["return [", *(f"    {call}," for call in calls), "]"] if calls else ["return []"]
        doc = "Return the layers in their order; they are yours, and updates leave them."
        self._names.add(f"{stem}_{FUNCTIONS[OWN_LAYERS]}")
        self._functions.append(
            [
                f"def {stem}_layers() -> list[keras.Layer]:",
                f'    """{doc}"""',
                *laid_out(lines, 4),
            ]
        )
        return OWN_LAYERS

    def _graph(
        self,
        stem: str,
        starts: Mapping[Tensor, str],
        nodes: Sequence[Node],
        ends: Sequence[Tensor],
        why: str,
    ) -> str:
        """Write the function that leads from an input to its features, or to outputs."""
        what = "the features of" if ends != self._model.ends or not self._model.own_heads else ""
        function = f"{stem}_{FUNCTIONS[OWN_GRAPH]}"
        doc = f"Return {what} {stem}" if what else f"Return what {stem} leads to"
        self._function(function, doc, why, starts, nodes, ends)
        return OWN_GRAPH

    def _merge(self, starts: Mapping[Tensor, str], nodes: Sequence[Node]) -> None:
        """Write the function that leads from the features of all inputs to those of the heads."""
        doc = "Return the features of all inputs"
        if self._model.own_heads:
            doc = "Return what the features of all inputs lead to"
        self._function(FEATURES_GRAPH, doc, "", starts, nodes, self._model.ends)

    def _function(
        self,
        name: str,
        doc: str,
        why: str,
        starts: Mapping[Tensor, str],
        nodes: Sequence[Node],
        ends: Sequence[Tensor],
    ) -> None:
        lines = self._network.lines_between(starts, nodes, ends, self._model.names)
        if len(lines[-1]) > WIDTH - 4 and len(ends) > 1:
            lines[-1] = f"return ({lines[-1].removeprefix('return ')})"
        given = ", ".join(f"{each}: keras.KerasTensor" for each in starts.values())
        result = "tuple[keras.KerasTensor, ...]" if len(ends) > 1 else "keras.KerasTensor"
        docs = [f'    """{doc}; the code is yours, and updates leave it.']
        if why and len(why) <= 90:
            docs += ["", f"    {why}", '    """']
        else:
            docs[0] += '"""'
        signature = laid_out([f"def {name}({given}) -> {result}:"], 0)
        self._names.add(name)
        self._functions.append([*signature, *docs, *laid_out(lines, 4)])


def _what_it_is(entry: Tables) -> object:
    """Return what inputs that share an encoder have in common; tables have columns of their own."""
    return {key: value for key, value in entry.items() if key != "name"}
