"""Entries of the catalogue made of what a record says of plug-ins, where these are not installed.

A stand-in knows what was recorded, and nothing else: the sizes that the project has, for each its
shape, its columns, its parameters. Whoever asks for another size is told to install the plug-in.
Nothing of the plug-in's code is needed, and none of it is in a project.
"""

import keyword
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, defstruct
from msgspec.structs import asdict

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.features import FEATURES, Feature
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES, Merge
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.catalogue.plugins import Claim, Found, own_claims, owner_of
from kerasmith.catalogue.recipe_folders import RECIPE_FILE
from kerasmith.plan.plugin_facts import (
    EncoderFacts,
    FeatureFacts,
    InputFacts,
    MergeFacts,
    OutputFacts,
    PlannedPlugin,
    UsedSize,
)
from kerasmith.spec.tables import plain

Texts = Mapping[str, str]


def recorded_plugins(values: Mapping[str, Any]) -> tuple[PlannedPlugin, ...]:
    """Return the plug-ins that a record names; one of before there were any names none."""
    return msgspec.convert(values.get("plugins", ()), tuple[PlannedPlugin, ...])


def wrong_words(plugin: PlannedPlugin, kinds: Container[str]) -> Iterator[str]:
    """Yield what of a record cannot be an entry: keys that are no names, words of no meaning.

    `kinds` are those of input that the record's plug-ins bring.
    """
    for entry, base in ((plugin.inputs, InputKind), (plugin.outputs, OutputKind)):
        for facts in entry:
            for used in facts.used:
                yield from (key for key in used.keys if _is_taken(key, base))
    for given in plugin.inputs:
        keys = [used.keys for used in given.used]
        yield from (key for key in given.augmentations if not all(key in each for each in keys))
    for encoder in plugin.encoders:
        yield from (key for key in encoder.knobs if _is_taken(key, Encoder))
        if encoder.flow not in [*Flow] or encoder.gives not in [*Extent]:
            yield encoder.flow
        if encoder.kind not in kinds and encoder.kind not in INPUT_KINDS:
            yield encoder.kind
    for output in plugin.outputs:
        if output.answers not in [*Extent]:
            yield output.answers
    for feature in plugin.features:
        yield from (name for name in feature.backends if name not in BACKENDS)


def _is_taken(key: str, base: type) -> bool:
    return not key.isidentifier() or keyword.iskeyword(key) or hasattr(base, key) or key[0] == "_"


def stand_ins(
    plugins: Sequence[PlannedPlugin],
    texts: Texts,
    folder: Path | None = None,
    *,
    outdated: Callable[[PlannedPlugin], bool] = lambda plugin: False,
) -> tuple[Found, ...]:
    """Return what a project brings along of plug-ins that are not installed, or are `outdated`.

    `texts` are their templates, and `folder` is where recipes among these are.
    """
    found = []
    kinds = {each.kind: each for plugin in plugins for each in plugin.inputs}
    for plugin in plugins:
        said = f"{plugin.package} {plugin.version}"
        own = {path: texts[path] for path in plugin.files if path in texts}
        entries = {
            claim: entry
            for claim, entry in _entries(plugin, said, kinds, folder)
            if claim not in own_claims() and (outdated(plugin) or _is_missing(claim, plugin))
        }
        if entries:
            found.append(
                Found(
                    plugin.name,
                    plugin.package,
                    plugin.version,
                    entries,
                    lambda own=own: own,  # type: ignore[misc]  # bound while the loop is here
                    is_foreign=True,
                )
            )
    return tuple(found)


def _is_missing(claim: Claim, plugin: PlannedPlugin) -> bool:
    """Say whether no installed plug-in brings an entry."""
    known: dict[str, Mapping[str, Any]] = {
        "inputs": INPUT_KINDS,
        "outputs": OUTPUT_KINDS,
        "merges": MERGES,
        "features": FEATURES,
    }
    found = claim.name in known[claim.family] if claim.family in known else False
    return not found and owner_of(claim) is None


def _entries(
    plugin: PlannedPlugin, said: str, kinds: Mapping[str, InputFacts], folder: Path | None
) -> Iterator[tuple[Claim, Any]]:
    for given in plugin.inputs:
        yield Claim("inputs", given.kind), _input(given, said)
    for output in plugin.outputs:
        yield Claim("outputs", output.kind), _output(output, said)
    for claim in dict.fromkeys(Claim("encoders", e.encoder, e.kind) for e in plugin.encoders):
        every = [e for e in plugin.encoders if (e.encoder, e.kind) == (claim.name, claim.kind)]
        yield claim, _encoder(every, said, kinds)
    for merge in plugin.merges:
        yield Claim("merges", merge.name), _merge(merge, said)
    for feature in plugin.features:
        yield Claim("features", feature.name), _feature(feature)
    for name in plugin.recipes if folder else ():
        assert folder is not None
        if (folder / "recipes" / name / RECIPE_FILE).is_file():
            yield Claim("recipes", name), folder / "recipes" / name


def _not_installed(what: str, said: str) -> str:
    return f"The plug-in {said} is not installed, and {what} needs it."


# === Kinds ===


def _input(facts: InputFacts, said: str) -> type[InputKind]:
    used = facts.used
    members: dict[str, Any] = {
        **_kind_members(facts, used, said),
        "windows_part": facts.windows_part,
        "augmentations": facts.augmentations,
        "is_quick": facts.is_quick,
        "decoded": facts.decoded,
        "dtype": facts.dtype,
        "reads": facts.reads,
        "tensor_shape": property(lambda self: _found(self, used).shape),
        "fitted": property(lambda self: _found(self, used).fitted),
    }
    kind: type[InputKind] = _struct(facts.kind, used, InputKind, members)
    return kind


