"""Questions on the project around the model: what it can do, what it is called, what for."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from kerasmith.catalogue.backends import BACKENDS, USUAL_BACKEND
from kerasmith.catalogue.features import (
    FEATURES,
    USUAL_FEATURES,
    Feature,
    backends_for,
    with_needs,
    works_on,
)
from kerasmith.catalogue.plugins import signed
from kerasmith.decision.structure import listed
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plan import plain_description
from kerasmith.project.create import absolute, check_destination
from kerasmith.spec.collect import Origin
from kerasmith.spec.keys import described, fields
from kerasmith.spec.names import suggested_project
from kerasmith.spec.read import problems_of
from kerasmith.spec.specification import Project
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.question import Choice, Question


def project_key(key: str) -> object:
    """Return the type of a key of `[project]`."""
    return next(each.type for each in fields(Project) if each.name == key)


def name_question(draft: Draft, folder: Path | None) -> Question:
    """Return the question for the name; where no folder is said, it is the folder's, too."""

    def check(name: str) -> Problem | None:
        return _why_not(draft, name) or (None if folder else _taken(name))

    wanted = suggested_project(draft.project.get("name") or (folder.name if folder else ""))
    names = (wanted, *(f"{wanted[:27]}-{number}" for number in range(2, 100)))
    return Question(
        "What is the project called?",
        next((name for name in names if not check(name)), wanted),
        described(project_key("name"))[0],
        check=check,
    )


def _why_not(draft: Draft, name: str) -> Problem | None:
    def name_it(draft: Draft) -> None:
        draft.project["name"] = name

    path = "project.name"
    origins = {path: Origin(path, suggested_project(name))}
    found = problems_of(draft.changed(name_it).tables, origins)
    return next((problem for problem in found if problem.where == path), None)


def _taken(name: str) -> Problem | None:
    try:
        check_destination(Path(name))
    except KerasmithError as error:
        found = error.problems[0]  # here, the name alone says where
        return replace(found, what=found.what.replace(str(absolute(Path(name))), name))
    return None


def backend_question(draft: Draft) -> Question:
    """Return the question for the backend; those that the spec cannot have are left out."""
    features = [FEATURES[name] for name in features_of(draft)]

    def why_not(backend: str) -> str:
        barred = [each.name for each in features if not works_on(each, backend)]
        return f"not with {listed(barred)}" if barred else ""

    fitting = draft.fitting(BACKENDS, set_backend)
    return Question(
        "What should Keras compute with?",
        draft.project.get("backend", USUAL_BACKEND),
        described(project_key("backend"))[0],
        choices=tuple(
            Choice(each.name, each.title, why_not=why_not(each.name))
            for each in BACKENDS.values()
            if each.name in fitting or why_not(each.name)
        ),
    )


def set_backend(draft: Draft, backend: str) -> None:
    """Note the backend, unless it is the usual one."""
    draft.project["backend"] = backend
    if backend == USUAL_BACKEND:
        del draft.project["backend"]


def features_question(draft: Draft) -> Question:
    """Return the question for the features; the reader says what is wrong with an answer."""
    backend = draft.project.get("backend", USUAL_BACKEND)
    named = draft.changed(lambda draft: draft.project.setdefault("name", "my-model"))
    chosen = features_of(draft)

    def check(answer: str) -> Problem | None:
        return named.objection(partial(set_features, chosen=answer.split(",") if answer else []))

    return Question(
        "Which features should the project have?",
        ",".join(chosen),
        "Later, too, each can be added or taken out: kerasmith update --with NAME, --without NAME.",
        choices=tuple(
            Choice(
                each.name,
                each.name,
                signed(each.summary, "features", each.name),
                why_not="" if each.name in chosen else _why_no_feature(each, backend),
            )
            for each in FEATURES.values()
        ),
        several=True,
        check=check,
    )


def _why_no_feature(feature: Feature, backend: str) -> str:
    able = backends_for(feature)
    titles = " or ".join(BACKENDS[name].title for name in able)
    return "" if backend in able else f"needs {titles}"


def features_of(draft: Draft) -> tuple[str, ...]:
    """Return the features as of now: those that are named, or the usual ones."""
    project = draft.project
    return with_needs((*project.get("features", USUAL_FEATURES), *project.get("jobs", ())))


def set_features(draft: Draft, chosen: Sequence[str], *, spelled_out: bool = False) -> None:
    """Note the features, with what they need; the usual ones only where they are `spelled_out`."""
    wanted = with_needs(chosen)
    if wanted == features_of(draft):
        return
    draft.project.pop("jobs", None)  # an older word for some of them
    draft.project["features"] = list(wanted)
    if wanted == USUAL_FEATURES and not spelled_out:
        del draft.project["features"]


def brought_along(chosen: Sequence[str]) -> list[str]:
    """Return a sentence for each feature that needs others than these."""
    sentences = []
    for name in chosen:
        more = [need for need in with_needs([name]) if need not in chosen]
        if more:
            too = "it is added too" if len(more) == 1 else "they are added too"
            sentences.append(f"{name} needs {listed(more)}: {too}.")
    return sentences


def description_question(draft: Draft) -> Question:
    """Return the question for a line that says what the model does."""
    return Question(
        "What does it do, in one line?",
        description_of(draft),
        described(project_key("description"))[0],
        check=lambda text: draft.objection(lambda draft: describe(draft, text)),
    )


def description_of(draft: Draft) -> str:
    """Return the description: the owner's own, or the usual one."""
    return str(draft.project.get("description", _usual(draft)))


def describe(draft: Draft, text: str) -> None:
    """Note the description, unless it is the usual one."""
    draft.project["description"] = text
    if text == _usual(draft):
        del draft.project["description"]


def _usual(draft: Draft) -> str:
    return plain_description(tuple(draft.names("inputs")), tuple(draft.names("outputs")))
