"""The command line: flags, output and exit codes. Only this module prints or exits.

Exit codes: 0 done; 1 the answer is "no"; 2 the request was wrong and nothing was written; 130
interrupted. What a command needs is imported inside it, so that `--help` stays quick.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kerasmith import __version__
from kerasmith.catalogue.flow import Flow
from kerasmith.errors import KerasmithError, Problem, plain, printable

if TYPE_CHECKING:
    from kerasmith.decision.decide import Decision
    from kerasmith.inspect.like import Likeness
    from kerasmith.project.update import Ask
    from kerasmith.spec.model import Spec
    from kerasmith.wizard import Asker

F = TypeVar("F", bound=Callable[..., Any])

MOST_COUNTED = 1000
"""Inputs, or outputs, that `decide` takes by number at the most."""


class Refusal(click.ClickException):
    """A wrong request, shown as what, where, why and what to try."""

    exit_code = 2

    def __init__(self, error: KerasmithError) -> None:
        super().__init__(str(error))
        self.problems = error.problems

    def show(self, file: Any = None) -> None:
        """Print every problem to standard error."""
        for problem in self.problems:
            say(click.style("error: ", fg="red", bold=True) + printable(problem.what), err=True)
            lines = {"where": problem.where, "why": problem.why, "try": problem.try_}
            for label, text in lines.items():
                if text:
                    margin = click.style(f"{label + ':':<6}", dim=True)
                    say(f"  {margin} {printable(text)}", err=True)


class Commands(click.Group):
    """The commands, in the order in which people meet them, with kerasmith's errors and exits."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands as they were declared."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it refuses is shown, an interrupt exits with 130."""
        try:
            with _interruptible():
                return super().invoke(ctx)
        except KerasmithError as error:
            raise Refusal(error) from error
        except (KeyboardInterrupt, EOFError):
            _say_interrupted(ctx.invoked_subcommand)
            sys.exit(130)


def _say_interrupted(command: str | None) -> None:
    """Say what an interrupt has left, to whoever is still there."""
    left = "nothing was written"
    if command == "update":
        left = "what it had begun is finished or taken back when kerasmith update runs again"
    try:
        say(f"\nInterrupted; {left}.", err=True)
        sys.stdout.flush()
    except OSError:  # the terminal is gone; Python would try once more at its end, and fail
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let a terminal that is closed, and a request to end, do what Ctrl-C does: leave nothing."""
    signals = [getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name)]
    ours = [each for each in signals if signal.getsignal(each) is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line; without colours where NO_COLOR is set or nobody looks.

    What the terminal cannot show becomes something like it, or a question mark.
    """
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    shown = (text if _unicode() else plain(text)).encode(encoding, "replace").decode(encoding)
    click.echo(shown, err=err, color=False if os.environ.get("NO_COLOR") else None)


