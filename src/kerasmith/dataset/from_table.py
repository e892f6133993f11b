"""A spec for a table: numbers, dates and categories become one input, each text or file its own."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.counts import counted
from kerasmith.dataset.beside import place_of
from kerasmith.dataset.boxes import check_box
from kerasmith.dataset.columns import as_kind, column
from kerasmith.dataset.data_options import CheckedOptions
from kerasmith.dataset.facts import (
    MISSING,
    MOST_VALUES,
    Finding,
    Habits,
    shlex_name,
)
from kerasmith.dataset.file_forms import OF_FILES
from kerasmith.dataset.images import Images, look_at
from kerasmith.dataset.in_time import in_time
from kerasmith.dataset.notes import notes_of
from kerasmith.dataset.photographs import augmentation, notes_on_photographs
from kerasmith.dataset.picture_targets import as_picture, read_beside
from kerasmith.dataset.proposal import (
    MOST_IN_A_TABLE,
    TABLE_NAME,
    DataFindings,
    Names,
    Proposal,
    category_values,
    data_section,
    output,
    renamed_note,
)
from kerasmith.dataset.said import check_said
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.sounds import Sounds, listen_to
from kerasmith.dataset.tags import predicted_tags, read_for, tag_columns, without_tags
from kerasmith.dataset.target import Target, guessed_target, target
from kerasmith.dataset.whole import with_all_values
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.names import suggested_project
from kerasmith.spec.specification import MOST_INPUTS

FEWEST_EMBEDDED = 20
"""Values of a category from which on an embedding takes the place of one-hot."""

STREAMED_FROM = 500_000_000
"""Characters of a table from which on a project reads it as a stream. As text that pandas holds,
each of its cells takes about 60 bytes more."""


def from_table(
    sample: Sample, options: CheckedOptions, tell: Callable[[int], None] = lambda _: None
) -> Proposal:
    habits = Habits(sample.decimal, options.missing)
    findings = tuple(
        ignored(name, cells)
        if name in options.given.ignore
        else found_in(name, cells, options, habits)
        for name, cells in sample.columns.items()
    )
    tags = tag_columns(findings, sample)
    guess = "" if options.predict else next(iter(tags), "") or guessed_target(findings)
    predict = options.predict or ({guess: (guess,)} if guess else {})
    predicted = {each for columns in predict.values() for each in columns}
    sample = with_all_values(sample, findings, sorted(predicted), tell)
    findings = tuple(_with_unseen(each, sample, options, habits) for each in findings)
    tagged = predicted_tags(predict, tags, findings, sample, options)
    findings = without_tags(findings, tags, options)
    targets = tuple(
        tagged[name]
        if name in tagged
        else _target(name, columns, sample, options, habits, findings)
        for name, columns in predict.items()
    )
    of_flags = check_said(sample, options, findings, dict(zip(predict, targets, strict=True)))
    names = Names(sample.columns)
    notes: list[str] = []
    given = [each for each in findings if each.name not in predicted and not each.dropped]
    given = read_for(tagged, given, notes)
    given = list(read_beside(given, targets, notes))
    inputs = list(_inputs(given, sample, options, names, notes))
    outputs = [output(name, each, names) for name, each in zip(predict, targets, strict=True)]
    notes += sample.notes
    notes += of_flags
    steps = in_time(sample, findings)
    notes += notes_of(sample, findings, targets, steps)
    for each in inputs:
        if each["kind"] == "image":
            each |= augmentation(each["shape"], outputs)
            notes += notes_on_photographs(each["name"], each["shape"], sample.rows)
    notes += renamed_note(names)
    answers = [found for each in targets for found in each.found]
    groups = [e for e in findings if e.is_group and e.name not in predicted and e.can_be_a_column]
    data = data_section(sample, [*given, *groups[:1]], answers)
    if groups:
        data["group"] = groups[0].name
    if not sample.whole and sample.text_size >= STREAMED_FROM:
        data["stream"] = True
        for entry in outputs:
            entry.pop("balance", None)  # a stream does not know how rare a class is
        notes.append(
            f"{sample.text_size / 1e6:,.0f} MB of text may not fit into memory: a project reads "
            "them as a stream, with splits of nearly the shares asked for (data.stream)."
        )
    tables = {
        "project": {"name": suggested_project(sample.path.stem)},
        "inputs": inputs,
        "outputs": [each for each in outputs if each["kind"]],
        "data": data,
    }
    found = DataFindings(
        sample.path, sample.form, sample.rows, sample.size, findings, targets,
        has_header=sample.header, guessed=bool(guess), notes=tuple(notes), renamed=names.renamed,
        in_time=steps,
    )  # fmt: skip
    return Proposal(tables, found)


def check_flags(sample: Sample, options: CheckedOptions) -> None:
    """Raise KerasmithError where columns hold something else than flags say."""
    habits = Habits(sample.decimal, options.missing)
    findings = [found_in(name, sample.columns[name], options, habits) for name in options.inputs]
    targets = {
        name: _target(name, columns, sample, options, habits, findings)
        for name, columns in options.predict.items()
    }
    check_said(sample, options, findings, targets)


def _with_unseen(
    found: Finding, sample: Sample, options: CheckedOptions, habits: Habits
) -> Finding:
    """Return the finding of a category with the values that the sample has not."""
    if found.kind != "category" or not sample.unseen.get(found.name):
        return found
    again = found_in(found.name, sample.cells(found.name), options, habits)
    return replace(found, values=again.values) if again.kind == "category" else again


def ignored(name: str, cells: Sequence[str]) -> Finding:
    different = len({*cells} - {""})
    return Finding(name, "dropped", 1.0, "dropped: you ignore it", different=different)


def found_in(name: str, cells: Sequence[str], options: CheckedOptions, habits: Habits) -> Finding:
    if name not in options.inputs:
        return column(name, cells, habits)
    kind, size = options.inputs[name]
    found = as_kind(name, cells, kind, habits, size if kind == "date" else "")
    values = (
        INPUT_KINDS[kind].from_flag(size).get("values") if kind == "category" and size else None
    )
    return replace(found, values=tuple(values)) if isinstance(values, list) else found


def _target(
    name: str,
    columns: tuple[str, ...],
    sample: Sample,
    options: CheckedOptions,
    habits: Habits,
    findings: Sequence[Finding],
) -> Target:
    kind, size = options.outputs.get(name, ("", ""))
    if not columns:
        reason = f"{kind}: {name}, as you say; no column labels it: every row counts as normal"
        return Target((), kind, 1.0, reason, {})
    said = OUTPUT_KINDS[kind].from_flag(size) if size else {}
    if len(columns) == 1:
        found = target(name, sample.cells(name), kind, habits)
        found = as_picture(found, sample, findings)
        return replace(found, sizes={**found.sizes, **said})
    parts = tuple(as_kind(each, sample.columns[each], "number", habits) for each in columns)
    if columns[0] == f"{name}_left":
        check_box(name, [sample.columns[each] for each in columns])
        reason = "box: four columns, left, top, right and bottom"
        return Target(columns, "box", 0.95, reason, {}, found=parts)
    reason = f"number: {len(columns)} columns of numbers"
    return Target(columns, "number", 0.95, reason, {"size": len(columns), **said}, found=parts)


def _inputs(
    given: Sequence[Finding],
    sample: Sample,
    options: CheckedOptions,
    names: Names,
    notes: list[str],
) -> Iterator[dict[str, Any]]:
    """Yield the inputs: images, sounds and texts one by one, all others as one table."""
    columns: list[dict[str, Any]] = []
    embedded = _embedded(given)
    notes += (
        f"{each.name} has {len(each.values):,} values: an input of its own, with an embedding."
        for each in given
        if each.name in embedded
    )
    for each in given:
        _kind, size = options.inputs.get(each.name, ("", ""))
        if each.kind in OF_FILES:
            notes += _unread(each, sample)
            said = INPUT_KINDS[each.kind].from_flag(size) if size else _sizes(each, sample, notes)
            yield {**names.named(each.name), "kind": each.kind, **said}
        elif each.kind == "text":
            length = INPUT_KINDS["text"].from_flag(size).get("length", each.length)
            vocabulary = {"vocabulary": min(each.vocabulary + 2, 5000)}
            yield {**names.named(each.name), "kind": "text", "length": length, **vocabulary}
        elif not each.can_be_a_column:
            notes.append(
                f"{each.name[:60]!r} is too long for the name of a column; it is left out."
            )
        elif each.kind == "category" and each.name in embedded:
            yield {**names.named(each.name), "kind": "category", "values": category_values(each)}
        elif each.kind == "category" and len(each.values) > MOST_VALUES:
            notes.append(
                f"{each.name} has {len(each.values):,} values, too many beside as many others with "
                "an embedding; it is left out."
            )
        elif each.kind == "category":
            columns.append({"name": each.name, "type": "category", "values": list(each.values)})
        elif each.kind == "date":
            columns.append({"name": each.name, "type": "date", "form": each.form})
        elif each.kind == "number":
            columns.append({"name": each.name, **({"indicator": True} if each.gaps else {})})
        else:
            notes.append(f"{each.name} holds labels; no input takes them, so it is left out.")
    if len(columns) > MOST_IN_A_TABLE:
        notes.append(f"Of {len(columns):,} columns the first {MOST_IN_A_TABLE:,} are taken.")
    if columns:
        name = names.take(TABLE_NAME)
        yield {"name": name, "kind": "table", "columns": columns[:MOST_IN_A_TABLE]}


def _embedded(given: Sequence[Finding]) -> set[str]:
    """Return the categories of many values: each is an input of its own, while there is room."""
    alone = sum(each.kind in (*OF_FILES, "text") for each in given)
    many = [each for each in given if len(each.values) >= FEWEST_EMBEDDED]
    many = [each for each in many if each.kind == "category" and each.can_be_a_column]
    most = sorted(many, key=lambda each: -len(each.values))[: max(0, MOST_INPUTS - 1 - alone)]
    return {each.name for each in most}


def _unread(found: Finding, sample: Sample) -> Iterator[str]:
    """Yield what to say of files that no project reads.

    Raises KerasmithError where a column names no others.
    """
    named = [cell for cell in sample.columns[found.name] if cell.lower() not in MISSING]
    forms = OF_FILES[found.kind]
    endings = forms.unread(named)
    if endings and endings.total() == len(named):
        raise KerasmithError(
            Problem(
                f"{found.name!r} names {forms.noun}s that no project reads.",
                str(sample.path),
                f"{forms.forms_of(endings)}: {forms.read}.",
                f"{forms.save}; or leave them out, --ignore {shlex_name(found.name)}",
            )
        )
    if endings:
        yield (
            f"{found.name}: {forms.forms_of(endings)}, and their rows are left out: {forms.read}; "
            f"{forms.save}"
        )


_LOOK: dict[str, Callable[[Sequence[Path], Path], Images | Sounds]] = {
    "image": look_at,
    "audio": listen_to,
}
"""What looks at such files."""

_GUESSED: dict[str, dict[str, Any]] = {
    "image": {"shape": [64, 64, 3]},
    "audio": {"rate": 16_000, "seconds": 1.0},
}
"""Their sizes where no file is there."""


def _sizes(found: Finding, sample: Sample, notes: list[str]) -> dict[str, Any]:
    """Return the sizes of what a column's files hold, which are beside the table."""
    names = [cell for cell in sample.columns[found.name] if cell.lower() not in MISSING]
    place = place_of(names, sample.path)
    there = [place.file(name) for name in names if place.finds(name)]
    if missing := len(names) - len(there):
        are = counted(missing, "file that does not exist", "files that do not exist")
        notes.append(f"{found.name} names {are}: their rows are left out.")
    if not there:
        notes.append(f"The size of {found.name} is a guess: none of its files exists.")
        return _GUESSED[found.kind]
    if where := place.said(sample.path):
        notes.append(f"The files that {found.name} names were found {where}.")
    seen = _LOOK[found.kind](there, sample.path)
    notes += (f"{found.name}: {note}" for note in (f"{seen.reason}.", *seen.notes))
    return seen.sizes
