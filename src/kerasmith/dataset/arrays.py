"""Named arrays in an `.npz` file: shapes and types from their headers, a few values of labels.

NumPy is not needed for that, and nothing is unpickled: an array of objects is named and left out.
"""

import re
import struct
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from kerasmith.counts import counted
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
MOST_LOOKED_AT = 10_000_000
"""Values of all arrays together in which those are looked for that the first ones are not."""

MOST_BYTES_LOOKED_AT = 160_000_000
"""Bytes of these values, where they are texts."""

MOST_UNSEEN = 1000
"""Different values behind the first ones; where there are more, they are no classes."""

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
    not_looked_at: int = 0
    """How many of its values are behind those that were looked at."""


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
                array = _array(name, member, info, MOST_LOOKED_AT // len(members))
            if isinstance(array, str):
                notes.append(f"{info.filename} holds {array}")
            else:
                arrays.append(array)
                if array.not_looked_at:
                    left = counted(array.not_looked_at, "value of {} was", "values of {} were")
                    notes.append(
                        f"The last {left.format(name)} not looked at: a class that is there alone "
                        "would end training, with its name."
                    )
        if not arrays:
            raise Unreadable(" ".join(["It holds no arrays.", *notes]))
    return arrays, notes


NO_ARRAYS = "{} is not an .npz file that can be read."


@contextmanager
def _opened(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[Any]:
    readable_member(info)
    with archive.open(info) as member:
        yield member


def _array(name: str, member: Any, info: zipfile.ZipInfo, most: int) -> Array | str:
    """Return an array, or what it holds that is not read; so many values at most are looked at."""
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
    left = 0
    if shape and prod(shape[1:]) == 1 and len(shape) <= 2:
        values = _values(order, letter, size, min(shape[0], MOST_VALUES_READ), member)
        rest = min(most, most * MOST_BYTES_LOOKED_AT // MOST_LOOKED_AT // item)
        more, left = _unseen(order, letter, size, shape[0] - len(values), rest, member, {*values})
        values += more
    one_hot = False
    if len(shape) == 2 and 2 < shape[1] <= MOST_CLASSES and shape[0] and not column_major:
        count = min(shape[0], MOST_VALUES_READ // shape[1]) * shape[1]
        one_hot = _is_one_hot(_values(order, letter, size, count, member), shape[1])
    dtype = f"{order or '|'}{letter}{size}"
    return Array(name, shape, dtype, values, column_major, one_hot, left)


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
    """Return the next values as text; none of a type that is not known."""
    return tuple(map(_as_text(order, letter), _next(order, letter, size, count, member)))


def _next(order: str, letter: str, size: str, count: int, member: Any) -> Sequence[Any]:
    """Return the next values, texts as their bytes; none of a type that is not known."""
    if code := _CODES.get(letter + size):
        code = f"{'>' if order == '>' else '<'}{{}}{code}"
        data = member.read(count * struct.calcsize(code.format(1)))
        return struct.unpack(code.format(count), data)
    if letter in "US" and 0 < int(size or 0) <= 1000:
        width = int(size) * (4 if letter == "U" else 1)
        data = member.read(min(count, MOST_TEXT_READ // width) * width)
        return [data[place : place + width] for place in range(0, len(data) - width + 1, width)]
    return ()


def _as_text(order: str, letter: str) -> Callable[[Any], str]:
    if letter not in "US":
        return _text
    coding = ("utf-32-be" if order == ">" else "utf-32-le") if letter == "U" else "latin-1"
    return lambda cell: cell.decode(coding, "replace").rstrip("\0")


def _unseen(
    order: str, letter: str, size: str, left: int, most: int, member: Any, known: set[str]
) -> tuple[tuple[str, ...], int]:
    """Return what the next values are and the known ones are not, each as often as ten times.

    And how many values were left that nobody looked at. Labels may be sorted: without these the
    last classes would end training.
    """
    as_text = _as_text(order, letter)
    more: Counter[str] = Counter()
    while left > 0 < most and len(more) <= MOST_UNSEEN and known:
        some = _next(order, letter, size, min(left, MOST_VALUES_READ), member)
        for value, times in Counter(some).items():
            if (text := as_text(value)) not in known:
                more[text] += times
        left, most = left - len(some), most - len(some)
    unseen = tuple(value for value, times in more.items() for _ in range(min(times, 10)))
    return unseen, left if known and len(more) <= MOST_UNSEEN else 0


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
