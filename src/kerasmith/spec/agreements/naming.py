"""What must agree among names."""

import re
from collections.abc import Iterator
from typing import Any

from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.plugins import whose
from kerasmith.catalogue.value_types import NAME_LENGTH
from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.names import clash, suggested_part


class OneNameEach(Agreement):
    """A name stands for one thing: an input, an output, a shared encoder, or a layer of one."""

    name = "one-name-twice"
    instead = "another name"
    example = "--input photo:image:8x8x1 --output photo:binary"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each name that is taken, or that a layer of another part could have."""
        names = [*spec.named("inputs"), *spec.named("outputs"), *spec.stems()]
        seen: dict[str, str] = {}
        for path, name in names:
            if name in seen:
                yield self.problem(
                    spec,
                    f"{path}.name",
                    f"The name {name!r} is already used by {spec.place(seen[name])}.",
                    "Inputs, outputs and shared encoders each need a name of their own.",
                    _another_name(name, path, seen[name]),
                )
            seen.setdefault(name, path)
        more = [ending for encoder in of_plugins(spec) for ending in encoder.layers]
        for path, name in names:
            if other := clash(name, seen, more):
                yield self.problem(
                    spec,
                    f"{path}.name",
                    f"The name {name!r} could be that of a layer of {other!r}.",
                    try_=name.replace("_", ""),
                )
        yield from self._in_encoders(spec, names)

    def _in_encoders(self, spec: Partial, names: list[tuple[str, str]]) -> Iterator[Problem]:
        """Yield each name that no project without an encoder is refused, and its code needs.

        So it is with a merge.
        """
        said = spec.model.merge if spec.model else ""
        if said and (merge := MERGES.get(said)):
            for path, name in names:
                if name in merge.local_names:
                    what = f"The code of the merge {merge.name!r} needs the name {name!r}."
                    instead = suggested_part(f"my_{name}")
                    yield self.problem(spec, f"{path}.name", what, try_=instead)
        for encoder in spec.encoders.values():
            plugin = _whose(encoder)
            if not plugin and encoder.reserves_names:
                continue
            taken = {*encoder.local_names, *encoder.unnamed_layers}
            for path, name in names:
                if {name, re.sub(r"_\d+$", "", name)} & taken:
                    yield self.problem(
                        spec,
                        f"{path}.name",
                        f"The code of the encoder {encoder.encoder!r} needs the name {name!r}.",
                        f"It is of the plug-in {plugin}." if plugin else "",
                        suggested_part(f"my_{name}"),
                    )


def of_plugins(spec: Partial) -> list[Encoder[Any]]:
    """Return the encoders of a spec that plug-ins brought."""
    return [each for each in spec.encoders.values() if _whose(each)]


def _whose(encoder: Encoder[Any]) -> str:
    return whose("encoders", encoder.encoder, encoder.takes.kind)


def _another_name(name: str, path: str, taken: str) -> str:
    """Return a name for what is at `path`, where its own is taken."""
    section, other = path.partition("[")[0], taken.partition("[")[0]
    if section == other:
        return f"{suggested_part(name)[: NAME_LENGTH - 2]}_2"
    return suggested_part(f"predicted_{name}" if section == "outputs" else f"shared_{name}")
