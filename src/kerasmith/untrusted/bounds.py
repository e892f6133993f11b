"""What every reader of a file keeps to, and the one place that turns the rest into an answer.

A file that somebody was sent may be damaged, or made to do harm. A reader bounds sizes, counts and
depth before it takes them; whatever is left ends as one clear error, never as a traceback.
"""

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path
from typing import Annotated, TextIO

from msgspec import Meta

from kerasmith.errors import KerasmithError, Problem, printable

LARGEST = 10**12
"""Of any size that a file names: no model has so many of anything."""

Size = Annotated[int, Meta(ge=0, le=LARGEST)]

MOST_BYTES = 16 * 1024 * 1024
"""Of a configuration at the most; the largest of Keras' own models has one of 3 MB."""

MOST_RATIO = 200
"""How many times smaller a large file may be packed; real configurations reach about 40."""

NO_MODEL = "{} is not a Keras model that can be read."
SAVED = "a file that model.save(…) of Keras wrote"


class Unreadable(Exception):
    """Why a file cannot be read, and what could be."""

    def __init__(self, why: str, try_: str = "") -> None:
        super().__init__(why)
        self.try_ = try_


@contextmanager
def answered(path: Path, what: str = "{} cannot be read.", try_: str = "") -> Iterator[None]:
    """Turn whatever is wrong with a file into one clear error, and keep libraries' warnings quiet.

    `what` says in a sentence what the file, in the place of {}, is not; `try_` what would be.
    """
    name = printable(path.name or str(path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        except KerasmithError:
            raise
        except Unreadable as error:
            try_ = error.try_ or try_
            raise KerasmithError(Problem(what.format(name), str(path), str(error), try_)) from None
        except OSError as error:
            why = f"{error.strerror or str(error) or type(error).__name__}."
            raise KerasmithError(
                Problem(f"{printable(str(path))} cannot be read.", str(path), why)
            ) from None
        except Exception as error:  # a damaged file leads readers to any error there is
            raise KerasmithError(
                Problem(what.format(name), str(path), _why(error), try_)
            ) from error


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "It is nested too deeply."
    if isinstance(error, MemoryError):
        return "It takes more memory than there is for one file."
    said = printable(str(error))[:200]
    return f"It is damaged: {said or type(error).__name__}."


class CarefulFile(FileIO):
    """A file of which no more than the limit is read at once: zipfile reads its list whole."""

    def read(self, size: int | None = -1, /) -> bytes | None:  # type: ignore[override]  # as in io
        if size is not None and size > MOST_BYTES + 1:
            raise Unreadable("The list of its members is larger than any real one.")
        return super().read(-1 if size is None else size)


def readable_member(info: zipfile.ZipInfo) -> None:
    """Refuse a member of a zip that neither Keras nor NumPy would have written."""
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable(f"Its {info.filename} is packed in a way that is not read.")
    if info.flag_bits & 1:
        raise Unreadable(f"Its {info.filename} is encrypted.")


LONGEST_ROW = 16_000_000
"""Characters in a row of a table, over however many lines."""


class Lines:
    """The lines of a text, none of them and no row longer than a limit; `read` counts characters.

    A file without a line break would be read whole, and so would one whose quotes never close.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self.read = self._row = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._file.readline(LONGEST_ROW + 1)
        if not line:
            raise StopIteration
        self.read += len(line)
        self._row += len(line)
        if self._row > LONGEST_ROW:
            raise Unreadable(
                f"A row is longer than {LONGEST_ROW // 10**6} MB, as when a quotation mark is "
                "never closed."
            )
        return line

    def row_ended(self) -> None:
        """Begin to count again: a row is complete."""
        self._row = 0
