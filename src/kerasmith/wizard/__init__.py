"""The wizard: one more way to write a spec. It asks, and returns what a TOML file would say."""

from typing import Any

from kerasmith.wizard.conversation import Conversation
from kerasmith.wizard.question import Asker, Defaults, Occasion
from kerasmith.wizard.review import review

__all__ = ["Asker", "Defaults", "Occasion", "ask"]


def ask(tables: dict[str, Any], occasion: Occasion, asker: Asker) -> dict[str, Any]:
    """Return the tables of a whole spec: these, and an answer for all that they leave to say.

    With `occasion.again` everything is asked, with the tables as defaults. Raises KeyboardInterrupt
    or EOFError where whoever is asked leaves.
    """
    talk = Conversation(tables, occasion, asker)
    talk.everything()
    review(talk)
    return {name: section for name, section in talk.draft.tables.items() if section}
