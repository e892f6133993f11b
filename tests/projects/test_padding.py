"""Padding counts neither in the loss nor in the metric of tags, whatever reads the words."""

from dataclasses import replace

import keras
import numpy as np
import pytest

from kerasmith.spec.read import read_spec
from tests.projects.building import package_of

pytestmark = pytest.mark.long(60)

ENCODERS = {"text": ["bilstm", "bigru", "word_conv"], "series": ["step_tcn"]}
SIZES = {"text": {"length": 4, "vocabulary": 9}, "series": {"steps": 4}}
TAGS = np.array([[0, 1, 2, -1], [2, -1, -1, -1], [1, 0, 0, 2]], "int32")


@pytest.mark.parametrize(
    ("kind", "encoder"), [(kind, each) for kind, names in ENCODERS.items() for each in names]
)
def test_what_has_no_tag_does_not_count(kind: str, encoder: str) -> None:
    """Loss and accuracy are those of NumPy over the places that have a tag."""
    spec = read_spec(
        {
            "project": {"name": "tagged"},
            "inputs": [{"name": "given", "kind": kind, "encoder": encoder, **SIZES[kind]}],
            "outputs": [{"name": "tag", "kind": "tags", "classes": ["a", "b", "c"]}],
        }
    )
    rng = np.random.default_rng(0)
    known = TAGS >= 0
    given = rng.integers(1, 9, TAGS.shape) * known if kind == "text" else rng.normal(size=(3, 4, 1))
    with package_of(spec) as modules:
        model = modules["model"].build_model(replace(modules["config"].Config(), given_dropout=0))
        found = model.evaluate(given, TAGS, verbose=0, return_dict=True)
        answers = model.predict(given, verbose=0)[known]
        keras.utils.clear_session()
    probabilities = answers[np.arange(known.sum()), TAGS[known]]
    np.testing.assert_allclose(found["loss"], -np.log(probabilities).mean(), rtol=1e-4)
    right = (answers.argmax(axis=-1) == TAGS[known]).mean()
    np.testing.assert_allclose(found["accuracy"], right, rtol=1e-5)
