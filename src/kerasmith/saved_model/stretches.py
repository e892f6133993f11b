"""The picture of a saved model: stretches of layers, one after the other, and how they meet.

A *stretch* is as many layers as follow each other without anything parting or meeting between
them. A stack is one stretch; a ResNet has three for each of its blocks.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kerasmith.errors import printable
from kerasmith.saved_model.graph import Call, Graph, Tensor, calls_of

SHOWN = 6
"""The layers of a stretch that are shown by name, of more than twice as many."""


@dataclass(frozen=True)
class Stretch:
    """Layers in a row, by the names of the calls, and the stretches whose tensors they are given.

    `number` counts from 1 in the order of the file.
    """

    number: int
    layers: tuple[str, ...]
    given: tuple[int, ...]
    gives: tuple[str, ...] = ()
    """The outputs of the model at its end."""


def stretches(graph: Graph) -> list[Stretch]:
    """Return the stretches of a graph."""
    calls: dict[tuple[str, int], Call] = {
        (each.layer, 0): Call(()) for each in graph.inputs if each.layer in graph.layers
    }
    calls |= {(tensor.layer, tensor.call): call for tensor, call in calls_of(graph)}
    uses = Counter((t.layer, t.call) for call in calls.values() for t in call.given)
    uses.update((each.layer, each.call) for each in graph.outputs)
    rows: list[list[tuple[str, int]]] = []
    row_of: dict[tuple[str, int], int] = {}
    for key, call in calls.items():
        before = [(t.layer, t.call) for t in call.given]
        if len(before) == 1 and uses[before[0]] == 1 and before[0] in row_of:
            row_of[key] = row_of[before[0]]
            rows[row_of[key]].append(key)
        else:
            row_of[key] = len(rows)
            rows.append([key])
    ends: dict[int, list[str]] = {}
    for each in graph.outputs:
        if (each.layer, each.call) in row_of:
            ends.setdefault(row_of[each.layer, each.call], []).append(each.layer)
    return [
        Stretch(
            number + 1,
            tuple(layer for layer, _ in row),
            tuple(dict.fromkeys(_rows(calls[row[0]].given, row_of))),
            tuple(ends.get(number, ())),
        )
        for number, row in enumerate(rows)
    ]


def _rows(given: Sequence[Tensor], row_of: dict[tuple[str, int], int]) -> Iterator[int]:
    """Yield the numbers of the stretches that give these tensors."""
    for each in given:
        if (each.layer, each.call) in row_of:
            yield row_of[each.layer, each.call] + 1


def picture(graph: Graph, *, unicode: bool = True, most: int = 24) -> list[str]:
    """Return the lines of the picture for a terminal; of many stretches the first and the last."""
    found = stretches(graph)
    lines = [_line(graph, each, alone=len(found) == 1) for each in found]
    if len(lines) > most:
        left = len(lines) - most + 1
        half = most // 2
        lines = [*lines[:half], f"… {left} more stretches of layers", *lines[half + left :]]
    return lines if unicode else [line.replace("→", "->").replace("×", "x") for line in lines]


def _line(graph: Graph, stretch: Stretch, *, alone: bool) -> str:
    words = list(_words(graph, stretch))
    if len(words) > 2 * SHOWN:
        left = len(words) - 2 * SHOWN + 2
        words = [*words[:SHOWN], f"… {left} more", *words[SHOWN + left :]]
    row = " → ".join(words)
    if alone:
        return row
    given = f"{' + '.join(map(str, stretch.given))} → " if stretch.given else ""
    return f"{stretch.number}: {given}{row}"


def _words(graph: Graph, stretch: Stretch) -> Iterator[str]:
    """Yield what is shown of a stretch: inputs with shapes, ends and shared layers by name."""
    names = stretch.layers
    ends = {
        name
        for name in names
        if graph.layers[name].is_input or len(graph.layers[name].calls) > 1 or name in stretch.gives
    }
    for (name, class_name), run in groupby(
        names, lambda each: (each if each in ends else "", graph.layers[each].class_name)
    ):
        count = len(list(run))
        if name and graph.layers[name].is_input:
            shape = graph.shapes.get(Tensor(name, 0, 0))
            yield printable(f"{name} {size(shape)}".strip())
        elif name:
            again = " (shared)" if len(graph.layers[name].calls) > 1 else ""
            yield printable(f"{class_name} {name}{again}")
        else:
            yield printable(class_name) + (f" ×{count}" if count > 1 else "")


def size(shape: Sequence[int | None] | None) -> str:
    """Return a shape as people write it: 28×28×1, with ? where it is open."""
    return "" if shape is None else "×".join("?" if n is None else str(n) for n in shape)


def mermaid(graph: Graph, most: int = 200) -> Iterator[str]:
    """Yield the lines of a Mermaid flowchart of the stretches."""
    found = stretches(graph)
    yield "flowchart TD"
    for each in found[:most]:
        words = "<br>".join(_escaped(word) for word in _words(graph, each))
        yield f'    s{each.number}["{words}"]'
        for before in each.given:
            yield f"    s{before} --> s{each.number}"
    if len(found) > most:
        yield f'    more["… {len(found) - most} more"]'


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
