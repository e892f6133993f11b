"""The wizard: one more way to write a spec. It asks, and returns what a TOML file would say."""

from contextlib import suppress
from typing import Any

from kerasmith.wizard.question import Back, Context, Defaults, Prompter

__all__ = ["Back", "Context", "Defaults", "Prompter", "ask", "prepare"]


def ask(tables: dict[str, Any], context: Context, prompter: Prompter) -> dict[str, Any]:
    """Return the tables of a whole spec: these, and an answer for all that they leave to say.

    With `context.again` everything is asked, with the tables as defaults. Raises KeyboardInterrupt
    or EOFError where whoever is asked leaves, and Back where they go back to what was asked before.
    """
    # Questions come one by one, and so do these: none waits for what only a later one needs.
    from kerasmith.wizard.conversation import Conversation
    from kerasmith.wizard.steps import Steps

    steps = Steps(prompter)
    while True:
        conversation = Conversation(tables, context, steps)
        try:
            conversation.everything()

            from kerasmith.wizard.review import review

            review(conversation)
            return {name: section for name, section in conversation.draft.tables.items() if section}
        except Back:
            if not steps.back() and context.begin:
                raise
        except (KeyboardInterrupt, EOFError):
            with suppress(OSError):  # the terminal may be gone
                conversation.leave()
            raise


def prepare() -> None:
    """Load and compile what later questions need, while somebody reads the first one."""
    with suppress(Exception):  # what fails here fails again, and is reported, where it is needed
        from kerasmith.plan.plan import plan
        from kerasmith.render.render import render
        from kerasmith.spec.recipes import FIRST_RECIPE, load_recipe
        from kerasmith.wizard import review  # noqa: F401 - and all that it imports

        render(plan(load_recipe(FIRST_RECIPE).spec))
