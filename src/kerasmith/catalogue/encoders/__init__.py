"""The encoders: how one input becomes a vector of features.

An entry is a class: its fields are the hyperparameters a spec may set, its docstring is what the
user reads, `suited` chooses those that fit a size. The lines of code that it stands for are the
part of the same name in `templates/parts/encoders/KIND/`.
"""

from collections.abc import Iterator
from typing import Any

from kerasmith.catalogue.encoders import image, series, table, text
from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.inputs import InputKind

__all__ = [
    "ENCODERS",
    "MOST_PARAMETERS",
    "Encoder",
    "default_encoder",
    "encoders_for",
    "fitting_encoders",
]

MOST_PARAMETERS = 1_000_000_000
"""A starter project with a larger part than this is taken for a slip of the keyboard."""

ENCODERS: dict[str, dict[str, type[Encoder[Any]]]] = {}
"""Every encoder, by the kind it takes and by its name."""

for _module in (image, text, table, series):
    for _encoder in _module.ENCODERS:
        ENCODERS.setdefault(_encoder.takes.kind, {})[_encoder.encoder] = _encoder


def encoders_for(kind: type[InputKind]) -> dict[str, type[Encoder[Any]]]:
    """Return the encoders that take a kind, by name."""
    return ENCODERS[kind.kind]


def fitting_encoders(given: InputKind, asked: Extent = Extent.ONCE) -> Iterator[type[Encoder[Any]]]:
    """Yield the encoders of the kind that can be made to suit this size, the default first.

    They give features for what is `asked`.
    """
    choices = (each for each in encoders_for(type(given)).values() if each.gives is asked)
    return (each for each in choices if not each.suited(given).problem(given))


def default_encoder(given: InputKind, asked: Extent = Extent.ONCE) -> type[Encoder[Any]]:
    """Return the first encoder of the kind that fits; where none gives what is asked, any."""
    return next(fitting_encoders(given, asked), None) or next(fitting_encoders(given))
