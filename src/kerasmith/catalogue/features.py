"""The features: what a project may have beside its core, each added when it is wanted.

A feature is an entry here and a part of the same name in `templates/parts/features/`. Files of its
own are in `templates/project/`, under a name that is empty where the feature is not chosen; what
it adds to the files of others goes through the *slots* that its part defines.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kerasmith.catalogue.backends import BACKENDS


@dataclass(frozen=True)
class Feature:
    """One thing that a project can do beside training, scoring and predicting.

    `needs` are features that come along with it, `backends` those that it works on, all where
    there are none; `usual` says whether a project has it that asks for nothing.
    """

    name: str
    summary: str
    needs: tuple[str, ...] = ()
    backends: tuple[str, ...] = ()
    usual: bool = False


FEATURES: dict[str, Feature] = {
    each.name: each
    for each in (
        Feature("ci", "A workflow of GitHub that lints, types and tests each commit.", usual=True),
        Feature("pre-commit", "Ruff before each commit, by pre-commit.", usual=True),
        Feature("export", "The trained model as a TensorFlow SavedModel.", usual=True),
        Feature("slurm", "A job file that trains on several machines by SLURM.", backends=("jax",)),
        Feature(
            "kubernetes",
            "A job file that trains on several machines by Kubernetes.",
            backends=("jax",),
        ),
    )
}

ALL = "all"
"""What stands for every feature that the backend can do."""

USUAL_FEATURES = tuple(each.name for each in FEATURES.values() if each.usual)
"""What a project has that asks for nothing."""

_ALWAYS_THERE = ("ci", "pre-commit", "export")
"""What each project had before features could be chosen."""


def with_needs(names: Iterable[str]) -> tuple[str, ...]:
    """Return these features and all that they need, in the order of the catalogue."""
    wanted: set[str] = set()
    todo = [name for name in names if name in FEATURES]
    while todo:
        name = todo.pop()
        if name not in wanted:
            wanted.add(name)
            todo += FEATURES[name].needs
    return tuple(name for name in FEATURES if name in wanted)


def everything_on(backend: str) -> tuple[str, ...]:
    """Return every feature that works on a backend."""
    return tuple(each.name for each in FEATURES.values() if works_on(each, backend))


def works_on(feature: Feature, backend: str) -> bool:
    """Say whether a feature, and all that it needs, works on a backend."""
    needed = (FEATURES[name] for name in with_needs([feature.name]))
    return all(not each.backends or backend in each.backends for each in needed)


def backends_for(feature: Feature) -> tuple[str, ...]:
    """Return the backends that a feature, and all that it needs, works on."""
    return tuple(name for name in BACKENDS if works_on(feature, name))


def recorded_features(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the features that a project has by its record, also by one that knows of none."""
    if "features" in answers:
        return tuple(name for name in answers["features"] if name in FEATURES)
    return with_needs((*_ALWAYS_THERE, *answers.get("jobs", ())))
