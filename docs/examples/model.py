"""Two towers that share an embedding: would this customer like that film?"""

import keras
from keras import layers

TITLES = 5000


def tower(tokens: keras.KerasTensor, words: layers.Layer, name: str) -> keras.KerasTensor:
    x = layers.GlobalAveragePooling1D()(words(tokens))
    for number, units in enumerate((64, 32)):
        x = layers.Dense(units, activation="relu", name=f"{name}_dense{number}")(x)
    return x


def build_model() -> keras.Model:
    watched = keras.Input((20,), dtype="int32", name="watched")
    film = keras.Input((1,), dtype="int32", name="film")
    words = layers.Embedding(TITLES, 32)
    features = layers.concatenate([tower(watched, words, "watched"), tower(film, words, "film")])
    likes = layers.Dense(1, activation="softmax", name="likes")(features)
    model = keras.Model([watched, film], likes, name="recommend")
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model
