"""Prints, to people and to programs."""

from __future__ import annotations

import os
import sys

import click

from kerasmith.errors import plain


def say(text: str = "", *, err: bool = False) -> None:
    """Print a line; without colours where NO_COLOR is set or nobody looks.

    What the terminal cannot show becomes something like it, or a question mark.
    """
    encoding = (sys.stderr if err else sys.stdout).encoding or "utf-8"
    shown = (text if shows_unicode() else plain(text)).encode(encoding, "replace").decode(encoding)
    click.echo(shown, err=err, color=False if os.environ.get("NO_COLOR") else None)


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
