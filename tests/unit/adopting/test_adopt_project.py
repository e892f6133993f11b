"""A project around a saved model: its own code, which checks and updates leave as it is."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kerasmith.adopting.adopt_project import adopt_project
from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.project.code import check_code
from kerasmith.source_code.inspect_source import inspect_source
from tests.isomorphic import form
from tests.unit.adopting.test_adopt import EXAMPLE, HOSTILE, dense, network


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def saved(config: dict[str, Any], folder: Path) -> Path:
    path = folder / "model.json"
    path.write_text(json.dumps(config), encoding="utf-8")
    return path


def stack(*units: int, head: str = "price") -> dict[str, Any]:
    names = ["a", *(f"dense_{number}" for number, _ in enumerate(units, 1))]
    entries = [
        dense(name, before, units=size, activation="relu")
        for before, name, size in zip(names, names[1:], units, strict=False)
    ]
    return network(*entries, dense(head, names[-1], units=1))


def skip() -> dict[str, Any]:
    add = {**dense("sum", "first"), "class_name": "Add", "config": {"name": "sum"}}
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}}
        for each in ("first", "second")
    ]
    add["inbound_nodes"] = [{"args": [tensors], "kwargs": {}}]
    layers = [dense("first", "a"), dense("second", "first"), add]
    return network(*layers, dense("kind", "sum", units=4, activation="softmax"))


@pytest.mark.slow
def test_a_stack_becomes_a_sequential_with_a_list_of_its_layers(tmp_path: Path) -> None:
    found = adopt_project(saved(stack(8, 4), tmp_path), "prices")
    code = found.files["src/prices/model.py"]
    assert found.decision.api == "sequential"
    assert '        layers.Dense(8, activation="relu", name="dense_1"),\n' in code
    assert "def a_layers() -> list[keras.Layer]:" in code
    assert found.plan.parameters == (4 * 8 + 8) + (8 * 4 + 4) + (4 + 1)
    assert found.data == {}, "a file without weights is not taken along"


def test_a_graph_becomes_a_function_and_the_verdict_functional(tmp_path: Path) -> None:
    found = adopt_project(saved(skip(), tmp_path), "skips")
    code = found.files["src/skips/model.py"]
    assert found.decision.api == "functional"
    assert "def a_graph(a: keras.KerasTensor) -> keras.KerasTensor:" in code
    assert "It is not a stack: several tensors go into sum." in code
    assert 'kind = layers.Dense(len(config.kind_classes), activation="softmax"' in code
    assert "branching" in found.files["docs/decision.md"]


def test_the_command_writes_a_project_that_keeps_its_answers(tmp_path: Path) -> None:
    target = tmp_path / "skips"
    result = run("adopt", str(saved(skip(), tmp_path)), str(target))
    assert result.exit_code == 0, result.output
    assert "What the file does not say" in result.output
    said = (target / "kerasmith.toml").read_text("utf-8")
    assert 'encoder = "own_graph"\nunits = 3\nweights = 27\n' in said
    assert run("check", "--code", str(target)).exit_code == 0
    assert run("adopt", str(saved(skip(), tmp_path)), str(target)).exit_code == 2


def test_code_of_the_owners_own_is_no_drift_and_the_rest_is(tmp_path: Path) -> None:
    target = tmp_path / "skips"
    run("adopt", str(saved(skip(), tmp_path)), str(target))
    model = target / "src/skips/model.py"
    text = model.read_text("utf-8")
    helper = "def twice(x: keras.KerasTensor) -> keras.KerasTensor:\n    return x + x\n\n\n"
    text = text.replace("def a_graph", f"{helper}def a_graph").replace(
        'layers.Dense(3, name="first")(a)', 'twice(layers.Dense(9, name="first")(a))'
    )
    model.write_text(text, encoding="utf-8")
    assert "twice(layers" in text
    assert check_code(target).in_step is True
    model.write_text(text.replace('loss="sparse_', 'loss="'), encoding="utf-8")
    assert [each.answer for each in check_code(target).drifts] == ["outputs.kind.kind"]


@pytest.mark.slow
def test_an_update_adds_a_head_and_leaves_the_layers(tmp_path: Path) -> None:
    target = tmp_path / "skips"
    run("adopt", str(saved(skip(), tmp_path)), str(target))
    own = (target / "src/skips/model.py").read_text("utf-8").partition("def build_model")[0]
    for words in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "as adopted"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
        subprocess.run(["git", *who, *words], cwd=target, check=True)
    result = run("update", str(target), "--output", "cute:binary", "--with", "export")
    assert result.exit_code == 0, result.output
    code = (target / "src/skips/model.py").read_text("utf-8")
    assert 'cute = layers.Dense(1, activation="sigmoid", name="cute")(a_features)' in code
    assert own.partition("def a_graph")[2] in code
    assert check_code(target).in_step is True


def two_outputs(of_the_other: str) -> dict[str, Any]:
    first, one, other = dense("first", "a"), dense("one", "first"), dense("other", of_the_other)
    return network(first, one, other, output_layers=[["one", 0, 0], ["other", 0, 0]])


def test_two_heads_on_the_same_features_are_two_outputs(tmp_path: Path) -> None:
    found = adopt_project(saved(two_outputs("first"), tmp_path), "pairs")
    code = found.files["src/pairs/model.py"]
    assert [each.name for each in found.plan.outputs] == ["one", "other"]
    assert 'layers.Dense(3, name="first"),' in code
    assert 'other = layers.Dense(3, name="other")(a_features)' in code
    assert found.decision.headline.startswith("Functional: it has 2 outputs")


@pytest.mark.parametrize("of_the_other", ["a", "one"])
def test_a_head_on_other_features_is_in_the_owners_code(of_the_other: str, tmp_path: Path) -> None:
    found = adopt_project(saved(two_outputs(of_the_other), tmp_path), "pairs")
    code = found.files["src/pairs/model.py"]
    own = "other" if of_the_other == "a" else "one"
    assert [each.name for each in found.plan.outputs if each.own_head] == [own]
    assert "def a_graph(a: keras.KerasTensor) -> tuple[keras.KerasTensor, ...]:" in code
    assert f'layers.Dense(3, name="{own}")' in code
    last = 4 if of_the_other == "a" else 3
    assert found.plan.parameters == (4 * 3 + 3) + (3 * 3 + 3) + (last * 3 + 3)


@pytest.mark.parametrize("config", [{"activation": "relu"}, {"use_bias": False}])
def test_a_head_that_projects_do_not_have_is_in_the_owners_code(
    config: dict[str, Any], tmp_path: Path
) -> None:
    found = adopt_project(saved(network(dense("b", "a", units=2, **config)), tmp_path), "p")
    code = found.files["src/p/model.py"]
    assert found.decision.api == "sequential"
    assert found.plan.outputs[0].own_head
    assert code.count("layers.Dense(") == 1
    assert found.plan.parameters == 4 * 2 + 2 * config.get("use_bias", True)


def test_layers_of_applications_that_keras_does_not_export_are_read_back(tmp_path: Path) -> None:
    scaled = {
        **dense("scaled", "a"),
        "module": "keras.src.applications.convnext",
        "class_name": "LayerScale",
        "config": {"name": "scaled", "init_values": 0.1, "projection_dim": 4},
    }
    added = {
        **joined("scaled", "a"),
        "module": "keras.src.applications.inception_resnet_v2",
        "class_name": "CustomScaleLayer",
        "config": {"name": "both", "scale": 0.2},
    }
    last = {**joined("both"), "class_name": "Flatten", "config": {"name": "flat"}, "name": "flat"}
    last["inbound_nodes"] = dense("flat", "both")["inbound_nodes"]
    head = {**dense("b", "flat"), "build_config": {"input_shape": [None, 4]}}
    source, target = saved(network(scaled, added, last, head), tmp_path), tmp_path / "p"
    result = run("adopt", str(source), str(target))
    assert result.exit_code == 0, result.output
    code = (target / "src/p/model.py").read_text("utf-8")
    assert (
        "from keras import layers\nfrom keras.src.applications.convnext import LayerScale\n" in code
    )
    assert 'LayerScale(init_values=0.1, projection_dim=4, name="scaled")(a)' in code
    assert "+ a * 0.2" in code
    assert run("check", "--code", str(target)).exit_code == 0


def joined(*given: str) -> dict[str, Any]:
    tensors = [
        {"class_name": "__keras_tensor__", "config": {"keras_history": [each, 0, 0]}}
        for each in given
    ]
    entry = {**dense("both"), "class_name": "Concatenate", "config": {"name": "both"}}
    return {**entry, "inbound_nodes": [{"args": [tensors], "kwargs": {}}]}


def two_inputs(*layers: dict[str, Any]) -> dict[str, Any]:
    other = {
        "class_name": "InputLayer",
        "config": {"name": "b", "batch_shape": [None, 2]},
        "inbound_nodes": [],
    }
    return network(other, *layers, input_layers=[["a", 0, 0], ["b", 0, 0]])


def test_each_input_has_an_encoder_and_where_they_meet_a_merge_begins(tmp_path: Path) -> None:
    layers = [dense("first", "a"), joined("first", "b"), dense("price", "both", units=1)]
    found = adopt_project(saved(two_inputs(*layers), tmp_path), "pairs")
    code = found.files["src/pairs/model.py"]
    assert "def a_layers() -> list[keras.Layer]:" in code
    assert "def b_graph(b: keras.KerasTensor) -> keras.KerasTensor:" in code
    assert 'return layers.Concatenate(name="both")([a_features, b_features])' in code
    assert "features = features_graph(a_features, b_features)" in code
    assert found.plan.merge == "own_graph"
    assert (found.plan.merge_units, found.plan.parameters) == (5, (4 * 3 + 3) + (5 + 1))


def test_the_code_of_a_merge_is_no_drift_and_an_update_leaves_it(tmp_path: Path) -> None:
    layers = [dense("first", "a"), joined("first", "b"), dense("price", "both", units=1)]
    target = tmp_path / "pairs"
    run("adopt", str(saved(two_inputs(*layers), tmp_path)), str(target))
    model = target / "src/pairs/model.py"
    text = model.read_text("utf-8").replace(
        'return layers.Concatenate(name="both")([a_features, b_features])',
        'both = layers.Concatenate(name="both")([a_features, b_features])\n'
        '    return layers.Dropout(0.5, name="less")(both)',
    )
    model.write_text(text, encoding="utf-8")
    assert check_code(target).in_step is True
    for words in (["init", "-q"], ["add", "--all"], ["commit", "-qm", "mine"]):
        who = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
        subprocess.run(["git", *who, *words], cwd=target, check=True)
    result = run("update", str(target), "--output", "cute:binary")
    assert result.exit_code == 0, result.output
    code = model.read_text("utf-8")
    assert 'return layers.Dropout(0.5, name="less")(both)' in code
    assert 'cute = layers.Dense(1, activation="sigmoid", name="cute")(features)' in code


def test_inputs_that_go_through_the_same_layers_share_an_encoder(tmp_path: Path) -> None:
    twin = dense("twin", "a")
    twin["inbound_nodes"] += dense("twin", "b")["inbound_nodes"]
    both = joined("twin", "twin")
    both["inbound_nodes"][0]["args"][0][1]["config"]["keras_history"] = ["twin", 1, 0]
    config = two_inputs(twin, both, dense("same", "both", units=1, activation="sigmoid"))
    for entry in config["config"]["layers"]:
        if entry["class_name"] == "InputLayer":
            entry["config"] |= {"batch_shape": [None, 7, 2]}
    twin["class_name"], twin["config"] = "LSTM", {"name": "twin", "units": 3}
    found = adopt_project(saved(config, tmp_path), "pairs")
    code = found.files["src/pairs/model.py"]
    assert [each.inputs for each in found.plan.encoders] == [("a", "b")]
    assert "b_features = twin_encoder(b)" in code
    assert code.count("layers.LSTM(3") == 1


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (network({**dense("b", "a"), "class_name": "Lambda"}), "Lambda"),
        (network({**dense("b", "a"), "class_name": "Own", "module": "me"}), "Own"),
        (network(dense("b", "a", units=2, activation="tanh"), output_layers=["a", 0, 0]), "output"),
        (network(dense("b", "a", units=100)), "size"),
        ({"class_name": "Net", "config": {}}, "subclassed"),
    ],
)
def test_what_no_project_can_hold_is_refused_and_nothing_written(
    config: dict[str, Any], why: str, tmp_path: Path
) -> None:
    result = run("adopt", str(saved(config, tmp_path)), str(tmp_path / "p"))
    assert result.exit_code == 2, result.output
    assert why in " ".join(result.output.split())
    assert [each.name for each in tmp_path.iterdir()] == ["model.json"]


def test_the_refusal_names_the_way_to_the_code_alone(tmp_path: Path) -> None:
    with pytest.raises(KerasmithError) as error:
        adopt_project(saved(network(dense("b", "a", units=100)), tmp_path), "pairs")
    assert "model.py" in error.value.problems[0].try_


# === Code as the source ===


CODE = """
import keras
from keras import layers, regularizers


