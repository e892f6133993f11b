"""Models that real Keras builds and saves, read without Keras; its own graph has the last word.

The oracles are `graph.py`, which reads the configuration that Keras serializes, the model's own
`inputs`, `outputs` and `count_params`, and `keras.Sequential` itself, which takes the layers of a
stack and refuses others.
"""

import pkgutil
from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, ops

from kerasmith.saved_model.findings import ModelFindings, inspect_model
from tests.projects.graph import is_linear_stack, shared_layers
from tests.samples import full_samples

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Builder = Callable[[], keras.Model]


def read(model: keras.Model, folder: Path, ending: str = ".keras") -> ModelFindings:
    """Save a model and inspect the file."""
    model.save(folder / f"model{ending}")
    return inspect_model(folder / f"model{ending}")


def check(model: keras.Model, found: ModelFindings) -> None:
    """Hold what was found to what Keras says of its own model."""
    serialized = keras.saving.serialize_keras_object(model)
    assert found.structure is not None
    assert found.graph is not None
    assert found.version == keras.__version__
    assert [end.name for end in found.inputs] == names(model.inputs)
    assert [end.shape for end in found.inputs] == [t.shape[1:] for t in model.inputs]
    assert [end.name for end in found.outputs] == names(model.outputs)
    for end, tensor in zip(found.outputs, model.outputs, strict=True):
        assert end.shape in (None, tensor.shape[1:])
    assert set(found.against.shared) == shared_layers(serialized)
    assert found.structure.linear == is_linear_stack(serialized)
    if found.uncounted:
        assert found.parameters is not None
        assert found.parameters <= model.count_params()
    else:
        assert found.parameters == model.count_params()


def names(tensors: list[keras.KerasTensor]) -> list[str]:
    """Return the names of the layers that tensors come from."""
    return [tensor._keras_history.operation.name for tensor in tensors]


def stacks(model: keras.Model) -> bool:
    """Say whether a Sequential takes the layers of a model, weights and all, and gives the same."""
    own = [layer for layer in model.layers if not isinstance(layer, layers.InputLayer)]
    (tensor,) = model.inputs
    given = np.random.default_rng(0).integers(0, 9, (3, *tensor.shape[1:])).astype(tensor.dtype)
    try:
        stack = keras.Sequential([layers.InputLayer(batch_shape=tensor.shape), *own])
        found = stack(given)
    except (ValueError, TypeError, AttributeError):
        return False
    wanted = model(given)
    alike = [np.shape(each) for each in tf.nest.flatten([found])]
    return alike == [np.shape(each) for each in tf.nest.flatten([wanted])] and all(
        np.allclose(one, other, atol=1e-5)
        for one, other in zip(tf.nest.flatten(found), tf.nest.flatten(wanted), strict=True)
    )


# === Small models, one for each thing that can stand in the way ===


def image() -> keras.KerasTensor:
    return keras.Input((8, 8, 1), name="image")


def straight() -> keras.Model:
    given = image()
    x = layers.Conv2D(4, 3, activation="relu")(layers.Rescaling(1 / 255)(given))
    x = layers.BatchNormalization()(layers.DepthwiseConv2D(2)(x))
    x = layers.Flatten()(layers.SeparableConv2D(3, 2)(x))
    return keras.Model(given, layers.Dense(10, activation="softmax", name="digit")(x))


def recurrent() -> keras.Model:
    given = keras.Input((5,), dtype="int32", name="words")
    x = layers.Embedding(50, 6)(given)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True))(x)
    x = layers.TimeDistributed(layers.Dense(3))(layers.LayerNormalization()(x))
    x = layers.SimpleRNN(3)(layers.GRU(4, return_sequences=True)(x))
    return keras.Model(given, layers.Dense(1, activation="sigmoid")(x))


def siamese() -> keras.Model:
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    twin = layers.Dense(4, name="twin")
    apart = ops.absolute(twin(left) - twin(right))
    return keras.Model(
        {"left": left, "right": right}, {"same": layers.Dense(1, name="same")(apart)}
    )


def residual() -> keras.Model:
    given = keras.Input((8,))
    x = layers.Add()([given, layers.Dense(8)(given)])
    return keras.Model(given, layers.Dense(2)(x))


def attending() -> keras.Model:
    given = keras.Input((5, 4))
    x = layers.MultiHeadAttention(2, 3)(query=given, value=given, use_causal_mask=True)
    return keras.Model(given, layers.Dense(2)(x))


def two_heads() -> keras.Model:
    given = image()
    x = layers.Flatten()(given)
    return keras.Model(given, [layers.Dense(3, name="breed")(x), layers.Dense(1, name="age")(x)])


def with_its_state() -> keras.Model:
    given = keras.Input((5, 3))
    x, state = layers.GRU(4, return_state=True)(given)
    return keras.Model(given, layers.Concatenate()([layers.Dense(2)(x), state]))


def used_twice() -> keras.Model:
    given = keras.Input((8,))
    again = layers.Dense(8)
    return keras.Model(given, again(again(given)))


def sequential() -> keras.Model:
    stack = [keras.Input((6,)), layers.Dense(4, use_bias=False), layers.PReLU(), layers.Dense(2)]
    return keras.Sequential(stack)


def of_stacks() -> keras.Model:
    given = keras.Input((6,), name="given")
    first = keras.Sequential([keras.Input((6,)), layers.Dense(4), layers.Dropout(0.1)])
    return keras.Model(given, keras.Sequential([layers.Dense(3), layers.Dense(2)])(first(given)))


def two_apart() -> keras.Model:
    left, right = keras.Input((8,), name="left"), keras.Input((8,), name="right")
    return keras.Model([left, right], [layers.Dense(1)(left), layers.Dense(1)(right)])


