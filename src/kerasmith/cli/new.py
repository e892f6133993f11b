"""`kerasmith new`: from flags, or from answers, to a project on disk."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kerasmith.cli.asking import asker, can_ask, nobody_to_ask
from kerasmith.cli.data import Begun, begun_with, data_options, found_json, found_text
from kerasmith.cli.new_many import new_many
from kerasmith.cli.options import Grouped, answer_format, selection
from kerasmith.cli.say import say_json, say_lines, shows_unicode
from kerasmith.cli.selected import SAYS_NOTHING, Found, base_tables, says_model, several
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.saved_model.like import Likeness
    from kerasmith.spec.specification import Spec


@click.command(cls=Grouped)
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@selection
@click.option(
    "--spec-dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Write a project for every spec file in DIR, into DEST or this folder.",
)
@click.option(
    "--like",
    metavar="MODEL",
    type=click.Path(path_type=Path),
    help="Start with the inputs and outputs of a saved Keras model.",
)
@click.option(
    "--data",
    metavar="PATH",
    type=click.Path(path_type=Path),
    help="Start from your own data: a table, an .npz file, or a folder of images. --input and "
    "--output then say what columns are (COLUMN:KIND[:SIZE]).",
)
@data_options
@click.option("--name", help="The project's name; left out, the destination's.")
@click.option("--description", help="One line that says what the model predicts.")
@click.option(
    "--ask-again",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Ask everything, with the answers of the project in DIR as defaults.",
)
@click.option("--yes", is_flag=True, help="Take the default for whatever is not said; never ask.")
@click.option("--dry-run", is_flag=True, help="Show decision, picture and files; write nothing.")
@answer_format
def new(dest: Path | None, yes: bool, dry_run: bool, format_: str, **given: Any) -> None:
    """Write a new project to DEST.

    On a terminal, kerasmith asks for what the flags leave open.

    \b
    Examples:
      kerasmith new my-digits
      kerasmith new my-digits --recipe digits
      kerasmith new pets --input photo:image:64x64x3 --output breed:category:beagle,boxer
      kerasmith new pairs --input left:image:32x32x1 --input right:image:32x32x1 \\
          --share left,right --output same:binary
      kerasmith new pets --data pets.csv --predict adopted
      kerasmith new pets --spec kerasmith.toml --dry-run
      kerasmith new projects --spec-dir specs
    """
    if (spec_dir := given.pop("spec_dir")) is not None:
        new_many(spec_dir, dest, given, dry_run=dry_run, format_=format_)
        return
    asks = not yes and format_ == "text" and can_ask()
    start = _started(dest, given, yes=yes, asks=asks, dry_run=dry_run)
    spec, asked, like, data = start.spec, start.asked, start.like, start.data

    from kerasmith import report
    from kerasmith.decision.apply_rules import decide
    from kerasmith.plan.plan import plan
    from kerasmith.project.create import check_destination, create
    from kerasmith.render.render import render

    destination = dest or Path(spec.project.name)
    check_destination(destination)
    decision = decide(spec)
    planned = plan(spec, decision)
    files = render(planned)
    if not dry_run:
        create(destination, files, data.brought.files if data else None)
    unicode = shows_unicode()
    if format_ == "json":
        told = report.project_json(planned, decision, destination, files, written=not dry_run)
        told |= {"not_carried_over": like.left_out} if like else {}
        say_json(told | (found_json(data) if data else {}))
        return
    if data:
        say_lines([""] if asks else found_text(data))
        say_lines([f"  {data.brought.note}", ""])
    if dry_run:
        say_lines(report.dry_run(planned, decision, destination, files, unicode=unicode))
    else:
        again = data.command(spec, asked=asked) if data else ""
        done = report.created(planned, destination, unicode=unicode, pictured=asked, command=again)
        say_lines(done)
    if like:
        from kerasmith.report_inspect import not_carried_text

        say_lines(not_carried_text(like.left_out))


@dataclass(frozen=True)
class Start:
    """What a new project is going to be, whether somebody was asked, and what it comes from."""

    spec: Spec
    asked: bool
    like: Likeness | None
    data: Begun | None


def _started(
    dest: Path | None, given: dict[str, Any], *, yes: bool, asks: bool, dry_run: bool
) -> Start:
    """Return what the flags and answers say; a step back before the first of them begins again."""
    from kerasmith.wizard.question import Back

    bare = asks and all(value in (None, ()) for value in given.values())
    again = False
    while True:
        flags = dict(given)
        try:
            begin = _begin(dest, flags, again=again) if bare else ""
            return _start(dest, flags, begin, yes=yes, asks=asks, dry_run=dry_run)
        except Back:
            again = True


def _start(
    dest: Path | None, given: dict[str, Any], begin: str, *, yes: bool, asks: bool, dry_run: bool
) -> Start:
    """Return what one run through the questions, as far as there are any, leads to."""
    if given["like"] is not None and given["data"] is not None:
        raise KerasmithError(several([f"--like {given['like']}", f"--data {given['data']}"]))
    like = _likeness(given.pop("like"))
    data = begun_with(given, asks=asks, yes=yes)
    found = Found("--like", like.path, like.tables) if like else None
    if data:
        found = Found("--data", data.proposal.findings.path, data.brought.tables)
        if asks:  # whoever answers has seen what was found
            say_lines(found_text(data))
    beginning = data.flags() if data else ("--like", str(like.path)) if like else ()
    review = bool(begin) or (data is not None and data.asked)
    spec, asked = _new_spec(
        dest, given, found, begin, beginning, yes=yes, asks=asks, review=review, dry_run=dry_run
    )
    return Start(spec, asked, like, data)


def _likeness(model: Path | None) -> Likeness | None:
    """Return what a new project has from a saved model, and what it has not."""
    if model is None:
        return None
    from kerasmith.saved_model.like import like

    return like(model)


def _new_spec(
    dest: Path | None,
    given: dict[str, Any],
    found: Found | None,
    begin: str,
    beginning: tuple[str, ...],
    *,
    yes: bool,
    asks: bool,
    review: bool,
    dry_run: bool,
) -> tuple[Spec, bool]:
    """Return the spec of a new project, and whether somebody was asked for it.

    What the flags leave open is asked for where somebody can be asked; `yes` takes the defaults.
    Whoever has answered anything gets to `review` it before it is written.
    """
    from kerasmith.project.create import absolute, check_destination
    from kerasmith.spec.flags import Flags, tables_from_flags
    from kerasmith.spec.read import read_spec

    said, name = says_model(given) or found is not None, given["name"]
    again, recipe, spec_file = (given.pop(flag) for flag in ("ask_again", "recipe", "spec_file"))
    if again is not None and not (asks or yes):
        instead = f"--spec {again / 'kerasmith.toml'}, and flags for what differs; or --yes"
        raise KerasmithError(nobody_to_ask(f"--ask-again {again}", instead))
    folder = absolute(dest).name if dest else None
    flags = Flags(
        set=given.pop("set_"), folder=None if asks and not _names(folder) else folder, **given
    )
    base = base_tables(recipe, spec_file, again, found, named=dest is not None)
    tables, origins, problems = tables_from_flags(flags, base)
    nowhere = () if dest or dry_run else (_NOWHERE,)
    if nowhere:  # which says the name, too
        problems = tuple(p for p in problems if p.where != "project.name" or not p.missing)
    wrong = [problem for problem in problems if not problem.missing]
    if wrong and (asks or yes):
        raise KerasmithError(*wrong)
    if (problems or nowhere) and not (asks or yes):
        raise KerasmithError(*nowhere, *(problems if said else (*wrong, SAYS_NOTHING)))
    if not (problems or nowhere or again or review):
        return read_spec(tables, origins), False

    from kerasmith import wizard

    if dest is not None:
        check_destination(dest)  # before anybody answers questions
    occasion = wizard.Occasion(
        folder=dest,
        begin=begin,
        named=name is not None or (dest is not None and "name" in tables["project"]),
        again=again is not None,
        whole=recipe is not None or spec_file is not None or found is not None,
        write="Show what would be written" if dry_run else "Write the project",
        unicode=shows_unicode(),
        beginning=beginning,
    )
    return read_spec(wizard.ask(tables, occasion, asker() if asks else wizard.Defaults())), asks


def _begin(dest: Path | None, given: dict[str, Any], *, again: bool) -> str:
    """Return the answer to the first question, which has no need of most of kerasmith.

    Where it is data, `given` says from then on where they lie.
    """
    from kerasmith.project.create import check_destination
    from kerasmith.wizard.opening import DATA, begin

    if dest is not None:
        check_destination(dest)
    answer = begin(asker(), again=again)
    if answer == DATA:
        from kerasmith.wizard.own_data import where_question

        given["data"] = Path(asker().ask(where_question())).expanduser()
    return answer


def _names(folder: str | None) -> bool:
    """Say whether a project can be called as its folder is."""
    from kerasmith.spec.read import problems_of

    found = problems_of({"project": {"name": folder}})
    return not any(problem.where.startswith("project") for problem in found)


_NOWHERE = Problem(
    "Nothing says where the project is to lie.",
    where="DEST",
    try_="kerasmith new my-model …",
    missing=True,
)
