"""One step back: answers are kept, and given again up to the one that is to change."""

from collections.abc import Iterable
from dataclasses import replace

from kerasmith.wizard.question import Prompter, Question


class Steps:
    """Asks somebody and keeps the answers; after a step back it repeats those that still hold."""

    def __init__(self, prompter: Prompter) -> None:
        self.prompter = prompter
        self.kept: list[tuple[str, str]] = []
        self.place = 0
        self.taken_back: tuple[str, str] | None = None

    def ask(self, question: Question) -> str:
        """Return the answer that was given, or that somebody gives now."""
        if self.place < len(self.kept):
            text, answer = self.kept[self.place]
            if text == question.text and fits(question, answer):
                self.place += 1
                return answer
            del self.kept[self.place :]  # after another answer, something else is asked
        if self.taken_back and self.taken_back[0] == question.text:
            _, answer = self.taken_back
            if fits(question, answer):
                question = replace(question, default=answer)
        answer = self.prompter.ask(question)
        self.kept.append((question.text, answer))
        self.place += 1
        return answer

    def say(self, lines: Iterable[str]) -> None:
        """Show lines, unless they have been shown."""
        if self.place >= len(self.kept):
            self.prompter.say(lines)

    def back(self) -> bool:
        """Take the last answer back and begin to repeat the others; say whether there was one."""
        self.place = 0
        if not self.kept:
            return False
        self.taken_back = self.kept.pop()
        return True


def fits(question: Question, answer: str) -> bool:
    """Say whether a question can be answered so."""
    values = {each.value for each in question.choices if not each.why_not}
    picked = {*answer.split(",")} - {""} if question.several else {answer}
    return (not question.choices or picked <= values) and question.check(answer) is None
