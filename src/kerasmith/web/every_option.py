"""Options as questions: hyperparameters of encoders, options of kinds, how features are merged.

Which there are, and what is right, follows from the types of the catalogue: an entry that is new
there has its questions here.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from msgspec import Struct

from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import AMONG_SEVERAL
from kerasmith.decision.structure import listed
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import merge_of, trunk_of
from kerasmith.spec.keys import key_names
from kerasmith.spec.read import read_input
from kerasmith.spec.specification import Input, ModelSection, Output, Spec, chosen_encoder
from kerasmith.web.asked import Asked
from kerasmith.wizard.architecture import let_flow
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.entry_options import Put, in_toml, option, put_into_all, usual
from kerasmith.wizard.question import Choice, Question
from kerasmith.wizard.sizes import plain


def kind_options(draft: Draft, section: str, number: int, names: Sequence[str]) -> Iterator[Asked]:
    """Yield what a kind has beside its size; `names` are the entries that have it together."""
    kind = draft.kind(section, number)
    if kind is None:
        return
    path = f"{section}[{number}]"
    size = kind.from_flag(kind.size_hint)
    put = partial(put_into_all, section, names)
    alone = section == "outputs" and len(draft.entries(section)) == 1
    for key in key_names(type(kind)):
        idle = alone and key in AMONG_SEVERAL and getattr(kind, key) == usual(type(kind), key)
        if key not in size and not idle:
            yield _option(draft, path, type(kind), key, getattr(kind, key), put, "Options")


# === Encoders ===


def hyperparameters(draft: Draft, number: int, names: Sequence[str]) -> Iterator[Asked]:
    """Yield the hyperparameters of the encoder that reads these inputs."""
    given = read_input(draft.entries("inputs")[number])
    if given is None:
        return
    encoder = chosen_encoder(given, draft.outputs())
    put = partial(_put_hyperparameter, encoder.encoder, names)
    fold = f"Hyperparameters of {encoder.encoder}"
    for key in key_names(type(encoder)):
        path = f"inputs[{number}]"
        yield _option(draft, path, type(encoder), key, getattr(encoder, key), put, fold)


def _put_hyperparameter(
    encoder: str, names: Sequence[str], draft: Draft, key: str, value: object
) -> None:
    """Put it beside the encoder's name; what is so by itself needs no word."""
    outputs = draft.outputs()
    for entry in draft.entries("inputs"):
        if entry["name"] not in names:
            continue
        entry.pop(key, None)
        entry["encoder"] = encoder
        given = read_input(entry)
        usual = getattr(chosen_encoder(given, outputs), key) if given else None
        if value is not None and value != in_toml(usual):
            entry[key] = value
        elif given and not given.hyperparameters:
            plain(entry)
            let_flow(draft, [entry["name"]], encoder)


# === The model ===


def model_options(draft: Draft) -> Iterator[Asked]:
    """Yield how features are merged, where there are several, and what follows them."""
    section = draft.tables.get("model", {})
    inputs = list(draft.inputs())
    if len(inputs) > 1:
        now = str(section.get("merge") or _by_itself(draft, merge_of) or next(iter(MERGES)))
        put = partial(_put_in_model, merge_of, key="merge")
        question = _merge_question(inputs, draft.outputs(), now)
        yield Asked("model.merge", question, lambda draft, to: put(draft, value=to))
    trunk = section.get("trunk", _by_itself(draft, trunk_of))
    put_trunk = partial(_put_in_model, trunk_of)
    yield _option(draft, "model", ModelSection, "trunk", trunk, put_trunk, "")


def _by_itself(draft: Draft, choose: Callable[[Spec], object]) -> object:
    """Return what kerasmith chooses; None while something is wrong."""
    try:
        return choose(draft.spec())
    except KerasmithError:
        return None


def _merge_question(inputs: Sequence[Input], outputs: Sequence[Output], now: str) -> Question:
    widths = tuple(chosen_encoder(each, outputs).features(each.kind) for each in inputs)
    names = listed([each.name for each in inputs])
    choices = (
        Choice(each.name, each.name, each.summary, why_not=each.problem(widths).rstrip("."))
        for each in MERGES.values()
    )
    return Question(f"How should the features of {names} be merged?", now, choices=tuple(choices))


def _put_in_model(choose: Callable[[Spec], object], draft: Draft, key: str, value: object) -> None:
    """Put it into `[model]`; what is so by itself needs no word."""
    section = draft.tables.setdefault("model", {})
    section.pop(key, None)
    if value is not None and value != _by_itself(draft, choose):
        section[key] = value


# === One option ===


def _option(
    draft: Draft, path: str, struct: type[Struct], key: str, now: object, put: Put, fold: str
) -> Asked:
    """Return the question for an option, by what its type says of it."""
    question, apply = option(draft, path, struct, key, now, put)
    return Asked(f"{path}.{key}", question, apply, fold)
