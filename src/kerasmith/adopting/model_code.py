"""The code of a saved model: its layers with their names and arguments, sharing as sharing.

A model that is used as a layer becomes a function of its own.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from kerasmith.adopting.blocks import Kind, repeated
from kerasmith.adopting.keras_2 import as_keras_3
from kerasmith.adopting.layer_code import added_scaled, input_code, is_layer_scale, layer_code
from kerasmith.adopting.lines import laid_out
from kerasmith.adopting.literals import Code, Hole, literal, name, variable
from kerasmith.adopting.regions import Node, Tensor, Wires
from kerasmith.saved_model.read_graph import holds_graph
from kerasmith.source_code.keras_names import LAYER_SCALE, snake_case

DEEPEST = 20
"""Models inside each other."""

Config = Mapping[str, Any]

_SYMBOLS = {
    "Add": "+",
    "Subtract": "-",
    "Multiply": "*",
    "TrueDivide": "/",
    "Divide": "/",
}

IMPORT = "from keras import layers"

_RESERVED = {"LayerScale", "keras", "layers", "ops", "build_model", "x"}


@dataclass
class Module:
    """A module in the making: its functions, and the names that are taken in it.

    No function is called as one of the `variables` of its `build_model`.
    """

    functions: list[str] = field(default_factory=list)
    names: set[str] = field(default_factory=lambda: set(_RESERVED))
    imports: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)

    def unique(self, wanted: str) -> str:
        """Return a name that no function has yet."""
        found, number = wanted, 1
        while found in self.names | self.variables:
            number += 1
            found = f"{wanted}_{number}"
        self.names.add(found)
        return found


def code_of(class_name: str, config: Config, said: str) -> str:
    """Return the module that builds a model; `said` is what it says of itself.

    Raises Hole where a part of it is nothing that code can be written for.
    """
    module = Module()
    if holds_graph(class_name, config):
        config = as_keras_3(config)
    lines = _function(module, class_name, config, 0)
    main = [
        "def build_model() -> keras.Model:",
        '    """Return the model, with the weights that it begins with."""',
        *laid_out(lines, 4),
    ]
    imports = "\n".join(["import keras", IMPORT, *sorted(module.imports)])
    parts = [f'"""{said}"""\n', f"{imports}\n", *module.functions]
    return "\n".join(parts) + "\n\n" + "\n".join(main) + "\n"


def _function(module: Module, class_name: str, config: Config, depth: int) -> list[str]:
    if depth > DEEPEST:
        raise Hole("its models are inside each other too deeply")
    if not holds_graph(class_name, config):
        raise Hole(f"{class_name} is a subclassed model, whose graph no file holds")
    if class_name == "Sequential":
        return _stack(module, config, depth)
    return Network(module, config, depth).lines()


def _stack(module: Module, config: Config, depth: int) -> list[str]:
    lines = ["return keras.Sequential(", "    ["]
    for entry in config["layers"]:
        called = str(entry["config"].get("name"))
        if entry.get("class_name") == "InputLayer":
            code = input_code(entry["config"], called)
        else:
            code = _made(module, entry, called, depth)
        lines.append(f"        {code},")
    return [*lines, "    ],", f"    name={literal(str(config.get('name')))},", ")"]


def _made(
    module: Module, entry: Config, called: str, depth: int, written: Code | None = None
) -> str:
    """Return the call that makes a layer, or a model by a function of its own.

    Its name is `written` so, where that is not a text; it has none where that is empty.
    """
    config = entry.get("config")
    if not isinstance(config, dict):
        raise Hole(f"{called} has no configuration")
    if is_layer_scale(entry):
        module.imports.add("from {} import {}".format(*LAYER_SCALE.rsplit(".", 1)))
    if not holds_graph(entry.get("class_name"), config):
        return layer_code(entry, called if written is None else written)
    function = module.unique(variable(called))
    lines = _function(module, str(entry["class_name"]), config, depth + 1)
    body = "\n".join(laid_out(lines, 4))
    doc = f'    """Return the model {variable(called)}, which is used as a layer."""'
    module.functions.append(f"\ndef {function}() -> keras.Model:\n{doc}\n{body}\n")
    return f"{function}()"


@dataclass(frozen=True)
class _Unit:
    """What one line is for: a node, or a block of them by the function of its kind."""

    nodes: Sequence[Node]
    function: str = ""
    given: Tensor = ("", 0, 0)
    said: Sequence[str] = ()


def called(entry: Config) -> str:
    """Return the name of a layer, by its configuration."""
    return str(entry["config"].get("name"))


class Network:
    """The lines of a Functional model."""

    def __init__(self, module: Module, config: Config, depth: int) -> None:
        self._module, self._config, self._depth = module, config, depth
        self._entries: dict[str, Config] = {called(e): e for e in config["layers"]}
        self._taken = set(module.names)
        self._tensors: dict[Node, str] = {}
        self._layers: dict[str, str] = {}
        self._uses: Counter[Node] = Counter()
        self._several: set[Node] = set()
        self._starts: Mapping[Tensor, str] = {}
        self._named: Mapping[Node, str] = {}
        self._written: dict[str, Code] = {}
        self._short: dict[str, str] = {}
        self._operators: set[str] | None = None
        self._fold = True

    def wires(self, ends: Sequence[Tensor]) -> Wires:
        """Return what is given to what, down to these ends."""
        nodes = dict(self._nodes())
        return Wires(
            [*self._order(nodes)],
            {key: [*_tensors(node)] for key, node in nodes.items()},
            {key for key, node in nodes.items() if self._is_plain(key, node)},
            self.inputs(),
            ends,
        )

    def _is_plain(self, key: Node, node: Config) -> bool:
        entry = self._entries[key[0]]
        args = [*(node.get("args") or ())]
        one = len(args) == 1 and isinstance(args[0], dict)
        return one and not _is_operator(entry) and not self._words(entry, node)

    def inputs(self) -> list[str]:
        """Return the layers that are the inputs of the model, in their order."""
        return [layer for layer, _, _ in _ends(self._config["input_layers"])]

    def outputs(self) -> list[Tensor]:
        """Return the tensors that are the outputs of the model, in their order."""
        return [*_ends(self._config["output_layers"])]

    def entry(self, layer: str) -> Config:
        """Return what the configuration says of a layer."""
        return self._entries[layer]

    def row(self, nodes: Sequence[Node]) -> list[str]:
        """Return the calls that make the layers of these nodes."""
        return [_made(self._module, self._entries[layer], layer, 0) for layer, _ in nodes]

    def lines(self) -> list[str]:
        """Return the lines of its function."""
        inputs = [*self._inputs()]
        used = [*_ends(self._config["input_layers"]), *self.outputs()]
        lines = [*inputs, *self._calls([*self._order(dict(self._nodes()))], used)]
        ends = [self._nest(self._config[which]) for which in ("input_layers", "output_layers")]
        called = literal(str(self._config.get("name")))
        return [*lines, f"return keras.Model({ends[0]}, {ends[1]}, name={called})"]

    def lines_between(
        self,
        starts: Mapping[Tensor, str],
        nodes: Sequence[Node],
        ends: Sequence[Tensor],
        named: Mapping[Tensor, str],
        *,
        fold: bool = True,
    ) -> list[str]:
        """Return the lines of a function that leads from tensors, by their names, to its ends.

        What is not `named` is called as its layer. Blocks that repeat are functions of their own,
        unless they are not to `fold`.
        """
        self._fold = fold
        self._named = {
            each[:2]: named[each]
            for each in ends
            if each in named and not self._is_one_of_several(*each)
        }
        self._taken = {*self._module.names, *starts.values(), *self._named.values()}
        self._starts, self._tensors, self._layers = starts, {}, {}
        lines = self._calls(nodes, ends)
        found = [self._tensor(each) for each in ends]
        name_, equals, code = lines[-1].partition(" = ") if lines else ("", "", "")
        if equals and [name_] == found:
            return [*lines[:-1], f"return {code}"]
        return [*lines, f"return {', '.join(found)}"]

    def _calls(self, order: Sequence[Node], ends: Sequence[Tensor]) -> list[str]:
        nodes = dict(self._nodes())
        units = self._in_blocks(order, ends)
        self._uses = Counter(2 * [each[:2] for each in ends])
        for unit in units:
            given = [unit.given] if unit.function else _tensors(nodes[unit.nodes[0]])
            self._uses.update(each[:2] for each in given)
        lines: list[str] = []
        for unit, after in pairwise([*units, _Unit(())]):
            key = unit.nodes[-1]
            feeds = any(key == each[:2] for node in after.nodes for each in _tensors(nodes[node]))
            in_passing = feeds and self._uses[key] == 1
            if unit.function:
                words = ", ".join([self._tensor(unit.given), *unit.said])
                self._tensors[key] = self._given_name(key, in_passing=in_passing)
                lines.append(f"{self._tensors[key]} = {unit.function}({words})")
            else:
                lines += self._call(key, nodes[key], in_passing=in_passing)
        return lines

    def _in_blocks(self, order: Sequence[Node], ends: Sequence[Tensor]) -> list[_Unit]:
        """Return what each line is for, in their order."""
        found: dict[Node, _Unit] = {}
        wires = replace(self.wires(ends), order=order)
        for kind in repeated(wires, order, self._entries) if self._fold else ():
            function = self._function_of(kind)
            for place, block in enumerate(kind.blocks):
                said = [literal(values[place]) for _, values in kind.arguments.values()]
                said.append(f"name={literal(block.start)}")
                found[block.nodes[0]] = _Unit(block.nodes, function, block.given, said)
        inside = {node for unit in found.values() for node in unit.nodes[1:]}
        return [found.get(node, _Unit((node,))) for node in order if node not in inside]

    def _function_of(self, kind: Kind) -> str:
        """Write the function that makes blocks of a kind, and return its name."""
        first = kind.blocks[0]
        inner = Network(self._module, self._config, self._depth)
        inner._entries = dict(self._entries)
        for number, (layer, _) in enumerate(first.nodes):
            entry = self._entries[layer]
            told = {k: Code(name) for (n, k), name in kind.places.items() if n == number}
            inner._entries[layer] = {**entry, "config": {**entry["config"], **told}}
            rest = layer.removeprefix(first.start)
            inner._written[layer] = Code(f'f"{{name}}{rest}"')
            inner._short[layer] = f"x{rest}"
        function = self._module.unique(kind.title)
        end = (*first.nodes[-1], 0)
        lines = inner.lines_between({first.given: "inputs"}, first.nodes, [end], {}, fold=False)
        words = [f"{word}: {type_}" for word, (type_, _) in kind.arguments.items()]
        given = ", ".join(["inputs: keras.KerasTensor", *words, "name: str"])
        signature = "\n".join(laid_out([f"def {function}({given}) -> keras.KerasTensor:"], 0))
        doc = '    """Return what one of the blocks that the model repeats makes of inputs."""'
        body = "\n".join(laid_out(lines, 4))
        self._module.functions.append(f"\n{signature}\n{doc}\n{body}\n")
        return function

    def _nodes(self) -> Iterator[tuple[Node, Config]]:
        for layer, entry in self._entries.items():
            is_model = holds_graph(entry.get("class_name"), entry.get("config"))
            numbers = self._numbers(layer) if is_model else None
            for number, node in enumerate(entry.get("inbound_nodes", ())):
                yield (layer, numbers[number] if numbers else number), node

    def _numbers(self, layer: str) -> list[int]:
        """Return the numbers by which the calls of a model are known: Keras counts its making."""
        used: set[int] = set()
        for entry in self._entries.values():
            for node in entry.get("inbound_nodes", ()):
                used |= {call for each, call, _ in _tensors(node) if each == layer}
        for which in ("input_layers", "output_layers"):
            used |= {call for each, call, _ in _ends(self._config[which]) if each == layer}
        count = len(self._entries[layer].get("inbound_nodes", ()))
        return sorted(used) if len(used) == count else [*range(count)]

    def _order(self, nodes: Mapping[Node, Config]) -> Iterator[Node]:
        """Yield the calls so that each comes after those whose tensors it is given."""
        known = {(layer, 0) for layer, entry in self._entries.items() if _is_input(entry)}
        needs = {
            key: {(layer, call) for layer, call, _ in _tensors(node)} - known
            for key, node in nodes.items()
        }
        readers: dict[Node, list[Node]] = {}
        for key, needed in needs.items():
            for each in needed:
                readers.setdefault(each, []).append(key)
        ready = deque(key for key, needed in needs.items() if not needed)
        count = 0
        while ready:
            key = ready.popleft()
            count += 1
            yield key
            for reader in reversed(readers.get(key, ())):  # what follows from it comes at once
                needs[reader].discard(key)
                if not needs[reader]:
                    ready.appendleft(reader)
        if count < len(nodes):
            raise Hole("its layers are given tensors that nothing gives")

    def _inputs(self) -> Iterator[str]:
        for layer, entry in self._entries.items():
            if _is_input(entry):
                self._tensors[layer, 0] = self._variable(layer)
                yield f"{self._tensors[layer, 0]} = {input_code(entry['config'], layer)}"

    def _variable(self, layer: str) -> str:
        wanted = variable(self._short.get(layer, layer))
        found, number = wanted, 1
        while found in self._taken or found in self._module.names:
            number += 1
            found = f"{wanted}_{number}"
        self._taken.add(found)
        return found

    def _call(self, key: Node, node: Config, *, in_passing: bool) -> Iterator[str]:
        layer, _ = key
        entry = self._entries[layer]
        if _is_operator(entry):
            code = self._operator(entry, node)
        elif (scale := added_scaled(entry)) is not None:
            one, other = map(self._tensor, (each for each in _tensors(node)))
            code = f"{one} + {other} * {literal(scale)}"
        else:
            maker = self._layers.get(layer)
            if maker is None:
                written = Code("") if self._is_numbered(layer) else self._written.get(layer)
                maker = _made(self._module, entry, layer, self._depth, written)
                if len(entry["inbound_nodes"]) > 1:
                    self._layers[layer] = self._variable(f"{layer}_layer")
                    yield f"{self._layers[layer]} = {maker}"
                    maker = self._layers[layer]
            code = f"{maker}({', '.join(self._given(entry, node))})"
        self._tensors[key] = self._given_name(key, in_passing=in_passing)
        yield f"{self._tensors[key]} = {code}"

    def _is_numbered(self, layer: str) -> bool:
        """Say whether Keras has to number a layer, since it gives operators such names, too."""
        if self._operators is None:
            operators = (each for each in self._entries.values() if _is_operator(each))
            self._operators = {snake_case(str(each.get("class_name"))) for each in operators}
        return re.sub(r"_\d+$", "", layer) in self._operators

    def _given_name(self, key: Node, *, in_passing: bool) -> str:
        """Return the variable that holds what a call gives."""
        return "x" if in_passing else self._named.get(key) or self._variable(key[0])

    def _operator(self, entry: Config, node: Config) -> str:
        class_name = name(entry.get("class_name"))
        words = {k: v for k, v in entry["config"].items() if k not in ("name", "dtype")}
        given = self._given(entry, node)
        if class_name == "GetItem":
            arguments = [*(node.get("args") or ()), *(node.get("kwargs") or {}).values()]
            return f"{given[0]}[{_index(arguments[1])}]"
        if class_name in _SYMBOLS and len(given) == 2 and not words:
            return f"{given[0]} {_SYMBOLS[class_name]} {given[1]}"
        more = [f"{name(key)}={literal(value)}" for key, value in words.items()]
        return f"keras.ops.{snake_case(class_name)}({', '.join([*given, *more])})"

    def _given(self, entry: Config, node: Config) -> list[str]:
        found = [self._argument(each) for each in node.get("args") or ()]
        words = self._words(entry, node)
        return found + [f"{name(key)}={self._argument(value)}" for key, value in words.items()]

    def _words(self, entry: Config, node: Config) -> Config:
        """Return what a call is given by name; a layer of steps is always saved with a training."""
        config = entry.get("config") or {}
        steps = "return_sequences" in config or "layer" in config
        return {
            key: value
            for key, value in (node.get("kwargs") or {}).items()
            if value is not None
            and not (key == "training" and value is False and steps)
            and not (key == "mask" and not [*_tensors(value)])
        }

    def _argument(self, value: Any) -> str:
        if isinstance(value, dict):
            if value.get("class_name") == "__keras_tensor__":
                return self._tensor(value["config"]["keras_history"])
            if value.get("class_name") == "__slice__":
                config = value.get("config") or value
                parts = (config.get(each) for each in ("start", "stop", "step"))
                return f"slice({', '.join(self._argument(each) for each in parts)})"
            if value.get("class_name") == "__tuple__":
                items = [self._argument(each) for each in value.get("items", ())]
                return f"({', '.join(items)},)"
            if "class_name" not in value:
                items = [f"{literal(key)}: {self._argument(each)}" for key, each in value.items()]
                return f"{{{', '.join(items)}}}"
        if isinstance(value, list):
            return f"[{', '.join(self._argument(each) for each in value)}]"
        return literal(value)

    def _tensor(self, history: Any) -> str:
        layer, call, place = history
        if given := self._starts.get((layer, call, place)):
            return given
        found = self._tensors[layer, call]
        return f"{found}[{int(place)}]" if self._is_one_of_several(layer, call, place) else found

    def _is_one_of_several(self, layer: str, call: int, place: int) -> bool:
        if not self._several:
            every = [each for e in self._entries.values() for each in _tensors(e["inbound_nodes"])]
            every += [*_ends(self._config["output_layers"])]
            self._several = {(la, ca) for la, ca, pl in every if pl} or {("", -1)}
        config = self._entries[layer]["config"]
        return place > 0 or (layer, call) in self._several or config.get("return_state") is True

    def _nest(self, ends: Any) -> str:
        """Return inputs or outputs in the form in which they were given: one, several, a table."""
        if isinstance(ends, dict):
            items = [f"{literal(key)}: {self._nest(each)}" for key, each in ends.items()]
            return f"{{{', '.join(items)}}}"
        if isinstance(ends, list) and len(ends) == 3 and isinstance(ends[0], str):
            return self._tensor(ends)
        if isinstance(ends, list):
            return f"[{', '.join(self._nest(each) for each in ends)}]"
        raise Hole("its inputs and outputs are not written as Keras writes them")


def _index(key: Any) -> str:
    """Return what stands between the brackets that take a part of a tensor."""
    class_name = key.get("class_name") if isinstance(key, dict) else ""
    if class_name == "__slice__":
        config = key.get("config") or key
        parts = [config.get(each) for each in ("start", "stop", "step")]
        first, second, step = ("" if each is None else literal(each) for each in parts)
        return f"{first}:{second}" + (f":{step}" if step else "")
    if class_name == "__tuple__":
        return ", ".join(map(_index, key.get("items", ())))
    if class_name == "__ellipsis__":
        return "..."
    if isinstance(key, list):
        return ", ".join(map(_index, key))
    return literal(key)


def _is_operator(entry: Config) -> bool:
    return ".ops." in f"{entry.get('module') or ''}."


def _is_input(entry: Config) -> bool:
    return entry.get("class_name") == "InputLayer"


def _tensors(value: Any) -> Iterator[tuple[str, int, int]]:
    """Yield the tensors in the arguments of a call, at any depth."""
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            layer, call, place = value["config"]["keras_history"]
            yield str(layer), int(call), int(place)
        else:
            for each in value.values():
                yield from _tensors(each)
    elif isinstance(value, list):
        for each in value:
            yield from _tensors(each)


def _ends(ends: Any) -> Iterator[tuple[str, int, int]]:
    if isinstance(ends, dict):
        for each in ends.values():
            yield from _ends(each)
    elif isinstance(ends, list) and len(ends) == 3 and isinstance(ends[0], str):
        yield ends[0], int(ends[1]), int(ends[2])
    elif isinstance(ends, list):
        for each in ends:
            yield from _ends(each)
