"""Named arrays that are damaged or made to do harm: bounded before they are read."""

import io
import warnings
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kerasmith.dataset.arrays import read_arrays
from kerasmith.dataset.bring import bring
from kerasmith.dataset.propose import DataOptions, propose
from kerasmith.errors import KerasmithError

LABELS = np.arange(60) % 3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "arrays.npz"


def refused(path: Path) -> str:
    with pytest.raises(KerasmithError) as refusal:
        bring(propose(path, DataOptions(predict=["y"])))
    (problem,) = refusal.value.problems
    return f"{problem.what} {problem.why}"


def written(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def header(text: str) -> bytes:
    return b"\x93NUMPY\x01\0" + len(text).to_bytes(2, "little") + text.encode("latin-1")


@pytest.mark.parametrize(
    "text",
    [
        "{'descr': '<f4', 'fortran_order': False}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': None}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (3,)}",
        "__import__('os').system('touch harm')",
        "(" * 9000,
        "-" * 9000 + "1",
    ],
)
def test_a_header_that_numpy_would_not_write_is_refused(path: Path, text: str) -> None:
    assert "not a plain array" in refused(written(path, y=header(text)))


def test_data_that_are_not_as_many_as_the_header_says_are_refused(path: Path) -> None:
    huge = "{'descr': '<f8', 'fortran_order': False, 'shape': (1000000, 100, 100), }"
    assert "has 3 bytes of data" in refused(written(path, y=header(huge) + b"abc"))
    endless = "{'descr': '<f8', 'fortran_order': False, 'shape': (9999999999999, 999999), }"
    assert "more values than any file" in refused(written(path, y=header(endless)))


@pytest.mark.slow
def test_an_array_of_nothing_but_zeros_is_not_unpacked(path: Path) -> None:
    text = "{'descr': '|u1', 'fortran_order': False, 'shape': (80, 1000, 1000), }"
    labels = io.BytesIO()
    np.save(labels, np.arange(80) % 3)
    written(path, given=header(text) + bytes(80_000_000), y=labels.getvalue())
    assert "times its size" in refused(path)


def test_two_arrays_of_one_name_are_refused(path: Path) -> None:
    content = io.BytesIO()
    np.save(content, LABELS)
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for _ in range(2):
            archive.writestr("y.npy", content.getvalue())
    assert "two arrays called 'y'" in refused(path)


@pytest.mark.parametrize(
    "odd", [np.zeros((60, 8, 8), "c16"), np.full((60, 2), "a"), np.zeros((60, 4), "M8[s]")]
)
def test_values_that_no_model_takes_are_left_out_and_said(path: Path, odd: Any) -> None:
    np.savez(path, odd=odd, given=np.random.default_rng(0).normal(size=(60, 4)), y=LABELS)
    proposal = propose(path, DataOptions(predict=["y"]))
    assert [each["name"] for each in proposal.tables["inputs"]] == ["given"]
    assert any("odd.npy holds" in note for note in proposal.findings.notes)


@pytest.mark.slow
def test_long_texts_are_read_in_part(path: Path) -> None:
    np.savez_compressed(path, x=np.full(40_000, "x" * 900), y=np.arange(40_000) % 3)
    arrays, _ = read_arrays(path)
    assert sum(len(value) for value in arrays[0].values) <= 1_000_000


def test_images_of_what_is_no_number_are_refused_without_a_warning(path: Path) -> None:
    np.savez(path, x=np.full((60, 8, 8, 1), np.nan), y=LABELS)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "not numbers" in refused(path)


@pytest.mark.parametrize("order", ["C", "F"])
def test_both_orders_of_axes_are_unpacked_alike(path: Path, order: Any) -> None:
    numbers = np.arange(240.0).reshape(60, 4)
    np.savez(path, x=np.asarray(numbers, order=order), y=LABELS)
    brought = bring(propose(path, DataOptions(predict=["y"])))
    table = brought.files["data/examples.csv"]
    assert isinstance(table, bytes)
    assert table.splitlines()[2].startswith(b"4.0,5.0,6.0,7.0")
