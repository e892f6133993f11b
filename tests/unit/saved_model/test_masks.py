"""Masks that layers hand on by themselves are no branches of a model."""

from typing import Any

import pytest

from kerasmith.saved_model.findings import against_of
from kerasmith.saved_model.masks import without_masks
from kerasmith.saved_model.read_graph import graph_of


def tensor(layer: str) -> dict[str, Any]:
    return {"class_name": "__keras_tensor__", "config": {"keras_history": [layer, 0, 0]}}


def entry(class_name: str, name: str, *given: Any, mask: str = "", **config: Any) -> dict[str, Any]:
    words = {"mask": tensor(mask)} if mask else {}
    return {
        "class_name": class_name,
        "name": name,
        "config": {"name": name, **config},
        "inbound_nodes": [{"args": list(given), "kwargs": words}] if given else [],
    }


def padded(first: dict[str, Any], *between: dict[str, Any], last: str) -> dict[str, Any]:
    words = entry("InputLayer", "words", batch_shape=[None, 5])
    compared = entry("NotEqual", "not_equal", tensor("words"), 0)
    lstm = entry("LSTM", "lstm", tensor(last), mask="not_equal", units=3)
    layers = [words, first, compared, *between, lstm]
    ends = {"input_layers": [["words", 0, 0]], "output_layers": [["lstm", 0, 0]]}
    return {"name": "model", "layers": layers, **ends}


EMBEDDING = entry("Embedding", "e", tensor("words"), mask_zero=True)
DROPOUT = entry("Dropout", "d", tensor("e"), mask="not_equal")


@pytest.mark.parametrize(
    "model", [padded(EMBEDDING, last="e"), padded(EMBEDDING, DROPOUT, last="d")]
)
def test_a_mask_that_is_handed_on_is_left_out(model: dict[str, Any]) -> None:
    graph = graph_of("Functional", model)
    assert "not_equal" not in graph.layers
    assert against_of(graph).layers == ()
    assert without_masks(without_masks(model)) == without_masks(model)


FLAT = entry("Flatten", "f", tensor("e"))
OTHER = entry("Embedding", "e", tensor("words"), mask_zero=False)


@pytest.mark.parametrize("model", [padded(OTHER, last="e"), padded(EMBEDDING, FLAT, last="f")])
def test_a_mask_of_somebodys_own_stays(model: dict[str, Any]) -> None:
    assert without_masks(model) is model
    assert "not_equal" in graph_of("Functional", model).layers


def test_a_comparison_that_is_used_elsewhere_stays() -> None:
    model = padded(EMBEDDING, last="e")
    model["output_layers"] = [["lstm", 0, 0], ["not_equal", 0, 0]]
    assert "not_equal" in graph_of("Functional", model).layers


@pytest.mark.parametrize("layers", [7, [7], [{}], [entry("NotEqual", "n", 3)] * 2])
def test_what_is_no_model_is_left_as_it_is(layers: Any) -> None:
    assert without_masks({"layers": layers}) == {"layers": layers}
