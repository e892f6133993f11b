"""`kerasmith quiz`: practise the rules."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import click

from kerasmith.cli.asking import can_ask, nobody_to_ask, prompter
from kerasmith.cli.echo import echo, echo_json, echo_lines, shows_unicode
from kerasmith.cli.options import answer_format
from kerasmith.errors import KerasmithError
from kerasmith.styled import style

if TYPE_CHECKING:
    from kerasmith.exercises import Exercise


@click.command()
@click.option(
    "--questions",
    "count",
    type=click.IntRange(1, 100),
    default=5,
    show_default=True,
    help="How many models to be asked about.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 999_999),
    help="Ask about the same models again: the number that a quiz names at its end.",
)
@answer_format
def quiz(count: int, seed: int | None, format_: str) -> None:
    """Practise the rules: say which API a model needs, and why.

    Models are drawn at random. What you answer is marked by the rules, which are then shown with
    their passages; with --format json you get the models and all that is right, for a sheet.

    \b
    Examples:
      kerasmith quiz
      kerasmith quiz --questions 10
      kerasmith quiz --seed 7 --format json
    """
    import random

    from kerasmith.exercises import exercise_json, exercises

    if format_ == "text" and not can_ask():
        raise KerasmithError(nobody_to_ask("kerasmith quiz", "kerasmith quiz --format json"))
    number = random.randrange(1000) if seed is None else seed
    drawn = [*islice(exercises(number), count)]
    if format_ == "json":
        echo_json([exercise_json(each) for each in drawn])
        return
    right = 0
    for place, exercise in enumerate(drawn, start=1):
        echo()
        echo(style(f"Model {place} of {count}", bold=True))
        right += _ask(exercise)
    echo()
    echo(style(f"{right} of {3 * count} answers are right.", bold=True))
    echo(f"The same again: kerasmith quiz --seed {number} --questions {count}")


def _ask(exercise: Exercise) -> int:
    """Ask about a model, say what is right and why, and return how many answers were."""
    from kerasmith import report, report_decision
    from kerasmith.exercises import marks, questions, right_answers
    from kerasmith.plan.plan import plan
    from kerasmith.wizard.question import Back

    echo()
    echo_lines(f"  {line}" for line in report.picture(plan(exercise.spec), unicode=shows_unicode()))
    if exercise.spec.project.purpose:
        echo(f"  Its purpose: {exercise.spec.project.purpose}")
    echo()
    first, second, third = questions(exercise)
    while True:
        try:
            answers = prompter().ask(first), prompter().ask(second), prompter().ask(third)
            break
        except Back:
            continue  # the first of this model again
    echo()
    found = marks(exercise, answers)
    for is_right, said in zip(found, right_answers(exercise), strict=True):
        word = style("Right", fg="green") if is_right else style("No", fg="red")
        echo(f"{word}: {said}")
    echo()
    echo_lines(report_decision.decision_text(exercise.decision))
    return sum(found)
