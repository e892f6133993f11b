"""The checks: for an entry of each family, the specs of projects that use it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jinja2 import nodes

from kerasmith.catalogue import plugins
from kerasmith.catalogue.backends import USUAL_BACKEND
from kerasmith.catalogue.contract import CONTRACT
from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.encoders.base import Encoder
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.features import FEATURES, Feature, backends_for, works_on
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import Merge
from kerasmith.catalogue.outputs import OutputKind
from kerasmith.catalogue.plugin_type import Plugin
from kerasmith.catalogue.plugins import Claim, Found, own_claims, part_of, standing_in
from kerasmith.catalogue.recipe_folders import templates_dir
from kerasmith.catalogue.value_types import NAME_LENGTH
from kerasmith.errors import KerasmithError
from kerasmith.render.jinja import environment
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import Tables, first_drawn, keys_of, specs_with
from kerasmith.testing.tested_projects import check_added_and_taken_out, check_specs

LONG = "n" * NAME_LENGTH
"""A name of as many characters as one may have: no line of code may be too long for it."""

_SIZES = {
    "image": ("12x16x3", "17x9x1", "32x32x4"),
    "audio": ("8000x1", "1023x0.25", "44100x0.5"),
    "text": ("40", "1", "300"),
    "table": ("age,height,sex/f/m", "one"),
    "series": ("24x1", "7x3"),
    "category": ("north,south", "10"),
}
"""Sizes of kerasmith's own kinds: usual, odd and small ones."""

_ANSWERS = ("binary", "category:3", "number:2")

_NUMBERS = ("one", "two", "three")

DRAWS = 6
"""How many specs are drawn at random for an entry, where a test says nothing else."""


def check_encoder(
    encoder: type[Encoder[Any]],
    plugin: Plugin,
    folder: Path,
    *,
    sizes: Sequence[str] = (),
    draws: int = DRAWS,
    train: bool = True,
) -> None:
    """Check an encoder, for inputs of several sizes, beside other inputs and shared by two.

    `sizes` are those of the kind that it takes, as flags write them; a kind has usual ones.
    """
    with _catalogued(plugin) as found:
        _check_entry(Claim("encoders", encoder.encoder, encoder.takes.kind), found)
        kind = encoder.takes
        tried = [f"{kind.kind}:{size}" for size in sizes or _sizes(kind)]
        fitting = [each for each in tried if _fits(encoder, each)]
        assert fitting, f"{encoder.encoder} fits no size of {', '.join(tried)}; name sizes"
        specs = [
            _spec([f"{name}:{size}={encoder.encoder}"], [f"answer:{_ANSWERS[n % len(_ANSWERS)]}"])
            for n, size in enumerate(fitting)
            for name in ("given", LONG)[: 1 if n else 2]
        ]
        first = fitting[0]
        others = [f"one:{first}={encoder.encoder}", "place:category:3", f"two:{first}"]
        specs.append(_spec([others[0], others[1]], ["answer:category:3", "second:number"]))
        twice = [f"{name}:{first}={encoder.encoder}" for name in ("left", "right")]
        specs.append(_spec(twice, ["same:binary"], share=["left,right"]))
        drawn = specs_with(_entry(kind, fitting, encoder))
        specs += _random(
            draws, drawn, lambda spec: encoder in [each.encoder for each in spec.inputs]
        )
        check_specs(specs, found, folder, train=train)


