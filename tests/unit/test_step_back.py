"""A step back, answers as people type them, and what is left of a conversation that ends early."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest

from kerasmith.spec.read import read_spec
from kerasmith.styled import shown
from kerasmith.wizard import Back, Context, ask
from kerasmith.wizard.question import Question

BACK = "back"


@dataclass
class Somebody:
    """Gives these answers, one to each question that begins so, in this order; else the default."""

    answers: list[tuple[str, str]]
    asked: list[Question] = field(default_factory=list)
    shown: str = ""

    def ask(self, question: Question) -> str:
        self.asked.append(question)
        if not self.answers or not question.text.startswith(self.answers[0][0]):
            return question.default
        _, answer = self.answers.pop(0)
        if answer == BACK:
            raise Back
        if answer == "leave":
            raise KeyboardInterrupt
        assert question.check(answer) is None, question.check(answer)
        return answer

    def say(self, lines: Iterable[str]) -> None:
        self.shown += "".join(f"{click.unstyle(shown(line))}\n" for line in lines)


def talked(*answers: tuple[str, str], **context: object) -> tuple[str, Somebody]:
    """Have a conversation; return its inputs and outputs as flags say them, and who answered."""
    somebody = Somebody([("How would", "own"), *answers])
    spec = read_spec(ask({}, Context(folder=Path("pets"), **context), somebody))  # type: ignore[arg-type]
    assert not somebody.answers
    inputs = [(each.name, each.kind.kind, each.kind.to_flag()) for each in spec.inputs]
    outputs = [(each.name, each.kind.kind, each.kind.to_flag()) for each in spec.outputs]
    return " ".join(":".join((n, k, s or "")) for n, k, s in (*inputs, *outputs)), somebody


def test_a_step_back_asks_the_question_before_again_with_its_answer_as_default() -> None:
    made, somebody = talked(
        ("What goes into", "foto"),
        ("What is foto?", BACK),
        ("What goes into", "photo"),
        ("What should it", "cat"),
        ("What is cat?", "binary"),
    )
    assert made == "photo:image:28x28x1 cat:binary:"
    names = [each for each in somebody.asked if each.text.startswith("What goes into")]
    assert [each.default for each in names] == ["photo", "foto"]


def test_several_steps_back_are_possible() -> None:
    made, _ = talked(
        ("What goes into", "left"),
        ("How large is left", "8x8x1"),
        ("Does anything", BACK),
        ("How large is left", BACK),
        ("What is left?", "text"),
        ("How many words of left", "9"),
        ("What should it", "cat"),
        ("What is cat?", "binary"),
    )
    assert made == "left:text:9 cat:binary:"


def test_what_was_to_be_added_in_the_review_can_be_left_out_again() -> None:
    made, _ = talked(
        ("What should it", "cat"),
        ("What is cat?", "binary"),
        ("Is it right?", "add inputs"),
        ("What else goes in?", BACK),
        ("Is it right?", "write"),
    )
    assert made == "photo:image:28x28x1 cat:binary:"


@pytest.mark.parametrize(
    "size", ["224x224x3", "224,224,3", "224×224×3", "224 * 224 * 3", "224;224;3"]
)
def test_a_size_is_read_as_people_type_it(size: str) -> None:
    made, _ = talked(("How large is photo", size), ("What is label", "binary"))
    assert made.startswith("photo:image:224x224x3 ")


@pytest.mark.parametrize("classes", ["cat,dog", "cat, dog", "cat; dog", "cat;dog"])
def test_classes_are_read_as_people_separate_them(classes: str) -> None:
    made, _ = talked(("What is label", "category"), ("What are the classes", classes))
    assert made.endswith("label:category:cat,dog")


def test_a_size_without_channels_is_answered_with_that_size() -> None:
    _, somebody = talked(("What is label", "binary"))
    (question,) = [each for each in somebody.asked if each.text.startswith("How large is photo")]
    found = question.check("64x48")
    assert found
    assert found.try_ == "64x48x3 in colour, 64x48x1 in grey"


def test_why_two_inputs_cannot_share_is_said() -> None:
    _, somebody = talked(
        ("What goes into", "left"),
        ("How large is left", "32x32x1"),
        ("Does anything", "yes"),
        ("What else", "right"),
        ("What is right", "image"),
        ("How large is right", "64x64x1"),
        ("What is label", "binary"),
    )
    assert "The sizes of left and right differ (left 32x32x1, right 64x64x1)" in somebody.shown


def test_who_leaves_gets_the_command_so_far() -> None:
    somebody = Somebody(
        [("How would", "own"), ("What goes into", "photo"), ("Does anything", "leave")]
    )
    with pytest.raises(KeyboardInterrupt):
        ask({}, Context(folder=Path("pets")), somebody)
    assert somebody.shown.endswith(
        "Your answers so far\n  kerasmith new pets --input photo:image:28x28x1\n"
    )


def test_the_decision_stays_in_view_below_the_list_of_the_review() -> None:
    _, somebody = talked(("What is label", "binary"))
    assert somebody.asked[-1].help == "Sequential: data goes one way through it (linear-stack)"
