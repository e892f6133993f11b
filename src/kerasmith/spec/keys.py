"""What the types of the catalogue say of a key: its sentence, its example, its words."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Literal, get_args, get_origin

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import FieldInfo
from msgspec.structs import fields as struct_fields

from kerasmith.catalogue.value_types import ColumnText, Name


class Named(Struct):
    """What every entry has."""

    name: Name
    column: (
        Annotated[
            ColumnText,
            Meta(
                description="What the data table calls it, where that is not a name for a model.",
                examples=["Petal Width"],
            ),
        ]
        | UnsetType
    ) = UNSET


@cache
def fields(struct: type[Struct]) -> tuple[FieldInfo, ...]:
    """Return what msgspec knows of the struct's fields; finding it out takes a while."""
    return struct_fields(struct)


@cache
def key_names(struct: type[Struct]) -> tuple[str, ...]:
    """Return the keys that the struct stands for."""
    return tuple(each.name for each in fields(struct))


def described(type_: object) -> tuple[str, object]:
    """Return the sentence and the example that a type carries."""
    for meta in metas_of(type_):
        if meta.description:
            return meta.description, (meta.examples or [None])[0]
    return "", None


def as_toml(key: str, example: object) -> str:
    """Return `key = example` as TOML writes it."""
    return f"{key} = {toml_value(example)}"


def toml_value(value: object) -> str:
    """Return a value on one line as TOML writes it; JSON's strings and numbers are TOML's."""
    if isinstance(value, dict):
        pairs = ", ".join(as_toml(key, each) for key, each in value.items())
        return f"{{ {pairs} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    return json.dumps(value, ensure_ascii=False)


def metas_of(type_: object) -> Iterator[Meta]:
    """Yield what is said of a type, outermost first."""
    yield from (meta for meta in getattr(type_, "__metadata__", ()) if isinstance(meta, Meta))
    for part in get_args(type_):
        yield from metas_of(part)


def literals(type_: object) -> tuple[object, ...]:
    """Return the words that a type allows; empty where it is not a choice of words."""
    if get_origin(type_) is Literal:
        return get_args(type_)
    return tuple(word for part in get_args(type_) for word in literals(part))
