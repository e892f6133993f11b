"""What the commands answer: values to lines of text, and to JSON."""

import os
import shlex
import shutil
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.features import Feature, backends_for, with_needs
from kerasmith.catalogue.plugins import GROUP, Found, whose
from kerasmith.decision.apply_rules import Decision
from kerasmith.decision.structure import listed
from kerasmith.errors import problem_json
from kerasmith.plan.picture import tall_picture, text_picture
from kerasmith.plan.planned import Plan
from kerasmith.report_decision import decision_json, decision_text
from kerasmith.spec.recipes import Recipe
from kerasmith.styled import style
from kerasmith.wrapping import wrapped

# === Projects ===


LONGEST_COMMAND = 1000
"""Characters of a command that a screen shows; a longer one names the file of the spec."""


def created(
    plan: Plan, destination: Path, *, unicode: bool, pictured: bool = False, command: str = ""
) -> Iterator[str]:
    """Yield what was written and what to do next; the picture, unless it has been shown.

    `command` makes the same project again, where the plan's own would leave out the data.
    """
    yield style(f"Created {destination}", fg="green", bold=True) + f"  {plan.headline}"
    if not pictured:
        yield ""
        yield from _indented(picture(plan, unicode=unicode))
    yield from ("", "Next")
    yield from _indented(_next_steps(plan, destination))
    again = command or plan.command
    if len(again) > LONGEST_COMMAND:
        file = shlex.quote(str(destination / "kerasmith.toml"))
        again = f"kerasmith new {plan.name} --spec {file}"
    yield from ("", "To recreate this project", f"  {again}")


def _next_steps(plan: Plan, destination: Path) -> list[str]:
    """Return the commands that lead from a new project to its scores."""
    return [
        f"cd {shlex.quote(str(destination))}",
        *_first_steps(destination),
        'pip install -e ".[dev]"',
        *([] if plan.data.own else [f"python -m {plan.package}.sample"]),
        f"python -m {plan.package}.train",
        f"python -m {plan.package}.evaluate",
    ]


def _first_steps(destination: Path) -> list[str]:
    """Return what records a project and gives it an environment, in the words of this shell.

    A project that is in a repository already is one more folder of it.
    """
    folder = destination.absolute()
    inside = any((each / ".git").exists() for each in (folder, *folder.parents))
    begin = [] if inside else ["git init"]
    record = 'git add --all . && git commit -m "As generated"'
    if os.name == "nt":  # PowerShell, whose older versions know no &&
        enter = "python -m venv .venv; .venv\\Scripts\\Activate.ps1"
        return [*begin, record.replace(" &&", ";"), enter]
    return [*begin, record, "python -m venv .venv && . .venv/bin/activate"]


def dry_run(
    plan: Plan, decision: Decision, destination: Path, files: Iterable[str], *, unicode: bool
) -> Iterator[str]:
    """Yield decision, picture, parameters and file tree of a project that was not written."""
    yield from decision_text(decision)
    yield from ("", "The model")
    yield from _indented(picture(plan, unicode=unicode))
    yield ""
    yield from _indented(parameter_table(plan))
    yield from ("", f"{destination}/")
    yield from _indented(file_tree(files, unicode=unicode), 0)
    yield from ("", "The command", f"  {plan.command}")
    yield from ("", "Nothing was written (--dry-run).")


def from_defaults(path: Path, lines: Sequence[str]) -> Iterator[str]:
    """Yield what came from a company's defaults."""
    if lines:
        yield style(f"From the defaults in {path}", bold=True)
        yield from _indented(lines)
        yield ""


def picture(plan: Plan, *, unicode: bool) -> list[str]:
    """Return the picture of the model; on a terminal that is too narrow, from top to bottom."""
    lines = text_picture(plan, unicode=unicode)
    columns = max(map(len, lines)) + 2
    narrow = sys.stdout.isatty() and columns > shutil.get_terminal_size().columns
    return tall_picture(plan, unicode=unicode) if narrow else lines


def parameter_table(plan: Plan) -> list[str]:
    """Return the parameters of each part, and of the whole."""
    rows = parameter_rows(plan)
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))  # type: ignore[arg-type]
    return [f"{name:<{first}}  {what:<{second}}  {count:>13,}" for name, what, count in rows]


def parameter_rows(plan: Plan) -> list[tuple[str, str, int]]:
    """Return name, description and parameters of each part; last, those of the whole."""
    rows = [
        (", ".join(encoder.inputs), f"{encoder.encoder}", encoder.parameters)
        for encoder in plan.encoders
    ]
    if plan.merge_parameters:
        rows.append(("merge", plan.merge, plan.merge_parameters))
    if plan.trunk:
        rows.append(("trunk", f"{plan.trunk} units", plan.trunk_parameters))
    rows += [(output.name, output.kind, output.parameters) for output in plan.outputs]
    rows.append(("parameters in all", "", plan.parameters))
    return rows


def file_tree(paths: Iterable[str], *, unicode: bool) -> list[str]:
    """Return the lines of a tree of files."""
    tree: dict[str, Any] = {}
    for path in paths:
        node = tree
        for part in Path(path).parts:
            node = node.setdefault(part, {})
    marks = ("├── ", "└── ", "│   ") if unicode else ("|-- ", "`-- ", "|   ")
    return list(_branches(tree, marks))


