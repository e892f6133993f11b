"""Who answers the wizard on the page: its questions are in view at once, with answers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kerasmith.errors import Problem
from kerasmith.wizard.question import Question


@dataclass(frozen=True)
class Answered:
    """A question, its default the answer of now, and what is wrong with that."""

    question: Question
    problem: Problem | None = None


class Answers:
    """Answers with what was `given`, by the text of each question; else with what holds unasked.

    What is wrong with an answer is in `asked`; the question is answered as if it had none.
    """

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.asked: list[Answered] = []

    def ask(self, question: Question) -> str:
        """Return a right answer."""
        unasked = question.default if question.unasked is None else question.unasked
        answer = _offered(question, self.given.get(question.text, unasked), unasked)
        problem = question.check(answer)
        self.asked.append(Answered(replace(question, default=answer), problem))
        return unasked if problem else answer

    def say(self, lines: Iterable[str]) -> None:
        """Show nothing: what was found is in view."""

    @property
    def are_right(self) -> bool:
        """Whether nothing is wrong with any of them."""
        return all(each.problem is None for each in self.asked)


def _offered(question: Question, answer: str, unasked: str) -> str:
    """Return an answer as far as it is offered still: another one may have changed the choices."""
    values = {each.value for each in question.choices}
    if question.several:
        return ",".join(word for word in answer.split(",") if word in values)
    return answer if not values or answer in values else unasked
