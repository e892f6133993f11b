"""HDF5 files that are made to do harm: no link is followed, and nothing else is trusted."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from kerasmith.errors import KerasmithError
from kerasmith.saved_model.findings import ModelFindings, inspect_model
from tests.unit.saved_model.test_findings import SAVED

Change = Callable[[Any, str], None]


def links_out(file: Any, pipe: str) -> None:
    file["model_weights/elsewhere"] = h5py.ExternalLink(pipe, "/x")
    file["model_weights"].create_group("layer")["elsewhere"] = h5py.ExternalLink("/dev/zero", "/x")


def links_out_at_the_top(file: Any, pipe: str) -> None:
    del file["model_weights"]
    file["model_weights"] = h5py.ExternalLink(pipe, "/x")


def links_out_by_way_of_a_link(file: Any, pipe: str) -> None:
    file["elsewhere"] = h5py.ExternalLink(pipe, "/")
    file["model_weights/soft"] = h5py.SoftLink("/elsewhere/x")


def links_to_nothing(file: Any, _: str) -> None:
    del file["model_weights"]
    file["model_weights"] = h5py.SoftLink("/nothing")


def data_in_another_file(file: Any, pipe: str) -> None:
    made = file["model_weights"]
    made.create_group("a").create_dataset("k", (4, 4), "f4", external=[(pipe, 0, 64)])


def data_put_together_from_another_file(file: Any, pipe: str) -> None:
    layout = h5py.VirtualLayout((4, 4), "f4", maxshape=(None, 4))
    source = h5py.VirtualSource(pipe, "x", (4, 4), maxshape=(None, 4))
    layout[0 : h5py.h5s.UNLIMITED] = source[0 : h5py.h5s.UNLIMITED]
    file["model_weights"].create_group("a").create_virtual_dataset("v", layout)


def numbers_for_a_group(file: Any, _: str) -> None:
    del file["model_weights"]
    file["model_weights"] = np.zeros(3)


def a_type_for_a_group(file: Any, _: str) -> None:
    file["model_weights/type"] = np.dtype("f8")
    file["model_weights/empty"] = h5py.Empty("f4")
    file["model_weights"].create_group(b"\xff\xfe")


@pytest.mark.parametrize(
    "change",
    [
        links_out,
        links_out_at_the_top,
        links_out_by_way_of_a_link,
        links_to_nothing,
        data_in_another_file,
        data_put_together_from_another_file,
        numbers_for_a_group,
        a_type_for_a_group,
    ],
)
def test_no_link_is_followed_and_no_kind_is_trusted(tmp_path: Path, change: Change) -> None:
    """Whoever opens the pipe waits for ever: nobody writes to it."""
    told = changed(tmp_path, change)
    assert told.structure is not None


def a_group_in_itself(file: Any, _: str) -> None:
    file["model_weights/itself"] = file["model_weights"]


def a_configuration_that_fills_the_memory(file: Any, _: str) -> None:
    file.attrs["model_config"] = "[" * 60_000_000


@pytest.mark.slow
@pytest.mark.parametrize("change", [a_group_in_itself, a_configuration_that_fills_the_memory])
def test_what_has_no_end_is_refused(tmp_path: Path, change: Change) -> None:
    with pytest.raises(KerasmithError):
        changed(tmp_path, change)


@pytest.mark.parametrize(
    "value",
    [
        h5py.Empty("S10"),
        7,
        np.arange(9),
        np.array([b"a", b"b"]),
        np.void(b"{}"),
        np.zeros(1, dtype=[("a", "i4")]),
    ],
)
def test_a_configuration_that_is_no_text_is_none(tmp_path: Path, value: Any) -> None:
    def change(file: Any, _: str) -> None:
        file.attrs["model_config"] = value

    with pytest.raises(KerasmithError, match="not a Keras model"):
        changed(tmp_path, change)


def changed(folder: Path, change: Change) -> ModelFindings:
    """Return what is found in a file of Keras 2 that was changed; a pipe is beside it."""
    pipe, path = folder / "pipe", folder / "model.h5"
    os.mkfifo(pipe)
    shutil.copyfile(SAVED / "stack-2.21.0.h5", path)
    with h5py.File(path, "r+") as file:
        change(file, str(pipe))
    return inspect_model(path)
