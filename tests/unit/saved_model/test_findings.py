"""Saved models, hand-made and by other versions of Keras: what is read from them, and how."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from kerasmith.saved_model.findings import ModelFindings, inspect_model
from kerasmith.saved_model.stretches import mermaid, picture

SAVED = Path(__file__).parents[2] / "saved_models"

Config = dict[str, Any]


# === Configurations by hand ===


def tensor(name: str, call: int = 0, place: int = 0) -> Config:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [name, call, place]}}


def layer(called: str, *nodes: Any, class_name: str = "Dense", **config: Any) -> Config:
    """Return a layer that is called once with each of the nodes: a name, several, or kwargs."""
    calls = []
    for node in nodes:
        if isinstance(node, dict):
            calls.append({"args": [], "kwargs": node})
        else:
            names = [node] if isinstance(node, str) else node
            given = [tensor(*each.split("/")[:1]) for each in names]
            calls.append({"args": [given if len(given) > 1 else given[0]], "kwargs": {}})
    module = config.pop("module", "keras.layers")
    return {
        "module": module,
        "class_name": class_name,
        "config": {**config, "name": called},
        "name": called,
        "inbound_nodes": calls,
    }


def input_layer(name: str = "image", *shape: int) -> Config:
    shape = shape or (8,)
    return layer(name, class_name="InputLayer", batch_shape=[None, *shape], dtype="float32")


def network(*layers: Config, inputs: Any = None, outputs: Any = None, **more: Any) -> Config:
    """Return the configuration of a Functional model; the last layer is its output."""
    first = [[each["name"], 0, 0] for each in layers if each["class_name"] == "InputLayer"]
    last = [[layers[-1]["name"], 0, 0]]
    config = {
        "name": "model",
        "layers": list(layers),
        "input_layers": first if inputs is None else inputs,
        "output_layers": last if outputs is None else outputs,
    }
    return {"class_name": "Functional", "config": config, **more}


def sequential(*layers: Config, **more: Any) -> Config:
    return {"class_name": "Sequential", "config": {"name": "stack", "layers": list(layers), **more}}


@pytest.fixture
def found(tmp_path: Path) -> Any:
    """Write a configuration into a .keras file and inspect that."""

    def inspect(config: Config, *, weights: bool = True) -> ModelFindings:
        with zipfile.ZipFile(tmp_path / "model.keras", "w") as archive:
            archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
            archive.writestr("config.json", json.dumps(config))
            if weights:
                archive.writestr("model.weights.h5", b"weights")
        return inspect_model(tmp_path / "model.keras")

    return inspect


# === Structure ===


def test_a_chain_is_linear_however_it_was_written(found: Any) -> None:
    told = found(network(input_layer(), layer("hidden", "image"), layer("digit", "hidden")))
    assert told.structure.linear
    assert told.against.layers == ()
    assert (told.structure.inputs, told.structure.outputs) == (("image",), ("digit",))


def test_a_layer_that_is_used_twice_is_shared(found: Any) -> None:
    told = found(
        network(
            input_layer("left"),
            input_layer("right"),
            layer("twin", "left", "right"),
            layer("both", ["twin", "twin"], class_name="Concatenate"),
        )
    )
    assert told.against.shared == ("twin",)
    assert told.structure.inputs == ("left", "right")


def test_two_layers_of_a_kind_are_not_shared(found: Any) -> None:
    told = found(network(input_layer(), layer("one", "image"), layer("two", "one")))
    assert told.against.shared == ()


def test_a_layer_that_takes_several_tensors_branches(found: Any) -> None:
    skip = layer("skip", ["image", "step"], class_name="Add")
    told = found(network(input_layer(), layer("step", "image"), skip, layer("digit", "skip")))
    assert told.against.merging == ("skip",)
    assert told.against.parting == ("image",)
    assert not told.structure.linear


def test_tensors_among_keyword_arguments_count(found: Any) -> None:
    words = {"query": tensor("image"), "value": [{"deep": tensor("image")}], "training": False}
    look = layer("look", words, class_name="MultiHeadAttention")
    told = found(network(input_layer("image", 5, 4), look))
    assert told.against.merging == ("look",)
    assert told.against.parting == ("image",)


def test_being_an_output_is_a_use(found: Any) -> None:
    layers = (input_layer(), layer("hidden", "image"), layer("digit", "hidden"))
    told = found(network(*layers, outputs=[["hidden", 0, 0], ["digit", 0, 0]]))
    assert told.against.parting == ("hidden",)
    assert told.structure.outputs == ("hidden", "digit")


@pytest.mark.parametrize("outputs", [["digit", 0, 0], [["digit", 0, 0]], {"d": ["digit", 0, 0]}])
def test_one_output_is_one_in_every_form(found: Any, outputs: Any) -> None:
    told = found(network(input_layer(), layer("digit", "image"), outputs=outputs))
    assert told.structure.outputs == ("digit",)


def test_a_layer_that_returns_its_state_gives_several_tensors(found: Any) -> None:
    lstm = layer("lstm", "series", class_name="LSTM", units=4, return_state=True)
    told = found(network(input_layer("series", 5, 3), lstm, layer("load", "lstm")))
    assert told.against.several == ("lstm",)
    assert told.structure.branches


def test_a_layer_that_keeps_its_state_gives_one(found: Any) -> None:
    lstm = layer("lstm", "series", class_name="LSTM", units=4, return_state=False)
    assert found(network(input_layer("series", 5, 3), lstm, layer("load", "lstm"))).structure.linear


def test_a_tensor_that_is_not_the_first_tells_of_several(found: Any) -> None:
    told = found(
        network(input_layer(), layer("split", "image"), layer("out", {"x": tensor("split", 0, 1)}))
    )
    assert told.against.several == ("split",)


@pytest.mark.parametrize(
    ("class_name", "more", "outputs"),
    [
        ("LSTM", {"return_state": True}, 3),
        ("GRU", {"return_state": True}, 2),
        ("GRU", {}, 1),
        ("RNN", {"return_state": True, "cell": {"class_name": "LSTMCell"}}, 3),
        ("Bidirectional", {"layer": {"class_name": "LSTM", "config": {"return_state": True}}}, 5),
        ("Bidirectional", {"layer": {"class_name": "LSTM", "config": {}}}, 1),
    ],
)
def test_a_sequential_may_end_in_several_outputs(
    found: Any, class_name: str, more: Config, outputs: int
) -> None:
    told = found(sequential(input_layer("x", 5, 3), layer("end", class_name=class_name, **more)))
    assert len(told.outputs) == outputs
    assert told.structure.linear == (outputs == 1)


def test_a_sequential_without_input_has_one_of_unknown_shape(found: Any) -> None:
    told = found(sequential(layer("dense", units=3)))
    assert told.structure.linear
    assert [(end.name, end.shape) for end in told.inputs] == [("input", None)]
    assert told.uncounted == ("Dense",)


def test_the_shape_that_a_sequential_was_built_for_is_that_of_its_input(found: Any) -> None:
    told = found(sequential(layer("dense", units=3), build_input_shape=[None, 7]))
    assert told.inputs[0].shape == (7,)


def test_an_empty_sequential_and_the_list_of_keras_1_are_read(found: Any) -> None:
    assert found(sequential()).structure.linear
    told = found({"class_name": "Sequential", "config": [layer("dense", units=3)]})
    assert told.structure.outputs == ("dense",)


def test_a_layer_that_stands_twice_in_a_sequential_is_shared(found: Any) -> None:
    told = found(sequential(input_layer(), layer("twice"), layer("twice"), layer("end")))
    assert told.against.shared == ("twice",)


# === Models inside ===


def test_a_model_inside_counts_as_one_layer_and_its_branches_are_said(found: Any) -> None:
    inner = network(
        input_layer("x"), layer("step", "x"), layer("skip", ["x", "step"], class_name="Add")
    )
    nested = layer("block", "image", class_name="Functional", **inner["config"])
    told = found(network(input_layer(), nested, layer("digit", "block")))
    assert told.structure.linear
    assert told.graph is not None
    assert any("block is a model of 2 layers" in note and "skip" in note for note in told.notes)


def test_a_model_inside_with_two_outputs_gives_several(found: Any) -> None:
    inner = network(
        input_layer("x"),
        layer("a", "x"),
        layer("b", "x"),
        outputs=[["a", 0, 0], ["b", 0, 0]],
    )
    nested = layer("block", "image", class_name="Functional", **inner["config"])
    told = found(network(input_layer(), nested))
    assert told.against.several == (nested["name"],)


# === What is said besides ===


def test_operators_count_as_layers_and_are_said(found: Any) -> None:
    times = layer("multiply", "image", class_name="Multiply", module="keras.src.ops.numpy")
    told = found(network(input_layer(), times, layer("digit", "multiply")))
    assert told.structure.linear
    assert "multiply is an operator" in told.notes[0]


def test_a_layer_named_like_an_operator_is_a_layer(found: Any) -> None:
    times = layer("times", ["a", "b"], class_name="Multiply")
    told = found(network(input_layer("a"), input_layer("b"), times))
    assert not any("operator" in note for note in told.notes)


def test_what_a_layer_is_called_with_is_said_and_no_structure(found: Any) -> None:
    words = {"inputs": tensor("image"), "training": True}
    told = found(network(input_layer(), layer("drop", words, class_name="Dropout")))
    assert told.structure.linear
    assert told.notes == ("drop is called with training=True, as no Sequential does.",)


def test_a_subclass_with_a_graph_is_read_and_said(found: Any) -> None:
    config = network(input_layer(), layer("digit", "image")) | {"class_name": "MyModel"}
    told = found(config)
    assert told.structure.linear
    assert "MyModel is a class of its owner's" in told.notes[0]


@pytest.mark.parametrize(
    "config",
    [{}, {"units": 3}, {"layers": ["a"]}, {"layers": []}, {"layers": [], "input_layers": []}],
)
def test_a_subclassed_model_is_never_guessed(found: Any, config: Config) -> None:
    told = found({"class_name": "MyModel", "config": config})
    assert told.structure is None
    assert told.why_unknown.startswith("MyModel is a subclassed model")


def test_missing_weights_are_a_note(found: Any) -> None:
    config = network(input_layer(), layer("digit", "image"))
    assert "no weights" in found(config, weights=False).notes[-1]
    assert found(config).notes == ()


def test_what_comes_out_is_told_by_its_head(found: Any) -> None:
    scores = layer("scores", "image", units=5, activation="linear")
    soft = layer("soft", "scores", class_name="Softmax")
    (out,) = found(network(input_layer(), scores, soft)).outputs
    assert (out.name, out.shape, out.activation) == ("soft", (5,), "softmax")


# === Pictures ===


def test_a_stack_is_drawn_in_one_line(found: Any) -> None:
    told = found(
        network(
            input_layer("image", 8, 8, 1), layer("a", "image"), layer("b", "a"), layer("c", "b")
        )
    )
    assert picture(told.graph) == ["image 8×8×1 → Dense ×2 → Dense c"]
    assert picture(told.graph, unicode=False) == ["image 8x8x1 -> Dense x2 -> Dense c"]


def test_what_parts_and_meets_is_drawn_by_number(found: Any) -> None:
    skip = layer("skip", ["image", "step"], class_name="Add")
    told = found(network(input_layer(), layer("step", "image"), skip))
    assert picture(told.graph) == ["1: image 8", "2: 1 → Dense", "3: 1 + 2 → Add skip"]
    assert "    s2 --> s3" in list(mermaid(told.graph))


def test_a_long_picture_is_cut_in_the_middle(found: Any) -> None:
    layers = [input_layer("l0")]
    for number in range(1, 41):
        layers.append(layer(f"l{number}", [f"l{number - 1}"] * 2, class_name="Add"))
    lines = picture(found(network(*layers)).graph)
    assert len(lines) == 24
    assert lines[12] == "… 18 more stretches of layers"
    assert lines[-1].startswith("41: ")


# === Other versions of Keras ===

PAIR = (("left", "right"), ("same", "far"), ("encoder",))


@pytest.mark.parametrize("name", ["pair-2.21.0.json", "pair-3.3.3.json", "pair-3.10.0.json"])
def test_a_pair_is_read_alike_whichever_version_saved_it(name: str) -> None:
    told = inspect_model(SAVED / name)
    assert told.structure is not None
    assert (told.structure.inputs, told.structure.outputs, told.against.shared) == PAIR
    assert set(told.against.merging) == {"both", "skip"}
    assert told.parameters == 144
    assert told.version == name.split("-")[1].removesuffix(".json")
    assert any("is an operator" in note for note in told.notes)


@pytest.mark.parametrize("name", ["look-2.21.0.json", "look-3.6.0.json"])
def test_attention_is_read_alike_whichever_version_saved_it(name: str) -> None:
    told = inspect_model(SAVED / name)
    assert told.against.layers == ("look", "words", "gru")
    assert (told.parameters, told.uncounted) == (248, ())


def test_a_sequential_of_keras_2_is_read() -> None:
    told = inspect_model(SAVED / "stack-2.21.0.json")
    assert told.structure is not None
    assert told.structure.linear
    assert told.parameters == 218
    assert (told.inputs[0].shape, told.outputs[0].shape) == ((6, 4), (3,))


@pytest.mark.parametrize(("name", "parameters"), [("pair", 144), ("stack", 218)])
def test_hdf5_of_keras_2_is_read(name: str, parameters: int) -> None:
    told = inspect_model(SAVED / f"{name}-2.21.0.h5")
    assert told.version == "2.21.0"
    assert told.parameters == parameters
    assert told.structure == inspect_model(SAVED / f"{name}-2.21.0.json").structure


# === Forms ===


def test_a_folder_and_a_configuration_alone_are_read(tmp_path: Path) -> None:
    config = json.dumps(network(input_layer(), layer("digit", "image")))
    (tmp_path / "config.json").write_text(config)
    assert inspect_model(tmp_path).form == "a folder that model.save wrote"
    assert inspect_model(tmp_path / "config.json").form == "a configuration alone"
    (tmp_path / "model.weights.h5").touch()
    (tmp_path / "metadata.json").write_text('{"keras_version": "3.9.0"}')
    told = inspect_model(tmp_path)
    assert (told.version, told.notes) == ("3.9.0", ())


# === What a file lacks, and models inside models ===


def nested(*layers: Config, name: str = "inner", **more: Any) -> Config:
    """Return a Functional model as a layer that is called with what `stack` gives it."""
    return {
        "class_name": "Functional",
        "module": "keras",
        "name": name,
        "config": network(*layers)["config"] | {"name": name},
        "inbound_nodes": [],
        **more,
    }


def test_branches_are_told_at_any_depth(found: Any) -> None:
    add = layer("add", ["image", "hidden"], class_name="Add")
    deepest = nested(input_layer(), layer("hidden", "image"), add, name="deepest")
    deeper = {"class_name": "Sequential", "config": {"name": "deeper", "layers": [deepest]}}
    deep = {"class_name": "Sequential", "config": {"name": "deep", "layers": [deeper]}}
    (note,) = found(sequential(input_layer(), deep)).notes
    assert note.endswith(
        "inside, data branches in it, at deeper > deepest > add and deeper > deepest > image."
    )


def test_a_model_that_is_applied_to_each_step_is_looked_into(found: Any) -> None:
    add = layer("add", ["image", "hidden"], class_name="Add")
    inner = nested(input_layer(), layer("hidden", "image"), add)
    steps = {"class_name": "TimeDistributed", "config": {"name": "steps", "layer": inner}}
    (note,) = found(sequential(input_layer(), steps)).notes
    assert note.startswith("steps applies a model of 2 layers")
    assert "at add and image" in note


def test_a_stack_with_code_of_its_owners_is_one_as_far_as_the_file_tells(found: Any) -> None:
    own = {"class_name": "Mine", "module": "shop.layers", "config": {"name": "mine"}}
    inner = {"class_name": "Sequential", "config": {"name": "inner", "layers": [own]}}
    (note,) = found(sequential(input_layer(), inner)).notes
    assert note.endswith("it is a stack as far as the file says: mine is Python code.")


def test_shapes_follow_from_layers_where_the_file_does_not_tell_them(found: Any) -> None:
    told = found(
        sequential(
            input_layer("photo", 28, 28, 3),
            layer("conv", class_name="Conv2D", filters=8, kernel_size=[3, 3], strides=[2, 2]),
            layer("pool", class_name="MaxPooling2D", pool_size=[2, 2]),
            layer("flat", class_name="Flatten"),
            layer("digit", units=10),
        )
    )
    assert told.outputs[0].shape == (10,)
    assert told.parameters == 3 * 3 * 3 * 8 + 8 + 6 * 6 * 8 * 10 + 10


def test_a_series_is_not_taken_for_one_row_of_numbers(found: Any) -> None:
    lstm = layer("lstm", class_name="LSTM", units=4, return_sequences=True)
    told = found(sequential(input_layer("steps", 6, 2), lstm, layer("out", units=3)))
    assert told.outputs[0].shape == (6, 3) or told.outputs[0].shape is None


def test_a_stack_of_keras_2_saved_as_hdf5_has_the_shapes_of_its_configuration() -> None:
    told = inspect_model(SAVED / "stack-2.21.0.h5")
    assert (told.inputs[0].shape, told.outputs[0].shape) == ((6, 4), (3,))
