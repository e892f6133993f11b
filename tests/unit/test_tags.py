"""Tags: an answer for each word of a text or step of a series, by encoders that keep the places."""

from typing import Any

import pytest

from kerasmith.decision.apply_rules import decide
from kerasmith.plan.plan import plan
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.read import problems_of, read_spec
from tests.unit.helpers import Tables, output

SENTENCE: Tables = {"name": "sentence", "kind": "text", "length": 12}
MOTION: Tables = {"name": "motion", "kind": "series", "steps": 24, "features": 2}


def tagged(given: Tables, *others: Tables, **more: Any) -> Tables:
    answers = others or (output("kinds", "tags", classes=["O", "name"]),)
    return {
        "project": {"name": "words", **more},
        "inputs": [given],
        "outputs": [*answers],
    }


@pytest.mark.parametrize(("given", "places"), [(SENTENCE, (12,)), (MOTION, (24,))])
def test_a_stack_of_one_answer_for_each_place_is_sequential(
    given: Tables, places: tuple[int, ...]
) -> None:
    spec = read_spec(tagged(given))
    assert spec.encoders[given["name"]].encoder == "bilstm"
    assert decide(spec).api == "sequential"
    assert decide(spec).headline.startswith("Sequential")
    (answer,) = plan(spec).outputs
    assert (answer.places, answer.label_shape, answer.units) == (places, places, 2)


@pytest.mark.parametrize(
    ("given", "encoder", "api"),
    [
        (SENTENCE, "word_conv", "sequential"),
        (SENTENCE, "word_transformer", "functional"),
        (MOTION, "bigru", "sequential"),
        (MOTION, "step_tcn", "functional"),
        (MOTION, "step_transformer", "functional"),
    ],
)
def test_other_encoders_keep_the_places_too(given: Tables, encoder: str, api: str) -> None:
    assert decide(read_spec(tagged({**given, "encoder": encoder}))).api == api


@pytest.mark.parametrize("branching", ["straight", "attention"])
def test_a_flow_chooses_among_them(branching: str) -> None:
    said = Flags(
        name="words",
        inputs=["sentence:text:12"],
        outputs=["kinds:tags:O,name"],
        branching=[branching],
    )
    spec = spec_from_flags(said)
    chosen = {"straight": "bilstm", "attention": "word_transformer"}[branching]
    assert spec.encoders["sentence"].encoder == chosen


def test_one_that_gives_a_vector_of_the_whole_text_is_refused() -> None:
    (problem,) = problems_of(tagged({**SENTENCE, "encoder": "lstm"}))
    assert (problem.refusal, problem.where) == ("encoder-does-not-fit", "inputs[0]")
    (problem,) = problems_of(tagged({**SENTENCE, "encoder": "bilstm"}, output("good", "binary")))
    assert problem.refusal == "encoder-does-not-fit"


def test_several_tags_are_answers_about_the_same_words() -> None:
    both = [output(name, "tags", classes=["a", "b", "c"]) for name in ("part", "entity")]
    spec = read_spec(tagged(SENTENCE, *both))
    assert [each.places for each in plan(spec).outputs] == [(12,), (12,)]


def test_what_is_no_answer_for_each_word_does_not_go_beside_them() -> None:
    kinds = output("kinds", "tags", classes=["O", "name"])
    (problem,) = problems_of(tagged(SENTENCE, kinds, output("good", "binary")))
    assert (problem.refusal, problem.where) == ("mask-beside-others", "outputs[1]")


def test_they_need_a_text_or_a_series() -> None:
    photo = {"name": "photo", "kind": "image", "shape": [8, 8, 1]}
    problem = problems_of(tagged(photo))[0]
    assert problem.refusal == "missing-kind"
    assert "'text' or 'series'" in problem.what
    assert problem.try_ == "--input my_text:text:40"
