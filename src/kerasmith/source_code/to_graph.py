"""From a model that the code makes to its graph, as that of a saved model is."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from kerasmith.saved_model.graph import Call, Graph, Layer, Shape, Tensor, places_of
from kerasmith.source_code.values import (
    KerasLayer,
    KerasModel,
    KerasTensor,
    LayerCall,
    Unknown,
    tensors_in,
    unknown_in,
)

DEEPEST = 20
"""Models inside each other."""

Node = tuple[KerasLayer, int]


class Doubt(Exception):
    """Why the graph of a model is not known."""

    def __init__(self, why: Unknown) -> None:
        super().__init__(why.why)
        self.why = why


def graph_of_model(model: KerasModel, depth: int = 0) -> Graph:
    """Return the graph of a model.

    Raises Doubt where the code does not say how data flows in it.
    """
    return _Graph(model, depth).graph()


@dataclass(frozen=True)
class Parts:
    """The layers of a graph and their calls as the code has them, by their names in the graph.

    `names` has the name and number of each call, by the layer's identity and its call in the code.
    """

    layers: Mapping[str, KerasLayer]
    calls: Mapping[str, list[LayerCall]]
    names: Mapping[tuple[int, int], tuple[str, int]]


def parts_of_model(model: KerasModel) -> Parts:
    """Return what the code says of the layers in the graph of a model.

    Raises Doubt where the code does not say how data flows in it.
    """
    made = _Graph(model, 0)
    graph = made.graph()
    names = {(id(layer), at): (made.name_of(layer), n) for (layer, at), n in made.numbers.items()}
    for each in graph.inputs:
        names[id(made.layers[each.layer]), 0] = (each.layer, 0)
    calls: dict[str, list[LayerCall]] = {}
    for layer, at in made.numbers:  # in their order
        calls.setdefault(made.name_of(layer), []).append(layer.calls[at])
    return Parts(made.layers, calls, names)


def layer_of(layer: KerasLayer, depth: int = 0) -> Layer:
    """Return a layer as a graph has it, without its calls."""
    is_model = isinstance(layer, KerasModel) and not layer.own
    return Layer(
        name=layer.name,
        class_name=layer.class_name,
        operator=layer.operator,
        config=layer.config,
        inside=graph_of_model(layer, depth + 1) if is_model else None,  # type: ignore[arg-type]  # it is a model
        wraps=graph_of_model(layer.wraps, depth + 1) if layer.wraps else None,
        own=layer.own,
    )


class _Graph:
    """A graph in the making: which layers are in it, under which names, with which calls."""

    def __init__(self, model: KerasModel, depth: int) -> None:
        self._model, self._depth = model, depth
        self._names: dict[int, str] = {}
        self.layers: dict[str, KerasLayer] = {}
        self._shapes: dict[Tensor, Shape] = {}
        self.numbers: dict[Node, int] = {}

    def graph(self) -> Graph:
        """Return the graph."""
        model = self._model
        if self._depth > DEEPEST:
            raise Doubt(Unknown("its models are inside each other too deeply", model.line))
        if model.doubt:
            raise Doubt(model.doubt)
        return self._stack() if model.is_stack else self._network()

    def name_of(self, layer: KerasLayer) -> str:
        """Return the name of a layer, another one where two have the same."""
        if id(layer) not in self._names:
            name, number = layer.name, 1
            while name in self.layers:
                number += 1
                name = f"{layer.name} ({number})"
            self._names[id(layer)] = name
            self.layers[name] = layer
        return self._names[id(layer)]

    # === Sequential ===

    def _stack(self) -> Graph:
        layers = list(self._model.stack or ())
        if not layers or layers[0].class_name != "InputLayer":
            shape = layers[0].config.get("batch_input_shape") if layers else None
            config = {} if shape is None else {"batch_shape": shape}
            layers.insert(0, KerasLayer("InputLayer", "input", self._model.line, config))
        calls: dict[str, list[Call]] = {}
        first, *others = layers
        flowing = Tensor(self.name_of(first), 0, 0)
        for layer in others:
            name = self.name_of(layer)
            calls.setdefault(name, []).append(Call((flowing,)))
            flowing = Tensor(name, len(calls[name]) - 1, 0)
        built = self._built(calls)
        last = built[flowing.layer]
        outputs = tuple(flowing._replace(place=place) for place in places_of(last))
        return self._whole(built, (Tensor(self.name_of(first), 0, 0),), outputs)

    # === Functional ===

    def _network(self) -> Graph:
        model = self._model
        if unsure := unknown_in(model.inputs) or unknown_in(model.outputs):
            raise Doubt(unsure)
        inputs, outputs = tensors_in(model.inputs), tensors_in(model.outputs)
        if not inputs or not outputs:
            raise Doubt(
                Unknown("its inputs and outputs are not tensors that are known", model.line)
            )
        for each in inputs:
            if each.layer.class_name != "InputLayer":
                why = f"its input is what the layer {each.layer.name} gives"
                raise Doubt(Unknown(why, model.line))
        nodes = self._reached(inputs, outputs)
        for each in inputs:
            self.name_of(each.layer)
        numbers = self.numbers
        calls: dict[str, list[Call]] = {}
        for layer, number in nodes:
            found = layer.calls[number]
            given = tuple(self._tensor(each, numbers) for each in found.given)
            name = self.name_of(layer)
            numbers[layer, number] = len(calls.setdefault(name, []))
            calls[name].append(Call(given, found.said))
            self._shapes |= {
                Tensor(name, numbers[layer, number], place): shape
                for place, shape in enumerate(found.shapes)
                if shape is not None
            }
        ends = tuple(self._tensor(each, numbers) for each in outputs)
        return self._whole(
            self._built(calls), tuple(self._tensor(each, numbers) for each in inputs), ends
        )

    def _reached(self, inputs: list[KerasTensor], outputs: list[KerasTensor]) -> list[Node]:
        """Return the calls that lead from the inputs to the outputs, in their order."""
        known = {id(each.layer) for each in inputs}
        found: dict[Node, LayerCall] = {}
        left = list(outputs)
        while left:
            tensor = left.pop()
            layer = tensor.layer
            if layer.class_name == "InputLayer":
                if id(layer) not in known:
                    why = f"its outputs need {layer.name}, which is not among its inputs"
                    raise Doubt(Unknown(why, self._model.line))
            elif (layer, tensor.call) not in found:
                found[layer, tensor.call] = layer.calls[tensor.call]
                left += layer.calls[tensor.call].given
        return sorted(found, key=lambda node: found[node].number)

    def _tensor(self, tensor: KerasTensor, numbers: dict[Node, int]) -> Tensor:
        call = numbers.get((tensor.layer, tensor.call), 0)
        return Tensor(self.name_of(tensor.layer), call, tensor.place)

    # === Both ===

    def _built(self, calls: dict[str, list[Call]]) -> dict[str, Layer]:
        built = {}
        for name, layer in self.layers.items():
            if layer.doubt:
                raise Doubt(layer.doubt)
            found = layer_of(layer, self._depth)
            built[name] = replace(found, name=name, calls=tuple(calls.get(name, ())))
        return built

    def _whole(
        self, layers: dict[str, Layer], inputs: tuple[Tensor, ...], outputs: tuple[Tensor, ...]
    ) -> Graph:
        shapes = self._shapes | {
            Tensor(name, 0, 0): tuple(shape[1:])
            for name, layer in layers.items()
            if layer.is_input and (shape := layer.config.get("batch_shape"))
        }
        dtypes = {name: str(layer.config["dtype"]) for name, layer in _with_dtype(layers)}
        model = self._model
        return Graph(model.name, model.class_name, layers, inputs, outputs, shapes, dtypes)


def _with_dtype(layers: dict[str, Layer]) -> Iterator[tuple[str, Layer]]:
    for name, layer in layers.items():
        if layer.is_input and isinstance(layer.config.get("dtype"), str):
            yield name, layer


def graph_and_lines(model: KerasModel, path: str = "") -> tuple[Graph, dict[str, int]]:
    """Return the graph of a model and the line of each layer, by its name.

    Layers of models inside are called `model/layer`.
    Raises Doubt where the code does not say how data flows in it.
    """
    made = _Graph(model, path.count("/"))
    graph = made.graph()
    found: dict[str, int] = {}
    for name, layer in made.layers.items():
        found[f"{path}{name}"] = layer.line
        if isinstance(layer, KerasModel) and not layer.own:
            found |= graph_and_lines(layer, f"{path}{name}/")[1]
    return graph, found


def names_of_ends(model: KerasModel, graph: Graph) -> tuple[list[str], list[str]]:
    """Return what inputs and outputs are called: the keys of a dict, else their layers."""
    found = []
    for value, tensors in ((model.inputs, graph.inputs), (model.outputs, graph.outputs)):
        keys = [str(key) for key in value] if isinstance(value, dict) else []
        layers = [tensor.layer for tensor in tensors]
        found.append(keys if len(keys) == len(layers) else layers)
    return found[0], found[1]