@keras.saving.register_keras_serializable()
class OwnSteps(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A Functional model with a training step of its own."""

    def train_step(self, data: object) -> dict[str, object]:
        return {}


def with_own_steps() -> keras.Model:
    given = keras.Input((6,))
    return OwnSteps(given, layers.Dense(2)(given))


SMALL = [
    straight,
    recurrent,
    siamese,
    residual,
    attending,
    two_heads,
    with_its_state,
    used_twice,
    sequential,
    of_stacks,
    two_apart,
    with_own_steps,
]


@pytest.mark.parametrize("build", SMALL, ids=lambda build: build.__name__)
def test_keras_agrees(build: Builder, tmp_path: Path) -> None:
    model = build()
    found = read(model, tmp_path)
    check(model, found)
    assert not found.uncounted
    assert found.structure is not None
    if len(model.inputs) == 1:
        assert found.structure.linear == stacks(model)


@pytest.mark.parametrize("build", [straight, siamese, residual, sequential, two_heads])
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_the_old_hdf5_form_tells_the_same(build: Builder, tmp_path: Path) -> None:
    model = build()
    found, old = read(model, tmp_path), read(model, tmp_path, ".h5")
    assert old.structure == found.structure
    assert [end.shape for end in old.outputs] == [end.shape for end in found.outputs]
    assert old.parameters == model.count_params()


def test_a_folder_tells_the_same(tmp_path: Path) -> None:
    model = residual()
    model.save(tmp_path / "unzipped", zipped=False)
    assert inspect_model(tmp_path / "unzipped").structure == read(model, tmp_path).structure


@pytest.mark.parametrize("api", ["functional", "sequential"])
def test_a_model_inside_counts_as_one_layer_as_a_sequential_counts_it(
    api: str, tmp_path: Path
) -> None:
    inner = residual()
    end = layers.Dense(3)
    given = keras.Input((8,))
    model = (
        keras.Sequential([given, inner, end])
        if api == "sequential"
        else keras.Model(given, end(inner(given)))
    )
    found = read(model, tmp_path)
    assert found.structure is not None
    assert found.structure.linear == stacks(model) is True
    assert any(f"{inner.name} is a model of 3 layers" in note for note in found.notes)
    assert found.parameters == model.count_params()


@pytest.mark.parametrize("states", [False, True])
def test_a_state_that_nobody_takes_stands_against_a_sequential(
    states: bool, tmp_path: Path
) -> None:
    given = keras.Input((5, 3))
    x = layers.LSTM(4, return_state=states)(given)
    model = keras.Model(given, layers.Dense(1)(x[0] if states else x))
    found = read(model, tmp_path)
    assert found.structure is not None
    assert found.structure.linear == stacks(model) == (not states)


def test_an_operator_counts_as_a_layer(tmp_path: Path) -> None:
    given = keras.Input((8,))
    model = keras.Model(given, layers.Dense(2)(ops.relu(layers.Dense(4)(given) * 2)))
    found = read(model, tmp_path)
    check(model, found)
    assert found.structure is not None
    assert found.structure.linear
    assert "multiply and relu are operators" in found.notes[0]


@keras.saving.register_keras_serializable()
class Subclassed(keras.Model):  # type: ignore[misc]  # Keras ships no types
    """A model whose graph is Python code."""

    def __init__(self, **more: object) -> None:
        super().__init__(**more)
        self.head = layers.Dense(2)

    def call(self, given: object) -> object:
        return self.head(given)


def test_a_subclassed_model_is_never_guessed(tmp_path: Path) -> None:
    model = Subclassed()
    model(np.zeros((1, 3)))
    found = read(model, tmp_path)
    assert found.structure is None
    assert "Subclassed is a subclassed model" in found.why_unknown


# === All families of keras.applications ===

SMALLEST = {
    "convnext": "ConvNeXtTiny",
    "densenet": "DenseNet121",
    "efficientnet": "EfficientNetB0",
    "efficientnet_v2": "EfficientNetV2B0",
    "inception_resnet_v2": "InceptionResNetV2",
    "inception_v3": "InceptionV3",
    "mobilenet": "MobileNet",
    "mobilenet_v2": "MobileNetV2",
    "mobilenet_v3": "MobileNetV3Small",
    "nasnet": "NASNetMobile",
    "resnet": "ResNet50",
    "resnet_v2": "ResNet50V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}
"""The smallest model of each family: a module of `keras.src.applications`."""

STACKS = {"mobilenet", "vgg16", "vgg19"}


def families() -> list[str]:
    """Return the families to build: three in `make test`, the others in `make test-all`."""
    few = ["convnext", "mobilenet", "mobilenet_v2"]
    return sorted({*SMALLEST} - {*few}) if full_samples() else few


def test_no_family_is_left_out() -> None:
    import keras.src.applications as applications

    modules = {each.name for each in pkgutil.iter_modules(applications.__path__)}
    helpers = {"imagenet_utils"}
    assert {name for name in modules - helpers if not name.endswith("_test")} == set(SMALLEST)


@pytest.mark.full
@pytest.mark.parametrize("family", families())
def test_a_family_of_applications_is_read(family: str, tmp_path: Path) -> None:
    build = getattr(keras.applications, SMALLEST[family])
    model = build(weights=None, include_top=False, pooling="avg", input_shape=(96, 96, 3))
    found = read(model, tmp_path)
    (tmp_path / "model.keras").unlink()
    keras.utils.clear_session(free_memory=False)

    check(model, found)
    assert found.structure is not None
    assert found.structure.linear == (family in STACKS)
    assert found.uncounted == ()
