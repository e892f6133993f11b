"""The decision: an explicit wish, then structure, then advice; and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.decision.apply_rules import Decision, decide, decide_structure
from kerasmith.decision.rules import Api
from kerasmith.decision.structure import structure_of_counts
from kerasmith.errors import KerasmithError
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs
from tests.samples import draws
from tests.unit.helpers import example

DEMANDING = {"multiple-inputs", "multiple-outputs", "shared-layers", "branching"}


def of(name: str, api: str | None = None, purpose: str | None = None) -> Decision:
    """Decide for an example, with wishes on top."""
    return decide(spec_from_flags(Flags(api=api, purpose=purpose), tables_of(example(name))))


@pytest.mark.parametrize(
    ("name", "api", "rule", "rules"),
    [
        ("smallest", "sequential", "linear-stack", "linear-stack single-path"),
        ("residual", "functional", "branching", "branching single-path"),
        ("multi-task", "functional", "multiple-outputs", "multiple-outputs branching"),
        ("two-cameras", "functional", "multiple-inputs", "multiple-inputs branching"),
        ("siamese", "functional", "multiple-inputs", "multiple-inputs shared-layers branching"),
        ("room-to-grow", "functional", "room-to-grow", "linear-stack single-path room-to-grow"),
        ("own-words", "functional", "--api functional", "linear-stack single-path quick-start"),
    ],
)
def test_an_example_is_decided_and_every_rule_that_applies_is_reported(
    name: str, api: str, rule: str, rules: str
) -> None:
    decision = of(name)
    assert (decision.api, decision.rule) == (api, rule)
    assert [reason.rule for reason in decision.reasons] == rules.split()
    assert decision.linear == ("linear-stack" in rules)


# === Precedence ===


def test_a_wish_for_functional_comes_before_a_linear_stack_and_advice() -> None:
    decision = of("smallest", api="functional", purpose="prototype")
    assert decision.headline == "Functional: it was asked for (--api functional)"
    assert {reason.rule: reason.gave_way for reason in decision.reasons} == {
        "linear-stack": "--api functional",
        "single-path": "--api functional",
        "quick-start": "--api functional",
    }
    assert decision.linear


def test_a_wish_for_sequential_comes_before_advice() -> None:
    decision = of("room-to-grow", api="sequential")
    assert decision.headline == "Sequential: it was asked for (--api sequential)"
    assert {reason.rule: reason.gave_way for reason in decision.reasons} == {
        "linear-stack": "",
        "single-path": "",
        "room-to-grow": "--api sequential",
    }


def test_structure_comes_before_advice() -> None:
    decision = of("residual", purpose="prototype")
    assert decision.rule == "branching"
    gave_way = {reason.rule: reason.gave_way for reason in decision.reasons}
    assert gave_way == {"branching": "", "single-path": "branching", "quick-start": "branching"}


def test_advice_decides_where_structure_leaves_the_choice() -> None:
    decision = of("smallest", purpose="room-to-grow")
    assert decision.headline == "Functional: it is meant to grow (room-to-grow)"
    assert decision.reasons[0].gave_way == "room-to-grow"


def test_a_wish_that_says_what_the_rules_say_leaves_the_reason_to_them() -> None:
    assert of("siamese", api="functional").rule == "multiple-inputs"
    assert of("smallest", api="sequential").rule == "linear-stack"
    assert of("smallest", api="sequential").asked


@pytest.mark.parametrize(
    ("name", "against"),
    [
        ("residual", ["branching (photo goes through resnet"]),
        ("multi-task", ["multiple-outputs (3 outputs", "branching (breed, place and weight part"]),
        ("siamese", ["multiple-inputs (", "shared-layers (one encoder", "branching (left and"]),
    ],
)
def test_a_sequential_is_refused_with_every_rule_against_it(name: str, against: list[str]) -> None:
    with pytest.raises(KerasmithError) as refusal:
        of(name, api="sequential")
    [problem] = refusal.value.problems
    assert problem.where == "--api sequential"
    assert all(rule in problem.why for rule in against)
    assert problem.why.count(" (") - problem.why.count("(ResNet)") == len(against)


# === What would change it ===


def changes(decision: Decision) -> str:
    return "\n".join(decision.would_change)


def test_each_demanding_rule_would_make_a_sequential_functional() -> None:
    told = changes(of("smallest"))
    assert all(f"({rule})" in told for rule in DEMANDING)
    assert "room-to-grow or --api functional" in told


def test_a_functional_model_says_all_that_stands_against_a_sequential() -> None:
    told = changes(of("siamese"))
    assert told == (
        "Sequential would do with all of these together: a single input (multiple-inputs), a "
        "layer of its own for each use (shared-layers), data that goes straight through "
        "(branching)."
    )
    assert "this: data that goes straight through" in changes(of("residual"))


@pytest.mark.parametrize(
    ("wishes", "told"),
    [
        ({"api": "functional"}, "Without --api functional it would be Sequential"),
        ({"purpose": "room-to-grow"}, "Without the purpose room-to-grow it would be Sequential"),
        (
            {"api": "functional", "purpose": "room-to-grow"},
            "Without --api functional and the purpose room-to-grow it would be Sequential",
        ),
    ],
)
def test_a_stack_written_functional_says_which_wishes_made_it_so(
    wishes: dict[str, str], told: str
) -> None:
    assert told in changes(of("smallest", **wishes))


def test_wishes_that_would_remain_are_told_beside_structure() -> None:
    told = changes(of("residual", api="functional", purpose="room-to-grow"))
    assert told.endswith(", without --api functional and the purpose room-to-grow.")


@draws(50, 300)
@given(spec=specs())
def test_the_report_of_any_spec_is_consistent(spec: Spec) -> None:
    decision = decide(spec)
    applying = {reason.rule for reason in decision.reasons}
    assert decision.linear == (not applying & DEMANDING) == ("linear-stack" in applying)
    assert decision.linear or decision.api is Api.FUNCTIONAL
    assert decision.would_change
    for reason in decision.reasons:
        assert bool(reason.gave_way) == (reason.verdict is not decision.api)
        assert reason.because
    assert decision.rule in applying or decision.rule == f"--api {decision.api}"


# === Bare counts ===


@given(
    inputs=st.integers(1, 4),
    outputs=st.integers(1, 4),
    shared=st.booleans(),
    branched=st.booleans(),
)
def test_bare_counts_are_linear_only_if_all_are_one(
    inputs: int, outputs: int, shared: bool, branched: bool
) -> None:
    structure = structure_of_counts(inputs, outputs, shared=shared, branched=branched)
    one = inputs == outputs == 1 and not shared and not branched
    assert structure.linear == one
    assert decide_structure(structure).api == ("sequential" if one else "functional")
