"""How mistakes are worded."""

import pytest

from kerasmith.catalogue.flow import Flow
from kerasmith.errors import KerasmithError, Problem, did_you_mean, plain, printable, shortened


def test_an_error_carries_every_problem_and_reads_as_them() -> None:
    error = KerasmithError(Problem("No name."), Problem("No kind.", where="inputs[0]"))
    assert [problem.where for problem in error.problems] == ["", "inputs[0]"]
    assert str(error) == "No name.\nNo kind."


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        ("residuel", "Did you mean 'residual'?"),
        ("x", "Known: straight, residual, parallel, skip, attention, own"),
        ([1], "Known: straight, residual, parallel, skip, attention, own"),
        (16**5000, "Known: straight, residual, parallel, skip, attention, own"),
        ("x" * 10**6, "Known: straight, residual, parallel, skip, attention, own"),
    ],
    ids=["near", "far", "list", "number", "long"],
)
def test_a_near_miss_is_guessed_and_otherwise_all_words_are_told(word: object, answer: str) -> None:
    assert did_you_mean(word, Flow) == answer


def test_a_value_is_shown_as_python_writes_it_and_not_too_long() -> None:
    assert shortened("a\n") == r"'a\n'"
    assert len(shortened("x" * 1000)) == 80
    assert "thousands of digits" in shortened(16**5000)


def test_nothing_that_steers_a_terminal_is_shown_as_it_is() -> None:
    assert printable("a\x1b[31mb\n\u202e\udcff") == r"a\x1b[31mb\n\u202e\udcff"
    assert printable("שלום, 🐕 = ×") == "שלום, 🐕 = ×"


def test_our_signs_become_plain_ones_and_the_user_s_stay() -> None:
    assert plain("“8×8” → …") == '"8x8" > ...'
    assert plain("café 🐕") == "café 🐕"