def _branches(tree: Mapping[str, Any], marks: tuple[str, str, str]) -> Iterator[str]:
    middle, last, bar = marks
    names = sorted(tree, key=lambda name: (bool(tree[name]), name))
    for name in names:
        final = name == names[-1]
        yield (last if final else middle) + name + ("/" if tree[name] else "")
        for line in _branches(tree[name], marks):
            yield ("    " if final else bar) + line


def project_json(
    plan: Plan, decision: Decision, destination: Path, files: Iterable[str], *, written: bool
) -> dict[str, Any]:
    """Return what was, or would be, written, for programs."""
    return {
        "destination": str(destination),
        "written": written,
        "name": plan.name,
        "package": plan.package,
        "decision": decision_json(decision),
        "parameters": plan.parameters,
        "command": plan.command,
        "next": _next_steps(plan, destination) if written else [plan.command],
        "files": sorted(files),
    }


def _indented(lines: Iterable[str], spaces: int = 2) -> Iterator[str]:
    return (" " * spaces + line for line in lines)


# === Lists ===


def recipes_text(recipes: Sequence[Recipe]) -> Iterator[str]:
    """Yield the recipes for people."""
    from kerasmith.decision.apply_rules import decide

    width = max(len(recipe.name) for recipe in recipes)
    for recipe in recipes:
        api = decide(recipe.spec).api.value.capitalize()
        yield f"{style(recipe.name.ljust(width), fg='cyan')}  {recipe.title} ({api})"
        yield f"{'':{width}}  {'; '.join([recipe.data, *_whose('recipes', recipe.name)])}"
    yield ""
    yield f"Start one with: kerasmith new my-{recipes[0].name} --recipe {recipes[0].name}"


def recipe_json(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe for programs."""
    from kerasmith.decision.apply_rules import decide

    return {
        "name": recipe.name,
        **_plugin_json("recipes", recipe.name),
        "title": recipe.title,
        "document": recipe.document,
        "data": recipe.data,
        "api": decide(recipe.spec).api.value,
        "expected": recipe.expected,
        "spec": recipe.tables,
    }


def features_text(features: Collection[Feature]) -> Iterator[str]:
    """Yield the features for people, each with what it needs."""
    width = max(len(feature.name) for feature in features)
    for feature in features:
        first, *rest = wrapped(feature.summary, width + 2)
        yield style(feature.name.ljust(width), fg="cyan") + first[width:]
        yield from rest
        if said := "; ".join([*_around(feature), *_whose("features", feature.name)]):
            yield from wrapped(f"{said[0].upper()}{said[1:]}.", width + 2)
    usual = ", ".join(feature.name for feature in features if feature.usual)
    yield from ("", f"A new project has {usual}, unless you say otherwise:", "")
    yield "  kerasmith new DEST --with FEATURE,… --without FEATURE,…"
    yield "  kerasmith update --with FEATURE,… --without FEATURE,…"


def _around(feature: Feature) -> Iterator[str]:
    """Yield what a feature needs, and what it works with where that is not everything."""
    if feature.needs:
        yield f"brings {listed(with_needs(feature.needs))} along"
    able = backends_for(feature)
    if len(able) < len(BACKENDS):
        yield f"works with {listed([BACKENDS[name].title for name in able])}"


def _whose(family: str, name: str) -> Iterator[str]:
    """Yield which plug-in an entry is of; nothing for kerasmith's own."""
    if words := whose(family, name):
        yield f"by the plug-in {words}"


def feature_json(feature: Feature) -> dict[str, Any]:
    """Return a feature for programs."""
    return {
        "name": feature.name,
        **_plugin_json("features", feature.name),
        "summary": feature.summary,
        "needs": list(feature.needs),
        "backends": list(backends_for(feature)),
        "usual": feature.usual,
    }


def _plugin_json(family: str, name: str) -> dict[str, str]:
    """Return which plug-in an entry is of; nothing for kerasmith's own."""
    words = whose(family, name)
    return {"plugin": words} if words else {}


def plugins_text(plugins: Sequence[Found]) -> Iterator[str]:
    """Yield the plug-ins for people: what they bring, and what is wrong with them."""
    if not plugins:
        yield f"No plug-ins are installed. One is an entry point of the group {GROUP}."
    for plugin in plugins:
        yield style(plugin.name, fg="cyan") + f"  {plugin.words}"
        for claim in plugin.entries:
            yield from wrapped(str(claim), 2)
        for problem in plugin.problems:
            yield from wrapped(f"{problem.what} {problem.why}", 2)
        if not plugin.problems:
            yield "  It fits this kerasmith."


def plugin_created(destination: Path) -> Iterator[str]:
    """Yield where the package of a new plug-in is, and what to do there."""
    yield style(f"Written: {destination}", fg="green")
    yield from ("", f"  cd {shlex.quote(str(destination))}", "  pip install -e '.[test]'")
    yield from ("  kerasmith plugins", "  pytest")


def plugin_json(plugin: Found) -> dict[str, Any]:
    """Return a plug-in for programs."""
    return {
        "name": plugin.name,
        "package": plugin.package,
        "version": plugin.version,
        "brings": [str(claim) for claim in plugin.entries],
        "problems": [problem_json(problem) for problem in plugin.problems],
    }
