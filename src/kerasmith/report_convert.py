"""What `convert` answers: what changed, line by line."""

from collections.abc import Iterator
from difflib import unified_diff

from kerasmith.rewriting.conversion import Converted
from kerasmith.styled import style


def converted_text(converted: Converted, *, dry_run: bool) -> Iterator[str]:
    """Yield the difference of a file that was converted, or would be."""
    before, after = converted.before.splitlines(), converted.after.splitlines()
    name = str(converted.path)
    yield from unified_diff(before, after, name, name, lineterm="")
    yield ""
    if dry_run:
        yield "Nothing was written (--dry-run)."
    else:
        yield style(f"Converted {name}.", fg="green") + " git diff shows it, git restore undoes it."
