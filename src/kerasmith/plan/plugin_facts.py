"""What a plan records of plug-ins: which ones a project uses, and what it takes from them.

An update has to plan and to render a project where its plug-ins are not installed, or others than
then. So the record holds what the catalogue knew of each entry for the sizes that the project has
(`stand_ins` makes entries of it again), and which templates went with it, into `.kerasmith/parts`.
"""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.inputs import InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.plugins import Claim, owner_of, templates_for
from kerasmith.catalogue.value_types import Name
from kerasmith.plan.field_types import (
    Count,
    Dtype,
    Hash,
    LabelShape,
    OptionalText,
    OptionalWord,
    Sentence,
    Size,
    Text,
    Texts,
    Version,
    Word,
)
from kerasmith.spec.keys import key_names
from kerasmith.spec.specification import Input, Output, Spec
from kerasmith.spec.tables import plain


class UsedSize(Struct, frozen=True):
    """A size that an input or output of the project has, and what follows from it.

    `keys` are those of its entry, `usual` the ones of them that it may leave out. `flag` is how a
    flag writes it, and `said` the keys that this says; `columns` are those of the data table by the
    name of the input or output.
    """

    keys: dict[str, Any]
    usual: tuple[Name, ...]
    shape: LabelShape
    units: Count
    fitted: bool
    sayable: bool
    flag: OptionalText
    said: tuple[Name, ...]
    columns: dict[Text, Texts]
    numbers: Texts


class InputFacts(Struct, frozen=True):
    """What the catalogue knew of a kind of input."""

    kind: Word
    summary: Sentence
    dtype: Dtype
    reads: Word
    decoded: bool
    is_quick: bool
    windows_part: OptionalWord
    size_hint: OptionalText
    in_the_table: OptionalText
    used: tuple[UsedSize, ...]
    augmentations: tuple[Name, ...] = ()


class OutputFacts(Struct, frozen=True):
    """What the catalogue knew of a kind of output."""

    kind: Word
    summary: Sentence
    activation: Word
    loss: Word
    metric: Word
    score: Word
    needs: tuple[Word, ...]
    answers: Sentence
    fitted: bool
    layout: Word
    label_dtype: Dtype
    stratifies: bool
    perfect: float
    bar: float
    size_hint: OptionalText
    in_the_table: OptionalText
    used: tuple[UsedSize, ...]
    calibrated: bool = False


class EncoderFacts(Struct, frozen=True):
    """What the catalogue knew of an encoder, for inputs of one size."""

    encoder: Word
    kind: Word
    summary: Sentence
    flow: Word
    gives: Sentence
    source: Sentence
    layers: Texts
    local_names: Texts
    unnamed_layers: Texts
    sizes: dict[str, Any]
    knobs: dict[str, Any]
    features: Size
    parameters: Count


class MergeFacts(Struct, frozen=True):
    """What the catalogue knew of a merge, for branches of these widths."""

    name: Word
    summary: Sentence
    widths: tuple[Size, ...]
    width: Size


class FeatureFacts(Struct, frozen=True):
    """What the catalogue knew of a feature."""

    name: Word
    summary: Sentence
    needs: tuple[Word, ...]
    backends: tuple[Word, ...]
    layouts: tuple[Word, ...]
    tunes: bool = False


class PlannedPlugin(Struct, frozen=True):
    """A plug-in that the project uses; `files` are its templates that go with it, with hashes."""

    name: Text
    package: Text
    version: Version
    files: dict[Text, Hash]
    inputs: tuple[InputFacts, ...] = ()
    outputs: tuple[OutputFacts, ...] = ()
    encoders: tuple[EncoderFacts, ...] = ()
    merges: tuple[MergeFacts, ...] = ()
    features: tuple[FeatureFacts, ...] = ()
    recipes: tuple[Word, ...] = ()


def planned_plugins(
    spec: Spec, merge: str, widths: tuple[int, ...], recipe: str
) -> tuple[PlannedPlugin, ...]:
    """Return the plug-ins that a project uses, sorted by package."""
    facts = list(_facts(spec, merge, widths, recipe))
    owners = {owner.name: owner for claim, _ in facts if (owner := owner_of(claim))}
    plugins = []
    for owner in sorted(owners.values(), key=lambda each: (each.package, each.name)):
        own = [(claim, fact) for claim, fact in facts if owner_of(claim) is owner]
        files = templates_for(owner, [claim for claim, _ in own])
        families: dict[str, list[Any]] = {}
        for claim, fact in own:
            if fact not in families.setdefault(claim.family, []):
                families[claim.family].append(fact)
        plugins.append(
            PlannedPlugin(
                name=owner.name,
                package=owner.package,
                version=owner.version,
                files={path: text_hash(text) for path, text in sorted(files.items())},
                **{family: tuple(each) for family, each in families.items()},
            )
        )
    return tuple(plugins)


