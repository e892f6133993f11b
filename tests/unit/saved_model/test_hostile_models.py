"""Files that are damaged, huge, or made to do harm: a clear error, soon, and nothing else."""

import io
import json
import os
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.errors import KerasmithError, Problem
from kerasmith.saved_model.findings import inspect_model
from kerasmith.saved_model.like import like
from kerasmith.untrusted.bounds import MOST_BYTES
from tests.samples import samples
from tests.unit.helpers import problems_or_none, well_said
from tests.unit.saved_model.test_findings import SAVED, input_layer, layer, network, sequential


def refused(path: Path) -> Problem:
    """Return the one thing that is wrong with a file; with what to do."""
    with pytest.raises(KerasmithError) as refusal:
        inspect_model(path)
    (problem,) = refusal.value.problems
    assert problem.where == str(path)
    return problem


def zipped(path: Path, text: bytes, **options: Any) -> Path:
    with zipfile.ZipFile(path, "w", **options) as archive:
        archive.writestr("config.json", text)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.keras"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "It is empty."),
        (b"hello", "neither a zip"),
        (b"PK\x03\x04 and no more", "It is damaged: File is not a zip file."),
        (b"{", "It is damaged: "),
        (b"[1, 2]", "not a table of keys"),
        (b"{}", "no class_name and config"),
        (b'{"class_name": "Functional"}', "no class_name and config"),
        (b'{"class_name": 7, "config": {}}', "no class_name and config"),
        (b'{"a": ' + b"9" * 5000 + b"}", "It is damaged: "),
        (b'{"\xff": 1}', "not UTF-8"),
        (b"\x89HDF no more", "cannot be read"),
    ],
)
def test_what_is_no_model_is_said(path: Path, content: bytes, why: str) -> None:
    path.write_bytes(content)
    problem = refused(path)
    assert why in problem.why or why in problem.what


def test_a_file_that_is_not_there_and_one_that_is_no_file_are_said(tmp_path: Path) -> None:
    assert "No such file" in refused(tmp_path / "none.keras").why
    assert "no config.json" in refused(tmp_path).why
    os.mkfifo(tmp_path / "pipe.keras")
    assert refused(tmp_path / "pipe.keras").why == "It is not a file."


def test_a_truncated_zip_is_damaged(path: Path) -> None:
    zipped(path, json.dumps(network(input_layer(), layer("a", "image"))).encode())
    whole = path.read_bytes()
    for length in range(5, len(whole), 97):
        path.write_bytes(whole[:length])
        assert "damaged" in refused(path).why


def test_flipped_bytes_are_noticed_or_do_no_harm(path: Path) -> None:
    zipped(path, json.dumps(network(input_layer(), layer("a", "image"))).encode())
    whole = path.read_bytes()
    for place in range(4, len(whole), 11):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        well_said(problems_or_none(partial(inspect_model, path)))


@pytest.mark.parametrize("name", ["model.pkl", "model.pt", "model.onnx", "model.tflite"])
def test_another_format_is_named_and_never_loaded(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04cos\nsystem\n")
    assert refused(tmp_path / name).why.startswith("It is a")


def test_a_saved_model_folder_is_told_what_to_save_instead(tmp_path: Path) -> None:
    (tmp_path / "saved_model.pb").touch()
    problem = refused(tmp_path)
    assert "SavedModel" in problem.why
    assert "model.keras" in problem.try_


def test_a_zip_without_a_configuration_is_said(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other.txt", "x")
    assert "no config.json" in refused(path).why


def test_a_configuration_larger_than_any_models_is_not_read(path: Path) -> None:
    zipped(path, b" " * (MOST_BYTES + 1) + b"{}")
    assert "more than 16 MB" in refused(path).why


def test_a_bomb_is_not_unpacked(path: Path) -> None:
    zipped(path, b" " * 4_000_000 + b"{}", compression=zipfile.ZIP_DEFLATED)
    assert "times its size" in refused(path).why


def test_a_bomb_that_lies_about_its_size_is_not_unpacked(path: Path) -> None:
    zipped(path, b" " * 20_000_000 + b"{}", compression=zipfile.ZIP_DEFLATED)
    data = bytearray(path.read_bytes())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10**9).to_bytes(4, "little")
    path.write_bytes(data)
    refused(path)


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_packings_that_keras_does_not_use_are_refused(path: Path, packing: int) -> None:
    zipped(path, b"{}", compression=packing)
    assert "packed in a way" in refused(path).why


def test_an_encrypted_configuration_is_refused(path: Path) -> None:
    zipped(path, b"{}")
    data = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + flags] |= 1
    path.write_bytes(data)
    assert "encrypted" in refused(path).why


