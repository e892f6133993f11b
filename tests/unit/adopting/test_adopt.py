"""The code of saved models: laid out, and safe whatever stands in the file."""

import ast
import json
import time
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kerasmith.adopting.adopted import adopt
from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.saved_model.findings import inspect_model
from kerasmith.source_code.inspect_source import inspect_source
from tests.isomorphic import form

EXAMPLE = Path(__file__).parents[3] / "docs/examples/model.keras"


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def dense(name: str, *given: str, **config: Any) -> dict[str, Any]:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}}
        for each in given
    ]
    return {
        "module": "keras.layers",
        "class_name": "Dense",
        "config": {"name": name, "units": 3, **config},
        "name": name,
        "inbound_nodes": [{"args": tensors, "kwargs": {}}] if given else [],
    }


def network(*entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    first = {
        "class_name": "InputLayer",
        "config": {"name": "a", "batch_shape": [None, 4]},
        "name": "a",
        "inbound_nodes": [],
    }
    last = entries[-1]["name"]
    config = {
        "name": "model",
        "layers": [first, *entries],
        "input_layers": [["a", 0, 0]],
        "output_layers": [[last, 0, 0]],
    }
    return {"class_name": "Functional", "config": {**config, **more}}


def code(config: dict[str, Any], folder: Path) -> str:
    path = folder / "model.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return adopt(path).text


def test_the_command_writes_a_new_file_and_overwrites_none(tmp_path: Path) -> None:
    target = tmp_path / "adopted.py"
    result = run("adopt", str(EXAMPLE), str(target))
    assert result.exit_code == 0
    text = target.read_text("utf-8")
    assert "def build_model() -> keras.Model:" in text
    assert max(map(len, text.splitlines())) <= 100
    assert run("decide", str(target)).exit_code == 0
    again = run("adopt", str(EXAMPLE), str(target))
    assert again.exit_code == 2
    assert "exists already" in again.output
    assert target.read_text("utf-8") == text
    assert run("adopt", str(tmp_path / "absent.keras"), str(tmp_path / "b.py")).exit_code == 2
    assert [each.name for each in tmp_path.iterdir()] == ["adopted.py"]


HOSTILE = ['"""', "x\"); import os; os.system('touch owned') #", "\\", "a\nb", "{", "class", "é"]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_texts_and_nothing_else(name: str, tmp_path: Path) -> None:
    inner = network(dense("b", "a"))["config"]
    nested = {**dense(name, "a"), "class_name": "Functional", "config": {**inner, "name": name}}
    try:
        text = code(network(dense(f"{name}2", "a"), nested, name=name), tmp_path)
    except KerasmithError:
        return
    tree = ast.parse(text)
    imports = [
        ast.unparse(node)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert imports == ["import keras", "from keras import layers"]
    assert "os" not in {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    kinds = {type(node) for node in tree.body}
    assert kinds <= {ast.Expr, ast.Import, ast.ImportFrom, ast.FunctionDef}


@pytest.mark.parametrize(
    ("config", "word"),
    [
        (network({**dense("b", "a"), "class_name": "Own", "module": "me"}), "Own is not a layer"),
        (network({**dense("b", "a"), "class_name": "Lambda"}), "holds Python code"),
        (network(dense("b", "a", activation={"class_name": "Evil", "config": {}})), "'Evil'"),
        (
            network(
                dense(
                    "b",
                    "a",
                    kernel_initializer={"module": "os", "class_name": "system", "config": {"x": 1}},
                )
            ),
            "'system'",
        ),
        (
            network(
                {
                    **dense("b", "a"),
                    "class_name": "TFOpLambda",
                    "config": {"name": "b", "function": "image.resize"},
                    "inbound_nodes": [[["a", 0, 0, {}]]],
                }
            ),
            "tf.image.resize",
        ),
        (network(dense("b", "c"), dense("c", "b")), "that nothing gives"),
        (network(dense("b", "a", **{"not a name": 1})), "not a name in Python"),
        ({"class_name": "Net", "config": {}}, "subclassed"),
    ],
)
def test_what_no_code_can_be_written_for_is_refused(
    config: dict[str, Any], word: str, tmp_path: Path
) -> None:
    with pytest.raises(KerasmithError) as error:
        code(config, tmp_path)
    assert word in error.value.problems[0].why


def test_a_layer_that_has_the_name_of_an_operator_is_numbered_by_keras(tmp_path: Path) -> None:
    tensors = dense("b", "a")["inbound_nodes"][0]["args"]
    layer = {**dense("add"), "class_name": "Add", "config": {"name": "add"}}
    layer["inbound_nodes"] = [{"args": [[*tensors, *tensors]], "kwargs": {}}]
    operator = {**dense("add_1"), "module": "keras.src.ops.numpy", "class_name": "Add"}
    operator |= {"config": {"name": "add_1"}, "inbound_nodes": [{"args": [*tensors, *tensors]}]}
    text = code(network(layer, {**operator, "name": "add_1"}, dense("c", "add")), tmp_path)
    assert "layers.Add()([a, a])" in text


def block(start: str, before: str, units: int, **last: Any) -> list[dict[str, Any]]:
    """Return four layers with a shortcut, whose names begin alike."""
    names = [before, *(f"{start}_{each}" for each in ("in", "mid", "out"))]
    layers = [dense(name, given, units=units) for given, name in pairwise(names)]
    layers[2]["config"] |= {"units": 3, **last}
    add = {**dense(f"{start}_add"), "class_name": "Add", "config": {"name": f"{start}_add"}}
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}}
        for each in (before, names[-1])
    ]
    return [*layers, {**add, "inbound_nodes": [{"args": [tensors], "kwargs": {}}]}]