def say_json(value: object) -> None:
    """Print one JSON value, and nothing else, to standard output."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=not _unicode()))


# === Options that several commands take ===


def _complete_recipes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from kerasmith.spec.names import recipe_names

    return [name for name in recipe_names() if name.startswith(incomplete)]


def _complete_input(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return _complete_kind(incomplete, "inputs")


def _complete_output(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return _complete_kind(incomplete, "outputs")


def _complete_kind(incomplete: str, section: str) -> list[str]:
    """Complete `photo:im` to `photo:image:`."""
    from kerasmith.catalogue.inputs import INPUT_KINDS
    from kerasmith.catalogue.outputs import OUTPUT_KINDS

    name, colon, start = incomplete.partition(":")
    kinds = list(INPUT_KINDS if section == "inputs" else OUTPUT_KINDS)
    return [f"{name}:{kind}" for kind in kinds if kind.startswith(start)] if colon else []


_BEGINNING = (
    click.option(
        "--recipe",
        metavar="R",
        shell_complete=_complete_recipes,
        help="Start from a recipe (see: kerasmith recipes).",
    ),
    click.option(
        "--spec",
        "spec_file",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="Start from a kerasmith.toml.",
    ),
)

_MODEL = (
    click.option(
        "--input",
        "inputs",
        metavar="NAME:KIND[:SIZE][=ENCODER]",
        multiple=True,
        shell_complete=_complete_input,
        help="What goes in: photo:image:64x64x3, photo:image:64x64x3=resnet.",
    ),
    click.option(
        "--output",
        "outputs",
        metavar="NAME:KIND[:SIZE]",
        multiple=True,
        shell_complete=_complete_output,
        help="What comes out: breed:category:beagle,boxer, digit:category:10, age:number, "
        "place:box.",
    ),
    click.option(
        "--share",
        metavar="[NAME=]INPUT,INPUT…",
        multiple=True,
        help="Let inputs of one kind and size go through one encoder.",
    ),
    click.option(
        "--branching",
        metavar="[INPUT=]FLOW",
        multiple=True,
        help=f"How data flows in the encoders: {', '.join(Flow)}.",
    ),
    click.option(
        "--api",
        type=click.Choice(["auto", "sequential", "functional"]),
        help="Ask for an API; auto lets the rules decide.",
    ),
    click.option(
        "--purpose",
        type=click.Choice(["prototype", "room-to-grow"]),
        help="Where it is going; advice, where structure leaves the choice.",
    ),
    click.option(
        "--set",
        "set_",
        metavar="PATH=VALUE",
        multiple=True,
        help="Set any key of kerasmith.toml: inputs.photo.encoder=cnn.",
    ),
)

_FORMAT = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to answer: for people or, as one JSON value, for programs.",
)


def selection(command: F) -> F:
    """Add the flags that select a model."""
    for option in reversed((*_BEGINNING, *_MODEL)):
        command = option(command)
    return command


def changed_selection(command: F) -> F:
    """Add the flags that change what a project is."""
    for option in reversed(_MODEL):
        command = option(command)
    return command


def _spec(
    recipe: str | None, spec_file: Path | None, folder: str | None = None, **given: Any
) -> Spec:
    """Return the spec that the selection flags ask for."""
    from kerasmith.spec.flags import Flags, spec_from_flags

    flags = Flags(set=given.pop("set_"), folder=folder, **given)
    return spec_from_flags(flags, _base(recipe, spec_file, named=folder is not None))


def _base(
    recipe: str | None,
    spec_file: Path | None,
    again: Path | None = None,
    like: Likeness | None = None,
    *,
    named: bool,
) -> dict[str, Any]:
    """Return the tables to begin with.

    Where the project is `named` by its folder, the name of a recipe, of a saved model, or of the
    project whose answers are asked again, gives way; a spec file's does not.
    """
    from kerasmith.spec.recipes import load_recipe
    from kerasmith.spec.toml import read_tables

    model = like.path if like else None
    flags = {"--recipe": recipe, "--spec": spec_file, "--ask-again": again, "--like": model}
    said = [f"{flag} {value}" for flag, value in flags.items() if value is not None]
    if len(said) > 1:
        raise KerasmithError(
            Problem(
                "A model starts from a recipe, a spec file, a project or a saved model, not from "
                "several.",
                where=" ".join(said),
                try_="one of them, and --input, --output or --set for what differs",
            )
        )
    if spec_file is not None:
        return read_tables(spec_file)
    if recipe is not None:
        tables = load_recipe(recipe).tables
    elif again is not None:
        tables = read_tables(again / "kerasmith.toml")
    elif like is not None:
        tables = like.tables
    else:
        return {}
    if named and isinstance(tables.get("project"), dict):
        tables["project"].pop("name", None)
    return tables


def _said(given: dict[str, Any]) -> bool:
    """Say whether any flag tells of a model."""
    return any(given[flag] not in (None, ()) for flag in _MODEL_FLAGS)


_MODEL_FLAGS = ("recipe", "spec_file", "inputs", "outputs", "share", "branching", "set_")

_SAYS_NOTHING = Problem(
    "Nothing says yet what goes in and what comes out.",
    why="Missing: --input NAME:KIND[:SIZE] and --output NAME:KIND[:SIZE], or --recipe, or --spec.",
    try_="--recipe digits, or --input photo:image:28x28x1 --output digit:category:10",
)


# === Commands ===


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Begin with: kerasmith new my-digits --recipe digits",
)
@click.version_option(__version__, message="kerasmith %(version)s")
def main() -> None:
    """Decide between keras.Sequential and the Functional API, and write the starter project.

    You say what goes into a model and what comes out. kerasmith applies the rules, says why, and
    writes a complete Keras project that trains at once.
    """


@main.command()
@click.argument("dest", required=False, type=click.Path(path_type=Path))
@selection
@click.option(
    "--like",
    metavar="MODEL",
    type=click.Path(path_type=Path),
    help="Start with the inputs and outputs of a saved Keras model.",
)
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
@_FORMAT
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
      kerasmith new pets --spec kerasmith.toml --dry-run
    """
    asks = not yes and format_ == "text" and _can_ask()
    like = _likeness(given.pop("like"))
    spec, asked = _new_spec(dest, given, like, yes=yes, asks=asks, dry_run=dry_run)

    from kerasmith import report
    from kerasmith.decision.decide import decide
    from kerasmith.plan.plan import plan
    from kerasmith.project.create import check_destination, create
    from kerasmith.render.render import render

    destination = dest or Path(spec.project.name)
    check_destination(destination)
    decision = decide(spec)
    planned = plan(spec, decision)
    files = render(planned)
    if not dry_run:
        create(destination, files)
    unicode = _unicode()
    if format_ == "json":
        told = report.project_json(planned, decision, destination, files, written=not dry_run)
        say_json(told | ({"not_carried_over": like.left_out} if like else {}))
    elif dry_run:
        say("\n".join(report.dry_run(planned, decision, destination, files, unicode=unicode)))
    else:
        say("\n".join(report.created(planned, destination, unicode=unicode, pictured=asked)))
    if like and format_ != "json":
        from kerasmith.report_inspect import not_carried_text

        say("\n".join(not_carried_text(like.left_out)))


