"""Before writing: the whole model in view, and a list from which every answer can be changed."""

from collections.abc import Iterator

from kerasmith import report, report_decision
from kerasmith.catalogue.backends import BACKENDS, USUAL_BACKEND
from kerasmith.decision.apply_rules import decide
from kerasmith.decision.structure import listed
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.keys import toml_value
from kerasmith.styled import style
from kerasmith.wizard import architecture, entries
from kerasmith.wizard.conversation import Conversation
from kerasmith.wizard.draft import KINDS, Draft
from kerasmith.wizard.project import description_of, features_of
from kerasmith.wizard.question import Choice, Question
from kerasmith.wrapping import wrapped

WRITE = "write"


def review(conversation: Conversation) -> None:
    """Show what the answers make, and change them until they are right."""
    shown: dict[str, list[str]] = {}
    while True:
        problems = conversation.draft.problems()
        if problems:
            for problem in problems:
                conversation.space()
                conversation.say(*wrapped(f"{problem.what} {problem.why}", 2))
        else:
            parts = preview(conversation)
            for title, lines in parts.items():
                if shown.get(title) != lines:
                    conversation.space()
                    conversation.say(style(title, bold=True), *lines)
            shown = parts
        conversation.space()
        answer = conversation.ask(_question(conversation, writable=not problems))
        if answer == WRITE:
            return
        change(conversation, answer)


def preview(conversation: Conversation) -> dict[str, list[str]]:
    """Return what will be written, by title: the files, why, the model and its numbers."""
    spec = conversation.draft.spec()
    decision = decide(spec)
    planned = plan(spec, decision)
    folder = conversation.context.folder or spec.project.name
    files = report.file_tree(render(planned), unicode=conversation.context.unicode)
    _, *reasons = report_decision.decision_text(decision)  # the headline is above them
    picture = report.picture(planned, unicode=conversation.context.unicode)
    return {
        f"The files in {folder}/": [f"  {line}" for line in files],
        decision.headline: reasons,
        **_data(conversation.draft),
        "The model": [
            *(f"  {line}" for line in picture),
            "",
            *(f"  {line}" for line in report.parameter_table(planned)),
        ],
    }


def _data(draft: Draft) -> dict[str, list[str]]:
    """Return what is said of somebody's own data as a whole, as `[data]` says it."""
    said = {key: value for key, value in draft.tables.get("data", {}).items() if value}
    if "path" not in said:
        return {}
    plain = {key: value for key, value in said.items() if key != "columns"}
    return {"The data": [f"  {key} = {toml_value(value)}" for key, value in plain.items()]}


# === The list ===


def _question(conversation: Conversation, *, writable: bool) -> Question:
    spec_is_bad = "This does not fit together yet. What should change?"
    write = (Choice(WRITE, conversation.context.write),) if writable else ()
    choices = (*write, *_changes(conversation))
    text = "Is it right?" if writable else spec_is_bad
    return Question(text, choices[0].value, conversation.headline, choices=choices)


def _changes(conversation: Conversation) -> Iterator[Choice]:
    """Yield a choice for each answer that can be changed, with what it is now."""
    draft, project = conversation.draft, conversation.draft.project
    for section in KINDS:
        for number, entry in enumerate(draft.entries(section)):
            what = f"{section.removesuffix('s')} {entry['name']}"
            yield Choice(f"{section} {number}", f"Change {what}", _in_short(draft, section, number))
    if architecture.alike(draft):
        groups = (f"{listed(each['inputs'])} together" for each in draft.entries("shared"))
        yield Choice("sharing", "Change what is shared", "; ".join(groups) or "nothing")
    for names in conversation.groups():
        if question := architecture.flow_question(draft, names):
            what = f"Change how data flows from {listed(names)}"
            yield Choice(f"flow {','.join(names)}", what, question.default)
    for section in KINDS:
        one = section.removesuffix("s")
        if entries.fits_another(draft, section):
            yield Choice(f"add {section}", f"Add an {one}")
        if len(draft.entries(section)) > 1:
            yield Choice(f"remove {section}", f"Remove an {one}")
    yield Choice("purpose", "Change what it is for", project.get("purpose", "not known yet"))
    if "api" in project:
        yield Choice("api", "Change the API", project["api"])
    backend = BACKENDS[project.get("backend", USUAL_BACKEND)]
    yield Choice("backend", "Change the backend", backend.title)
    yield Choice("features", "Change the features", ", ".join(features_of(draft)) or "none")
    yield Choice("name", "Change the name", project["name"])
    yield Choice("description", "Change the description", description_of(draft))
    yield Choice("restart", "Start over")


def _in_short(draft: Draft, section: str, number: int) -> str:
    """Return kind and size of an entry, as a flag writes them."""
    kind = draft.kind(section, number)
    if kind is None:
        return "does not fit"
    return ":".join(filter(None, (kind.kind, kind.to_flag())))


def change(conversation: Conversation, answer: str) -> None:
    """Ask again for what was chosen from the list."""
    what, _, rest = answer.partition(" ")
    if what in KINDS:
        conversation.entry(what, int(rest))
        conversation.repair()
    elif what == "add":
        number = len(conversation.draft.entries(rest))
        conversation.entry(rest, number)
        if rest == "inputs":
            conversation.sharing()
            conversation.flow(conversation.draft.group(conversation.draft.names(rest)[number]))
    elif what == "remove":
        _remove(conversation, rest)
    elif what == "flow":
        conversation.flow(rest.split(","))
    elif what == "restart":
        conversation.restart()
    else:
        {
            "sharing": conversation.sharing,
            "purpose": conversation.purpose,
            "api": conversation.api,
            "backend": conversation.backend,
            "features": conversation.features,
            "name": conversation.name,
            "description": conversation.description,
        }[what]()


def _remove(conversation: Conversation, section: str) -> None:
    """Ask which input or output to remove."""
    names = conversation.draft.names(section)
    choices = tuple(
        Choice(name, name, _in_short(conversation.draft, section, number))
        for number, name in enumerate(names)
    )
    name = conversation.ask(
        Question(
            f"Which {section.removesuffix('s')} should be removed?", names[-1], choices=choices
        )
    )
    conversation.draft.remove(section, names.index(name))
    conversation.repair()
    conversation.announce()
