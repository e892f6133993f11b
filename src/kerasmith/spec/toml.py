"""From a file to tables, and what no table may hold.

Whoever made the file, reading it takes little: its size is looked at before it is read, how deep
it nests before it is parsed, and how much it says before anything of it is checked.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.spec.collect import Origins, Tables, origin_of
from kerasmith.untrusted.textfile import NotText, as_text, read_bytes

LARGEST = 1_000_000
"""Bytes of a spec file at the most; the longest recipe has two thousand."""

DEEPEST = 8
"""Tables and lists inside each other at the most; a spec needs four."""

MOST_VALUES = 20_000
"""Keys and values of a spec at the most; sixteen outputs of a thousand classes have fewer."""

LONGEST_KEY = 200
"""Characters of a key at the most; the names of columns are values."""


def read_tables(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file, unchecked.

    Raises KerasmithError where the file cannot be read or is not TOML, with line and column.
    """
    return read_content(path)[1]


def read_content(
    path: Path, read: Callable[[Path, int], bytes] = read_bytes
) -> tuple[bytes, dict[str, object]]:
    """Return what a TOML file holds, and its tables, of one reading.

    Raises what `read_tables` raises.
    """
    where = str(path)
    try:
        content = read(path, LARGEST)
        return content, parsed(as_text(content))
    except NotText as error:
        problem = Problem("The spec file cannot be read.", where, f"{error}.", _inside(path))
    except OSError as error:
        problem = Problem("The spec file cannot be read.", where, f"{error.strerror or error}.")
    except TooDeep:
        problem = Problem("The spec file is nested too deeply to be a spec.", where)
    except ValueError as error:  # not only TOMLDecodeError: int() refuses thousands of digits
        problem = Problem("The spec file is not valid TOML.", where, f"{shortened_error(error)}.")
    raise KerasmithError(problem)


class TooDeep(ValueError):
    """Tables, lists or dotted keys are nested too deep."""


def parsed(text: str) -> dict[str, object]:
    """Return the tables of a TOML text.

    Raises TooDeep before `tomllib` would recurse, or copy each part of a long dotted key; and
    ValueError for what is not TOML.
    """
    if _depth(text) > DEEPEST:
        raise TooDeep
    try:
        return tomllib.loads(text)
    except RecursionError:
        raise TooDeep from None


_TEXTS = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:""")?'
    r"|'''(?:[^']|'(?!''))*+(?:''')?"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|#[^\n]*+",
    re.DOTALL,
)
"""Texts and comments of TOML; one that nothing ends goes as far as it can, so that none is slow."""


def _depth(text: str) -> int:
    """Return how many brackets are open at once, or how many parts a dotted key has."""
    code = _TEXTS.sub("_", text)
    dots = max((each.count(".") for each in re.split(r"[=,\[\]{}\n]", code)), default=0)
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", code):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return max(dots, deepest)


def _inside(path: Path) -> str:
    inside = path / "kerasmith.toml"
    return str(inside) if path.is_dir() and inside.is_file() else ""


def shortened_error(error: ValueError) -> str:
    """Return what `tomllib` says, which may repeat a key of the file."""
    text = f"{error}"
    return text if len(text) <= 200 else f"{text[:150]}…{text[-49:]}"


def check_form(tables: Tables, origins: Origins) -> None:
    """Check the form of tables, whoever wrote them: text that is none, endless nesting or length.

    Raises KerasmithError; every later stage may recurse into the tables, look at each of their
    values and encode their text.
    """
    problems = []
    count = 0
    todo: list[tuple[str, int, object]] = [("", 0, tables)]
    while todo:
        path, depth, value = todo.pop()
        count += 1
        where = origin_of(path, origins).flag or path or "its beginning"
        if depth > DEEPEST:
            raise KerasmithError(Problem("This is nested too deeply to be a spec.", where))
        inside = len(value) if isinstance(value, dict | list) else 0
        if count + len(todo) + inside > MOST_VALUES:
            what = f"This says more than {MOST_VALUES:,} things, too many for a spec."
            raise KerasmithError(Problem(what, where))
        if isinstance(value, str) and not value.isascii() and not _encodable(value):
            problems.append(Problem(f"{shortened(value)} is not text.", where, "It is not UTF-8."))
        elif isinstance(value, dict):
            for key, each in value.items():
                if len(str(key)) > LONGEST_KEY:
                    raise KerasmithError(Problem(f"No key is as long as {shortened(key)}.", where))
                below = f"{path}.{key}" if path else key
                todo += ((below, depth + 1, key), (below, depth + 1, each))
        elif isinstance(value, list):
            todo += ((f"{path}[{n}]", depth + 1, each) for n, each in enumerate(value))
    if problems:
        raise KerasmithError(*problems)


def _encodable(text: str) -> bool:
    """Say whether the text is Unicode that a file can hold: what is no UTF-8 in a flag is not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