def _likeness(model: Path | None) -> Likeness | None:
    """Return what a new project has from a saved model, and what it has not."""
    if model is None:
        return None
    from kerasmith.inspect.like import like

    return like(model)


def _new_spec(
    dest: Path | None,
    given: dict[str, Any],
    like: Likeness | None,
    *,
    yes: bool,
    asks: bool,
    dry_run: bool,
) -> tuple[Spec, bool]:
    """Return the spec of a new project, and whether somebody was asked for it.

    What the flags leave open is asked for where somebody can be asked; `yes` takes the defaults.
    """
    from kerasmith.project.create import absolute, check_destination

    begin = ""
    if asks and not like and all(value in (None, ()) for value in given.values()):
        begin = _begin(dest)

    from kerasmith.spec.flags import Flags, tables_from_flags
    from kerasmith.spec.read import read_spec

    said, name = _said(given) or like is not None, given["name"]
    again, recipe, spec_file = (given.pop(flag) for flag in ("ask_again", "recipe", "spec_file"))
    if again is not None and not (asks or yes):
        instead = f"--spec {again / 'kerasmith.toml'}, and flags for what differs; or --yes"
        raise KerasmithError(_nobody_to_ask(f"--ask-again {again}", instead))
    folder = absolute(dest).name if dest else None
    flags = Flags(
        set=given.pop("set_"), folder=None if asks and not _names(folder) else folder, **given
    )
    base = _base(recipe, spec_file, again, like, named=dest is not None)
    tables, origins, problems = tables_from_flags(flags, base)
    nowhere = () if dest or dry_run else (_NOWHERE,)
    if nowhere:  # which says the name, too
        problems = tuple(p for p in problems if p.where != "project.name" or not p.missing)
    wrong = [problem for problem in problems if not problem.missing]
    if wrong and (asks or yes):
        raise KerasmithError(*wrong)
    if (problems or nowhere) and not (asks or yes):
        raise KerasmithError(*nowhere, *(problems if said else (*wrong, _SAYS_NOTHING)))
    if not (problems or nowhere or again):
        return read_spec(tables, origins), False

    from kerasmith import wizard

    if dest is not None:
        check_destination(dest)  # before anybody answers questions
    occasion = wizard.Occasion(
        folder=dest,
        begin=begin,
        named=name is not None or (dest is not None and "name" in tables["project"]),
        again=again is not None,
        whole=recipe is not None or spec_file is not None or like is not None,
        write="Show what would be written" if dry_run else "Write the project",
        unicode=_unicode(),
    )
    return read_spec(wizard.ask(tables, occasion, _asker() if asks else wizard.Defaults())), asks


def _begin(dest: Path | None) -> str:
    """Return the answer to the first question, which has no need of most of kerasmith."""
    from kerasmith.project.create import check_destination
    from kerasmith.wizard.opening import begin

    if dest is not None:
        check_destination(dest)
    return begin(_asker())


