"""Questions on the size of an input or output, in the form in which a flag says it."""

from collections.abc import Iterator

from kerasmith.errors import Problem
from kerasmith.spec.agreements.table_columns import OneColumnEach
from kerasmith.spec.collect import Origin
from kerasmith.spec.keys import Named, described, fields, key_names
from kerasmith.spec.read import problems_of, read_input
from kerasmith.wizard.draft import KINDS, Draft, Entry, Kind
from kerasmith.wizard.question import Question


def size_question(draft: Draft, section: str, number: int) -> Question | None:
    """Return the question for the size; None where a kind has none."""
    entry = draft.entries(section)[number]
    kind = KINDS[section][entry["kind"]]
    if not kind.size_hint:
        return None
    now = draft.kind(section, number)
    written = as_typed(now) if now else usual_size(draft, section, number, kind.kind)
    default = AS_IT_IS if written is None else written or _size_left_out(kind)
    path = f"{section}[{number}]"
    keys = kind.from_flag(kind.size_hint)

    def check(size: str) -> Problem | None:
        meant = kind.size_meant(typed(size))
        origins = {f"{path}.{key}": Origin(f"{path}.{key}", meant) for key in keys}
        origins[path] = Origin(path, meant)
        alone = draft.changed(lambda draft: stand_alone(draft, section, number))
        return alone.objection(lambda draft: put_size(draft, section, number, size), origins)

    return Question(
        kind.size_asked.format(name=entry["name"]),
        default,
        help=" ".join(described(each.type)[0] for each in fields(kind) if each.name in keys),
        example=kind.size_hint,
        check=check,
    )


def typed(size: str) -> str:
    """Return what was typed as a flag says it: `cat; dog` and `cat, dog` are `cat,dog`."""
    commas = size if "," in size else size.replace(";", ",")
    return ",".join(part.strip() for part in commas.split(","))


def as_typed(kind: Kind) -> str | None:
    """Return the answer that means this size; None where there is none: a `;` in a class's name."""
    written = kind.to_flag()
    return written if written is None or typed(written) == written else None


AS_IT_IS = "as it is"
"""The default where no answer means the size: a class has a comma in its name."""


def put_size(draft: Draft, section: str, number: int, size: str) -> None:
    """Give an entry a size; an encoder that does not fit it any more goes."""
    entry = draft.entries(section)[number]
    if size == AS_IT_IS and draft.kind(section, number):
        return
    kind = KINDS[section][entry["kind"]]
    given = kind.from_flag(typed(size))
    for key in kind.from_flag(kind.size_hint):
        entry.pop(key, None)
    entry.update(given)
    if section == "inputs" and "encoder" in entry and not read_input(entry):
        plain(entry)


def make(entry: Entry, section: str, word: str, size: str) -> None:
    """Make an entry one of that kind and size, and nothing else; of its own kind it keeps names."""
    kept = [key for key in key_names(Named) if key in entry and entry.get("kind") == word]
    fresh = {key: entry[key] for key in ("name", *kept)}
    fresh |= {"kind": word, **KINDS[section][word].from_flag(size)}
    entry.clear()
    entry.update(fresh)


def usual_size(draft: Draft, section: str, number: int, word: str) -> str:
    """Return the size to begin with: that of the entry before, if it is of the kind; an example.

    Of these it is the first with columns that no other part has.
    """
    sizes = list(_usual_sizes(draft, section, number, word))
    return next(
        (size for size in sizes if not _clashes(draft, section, number, word, size)), sizes[0]
    )


def _usual_sizes(draft: Draft, section: str, number: int, word: str) -> Iterator[str]:
    entries, kind = draft.entries(section), KINDS[section][word]
    if number and entries[number - 1].get("kind") == word:
        before = draft.kind(section, number - 1)
        yield from filter(None, [as_typed(before) if before else None])
    yield _size_left_out(kind) or kind.size_hint
    yield kind.size_for(entries[number]["name"])


def _clashes(draft: Draft, section: str, number: int, word: str, size: str) -> bool:
    made = draft.changed(lambda draft: make(draft.entries(section)[number], section, word, size))
    return any(problem.refusal == OneColumnEach.name for problem in problems_of(made.tables))


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
    """Take encoder and hyperparameters from an input: what suits the size is chosen then."""
    kind = KINDS["inputs"][entry["kind"]]
    for key in set(entry) - {*key_names(Named), "kind", *key_names(kind)}:
        del entry[key]
