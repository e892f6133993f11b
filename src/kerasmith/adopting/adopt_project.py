"""From a saved model to a project whose model.py is that model."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kerasmith.adopting.from_source import read_either
from kerasmith.adopting.literals import Hole
from kerasmith.adopting.model_code import code_of
from kerasmith.adopting.owners_code import own_code
from kerasmith.catalogue.features import USUAL_FEATURES
from kerasmith.decision.apply_rules import Decision, decide
from kerasmith.errors import KerasmithError, Problem, printable
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan
from kerasmith.render.render import render
from kerasmith.saved_model.findings import ModelFindings
from kerasmith.saved_model.like import ModelImport, ends_of
from kerasmith.saved_model.model_file import SavedModel
from kerasmith.source_code.functions import with_functions
from kerasmith.source_code.source import is_source, source_of
from kerasmith.spec.names import USUAL_NAMES, suggested_project
from kerasmith.spec.read import read_spec
from kerasmith.untrusted.bounds import NO_MODEL, SAVED, answered

ORIGINAL = "original"
"""The feature that takes the weights of the saved model, and the folder in which it lies."""


@dataclass(frozen=True)
class AdoptedProject:
    """A project whose model is that of a file: its plan and files, and what the file leaves open.

    `data` are files that it gets besides.
    """

    plan: Plan
    decision: Decision
    files: Mapping[str, str]
    data: Mapping[str, Path]
    left_open: tuple[str, ...]


def adopt_project(source: Path, name: str, called: str = "") -> AdoptedProject:
    """Return the project of a model in a file, saved or as code, which is called `name`.

    Of several models in a file of code it is the one that is `called` so. Raises KerasmithError
    where the file holds none, or one that no project can hold.
    """
    with answered(source, NO_MODEL, SAVED):
        try:
            found, saved = read_either(source, called)
            return _adopted(source, found, saved, name)
        except Hole as hole:
            raise KerasmithError(_refused(source, f"{hole}.")) from None


def _adopted(source: Path, found: ModelFindings, saved: SavedModel, name: str) -> AdoptedProject:
    if found.graph is None:
        raise Hole(found.why_unknown.rstrip("."))
    ends = ends_of(source, found, dict(_names(found)))
    _check_ends(found, saved, ends)
    own = own_code(found, saved, ends)
    tables = {**ends.tables, "project": {"name": suggested_project(name)}}
    for entry, encoder in zip(tables["inputs"], own.inputs, strict=True):
        entry |= encoder
    tables |= {"shared": [*own.shared], "model": own.model}
    data = {f"{ORIGINAL}/model{saved.ending}": source} if saved.ending else {}
    if data:
        tables["project"]["features"] = [*USUAL_FEATURES, ORIGINAL]
    try:
        spec = read_spec(tables)
    except KerasmithError as error:
        found_wrong = (f"{each.where}: {each.what} {each.why}" for each in error.problems)
        raise Hole(" ".join(found_wrong).rstrip(". ")) from None
    decision = decide(spec)
    planned = plan(spec, decision)
    files = render(planned)
    path = f"src/{planned.package}/model.py"
    files[path] = with_functions(files[path], own.code, {*own.functions})
    source_of(source, files[path])  # whatever a file holds, what is written is Python
    return AdoptedProject(planned, decision, files, data, tuple(ends.left_out))


_UNNAMED = re.compile(r"(input(_layer)?|dense)(_\d+)?")
"""What Keras calls the ends of a model to which nobody gives a name."""

_USUAL = {3: "photo", 2: "series", 1: "row"}
"""What an input is called then, by the axes of its shape."""


def _names(found: ModelFindings) -> Iterator[tuple[str, str]]:
    for end in found.inputs:
        if _UNNAMED.fullmatch(end.name):
            yield end.name, _USUAL.get(len(end.shape or ()), USUAL_NAMES["inputs"])
    for end in found.outputs:
        if _UNNAMED.fullmatch(end.name):
            yield end.name, USUAL_NAMES["outputs"]


def _check_ends(found: ModelFindings, saved: SavedModel, ends: ModelImport) -> None:
    """Check that inputs and outputs can be those of a project.

    Raises Hole.
    """
    for end in found.inputs:
        if end.dtype == "string":
            raise Hole(
                f"its input {end.name} is text that it splits itself, and projects do it before"
            )
    if ends.unfit:
        code_of(str(saved.config["class_name"]), saved.config["config"], "")  # of what is no code?
        raise Hole("projects know no such input or output: " + " ".join(ends.unfit).rstrip("."))


def _refused(source: Path, why: str) -> Problem:
    alone = f"kerasmith adopt {source} {source.stem}.py, which writes its code alone"
    return Problem(
        f"No project can be made of the model of {printable(source.name)}.",
        str(source),
        printable(f"{why[:1].upper()}{why[1:]}"),
        f"kerasmith inspect {source}" if is_source(source) else alone,
    )
