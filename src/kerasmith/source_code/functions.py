"""The functions of a module as text: those of one put into another."""

import ast
from collections.abc import Set


def with_functions(text: str, other: str, names: Set[str]) -> str:
    """Return a module in which functions of these names are those of the other module.

    With them come the functions of the other that the module does not have, and its imports from
    packages that the module imports from, too.
    """
    ours, theirs = _functions(text), _functions(other)
    lines, more = text.splitlines(), other.splitlines()
    new = [name for name in theirs if name not in ours]
    for name in sorted(names & {*ours} & {*theirs}, key=lambda each: -ours[each].lineno):
        place = slice(_first(ours[name]) - 1, ours[name].end_lineno)
        lines[place] = _lines(theirs[name], more)
    helpers = [line for name in new for line in (*_lines(theirs[name], more), "", "")]
    at = min((_first(each) - 1 for each in ours.values()), default=len(lines))
    lines = [*lines[:at], *helpers, *lines[at:]]
    known = _imports(text)
    for line, (root, _) in _imports(other).items():
        places = [end for each, end in known.values() if each == root]
        if line not in known and places:
            lines.insert(max(places), line)
    return "\n".join(lines) + "\n"


def _imports(text: str) -> dict[str, tuple[str, int]]:
    """Return the imports from packages, each with the outermost package and its last line."""
    return {
        ast.unparse(each): (str(each.module).partition(".")[0], each.end_lineno or 0)
        for each in ast.parse(text).body
        if isinstance(each, ast.ImportFrom) and not each.level
    }


def _functions(text: str) -> dict[str, ast.FunctionDef]:
    return {each.name: each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)}


def _first(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(each.lineno for each in function.decorator_list)])


def _lines(function: ast.FunctionDef, lines: list[str]) -> list[str]:
    return lines[_first(function) - 1 : function.end_lineno]