def _output(facts: OutputFacts, said: str) -> type[OutputKind]:
    used = facts.used
    learned = ("activation", "loss", "metric", "score", "perfect", "bar", "calibrated")
    plainly = (*learned, "needs", "fitted", "layout", "label_dtype", "stratifies")
    members: dict[str, Any] = {
        **_kind_members(facts, used, said),
        **{name: getattr(facts, name) for name in plainly},
        "answers": Extent(facts.answers),
        "units": property(lambda self: _found(self, used).units),
        "label_shape": property(lambda self: _found(self, used).shape),
    }
    kind: type[OutputKind] = _struct(facts.kind, used, OutputKind, members)
    return kind


def _kind_members(
    facts: InputFacts | OutputFacts, used: tuple[UsedSize, ...], said: str
) -> dict[str, Any]:
    by_flag = {each.flag: each for each in used if each.sayable}
    columns = {name: found for each in used for name, found in each.columns.items()}
    numbers = {column for each in used for column in each.numbers}

    def problem(self: Struct) -> str:
        return "" if _at(self, used) else _not_installed("another size", said)

    def from_flag(size: str) -> dict[str, object]:
        found = by_flag.get(size)
        return {key: found.keys[key] for key in found.said if key in found.keys} if found else {}

    def to_flag(self: Struct) -> str | None:
        found = _at(self, used)
        return found.flag if found and found.sayable else None

    return {
        "__doc__": facts.summary,
        "kind": facts.kind,
        "size_hint": facts.size_hint,
        "in_the_table": facts.in_the_table,
        "problem": problem,
        "from_flag": staticmethod(from_flag),
        "to_flag": to_flag,
        "columns_of": lambda self, name: columns.get(name, (name,)),
        "holds_number": lambda self, column: column in numbers,
    }


def _struct(name: str, used: tuple[UsedSize, ...], base: type, members: dict[str, Any]) -> Any:
    usual = {key: each.keys[key] for each in used for key in each.usual if key in each.keys}
    keys = dict.fromkeys(key for each in used for key in each.keys)
    fields: list[Any] = [(key, Any) for key in keys if key not in usual]
    fields += [(key, Any, _default(value)) for key, value in usual.items()]
    return defstruct(
        _title(name),
        fields,
        bases=(base,),
        namespace=members,
        frozen=True,
        omit_defaults=True,
        kw_only=True,
    )


def _default(value: object) -> object:
    """Return a value as the default of a field, which nobody may change."""
    return msgspec.field(default_factory=lambda: value) if isinstance(value, list | dict) else value


def _title(name: str) -> str:
    return "".join(word.capitalize() for word in name.replace("-", "_").split("_"))


def _at(kind: Struct, used: tuple[UsedSize, ...]) -> UsedSize | None:
    keys = {key: value for key, value in plain(asdict(kind)).items() if key != "weight"}
    return next((each for each in used if each.keys == keys), None)


def _found(kind: Struct, used: tuple[UsedSize, ...]) -> UsedSize:
    """Return what is known of a size; of one that is not, what is known of another."""
    return _at(kind, used) or used[0]


# === Encoders, merges, features ===


def _encoder(
    every: list[EncoderFacts], said: str, kinds: Mapping[str, InputFacts]
) -> type[Encoder[Any]]:
    first = every[0]
    takes = INPUT_KINDS.get(first.kind) or _input(kinds[first.kind], said)

    def at(self: Encoder[Any] | None, given: InputKind) -> EncoderFacts | None:
        sizes = plain(given.recorded_sizes)
        knobs = None if self is None else msgspec.to_builtins(self)
        fitting = (each for each in every if each.sizes == sizes)
        return next((each for each in fitting if knobs in (None, plain(each.knobs))), None)

    def suited(cls: type[Encoder[Any]], given: InputKind) -> Encoder[Any]:
        return cls(**(at(None, given) or first).knobs)

    def problem(self: Encoder[Any], given: InputKind) -> str:
        return "" if at(self, given) else _not_installed("another size or hyperparameter", said)

    members: dict[str, Any] = {
        "__doc__": first.summary,
        "encoder": first.encoder,
        "takes": takes,
        "flow": Flow(first.flow),
        "gives": Extent(first.gives),
        "source": first.source,
        "layers": first.layers,
        "local_names": first.local_names,
        "unnamed_layers": first.unnamed_layers,
        "suited": classmethod(suited),
        "problem": problem,
        "features": lambda self, given: (at(self, given) or first).features,
        "parameters": lambda self, given: (at(self, given) or first).parameters,
    }
    fields = [(key, Any, _default(value)) for key, value in first.knobs.items()]
    made: Any = defstruct(
        _title(first.encoder), fields, bases=(Encoder,), namespace=members, frozen=True
    )
    return made  # type: ignore[no-any-return]


def _merge(facts: MergeFacts, said: str) -> Merge:
    def problem(widths: tuple[int, ...]) -> str:
        return "" if widths == facts.widths else _not_installed("a merge of other widths", said)

    return Merge(facts.name, facts.summary, lambda widths: facts.width, problem)


def _feature(facts: FeatureFacts) -> Feature:
    return Feature(
        facts.name,
        facts.summary,
        facts.needs,
        facts.backends,
        layouts=facts.layouts,
        tunes=facts.tunes,
    )
