"""What the last answer changed: file by file, and line by line in one of them."""

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

MOST_LINES = 4_000
"""Lines of a file that are compared; of a longer one, only that it changed is said."""


def changed_files(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Return which files are `new`, `changed` or `gone`, by their paths."""
    said = {}
    for path in sorted({*before, *after}):
        if path not in before:
            said[path] = "new"
        elif path not in after:
            said[path] = "gone"
        elif before[path] != after[path]:
            said[path] = "changed"
    return said


def lines_between(before: str, after: str) -> list[dict[str, Any]]:
    """Return the runs of lines that were removed, and how far the lines of now are new.

    `at` is the line of now, counted from 0, before which `removed` was, and from which on `added`
    lines are new.
    """
    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > MOST_LINES:
        return []
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        {"at": first, "removed": old[start:stop], "added": last - first}
        for tag, start, stop, first, last in matcher.get_opcodes()
        if tag != "equal"
    ]
