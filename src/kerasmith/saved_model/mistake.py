"""A mistake that the code of a model makes, whatever its data."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake: its line, what is wrong, and what to write instead."""

    line: int
    name: str
    what: str
    mend: str
    at: str = ""
    """The line, as people call it: of a notebook by its cell."""
