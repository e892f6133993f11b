"""Lines that fit the terminal."""

import shutil
import textwrap


def wrapped(text: str, indent: int, *, hanging: int = 0) -> list[str]:
    """Return the text as lines that fit the terminal, and are at most 100 characters long."""
    return textwrap.wrap(
        text,
        width=max(40, min(100, shutil.get_terminal_size().columns)),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hanging),
        break_long_words=False,
        break_on_hyphens=False,
    )
