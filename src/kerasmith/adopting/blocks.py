"""Blocks of layers that a model repeats, so that its code says each of them once.

A *block* is a run of layers whose names begin alike, such as `block_2_`, that one tensor leads into
and one leads out of. Two blocks are alike where all is equal but names and some plain arguments.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kerasmith.adopting.layer_code import LAYER_SCALE_ARGUMENTS, is_layer_scale
from kerasmith.adopting.literals import variable
from kerasmith.adopting.regions import Node, Tensor, Wires
from kerasmith.source_code.keras_names import layer_class, parameters_of

Config = Mapping[str, Any]

SHORTEST = 4
"""Layers of a block at the least."""

MOST_ARGUMENTS = 6
"""In which blocks of one kind differ at the most, beside the name."""

_DEEPEST = 6
"""Words at the beginning of a name, with `_` between them, that are looked at."""


@dataclass(frozen=True)
class Block:
    """One block: what its names begin with, its nodes, and the tensor that leads into it."""

    start: str
    nodes: tuple[Node, ...]
    given: Tensor


@dataclass(frozen=True)
class Kind:
    """Blocks that are alike, and the arguments in which they differ.

    `arguments` are by the name of a parameter: its type, and what it is in each block. `places`
    are the parameters by the node and the key in the configuration of its layer.
    """

    blocks: Sequence[Block]
    arguments: Mapping[str, tuple[str, Sequence[Any]]]
    places: Mapping[tuple[int, str], str]

    @property
    def title(self) -> str:
        """What its blocks are called, without their numbers."""
        start = re.sub(r"(?<=\d)[a-z](?![a-z])", "", self.blocks[0].start.lower())  # 2a, 2b
        words = re.findall("[a-z]+", start)
        return "_".join(words) or "block"


def repeated(wires: Wires, nodes: Sequence[Node], entries: Mapping[str, Config]) -> list[Kind]:
    """Return the kinds of blocks that these nodes repeat, by the beginnings that save the most."""
    best: list[Kind] = []
    for depth in range(1, _DEEPEST + 1):
        found = [*_kinds(wires, nodes, entries, depth)]
        if _saved(found) > _saved(best):
            best = found
    return best


def _saved(kinds: Sequence[Kind]) -> int:
    return sum((len(kind.blocks) - 1) * len(kind.blocks[0].nodes) for kind in kinds)


def _kinds(
    wires: Wires, nodes: Sequence[Node], entries: Mapping[str, Config], depth: int
) -> Iterator[Kind]:
    alike: dict[object, list[Block]] = {}
    for start, run in _runs(nodes, depth):
        block = _closed(wires, start, run)
        if block and len(run) >= SHORTEST:
            alike.setdefault(_form(wires, block, entries), []).append(block)
    for blocks in alike.values():
        if len(blocks) > 1 and (kind := _kind(blocks, entries)):
            yield kind


def _runs(nodes: Sequence[Node], depth: int) -> Iterator[tuple[str, list[Node]]]:
    """Yield the nodes that follow each other and whose names begin alike, with a number in it."""
    before, run = "", list[Node]()
    for node in (*nodes, ("", 0)):
        words = node[0].split("_")
        start = "_".join(words[:depth]) if len(words) > depth else ""
        if start != before or not start:
            if before and run:
                yield before, run
            before, run = start if re.search(r"\d", start) else "", []
        run.append(node)


def _closed(wires: Wires, start: str, run: Sequence[Node]) -> Block | None:
    """Return a run as a block; None where more than one tensor leads into it or out of it."""
    inside = {*run}
    given = {each for node in run for each in wires.given[node] if each[:2] not in inside}
    ends = {
        each
        for node in run
        for each in wires.gives.get(node, ())
        if each in wires.ends or not inside.issuperset(wires.users.get(each, ()))
    }
    once = all(len(wires.calls[layer]) == 1 for layer, _ in run)
    if len(given) != 1 or ends != {(*run[-1], 0)} or not once:
        return None
    (tensor,) = given
    return Block(start, tuple(run), tensor)


def _form(wires: Wires, block: Block, entries: Mapping[str, Config]) -> object:
    """Return all of a block but names and plain arguments: what blocks of one kind have alike."""
    places: dict[Tensor, int] = {block.given: -1}
    found = []
    for number, node in enumerate(block.nodes):
        entry, given = entries[node[0]], wires.given[node]
        ways = [places.get(each) for each in given]
        for each in wires.gives.get(node, ()):
            places[each] = number * 100 + each[2]
        rest = node[0].removeprefix(block.start)
        config = sorted(
            (key, type(value).__name__ if _is_plain(value) else _text(value))
            for key, value in entry["config"].items()
            if key != "name"
        )
        calls = _text(_without_tensors(entry["inbound_nodes"]))
        is_operator = ".ops." in f"{entry.get('module') or ''}."
        what = (entry.get("class_name"), entry.get("module"), "" if is_operator else rest)
        found.append((what, tuple(ways), tuple(config), calls))
    return tuple(found)


def _kind(blocks: Sequence[Block], entries: Mapping[str, Config]) -> Kind | None:
    """Return blocks with the arguments in which they differ; None where these are too many."""
    by_values: dict[str, str] = {}
    arguments: dict[str, tuple[str, Sequence[Any]]] = {}
    places: dict[tuple[int, str], str] = {}
    for number, (layer, _) in enumerate(blocks[0].nodes):
        for key in entries[layer]["config"]:
            values = [_one(entries[each.nodes[number][0]]["config"][key]) for each in blocks]
            if key == "name" or all(value == values[0] for value in values):
                continue
            word = variable(f"{key}{layer.removeprefix(blocks[0].start)}")
            if key not in _told(entries[layer]):
                return None
            name = by_values.setdefault(_text(values), key if key not in arguments else word)
            type_ = _type(values)
            if not type_:
                return None
            arguments[name] = type_, values
            places[number, key] = name
    if len(arguments) > MOST_ARGUMENTS or {"inputs", "name", "x"} & {*arguments}:
        return None
    return Kind(blocks, arguments, places)


def _told(entry: Config) -> Collection[str]:
    """Return the arguments of a layer that a block can be told."""
    if is_layer_scale(entry):
        return LAYER_SCALE_ARGUMENTS
    class_name = layer_class(f"keras.layers.{entry.get('class_name')}")
    return parameters_of(class_name).keys() - {"dtype", "trainable"} if class_name else ()


def _is_plain(value: object) -> bool:
    return isinstance(_one(value), bool | int | float | str)


def _one(value: Any) -> Any:
    """Return one number in the place of the same number for each side."""
    if isinstance(value, list) and len(value) > 1 and value == value[:1] * len(value):
        return value[0]
    return value


def _type(values: Sequence[Any]) -> str:
    """Return the type of an argument; empty where it is none that is plain."""
    types = {type(each) for each in values}
    if types == {int, float}:
        return "float"
    return (
        next(iter(types)).__name__ if len(types) == 1 and types <= {bool, int, float, str} else ""
    )


def _text(value: object) -> str:
    return repr(value)


def _without_tensors(value: Any) -> Any:
    """Return what calls say beside tensors."""
    if isinstance(value, list):
        return [_without_tensors(each) for each in value]
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return "tensor"
        return {key: _without_tensors(each) for key, each in value.items()}
    return value
