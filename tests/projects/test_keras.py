"""Random specs, rendered, built and trained for one step with real Keras, which has the last word.

What is checked is read from Keras' own graph, never from the plan: see `graph.py`.
"""

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
import pytest
from hypothesis import given, settings

from kerasmith.catalogue.outputs import OutputKind
from kerasmith.decision.decide import decide
from kerasmith.plan.plan import plan
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.model import Spec
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from tests.projects.conftest import write_project
from tests.projects.graph import is_linear_stack, shared_layers
from tests.samples import samples
from tests.strategies import specs

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ROWS = 3

LOSS_OF = {
    "sigmoid": {"binary_crossentropy", "mean_squared_error"},
    "softmax": {"sparse_categorical_crossentropy"},
    "linear": {"mean_squared_error"},
}
"""The losses that fit the numbers which an activation gives."""


@contextmanager
def package_of(spec: Spec) -> Iterator[dict[str, ModuleType]]:
    """Import the modules of a rendered project, and forget them afterwards."""
    with TemporaryDirectory() as folder:
        source = str(write_project(Path(folder), spec) / "src")
        sys.path.insert(0, source)
        importlib.invalidate_caches()
        try:
            names = ("config", "model", "train")
            yield {name: importlib.import_module(f"{spec.package}.{name}") for name in names}
        finally:
            sys.path.remove(source)
            for name in [name for name in sys.modules if name.partition(".")[0] == spec.package]:
                del sys.modules[name]
            keras.backend.clear_session()


def batch_for(spec: Spec) -> tuple[dict[str, Any], dict[str, Any]]:
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
    if kind.activation == "softmax":
        return rng.integers(kind.units, size=ROWS).astype("int32")
    if kind.loss == "binary_crossentropy":
        return rng.integers(2, size=(ROWS, kind.units)).astype("float32")
    return rng.uniform(size=(ROWS, kind.units)).astype("float32")


def check(spec: Spec) -> None:
    """Build the model of a spec and hold it to everything that was promised of it."""
    planned, decision = plan(spec), decide(spec)
    with package_of(spec) as package:
        config = package["config"].Config()
        model = package["model"].build_model(config)
        serialized = keras.saving.serialize_keras_object(model)

        assert isinstance(model, keras.Sequential) == (decision.api == "sequential")
        assert is_linear_stack(serialized) == decision.linear

        kinds = {each.name: each.kind.tensor_shape for each in spec.inputs}
        assert {tensor.name: tensor.shape[1:] for tensor in model.inputs} == kinds
        dtypes = {each.name: each.kind.dtype for each in spec.inputs}
        assert {tensor.name: tensor.dtype for tensor in model.inputs} == dtypes
        heads = {each.name: model.get_layer(each.name) for each in spec.outputs}
        for each in spec.outputs:
            assert heads[each.name].output.shape == (None, each.kind.units)

        assert model.count_params() == planned.parameters
        for encoder in planned.encoders:
            prefix = f"{encoder.stem}_"
            parts = [layer for layer in model.layers if layer.name.startswith(prefix)]
            assert sum(part.count_params() for part in parts) == encoder.parameters, encoder

        if spec.shared:
            assert {f"{e.stem}_encoder" for e in planned.encoders if len(e.inputs) > 1} <= (
                shared_layers(serialized)
            )

        inputs, labels = batch_for(spec)
        unwrap = isinstance(model, keras.Sequential)
        x = inputs[spec.inputs[0].name] if unwrap else inputs
        y = labels[spec.outputs[0].name] if unwrap else labels

        package["train"].compile_model(model, config)
        model.run_eagerly = True
        for each in spec.outputs:
            loss = model.loss if unwrap else model.loss[each.name]
            assert loss in LOSS_OF[heads[each.name].activation.__name__]
        results = model.train_on_batch(x, y, return_dict=True)
        assert np.isfinite(list(results.values())).all(), results

        with TemporaryDirectory() as folder:
            model.save(Path(folder) / "model.keras")
            reloaded = keras.models.load_model(Path(folder) / "model.keras")
        expected, given_ = model(x), reloaded(x)
        for name in [""] if unwrap else list(expected):
            one, other = (expected, given_) if unwrap else (expected[name], given_[name])
            np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-4, atol=1e-5)


@settings(max_examples=samples(20, 150))
@given(spec=specs(most=4, free_text=False))
def test_keras_agrees_with_the_decision_on_any_spec(spec: Spec) -> None:
    check(spec)


@pytest.mark.parametrize("api", ["auto", "functional"])
@pytest.mark.parametrize("recipe", recipe_names())
def test_keras_agrees_with_the_decision_on_recipes(recipe: str, api: str) -> None:
    check(spec_from_flags(Flags(api=api), load_recipe(recipe).tables))


@pytest.mark.parametrize("height", [1, 2, 3, 5, 8, 28, 64])
@pytest.mark.parametrize("encoder", ["", "=mlp", "=resnet"])
def test_default_knobs_fit_any_size(height: int, encoder: str) -> None:
    photo = f"photo:image:{height}x{height + 3}x3{encoder}"
    check(spec_from_flags(Flags(name="pets", inputs=[photo], outputs=["breed:category:3"])))


def test_the_two_forms_of_a_stack_hold_the_same_weights() -> None:
    tables = load_recipe("digits").tables
    shapes = []
    for api in ("sequential", "functional"):
        spec = spec_from_flags(Flags(api=api), tables)
        with package_of(spec) as package:
            model = package["model"].build_model(package["config"].Config())
            shapes.append([(w.path.split("/")[-2:], tuple(w.shape)) for w in model.weights])
    assert shapes[0] == shapes[1]


def test_the_oracle_tells_a_branch_inside_a_nested_model() -> None:
    given_ = keras.Input((4,))
    branched = keras.layers.Add()([keras.layers.Dense(4)(given_), given_])
    nested = keras.Model(given_, branched)
    model = keras.Sequential([keras.Input((4,)), nested, keras.layers.Dense(1)])
    assert not is_linear_stack(keras.saving.serialize_keras_object(model))
    straight = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    assert is_linear_stack(keras.saving.serialize_keras_object(straight))