def text_hash(text: str) -> str:
    """Return what a template that went with a project is known by."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _facts(
    spec: Spec, merge: str, widths: tuple[int, ...], recipe: str
) -> Iterator[tuple[Claim, object]]:
    """Yield what is of plug-ins, with what the catalogue knows of it."""
    inputs = [(Claim("inputs", each.kind.kind), each) for each in spec.inputs]
    outputs = [(Claim("outputs", each.kind.kind), each) for each in spec.outputs]
    for claim in dict.fromkeys(claim for claim, _ in inputs if owner_of(claim)):
        yield claim, _input([each for other, each in inputs if other == claim])
    for claim in dict.fromkeys(claim for claim, _ in outputs if owner_of(claim)):
        yield claim, _output([each for other, each in outputs if other == claim])
    for given in spec.inputs:
        encoder = spec.encoders[given.name]
        claim = Claim("encoders", encoder.encoder, encoder.takes.kind)
        if owner_of(claim):
            yield claim, _encoder(given, encoder)
    if merge and owner_of(claim := Claim("merges", merge)):
        known = MERGES[merge]
        yield claim, MergeFacts(merge, known.summary, widths, known.width(widths))
    for name in spec.features:
        if owner_of(claim := Claim("features", name)):
            known_as = FEATURES[name]
            yield (
                claim,
                FeatureFacts(
                    name,
                    known_as.summary,
                    known_as.needs,
                    known_as.backends,
                    known_as.layouts,
                    known_as.tunes,
                ),
            )
    if recipe and owner_of(claim := Claim("recipes", recipe)):
        yield claim, recipe


def _input(used: list[Input]) -> InputFacts:
    kind = type(used[0].kind)
    return InputFacts(
        **{name: getattr(kind, name) for name in _facts_named(InputFacts, kind)},
        summary=_summary(kind),
        used=tuple(_used(each) for each in used),
    )


def _output(used: list[Output]) -> OutputFacts:
    kind = type(used[0].kind)
    facts = {name: getattr(kind, name) for name in _facts_named(OutputFacts, kind)}
    facts["needs"] = kind.kinds_needed()
    return OutputFacts(
        **{**facts, "answers": kind.answers.value},
        summary=_summary(kind),
        used=tuple(_used(each) for each in used),
    )


def _facts_named(facts: type[Struct], entry: type[Struct]) -> list[str]:
    return [name for name in key_names(facts) if hasattr(entry, name)]


def _used(each: Input | Output) -> UsedSize:
    kind = each.kind
    keys = {key: value for key, value in asdict(kind).items() if key != "weight"}
    flag = kind.to_flag()
    columns = {
        name: kind.columns_of(name) for name in sorted({each.name, each.column or each.name})
    }
    return UsedSize(
        keys=plain(keys),
        usual=tuple(key for key in keys if key not in plain(kind)),
        shape=kind.tensor_shape if isinstance(kind, InputKind) else kind.label_shape,
        units=0 if isinstance(kind, InputKind) else kind.units,
        fitted=kind.fitted,
        sayable=flag is not None,
        flag=flag or "",
        said=() if flag is None else tuple(kind.from_flag(flag)),
        columns=columns,
        numbers=tuple(c for cs in columns.values() for c in cs if kind.holds_number(c)),
    )


def _encoder(given: Input, encoder: Any) -> EncoderFacts:
    return EncoderFacts(
        encoder=encoder.encoder,
        kind=encoder.takes.kind,
        summary=_summary(type(encoder)),
        flow=encoder.flow.value,
        gives=encoder.gives.value,
        source=encoder.source,
        layers=encoder.layers,
        local_names=encoder.local_names,
        unnamed_layers=encoder.unnamed_layers,
        sizes=plain(given.kind.recorded_sizes),
        knobs=msgspec.to_builtins(encoder),
        features=encoder.features(given.kind),
        parameters=encoder.parameters(given.kind),
    )


def _summary(entry: type) -> str:
    return (entry.__doc__ or "").strip()
