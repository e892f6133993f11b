"""Questions on the model as a whole: where it begins, what is shared, how data flows, its purpose.

Each function returns the question; what an answer changes in the draft is beside it.
"""

from collections.abc import Sequence

from kerasmith.catalogue.encoders import default_encoder, fitting_encoders
from kerasmith.catalogue.encoders.own_code import FUNCTIONS
from kerasmith.catalogue.inputs import InputKind
from kerasmith.catalogue.plugins import signed
from kerasmith.decision.apply_rules import decide
from kerasmith.decision.rules import RULES, Force
from kerasmith.decision.structure import Structure, listed
from kerasmith.errors import Problem
from kerasmith.spec.collect import Origin
from kerasmith.spec.flags import change_encoder
from kerasmith.spec.keys import Named, described, key_names, literals
from kerasmith.spec.names import recipe_names, suggested_part
from kerasmith.spec.read import problems_of, read_input
from kerasmith.spec.recipes import FIRST_RECIPE, load_recipe
from kerasmith.spec.specification import Input, asked_extent, chosen_encoder
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.entries import summary
from kerasmith.wizard.project import project_key
from kerasmith.wizard.question import NO, YES, YES_OR_NO, Choice, Question
from kerasmith.wizard.sizes import plain

# === Where to begin ===


def recipe_question() -> Question:
    """Return the question for a recipe."""
    recipes = [load_recipe(name) for name in recipe_names()]
    return Question(
        "Which recipe?",
        FIRST_RECIPE,
        choices=tuple(
            Choice(
                each.name,
                each.name,
                f"{each.title} ({decide(each.spec).api.value.capitalize()})",
                f"Data: {each.data}.",
            )
            for each in recipes
        ),
    )


# === Sharing ===


def alike(draft: Draft) -> list[list[str]]:
    """Return the names of the inputs that could be read by the same layers, group by group."""
    groups: list[tuple[InputKind, list[str]]] = []
    for each in draft.inputs():
        group = next((names for kind, names in groups if kind == each.kind), None)
        if group is None:
            groups.append((each.kind, [each.name]))
        else:
            group.append(each.name)
    return [names for _, names in groups if len(names) > 1]


def unlike(draft: Draft) -> list[list[str]]:
    """Return the names of inputs that their sizes alone keep from being read by the same layers."""
    groups: dict[str, list[Input]] = {}
    for each in draft.inputs():
        if each.kind.kind in SIZED:
            groups.setdefault(each.kind.kind, []).append(each)
    found = (each for each in groups.values() if any(e.kind != each[0].kind for e in each))
    return [[each.name for each in group] for group in found]


SIZED = ("image", "audio", "text", "series")
"""The kinds whose size is a choice; columns and values are what they are."""


def why_not_shared(draft: Draft, names: Sequence[str]) -> str:
    """Return why these inputs have layers of their own, and what would change it."""
    sizes = [f"{each.name} {each.kind.to_flag()}" for each in draft.inputs() if each.name in names]
    return (
        f"The sizes of {listed(names)} differ ({', '.join(sizes)}), so the same layers cannot read "
        "them. To compare them, like two photos, give them one size; then they can share."
    )


def sharing_question(draft: Draft, names: Sequence[str]) -> Question:
    """Return the question which of these inputs are read by the same layers."""
    now = [name for name in names if len(draft.group(name)) > 1]
    why = (
        "The same layers learn from all of them: for things that should be compared, like two "
        "photos or two texts. Otherwise each gets layers of its own."
    )
    if len(names) == 2:
        text = f"Should {listed(names)} be read by the same layers?"
        return Question(text, YES if now else NO, why, choices=YES_OR_NO)
    return Question(
        "Which of these should be read by the same layers?",
        ",".join(now),
        f"{why} Pick two or more, or none.",
        choices=tuple(Choice(name, name) for name in names),
        several=True,
        check=_one_is_not_shared,
    )


def _one_is_not_shared(answer: str) -> Problem | None:
    if answer and "," not in answer:
        return Problem("One input alone shares nothing.", try_="two or more, or none")
    return None


def share(draft: Draft, names: Sequence[str], members: Sequence[str]) -> None:
    """Let the members be read by the same layers, and no other of these names."""
    groups = draft.entries("shared")
    before = next((each for each in groups if set(each["inputs"]) & set(members)), {})
    groups[:] = [each for each in groups if not set(each["inputs"]) & set(names)]
    if len(members) < 2:
        return
    groups.append({**before, "inputs": list(members)})
    first, *rest = (entry for entry in draft.entries("inputs") if entry["name"] in members)
    for entry in rest:
        own = {key: entry.get(key) for key in key_names(Named)}
        alike = {key: value for key, value in first.items() if key not in own}
        entry.clear()
        entry.update({key: value for key, value in own.items() if value is not None} | alike)


