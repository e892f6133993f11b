"""Linear stacks in both forms, for `sequential-vs-functional.md`: where they differ, where not.

Everything is read off the projects that kerasmith renders. Code for a narrow column is laid out
again by ruff, which changes nothing but line breaks.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from textwrap import dedent
from typing import TypeVar

from kerasmith.decision.rules import Api
from kerasmith.plan.picture import text_picture
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.recipes import Recipe, load_recipe

RECIPES = ("digits", "sentiment", "feedforward")
"""An image, a text and a table go in."""

WIDTH = 56
"""How long a line may be so that two columns fit beside each other."""


T = TypeVar("T")

STEPS = ("What goes in", "The layers", "What comes out", "How it learns")
"""What `build_model` does, in the order of its lines."""


@dataclass(frozen=True)
class Form:
    """A recipe's project in one form."""

    plan: Plan
    files: dict[str, str]

    def module(self, name: str) -> str:
        """Return the code of a module."""
        return self.files[f"src/{self.plan.package}/{name}.py"]


@dataclass(frozen=True)
class Step:
    """What both forms do, and the code of each."""

    title: str
    sequential: str
    functional: str


@dataclass(frozen=True)
class Pair:
    """A recipe's project in both forms."""

    recipe: Recipe
    sequential: Form
    functional: Form

    @property
    def forms(self) -> tuple[Form, Form]:
        """Both, the Sequential first."""
        return self.sequential, self.functional

    @property
    def picture(self) -> str:
        """The model in a line of text."""
        return "\n".join(text_picture(self.sequential.plan))

    @property
    def parameters(self) -> int:
        """How many numbers the model learns: as many in both forms."""
        return same(form.plan.parameters for form in self.forms)

    @property
    def names(self) -> list[str]:
        """What the layers with weights are called, as the code writes it: the same in both forms.

        Those layers have a name, and no others do.
        """
        return same(layer_names(form.module("model")) for form in self.forms)

    @property
    def differing(self) -> list[str]:
        """The files that are not the same in both forms."""
        one, other = (form.files for form in self.forms)
        return sorted(path for path in one | other if one.get(path) != other.get(path))

    @property
    def equal(self) -> list[str]:
        """The files that are the same in both forms, to the byte."""
        return sorted(self.sequential.files.keys() - self.differing)

    @cached_property
    def steps(self) -> list[Step]:
        """What happens, from what goes in to how the model learns."""
        graphs = [body(form.module("model"), "build_model") for form in self.forms]
        rows = zip(STEPS, sequential_parts(graphs[0]), functional_parts(graphs[1]), strict=True)
        return [Step(*row) for row in rows]


def pairs() -> Iterator[Pair]:
    """Yield the recipes that the page shows."""
    for name in RECIPES:
        recipe = load_recipe(name)
        yield Pair(recipe, *(form_of(recipe, api) for api in (Api.SEQUENTIAL, Api.FUNCTIONAL)))


def form_of(recipe: Recipe, api: Api) -> Form:
    """Return the project that is written where this API is asked for."""
    planned = plan(spec_from_flags(Flags(api=api), recipe.tables))
    return Form(planned, render(planned))


def same(found: Iterable[T]) -> T:
    """Return what both forms agree in.

    Raises ValueError where they do not: then the page would not be true.
    """
    one, other = found
    if one != other:
        raise ValueError(f"Not the same in both forms: {one} and {other}")
    return one


def sequential_parts(code: str) -> list[str]:
    """Return the paragraphs of a Sequential's `build_model`."""
    return re.split(r"\n\n(?!model\.compile)", code)


def functional_parts(code: str) -> list[str]:
    """Return what is below each heading of a Functional's `build_model`, and how it learns."""
    return re.split(r"\n\n(?=# === |optimizer = )", code)


def body(code: str, function: str) -> str:
    """Return what a function does, without its docstring, for a narrow column."""
    code = narrow(code)
    (found,) = (
        node
        for node in ast.parse(code).body
        if isinstance(node, ast.FunctionDef) and node.name == function
    )
    lines = code.splitlines()[found.body[0].end_lineno : found.end_lineno]
    return dedent("\n".join(lines)).strip("\n")


def narrow(code: str) -> str:
    """Return the code with lines of at most WIDTH, where that can be."""
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length", str(WIDTH)]
    return subprocess.run(
        [*command, "-"], input=code, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


def layer_names(code: str) -> list[str]:
    """Return the names of the layers that have one, from the top of the code to its end."""
    named = [
        (keyword.value.lineno, ast.unparse(keyword.value))
        for call in ast.walk(ast.parse(code))
        if isinstance(call, ast.Call) and ast.unparse(call.func).startswith("layers.")
        for keyword in call.keywords
        if keyword.arg == "name"
    ]
    return [name.lstrip("f").strip("'") for _, name in sorted(named)]
