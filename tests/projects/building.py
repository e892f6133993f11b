"""Models of rendered projects, built with real Keras inside the test process."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import numpy as np

from kerasmith.catalogue.outputs import OutputKind
from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.specification import Spec
from tests.numbering import number_layers_anew

ROWS = 4

Batch = tuple[dict[str, Any], dict[str, Any]]


@contextmanager
def package_of(spec: Spec, *more: str) -> Iterator[dict[str, ModuleType]]:
    """Render a project and import its modules, as `imported` does."""
    with TemporaryDirectory() as folder:
        project = create(Path(folder) / spec.project.name, render(plan(spec)))
        with imported(project, spec.package, *more) as modules:
            yield modules


@contextmanager
def imported(project: Path, package: str, *more: str) -> Iterator[dict[str, ModuleType]]:
    """Import modules of a project, and forget them afterwards."""
    names = ("config", "model", *more)
    with importable(project, package):
        yield {name: importlib.import_module(f"{package}.{name}") for name in names}


@contextmanager
def importable(project: Path, package: str) -> Iterator[None]:
    """Have Python find a project's package, whatever else of its name was imported before."""
    source = str(project / "src")
    before = _taken_out(package)
    sys.path.insert(0, source)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(source)
        _taken_out(package)
        sys.modules.update(before)
        number_layers_anew()


def _taken_out(package: str) -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == package]
    return {name: sys.modules.pop(name) for name in names}


def batch_for(spec: Spec) -> Batch:
    """Return inputs and labels in the forms that the spec's kinds stand for."""
    rng = np.random.default_rng(0)
    inputs = {}
    for each in spec.inputs:
        shape = (ROWS, *each.kind.tensor_shape)
        if each.kind.dtype == "int32":
            inputs[each.name] = rng.integers(1, 3, size=shape).astype("int32")
        else:
            inputs[each.name] = rng.uniform(0, 255, shape).astype("float32")
    labels = {each.name: labels_for(each.kind, rng, spec.places(each)) for each in spec.outputs}
    return inputs, labels


def labels_for(kind: OutputKind, rng: np.random.Generator, places: tuple[int, ...] = ()) -> Any:
    """Return labels in the form that goes with the kind's head."""
    if kind.activation == "softmax":
        return rng.integers(kind.units, size=(ROWS, *places)).astype(kind.label_dtype)
    if kind.loss == "binary_crossentropy":
        return rng.integers(2, size=(ROWS, kind.units)).astype("float32")
    return rng.uniform(size=(ROWS, *places, *kind.label_shape)).astype("float32")


def as_taken(spec: Spec, named: dict[str, Any]) -> Any:
    """Return what the model takes or gives: of one input and one output arrays, else dicts."""
    return next(iter(named.values())) if plan(spec).plain else named
