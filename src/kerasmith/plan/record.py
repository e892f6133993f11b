"""What a project's record may say: a plan, field by field, of this version or of one before.

The record is the `.copier-answers.yml` of a project, which may be a stranger's. Its checksum tells
edits from slips, and no more: whoever edits the file can make one. So what it says is read by the
types of the plan, with the limits of the catalogue, before any of it is used.
"""

import keyword
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, get_args, get_origin

import msgspec
from msgspec import Struct

from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.endings import Numbers
from kerasmith.catalogue.inputs import INPUT_KINDS, Table
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.catalogue.plugins import standing_in
from kerasmith.catalogue.value_types import Name, ProjectName
from kerasmith.errors import did_you_mean, shortened
from kerasmith.plan.field_types import Hash, Text, Version, Word
from kerasmith.plan.planned import Plan, PlannedEncoder, PlannedInput, PlannedOutput, PlannedReason
from kerasmith.plan.stand_ins import recorded_plugins, stand_ins, wrong_words
from kerasmith.spec.keys import described, fields
from kerasmith.spec.specification import FORMAT, MOST_INPUTS

Values = Mapping[str, Any]

DEEPEST = 10
"""Mappings and lists inside each other at the most; a table's values need six."""

_FIRST: dict[type[Struct], tuple[str, ...]] = {
    Plan: (
        *("name", "package", "title", "description", "command", "spec"),
        *("api", "linear", "headline", "because", "reasons", "would_change"),
        *("inputs", "encoders", "merge", "trunk", "trunk_parameters", "outputs", "parameters"),
        *("picture", "sample", "sample_data", "expected"),
    ),
    PlannedInput: ("name", "kind", "shape", "sizes", "dtype", "fitted", "encoder"),
    PlannedEncoder: (
        *("stem", "encoder", "kind", "flow", "summary", "source", "inputs"),
        *("shape", "sizes", "knobs", "features", "parameters"),
    ),
    PlannedOutput: (
        *("name", "kind", "units", "columns", "classes", "activation", "loss", "metric"),
        *("score", "weight", "fitted", "parameters"),
    ),
    PlannedReason: (
        *("rule", "sentence", "verdict", "force", "because", "gave_way", "section", "passage"),
    ),
}
"""What the first release recorded, and every one since: the fields that no record lacks."""

_GONE: dict[type[Struct], dict[str, object]] = {
    Plan: {"jobs": tuple[Word, ...]},
    PlannedInput: {"numbers": Numbers},
    PlannedOutput: {"numbers": Numbers},
}
"""Fields that were recorded once and a plan has no longer."""

_BESIDE: dict[str, object] = {"_commit": Version, "templates": Hash, "checksum": Hash}
"""What is in a record beside the plan."""


@dataclass(frozen=True)
class Wrong:
    """What is wrong with a field: its path, what it is and what it should be."""

    path: str
    why: str


def wrong_in(values: Values) -> Iterator[Wrong]:
    """Yield what is wrong with a record: its form, then its fields, then whether they agree."""
    for check in (_form, _beside, _fields, _agreement):
        found = False
        for each in check(values):
            found = True
            yield each
        if found:  # what follows takes it for granted
            return


# === Form ===


def _form(values: Values) -> Iterator[Wrong]:
    """Check that there are texts, numbers and yes or no, not too deep inside each other."""
    todo: list[tuple[str, int, object]] = [("", 0, dict(values))]
    while todo:
        path, depth, value = todo.pop()
        if depth > DEEPEST:
            yield Wrong(path, "It is nested too deeply.")
        elif isinstance(value, dict):
            for key, each in value.items():
                if not isinstance(key, str) or not _converts(key, Text):
                    yield Wrong(path, f"{shortened(key)} cannot be a key.")
                else:
                    todo.append((f"{path}.{key}".lstrip("."), depth + 1, each))
        elif isinstance(value, list):
            todo += ((f"{path}[{n}]", depth + 1, each) for n, each in enumerate(value))
        elif not _is_plain(value):
            yield Wrong(path, f"{shortened(value)} is not text, a number, yes or no.")


def _is_plain(value: object) -> bool:
    if isinstance(value, float):
        return isfinite(value)
    if isinstance(value, int):
        return abs(value) <= 10**15
    return isinstance(value, str)


# === Fields ===


def _beside(values: Values) -> Iterator[Wrong]:
    """Check what is recorded beside the plan: the version, the templates' hash, the checksum."""
    for key, type_ in _BESIDE.items():
        if why := _against(values.get(key), type_):
            yield Wrong(key, why)


def _fields(values: Values) -> Iterator[Wrong]:
    own = {k: v for k, v in values.items() if not k.startswith("_") and k not in _BESIDE}
    yield from _struct("", own, Plan)


