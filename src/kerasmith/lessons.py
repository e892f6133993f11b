"""A lesson: the project of a recipe with functions left to write, and tests that name mistakes.

What a function is to give is read off the plan, so that a lesson asks for what the project's own
code gives.
"""

import ast
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from textwrap import wrap
from typing import Any

from kerasmith.decision.rules import RULES
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan, PlannedOutput
from kerasmith.render.render import beside_project, has_macro, render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of

REVEALING = (ANSWERS_FILE, SPEC_FILE, "docs/decision.md", "tests/test_model.py")
"""The files of a project that say how its model is to be written."""

WIDTH = 96
"""Columns of a comment, behind its indentation."""

ACTIVATIONS = {
    "linear": "a number may be anything, so that no activation bounds it",
    "sigmoid": "each answer is yes or no by itself, and sigmoid makes a probability of each",
    "softmax": "one class is right, and softmax makes probabilities that add up to 1",
}
"""Why an output has its activation, by what the activation does."""

OTHERWISE = "its kind answers so"
"""Why, where a plug-in brings another."""


@dataclass(frozen=True)
class Lesson:
    """What somebody is to write, with all that is around it."""

    plan: Plan

    @cached_property
    def solution(self) -> dict[str, str]:
        """The files of the whole project, for teachers."""
        return render(self.plan)

    @cached_property
    def files(self) -> dict[str, str]:
        """The files with holes in them, and with the tests that say what is wrong."""
        files = {path: text for path, text in self.solution.items() if path not in REVEALING}
        source = f"src/{self.plan.package}"
        for path, function, steps in self.holes():
            place = f"{source}/{path}"
            used = " ".join(text for other, text in files.items() if other != place)
            files[place] = with_hole(files[place], function, [*steps], used)
        files[f"{source}/model.py"] = _without_api(files[f"{source}/model.py"])
        facts = self.facts()
        for path, template in (
            ("README.md", "README.md.jinja"),
            ("tests/test_lesson.py", "test_lesson.py.jinja"),
        ):
            files[path] = beside_project(self.plan, f"lesson/{template}", facts)
        return dict(sorted(files.items()))

    @property
    def asks_labels(self) -> bool:
        """Whether labels are among what is to be written: the tests know them of some kinds."""
        parts = [f"parts/outputs/{each.part}.jinja" for each in self.plan.outputs]
        return all(has_macro(self.plan, part, "lesson") for part in parts)

    def holes(self) -> Iterator[tuple[str, str, Iterator[str]]]:
        """Yield each hole: its file, its function, and what is to be done there, step by step."""
        yield "model.py", "build_model", self._steps_of_model()
        if self.asks_labels:
            yield "data.py", "read_targets", self._steps_of_labels()

    def _steps_of_model(self) -> Iterator[str]:
        yield "Is a keras.Sequential enough, or does it take the Functional API? See README.md."
        for each in self.plan.inputs:
            yield f"keras.Input for `{each.name}`: {each.dtype} {_batch(each.shape)}."
        for encoder in self.plan.encoders:
            names = " and ".join(f"`{name}`" for name in encoder.inputs)
            sizes = ", ".join(f"{encoder.stem}_{name}" for name in encoder.knobs)
            once = ", made once for all of them" if len(encoder.inputs) > 1 else ""
            told = f" config.py has sizes: {sizes}." if sizes else ""
            how = encoder.summary.rstrip(".")
            yield f"Layers that make features of {names}{once}: {how}.{told}"
        if len(self.plan.inputs) > 1:
            yield f"One vector of the features of all inputs, by their {self.plan.merge}."
        for output in self.plan.outputs:
            yield f"A layer called `{output.name}` that answers: float32 {_batch(_answer(output))}."
        yield "model.compile with an optimizer, a loss that takes the labels, and a metric."

    def _steps_of_labels(self) -> Iterator[str]:
        yield "All that `table` holds is text. What is no label is a DataError with its column."
        for output in self.plan.outputs:
            shape = ", ".join(("rows", *map(str, output.label_shape)))
            shape += "," if not output.label_shape else ""
            of = f" Classes are in config.{output.name}_classes." if output.classes else ""
            yield f"The labels of `{output.name}`: {output.label_dtype} ({shape}).{of}"
        if not self.plan.plain:
            yield "They are in a dict, by the names of the outputs."

    def facts(self) -> dict[str, Any]:
        """Return what the tests of the lesson hold code to."""
        outputs = [
            (each.name, str(_answer(each)), each.activation, each.loss)
            for each in self.plan.outputs
        ]
        decisive = [each for each in self.plan.reasons if each.verdict == self.plan.api]
        enough = "is enough, and simpler" if self.plan.api == "sequential" else "cannot say this"
        why = f"a keras.Sequential {enough}. {_told(decisive[0].rule)}"
        shared = next((each for each in self.plan.encoders if len(each.inputs) > 1), None)
        why_shared = ""
        if shared is not None:
            names = " and ".join(shared.inputs)
            why_shared = f"{names} go through the same layers, made once and called for each. "
            why_shared += _told("shared-layers")
        return {
            "rules": [(each.name, each.sentence, each.passages[0].quote) for each in RULES],
            "wanted_inputs": [
                (each.name, str(each.shape), each.dtype) for each in self.plan.inputs
            ],
            "wanted_outputs": outputs,
            "activations": sorted(
                {(each[2], ACTIVATIONS.get(each[2], OTHERWISE)) for each in outputs}
            ),
            "why_api": _literals(why),
            "why_shared": _literals(why_shared),
            "asks_labels": self.asks_labels,
        }


