"""What the owner of data says of columns, held to what the file holds: no project trains on less.

A word in a column of numbers is a word for "missing" at best; where most cells are words, the flag
is wrong. A value that a category has not would end training when its row comes.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import fields

import msgspec

from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.catalogue.value_types import is_date_form, listed_or_counted
from kerasmith.counts import counted
from kerasmith.dataset.columns import FEWEST_GROUPS, column
from kerasmith.dataset.data_options import CheckedOptions, DataOptions
from kerasmith.dataset.facts import Facts, Finding, Habits, shlex_name, shown
from kerasmith.dataset.proposal import Proposal
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened

MOST_WORDS_AMONG_NUMBERS = 0.5
"""The share of words in a column whose owner calls it one of numbers; they count as missing."""


def check_said(
    sample: Sample,
    options: CheckedOptions,
    findings: Sequence[Finding],
    targets: Mapping[str, Target],
) -> list[str]:
    """Return what to say of columns that hold a little else than their owner says.

    Raises KerasmithError where a column holds something else altogether.
    """
    check = _Check(sample, options)
    problems = [
        problem for name, target in targets.items() for problem in check.output(name, target)
    ]
    notes: list[str] = []
    for found in findings:
        if found.name in options.inputs and not found.dropped:
            problems += check.input(found)
            notes += check.unlisted(found)
    if problems:
        raise KerasmithError(*problems)
    return notes


def check_named(proposal: Proposal, key: str, name: str) -> None:
    """Raise KerasmithError where a key names a column that the file has not."""
    found = proposal.findings
    names = [each.name for each in found.columns]
    names += [name for target in found.targets for name in target.columns]
    if name and name not in names:
        what = f"There is no column {shortened(name)}."
        raise KerasmithError(Problem(what, key, try_=did_you_mean(name, names[:40])))


def check_group(proposal: Proposal, group: str) -> None:
    """Raise KerasmithError where rows are grouped by a column that the file has not, or cannot."""
    check_named(proposal, "data.group", group)
    found = proposal.findings
    for each in found.columns:
        if each.name == group:
            check_groups(group, each.different, found.looked_at)


def check_groups(name: str, different: int, rows: int) -> None:
    """Raise KerasmithError where a column has too few or too many values to group rows by."""
    if FEWEST_GROUPS <= different < rows:
        return
    few = different < FEWEST_GROUPS
    raise KerasmithError(
        Problem(
            f"{shortened(name)} has {counted(different, 'value')}."
            if few
            else f"{shortened(name)} has another value in each row.",
            "data.group",
            f"Of fewer than {FEWEST_GROUPS} groups a split would hold none."
            if few
            else "Groups of one row each keep nothing together.",
            f"a column that tells apart {'more of ' * few}whom rows are of; or no data.group",
        )
    )


def check_unused(options: DataOptions, data: str, names: Collection[str]) -> None:
    """Raise KerasmithError where options with these names say something that such data have not."""
    said = (each.name for each in fields(options) if getattr(options, each.name) not in _NOTHING)
    flags = [f"--{name.removesuffix('s')}" for name in said if name in names]
    if flags:
        what = f"{' and '.join(flags)} cannot be said of {data}."
        raise KerasmithError(Problem(what, " ".join(flags), try_="the same without"))


_NOTHING: tuple[object, ...] = ((), [], None)


class _Check:
    """Holds what is said of columns to the cells that they hold."""

    def __init__(self, sample: Sample, options: CheckedOptions) -> None:
        self.sample = sample
        self.options = options
        self.habits = Habits(sample.decimal, options.missing)

    def input(self, found: Finding) -> Iterator[Problem]:
        """Yield what is wrong with what is said of a column that is read."""
        kind, size = self.options.inputs[found.name]
        flag = f"--input {found.name}:{kind}{size and f':{size}'}"
        if kind == "number":
            yield from self._words(found, flag, "--input")
        if kind == "date":
            yield from self._no_dates(found, flag)
        listed = listed_or_counted(size) if kind == "category" and size else None
        facts = self._facts(found.name)
        if listed is not None and not {*listed} & {*facts.counts}:
            yield Problem(
                f"{shown(found.name)} holds none of these values.",
                flag,
                f"It holds {_some(list(facts.counts))}.",
                f"--input {shlex_name(found.name)}:category",
            )

    def _no_dates(self, found: Finding, flag: str) -> Iterator[Problem]:
        """Yield that a column of dates holds others, or dates in no form that is known."""
        facts = self._facts(found.name)
        if found.form and not is_date_form(found.form):
            yield Problem(f"{shown(found.form)} is not the form of a date.", flag, try_="%Y-%m-%d")
        elif not found.form or len(found.stray) > MOST_WORDS_AMONG_NUMBERS * len(facts.counts):
            yield Problem(
                f"{shown(found.name)} does not hold dates in one known form.",
                flag,
                f"It holds {_some(list(facts.counts))}.",
                f"--input {shlex_name(f'{found.name}:date:%d.%m.%Y')}, in the form that they have",
            )

    def unlisted(self, found: Finding) -> Iterator[str]:
        """Say which values of a category its owner left out."""
        kind, size = self.options.inputs[found.name]
        if kind != "category" or not size:
            return
        others = {
            value: times
            for value, times in self._facts(found.name).counts.items()
            if value not in found.values
        }
        if others:
            rows = counted(sum(others.values()), "row holds", "rows hold")
            yield (
                f"{found.name}: {rows} a value that is not listed ({_some(list(others))}); it "
                "counts as unknown."
            )

    def output(self, name: str, target: Target) -> Iterator[Problem]:
        """Yield what is wrong with what is said of a column that should be predicted."""
        kind, size = self.options.outputs.get(name, ("", ""))
        flag = f"--output {name}:{kind}{size and f':{size}'}" if kind else f"--predict {name}"
        read = self._read(name, kind, target) if kind and target.columns else ()
        if absent := [each for each in read if each not in self.sample.columns]:
            why = f"It would be read from {_some(read)}."
            yield Problem(f"There is no column {shown(absent[0])}.", flag, why)
        elif target.kind in ("number", "box") and (kind or len(target.columns) > 1):
            for found in target.found:
                yield from self._words(found, flag, "--output")
        elif kind in ("binary", "anomaly") and target.columns:
            yield from self._not_binary(name, target, flag)
        elif kind in ("category", "multilabel", "tags") and size:
            yield from self._classes(name, kind, target, flag)

    def _read(self, name: str, kind: str, target: Target) -> Sequence[str]:
        """Return the columns that such an output reads."""
        try:
            return msgspec.convert({**target.sizes}, OUTPUT_KINDS[kind]).columns_of(name)
        except msgspec.ValidationError:  # its sizes are refused where the spec is read
            return ()

    def _words(self, found: Finding, flag: str, again: str) -> Iterator[Problem]:
        """Yield that a column of numbers holds words."""
        facts = self._facts(found.name, number=True)
        words = [value for value in facts.counts if value in {*found.stray}]
        times = sum(facts.counts[value] for value in words)
        if times <= MOST_WORDS_AMONG_NUMBERS * len(facts.present):
            return
        is_what = column(found.name, self.sample.columns[found.name], self.habits)
        other = is_what.kind if is_what.kind in ("text", "image", "audio") else "category"
        able = again == "--input" or other == "category"
        of = counted(len(facts.present), "value is not a number", "values are not numbers")
        yield Problem(
            f"{shown(found.name)} does not hold numbers.",
            flag,
            f"{times:,} of {of}, such as {shown(words[0])}.",
            f"{again} {shlex_name(f'{found.name}:{other}')}" if able else "another column",
        )

    def _not_binary(self, name: str, target: Target, flag: str) -> Iterator[Problem]:
        """Yield that a column of 0 and 1 holds something else."""
        nothing = {"", *(word for each in target.found for word in (*each.missing, *each.stray))}
        values = sorted({*self.sample.cells(name)} - nothing)
        if others := [value for value in values if value not in ("0", "1")]:
            yield Problem(
                f"{shown(name)} holds something else than 0 and 1.",
                flag,
                f"It holds {counted(len(values), 'value')}, such as {_some(others)}.",
                f"--output {shlex_name(f'{name}:category')}",
            )

    def _classes(self, name: str, kind: str, target: Target, flag: str) -> Iterator[Problem]:
        """Yield that a column holds classes that are not listed."""
        held = {value for each in target.found for value in each.values}
        if kind == "multilabel":
            held = {label.strip() for value in held for label in value.split("|")}
        if others := sorted(held - {*target.sizes["classes"]}):
            yield Problem(
                f"{shown(name)} holds {counted(len(others), 'class', 'classes')} not listed.",
                flag,
                f"Not listed: {_some(others)}.",
                f"--output {shlex_name(f'{name}:{kind}')} for all that it holds; or "
                f"--missing {shlex_name(others[0])} where that means none",
            )

    def _facts(self, name: str, *, number: bool = False) -> Facts:
        """Return the facts of a column as its owner has it read."""
        habits = self.habits
        nothing = habits.nothing if number else habits.nothing_of_categories
        cells = self.sample.columns[name] if number else self.sample.cells(name)
        return Facts(name, cells, habits.decimal, nothing)


def _some(values: Sequence[str]) -> str:
    """Return a few values as a sentence holds them."""
    return ", ".join(map(shown, values[:5])) + (" …" if len(values) > 5 else "")
