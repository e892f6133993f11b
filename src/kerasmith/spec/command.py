"""A spec as the command that asks for it, computed from the spec alone."""

import shlex
from collections.abc import Iterator
from typing import Any

from msgspec import UNSET
from msgspec.structs import replace

from kerasmith.catalogue.features import USUAL_FEATURES, with_needs
from kerasmith.catalogue.outputs import OutputKind
from kerasmith.catalogue.recipe_folders import RECIPES
from kerasmith.spec.keys import toml_value
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of


def command_of(spec: Spec) -> str:
    """Return the shell command, one line, that generates the project of a spec."""
    return shlex.join(["kerasmith", "new", spec.project.name, *flags_of(spec)])


def matching_recipe(spec: Spec) -> str:
    """Return the recipe whose inputs, outputs and sharing are the spec's; empty if there is none.

    Only then do the recipe's sample data have the columns that the spec needs.
    """
    name = spec.data.sample
    if name is UNSET or name not in RECIPES or spec.data.path is not UNSET:
        return ""
    return name if _columns(load_recipe(name).spec) == _columns(spec) else ""


def _columns(spec: Spec) -> tuple[object, ...]:
    """Return what the data table must hold: names, kinds and sizes, without model choices."""
    inputs = ((each.name, each.kind.unaugmented()) for each in spec.inputs)
    outputs = ((each.name, _of_the_table(each.kind)) for each in spec.outputs)
    return *inputs, *outputs


def _of_the_table(kind: OutputKind) -> OutputKind:
    """Return a kind without what is no matter of the data."""
    usual = {"weight": 1.0, "balance": False, "quantiles": ()}
    return replace(kind, **{key: value for key, value in usual.items() if hasattr(kind, key)})


def same_model(spec: Spec, recipe: str) -> bool:
    """Say whether a spec asks for the very model of a recipe, whatever the project is called."""
    given, wanted = tables_of(load_recipe(recipe).spec), tables_of(spec)
    return all(given.get(each) == wanted.get(each) for each in _OF_THE_MODEL)


_OF_THE_PROJECT = ("api", "purpose", "backend", "features")
"""What a flag may say beside a recipe."""

OF_THE_HOUSE = ("license", "authors", "python", "runner", "header")
"""What a company decides once for all its projects; a flag says it by --set."""

_OF_THE_MODEL = ("inputs", "outputs", "shared", "model")


def flags_of(spec: Spec) -> list[str]:
    """Return the flags behind `kerasmith new NAME`; `spec_from_flags` reads them as the spec."""
    wanted = tables_of(spec)
    if recipe := matching_recipe(spec):
        given = tables_of(load_recipe(recipe).spec)
        own = ("name", *_OF_THE_PROJECT, *OF_THE_HOUSE)
        rest = {k: v for k, v in wanted["project"].items() if k not in own}
        same = {k: v for k, v in given["project"].items() if k != "name"} == rest
        if same and same_model(spec, recipe) and given.get("data") == wanted.get("data"):
            said = {key: value for key, value in wanted["project"].items() if key in own}
            return ["--recipe", recipe, *project_flags(said)]
    return [*project_flags(wanted["project"]), *_parts(spec, wanted)]


def project_flags(project: dict[str, Any]) -> list[str]:
    """Return the flags that say what these keys of `[project]` say; its name is not a flag."""
    plain = [key for key in ("description", *_OF_THE_PROJECT) if key in project]
    flags = [word for key in plain if key != "features" for word in (f"--{key}", project[key])]
    sets = [word for key in OF_THE_HOUSE if key in project for word in _house(key, project[key])]
    return [*flags, *_features(project), *sets]


def _house(key: str, value: object) -> tuple[str, str]:
    return _set(f"project.{key}", value)


def _features(project: dict[str, Any]) -> Iterator[str]:
    """Yield the flags that lead from the usual features to these."""
    if "features" not in project and "jobs" not in project:
        return
    chosen = with_needs((*project.get("features", USUAL_FEATURES), *project.get("jobs", ())))
    more = [name for name in chosen if name not in USUAL_FEATURES]
    fewer = [name for name in USUAL_FEATURES if name not in chosen]
    if more or not fewer:  # what is usual may be asked for, too
        yield from ("--with", ",".join(more or chosen))
    if fewer:
        yield from ("--without", ",".join(fewer))


def _parts(spec: Spec, wanted: dict[str, Any]) -> Iterator[str]:
    for given, entry in zip(spec.inputs, wanted["inputs"], strict=True):
        size = given.kind.to_flag()
        said_sizes = {} if size is None else given.kind.from_flag(size)
        encoder = f"={given.encoder.encoder}" if given.encoder else ""
        words = ":".join(filter(None, (given.name, given.kind.kind, size)))
        yield from ("--input", words + encoder)
        for key, value in entry.items():
            if key not in ("name", "kind", "encoder", *said_sizes):
                yield from _set(f"inputs.{given.name}.{key}", value)
    for output, entry in zip(spec.outputs, wanted["outputs"], strict=True):
        flag = output.kind.to_flag()
        said = {} if flag is None else output.kind.from_flag(flag)
        yield from ("--output", ":".join(filter(None, (output.name, output.kind.kind, flag))))
        for key, value in entry.items():
            if key not in ("name", "kind", *said):
                yield from _set(f"outputs.{output.name}.{key}", value)
    yield from _shared(spec)
    for section in _KEYS:
        for key, value in wanted.get(section, {}).items():
            yield from _set(f"{section}.{key}", value)


def _shared(spec: Spec) -> Iterator[str]:
    for shared in spec.shared:
        name = "" if shared.name is UNSET else f"{shared.name}="
        yield from ("--share", name + ",".join(shared.inputs))


def flags_between(before: Spec, after: Spec) -> list[str] | None:
    """Return the flags that add and change what differs; None where something would have to go."""
    then, now = tables_of(before), tables_of(after)
    project = _changed(then["project"], now["project"])
    changes = {section: _changed(then.get(section, {}), now.get(section, {})) for section in _KEYS}
    for section in _LISTS:
        if [each["name"] for each in then[section]] != [each["name"] for each in now[section]]:
            return None
        for one, other in zip(then[section], now[section], strict=True):
            changes[f"{section}.{one['name']}"] = _changed(one, other)
    if project is None or None in changes.values() or "shared" in then:
        return None
    if "features" in then["project"] or "jobs" in then["project"]:
        return None  # flags of features begin with the usual ones
    flags = [*project_flags(project), *_shared(after)]
    for section, changed in changes.items():
        for key, value in (changed or {}).items():
            flags += _set(f"{section}.{key}", value)
    return flags


_KEYS, _LISTS = ("model", "data"), ("inputs", "outputs")


def _changed(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any] | None:
    """Return the keys that are new or say something else; None where one is gone."""
    if not before.keys() <= after.keys():
        return None
    return {key: value for key, value in after.items() if before.get(key) != value}


def _set(path: str, value: object) -> tuple[str, str]:
    return "--set", f"{path}={toml_value(value)}"
