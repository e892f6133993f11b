"""What a script computes before it builds a model is computed as Python computes it, or a doubt."""

import re
from pathlib import Path
from typing import Any

import pytest

from kerasmith.source_code.inspect_source import inspect_source
from tests.samples import NEEDS_KERAS


def scripts(file: str) -> dict[str, str]:
    """Return the scripts of a file by their headings; each leads to a number, `units`."""
    text = (Path(__file__).parent / file).read_text("utf-8")
    _, *parts = re.split("^# (.*)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[::2], parts[1::2], strict=True))


COMPUTED = scripts("computed.txt")
TENSORS = scripts("tensors.txt")
DOUBTS = scripts("doubts.txt")
"""What only running it tells, or what ends with an error."""

BUILT = """
from keras import Input, Sequential, layers

model = Sequential([Input((4,)), layers.Dense(units)])
"""


def built_from(source: str, folder: Path) -> dict[str, Any]:
    """Return the config of the layer that is as wide as a script says."""
    path = folder / "script.py"
    path.write_text(source + BUILT, encoding="utf-8")
    found = inspect_source(path, "model")
    assert found.graph is not None, found.why_unknown
    [dense] = [each for each in found.graph.layers.values() if each.class_name == "Dense"]
    return dict(dense.config)


@pytest.mark.parametrize("name", COMPUTED)
def test_a_number_is_computed_as_python_computes_it(name: str, tmp_path: Path) -> None:
    scope: dict[str, Any] = {}
    exec(COMPUTED[name].replace("import keras as k", "import json as k"), scope)
    assert built_from(COMPUTED[name], tmp_path)["units"] == scope["units"]


@pytest.mark.slow
@NEEDS_KERAS
@pytest.mark.parametrize("name", TENSORS)
def test_what_keras_says_of_tensors_and_models_is_said(name: str, tmp_path: Path) -> None:
    source = f"from keras import Input, Model, Sequential, layers, ops\n{TENSORS[name]}"
    scope: dict[str, Any] = {}
    exec(source, scope)
    assert built_from(source, tmp_path)["units"] == scope["units"]


@pytest.mark.parametrize("name", DOUBTS)
def test_what_cannot_be_computed_is_no_number(name: str, tmp_path: Path) -> None:
    assert "units" not in built_from(DOUBTS[name], tmp_path)
