"""Prints, to people and to programs."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

import click

from kerasmith.errors import Problem, plain, printable


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line; without colours where NO_COLOR is set or nobody looks.

    What the terminal cannot show becomes something like it, or a question mark.
    """
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    shown = (text if shows_unicode() else plain(text)).encode(encoding, "replace").decode(encoding)
    click.echo(shown, err=err, color=False if os.environ.get("NO_COLOR") else None)


def say_problems(problems: Iterable[Problem]) -> None:
    """Print what is wrong, where, why and what to try to standard error."""
    for problem in problems:
        say(click.style("error: ", fg="red", bold=True) + printable(problem.what), err=True)
        lines = {"where": problem.where, "why": problem.why, "try": problem.try_}
        for label, text in lines.items():
            if text:
                margin = click.style(f"{label + ':':<6}", dim=True)
                say(f"  {margin} {printable(text)}", err=True)


def say_json(value: object) -> None:
    """Print one JSON value, and nothing else, to standard output."""
    import json

    click.echo(json.dumps(value, indent=2, ensure_ascii=not shows_unicode()))


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
