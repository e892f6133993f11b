"""Tables that are the validation or the test split, held to the one that is trained on.

What a project knows of its data beforehand, such as columns, values and means, it has from the
training table alone. Of the others it has to know how they are written, and which classes they
hold: a class that no unit of the model stands for could not even be counted as wrong.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from kerasmith.catalogue.endings import form_of
from kerasmith.counts import counted
from kerasmith.dataset.columns import as_kind
from kerasmith.dataset.data_options import CheckedOptions, DataOptions
from kerasmith.dataset.facts import Finding, Habits, shown
from kerasmith.dataset.folders import split_of
from kerasmith.dataset.from_table import check_flags
from kerasmith.dataset.labels import split as split_labels
from kerasmith.dataset.proposal import (
    DataFindings,
    GivenTable,
    Proposal,
    data_section,
    names_of_tables,
)
from kerasmith.dataset.sample import Sample, every_row, read_table
from kerasmith.dataset.target import Target
from kerasmith.dataset.whole import with_all_values
from kerasmith.errors import KerasmithError, Problem

Tell = Callable[[int], None]


def read_given(sample: Sample, options: DataOptions, *, every_row: bool) -> dict[str, Sample]:
    """Return the tables of splits that have one of their own, beside that of training.

    Raises KerasmithError where one is written otherwise, or is no other table.
    """
    said = {"validation": options.validation, "test": options.test}
    paths = {split: path for split, path in said.items() if path is not None}
    problems = [*_no_others(sample.path, paths)]
    given: dict[str, Sample] = {}
    for split, path in paths.items() if not problems else ():
        encoding = options.encoding or ("" if sample.encoding == "utf-8" else sample.encoding)
        header = None if form_of(path.name) == "parquet" else sample.header
        try:
            given[split] = read_table(path, header, encoding, every_row=every_row)
        except KerasmithError as error:
            problems += error.problems
            continue
        problems += _written_otherwise(split, given[split], sample)
    if problems:
        raise KerasmithError(*problems)
    return given


def tables_beside(training: Path, options: DataOptions) -> dict[str, Path]:
    """Return the tables beside that of training that are called as other splits, with its columns.

    There is none for a split that could be in two of them.
    """
    if split_of(training.name) != "train" or not training.is_file():
        return {}
    form, beside = form_of(training.name), []
    with suppress(OSError):  # nobody has to be able to list the folder
        beside = sorted(training.parent.iterdir())
    files = [each for each in beside if form_of(each.name) == form]
    columns = _columns(training, options) if len(files) > 1 else set()
    found: dict[str, Path] = {}
    for split in ("validation", "test") if columns else ():
        called = [each for each in files if split_of(each.name) == split and each.is_file()]
        if len(called) == 1 and columns <= _columns(called[0], options):
            found[split] = called[0]
    return found


def _columns(table: Path, options: DataOptions) -> set[str]:
    """Return the columns of a table; none where it cannot be read, of which more is said later."""
    with suppress(KerasmithError):
        encoding = options.encoding or ""
        return {*read_table(table, options.header, encoding, every_row=False).columns}
    return set()


def _no_others(training: Path, paths: Mapping[str, Path]) -> Iterator[Problem]:
    """Yield which of these paths is not a table of another split, in the form of the training's."""
    before = {training.resolve(): "--data"}
    for split, path in paths.items():
        where = f"--{split} {path}"
        if not path.is_file():
            why = "It is not a file." if path.exists() else "No such file."
            yield Problem(f"{path.name or path} cannot be read.", where, why)
        elif form_of(path.name) != form_of(training.name):
            what = f"{path.name} is of another form than {training.name}."
            why = "The tables of all splits are written alike."
            yield Problem(what, where, why, f"a file that ends in {training.suffix}")
        elif (first := before.setdefault(path.resolve(), f"--{split}")) != f"--{split}":
            why = f"It is that of {first}. A model is not scored on the rows that it learned."
            yield Problem(f"{path.name} is named for two splits.", where, why)


