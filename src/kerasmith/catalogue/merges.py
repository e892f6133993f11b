"""The merges: how the features of several inputs become one vector."""

from collections.abc import Callable
from dataclasses import dataclass

from kerasmith.catalogue.encoders.own_code import FEATURES_GRAPH, OWN_GRAPH
from kerasmith.catalogue.named import Named


@dataclass(frozen=True)
class Merge:
    """One way to merge; the part of the same name in `templates/parts/merges/` writes it.

    `width` takes the number of features of each branch and returns the number after the merge;
    `problem` says why these branches cannot be merged so, and is empty where they can. No input or
    output beside it may be called as one of its `local_names`, which its code needs.
    """

    name: str
    summary: str
    width: Callable[[tuple[int, ...]], int]
    problem: Callable[[tuple[int, ...]], str]
    local_names: tuple[str, ...] = ()


def _always(widths: tuple[int, ...]) -> str:
    return ""


def _equal(widths: tuple[int, ...]) -> str:
    if len(set(widths)) == 1:
        return ""
    return f"Its branches must give equally many features; they give {', '.join(map(str, widths))}."


def _two_equal(widths: tuple[int, ...]) -> str:
    if len(widths) != 2:
        return f"It takes two branches; there are {len(widths)}."
    return _equal(widths)


OWN_UNITS = 64
"""Features that the code of a merge of one's own gives, where a spec says no number."""

MERGES: Named[Merge] = Named(
    "merges",
    {
        merge.name: merge
        for merge in (
            Merge("concatenate", "The features of all, side by side.", sum, _always),
            Merge("add", "The sum, feature by feature.", lambda widths: widths[0], _equal),
            Merge("multiply", "The product, feature by feature.", lambda widths: widths[0], _equal),
            Merge(
                "difference",
                "How far two are apart, feature by feature.",
                lambda widths: widths[0],
                _two_equal,
            ),
            Merge(
                OWN_GRAPH,
                "What your own code makes of them: its function in model.py is yours, and updates "
                "leave it.",
                lambda widths: OWN_UNITS,
                _always,
                (FEATURES_GRAPH, "features_dense"),
            ),
        )
    },
)