def block(x, size):
    y = layers.Dense(size, kernel_regularizer=regularizers.L2(1e-4))(x)
    return layers.add([x, layers.Dropout(0.1)(y, training=True)])


def build_model():
    row, more = keras.Input((8,), name="row"), keras.Input((3,), name="more")
    x = row
    for _ in range(2):
        x = block(x, 8)
    y = layers.concatenate([x, more[:, :2]])
    kind = layers.Dense(3, activation=keras.activations.softmax, name="kind")(y * 2)
    return keras.Model([row, more], [kind, layers.Dense(1, name="age")(x)])


raise SystemExit("nothing here is run")
"""


def test_code_becomes_a_project_and_nothing_of_it_is_run(tmp_path: Path) -> None:
    source = tmp_path / "train.py"
    source.write_text(CODE, encoding="utf-8")
    result = run("adopt", str(source), str(tmp_path / "people"))
    assert result.exit_code == 0, result.output
    assert "people.original" not in result.output, "code has no weights"
    code = (tmp_path / "people/src/people/model.py").read_text("utf-8")
    assert "kernel_regularizer=keras.regularizers.L2(0.0001)" in code
    assert "(x, training=True)" in code
    assert "[:, :2]" in code
    assert run("check", "--code", str(tmp_path / "people")).exit_code == 0
    assert run("adopt", str(source), str(tmp_path / "alone.py")).exit_code == 0
    before, after = (
        inspect_source(path, "build_model").graph for path in (source, tmp_path / "alone.py")
    )
    assert before is not None
    assert after is not None
    assert form(after) == form(before)


@pytest.mark.parametrize(
    ("line", "instead", "why"),
    [
        ("layers.Dense(size,", "layers.Dense(unknown(),", "of dense (line 7) is not known"),
        ("layers.Dropout(0.1)", "layers.Lambda(abs)", "Lambda"),
        ("layers.Dropout(0.1)", "Own()", "Own"),
        ("range(2)", "range(int(input()))", "not known"),
    ],
)
def test_code_that_reading_does_not_tell_is_refused(
    line: str, instead: str, why: str, tmp_path: Path
) -> None:
    source = tmp_path / "train.py"
    own = "class Own(layers.Layer):\n    pass\n\n\ndef block"
    text = CODE.replace(line, instead)
    source.write_text(text.replace("def block", own) if "Own" in text else text, encoding="utf-8")
    result = run("adopt", str(source), str(tmp_path / "people"))
    assert result.exit_code == 2, result.output
    assert why in " ".join(result.output.split())
    assert [each.name for each in tmp_path.iterdir()] == ["train.py"]


def test_the_example_of_the_documents_is_adopted_with_its_weights() -> None:
    found = adopt_project(EXAMPLE, "pets")
    assert found.data == {"original/model.keras": EXAMPLE}
    assert "src/pets/original.py" in found.files


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_become_names_that_a_project_can_have(name: str, tmp_path: Path) -> None:
    config = json.loads(json.dumps(stack(8, head="z")).replace('"a"', json.dumps(name)))
    config = json.loads(json.dumps(config).replace('"z"', json.dumps(f"{name} z")))
    try:
        found = adopt_project(saved(config, tmp_path), name)
    except KerasmithError:
        return
    for path, text in found.files.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
            assert "os.system" not in text
