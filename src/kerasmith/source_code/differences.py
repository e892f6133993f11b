"""Where two models differ in what they compute: a layer more, another number, another way."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from kerasmith.errors import shortened
from kerasmith.source_code.computation import Step, Steps


@dataclass(frozen=True)
class Difference:
    """One difference: what it is, and the step that it is about, in one model or in both."""

    before: Step | None
    now: Step | None
    what: str

    @property
    def line(self) -> int:
        """The line of the code as it is now; 0 where the step is there no more."""
        return self.now.line if self.now else 0


def differences(before: Steps, now: Steps) -> Iterator[Difference]:
    """Yield the differences between a model as it was and as it is."""
    pairs = dict(_paired(before, now))
    kept = {number for number in pairs.values() if number is not None}
    for number, step in enumerate(before.steps):
        at = pairs.get(number)
        if at is None:
            yield Difference(step, None, f"{_called(step)} is gone")
        else:
            yield from _changed(step, now.steps[at])
    for number, step in enumerate(now.steps):
        if number not in kept:
            yield Difference(None, step, f"{_called(step)} is new")
    yield from _other_ways(before, now, pairs)
    yield from _sharing(before, now, pairs)


def _paired(before: Steps, now: Steps) -> Iterator[tuple[int, int | None]]:
    """Yield the steps before with those that they are now, in their order."""
    one = [step.class_name for step in before.steps]
    other = [step.class_name for step in now.steps]
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for tag, start, end, first, last in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and end - start == last - first):
            yield from zip(range(start, end), range(first, last), strict=True)
        elif tag in ("delete", "replace"):
            yield from ((number, None) for number in range(start, end))


def _called(step: Step) -> str:
    name = step.class_name.removeprefix("operator ")
    return f"{name} {step.name}"


def _changed(before: Step, now: Step) -> Iterator[Difference]:
    if before.class_name != now.class_name:
        yield Difference(before, now, f"{_called(before)} is a {now.class_name} now")
        return
    for key in sorted({*before.config, *now.config}):
        one, other = before.config.get(key, _LEFT), now.config.get(key, _LEFT)
        if one != other:
            what = f"{key} of {_called(now)} is {_said(other)}, not {_said(one)}"
            yield Difference(before, now, what)


_LEFT = object()


def _said(value: object) -> str:
    return "not known before running" if value is _LEFT else shortened(value, 60)


def _other_ways(before: Steps, now: Steps, pairs: dict[int, int | None]) -> Iterator[Difference]:
    """Yield steps that are given something else, past steps that are new or gone."""
    back = {at: number for number, at in pairs.items() if at is not None}
    for number, at in pairs.items():
        if at is None:
            continue
        one = [_past(before, each, pairs, 0) for each in before.steps[number].given]
        other = [_past(now, each, back, 0) for each in now.steps[at].given]
        renamed = [back.get(each, each) if isinstance(each, int) else each for each in other]
        if one != renamed:
            step = now.steps[at]
            what = f"{_called(step)} is given something else than before"
            yield Difference(before.steps[number], step, what)
    for name in before.outputs.keys() & now.outputs.keys():
        one_end = _past(before, before.outputs[name], pairs, 0)
        end = _past(now, now.outputs[name], back, 0)
        if one_end != (back.get(end, end) if isinstance(end, int) else end):
            place = now.outputs[name]
            step_now = now.steps[place] if isinstance(place, int) else None
            yield Difference(None, step_now, f"the output {name} is another tensor than before")


def _past(
    steps: Steps, given: int | str, known: dict[int, int | None] | dict[int, int], depth: int
) -> int | str:
    """Return the step that a tensor comes from, past those that the other model has not."""
    while isinstance(given, int) and known.get(given) is None and depth < len(steps.steps):
        before = steps.steps[given].given
        if not before:
            break
        given, depth = before[0], depth + 1
    return given


def _sharing(before: Steps, now: Steps, pairs: dict[int, int | None]) -> Iterator[Difference]:
    """Yield steps whose layer is used for others than before."""
    seen: dict[int, tuple[int, Step]] = {}
    taken: dict[int, int] = {}
    for number, at in pairs.items():
        if at is None:
            continue
        one, other = before.steps[number], now.steps[at]
        first = seen.setdefault(one.layer, (other.layer, other))
        if first[0] != other.layer:
            yield Difference(one, other, f"{_called(other)} is shared no more")
        elif taken.setdefault(other.layer, one.layer) != one.layer:
            yield Difference(one, other, f"{_called(other)} is shared now")
