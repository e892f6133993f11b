"""How much is sampled: moderately in `make test`, fully in `make test-all`.

`make test-all` runs the tests that are marked as `full`: they sample more then, or run only then.

`KERASMITH_SAMPLES` is `full`, or the number of specs that each property test draws.
"""

import os
from collections import Counter
from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import pytest
from hypothesis import settings

NEEDS_KERAS = pytest.mark.skipif(find_spec("keras") is None, reason="Keras is not installed")
"""For a test of the tool itself that asks Keras: others run where nothing is installed but it."""

refused: Counter[str] = Counter()
"""How often random specs were refused in this run, by the reason in `decision/refusals.py`."""


def full_samples() -> bool:
    """Say whether the full sample sizes are asked for."""
    return os.environ.get("KERASMITH_SAMPLES", "moderate") != "moderate"


def samples(moderate: int, full: int) -> int:
    """Return how many examples to draw."""
    wanted = os.environ.get("KERASMITH_SAMPLES", "moderate")
    return int(wanted) if wanted.isdigit() else full if wanted == "full" else moderate


def draws(moderate: int, full: int, **more: Any) -> Callable[[Any], Any]:
    """Let a property test draw so many examples, and run in both tiers."""

    def decorated(test: Any) -> Any:
        return pytest.mark.full(settings(max_examples=samples(moderate, full), **more)(test))

    return decorated
