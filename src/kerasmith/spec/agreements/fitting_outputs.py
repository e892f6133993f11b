"""What outputs need of the inputs, and of each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from kerasmith.catalogue.encoders.own_code import OWN_GRAPH, OWN_LAYERS
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.inputs import INPUT_KINDS, Series, Table
from kerasmith.catalogue.outputs import Forecast
from kerasmith.counts import counted
from kerasmith.errors import Problem, did_you_mean
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.specification import ModelSection


class KindNeeded(Agreement):
    """Boxes, masks and pictures are of an image, forecasts of a series, anomalies of a table.

    Tags are of a text or a series. Such an input must be there.
    """

    name = "missing-kind"
    instead = "an input of that kind, or number for what is found nowhere"
    example = "--input caption:text:20 --output place:box"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each output without the input that it is found in."""
        kinds = [entry.get("kind") for _, entry in spec.entries("inputs")]
        for path, output in spec.outputs.items():
            kind, needed = output.kind.kind, output.kind.kinds_needed()
            if needed and not any(each in kinds for each in needed):
                problem = self.problem(
                    spec,
                    path,
                    f"{output.name!r} is of kind {kind!r}, and there is no input of kind "
                    f"{' or '.join(map(repr, needed))}.",
                    "There is nothing to find it in.",
                    f"--input my_{needed[0]}:{needed[0]}:{INPUT_KINDS[needed[0]].size_hint}",
                )
                # where no input says its kind yet, one that is needed may still come
                yield replace(problem, missing=not any(kinds))


class PlacesOfOneInput(Agreement):
    """Masks and pictures answer for each pixel of one image, tags for each word or step.

    Beside them are only outputs that do so, too.
    """

    name = "mask-beside-others"
    instead = "that input with such outputs alone; another model for what else is asked"
    example = "--input photo:image:8x8x1 --output edge:mask:2 --output breed:category:3"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each input that has no such places, and each output that answers once."""
        extents = {path: output.kind.answers for path, output in spec.outputs.items()}
        everywhere = [path for path, each in extents.items() if each is Extent.EVERY_PLACE]
        if not everywhere:
            return
        kind = spec.outputs[everywhere[0]].kind
        needed = kind.kinds_needed()
        read = [path for path, given in spec.inputs.items() if given.kind.kind in needed][:1]
        for path, what in _beside(spec, kind.kind, read + everywhere):
            yield self.problem(spec, path, what, self.sentence)


def _beside(spec: Partial, kind: str, kept: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each other input and output, and that it cannot be beside one of a kind."""
    for path in (*spec.inputs, *spec.outputs):
        if path not in kept:
            yield path, f"{spec.parts[path].name!r} cannot be beside an output of kind {kind!r}."


FEWEST_NUMBERS = 2
"""Columns of numbers that may go together or not, at the least."""


