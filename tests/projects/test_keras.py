"""Random specs, rendered, built and trained for one step with real Keras, which has the last word.

What is checked is read from Keras' own graph, never from the plan: see `graph.py`. A spec whose
keys are right is either refused for a reason of `decision/refusals.py`, or its model must build;
how often each reason came up is told at the end of the run.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import Phase, given, seed, settings

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Forecast
from kerasmith.decision.apply_rules import Decision, decide
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import Plan
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Output, Spec
from kerasmith.testing.random_specs import Tables, legal, tables_of_specs
from tests.numbering import number_layers_anew
from tests.projects.building import Batch, as_taken, batch_for, imported, package_of
from tests.projects.clean import assert_project_clean
from tests.projects.conftest import write_project
from tests.projects.graph import is_linear_stack, shared_layers
from tests.samples import full_samples, refused, samples

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.long(300),
]

LOSS_OF = {
    "sigmoid": {"binary_crossentropy", "mean_squared_error"},
    "softmax": {"sparse_categorical_crossentropy"},
    "linear": {"mean_squared_error"},
}
"""The losses that fit the numbers which an activation gives."""


# === What is checked ===


def check(spec: Spec) -> None:
    """Build the model of a spec and hold it to everything that was promised of it."""
    with TemporaryDirectory() as folder:
        check_project(write_project(Path(folder), spec), spec)


def check_project(project: Path, spec: Spec) -> None:
    """Do that with the project that was written for the spec."""
    planned, decision, batch = plan(spec), decide(spec), batch_for(spec)
    with imported(project, spec.package) as package:
        config = package["config"].Config()
        model = package["model"].build_model(config)
        check_graph(model, spec, decision)
        check_sizes(model, spec, planned)
        check_saving(model, spec, batch)
        check_training(model, spec, batch)
        for encoder in planned.encoders:
            if len(encoder.inputs) > 1:
                check_sharing(model, f"{encoder.stem}_encoder", encoder.inputs, batch)


def check_graph(model: keras.Model, spec: Spec, decision: Decision) -> None:
    """Keras' own graph is a linear stack exactly when that was decided; its class is the API."""
    serialized = keras.saving.serialize_keras_object(model)
    assert isinstance(model, keras.Sequential) == (decision.api == "sequential")
    assert is_linear_stack(serialized) == decision.linear
    assert len(shared_layers(serialized)) == len(spec.shared)


def check_sizes(model: keras.Model, spec: Spec, planned: Plan) -> None:
    """Names, shapes and dtypes are the spec's, the parameters of each part the plan's."""
    shapes = {each.name: each.kind.tensor_shape for each in spec.inputs}
    assert {tensor.name: tensor.shape[1:] for tensor in model.inputs} == shapes
    dtypes = {each.name: each.kind.dtype for each in spec.inputs}
    assert {tensor.name: tensor.dtype for tensor in model.inputs} == dtypes
    for each in spec.outputs:
        shape = (None, *spec.places(each), each.kind.units)
        if quantiles := quantiles_of(each):
            shape = (None, *each.kind.label_shape, len(quantiles))
        assert model.get_layer(each.name).output.shape == shape

    assert model.count_params() == planned.parameters
    for encoder in planned.encoders:
        prefix = f"{encoder.stem}_"
        parts = [layer for layer in model.layers if layer.name.startswith(prefix)]
        assert sum(part.count_params() for part in parts) == encoder.parameters, encoder


def quantiles_of(output: Output) -> tuple[float, ...]:
    """Return the quantiles that an output gives in the place of single numbers."""
    return output.kind.quantiles if isinstance(output.kind, Forecast) else ()


def check_saving(model: keras.Model, spec: Spec, batch: Batch) -> None:
    """What is loaded again predicts the same."""
    given_ = as_taken(spec, batch[0])
    with TemporaryDirectory() as folder:
        model.save(Path(folder) / "model.keras")
        reloaded = keras.models.load_model(Path(folder) / "model.keras", compile=False)
    expected, found = tf.nest.flatten(model(given_)), tf.nest.flatten(reloaded(given_))
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-4, atol=1e-5)


