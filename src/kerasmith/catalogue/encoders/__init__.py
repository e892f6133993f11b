"""The encoders: how one input becomes a vector of features.

An entry is a class: its fields are the hyperparameters a spec may set, its docstring is what the
user reads, `suited` chooses those that fit a size. The lines of code that it stands for are the
part of the same name in `templates/parts/encoders/KIND/`.
"""

from collections.abc import Iterator
from typing import Any

from kerasmith.catalogue.encoders import audio, image, own_code, pretrained, series, table, text
from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.named import Named

__all__ = [
    "ENCODERS",
    "MOST_PARAMETERS",
    "Encoder",
    "default_encoder",
    "encoders_for",
    "fitting_encoders",
    "kinds_read_by",
    "readers_of",
]

MOST_PARAMETERS = 1_000_000_000
"""A starter project with a larger part than this is taken for a slip of the keyboard."""

Encoders = Named[type[Encoder[Any]]]

_BY_KIND = {
    each.kind: {
        encoder.encoder: encoder
        for module in (image, pretrained, audio, text, table, series, own_code)
        for encoder in module.ENCODERS
        if encoder.takes is each
    }
    for each in INPUT_KINDS.known.values()
}

ENCODERS: Named[Encoders] = Named(
    "encoders", {kind: Named("encoders", each) for kind, each in _BY_KIND.items()}
)
"""Every encoder, by the kind it takes and by its name."""


def encoders_for(kind: type[InputKind]) -> Encoders:
    """Return the encoders that take a kind, by name."""
    return ENCODERS[kind.kind]


def readers_of(kind: str) -> Encoders:
    """Return the encoders that take the kind of a name, which may have none yet."""
    return ENCODERS.known.setdefault(kind, Named("encoders", {}))


def kinds_read_by(encoder: object, first: type[InputKind]) -> list[str]:
    """Return the kinds that the encoder of a name reads; where it reads `first`, only that."""
    if not isinstance(encoder, str):
        return []
    if encoder in encoders_for(first):
        return [first.kind]
    return [kind for kind, encoders in ENCODERS.items() if encoder in encoders]


def fitting_encoders(given: InputKind, asked: Extent = Extent.ONCE) -> Iterator[type[Encoder[Any]]]:
    """Yield the encoders of the kind that can be made to suit this size, the default first.

    They give features for what is `asked`.
    """
    choices = (each for each in encoders_for(type(given)).values() if each.gives is asked)
    return (each for each in choices if not each.suited(given).problem(given))


def default_encoder(given: InputKind, asked: Extent = Extent.ONCE) -> type[Encoder[Any]]:
    """Return the first encoder of the kind that fits; where none gives what is asked, any."""
    return next(fitting_encoders(given, asked), None) or next(fitting_encoders(given))
