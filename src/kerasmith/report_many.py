"""What `kerasmith new --spec-dir` answers: values to lines of text, and to JSON."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kerasmith.counts import counted
from kerasmith.errors import problem_json
from kerasmith.project.create_many import Failed, Skipped, Written
from kerasmith.report import project_json
from kerasmith.styled import style


def outcome_text(made: Written | Skipped) -> str:
    """Return the line of a project: where it is, and its decision."""
    if isinstance(made, Skipped):
        return f"{made.destination}  {style('is there already', dim=True)}"
    return f"{made.destination}  {style(made.plan.headline, dim=True)}"


def summary(written: int, skipped: int, failed: int, folder: Path, *, dry_run: bool) -> str:
    """Return how much was done, and how much was not."""
    projects = counted(written, "project")
    there = f"; {counted(skipped, 'is', 'are')} there already" if skipped else ""
    beside = there + (f"; {failed:,} failed, of which nothing was written" if failed else "")
    place = "" if folder == Path() else f" in {folder}"
    if dry_run:
        beside = there + (f"; {failed:,} would fail" if failed else "")
        return f"{projects} could be created{place}{beside}. Nothing was written (--dry-run)."
    return style(f"Created {projects}", fg="green", bold=True) + f"{place}{beside}."


def outcome_json(outcome: Written | Skipped | Failed, *, written: bool) -> dict[str, Any]:
    """Return what became of a spec file, for programs."""
    if isinstance(outcome, Failed):
        problems = [problem_json(each) for each in outcome.problems]
        return {"file": str(outcome.file), "written": False, "problems": problems}
    if isinstance(outcome, Skipped):
        place = {"destination": str(outcome.destination), "written": False, "skipped": True}
        return {"file": str(outcome.file), "problems": [], **place}
    return {
        "file": str(outcome.file),
        "problems": [],
        **project_json(
            outcome.plan, outcome.decision, outcome.destination, outcome.files, written=written
        ),
    }


def all_json(
    folder: Path, projects: Sequence[dict[str, Any]], failed: int, *, written: bool
) -> dict[str, Any]:
    """Return what became of all spec files, for programs."""
    return {
        "destination": str(folder),
        "written": sum(each["written"] for each in projects) if written else 0,
        "skipped": sum("skipped" in each for each in projects),
        "failed": failed,
        "projects": list(projects),
    }
