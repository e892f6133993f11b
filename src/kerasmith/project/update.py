"""Update a project: what the templates and the answers change, merged into the owner's files.

    recorded ──→ base ──┐
                        ├→ merge → preview, or the owner's folder
    wanted  ──→ theirs ─┘

`recorded` is what the project was last rendered from, `wanted` what its kerasmith.toml says now.
"""

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kerasmith.catalogue.plugins import standing_in
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.pinned import replan
from kerasmith.project.apply import Outside, Target, apply, recover
from kerasmith.project.brought import notes
from kerasmith.project.changes import Change, changes, decision_change
from kerasmith.project.create import absolute
from kerasmith.project.git import encoded
from kerasmith.project.history import Installed, base_of, rendered_then
from kerasmith.project.journal import exclusive
from kerasmith.project.mentions import Mention, mentions
from kerasmith.project.merge import Conflict, Merged, MergeRepo, merge, merge_repo
from kerasmith.project.merge_inputs import MergeInputs, UntrackedFile, laid_out
from kerasmith.project.new_columns import check_new_columns
from kerasmith.project.news import news
from kerasmith.project.old_schema import without_line
from kerasmith.project.programs import check_programs
from kerasmith.project.recorded import Recorded, check_unedited, read_recorded
from kerasmith.project.repository import (
    Entry,
    Repository,
    check_folder,
    check_resolved,
    git_dir_of,
    open_repository,
    overlooked,
    spec_mode,
)
from kerasmith.project.undo import undo_command
from kerasmith.project.wanted import Ask, wanted_spec
from kerasmith.render.render import answers_of, render_whole
from kerasmith.spec.flags import Flags
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE


@dataclass(frozen=True)
class Update:
    """What an update will do, before it does it."""

    repository: Repository
    sides: MergeInputs
    answers_file: str
    spec_text: bytes
    spec_before: bytes
    spec_kept: bool
    """Whether the last commit, or what git does not see, holds that kerasmith.toml already."""
    then: dict[str, Any]
    now: dict[str, Any]
    versions: tuple[str, str]
    changes: tuple[Change, ...]
    decision: str
    recovered: str = ""
    plugins: tuple[str, ...] = ()
    """Which plug-ins are not installed, in words."""
    news: tuple[str, ...] = ()
    """What the templates have that those of then had not, in words."""

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do; an edit of kerasmith.toml is, whatever it says."""
        return self.then != self.now or not self.spec_kept


@dataclass(frozen=True)
class Outcome:
    """What an update did, or with a preview would do."""

    changed: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    kept_deleted: tuple[str, ...]
    kept_edited: tuple[str, ...]
    linked: tuple[str, ...]
    beside: tuple[UntrackedFile, ...]
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
    chooses again what that leaves open.

    Raises KerasmithError where the project is not to be updated as it is.
    """
    check_folder(project)
    project = absolute(project).resolve()
    recovered = recover_in(project)
    recorded = read_recorded(project)
    with standing_in(recorded.stand_ins):
        update = _prepared(project, recorded, flags, ask, refresh, installed or Installed())
    return replace(update, recovered=recovered)


def _prepared(
    project: Path,
    recorded: Recorded,
    flags: Flags | None,
    ask: Ask | None,
    refresh: bool,
    by: Installed,
) -> Update:
    """Return what an update of a project leads to that was read."""
    base = base_of(recorded, by)
    rendered, rendered_to = rendered_then(recorded, base)
    check_unedited(recorded, rendered[ANSWERS_FILE])
    repository = open_repository(project)
    check_resolved(repository, rendered)
    spec, spec_before, spec_text = wanted_spec(project, flags, ask, recorded.values)
    _check_not_linked(project / SPEC_FILE, spec_before != spec_text)
    check_new_columns(project, spec, recorded.values)
    wanted = replan(spec, recorded.values, refresh=refresh)
    then, now = own_answers(recorded), answers_of(wanted, by.templates)
    theirs, paths = render_whole(wanted, by.templates, by.version)
    sides = laid_out(rendered, theirs, (rendered_to, paths), repository)
    if not (project / SPEC_FILE).is_symlink():
        spec_text = without_line(spec_text, sides, repository)
    return Update(
        repository=repository,
        sides=sides,
        answers_file=theirs[ANSWERS_FILE],
        spec_text=spec_text,
        spec_before=spec_before,
        spec_kept=_is_kept(repository, spec_before, spec_text),
        then=then,
        now=now,
        versions=(base.version, by.version),
        changes=changes(then, now),
        decision=decision_change(then, now),
        plugins=tuple(notes(recorded.stand_ins)),
        news=news(base.version, by) if then["templates"] != now["templates"] else (),
    )


def preview(update: Update) -> Outcome:
    """Return what the update would do, with the difference that it would make; write nothing."""
    with merge_repo(update.repository, keep=False) as temporary:
        merged = _merged(update, temporary)
        spec = _spec_entry(update, temporary)
        tree = temporary.tree_with(merged.tree, SPEC_FILE, spec) if spec else merged.tree
        diff = temporary.diff(update.repository.tree, tree)
        return _outcome(update, merged, temporary, diff=diff)