class AnomalyAlone(Agreement):
    """An anomaly is a row of one table in which numbers do not go together, and the only output.

    The table has two columns of numbers or more.
    """

    name = "anomaly-beside-others"
    instead = "one table and the anomaly alone; another model for what else is asked"
    example = "--input pump:table:flow,power --output odd:anomaly --output age:number"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each input and output beside a table and its anomaly, and a table of too little."""
        found = [
            path
            for path, output in spec.outputs.items()
            if output.kind.answers is Extent.BOTTLENECK
        ][:1]
        needed = [kind for path in found for kind in spec.outputs[path].kind.kinds_needed()]
        read = [path for path, given in spec.inputs.items() if given.kind.kind in needed][:1]
        if not read:
            return  # which is refused for another reason
        for path, what in _beside(spec, spec.outputs[found[0]].kind.kind, found + read):
            yield self.problem(spec, path, what, self.sentence)
        for path in read:
            table = spec.inputs[path]
            if isinstance(table.kind, Table) and len(table.kind.numbers) < FEWEST_NUMBERS:
                count = counted(len(table.kind.numbers), "column of numbers", "columns of numbers")
                what = f"{table.name!r} has {count}; an anomaly needs {FEWEST_NUMBERS}."
                try_ = f"--input {table.name}:table:{table.name}_1,{table.name}_2"
                yield self.problem(spec, found[0], what, self.sentence, try_)


class OwnHeads(Agreement):
    """Heads in your own code are those of outputs, and there is such code: own_graph or own_layers.

    Layers in a row end in one output, or in the features of all. Quantiles are put in order by
    layers of kerasmith's own.
    """

    name = "own-heads-without-own-code"
    instead = "leave own_heads out, or an encoder own_graph, or a merge own_graph"
    example = (
        "--input photo:image:8x8x1=cnn --output breed:binary --set 'model.own_heads=[\"breed\"]'"
    )
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each head that no output has, and that there is no code for heads."""
        model = spec.model or ModelSection()
        if not model.own_heads:
            return
        names = [each.name for each in spec.outputs.values()]
        for place, name in enumerate(model.own_heads):
            if name not in names or name in model.own_heads[:place]:
                what = (
                    f"There is no output {name!r}." if name not in names else "It is named twice."
                )
                path = f"model.own_heads[{place}]"
                yield self.problem(spec, path, what, try_=did_you_mean(name, names))
        for path, output in spec.outputs.items():
            asked = isinstance(output.kind, Forecast) and output.kind.quantiles
            if asked and output.name in model.own_heads:
                what = f"The head of {output.name!r} is your own code, which gives no quantiles."
                yield self.problem(spec, f"{path}.quantiles", what, self.sentence, "leave them out")
        (first, *others) = (each.encoder for each in spec.encoders.values())
        codes = {OWN_GRAPH, OWN_LAYERS} if len(names) == 1 else {OWN_GRAPH}
        if (model.merge != OWN_GRAPH) if others else (first not in codes):
            yield self.problem(spec, "model.own_heads", "No code of your own gives these outputs.")
        if model.trunk and {*names} <= {*model.own_heads}:
            what = "There are no heads behind a trunk: your own code gives every output."
            yield self.problem(spec, "model.trunk", what, try_="leave trunk out")


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
    """With a forecast, every input is a series, and all are windows of as many steps.

    What is known in advance has as many as the forecast looks ahead, and comes behind what the
    forecast is of.
    """

    name = "forecast-from-windows"
    instead = "series of the same number of steps"
    example = "--input load:series:24x1 --input site:category:north,south --output ahead:forecast"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each input that is not such a series."""
        series = {path: e.kind for path, e in spec.inputs.items() if isinstance(e.kind, Series)}
        yield from self._known(spec, series)
        if not _forecasts(spec):
            return
        series = {path: e for path, e in series.items() if not e.known}
        steps = {kind.steps for kind in series.values()}
        for path, given in spec.inputs.items():
            if isinstance(given.kind, Series) and given.kind.known:
                continue
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

    def _known(self, spec: Partial, series: Mapping[str, Series]) -> Iterator[Problem]:
        """Yield each series that cannot be known in advance, or has not as many steps."""
        ahead = [e.kind.size for e in spec.outputs.values() if isinstance(e.kind, Forecast)]
        for path, kind in series.items():
            if not kind.known:
                continue
            name = spec.inputs[path].name
            if not spec.outputs:
                continue  # an input by itself says nothing of what is forecast
            if not ahead:
                what = f"Nothing of {name!r} is known in advance: no output is a forecast."
                yield self.problem(spec, f"{path}.known", what, self.sentence, "known = false")
            elif path == next(iter(series)):
                what = f"The forecast is of {name!r}, which cannot be known in advance."
                yield self.problem(
                    spec, f"{path}.known", what, self.sentence, "another series before it"
                )
            elif kind.steps != ahead[0]:
                yield self.problem(
                    spec,
                    f"{path}.steps",
                    f"{name!r} is known for {kind.steps} steps, and the forecast looks {ahead[0]} "
                    "ahead.",
                    self.sentence,
                    f"steps = {ahead[0]}",
                )


def _forecasts(spec: Partial) -> bool:
    return any(isinstance(output.kind, Forecast) for output in spec.outputs.values())
