"""Encoders that are models of keras.applications: what they take, and what they carry over."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from sklearn.datasets import load_digits

from kerasmith.catalogue.encoders import pretrained
from kerasmith.catalogue.inputs import Image
from kerasmith.decision.apply_rules import decide
from kerasmith.spec.read import read_spec
from tests.projects.building import package_of
from tests.samples import full_samples

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

MODULES = {
    "mobilenet_v3": keras.applications.mobilenet_v3,
    "efficientnet_v2": keras.applications.efficientnet_v2,
    "resnet50": keras.applications.resnet50,
    "convnext": keras.applications.convnext,
}
NETWORKS = {
    "mobilenet_v3": keras.applications.MobileNetV3Small,
    "efficientnet_v2": keras.applications.EfficientNetV2B0,
    "resnet50": keras.applications.ResNet50,
    "convnext": keras.applications.ConvNeXtTiny,
}


def tables(encoder: str, classes: int = 5, **keys: str) -> dict[str, Any]:
    """Return the tables of a classifier of images with a backbone."""
    photo = {"name": "photo", "kind": "image", "shape": [32, 32, 3], "encoder": encoder, **keys}
    digit = {"name": "digit", "kind": "category", "classes": [*map(str, range(classes))]}
    return {"project": {"name": "carried"}, "inputs": [photo], "outputs": [digit]}


@pytest.mark.parametrize("encoder", pretrained.ENCODERS, ids=lambda each: str(each.encoder))
def test_it_takes_pixels_and_scales_them_as_its_network_wants(encoder: Any) -> None:
    name = encoder.encoder
    with package_of(read_spec(tables(name))) as package:
        backbone = (
            package["model"].build_model(package["config"].Config()).get_layer("photo_backbone")
        )
    assert backbone.count_params() == encoder().parameters(Image((32, 32, 3)))
    assert backbone.output_shape == (None, encoder().features(Image((32, 32, 3))))
    own = NETWORKS[name](include_top=False, weights=None, pooling="avg", input_shape=(32, 32, 3))
    own.set_weights(backbone.get_weights())
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 32, 32, 3)).astype("float32")
    expected = own(MODULES[name].preprocess_input(pixels.copy()))
    np.testing.assert_allclose(backbone(pixels), expected, rtol=1e-6, atol=1e-6)


def test_a_backbone_in_a_stack_is_one_layer_and_the_decision_says_so() -> None:
    decision = decide(read_spec(tables("resnet50")))
    assert (decision.linear, decision.api) == (True, "sequential")
    assert "resnet50, which branches inside and is one layer" in decision.reasons[0].because


# === Learning carries over ===


def small(
    input_tensor: Any = None, input_shape: Any = None, **_: Any
) -> keras.Model:  # as keras.applications is called
    """Return a network that learns digits within seconds, in the place of a large one."""
    pixels = keras.Input(input_shape) if input_tensor is None else input_tensor
    x = layers.Rescaling(1 / 255)(pixels)
    for filters in (16, 32, 64, 64):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
        x = layers.MaxPooling2D()(x)
    return keras.Model(pixels, layers.Flatten()(x))


def digits(classes: range, times: int) -> tuple[np.ndarray, np.ndarray]:
    """Return faint digits somewhere in noise, `times` as many, and their classes from 0."""
    images, labels = load_digits(return_X_y=True)
    chosen = np.flatnonzero(np.isin(labels, classes)).repeat(times)
    rng = np.random.default_rng(classes.start)
    rng.shuffle(chosen)
    pixels = rng.uniform(0, 195, (len(chosen), 32, 32))
    for picture, index, (top, left) in zip(
        pixels, chosen, rng.integers(3, 6, (len(chosen), 2)), strict=True
    ):
        digit = images[index].reshape(8, 8).repeat(3, axis=0).repeat(3, axis=1)
        picture[top : top + 24, left : left + 24] += digit * (60 / 16)
    return np.stack([pixels] * 3, axis=-1).astype("float32"), labels[chosen] - classes.start


@pytest.fixture(scope="module")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a network that knows the digits from 0 to 4."""
    keras.utils.set_random_seed(0)
    network = small(input_shape=(32, 32, 3))
    model = keras.Sequential([network, layers.Dense(5, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(*digits(range(5), 5), batch_size=64, epochs=5, verbose=0)
    file = tmp_path_factory.mktemp("weights") / "known.weights.h5"
    network.save_weights(file)
    return file


@pytest.fixture
def carried(learned: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, ModuleType]]:
    """A project whose backbone starts with them."""
    monkeypatch.setattr(keras.applications, "MobileNetV3Small", small)
    monkeypatch.chdir(learned.parent)
    checksum = hashlib.sha256(learned.read_bytes()).hexdigest()
    spec = read_spec(tables("mobilenet_v3", weights=learned.name, checksum=checksum))
    with package_of(spec, "pretrained") as package:
        yield package


def batches(images: np.ndarray, labels: np.ndarray) -> tf.data.Dataset:
    return tf.data.Dataset.from_tensor_slices((images, labels)).batch(5)


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="slow; in make test-all")
def test_of_five_examples_each_more_is_learned_with_a_backbone_that_knows_others(
    carried: dict[str, ModuleType], tmp_path: Path
) -> None:
    images, labels = digits(range(5, 10), 1)
    few = np.concatenate([np.flatnonzero(labels == each)[:5] for each in range(5)])
    some = np.concatenate([np.flatnonzero(labels == each)[5:10] for each in range(5)])
    rest = np.setdiff1d(np.arange(len(labels)), [*few, *some])
    config = carried["config"].Config(run_dir=tmp_path, epochs=30, patience=30, learning_rate=3e-3)
    accuracy = {}
    for known in (True, False):
        keras.utils.set_random_seed(0)
        model = carried["model"].build_model(config)
        if known:
            carried["pretrained"].load_pretrained(model, config)
        else:
            model.get_layer("photo_backbone").trainable = True
        history = keras.callbacks.CSVLogger(tmp_path / "history.csv")
        training, validation = (
            batches(images[few], labels[few]),
            batches(images[some], labels[some]),
        )
        model.fit(
            training,
            validation_data=validation,
            epochs=15,
            verbose=0,
            shuffle=False,
            callbacks=[history],
        )
        if known:
            carried["pretrained"].fine_tune(model, training, validation, config)
        answers = model.predict(images[rest], verbose=0).argmax(axis=-1)
        accuracy[known] = float((answers == labels[rest]).mean())
    print(accuracy)
    assert accuracy[True] >= accuracy[False] + 0.15


def test_another_file_or_weights_of_another_model_are_refused(
    carried: dict[str, ModuleType], learned: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config, load = carried["config"].Config, carried["pretrained"].load_pretrained
    model = carried["model"].build_model(config())
    with pytest.raises(FileNotFoundError, match="No such file"):
        load(model, config(photo_weights="missing.h5"))
    other = tmp_path / "other.weights.h5"
    keras.Sequential([keras.Input((2,)), layers.Dense(3)]).save_weights(other)
    with pytest.raises(FileNotFoundError, match="another file"):
        load(model, config(photo_weights=str(other)))
    checksum = hashlib.sha256(other.read_bytes()).hexdigest()
    with pytest.raises(FileNotFoundError, match="has no weights of MobileNetV3Small"):
        load(model, config(photo_weights=str(other), photo_checksum=checksum))