def lesson(recipe: str, folder: str) -> Lesson:
    """Return the lesson of a recipe, called as the folder it is for.

    Raises KerasmithError where there is no such recipe, or no project can be called so.
    """
    tables = tables_of(load_recipe(recipe).spec)
    description = tables["project"].get("description", "")
    tables["project"] = {"features": []} | ({"description": description} if description else {})
    return Lesson(plan(spec_from_flags(Flags(folder=folder), tables)))


# === Holes ===


def with_hole(source: str, function: str, steps: Sequence[str], used: str) -> str:
    """Return code in which a function says what it should do, step by step, and does not do it.

    What it alone calls is left out with it, but for what is `used` elsewhere.
    """
    tree = ast.parse(source)
    functions = {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef)}
    holed = functions.pop(function)
    told = "\n".join(
        line for number, step in enumerate(steps, 1) for line in _comment(number, step)
    )
    hole = f'{told}\n    raise NotImplementedError("{function}")'
    beside = [ast.unparse(each) for each in tree.body if not isinstance(each, ast.FunctionDef)]
    needed = {name for name in functions if _named(name, [used, *beside])}
    while more := {
        name
        for name in {*functions} - needed
        if _named(name, [ast.unparse(functions[each]) for each in needed])
    }:
        needed |= more
    gone = [functions[name] for name in functions if name not in needed]
    lines = source.split("\n")
    first = holed.body[0]
    begins = (first.end_lineno or 0) + 1 if ast.get_docstring(holed) else first.lineno
    cuts = [(begins, holed.end_lineno or 0, [hole])]
    cuts += [(_begins(each), (each.end_lineno or 0) + 2, []) for each in gone]
    for begin, end, instead in sorted(cuts, reverse=True):
        lines[begin - 1 : end] = instead
    return "\n".join(lines).rstrip("\n") + "\n"


def _named(name: str, texts: Iterable[str]) -> bool:
    return any(re.search(rf"\b{name}\b", text) for text in texts)


def _begins(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(each.lineno for each in function.decorator_list)])


def _comment(number: int, step: str) -> list[str]:
    start = f"    # {number}. "
    return wrap(
        step, WIDTH, initial_indent=start, subsequent_indent="    #" + " " * (len(start) - 5)
    )


def _without_api(source: str) -> str:
    """Return model.py without what says how the model is written."""
    _, _, rest = source.split('"""', 2)
    text = f'"""The model, which is yours to write."""{rest}'
    return text.replace(") -> keras.Sequential:", ") -> keras.Model:")


# === Words ===


def _batch(shape: Sequence[int]) -> str:
    return f"({', '.join(('batch', *map(str, shape)))})"


def _answer(output: PlannedOutput) -> tuple[int, ...]:
    """Return the shape of an answer to one example."""
    return (*output.places, output.units)


def _told(rule: str) -> str:
    """Return a rule and the passage it rests on."""
    found = next(each for each in RULES if each.name == rule)
    return f"{found.sentence} The document: {found.passages[0].quote}"


def _literals(text: str) -> list[str]:
    """Return a sentence as literals of Python, one below the other."""
    lines = wrap(text, WIDTH - 6)
    return [
        json.dumps(f"{line} " if line is not lines[-1] else line, ensure_ascii=False)
        for line in lines
    ]
