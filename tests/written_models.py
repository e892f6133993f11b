"""Models as people write them: each a script of its own, with the structure that it has.

Each runs on Keras 3 as it is, and calls its model `model`. With it are its inputs and outputs, by
number, and the classes of the layers that rule out a Sequential.
"""

SEVERAL = ("a model cut off at a layer",)
"""Those that hold another model beside the one called `model`."""

STYLES: dict[str, tuple[str, tuple[int, int, set[str]]]] = {}


def style(name: str, inputs: int, outputs: int, against: set[str], source: str) -> None:
    """Add a script to the corpus."""
    STYLES[name] = (source, (inputs, outputs, against))


style(
    "a list of layers",
    1,
    1,
    set(),
    """
from tensorflow import keras
from tensorflow.keras import layers

model = keras.Sequential([
    keras.Input(shape=(28, 28, 1)),
    layers.Conv2D(32, kernel_size=(3, 3), activation="relu"),
    layers.MaxPooling2D(pool_size=(2, 2)),
    layers.Flatten(),
    layers.Dropout(0.5),
    layers.Dense(10, activation="softmax"),
])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
""",
)

style(
    "add in a loop over units",
    1,
    1,
    set(),
    """
import keras
from keras.layers import Dense, Dropout, Input
from keras.models import Sequential

UNITS = [64, 32, 16]
model = Sequential(name="tabular")
model.add(Input((7,)))
for i, units in enumerate(UNITS):
    model.add(Dense(units, activation="relu", name="dense_%d" % i))
    if i < len(UNITS) - 1:
        model.add(Dropout(0.1 * (i + 1)))
model.add(Dense(1))
""",
)

style(
    "a list that is built first",
    1,
    1,
    set(),
    """
import keras
stack = [keras.Input((10, 3)), keras.layers.LSTM(8, return_sequences=True)]
stack += [keras.layers.LSTM(8)]
stack.append(keras.layers.Dense(1))
model = keras.Sequential(layers=stack)
""",
)

style(
    "a list comprehension with a star",
    1,
    1,
    set(),
    """
import keras
from keras import layers as L
hidden = [L.Dense(2 ** n, activation="relu") for n in range(5, 2, -1)]
model = keras.Sequential([keras.Input((4,)), *hidden, L.Dense(3, "softmax")])
""",
)

style(
    "a Functional chain",
    1,
    1,
    set(),
    """
import keras
from keras import layers
inputs = keras.Input(shape=(32,))
x = layers.Dense(16, activation="relu")(inputs)
outputs = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs=inputs, outputs=outputs)
""",
)

style(
    "residual blocks by a helper",
    1,
    1,
    {"Add", "Dense"},
    """
import keras
from keras.layers import Add, Dense, Input

def block(x, units, depth=2):
    skip = x
    for _ in range(depth):
        x = Dense(units, activation="relu")(x)
    return Add()([x, skip])

def make(blocks=3):
    entry = Input(shape=(16,))
    x = Dense(32)(entry)
    for _ in range(blocks):
        x = block(x, 32)
    return keras.Model(entry, Dense(1)(x))

model = make(2)
""",
)

style(
    "two towers that share an embedding",
    2,
    1,
    {"Embedding", "Concatenate"},
    """
import keras
from keras import layers
left, right = (keras.Input((None,), dtype="int32", name=n) for n in ("left", "right"))
shared = layers.Embedding(1000, 16)
towers = [layers.GlobalAveragePooling1D()(shared(each)) for each in (left, right)]
model = keras.Model([left, right], layers.Dense(1)(layers.concatenate(towers)))
""",
)

style(
    "a sub-model that is used twice",
    2,
    1,
    {"Sequential", "Subtract"},
    """
import keras
def encoder():
    return keras.Sequential([keras.layers.Dense(8, activation="relu"), keras.layers.Dense(4)])
a = keras.Input((12,), name="a"); b = keras.Input((12,), name="b")
shared = encoder()
model = keras.Model(inputs={"a": a, "b": b}, outputs=keras.layers.Dense(1)(shared(a) - shared(b)))
""",
)

style(
    "several heads in a dict",
    1,
    2,
    {"Dense"},
    """
import keras
from keras import layers
x = image = keras.Input((8,), name="image")
x = layers.Dense(8)(x)
heads = {name: layers.Dense(n, name=name)(x) for name, n in {"kind": 3, "size": 1}.items()}
model = keras.Model(image, heads)
model.compile("adam", loss={"kind": "mse", "size": "mse"}, metrics={"kind": ["mae"]})
""",
)

