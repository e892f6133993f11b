"""Columns of tags: as many in a cell as there are words in the text of the row, and few different.

A text is seen by its words, a column of tags only beside it. So these are asked about when every
column has its finding.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kerasmith.catalogue.outputs import Tags as OutputTags
from kerasmith.counts import counted
from kerasmith.dataset.data_options import CheckedOptions
from kerasmith.dataset.facts import LONGEST_VALUE, Finding, shlex_name, shown
from kerasmith.dataset.sample import Sample
from kerasmith.dataset.target import Target
from kerasmith.dataset.written import NEARLY_ALL
from kerasmith.errors import KerasmithError, Problem

MOST_TAGS = 100
"""Different ones at the most; a column of more is taken for another text."""

OFTEN = 5
"""How often a tag occurs at least, on average."""

OUTSIDE = "O"
"""What usually tags a word that is nothing of interest."""


@dataclass(frozen=True)
class Tags:
    """A column of tags, and the text whose words have them."""

    name: str
    text: str
    tags: tuple[str, ...]
    rows: int
    """Rows that hold both."""
    uneven: int
    """Rows with another number of tags than of words."""
    example: int = 0
    """The first of these, from 1."""
    length: int = 0
    """Words that nine in ten rows have at the most."""
    words: int = 0
    """How many different ones there are."""

    @property
    def reason(self) -> str:
        """Return what it is, as a report says it."""
        return f"tags: one for each word of {self.text}, {len(self.tags)} different"

    def target(self, sizes: Mapping[str, object], confidence: float) -> "TagTarget":
        """Return the output that answers with these; `sizes` are its keys as its owner says."""
        notes = []
        if self.uneven:
            rows = counted(self.uneven, "row has", "rows have")
            notes.append(
                f"{rows} another number of tags than of words, such as row {self.example:,}: "
                "training stops there and says so"
            )
        found = Finding(self.name, "tags", confidence, self.reason, values=self.tags)
        return TagTarget(
            (self.name,),
            "tags",
            confidence,
            self.reason,
            {"classes": list(self.tags), **sizes},
            tuple(notes),
            (found,),
            self,
        )


@dataclass(frozen=True)
class TagTarget(Target):
    """What to predict of each word."""

    tags: Tags | None = None


def tag_columns(findings: Sequence[Finding], sample: Sample) -> dict[str, Tags]:
    """Return the columns that hold a tag for each word of a text, by name."""
    texts = [each.name for each in findings if each.kind == "text"]
    found: dict[str, Tags] = {}
    for each in findings:
        beside = [text for text in texts if text != each.name]
        if beside and each.kind in ("text", "dropped", "category"):
            able = [one for one in _beside(each.name, beside, sample) if _are_tags(one, sample)]
            if able:
                found[each.name] = min(able, key=lambda one: one.uneven)
    return found


def predicted_tags(
    predict: Iterable[str],
    tags: Mapping[str, Tags],
    findings: Sequence[Finding],
    sample: Sample,
    options: CheckedOptions,
) -> dict[str, TagTarget]:
    """Return what to predict of each word, by column: as found, or as its owner says."""
    found: dict[str, TagTarget] = {}
    for name in predict:
        kind, size = options.outputs.get(name, ("", ""))
        if kind == OutputTags.kind:
            sizes = OutputTags.from_flag(size)
            texts = [each for each in findings if each.name not in tags]
            found[name] = said_tags(name, texts, sample).target(sizes, 1.0)
        elif not kind and name in tags:
            found[name] = tags[name].target({}, 0.9)
    return found


def read_for(
    answers: Mapping[str, TagTarget], given: list[Finding], notes: list[str]
) -> list[Finding]:
    """Return the columns that are read: where words are tagged, their text alone."""
    texts = [answer.tags for answer in answers.values() if answer.tags]
    if not texts:
        return given
    first = texts[0]
    if others := [each.name[:60] for each in given if each.name != first.text]:
        notes.append(f"Left out, because tags are those of one text alone: {', '.join(others)}.")
    return [
        replace(each, length=first.length, vocabulary=first.words)
        for each in given
        if each.name == first.text
    ]


def said_tags(name: str, findings: Sequence[Finding], sample: Sample) -> Tags:
    """Return the tags of a column whose owner says that it holds some.

    Raises KerasmithError where they are not those of a text.
    """
    texts = [each.name for each in findings if each.kind == "text" and each.name != name]
    found = sorted(_beside(name, texts, sample), key=lambda one: one.uneven)
    if found and found[0].uneven <= (1 - NEARLY_ALL) * found[0].rows:
        return found[0]
    flag = f"--output {name}:tags"
    if not found:
        why = "Tags are those of a text's words, and no other column holds a text."
        raise KerasmithError(Problem(f"{shown(name)} holds no tags.", flag, why))
    best = found[0]
    raise KerasmithError(
        Problem(
            f"{shown(name)} does not hold a tag for each word.",
            flag,
            f"Of {counted(best.rows, 'row')}, {best.uneven:,} have another number of tags than "
            f"{best.text} has words, such as row {best.example:,}.",
            "tags with blanks between them, as many as there are words between blanks",
        )
    )


def without_tags(
    findings: Sequence[Finding], tags: Mapping[str, Tags], options: CheckedOptions
) -> tuple[Finding, ...]:
    """Return the findings, in which columns of tags are no text: no input takes them."""
    return tuple(
        replace(
            each,
            kind="dropped",
            confidence=0.9,
            reason=f"dropped: {tags[each.name].reason}; to predict them, "
            f"--predict {shlex_name(each.name)}",
            notes=(),
        )
        if each.name in tags and each.name not in options.inputs
        else each
        for each in findings
    )


def split_tags(cell: str) -> list[str]:
    """Return the tags in a cell, which has blanks between them or is written as a list."""
    try:
        return [str(tag) for tag in ast.literal_eval(cell)] if cell[:1] == "[" else cell.split()
    except (MemoryError, RecursionError, SyntaxError, TypeError, ValueError):
        return cell.split()


def _beside(name: str, texts: Sequence[str], sample: Sample) -> Iterator[Tags]:
    """Yield what a column is beside each text."""
    cells = [split_tags(cell) for cell in sample.columns[name]]
    every = {tag for cell in sample.cells(name) for tag in split_tags(cell)}
    tags = (*([OUTSIDE] if OUTSIDE in every else []), *sorted(every - {OUTSIDE}))
    for text in texts:
        words = [cell.split() for cell in sample.columns[text]]
        both = [row for row in range(len(cells)) if cells[row] and words[row]]
        uneven = [row for row in both if len(cells[row]) != len(words[row])]
        lengths = sorted(len(words[row]) for row in both) or [1]
        yield Tags(
            name,
            text,
            tags,
            rows=len(both),
            uneven=len(uneven),
            example=uneven[0] + 1 if uneven else 0,
            length=lengths[len(lengths) * 9 // 10],
            words=len({word.lower() for row in words for word in row}),
        )


def _are_tags(found: Tags, sample: Sample) -> bool:
    """Say whether a column holds tags of a text: as many in nearly each row, and few different."""
    if found.rows < 2 or found.uneven > (1 - NEARLY_ALL) * found.rows:
        return False
    counts = Counter(tag for cell in sample.columns[found.name] for tag in split_tags(cell))
    return (
        2 <= len(counts) <= MOST_TAGS
        and counts.total() >= max(2 * found.rows, OFTEN * len(counts))
        and len(counts) < found.words
        and max(map(len, counts)) <= LONGEST_VALUE
    )
