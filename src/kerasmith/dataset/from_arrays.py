"""A spec for the named arrays of an `.npz` file."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasmith.counts import counted
from kerasmith.dataset.arrays import Array, read_arrays
from kerasmith.dataset.columns import column
from kerasmith.dataset.data_options import DataOptions
from kerasmith.dataset.facts import Finding
from kerasmith.dataset.proposal import (
    MOST_IN_A_TABLE,
    DataFindings,
    Names,
    Proposal,
    category_values,
    renamed_note,
)
from kerasmith.dataset.target import Target, target
from kerasmith.dataset.unpack import TABLE
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.spec.names import suggested_project


def from_arrays(path: Path, options: DataOptions) -> Proposal:
    """Propose inputs for the arrays of an `.npz` file, and outputs for those to be predicted."""
    arrays, notes = read_arrays(path)
    by_name = {each.name: each for each in arrays}
    unknown = [name for name in (*options.predict, *options.ignore) if name not in by_name]
    if unknown:
        raise KerasmithError(*(_no_array(name, list(by_name)) for name in unknown))
    kept = [each for each in arrays if each.name not in options.ignore]
    testing = [each.name for each in kept if {"test", "val", "valid"} & {*each.name.split("_")}]
    if testing and len(testing) < len(kept):
        notes.append(f"{', '.join(testing)} are taken for a split of their own and not looked at.")
        kept = [each for each in kept if each.name not in testing]
    rows = max((each.shape[0] for each in kept if each.shape), default=0)
    odd = [each for each in kept if not each.shape or each.shape[0] != rows]
    notes += (
        f"{each.name} does not have the {rows:,} rows of the others; it is left out."
        for each in odd
    )
    kept = [each for each in kept if each not in odd]
    guess = "" if options.predict else _guessed_array(kept)
    predict = list(options.predict) or [guess] * bool(guess)
    names = Names()
    targets = tuple(_array_target(by_name[name]) for name in predict)
    findings, inputs = [], []
    for each in kept:
        if each.name in predict:
            continue
        kind, sizes, reason = _array_kind(each)
        findings.append(Finding(each.name, kind, 0.9, reason))
        if kind != "dropped":
            name = names.take(each.name)
            if kind == "table":
                width = each.shape[1] if len(each.shape) > 1 else 1
                sizes = {"columns": [{"name": f"{name}_{n}"} for n in range(1, width + 1)]}
            inputs.append({"name": name, "kind": kind, **sizes})
    outputs = [
        {"name": names.take(name), "kind": each.kind, **each.sizes}
        for name, each in zip(predict, targets, strict=True)
    ]
    tables = {
        "project": {"name": suggested_project(path.stem)},
        "inputs": inputs,
        "outputs": [each for each in outputs if each["kind"]],
        "data": {"path": TABLE},
    }
    found = DataFindings(
        path, "named arrays", rows, rows, tuple(findings), targets,
        guessed=bool(guess), notes=(*notes, *renamed_note(names)), renamed=names.renamed,
    )  # fmt: skip
    return Proposal(tables, found)


def _no_array(name: str, known: Sequence[str]) -> Problem:
    return Problem(
        f"There is no array {shortened(name)}.", "--predict", try_=did_you_mean(name, known)
    )


def _guessed_array(arrays: Sequence[Array]) -> str:
    flat = [each.name for each in arrays if each.values or each.one_hot]
    usual = [
        name for name in flat if name.lower().split("_")[0] in ("y", "label", "labels", "target")
    ]
    return (usual or flat[-1:] or [""])[0]


def _array_target(array: Array) -> Target:
    if array.one_hot:
        classes = [str(number) for number in range(array.shape[1])]
        reason = f"category: a 1 at one of {len(classes)} places in each row"
        return Target((array.name,), "category", 0.95, reason, {"classes": classes})
    if array.values:
        return target(array.name, array.values)
    if len(array.shape) == 2 and 1 < array.shape[1] <= 64:
        reason = f"number: {array.shape[1]} numbers a row"
        return Target((array.name,), "number", 0.8, reason, {"size": array.shape[1]})
    return Target((array.name,), "", 0.0, f"unclear: {_shaped(array)}", {})


def _array_kind(array: Array) -> tuple[str, dict[str, Any], str]:
    """Return the kind of input that an array is, its sizes, and why."""
    match array.shape:
        case (_, a, b, (1 | 3 | 4) as c) if max(a, b) <= 2048:
            return "image", {"shape": [a, b, c]}, f"image: {_shaped(array)}"
        case (_, a, b) if array.dtype.endswith("u1") or (a == b and a >= 8):
            return "image", {"shape": [a, b, 1]}, f"image: {_shaped(array)}, read as grey"
        case (_, steps, features) if steps <= 10_000 and features <= 1000:
            return "series", {"steps": steps, "features": features}, f"series: {_shaped(array)}"
        case (_, width) if width <= MOST_IN_A_TABLE:
            return "table", {}, f"table: {counted(width, 'number')} a row"
        case (_,) if array.values:
            found = column(array.name, array.values)
            if found.kind == "category":
                return "category", {"values": category_values(found)}, found.reason
            if found.kind == "number":
                return "table", {}, found.reason
            return "dropped", {}, found.reason
    return "dropped", {}, f"dropped: {_shaped(array)}, which no input takes"


def _shaped(array: Array) -> str:
    return f"{'×'.join(map(str, array.shape[1:])) or 'single'} {array.dtype[1:]} a row"
