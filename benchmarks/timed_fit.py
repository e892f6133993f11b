"""Run a program that trains, unchanged, and note how long each of its epochs took.

    python timed_fit.py NOTES.json -m MODULE [FLAG...]
    python timed_fit.py NOTES.json SCRIPT

An epoch is every training step and the validation after it, with all that feeds them. The clock
stops before the program's own callbacks: how often a better model is saved is luck.
"""

import json
import runpy
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import keras

notes, *program = sys.argv[1:]
begun: list[float] = []
seconds: list[float] = []

clock = keras.callbacks.LambdaCallback(
    on_epoch_begin=lambda epoch, logs: begun.append(perf_counter()),
    on_epoch_end=lambda epoch, logs: seconds.append(perf_counter() - begun[-1]),
)
fit = keras.Model.fit


def timed_fit(*given: Any, callbacks: Any = (), **options: Any) -> Any:
    """Fit as ever, with the clock before the other callbacks."""
    return fit(*given, callbacks=[clock, *callbacks], **options)


keras.Model.fit = timed_fit
if program[0] == "-m":
    sys.argv = program[1:]
    runpy.run_module(program[1], run_name="__main__", alter_sys=True)
else:
    sys.argv = program
    runpy.run_path(program[0], run_name="__main__")
Path(notes).write_text(json.dumps({"steps": clock.params["steps"], "seconds": seconds}), "utf-8")
