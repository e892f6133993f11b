"""Exercises: what is called right is what the generated model turns out to be."""

import json
from itertools import combinations, islice

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.decision.rules import RULES, Api
from kerasmith.exercises import Exercise, exercises, marks, questions
from kerasmith.plan.plan import plan
from kerasmith.render.render import render


@pytest.fixture(scope="module")
def drawn() -> list[Exercise]:
    return [*islice(exercises(0), 100)]


@pytest.mark.slow
def test_what_is_right_is_how_the_project_writes_the_model(drawn: list[Exercise]) -> None:
    for exercise in drawn[:20]:
        planned = plan(exercise.spec)
        code = render(planned)[f"src/{planned.package}/model.py"]
        sequential = "-> keras.Sequential:" in code
        assert (exercise.decision.api is Api.SEQUENTIAL) == sequential


def test_each_rule_that_can_decide_is_drawn_and_each_form_of_an_answer(
    drawn: list[Exercise],
) -> None:
    decides = {rule.name for rule in RULES} - {"single-path", "quick-start"}
    assert {name for exercise in drawn for name in exercise.rules} == decides
    assert {len(exercise.turning) for exercise in drawn} == {0, 1, 2}
    for sort in ("Leave out", "Add the", "Read ", "layers", "purpose"):
        assert any(sort in each.words for exercise in drawn for each in exercise.alternatives)


def test_a_change_leads_to_what_it_says(drawn: list[Exercise]) -> None:
    for exercise in drawn:
        ends = (len(exercise.spec.inputs), len(exercise.spec.outputs))
        for each in exercise.alternatives:
            if each.words.startswith("Add"):
                assert each.api is Api.FUNCTIONAL
            if each.words.startswith("Leave out") and sum(ends) > 3:
                assert each.api is Api.FUNCTIONAL


def test_wrong_answers_are_rejected_and_the_right_ones_are_not(drawn: list[Exercise]) -> None:
    for exercise in drawn:
        places = [choice.value for choice in questions(exercise)[2].choices]
        subsets = {",".join(some) for n in range(5) for some in combinations(places, n)}
        ticked = {each for each in subsets if marks(exercise, ("", "", each))[2]}
        rules = {rule.name for rule in RULES if marks(exercise, ("", rule.name, ""))[1]}
        apis = {api.value for api in Api if marks(exercise, (api.value, "", ""))[0]}
        assert len(ticked) == len(apis) == 1
        assert rules == {*exercise.rules}
        assert "single-path" not in rules


@pytest.mark.slow
def test_a_seed_asks_the_same_again() -> None:
    first, second, other = (
        CliRunner().invoke(main, f"quiz --questions 3 --format json --seed {seed}".split()).stdout
        for seed in (1, 1, 2)
    )
    assert first == second != other
    sheet = json.loads(first)
    assert len(sheet) == 3
    for each in sheet:
        assert each["decision"]["api"] in ("sequential", "functional")
        assert each["picture"]


def test_nobody_is_asked_without_a_terminal() -> None:
    result = CliRunner().invoke(main, ["quiz"])
    assert result.exit_code == 2
    assert "kerasmith quiz --format json" in result.stderr
