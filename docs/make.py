"""Remake the documents that follow from the code: `make docs`.

    python docs/make.py            write what is stale
    python docs/make.py --check    write nothing; exit with 1 where something is stale

Made are the rules, the contract of the templates' parts, the two forms of a stack, the reference,
what `kerasmith` prints in the README, the tutorial and the chapters on updates, and the terminal
pictures. What is in `*.md.jinja` here is prose; every fact in it is asked of the code.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import chdir
from functools import partial
from inspect import cleandoc
from pathlib import Path
from textwrap import dedent
from typing import Any

import click
from click.testing import CliRunner
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import NODEFAULT
from msgspec.structs import fields

sys.path.insert(0, str(Path(__file__).parent))  # forms.py and pictures.py are beside this file
import feature_costs
import forms
import pictures

from kerasmith.catalogue.contract import CONTRACT
from kerasmith.catalogue.encoders import Encoder, encoders_for
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.cli import main as cli
from kerasmith.decision.refusals import REFUSALS
from kerasmith.decision.rules import RULES
from kerasmith.spec.schema import json_schema

DOCS = Path(__file__).parent
ROOT = DOCS.parent
EXAMPLES = DOCS / "examples"
"""What the commands on the pages are run on: they are in the working folder then."""

Content = Callable[[], str]

SOMEBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Somebody"), ("EMAIL", "somebody@example.com"))
}
"""Who commits in the examples."""


def documents() -> Iterator[tuple[Path, Content]]:
    """Yield every made document: where it is and what it should hold."""
    yield DOCS / "rules.md", lambda: page("rules.md.jinja", rules=RULES)
    contract = partial(page, "contract.md.jinja", contract=CONTRACT)
    yield ROOT / "templates/parts/CONTRACT.md", contract
    yield DOCS / "sequential-vs-functional.md", sequential_vs_functional
    yield DOCS / "reference.md", lambda: with_output(reference())
    yield DOCS / "llms.txt", llms
    costs = feature_costs.costs()
    features = partial(page, recipe=feature_costs.RECIPE)
    yield DOCS / "features.md", lambda: features("features.md.jinja", costs=costs)
    for each in costs:
        of_one = partial(features, "feature.md.jinja", it=each)
        yield DOCS / "features" / f"{each.feature.name}.md", of_one
    for path in (
        ROOT / "README.md",
        DOCS / "tutorial.md",
        DOCS / "updating.md",
        DOCS / "updating-many.md",
    ):
        yield path, partial(refreshed, path)
    for name in pictures.pictures():
        yield DOCS / "pictures" / f"{name}.svg", partial(pictures.picture, name)


def is_fresh(path: Path, wanted: str) -> bool:
    """Say whether a document holds what it should; pictures may be drawn by another rich."""
    if not path.exists():
        return False
    found = path.read_text("utf-8")
    if path.suffix == ".svg":
        return pictures.words(found) == pictures.words(wanted)
    return found == wanted


# === Pages ===


def page(template: str, **facts: object) -> str:
    """Return a page: its prose, filled with facts."""
    environment = Environment(
        loader=FileSystemLoader(DOCS),
        autoescape=False,  # Markdown is no HTML
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"cell": cell, "doc": doc, "toml": toml}
    return environment.get_template(template).render(facts)


def sequential_vs_functional() -> str:
    """Return the page that shows linear stacks in both forms."""
    return with_output(page("sequential-vs-functional.md.jinja", pairs=list(forms.pairs())))


def reference() -> str:
    """Return the page that lists every command, key, kind and encoder."""
    return page(
        "reference.md.jinja",
        commands=list(commands()),
        schema=json_schema(),
        sections=("project", "shared", "model", "data"),
        flows=list(Flow),
        input_kinds=list(INPUT_KINDS.values()),
        output_kinds=list(OUTPUT_KINDS.values()),
        entry=entry,
        rows=rows,
        encoders_for=encoders_for,
        chosen_keys=chosen_keys,
        merges=list(MERGES.values()),
        features=list(FEATURES.values()),
        refusals=list(REFUSALS.values()),
        first=lambda command: json.dumps(json.loads(run(command))[0], indent=2, ensure_ascii=False),
    )


def llms() -> str:
    """Return what a language model reads of kerasmith, in the form of llmstxt.org."""
    return page(
        "llms.txt.jinja",
        commands=list(commands()),
        input_kinds=list(INPUT_KINDS.values()),
        output_kinds=list(OUTPUT_KINDS.values()),
        encoders_for=encoders_for,
        features=list(FEATURES.values()),
        rules=RULES,
    )


def commands() -> Iterator[dict[str, Any]]:
    """Yield what `--help` says of each command."""
    for name, command in cli.commands.items():
        context = click.Context(command, info_name=f"kerasmith {name}")
        text = cleandoc(command.help or "").replace("\b\n", "")
        summary, examples, *_ = [*re.split(r"\n\n(?=Examples?:)", text), ""]
        yield {
            "name": name,
            "usage": command.get_usage(context).removeprefix("Usage: "),
            "summary": summary,
            "examples": dedent(examples.partition("\n")[2]).rstrip(),
            "flags": [
                (record[0], re.sub(r"  \[.*\]$", "", record[1]))
                for parameter in command.params
                if isinstance(parameter, click.Option)
                and (record := parameter.get_help_record(context))
            ],
        }


def entry(section: str, kind: str, encoder: str = "") -> dict[str, Any]:
    """Return the schema of an entry of `[[inputs]]` or `[[outputs]]`."""
    for each in json_schema()["properties"][section]["items"]["oneOf"]:
        keys = each["properties"]
        if keys["kind"]["const"] == kind and keys.get("encoder", {}).get("const", "") == encoder:
            return dict(each)
    raise LookupError(f"{section}: no {kind} {encoder}")


def rows(
    table: dict[str, Any], skip: Collection[str] = (), chosen: Collection[str] = ()
) -> Iterator[tuple[str, str, str, str]]:
    """Yield key, meaning, example and default of each key in the schema of a table.

    What is `chosen` by kerasmith where it is left out suits the size.
    """
    for key, about in table["properties"].items():
        if key in skip:
            continue
        choices = [word for word in about.get("enum", ()) if isinstance(word, str)]
        named = f" One of {', '.join(f'`{word}`' for word in choices)}." if choices else ""
        example = (about.get("examples") or [about.get("const", "")])[0]
        left_open = "suits the size" if key in chosen else "open"
        default = f"`{toml(about['default'])}`" if "default" in about else left_open
        yield (
            key,
            about["description"] + named,
            f"{key} = {toml(example)}",
            "an error" if key in table["required"] else default,
        )


def chosen_keys(encoder: type[Encoder[Any]]) -> set[str]:
    """Return the hyperparameters that an encoder chooses by the size of its input."""
    return {each.name for each in fields(encoder) if each.default is NODEFAULT}


def cell(text: str) -> str:
    """Return text that cannot end a cell of a Markdown table."""
    return text.replace("|", "\\|").replace("\n", " ")


def doc(thing: object) -> str:
    """Return the first paragraph of a docstring."""
    return (thing.__doc__ or "").strip().partition("\n\n")[0].replace("\n    ", " ")


def toml(value: object) -> str:
    """Return a value as TOML writes it; JSON's strings, numbers and lists are TOML's."""
    return json.dumps(value, ensure_ascii=False)


# === What kerasmith prints ===


def run(command: str) -> str:
    """Return what a kerasmith command prints when nobody looks."""
    result = CliRunner().invoke(cli, shlex.split(command)[1:], prog_name="kerasmith")
    if result.exit_code == 2 or not isinstance(result.exception, SystemExit | None):
        return result.stderr
    return result.stdout


def refreshed(path: Path) -> str:
    """Return a page that is written by hand, with fresh output in it."""
    return with_output(path.read_text("utf-8"))


def with_output(text: str) -> str:
    """Return Markdown with fresh output below every `$ kerasmith …` of its console blocks."""
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
        fresh = re.sub(
            r"(?<=^```console\n).*?(?=^```$)", _fresh, text, flags=re.MULTILINE | re.DOTALL
        )
    return fresh.replace(str(Path(folder).resolve()), "…")  # no path of this machine


def _fresh(block: re.Match[str]) -> str:
    """Return the block again; output of other programs stays as it was recorded."""
    lines = []
    for command, output in re.findall(r"^\$ ((?:.*\\\n)*.*\n)((?:(?!\$ ).*\n)*)", block[0], re.M):
        if command.startswith("kerasmith "):
            output = run(command.replace("\\\n", " "))
        elif command.startswith("git "):
            subprocess.run(shlex.split(command), check=True, env=os.environ | SOMEBODY)
        elif command.startswith("cat "):
            output = Path(command.removeprefix("cat ").strip()).read_text("utf-8")
        lines += ["$ ", command, output]
    return "".join(lines)


def main() -> int:
    """Write what is stale, or with --check only name it."""
    check = sys.argv[1:] == ["--check"]
    stale = 0
    for path, content in documents():
        wanted = content()
        if is_fresh(path, wanted):
            continue
        stale += 1
        print(f"{'stale' if check else 'wrote'}: {path.relative_to(ROOT)}")
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted, encoding="utf-8")
    if check and stale:
        print("Run: make docs")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
