"""Exercises for whoever learns the rules: a model, the API that it needs, why, and what changes it.

A model is one of the recipes' with changes that are drawn at random. Nothing is marked by hand:
what is right is what the rules say of the model, and of each change to it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from typing import Any

from kerasmith.catalogue.encoders.own_code import FUNCTIONS as OWN_CODE
from kerasmith.decision.apply_rules import Decision
from kerasmith.decision.rules import RULES, Api, Force
from kerasmith.decision.structure import listed
from kerasmith.plan.picture import text_picture
from kerasmith.plan.plan import plan
from kerasmith.report_decision import decision_json
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.wizard.architecture import (
    OPEN,
    alike,
    flow_question,
    let_flow,
    purpose_question,
    set_purpose,
    share,
)
from kerasmith.wizard.draft import Change, Draft
from kerasmith.wizard.question import Choice, Question

MOST_CHANGES = 2
"""Changes that a recipe's model has at the most when it is asked about."""

OFFERED = 4
"""Changes of which those are to be found that change the verdict."""


@dataclass(frozen=True)
class Alternative:
    """A change to a model, in words, and the API that would write the model then."""

    words: str
    api: Api


@dataclass(frozen=True)
class Exercise:
    """A model to be asked about, and what is right."""

    spec: Spec
    decision: Decision
    alternatives: tuple[Alternative, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules of which each alone leads to the verdict."""
        return tuple(
            reason.rule
            for reason in self.decision.reasons
            if reason.rule == self.decision.rule
            or (reason.force is Force.DECIDES and reason.verdict is self.decision.api)
        )

    @property
    def turning(self) -> tuple[int, ...]:
        """The places of the alternatives that change the verdict."""
        return tuple(
            place
            for place, each in enumerate(self.alternatives)
            if each.api is not self.decision.api
        )


def exercises(seed: int) -> Iterator[Exercise]:
    """Yield exercises without end; a seed leads to the same ones with the same parts installed."""
    rng = random.Random(seed)
    models = [_model(name) for name in recipe_names()]
    while True:
        draft = rng.choice(models)
        for _ in range(rng.randint(0, MOST_CHANGES)):
            _, draft = rng.choice(rng.choice(_changed(draft, models, rng)))
        decision = draft.decision()
        yield Exercise(
            draft.spec(), decision, _offered(_changed(draft, models, rng), decision.api, rng)
        )


def _model(recipe: str) -> Draft:
    """Return the model of a recipe, without the data that it comes with."""
    tables = {key: value for key, value in load_recipe(recipe).tables.items() if key != "data"}
    return Draft({**tables, "project": {"name": recipe}})


def _offered(
    changed: list[list[tuple[str, Draft]]], api: Api, rng: random.Random
) -> tuple[Alternative, ...]:
    """Return a few of the changes, of all sorts: at the most half of them change the verdict."""
    for sort in changed:
        rng.shuffle(sort)
    in_turn = [each for sort in zip_longest(*changed) for each in sort if each]
    found = [Alternative(words, draft.decision().api) for words, draft in in_turn]
    turning = [each for each in found if each.api is not api][: OFFERED // 2]
    idle = [each for each in found if each.api is api][: OFFERED - len(turning)]
    return tuple(rng.sample(turning + idle, len(turning + idle)))


# === Changes to a model ===


def _changed(
    draft: Draft, models: list[Draft], rng: random.Random
) -> list[list[tuple[str, Draft]]]:
    """Return every change to a model that leaves one: words, and the model then; sort by sort."""
    sorts = (
        *(_removals(draft), _additions(draft, models, rng)),
        *(_flows(draft), _sharing(draft), _purposes(draft)),
    )
    changed = ([(words, draft.changed(change)) for words, change in sort] for sort in sorts)
    whole = ([(words, each) for words, each in sort if not each.problems()] for sort in changed)
    return [sort for sort in whole if sort]


def _removals(draft: Draft) -> Iterator[tuple[str, Change]]:
    for section, word in (("inputs", "input"), ("outputs", "output")):
        names = draft.names(section)
        for number, name in enumerate(names) if len(names) > 1 else ():
            yield f"Leave out the {word} {name}.", partial(_remove, section=section, number=number)


def _remove(draft: Draft, section: str, number: int) -> None:
    draft.remove(section, number)
    if len(draft.entries("inputs")) == 1:
        draft.tables.pop("model", None)  # nothing is merged any more


def _additions(
    draft: Draft, models: list[Draft], rng: random.Random
) -> Iterator[tuple[str, Change]]:
    for section, word in (("inputs", "input"), ("outputs", "output")):
        taken = {*draft.names("inputs"), *draft.names("outputs")}
        others = [entry for each in models for entry in each.entries(section)]
        entry = rng.choice([each for each in others if each["name"] not in taken])
        add = partial(_add, section=section, entry=entry)
        yield f"Add the {word} {entry['name']} ({entry['kind']}).", add


def _add(draft: Draft, section: str, entry: dict[str, Any]) -> None:
    draft.entries(section).append(dict(entry))


def _flows(draft: Draft) -> Iterator[tuple[str, Change]]:
    groups = {tuple(draft.group(name)) for name in draft.names("inputs")}
    for names in sorted(groups):
        question = flow_question(draft, names)
        for choice in question.choices if question else ():
            if question and choice.value not in (question.default, *OWN_CODE):
                words = f"Read {listed(names)} with {choice.value}, not with {question.default}."
                yield words, partial(let_flow, names=names, encoder=choice.value)


def _sharing(draft: Draft) -> Iterator[tuple[str, Change]]:
    for names in alike(draft):
        if len(draft.group(names[0])) > 1:
            words = f"Give {listed(names)} layers of their own."
            yield words, partial(share, names=names, members=())
        else:
            words = f"Let the same layers read {listed(names)}."
            yield words, partial(share, names=names, members=names)


def _purposes(draft: Draft) -> Iterator[tuple[str, Change]]:
    question = purpose_question(draft)
    for choice in question.choices:
        if choice.value != question.default:
            purpose = f"Give it the purpose {choice.value}."
            words = "Leave its purpose open." if choice.value == OPEN else purpose
            yield words, partial(set_purpose, purpose=choice.value)


# === Questions and marks ===


def questions(exercise: Exercise) -> tuple[Question, Question, Question]:
    """Return what is asked of a model: the API, a rule that decides, what would change it."""
    apis = tuple(Choice(each.value, each.value.capitalize()) for each in Api)
    rules = tuple(Choice(each.name, each.name, each.sentence) for each in RULES)
    changes = tuple(
        Choice(str(place), each.words) for place, each in enumerate(exercise.alternatives)
    )
    return (
        Question("Sequential or Functional?", apis[0].value, choices=apis),
        Question("Which rule decides?", rules[0].value, choices=rules),
        Question(
            "Which of these would change that, each alone?",
            "",
            "Tick none where none of them does.",
            choices=changes,
            several=True,
        ),
    )


def marks(exercise: Exercise, answers: tuple[str, str, str]) -> tuple[bool, bool, bool]:
    """Return which of the answers to `questions` are right."""
    api, rule, ticked = answers
    turning = ",".join(map(str, exercise.turning))
    return api == exercise.decision.api, rule in exercise.rules, ticked == turning


def right_answers(exercise: Exercise) -> tuple[str, str, str]:
    """Return what is right, in words, question by question."""
    turning = [exercise.alternatives[place].words for place in exercise.turning]
    return (
        f"it is {exercise.decision.api.value.capitalize()}.",
        f"{' or '.join(exercise.rules)} decides.",
        f"what does is: {' '.join(turning)}" if turning else "none of them does.",
    )


def exercise_json(exercise: Exercise) -> dict[str, Any]:
    """Return an exercise and its answers for programs, and for teachers' sheets."""
    return {
        "model": {key: value for key, value in tables_of(exercise.spec).items() if value},
        "picture": text_picture(plan(exercise.spec)),
        "rules": list(exercise.rules),
        "changes": [
            {"change": each.words, "api": each.api.value} for each in exercise.alternatives
        ],
        "decision": decision_json(exercise.decision),
    }