def test_blocks_that_repeat_are_a_function_that_is_told_what_differs(tmp_path: Path) -> None:
    layers = [dense("first", "a"), *block("stage1_block1", "first", 8)]
    layers += block("stage1_block2", "stage1_block1_add", 16)
    layers += block("stage2_block1", "stage1_block2_add", 32)
    (path := tmp_path / "adopted.py").write_text(code(network(*layers), tmp_path), encoding="utf-8")
    text = path.read_text("utf-8")
    assert "def stage_block(inputs: keras.KerasTensor, units: int, name: str)" in text
    assert text.count("layers.Dense(") == 1 + 3
    assert 'layers.Dense(units, name=f"{name}_mid")' in text
    assert 'x = stage_block(x, 16, name="stage1_block2")' in text
    before, after = inspect_model(tmp_path / "model.json"), inspect_source(path, "build_model")
    assert before.graph is not None
    assert after.graph is not None, after.why_unknown
    assert form(after.graph) == form(before.graph)
    dense_layers = [each for each in after.graph.layers.values() if each.class_name == "Dense"]
    assert [each.config["units"] for each in dense_layers] == [3, 8, 8, 3, 16, 16, 3, 32, 32, 3]


@pytest.mark.parametrize(
    "other",
    [
        {"activation": "relu"},
        {
            "kernel_regularizer": {
                "module": "keras.regularizers",
                "class_name": "L2",
                "config": {"l2": 0.1},
            }
        },
        {"trainable": False},
    ],
)
def test_blocks_that_differ_in_more_than_arguments_are_none(
    other: dict[str, Any], tmp_path: Path
) -> None:
    first = block("block_1", "a", 8, trainable=True)
    second = block("block_2", "block_1_add", 8, **{"trainable": True, **other})
    text = code(network(*first, *second), tmp_path)
    assert "def block" not in text
    assert text.count("layers.Dense(") == 6


def test_what_is_used_behind_a_block_too_is_in_no_block(tmp_path: Path) -> None:
    layers = [*block("block_1", "a", 8), *block("block_2", "block_1_add", 8)]
    ends = [["block_2_add", 0, 0], ["block_1_mid", 0, 0]]
    assert "def block" not in code(network(*layers, output_layers=ends), tmp_path)


SAVED = Path(__file__).parents[2] / "saved_models"


@pytest.mark.parametrize("path", sorted(SAVED.glob("*.json")), ids=lambda path: path.stem)
def test_models_of_older_versions_are_adopted(path: Path, tmp_path: Path) -> None:
    (tmp_path / "adopted.py").write_text(adopt(path).text, encoding="utf-8")
    before, after = inspect_model(path), inspect_source(tmp_path / "adopted.py", "build_model")
    assert before.graph is not None
    assert after.graph is not None, after.why_unknown
    assert form(after.graph) == form(before.graph)


@pytest.mark.slow
def test_ten_thousand_layers_take_a_moment(tmp_path: Path) -> None:
    names = ["a", *(f"d{number}" for number in range(10_000))]
    chain = [dense(name, before) for before, name in pairwise(names)]
    began = time.process_time()
    text = code(network(*chain), tmp_path)
    assert text.count("layers.Dense(3") == 10_000
    assert time.process_time() - began < 8
