"""What all tests share."""

import os

from hypothesis import HealthCheck, settings

# Rendering and building take longer than hypothesis expects of an example. `make test` and
# `make test-all` draw the same examples every time, so that a red run can be repeated; a number in
# KERASMITH_SAMPLES draws that many fresh ones, and a failure prints how to repeat it.
settings.register_profile(
    "kerasmith",
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=not os.environ.get("KERASMITH_SAMPLES", "").isdigit(),
    print_blob=True,
)
settings.load_profile("kerasmith")
