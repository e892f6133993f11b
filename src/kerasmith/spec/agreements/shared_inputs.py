"""What must agree among inputs that share an encoder."""

from collections.abc import Iterator

from kerasmith.errors import Problem, did_you_mean
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.specification import Input


class SharedByName(Agreement):
    """A shared encoder names inputs that exist, each of them once."""

    name = "sharing-by-name"
    instead = "the names of inputs, each in one group"
    example = (
        "--input left:image:8x8x1 --input right:image:8x8x1 --share left,write --output same:binary"
    )

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each name that is not an input's, or that is shared before."""
        declared = [name for _, name in spec.named("inputs")]
        taken: set[str] = set()
        for path, shared in spec.shared.items():
            for name in shared.inputs:
                if name not in declared:
                    yield self.problem(
                        spec,
                        f"{path}.inputs",
                        f"There is no input {name!r}.",
                        try_=did_you_mean(name, declared),
                    )
                elif name in taken:
                    yield self.problem(
                        spec,
                        f"{path}.inputs",
                        f"{name!r} is shared twice.",
                        "One encoder reads an input, once.",
                    )
                taken.add(name)


class SharedAlike(Agreement):
    """Inputs that share an encoder are of one kind and size.

    They name one encoder, with the same hyperparameters, or none, and are augmented alike.
    """

    name = "sharing-unlike-inputs"
    instead = "the same kind, size and encoder for each"
    example = (
        "--input left:image:8x8x1 --input right:image:9x9x1 --share left,right --output same:binary"
    )

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each input that differs from the first of its group."""
        by_name = {each.name: each for each in spec.inputs.values()}
        for path, shared in spec.shared.items():
            members = [by_name[name] for name in shared.inputs if name in by_name]
            for other in members[1:]:
                if other.kind.unaugmented() != members[0].kind.unaugmented():
                    yield self.problem(
                        spec,
                        f"{path}.inputs",
                        f"{members[0].name!r} and {other.name!r} cannot share an encoder.",
                        "Shared inputs are of one kind and size. Received: "
                        f"{_written(members[0])} and {_written(other)}",
                        f"--input {other.name}:{members[0].kind.kind}:{members[0].kind.to_flag()}",
                    )
                elif (other.encoder, other.hyperparameters) != (
                    members[0].encoder,
                    members[0].hyperparameters,
                ):
                    yield self.problem(
                        spec,
                        f"{path}.inputs",
                        f"{members[0].name!r} and {other.name!r} name different encoders.",
                        "Inputs that share an encoder name one, with the same hyperparameters.",
                        "the same encoder for each, or for none of them",
                    )
                elif other.kind != members[0].kind:
                    keys = ", ".join(_differing(members[0], other))
                    yield self.problem(
                        spec,
                        f"{path}.inputs",
                        f"{members[0].name!r} and {other.name!r} are augmented in different ways.",
                        "Inputs that share an encoder are changed alike. They differ in: " + keys,
                        f"the same {keys} for each",
                    )


def _written(given: Input) -> str:
    """Return an input as a flag writes it."""
    return f"{given.name}:{given.kind.kind}:{given.kind.to_flag()}"


def _differing(one: Input, other: Input) -> list[str]:
    """Return the augmentations in which two inputs of a kind differ."""
    keys = one.kind.augmentations
    return [key for key in keys if getattr(one.kind, key) != getattr(other.kind, key)]
