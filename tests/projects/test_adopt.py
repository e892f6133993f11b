"""Models that real Keras saves, written as code: what that builds is equal, bit by bit."""

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, ops

from kerasmith.adopting.adopt_project import adopt_project
from kerasmith.adopting.adopted import adopt
from kerasmith.errors import KerasmithError
from kerasmith.project.create import create
from kerasmith.saved_model.findings import inspect_model
from kerasmith.source_code.inspect_source import inspect_source
from tests.adopted_models import (
    ADOPTED,
    activation_behind,
    given,
    heads_apart,
    picture_and_table,
    shared_vectors,
)
from tests.isomorphic import form
from tests.projects.building import importable
from tests.projects.conftest import Run
from tests.projects.test_inspect_models import SMALLEST
from tests.samples import full_samples

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def regularised() -> keras.Model:
    x = image = given(8, name="image")
    x = layers.Dense(
        4, "relu", kernel_initializer="he_normal", kernel_regularizer=keras.regularizers.L2(0.01)
    )(x)
    return keras.Model(image, layers.Dense(2, "softmax", name="class")(x))


def shared_with_operators() -> keras.Model:
    one, other, twin = given(8), given(8), layers.Dense(4)
    apart = ops.abs(twin(one) - twin(other)) * 2 + 1
    return keras.Model([one, other], layers.Dense(1)(apart))


def several_outputs() -> keras.Model:
    steps = given(6, 3)
    last, h, c = layers.LSTM(4, return_state=True)(steps)
    every = layers.LSTM(4, return_sequences=True)(steps, initial_state=[h, c])
    ends = [layers.Dense(1)(last), layers.TimeDistributed(layers.Dense(2))(every)]
    return keras.Model(steps, ends)


def attention() -> keras.Model:
    x = steps = given(6, 3)
    x = layers.Bidirectional(layers.GRU(4, return_sequences=True), merge_mode="sum")(x)
    x = layers.MultiHeadAttention(2, 4)(x, x)
    return keras.Model(steps, layers.GlobalMaxPooling1D()(x + x[:, :1]))


def shared_model_and_dicts() -> keras.Model:
    inner = keras.Sequential([given(8), layers.Dense(4), layers.BatchNormalization()], name="inner")
    p, q = given(8, name="p"), given(8, name="q")
    o = layers.Dense(1, name="o")(layers.concatenate([inner(p), inner(q)]))
    return keras.Model({"p": p, "q": q}, {"o": o})


