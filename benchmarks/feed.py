"""Measure in a project how many examples a second are read, and how many the model learns from.

    python feed.py NOTES.json PACKAGE [NAME=NUMBER of the config]...

Read: the training split alone, once through to warm up, then timed. Learned from: epochs of `fit`
as long, of one batch that is in memory already.
"""

import json
import sys
from dataclasses import replace
from importlib import import_module
from math import ceil
from pathlib import Path
from time import perf_counter

import keras
import tensorflow as tf

FEWEST_STEPS = 100

notes, package, *changes = sys.argv[1:]
Config = import_module(f"{package}.config").Config
data, model = (import_module(f"{package}.{name}") for name in ("data", "model"))

numbers = {name: int(number) for name, _, number in (each.partition("=") for each in changes)}
config = replace(Config(), **numbers)
if hasattr(data, "load_dataset"):
    batches = data.load_dataset("train", config)
else:  # as Keras does it with the arrays of a split
    examples = tf.data.Dataset.from_tensor_slices(data.load_split("train", config))
    batches = examples.shuffle(len(examples)).batch(config.batch_size).prefetch(tf.data.AUTOTUNE)
steps = sum(1 for _ in batches)
passes = ceil(FEWEST_STEPS / steps)

start = perf_counter()
for _ in range(passes):
    for _ in batches:
        pass
read = passes * steps / (perf_counter() - start)

learner = model.build_model(config)
same = tf.data.Dataset.from_tensors(next(iter(batches))).cache().repeat(steps)
begun: list[float] = []
seconds: list[float] = []
clock = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: begun.append(perf_counter()),
    on_epoch_end=lambda epoch, logs: seconds.append(perf_counter() - begun[-1]),
)
learner.fit(same, epochs=1 + passes, verbose=0, shuffle=False, callbacks=[clock])
learned = passes * steps / sum(seconds[1:])

told = {"read": read * config.batch_size, "learned": learned * config.batch_size}
Path(notes).write_text(json.dumps(told), "utf-8")
