"""A spec like a saved model: its inputs and outputs, and what could not be carried over."""

import json
from pathlib import Path
from typing import Any

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.saved_model.like import ModelImport, like
from kerasmith.spec.read import read_spec
from tests.unit.saved_model.test_findings import SAVED, Config, input_layer, layer, network


@pytest.fixture
def alike(tmp_path: Path) -> Any:
    """Return what a spec like this model says; it must be one that can be read."""

    def likeness(config: Config) -> ModelImport:
        path = tmp_path / "my_model.json"
        path.write_text(json.dumps(config))
        made = like(path)
        read_spec(made.tables)
        return made

    return likeness


def head(name: str = "out", given: str = "given", units: int = 3, **config: Any) -> Config:
    dense = layer(name, given, units=units, **config)
    return dense | {"build_config": {"input_shape": [None, 8]}}


def embedding(size: int) -> Config:
    return layer("embedding", "given", class_name="Embedding", input_dim=size, output_dim=4)


@pytest.mark.parametrize(
    ("shape", "entry"),
    [
        ((28, 28, 1), {"kind": "image", "shape": [28, 28, 1]}),
        ((None, None, 3), {"kind": "image", "shape": [64, 64, 3]}),
        ((3, 32, 48), {"kind": "image", "shape": [32, 48, 3]}),
        ((24, 2), {"kind": "series", "steps": 24, "features": 2}),
        ((None, 2), {"kind": "series", "steps": 40, "features": 2}),
        ((2,), {"kind": "table", "columns": [{"name": "given_1"}, {"name": "given_2"}]}),
    ],
)
def test_a_shape_tells_the_kind(alike: Any, shape: Any, entry: Config) -> None:
    made = alike(network(input_layer("given", *shape), head(given="given")))
    assert made.tables["inputs"] == [{"name": "given", **entry}]
    assert made.tables["outputs"] == [{"name": "out", "kind": "number", "size": 3}]


@pytest.mark.parametrize(
    ("shape", "entry"),
    [
        ((12,), {"kind": "text", "length": 12, "vocabulary": 500}),
        ((None,), {"kind": "text", "length": 40, "vocabulary": 500}),
        ((1,), {"kind": "category", "values": [str(n) for n in range(499)]}),
    ],
)
def test_an_embedding_tells_words_from_numbers(alike: Any, shape: Any, entry: Config) -> None:
    made = alike(network(input_layer("given", *shape), embedding(500), head(given="embedding")))
    assert made.tables["inputs"] == [{"name": "given", **entry}]


@pytest.mark.parametrize(
    ("units", "activation", "loss", "kind"),
    [
        (10, "softmax", None, "category"),
        (10, "linear", "sparse_categorical_crossentropy", "category"),
        (1, "sigmoid", None, "binary"),
        (1, "linear", {"class_name": "BinaryCrossentropy"}, "binary"),
        (4, "sigmoid", None, "multilabel"),
        (1, "linear", "mse", "number"),
        (3, "relu", None, "number"),
    ],
)
def test_head_and_loss_tell_the_kind_of_an_output(
    alike: Any, units: int, activation: str, loss: object, kind: str
) -> None:
    out = head(units=units, activation=activation)
    made = alike(network(input_layer("given", 8, 8, 1), out, compile_config={"loss": loss}))
    (output,) = made.tables["outputs"]
    assert output["kind"] == kind
    assert len(output.get("classes", ())) == (units if kind in ("category", "multilabel") else 0)


@pytest.mark.parametrize("loss", [["mse", "bce"], {"a": "mse", "b": "binary_crossentropy"}])
def test_each_output_has_its_own_loss(alike: Any, loss: object) -> None:
    ends = [["a", 0, 0], ["b", 0, 0]]
    made = alike(
        network(
            input_layer("given", 8, 8, 1),
            head("a", units=1),
            head("b", units=1, activation="sigmoid"),
            outputs=ends,
            compile_config={"loss": loss},
        )
    )
    assert [each["kind"] for each in made.tables["outputs"]] == ["number", "binary"]


def test_inputs_that_go_into_one_layer_share_an_encoder() -> None:
    made = like(SAVED / "pair-3.10.0.json")
    assert made.tables["project"] == {"name": "pair-3-10-0"}
    assert [each["name"] for each in made.tables["inputs"]] == ["left", "right"]
    assert any("encoder is used 2 times" in each for each in made.left_out)  # tables cannot share


def test_two_images_that_go_into_one_layer_share_an_encoder(alike: Any) -> None:
    made = alike(
        network(
            input_layer("left", 8, 8, 1),
            input_layer("right", 8, 8, 1),
            layer("twin", "left", "right", class_name="Conv2D"),
            head("out", "twin", units=1),
        )
    )
    assert made.tables["shared"] == [{"inputs": ["left", "right"]}]


def test_names_that_a_spec_cannot_have_are_changed_and_said(alike: Any) -> None:
    made = alike(network(input_layer("Input 1", 8, 8, 1), head("dense", "Input 1")))
    assert made.tables["inputs"][0]["name"] == "input_1"
    assert made.tables["outputs"][0]["name"] == "my_dense"
    assert "The name Input 1: it is called input_1." in made.left_out


def test_names_that_become_the_same_stay_apart(alike: Any) -> None:
    made = alike(
        network(
            input_layer("a b", 8, 8, 1),
            input_layer("a_b", 8, 8, 1),
            layer("both", ["a b", "a_b"], class_name="Add"),
            head("A-B", "both"),
        )
    )
    names = [each["name"] for s in ("inputs", "outputs") for each in made.tables[s]]
    assert len(set(names)) == 3


@pytest.mark.parametrize(
    ("config", "why"),
    [
        (
            network(input_layer("given", 8), layer("out", "given", class_name="Own")),
            "no dense",
        ),
        (network(input_layer("given", 4, 4, 4, 4), head()), "4×4×4×4"),
        (network(input_layer("given", 4, 4), layer("out", "given", units=3)), "more than one row"),
        ({"class_name": "Mine", "config": {}}, "subclassed"),
        (network(input_layer("given", 9), outputs=[["given", 0, 0]]), "no dense"),
    ],
)
def test_a_model_that_no_spec_can_hold_is_refused(alike: Any, config: Config, why: str) -> None:
    with pytest.raises(KerasmithError) as refusal:
        alike(config)
    (problem,) = refusal.value.problems
    assert why in problem.why
    assert problem.where.startswith("--like ")
