"""Apply the rules: an explicit wish first, then structure, then advice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kerasmith.decision.rules import RULES, Api, Force, LinearStack, Passage, Rule
from kerasmith.decision.structure import Structure, structure_of
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.spec.specification import Spec


@dataclass(frozen=True)
class Reason:
    """A rule that applies, and what triggered it."""

    rule: str
    sentence: str
    verdict: Api
    force: Force
    because: str
    passages: tuple[Passage, ...]
    gave_way: str = ""
    """What overruled it; empty where it was followed or agrees."""


@dataclass(frozen=True)
class Decision:
    """The verdict and everything that speaks for and against it.

    `linear` is what structure alone says, `api` the form that is written, `because` why in a few
    words.
    """

    linear: bool
    api: Api
    because: str
    rule: str
    """The rule that decided, or the flag."""
    reasons: tuple[Reason, ...]
    would_change: tuple[str, ...]
    asked: bool = False
    """Whether the user named the API."""

    @property
    def headline(self) -> str:
        """The decision in one line: "Functional: it has 2 inputs (multiple-inputs)"."""
        return f"{self.api.value.capitalize()}: {self.because} ({self.rule})"


def decide(spec: Spec) -> Decision:
    """Decide which API writes the model of a spec.

    Raises KerasmithError where a Sequential is asked for and structure rules it out.
    """
    return decide_structure(structure_of(spec), spec.project.api)


def decide_structure(structure: Structure, wish: str = "auto") -> Decision:
    """Decide for a bare structure; `wish` is `auto`, `sequential` or `functional`.

    Raises KerasmithError where a Sequential is asked for and structure rules it out.
    """
    applying = [rule for rule in RULES if rule.applies(structure)]
    against = [rule for rule in applying if _demands_functional(rule)]
    if wish == Api.SEQUENTIAL and against:
        raise KerasmithError(_refusal(against, structure))
    advice = [rule for rule in applying if rule.force is Force.ADVICE]
    decisive = (against or [each for each in advice if each.verdict is Api.FUNCTIONAL])[:1]
    first = decisive[0] if decisive else LinearStack()
    api, rule, because = first.verdict, first.name, first.in_short(structure)
    if wish not in ("auto", api):
        api, rule, because = Api(wish), f"--api {wish}", "it was asked for"
    return Decision(
        linear=not against,
        api=api,
        because=because,
        rule=rule,
        reasons=tuple(_reason(each, structure, api, rule) for each in applying),
        would_change=tuple(_would_change(api, wish, against, advice)),
        asked=wish != "auto",
    )


def _demands_functional(rule: Rule) -> bool:
    return rule.force is Force.DECIDES and rule.verdict is Api.FUNCTIONAL


def _reason(rule: Rule, structure: Structure, followed: Api, overruler: str) -> Reason:
    return Reason(
        rule=rule.name,
        sentence=rule.sentence,
        verdict=rule.verdict,
        force=rule.force,
        because=rule.because(structure),
        passages=rule.passages,
        gave_way="" if rule.verdict is followed else overruler,
    )


def _refusal(against: list[Rule], structure: Structure) -> Problem:
    from kerasmith.decision.refusals import NoSequential  # which imports the whole catalogue

    named = "; ".join(f"{rule.name} ({rule.because(structure)})" for rule in against)
    return Problem(
        "This model cannot be a keras.Sequential.",
        where="--api sequential",
        why=f"The rules against it: {named}.",
        try_="--api functional, or leave --api out",
        refusal=NoSequential.name,
    )


def _would_change(
    followed: Api, wish: str, against: list[Rule], advice: list[Rule]
) -> Iterator[str]:
    """Say what would flip the verdict."""
    wishes = [f"--api {wish}"] if wish == followed else []
    wishes += [f"the purpose {rule.name}" for rule in advice if rule.verdict is Api.FUNCTIONAL]
    if against:
        together = "all of these together" if len(against) > 1 else "this"
        needed = ", ".join(f"{rule.ends} ({rule.name})" for rule in against)
        beside = f", without {' and '.join(wishes)}" if wishes else ""
        yield f"Sequential would do with {together}: {needed}{beside}."
    elif followed is Api.FUNCTIONAL:
        yield f"Without {' and '.join(wishes)} it would be Sequential: the stack is linear."
    else:
        for rule in filter(_demands_functional, RULES):
            yield f"{rule.begins} would make it Functional ({rule.name})."
        if wish == Api.SEQUENTIAL:
            yield _SAME_STACK.format(f"--api functional in place of {wishes[0]}")
        else:
            yield _SAME_STACK.format("The purpose room-to-grow or --api functional")


_SAME_STACK = "{} would write the same stack Functional."
