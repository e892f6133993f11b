"""Options that several commands take, and how a shell completes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import click

from kerasmith.catalogue.backends import BackendName
from kerasmith.catalogue.endings import Encoding
from kerasmith.catalogue.features import ALL, FEATURES
from kerasmith.catalogue.flow import Flow

F = TypeVar("F", bound=Callable[..., Any])

GROUPS = {
    "Starting point": ("recipe", "spec_file", "spec_dir", "like", "data", "ask_again"),
    "The data": (
        *("predict", "history", "horizon", "known", "series", "ignore"),
        *("missing", "header", "encoding", "validation", "test"),
    ),
    "The model": ("inputs", "outputs", "quantiles", "share", "branching", "set"),
    "The decision": (
        *("api", "purpose", "input_count", "output_count"),
        *("shared_layers", "several_paths"),
    ),
    "The project": ("name", "description", "backend", "with_", "without"),
}
"""The flags of a command by what they are about; the others say how it works."""


class Grouped(click.Command):
    """A command of many flags, whose help lists them group by group."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the flags, each group under its heading."""
        heading_of = {name: heading for heading, names in GROUPS.items() for name in names}
        groups: dict[str, list[tuple[str, str]]] = {heading: [] for heading in (*GROUPS, "Options")}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record:
                groups[heading_of.get(parameter.name or "", "Options")].append(record)
        for heading, records in groups.items():
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)


def _complete_recipes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    from kerasmith.spec.names import recipe_names

    return [name for name in recipe_names() if name.startswith(incomplete)]


def _complete_input(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return _complete_kind(incomplete, "inputs")


def _complete_output(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    return _complete_kind(incomplete, "outputs")


def _complete_features(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
    """Complete `ci,ex` to `ci,export`, with what is not named yet."""
    before, comma, start = incomplete.rpartition(",")
    named = before.split(",")
    words = [*FEATURES, *([ALL] if param.name == "with_" else [])]
    fitting = [word for word in words if word.startswith(start) and word not in named]
    return [f"{before}{comma}{word}" for word in fitting]


def _complete_kind(incomplete: str, section: str) -> list[str]:
    """Complete `photo:im` to `photo:image:`."""
    from kerasmith.catalogue.inputs import INPUT_KINDS
    from kerasmith.catalogue.outputs import OUTPUT_KINDS

    name, colon, start = incomplete.partition(":")
    kinds = list(INPUT_KINDS if section == "inputs" else OUTPUT_KINDS)
    return [f"{name}:{kind}" for kind in kinds if kind.startswith(start)] if colon else []


START = (
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
"""What a spec starts from."""

MODEL = (
    click.option(
        "--input",
        "inputs",
        metavar="NAME:KIND[:SIZE][=ENCODER]",
        multiple=True,
        shell_complete=_complete_input,
        help="An input: photo:image:64x64x3, photo:image:64x64x3=resnet.",
    ),
    click.option(
        "--output",
        "outputs",
        metavar="NAME:KIND[:SIZE]",
        multiple=True,
        shell_complete=_complete_output,
        help="An output: breed:category:beagle,boxer, digit:category:10, age:number, place:box.",
    ),
    click.option(
        "--quantiles",
        metavar="PERCENT,…",
        help="Which quantiles a forecast gives, in the place of one value: 10,50,90.",
    ),
    click.option(
        "--share",
        metavar="[NAME=]INPUT,INPUT…",
        multiple=True,
        help="Let inputs of one kind and size share an encoder.",
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
        help="Choose an API; auto lets the rules decide.",
    ),
    click.option(
        "--purpose",
        type=click.Choice(["prototype", "room-to-grow"]),
        help="What the model is for; advice, where structure leaves the choice.",
    ),
    click.option(
        "--set",
        metavar="PATH=VALUE",
        multiple=True,
        help="Set any key of kerasmith.toml: inputs.photo.encoder=cnn.",
    ),
)
"""What a model is."""

ONE_FILE = (
    click.option("--description", help="One line that says what the model predicts."),
    click.option(
        "--backend",
        type=click.Choice(get_args(BackendName)),
        help="The library that Keras computes with; the code is the same for all three.",
    ),
)
"""What is said beside the model of a project that is one notebook."""

PROJECT = (
    *ONE_FILE,
    click.option(
        "--with",
        "with_",
        metavar="FEATURE,…",
        multiple=True,
        shell_complete=_complete_features,
        help=f"Add features: all, or of {', '.join(FEATURES.own)} (see: kerasmith features).",
    ),
    click.option(
        "--without",
        metavar="FEATURE,…",
        multiple=True,
        shell_complete=_complete_features,
        help="Leave out features that the project has, or would have by default.",
    ),
)
"""What a project is beside its model; its name is said otherwise in each command."""

DATA = (
    click.option(
        "--predict",
        metavar="COLUMN",
        multiple=True,
        help="Which column of the data to predict; once for each.",
    ),
    click.option("--history", type=click.IntRange(1), help="How many past steps a forecast reads."),
    click.option("--horizon", type=click.IntRange(1), help="How many steps ahead it predicts."),
    click.option(
        "--known",
        metavar="COLUMN",
        multiple=True,
        help="A column of numbers that a forecast knows in advance: holidays.",
    ),
    click.option(
        "--series",
        metavar="COLUMN",
        help="The column that says which of several series a row is of: a shop.",
    ),
    click.option(
        "--ignore", metavar="COLUMN", multiple=True, help="A column of the data to leave out."
    ),
    click.option(
        "--missing",
        metavar="WORD",
        multiple=True,
        help="A word that means an empty cell of the data: NA, ?.",
    ),
    click.option(
        "--header/--no-header",
        default=None,
        help="Whether the first row of the data names the columns.",
    ),
    click.option(
        "--encoding",
        type=click.Choice(get_args(Encoding)),
        help="How the text of the data is encoded.",
    ),
    click.option(
        "--validation",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The table of the validation split; --data is then that of training.",
    ),
    click.option(
        "--test",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help="The table of the test split; --data is then that of training.",
    ),
)
"""What a data file holds, and what to predict from it."""

answer_format = click.option(
    "--format",
    "format_",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form of the answer: text for people, one JSON value for programs.",
)


def options(*groups: Sequence[Callable[[Any], Any]]) -> Callable[[F], F]:
    """Add groups of flags to a command."""

    def adding(command: F) -> F:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return adding
