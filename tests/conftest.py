"""What all tests share."""

from hypothesis import HealthCheck, Phase, settings

# Rendering and building take longer than hypothesis expects of an example. What failed once is
# tried again first; the seed is printed with every failure.
settings.register_profile(
    "kerasmith",
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=(Phase.explicit, Phase.generate),
)
settings.load_profile("kerasmith")
