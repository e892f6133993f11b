"""What a model computes, step by step, whatever its code looks like.

A model that is used as a layer is laid open, names are left out, and the order is the one in which
the outputs need the steps. So two models have the same steps where they compute the same.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kerasmith.saved_model.graph import Call, Graph, Layer, Tensor, calls_of
from kerasmith.source_code.keras_names import parameters_of

_EITHER_WAY = ("Add", "Average", "Maximum", "Minimum", "Multiply")
"""Layers and operators that give the same whichever tensor comes first."""

_NO_MATTER = ("name", "trainable", "batch_input_shape", "seed")
"""What a configuration says that changes nothing of what a layer computes."""

_TAKE_ACTIVATIONS = ("Dense", "Conv", "SeparableConv", "DepthwiseConv", "EinsumDense")
"""What the classes of layers begin with that apply an activation to what they give."""

_LAYERS_OF_OPERATORS = ("Add", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract")
"""Operators between tensors that do what the layers of their names do."""


def _defaults(class_name: str) -> dict[str, Any]:
    return dict(sorted(parameters_of(class_name).items()))


_AS_LAYERS = {"relu": "ReLU", "softmax": "Softmax"}
"""Activations that have layers of their own."""

_ACTIVATIONS = {
    (class_name, repr(_defaults(class_name))): name for name, class_name in _AS_LAYERS.items()
} | {
    ("Activation", repr({"activation": name})): name
    for name in ("sigmoid", "tanh", "elu", "selu", "gelu", "silu", "swish", "softplus")
}
"""The activations that layers are, by class and configuration."""


@dataclass(frozen=True)
class Step:
    """One call of a layer: which layer it is, by number, and which steps or inputs it is given."""

    class_name: str
    name: str
    layer: int
    given: tuple[int | str, ...]
    config: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    inputs: frozenset[str] = frozenset()
    """The inputs of the model that lead to it."""


@dataclass(frozen=True)
class Steps:
    """All steps of a model, and the step or input that each output is."""

    steps: tuple[Step, ...]
    outputs: Mapping[str, int | str]


def steps_of(
    graph: Graph, inputs: Sequence[str], outputs: Sequence[str], lines: Mapping[str, int]
) -> Steps:
    """Return the steps of a graph; inputs and outputs are given the names that people know."""
    walk = _Walk(lines)
    frame = _Frame(graph, {t.layer: name for t, name in zip(graph.inputs, inputs, strict=True)})
    ends = dict(zip(outputs, graph.outputs, strict=True))
    found = {name: walk.visit(frame, ends[name]) for name in sorted(ends)}
    return _with_activations(Steps(tuple(walk.steps), found))


def _with_activations(steps: Steps) -> Steps:
    """Return the steps in which an activation belongs to the layer before it, if that has none.

    So `Dense(3, "softmax")` is `Dense(3)` and then a Softmax.
    """
    given = [each for step in steps.steps for each in step.given]
    uses = Counter([*given, *steps.outputs.values()])
    calls = Counter(step.layer for step in steps.steps)
    places: dict[int | str, int] = {}
    kept: list[Step] = []
    for number, step in enumerate(steps.steps):
        first = step.given[0] if step.given else ""
        before = kept[places[first]] if first in places else None
        activation = _ACTIVATIONS.get((step.class_name, repr(dict(step.config))))
        if (
            activation
            and before
            and _takes_activation(before.class_name, before.config)
            and uses[first] == calls[before.layer] == 1
        ):
            config = {**before.config, "activation": activation}
            kept[places[first]] = replace(before, config=config)
            places[number] = places[first]
        else:
            again = tuple(places.get(each, each) for each in step.given)
            places[number] = len(kept)
            kept.append(replace(step, given=again))
    return Steps(tuple(kept), {name: places.get(end, end) for name, end in steps.outputs.items()})


class _Frame:
    """A graph while it is walked through, and what its inputs are."""

    def __init__(self, graph: Graph, inputs: Mapping[str, int | str], path: str = "") -> None:
        self.graph, self.inputs, self.path = graph, inputs, path
        self.calls: dict[tuple[str, int], Call] = {
            (tensor.layer, tensor.call): call for tensor, call in calls_of(graph)
        }
        self.done: dict[tuple[str, int], int] = {}
        self.opened: dict[tuple[str, int], _Frame] = {}


class _Walk:
    """Collects the steps that lead to tensors."""

    def __init__(self, lines: Mapping[str, int]) -> None:
        self.steps: list[Step] = []
        self._lines = lines
        self._layers: dict[str, int] = {}
        self._signs: dict[tuple[int, Tensor], int] = {}

    def visit(self, frame: _Frame, tensor: Tensor) -> int | str:
        """Return the number of the step that gives a tensor, or the input that it is."""
        layer, key = frame.graph.layers[tensor.layer], (tensor.layer, tensor.call)
        if layer.is_input:
            return frame.inputs.get(tensor.layer, tensor.layer)
        if layer.inside:
            return self._open(frame, layer.inside, tensor)
        if key not in frame.done:
            given = list(frame.calls[key].given)
            if layer.class_name in _EITHER_WAY:
                given.sort(key=lambda each: self._sign(frame, each))
            found = tuple(self.visit(frame, each) for each in given)
            self._add(frame, layer, found)
            frame.done[key] = len(self.steps) - 1
        return frame.done[key]

    def _open(self, frame: _Frame, inside: Graph, tensor: Tensor) -> int | str:
        """Go on in a model that is used as a layer."""
        key = (tensor.layer, tensor.call)
        if key not in frame.opened:
            given = [self.visit(frame, each) for each in frame.calls[key].given]
            inputs = dict(zip((each.layer for each in inside.inputs), given, strict=False))
            frame.opened[key] = _Frame(inside, inputs, f"{frame.path}{tensor.layer}/")
        return self.visit(frame.opened[key], inside.outputs[tensor.place])

    def _add(self, frame: _Frame, layer: Layer, given: tuple[int | str, ...]) -> None:
        number = self._layers.setdefault(f"{frame.path}{layer.name}", len(self._layers))
        class_name, config = _usual(layer, _plain(layer.config))
        self.steps.append(
            Step(
                class_name,
                layer.name,
                number,
                given,
                config,
                self._lines.get(f"{frame.path}{layer.name}", 0),
                frozenset(name for each in given for name in self._inputs_of(each)),
            )
        )

    def _inputs_of(self, given: int | str) -> frozenset[str]:
        return frozenset([given]) if isinstance(given, str) else self.steps[given].inputs

    def _described(
        self, frame: _Frame, tensor: Tensor
    ) -> tuple[str, dict[str, Any], tuple[Tensor, ...]]:
        """Return class, configuration and tensors of a call, with the activation after it in it."""
        layer = frame.graph.layers[tensor.layer]
        class_name, config = _usual(layer, _plain(layer.config))
        call = frame.calls.get((tensor.layer, tensor.call))
        given = call.given if call else ()
        activation = _ACTIVATIONS.get((class_name, repr(config)))
        if activation and given and (before := frame.graph.layers[given[0].layer]).calls:
            usual = _usual(before, _plain(before.config))
            if _takes_activation(*usual):
                again = frame.calls[given[0].layer, given[0].call].given
                return usual[0], {**usual[1], "activation": activation}, again
        return class_name, config, given

    def _sign(self, frame: _Frame, tensor: Tensor, depth: int = 200) -> int:
        """Return a number that stands for how a tensor is computed."""
        place = (id(frame), tensor)
        if place not in self._signs:
            class_name, config, given = self._described(frame, tensor)
            signs = [self._sign(frame, each, depth - 1) for each in given if depth]
            if class_name in _EITHER_WAY:
                signs.sort()
            named = tensor.layer if frame.graph.layers[tensor.layer].is_input else ""
            self._signs[place] = hash((class_name, named, repr(config), tuple(signs)))
        return self._signs[place]


def _takes_activation(class_name: str, config: Mapping[str, Any]) -> bool:
    """Say whether a layer applies an activation, and is given none."""
    return class_name.startswith(_TAKE_ACTIVATIONS) and config.get("activation", "") is None


def _usual(layer: Layer, config: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return class and configuration of a step in the most usual of the ways to write it."""
    name = layer.class_name
    if layer.operator:
        if name == "Concatenate" and "operand 1" in config:
            config = {"axis": config["operand 1"]}
        beside = any(key.startswith("operand") for key in config)
        if name in _LAYERS_OF_OPERATORS and not beside:
            return name, config
        return f"operator {name}", config
    if name == "Activation" and (found := _AS_LAYERS.get(config.get("activation", ""))):
        return found, _defaults(found)
    if config.get("activation") == "linear":
        config = {**config, "activation": None}
    return name, config


def _plain(config: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in sorted(config.items()) if key not in _NO_MATTER}
