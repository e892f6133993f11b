"""What `update` and `check` answer: values to lines of text, and to JSON."""

from collections.abc import Iterator
from typing import Any

from kerasmith.counts import counted
from kerasmith.project.changes import Change, as_json
from kerasmith.project.check import Status
from kerasmith.project.update import Outcome, Update
from kerasmith.styled import style
from kerasmith.wrapping import wrapped

# === Before ===


def announced(update: Update) -> Iterator[str]:
    """Yield what an update is going to change, before it does."""
    if update.recovered:
        yield from (update.recovered, "")
    yield from _notes(update.plugins)
    if not update.is_needed:
        yield style("Nothing to update: ", bold=True) + "the project is already up to date."
        return
    yield style("What changes", bold=True)
    yield from _changes(update.versions, _same_templates(update), update.changes, update.decision)
    if update.then == update.now:
        yield "  kerasmith.toml: edited; nothing else follows from it"
    yield from _news(update)


def _notes(notes: tuple[str, ...]) -> Iterator[str]:
    """Yield which plug-ins are not installed."""
    for note in notes:
        yield from wrapped(note, 0)
    if notes:
        yield ""


def _news(update: Update) -> Iterator[str]:
    """Yield what is new in the templates."""
    if update.news:
        yield ""
        yield style(f"What is new since {update.versions[0]}", bold=True)
    for entry in update.news:
        yield from wrapped(f"- {entry}", 2, hanging=2)


def _same_templates(update: Update) -> bool:
    return bool(update.then["templates"] == update.now["templates"])


def _changes(
    versions: tuple[str, str], same: bool, changes: tuple[Change, ...], decision: str
) -> Iterator[str]:
    before, after = versions
    if not same:
        yield f"  templates: {before} → {after}{' (not released)' if before == after else ''}"
    for change in changes:
        yield f"  {change}"
    yield f"  decision: {decision}"


# === After ===


def outcome_text(outcome: Outcome, *, dry_run: bool) -> Iterator[str]:
    """Yield what an update did, or would do, and what is left for its owner."""
    yield ""
    if dry_run:
        yield from outcome.diff.rstrip("\n").split("\n")
    yield from _conflicts(outcome)
    yield from _kept(outcome)
    yield from _mentions(outcome)
    count = counted(len(outcome.changed), "file")
    if dry_run:
        yield f"{count} would change. Nothing was written (--dry-run)."
        return
    if outcome.conflicts:
        yield style(f"Updated {count}, staged but for the conflicts.", fg="yellow")
    else:
        yield style(f"Updated {count}, staged.", fg="green")
    yield ""
    yield "Look at it   git diff --staged"
    yield "Keep it      git commit"
    yield f"Undo it      {outcome.undo}"


def _conflicts(outcome: Outcome) -> Iterator[str]:
    if not outcome.conflicts:
        return
    yield style("Conflicts: you and the update changed the same lines", fg="red", bold=True)
    for conflict in outcome.conflicts:
        yield f"  {conflict.path}: {conflict.kind}"
    yield "  Your lines are below <<<<<<<, what was there below |||||||, the new below =======."
    yield "  Edit each file to what it should be, then: git add FILE"
    yield ""


def _kept(outcome: Outcome) -> Iterator[str]:
    said = {
        "You deleted these, so they stay deleted:": outcome.kept_deleted,
        "The templates dropped these; you edited them, so they stay:": outcome.kept_edited,
        "You put a link or a folder in the place of these; they are not updated:": outcome.linked,
        "Git ignores these; they were not edited, and are replaced:": tuple(
            each.path for each in outcome.beside if each.replaces
        ),
        "Git ignores these, and you edited them; the new version is beside them:": tuple(
            each.target for each in outcome.beside if not each.replaces
        ),
    }
    for heading, paths in said.items():
        if paths:
            yield heading
            yield from (f"  {path}" for path in paths)
            yield ""


def _mentions(outcome: Outcome) -> Iterator[str]:
    if not outcome.mentions:
        return
    yield style("Your own lines mention names or forms that have changed", bold=True)
    for each in outcome.mentions:
        yield f"  {each.path}:{each.line}: {each.word} ({each.instead})"
    yield ""


def update_json(update: Update, outcome: Outcome | None, *, written: bool) -> dict[str, Any]:
    """Return what an update did, or would do, for programs."""
    answer: dict[str, Any] = {
        "project": str(update.repository.git.folder),
        "needed": update.is_needed,
        "written": written and update.is_needed,
        "recovered": update.recovered or None,
        "templates": {"before": update.versions[0], "after": update.versions[1]},
        "changes": [as_json(each) for each in update.changes],
        "decision": update.decision,
        "plugins": list(update.plugins),
        "news": list(update.news),
    }
    if outcome is None:
        return answer
    return answer | {
        "files": list(outcome.changed),
        "conflicts": [{"path": each.path, "why": each.kind} for each in outcome.conflicts],
        "kept_deleted": list(outcome.kept_deleted),
        "kept_edited": list(outcome.kept_edited),
        "linked": list(outcome.linked),
        "ignored": [{"path": each.path, "written": each.target} for each in outcome.beside],
        "mentions": [
            {"path": each.path, "line": each.line, "word": each.word, "now": each.instead}
            for each in outcome.mentions
        ],
        "diff": outcome.diff or None,
        "undo": outcome.undo or None,
    }


# === Check ===


def status_text(status: Status) -> Iterator[str]:
    """Yield whether a project is up to date, and what to run where it is not."""
    if status.interrupted:
        yield "An update was interrupted here. Running it again finishes it or takes it back."
        yield ""
    if status.conflicts:
        yield style("An update left unresolved conflicts", fg="red", bold=True)
        yield from (f"  {path}" for path in status.conflicts)
        yield "  Edit each file to what it should be, then: git add FILE; git commit"
        if status.is_current:
            return
        yield ""
    yield from _notes(status.plugins)
    if status.in_step:
        yield (
            style("Up to date", fg="green", bold=True)
            + " with kerasmith.toml and the installed templates."
        )
        return
    yield style("Out of date", fg="yellow", bold=True)
    yield from _changes(status.versions, status.templates, status.changes, status.decision)
    yield from ("", f"Run: {_command(status)}")


def _command(status: Status) -> str:
    import shlex

    folder = str(status.project)
    return "kerasmith update" + ("" if folder == "." else f" {shlex.quote(folder)}")


def _needs_update(status: Status) -> bool:
    return status.interrupted or not status.is_current


def status_json(status: Status) -> dict[str, Any]:
    """Return whether a project is up to date, for programs."""
    return {
        "project": str(status.project),
        "in_step": status.in_step,
        "templates": {
            "in_step": status.templates,
            "project": status.versions[0],
            "installed": status.versions[1],
        },
        "answers": {
            "in_step": status.answers,
            "changes": [as_json(each) for each in status.changes],
        },
        "decision": status.decision,
        "plugins": list(status.plugins),
        "interrupted": status.interrupted,
        "conflicts": list(status.conflicts),
        "command": _command(status) if _needs_update(status) else None,
    }
