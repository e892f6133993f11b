"""Commands that print what kerasmith knows: recipes, features, rules, schema, completion."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

import click

from kerasmith.cli.echo import echo_json, echo_lines
from kerasmith.cli.group import main
from kerasmith.cli.options import answer_format

T = TypeVar("T")


@click.command()
@answer_format
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
    _echo_list(loaded, format_, report.recipe_json, report.recipes_text)


@click.command()
@answer_format
def features(format_: str) -> None:
    """List the features: what a project can do beside its core.

    \b
    Examples:
      kerasmith features
      kerasmith features --format json
    """
    from kerasmith import report
    from kerasmith.catalogue.features import FEATURES

    _echo_list([*FEATURES.values()], format_, report.feature_json, report.features_text)


@click.command()
@click.option(
    "--new",
    metavar="DEST",
    type=click.Path(path_type=Path),
    help="Write the package of a new plug-in to DEST: an encoder that works, with its test.",
)
@answer_format
def plugins(new: Path | None, format_: str) -> None:
    """List the plug-ins: what they bring, and whether they work.

    The exit code is 1 where something is wrong with one of them.

    \b
    Examples:
      kerasmith plugins
      kerasmith plugins --format json
      kerasmith plugins --new kerasmith-fire
    """
    from kerasmith import report
    from kerasmith.catalogue.plugins import found

    if new is not None:
        from kerasmith.project.create_plugin import create_plugin

        folder = create_plugin(new)
        if format_ == "json":
            echo_json({"plugin": str(folder)})
        else:
            echo_lines(report.plugin_created(new))
        return
    listed = found()
    _echo_list(listed, format_, report.plugin_json, report.plugins_text)
    if any(plugin.problems for plugin in listed):
        raise click.exceptions.Exit(1)


@click.command()
@answer_format
def rules(format_: str) -> None:
    """List the rules, each with the passage it rests on.

    \b
    Examples:
      kerasmith rules
      kerasmith rules --format json
    """
    from kerasmith import report_decision
    from kerasmith.decision.rules import RULES

    _echo_list(RULES, format_, report_decision.rule_json, report_decision.rules_text)


def _echo_list(
    entries: Sequence[T],
    format_: str,
    as_json: Callable[[T], object],
    as_lines: Callable[[Sequence[T]], Iterable[str]],
) -> None:
    """Print entries for people, or as one JSON value for programs."""
    if format_ == "json":
        echo_json([as_json(entry) for entry in entries])
    else:
        echo_lines(as_lines(entries))


@click.command()
def schema() -> None:
    """Print the JSON Schema of kerasmith.toml, for editors.

    An editor of TOML completes and checks every kerasmith.toml by it, once it knows where the file
    is: the reference says how. Print it again after an upgrade.

    \b
    Example:
      kerasmith schema > ~/.kerasmith.schema.json
    """
    from kerasmith.spec.schema import json_schema

    echo_json(json_schema())


@click.command()
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
