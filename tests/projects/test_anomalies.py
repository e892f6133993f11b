"""What anomalies promise, trained for real: odd rows are found, and none is learned from."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from tests.projects.conftest import run_in
from tests.samples import full_samples

pytestmark = [
    pytest.mark.full,
    pytest.mark.long(60),
    pytest.mark.skipif(not full_samples(), reason="trains three times; in make test-all"),
]

SCRIPT = """
import contextlib
import io
import json
from dataclasses import replace

import pandas as pd

from anomalies import compare, config, data, evaluate, predict, train

own = config.Config()
train.train(own)
rows = data.read_split("test", own)
answers = predict.predict(rows, own)
saved = {"scores": compare.compare(own).to_dict(), "answers": answers, "odd": rows["odd"].tolist()}
table = pd.read_csv("data/examples.csv")


def said(table: pd.DataFrame) -> str:
    other = replace(own, data_dir=own.data_dir / "other", run_dir=own.run_dir / "other", epochs=1)
    other.data_dir.mkdir(exist_ok=True)
    table.to_csv(other.data_dir / "examples.csv", index=False)
    with contextlib.redirect_stdout(io.StringIO()) as told:
        try:
            train.train(other)
            print(evaluate.evaluate(other))
        except data.DataError as error:
            return str(error)
    return told.getvalue()


saved["few"] = said(table[:100])
saved["third"] = said(table.assign(odd=table["odd"].replace(1, 2)))
saved["unlabelled"] = said(table.drop(columns="odd"))
saved["normal"] = said(table.assign(odd=0))
print("FOUND", json.dumps(saved))
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project of the recipe, with its sample data."""
    project: Path = tmp_path_factory.mktemp("anomalies") / "anomalies"
    words = ["new", str(project), "--recipe", "anomalies", "--with", "compare", "--yes"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    run_in(project, "anomalies.sample")
    return project


@pytest.fixture(scope="module")
def found(project: Path) -> dict[str, Any]:
    """What the project says of its readings, and of others."""
    (project / "all_of_it.py").write_text(SCRIPT, "utf-8")
    answer: dict[str, Any] = json.loads(run_in(project, "all_of_it").stdout.rpartition("FOUND ")[2])
    return answer


def test_faults_are_found_better_than_by_distances(found: dict[str, Any]) -> None:
    scores = found["scores"]
    assert scores["model"]["roc_auc"] > 0.95
    assert scores["model"]["roc_auc"] > scores["mahalanobis"]["roc_auc"] + 0.01
    assert scores["mahalanobis"]["roc_auc"] > scores["baseline"]["roc_auc"] + 0.2
    assert scores["model"]["false_alarms"] == pytest.approx(0.05, abs=0.03)
    assert scores["model"]["found"] > 0.8


def test_answers_are_a_score_and_a_decision(found: dict[str, Any]) -> None:
    decisions = [each["odd.decision"] for each in found["answers"]]
    assert decisions == [each["odd"] > 1 for each in found["answers"]]
    faults = [label == "1" for label in found["odd"]]
    both = [decided and fault for decided, fault in zip(decisions, faults, strict=True)]
    assert sum(both) / sum(faults) == pytest.approx(found["scores"]["model"]["found"])


def test_too_few_normal_rows_and_a_third_label_are_refused(found: dict[str, Any]) -> None:
    assert "13 normal rows for validation: get more" in found["few"]
    assert "'odd' holds ['2'], not 0 or 1" in found["third"]


@pytest.mark.parametrize("table", ["unlabelled", "normal"])
def test_where_no_row_is_odd_that_is_said_and_false_alarms_are_counted(
    found: dict[str, Any], table: str
) -> None:
    assert "there is no ROC AUC" in found[table]
    lines = {line.split()[0]: line.split()[1:] for line in found[table].splitlines() if line}
    assert lines["roc_auc"] == ["NaN", "NaN"]
    assert float(lines["false_alarms"][0]) < 0.15


@pytest.mark.usefixtures("found")
def test_a_project_like_the_saved_model_finds_anomalies_in_such_a_table(project: Path) -> None:
    words = ["new", "another", "--like", str(project / "runs/latest/model.keras"), "--dry-run"]
    result = CliRunner().invoke(main, [*words, "--yes", "--format", "json"])
    assert result.exit_code == 0, result.output
    command = json.loads(result.stdout)["command"]
    assert "--output odd:anomaly" in command
    assert "pump_8" in command