def carry_out(update: Update) -> Outcome:
    """Merge, and bring the result into the owner's folder, staged.

    Raises KerasmithError, with nothing changed, where something is in the way.
    """
    repository = update.repository
    with merge_repo(repository, keep=True) as temporary:
        merged = _merged(update, temporary)
        undo = undo_command(repository, update.spec_before, update.spec_text, update.sides.beside)
        outcome = _outcome(update, merged, temporary, undo=undo)
    apply(_target(update, merged))
    return outcome


@contextmanager
def only_update(project: Path) -> Iterator[None]:
    """Keep every other kerasmith from updating the project, from the first look to the last write.

    Raises KerasmithError where another one is at it.
    """
    check_folder(project)
    git_dir = git_dir_of(absolute(project).resolve())
    with exclusive(git_dir) if git_dir else nullcontext():
        yield


def recover_in(project: Path) -> str:
    """Finish or take back what an update of this project left; say what was done."""
    git_dir = git_dir_of(project)
    return recover(git_dir) if git_dir else ""


def own_answers(recorded: Recorded) -> dict[str, Any]:
    """Return what was recorded, without what belongs to Copier."""
    return {key: value for key, value in recorded.values.items() if not key.startswith("_")}


def _merged(update: Update, temporary: MergeRepo) -> Merged:
    merged = merge(
        temporary, update.repository, update.sides, update.answers_file, update.versions[1]
    )
    _check_room(update.repository, merged)
    return merged


def _target(update: Update, merged: Merged) -> Target:
    """Return what is written, and what was there when it was looked at."""
    repository = update.repository
    outside = [Outside(SPEC_FILE, update.spec_before, update.spec_text)]
    outside += [
        Outside(
            each.target,
            None if each.before is None else encoded(each.before),
            encoded(each.content),
        )
        for each in update.sides.beside
    ]
    return Target(repository, merged, tuple(each for each in outside if each.before != each.after))


def _is_kept(repository: Repository, before: bytes, wanted: bytes) -> bool:
    """Say whether kerasmith.toml needs no update: it is in the last commit as it should be."""
    if before != wanted:
        return False
    committed = repository.entries.get(SPEC_FILE)
    if committed is None:
        return bool(repository.ignored([SPEC_FILE]))
    return repository.prefix + SPEC_FILE not in repository.states


def _spec_entry(update: Update, temporary: MergeRepo) -> Entry | None:
    """Return what git will hold of kerasmith.toml; None where it does not see it."""
    repository = update.repository
    before = repository.entries.get(SPEC_FILE)
    if before is None and repository.ignored([SPEC_FILE]):
        return None
    path = repository.path(SPEC_FILE)
    if path.is_symlink():
        return Entry("120000", temporary.write(str(path.readlink())))
    id_ = temporary.write_as(repository, SPEC_FILE, update.spec_text)
    return Entry(spec_mode(repository), id_)


def _check_not_linked(path: Path, is_changed: bool) -> None:
    """Check that nothing is written behind a link."""
    if is_changed and path.is_symlink():
        raise KerasmithError(
            Problem(
                f"{path.name} is a symbolic link, and nothing is written through one.",
                str(path),
                try_=f"edit {path.readlink()} and commit it; then kerasmith update, without flags",
            )
        )


def _check_room(repository: Repository, merged: Merged) -> None:
    """Check that nothing is in the way that git would not see."""
    new = [path for path in merged.entries if path not in repository.entries]
    taken = [path for path in new if os.path.lexists(repository.path(path))]
    if taken:
        raise KerasmithError(
            Problem(
                "The update would overwrite uncommitted files.",
                ", ".join(taken),
                try_="commit them, so that they are merged; or move them away",
            )
        )
    touched = {
        path
        for path in {*merged.entries, *repository.entries}
        if merged.entries.get(path) != repository.entries.get(path)
    }
    check_programs(repository.git, {*touched, SPEC_FILE})
    if blind := sorted(overlooked(repository) & {*touched, SPEC_FILE}):
        raise KerasmithError(
            Problem(
                "Git is told to overlook files that the update changes.",
                ", ".join(blind),
                "They are marked skip-worktree or assume-unchanged, so that git sees no edit of "
                "yours in them.",
                " && ".join(
                    f"git update-index --no-{mark} -- {shlex.join(blind)}"
                    for mark in ("skip-worktree", "assume-unchanged")
                )
                + "; then commit what is yours in them",
            )
        )


def _outcome(
    update: Update, merged: Merged, temporary: MergeRepo, *, diff: str = "", undo: str = ""
) -> Outcome:
    entries = update.repository.entries
    spec = _spec_entry(update, temporary)
    after = {**merged.entries, **({SPEC_FILE: spec} if spec else {})}
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
