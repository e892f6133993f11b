"""What `decide` and `rules` answer: values to lines of text, and to JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from kerasmith.decision.apply_rules import Decision, Reason
from kerasmith.decision.rules import Force, Passage, Rule
from kerasmith.styled import style
from kerasmith.wrapping import wrapped


def decision_text(decision: Decision) -> Iterator[str]:
    """Yield the decision for people: verdict, reasons with passages, what would change it."""
    yield style(decision.headline, bold=True)
    if not decision.linear and decision.asked:
        yield "The rules demand it as well."
    if decision.linear and decision.api.value == "functional":
        yield "The stack itself did not ask for it: data goes one way through it."
    followed = [reason for reason in decision.reasons if not reason.gave_way]
    overruled = [reason for reason in decision.reasons if reason.gave_way]
    if followed:
        yield from ("", "Why")
        for reason in followed:
            yield from _reason_text(reason)
    if overruled:
        yield from ("", "Overruled")
        for reason in overruled:
            yield from _reason_text(reason)
    yield from ("", "What would change it")
    for change in decision.would_change:
        yield from wrapped(change, 2)


def _reason_text(reason: Reason) -> Iterator[str]:
    how = {Force.DECIDES: "", Force.SUPPORTS: " (supports)", Force.ADVICE: " (advice)"}
    first, *rest = wrapped(f"{reason.rule}{how[reason.force]}: {reason.because}", 2, hanging=4)
    yield first.replace(reason.rule, style(reason.rule, fg="cyan"), 1)
    yield from rest
    way = f" It gave way to {reason.gave_way}." if reason.gave_way else ""
    yield from wrapped(reason.sentence + way, 6)
    for passage in reason.passages:
        yield from _passage_text(passage, 6)


def _passage_text(passage: Passage, indent: int) -> Iterator[str]:
    for line in wrapped(f"“{passage.quote}” ({passage.section})", indent, hanging=1):
        yield style(line, dim=True)


def decision_json(decision: Decision) -> dict[str, Any]:
    """Return the decision for programs."""
    return {
        "api": decision.api.value,
        "linear": decision.linear,
        "headline": decision.headline,
        "reasons": [
            {
                "rule": reason.rule,
                "because": reason.because,
                "passage": reason.passages[0].quote,
                "section": reason.passages[0].section,
                "says": reason.verdict.value,
                "force": reason.force.value,
                "gave_way_to": reason.gave_way or None,
                "sentence": reason.sentence,
            }
            for reason in decision.reasons
        ],
        "would_change": list(decision.would_change),
    }


def rules_text(rules: Sequence[Rule]) -> Iterator[str]:
    """Yield the rules for people, in their order of precedence."""
    yield "What is asked for with --api comes first, then these, in this order:"
    for rule in rules:
        yield ""
        yield f"{style(rule.name, fg='cyan')}  {rule.force.value} {rule.verdict.value}"
        yield from wrapped(rule.sentence, 2)
        for passage in rule.passages:
            yield from _passage_text(passage, 2)


def rule_json(rule: Rule) -> dict[str, Any]:
    """Return a rule for programs."""
    return {
        "rule": rule.name,
        "sentence": rule.sentence,
        "says": rule.verdict.value,
        "force": rule.force.value,
        "passages": [{"passage": p.quote, "section": p.section} for p in rule.passages],
        "example": rule.example,
    }
