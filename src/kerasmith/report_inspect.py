"""What was found in a file, as lines of text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from kerasmith.counts import counted
from kerasmith.decision.apply_rules import Decision
from kerasmith.errors import Problem, printable
from kerasmith.report_decision import decision_json, decision_text
from kerasmith.saved_model.findings import End, ModelFindings
from kerasmith.saved_model.stretches import mermaid, picture, size
from kerasmith.styled import style
from kerasmith.wrapping import wrapped

if TYPE_CHECKING:  # who asks about a model does not wait for what reads data
    from kerasmith.dataset.facts import Finding
    from kerasmith.dataset.propose import DataFindings, Proposal

MOST_LISTED = 40
"""Layers that rule out a Sequential, listed one by one at the most."""


def model_text(found: ModelFindings, decision: Decision | None, *, unicode: bool) -> Iterator[str]:
    """Yield what a saved model is, for people: ends, picture, verdict, what is in its way."""
    yield style(printable(model_title(found)), bold=True)
    yield from (f"  {line}" for line in _facts(found, unicode=unicode))
    if found.graph:
        yield from ("", "The model")
        for line in picture(found.graph, unicode=unicode):
            yield from wrapped(line, 2, hanging=4)
    yield ""
    yield from verdict_text(found, decision)
    yield from _mistakes_text(found)
    if found.notes:
        yield from ("", "Notes")
        for note in found.notes:
            yield from wrapped(printable(note), 2, hanging=2)


def verdict_text(found: ModelFindings, decision: Decision | None) -> Iterator[str]:
    """Yield the verdict: could it be a Sequential, and which layers rule it out."""
    if decision is None:
        yield style("Cannot tell from the file.", bold=True)
        yield from wrapped(printable(found.why_unknown), 2)
        saved = "model.summary() where the class is at hand, or a Functional model of it."
        yield f"  Try: {'kerasmith inspect on the saved model.' if found.at else saved}"
        return
    yield style(model_answer(found, decision), bold=True)
    yield from decision_text(decision)
    layers = [*_against_text(found)]
    if layers:
        yield from ("", "The layers that rule out a Sequential")
        yield from layers[:MOST_LISTED]
        if len(layers) > MOST_LISTED:
            yield f"  … {len(layers) - MOST_LISTED} more (--format json lists all)"


def model_answer(found: ModelFindings, decision: Decision) -> str:
    """Return the answer to the question that people come with."""
    if not decision.linear:
        return "Could it be a Sequential? No."
    is_one = found.class_name == "Sequential"
    return f"Could it be a Sequential? {'It is one.' if is_one else 'Yes.'}"


def model_title(found: ModelFindings) -> str:
    article = "an" if found.class_name[:1] in "AEIOU" else "a"
    by = f", saved by Keras {found.version}" if found.version else ""
    name = f" called {found.name!r}" if found.name else ""
    at = f", {found.at}" if found.at else ""
    return f"{found.path.name}: {article} {found.class_name} model{name}{by}{at}"


def _facts(found: ModelFindings, *, unicode: bool) -> Iterator[str]:
    times = "×" if unicode else "x"
    for label, ends in (("in", found.inputs), ("out", found.outputs)):
        for each in ends:
            words = (each.name, size(each.shape).replace("×", times), each.dtype, each.activation)
            yield printable(f"{label:<12}{' '.join(filter(None, words))}")
    if found.graph:
        count = sum(not layer.is_input for layer in found.graph.layers.values())
        yield f"{'layers':<12}{count:,}"
        yield f"{'parameters':<12}{_parameters(found)}"


def _parameters(found: ModelFindings) -> str:
    count = f"{found.parameters or 0:,}"
    if not found.uncounted:
        return count
    classes = ", ".join(printable(each) for each in found.uncounted[:5])
    more = ", …" if len(found.uncounted) > 5 else ""
    return f"{count} and those of {classes}{more}, which the file does not hold"


def layers_against(found: ModelFindings) -> dict[str, list[str]]:
    """Return why each layer rules out a Sequential."""
    reasons = {
        "is used more than once": found.against.shared,
        "takes several tensors": found.against.merging,
        "gives a tensor that goes more than one way": found.against.parting,
        "gives several tensors": found.against.several,
    }
    layers = found.against.layers
    return {name: [why for why, names in reasons.items() if name in set(names)] for name in layers}


def _against_text(found: ModelFindings) -> Iterator[str]:
    layers = found.graph.layers if found.graph else {}
    for name, why in layers_against(found).items():
        at = f", {found.lines[name]}" if name in found.lines else ""
        yield printable(f"  {name} ({layers[name].class_name}{at}): {', '.join(why)}")


def _mistakes_text(found: ModelFindings) -> Iterator[str]:
    """Yield the mistakes that the code of a model makes."""
    if found.mistakes:
        yield from ("", style("Findings", bold=True))
    for each in found.mistakes:
        at = f"{each.at[:1].upper()}{each.at[1:]}"
        yield from wrapped(printable(f"{at}: {each.what} ({each.name})"), 2, hanging=2)
        yield from wrapped(printable(f"Try: {each.mend}"), 4, hanging=2)


def not_carried_text(left_out: list[str]) -> Iterator[str]:
    """Yield what a project that was started like a saved model has not from it."""
    yield from ("", "Not carried over")
    for each in left_out:
        yield from wrapped(printable(each), 2, hanging=2)


# === JSON ===


def model_json(found: ModelFindings, decision: Decision | None) -> dict[str, Any]:
    """Return what a saved model is, for programs."""
    structure, graph = found.structure, found.graph
    return {
        "kind": "model",
        "path": str(found.path),
        "class": found.class_name,
        "name": found.name,
        "keras_version": found.version or None,
        "inputs": len(structure.inputs) if structure else None,
        "outputs": len(structure.outputs) if structure else None,
        "shared": bool(structure.shared) if structure else None,
        "branching": bool(structure.branches) if structure else None,
        "linear": structure.linear if structure else None,
        **verdict_json(found, decision),
        "input_tensors": [_end(each) for each in found.inputs],
        "output_tensors": [_end(each) for each in found.outputs],
        "layers": [
            {"name": layer.name, "class": layer.class_name, "calls": len(layer.calls)}
            for layer in (graph.layers.values() if graph else ())
        ],
        "parameters": found.parameters if graph and not found.uncounted else None,
        "picture": list(mermaid(graph)) if graph else [],
        "findings": [
            {"name": each.name, "at": each.at, "what": each.what, "try": each.mend}
            for each in found.mistakes
        ],
        "notes": list(found.notes),
    }


def verdict_json(found: ModelFindings, decision: Decision | None) -> dict[str, Any]:
    """Return the verdict, `api` null where the file does not say; `decide` answers no more."""
    if decision is None:
        return {"api": None, "linear": None, "because": found.why_unknown, "against": []}
    layers = found.graph.layers if found.graph else {}
    against = [
        {"layer": name, "class": layers[name].class_name, "because": why, **_at(found, name)}
        for name, why in layers_against(found).items()
    ]
    return {**decision_json(decision), "against": against}


def _at(found: ModelFindings, layer: str) -> dict[str, str]:
    return {"at": found.lines[layer]} if layer in found.lines else {}


def _end(end: End) -> dict[str, Any]:
    shape = None if end.shape is None else list(end.shape)
    more = {"activation": end.activation} if end.activation else {}
    return {"name": end.name, "shape": shape, "dtype": end.dtype or None, **more}


# === Data ===

MOST_COLUMNS = 60
"""Columns that are listed one by one at the most."""


def data_text(
    proposal: Proposal,
    decision: Decision | None,
    command: str,
    forecast: str,
    problems: Sequence[Problem],
) -> Iterator[str]:
    """Yield what a data file holds, for people: columns, target, notes, decision, command."""
    yield from findings_text(proposal)
    yield ""
    if decision:
        yield from decision_text(decision)
        yield from ("", "The command", f"  {command}")
    if forecast:
        yield from ("", "The command for a forecast", f"  {forecast}")
    for problem in problems:
        yield from wrapped(printable(f"No model of it yet: {problem.what} {problem.why}"), 0)


def findings_text(proposal: Proposal) -> Iterator[str]:
    """Yield what was found in data: each column and target with its reason, and notes."""
    found = proposal.findings
    rows = counted(found.rows, "row")
    if found.looked_at < found.rows:
        rows = f"about {rows}, {found.looked_at:,} of them looked at"
    yield style(f"{printable(found.path.name)}: {found.form}, {rows}", bold=True)
    for split, table in found.splits.items():
        rows = counted(table.rows, "row")
        if table.looked_at < table.rows:
            rows = f"about {rows}, {table.looked_at:,} of them looked at"
        yield f"{printable(table.path.name)}: the {split} split, {rows}"
    yield from ("", "Inputs")
    predicted = {name for each in found.targets for name in each.columns}
    listed = [each for each in found.columns if each.name not in predicted]
    width = min(28, max((len(each.name) for each in listed), default=0))
    for each in listed[:MOST_COLUMNS]:
        yield from _found_text(each.name.ljust(width), each.reason, each.confidence, each.notes)
    if len(listed) > MOST_COLUMNS:
        yield f"  … {counted(len(listed) - MOST_COLUMNS, 'more column')} (--format json lists all)"
    yield from ("", "Outputs")
    wide = min(28, max((len(", ".join(each.columns)) for each in found.targets), default=0))
    for target in found.targets:
        name = ", ".join(target.columns)
        yield from _found_text(name.ljust(wide), target.reason, target.confidence, target.notes)
    if not found.targets:
        yield "  No target column given: --predict COLUMN"
    elif found.guessed:
        yield from wrapped("A guess; --predict COLUMN chooses another.", 2)
    if found.notes:
        yield from ("", "Notes")
        for note in found.notes:
            yield from wrapped(printable(note), 2, hanging=2)


def _found_text(name: str, reason: str, confidence: float, notes: Sequence[str]) -> Iterator[str]:
    unsure = " (not sure)" if confidence < 0.75 else ""
    head = printable(name)
    first, *rest = wrapped(printable(f"{reason}{unsure}"), 4 + len(head), hanging=2)
    yield f"  {style(head, fg='cyan')}  {first.strip()}"
    yield from rest
    for note in notes:
        yield from wrapped(printable(note), 6, hanging=2)


def data_json(
    proposal: Proposal,
    decision: Decision | None,
    command: str,
    forecast: str,
    problems: Sequence[Problem],
) -> dict[str, Any]:
    """Return what a data file holds, for programs."""
    return {
        **findings_json(proposal),
        "spec": proposal.tables,
        "decision": decision_json(decision) if decision else None,
        "command": command or None,
        "forecast": forecast or None,
        "problems": [each.what for each in problems],
    }


def findings_json(proposal: Proposal) -> dict[str, Any]:
    """Return what was found in data, for programs."""
    found = proposal.findings
    return {
        "kind": "data",
        "path": str(found.path),
        "form": found.form,
        "rows": found.rows,
        "rows_looked_at": found.looked_at,
        **({"splits": _splits_json(found)} if found.splits else {}),
        "columns": [_column_json(found, each) for each in found.columns],
        "targets": [
            {
                "columns": list(each.columns),
                "kind": each.kind or None,
                "confidence": round(each.confidence, 2),
                "reason": each.reason,
                "notes": list(each.notes),
            }
            for each in found.targets
        ],
        "guessed": found.guessed,
        "notes": list(found.notes),
        "renamed": dict(found.renamed),
    }


def _splits_json(found: DataFindings) -> dict[str, Any]:
    return {
        split: {"path": str(each.path), "rows": each.rows, "rows_looked_at": each.looked_at}
        for split, each in found.splits.items()
    }


def _column_json(found: DataFindings, column: Finding) -> dict[str, Any]:
    predicted = any(column.name in each.columns for each in found.targets)
    return {
        "name": column.name,
        "use": "output" if predicted else "none" if column.dropped else "input",
        "kind": column.kind,
        "confidence": round(column.confidence, 2),
        "reason": column.reason,
        "notes": list(column.notes),
    }
