"""Whether somebody can be asked, and who answers."""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING

from kerasmith.cli.echo import echo, shows_unicode
from kerasmith.errors import Problem

if TYPE_CHECKING:
    from kerasmith.wizard import Prompter


PROGRAMS = ("CI", "AI_AGENT", "AGENT")
"""Variables that say that a program types: a pipeline, or a coding agent."""


def can_ask() -> bool:
    """Say whether a person sits at a terminal, and it can redraw."""
    watched = sys.stdin.isatty() and sys.stdout.isatty()
    typed = any(os.environ.get(name, "").lower() not in ("", "0", "false") for name in PROGRAMS)
    return watched and not typed and os.environ.get("TERM") != "dumb"


@cache
def prompter() -> Prompter:
    """Return who answers at the terminal; what the answers need is loaded meanwhile."""
    from threading import Timer

    from kerasmith.wizard import prepare
    from kerasmith.wizard.screen import Screen

    Timer(0.3, prepare).start()  # no daemon: one that dies importing lets Python never end
    return Screen(echo, unicode=shows_unicode())


def nobody_to_ask(flag: str, instead: str) -> Problem:
    """Return the answer to a flag that asks where nobody can be asked."""
    return Problem("This needs an interactive terminal.", where=flag, try_=instead)
