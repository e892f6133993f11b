"""`kerasmith lesson`: a project with the model and its labels left to write."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from kerasmith.cli.echo import echo, echo_json, echo_lines
from kerasmith.cli.options import answer_format
from kerasmith.errors import KerasmithError, Problem
from kerasmith.styled import style


@click.command()
@click.argument("recipe")
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@click.option(
    "--solution",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write the whole project, too, into DIR: for teachers.",
)
@answer_format
def lesson(recipe: str, dest: Path | None, solution: Path | None, format_: str) -> None:
    """Write a project whose model is yours to write.

    DEST is the project of RECIPE but for two functions, which say what must come out of them. Its
    tests name the cause of each mistake, and the rule by which a model is a Sequential or not.

    \b
    Examples:
      kerasmith lesson digits
      kerasmith lesson siamese pairs
      kerasmith lesson digits my-lesson --solution teacher
    """
    from kerasmith.lessons import lesson as lesson_of
    from kerasmith.project.create import check_destination, create

    dest = dest or Path(f"{recipe}-lesson")
    if solution is not None:
        _check_apart(dest, solution)
    found = lesson_of(recipe, dest.absolute().name)
    for folder in (dest, solution):
        if folder is not None:
            check_destination(folder)
    create(dest, found.files)
    if solution is not None:
        create(solution, found.solution)
    holes = [(f"src/{found.plan.package}/{path}", function) for path, function, _ in found.holes()]
    if format_ == "json":
        echo_json(
            {
                "destination": str(dest),
                "solution": str(solution) if solution is not None else None,
                "package": found.plan.package,
                "holes": [{"file": path, "function": function} for path, function in holes],
                "files": sorted(found.files),
            }
        )
        return
    echo_lines([style(f"Created {dest}", fg="green", bold=True), "", "Yours to write"])
    width = max(len(path) for path, _ in holes)
    echo_lines(f"  {path:<{width}}  {function}" for path, function in holes)
    if solution is not None:
        echo()
        echo(f"The whole project is in {solution}.")
    echo_lines(["", "Next", f"  cd {shlex.quote(str(dest))}", "  README.md says what to do."])


def _check_apart(dest: Path, solution: Path) -> None:
    """Check that whoever gets the lesson does not get its solution with it."""
    one, other = dest.absolute(), solution.absolute()
    if one.is_relative_to(other) or other.is_relative_to(one):
        raise KerasmithError(
            Problem(
                "A lesson and its solution are two folders, neither in the other.",
                f"--solution {solution}",
                try_=f"--solution {dest.name}-solution",
            )
        )