@cache
def _asker() -> Asker:
    """Return who answers at the terminal; what the answers need is loaded meanwhile."""
    from threading import Timer

    from kerasmith.wizard import prepare
    from kerasmith.wizard.screen import Screen

    preparing = Timer(0.3, prepare)
    preparing.daemon = True
    preparing.start()
    return Screen(say, unicode=_unicode())


def _can_ask() -> bool:
    """Say whether somebody sits at a terminal: a pipeline, or a terminal that cannot redraw, no."""
    watched = sys.stdin.isatty() and sys.stdout.isatty()
    pipeline = os.environ.get("CI", "").lower() not in ("", "0", "false")
    return watched and not pipeline and os.environ.get("TERM") != "dumb"


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


def _nobody_to_ask(flag: str, instead: str) -> Problem:
    return Problem("There is no terminal to ask on.", where=flag, try_=instead)


@main.command()
@click.argument("model", required=False, type=click.Path(path_type=Path))
@selection
@click.option(
    "--inputs",
    "input_count",
    type=click.IntRange(1, MOST_COUNTED),
    help="How many inputs, to decide by bare counts.",
)
@click.option(
    "--outputs",
    "output_count",
    type=click.IntRange(1, MOST_COUNTED),
    help="How many outputs, to decide by bare counts.",
)
@click.option("--shared", is_flag=True, help="With counts: a layer is used more than once.")
@click.option("--branched", is_flag=True, help="With counts: data takes more than one path.")
@_FORMAT
def decide(
    model: Path | None,
    input_count: int | None,
    output_count: int | None,
    shared: bool,
    branched: bool,
    format_: str,
    **given: Any,
) -> None:
    """Say whether Sequential will do, and why: by flags, by counts, or for a saved MODEL.

    \b
    Examples:
      kerasmith decide --inputs 1 --outputs 2
      kerasmith decide --recipe digits
      kerasmith decide --input photo:image:64x64x3=resnet --output breed:category:10
      kerasmith decide --spec kerasmith.toml --format json
      kerasmith decide model.keras
    """
    from kerasmith import report

    counted = input_count or output_count or shared or branched
    if model is not None:
        _decide_model(model, format_, given, counted=bool(counted))
        return
    decision = (
        _decide_counts(input_count or 1, output_count or 1, shared, branched, given)
        if counted
        else _decide_spec(given)
    )
    if format_ == "json":
        say_json(report.decision_json(decision))
    else:
        say("\n".join(report.decision_text(decision)))


def _decide_model(model: Path, format_: str, given: dict[str, Any], *, counted: bool) -> None:
    """Answer for a saved model; what is in the file leaves nothing for flags to say."""
    from kerasmith import report_inspect
    from kerasmith.decision.decide import decide_structure
    from kerasmith.inspect.model import inspect_model

    if counted or _said(given) or given["purpose"]:
        raise KerasmithError(
            Problem(
                "A saved model is decided by itself.",
                where=str(model),
                why="Its inputs, outputs and layers stand in the file.",
                try_=f"kerasmith decide {model}, without flags that tell of another model",
            )
        )
    found = inspect_model(model)
    wish = given["api"] or "auto"
    decision = decide_structure(found.structure, wish) if found.structure else None
    if format_ == "json":
        say_json(report_inspect.verdict_json(found, decision))
    else:
        say("\n".join(report_inspect.verdict_text(found, decision)))


_FLAGS = {"spec_file": "spec", "inputs": "input", "outputs": "output", "set_": "set"}


def _decide_spec(given: dict[str, Any]) -> Decision:
    from kerasmith.decision.decide import decide

    if not _said(given):
        raise KerasmithError(
            replace(
                _SAYS_NOTHING,
                why="Missing: --inputs N and --outputs N, or the flags that name them, or a spec.",
                try_="--inputs 1 --outputs 2, or --recipe digits, or --spec kerasmith.toml",
            )
        )
    return decide(_spec(folder="model", **given))


