"""Before writing: the whole model in view, and a list from which every answer can be changed."""

from collections.abc import Iterator

from kerasmith import report
from kerasmith.catalogue.backends import BACKENDS, USUAL_BACKEND
from kerasmith.decision.apply_rules import decide
from kerasmith.decision.structure import listed
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.styled import style
from kerasmith.wizard import entries, model
from kerasmith.wizard.conversation import Conversation
from kerasmith.wizard.draft import KINDS, Draft
from kerasmith.wizard.project import description_of
from kerasmith.wizard.question import Choice, Question
from kerasmith.wrapping import wrapped

WRITE = "write"


def review(talk: Conversation) -> None:
    """Show what the answers make, and change them until they are right."""
    shown: dict[str, list[str]] = {}
    while True:
        problems = talk.draft.problems()
        if problems:
            for problem in problems:
                talk.space()
                talk.say(*wrapped(f"{problem.what} {problem.why}", 2))
        else:
            parts = preview(talk)
            for title, lines in parts.items():
                if shown.get(title) != lines:
                    talk.space()
                    talk.say(style(title, bold=True), *lines)
            shown = parts
        talk.space()
        answer = talk.ask(_question(talk, writable=not problems))
        if answer == WRITE:
            return
        change(talk, answer)


def preview(talk: Conversation) -> dict[str, list[str]]:
    """Return what is going to be written, by title: the files, why, the model and its numbers."""
    spec = talk.draft.spec()
    decision = decide(spec)
    planned = plan(spec, decision)
    folder = talk.occasion.folder or spec.project.name
    files = report.file_tree(render(planned), unicode=talk.occasion.unicode)
    _, *reasons = report.decision_text(decision)  # the headline stands above them
    picture = report.picture(planned, unicode=talk.occasion.unicode)
    return {
        f"The files in {folder}/": [f"  {line}" for line in files],
        decision.headline: reasons,
        "The model": [
            *(f"  {line}" for line in picture),
            "",
            *(f"  {line}" for line in report.parameter_table(planned)),
        ],
    }


# === The list ===


def _question(talk: Conversation, *, writable: bool) -> Question:
    spec_is_bad = "This does not fit together yet. What should change?"
    write = (Choice(WRITE, talk.occasion.write),) if writable else ()
    choices = (*write, *_changes(talk))
    text = "Is it right?" if writable else spec_is_bad
    return Question(text, choices[0].value, talk.headline, choices=choices)


def _changes(talk: Conversation) -> Iterator[Choice]:
    """Yield a choice for each answer that can be changed, with what it is now."""
    draft, project = talk.draft, talk.draft.project
    for section in KINDS:
        for number, entry in enumerate(draft.entries(section)):
            what = f"{section.removesuffix('s')} {entry['name']}"
            yield Choice(f"{section} {number}", f"Change {what}", _in_short(draft, section, number))
    if model.alike(draft):
        groups = (f"{listed(each['inputs'])} together" for each in draft.entries("shared"))
        yield Choice("sharing", "Change what is shared", "; ".join(groups) or "nothing")
    for names in talk.groups():
        if question := model.flow_question(draft, names):
            what = f"Change how data flows from {listed(names)}"
            yield Choice(f"flow {','.join(names)}", what, question.default)
    for section in KINDS:
        one = section.removesuffix("s")
        if entries.fits_another(draft, section):
            yield Choice(f"add {section}", f"Add an {one}")
        if len(draft.entries(section)) > 1:
            yield Choice(f"remove {section}", f"Remove an {one}")
    yield Choice("purpose", "Change where it is going", project.get("purpose", "not known yet"))
    if "api" in project:
        yield Choice("api", "Change the API", project["api"])
    backend = BACKENDS[project.get("backend", USUAL_BACKEND)]
    yield Choice("backend", "Change the backend", backend.title)
    yield Choice("name", "Change the name", project["name"])
    yield Choice("description", "Change the description", description_of(draft))
    yield Choice("anew", "Begin anew")


def _in_short(draft: Draft, section: str, number: int) -> str:
    """Return kind and size of an entry, as a flag writes them."""
    kind = draft.kind(section, number)
    if kind is None:
        return "does not fit"
    return ":".join(filter(None, (kind.kind, kind.to_flag())))


def change(talk: Conversation, answer: str) -> None:
    """Ask again for what was chosen from the list."""
    what, _, rest = answer.partition(" ")
    if what in KINDS:
        talk.entry(what, int(rest))
        talk.mend()
    elif what == "add":
        number = len(talk.draft.entries(rest))
        talk.entry(rest, number)
        if rest == "inputs":
            talk.sharing()
            talk.flow(talk.draft.group(talk.draft.names(rest)[number]))
    elif what == "remove":
        _remove(talk, rest)
    elif what == "flow":
        talk.flow(rest.split(","))
    elif what == "anew":
        talk.anew()
    else:
        {
            "sharing": talk.sharing,
            "purpose": talk.purpose,
            "api": talk.api,
            "backend": talk.backend,
            "name": talk.name,
            "description": talk.description,
        }[what]()


def _remove(talk: Conversation, section: str) -> None:
    """Ask which input or output goes."""
    names = talk.draft.names(section)
    choices = tuple(
        Choice(name, name, _in_short(talk.draft, section, number))
        for number, name in enumerate(names)
    )
    name = talk.ask(
        Question(f"Which {section.removesuffix('s')} goes?", names[-1], choices=choices)
    )
    talk.draft.remove(section, names.index(name))
    talk.mend()
    talk.announce()
