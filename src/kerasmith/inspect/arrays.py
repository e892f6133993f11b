"""Named arrays in an `.npz` file: shapes and types from their headers, a few values of labels.

NumPy is not needed for that, and nothing is unpickled: an array of objects is named and left out.
"""

import ast
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from kerasmith.inspect.files import unreadable

MOST_HEADER = 10_000
MOST_VALUES_READ = 50_000

_CODES = {"f4": "f", "f8": "d", "i1": "b", "i2": "h", "i4": "i", "i8": "q", "u1": "B", "u2": "H",
          "u4": "I", "u8": "Q", "b1": "?"}  # fmt: skip


@dataclass(frozen=True)
class Array:
    """One array: its name, shape and type, and its first values as text where it is flat."""

    name: str
    shape: tuple[int, ...]
    dtype: str
    values: tuple[str, ...] = ()


def read_arrays(path: Path) -> tuple[list[Array], list[str]]:
    """Return the arrays of an `.npz` file, and what was left out.

    Raises KerasmithError where it is none.
    """
    arrays, notes = [], []
    try:
        with zipfile.ZipFile(path) as archive:
            for info in archive.infolist()[:1000]:
                if not info.filename.endswith(".npy"):
                    continue
                with archive.open(info) as member:
                    array = _array(info.filename.removesuffix(".npy"), member)
                if array is None:
                    notes.append(
                        f"{info.filename} holds Python objects; reading them can run code."
                    )
                else:
                    arrays.append(array)
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, SyntaxError, struct.error,
            RuntimeError, NotImplementedError, MemoryError, RecursionError) as error:  # fmt: skip
        raise unreadable(path, f"It is no .npz file that can be read: {error}.") from None
    if not arrays:
        raise unreadable(path, " ".join(["It holds no arrays.", *notes]))
    return arrays, notes


def _array(name: str, member: Any) -> Array | None:
    read = member.read
    if read(6) != b"\x93NUMPY":
        raise ValueError(f"{name} is no array")
    major = read(2)[0]
    (length,) = struct.unpack("<H", read(2)) if major == 1 else struct.unpack("<I", read(4))
    if length > MOST_HEADER:
        raise ValueError(f"the header of {name} has {length} bytes")
    header = ast.literal_eval(read(length).decode("latin-1"))
    dtype, shape = header["descr"], header["shape"]
    if not isinstance(dtype, str) or not all(isinstance(n, int) and n >= 0 for n in shape):
        raise ValueError(f"{name} is no plain array")
    if "O" in dtype:
        return None
    values: tuple[str, ...] = ()
    if len(shape) == 1 or (len(shape) == 2 and shape[1] == 1):
        values = _values(dtype, min(prod(shape), MOST_VALUES_READ), read)
    return Array(name, tuple(shape), dtype, values)


def _values(dtype: str, count: int, read: Callable[[int], bytes]) -> tuple[str, ...]:
    """Return the first values as text; none of a type that is not known."""
    order, code = ("<" if dtype[0] in "<|=" else ">"), dtype[1:]
    if code in _CODES:
        item = struct.calcsize(f"{order}{_CODES[code]}")
        data = read(count * item)
        return tuple(map(_text, struct.unpack(f"{order}{len(data) // item}{_CODES[code]}", data)))
    if code[:1] in "US" and code[1:].isdigit() and 0 < int(code[1:]) <= 1000:
        size = int(code[1:]) * (4 if code[0] == "U" else 1)
        data = read(count * size)
        coding = ("utf-32-le" if order == "<" else "utf-32-be") if code[0] == "U" else "latin-1"
        cells = (data[place : place + size] for place in range(0, len(data) - size + 1, size))
        return tuple(cell.decode(coding, "replace").rstrip("\0") for cell in cells)
    return ()


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