def check_training(model: keras.Model, spec: Spec, batch: Batch) -> None:
    """Loss, activation and labels agree for each head, and every weight gets a gradient."""
    inputs, labels = (as_taken(spec, named) for named in batch)
    for each in spec.outputs:
        loss = model.loss[each.name] if isinstance(model.loss, dict) else model.loss
        if quantiles_of(each):
            assert loss.name == "pinball_loss"
            continue
        if each.kind.answers is Extent.BOTTLENECK:
            assert loss == "mean_absolute_error"  # from 0, what a normal row should have
            continue
        name = loss if isinstance(loss, str) else loss.name  # of one that takes arguments
        assert name in LOSS_OF[model.get_layer(each.name).activation.__name__]

    with tf.GradientTape() as tape:
        predictions = model(inputs, training=True)
        loss = model.compute_loss(inputs, labels, predictions)
    gradients = tape.gradient(loss, [weight.value for weight in model.trainable_weights])
    assert np.isfinite(float(loss))
    for weight, gradient in zip(model.trainable_weights, gradients, strict=True):
        assert gradient is not None, weight.path
        assert np.isfinite(tf.convert_to_tensor(gradient)).all(), weight.path

    metrics = model.compute_metrics(inputs, labels, predictions)
    named = {each.name for each in spec.outputs}
    heard = {name for name in named for metric in metrics if metric.startswith(f"{name}_")}
    assert len(spec.outputs) == 1 or heard == named
    assert np.isfinite([float(value) for value in metrics.values()]).all(), metrics


def check_sharing(model: keras.Model, encoder: str, inputs: tuple[str, ...], batch: Batch) -> None:
    """A shared encoder's variables appear once, and every input alone sends them gradients."""
    layer = model.get_layer(encoder)
    weights = layer.trainable_weights
    held = [weight for weight in model.trainable_weights if any(weight is own for own in weights)]
    assert len({weight.path for weight in held}) == len(held) == len(weights)

    calls = [node for node in layer._inbound_nodes if node.input_tensors[0].name in inputs]
    assert {node.input_tensors[0].name for node in calls} == set(inputs)
    features = {node.input_tensors[0].name: node.output_tensors[0] for node in calls}
    others = [tensor for tensor in model.inputs if tensor.name not in features]
    rest = keras.Model([*features.values(), *others], tf.nest.flatten(model.output))
    read = {name: layer(batch[0][name]) for name in features}
    beside = [tf.constant(batch[0][tensor.name]) for tensor in others]
    for name in features:
        with tf.GradientTape() as tape:  # what the other inputs give does not stand on it
            alone = {**read, name: layer(batch[0][name])}
            answers = rest([*alone.values(), *beside])
        gradients = tape.gradient(answers, [weight.value for weight in weights])
        assert all(gradient is not None for gradient in gradients), name


# === Random specs ===


