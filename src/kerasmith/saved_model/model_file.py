"""From a file to the configuration of the model that it holds.

A `.keras` file is a zip of `config.json`, `metadata.json` and weights; only the first two are
read. Nothing in a file is ever executed or unpickled, and nothing is read without a limit: what
somebody was sent may be damaged, or made to do harm.
"""

import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from msgspec import Struct

from kerasmith.errors import shortened
from kerasmith.saved_model.graph import Weights
from kerasmith.untrusted.apart import apart, is_given
from kerasmith.untrusted.bounds import (
    MOST_BYTES,
    MOST_RATIO,
    NO_MODEL,
    SAVED,
    CarefulFile,
    Unreadable,
    answered,
    readable_member,
)

H5_READER = "kerasmith.saved_model.h5"

MODEL_FILES = (".keras", ".h5", ".hdf5", ".json")
"""The endings by which a file is taken for a saved model."""

MOST_MARKS = 1_000_000
"""Brackets, commas and colons of a configuration; each may be a value of a hundred bytes."""

DEEPEST = 200
"""Lists and tables inside each other at the most: enough for models inside models, 30 deep."""

KERAS_FILE, HDF5_FILE = "a .keras file", "an HDF5 file"

_ENDINGS = {KERAS_FILE: ".keras", HDF5_FILE: ".h5"}

_NOT_KERAS = {
    ".onnx": "an ONNX model",
    ".pb": "a TensorFlow graph",
    ".pickle": "a pickle, and reading one can run anything",
    ".pkl": "a pickle, and reading one can run anything",
    ".joblib": "a pickle, and reading one can run anything",
    ".pt": "a PyTorch model",
    ".pth": "a PyTorch model",
    ".safetensors": "a file of weights, without a graph",
    ".tflite": "a LiteRT model",
}


@dataclass(frozen=True)
class SavedModel:
    """What a file says of a model, as Keras wrote it; nothing of it is checked yet."""

    path: Path
    config: Mapping[str, Any]
    form: str
    version: str = ""
    """The Keras that saved it; empty where the file does not say."""
    weights: Weights = field(default_factory=dict)
    """The shapes of each layer's weights, where that was quick to see."""
    notes: tuple[str, ...] = ()

    @property
    def ending(self) -> str:
        """By what Keras knows its file as one that it can load; empty where it is none."""
        return "" if _NO_WEIGHTS in self.notes else _ENDINGS.get(self.form, "")


class Stored(Struct):
    """What an HDF5 file holds of a model, as `h5.py` reads it in a process of its own."""

    config: str
    version: str
    weights: dict[str, dict[str, tuple[int, ...]]]
    """The shapes by layer, and by the path of a weight in it."""


def is_model(path: Path) -> bool:
    """Say whether to read a path as a saved model, not as data."""
    if path.is_dir():
        return (path / "config.json").is_file() or (path / "saved_model.pb").is_file()
    if path.suffix.lower() in (*MODEL_FILES, *_NOT_KERAS):
        return True
    return path.suffix.lower() != ".npz" and _begins(path) in (b"PK\x03\x04", b"\x89HDF")


def read_model(path: Path) -> SavedModel:
    """Read the configuration of a saved model.

    Raises KerasmithError where there is none, or none that can be read within limits.
    """
    with answered(path, NO_MODEL, SAVED):
        if path.is_dir():
            return _from_folder(path)
        if not path.exists():
            raise FileNotFoundError(2, "No such file or directory")
        if not path.is_file():
            raise Unreadable("It is not a file.")
        if what := _NOT_KERAS.get(path.suffix.lower()):
            raise Unreadable(f"It is {what}.")
        begins = _begins(path)
        if begins == b"\x89HDF":
            return _from_h5(path)
        if begins == b"PK\x03\x04":
            return _from_zip(path)
        if begins[:1] in (b"{", b"["):
            return _from_json(path)
        empty = "It is empty." if not begins else "It is neither a zip, as a .keras file is, "
        raise Unreadable(empty if not begins else empty + "nor HDF5, nor JSON.")