def _written_otherwise(split: str, table: Sample, training: Sample) -> Iterator[Problem]:
    """Yield how a text is written otherwise than that of training."""
    for name, theirs, ours in (
        ("separator", table.separator, training.separator),
        ("encoding", table.encoding, training.encoding),
    ):
        if theirs != ours:
            what = f"{table.path.name} has another {name} than {training.path.name}."
            why = f"It has {theirs!r}, and not {ours!r}; the tables of all splits are read alike."
            yield Problem(what, f"--{split} {table.path}", why, f"a table with {ours!r}")


def with_given(
    proposal: Proposal,
    sample: Sample,
    given: Mapping[str, Sample],
    options: CheckedOptions,
    tell: Tell = lambda _: None,
) -> Proposal:
    """Return the proposal for a training table with the splits that have tables of their own.

    Raises KerasmithError where these lack columns, or hold something else in them.
    """
    found, tables = proposal.findings, proposal.tables
    inputs = [name for entry in tables["inputs"] for name in _columns_of(entry)]
    answers = [name for each in found.targets for name in each.columns]
    others = [tables["data"][key] for key in ("group", "series", "time") if tables["data"].get(key)]
    read = list(dict.fromkeys((*inputs, *answers, *others)))
    _check_columns(sample, given, read, answers)
    given = {split: with_all_values(table, (), answers, tell) for split, table in given.items()}
    _check_values(proposal, given, inputs, options)
    there = {
        split: {each.name: _as_in_training(each, table, options) for each in _held(found, read)}
        for split, table in given.items()
    }
    _check_numbers(proposal, given, there)
    outputs, notes = _with_classes(proposal, given)
    keys = {f"{split}_file": name for split, name in names_of_tables(sample, given).items()}
    data = {**tables["data"], **_words(proposal, sample, there), **keys}
    notes += _unanswered(answers, given, there)
    notes += _in_both(proposal, sample, given, inputs, tell)
    return Proposal(
        {**tables, "outputs": outputs, "data": data},
        replace(
            found,
            notes=(*found.notes, *notes),
            splits={
                split: GivenTable(table.path, table.rows, table.size)
                for split, table in given.items()
            },
        ),
    )


def _columns_of(entry: Mapping[str, Any]) -> list[str]:
    """Return the columns that the entry of an input reads."""
    if entry["kind"] == "table":
        return [each["name"] for each in entry["columns"]]
    return [entry.get("column", entry["name"])]


def _held(found: DataFindings, read: Sequence[str]) -> list[Finding]:
    """Return what the columns hold that are read, those of targets as these take them."""
    of_targets = {each.name: each for target in found.targets for each in target.found}
    return [of_targets.get(each.name, each) for each in found.columns if each.name in read]


def _as_in_training(found: Finding, table: Sample, options: CheckedOptions) -> Finding:
    """Return what a column of another table holds, taken for what it is in that of training."""
    habits = Habits(table.decimal, options.missing)
    return as_kind(found.name, table.cells(found.name), found.kind, habits, found.form)


# === What is refused ===


def _check_columns(
    sample: Sample, given: Mapping[str, Sample], read: Sequence[str], answers: Sequence[str]
) -> None:
    """Raise KerasmithError with all columns that are read of one table and lacking in another."""
    problems = []
    for split, table in given.items():
        lacking = [name for name in read if name not in table.columns]
        if not lacking:
            continue
        names = ", ".join(map(shown, lacking[:10])) + (" …" if len(lacking) > 10 else "")
        why = f"All tables have the columns that are read of {sample.path.name}."
        if {*lacking} & {*answers}:
            why += " Without the answers nothing can be scored; such rows are for predict.py."
        has = ", ".join(map(shown, [*table.columns][:10]))
        problems.append(
            Problem(
                f"{table.path.name} lacks {counted(len(lacking), 'column')}: {names}.",
                f"--{split} {table.path}",
                why,
                f"a table with the same columns; it has {has}",
            )
        )
    if problems:
        raise KerasmithError(*problems)