def _decide_counts(
    inputs: int, outputs: int, shared: bool, branched: bool, given: dict[str, Any]
) -> Decision:
    from kerasmith.decision.decide import decide_structure
    from kerasmith.decision.structure import structure_of_counts

    mixed = [name for name in _MODEL_FLAGS if given[name] not in (None, ())]
    if mixed:
        flags = ", ".join(f"--{_FLAGS.get(name, name)}" for name in mixed)
        raise KerasmithError(
            Problem(
                "A decision is by counts or by a spec, not by both.",
                where=flags,
                try_="leave out --inputs, --outputs, --shared and --branched",
            )
        )
    structure = structure_of_counts(
        inputs, outputs, shared=shared, branched=branched, purpose=given["purpose"] or ""
    )
    return decide_structure(structure, given["api"] or "auto")


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--predict",
    metavar="COLUMN",
    multiple=True,
    help="What is to be predicted; left out, it is guessed.",
)
@click.option("--history", type=click.IntRange(1), help="Steps that a forecast looks back.")
@click.option("--horizon", type=click.IntRange(1), help="Steps that a forecast looks ahead.")
@click.option(
    "--input",
    "inputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What a column is, in place of what was found: number, category, text or image.",
)
@click.option(
    "--output",
    "outputs",
    metavar="COLUMN:KIND[:SIZE]",
    multiple=True,
    help="What is to be predicted, and as what: quality:number.",
)
@click.option("--ignore", metavar="COLUMN", multiple=True, help="A column to leave out.")
@_FORMAT
def inspect(path: Path, format_: str, **wishes: Any) -> None:
    """Say what a saved Keras model is, or what a data file holds, and which API it asks for.

    PATH is a .keras model, a CSV, TSV, Parquet or .npz file, or a folder with a folder of images
    for each class. Nothing in a file is executed, and Keras is not imported.

    \b
    Examples:
      kerasmith inspect model.keras
      kerasmith inspect pets.csv --predict adopted
      kerasmith inspect load.csv --predict load --history 24 --horizon 1
      kerasmith inspect pets.csv --output age:number --ignore note --format json
    """
    from kerasmith.inspect.model_file import is_model

    if is_model(path):
        _inspect_model(path, format_, wishes)
    else:
        _inspect_data(path, format_, wishes)


def _inspect_model(path: Path, format_: str, wishes: dict[str, Any]) -> None:
    from kerasmith import report_inspect
    from kerasmith.decision.decide import decide_structure
    from kerasmith.inspect.model import inspect_model

    if said := [f"--{_FLAGS.get(flag, flag)}" for flag, value in wishes.items() if value]:
        what = "A saved model has its inputs and outputs in the file."
        raise KerasmithError(Problem(what, " ".join(said), try_=f"kerasmith inspect {path}"))
    found = inspect_model(path)
    decision = decide_structure(found.structure) if found.structure else None
    if format_ == "json":
        say_json(report_inspect.model_json(found, decision))
    else:
        say("\n".join(report_inspect.model_text(found, decision, unicode=_unicode())))


def _inspect_data(path: Path, format_: str, wishes: dict[str, Any]) -> None:
    from kerasmith import report_inspect
    from kerasmith.decision.decide import decide
    from kerasmith.inspect.propose import Wishes, propose
    from kerasmith.spec.command import command_of
    from kerasmith.spec.read import read_spec

    proposal = propose(path, Wishes(**wishes))
    decision, command = None, ""
    problems: tuple[Problem, ...] = ()
    try:
        spec = read_spec(proposal.tables)
        decision, command = decide(spec), command_of(spec)
    except KerasmithError as error:  # what was found is told, whether or not it makes a model
        problems = error.problems
    if format_ == "json":
        say_json(report_inspect.data_json(proposal, decision, command, problems))
    else:
        say("\n".join(report_inspect.data_text(proposal, decision, command, problems)))


# === Projects that there are ===


