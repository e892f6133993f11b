"""What is left of a conversation that ends early: the command that gives its answers again."""

import shlex
from collections.abc import Iterator

from kerasmith.errors import KerasmithError
from kerasmith.spec.command import flags_of, project_flags
from kerasmith.spec.read import read_input, read_output
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.question import Context


def command_so_far(draft: Draft, context: Context) -> str:
    """Return the command that says what was answered; empty where nothing was, or in an update."""
    if context.again:
        return ""
    project = project_flags(draft.project)
    flags = [*context.beginning, *project] if context.beginning else _flags(draft)
    place = context.folder or draft.project.get("name")
    return (
        shlex.join(["kerasmith", "new", *([str(place)] if place else []), *flags]) if flags else ""
    )


def _flags(draft: Draft) -> list[str]:
    """Return the flags of a whole spec, or of the parts of it that are whole."""
    named = draft.changed(lambda draft: draft.project.setdefault("name", "my-model"))
    try:
        return flags_of(named.spec())
    except KerasmithError:
        return [*project_flags(draft.project), *_parts(draft)]


def _parts(draft: Draft) -> Iterator[str]:
    for entry in draft.entries("inputs"):
        if given := read_input(entry):
            words = ":".join(filter(None, (given.name, given.kind.kind, given.kind.to_flag())))
            yield from ("--input", words + (f"={given.encoder.encoder}" if given.encoder else ""))
    for entry in draft.entries("outputs"):
        if wanted := read_output(entry):
            words = ":".join(filter(None, (wanted.name, wanted.kind.kind, wanted.kind.to_flag())))
            yield from ("--output", words)
    for shared in draft.entries("shared"):
        name = f"{shared['name']}=" if "name" in shared else ""
        yield from ("--share", name + ",".join(shared["inputs"]))
