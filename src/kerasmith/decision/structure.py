"""The structure: the only thing about a model that the rules look at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.flow import Flow

if TYPE_CHECKING:
    from kerasmith.spec.specification import Spec

LISTED = 8
"""The names that a sentence lists of twice as many and more."""


@dataclass(frozen=True)
class Structure:
    """How data flows: inputs and outputs, what is used twice, where it takes several paths.

    Each field holds the names that make it so, in the words that a reason repeats.
    `purpose` is what the user said of the future, which advice goes by. `inside` are paths within
    one layer, of which nothing is seen from outside.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    shared: tuple[str, ...] = ()
    branches: tuple[str, ...] = ()
    purpose: str = ""
    inside: tuple[str, ...] = ()

    @property
    def linear(self) -> bool:
        """Whether data goes one way through it: what a `keras.Sequential` can hold."""
        one_each = len(self.inputs) == len(self.outputs) == 1
        return one_each and not self.shared and not self.branches


def structure_of(spec: Spec) -> Structure:
    """Return the structure of the model that a spec asks for."""
    return _structure(
        inputs=tuple(each.name for each in spec.inputs),
        outputs=tuple(each.name for each in spec.outputs),
        shared=tuple(f"one encoder reads {' and '.join(each.inputs)}" for each in spec.shared),
        branches=tuple(
            f"{name} goes through {encoder.encoder}, {encoder.flow.example}"
            for name, encoder in spec.encoders.items()
            if encoder.flow is not Flow.STRAIGHT
        )
        + tuple(
            f"{given.name} is compared with what is made of it again"
            for output in spec.outputs
            for given in spec.inputs
            if output.kind.answers is Extent.BOTTLENECK
        ),
        purpose="" if spec.project.purpose is UNSET else spec.project.purpose,
        inside=tuple(
            f"{name} goes through {encoder.encoder}, which branches inside and is one layer seen "
            "from outside"
            for name, encoder in spec.encoders.items()
            if encoder.inside is not Flow.STRAIGHT
        ),
    )


def structure_of_counts(
    inputs: int, outputs: int, *, shared: bool = False, branched: bool = False, purpose: str = ""
) -> Structure:
    """Return the structure that bare counts describe."""
    return _structure(
        inputs=tuple(f"input {number}" for number in range(1, inputs + 1)),
        outputs=tuple(f"output {number}" for number in range(1, outputs + 1)),
        shared=("a layer is shared",) if shared else (),
        branches=("the data branches",) if branched else (),
        purpose=purpose,
    )


def _structure(
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    shared: tuple[str, ...],
    branches: tuple[str, ...],
    purpose: str,
    inside: tuple[str, ...] = (),
) -> Structure:
    """Add the branches that follow from the counts: where paths meet and where they part."""
    if len(inputs) > 1:
        branches += (f"{listed(inputs)} are merged",)
    if len(outputs) > 1:
        branches += (f"{listed(outputs)} part at their heads",)
    return Structure(inputs, outputs, shared, branches, purpose, inside)


def listed(given: Iterable[str]) -> str:
    """Return the names as a sentence lists them: `a, b and c`; of many the first ones."""
    names = tuple(given)
    if len(names) > 2 * LISTED:
        names = (*names[:LISTED], f"{len(names) - LISTED} more")
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
