"""A question in view, beside what an answer to it changes."""

from collections.abc import Callable
from dataclasses import dataclass

from kerasmith.wizard.draft import Draft
from kerasmith.wizard.question import Question

Apply = Callable[[Draft, str], None]


@dataclass(frozen=True)
class Asked:
    """A question in view: what it asks for, and what an answer changes.

    Questions of one `fold` are folded away under that heading, for whoever looks for them.
    """

    id: str
    question: Question
    apply: Apply
    fold: str = ""
