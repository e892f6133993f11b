"""Plan again what was planned before: a recorded choice stays unless its spec entry changed.

kerasmith chooses what a spec leaves open: encoders with their knobs, merge, trunk. Another spec,
or another kerasmith, would choose otherwise, and so redesign what somebody has trained. So a new
plan takes over what the recorded one chose for every entry that says what it said then.
"""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.features import recorded_features, said_by_other_keys, with_needs
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.merges import MERGES
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import expected_of, plan
from kerasmith.plan.planned import Plan
from kerasmith.spec.command import command_of
from kerasmith.spec.keys import key_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of

Tables = dict[str, Any]


def replan(spec: Spec, recorded: Mapping[str, Any], *, refresh: bool = False) -> Plan:
    """Return the plan for a spec, with the recorded choices that still hold.

    With `refresh`, kerasmith chooses again; what a project can do beside its core is no choice of
    kerasmith's, and stays. Raises KerasmithError where a Sequential is asked for and structure
    rules it out.
    """
    planned = plan(with_old_features(spec, recorded) if refresh else pin_choices(spec, recorded))
    return replace(
        planned, command=command_of(spec), spec=tables_of(spec), expected=expected_of(spec)
    )


def with_old_features(spec: Spec, recorded: Mapping[str, Any]) -> Spec:
    """Return the spec with the features that the project has, where it names none."""
    return read_spec(with_features(tables_of(spec), recorded))


def pin_choices(spec: Spec, recorded: Mapping[str, Any]) -> Spec:
    """Return the spec with the recorded choices written out, as if somebody had asked for them.

    A choice that no longer works, since its catalogue entry went or other features meet, is left
    open again.
    """
    tables = tables_of(spec)
    for entry, before in renamed(tables, recorded.get("spec", {})).items():
        candidate = _with_encoder(tables, entry, before, recorded)
        tables = candidate if _works(candidate) else tables
    for key in ("trunk", "merge"):
        candidate = _with_wish(tables, key, recorded)
        tables = candidate if _works(candidate) else tables
    return read_spec(with_features(tables, recorded))


def with_features(tables: Tables, recorded: Mapping[str, Any]) -> Tables:
    """Return the tables with the recorded features, where they name none themselves.

    Where they named some then, and do not any more, the usual ones are meant. What another key
    asked for comes and goes with that key.
    """
    project = tables.get("project")
    then = recorded.get("spec", {})
    named = isinstance(project, dict) and "features" in project
    if not isinstance(project, dict) or named or "features" in then.get("project", {}):
        return tables
    elsewhere = said_by_other_keys(then)
    kept = [name for name in recorded_features(recorded) if name not in elsewhere]
    return {**tables, "project": {**project, "features": list(with_needs(kept))}}


def renamed(tables: Tables, before: Tables) -> dict[str, str]:
    """Return what each input that says what it said then was called then.

    An input that is new in the place of one that went, and says the same, is that one renamed. How
    training changes it at random is no matter of the model.
    """
    now = {entry["name"]: _of_the_model(entry) for entry in tables["inputs"]}
    then = {entry["name"]: _of_the_model(entry) for entry in before.get("inputs", [])}
    found = {name: name for name, entry in now.items() if then.get(name) == entry}
    new, gone = ([each for each in a if each not in b] for a, b in ((now, then), (then, now)))
    if len(now) == len(then):
        for place, name in enumerate(now):
            old = list(then)[place]
            same = {**now[name], "name": ""} == {**then[old], "name": ""}
            if name in new and old in gone and same:
                found[name] = old
    return found


def _of_the_model(entry: Tables) -> Tables:
    kind = INPUT_KINDS.get(str(entry.get("kind")))
    augmentations = kind.augmentations if kind else ()
    return {key: value for key, value in entry.items() if key not in augmentations}


def _with_encoder(tables: Tables, name: str, before: str, recorded: Mapping[str, Any]) -> Tables:
    """Return the tables in which an input, and who shares its encoder, names the recorded one."""
    chosen = next((e for e in recorded["encoders"] if before in e["inputs"]), None)
    group = next((g["inputs"] for g in tables.get("shared", ()) if name in g["inputs"]), [name])
    entries = []
    for entry in tables["inputs"]:
        if chosen and entry["name"] in group:
            known = encoders_for(INPUT_KINDS[entry["kind"]]).get(chosen["encoder"])
            knobs = {k: v for k, v in chosen["knobs"].items() if known and k in key_names(known)}
            entry = {**entry, "encoder": chosen["encoder"], **knobs}
        entries.append(entry)
    return {**tables, "inputs": entries}


def _with_wish(tables: Tables, key: str, recorded: Mapping[str, Any]) -> Tables:
    """Return the tables with the recorded merge or trunk, where nobody asks for another.

    One input alone has nothing to merge; where a second joins it, how they meet is a new choice.
    """
    wishes = tables.get("model", {})
    asked_before = recorded.get("spec", {}).get("model", {})
    several = len(recorded["inputs"]) > 1
    if key in wishes or key in asked_before or not (several or recorded[key]):
        return tables
    if key == "merge" and (len(tables["inputs"]) == 1 or recorded[key] not in MERGES):
        return tables
    return {**tables, "model": {**wishes, key: recorded[key]}}


def _works(tables: Tables) -> bool:
    try:
        read_spec(tables)
    except KerasmithError:
        return False
    return True
