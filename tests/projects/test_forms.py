"""Every recipe that is a linear stack, in both forms: one model, written in two ways."""

from collections.abc import Iterator
from typing import Any

import keras
import numpy as np
import pytest

from kerasmith.decision.apply_rules import decide
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from tests.projects.building import as_taken, batch_for, package_of

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

STACKS = [name for name in recipe_names() if decide(load_recipe(name).spec).linear]


def in_form(recipe: str, api: str) -> Spec:
    """Return the spec of a recipe that asks for an API."""
    return spec_from_flags(Flags(api=api), load_recipe(recipe).tables)


def built(spec: Spec, seed: int) -> keras.Model:
    """Return the model of a spec with random weights."""
    keras.utils.set_random_seed(seed)
    with package_of(spec) as package:
        return package["model"].build_model(package["config"].Config())


def both_forms(recipe: str) -> tuple[keras.Model, keras.Model]:
    """Return the Sequential and the Functional of a recipe, with different weights."""
    sequential = built(in_form(recipe, "sequential"), seed=1)
    functional = built(in_form(recipe, "functional"), seed=2)
    return sequential, functional


def with_weights(model: keras.Model) -> Iterator[tuple[str, keras.Layer]]:
    """Yield the name of each layer that has weights, and the layer, in the order of the data."""
    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from with_weights(layer)
        elif layer.weights:
            yield layer.name, layer


def predicted(model: keras.Model, spec: Spec) -> np.ndarray:
    """Return what a model says of the examples of a batch."""
    inputs, _ = batch_for(spec)
    (given,) = spec.inputs
    if given.kind.kind in ("table", "series"):
        inputs[given.name] /= 255  # large numbers would saturate the head, whatever the weights
    answers: Any = model(as_taken(spec, inputs), training=False)
    return np.asarray(answers[spec.outputs[0].name] if isinstance(answers, dict) else answers)


def test_there_are_stacks_and_each_is_written_in_two_forms() -> None:
    assert {"digits", "feedforward", "sentiment"} <= set(STACKS)
    sequential, functional = both_forms("feedforward")
    assert isinstance(sequential, keras.Sequential)
    assert not isinstance(functional, keras.Sequential)


@pytest.mark.parametrize("recipe", STACKS)
def test_the_two_forms_of_a_stack_hold_the_same_weights(recipe: str) -> None:
    sequential, functional = both_forms(recipe)
    assert sequential.count_params() == functional.count_params()
    shapes = [
        [(name, [weight.shape for weight in layer.weights]) for name, layer in with_weights(model)]
        for model in (sequential, functional)
    ]
    assert shapes[0] == shapes[1]
    assert sum(len(of_layer) for _, of_layer in shapes[0]) == len(sequential.weights)


@pytest.mark.parametrize("recipe", STACKS)
def test_with_weights_carried_over_by_name_the_two_forms_predict_the_same(recipe: str) -> None:
    spec = in_form(recipe, "sequential")
    sequential, functional = both_forms(recipe)
    expected = predicted(sequential, spec)
    assert not np.allclose(predicted(functional, spec), expected)

    target = dict(with_weights(functional))
    for name, layer in with_weights(sequential):
        target[name].set_weights(layer.get_weights())

    np.testing.assert_allclose(predicted(functional, spec), expected, rtol=1e-6)
