"""What a column holds: one detector a function, asked in order.

A detector looks at the facts of a column and says what it sees, or nothing. The first one in
`DETECTORS` to see something decides.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import pairwise

from kerasmith.catalogue.endings import (
    IMAGE_ENDINGS,
    OTHER_IMAGE_ENDINGS,
    OTHER_SOUND_ENDINGS,
    SOUND_ENDINGS,
)
from kerasmith.catalogue.value_types import is_date_form
from kerasmith.counts import counted
from kerasmith.dataset.facts import (
    LONGEST_VALUE,
    MOST_VALUES,
    USUAL_HABITS,
    Facts,
    Finding,
    Habits,
    as_number,
    plain,
    shlex_name,
    shown,
    values_of,
)
from kerasmith.dataset.written import (
    FORMS,
    NEARLY_ALL,
    WrittenNumbers,
    ambiguous,
    date_form,
    dates_by,
    dates_in,
    plain_number,
    written_numbers,
)

FEWEST_GROUPS = 5
"""Of fewer, a split would hold next to none."""

ONES = (
    *("person", "subject", "patient", "participant", "respondent", "volunteer", "proband"),
    *("user", "customer", "client", "member", "student", "pupil", "employee", "player", "driver"),
    *("speaker", "writer", "household", "kunde", "kundin"),
)
"""What people call whom rows are of."""

TRUTHS = ({"yes", "no"}, {"true", "false"}, {"y", "n"}, {"t", "f"})


def column(name: str, cells: Sequence[str], habits: Habits = USUAL_HABITS) -> Finding:
    """Return what a column is."""
    found = _detected(Facts(name, cells, habits.decimal, habits.nothing))
    values = habits.nothing - habits.nothing_of_categories
    if not found.is_number and any(word.lower() in values for word in found.missing):
        nothing = habits.nothing_of_categories
        category = _detected(Facts(name, cells, habits.decimal, nothing))
        return category if category.kind in ("category", "multilabel") else found
    return found


def _detected(facts: Facts) -> Finding:
    missing = facts.rows - len(facts.present)
    if missing and facts.present:
        facts.notes.append(f"{missing:,} of {counted(facts.rows, 'value')} missing")
    return next(found for each in DETECTORS if (found := each(facts)))


def as_kind(
    name: str, cells: Sequence[str], kind: str, habits: Habits = USUAL_HABITS, form: str = ""
) -> Finding:
    """Return the finding for a column whose owner says what it is, and of dates in which form."""
    said = "as you say"
    if kind == "category":
        facts = Facts(name, cells, habits.decimal, habits.nothing_of_categories)
        return facts.says(kind, 1.0, f"{said}, {facts.different}", values=values_of(facts))
    facts = Facts(name, cells, habits.decimal, habits.nothing)
    if kind == "text":
        length, vocabulary = _text_size(facts)
        return facts.says(kind, 1.0, said, length=length, vocabulary=vocabulary)
    if kind == "date":
        form = form or date_form(facts.present)
        return _dates(facts, form, 1.0) if form else facts.says(kind, 1.0, said)
    if kind == "number" and facts.present:
        written = written_numbers(facts)
        numbers = set(written.numbers) if written else _plain_ones(facts)
        _note_others(facts, stray := set(facts.counts) - numbers)
        how = FORMS[written.mark] if written else ""
        return facts.says(kind, 1.0, said, written=how, stray=tuple(sorted(stray)))
    return facts.says(kind, 1.0, said)


# === Detectors ===


def empty(facts: Facts) -> Finding | None:
    """Nothing in it."""
    if facts.present:
        return None
    return facts.says("dropped", 1.0, f"nothing in {counted(facts.rows, 'row')}")


def constant(facts: Facts) -> Finding | None:
    """One value everywhere."""
    if len(facts.counts) > 1:
        return None
    (value,) = facts.counts
    same = "everywhere" if len(facts.present) == facts.rows else "wherever there is one"
    return facts.says("dropped", 1.0, f"the one value {shown(value)} {same}")


def image(facts: Facts) -> Finding | None:
    """Names of image files."""
    endings = (*IMAGE_ENDINGS, *OTHER_IMAGE_ENDINGS)
    named = sum(times for cell, times in facts.counts.items() if cell.lower().endswith(endings))
    if named < NEARLY_ALL * len(facts.present):
        return None
    return facts.says("image", 0.95, f"names of image files, such as {shown(facts.present[0])}")


def audio(facts: Facts) -> Finding | None:
    """Names of sound files."""
    endings = (*SOUND_ENDINGS, *OTHER_SOUND_ENDINGS)
    named = sum(times for cell, times in facts.counts.items() if cell.lower().endswith(endings))
    if named < NEARLY_ALL * len(facts.present):
        return None
    return facts.says("audio", 0.95, f"names of sound files, such as {shown(facts.present[0])}")


def truth(facts: Facts) -> Finding | None:
    """Yes and no in words."""
    if {value.lower() for value in facts.counts} not in TRUTHS:
        return None
    facts.notes.append("yes and no in words")
    values = values_of(facts)
    return facts.says("category", 0.95, f"{' or '.join(map(shown, values))}", values=values)


def identifier(facts: Facts) -> Finding | None:
    """A number or code of its own for each row."""
    count = len(facts.present)
    if count < 10 or len(facts.counts) < count:
        return None
    if not (_counts_rows(facts) if len(facts.numbers) == count else _is_code(facts)):
        return None
    return facts.says(
        "dropped",
        0.95 if _named_id(facts.name) else 0.8,
        f"{counted(count, 'different value')} in {counted(facts.rows, 'row')}, looks like an "
        "identifier",
    )


def _counts_rows(facts: Facts) -> bool:
    """Say whether whole numbers go up by one, or are called an identifier."""
    if not all(number.is_integer() for number in facts.numbers):
        return False
    ones = sum(b - a == 1 for a, b in pairwise(facts.numbers))
    return ones >= 0.99 * (len(facts.numbers) - 1) or _named_id(facts.name)


def _is_code(facts: Facts) -> bool:
    """Say whether texts are codes: no sentences, no dates, no numbers as people write them."""
    if sum(facts.words) > 1.5 * len(facts.present) or dates_in(facts) or _as_written(facts):
        return False
    return _named_id(facts.name) or all(map(_like_a_code, facts.present))


def group(facts: Facts) -> Finding | None:
    """Whom a row is of, where several rows are of one: a person, a patient, an id."""
    different, count = len(facts.counts), len(facts.present)
    if different < FEWEST_GROUPS or count < 1.5 * different or not _named_one(facts.name):
        return None
    if max(facts.counts.values()) > count / 4 or any(
        not each.is_integer() for each in facts.numbers
    ):
        return None
    facts.notes.append(
        f"rows of one {facts.name[:40]} belong in one split (data.group): the test is about new "
        f"ones; as an input instead: --input {shlex_name(f'{facts.name}:category')}"
    )
    reason = f"{different:,} different in {counted(facts.rows, 'row')}, says whom a row is of"
    return facts.says("dropped", 0.8, reason, is_group=True)


def number(facts: Facts) -> Finding | None:
    """Numbers, as programs write them or as people do."""
    share = len(facts.numbers) / len(facts.present)
    if share < NEARLY_ALL or _thousands_with_points(facts):
        if written := _as_written(facts):
            return _written_number(facts, written)
        if not _others_are_few(facts, set(facts.counts) - _plain_ones(facts)):
            return None
    _note_others(facts, stray := set(facts.counts) - _plain_ones(facts))
    low, high = min(facts.numbers), max(facts.numbers)
    whole = "whole " if all(each.is_integer() for each in facts.numbers) else ""
    sure = 0.99 - (1 - share)
    if whole and len(facts.counts) <= 10 and len(facts.counts) < len(facts.present) / 10:
        sure = 0.7 if len(facts.counts) > 2 else 0.9
        if len(facts.counts) > 2:
            facts.notes.append(
                f"only {counted(len(facts.counts), 'value')}: if they stand for categories, "
                f"--input {shlex_name(facts.name)}:category"
            )
    reason = f"{whole}numbers from {plain(low)} to {plain(high)}"
    return facts.says("number", sure, reason, stray=tuple(sorted(stray)))


def _as_written(facts: Facts) -> WrittenNumbers | None:
    """Return the numbers of a column that people wrote; None where too few are numbers."""
    written = written_numbers(facts)
    if written is None:
        return None
    share = sum(facts.counts[value] for value in written.numbers) / len(facts.present)
    few = _others_are_few(facts, set(facts.counts) - set(written.numbers))
    return written if share >= NEARLY_ALL or few else None


def _written_number(facts: Facts, written: WrittenNumbers) -> Finding:
    _note_others(facts, stray := set(facts.counts) - set(written.numbers))
    example = written.example
    as_written = (
        f"numbers written as text, such as {shown(example)}: "
        f"programs read {plain_number(example, written.mark)}"
    )
    facts.notes.append(as_written)
    low, high = min(written.numbers.values()), max(written.numbers.values())
    return facts.says(
        "number",
        0.8,
        f"numbers with {written.how}, from {plain(low)} to {plain(high)}",
        written=FORMS[written.mark],
        as_written=as_written,
        stray=tuple(sorted(stray)),
    )


def _plain_ones(facts: Facts) -> set[str]:
    return {value for value in facts.counts if as_number(value) is not None}


def _others_are_few(facts: Facts, others: set[str]) -> bool:
    """Say whether what is not a number is a word or two that stand again and again for none."""
    times = sum(facts.counts[value] for value in others)
    return (
        len(others) <= 3
        and len(facts.counts) - len(others) > 10
        and times <= len(facts.present) / 2
        and all(not any(each.isdigit() for each in value) for value in others)
    )


def _thousands_with_points(facts: Facts) -> bool:
    """Say whether points in numbers such as 1.592 are for thousands, as the file writes numbers."""
    pointed = [value for value in facts.counts if "." in value]
    return facts.decimal == "," and bool(pointed) and all(ambiguous([value]) for value in pointed)


def date(facts: Facts) -> Finding | None:
    """Days or times."""
    dates = dates_in(facts)
    if len(dates) < NEARLY_ALL * len(facts.present):
        return None
    if not (form := date_form(facts.present)) or not is_date_form(form):
        facts.notes.append("write them in one form, with year and month, such as 2021-03-04")
        return facts.says("dropped", 0.9, "dates in several forms, or in one that no input takes")
    return _dates(facts, form, 0.9)


def _dates(facts: Facts, form: str, sure: float) -> Finding:
    """Return the finding of dates in one form; what is in another counts as missing."""
    times = dict(zip(facts.counts, dates_by(form, facts.counts), strict=True))
    stray = {value for value, time in times.items() if time is None}
    if stray:
        count = counted(sum(facts.counts[value] for value in stray), "is", "are")
        facts.notes.append(
            f"{count} not dates in the form {form}, such as {shown(min(stray))}: counted as missing"
        )
    other = form.translate({ord("d"): "m", ord("m"): "d"})
    either = form[:2] in ("%d", "%m") and "%d" in form and "%m" in form
    if either and None not in dates_by(other, facts.counts):
        facts.notes.append(
            f"days and months could be either; otherwise --input "
            f"{shlex_name(f'{facts.name}:date:{other}')}"
        )
    found = [time for time in times.values() if time is not None]
    span = f"from {min(found):%Y-%m-%d} to {max(found):%Y-%m-%d}" if found else "none"
    return facts.says("date", sure, f"{span}, as {form}", form=form, stray=tuple(sorted(stray)))


def multilabel(facts: Facts) -> Finding | None:
    """Several labels in a cell, joined by |."""
    joined = sum("|" in cell for cell in facts.present)
    if joined < 0.2 * len(facts.present):
        return None
    labels = Counter(label.strip() for cell in facts.present for label in cell.split("|"))
    if len(labels) > min(MOST_VALUES, len(facts.present)) or not fit(labels):
        return None
    reason = f"{counted(len(labels), 'label')}, joined by |"
    return facts.says("multilabel", 0.9, reason, values=tuple(sorted(labels)))


def category(facts: Facts) -> Finding | None:
    """Few values, again and again."""
    different, count = len(facts.counts), len(facts.present)
    often = count / different
    if often < 2 or not fit(facts.counts):
        return None
    if often < 5 and different > 20 and count > 100:
        return None
    if different > 50 and sum(facts.words) >= 3 * count:  # sentences that repeat
        return None
    rare = sum(times < 3 for times in facts.counts.values())
    if rare and count >= 50:
        facts.notes.append(f"{counted(rare, 'value')} in fewer than 3 rows")
    sure = 0.95 if often >= 10 else 0.75
    return facts.says("category", sure, facts.different, values=values_of(facts))


def vector(facts: Facts) -> Finding | None:
    """Several numbers in each cell."""
    some = facts.present[:200]
    lengths = Counter(_numbers_in(cell) for cell in some)
    ((length, times),) = lengths.most_common(1)
    if length < 3 or times < NEARLY_ALL * len(some):
        return None
    facts.notes.append(
        "no input takes several numbers from a cell: give each a column of its own, or save them "
        "as an array of an .npz file"
    )
    return facts.says("dropped", 0.9, f"{length:,} numbers in each cell, such as {shown(some[0])}")


def _numbers_in(cell: str) -> int:
    """Return how many numbers a cell holds, between blanks, commas or semicolons; 0 for words."""
    parts = re.split(r"[\s,;]+", cell.strip("[](){} "))
    return len(parts) if all(as_number(part) is not None for part in parts) else 0


def content(facts: Facts) -> Finding | None:
    """The contents of files."""
    begins = re.compile(r"""(\{.{0,20}'bytes': )?b['"]""").match
    if not all(begins(cell) for cell in facts.present[:20]):
        return None
    facts.notes.append("contents of files: save each as a file and name it here")
    return facts.says("dropped", 0.9, f"bytes, such as {shown(facts.present[0])}")


def text(facts: Facts) -> Finding | None:
    """Several words in a row, hardly ever the same."""
    words = sum(facts.words) / len(facts.present)
    if words < 3:
        return None
    length, vocabulary = _text_size(facts)
    reason = f"about {counted(round(words), 'word')} a row, {vocabulary:,} different words in all"
    return facts.says(
        "text", 0.95 if words >= 5 else 0.8, reason, length=length, vocabulary=vocabulary
    )


def mixed(facts: Facts) -> Finding:
    """Nothing that can be learned from."""
    if facts.numbers:
        odd = next(cell for cell in facts.present if as_number(cell) is None)
        share = len(facts.numbers) / len(facts.present)
        facts.notes.append("mixed: numbers and words")
        return facts.says(
            "dropped", 0.6, f"{share:.0%} are numbers, others not, such as {shown(odd)}"
        )
    count = counted(len(facts.counts), "different value")
    if fit(facts.counts):
        facts.notes.append(
            "as a category, where each value is worth a vector of its own: "
            f"--input {shlex_name(f'{facts.name}:category')}"
        )
    why = "too many for a category, too short for text"
    if len(facts.counts) <= MOST_VALUES and not fit(facts.counts):
        why = f"some longer than {LONGEST_VALUE} characters"
    return facts.says("dropped", 0.6, f"{count} in {counted(facts.rows, 'row')}, {why}")


DETECTORS: tuple[Callable[[Facts], Finding | None], ...] = (
    empty,
    constant,
    image,
    audio,
    content,
    truth,
    identifier,
    group,
    number,
    date,
    multilabel,
    vector,
    category,
    text,
    mixed,
)


# === What they share ===


def _note_others(facts: Facts, others: set[str]) -> None:
    facts.notes.extend(not_numbers(facts, others))


def not_numbers(facts: Facts, others: Collection[str]) -> Iterator[str]:
    """Say how many cells of a column of numbers hold others, which are none."""
    if others:
        times = sum(facts.counts[value] for value in others)
        first = next(cell for cell in facts.present if cell in others)
        of = f"of {len(facts.present):,}"
        yield (
            f"{counted(times, f'{of} is not a number', f'{of} are not numbers')}, such as "
            f"{shown(first)}: counted as missing"
        )


def _named_id(name: str) -> bool:
    words = re.findall(r"[a-z]+|[A-Z][a-z]*|[A-Z]+", name)
    return name.lower() in ("id", "index", "unnamed: 0", "column_1", "uuid", "guid", "rowid") or (
        bool(words) and words[-1].lower() in ("id", "uuid", "guid", "key")
    )


def _named_one(name: str) -> bool:
    """Say whether a column is called as whom a row is of, or as their number is."""
    words = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name)]
    numbered = words[-1:] and words[-1] in (
        "id",
        "uuid",
        "guid",
        "key",
        "no",
        "nr",
        "number",
        "code",
    )
    return words == ["id"] or any(word in ONES for word in words[-2 if numbered else -1 :])


def _like_a_code(text: str) -> bool:
    """Say whether a text is a code: one word with a digit in it, such as `A-1043`."""
    return " " not in text and any(each.isdigit() for each in text)


def fit(values: Counter[str]) -> bool:
    """Say whether a spec can hold all values."""
    return all(len(value) <= LONGEST_VALUE and value.isprintable() for value in values)


def _text_size(facts: Facts) -> tuple[int, int]:
    """Return the words that nine in ten rows have at the most, and how many different ones."""
    lengths = sorted(facts.words)
    different = {word for cell in facts.present for word in re.findall(r"\w+", cell.lower())}
    return max(1, lengths[len(lengths) * 9 // 10]), max(3, len(different))