def _struct(path: str, value: object, struct: type[Struct]) -> Iterator[Wrong]:
    """Check each field of a struct; one that no release recorded is none."""
    if not isinstance(value, dict):
        yield Wrong(path, f"{shortened(value)} is not a mapping.")
        return
    types = {each.name: each.type for each in fields(struct)} | _GONE.get(struct, {})
    for key, each in value.items():
        where = f"{path}.{key}".lstrip(".")
        if key in types:
            yield from _value(where, each, types[key])
        else:
            yield Wrong(where, f"There is no such field. {did_you_mean(key, types)}")
    for key in _FIRST.get(struct, ()):
        if key not in value:
            yield Wrong(f"{path}.{key}".lstrip("."), "It is missing.")


def _value(path: str, value: object, type_: Any) -> Iterator[Wrong]:
    inside = get_args(type_)[0] if get_origin(type_) is tuple else None
    if isinstance(type_, type) and issubclass(type_, Struct):
        yield from _struct(path, value, type_)
    elif isinstance(inside, type) and issubclass(inside, Struct):
        if not isinstance(value, list) or len(value) > _most(inside):
            yield Wrong(path, f"It is not a list of {_most(inside)} at the most.")
            return
        for number, each in enumerate(value):
            yield from _struct(f"{path}[{number}]", each, inside)
    elif why := _against(value, type_):
        yield Wrong(path, why)


def _most(struct: type[Struct]) -> int:
    return 50 if struct is PlannedReason else MOST_INPUTS


def _against(value: object, type_: object) -> str:
    """Say why a value is none of a type; empty where it is one."""
    if _converts(value, type_):
        return ""
    return f"Received: {shortened(value)}. {described(type_)[0]}".strip()


def _converts(value: object, type_: object) -> bool:
    try:
        msgspec.convert(value, type_)
    except msgspec.ValidationError:
        return False
    return True


# === Agreement ===


def _agreement(values: Values) -> Iterator[Wrong]:
    """Check what the parts say of each other, and that code can be written with the names."""
    if wrong := list(_plugins(values)):
        yield from wrong
        return
    with standing_in(stand_ins(recorded_plugins(values), {})):
        yield from _agreement_of_parts(values)


_PART_PATH = re.compile(r"(parts|project|recipes)(/[\w .,'{}%()=-]+)+", re.ASCII)

MOST_FILES = 200
"""Templates of one plug-in in a project at the most."""


def _plugins(values: Values) -> Iterator[Wrong]:
    """Check that what is recorded of plug-ins can be entries, and where their templates are."""
    plugins = recorded_plugins(values)
    kinds = {each.kind for plugin in plugins for each in plugin.inputs}
    for number, plugin in enumerate(plugins):
        if len(plugin.files) > MOST_FILES:
            yield Wrong(f"plugins[{number}].files", f"They are more than {MOST_FILES}.")
        for path in plugin.files:
            if not _PART_PATH.fullmatch(path) or "/../" in f"{path}/":
                yield Wrong(f"plugins[{number}].files", f"{shortened(path)} is no template.")
        for word in wrong_words(plugin, kinds):
            yield Wrong(f"plugins[{number}]", f"{shortened(word)} cannot be there.")
        used = [each.used for each in plugin.inputs] + [each.used for each in plugin.outputs]
        if not all(used) or any({*u.usual, *u.said} > {*u.keys} for sizes in used for u in sizes):
            yield Wrong(f"plugins[{number}]", "A kind has no size.")


def _agreement_of_parts(values: Values) -> Iterator[Wrong]:
    if values["package"] != values["name"].replace("-", "_"):
        yield Wrong("package", "It is not the name as Python imports it.")
    yield from _names(values)
    yield from _spec(values["spec"])
    stems = [each["stem"] for each in values["encoders"]]
    for number, each in enumerate(values["inputs"]):
        yield from _kind(f"inputs[{number}]", each)
        if each["encoder"] not in stems:
            yield Wrong(f"inputs[{number}].encoder", "There is no such encoder.")
    for number, each in enumerate(values["encoders"]):
        yield from _kind(f"encoders[{number}]", each)
        yield from _knobs(f"encoders[{number}].knobs", each)
    for number, each in enumerate(values["outputs"]):
        yield from _output(f"outputs[{number}]", each)


def _names(values: Values) -> Iterator[Wrong]:
    """Check that each name appears once, and is one that Python takes."""
    parts = {
        "inputs": [each["name"] for each in values["inputs"]],
        "outputs": [each["name"] for each in values["outputs"]],
        "encoders": [each["stem"] for each in values["encoders"]],
    }
    read = [name for each in values["encoders"] for name in each["inputs"]]
    for section, names in {**parts, "package": [values["package"]]}.items():
        if not names or len(set(names)) < len(names):
            yield Wrong(section, "Each has a name of its own.")
        for name in names:
            if keyword.iskeyword(name):
                yield Wrong(section, f"{name!r} is a Python keyword.")
    if set(parts["inputs"]) & set(parts["outputs"]):
        yield Wrong("outputs", "One has the name of an input.")
    if sorted(read) != sorted(parts["inputs"]):
        yield Wrong("encoders", "They name inputs that do not exist.")


