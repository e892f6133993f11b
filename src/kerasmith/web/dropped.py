"""A file or folder that was dropped on the page: what it holds, as `kerasmith inspect` says it.

The worker shows it to Python under a path of its own, without a copy, and reads what needs a
library in C by one in JavaScript. Nothing of it leaves the machine.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import msgspec

from kerasmith.counts import counted
from kerasmith.dataset.bring import MOST_COPIED, bring
from kerasmith.dataset.images import SEEN, Facts
from kerasmith.dataset.propose import DataOptions, Proposal, command_for, propose
from kerasmith.dataset.sample import PARQUET_READER, unreadable
from kerasmith.decision.apply_rules import Decision, decide, decide_structure
from kerasmith.errors import KerasmithError, Problem, printable, problem_json
from kerasmith.report_decision import decision_json
from kerasmith.report_inspect import layers_against, model_answer, model_title
from kerasmith.saved_model.findings import End, ModelFindings, inspect_model
from kerasmith.saved_model.like import like
from kerasmith.saved_model.mistake import Mistake
from kerasmith.saved_model.model_file import H5_READER, is_model
from kerasmith.saved_model.stretches import size
from kerasmith.source_code.inspect_source import inspect_source
from kerasmith.source_code.source import is_source
from kerasmith.spec.command import flags_between
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.spec.toml import read_tables
from kerasmith.untrusted import apart
from kerasmith.web.answers import Answered, Answers
from kerasmith.web.questions import question_json
from kerasmith.wizard.own_data import ask_about

Json = dict[str, Any]
Tables = dict[str, Any]

LARGEST = 256_000_000
"""Bytes of a file that is looked into here; the command line reads larger ones."""

MOST_LISTED = 200
"""Columns, layers and lines that are shown at the most."""


@dataclass(frozen=True)
class Row:
    """One line of what was found: a column, a tensor, a layer."""

    name: str
    text: str
    notes: Sequence[str] = ()


@dataclass(frozen=True)
class Look:
    """What was found: a title, rows under headings, a decision, and tables to begin with.

    `asked` is what there is to answer of it, with the answers of now.
    """

    title: str
    sections: Mapping[str, Sequence[Row]]
    decision: Decision | None = None
    tables: Tables | None = None
    why_not: tuple[Problem, ...] = ()
    asked: Sequence[Answered] = ()


def look(path: str, answers: Mapping[str, str] | None = None, cut: int = 0) -> Look:
    """Look into what was dropped; `answers` are those that were given, by their questions.

    `cut` is how many files of a folder are here, where it has more.

    Raises KerasmithError where it cannot be read.
    """
    file = Path(path)
    _check_size(file)
    if path in _REFUSED:
        raise _REFUSED[path]
    if file.suffix.lower() == ".toml":
        return _spec(file)
    if is_source(file) or is_model(file):
        return _model(file)
    return _data(file, answers or {}, cut)


def _holds_data(file: Path) -> bool:
    return not (file.suffix.lower() == ".toml" or is_source(file) or is_model(file))


def give(path: str, form: str, value: Json | None = None, why: str = "") -> None:
    """Take what the worker has read of a file that Python cannot read there, or `why` not."""
    file = Path(path)
    _proposed.cache_clear()
    if value is None:
        _REFUSED[path] = unreadable(file, why, f"kerasmith inspect {shlex.quote(file.name)}")
    elif form == "hdf5":
        apart.give(H5_READER, file, value)
    else:
        columns = [(each["name"], list(_cells(each))) for each in value["columns"]]
        table = {"columns": columns, "rows": value["rows"], "whole": True}
        apart.give(PARQUET_READER, file, table)


def see(images: Mapping[str, Json | None]) -> None:
    """Take what the worker has seen of images, by their paths; None where it cannot open one."""
    _proposed.cache_clear()
    for path, facts in images.items():
        SEEN[path] = msgspec.convert(facts, Facts) if facts else None


def forget() -> None:
    """Forget what was dropped before, which may have been called the same."""
    _REFUSED.clear()
    SEEN.clear()
    _proposed.cache_clear()


_REFUSED: dict[str, KerasmithError] = {}
"""Why files could not be read, by their paths."""


def _cells(column: Json) -> Iterator[str]:
    """Yield the cells of a column as Python writes them: numbers with a point have one."""
    for cell in column["cells"]:
        yield str(float(cell)) if column["floating"] and cell else cell


def is_small(path: str) -> bool:
    """Say whether a file is looked into here."""
    file = Path(path)
    return not file.is_file() or file.stat().st_size <= LARGEST


def _check_size(file: Path) -> None:
    if not is_small(str(file)):
        size = file.stat().st_size
        what = f"{printable(file.name)} has {size / 1e6:,.0f} MB, too many for a page."
        why = f"Files of up to {LARGEST // 10**6} MB are looked into here."
        raise KerasmithError(Problem(what, why=why, try_=f"kerasmith inspect {file.name}"))


def _spec(file: Path) -> Look:
    """Return what a `kerasmith.toml` says."""
    tables = read_tables(file)
    return Look(file.name, {}, decide(read_spec(tables)), tables)


# === Saved models ===


def _model(file: Path) -> Look:
    code = is_source(file)
    found = inspect_source(file, "") if code else inspect_model(file)
    decision = decide_structure(found.structure) if found.structure else None
    title = printable(model_title(found))
    sections: dict[str, Sequence[Row]] = dict(_sections_of_model(found, decision))
    if code:
        return Look(title, sections, decision)
    try:
        made = like(file)
    except KerasmithError as error:
        return Look(title, sections, decision, why_not=error.problems)
    sections["Not carried over"] = [Row("", printable(each)) for each in made.left_out]
    return Look(title, sections, decision, made.tables)


def _sections_of_model(
    found: ModelFindings, decision: Decision | None
) -> Iterator[tuple[str, list[Row]]]:
    """Yield the verdict, the ends of the model, what rules out a Sequential, and notes."""
    if decision:
        yield model_answer(found, decision), []
    else:
        yield "Cannot tell from the file.", [Row("", printable(found.why_unknown))]
    yield "Inputs", [_end(each) for each in found.inputs]
    yield "Outputs", [_end(each) for each in found.outputs]
    if found.graph:
        count = sum(not layer.is_input for layer in found.graph.layers.values())
        yield "Layers", [Row(f"{count:,}", f"{found.parameters or 0:,} parameters")]
    against = [_against(found, name, why) for name, why in layers_against(found).items()]
    yield "The layers that rule out a Sequential", against
    yield "Findings", [_mistake(each) for each in found.mistakes]
    yield "Notes", [Row("", printable(note)) for note in found.notes]


def _against(found: ModelFindings, layer: str, why: Sequence[str]) -> Row:
    """Return why a layer rules out a Sequential, and where the code has it."""
    layers = found.graph.layers if found.graph else {}
    about = ", ".join(filter(None, (layers[layer].class_name, found.lines.get(layer))))
    return Row(printable(layer), printable(f"{about}: {', '.join(why)}"))


def _mistake(mistake: Mistake) -> Row:
    return Row(printable(mistake.at), printable(f"{mistake.what} Try: {mistake.mend}"))


def _end(end: End) -> Row:
    words = (size(end.shape), end.dtype, end.activation)
    return Row(printable(end.name), printable(" ".join(filter(None, words))))


# === Data ===


def _data(file: Path, answers: Mapping[str, str], cut: int) -> Look:
    """Return what data hold; where answers do not fit them, that beside what they hold unasked."""
    said = Answers(answers)
    try:
        proposal, options = _answered(file, said)
    except KerasmithError as error:
        if not said.asked:
            raise
        refused = Look(*_found(_proposed(file, DataOptions())), why_not=error.problems)
        return replace(refused, asked=said.asked)
    found = Look(*_found(proposal), asked=said.asked)
    if not said.are_right:
        return found
    decision, tables, why_not = _begun(proposal, options, cut)
    return replace(found, decision=decision, tables=tables, why_not=why_not)


def _found(proposal: Proposal) -> tuple[str, Mapping[str, Sequence[Row]]]:
    """Return the title, and rows under headings."""
    found = proposal.findings
    predicted = {name for each in found.targets for name in each.columns}
    columns = [each for each in found.columns if each.name not in predicted]
    rows = counted(found.rows, "row")
    if found.looked_at < found.rows:
        rows = f"about {rows}, {found.looked_at:,} of them looked at"
    return f"{printable(found.path.name)}: {found.form}, {rows}", {
        "Inputs": [_row(each.name, each) for each in columns],
        "Outputs": [_row(", ".join(each.columns), each) for each in found.targets],
        "Notes": [Row("", printable(note)) for note in found.notes],
    }


def _answered(file: Path, answers: Answers) -> tuple[Proposal, DataOptions]:
    """Return the proposal that answers lead to, and what they say."""
    options = ask_about(partial(_proposed, file), DataOptions(), answers)
    return _proposed(file, options), options


@lru_cache(maxsize=8)
def _proposed(file: Path, options: DataOptions) -> Proposal:
    return propose(file, options)


def _row(name: str, each: Any) -> Row:
    unsure = " (not sure)" if each.confidence < 0.75 else ""
    return Row(
        printable(name), printable(f"{each.reason}{unsure}"), tuple(map(printable, each.notes))
    )


def _begun(
    proposal: Proposal, options: DataOptions, cut: int
) -> tuple[Decision | None, Tables | None, tuple[Problem, ...]]:
    """Return the decision and the tables to begin with, or why there are none."""
    try:
        decision = decide(read_spec(proposal.tables))
    except KerasmithError as error:
        return None, None, error.problems
    if cut:
        what = f"The folder has more than {cut:,} files, and the first {cut:,} were looked into."
        why = "A project begun here would hold those alone."
        return decision, None, (Problem(what, why=why, try_=command_for(proposal, options)),)
    try:
        brought = bring(proposal)
    except KerasmithError as error:
        return decision, None, error.problems
    if not brought.files:
        what = f"More than {MOST_COPIED // 10**6} MB of data are too many for a ZIP of this page."
        return decision, None, (Problem(what, try_=command_for(proposal, options)),)
    return decision, brought.tables, ()


# === On the way out ===


def files_of(path: str, answers: Mapping[str, str], tables: Tables) -> dict[str, bytes]:
    """Return the files that a project of these tables gets of what was dropped."""
    file = Path(path)
    if "path" not in tables.get("data", {}) or not _holds_data(file):
        return {}
    proposal, _ = _answered(file, Answers(answers))
    brought = bring(proposal)
    return {
        name: each if isinstance(each, bytes) else each.read_bytes()
        for name, each in brought.files.items()
    }


def command(path: str, answers: Mapping[str, str], spec: Spec) -> str:
    """Return the command that begins with what was dropped and makes the spec; or none."""
    file = Path(path)
    if not _holds_data(file):
        return ""
    proposal, options = _answered(file, Answers(answers))
    tables = proposal.tables
    named = {**tables, "project": {**tables["project"], "name": spec.project.name}}
    more = flags_between(read_spec(named), spec)
    if more is None:
        return ""
    begin = command_for(proposal, options, spec.project.name)
    return shlex.join([*shlex.split(begin), *more])


# === As JSON ===


def look_json(found: Look) -> Json:
    """Return what was found, for the page."""
    sections = [
        {"title": title, "rows": [_row_json(row) for row in rows[:MOST_LISTED]], "all": len(rows)}
        for title, rows in found.sections.items()
        if rows or title.endswith((".", "?"))
    ]
    return {
        "title": found.title,
        "sections": sections,
        "decision": decision_json(found.decision) if found.decision else None,
        "tables": found.tables,
        "questions": [_answered_json(each) for each in found.asked],
        "problems": [problem_json(each) for each in found.why_not],
    }


def _row_json(row: Row) -> Json:
    return {"name": row.name, "text": row.text, "notes": list(row.notes)}


def _answered_json(each: Answered) -> Json:
    problems = [problem_json(each.problem)] if each.problem else []
    return {**question_json(each.question.text, each.question), "problems": problems}