def _begins(path: Path) -> bytes:
    """Return the first bytes of a file, which tell most formats; empty where there are none."""
    try:
        if not path.is_file():
            return b""
        with path.open("rb") as file:
            return file.read(4)
    except OSError:
        return b""


# === The forms ===


def _from_folder(folder: Path) -> SavedModel:
    """Read a model that was saved with `zipped=False`."""
    config = folder / "config.json"
    if not config.is_file():
        if (folder / "saved_model.pb").is_file():
            raise Unreadable(
                "It is a SavedModel: a graph of operations, not of layers.",
                "model.save('model.keras') beside the export",
            )
        raise Unreadable("The folder holds no config.json.")
    metadata = folder / "metadata.json"
    version = _version(_bytes_of(metadata)) if metadata.is_file() else ""
    weights = any(folder.glob("*.weights.h5"))
    return SavedModel(
        folder,
        _parsed(_bytes_of(config)),
        "a folder that model.save wrote",
        version,
        notes=() if weights else (_NO_WEIGHTS,),
    )


def _from_zip(path: Path) -> SavedModel:
    with CarefulFile(path) as file, zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        if "config.json" not in names:
            raise Unreadable("The zip holds no config.json.")
        config = _parsed(_member(archive, "config.json"))
        version = ""
        if "metadata.json" in names:
            version = _version(_member(archive, "metadata.json"))
        weights = any(name.startswith("model.weights") for name in names)
    notes = () if weights else (_NO_WEIGHTS,)
    return SavedModel(path, config, KERAS_FILE, version, notes=notes)


def _from_json(path: Path) -> SavedModel:
    config = _parsed(_bytes_of(path))
    version = config.get("keras_version")
    said = version if isinstance(version, str) else ""
    return SavedModel(path, config, "a configuration alone", said, notes=(_NO_WEIGHTS,))


def _from_h5(path: Path) -> SavedModel:
    """Read the HDF5 file that Keras wrote before `.keras`; it needs h5py."""
    if find_spec("h5py") is None and not is_given(H5_READER, path):
        why = "It is HDF5, and h5py is not installed."
        raise Unreadable(why, "pip install h5py, or a .keras file")
    found = apart(H5_READER, path, Stored)
    return SavedModel(path, _parsed(found.config.encode()), HDF5_FILE, found.version, found.weights)


_NO_WEIGHTS = "It holds no weights: the graph is there, what was learned is not."


# === Within limits ===


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    """Return a member of a zip, if it is as large as it says and not larger than is sensible."""
    info = archive.getinfo(name)
    readable_member(info)
    with archive.open(info) as member:
        found = member.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise Unreadable(_too_large(name))
    if len(found) > max(1_000_000, MOST_RATIO * info.compress_size):
        times = len(found) // max(1, info.compress_size)
        raise Unreadable(f"Its {name} unpacks to {times} times its size, as no real model's does.")
    return found


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        found = file.read(MOST_BYTES + 1)
    if len(found) > MOST_BYTES:
        raise Unreadable(_too_large(path.name))
    return found


def _too_large(name: str) -> str:
    return f"Its {name} holds more than {MOST_BYTES // 1024**2} MB, far more than any real model's."


def _parsed(text: bytes) -> dict[str, Any]:
    """Return the table that JSON text holds; not too deep, since later stages recurse."""
    if sum(map(text.count, (b"[", b"{", b",", b":"))) > MOST_MARKS:
        raise Unreadable("Its configuration holds more values than any real model's.")
    try:
        value = json.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("Its configuration is not UTF-8 text.") from None
    if not isinstance(value, dict):
        raise Unreadable(f"Its configuration is not a table of keys, but {shortened(value)}.")
    level: list[Any] = [value]
    for _ in range(DEEPEST):
        level = [
            each
            for outer in level
            for each in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(each, dict | list)
        ]
        if not level:
            return value
    raise Unreadable(f"Its configuration is nested more than {DEEPEST} deep.")


def _version(metadata: bytes) -> str:
    """Return the version of Keras that metadata.json names; empty where it is no such file."""
    try:
        version = json.loads(metadata).get("keras_version")
    except (ValueError, AttributeError, RecursionError):
        return ""
    return version if isinstance(version, str) else ""
