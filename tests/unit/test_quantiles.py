"""Quantiles of a forecast: what is said of them, and what is wrong."""

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.spec.command import command_of
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.specification import Spec


def forecast(quantiles: str | None = None, ahead: str = "ahead:forecast:3", **more: object) -> Spec:
    flags = Flags(
        name="town",
        inputs=["load:series:24x1"],
        outputs=[ahead],
        quantiles=quantiles,
        **more,  # type: ignore[arg-type]  # lists of flags
    )
    return spec_from_flags(flags)


def places_of(**said: object) -> list[str]:
    with pytest.raises(KerasmithError) as raised:
        forecast(**said)  # type: ignore[arg-type]  # what the flags say
    return [problem.where for problem in raised.value.problems]


def test_a_flag_says_them() -> None:
    spec = forecast("10, 50,97.5")
    assert spec.outputs[0].kind.quantiles == (10, 50, 97.5)  # type: ignore[attr-defined]
    assert "'outputs.ahead.quantiles=[10, 50, 97.5]'" in command_of(spec)


def test_they_change_head_loss_and_score() -> None:
    (usual,), (output,) = plan(forecast()).outputs, plan(forecast("10,90")).outputs
    assert (usual.loss, usual.metric, usual.units) == (
        "mean_squared_error",
        "mean_absolute_error",
        3,
    )
    assert (output.loss, output.metric, output.score) == ("pinball_loss", "", "pinball_loss")
    assert (output.units, output.label_shape) == (6, (3,))
    assert output.parameters == 2 * usual.parameters


@pytest.mark.parametrize("quantiles", ["0,50", "50,100", "-5", "half", "10,x,90", "", "true"])
def test_what_is_no_percentage_between_0_and_100_is_refused(quantiles: str) -> None:
    assert places_of(quantiles=quantiles) == [f"--quantiles {quantiles}"]


@pytest.mark.parametrize(("quantiles", "word"), [("50,10", "rise"), ("10,50,50", "twice")])
def test_they_rise(quantiles: str, word: str) -> None:
    with pytest.raises(KerasmithError) as raised:
        forecast(quantiles)
    (problem,) = raised.value.problems
    assert problem.where == f"--quantiles {quantiles}"
    assert word in problem.why


def test_only_a_forecast_has_them() -> None:
    with pytest.raises(KerasmithError, match="no output that has quantiles"):
        forecast("10,90", ahead="ahead:number")


def test_heads_in_own_code_have_none() -> None:
    said = ["inputs.load.encoder=own_graph", 'model.own_heads=["ahead"]']
    assert places_of(quantiles="10,90", set=said) == ["--quantiles 10,90"]
    assert forecast(set=said).model.own_heads == ("ahead",)


def test_all_mistakes_are_told_at_once() -> None:
    assert places_of(quantiles="0,50", set=["project.api=x"]) == [
        "--set project.api=x",
        "--quantiles 0,50",
    ]
