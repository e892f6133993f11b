"""The target: which column it is, its kind of output, and the reason in words."""

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kerasmith.counts import counted
from kerasmith.dataset.columns import as_kind, column, fit, not_numbers
from kerasmith.dataset.facts import (
    MISSING,
    MOST_VALUES,
    USUAL_HABITS,
    Facts,
    Finding,
    Habits,
    plain,
    shlex_name,
    shown,
)
from kerasmith.dataset.labels import labels_in

USUAL = ("target", "label", "class", "y", "outcome", "output", "answer", "result", "price")
"""What people call a target."""

MOST_CLASSES_IN_NUMBERS = 20
"""Different whole numbers that are taken for classes, at the most."""

CALLED_CLASSES = ("label", "class", "category", "type", "kind", "klasse")

MOST_NUMBERED_CLASSES = 100
"""The same where the column is called as classes are, whatever numbers are left out."""

IMBALANCED = 0.8
"""The share of the most frequent class from which on it is said."""


@dataclass(frozen=True)
class Target:
    """What to predict: an output of a spec, its columns, and why."""

    columns: tuple[str, ...]
    kind: str
    confidence: float
    reason: str
    sizes: Mapping[str, Any]
    """The keys of the output's entry: its classes, or how many numbers."""
    notes: tuple[str, ...] = ()
    found: tuple[Finding, ...] = ()
    """What its columns hold."""


@dataclass(frozen=True)
class _Judgement:
    """What kind of output a column is taken for, how sure that is, and why."""

    kind: str
    confidence: float
    reason: str
    could_be: str = ""
    """The other kind that it could as well be; empty where there is none."""


def guessed_target(findings: Sequence[Finding]) -> str:
    """Return the column that looks most like a target; empty where none does."""
    able = [each.name for each in findings if each.kind in ("number", "category", "multilabel")]
    images = [each.name for each in findings if each.kind == "image"]
    if len(images) > 1 and not able:
        able = images
    for word in USUAL:
        for name in able:
            if name.lower() == word or re.split(r"\W|_", name.lower())[-1] == word:
                return name
    return able[-1] if able else ""


def target(
    name: str, cells: Sequence[str], kind: str = "", habits: Habits = USUAL_HABITS
) -> Target:
    """Return what a column is as an output; `kind` is what its owner says."""
    found = column(name, cells, habits)
    if not found.is_number and (frequent := _frequent(cells, habits)):
        habits = replace(habits, values=frequent)
        found = column(name, cells, habits)
    classes = "category" in (kind, found.kind) or found.kind == "multilabel"
    nothing = habits.nothing_of_categories if classes else habits.nothing
    facts = Facts(name, cells, habits.decimal, nothing)
    notes = [*_missing(facts), *_none_as_a_class(facts)]
    labels = labels_in(facts) if not kind or kind == "multilabel" else None
    if labels:
        found = replace(found, kind="multilabel", values=labels.names, labels=labels.mark)
        judged = _Judgement("multilabel", 0.8, labels.reason)
        notes.append(labels.note)
    elif not kind:
        found = _asked_for(facts, found, habits)
        judged = _judged(facts, found)
    else:
        judged = _Judgement(kind, 1.0, f"{kind}: as you say")
        if kind == "number" and not found.is_number:
            found = as_kind(name, cells, kind, habits)
    sizes: dict[str, Any] = {}
    if judged.kind in ("category", "multilabel"):
        if judged.kind != found.kind:
            found = as_kind(name, cells, "category", habits)
        sizes["classes"] = list(found.values)
        notes += [] if labels else _classes(facts)
    if judged.kind == "binary":
        notes += _classes(facts)
    if judged.kind in ("binary", "category") and _is_imbalanced(facts):
        sizes["balance"] = True
    if judged.kind == "number":
        numbers = Facts(name, cells, habits.decimal, habits.nothing)
        notes += not_numbers(numbers, found.stray)
    notes += _otherwise(judged, facts)
    notes += [found.as_written] if found.as_written else []
    return Target(
        (name,), judged.kind, judged.confidence, judged.reason, sizes, tuple(notes), (found,)
    )


def _asked_for(facts: Facts, found: Finding, habits: Habits) -> Finding:
    """Return whether a column can be a target: not a text, a date or a dropped one."""
    if found.kind not in ("date", "dropped", "text", "image", "audio") or len(facts.counts) < 2:
        return found
    number = as_kind(facts.name, facts.cells, "number", habits)
    if facts.present and not number.stray:
        return replace(number, confidence=0.7, reason=f"number: {_range(facts)}")
    often = len(facts.present) / len(facts.counts)
    if often >= 2 and len(facts.counts) <= MOST_VALUES and fit(facts.counts):
        category = as_kind(facts.name, facts.cells, "category", habits)
        return replace(category, confidence=0.6, reason=f"category: {facts.different}")
    return found


