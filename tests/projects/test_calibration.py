"""A calibrated model, really trained: what it says comes true as often as it says."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.projects.conftest import run_in, train_for

pytestmark = pytest.mark.long(25)

SCRIPT = """
import json

from sklearn.metrics import f1_score

from people import calibration, config, data, evaluate, predict, train

own = config.Config()
path = own.run_dir / "model.keras"
train.calibrate = lambda *_: None  # not before it is too sure
model = train.train(own)
for name in ("old", "kind"):  # made three times as sure as training made them
    head = model.get_layer(name)
    head.set_weights([3 * weights for weights in head.get_weights()])
data.save_model(model, data.load_fitted(path), path)
calibration.calibrate(model, own)
scores = evaluate.evaluate(own)
rows = data.read_split("test", own)
ill = data.read_targets(rows, own)["ill"]
predicted = predict.predict_arrays(rows, own)
found = calibration.load_calibration(own)
threshold = found["ill"]["thresholds"][0]
saved = {
    "scores": scores.to_dict(),
    "calibration": found,
    "answers": predict.predict(rows[:50], own),
    "f1": [f1_score(ill, predicted["ill"] > each) for each in (threshold, 0.5)],
    "said": float(predicted["ill"].mean()),
    "true": float(ill.mean()),
    "fitted": sorted(data.load_fitted(path)),
}
print("FOUND", json.dumps(saved))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a project says of rows in which one answer in ten is a yes, and nothing is certain."""
    folder: Path = tmp_path_factory.mktemp("calibration")
    rng = np.random.default_rng(0)
    clues = rng.normal(size=(3000, 4))
    chances = 1 / (1 + np.exp(-clues[:, :2] * 1.5 + [3, 0]))
    yes = rng.random((3000, 2)) < chances
    kind = (clues[:, 2:] + rng.gumbel(size=(3000, 2))).argmax(axis=-1)
    table = pd.DataFrame(clues.round(4), columns=list("abcd"))
    table = table.assign(ill=yes[:, 0] * 1, old=yes[:, 1] * 1, kind=np.array(["x", "y"])[kind])
    table.to_csv(folder / "people.csv", index=False)
    project = folder / "people"
    predict = [word for name in ("ill", "old", "kind") for word in ("--predict", name)]
    new = [sys.executable, "-m", "kerasmith", "new", str(project), *predict]
    data = ["--data", str(folder / "people.csv"), "--with", "calibration", "--yes"]
    subprocess.run([*new, *data], check=True, capture_output=True)
    train_for(6, project / "src/people/config.py")
    (project / "all_of_it.py").write_text(SCRIPT, "utf-8")
    said = run_in(project, "all_of_it").stdout
    answer: dict[str, Any] = json.loads(said.rpartition("FOUND ")[2])
    return answer


@pytest.mark.parametrize("name", ["old", "kind"])
def test_what_was_too_sure_is_told_less_surely(found: dict[str, Any], name: str) -> None:
    model, before = (found["scores"][column] for column in ("model", "uncalibrated"))
    assert found["calibration"][name]["temperature"] == pytest.approx(3, rel=0.25)
    assert model[f"{name}_log_loss"] < 0.9 * before[f"{name}_log_loss"]
    assert model[f"{name}_calibration_error"] < before[f"{name}_calibration_error"]
    assert model["kind_accuracy"] == before["kind_accuracy"]


def test_a_rare_yes_has_a_probability_that_is_true_and_a_threshold_that_finds_it(
    found: dict[str, Any],
) -> None:
    """The column is balanced: training made a yes as frequent as a no, and it is not."""
    (threshold,) = found["calibration"]["ill"]["thresholds"]
    assert threshold < 0.4
    assert found["f1"][0] > found["f1"][1] - 0.02
    assert found["said"] == pytest.approx(found["true"], abs=0.04)
    model, before = (found["scores"][column] for column in ("model", "uncalibrated"))
    assert model["ill_log_loss"] < before["ill_log_loss"]
    assert model["ill_balanced_accuracy"] > before["ill_balanced_accuracy"] - 0.05


def test_answers_are_decided_by_the_threshold(found: dict[str, Any]) -> None:
    for name in ("ill", "old"):
        (threshold,) = found["calibration"][name]["thresholds"]
        decided = [answer[f"{name}.decision"] for answer in found["answers"]]
        assert decided == [answer[name] > threshold for answer in found["answers"]]
        assert {*decided} == {True, False}


def test_what_data_were_fitted_to_stays_in_the_file(found: dict[str, Any]) -> None:
    assert found["fitted"]