def stack_of_images() -> keras.Model:
    return keras.Sequential(
        [
            given(8, 8, 3),
            layers.Rescaling(1 / 255),
            layers.RandomFlip("horizontal"),
            layers.Conv2D(4, 3, 2, padding="same", use_bias=False),
            layers.LeakyReLU(negative_slope=0.1),
            layers.DepthwiseConv2D(3),
            layers.SpatialDropout2D(0.1),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def masked_text() -> keras.Model:
    words = given(5, dtype="int32")
    x = layers.Embedding(20, 8, mask_zero=True)(words)
    return keras.Model(words, layers.Dense(1, dtype="float32")(layers.LSTM(4)(x)))


def other_convolutions() -> keras.Model:
    x = image = given(8, 8, 2)
    x = layers.SeparableConv2D(4, 3)(x)
    x = layers.Conv2DTranspose(3, 3, strides=2)(x)
    x = ops.mean(layers.Resizing(4, 4)(x), axis=(1, 2))
    return keras.Model(image, ops.softmax(x))


def adapted() -> keras.Model:
    normalization = layers.Normalization()
    normalization.adapt(np.random.default_rng(0).normal(size=(10, 4)))
    row = given(4)
    return keras.Model(row, layers.Dense(2)(normalization(row)))


def pieces() -> keras.Model:
    row = given(4)
    x = layers.Dense(4)(row)
    one, other = ops.split(x, 2, axis=-1)
    return keras.Model(row, [one, other, ops.reshape(x, (-1, 2, 2))])


def models_in_a_row() -> keras.Model:
    a, b, c = given(6), given(3), given(6)
    encoder = keras.Model(a, layers.Dense(3)(a), name="encoder")
    decoder = keras.Model(b, layers.Dense(6)(b), name="decoder")
    return keras.Model(c, decoder(encoder(c)), name="auto")


def cells() -> keras.Model:
    steps = given(10, 4)
    cell = layers.StackedRNNCells([layers.LSTMCell(3), layers.GRUCell(2)])
    return keras.Model(steps, layers.RNN(cell)(steps))


MODELS: list[Callable[[], keras.Model]] = [
    regularised,
    shared_with_operators,
    several_outputs,
    attention,
    shared_model_and_dicts,
    stack_of_images,
    masked_text,
    other_convolutions,
    adapted,
    pieces,
    models_in_a_row,
    cells,
]


def rows(model: keras.Model, count: int) -> list[Any]:
    random = np.random.default_rng(0)
    found = []
    for tensor in model.inputs:
        shape = (count, *tensor.shape[1:])
        if "int" in tensor.dtype:
            found.append(random.integers(0, 5, shape).astype(tensor.dtype))
        else:
            found.append(random.normal(size=shape).astype("float32"))
    return found


def outputs(model: keras.Model, inputs: list[Any]) -> list[Any]:
    taken: Any = inputs if len(inputs) > 1 else inputs[0]
    if len(inputs) > 1 and isinstance(model.input, dict):
        taken = dict(zip(sorted(model.input), inputs, strict=True))
    return [np.array(each) for each in keras.tree.flatten(model(taken, training=False))]


def check(model: keras.Model, folder: Path, count: int) -> None:
    """Save a model, write its code, build that, load the weights, and compare."""
    path, code = folder / "model.keras", folder / "adopted.py"
    model.save(path)
    code.write_text(adopt(path).text, encoding="utf-8")
    names: dict[str, Any] = {}
    exec(compile(code.read_text("utf-8"), "adopted.py", "exec"), names)
    built = names["build_model"]()
    built.load_weights(path)
    inputs = rows(model, count)
    for one, other in zip(outputs(model, inputs), outputs(built, inputs), strict=True):
        assert np.array_equal(one, other)
    kept = {each.name for each in built.layers if isinstance(each, keras.Layer)}
    assert kept >= {each.name for each in model.layers if isinstance(each, keras.Layer)}
    before, after = inspect_model(path), inspect_source(code, "build_model")
    assert before.graph is not None
    assert after.graph is not None, after.why_unknown
    assert form(after.graph) == form(before.graph)
    keras.utils.clear_session(free_memory=False)


@pytest.mark.parametrize("build", MODELS)
def test_outputs_are_bit_equal(build: Callable[[], keras.Model], tmp_path: Path) -> None:
    check(build(), tmp_path, 200)


# === Projects ===


def stack_of_numbers() -> keras.Model:
    x = row = given(6, name="person")
    x = layers.Dense(8, "relu")(x)
    return keras.Model(row, layers.Dense(1, name="price")(layers.Dropout(0.1)(x)))


def padded_text() -> keras.Model:
    words = given(30, dtype="int32", name="words")
    x = layers.Embedding(50, 8, mask_zero=True)(words)
    x = layers.Bidirectional(layers.GRU(4))(x)
    return keras.Model(words, layers.Dense(1, "sigmoid", name="positive")(x))


def shortcuts() -> keras.Model:
    x = image = given(16, 16, 3, name="image")
    for _ in range(2):
        x = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
        y = layers.BatchNormalization()(x)
        x = layers.Activation("relu")(layers.Add()([x, y]))
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(5, "softmax")(x))


def transferred() -> keras.Model:
    base = keras.Sequential(
        [given(16, 16, 3), layers.Conv2D(4, 3), layers.BatchNormalization(), layers.Flatten()],
        name="base",
    )
    base.trainable = False
    image = given(16, 16, 3)
    x = base(layers.Rescaling(1 / 127.5, offset=-1)(image), training=False)
    return keras.Model(image, layers.Dense(3, "softmax")(layers.Dropout(0.2)(x)))


def two_heads() -> keras.Model:
    image = given(12, 12, 3, name="photo")
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(4, 3)(image))
    kind, age = layers.Dense(3, "softmax", name="kind")(x), layers.Dense(3, name="age")(x)
    return keras.Model(image, [kind, age])


PROJECTS: list[Callable[[], keras.Model]] = [
    stack_of_numbers,
    padded_text,
    shortcuts,
    transferred,
    two_heads,
]


@contextmanager
def modules_of(folder: Path) -> Iterator[Callable[[str], Any]]:
    """Import modules of a project, and forget them afterwards."""
    package = next((folder / "src").iterdir()).name
    with importable(folder, package):
        yield lambda name: importlib.import_module(f"{package}.{name}")


def adopted(path: Path, folder: Path, count: int) -> tuple[float, int, int]:
    """Make a project of a saved model.

    Return how far its predictions differ from the model's on so many rows, and its parameters, as
    Keras counts them and as its plan does.
    """
    found = adopt_project(path, "adopted")
    create(folder, found.files, found.data)
    with modules_of(folder) as module:
        config = replace(
            module("config").Config(),
            data_dir=folder / "data",
            run_dir=folder / "runs",
            original_dir=folder / "original",
        )
        fitted = [each.fitted for each in found.plan.inputs]
        if any([*fitted, *(each.fitted for each in found.plan.outputs)]):
            module("sample").write_sample(config)
        module("original").NUM_ROWS = count
        difference = module("original").take_weights(config)
        parameters = module("model").build_model(config).count_params()
    return difference, parameters, found.plan.parameters


