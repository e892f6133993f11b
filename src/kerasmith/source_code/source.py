"""A file of Python code, or a notebook: its syntax tree, and how its lines are named."""

import ast
import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from kerasmith.errors import printable
from kerasmith.untrusted.bounds import MOST_BYTES, Unreadable, answered
from kerasmith.untrusted.textfile import read_bytes, read_text

SOURCE_FILES = (".py", ".ipynb", ".pyw")
"""The endings by which a file is taken for code."""

MOST_CODE = 1_000_000
"""Characters of code at the most: some 25,000 lines."""

MOST_CELLS = 5_000
"""Cells of a notebook at the most."""

NO_CODE = "{} is not Python code that can be read."


@dataclass(frozen=True)
class Source:
    """The code of a file; `cells` are the first lines of a notebook's cells."""

    path: Path
    tree: ast.Module
    form: str
    cells: Sequence[int] = ()

    def place(self, line: int) -> str:
        """Return how a line is called: of a notebook by its cell."""
        number = sum(first <= line for first in self.cells)
        if not number:
            return f"line {line}"
        return f"cell {number}, line {line - self.cells[number - 1] + 1}"


def is_source(path: Path) -> bool:
    """Say whether to read a path as code."""
    return path.suffix.lower() in SOURCE_FILES


def read_source(path: Path) -> Source:
    """Read a file of code.

    Raises KerasmithError where it is no Python code, or too large.
    """
    with answered(path, NO_CODE, "a .py file of Python 3, or a notebook"):
        if path.suffix.lower() == ".ipynb":
            return _notebook(path)
        return source_of(path, read_code(path))


def read_code(path: Path) -> str:
    """Return the text of a file of code, in the encoding that Python would take.

    Raises OSError where it cannot be read, Unreadable where it is not in that encoding.
    """
    content = read_bytes(path, 4 * MOST_CODE)
    encoding = _encoding(content)
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = "UTF-8" if encoding == "utf-8-sig" else printable(encoding)
        why = f"It is not {name} text; byte {error.start}: {error.reason}."
    except LookupError as error:
        why = f"Its coding line is wrong: {printable(str(error))[:200]}."
    raise Unreadable(why, "the file saved as UTF-8, or a first line: # -*- coding: latin-1 -*-")


def _encoding(content: bytes) -> str:
    """Return the encoding that a coding line in one of the first two lines names (PEP 263)."""
    if not any(b"coding" in line for line in content[:2000].splitlines()[:2]):
        return "utf-8-sig"
    from tokenize import detect_encoding  # only such files wait for it

    try:
        return detect_encoding(BytesIO(content).readline)[0]
    except SyntaxError as error:
        raise Unreadable(f"Its coding line is wrong: {printable(str(error.msg))[:200]}.") from None


def source_of(path: Path, text: str) -> Source:
    """Return the code of a text as if a file held it."""
    return Source(path, _tree(text), "Python code")


def _tree(text: str) -> ast.Module:
    if len(text) > MOST_CODE:
        raise Unreadable(f"It holds more than {MOST_CODE // 10**6} MB of code.")
    if (at := text.find("\0")) >= 0:
        raise Unreadable(f"Line {text.count(chr(10), 0, at) + 1} holds a null byte.")
    try:
        return _parsed(text)
    except SyntaxError as error:
        raise Unreadable(_why(error, f"Line {error.lineno or 1}")) from None
    except (MemoryError, RecursionError):
        raise Unreadable("It is nested too deeply.") from None


def _parsed(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = compile(text, "code", "exec", ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    assert isinstance(found, ast.Module)
    return found


_PYTHON_2 = ("in call to", "leading zeros in decimal", "multiple exception types")
"""What Python 3 says of code that Python 2 ran."""


def _why(error: SyntaxError, place: str) -> str:
    said = printable(str(error.msg or "invalid syntax"))
    old = " It is Python 2." if any(each in said for each in _PYTHON_2) else ""
    return f"{place}, column {error.offset or 1}: {said[:200]}.{old}"


# === Notebooks ===


def _notebook(path: Path) -> Source:
    document = json.loads(read_text(path, MOST_BYTES))
    cells = document.get("cells") if isinstance(document, dict) else None
    if not isinstance(cells, list):
        sheets = isinstance(document, dict) and "worksheets" in document
        old = " It is of version 3: jupyter nbconvert --to notebook." if sheets else ""
        raise Unreadable(f"The notebook holds no list of cells.{old}")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"It holds {len(cells):,} cells, more than any real notebook.")
    texts = [_code(cell) for cell in cells if _is_code(cell)]
    if sum(map(len, texts)) > MOST_CODE:
        raise Unreadable(f"It holds more than {MOST_CODE // 10**6} MB of code.")
    body: list[ast.stmt] = []
    firsts, line = [], 1
    for number, text in enumerate(texts, start=1):
        for node in _cell(text, number).body:
            body.append(ast.increment_lineno(node, line - 1))
        firsts.append(line)
        line += text.count("\n") + 1
    return Source(path, ast.Module(body, []), "a notebook", tuple(firsts))


def _is_code(cell: Any) -> bool:
    return isinstance(cell, dict) and cell.get("cell_type") == "code"


def _code(cell: Any) -> str:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(each for each in source if isinstance(each, str))
    return source if isinstance(source, str) else ""


def _cell(text: str, number: int) -> ast.Module:
    """Return the tree of a cell; what is a command of Jupyter counts as an empty line."""
    try:
        return _parsed(text)
    except SyntaxError:
        try:
            return _parsed(_without_magics(text))
        except SyntaxError as error:
            place = f"Cell {number}, line {error.lineno or 1}"
            raise Unreadable(_why(error, place)) from None


_MAGIC = re.compile(
    r"^\s*([%!?]|\S[^'\"#]*\?{1,2}\s*$|(pip|conda|cd|ls|mkdir|rm|cp|mv|cat)\s+[\w./~-])"
)
"""Commands of Jupyter and questions to it, with a sign or, as some are understood, without."""

_ASSIGNED = re.compile(r"^(\s*[\w, ]+=\s*)[%!].*$")
_RUN_AS_CODE = ("%%time", "%%timeit", "%%capture", "%%prun")


def _without_magics(text: str) -> str:
    lines = text.split("\n")
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_RUN_AS_CODE):
        return "\n" * text.count("\n")
    found, going_on = [], False
    for line in lines:
        if going_on or _MAGIC.match(line):
            indent = line[: len(line) - len(line.lstrip())]
            found.append("" if going_on else f"{indent}pass")
            going_on = line.endswith("\\")
        else:
            found.append(_ASSIGNED.sub(r"\1...", line))
    return "\n".join(found)