def test_a_zip_with_an_endless_list_of_members_is_not_read(path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config.json", "{}")
    data = bytearray(buffer.getvalue())
    end = data.index(b"PK\x05\x06")
    size = 400_000_000
    data[end + 12 : end + 16] = size.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(b"PK\x03\x04")
        file.truncate(size)  # a hole: it takes no room on the disk
        file.seek(size)
        file.write(data[end:])
    assert "list of its members" in refused(path).why


@pytest.mark.parametrize("depth", [300, 900, 100_000])
def test_deep_nesting_is_refused(path: Path, depth: int) -> None:
    path.write_bytes(
        b'{"class_name": "Functional", "config": ' + b"[" * depth + b"]" * depth + b"}"
    )
    assert "nested" in refused(path).why


def test_models_inside_each_other_are_read_until_they_are_too_deep(path: Path) -> None:
    def nested(depth: int) -> bytes:
        config = network(input_layer("x"), layer("y", "x"))
        for _ in range(depth):
            inner = layer("inner", "x", class_name="Functional", **config["config"])
            config = network(input_layer("x"), inner | {"name": "inner"})
        return json.dumps(config).encode()

    zipped(path, nested(20))
    assert inspect_model(path).structure is not None
    zipped(path, nested(100))
    assert "nested" in refused(path).why


@pytest.mark.parametrize(
    "config",
    [
        network(input_layer(), layer("a", "nowhere")),
        network(input_layer(), layer("a", "image"), outputs=[["b", 0, 0]]),
        network(input_layer(), layer("a", "image"), outputs=[["a", "0", 0]]),
        network(input_layer(), layer("a", "image"), outputs=7),
        network(input_layer(), layer("a", "image"), layer("a", "image")),
        network(input_layer(), layer("a" * 501, "image")),
        network(input_layer(), layer("a", "image") | {"inbound_nodes": {}}),
        network(input_layer(), layer("a", "image") | {"config": None}),
        network(input_layer(), layer("a", "image") | {"class_name": 3}),
        sequential({"no": "layer"}),
        {"class_name": "Sequential", "config": {"layers": "none"}},
    ],
)
def test_a_configuration_that_is_not_as_keras_writes_it_is_refused(path: Path, config: Any) -> None:
    zipped(path, json.dumps(config).encode())
    assert refused(path).why


def test_a_name_cannot_steer_a_terminal(path: Path) -> None:
    name = "a\x1b[31m\u202e"
    zipped(path, json.dumps(network(input_layer(), layer(name, "image"))).encode())
    told = inspect_model(path)
    assert told.outputs[0].name == r"a\x1b[31m\u202e"


@pytest.mark.slow
def test_many_calls_of_one_layer_are_one_shared_layer(path: Path) -> None:
    zipped(path, json.dumps(sequential(input_layer(), *[layer("same")] * 40_000)).encode())
    assert inspect_model(path).against.shared == ("same",)


@pytest.mark.slow
def test_too_many_layers_are_refused(path: Path) -> None:
    entry = {"class_name": "A", "config": {}}
    zipped(path, json.dumps(sequential(*[entry] * 50_001)).encode())
    assert "more than any real model" in refused(path).why


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return where everything in a JSON value is."""
    found = [at] if at else []
    items: Any = value.items() if isinstance(value, dict) else ()
    for key, each in enumerate(value) if isinstance(value, list) else items:
        found += places(each, (*at, key))
    return found


EXAMPLES = [json.loads(path.read_text()) for path in sorted(SAVED.glob("*.json"))]


@pytest.mark.full
@given(data=st.data())
def test_a_changed_configuration_is_read_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Whatever is in the place of any value: findings, or one clear error."""
    path = tmp_path_factory.getbasetemp() / "changed.json"
    for _ in range(samples(1, 10)):
        config = json.loads(json.dumps(data.draw(st.sampled_from(EXAMPLES))))
        *outer, last = data.draw(st.sampled_from(places(config)))
        inner = config
        for key in outer:
            inner = inner[key]
        inner[last] = data.draw(JSON)
        path.write_text(json.dumps(config))
        for read in (inspect_model, like):
            well_said(problems_or_none(partial(read, path)))