def _check_values(
    proposal: Proposal, given: Mapping[str, Sample], inputs: Sequence[str], options: CheckedOptions
) -> None:
    """Raise KerasmithError where columns hold something else than in the training table."""
    targets = [each for each in proposal.findings.targets if each.kind != "forecast"]
    said = DataOptions(
        inputs=[
            f"{each.name}:{each.kind}{f':{each.form}' if each.form else ''}"
            for each in proposal.findings.columns
            if each.name in inputs and each.kind in ("number", "date")
        ],
        outputs=[_as_flag(each, options) for each in targets],
        missing=sorted(options.missing),
    )
    problems = []
    for split, table in given.items():
        try:
            check_flags(table, CheckedOptions(list(table.columns), said))
        except KerasmithError as error:
            problems += [
                Problem(f"{table.path.name}: {each.what}", f"--{split} {table.path}", each.why)
                for each in error.problems
            ]
    if problems:
        raise KerasmithError(*problems)


def _as_flag(target: Target, options: CheckedOptions) -> str:
    """Return a target as a flag says it; its classes only where the owner listed them."""
    one = next(iter(target.columns), "")
    names = [name for name, columns in options.predict.items() if columns == target.columns]
    name = names[0] if names else one
    size = options.outputs.get(name, ("", ""))[1]
    if target.kind == "number" and len(target.columns) > 1:
        size = str(len(target.columns))
    return f"{name}:{target.kind}{size and f':{size}'}"


def _check_numbers(
    proposal: Proposal,
    given: Mapping[str, Sample],
    there: Mapping[str, Mapping[str, Finding]],
) -> None:
    """Raise KerasmithError where numbers are written otherwise than in the training table."""
    training = {each.name: each for each in _held(proposal.findings, [*next(iter(there.values()))])}
    problems = [
        Problem(
            f"{given[split].path.name}: the numbers of {shown(name)} are written otherwise.",
            f"--{split} {given[split].path}",
            f"They are written as {found.written}, and in {proposal.findings.path.name} as "
            f"{training[name].written or '1234.5'}.",
            "one form in all tables",
        )
        for split, columns in there.items()
        for name, found in columns.items()
        if found.is_number and found.written not in ("", training[name].written)
    ]
    if problems:
        raise KerasmithError(*problems)


# === What a project has to know of them ===


def _words(
    proposal: Proposal, sample: Sample, there: Mapping[str, Mapping[str, Finding]]
) -> dict[str, Any]:
    """Return what is said of how the tables are written: what stands for nothing in any of them."""
    found = proposal.findings
    answers = {each.name for target in found.targets for each in target.found}
    answers |= {name for target in found.targets for name in target.columns}
    names = [*next(iter(there.values()))]
    merged = []
    for each in _held(found, names):
        others = [columns[each.name] for columns in there.values()]
        missing = {word for other in (each, *others) for word in other.missing} - {*each.values}
        stray = {word for other in (each, *others) for word in other.stray}
        merged.append(replace(each, missing=tuple(sorted(missing)), stray=tuple(sorted(stray))))
    of_answers = [each for each in merged if each.name in answers]
    return data_section(sample, [e for e in merged if e.name not in answers], of_answers)


