"""Models of rendered projects, built with real Keras inside the test process."""

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import Any

import keras
import numpy as np

from kerasmith.catalogue.outputs import OutputKind
from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.specification import Spec

ROWS = 4

Batch = tuple[dict[str, Any], dict[str, Any]]


@contextmanager
def package_of(spec: Spec) -> Iterator[dict[str, ModuleType]]:
    """Import the modules of a rendered project, and forget them afterwards."""
    with TemporaryDirectory() as folder:
        source = str(create(Path(folder) / spec.project.name, render(plan(spec))) / "src")
        sys.path.insert(0, source)
        importlib.invalidate_caches()
        try:
            names = ("config", "model", "train")
            yield {name: importlib.import_module(f"{spec.package}.{name}") for name in names}
        finally:
            sys.path.remove(source)
            for name in [name for name in sys.modules if name.partition(".")[0] == spec.package]:
                del sys.modules[name]
            keras.utils.clear_session(free_memory=False)


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
    labels = {each.name: labels_for(each.kind, rng) for each in spec.outputs}
    return inputs, labels


def labels_for(kind: OutputKind, rng: np.random.Generator) -> Any:
    """Return labels in the form that goes with the kind's head."""
    if kind.activation == "softmax":
        return rng.integers(kind.units, size=ROWS).astype("int32")
    if kind.loss == "binary_crossentropy":
        return rng.integers(2, size=(ROWS, kind.units)).astype("float32")
    return rng.uniform(size=(ROWS, kind.units)).astype("float32")


def as_taken(model: keras.Model, named: dict[str, Any]) -> Any:
    """Return what the model takes or gives: a Sequential one tensor, others a dict of them."""
    return next(iter(named.values())) if isinstance(model, keras.Sequential) else named
