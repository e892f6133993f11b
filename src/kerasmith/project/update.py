"""Update a project: what the templates and the answers change, merged into the owner's files.

    recorded ──→ base ──┐
                        ├→ merge → preview, or the owner's folder
    wanted  ──→ theirs ─┘

`recorded` is what the project was last rendered from, `wanted` what its kerasmith.toml says now.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.keep import replan
from kerasmith.plan.plan import plan
from kerasmith.project.apply import Target, apply, recover
from kerasmith.project.changes import Change, changes, decision_change
from kerasmith.project.create import absolute
from kerasmith.project.history import Installed, base_of
from kerasmith.project.mentions import Mention, mentions
from kerasmith.project.merge import Bench, Conflict, Merged, bench, merge
from kerasmith.project.recorded import Recorded, check_unedited, read_recorded
from kerasmith.project.repository import Entry, Repository, git_dir_of, open_repository
from kerasmith.project.sides import Beside, Sides, laid_out
from kerasmith.project.undo import undo_command
from kerasmith.render.render import (
    answers_of,
    render,
    render_answers,
    rendered_paths,
)
from kerasmith.spec.flags import Flags, read_flags
from kerasmith.spec.model import Spec
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.read import read_spec
from kerasmith.spec.toml import read_tables

Ask = Callable[[dict[str, Any]], dict[str, Any]]
"""Somebody who is shown the tables of a kerasmith.toml, and says what they are to be."""


@dataclass(frozen=True)
class Update:
    """What an update will do, before it does it."""

    repository: Repository
    sides: Sides
    answers_file: str
    spec_text: bytes
    then: dict[str, Any]
    now: dict[str, Any]
    versions: tuple[str, str]
    changes: tuple[Change, ...]
    decision: str
    recovered: str

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        spec_text = self.repository.path(SPEC_FILE).read_bytes()
        return self.then != self.now or spec_text != self.spec_text


@dataclass(frozen=True)
class Outcome:
    """What an update did, or with a preview would do."""

    changed: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    kept_deleted: tuple[str, ...]
    kept_edited: tuple[str, ...]
    linked: tuple[str, ...]
    beside: tuple[Beside, ...]
    mentions: tuple[Mention, ...]
    diff: str = ""
    undo: str = ""


def prepare(
    project: Path,
    flags: Flags | None = None,
    *,
    ask: Ask | None = None,
    refresh: bool = False,
    installed: Installed | None = None,
) -> Update:
    """Return what an update of the project in a folder will do.

    `flags` change its kerasmith.toml, and so may whoever is asked; with `refresh`, kerasmith
    chooses anew what that leaves open.

    Raises KerasmithError where the project is not to be updated as it is.
    """
    project = absolute(project).resolve()
    by = installed or Installed()
    recovered = recover_in(project)
    recorded = read_recorded(project)
    base = base_of(recorded, by)
    rendered = render_answers(recorded.values, base.folder)
    check_unedited(recorded, rendered[ANSWERS_FILE])
    repository = open_repository(project)
    spec, spec_text = wanted_spec(project, flags, ask)
    wanted = plan(spec) if refresh else replan(spec, recorded.values)
    then, now = own_answers(recorded), answers_of(wanted, by.templates)
    theirs = render(wanted, by.templates, by.version)
    paths = (
        rendered_paths(recorded.values, base.folder),
        rendered_paths(msgspec.to_builtins(wanted), by.templates),
    )
    return Update(
        repository=repository,
        sides=laid_out(rendered, theirs, paths, repository),
        answers_file=theirs[ANSWERS_FILE],
        spec_text=spec_text,
        then=then,
        now=now,
        versions=(base.version, by.version),
        changes=changes(then, now),
        decision=decision_change(then, now),
        recovered=recovered,
    )


def preview(update: Update) -> Outcome:
    """Return what the update would do, with the difference that it would make; write nothing."""
    with bench(update.repository, keep=False) as temporary:
        merged = _merged(update, temporary)
        tree = temporary.tree_with(merged.tree, SPEC_FILE, _spec_entry(update, temporary))
        diff = temporary.diff(update.repository.tree, tree)
        return _outcome(update, merged, temporary, diff=diff)


def carry_out(update: Update) -> Outcome:
    """Merge, and bring the result into the owner's folder, staged.

    Raises KerasmithError, with nothing changed, where something is in the way.
    """
    repository = update.repository
    with bench(repository, keep=True) as temporary:
        merged = _merged(update, temporary)
        undo = undo_command(repository, update.spec_text, update.sides.beside)
        outcome = _outcome(update, merged, temporary, undo=undo)
    apply(Target(repository, merged, update.spec_text, update.sides.beside))
    return outcome


def recover_in(project: Path) -> str:
    """Finish or take back what an update of this project left; say what was done."""
    git_dir = git_dir_of(project)
    return recover(git_dir) if git_dir else ""


def wanted_spec(
    project: Path, flags: Flags | None = None, ask: Ask | None = None
) -> tuple[Spec, bytes]:
    """Return what the project is to be, and the kerasmith.toml that says so."""
    path = project / SPEC_FILE
    tables, content = read_tables(path), path.read_bytes()
    if ask is None and (flags is None or flags == Flags()):
        return read_spec(tables), content
    from kerasmith.spec.edit import edited  # tomlkit, which only an edit needs

    wanted, spec = read_flags(flags or Flags(), tables)
    if ask:
        wanted = ask(wanted)
        spec = read_spec(wanted)
    mark = content[:3] if content.startswith(b"\xef\xbb\xbf") else b""
    return spec, mark + edited(content.decode("utf-8-sig"), wanted).encode()


def own_answers(recorded: Recorded) -> dict[str, Any]:
    """Return what was recorded, without what belongs to Copier."""
    return {key: value for key, value in recorded.values.items() if not key.startswith("_")}


def _merged(update: Update, temporary: Bench) -> Merged:
    merged = merge(
        temporary, update.repository, update.sides, update.answers_file, update.versions[1]
    )
    _check_room(update.repository, merged)
    return merged


def _spec_entry(update: Update, temporary: Bench) -> Entry:
    """Return what git will hold of kerasmith.toml."""
    before = update.repository.entries.get(SPEC_FILE)
    id_ = temporary.write_as(update.repository, SPEC_FILE, update.spec_text)
    return Entry(before.mode if before else "100644", id_)


def _check_room(repository: Repository, merged: Merged) -> None:
    """Check that no file that git does not know lies where a new one belongs."""
    new = [path for path in merged.entries if path not in repository.entries]
    taken = [path for path in new if repository.path(path).exists()]
    if taken:
        raise KerasmithError(
            Problem(
                "Files that are not committed lie where the update puts new ones.",
                ", ".join(taken),
                try_="commit them, so that they are merged; or move them away",
            )
        )


def _outcome(
    update: Update, merged: Merged, temporary: Bench, *, diff: str = "", undo: str = ""
) -> Outcome:
    entries = update.repository.entries
    after = {**merged.entries, SPEC_FILE: _spec_entry(update, temporary)}
    changed = sorted(path for path in {*after, *entries} if after.get(path) != entries.get(path))
    return Outcome(
        changed=tuple(changed),
        conflicts=merged.conflicts,
        kept_deleted=merged.kept_deleted,
        kept_edited=merged.kept_edited,
        linked=update.sides.linked,
        beside=update.sides.beside,
        mentions=tuple(
            mentions(update.then, update.now, update.sides, merged, temporary, update.repository)
        ),
        diff=diff,
        undo=undo,
    )
