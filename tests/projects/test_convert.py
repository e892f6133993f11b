"""What is converted computes the same: real Keras builds both, with equal weights."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from kerasmith.rewriting.conversion import convert
from tests.convertible import FUNCTIONAL, SEQUENTIAL

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants, and warns
# of layers that are told a shape, as the stack of one script is on purpose.
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Do not pass an `input_shape`:UserWarning"),
]


def run(source: str) -> keras.Model:
    names: dict[str, Any] = {}
    exec(compile(source, "script.py", "exec"), names)
    return names["model"]


@pytest.mark.parametrize("name", [*SEQUENTIAL, *FUNCTIONAL])
def test_outputs_are_bit_equal(name: str, tmp_path: Path) -> None:
    to = "functional" if name in SEQUENTIAL else "sequential"
    path = tmp_path / "script.py"
    path.write_text((SEQUENTIAL | FUNCTIONAL)[name], encoding="utf-8")
    after = convert(path, to).after
    one, other = run(path.read_text("utf-8")), run(after)
    assert type(one).__name__ != type(other).__name__
    other.set_weights(one.get_weights())
    given = np.random.default_rng(0).normal(size=(200, *one.inputs[0].shape[1:])).astype("float32")
    assert np.array_equal(one.predict(given, verbose=0), other.predict(given, verbose=0))
