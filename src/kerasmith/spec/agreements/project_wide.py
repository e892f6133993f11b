"""What must agree with the project as a whole."""

from collections.abc import Iterator

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.features import FEATURES
from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial


class FeaturesOfTheBackend(Agreement):
    """Some features need a backend: of Keras' backends only JAX trains one model in several
    processes.
    """

    name = "feature-of-another-backend"
    instead = "the backend that the feature needs, or the project without it"
    example = "--input photo:image:8x8x1 --output breed:category:3 --with slurm"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each feature that does not work with the backend."""
        if spec.project is None:
            return
        backend = spec.project.backend
        for name in spec.project.chosen_features():
            feature = FEATURES[name]
            if feature.backends and backend not in feature.backends:
                yield self.problem(
                    spec,
                    "project.jobs" if name in spec.project.jobs else "project.features",
                    f"The feature {name!r} does not work with {BACKENDS[backend].title}.",
                    self.sentence,
                    f"--backend {feature.backends[0]}",
                )
