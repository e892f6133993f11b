"""A project that was made around a saved model, as lines of text."""

from collections.abc import Iterator
from pathlib import Path

from kerasmith.adopting.adopt_project import AdoptedProject
from kerasmith.report import created


def adopted_text(found: AdoptedProject, dest: Path, *, unicode: bool) -> Iterator[str]:
    """Yield what was written, what to do next, and what the file does not say."""
    for line in created(found.plan, dest, unicode=unicode):
        if line.endswith(f"{found.plan.package}.train") and found.data:
            yield f"  python -m {found.plan.package}.original   # its weights, compared"
        if line == "To recreate this project":
            break
        yield line
    yield "What the file does not say"
    yield from (f"  {each}" for each in (*found.left_open, _FED))


_FED = "How its numbers were prepared: look at data.py, which prepares those of the project."
