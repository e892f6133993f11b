"""From the named arrays of an `.npz` file to a table and the files it names."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kerasmith.dataset.arrays import loaded, read_arrays
from kerasmith.dataset.sample import unreadable
from kerasmith.errors import KerasmithError, Problem
from kerasmith.untrusted.bounds import Unreadable

TABLE = "data/examples.csv"

MOST_CELLS = 5_000_000
"""Of the table that flat arrays become."""

MOST_ROWS = 200_000
"""Of arrays that become files, one an image or a series."""


def unpacked(
    path: Path, tables: Mapping[str, Any], renamed: Mapping[str, str]
) -> tuple[dict[str, bytes], list[str]]:
    """Return the files of a project's data, a table and a file for each image or series, and notes.

    Raises KerasmithError where NumPy or Pillow is missing, or where there are too many.
    """
    try:
        import numpy  # noqa: F401 - only whether they are there
        import PIL  # noqa: F401
    except ImportError:
        why = "Arrays are taken apart with NumPy and Pillow, which are not installed."
        raise unreadable(path, why, 'pip install "kerasmith[images]"') from None
    arrays = {each.name: each for each in read_arrays(path)[0]}
    theirs = {ours: name for name, ours in renamed.items()}
    columns: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    notes: list[str] = []
    for entry in (*tables["inputs"], *tables["outputs"]):
        name = entry["name"]
        called = theirs.get(name, name)
        header = arrays[called]
        rows = header.shape[0]
        if entry["kind"] in ("image", "series") and rows > MOST_ROWS:
            raise KerasmithError(_too_many(path, called, rows))
        array = loaded(path, header)
        if entry["kind"] in ("image", "series"):
            _refuse_no_numbers(called, array)
        if header.one_hot and entry["kind"] == "category":
            array = _classes(called, array)
        match entry["kind"]:
            case "image":
                pixels = _as_pixels(called, array, notes)
                made = {f"images/{name}/{n:06}.png": _png(each) for n, each in enumerate(pixels)}
            case "series":
                made = {f"series/{name}/{n:06}.csv": _csv(each) for n, each in enumerate(array)}
            case _:
                made = {}
                if array.size > MOST_CELLS:
                    why = f"{array.size:,} values of {called} are too many for a table."
                    raise Unreadable(
                        why, f"at most {MOST_CELLS:,}, or the array as images or series"
                    )
                columns |= dict(_columns(name, entry, array))
        if made:
            columns[name] = list(made)
            files |= {f"data/{place}": content for place, content in made.items()}
    cells = zip(*columns.values(), strict=True)
    return {TABLE: _table([list(columns), *map(list, cells)]), **files}, notes


def _classes(name: str, array: Any) -> Any:
    """Return the place of the 1 in each row of an array that begins as one-hot."""
    import numpy as np

    ones = (array == 1).sum(axis=1) == 1
    if not (ones & ((array != 0).sum(axis=1) == 1)).all():
        row = int(np.flatnonzero(~ones)[0]) if not ones.all() else len(array)
        why = f"Row {row + 1:,} of {name} is not one-hot, as the rows before it are."
        raise Unreadable(why, "a 1 for the class of each row and 0 elsewhere")
    return array.argmax(axis=1)


def _as_pixels(name: str, array: Any, notes: list[str]) -> Iterator[Any]:
    """Yield images with numbers from 0 to 255; others are scaled by the range of all of them."""
    import numpy as np

    low, high = (float(array.min()), float(array.max())) if array.size else (0.0, 255.0)
    if low >= 0 and (128 <= high <= 255 or (array.dtype == "uint8" and high > 1)):
        low, high = 0.0, 255.0
    elif low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    else:
        notes.append(f"{name}: {low:g} to {high:g} became 0 to 255; scale other images alike.")
    for each in array:
        pixels = (each.astype("float64") - low) * (255 / (high - low or 1))
        yield np.clip(np.round(pixels), 0, 255).astype("uint8")


def _refuse_no_numbers(name: str, array: Any) -> None:
    """Refuse what is not a number in an image or a series: training would stop at it."""
    import numpy as np

    if array.dtype.kind == "f" and not all(np.isfinite(each).all() for each in array):
        what = "values that are not numbers (NaN or infinite)"
        raise Unreadable(f"{name} holds {what}.", "an array without them, or --ignore")


def _columns(name: str, entry: Mapping[str, Any], array: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the columns of flat arrays and of tables, by name."""
    flat = array.reshape(len(array), -1)
    names = [each["name"] for each in entry.get("columns", ())]
    if not names:
        width = flat.shape[1]
        names = [name] if width == 1 else [f"{name}_{n}" for n in range(1, width + 1)]
    for column, values in zip(names, flat.T.tolist(), strict=True):
        yield column, [_text(value) for value in values]


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _png(pixels: Any) -> bytes:
    """Return an image of shape `(height, width[, channels])` as a file."""
    from PIL import Image

    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[:, :, 0]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def _csv(steps: Any) -> bytes:
    """Return a series of shape `(steps, features)` as a CSV file with a header."""
    features = range(1, steps.shape[1] + 1)
    return _table([[str(n) for n in features], *steps.tolist()])


def _table(rows: list[list[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()


def _too_many(path: Path, name: str, count: int) -> Problem:
    return Problem(
        f"{count:,} rows of {name!r} are too many for a file each.",
        str(path),
        f"At most {MOST_ROWS:,} are unpacked.",
        "a part of the array, or a table that names image files",
    )