@main.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@changed_selection
@click.option("--name", help="Another name for the project, and so for its package.")
@click.option("--description", help="One line that says what the model predicts.")
@click.option("--ask", is_flag=True, help="Ask again, with the project's answers as defaults.")
@click.option(
    "--refresh-defaults", is_flag=True, help="Choose anew what kerasmith.toml leaves open."
)
@click.option(
    "--dry-run", is_flag=True, help="Show what would change, line by line; write nothing."
)
@_FORMAT
def update(
    folder: Path, ask: bool, refresh_defaults: bool, dry_run: bool, format_: str, **given: Any
) -> None:
    """Bring the project in DIR up to date: with kerasmith.toml, with flags, with newer templates.

    Git merges what changes into your files. The result is staged, not committed; conflicts are
    marked, and the exit code is 1 then.

    \b
    Examples:
      kerasmith update                                   # after editing kerasmith.toml
      kerasmith update --output age:number               # grow by an output
      kerasmith update --dry-run
      kerasmith update --set inputs.photo.encoder=resnet
      kerasmith update --ask                             # the questions, once more
    """
    from kerasmith import report_update
    from kerasmith.project.update import carry_out, prepare, preview
    from kerasmith.spec.flags import Flags

    flags = Flags(set=given.pop("set_"), **given)
    asked = _ask_again(folder, format_, dry_run=dry_run) if ask else None
    update = prepare(folder, flags, refresh=refresh_defaults, ask=asked)
    if format_ == "text":
        say("\n".join(report_update.announced(update)))
    merge = preview if dry_run else carry_out
    outcome = merge(update) if update.is_needed else None
    if format_ == "json":
        say_json(report_update.update_json(update, outcome, written=not dry_run))
    elif outcome:
        say("\n".join(report_update.outcome_text(outcome, dry_run=dry_run)))
    if outcome and outcome.conflicts:
        sys.exit(1)


def _ask_again(folder: Path, format_: str, *, dry_run: bool) -> Ask:
    """Return somebody at the terminal who is asked about the tables of a project."""
    if format_ != "text" or not _can_ask():
        instead = "flags for what is to change, or edit kerasmith.toml; then kerasmith update"
        raise KerasmithError(_nobody_to_ask("--ask", instead))
    from kerasmith import wizard

    occasion = wizard.Occasion(
        folder=folder,
        again=True,
        write="Show what would change" if dry_run else "Update the project",
        unicode=_unicode(),
    )
    return lambda tables: wizard.ask(tables, occasion, _asker())


@main.command()
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@_FORMAT
def check(folder: Path, format_: str) -> None:
    """Say whether the project in DIR is up to date; the exit code is 1 where it is not.

    \b
    Examples:
      kerasmith check
      kerasmith check pet-finder --format json
    """
    from kerasmith import report_update
    from kerasmith.project.check import check

    standing = check(folder)
    if format_ == "json":
        say_json(report_update.standing_json(standing))
    else:
        say("\n".join(report_update.standing_text(standing)))
    if not standing.in_step:
        sys.exit(1)


@main.command()
@_FORMAT
def recipes(format_: str) -> None:
    """List the recipes: ready specs with sample data.

    \b
    Examples:
      kerasmith recipes
      kerasmith recipes --format json
    """
    from kerasmith import report
    from kerasmith.spec.names import recipe_names
    from kerasmith.spec.recipes import load_recipe

    loaded = [load_recipe(name) for name in recipe_names()]
    if format_ == "json":
        say_json([report.recipe_json(recipe) for recipe in loaded])
    else:
        say("\n".join(report.recipes_text(loaded)))


@main.command()
@_FORMAT
def rules(format_: str) -> None:
    """List the rules, each with the passage it rests on.

    \b
    Examples:
      kerasmith rules
      kerasmith rules --format json
    """
    from kerasmith import report
    from kerasmith.decision.rules import RULES

    if format_ == "json":
        say_json([report.rule_json(rule) for rule in RULES])
    else:
        say("\n".join(report.rules_text(RULES)))


@main.command()
def schema() -> None:
    """Print the JSON Schema of kerasmith.toml, for editors.

    \b
    Example:
      kerasmith schema > kerasmith.schema.json
    """
    from kerasmith.spec.schema import json_schema

    say_json(json_schema())


@main.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the script for shell completion.

    \b
    Examples:
      eval "$(kerasmith completion bash)"         # in ~/.bashrc
      eval "$(kerasmith completion zsh)"          # in ~/.zshrc
      kerasmith completion fish | source          # in ~/.config/fish/config.fish
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    assert found is not None  # click.Choice lets nothing else through
    click.echo(found(main, {}, "kerasmith", "_KERASMITH_COMPLETE").source())


def _unicode() -> bool:
    """Say whether standard output can show box drawings.

    In the C locale Python writes UTF-8 all the same; a terminal there may show something else.
    """
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if locale in ("C", "POSIX") and sys.stdout.isatty():
        return False
    try:
        "─→×".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
