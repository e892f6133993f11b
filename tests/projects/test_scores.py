"""What `evaluate` leads with: no class and no label that is rare hides behind the others."""

import warnings

import numpy as np
import pytest

from kerasmith.spec.flags import Flags, spec_from_flags
from tests.projects.building import package_of
from tests.projects.clean import assert_clean

ROW = "row:table:age,height"
TAGS = "tags:multilabel:often,seldom,never"


def test_labels_that_occur_count_alike_however_rare_they_are() -> None:
    actual = np.zeros((100, 3), "float32")
    actual[:50, 0] = 1
    actual[:4, 1] = 1  # and the third label in no row
    constant = np.tile(np.array([0.6, 0.1, 0.1], "float32"), (100, 1))
    predicted = np.hstack([actual[:, :1], constant[:, 1:]])
    flags = Flags(name="labels", inputs=(ROW,), outputs=(TAGS,))
    with package_of(spec_from_flags(flags), "evaluate") as package, warnings.catch_warnings():
        warnings.simplefilter("error")
        model, baseline = (
            package["evaluate"].score(actual, each) for each in (predicted, constant)
        )
        nothing = package["evaluate"].score(np.zeros((4, 3)), constant[:4])
    assert [*model] == ["f1", "average_precision", "accuracy"]
    assert baseline["average_precision"] == pytest.approx((0.5 + 0.04) / 2)  # how often they occur
    assert model["average_precision"] == pytest.approx((1 + 0.04) / 2)
    assert np.isnan(nothing["average_precision"])


def test_balanced_classes_lead_with_what_each_of_them_is_worth() -> None:
    flags = Flags(
        name="classes",
        inputs=(ROW,),
        outputs=("kind:category:often,seldom,never",),
        set=("outputs.kind.balance=true",),
    )
    with package_of(spec_from_flags(flags), "evaluate") as package:
        scores = package["evaluate"].score(
            np.repeat([0, 1], [96, 4]), np.eye(3)[[0] * 98 + [1] * 2]
        )
    assert scores["average_precision"] == pytest.approx((0.97 + 0.52) / 2, abs=0.02)
    recalls = {"recall_often": 1, "recall_seldom": 0.5, "recall_never": np.nan}
    assert [*scores] == ["balanced_accuracy", *recalls, "average_precision", "accuracy"]
    np.testing.assert_equal({name: scores[name] for name in recalls}, recalls)


@pytest.mark.parametrize("name", ["tags", "many_labels_of_a_picture"])
@pytest.mark.parametrize("features", [(), ("calibration",)])
def test_projects_with_labels_are_clean(name: str, features: tuple[str, ...]) -> None:
    outputs = TAGS.replace("tags", name), "more:multilabel:a,b"
    for some in (outputs[:1], outputs):
        assert_clean(spec_from_flags(Flags(name="l", inputs=(ROW,), outputs=some, with_=features)))
