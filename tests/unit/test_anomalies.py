"""Anomalies: how odd a row is, by a bottleneck that has seen normal rows alone."""

from pathlib import Path
from typing import Any

import pytest

from kerasmith.dataset.data_options import DataOptions
from kerasmith.dataset.propose import propose
from kerasmith.decision.apply_rules import decide
from kerasmith.errors import KerasmithError
from kerasmith.plan.picture import mermaid
from kerasmith.plan.plan import plan
from kerasmith.spec.read import problems_of, read_spec
from tests.unit.helpers import Tables, image, output

PUMP: Tables = {
    "name": "pump",
    "kind": "table",
    "columns": [{"name": name} for name in ("speed", "flow", "power", "heat")],
}
ODD: Tables = output("odd", "anomaly")


def project(*entries: Tables, given: Tables = PUMP, **more: Any) -> Tables:
    outputs = list(entries or [ODD])
    return {"project": {"name": "pumps", **more}, "inputs": [given], "outputs": outputs}


def test_a_row_is_compared_with_itself_so_the_model_is_functional() -> None:
    spec = read_spec(project())
    assert spec.encoders["pump"].encoder == "autoencoder"
    decision = decide(spec)
    assert decision.api == "functional"
    assert [each.rule for each in decision.reasons if each.force == "decides"] == ["branching"]
    assert "pump is compared with what is made of it again" in decision.reasons[0].because
    assert "    pump_in --> odd_out" in [*mermaid(plan(spec))]


def test_weights_are_those_of_the_way_there_and_back_and_a_threshold() -> None:
    (encoder,) = plan(read_spec(project())).encoders
    (odd,) = plan(read_spec(project())).outputs
    assert encoder.knobs == {"code": 1, "units": (32,)}
    assert encoder.parameters == (4 * 32 + 32) + (32 + 1) + (32 + 32)
    assert odd.parameters == (32 * 4 + 4) + 1
    assert odd.compares


def test_it_cannot_be_a_sequential_nor_be_calibrated() -> None:
    with pytest.raises(KerasmithError, match="Sequential"):
        decide(read_spec(project(api="sequential")))
    (problem,) = problems_of(project(features=["calibration"]))
    assert problem.refusal == "nothing-to-calibrate"


def table(*columns: Tables, **more: Any) -> Tables:
    return {**PUMP, "columns": [*columns], **more}


@pytest.mark.parametrize(
    ("tables", "refusal", "where"),
    [
        (project(ODD, output("age", "number")), "anomaly-beside-others", "outputs[1]"),
        (project(ODD, output("even", "anomaly")), "anomaly-beside-others", "outputs[1]"),
        (
            project(
                given=table({"name": "a"}, {"name": "b", "type": "category", "values": ["c", "d"]})
            ),
            "anomaly-beside-others",
            "outputs[0]",
        ),
        (project(given=image()), "missing-kind", "outputs[0]"),
        (project(given={**PUMP, "encoder": "mlp"}), "encoder-does-not-fit", "inputs[0]"),
        (
            project(given={**PUMP, "encoder": "autoencoder", "code": 4}),
            "encoder-does-not-fit",
            "inputs[0]",
        ),
        (
            project(output("age", "number"), given={**PUMP, "encoder": "autoencoder"}),
            "encoder-does-not-fit",
            "inputs[0]",
        ),
    ],
)
def test_what_makes_no_sense_of_an_anomaly_is_refused(
    tables: Tables, refusal: str, where: str
) -> None:
    assert (refusal, where) in [(each.refusal, each.where) for each in problems_of(tables)]


def test_other_inputs_are_refused_beside_the_table() -> None:
    tables = project()
    tables["inputs"].append(image())
    found = problems_of(tables)
    assert [each.where for each in found if each.refusal == "anomaly-beside-others"] == [
        "inputs[1]"
    ]


def test_a_bottleneck_is_narrower_than_a_row() -> None:
    (problem,) = problems_of(project(given={**PUMP, "encoder": "autoencoder", "code": 4}))
    assert problem.why == "code, 4, leaves nothing out of the 4 numbers of a row."


def test_labels_of_data_are_0_and_1(tmp_path: Path) -> None:
    data = tmp_path / "pump.csv"
    data.write_text("flow,power,odd\n" + "1.5,2.5,0\n1.25,2.75,1\n1.75,2.5,2\n" * 20)
    options = DataOptions(outputs=["odd:anomaly"])
    with pytest.raises(KerasmithError, match="something else than 0 and 1"):
        propose(data, options)
    data.write_text("flow,power,odd\n" + "1.5,2.5,0\n1.25,2.75,1\n" * 30)
    (entry,) = propose(data, options).tables["outputs"]
    assert entry == {"name": "odd", "kind": "anomaly"}


def test_labels_may_be_left_out_of_data(tmp_path: Path) -> None:
    data = tmp_path / "pump.csv"
    data.write_text("flow,power\n" + "1.5,2.5\n1.25,2.75\n" * 30)
    proposal = propose(data, DataOptions(outputs=["odd:anomaly"]))
    assert proposal.tables["outputs"] == [{"name": "odd", "kind": "anomaly"}]
    (target,) = proposal.findings.targets
    assert "every row counts as normal" in target.reason
    with pytest.raises(KerasmithError, match="There is no column 'odd'"):
        propose(data, DataOptions(outputs=["odd:binary"]))
