"""Which part of a graph belongs to which input: up to where its data meet that of others.

A *tensor* is named by a layer, which of its calls, and the place among what that gives; a *node* is
a call. A *region* is the nodes that inputs go through before they meet others: those of one input,
or of several that go through the same layers.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Node = tuple[str, int]
Tensor = tuple[str, int, int]


@dataclass(frozen=True)
class Wires:
    """A graph as nodes in an order in which data can flow, and what each is given.

    `plain` are the nodes of layers that are given one tensor and nothing else.
    """

    order: Sequence[Node]
    given: Mapping[Node, Sequence[Tensor]]
    plain: Collection[Node]
    inputs: Sequence[str]
    ends: Sequence[Tensor]

    @cached_property
    def calls(self) -> dict[str, list[Node]]:
        """The nodes of each layer."""
        found: dict[str, list[Node]] = {}
        for node in self.order:
            found.setdefault(node[0], []).append(node)
        return found

    @cached_property
    def users(self) -> dict[Tensor, list[Node]]:
        """The nodes that each tensor is given to."""
        found: dict[Tensor, list[Node]] = {}
        for node in self.order:
            for each in self.given[node]:
                found.setdefault(each, []).append(node)
        return found

    @cached_property
    def gives(self) -> dict[Node, set[Tensor]]:
        """The tensors of each node that something needs."""
        found: dict[Node, set[Tensor]] = {}
        for each in (*self.users, *self.ends):
            found.setdefault(each[:2], set()).add(each)
        return found

    def is_row(self, nodes: Sequence[Node], start: Tensor) -> bool:
        """Say whether each node is given what the one before it gives, the first the start."""
        for node in nodes:
            if node not in self.plain or [*self.given[node]] != [start]:
                return False
            start = (*node, 0)
        return all(len(self.calls[layer]) == 1 for layer, _ in nodes)


@dataclass(frozen=True)
class Region:
    """The inputs, the nodes that they go through, and for each input the tensor at the end."""

    inputs: tuple[str, ...]
    nodes: tuple[Node, ...]
    ends: tuple[Tensor, ...]


def regions(wires: Wires, alike: Mapping[str, object]) -> tuple[list[Region], list[Node]]:
    """Return the regions of all inputs, and the nodes behind them.

    Inputs that are `alike` share a region where they go through the same layers.
    """
    owners = _owners(wires)
    found: dict[str, Region] = {}
    for name in wires.inputs:
        found[name] = _up_to_cut(wires, name, [n for n in wires.order if owners.get(n) == name])
    for group in _shared(wires, found, alike):
        found |= dict.fromkeys(group.inputs, group)
    taken = {node for region in found.values() for node in region.nodes}
    return list(dict.fromkeys(found.values())), [node for node in wires.order if node not in taken]


def _owners(wires: Wires) -> dict[Node, str]:
    """Return the nodes that one input alone leads to, and whose layers no other one needs."""
    sources: dict[Node, frozenset[str]] = {(name, 0): frozenset([name]) for name in wires.inputs}
    for node in wires.order:
        sources[node] = frozenset().union(*(sources[each[:2]] for each in wires.given[node]))
    mixed: set[str] = set()
    for layer, nodes in wires.calls.items():
        of = {sources[node] for node in nodes}
        if len(of) > 1 or any(len(each) != 1 for each in of):
            mixed.add(layer)
    before = -1
    while len(mixed) > before:  # whatever is behind a mixed layer is no input's own either
        before = len(mixed)
        for node in wires.order:
            if any(each[0] in mixed for each in wires.given[node]):
                mixed.add(node[0])
    return {node: next(iter(sources[node])) for node in wires.order if node[0] not in mixed}


def _up_to_cut(wires: Wires, name: str, nodes: Sequence[Node]) -> Region:
    """Return the nodes up to the last tensor through which all goes that the input leads to."""
    left = Counter(user for node in nodes for user in wires.given[node])
    inside = {*nodes}
    needed = {
        each
        for each, users in wires.users.items()
        if each[:2] in {*nodes, (name, 0)} and not inside.issuperset(users)
    }
    needed |= {*wires.ends}
    last = {layer: place for place, (layer, _) in enumerate(nodes)}
    live: set[Tensor] = {(name, 0, 0)}
    found, open_ = Region((name,), (), ((name, 0, 0),)), 0
    for place, node in enumerate(nodes):
        left.subtract(wires.given[node])
        live = {each for each in live if left[each] > 0 or each in needed}
        live |= wires.gives.get(node, set())
        open_ = max(open_, last[node[0]])
        if len(live) == 1 and open_ == place:  # no layer is called on both sides
            found = Region((name,), tuple(nodes[: place + 1]), tuple(live))
    return found


def _shared(wires: Wires, found: Mapping[str, Region], alike: Mapping[str, object]) -> list[Region]:
    """Return the regions of inputs that go straight into the same layers, each in its own call."""
    starts = {region.ends[0]: name for name, region in found.items() if not region.nodes}
    groups = []
    for calls in wires.calls.values():
        given = [wires.given[node][0] for node in calls if node in wires.plain]
        names = tuple(starts[each] for each in given if each in starts)
        if len({*names}) > 1 and len(names) == len(calls):
            ends, nodes = _along(wires, given)
            if nodes and all(alike[name] == alike[names[0]] for name in names):
                groups.append(Region(names, tuple(nodes), tuple(ends)))
    return groups


def _along(wires: Wires, tensors: Sequence[Tensor]) -> tuple[list[Tensor], list[Node]]:
    """Return how far all of these tensors go through the same layers, and through which nodes."""
    ends, nodes = [*tensors], list[Node]()
    while not {*ends} & {*wires.ends}:
        following = [wires.users.get(each, []) for each in ends]
        step = [each[0] for each in following if len(each) == 1]
        if len(step) < len(ends) or {*step} != {*wires.calls[step[0][0]]}:
            break
        if not all(n in wires.plain and len(wires.gives.get(n, ())) == 1 for n in step):
            break
        nodes += step
        ends = [(*node, 0) for node in step]
    return ends, nodes
