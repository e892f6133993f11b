"""Questions on one input or output: its name and its kind; its size is next door."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from kerasmith.catalogue.plugins import signed
from kerasmith.catalogue.value_types import Name
from kerasmith.decision.structure import listed
from kerasmith.errors import Problem
from kerasmith.spec.agreements.table_columns import OneColumnEach
from kerasmith.spec.collect import Origin
from kerasmith.spec.keys import described
from kerasmith.spec.names import suggested_part
from kerasmith.spec.read import problems_of
from kerasmith.wizard.draft import KINDS, Draft
from kerasmith.wizard.question import Choice, Question
from kerasmith.wizard.sizes import make, stand_alone, usual_size

NAMES = {
    "inputs": ("What goes into the model? Give it a name.", "What else goes in? Give it a name."),
    "outputs": ("What should it predict? Give it a name.", "What else? Give it a name."),
}
EXAMPLES = {"inputs": "photo, review, customer", "outputs": "digit, price, liked"}


# === Name ===


def name_question(draft: Draft, section: str, number: int) -> Question:
    """Return the question for the name of an entry that is there, or of a further one."""
    now = dict(enumerate(draft.names(section))).get(number, "")
    origins = {
        f"{each}[{place}]": Origin(f"the {each.removesuffix('s')} {name}")
        for each in KINDS
        for place, name in enumerate(draft.names(each))
    }
    for place, shared in enumerate(draft.entries("shared")):
        origins[f"shared[{place}]"] = Origin(f"the layers that {listed(shared['inputs'])} share")
    path = f"{section}[{number}].name"

    def check(name: str) -> Problem | None:
        right = {path: Origin(path, suggested_part(name))}
        found = draft.renaming(section, number, name, origins | right)
        if found and found.where != path:  # another part is the one that would have to give way
            what = f"The name {name!r} does not go with {found.where}."
            return replace(found, what=what, try_="another name")
        return found or _column_twice(draft, section, number, name)

    return Question(
        NAMES[section][min(number, 1)],
        now or draft.free_name(section),
        help=described(Name)[0],
        example=EXAMPLES[section],
        check=check,
    )


def _column_twice(draft: Draft, section: str, number: int, name: str) -> Problem | None:
    """Say which column of the data table a further entry of this name would have as well."""
    named = draft.changed(lambda draft: draft.rename(section, number, name))
    if "kind" in named.entries(section)[number]:
        return None
    found = (misfit(named, section, number, word) for word in KINDS[section])
    return next((each for each in found if each and each.refusal == OneColumnEach.name), None)


# === Kind ===


def kind_question(draft: Draft, section: str, number: int) -> Question:
    """Return the question for the kind; only what fits the rest is offered."""
    entry = draft.entries(section)[number]
    fitting = [word for word in KINDS[section] if not misfit(draft, section, number, word)]
    offered = fitting or list(KINDS[section])  # where nothing fits, the review says why
    before = draft.entries(section)[max(0, number - 1)]
    usual = entry.get("kind") or before.get("kind")
    return Question(
        f"What is {entry['name']}?",
        usual if usual in offered else offered[0],
        choices=tuple(
            Choice(
                word,
                word,
                signed(summary(kind), section, word),
                f"In the data table: {kind.in_the_table}.",
            )
            for word, kind in KINDS[section].items()
            if word in offered
        ),
    )


def summary(entry: type[object]) -> str:
    """Return the sentence that the catalogue says of a kind or an encoder."""
    return " ".join((entry.__doc__ or "").split("\n\n")[0].split())


def misfit(draft: Draft, section: str, number: int, word: str) -> Problem | None:
    """Say why an entry could not be of that kind, whatever its size."""
    base = draft.changed(lambda draft: stand_alone(draft, section, number))
    put = base.changed(partial(put_kind, section=section, number=number, word=word))
    if "kind" not in draft.entries(section)[number]:  # what fits is what could be added
        base = draft.changed(lambda draft: draft.remove(section, number))
    path = f"{section}[{number}]"
    found = problems_of(put.tables)
    here = (each for each in found if each.where == section or each.where.startswith(path))
    return next(here, None) or base.worse(put)


def put_kind(draft: Draft, section: str, number: int, word: str) -> None:
    """Make an entry one of that kind, with a usual size; what belonged to its kind before goes."""
    entry = draft.entries(section)[number]
    if entry.get("kind") != word or not draft.kind(section, number):
        make(entry, section, word, usual_size(draft, section, number, word))


# === What is left, and what does not fit ===


def complete(draft: Draft, section: str, number: int) -> bool:
    """Say whether nothing is missing of an entry."""
    return not any(p.missing for p in draft.at(f"{section}[{number}]."))


def fits_another(draft: Draft, section: str) -> bool:
    """Say whether a further input or output could be added."""
    number = len(draft.entries(section))
    more = draft.changed(lambda draft: draft.rename(section, number, draft.free_name(section)))
    return any(not misfit(more, section, number, word) for word in KINDS[section])


def unfit(draft: Draft) -> Iterator[tuple[str, int, Problem]]:
    """Yield the entries in which something is wrong, with the first thing that is."""
    for section in KINDS:
        for number in range(len(draft.entries(section))):
            path = f"{section}[{number}]"
            problems = [p for p in problems_of(draft.tables) if p.where.startswith(path)]
            if problems:
                yield section, number, problems[0]
