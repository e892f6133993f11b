"""Prints, to people and to programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from kerasmith.errors import Problem, plain
from kerasmith.styled import shown, style


def echo(text: str = "", *, err: bool = False) -> None:
    """Print a line; without colours where NO_COLOR is set or nobody looks.

    What would steer the terminal becomes an escape, what it cannot show something like it, or a
    question mark. What has several lines goes through `echo_lines`.
    """
    line = shown(text)
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    line = (line if shows_unicode() else plain(line)).encode(encoding, "replace").decode(encoding)
    click.echo(line, err=err, color=False if os.environ.get("NO_COLOR") else None)


def echo_lines(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines; a line break inside of one is none of ours, and becomes an escape."""
    for line in lines:
        echo(line, err=err)


def echo_problems(problems: Iterable[Problem]) -> None:
    """Print what is wrong, where, why and what to try to standard error."""
    for problem in problems:
        echo(style("error: ", fg="red", bold=True) + problem.what, err=True)
        lines = {"where": problem.where, "why": problem.why, "try": problem.try_}
        for label, text in lines.items():
            if text:
                margin = style(f"{label + ':':<6}", dim=True)
                echo(f"  {margin} {text}", err=True)


def echo_json(value: object) -> None:
    """Print one JSON value, and nothing else, to standard output.

    JSON's own escapes stand for what would steer a terminal, and for what is not text.
    """
    import json

    text = json.dumps(value, indent=2, ensure_ascii=not shows_unicode())
    lines = ("".join(map(_in_json, line)) for line in text.split("\n"))
    click.echo("\n".join(lines))


def _in_json(character: str) -> str:
    return character if character.isprintable() else json_escape(character)


def json_escape(character: str) -> str:
    """Return the escape of JSON for a character; beyond the first plane it has two halves."""
    code = ord(character)
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD800 + (code - 0x10000 >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


def shows_unicode() -> bool:
    """Say whether standard output can show box drawings.

    In the C locale Python writes UTF-8 all the same; a terminal there may show something else.
    """
    locale = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_CTYPE", "LANG"))), "")
    if locale in ("C", "POSIX") and sys.stdout.isatty():
        return False
    try:
        "─→×".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
