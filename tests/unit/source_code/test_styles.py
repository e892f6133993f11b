"""The models of a corpus of scripts are read as they are, or not at all."""

from pathlib import Path

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.saved_model.findings import ModelFindings
from kerasmith.source_code.inspect_source import inspect_source
from tests.written_models import CANNOT_TELL, SEVERAL, STYLES


def read(source: str, folder: Path, name: str = "") -> ModelFindings:
    path = folder / "script.py"
    path.write_text(source, encoding="utf-8")
    return inspect_source(path, name)


@pytest.mark.parametrize("name", STYLES)
def test_a_model_is_read_as_it_is_written(name: str, tmp_path: Path) -> None:
    source, (inputs, outputs, against) = STYLES[name]
    found = read(source, tmp_path, "model" if name in SEVERAL else "")
    assert found.structure is not None, found.why_unknown
    assert found.graph is not None
    assert (len(found.structure.inputs), len(found.structure.outputs)) == (inputs, outputs)
    assert {found.graph.layers[each].class_name for each in found.against.layers} == against
    assert found.structure.linear == (not against and inputs == outputs == 1)


@pytest.mark.parametrize("name", CANNOT_TELL)
def test_what_only_running_tells_is_a_doubt(name: str, tmp_path: Path) -> None:
    source, word = CANNOT_TELL[name]
    found = read(source, tmp_path)
    assert found.structure is None
    assert word in found.why_unknown.replace("A condition", "a condition").replace("How", "how")
    assert "line" in found.why_unknown


HEAD = "layers.Dense(3, activation='softmax')(layers.GlobalAveragePooling2D()({}))"
BACKBONES = {
    "called": f"x = keras.Input((96, 96, 3))\nkeras.Model(x, {HEAD.format('base(x)')})",
    "its own tensors": f"keras.Model(base.input, {HEAD.format('base.output')})",
    "in a stack": "keras.Sequential([base, layers.GlobalAveragePooling2D(), layers.Dense(3)])",
}


@pytest.mark.parametrize("way", BACKBONES)
def test_a_model_from_outside_counts_as_one_layer(way: str, tmp_path: Path) -> None:
    code = (
        "import keras\nfrom keras import layers\n"
        "from tensorflow.keras.applications import ResNet50\n"
        "base = ResNet50(include_top=False, input_shape=(96, 96, 3))\n"
        "for layer in base.layers[:-4]:\n    layer.trainable = False\n"
    )
    *lines, last = BACKBONES[way].split("\n")
    (tmp_path / "m.py").write_text("\n".join([code, *lines, f"model = {last}\n"]))
    found = inspect_source(tmp_path / "m.py")
    assert found.graph is not None, found.why_unknown
    names = [each.class_name for each in found.graph.layers.values()]
    assert names == ["InputLayer", "ResNet50", "GlobalAveragePooling2D", "Dense"]
    assert found.structure is not None
    assert found.structure.linear
    assert "ResNet50 counts as one layer: its own layers are not in the code." in found.notes


def test_a_model_from_outside_with_nothing_of_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("import keras\nmodel = keras.applications.VGG16(classes=3)\n")
    with pytest.raises(KerasmithError) as error:
        inspect_source(tmp_path / "m.py")
    assert "VGG16" in error.value.problems[0].why
