"""Questions on one input or output: its name, its kind, its size."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from kerasmith.catalogue.words import Name
from kerasmith.decision.structure import listed
from kerasmith.errors import Problem
from kerasmith.spec.collect import Origin
from kerasmith.spec.keys import described, fields, key_names
from kerasmith.spec.names import suggested_part
from kerasmith.spec.read import problems_of, read_input
from kerasmith.wizard.draft import KINDS, Draft, Entry, Kind
from kerasmith.wizard.question import Choice, Question

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
        return found

    return Question(
        NAMES[section][min(number, 1)],
        now or draft.free_name(section),
        help=described(Name)[0],
        example=EXAMPLES[section],
        check=check,
    )


# === Kind ===


def kind_question(draft: Draft, section: str, number: int) -> Question:
    """Return the question for the kind; only what fits the rest is offered."""
    entry = draft.entries(section)[number]
    fitting = [word for word in KINDS[section] if not _unfitting(draft, section, number, word)]
    before = draft.entries(section)[max(0, number - 1)]
    usual = entry.get("kind") or before.get("kind")
    return Question(
        f"What is {entry['name']}?",
        usual if usual in fitting else fitting[0],
        choices=tuple(
            Choice(word, word, summary(kind), f"In the data table: {kind.in_the_table}.")
            for word, kind in KINDS[section].items()
            if word in fitting
        ),
    )


def summary(entry: type[object]) -> str:
    """Return the sentence that the catalogue says of a kind or an encoder."""
    return " ".join((entry.__doc__ or "").split("\n\n")[0].split())


def _unfitting(draft: Draft, section: str, number: int, word: str) -> bool:
    """Say whether an entry could not be of that kind, whatever its size."""
    base = draft.changed(lambda draft: stand_alone(draft, section, number))
    put = base.changed(partial(put_kind, section=section, number=number, word=word))
    if "kind" not in draft.entries(section)[number]:  # what fits is what could be added
        base = draft.changed(lambda draft: draft.remove(section, number))
    places = {problem.where for problem in problems_of(put.tables)}
    here = any(place.startswith(f"{section}[{number}]") for place in places)
    return here or section in places or base.worse(put) is not None


def put_kind(draft: Draft, section: str, number: int, word: str) -> None:
    """Make an entry one of that kind, with a usual size; what belonged to its kind before goes."""
    entry = draft.entries(section)[number]
    if entry.get("kind") == word and draft.kind(section, number):
        return
    size = usual_size(draft, section, number, word)
    fresh = {"name": entry["name"], "kind": word, **KINDS[section][word].from_flag(size)}
    entry.clear()
    entry.update(fresh)


# === Size ===


def size_question(draft: Draft, section: str, number: int) -> Question | None:
    """Return the question for the size; None where a kind has none."""
    entry = draft.entries(section)[number]
    kind = KINDS[section][entry["kind"]]
    if not kind.size_hint:
        return None
    now = draft.kind(section, number)
    written = now.to_flag() if now else usual_size(draft, section, number, kind.kind)
    default = AS_IT_IS if written is None else written or _size_left_out(kind)
    path = f"{section}[{number}]"
    keys = kind.from_flag(kind.size_hint)
    origins = {f"{path}.{key}": Origin(f"{path}.{key}", kind.size_hint) for key in keys}
    origins[path] = Origin(path, kind.size_hint)

    def check(size: str) -> Problem | None:
        alone = draft.changed(lambda draft: stand_alone(draft, section, number))
        return alone.objection(lambda draft: put_size(draft, section, number, size), origins)

    return Question(
        kind.size_asked.format(name=entry["name"]),
        default,
        help=" ".join(described(each.type)[0] for each in fields(kind) if each.name in keys),
        example=kind.size_hint,
        check=check,
    )


AS_IT_IS = "as it is"
"""The default where a size cannot be written as a flag: a class with a comma in its name."""


def put_size(draft: Draft, section: str, number: int, size: str) -> None:
    """Give an entry a size; an encoder that does not fit it any more goes."""
    entry = draft.entries(section)[number]
    if size == AS_IT_IS and draft.kind(section, number):
        return
    kind = KINDS[section][entry["kind"]]
    given = kind.from_flag(size)
    for key in kind.from_flag(kind.size_hint):
        entry.pop(key, None)
    entry.update(given)
    if section == "inputs" and "encoder" in entry and not read_input(entry):
        plain(entry)


def usual_size(draft: Draft, section: str, number: int, word: str) -> str:
    """Return the size to begin with: that of the entry before, if it is of the kind; an example."""
    before = draft.entries(section)[:number]
    kind = KINDS[section][word]
    if before and before[-1].get("kind") == word and (found := draft.kind(section, number - 1)):
        return found.to_flag() or ""
    return _size_left_out(kind) or kind.size_hint


def _size_left_out(kind: type[Kind]) -> str:
    """Return the size that a kind has where none is said; empty where one must be."""
    given = kind.from_flag(kind.size_hint)
    said = [each for each in fields(kind) if each.name in given]
    if not said or any(each.required for each in said):
        return ""
    return "x".join(str(each.default) for each in said)


def stand_alone(draft: Draft, section: str, number: int) -> None:
    """Take what an input has because of its size, or shares: a new size would part with both."""
    entry = draft.entries(section)[number]
    if section == "inputs":
        draft.tables["shared"] = [
            group for group in draft.entries("shared") if entry["name"] not in group["inputs"]
        ]
        if "kind" in entry:
            plain(entry)


def plain(entry: Entry) -> None:
    """Take the encoder and its knobs from an input: what suits the size is chosen then."""
    kind = KINDS["inputs"][entry["kind"]]
    for key in set(entry) - {"name", "kind", *key_names(kind)}:
        del entry[key]


def complete(draft: Draft, section: str, number: int) -> bool:
    """Say whether nothing is missing of an entry."""
    return not any(p.missing for p in draft.at(f"{section}[{number}]."))


def fits_another(draft: Draft, section: str) -> bool:
    """Say whether a further input or output could be added."""
    number = len(draft.entries(section))
    more = draft.changed(lambda draft: draft.rename(section, number, draft.free_name(section)))
    return any(not _unfitting(more, section, number, word) for word in KINDS[section])


def unfit(draft: Draft) -> Iterable[tuple[str, int, Problem]]:
    """Yield the entries in which something is wrong, with the first thing that is."""
    for section in KINDS:
        for number in range(len(draft.entries(section))):
            path = f"{section}[{number}]"
            problems = [p for p in problems_of(draft.tables) if p.where.startswith(path)]
            if problems:
                yield section, number, problems[0]
