"""Rewrites the model in a file of code as a Sequential or a Functional one, and nothing else.

What was written is read again as what was there: where the two do not compute the same, nothing is
rewritten.
"""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import libcst as cst
from libcst.metadata import MetadataWrapper

from kerasmith.decision.apply_rules import decide_structure
from kerasmith.errors import KerasmithError, Problem, printable
from kerasmith.rewriting.keras3 import ToKeras3
from kerasmith.rewriting.to_functional import ToFunctional
from kerasmith.rewriting.to_sequential import ToSequential
from kerasmith.rewriting.trees import Refused, names_in
from kerasmith.source_code.built import Built, built_of
from kerasmith.source_code.computation import Steps
from kerasmith.source_code.differences import differences
from kerasmith.source_code.inspect_source import inspect_read, labelled
from kerasmith.source_code.models import Read, read_models
from kerasmith.source_code.source import Source, read_source, source_of
from kerasmith.untrusted.bounds import Unreadable, answered
from kerasmith.untrusted.textfile import read_bytes

FORMS = ("functional", "sequential")

MOST_BYTES = 4_000_000

MOST_NODES = 40_000
"""Of the syntax tree of a file that is rewritten; a concrete tree takes seconds for so many."""


@dataclass(frozen=True)
class Converted:
    """A file as it was and as it would be."""

    path: Path
    before: str
    after: str
    content: bytes = b""

    @property
    def changed(self) -> bool:
        """Whether there is anything to write."""
        return self.before != self.after


def convert(path: Path, to: str = "", name: str = "", *, keras3: bool = False) -> Converted:
    """Return a file of code with its model in another form; nothing is written.

    Raises KerasmithError where that is not possible, with the rules or the line against it.
    """
    if path.suffix.lower() == ".ipynb":
        what = "A notebook is not converted."
        try_ = f"jupyter nbconvert --to script {path}, then convert that"
        raise KerasmithError(Problem(what, str(path), try_=try_))
    source = read_source(path)
    with answered(path, "{} is not converted."):
        return _converted(path, source, read_bytes(path, MOST_BYTES), to, name, keras3=keras3)


def _converted(
    path: Path, source: Source, content: bytes, to: str, name: str, *, keras3: bool
) -> Converted:
    if sum(1 for _ in ast.walk(source.tree)) > MOST_NODES:
        why = "It holds more code than is rewritten at once, which is some 2,000 lines."
        raise Unreadable(why, "put the model into a file of its own")
    tree = cst.parse_module(content)
    before = tree.code
    if keras3:
        tree = tree.visit(ToKeras3())
        source = source_of(path, tree.code)
    if to:
        tree = _in_form(path, source, tree, to, name)
    return Converted(path, before, tree.code, tree.bytes)


def _in_form(path: Path, source: Source, tree: cst.Module, to: str, name: str) -> cst.Module:
    read = read_models(source)
    found = inspect_read(path, read, name)
    if found.structure is None:
        raise KerasmithError(_cannot(path, found.why_unknown))
    if to == "sequential":
        decide_structure(found.structure, "sequential")
    if (found.class_name == "Sequential") is (to == "sequential"):
        return tree
    was = built_of(path, read, name)
    if was.unclear:
        raise KerasmithError(_cannot(path, f"{was.unclear}."))
    line = found.line
    change = ToSequential(line) if to == "sequential" else ToFunctional(line)
    try:
        new = MetadataWrapper(tree, unsafe_skip_copy=True).visit(change)
    except Refused as error:
        at = f" ({source.place(error.line)})" if error.line else ""
        raise KerasmithError(_cannot(path, f"{error.why}{at}.")) from None
    if not change.done:
        why = f"it is made inside of another expression ({source.place(line)})."
        raise KerasmithError(_cannot(path, why))
    needs = {new: old for new, old in change.needs.items() if new not in names_in(tree)}
    new = _with_imports(new, needs)
    _check_same(path, read, was, new, name, to)
    return new


def _with_imports(tree: cst.Module, needs: Mapping[str, str]) -> cst.Module:
    """Import names of Keras beside those that they are used with."""
    for name, beside in needs.items():
        tree = tree.visit(_Import(name, beside))
    return tree


class _Import(cst.CSTTransformer):
    """Adds a name to the import of another one, unless it is imported."""

    def __init__(self, name: str, beside: str) -> None:
        super().__init__()
        self._name, self._beside = name, beside

    def leave_ImportFrom(
        self, original_node: cst.ImportFrom, updated_node: cst.ImportFrom
    ) -> cst.ImportFrom:
        """Add the name."""
        names = updated_node.names
        if isinstance(names, cst.ImportStar):
            return updated_node
        known = {each.evaluated_alias or each.evaluated_name for each in names}
        if self._beside not in known or self._name in known:
            return updated_node
        *others, last = names
        space = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
        comma = last.comma if isinstance(last.comma, cst.Comma) else cst.MaybeSentinel.DEFAULT
        new = cst.ImportAlias(cst.Name(self._name), comma=comma)
        return updated_node.with_changes(names=[*others, last.with_changes(comma=space), new])


def _check_same(path: Path, read: Read, was: Built, tree: cst.Module, name: str, to: str) -> None:
    """Check that the code computes what it did, in the form that is asked for.

    Raises KerasmithError where it does not, or where that is not known.
    """
    again = read_models(source_of(path, tree.code))
    now = built_of(path, again, name)
    if now.unclear:
        raise KerasmithError(_cannot(path, f"what it would be is not known: {now.unclear}."))
    if (now.class_name == "Sequential") is not (to == "sequential"):
        why = f"another model is made in its line ({read.source.place(was.line)})."
        raise KerasmithError(_cannot(path, why))
    if difference := _difference(was, now):
        raise KerasmithError(_cannot(path, f"it would not compute the same: {difference}."))
    for label, before in _others(path, read, was).items():
        after = built_of(path, again, label)
        if after.unclear or _difference(before, after):
            raise KerasmithError(_cannot(path, f"the model {label} would be another one."))


def _others(path: Path, read: Read, model: Built) -> dict[str, Built]:
    """Return the other models of a file that are known, by what they are called."""
    found = {label: built_of(path, read, label) for label in labelled(read)}
    return {
        label: each for label, each in found.items() if not each.unclear and each.line != model.line
    }


def _difference(was: Built, now: Built) -> str:
    """Return what differs between two stacks, whatever Keras calls their layers."""
    if [*was.inputs.values()] != [*now.inputs.values()]:
        return "its input is another one"
    before, after = _unnamed(was.steps), _unnamed(now.steps)
    return next((each.what for each in differences(before, after)), "")


def _unnamed(steps: Steps) -> Steps:
    """Return the steps of a stack without the names of its input and output."""
    known = [
        replace(
            step,
            given=tuple("input" if isinstance(each, str) else each for each in step.given),
        )
        for step in steps.steps
    ]
    ends = [end if isinstance(end, int) else "input" for end in steps.outputs.values()]
    return Steps(tuple(known), {f"output {number}": end for number, end in enumerate(ends)})


def _cannot(path: Path, why: str) -> Problem:
    return Problem(
        f"The model in {printable(path.name)} is not converted.",
        str(path),
        f"Because {printable(why[:1].lower() + why[1:])}",
        "change that line by hand first; nothing was written",
    )
