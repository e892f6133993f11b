"""Short ways to say in a test what a spec holds, and what is wrong with it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.read import load_spec, read_spec
from kerasmith.spec.specification import Spec

SPECS = Path(__file__).parents[1] / "specs"

Tables = dict[str, Any]


def example(name: str) -> Spec:
    """Return the spec in `tests/specs/NAME.toml`."""
    return load_spec(SPECS / f"{name}.toml")


def image(name: str = "photo", *shape: int, **more: Any) -> Tables:
    """Return the entry of an image input, 8×8 grey pixels unless told."""
    return {"name": name, "kind": "image", "shape": list(shape or (8, 8, 1)), **more}


def output(name: str = "cat", kind: str = "binary", **more: Any) -> Tables:
    """Return the entry of an output."""
    return {"name": name, "kind": kind, **more}


def tables(*parts: Tables, name: object = "pets", **sections: Any) -> Tables:
    """Return the tables of a spec with these inputs and outputs: an image has a shape."""
    return {
        "project": {"name": name},
        "inputs": [part for part in parts if "shape" in part] or [image()],
        "outputs": [part for part in parts if "shape" not in part] or [output()],
        **sections,
    }


def problems(given: Tables) -> tuple[Problem, ...]:
    """Return what the reader finds wrong."""
    with pytest.raises(KerasmithError) as refusal:
        read_spec(given)
    return refusal.value.problems


def only_problem(given: Tables) -> Problem:
    """Return the one thing that the reader finds wrong."""
    found = problems(given)
    assert len(found) == 1, found
    return found[0]


def problems_or_none(attempt: Callable[[], object]) -> tuple[Problem, ...] | None:
    """Return what an attempt is refused for; None where it works. Nothing else may escape it."""
    try:
        attempt()
    except KerasmithError as refusal:
        return refusal.problems
    return None


def well_said(found: tuple[Problem, ...] | None) -> None:
    """Check that a refusal says something, and where."""
    assert found != ()
    assert all(problem.what and problem.where for problem in found or ())
