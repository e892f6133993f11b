"""What code gets wrong is found with its line; code that is right is left in peace."""

from pathlib import Path

import pytest

from kerasmith.source_code.inspect_source import inspect_source
from tests.written_models import SEVERAL, STYLES

HEAD = """
import keras, tensorflow as tf
from keras import layers
"""

STACK = "model = keras.Sequential([keras.Input((8,)), layers.Dense({}, activation={!r})])\n"


def names(source: str, folder: Path) -> list[tuple[str, int]]:
    path = folder / "script.py"
    path.write_text(HEAD + source, encoding="utf-8")
    several = source.count("Sequential") > 1 or "encoder" in source
    found = inspect_source(path, "model" if several else "")
    assert all(each.mend and each.at for each in found.mistakes)
    return [(each.name, each.line) for each in found.mistakes]


WRONG = [
    (
        "softmax-from-logits",
        STACK.format(3, "softmax")
        + "model.compile('adam', keras.losses.SparseCategoricalCrossentropy(from_logits=True))",
        5,
    ),
    (
        "logits-as-probabilities",
        STACK.format(3, "linear")
        + "model.compile('adam', keras.losses.SparseCategoricalCrossentropy())",
        5,
    ),
    (
        "logits-as-probabilities",
        STACK.format(3, "relu") + "model.compile('adam', 'sparse_categorical_crossentropy')",
        5,
    ),
    ("one-unit-softmax", STACK.format(1, "softmax"), 4),
    (
        "loss-and-labels",
        STACK.format(1, "sigmoid") + "model.compile('adam', 'categorical_crossentropy')",
        5,
    ),
    (
        "loss-and-labels",
        STACK.format(4, "softmax") + "model.compile('adam', 'binary_crossentropy')",
        5,
    ),
    (
        "loss-and-labels",
        "(x, y), _ = keras.datasets.mnist.load_data()\n"
        "y = keras.utils.to_categorical(y)\n"
        + STACK.format(10, "softmax")
        + "model.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(x, y)",
        8,
    ),
    (
        "loss-and-labels",
        "(x, y), _ = keras.datasets.mnist.load_data()\n"
        + STACK.format(10, "softmax")
        + "model.compile('adam', 'categorical_crossentropy')\nmodel.fit(x, y)",
        7,
    ),
    (
        "added-twice",
        "dense = layers.Dense(8)\nmodel = keras.Sequential([keras.Input((8,)), dense])\n"
        "model.add(dense)",
        6,
    ),
    (
        "tf-function",
        "a, b = keras.Input((4,)), keras.Input((4,))\n"
        "x = tf.concat([a, b], axis=-1)\nmodel = keras.Model([a, b], layers.Dense(1)(x))",
        5,
    ),
    (
        "shape-in-layer",
        "model = keras.Sequential([layers.Dense(4, input_shape=(8,)), layers.Dense(1)])",
        4,
    ),
    (
        "no-return-sequences",
        "model = keras.Sequential([keras.Input((5, 3)),\n"
        "    layers.LSTM(8),\n    layers.LSTM(8),\n    layers.Dense(1)])",
        5,
    ),
    (
        "no-return-sequences",
        "model = keras.Sequential([keras.Input((5, 3)),\n"
        "    layers.Bidirectional(layers.LSTM(8)),\n    layers.GRU(8)])",
        5,
    ),
    (
        "no-return-sequences",
        "model = keras.Sequential([keras.Input((5, 3)),\n"
        "    layers.LSTM(8),\n    layers.Dropout(0.2),\n    layers.GRU(8)])",
        5,
    ),
    (
        "tf-function",
        "from tensorflow.keras import backend as K\na = keras.Input((4,))\n"
        "x = K.mean(a, axis=-1, keepdims=True)\nmodel = keras.Model(a, layers.add([a, x]))",
        6,
    ),
    (
        "shape-in-layer",
        "model = keras.Sequential([layers.InputLayer(input_shape=(8,)), layers.Dense(1)])",
        4,
    ),
    (
        "unknown-key",
        "a = keras.Input((4,), name='a')\nb = layers.Dense(1, name='b')(a)\n"
        "c = layers.Dense(1, name='c')(a)\nmodel = keras.Model(a, {'b': b, 'c': c})\n"
        "model.fit(None, {'b': 1, 'other': 2})",
        8,
    ),
    (
        "unknown-key",
        "a = keras.Input((4,), name='a')\nb = layers.Dense(1, name='b')(a)\n"
        "model = keras.Model({'a': a}, layers.add([a, b]))\nmodel.predict({'other': None})",
        7,
    ),
    (
        "one-metrics-list",
        "a = keras.Input((4,))\nb, c = layers.Dense(1)(a), layers.Dense(1)(a)\n"
        "model = keras.Model(a, [b, c])\nmodel.compile('adam', 'mse', metrics=['mae'])",
        7,
    ),
    (
        "unknown-key",
        "a = keras.Input((4,), name='a')\nb = layers.Dense(1, name='b')(a)\n"
        "c = layers.Dense(1, name='c')(a)\nmodel = keras.Model(a, {'b': b, 'c': c})\n"
        "model.compile('adam', loss={'b': 'mse', 'd': 'mse'})",
        8,
    ),
    (
        "unknown-key",
        "a = keras.Input((4,), name='a')\nb = layers.Dense(1, name='b')(a)\n"
        "c = layers.Dense(1, name='c')(a)\nmodel = keras.Model(a, {'b': b, 'c': c})\n"
        "model.fit({'other': None}, {})",
        8,
    ),
    (
        "plain-stack",
        "a = keras.Input((4,))\nmodel = keras.Model(a, layers.Dense(1)(a))",
        5,
    ),
    (
        "same-name",
        "model = keras.Sequential([keras.Input((4,)), layers.Dense(2, name='a'),\n"
        "    layers.Dense(2, name='a')])",
        5,
    ),
    ("gone-in-keras-3", "from keras.utils import np_utils\n" + STACK.format(1, "relu"), 4),
    *(
        ("gone-in-keras-3", f"{line}\n{STACK.format(1, 'relu')}", 4)
        for line in (
            "from keras.layers.merge import concatenate",
            "from tensorflow.keras.layers.experimental.preprocessing import Rescaling",
            "from keras.engine.topology import Layer",
            "from keras.wrappers.scikit_learn import KerasClassifier",
            "from keras.preprocessing.image import ImageDataGenerator",
            "from keras.optimizers import adam",
        )
    ),
    *(
        ("gone-in-keras-3", f"{STACK.format(1, 'relu')}{line}", 5)
        for line in (
            "model.save_weights('model.h5')",
            "model.save('folder')",
            "model.fit(None, None, workers=2)",
            "model.compile('adam', 'mse', metrics='mae')",
            "print(model.to_yaml())",
        )
    ),
    (
        "gone-in-keras-3",
        STACK.format(1, "relu") + "model.compile(keras.optimizers.Adam(lr=0.1), 'mse')",
        5,
    ),
    (
        "gone-in-keras-3",
        STACK.format(1, "relu") + "model.fit_generator(range(3), nb_epoch=3)",
        5,
    ),
    (
        "gone-in-keras-3",
        "model = keras.Sequential([keras.Input((4, 3)), layers.CuDNNLSTM(4)])",
        4,
    ),
    (
        "gone-in-keras-3",
        "a = keras.Input((4,))\nb = layers.Dense(1)(layers.add([a, layers.Dense(4)(a)]))\n"
        "model = keras.Model(input=a, output=b)",
        6,
    ),
    (
        "gone-in-keras-3",
        "model = keras.Sequential([keras.Input((9,)), layers.Dense(output_dim=3, init='uniform')])",
        4,
    ),
]


