"""What outputs need of the inputs, and of each other."""

from collections.abc import Iterator
from dataclasses import replace

from kerasmith.catalogue.inputs import INPUT_KINDS, Series
from kerasmith.catalogue.outputs import Forecast
from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial


class KindNeeded(Agreement):
    """A box is found in an image, a forecast in a series: an input of that kind must be there."""

    name = "missing-kind"
    instead = "an input of that kind, or number for what is neither a box nor a forecast"
    example = "--input caption:text:20 --output place:box"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each output without the input that it is found in."""
        kinds = [entry.get("kind") for _, entry in spec.entries("inputs")]
        for path, output in spec.outputs.items():
            kind, needed = output.kind.kind, output.kind.needs
            if needed and needed not in kinds:
                problem = self.problem(
                    spec,
                    path,
                    f"{output.name!r} is a {kind}, and there is no input of kind {needed!r}.",
                    f"A {kind} is found in one.",
                    f"--input my_{needed}:{needed}:{INPUT_KINDS[needed].size_hint}",
                )
                # where no input says its kind yet, one that is needed may still come
                yield replace(problem, missing=not any(kinds))


class ForecastAlone(Agreement):
    """With a forecast, an example is a window of one long table and what follows it.

    There is no row that could say something else.
    """

    name = "forecast-beside-outputs"
    instead = "the forecast alone, or outputs of other kinds"
    example = "--input load:series:24x1 --output ahead:forecast --output alarm:binary"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that a forecast has another output beside it."""
        if _forecasts(spec) and len(list(spec.entries("outputs"))) > 1:
            yield self.problem(
                spec,
                "outputs",
                "A forecast is the only output of its model.",
                self.sentence,
                "one output of kind forecast, or none",
            )


class ForecastFromWindows(Agreement):
    """With a forecast, every input is a series, and all are windows of as many steps."""

    name = "forecast-from-windows"
    instead = "series of the same number of steps"
    example = "--input load:series:24x1 --input site:category:north,south --output ahead:forecast"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each input that is not such a series."""
        if not _forecasts(spec):
            return
        series = {path: e.kind for path, e in spec.inputs.items() if isinstance(e.kind, Series)}
        steps = {kind.steps for kind in series.values()}
        for path, given in spec.inputs.items():
            if path not in series:
                yield self.problem(
                    spec,
                    path,
                    f"{given.name!r} cannot be read for a forecast.",
                    "With a forecast, all inputs are series: windows of one long table.",
                    f"--input {given.name}:series:24x1",
                )
            elif len(steps) > 1:
                length, channels = series[path].tensor_shape
                yield self.problem(
                    spec,
                    path,
                    f"{given.name!r} reads {length} steps, another input reads others.",
                    "For a forecast all series are windows of the same length.",
                    f"--input {given.name}:series:{max(steps)}x{channels}",
                )


def _forecasts(spec: Partial) -> bool:
    return any(isinstance(output.kind, Forecast) for output in spec.outputs.values())