def _kind(path: str, each: Values) -> Iterator[Wrong]:
    """Check the kind of an input, or of those of an encoder, and the sizes that go with it."""
    kind = INPUT_KINDS.get(each["kind"])
    if kind is None:
        yield Wrong(f"{path}.kind", did_you_mean(each["kind"], INPUT_KINDS))
        return
    if each.get("part", kind.kind) not in (kind.kind, kind.windows_part):
        yield Wrong(f"{path}.part", "It belongs to another kind.")
    for field in fields(kind):
        where = f"{path}.sizes.{field.name}"
        if field.name not in each["sizes"]:
            if field.required:
                yield Wrong(where, "It is missing.")
                return
        elif why := _against(each["sizes"][field.name], field.type):
            yield Wrong(where, why)
            return
    yield from _only(f"{path}.sizes", each["sizes"], [each.name for each in fields(kind)])
    augmented = {field.name: field.type for field in fields(kind)}
    for key, value in each.get("augmentation", {}).items():
        if key not in kind.augmentations or _against(value, augmented[key]):
            yield Wrong(f"{path}.augmentation.{key}", f"Received: {shortened(value)}")
    sizes = msgspec.convert(each["sizes"], kind)
    if kind is not Table and list(sizes.tensor_shape) != each["shape"]:
        yield Wrong(f"{path}.shape", "It differs from what its sizes say.")


def _knobs(path: str, each: Values) -> Iterator[Wrong]:
    """Check the hyperparameters of an encoder; of one that left the catalogue, numbers."""
    kind = INPUT_KINDS.get(each["kind"])
    encoder = encoders_for(kind).get(each["encoder"]) if kind else None
    types = {field.name: field.type for field in fields(encoder)} if encoder else {}
    for key, value in each["knobs"].items():
        if why := _against(key, Name) or _against(value, types.get(key, _NUMBERS)):
            yield Wrong(f"{path}.{shortened(key)}", why)


_NUMBERS = int | float | tuple[int | float, ...]


def _only(path: str, value: Values, known: list[str]) -> Iterator[Wrong]:
    for key in value:
        if key not in known:
            yield Wrong(f"{path}.{key}", f"There is no such field. {did_you_mean(key, known)}")


def _output(path: str, each: Values) -> Iterator[Wrong]:
    if each["kind"] not in OUTPUT_KINDS:
        yield Wrong(f"{path}.kind", did_you_mean(each["kind"], OUTPUT_KINDS))
    if each.get("part", each["kind"]) != each["kind"]:
        yield Wrong(f"{path}.part", "It belongs to another kind.")
    if each["classes"] and len(each["classes"]) != each["units"]:
        yield Wrong(f"{path}.units", "There is one for each class.")


# === What the spec said ===


def _spec(spec: Values) -> Iterator[Wrong]:
    """Check that the recorded spec has the form of one; its limits are those of its day."""
    found = spec.get("format")
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= FORMAT:
        yield Wrong("spec.format", f"It is not one of 1 to {FORMAT}.")
    for section, value in spec.items():
        if section not in ("format", *_SECTIONS):
            yield Wrong(f"spec.{section}", did_you_mean(section, _SECTIONS))
        elif section != "format" and not _converts(value, _SECTIONS[section]):
            yield Wrong(f"spec.{section}", "It is not a table, or not a list of tables.")
        elif section != "format":
            yield from _tables(f"spec.{section}", value)
    for section in ("inputs", "outputs"):
        entries = spec.get(section)
        if not isinstance(entries, list) or not all(_is_named(each) for each in entries):
            yield Wrong(f"spec.{section}", "Each has a name.")
    if not _is_named(spec.get("project")):
        yield Wrong("spec.project", "It has a name.")


_SECTIONS: dict[str, object] = {
    **dict.fromkeys(("project", "model", "data"), dict[str, Any]),
    **dict.fromkeys(("inputs", "outputs", "shared"), list[dict[str, Any]]),
}


def _is_named(entry: object) -> bool:
    return isinstance(entry, dict) and _converts(entry.get("name"), ProjectName)


def _tables(path: str, value: object) -> Iterator[Wrong]:
    """Check keys, which are written without quotes, and texts, which are one line."""
    if isinstance(value, dict):
        for key, each in value.items():
            if not re.fullmatch("[a-z][a-z_]{0,59}", key):
                yield Wrong(path, f"{shortened(key)} is not a key of a spec.")
            yield from _tables(f"{path}.{key}", each)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _tables(f"{path}[{number}]", each)
    elif isinstance(value, str) and (why := _against(value, Text)):
        yield Wrong(path, why)
