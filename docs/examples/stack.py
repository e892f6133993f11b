"""Is a message spam? A stack of layers."""

import keras
from keras import layers

model = keras.Sequential(
    [
        keras.Input((500,), name="words"),  # how often each word occurs
        layers.Dense(32, activation="relu"),
        layers.Dropout(0.3),
        layers.Dense(1, activation="sigmoid", name="spam"),
    ]
)
model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