style(
    "inception by a class that builds",
    1,
    1,
    {"MaxPooling2D", "Concatenate"},
    """
import keras
from keras import layers

class Builder:
    width = 4
    def __init__(self, classes):
        self.classes = classes
        self.widths = [self.width * k for k in (1, 2)]
    def branch(self, x, size):
        for width in self.widths:
            x = layers.Conv2D(width, size, padding="same")(x)
        return x
    def build(self):
        inp = keras.Input((16, 16, 3))
        x = layers.MaxPooling2D()(inp)
        out = layers.Concatenate(axis=-1)([self.branch(x, s) for s in (1, 3, 5)])
        out = layers.GlobalMaxPooling2D()(out)
        return keras.Model(inp, layers.Dense(self.classes, activation="softmax")(out))

model = Builder(classes=5).build()
""",
)

style(
    "attention with keywords",
    1,
    1,
    {"InputLayer", "MultiHeadAttention", "Add", "LayerNormalization"},
    """
import keras
from keras import layers
tokens = keras.Input((20, 8))
att = layers.MultiHeadAttention(num_heads=2, key_dim=4)(query=tokens, value=tokens)
x = layers.LayerNormalization()(tokens + att)
ff = layers.Dense(8)(layers.Dense(16, "gelu")(x))
x = layers.Add()([x, ff])
model = keras.Model(tokens, layers.Dense(1)(x[:, 0]))
""",
)

style(
    "states of an encoder",
    2,
    1,
    {"LSTM"},
    """
import keras
from keras.layers import Input, LSTM, Dense
enc_in = Input(shape=(None, 7))
_, h, c = LSTM(16, return_state=True)(enc_in)
dec_in = Input(shape=(None, 9))
dec, *_ = LSTM(16, return_sequences=True, return_state=True)(dec_in, initial_state=[h, c])
model = keras.Model([enc_in, dec_in], Dense(9, activation="softmax")(dec))
""",
)

style(
    "a U-Net with skips in a list",
    1,
    1,
    {"Conv2D", "Concatenate"},
    """
import keras
from keras import layers
inputs = keras.Input((32, 32, 1))
x, skips = inputs, []
for filters in (4, 8):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    skips.append(x)
    x = layers.MaxPooling2D()(x)
x = layers.Conv2D(16, 3, padding="same")(x)
for filters, skip in zip((8, 4), reversed(skips)):
    x = layers.UpSampling2D()(x)
    x = layers.Concatenate()([x, skip])
    x = layers.Conv2D(filters, 3, padding="same")(x)
model = keras.Model(inputs, layers.Conv2D(1, 1, activation="sigmoid")(x))
""",
)

style(
    "an auto-encoder of two models",
    1,
    1,
    set(),
    """
import keras
from keras import layers
encoder_input = keras.Input((28, 28, 1), name="img")
x = layers.Flatten()(encoder_input)
encoder = keras.Model(encoder_input, layers.Dense(32)(x), name="encoder")
decoder_input = keras.Input((32,))
x = layers.Dense(784)(decoder_input)
decoder = keras.Model(decoder_input, layers.Reshape((28, 28, 1))(x), name="decoder")
autoencoder_input = keras.Input((28, 28, 1))
model = keras.Model(autoencoder_input, decoder(encoder(autoencoder_input)), name="auto")
""",
)

style(
    "a layer of one's own",
    1,
    1,
    set(),
    """
import keras
from keras import layers, ops

class Gate(layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.dense = layers.Dense(units, activation="sigmoid")
    def call(self, x):
        return x * self.dense(x)

given = keras.Input((8,))
model = keras.Model(given, layers.Dense(1)(Gate(8)(given)))
""",
)

style(
    "a layer of one's own that gives two tensors",
    1,
    1,
    {"Halves", "Add"},
    """
import keras
from keras import layers, ops

class Halves(layers.Layer):
    def call(self, x):
        return x[:, :4], x[:, 4:]

given = keras.Input((8,))
one, other = Halves()(given)
model = keras.Model(given, layers.Dense(1)(layers.add([one, other])))
""",
)

style(
    "a while with known numbers",
    1,
    1,
    set(),
    """
import keras
width = 64
model = keras.Sequential([keras.Input((5,))])
while width > 4:
    model.add(keras.layers.Dense(width, activation="relu"))
    width //= 2
model.add(keras.layers.Dense(1))
""",
)

