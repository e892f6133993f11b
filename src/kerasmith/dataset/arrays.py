"""Named arrays in an `.npz` file: shapes and types from their headers, a few values of labels.

NumPy is not needed for that, and nothing is unpickled: an array of objects is named and left out.
"""

import re
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from kerasmith.untrusted.bounds import (
    LARGEST,
    MOST_RATIO,
    CarefulFile,
    Unreadable,
    answered,
    readable_member,
)

MOST_ARRAYS = 1000
MOST_HEADER = 10_000
MOST_VALUES_READ = 50_000
MOST_CLASSES = 100
"""Columns of rows that are looked at for a 1 at the class."""

MOST_TEXT_READ = 4_000_000
"""Bytes of the texts that are read of one array."""

SMALL = 64 * 1024 * 1024
"""Bytes up to which an array may be packed as small as it will: one of zeros is."""

_CODES = {"f2": "e", "f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B",
          "u2": "H", "u4": "I", "u8": "Q", "b1": "?"}  # fmt: skip

_HEADER = re.compile(
    r"\{'descr': '([<>|=]?)([a-zA-Z])(\d{0,9})[^']{0,20}', 'fortran_order': (True|False), "
    r"'shape': \(((?:\d{1,18},? ?){0,32})\),? *\}\s*"
)
"""As NumPy writes it: a header is read, never evaluated."""


@dataclass(frozen=True)
class Array:
    """One array: its name, shape and type, and its first values as text where it is flat."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    values: tuple[str, ...] = ()
    column_major: bool = False
    """Whether the first axis is the fastest in the file."""
    one_hot: bool = False
    """Whether each of the first rows holds a 1 at one place and 0 at the others."""


def read_arrays(path: Path) -> tuple[list[Array], list[str]]:
    """Return the arrays of an `.npz` file, and what was left out.

    Raises KerasmithError where it is none.
    """
    arrays: list[Array] = []
    notes = []
    with answered(path, NO_ARRAYS), CarefulFile(path) as file, zipfile.ZipFile(file) as archive:
        members = [each for each in archive.infolist() if each.filename.endswith(".npy")]
        if len(members) > MOST_ARRAYS:
            raise Unreadable(f"It holds more than {MOST_ARRAYS:,} arrays.")
        for info in members:
            name = info.filename.removesuffix(".npy")
            if name in [each.name for each in arrays]:
                raise Unreadable(f"It holds two arrays called {name[:100]!r}.")
            with _opened(archive, info) as member:
                array = _array(name, member, info)
            if isinstance(array, str):
                notes.append(f"{info.filename} holds {array}")
            else:
                arrays.append(array)
        if not arrays:
            raise Unreadable(" ".join(["It holds no arrays.", *notes]))
    return arrays, notes


NO_ARRAYS = "{} is not an .npz file that can be read."


@contextmanager
def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Any]:
    readable_member(info)
    with archive.open(info) as member:
        yield member


def _array(name: str, member: Any, info: zipfile.ZipInfo) -> Array | str:
    """Return an array, or what it holds that is not read."""
    order, letter, size, column_major, shape, begins = _header(name, member)
    if letter == "O":
        return "Python objects; reading them can run code."
    if letter not in "fiubSU" or (letter in "SU" and prod(shape[1:]) != 1):
        kinds = {"c": "complex numbers", "S": "rows of texts", "U": "rows of texts"}
        return f"{kinds.get(letter, f'values of the type {letter}{size}')}, which are not read."
    if 0 in (shape or (0,)):
        return "no rows."
    item = max(1, int(size or 0)) * (4 if letter == "U" else 1)
    if info.file_size - begins != prod(shape) * item:
        there = max(0, info.file_size - begins)
        raise Unreadable(f"{name[:100]} has {there:,} bytes of data for {prod(shape) * item:,}.")
    values: tuple[str, ...] = ()
    if shape and prod(shape[1:]) == 1 and len(shape) <= 2:
        values = _values(order, letter, size, min(shape[0], MOST_VALUES_READ), member)
    one_hot = False
    if len(shape) == 2 and 2 < shape[1] <= MOST_CLASSES and shape[0] and not column_major:
        count = min(shape[0], MOST_VALUES_READ // shape[1]) * shape[1]
        one_hot = _is_one_hot(_values(order, letter, size, count, member), shape[1])
    return Array(name, shape, f"{order or '|'}{letter}{size}", values, column_major, one_hot)


def _is_one_hot(values: tuple[str, ...], width: int) -> bool:
    rows = (values[place : place + width] for place in range(0, len(values), width))
    return bool(values) and all(
        sum(float(each) == 1 for each in row) == 1 == sum(float(each) != 0 for each in row)
        for row in rows
    )


def _header(name: str, member: Any) -> tuple[str, str, str, bool, tuple[int, ...], int]:
    """Return order, kind and size of the values, order of the axes, shape, and where data begin."""
    if member.read(6) != b"\x93NUMPY":
        raise Unreadable(f"{name[:100]} is not an array.")
    major = member.read(2)[:1]
    long = major != b"\1"
    (length,) = struct.unpack("<I" if long else "<H", member.read(4 if long else 2))
    if length > MOST_HEADER:
        raise Unreadable(f"The header of {name[:100]} has {length:,} bytes.")
    found = _HEADER.fullmatch(member.read(length).decode("latin-1"))
    if not found:
        raise Unreadable(f"{name[:100]} is not a plain array.")
    order, letter, size, column_major, sizes = found.groups()
    shape = tuple(map(int, re.findall(r"\d+", sizes)))
    if prod(shape) > LARGEST or max((0, *shape)) > LARGEST:
        raise Unreadable(f"{name[:100]} holds more values than any file.")
    return order, letter, size, column_major == "True", shape, length + (12 if long else 10)


def _values(order: str, letter: str, size: str, count: int, member: Any) -> tuple[str, ...]:
    """Return the first values as text; none of a type that is not known."""
    order = ">" if order == ">" else "<"
    if code := _CODES.get(letter + size):
        data = member.read(count * struct.calcsize(f"{order}{code}"))
        return tuple(map(_text, struct.unpack(f"{order}{count}{code}", data)))
    if letter in "US" and 0 < int(size or 0) <= 1000:
        width = int(size) * (4 if letter == "U" else 1)
        data = member.read(min(count, MOST_TEXT_READ // width) * width)
        coding = ("utf-32-le" if order == "<" else "utf-32-be") if letter == "U" else "latin-1"
        cells = (data[place : place + width] for place in range(0, len(data) - width + 1, width))
        return tuple(cell.decode(coding, "replace").rstrip("\0") for cell in cells)
    return ()


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def loaded(path: Path, array: Array) -> Any:
    """Return an array of NumPy with the values of one that was read before."""
    import numpy as np

    with CarefulFile(path) as file, zipfile.ZipFile(file) as archive:
        info = archive.getinfo(f"{array.name}.npy")
        if info.file_size > max(SMALL, MOST_RATIO * info.compress_size):
            times = info.file_size // max(1, info.compress_size)
            raise Unreadable(f"Its {info.filename} unpacks to {times:,} times its size.")
        with _opened(archive, info) as member:
            *_, begins = _header(array.name, member)
            data = member.read(info.file_size - begins)
    values = np.frombuffer(data, array.dtype)
    return values.reshape(array.shape, order="F" if array.column_major else "C")
