"""What the page asks, and what it shows: JSON in, JSON out. No state but a cache of what was made.

The state of the page is the *tables* of a spec, as a `kerasmith.toml` holds them. `answer` takes
those of now and an answer, and returns those of then, with everything that the page shows of them.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from kerasmith.dataset.images import ImagesWanted
from kerasmith.decision.apply_rules import Decision, decide
from kerasmith.description import describe
from kerasmith.errors import KerasmithError, Problem, problem_json
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan
from kerasmith.render.render import render
from kerasmith.report import parameter_rows
from kerasmith.report_decision import decision_json
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.toml import check_form
from kerasmith.web import dropped
from kerasmith.web.archive import archive
from kerasmith.web.difference import changed_files, lines_between
from kerasmith.web.drawing import drawing
from kerasmith.web.link import fragment_of, read_fragment, templates_version
from kerasmith.web.questions import (
    Group,
    action_json,
    add,
    additions,
    group_json,
    groups,
    why_not,
)
from kerasmith.wizard.draft import Draft

Tables = dict[str, Any]
Json = dict[str, Any]
Dropped = dict[str, Any]
"""What was dropped: its `path`, and the `answers` to what was asked about it."""

FORMAT = 1
"""The version of what the page and this module say to each other."""

# === What is asked ===


def call(request: str) -> str:
    """Answer one request, `{"do": NAME, …}`; what is wrong with it comes back as problems."""
    try:
        said: Json = msgspec.json.decode(request, type=dict[str, Any])
        answer = REQUESTS[said.pop("do")](**said)
    except ImagesWanted as wanted:
        answer = {"images": [str(path) for path in wanted.paths]}
    except KerasmithError as error:
        answer = {"refused": [problem_json(each) for each in error.problems]}
    except Exception as error:  # the page goes on with the answers until now
        answer = {"refused": [problem_json(_fault(error))]}
    return msgspec.json.encode(answer).decode()


def _fault(error: Exception) -> Problem:
    return Problem(
        f"kerasmith failed: {type(error).__name__}: {error}"[:400],
        why="This is a fault of kerasmith, not of yours.",
        try_="report it, with the link to this page",
    )


def start(recipe: str = "", fragment: str = "") -> Json:
    """Begin with a recipe, with a link, or with one input and one output by the defaults."""
    if recipe:
        return view(load_recipe(recipe).tables)
    if fragment:
        link = read_fragment(fragment)
        return {**view(link.tables), "note": _older(link.templates)}
    draft = Draft({"project": {"name": "my-model"}})
    for section in ("inputs", "outputs"):
        add(section, draft)
    return view(draft.tables)


def answer(tables: Tables, id: str, answer: str) -> Json:
    """Answer a question; where the answer is wrong, nothing changes and it is said why."""
    draft = Draft(tables)
    asked = {each.id: each for group in _groups(_key(tables)) for each in group.asked}[id]
    if problem := why_not(asked, answer):
        return {"refused": [problem_json(problem)]}
    return _after(draft, lambda draft: asked.apply(draft, answer))


def act(tables: Tables, id: str) -> Json:
    """Do something that needs no answer: add or remove an input or output."""
    draft = Draft(tables)
    cards = (each for group in _groups(_key(tables)) for each in group.actions)
    actions = (*additions(draft), *cards)
    return _after(draft, {each.id: each for each in actions}[id].apply)


def _after(draft: Draft, change: Callable[[Draft], None]) -> Json:
    """Return the view after a change, and what that changed."""
    changed = draft.changed(change)
    before = _made_of(draft.tables)
    return view(changed.tables, before=before.files if before else {})


def show(tables: Tables, before: Tables | None = None) -> Json:
    """Return the view of a state that was there before, and what changed on the way to it."""
    if before is None:
        return view(tables)
    made = _made_of(before)
    return view(tables, before=made.files if made else {})


def difference(tables: Tables, before: Tables, path: str) -> Json:
    """Return what changed in one file between two states."""
    old, new = _made_of(before), _made_of(tables)
    if not old or not new:
        return {"lines": []}
    return {"lines": lines_between(old.files.get(path, ""), new.files.get(path, ""))}


def forms(tables: Tables) -> Json:
    """Return the model of a linear stack in both forms, side by side."""
    project = tables["project"]
    both = {}
    for api in ("sequential", "functional"):
        made = _made(_key({**tables, "project": {**project, "api": api}}))
        both[api] = made.files[_model_file(made.plan)]
    return both


def _model_file(plan: Plan) -> str:
    return f"src/{plan.package}/model.py"


def zipped(tables: Tables, drop: Dropped | None = None) -> Json:
    """Return the project as a ZIP, in base 64, with the data that was dropped."""
    made = _made(_key(tables))
    name = made.plan.name
    data = dropped.files_of(**drop, tables=tables) if drop else {}
    return {"name": f"{name}.zip", "content": archive(name, made.files, data)}


def arrived(path: str) -> Json:
    """Forget what was dropped before; say whether this file is small enough to be read."""
    dropped.forget()
    return {"small": dropped.is_small(path)}


def see(images: Mapping[str, Json | None]) -> Json:
    """Take what the worker has seen of images, by their paths."""
    dropped.see(images)
    return {}


def look_into(path: str, answers: Mapping[str, str] | None = None, cut: int = 0) -> Json:
    """Say what is in a file or folder that was dropped; `cut` where it is a part of the folder."""
    return dropped.look_json(dropped.look(path, answers, cut))


def give(path: str, form: str, value: Json | None = None, why: str = "") -> Json:
    """Take what the worker has read of a file for which Python would need a library in C."""
    dropped.give(path, form, value, why)
    return {}


def begin(tables: Tables) -> Json:
    """Begin with tables, which a file has said."""
    return view(tables)


def command(tables: Tables, drop: Dropped) -> Json:
    """Return the command that makes the project from what was dropped."""
    made = _made(_key(tables))
    return {"command": dropped.command(**drop, spec=made.spec) or made.plan.command}


def catalogue() -> Json:
    """Return the description of the catalogue."""
    return describe()


REQUESTS: Mapping[str, Callable[..., Json]] = {
    each.__name__: each
    for each in (
        *(start, begin, arrived, give, see, look_into, answer, act, show),
        *(difference, forms, command, zipped, catalogue),
    )
}

# === What is shown ===


class _Made(msgspec.Struct, frozen=True):
    """A project in memory."""

    spec: Spec
    decision: Decision
    plan: Plan
    files: dict[str, str]


@lru_cache(maxsize=32)
def _made(key: bytes) -> _Made:
    """Return the project that tables lead to.

    Raises KerasmithError where they are no spec.
    """
    spec = read_spec(msgspec.json.decode(key))
    decision = decide(spec)
    planned = plan(spec, decision)
    return _Made(spec, decision, planned, render(planned))


def _key(tables: Mapping[str, Any]) -> bytes:
    check_form(tables, {})
    return msgspec.json.encode({name: section for name, section in tables.items() if section})


def _made_of(tables: Tables) -> _Made | None:
    try:
        return _made(_key(tables))
    except KerasmithError:
        return None


def view(tables: Mapping[str, Any], before: Mapping[str, str] | None = None) -> Json:
    """Return everything that the page shows of tables; `before` are the files until now."""
    key = _key(tables)
    draft = Draft(msgspec.json.decode(key))
    shown: Json = {
        "tables": draft.tables,
        "groups": [group_json(each) for each in _groups(key)],
        "additions": [action_json(each) for each in additions(draft)],
    }
    try:
        made = _made(key)
    except KerasmithError as error:
        problems = [{**problem_json(each), "at": _at(each, key)} for each in error.problems]
        return {**shown, "problems": problems}
    return {**shown, "problems": [], **_result(made, before)}


def _result(made: _Made, before: Mapping[str, str] | None) -> Json:
    return {
        "decision": decision_json(made.decision),
        "picture": drawing(made.plan),
        "parameters": parameter_rows(made.plan),
        "files": made.files,
        "changed": {} if before is None else changed_files(before, made.files),
        "open": _model_file(made.plan),
        "spec_file": SPEC_FILE,
        "command": made.plan.command,
        "fragment": fragment_of(made.spec),
        "both_forms": made.decision.linear,
    }


@lru_cache(maxsize=32)
def _groups(key: bytes) -> list[Group]:
    return groups(Draft(msgspec.json.decode(key)))


def _at(problem: Problem, key: bytes) -> str:
    """Return the question that a problem belongs to; empty where it is of the whole."""
    ids = [each.id for group in _groups(key) for each in group.asked]
    exact = [each for each in ids if problem.where.startswith(each)]
    card = problem.where.partition(".")[0]
    return next(iter([*exact, *(each for each in ids if each.startswith(f"{card}."))]), "")


def _older(templates: str) -> str:
    if templates in ("", templates_version()):
        return ""
    return (
        f"This link was made with templates {templates}; this page writes with "
        f"{templates_version()}, so that files may differ from those of then."
    )