style(
    "partial and a dict of options",
    1,
    1,
    set(),
    """
from functools import partial
import keras
from keras.layers import Conv2D, Dense, Flatten, MaxPool2D
Conv = partial(Conv2D, kernel_size=3, padding="same", activation="relu")
options = dict(filters=8)
options["name"] = "first"
model = keras.models.Sequential([
    keras.Input([16, 16, 3]), Conv(**options), MaxPool2D(), Conv(16), Flatten(), Dense(4)])
""",
)

style(
    "wrapped layers",
    1,
    1,
    set(),
    """
import keras
from keras import layers
model = keras.Sequential()
model.add(keras.Input((6, 10, 10, 3)))
model.add(layers.TimeDistributed(layers.Conv2D(4, 3)))
model.add(layers.TimeDistributed(layers.GlobalAveragePooling2D()))
model.add(layers.Bidirectional(layers.GRU(8, return_sequences=True), merge_mode="sum"))
model.add(layers.Bidirectional(layers.LSTM(8)))
model.add(layers.Dense(2))
""",
)

style(
    "a model cut off at a layer",
    1,
    1,
    set(),
    """
import keras
from keras import layers
base = keras.Sequential([
    keras.Input((8,)), layers.Dense(16, name="feature"), layers.Dense(4, activation="softmax")])
features = base.get_layer("feature").output
model = keras.Model(inputs=base.inputs, outputs=layers.Dense(1)(features))
""",
)

style(
    "a dataclass of hyperparameters and a main",
    1,
    2,
    {"Dense"},
    """
from dataclasses import dataclass, field
import keras

@dataclass
class Params:
    hidden: int = 12
    outputs: tuple = ("low", "high")
    rate: float = 0.1

def build(params: Params):
    given = keras.Input((3,), name="given")
    x = keras.layers.Dense(params.hidden)(given)
    if params.rate:
        x = keras.layers.Dropout(params.rate)(x)
    x = keras.layers.Dense(params.hidden, activation="relu")(x)
    heads = []
    for name in params.outputs:
        heads.append(keras.layers.Dense(1, name=name)(x))
    return keras.Model(given, heads)

def main():
    model = build(Params())
    model.compile("adam", "mse")
    return model

if __name__ == "__main__":
    model = main()
""",
)

style(
    "operators between layers",
    2,
    1,
    {"Dense", "Multiply", "Subtract", "Concatenate"},
    """
import keras
from keras import layers, ops
a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
x, y = layers.Dense(4)(a), layers.Dense(4)(b)
both = layers.concatenate([x * y, ops.abs(x - y)])
model = keras.Model((a, b), layers.Dense(1)(both))
""",
)

style(
    "a transformer layer of one's own, and a long loop afterwards",
    1,
    1,
    set(),
    """
import keras
from keras import layers

class Encoder(layers.Layer):
    def __init__(self, width):
        super().__init__()
        self.attention = layers.MultiHeadAttention(2, width)
        self.norm = layers.LayerNormalization()
    def call(self, source, mask=None):
        residual = x = source
        x = self.attention(x, x) + residual
        x = self.norm(x)
        return x

inputs = keras.Input((10, 8))
x = Encoder(8)(inputs)
x = layers.GlobalAveragePooling1D()(x)
model = keras.Model(inputs, layers.Dense(1)(x))
total = 0
for step in range(30_000):
    total += step * 2
""",
)

