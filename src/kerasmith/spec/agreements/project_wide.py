"""What must agree with the project as a whole."""

from collections.abc import Iterator

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.features import FEATURES
from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial


class FeaturesOfTheBackend(Agreement):
    """Of Keras' backends only JAX trains one model in several processes."""

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


class OutputsOfTheBackend(Agreement):
    """Some outputs cannot be trained with every backend: Keras ends with an error of its own."""

    name = "output-of-another-backend"
    instead = "a backend that trains it"
    example = "--input photo:image:8x8x1 --output edge:mask:2 --set project.backend=torch"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that the backend does not train an output."""
        backend = spec.project.backend if spec.project else ""
        kinds = [each.kind for each in spec.outputs.values() if each.kind.backends]
        untrained = [each for each in kinds if backend not in each.backends]
        if backend and untrained:
            kind = untrained[0]
            yield self.problem(
                spec,
                "project.backend",
                f"An output of kind {kind.kind} does not work with {BACKENDS[backend].title}.",
                self.sentence,
                f"--backend {kind.backends[0]}",
            )


class ProbabilitiesToCalibrate(Agreement):
    """What is calibrated are probabilities for an example, by a head that kerasmith writes."""

    name = "nothing-to-calibrate"
    instead = "the project without calibration; or an output of kind binary, category or multilabel"
    example = "--input person:table:age,height --output weight:number --with calibration"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that no output has such probabilities."""
        if spec.project is None or "calibration" not in spec.project.chosen_features():
            return
        own = spec.model.own_heads if spec.model else ()
        outputs = [each for each in spec.outputs.values() if each.name not in own]
        if not any(each.kind.calibrated for each in outputs):
            kinds = ", ".join(sorted({each.kind.kind for each in outputs})) or "heads of your own"
            what = f"Nothing can be calibrated of {kinds}."
            try_ = "--without calibration"
            yield self.problem(spec, "project.features", what, self.sentence, try_)


class OneBeginning(Agreement):
    """A run that begins with pretrained layers has two phases: neither resume nor warm-start."""

    name = "two-beginnings"
    instead = "weights = none, or the project without these features"
    example = "--input photo:image:64x64x3=resnet50 --output breed:category:3 --with ci,warm-start"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield the features that would begin otherwise."""
        if spec.project is None:
            return
        found = [each for each in spec.project.chosen_features() if each in _OTHER_BEGINNINGS]
        pretrained = [each.encoder for each in spec.encoders.values() if each.pretrained]
        if found and pretrained:
            yield self.problem(
                spec,
                "project.features",
                f"{' and '.join(found)} cannot go with {pretrained[0]}, which is pretrained.",
                self.sentence,
                f"--without {','.join(found)}, or --set inputs.NAME.weights=none",
            )


_OTHER_BEGINNINGS = ("warm-start", "resume")
