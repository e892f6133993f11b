"""What must agree among names."""

from collections.abc import Iterator

from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.names import clash


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
        for path, name in names:
            if other := clash(name, seen):
                yield self.problem(
                    spec,
                    f"{path}.name",
                    f"The name {name!r} could be that of a layer of {other!r}.",
                    try_=name.replace("_", ""),
                )


def _another_name(name: str, path: str, taken: str) -> str:
    """Return a name for what is at `path`, where its own is taken."""
    section, other = path.partition("[")[0], taken.partition("[")[0]
    if section == other:
        return f"{name}_2"
    return {"outputs": f"predicted_{name}", "shared": f"shared_{name}"}.get(
        section, f"given_{name}"
    )