PARTS = 4 if full_samples() else 1
"""So many tests share the specs, so that each has time enough on a slow machine, too."""


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_keras_agrees_with_the_decision_on_any_spec(part: int, pytestconfig: pytest.Config) -> None:
    # A smaller failing spec would cost minutes of building models
    @seed(int(pytestconfig.getoption("hypothesis_seed")) * PARTS + part)
    @settings(max_examples=samples(60, 500) // PARTS, phases=[Phase.generate], database=None)
    @given(tables=tables_of_specs(most=4, free_text=False))
    def agrees(tables: Tables) -> None:
        spec = legal(tables, refused)
        with TemporaryDirectory() as folder:
            project = write_project(Path(folder), spec)
            check_project(project, spec)
            assert_project_clean(project)

    agrees()


# === Every pair of what goes in and what comes out ===

PAIRS = [
    (kind, encoder, output)
    for kind, encoders in ENCODERS.items()
    for encoder in encoders
    for output in OUTPUT_KINDS
]


LARGE = ("convnext", "efficientnet_v2", "resnet50")
"""Backbones that take seconds to build and to save; test_pretrained.py builds each."""

SOME = [each for each in PAIRS if each[1] not in LARGE][::7]
"""So many that each encoder and each output still comes up: 7 and their number have no divisor."""


def pair(kind: str, encoder: str, output: str) -> Tables:
    """Return the tables of a model with one input and one output, of the sizes the docs show."""
    given_, answer = INPUT_KINDS[kind], OUTPUT_KINDS[output]
    size = ENCODERS[kind][encoder].size_hint or given_.size_hint
    sizes, options = given_.from_flag(size), answer.from_flag(answer.size_hint)
    return {
        "project": {"name": "pair"},
        "inputs": [{"name": "given", "kind": kind, "encoder": encoder, **sizes}],
        "outputs": [{"name": "answer", "kind": output, **options}],
    }


@pytest.mark.full
@pytest.mark.parametrize(("kind", "encoder", "output"), PAIRS if full_samples() else SOME)
def test_every_encoder_goes_with_every_output_or_is_refused(
    kind: str, encoder: str, output: str
) -> None:
    needed = OUTPUT_KINDS[output].kinds_needed()
    tables = pair(kind, encoder, output)
    if not needed or kind in needed:
        check(legal(tables))
        return
    with pytest.raises(KerasmithError) as error:
        read_spec(tables)
    assert "missing-kind" in {problem.refusal for problem in error.value.problems}


# === Recipes and sizes ===


@pytest.mark.parametrize("recipe", recipe_names())
def test_keras_agrees_with_the_decision_on_recipes(recipe: str) -> None:
    """A stack is written in both forms."""
    tables = load_recipe(recipe).tables
    for api in ("auto", "functional") if decide(read_spec(tables)).linear else ("auto",):
        check(spec_from_flags(Flags(api=api), load_recipe(recipe).tables))


@pytest.mark.parametrize("height", [1, 2, 3, 5, 8, 28, 64])
@pytest.mark.parametrize("encoder", ["", "=mlp", "=resnet"])
def test_default_knobs_fit_any_size(height: int, encoder: str) -> None:
    photo = f"photo:image:{height}x{height + 3}x3{encoder}"
    check(spec_from_flags(Flags(name="pets", inputs=[photo], outputs=["breed:category:3"])))


@pytest.mark.parametrize("size", ["1x1x1", "2x3x3", "17x23x4", "64x33x1"])
@pytest.mark.parametrize("encoder", ["unet", "autoencoder"])
def test_masks_are_as_large_as_images_of_any_size(size: str, encoder: str) -> None:
    photo = f"photo:image:{size}={encoder}"
    check(spec_from_flags(Flags(name="pets", inputs=[photo], outputs=["fur:mask:3"])))


@pytest.mark.parametrize(
    ("size", "encoder", "channels"), [("17x23x4", "unet", 3), ("1x1x3", "autoencoder", 1)]
)
def test_pictures_are_as_large_as_images(size: str, encoder: str, channels: int) -> None:
    photo = f"photo:image:{size}={encoder}"
    check(spec_from_flags(Flags(name="pets", inputs=[photo], outputs=[f"fur:picture:{channels}"])))


@pytest.mark.parametrize("encoder", ["bag", "lstm", "gru", "transformer"])
def test_what_stands_for_padding_in_a_text_changes_no_answer(encoder: str) -> None:
    flags = Flags(name="pets", inputs=[f"story:text:6={encoder}"], outputs=["breed:category:3"])
    spec = spec_from_flags(flags)
    with package_of(spec) as package:
        model = package["model"].build_model(package["config"].Config())
        story = np.array([[4, 5, 0, 0, 0, 0]], dtype="int32")
        given_ = as_taken(spec, {"story": story})
        before = np.asarray(tf.nest.flatten(model(given_))[0])
        holders = (model, *(each for each in model.layers if isinstance(each, keras.Sequential)))
        layers = (layer for holder in holders for layer in holder.layers)
        (words,) = (each for each in layers if each.name == "story_embedding")
        weights = words.get_weights()[0]
        weights[0] += 1
        words.set_weights([weights])
        after = np.asarray(tf.nest.flatten(model(given_))[0])
        np.testing.assert_allclose(after, before, rtol=1e-4, atol=1e-5)


# === The oracle ===


def test_the_oracle_tells_a_branch_inside_a_nested_model() -> None:
    given_ = keras.Input((4,))
    branched = keras.layers.Add()([keras.layers.Dense(4)(given_), given_])
    nested = keras.Model(given_, branched)
    model = keras.Sequential([keras.Input((4,)), nested, keras.layers.Dense(1)])
    assert not is_linear_stack(keras.saving.serialize_keras_object(model))
    straight = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    assert is_linear_stack(keras.saving.serialize_keras_object(straight))


def test_layers_are_numbered_anew() -> None:
    names = []
    for _ in range(2):
        number_layers_anew()
        names.append(keras.layers.Dense(1).name)
    assert names == ["dense", "dense"]
