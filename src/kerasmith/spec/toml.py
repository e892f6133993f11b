"""From a file to tables, and what no table may hold."""

import tomllib
from pathlib import Path

from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.spec.collect import Origins, Tables, origin_of

DEEPEST = 8
"""Tables and lists inside each other at the most; a spec needs four."""


def read_tables(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file, unchecked.

    Raises KerasmithError where the file cannot be read or is not TOML, with line and column.
    """
    where = str(path)
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        inside = path / "kerasmith.toml"
        problem = Problem(
            "The spec file cannot be read.",
            where,
            f"{error.strerror or error}.",
            str(inside) if inside.is_file() else "",
        )
    except UnicodeDecodeError as error:
        problem = Problem(
            "The spec file is not UTF-8 text.", where, f"Byte {error.start}: {error.reason}."
        )
    except RecursionError:
        problem = Problem("The spec file is nested too deeply to be a spec.", where)
    except ValueError as error:  # not only TOMLDecodeError: int() refuses thousands of digits
        problem = Problem("The spec file is not valid TOML.", where, f"{error}.")
    raise KerasmithError(problem)


def check_form(tables: Tables, origins: Origins) -> None:
    """Check what only flags and programs can get wrong: text that is none, endless nesting.

    Raises KerasmithError; every later stage may recurse into the tables and encode their text.
    """
    problems = []
    todo: list[tuple[str, int, object]] = [("", 0, tables)]
    while todo:
        path, depth, value = todo.pop()
        where = origin_of(path, origins).flag or path
        if depth > DEEPEST:
            raise KerasmithError(Problem("This is nested too deeply to be a spec.", where))
        if isinstance(value, str) and not value.isascii() and not _encodable(value):
            problems.append(Problem(f"{shortened(value)} is not text.", where, "It is no UTF-8."))
        elif isinstance(value, dict):
            for key, each in value.items():
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
