"""Stacks as people write them, to be converted: each calls its model `model`, and runs."""

SEQUENTIAL = {
    "a list with comments": """
import keras
from keras import layers

# What it is for.
model = keras.Sequential([
    keras.Input((8, 8, 1)),  # grey
    # to a row
    layers.Flatten(),
    layers.Dense(16, activation="relu"),  # hidden
    layers.Dense(3, activation="softmax", name="kind"),
], name="stack")  # done
model.compile("adam", "sparse_categorical_crossentropy")
""",
    "adds in a loop, with numbers between": """
from tensorflow import keras
model = keras.models.Sequential()
model.add(keras.Input(shape=(6,)))
width = 32
for step in range(3):
    width = width // 2  # narrower
    model.add(keras.layers.Dense(width, activation="relu"))
    if step:
        model.add(keras.layers.Dropout(0.1))
model.add(keras.layers.Dense(1))
""",
    "imported by name": """
from keras.layers import Dense, Input, LSTM
from keras.models import Sequential
model = Sequential()
model.add(Input((7, 2)))
model.add(LSTM(4))
model.add(Dense(1))
""",
    "a starred list": """
import keras
from keras import layers
hidden = [layers.Dense(n, activation="tanh") for n in (8, 4)]
model = keras.Sequential([keras.Input((5,)), *hidden, layers.Dense(2)])
""",
    "names that are taken": """
import keras
x, inputs = 3, 4
model = keras.Sequential([keras.Input((x,)), keras.layers.Dense(inputs)])
print(x, inputs)
""",
    "a function that returns it": """
import keras
def build(units=4):
    # a small one
    return keras.Sequential([keras.Input((3,)), keras.layers.Dense(units)])
model = build()
""",
    "a list and adds": """
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(4)])
model.add(tf.keras.layers.BatchNormalization())
model.add(tf.keras.Sequential([tf.keras.layers.Dense(2)], name="inner"))
""",
    "shapes that the first layer is told": """
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
# eight columns
model.add(Dense(4, input_dim=8, activation="relu"))  # hidden
model.add(Dense(1))
""",
    "a static method, with an InputLayer": """
import keras
from keras import layers
class Net:
    @staticmethod
    def build(width, classes):
        # the model
        model = keras.Sequential()
        model.add(layers.InputLayer(shape=(width,)))
        model.add(layers.Dense(8))

        # softmax classifier
        model.add(layers.Dense(classes))
        model.add(layers.Activation("softmax"))

        # return the network
        return model
model = Net.build(4, 3)
""",
    "an attribute, with other statements between": """
import keras
from keras import layers
class Builder:
    def __init__(self, units):
        self.units = units
        self.model = keras.Sequential(name="built")
        print("begun")  # to be seen
        self.model.add(keras.Input((4,)))
        for units in [8, self.units]:
            self.model.add(layers.Dense(units))
        rate = 0.1
        if rate:
            self.model.add(layers.Dropout(rate))
        self.model.compile("adam", "mse")
model = Builder(3).model
""",
    "helpers that add": """
import keras
from keras import layers
def block(model: keras.Sequential, units):
    # a block
    model.add(layers.Dense(units))
    model.add(layers.ReLU())
def deeper(stack, units):
    block(stack, units)
    block(stack, units // 2)
    return stack
def build() -> keras.Sequential:
    model = keras.Sequential()
    model.add(keras.Input((4,)))
    for units in (8, 4):
        block(model, units)
    model = deeper(model, 4)
    model.add(layers.Dense(1))
    return model
model = build()
""",
    "lists that are built before": """
import keras
from keras import layers
def build():
    stack = [keras.Input((4,)), layers.Dense(5)]
    hidden = []
    for n in (8, 4):
        hidden.append(layers.Dense(n))
    return keras.Sequential(stack + hidden + [
        layers.Dense(1),  # out
        # the end
    ])
model = build()
""",
    "several statements in a line": """
import keras; from keras import layers
model = keras.Sequential(); model.add(keras.Input((4,)))  # begun
for n in (8, 4): model.add(layers.Dense(n))
model.add(layers.Dense(1)); model.add(layers.ReLU())
""",
    "adds in blocks of their own": """
import contextlib
import keras
from keras import layers
model = keras.Sequential()
with contextlib.nullcontext():
    model.add(keras.Input((4,)))  # four
    model.add(layers.Dense(4))
model.add(layers.Dense(1))
""",
    "inside of another expression, with a type": """
import keras
from keras import layers as L
from keras import Sequential as Stack
def shown(model): model.summary(); return model
inp = L.Input((4,))
# all of them
models = {"a": shown(Stack([inp, L.Dense(4)], trainable=True)), "b": 3}
model: keras.Model = models["a"]
""",
}

FUNCTIONAL = {
    "a chain": """
import keras
from keras import layers
inputs = keras.Input((32,), name="given")  # what comes in
x = layers.Dense(16, activation="relu")(inputs)
# what comes out
outputs = layers.Dense(1, activation="sigmoid")(x)
model = keras.Model(inputs=inputs, outputs=outputs, name="chain")
model.compile("adam", "binary_crossentropy")
""",
    "layers inside each other": """
from keras.layers import Dense, Dropout, Input
from keras.models import Model
entry = Input((4,))
model = Model(entry, Dense(1)(Dropout(0.2)(Dense(8)(entry))))
""",
    "a loop, and a layer with a name": """
import keras
def build():
    inp = keras.Input((4,))
    first = keras.layers.Dense(4)
    h = first(inp)
    for units in (8, 4):
        h = keras.layers.Dense(units)(h)  # narrower
        if units > 4:
            h = keras.layers.Dropout(0.1)(h)
    return keras.Model(inp, h)
model = build()
""",
    "other names for the same, in one line": """
import keras
from keras import layers
def build(): i = x = keras.Input((4,)); return keras.Model([i], [layers.Dense(1)(x)])
model = build()
""",
    "two ways, and a shape that is asked for": """
import keras
from keras import layers
def build(deep=True) -> keras.Model:
    inputs: keras.KerasTensor = keras.Input((4,))
    print(inputs.shape)
    # the middle
    if deep:
        x = layers.Dense(6)(inputs)
        x = layers.Dense(2)(x)  # deeper
    else:
        x = layers.Dense(2)(inputs)
    x = layers.Dense(x.shape[1])(x)
    outputs = layers.Dense(1)(x)
    # the model
    return keras.Model(inputs=inputs, outputs=outputs)
model = build()
""",
    "helpers, and a model inside": """
import keras
from keras import layers
class Net:
    def block(self, x, units):
        # a block
        x = layers.Dense(units)(x)
        return layers.ReLU()(x)
    def __init__(self):
        entry = keras.Input((8,))
        encoder = keras.Model(entry, layers.Dense(4)(entry), name="encoder")
        inputs = keras.Input((8,))
        x = encoder(inputs)
        x = self.block(x, 8)
        for units in [4, 2]:
            x = self.block(x, units)
        print(inputs.shape)
        self.model = keras.Model(inputs, x)  # made
net = Net()
model, x = net.model, 3
print(x)
""",
    "an input that is made elsewhere": """
import keras
from keras import layers
inputs = keras.Input((4,))
def build():
    x = layers.Dense(8)(inputs)
    return {"model": keras.Model(inputs, x)}
model = build()["model"]
""",
}
