"""The questions of the page: those of the wizard, all in view at once, with the answers of now.

A question is found again by its id, which is the path of what it asks for: `inputs[0].kind`. What
an answer changes is beside the question, in the functions that the wizard calls as well.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from kerasmith.errors import Problem
from kerasmith.web.asked import Asked
from kerasmith.web.every_option import hyperparameters, kind_options, model_options
from kerasmith.wizard import architecture, entries, project, sizes
from kerasmith.wizard.draft import KINDS, Draft
from kerasmith.wizard.question import NO, YES, Choice, Question


@dataclass(frozen=True)
class Action:
    """Something that can be done without an answer: add or remove an input or output."""

    id: str
    label: str
    apply: Callable[[Draft], None]


@dataclass(frozen=True)
class Group:
    """Questions that belong together: those of an input, of the model, of the project.

    `joins` says to which answer it leads when this group is dropped on another one.
    """

    id: str
    section: str
    title: str
    asked: list[Asked]
    actions: list[Action] = field(default_factory=list)
    joins: dict[str, tuple[str, str]] = field(default_factory=dict)


def groups(draft: Draft) -> list[Group]:
    """Return every question that the draft leads to, group by group."""
    return [
        *(_entry(draft, section, number) for section, number in _places(draft)),
        Group("model", "model", "", list(_model(draft))),
        Group("project", "project", "", list(_project(draft))),
    ]


def additions(draft: Draft) -> list[Action]:
    """Return what can be added: an input, an output."""
    return [
        Action(f"{section}.add", f"Add an {section.removesuffix('s')}", partial(add, section))
        for section in KINDS
        if entries.fits_another(draft, section)
    ]


def _places(draft: Draft) -> Iterator[tuple[str, int]]:
    for section in KINDS:
        for number in range(len(draft.entries(section))):
            yield section, number


# === Inputs and outputs ===


def _entry(draft: Draft, section: str, number: int) -> Group:
    """Return the card of an input or output."""
    path, name = f"{section}[{number}]", draft.names(section)[number]
    actions = []
    if len(draft.entries(section)) > 1:
        label = f"Remove {name}"
        actions.append(Action(f"{path}.remove", label, partial(_remove, section, number)))
    asked = list(_asked_of_entry(draft, section, number))
    return Group(path, section, name, asked, actions, _joins(draft, section, name))


def _asked_of_entry(draft: Draft, section: str, number: int) -> Iterator[Asked]:
    path = f"{section}[{number}]"
    entry = draft.entries(section)[number]
    yield Asked(
        f"{path}.name",
        entries.name_question(draft, section, number),
        lambda draft, name: draft.rename(section, number, name),
    )
    yield Asked(
        f"{path}.kind",
        entries.kind_question(draft, section, number),
        partial(_put_kind, section, number),
    )
    if "kind" in entry and (question := sizes.size_question(draft, section, number)):
        yield Asked(f"{path}.size", question, partial(_put_size, section, number))
    if section == "outputs":
        yield from kind_options(draft, section, number, [entry["name"]])
        return
    group = draft.group(entry["name"])
    if group[0] != entry["name"]:
        return  # asked for once, at the first that goes through the shared layers
    if flow := architecture.flow_question(draft, group):
        yield Asked(f"{path}.encoder", flow, partial(_let_flow, group))
    yield from kind_options(draft, section, number, group)
    yield from hyperparameters(draft, number, group)


def _put_kind(section: str, number: int, draft: Draft, word: str) -> None:
    entries.put_kind(draft, section, number, word)
    draft.unshare()


def _put_size(section: str, number: int, draft: Draft, size: str) -> None:
    sizes.put_size(draft, section, number, size)
    draft.unshare()


def _let_flow(names: list[str], draft: Draft, encoder: str) -> None:
    architecture.let_flow(draft, names, encoder)


def add(section: str, draft: Draft) -> None:
    """Add an input or output as the defaults have it."""
    number = len(draft.entries(section))
    draft.rename(section, number, entries.name_question(draft, section, number).default)
    kind = entries.kind_question(draft, section, number).default
    entries.put_kind(draft, section, number, kind)


def _remove(section: str, number: int, draft: Draft) -> None:
    draft.remove(section, number)
    if len(draft.entries("inputs")) == 1:
        draft.tables.get("model", {}).pop("merge", None)


# === What is shared ===


def _joins(draft: Draft, section: str, name: str) -> dict[str, tuple[str, str]]:
    """Return what to answer, and to which question, when an input is dropped on another one."""
    joined: dict[str, tuple[str, str]] = {}
    for names in architecture.alike(draft) if section == "inputs" else ():
        for other in names if name in names else ():
            members = {*draft.group(name), *draft.group(other)}
            if other != name and other not in draft.group(name):
                answer = YES if len(names) == 2 else ",".join(n for n in names if n in members)
                place = draft.names("inputs").index(other)
                joined[f"inputs[{place}]"] = (_sharing_id(names), answer)
    return joined


def _sharing_id(names: list[str]) -> str:
    return f"shared:{','.join(names)}"


def _share(names: list[str], draft: Draft, answer: str) -> None:
    members = {YES: names, NO: []}.get(answer, answer.split(",") if answer else [])
    architecture.share(draft, names, members)
    for number in range(len(draft.entries("shared"))):
        if draft.at(f"shared[{number}].name"):
            name = architecture.shared_name_question(draft, number).default
            draft.entries("shared")[number]["name"] = name


# === The model and the project ===


def _model(draft: Draft) -> Iterator[Asked]:
    for names in architecture.alike(draft):
        question = architecture.sharing_question(draft, names)
        yield Asked(_sharing_id(names), question, partial(_share, names))
    yield from model_options(draft)
    yield Asked("project.purpose", architecture.purpose_question(draft), architecture.set_purpose)
    yield Asked("project.api", _api_question(draft), _set_api)


AUTO = "auto"


def _api_question(draft: Draft) -> Question:
    """Return the question for the API, the answer of now as its default."""
    question = architecture.api_question(draft)
    now = draft.project.get("api", AUTO)
    fitting = {each.value for each in question.choices}
    more = () if now in fitting else (Choice(now, now),)
    return Question(question.text, now, question.help, choices=(*question.choices, *more))


def _set_api(draft: Draft, api: str) -> None:
    architecture.set_api(draft, api)
    if api == AUTO:
        del draft.project["api"]


def _project(draft: Draft) -> Iterator[Asked]:
    yield Asked("project.name", project.name_question(draft, Path("project")), _set_name)
    yield Asked("project.description", project.description_question(draft), project.describe)
    yield Asked("project.backend", project.backend_question(draft), project.set_backend)
    yield Asked("project.features", project.features_question(draft), _set_features)


def _set_name(draft: Draft, name: str) -> None:
    draft.project["name"] = name


def _set_features(draft: Draft, answer: str) -> None:
    project.set_features(draft, answer.split(",") if answer else [])


# === As JSON ===


def group_json(group: Group) -> dict[str, Any]:
    """Return a group for the page."""
    return {
        "id": group.id,
        "section": group.section,
        "title": group.title,
        "questions": [
            {**question_json(each.id, each.question), "fold": each.fold} for each in group.asked
        ],
        "actions": [action_json(each) for each in group.actions],
        "joins": {where: list(answer) for where, answer in group.joins.items()},
    }


def action_json(action: Action) -> dict[str, str]:
    """Return an action for the page."""
    return {"id": action.id, "label": action.label}


def question_json(id: str, question: Question) -> dict[str, Any]:
    """Return a question for the page, its answer of now among it."""
    return {
        "id": id,
        "text": question.text,
        "answer": question.default,
        "help": question.help,
        "example": question.example,
        "several": question.several,
        "choices": [_choice_json(each) for each in question.choices],
    }


def _choice_json(choice: Choice) -> dict[str, str]:
    return {
        "value": choice.value,
        "label": choice.label,
        "brief": choice.brief,
        "about": choice.about,
        "heading": choice.heading,
        "why_not": choice.why_not,
    }


def why_not(asked: Asked, answer: str) -> Problem | None:
    """Return what is wrong with an answer by itself, in the words of the command line."""
    question = asked.question
    known = {each.value for each in question.choices}
    words = set(answer.split(",")) - {""} if question.several else {answer}
    if known and not words <= known:
        return Problem(f"There is no choice {answer[:80]!r}.", asked.id)
    return question.check(answer)
