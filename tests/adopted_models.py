"""Models of every kind that people save, each built by real Keras: what `adopt` is held to."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
from keras import layers, ops


def given(*shape: int | None, **more: Any) -> keras.KerasTensor:
    return keras.Input(shape, **more)


# === Several inputs ===


def picture_and_table() -> keras.Model:
    photo, person = given(12, 12, 3, name="photo"), given(4, name="person")
    x = layers.Conv2D(4, 3, activation="relu")(photo)
    x = layers.Flatten()(layers.MaxPooling2D()(x))
    y = layers.Dense(6, "relu")(person)
    both = layers.Concatenate()([x, y])
    return keras.Model([photo, person], layers.Dense(3, "softmax", name="kind")(both))


def text_and_category() -> keras.Model:
    words, place = given(12, dtype="int32", name="words"), given(1, dtype="int32", name="place")
    x = layers.LSTM(6)(layers.Embedding(40, 8)(words))
    y = layers.Flatten()(layers.Embedding(5, 3)(place))
    both = layers.Dropout(0.2)(layers.concatenate([x, y]))
    return keras.Model([words, place], layers.Dense(1, "sigmoid", name="likes")(both))


def wide_and_deep() -> keras.Model:
    row = given(6, name="row")
    extra = given(3, name="extra")
    deep = layers.Dense(8, "relu")(layers.Dense(8, "relu")(row))
    return keras.Model(
        [row, extra], layers.Dense(1, name="price")(layers.concatenate([extra, deep]))
    )


def twins() -> keras.Model:
    left, right = given(10, 10, 1, name="left"), given(10, 10, 1, name="right")
    shape, apart = layers.Conv2D(4, 3, name="shape"), layers.Dense(5, name="apart")
    one, other = (apart(layers.Flatten()(shape(each))) for each in (left, right))
    score = layers.Dense(1, "sigmoid", name="same")(ops.abs(one - other))
    return keras.Model([left, right], score)


def twin_towers() -> keras.Model:
    tower = keras.Sequential(
        [given(9, 2), layers.Conv1D(4, 3), layers.GlobalAveragePooling1D(), layers.Dense(4)],
        name="tower",
    )
    one, other = given(9, 2, name="one"), given(9, 2, name="other")
    return keras.Model(
        [one, other], layers.Dense(1, "sigmoid")(layers.multiply([tower(one), tower(other)]))
    )


def shared_vectors() -> keras.Model:
    question, answer = (given(7, dtype="int32", name=name) for name in ("question", "answer"))
    vectors, reader = layers.Embedding(30, 6, name="vectors"), layers.GRU(5, name="reader")
    one, other = (reader(vectors(each)) for each in (question, answer))
    x = layers.concatenate([one, other, one * other])
    return keras.Model(
        [question, answer], layers.Dense(1, "sigmoid", name="fits")(layers.Dense(4, "tanh")(x))
    )


def attending() -> keras.Model:
    asked, told = given(5, 8, name="asked"), given(7, 8, name="told")
    x = layers.MultiHeadAttention(2, 4)(layers.Dense(8)(asked), layers.Dense(8)(told))
    x = layers.GlobalAveragePooling1D()(layers.LayerNormalization()(x + asked))
    return keras.Model([asked, told], layers.Dense(2, "softmax", name="right")(x))


def states_go_over() -> keras.Model:
    before, after = given(6, 3, name="before"), given(5, 2, name="after")
    _, h, c = layers.LSTM(4, return_state=True)(before)
    x = layers.LSTM(4)(after, initial_state=[h, c])
    return keras.Model([before, after], layers.Dense(1, name="next")(x))


def three_of_dicts() -> keras.Model:
    inputs = {name: given(3, name=name) for name in ("b", "a", "c")}
    x = layers.Add()([layers.Dense(4)(each) for each in inputs.values()])
    outputs = {
        "tall": layers.Dense(1, name="tall")(x),
        "kind": layers.Dense(3, "softmax", name="kind")(x),
    }
    return keras.Model(inputs, outputs)


# === Several outputs ===


def heads_apart() -> keras.Model:
    image = given(12, 12, 3, name="image")
    x = layers.Conv2D(4, 3, activation="relu")(image)
    early = layers.Dense(3, "softmax", name="early")(layers.GlobalAveragePooling2D()(x))
    y = layers.GlobalMaxPooling2D()(layers.Conv2D(6, 3)(x))
    late = layers.Dense(3, "softmax", name="late")(y)
    size = layers.Dense(1, name="size")(y)
    return keras.Model(image, [early, late, size])


def towers_for_tasks() -> keras.Model:
    row, more = given(5, name="row"), given(2, name="more")
    both = layers.concatenate([row, more])
    outputs = [
        layers.Dense(1, "sigmoid", name=f"task{n}")(layers.Dense(4, "relu", name=f"tower{n}")(both))
        for n in range(3)
    ]
    return keras.Model([row, more], outputs)


def states_as_outputs() -> keras.Model:
    steps = given(6, 3, name="steps")
    last, h, c = layers.LSTM(4, return_state=True, name="memory")(steps)
    return keras.Model(steps, [layers.Dense(1, name="next")(last), h, c])


def features_beside_a_head() -> keras.Model:
    row = given(6, name="row")
    features = layers.Dense(5, "tanh", name="embedding")(row)
    return keras.Model(row, [layers.Dense(2, "softmax", name="kind")(features), features])


def one_behind_the_other() -> keras.Model:
    row = given(6, name="row")
    first = layers.Dense(3, "softmax", name="coarse")(row)
    second = layers.Dense(4, "softmax", name="fine")(layers.concatenate([row, first]))
    return keras.Model(row, [first, second])


def autoencoder_with_a_class() -> keras.Model:
    row = given(8, name="row")
    code = layers.Dense(3, "relu", name="code")(row)
    back = layers.Dense(8, "sigmoid", use_bias=False, name="back")(code)
    return keras.Model(row, [back, layers.Dense(1, "sigmoid", name="odd")(code)])


# === Ends that are no plain dense layer ===


def activation_behind() -> keras.Model:
    model = keras.Sequential([given(8), layers.Dense(6), layers.Activation("relu")])
    model.add(layers.Dense(4, name="scores"))
    model.add(layers.Activation("softmax", name="kinds"))
    return model


def softmax_layer_of_a_graph() -> keras.Model:
    image = given(8, 8, 3, name="image")
    x = layers.Conv2D(4, 3, padding="same")(image)
    x = layers.Add()([x, layers.Conv2D(4, 1)(x)])
    x = layers.Dense(5)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Softmax(name="kind")(x))


def convolution_as_head() -> keras.Model:
    x = image = given(8, 8, 3, name="image")
    x = layers.GlobalAveragePooling2D(keepdims=True)(layers.Conv2D(6, 3)(x))
    x = layers.Reshape((4,))(layers.Conv2D(4, 1)(x))
    return keras.Model(image, layers.Activation("softmax", name="kind")(x))


def no_bias_and_relu() -> keras.Model:
    row = given(6, name="row")
    return keras.Model(
        row, layers.Dense(2, "relu", use_bias=False, name="counts")(layers.Dense(4)(row))
    )


def recurrent_end() -> keras.Model:
    return keras.Sequential([given(6, 3), layers.GRU(5, return_sequences=True), layers.LSTM(4)])


def softmax_as_operator() -> keras.Model:
    row = given(6, name="row")
    return keras.Model(row, ops.softmax(layers.Dense(3)(row)))


# === Layers of many kinds ===


def both_ways() -> keras.Model:
    words = given(9, dtype="int32", name="words")
    x = layers.Embedding(30, 6)(words)
    x = layers.Bidirectional(layers.LSTM(4, return_sequences=True), merge_mode="ave")(x)
    x = layers.Bidirectional(
        layers.GRU(3), backward_layer=layers.GRU(3, go_backwards=True, activation="relu")
    )(x)
    return keras.Model(words, layers.Dense(2, "softmax", name="topic")(x))


def each_step() -> keras.Model:
    steps = given(5, 4, name="steps")
    x = layers.TimeDistributed(layers.Dense(3, "relu"))(steps)
    x = layers.TimeDistributed(layers.Dropout(0.1))(x)
    return keras.Model(steps, layers.Dense(1, name="next")(layers.Flatten()(x)))


def transformer() -> keras.Model:
    x = steps = given(6, 8, name="steps")
    for number in range(2):
        y = layers.MultiHeadAttention(2, 4, name=f"attention{number}")(x, x, use_causal_mask=True)
        x = layers.LayerNormalization(epsilon=1e-6)(layers.Add()([x, layers.Dropout(0.1)(y)]))
        y = layers.Dense(8)(layers.Dense(16, "gelu")(x))
        x = layers.LayerNormalization(epsilon=1e-6)(x + y)
    return keras.Model(
        steps, layers.Dense(3, "softmax", name="kind")(layers.GlobalMaxPooling1D()(x))
    )


def prepared_pixels() -> keras.Model:
    image = given(10, 14, 3, name="image")
    x = layers.Resizing(12, 12)(image)
    x = layers.CenterCrop(8, 8)(layers.RandomRotation(0.1)(layers.RandomFlip()(x)))
    x = layers.Rescaling(1 / 127.5, offset=-1)(x)
    x = layers.Flatten()(layers.SeparableConv2D(3, 3, depth_multiplier=2)(x))
    return keras.Model(image, layers.Dense(2, "softmax", name="kind")(x))


def prepared_numbers() -> keras.Model:
    scaled = layers.Normalization()
    scaled.adapt(np.random.default_rng(0).normal(2, 3, (50, 4)))
    row = given(4, name="row")
    edges = layers.Discretization([-1.0, 0.0, 1.0], output_mode="one_hot")(row)
    x = layers.concatenate([scaled(row), layers.Flatten()(edges)])
    return keras.Model(row, layers.Dense(1, name="price")(x))


def known_mean() -> keras.Model:
    return keras.Sequential(
        [
            given(3),
            layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0]),
            layers.Dense(1),
        ]
    )


def one_hot_codes() -> keras.Model:
    code = given(1, dtype="int32", name="code")
    x = layers.CategoryEncoding(8, output_mode="one_hot")(code)
    return keras.Model(code, layers.Dense(2, "softmax", name="kind")(x))


def regularised_and_constrained() -> keras.Model:
    x = row = given(8, name="row")
    x = layers.Dense(
        6,
        kernel_initializer=keras.initializers.HeNormal(seed=1),
        kernel_regularizer=keras.regularizers.L1L2(1e-4, 1e-3),
        kernel_constraint=keras.constraints.MaxNorm(2),
    )(x)
    x = layers.PReLU()(layers.GaussianNoise(0.1)(x))
    x = layers.UnitNormalization()(layers.ELU(0.5)(x))
    return keras.Model(row, layers.Dense(1, name="price")(x))


def one_dimension_and_three() -> keras.Model:
    steps = given(16, 2, name="steps")
    x = layers.Conv1D(4, 3, dilation_rate=2, padding="causal")(steps)
    x = layers.MaxPooling1D()(layers.SpatialDropout1D(0.1)(x))
    x = layers.UpSampling1D(2)(layers.ZeroPadding1D(1)(x))
    x = layers.Reshape((-1, 3, 4))(layers.Cropping1D(1)(x)[:, :15])
    return keras.Model(steps, layers.Dense(1, name="next")(layers.Flatten()(x)))


# === Models inside models ===


def frozen_base() -> keras.Model:
    base = keras.applications.MobileNetV2(
        input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None, pooling="avg"
    )
    base.trainable = False
    image = given(32, 32, 3, name="image")
    x = base(layers.Rescaling(1 / 127.5, offset=-1)(image), training=False)
    return keras.Model(image, layers.Dense(2, "softmax", name="kind")(layers.Dropout(0.2)(x)))


def models_three_deep() -> keras.Model:
    inmost = keras.Sequential([given(4), layers.Dense(4, "relu")], name="inmost")
    a = given(4)
    middle = keras.Model(a, layers.Add()([inmost(a), a]), name="middle")
    row = given(4, name="row")
    return keras.Model(row, layers.Dense(1, name="price")(middle(middle(row))))


def head_inside() -> keras.Model:
    head = keras.Sequential(
        [given(5), layers.Dense(4, "relu"), layers.Dense(3, "softmax")], name="head"
    )
    row = given(6, name="row")
    return keras.Model(row, head(layers.Dense(5)(row)))


def several_out_of_one() -> keras.Model:
    a = given(6)
    both = keras.Model(a, [layers.Dense(3)(a), layers.Dense(3)(a)], name="both")
    row = given(6, name="row")
    one, other = both(row)
    return keras.Model(row, layers.Dense(1, "sigmoid", name="same")(one * other))


def u_net_for_a_class() -> keras.Model:
    image = given(16, 16, 1, name="image")
    down = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    deep = layers.Conv2D(8, 3, padding="same")(layers.MaxPooling2D()(down))
    up = layers.Conv2DTranspose(4, 3, strides=2, padding="same")(deep)
    x = layers.Conv2D(4, 3)(layers.concatenate([up, down]))
    return keras.Model(
        image, layers.Dense(2, "softmax", name="kind")(layers.GlobalAveragePooling2D()(x))
    )


def inception_block() -> keras.Model:
    image = given(12, 12, 3, name="image")
    ways = [
        layers.Conv2D(3, size, padding="same", activation="relu", name=f"way{size}")(image)
        for size in (1, 3, 5)
    ]
    ways.append(layers.Conv2D(2, 1)(layers.AveragePooling2D(3, 1, padding="same")(image)))
    x = layers.BatchNormalization()(layers.Concatenate()(ways))
    return keras.Model(
        image, layers.Dense(4, "softmax", name="kind")(layers.GlobalMaxPooling2D()(x))
    )


ADOPTED: list[Callable[[], keras.Model]] = [
    *(picture_and_table, text_and_category, wide_and_deep, twins, twin_towers, shared_vectors),
    *(attending, states_go_over, three_of_dicts),
    *(heads_apart, towers_for_tasks, states_as_outputs, features_beside_a_head),
    *(one_behind_the_other, autoencoder_with_a_class),
    *(activation_behind, softmax_layer_of_a_graph, convolution_as_head, no_bias_and_relu),
    *(recurrent_end, softmax_as_operator),
    *(both_ways, each_step, transformer, prepared_pixels, prepared_numbers, known_mean),
    *(one_hot_codes, regularised_and_constrained, one_dimension_and_three),
    *(frozen_base, models_three_deep, head_inside, several_out_of_one, u_net_for_a_class),
    inception_block,
]