def shared_name_question(draft: Draft, number: int) -> Question:
    """Return the question for the name of a shared encoder, where it needs one."""
    path = f"shared[{number}].name"

    def name_it(draft: Draft, name: str) -> None:
        draft.entries("shared")[number]["name"] = name

    def check(name: str) -> Problem | None:
        changed = draft.changed(lambda draft: name_it(draft, name))
        found = problems_of(changed.tables, {path: Origin(path, suggested_part(name))})
        return next((p for p in found if p.where == path), None)

    members = tuple(draft.entries("shared")[number]["inputs"])
    candidates = ("page_encoder", *(f"page_{count}_encoder" for count in range(2, 40)))
    return Question(
        f"What should the layers that read {listed(members)} be called?",
        next(name for name in candidates if not check(name)),
        "Another part of the model has the name that they would get.",
        check=check,
    )


# === How data flows ===


def flow_question(draft: Draft, names: Sequence[str]) -> Question | None:
    """Return the question how these inputs are read; None where kerasmith knows one way only."""
    entry = next(each for each in draft.entries("inputs") if each["name"] == names[0])
    given = read_input(entry)
    if given is None:
        return None
    asked = asked_extent(given.kind, (each.kind for each in draft.outputs()))
    choices = tuple(
        Choice(
            each.encoder,
            each.encoder,
            signed(summary(each), "encoders", each.encoder, each.takes.kind),
            f"After {each.source}.",
            heading=each.flow.words,
        )
        for each in fitting_encoders(given.kind, asked)
    )
    if sum(each.value not in FUNCTIONS for each in choices) < 2:
        return None
    usual = given.encoder or default_encoder(given.kind, asked)
    return Question(
        f"How should data flow from {listed(names)}?",
        usual.encoder,
        choices=tuple(sorted(choices, key=lambda each: _first_of(each.heading, choices))),
    )


def _first_of(heading: str, choices: Sequence[Choice]) -> int:
    return [each.heading for each in choices].index(heading)


def let_flow(draft: Draft, names: Sequence[str], encoder: str) -> None:
    """Let these inputs be read by an encoder; the one that suits the size is left to kerasmith."""
    outputs = draft.outputs()
    for entry in draft.entries("inputs"):
        given = read_input(entry) if entry["name"] in names else None
        if given and chosen_encoder(given, outputs).encoder != encoder:
            plain(entry)
            asked = asked_extent(given.kind, (each.kind for each in outputs))
            if encoder != default_encoder(given.kind, asked).encoder:
                change_encoder(entry, [encoder])


# === Purpose ===

OPEN = "open"


def purpose_question(draft: Draft) -> Question:
    """Return the question what the model is for."""
    type_ = project_key("purpose")
    purposes = [word for word in literals(type_) if isinstance(word, str)]
    return Question(
        "What is this model for?",
        draft.project.get("purpose", OPEN),
        choices=(
            Choice(OPEN, "I do not know yet", about="Then the model alone decides."),
            *(Choice(word, word, about=advice_of(word)) for word in purposes),
        ),
    )


def advice_of(purpose: str) -> str:
    """Return what the rules advise for a purpose."""
    structure = Structure(("in",), ("out",), purpose=purpose)
    advice = (rule for rule in RULES if rule.force is Force.ADVICE and rule.applies(structure))
    return " ".join(f"{rule.sentence} ({rule.name}, advice)" for rule in advice)


def set_purpose(draft: Draft, purpose: str) -> None:
    """Note the purpose."""
    draft.project.pop("purpose", None)
    if purpose != OPEN:
        draft.project["purpose"] = purpose


FOLLOW = Question(
    "The stack itself does not need the Functional API. Follow the advice?",
    YES,
    "Functional costs a few more lines now and takes a second input or output later. Sequential "
    "is shorter, and kerasmith can grow it later as well.",
    choices=YES_OR_NO,
)


def api_question(draft: Draft) -> Question:
    """Return the question for the API: what the rules say, or one in particular."""
    type_ = project_key("api")
    words = [word for word in literals(type_) if isinstance(word, str)]
    fitting = draft.fitting(words, set_api)
    return Question(
        "Which API should write the model?",
        fitting[0],
        described(type_)[0],
        choices=tuple(Choice(word, word) for word in fitting),
    )


def set_api(draft: Draft, api: str) -> None:
    """Ask for an API."""
    draft.project["api"] = api
