"""Lines for a screen: what steers a terminal comes from us, and never from a name or a file.

A style is written as marks that nobody can foresee, and becomes what a terminal knows when a line
is printed. Everything else in a line that is not to be seen is printed as an escape: control
characters and line breaks, which could move or hide text, and marks that turn its direction.
"""

import os
import re
from typing import Any

import click

from kerasmith.errors import printable

_SECRET = os.urandom(8).hex()  # the module secrets would take as long as a tenth of --help
_STYLES: list[dict[str, Any]] = []
_MARKED = re.compile(rf"\x00{_SECRET}-(\d+)<(.*?)\x00{_SECRET}>", re.DOTALL)


def style(text: str, **how: Any) -> str:
    """Return a text in a style of click's; it is one only where `shown` makes it one."""
    if how not in _STYLES:
        _STYLES.append(how)
    return f"\0{_SECRET}-{_STYLES.index(how)}<{text}\0{_SECRET}>"


def shown(line: str) -> str:
    """Return a line as a terminal may be given it."""
    pieces: list[str] = []
    end = 0
    for found in _MARKED.finditer(line):
        text = printable(found[2])
        pieces += (
            printable(line[end : found.start()]),
            click.style(text, **_STYLES[int(found[1])]),
        )
        end = found.end()
    return "".join((*pieces, printable(line[end:])))
