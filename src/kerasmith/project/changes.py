"""What changes between the record of a project and a new plan, in words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kerasmith.catalogue.backends import BACKENDS, USUAL_BACKEND
from kerasmith.catalogue.features import FEATURES, recorded_features

Answers = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One thing that changes: what it is, what it was and what it will be; empty for nothing."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        if self.before and self.after:
            return f"{self.what}: {self.before} → {self.after}"
        return f"{self.what} added: {self.after}" if self.after else f"{self.what} removed"


def as_json(change: Change) -> dict[str, str | None]:
    """Return a change for programs."""
    return {"what": change.what, "before": change.before or None, "after": change.after or None}


def changes(then: Answers, now: Answers) -> tuple[Change, ...]:
    """Return what changes of a model and its project."""
    return tuple(_changes(then, now))


def decision_change(then: Answers, now: Answers) -> str:
    """Return what becomes of the decision, or that it stays."""
    before, after = (answers["api"].capitalize() for answers in (then, now))
    if before == after:
        return f"{after}, as before"
    because = next(
        (
            f": {each['rule']}, {each['because']}"
            for each in now["reasons"]
            if each["verdict"] == now["api"] and not each["gave_way"]
        ),
        "",
    )
    return f"{before} becomes {after}{because}"


def _changes(then: Answers, now: Answers) -> Iterator[Change]:
    yield from _value("name", then["name"], now["name"])
    yield from _value("description", then["description"], now["description"])
    yield from _named("input", _inputs(then), _inputs(now))
    for name, before, after in _both(_knobs(then), _knobs(now)):
        for knob, was, is_ in _both(before, after):
            yield from _value(f"input {name}, {knob}", _short(was), _short(is_))
    yield from _named("augmentation of", _augmentations(then), _augmentations(now))
    yield from _named("output", _outputs(then), _outputs(now))
    yield from _value("merge", then["merge"] or "none", now["merge"] or "none")
    yield from _value("trunk", then["trunk"], now["trunk"])
    yield from _value("sample data", then["sample_data"], now["sample_data"])
    yield from _value("backend", _backend(then), _backend(now))
    yield from _named("feature", _features(then), _features(now))
    yield from _plugins(then, now)
    yield from _value("parameters", f"{then['parameters']:,}", f"{now['parameters']:,}")


def _both(before: Answers, after: Answers) -> Iterator[tuple[str, Any, Any]]:
    """Yield what is in both."""
    return ((key, before[key], after[key]) for key in before if key in after)


def _knobs(answers: Answers) -> dict[str, Answers]:
    """Return the knobs of each input's encoder, which are compared where it stays the same."""
    return {
        name: {f"{each['encoder']} {knob}": value for knob, value in each["knobs"].items()}
        for each in answers["encoders"]
        for name in each["inputs"]
    }


def _value(what: str, before: object, after: object) -> Iterator[Change]:
    if before != after:
        yield Change(what, str(before), str(after))


def _named(what: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for name in {**before, **after}:
        if before.get(name) != after.get(name):
            yield Change(f"{what} {name}", before.get(name, ""), after.get(name, ""))


def _inputs(answers: Answers) -> dict[str, str]:
    """Return each input with its sizes and with how it is read."""
    encoders = {each["stem"]: each for each in answers["encoders"]}
    return {
        each["name"]: ", ".join(
            filter(
                None, (_kind(each), encoders[each["encoder"]]["encoder"], _shared(each, encoders))
            )
        )
        for each in answers["inputs"]
    }


def _kind(given: Answers) -> str:
    return f"{given['kind']} {'×'.join(map(str, given['shape']))}"


def _shared(given: Answers, encoders: Mapping[str, Answers]) -> str:
    others = [name for name in encoders[given["encoder"]]["inputs"] if name != given["name"]]
    return f"shared with {' and '.join(others)}" if others else ""


def _augmentations(answers: Answers) -> dict[str, str]:
    """Return what training changes at random of each input; records of early versions have none."""
    return {
        each["name"]: ", ".join(
            key if value is True else f"{key} {value:g}"
            for key, value in each["augmentation"].items()
        )
        for each in answers["inputs"]
        if each.get("augmentation")
    }


def _outputs(answers: Answers) -> dict[str, str]:
    return {each["name"]: ", ".join(_head(each)) for each in answers["outputs"]}


def _head(output: Answers) -> Iterator[str]:
    yield str(output["kind"])
    if output["classes"]:
        yield _short(output["classes"])
    elif quantiles := output.get("quantiles"):
        yield f"{output['label_shape'][0]}, quantiles {_short(list(quantiles))}"
    elif output["units"] > 1:
        yield str(output["units"])
    if output["weight"] != 1:
        yield f"weight {output['weight']}"
    if output.get("balance"):
        yield "balanced"


def _backend(answers: Answers) -> str:
    """Return what Keras computes with; records of versions that knew one backend do not say."""
    return str(answers.get("backend", {}).get("title", BACKENDS[USUAL_BACKEND].title))


def _features(answers: Answers) -> dict[str, str]:
    return {name: FEATURES[name].summary for name in recorded_features(answers)}


def _plugins(then: Answers, now: Answers) -> Iterator[Change]:
    """Yield which plug-ins come, go, or have other versions or other templates."""
    before, after = ({p["package"]: p for p in a.get("plugins", ())} for a in (then, now))
    versions = ({name: p["version"] for name, p in each.items()} for each in (before, after))
    yield from _named("plug-in", *versions)
    for name, was, is_ in _both(before, after):
        if was["version"] == is_["version"] and was["files"] != is_["files"]:
            yield Change(f"plug-in {name}", was["version"], f"{is_['version']}, other templates")


def _short(value: object) -> str:
    """Return a value; of a long list its length and its ends."""
    if not isinstance(value, list):
        return str(value)
    if len(value) > 6:
        return f"{len(value)} from {value[0]} to {value[-1]}"
    return " ".join(map(str, value))