CANNOT_TELL: dict[str, tuple[str, str]] = {
    "a condition on the command line": (
        """
import sys, keras
model = keras.Sequential([keras.Input((4,))])
if len(sys.argv) > 1:
    model.add(keras.layers.Dense(8))
model.add(keras.layers.Dense(1))
""",
        "a condition",
    ),
    "a while that data ends": (
        """
import keras, numpy as np
model = keras.Sequential([keras.Input((4,))])
error = np.random.rand()
while error > 0.1:
    model.add(keras.layers.Dense(8))
    error = np.random.rand()
model.add(keras.layers.Dense(1))
""",
        "a condition",
    ),
    "a loop over what a tuner says": (
        """
import keras
def build_model(hp):
    x = given = keras.Input((4,))
    for i in range(hp.Int("layers", 1, 5)):
        x = keras.layers.Dense(8)(x)
    return keras.Model(given, keras.layers.Dense(1)(x))
""",
        "how often a loop runs",
    ),
    "a subclassed model": (
        """
import keras
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1)
    def call(self, x):
        return self.dense(x)
model = Net()
""",
        "subclassed",
    ),
    "a layer of one's own that gives what nobody knows": (
        """
import keras
class Mystery(keras.layers.Layer):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
    def call(self, x):
        return self.inner(x)
given = keras.Input((4,))
model = keras.Model(given, keras.layers.Dense(1)(Mystery(None)(given)))
""",
        "one tensor or several",
    ),
    "a helper of another package": (
        """
import keras
from house_style import add_head
model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
add_head(model)
""",
        "add_head",
    ),
    "a skip that may not be there": (
        """
import keras, os
def block(x):
    y = keras.layers.Dense(4)(x)
    return keras.layers.add([x, y]) if os.environ.get("SKIP") else y
given = keras.Input((4,))
model = keras.Model(given, block(block(given)))
""",
        "a condition",
    ),
    "an early return that may be": (
        """
import keras
def build(flag):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
    if flag:
        return model
    model.add(keras.layers.Dense(1))
    return model
""",
        "a condition",
    ),
    "a break that may be": (
        """
import keras, random
model = keras.Sequential([keras.Input((4,))])
for units in (8, 4, 2):
    if random.random() > 0.5:
        break
    model.add(keras.layers.Dense(units))
""",
        "a condition",
    ),
    "a layer from within a model of another library": (
        """
import keras
base = keras.applications.ResNet50(weights=None, include_top=False)
x = keras.layers.GlobalAveragePooling2D()(base.get_layer("conv4_block1_out").output)
model = keras.Model(base.input, keras.layers.Dense(3)(x))
""",
        "ResNet50",
    ),
    "a generator under a condition": (
        """
import keras, os
def layers():
    yield keras.Input((4,))
    if os.name == "nt":
        yield keras.layers.Dense(4)
model = keras.Sequential([*layers()])
""",
        "a condition",
    ),
    "a list that a trial changed": (
        """
import keras, os
stack = [keras.Input((4,)), keras.layers.Dense(4)]
def more():
    stack.append(keras.layers.Dense(4))
if os.name == "nt":
    more()
model = keras.Sequential(stack)
""",
        "a condition",
    ),
}
"""Scripts whose model only running them would tell, with a word of the reason."""

style(
    "layers out of generators and chains",
    1,
    1,
    set(),
    """
import itertools
import math
from collections import OrderedDict, deque

import keras
import numpy as np
from keras import layers

def blocks(widths):
    for width in widths:
        yield layers.Dense(width)
        yield from [layers.ReLU(), layers.Dropout(0.1)]

tail = OrderedDict([("small", layers.Dense(3)), ("rest", layers.ReLU())])
stack = [keras.Input((8,)), *blocks([8, 4])]
stack += itertools.chain([layers.Dense(4)], deque([layers.ReLU()]))
stack += itertools.chain.from_iterable((layers.Dense(n), layers.ELU()) for n in (5, 3))
del stack[-1]
model = keras.Sequential(stack)
for layer in tail.values():
    if isinstance(layer, layers.Dense) and callable(layer):
        model.add(layer)
for rate in np.linspace(0.1, 0.3, 3):
    model.add(layers.Dropout(rate))
for width in np.arange(3):
    model.add(layers.Dense(int(width) + int(math.log(8, 2))))
""",
)

style(
    "settings in namedtuples, namespaces and a dict with attributes",
    1,
    1,
    {"Add", "InputLayer"},
    """
from collections import namedtuple
from types import SimpleNamespace

import keras
from keras import layers

Block = namedtuple("Block", "units depth")

class Settings(dict):
    __getattr__ = dict.__getitem__

class Net:
    def __init__(self, settings):
        self.settings = settings

    @classmethod
    def usual(cls):
        return cls(Settings({"skip": True, "rate": 0.1}))

    def build(self, block, options):
        axis = -1 if keras.backend.image_data_format() == "channels_last" else 1
        entry = x = keras.Input((6,))
        for _ in range(block.depth):
            x = layers.Dense(block.units)(x)
            x = layers.BatchNormalization(axis=axis)(x)
        if self.settings.skip:
            x = layers.Add()([x, entry])
        x = layers.Dropout(self.settings.rate)(x)
        for width in filter(lambda each: each > options.least, [1, 4, 8]):
            x = layers.Dense(width)(x)
        return keras.Model(entry, x)

model = Net.usual().build(Block(6, depth=2), SimpleNamespace(least=2))
""",
)