def _range(facts: Facts) -> str:
    numbers = facts.numbers
    span = f" from {plain(min(numbers))} to {plain(max(numbers))}" if numbers else ""
    return f"numbers{span}"


def _frequent(cells: Sequence[str], habits: Habits) -> frozenset[str]:
    """Return what usually stands for no value and is in a third of the rows: a class."""
    counts = Counter(cell.lower() for cell in cells if cell)
    usual = {word for word in counts if word in habits.nothing and word not in habits.missing}
    return frozenset(word for word in usual if counts[word] >= len(cells) / 3)


def _none_as_a_class(facts: Facts) -> Iterator[str]:
    """Say which class could as well mean that there is no answer."""
    for value, times in facts.counts.items():
        if value.lower() in MISSING:
            yield (
                f"{shown(value)}, in {counted(times, 'row')}, is taken for a class; if it means "
                f"that there is no answer: --missing {shlex_name(value)}"
            )


def _judged(facts: Facts, found: Finding) -> _Judgement:
    values = set(facts.counts)
    if values == {"0", "1"}:
        return _Judgement("binary", 0.99, f"binary: 0 or 1 in {counted(facts.rows, 'row')}")
    if found.kind == "number":
        return _number_or_classes(facts, found)
    if found.kind == "category" and len(found.values) > MOST_VALUES:
        reason = f"dropped: {facts.different}, and an output has {MOST_VALUES:,} classes at most"
        return _Judgement("", 0.0, reason)
    if found.kind in ("category", "multilabel"):
        return _Judgement(found.kind, found.confidence, found.reason)
    return _Judgement("", 0.0, found.reason)


def _number_or_classes(facts: Facts, found: Finding) -> _Judgement:
    """Tell classes that are called 0, 1, 2 from quantities."""
    numbers = sorted(set(facts.numbers))
    whole = all(number.is_integer() for number in numbers)
    apart = {b - a for a, b in itertools.pairwise(numbers)}
    often = len(facts.present) / max(1, len(numbers))
    as_found = _Judgement("number", found.confidence, found.reason)
    if not whole or often < 8:
        return as_found
    low, high = (plain(numbers[place]) for place in (0, -1)) if numbers else ("", "")
    count = f"{len(numbers)} whole numbers from {low} to {high} in {counted(facts.rows, 'row')}"
    if apart == {1.0} and len(numbers) <= MOST_CLASSES_IN_NUMBERS:
        sure = 0.9 if numbers[0] in (0, 1) and len(numbers) <= 10 else 0.6
        return _Judgement("category", sure, f"category: the {count}, taken for classes")
    if _called_a_class(facts.name) and 1 < len(numbers) <= MOST_NUMBERED_CLASSES:
        reason = f"category: {count}, taken for classes by the column's name"
        return _Judgement("category", 0.6, reason, could_be="number")
    if 1 < len(numbers) <= MOST_CLASSES_IN_NUMBERS:
        reason = f"number: {count}; not sure, they may be classes"
        return _Judgement("number", 0.5, reason, could_be="category")
    return as_found


def _called_a_class(name: str) -> bool:
    return re.split(r"\W|_", name.lower())[-1] in CALLED_CLASSES


def _otherwise(judged: _Judgement, facts: Facts) -> list[str]:
    """Say how to have it the other way, where numbers could be classes."""
    if not judged.could_be:
        return []
    are = {"category": "stand for classes", "number": "are quantities"}[judged.could_be]
    return [f"if they {are}: --output {shlex_name(f'{facts.name}:{judged.could_be}')}"]


def _missing(facts: Facts) -> list[str]:
    missing = facts.rows - len(facts.present)
    if not missing:
        return []
    words = f" ({', '.join(map(shown, facts.missing[:5]))})" if facts.missing else ""
    one, many = f"row has none{words}; it cannot", f"rows have none{words}; they cannot"
    return [f"{counted(missing, one, many)} be learned from"]


def _is_imbalanced(facts: Facts) -> bool:
    return max(facts.counts.values(), default=0) >= IMBALANCED * max(1, len(facts.present))


def _classes(facts: Facts) -> list[str]:
    """Say where classes are rare, too many, or one is nearly all."""
    counts: Counter[str] = facts.counts
    notes = []
    if _is_imbalanced(facts):
        ((most, times),) = counts.most_common(1)
        share = times / len(facts.present)
        notes.append(
            f"imbalance: {share:.0%} are '{most}', so always saying that is right {share:.0%} of "
            "the time; rows of rare classes count more in training (balance)"
        )
    rare = [value for value, times in counts.items() if times < 5]
    if rare and len(facts.present) >= 50 and len(counts) <= MOST_VALUES:
        notes.append(
            f"{len(rare):,} of {len(counts):,} classes in fewer than 5 rows: too few to learn"
        )
    return notes
