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
from kerasmith.decision.apply_rules import Decision, Reason
from kerasmith.decision.rules import Force, Passage, Rule
from kerasmith.decision.structure import listed
from kerasmith.plan.picture import tall_picture, text_picture
from kerasmith.plan.planned import Plan
from kerasmith.spec.recipes import Recipe
from kerasmith.styled import style
from kerasmith.wrapping import wrapped

# === Decisions ===


def decision_text(decision: Decision) -> Iterator[str]:
    """Yield the decision for people: verdict, reasons with passages, what would change it."""
    yield style(decision.headline, bold=True)
    if not decision.linear and decision.asked:
        yield "The rules demand it as well."
    if decision.linear and decision.api.value == "functional":
        yield "The stack itself did not ask for it: data goes one way through it."
    followed = [reason for reason in decision.reasons if not reason.gave_way]
    overruled = [reason for reason in decision.reasons if reason.gave_way]
    if followed:
        yield from ("", "Why")
        for reason in followed:
            yield from _reason_text(reason)
    if overruled:
        yield from ("", "Overruled")
        for reason in overruled:
            yield from _reason_text(reason)
    yield from ("", "What would change it")
    for change in decision.would_change:
        yield from wrapped(change, 2)


def _reason_text(reason: Reason) -> Iterator[str]:
    how = {Force.DECIDES: "", Force.SUPPORTS: " (supports)", Force.ADVICE: " (advice)"}
    first, *rest = wrapped(f"{reason.rule}{how[reason.force]}: {reason.because}", 2, hanging=4)
    yield first.replace(reason.rule, style(reason.rule, fg="cyan"), 1)
    yield from rest
    way = f" It gave way to {reason.gave_way}." if reason.gave_way else ""
    yield from wrapped(reason.sentence + way, 6)
    for passage in reason.passages:
        yield from _passage_text(passage, 6)


def _passage_text(passage: Passage, indent: int) -> Iterator[str]:
    for line in wrapped(f"“{passage.quote}” ({passage.section})", indent, hanging=1):
        yield style(line, dim=True)


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return the decision for programs."""
    return {
        "api": decision.api.value,
        "linear": decision.linear,
        "headline": decision.headline,
        "reasons": [
            {
                "rule": reason.rule,
                "because": reason.because,
                "passage": reason.passages[0].quote,
                "section": reason.passages[0].section,
                "says": reason.verdict.value,
                "force": reason.force.value,
                "gave_way_to": reason.gave_way or None,
            }
            for reason in decision.reasons
        ],
        "would_change": list(decision.would_change),
    }


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
    yield from _indented(
        [
            f"cd {shlex.quote(str(destination))}",
            *_first_steps(destination),
            'pip install -e ".[dev]"',
            *([] if plan.data.own else [f"python -m {plan.package}.sample"]),
            f"python -m {plan.package}.train",
            f"python -m {plan.package}.evaluate",
        ]
    )
    again = command or plan.command
    if len(again) > LONGEST_COMMAND:
        file = shlex.quote(str(destination / "kerasmith.toml"))
        again = f"kerasmith new {plan.name} --spec {file}"
    yield from ("", "To recreate this project", f"  {again}")


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


def picture(plan: Plan, *, unicode: bool) -> list[str]:
    """Return the picture of the model; on a terminal that is too narrow, from top to bottom."""
    lines = text_picture(plan, unicode=unicode)
    columns = max(map(len, lines)) + 2
    narrow = sys.stdout.isatty() and columns > shutil.get_terminal_size().columns
    return tall_picture(plan, unicode=unicode) if narrow else lines


def parameter_table(plan: Plan) -> list[str]:
    """Return the parameters of each part, and of the whole."""
    rows = [
        (", ".join(encoder.inputs), f"{encoder.encoder}", encoder.parameters)
        for encoder in plan.encoders
    ]
    if plan.trunk:
        rows.append(("trunk", f"{plan.trunk} units", plan.trunk_parameters))
    rows += [(output.name, output.kind, output.parameters) for output in plan.outputs]
    rows.append(("parameters in all", "", plan.parameters))
    first, second = (max(len(row[column]) for row in rows) for column in (0, 1))  # type: ignore[arg-type]
    return [f"{name:<{first}}  {what:<{second}}  {count:>13,}" for name, what, count in rows]


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
        yield f"{'':{width}}  {recipe.data}"
    yield ""
    yield f"Start one with: kerasmith new my-{recipes[0].name} --recipe {recipes[0].name}"


def recipe_json(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe for programs."""
    from kerasmith.decision.apply_rules import decide

    return {
        "name": recipe.name,
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
        if said := "; ".join(_around(feature)):
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


def feature_json(feature: Feature) -> dict[str, Any]:
    """Return a feature for programs."""
    return {
        "name": feature.name,
        "summary": feature.summary,
        "needs": list(feature.needs),
        "backends": list(backends_for(feature)),
        "usual": feature.usual,
    }


def rules_text(rules: Sequence[Rule]) -> Iterator[str]:
    """Yield the rules for people, in their order of precedence."""
    yield "What is asked for with --api comes first, then these, in this order:"
    for rule in rules:
        yield ""
        yield f"{style(rule.name, fg='cyan')}  {rule.force.value} {rule.verdict.value}"
        yield from wrapped(rule.sentence, 2)
        for passage in rule.passages:
            yield from _passage_text(passage, 2)


def rule_json(rule: Rule) -> dict[str, Any]:
    """Return a rule for programs."""
    return {
        "rule": rule.name,
        "sentence": rule.sentence,
        "says": rule.verdict.value,
        "force": rule.force.value,
        "passages": [{"passage": p.quote, "section": p.section} for p in rule.passages],
        "example": rule.example,
    }