def saved(model: keras.Model, path: Path) -> Path:
    """Save a model with weights that matter; what learned from data has its own."""
    rng = np.random.default_rng(1)
    if layers.Normalization not in {type(each) for each in model.layers}:
        model.set_weights([rng.uniform(0.01, 0.3, each.shape) for each in model.get_weights()])
    model.save(path)
    keras.utils.clear_session(free_memory=False)
    return path


REFUSED = {
    several_outputs: "gives more than one row of numbers",
    other_convolutions: "shape 8×8×2",
    pieces: "nor in one whose shape is known",
}
"""What no project can hold: an answer for each step, pixels with two channels, open pieces."""

EVERY = [*ADOPTED, *PROJECTS, *(each for each in MODELS if each not in REFUSED)]
SOME = [picture_and_table, shared_vectors, heads_apart, activation_behind, padded_text, transferred]


@pytest.mark.full
@pytest.mark.parametrize("build", EVERY if full_samples() else SOME)
def test_a_project_predicts_what_the_saved_model_predicts(
    build: Callable[[], keras.Model], tmp_path: Path
) -> None:
    path = saved(build(), tmp_path / "model.keras")
    difference, parameters, planned = adopted(path, tmp_path / "adopted", 200)
    assert difference == 0
    assert parameters == planned


@pytest.mark.full
@pytest.mark.parametrize("build", PROJECTS if full_samples() else [shortcuts])
def test_so_does_a_project_of_an_older_file(
    build: Callable[[], keras.Model], tmp_path: Path
) -> None:
    path = saved(build(), tmp_path / "model.h5")
    if build is padded_text:  # Keras reads no mask from its own old files
        with pytest.raises(ValueError, match="NotEqual"):
            adopted(path, tmp_path / "adopted", 200)
        return
    difference, parameters, planned = adopted(path, tmp_path / "adopted", 200)
    assert difference == 0
    assert parameters == planned


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")
@pytest.mark.parametrize("build", [heads_apart, shortcuts])
def test_a_project_passes_its_own_tests(
    build: Callable[[], keras.Model], tmp_path: Path, run: Run
) -> None:
    found = adopt_project(saved(build(), tmp_path / "model.keras"), "adopted")
    folder = create(tmp_path / "adopted", found.files, found.data)
    run(folder, "pytest", "-q", "-p", "no:cacheprovider")


LARGER = {"inception_resnet_v2": 75, "inception_v3": 75, "nasnet": 224, "xception": 71}
"""Families that take no smaller images."""


@pytest.mark.full
@pytest.mark.parametrize("family", [*SMALLEST] if full_samples() else ["mobilenet"])
def test_families_of_applications_become_projects(family: str, tmp_path: Path) -> None:
    side = LARGER.get(family, 64)
    build = getattr(keras.applications, SMALLEST[family])
    path = tmp_path / "model.keras"
    build(weights=None, classes=10, input_shape=(side, side, 3)).save(path)
    keras.utils.clear_session(free_memory=False)
    difference, parameters, planned = adopted(path, tmp_path / "adopted", 16)
    assert difference == 0
    assert parameters == planned


@pytest.mark.parametrize("build", REFUSED)
def test_the_rest_is_refused_with_the_reason(
    build: Callable[[], keras.Model], tmp_path: Path
) -> None:
    build().save(tmp_path / "model.keras")
    with pytest.raises(KerasmithError) as error:
        adopt_project(tmp_path / "model.keras", "adopted")
    assert REFUSED[build] in error.value.problems[0].why


def test_95_of_a_hundred_are_adopted() -> None:
    count = len(EVERY) + len(SMALLEST)
    assert count / (count + len(REFUSED)) >= 0.95


SAVED = Path(__file__).parents[1] / "saved_models"


@pytest.mark.parametrize("name", ["stack", "pair"])
def test_models_of_keras_2_are_built_and_take_their_weights(name: str) -> None:
    path = SAVED / f"{name}-2.21.0.h5"  # Keras 3 itself loads neither
    names: dict[str, Any] = {}
    exec(compile(adopt(path).text, "adopted.py", "exec"), names)
    built = names["build_model"]()
    before = [np.array(each) for each in built.get_weights()]
    built.load_weights(path)
    assert any(not np.array_equal(*pair) for pair in zip(before, built.get_weights(), strict=True))
    assert len(outputs(built, rows(built, 3))) == len(built.outputs)


def test_code_in_a_model_is_refused(tmp_path: Path) -> None:
    row = given(4)
    model = keras.Model(row, layers.Lambda(lambda x: x * 2)(row))
    model.save(tmp_path / "model.keras")
    with pytest.raises(KerasmithError) as error:
        adopt(tmp_path / "model.keras")
    assert "Lambda holds Python code" in error.value.problems[0].why