def _with_classes(
    proposal: Proposal, given: Mapping[str, Sample]
) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the outputs with the classes that training lacks, and what to say of these."""
    outputs, notes = [], []
    targets = [each for each in proposal.findings.targets if each.kind]
    for entry, target in zip(proposal.tables["outputs"], targets, strict=True):
        known = [*entry.get("classes", ())]
        for split, table in given.items() if known else ():
            counts = _labels(target, table)
            more = sorted({*counts} - {*entry["classes"]})
            if not more:
                continue
            known += [label for label in more if label not in known]
            rows = counted(sum(counts[label] for label in more), "row")
            notes.append(
                f"{target.columns[0]}: {', '.join(map(shown, more[:5]))}"
                f"{' …' if len(more) > 5 else ''} in {rows} of {table.path.name} "
                f"({split}) and in none of {proposal.findings.path.name}: it cannot be learned, "
                "and counts as wrong."
            )
        outputs.append({**entry, "classes": known} if known else entry)
    return outputs, notes


def _labels(target: Target, table: Sample) -> dict[str, int]:
    """Return the classes, or labels, of a table, and how many of its rows have each."""
    found = target.found[0]
    nothing = {"", *found.missing, *found.stray}
    there = as_kind(found.name, table.cells(found.name), "category")
    counts: dict[str, int] = {}
    for cell in table.cells(found.name):
        parts = [cell]
        if target.kind == "multilabel":
            parts = split_labels(cell, found.labels) if found.labels else cell.split("|")
        for part in parts:
            if part not in nothing and cell not in there.missing:
                counts[part] = counts.get(part, 0) + 1
    return counts


# === What is told ===


def _unanswered(
    answers: Sequence[str],
    given: Mapping[str, Sample],
    there: Mapping[str, Mapping[str, Finding]],
) -> Iterator[str]:
    """Yield how many rows of a split cannot be scored, since they hold no answer."""
    for split, table in given.items():
        for name in answers:
            found = there[split][name]
            if found.gaps:
                words = ", ".join(map(shown, (*found.missing, *found.stray)[:5]))
                yield (
                    f"{table.path.name}: {counted(found.gaps, 'row has', 'rows have')} no {name}"
                    f"{f' ({words})' if words else ''} and cannot be scored."
                )


def _in_both(
    proposal: Proposal,
    sample: Sample,
    given: Mapping[str, Sample],
    inputs: Sequence[str],
    tell: Tell,
) -> Iterator[str]:
    """Yield how many rows, times or groups of a split are in the training table, too."""
    found, data = proposal.findings, proposal.tables["data"]
    training = sample.path.name
    answers = [name for each in found.targets for name in each.columns]
    kinds = {each.kind for each in found.columns if each.name in inputs}
    is_series = any(each.kind == "forecast" for each in found.targets)
    names = [*inputs, *answers]
    if is_series:
        dates = [each.name for each in found.columns if each.kind == "date"]
        names = [data["time"]] if data.get("time") else dates[:1]
        names += [data["series"]] if names and data.get("series") else []
    if kinds == {"category"}:  # such rows repeat each other, and are of different things
        names = []
    for split, table in given.items():
        of = f"of {table.path.name}" + ("" if table.whole else f" ({table.size:,} looked at)")
        able = names and all(name in table.columns for name in names)
        if able and (again := _again(names, sample, table, tell)):
            one = "time" if is_series else "row"
            what = counted(again, f"{one} {of} is", f"{one}s {of} are")
            yield (
                f"{what} in {training}, too: scores of the {split} split would count what the "
                "model has seen. Take them out of one."
            )
        group = data.get("group")
        if group and (shared := {*sample.columns[group]} & {*table.columns[group]} - {""}):
            yield (
                f"{counted(len(shared), f'value of {group} is', f'values of {group} are')} in "
                f"{table.path.name} and in {training}: the {split} split asks about known ones."
            )


def _again(names: Sequence[str], sample: Sample, table: Sample, tell: Tell) -> int:
    """Return how many rows that were looked at are in the training table, by these columns."""
    rows = [*zip(*(table.columns[name] for name in names), strict=True)]
    wanted = {*rows}
    training = (
        zip(*(sample.columns[name] for name in names), strict=True)
        if sample.whole
        else map(tuple, every_row(sample, names, tell))
    )
    seen = {row for row in training if row in wanted}
    return sum(row in seen for row in rows)
