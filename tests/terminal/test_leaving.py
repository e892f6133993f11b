"""Whoever leaves, in whatever way and at whatever question, leaves nothing behind."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from person import CTRL_C, CTRL_D, ENTER, Person

from tests.samples import samples

QUESTIONS = (
    "How would you like",
    "What goes into",
    "What is left?",
    "How large is left",
    "Does anything else go in?",
    "What else goes in?",
    "What is photo?",
    "How large is photo",
    "Does anything else go in?",
    "What should it predict?",
    "What is label?",
    "What are the classes of label?",
    "Should it predict anything else?",
    "Should left and photo be read",
    "How should data flow from left?",
    "How should data flow from photo?",
    "What is this model for?",
    "Which features should",
    "What is the project called?",
    "What does it do",
    "Is it right?",
)
"""Every question of a conversation in which two images go in and a class comes out."""


FURTHER = QUESTIONS.index("What should it predict?")
"""The first question that is left when flags say the inputs."""

INPUTS = ("--input", "left:image:28x28x1", "--input", "photo:image:28x28x1")


def answers(person: Person, number: int) -> None:
    """Answer that question, so that the next one comes."""
    question = QUESTIONS[number]
    if number == 0:
        person.picks(question, "With a model of my own")
    elif number == 4:
        person.is_asked(question)
        person.presses("y")
    elif question == "What goes into":
        person.answers(question, "left")
    elif question == "What is label?":
        person.picks(question, "category")
    else:
        person.answers(question)


@contextmanager
def asked(folder: Path, number: int) -> Iterator[Person]:
    """Somebody who is asked that question; flags shorten the way to the later ones."""
    flags, first = (INPUTS, FURTHER) if number >= FURTHER else ((), 0)
    with Person(folder, "new", *flags) as person:
        for before in range(first, number):
            answers(person, before)
        person.is_asked(QUESTIONS[number])
        yield person


def leaves_nothing(person: Person, folder: Path) -> None:
    assert person.leaves() == 130
    assert "Interrupted; nothing was written." in person.everything
    assert "Traceback" not in person.everything
    assert list(folder.iterdir()) == []


def test_the_questions_are_all_of_them(tmp_path: Path) -> None:
    with Person(tmp_path, "new", rows=200) as person:
        for number in range(len(QUESTIONS)):
            answers(person, number)
        assert person.leaves() == 0
        shown = [line for line in person.everything.splitlines() if line.startswith("? ")]
    assert len(shown) == len(QUESTIONS)


@pytest.mark.full
@pytest.mark.parametrize("number", range(0, len(QUESTIONS), samples(4, 1)))
def test_ctrl_c_at_every_question(tmp_path: Path, number: int) -> None:
    with asked(tmp_path, number) as person:
        person.presses(CTRL_C)
        leaves_nothing(person, tmp_path)


@pytest.mark.parametrize("answered", [0, 1])
def test_ctrl_c_where_data_are_asked_for(tmp_path: Path, answered: int) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    (tmp_path / "pets.csv").write_text("weight,kind\n1,cat\n2,dog\n")
    with Person(folder, "new") as person:
        person.picks("How would you like", "With data of my own")
        for _ in range(answered):
            person.answers("Where is your data?", "../pets.csv")
        person.is_asked(
            "Which column should the model predict?" if answered else "Where is your data?"
        )
        person.presses(CTRL_C)
        leaves_nothing(person, folder)


FORMS = {"list": 0, "text": 1, "yes or no": 4, "review": len(QUESTIONS) - 1}


@pytest.mark.parametrize("number", FORMS.values(), ids=FORMS)
def test_ctrl_d_is_a_way_to_leave_every_form_of_question(tmp_path: Path, number: int) -> None:
    with asked(tmp_path, number) as person:
        person.presses(CTRL_D)
        leaves_nothing(person, tmp_path)


@pytest.mark.parametrize(
    ("sent", "number"),
    [(signal.SIGTERM, 0), (signal.SIGINT, 0), (signal.SIGINT, 1), (signal.SIGHUP, 4)],
)
def test_a_signal_is_a_way_to_leave(tmp_path: Path, sent: signal.Signals, number: int) -> None:
    with asked(tmp_path, number) as person:
        person.child.kill(sent)
        leaves_nothing(person, tmp_path)


@pytest.mark.parametrize("number", FORMS.values(), ids=FORMS)
def test_a_terminal_that_is_closed_leaves_nothing(tmp_path: Path, number: int) -> None:
    with asked(tmp_path, number) as person:
        assert person.closes_the_terminal() == 130
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_while_something_wrong_is_typed(tmp_path: Path) -> None:
    with asked(tmp_path, 1) as person:
        person.presses("My Photo", ENTER)
        person.sees("does not work")
        person.presses(CTRL_C)
        leaves_nothing(person, tmp_path)