def check_kind(
    kind: type[InputKind] | type[OutputKind],
    plugin: Plugin,
    folder: Path,
    *,
    sizes: Sequence[str] = (),
    draws: int = DRAWS,
    train: bool = True,
) -> None:
    """Check a kind of input or output, with others, and an output with every feature, too.

    `sizes` are what flags say of it; left out, those of its `size_hint`.
    """
    family = "inputs" if issubclass(kind, InputKind) else "outputs"
    with _catalogued(plugin) as found:
        _check_entry(Claim(family, kind.kind), found)
        texts = [f"{kind.kind}:{size}".rstrip(":") for size in sizes or (kind.size_hint,)]
        for text in texts:
            _check_flag(kind, text.partition(":")[2])
        if issubclass(kind, InputKind):
            assert list(encoders_for(kind)), f"No encoder takes {kind.kind}."
            specs = [
                _spec([f"{name}:{text}", *more], [f"answer:{answer}"])
                for text in texts
                for name in ("given", LONG)
                for more, answer in (([], "category:3"), (["place:category:3"], "number"))
            ]
            drawn = specs_with(first_input=_entry(kind, texts))
        else:
            needed = (*kind.kinds_needed(), "image")[0]
            size = _sizes(INPUT_KINDS[needed])[0]
            specs = [
                _spec([f"given:{needed}:{size}"], [f"{name}:{text}"])
                for text in texts
                for name in ("answer", LONG)
            ]
            if kind.layout == "rows" and kind.answers is Extent.ONCE:
                inputs = [f"given:{needed}:{size}", "place:category:3"]
                answers = [f"answer:{texts[0]}", "second:category:3"]
                specs += [_spec(inputs, answers), _spec(inputs, answers, with_=_all_features())]
            first = keys_of(INPUT_KINDS[needed], optional=False)
            drawn = specs_with(
                first.map(lambda keys: {"kind": needed, **keys}), _entry(kind, texts)
            )
        specs += _random(draws, drawn, lambda spec: _has_kind(spec, kind))
        check_specs(specs, found, folder, train=train)


def check_merge(
    merge: Merge, plugin: Plugin, folder: Path, *, draws: int = DRAWS, train: bool = True
) -> None:
    """Check a merge, for two and three inputs with as many features as it takes."""
    with _catalogued(plugin) as found:
        _check_entry(Claim("merges", merge.name), found)
        widths = [(8, 8), (8, 8, 8), (4, 16), (4, 16, 8)]
        taken = [each for each in widths if not merge.problem(each)]
        assert taken, f"{merge.name} merges none of {', '.join(map(str, widths))}."
        said = [f"model.merge={merge.name}"]
        specs = []
        for number, features in enumerate(taken):
            inputs = [f"{_NUMBERS[n]}:category:9=embedding" for n in range(len(features))]
            sizes = [f"inputs.{_NUMBERS[n]}.embedding={size}" for n, size in enumerate(features)]
            answers = [f"answer:{_ANSWERS[number % len(_ANSWERS)]}"]
            specs.append(_spec(inputs, answers, set=[*said, *sizes]))
        drawn = specs_with(merge=merge.name)
        specs += _random(draws, drawn, lambda spec: spec.model.merge == merge.name)
        check_specs(specs, found, folder, train=train)


def check_feature(
    feature: Feature, plugin: Plugin, folder: Path, *, draws: int = DRAWS, train: bool = True
) -> None:
    """Check a feature, alone and with all of kerasmith's own, on each backend that it knows."""
    with _catalogued(plugin) as found:
        _check_entry(Claim("features", feature.name), found)
        specs = [
            _spec(["given:image:8x8x1"], ["answer:category:3"], backend=backend, with_=words)
            for backend in backends_for(feature)
            for words in ([feature.name], ["all", feature.name])
        ]
        specs.append(
            _spec(
                [f"{LONG}:category:3", "other:text:5"],
                ["answer:number", "second:binary"],
                backend=backends_for(feature)[0],
                with_=[feature.name],
            )
        )
        drawn = specs_with(feature=feature.name, backend=backends_for(feature)[0])
        specs += _random(draws, drawn, lambda spec: feature.name in (spec.project.features or ()))
        usual = all(spec.project.backend == USUAL_BACKEND for spec in specs)
        check_specs(specs, found, folder, train=train and usual)
        check_added_and_taken_out(feature, folder / "project0")


def check_recipe(name: str, plugin: Plugin, folder: Path, *, train: bool = True) -> None:
    """Check a recipe: its spec, its sample, and that its model learns from it."""
    with _catalogued(plugin) as found:
        _check_entry(Claim("recipes", name), found)
        recipe = load_recipe(name)
        said = recipe.tables.get("data", {}).get("sample")
        assert said == name, f'recipe.toml says sample = "{said}" in [data], not "{name}".'
        check_specs([recipe.spec], found, folder, train=train)


