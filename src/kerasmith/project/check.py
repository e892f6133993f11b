"""Check whether a project is what its kerasmith.toml and the installed templates ask for.

Nothing is merged: what a project was rendered from is compared with what it would be rendered from
now. Where these differ the record must be one that can be rendered, as far as that is known without
git, which holds the templates of older versions.
"""

from dataclasses import dataclass
from pathlib import Path

from kerasmith.catalogue.plugins import standing_in
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.pinned import replan
from kerasmith.project.brought import notes
from kerasmith.project.changes import Change, changes, decision_change
from kerasmith.project.conflicts import conflicts_in
from kerasmith.project.create import absolute
from kerasmith.project.git_folder import find
from kerasmith.project.history import Base, Installed, check_not_newer, rendered_then
from kerasmith.project.journal import JournalDir
from kerasmith.project.recorded import Recorded, read_recorded
from kerasmith.project.repository import check_folder
from kerasmith.project.update import own_answers
from kerasmith.project.wanted import wanted_spec
from kerasmith.render.render import answers_of, paths_of, render

INTERRUPTED = Problem(
    "An update was interrupted here.", try_="kerasmith update, which finishes it or takes it back"
)


@dataclass(frozen=True)
class Status:
    """Whether a project is up to date with its wishes and the templates."""

    project: Path
    versions: tuple[str, str]
    templates: bool
    """Whether it was rendered from the installed templates."""
    answers: bool
    """Whether it was rendered from what its kerasmith.toml says."""
    changes: tuple[Change, ...]
    decision: str
    interrupted: bool
    """Whether an update of it did not come to its end: `update` deals with that, `check` never."""

    conflicts: tuple[str, ...]
    """Files in which conflicts of an update are still marked."""

    plugins: tuple[str, ...] = ()
    """Which plug-ins are not installed, in words."""

    @property
    def in_step(self) -> bool:
        """Whether an update would find nothing to do, and nothing of one before is left to do."""
        return self.is_current and not (self.interrupted or self.conflicts)

    @property
    def is_current(self) -> bool:
        """Whether the project was rendered from what there is now."""
        return self.templates and self.answers


def check(project: Path, installed: Installed | None = None) -> Status:
    """Return whether the project in a folder is up to date; nothing is written, and no git is run.

    Raises KerasmithError where it is not a project, or one that this kerasmith cannot read.
    """
    check_folder(project)
    folder = absolute(project).resolve()
    interrupted = _interrupted(folder)
    try:
        recorded = read_recorded(folder)
        with standing_in(recorded.stand_ins):
            by = installed or Installed()
            return _status(project, folder, recorded, by, interrupted=interrupted)
    except KerasmithError as error:
        if not interrupted:
            raise
        raise KerasmithError(*error.problems, INTERRUPTED) from error


def _status(
    project: Path, folder: Path, recorded: Recorded, by: Installed, *, interrupted: bool
) -> Status:
    check_not_newer(recorded, by)
    spec, _, _ = wanted_spec(folder)
    wanted = replan(spec, recorded.values)
    then, now = own_answers(recorded), answers_of(wanted, by.templates)
    if then["templates"] == now["templates"] and then != now:  # the same is known to render
        rendered_then(recorded, Base(recorded.version, by.templates))
    about_templates = ("templates", "checksum")
    return Status(
        project=project,
        versions=(recorded.version, by.version),
        templates=then["templates"] == now["templates"],
        answers=all(then.get(key) == now[key] for key in now if key not in about_templates),
        changes=changes(then, now),
        decision=decision_change(then, now),
        interrupted=interrupted,
        plugins=tuple(notes(recorded.stand_ins)),
        conflicts=tuple(
            conflicts_in(
                folder,
                paths_of(now, by.templates).values(),
                lambda: render(wanted, by.templates, by.version),
            )
        ),
    )


def _interrupted(folder: Path) -> bool:
    """Say whether a journal is there, whoever wrote it; it is not read."""
    found = find(folder)
    return found is not None and JournalDir(found.git_dir).has_journal()
