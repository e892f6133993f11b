"""The questions about a table that somebody brings: what they are asked for, and what they say."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from kerasmith.dataset.propose import DataOptions, Proposal, command_for, propose
from kerasmith.wizard.own_data import ask_ahead, ask_group
from kerasmith.wizard.question import Question


class Somebody:
    """Gives these answers, each to the question that begins so; else the default."""

    def __init__(self, **answers: str) -> None:
        self.answers = answers
        self.asked: list[Question] = []

    def ask(self, question: Question) -> str:
        self.asked.append(question)
        answer = self.answers.get(question.text.partition(" ")[0], question.default)
        assert question.check(answer) is None, question.check(answer)
        return answer

    def say(self, lines: Iterable[str]) -> None:
        raise AssertionError(list(lines))

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.asked]


FORECAST = "Should load be forecast?"
SERIES = "Is each value of shop a series of its own?"
HORIZON = "How many steps ahead should it predict?"
HISTORY = "How many steps before should it read?"
KNOWN = "Which columns are known in advance?"


def shops(folder: Path, names: Sequence[str] = ("Ost", "West"), days: int = 300) -> Path:
    first = date(2024, 1, 1)
    rows = [
        f"{first + timedelta(days=n)},{n * 7 % 13}.5,{n % 2},{n * n % 50},{('sun', 'rain')[n % 2]}"
        + f",{shop}" * (len(names) > 1)
        for shop in names
        for n in range(days)
    ]
    head = "day,load,holiday,price,weather" + ",shop" * (len(names) > 1)
    (folder / "shops.csv").write_text("\n".join([head, *rows]) + "\n")
    return folder / "shops.csv"


def asked(
    path: Path, somebody: Somebody, predict: str = "load", **said: object
) -> tuple[DataOptions, Proposal]:
    options = DataOptions(**said)  # type: ignore[arg-type]  # what flags say
    found = propose(path, options)
    options = DataOptions(predict=(predict,), **said)  # type: ignore[arg-type]  # the same
    options = ask_ahead(found, options, somebody)
    return options, propose(path, options)


def test_the_defaults_forecast_each_series_with_nothing_known(tmp_path: Path) -> None:
    somebody = Somebody()
    options, proposal = asked(shops(tmp_path), somebody)
    assert somebody.texts == [FORECAST, SERIES, HORIZON, HISTORY, KNOWN]
    assert "shop tells them apart" in somebody.asked[1].help
    assert proposal.tables["data"]["series"] == "shop"
    assert command_for(proposal, options).endswith(
        "--predict load --history 24 --horizon 1 --series shop"
    )


def test_what_is_known_in_advance_is_picked_among_the_other_numbers(tmp_path: Path) -> None:
    somebody = Somebody(Which="2,3")
    options, _ = asked(shops(tmp_path), somebody)
    assert [each.label for each in somebody.asked[-1].choices] == ["holiday", "price"]
    assert options.known == ("holiday", "price")


@pytest.mark.parametrize("answer", ["Should", "Is"])
def test_who_says_no_learns_from_the_other_columns(answer: str, tmp_path: Path) -> None:
    somebody = Somebody(**{answer: "no"})
    options, proposal = asked(shops(tmp_path), somebody)
    assert options == DataOptions(predict=("load",))
    assert proposal.tables["inputs"][-1]["kind"] == "table"
    assert somebody.texts == [FORECAST, SERIES][: 1 + (answer == "Is")]


def test_one_series_is_not_asked_for_several(tmp_path: Path) -> None:
    somebody = Somebody()
    asked(shops(tmp_path, ["Ost"]), somebody)
    assert somebody.texts == [FORECAST, HORIZON, HISTORY, KNOWN]


def test_no_more_steps_are_offered_than_the_shortest_part_has(tmp_path: Path) -> None:
    somebody = Somebody(How="5")  # 15 % of 70 rows are 10 or 11
    options, _ = asked(shops(tmp_path, days=70), somebody)
    assert (options.horizon, options.history) == (5, 5)
    ahead, before = somebody.asked[2:4]
    assert all(map(ahead.check, ("0", "two", "11")))
    assert before.default == "5"
    problem = before.check("6")
    assert problem
    assert problem.what == "The rows allow 5 steps at the most."


def test_flags_answer_ahead_and_leave_what_is_known(tmp_path: Path) -> None:
    somebody = Somebody(Which="3")
    options, proposal = asked(shops(tmp_path), somebody, history=7)
    assert somebody.texts == [KNOWN]
    assert options.known == ("price",)
    assert proposal.tables["data"]["series"] == "shop"
    somebody = Somebody()
    asked(shops(tmp_path), somebody, known=("holiday",))
    assert somebody.texts == []


def test_what_is_no_number_or_in_no_order_of_time_is_not_forecast(tmp_path: Path) -> None:
    somebody = Somebody()
    asked(shops(tmp_path), somebody, predict="weather")
    mixed = shops(tmp_path, ["Ost"])
    head, *rows = mixed.read_text().splitlines()
    mixed.write_text("\n".join([head, *rows[150:], *rows[:150]]) + "\n")
    asked(mixed, somebody)
    assert somebody.texts == []


def test_rows_of_one_stay_together_unless_somebody_says_no(tmp_path: Path) -> None:
    rows = "\n".join(f"p{n // 5},{n * 7 % 50},{n * n % 3}.5" for n in range(100))
    (tmp_path / "ill.csv").write_text(f"patient,weight,dose\n{rows}\n")
    options = DataOptions(predict=("dose",))
    found = propose(tmp_path / "ill.csv", options)
    somebody = Somebody()
    assert ask_group(found, options, somebody) == options
    assert somebody.texts == ["Should all rows of one patient be in one split?"]
    without = ask_group(found, options, Somebody(Should="no"))
    assert without.ignore == ("patient",)
    assert "group" not in propose(tmp_path / "ill.csv", without).tables["data"]
    assert ask_group(propose(tmp_path / "ill.csv", without), without, somebody) == without
