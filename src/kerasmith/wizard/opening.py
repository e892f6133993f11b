"""What is said first, and the first question.

Imports next to nothing, so that the first question is on the screen at once; the rest of the
wizard is loaded while somebody reads it.
"""

from dataclasses import replace

from kerasmith.wizard.question import Choice, Prompter, Question
from kerasmith.wrapping import wrapped

INTRODUCTION = (
    "Keras writes a model in one of two ways. Sequential is a plain stack: one thing goes in, one "
    "comes out, one way through. Functional is for everything else. You need not choose: your "
    "answers do, and a line with an arrow says what they lead to, and by which rule.",
    "Enter takes what is marked or shown in grey, Esc goes back to the question before. "
    "Everything can be changed before anything is written; Ctrl-C leaves.",
)

RECIPE, DATA, OWN = "recipe", "data", "own"

START = Question(
    "How would you like to begin?",
    RECIPE,
    choices=(
        Choice(
            RECIPE,
            "With a recipe",
            about="A ready model with sample data, to look at and to change. It trains at once.",
        ),
        Choice(
            DATA,
            "With data of my own",
            about="A table, or a folder of pictures: kerasmith looks into it and proposes what "
            "goes in and what comes out. The project trains on it.",
        ),
        Choice(
            OWN,
            "With a model of my own",
            about="You say what goes in and what comes out; the project brings made-up data in the "
            "same columns, until you put yours there.",
        ),
    ),
)


RESTART = replace(START, choices=tuple(each for each in START.choices if each.value != DATA))
"""The same in the middle of a conversation, where no data are looked into any more."""


def introduce(prompter: Prompter) -> None:
    """Say what this is about."""
    for paragraph in INTRODUCTION:
        prompter.say((*wrapped(paragraph, 0), ""))


def begin(prompter: Prompter, *, again: bool = False) -> str:
    """Say what this is about, unless that is said already, and return with what to begin."""
    if not again:
        introduce(prompter)
    return prompter.ask(START)
