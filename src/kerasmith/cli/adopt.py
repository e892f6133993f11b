"""`kerasmith adopt`: a project around a model that is there, or its code alone."""

from __future__ import annotations

from pathlib import Path

import click

from kerasmith.cli.echo import echo, echo_lines, shows_unicode
from kerasmith.cli.model_files import check_name, model_name
from kerasmith.styled import style


@click.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("dest", type=click.Path(path_type=Path))
@model_name
def adopt(source: Path, dest: Path, name: str | None) -> None:
    """Make a project of a model that is there, or its code alone.

    SOURCE is a saved model, or a file of code that builds one. The model.py of the new folder DEST
    is that model, readable: layers with their names and arguments, shared layers, models inside
    models as functions. `update`, `check` and features work as in any project. A DEST that ends in
    .py gets the code alone. Nothing in SOURCE is executed; a model that holds Python code of its
    own is refused.

    \b
    Examples:
      kerasmith adopt model.keras pets
      kerasmith adopt model.keras adopted.py
      kerasmith adopt stack.py words
    """
    check_name(source, name)
    if dest.suffix == ".py":
        _file(source, dest, name or "")
    else:
        _project(source, dest, name or "")


def _file(source: Path, dest: Path, name: str) -> None:
    from kerasmith.adopting.adopted import adopt as adopted
    from kerasmith.project.rewrite import write_new
    from kerasmith.saved_model.model_file import is_model

    found = adopted(source, name)
    write_new(dest, found.text)
    echo(style(f"Wrote {dest}", fg="green", bold=True) + f", a {found.headline} model.")
    echo()
    if is_model(source):
        echo(f"Weights   model = build_model(); model.load_weights({str(source)!r})")
    echo(f"Verdict   kerasmith decide {dest}")


def _project(source: Path, dest: Path, name: str) -> None:
    from kerasmith.adopting.adopt_project import adopt_project
    from kerasmith.project.create import check_destination, create
    from kerasmith.report_adopt import adopted_text

    check_destination(dest)
    found = adopt_project(source, dest.resolve().name, name)
    create(dest, found.files, found.data)
    echo_lines(adopted_text(found, dest, unicode=shows_unicode()))
