"""A project for every spec file of a folder: each whole or not at all, and none stops another.

One after the other, in one process: that takes a few hundredths of a second for each, and two
processes at once were measured to gain too little to be worth their ways of being interrupted
(docs/decisions/0011-many-in-one-process.md).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kerasmith.decision.apply_rules import Decision, decide
from kerasmith.errors import KerasmithError, Problem
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan
from kerasmith.project.create import check_destination, check_parent, create
from kerasmith.project.wanted import read_wanted
from kerasmith.render.render import render
from kerasmith.spec.collect import Origin
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE, suggested_project
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.spec.toml import read_tables


@dataclass(frozen=True)
class Written:
    """A project that was written, or would be: where, why so, and its files."""

    file: Path
    destination: Path
    decision: Decision
    plan: Plan
    files: tuple[str, ...]


@dataclass(frozen=True)
class Skipped:
    """A spec file whose very project is there already: `update` brings that up to date."""

    file: Path
    destination: Path


@dataclass(frozen=True)
class Failed:
    """A spec file that no project was written for, and everything that is wrong."""

    file: Path
    problems: tuple[Problem, ...]


def spec_files(folder: Path) -> list[Path]:
    """Return the spec files of a folder.

    Raises KerasmithError where there are none.
    """
    where = f"--spec-dir {folder}"
    try:
        files = sorted(each for each in folder.iterdir() if each.suffix == ".toml")
    except OSError as error:
        raise KerasmithError(
            Problem("The folder of specs cannot be read.", where, f"{error.strerror or error}.")
        ) from error
    if not files:
        raise KerasmithError(
            Problem(
                f"{folder} holds no specs.",
                where,
                "A spec is a file whose name ends in .toml.",
                "a folder of files as kerasmith.toml",
            )
        )
    return files


def create_many(
    files: Sequence[Path], folder: Path, *, dry_run: bool = False
) -> Iterator[Written | Skipped | Failed]:
    """Write a project into the folder for each spec file; yield what became of it.

    Raises KerasmithError, before anything is written, where no project may be in the folder.
    """
    check_parent(folder)
    read = {file: _read(file) for file in files}
    namesakes = _namesakes(read)
    for file, spec in read.items():
        if isinstance(spec, Spec):
            yield _create(file, spec, folder, namesakes[spec.project.name], dry_run=dry_run)
        else:
            yield spec


def _read(file: Path) -> Spec | Failed:
    """Return the spec of a file; it is called as the file is where it does not name itself."""
    try:
        tables = read_tables(file)
        project = tables.setdefault("project", {})
        origins = {}
        if isinstance(project, dict) and "name" not in project:
            project["name"] = file.stem
            instead = f'name = "{suggested_project(file.stem)}"'
            origins["project.name"] = Origin(f"the file's name, {file.stem}", instead)
        return read_spec(tables, origins)
    except KerasmithError as error:
        return _failed(file, error)


def _namesakes(read: Mapping[Path, Spec | Failed]) -> Mapping[str, list[Path]]:
    """Return the files that ask for a project of the same name, by the name."""
    found = defaultdict(list)
    for file, spec in read.items():
        if isinstance(spec, Spec):
            found[spec.project.name].append(file)
    return found


def _create(
    file: Path, spec: Spec, folder: Path, namesakes: Sequence[Path], *, dry_run: bool
) -> Written | Skipped | Failed:
    """Write one project, unless it is there."""
    destination = folder / spec.project.name
    try:
        _check_alone(file, spec, namesakes)
        if _is_there(file, spec, destination):
            return Skipped(file, destination)
        check_destination(destination)
        decision = decide(spec)
        planned = plan(spec, decision)
        files = render(planned)
        if not dry_run:
            create(destination, files)
    except KerasmithError as error:
        return _failed(file, error)
    return Written(file, destination, decision, planned, tuple(files))


def _is_there(file: Path, spec: Spec, destination: Path) -> bool:
    """Say whether the folder holds the project of this spec; one of another spec is refused."""
    own = destination / SPEC_FILE
    if not (own.is_file() and (destination / ANSWERS_FILE).is_file()):
        return False
    if read_spec(read_wanted(destination)[1]) == spec:
        return True
    raise KerasmithError(
        Problem(
            f"{destination} is already a project, and its kerasmith.toml differs.",
            str(own),
            "An existing project is not written again, since it may hold your work.",
            f"cp {file} {own}, then kerasmith update {destination}",
        )
    )


def _check_alone(file: Path, spec: Spec, namesakes: Sequence[Path]) -> None:
    """Check that no other file asks for a project of that name: neither would be the right one."""
    others = [other.name for other in namesakes if other != file]
    if others:
        raise KerasmithError(
            Problem(
                f"Several specs name their project {spec.project.name!r}.",
                "project.name",
                f"So does {', '.join(others[:3])}{'…' if len(others) > 3 else ''}.",
                "another name in each of them",
            )
        )


def _failed(file: Path, error: KerasmithError) -> Failed:
    """Return what is wrong with a file, each problem with the file that it is in."""

    def within(where: str) -> str:
        return where if where == str(file) else f"{file}: {where}" if where else str(file)

    return Failed(file, tuple(replace(each, where=within(each.where)) for each in error.problems))
