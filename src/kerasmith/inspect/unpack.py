"""From the named arrays of an `.npz` file to a table and the files it names."""

import csv
import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kerasmith.errors import KerasmithError, Problem
from kerasmith.inspect.files import unreadable

TABLE = "data/examples.csv"

MOST_ROWS = 200_000
"""Of arrays that become files, one an image or a series."""


def unpacked(path: Path, tables: Mapping[str, Any], renamed: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files of a project's data: a table, and an image or a series in a file each.

    Raises KerasmithError where NumPy or Pillow is missing, or where there are too many.
    """
    try:
        import numpy as np
        from PIL import Image as _  # noqa: F401 - only whether it is there
    except ImportError:
        why = "Arrays are taken apart with NumPy and Pillow, which are not installed."
        raise unreadable(path, why, 'pip install "kerasmith[images]"') from None
    arrays = np.load(path, allow_pickle=False)
    theirs = {ours: name for name, ours in renamed.items()}
    columns: dict[str, list[str]] = {}
    files: dict[str, bytes] = {}
    for entry in (*tables["inputs"], *tables["outputs"]):
        name = entry["name"]
        array = arrays[theirs.get(name, name)]
        if entry["kind"] in ("image", "series") and len(array) > MOST_ROWS:
            raise KerasmithError(_too_many(path, name, len(array)))
        match entry["kind"]:
            case "image":
                made = {f"images/{name}/{n:06}.png": _png(each) for n, each in enumerate(array)}
            case "series":
                made = {f"series/{name}/{n:06}.csv": _csv(each) for n, each in enumerate(array)}
            case _:
                made = {}
                columns |= dict(_columns(name, entry, array))
        if made:
            columns[name] = list(made)
            files |= {f"data/{place}": content for place, content in made.items()}
    rows = zip(*columns.values(), strict=True)
    return {TABLE: _table([list(columns), *map(list, rows)]), **files}


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
    """Return an image of shape `(height, width[, channels])`; fractions count from 0 to 1."""
    import numpy as np
    from PIL import Image

    if pixels.dtype.kind == "f" and pixels.max(initial=0) <= 1:
        pixels = pixels * 255
    pixels = np.clip(np.round(pixels), 0, 255).astype("uint8")
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
