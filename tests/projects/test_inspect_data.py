"""Data that nobody here made: scikit-learn's tables as CSV, its digits as image folders.

Every kind must be the right one; where kerasmith asks for a look, the reason says why.
"""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sklearn import datasets

from kerasmith.dataset.propose import DataOptions, Proposal, propose
from kerasmith.decision.apply_rules import decide
from kerasmith.spec.read import read_spec

LINNERUD = ("Weight", "Waist", "Pulse")


def as_csv(name: str, folder: Path) -> Path:
    """Write a table of scikit-learn's."""
    path = folder / f"{name}.csv"
    getattr(datasets, f"load_{name}")(as_frame=True).frame.to_csv(path, index=False)
    return path


def inputs_of(proposal: Proposal) -> list[str]:
    return [each.name for each in proposal.findings.columns if each.kind == "number"]


@pytest.mark.parametrize(
    ("name", "columns", "output"),
    [
        ("iris", 4, {"kind": "category", "classes": ["0", "1", "2"]}),
        ("wine", 13, {"kind": "category", "classes": ["0", "1", "2"]}),
        ("breast_cancer", 30, {"kind": "binary"}),
        ("diabetes", 10, {"kind": "number"}),
    ],
)
def test_tables_are_read_right_without_a_word(
    name: str, columns: int, output: dict[str, Any], tmp_path: Path
) -> None:
    proposal = propose(as_csv(name, tmp_path))
    spec = read_spec(proposal.tables)

    (told,) = proposal.findings.targets
    assert told.columns == ("target",)
    (record,) = proposal.tables["inputs"]
    assert (record["kind"], len(record["columns"])) == ("table", columns)
    assert all(column.keys() == {"name"} for column in record["columns"])  # numbers
    assert proposal.tables["outputs"] == [{"name": "target", **output}]
    assert decide(spec).api == "sequential"


def test_three_targets_are_three_outputs(tmp_path: Path) -> None:
    proposal = propose(as_csv("linnerud", tmp_path), DataOptions(predict=LINNERUD))
    spec = read_spec(proposal.tables)
    assert [(each.name, each.kind.kind) for each in spec.outputs] == [
        ("weight", "number"),
        ("waist", "number"),
        ("pulse", "number"),
    ]
    assert spec.inputs[0].kind.columns_of("record") == ("Chins", "Situps", "Jumps")
    assert decide(spec).api == "functional"
    assert any("20 rows are few" in note for note in proposal.findings.notes)


def test_digits_in_folders_are_classes(tmp_path: Path) -> None:
    digits = datasets.load_digits()
    for number, (pixels, digit) in enumerate(zip(digits.images, digits.target, strict=True)):
        folder = tmp_path / "digits" / str(digit)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray((pixels * 15.9).astype("uint8")).save(folder / f"{number:04}.png")
    proposal = propose(tmp_path / "digits")
    spec = read_spec(proposal.tables)
    assert spec.inputs[0].kind.tensor_shape == (8, 8, 1)
    assert proposal.tables["outputs"][0]["classes"] == [str(digit) for digit in range(10)]
    assert proposal.findings.rows == 1797
    assert decide(spec).api == "sequential"
