"""The list of features to tick: what is ticked, what cannot be, and what comes along."""

from dataclasses import replace
from pathlib import Path

import pytest

from kerasmith.catalogue.features import (
    FEATURES,
    USUAL_FEATURES,
    everything_on,
    with_needs,
    works_on,
)
from kerasmith.decision.structure import listed
from kerasmith.spec.command import command_of
from kerasmith.spec.recipes import load_recipe
from kerasmith.wizard import Context, ask
from tests.unit.test_step_back import BACK, Somebody, talked
from tests.unit.test_wizard import STACK, Tables, in_an_empty_folder, talk

__all__ = ["in_an_empty_folder"]

FEATURES_ASKED = "Which features"
USUAL = ",".join(USUAL_FEATURES)
FEWER = ",".join(USUAL_FEATURES[1:])
ONLY_JAX = "slurm"


def jax() -> Tables:
    """The tables of a recipe on JAX, where every feature can be had."""
    tables = load_recipe("digits").tables
    tables["project"]["backend"] = "jax"
    return tables


NEEDED = everything_on("tensorflow")[:2]


@pytest.fixture
def needy(monkeypatch: pytest.MonkeyPatch) -> str:
    """A feature that needs two others."""
    feature = replace(FEATURES[ONLY_JAX], needs=NEEDED, backends=())
    monkeypatch.setitem(FEATURES, feature.name, feature)
    return feature.name


def test_every_feature_is_offered_with_its_summary_and_the_usual_ones_are_ticked() -> None:
    spec, script = talk(*STACK)
    question = script.question(FEATURES_ASKED)
    assert [(each.value, each.brief) for each in question.choices] == [
        (each.name, each.summary) for each in FEATURES.values()
    ]
    assert question.several
    assert question.default == USUAL
    assert "--with" not in command_of(spec)


def test_what_is_ticked_is_what_the_command_says() -> None:
    spec, _ = talk(*STACK, (FEATURES_ASKED, FEWER))
    assert spec.project.chosen_features() == USUAL_FEATURES[1:]
    assert command_of(spec).endswith("--output cat:binary")
    assert f"--without {USUAL_FEATURES[0]} " in command_of(spec)


def test_a_project_may_have_no_features() -> None:
    spec, _ = talk(*STACK, (FEATURES_ASKED, ""))
    assert spec.project.chosen_features() == ()


@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_what_a_backend_cannot_do_is_shown_with_the_reason_and_refused(backend: str) -> None:
    tables = load_recipe("digits").tables
    tables["project"]["backend"] = backend
    _, script = talk(tables=tables, folder=Path("x"), named=True)
    question = script.question(FEATURES_ASKED)
    for each in question.choices:
        able = works_on(FEATURES[each.value], backend)
        assert (each.why_not == "") is able, each
        assert (question.check(each.value) is None) is able, each
    assert any(each.why_not == "needs JAX" for each in question.choices) is (backend != "jax")


def test_needs_are_brought_along_and_said(needy: str) -> None:
    spec, script = talk(*STACK, (FEATURES_ASKED, needy))
    assert spec.project.chosen_features() == with_needs([*NEEDED, needy])
    more = listed(with_needs(NEEDED))
    assert f"{needy} needs {more}: they are added too." in " ".join(script.shown.split())


def test_nothing_is_said_of_needs_that_were_ticked(needy: str) -> None:
    ticked = ",".join(with_needs([*NEEDED, needy]))
    _, script = talk(*STACK, (FEATURES_ASKED, ticked))
    assert "added too" not in script.shown


def test_what_a_flag_or_a_file_says_is_not_asked() -> None:
    kinds: list[Tables] = [{"features": []}, {"features": ["ci"]}, {"jobs": ["slurm"]}]
    for said in kinds:
        tables = jax()
        tables["project"] |= said
        _, script = talk(tables=tables, whole=True, named=True)
        assert not script.was_asked(FEATURES_ASKED)


