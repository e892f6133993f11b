"""How much is sampled: moderately in `make test`, fully in `make test-all`.

`KERASMITH_SAMPLES` is `full`, or the number of specs that each property test draws.
"""

import os
from collections import Counter

refused: Counter[str] = Counter()
"""How often random specs were refused in this run, by the reason in `spec/refusals.py`."""


def full_samples() -> bool:
    """Say whether the full sample sizes are asked for."""
    return os.environ.get("KERASMITH_SAMPLES", "moderate") != "moderate"


def samples(moderate: int, full: int) -> int:
    """Return how many examples to draw."""
    wanted = os.environ.get("KERASMITH_SAMPLES", "moderate")
    return int(wanted) if wanted.isdigit() else full if wanted == "full" else moderate