# === The plug-in ===


@contextmanager
def _catalogued(plugin: Plugin) -> Iterator[Found]:
    """Have a plug-in in the catalogue, whether it is installed or not."""
    plugins.found()  # so that an installed one does not come up while this one is taken out
    found = plugins.read(Found("tested", "tested-plug-in", "0"), plugin)
    assert not found.problems, found.problems[0].why
    taken = [str(claim) for claim in found.entries if claim in own_claims()]
    assert not taken, f"kerasmith has its own {', '.join(taken)}."
    with standing_in([found]):
        yield found


def _check_entry(claim: Claim, found: Found) -> None:
    """Check that the plug-in brings an entry, and that its part has the macros of the contract."""
    assert claim in found.entries, f"The plug-in does not bring the {claim}."
    if claim.family not in CONTRACT:
        return
    macros = CONTRACT[claim.family]
    text = found.texts()[part_of(claim)]
    tree = environment(templates_dir(), tuple(found.texts().items())).parse(text)
    has = {macro.name for macro in tree.find_all(nodes.Macro)}
    missing = [f"{name} ({each.file})" for name, each in macros.items() if each.required]
    missing = [each for each in missing if each.split(" ")[0] not in has]
    assert not missing, f"{part_of(claim)} has no macro {', '.join(missing)}."
    unknown = [name for name in has if name not in macros and not name.startswith("_")]
    assert not unknown, f"{part_of(claim)}: nothing asks for {', '.join(sorted(unknown))}."


def _check_flag(kind: type[InputKind] | type[OutputKind], size: str) -> None:
    """Check that `to_flag` and `from_flag` read each other back."""
    made = msgspec.convert(kind.from_flag(size), kind)
    flag = made.to_flag()
    assert flag is not None, f"{kind.kind}: to_flag says nothing for {size!r}, which a flag said."
    again = msgspec.convert(kind.from_flag(flag), kind)
    assert again == made, f"{kind.kind}: from_flag does not read {flag!r}."


# === Specs ===


def _spec(inputs: Iterable[str], outputs: Iterable[str], **more: Any) -> Spec:
    return spec_from_flags(Flags(name="tested", inputs=list(inputs), outputs=list(outputs), **more))


def _all_features() -> list[str]:
    """Return the features that work on the usual backend, those that `all` leaves out, too."""
    return [name for name, each in FEATURES.items() if works_on(each, USUAL_BACKEND)]


def _entry(
    kind: type[InputKind] | type[OutputKind],
    texts: Sequence[str],
    encoder: type[Encoder[Any]] | None = None,
) -> SearchStrategy[Tables]:
    """Draw the keys of an entry of a kind: any that it may have, or those that a flag says."""
    said = [dict(kind.from_flag(text.partition(":")[2])) for text in texts]
    keys = st.one_of(keys_of(kind, optional=False), st.sampled_from(said))
    if encoder is None:
        return keys.map(lambda keys: {"kind": kind.kind, **keys})
    chosen = {"kind": kind.kind, "encoder": encoder.encoder}
    return st.builds(
        lambda *keys: chosen | keys[0] | keys[1], keys, keys_of(encoder, optional=True)
    )


def _random(
    draws: int, specs: SearchStrategy[Spec], is_meant: Callable[[Spec], bool]
) -> list[Spec]:
    """Return specs at random that still have what is checked, when all else is legal."""
    return first_drawn(specs.filter(is_meant), draws) if draws else []


def _has_kind(spec: Spec, kind: type[InputKind] | type[OutputKind]) -> bool:
    inputs, outputs = spec.inputs, spec.outputs
    return kind in {*(type(each.kind) for each in inputs), *(type(each.kind) for each in outputs)}


def _sizes(kind: type[InputKind]) -> Sequence[str]:
    return _SIZES.get(kind.kind, (kind.size_hint,))


def _fits(encoder: type[Encoder[Any]], text: str) -> bool:
    try:
        _spec([f"given:{text}={encoder.encoder}"], ["answer:binary"])
    except KerasmithError:
        return False
    return True