@pytest.mark.slow
def test_asked_again_features_that_stay_are_not_spelled_out_anew() -> None:
    usual = [*USUAL_FEATURES]
    kinds: list[Tables] = [{}, {"features": ["ci"]}, {"jobs": ["slurm"]}, {"features": usual}]
    for said in kinds:
        tables = jax()
        tables["project"] |= said
        again, script = talk(tables=tables, again=True, whole=True, folder=Path("x"), named=True)
        assert script.was_asked(FEATURES_ASKED)
        for key in ("features", "jobs"):
            assert getattr(again.project, key) or key not in said
            assert not getattr(again.project, key) or key in said


def test_asked_again_an_older_word_becomes_features_where_they_change() -> None:
    tables = jax()
    tables["project"]["jobs"] = ["slurm"]
    answer = (FEATURES_ASKED, f"{FEWER},slurm")
    again, _ = talk(answer, tables=tables, again=True, folder=Path("x"), named=True)
    assert not again.project.jobs
    assert again.project.features == with_needs([*USUAL_FEATURES[1:], "slurm"])


def test_features_can_be_changed_in_the_review() -> None:
    spec, script = talk(*STACK, ("Is it right", "features"))
    (choice,) = [each for each in script.asked[-1].choices if each.value == "features"]
    assert choice.brief == USUAL.replace(",", ", ")
    first = (FEATURES_ASKED, USUAL)
    spec, script = talk(*STACK, first, ("Is it right", "features"), (FEATURES_ASKED, FEWER))
    assert spec.project.chosen_features() == USUAL_FEATURES[1:]
    assert script.asked[-1].default == "write"


def test_features_taken_back_to_the_usual_ones_are_left_out_of_the_spec() -> None:
    first = (FEATURES_ASKED, FEWER)
    spec, _ = talk(*STACK, first, ("Is it right", "features"), (FEATURES_ASKED, USUAL))
    assert not spec.project.features


def test_a_backend_that_a_feature_rules_out_is_shown_with_the_reason() -> None:
    tables = jax()
    tables["project"]["features"] = ["slurm"]
    _, script = talk(("Is it right", "backend"), tables=tables, again=True, folder=Path("x"))
    choices = script.question("What should Keras compute").choices
    assert [(each.value, "slurm" in each.why_not) for each in choices] == [
        ("tensorflow", True), ("jax", False), ("torch", True),
    ]  # fmt: skip


def test_a_step_back_from_the_next_question_keeps_what_was_ticked() -> None:
    _, somebody = talked(
        ("What is label", "binary"),
        (FEATURES_ASKED, ""),
        ("What is the project called", BACK),
        (FEATURES_ASKED, FEWER),
    )
    asked = [each for each in somebody.asked if each.text.startswith(FEATURES_ASKED)]
    assert [each.default for each in asked] == [USUAL, ""]


def test_a_step_back_leads_from_the_features_to_what_was_asked_before() -> None:
    _, somebody = talked(("What is label", "binary"), (FEATURES_ASKED, BACK))
    texts = [each.text for each in somebody.asked]
    place = next(n for n, text in enumerate(texts) if text.startswith(FEATURES_ASKED))
    assert texts[place + 1] == texts[place - 1]


def test_who_leaves_after_them_gets_the_command_with_them() -> None:
    for beginning, command in (
        ((), "kerasmith new pets --recipe digits "),
        (("--data", "pets.csv"), "kerasmith new pets --data pets.csv "),
    ):
        tables = load_recipe("digits").tables
        if beginning:
            del tables["project"]["description"]
        somebody = Somebody([(FEATURES_ASKED, FEWER), ("Is it right", "leave")])
        context = Context(folder=Path("pets"), beginning=beginning, whole=True)
        with pytest.raises(KeyboardInterrupt):
            ask(tables, context, somebody)
        assert f"{command}--without {USUAL_FEATURES[0]}\n" in somebody.shown