@pytest.mark.parametrize(("name", "source", "line"), WRONG)
def test_a_mistake_is_found_on_its_line(name: str, source: str, line: int, tmp_path: Path) -> None:
    assert (name, line) in names(source, tmp_path)


@pytest.mark.parametrize(
    "source",
    [
        STACK.format(3, "softmax")
        + "model.compile('adam', keras.losses.SparseCategoricalCrossentropy())",
        STACK.format(3, "linear")
        + "model.compile('adam', keras.losses.CategoricalCrossentropy(from_logits=True))",
        STACK.format(1, "sigmoid") + "model.compile('adam', 'binary_crossentropy')",
        STACK.format(3, "sigmoid") + "model.compile('adam', 'binary_crossentropy')",
        "(x, y), _ = keras.datasets.mnist.load_data()\n"
        + STACK.format(10, "softmax")
        + "model.compile('adam', 'sparse_categorical_crossentropy')\nmodel.fit(x, y)",
        "a = keras.Input((4,))\nb, c = layers.Dense(1)(a), layers.Dense(1)(a)\n"
        "model = keras.Model(a, [b, c])\nmodel.compile('adam', 'mse', metrics=[['mae'], ['mae']])",
        "model = keras.Sequential([keras.Input((5, 3)), layers.LSTM(8, return_sequences=True),\n"
        "    layers.GRU(4), layers.Dense(1)])",
        "model = keras.Sequential([keras.Input((8,)), layers.RepeatVector(3), layers.LSTM(2)])",
        "a = keras.Input((4,))\nb, c = layers.Dense(1)(a), layers.Dense(1)(a)\n"
        "model = keras.Model(a, [b, c])\nmodel.compile('adam', 'mse', metrics=['mae', 'mse'])",
        "a = keras.Input((4,))\nmodel = keras.Model(a, layers.Dropout(0.1)(a, training=True))",
        "a = keras.Input((4,))\nb = layers.Dense(2)(a)\n"
        "model = keras.Model(a, layers.Dense(4)(b))\nencoder = keras.Model(a, b)",
        "from tensorflow.keras.preprocessing.image import ImageDataGenerator\n"
        "from keras.preprocessing.sequence import pad_sequences\n"
        + STACK.format(1, "linear")
        + "model.save_weights('model.weights.h5')\nmodel.save('model.keras')",
    ],
)
def test_what_is_right_is_left_in_peace(source: str, tmp_path: Path) -> None:
    assert names(source, tmp_path) == []


@pytest.mark.parametrize("name", STYLES)
def test_scripts_that_run_have_no_mistakes(name: str, tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(STYLES[name][0], encoding="utf-8")
    found = inspect_source(path, "model" if name in SEVERAL else "")
    assert {each.name for each in found.mistakes} <= {"plain-stack"}
