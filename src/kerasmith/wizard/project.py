"""Questions on the project around the model: what it is called, and what it does."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from kerasmith.catalogue.backends import BACKENDS, USUAL_BACKEND
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
    fitting = [
        each
        for each in BACKENDS.values()
        if not draft.changed(partial(set_backend, backend=each.name)).problems()
    ]
    return Question(
        "What should Keras compute with?",
        draft.project.get("backend", USUAL_BACKEND),
        described(project_key("backend"))[0],
        choices=tuple(Choice(each.name, each.title) for each in fitting),
    )


def set_backend(draft: Draft, backend: str) -> None:
    """Note the backend, unless it is the usual one."""
    draft.project["backend"] = backend
    if backend == USUAL_BACKEND:
        del draft.project["backend"]


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
