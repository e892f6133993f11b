"""What must agree between an input, its encoder and what becomes of its features."""

from collections.abc import Iterator
from typing import Any

from msgspec import UNSET

from kerasmith.catalogue.encoders import MOST_PARAMETERS, Encoder, encoders_for, kinds_read_by
from kerasmith.catalogue.encoders.own_code import OWN_GRAPH
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.errors import Problem
from kerasmith.spec.agreements.agreement import Agreement, Partial
from kerasmith.spec.specification import ModelSection, asked_extent


class EncoderOfItsKind(Agreement):
    """An encoder reads its own kind of input."""

    name = "encoder-of-another-kind"
    instead = "an encoder of the input's kind"
    example = "--input photo:image:8x8x1=lstm --output breed:category:3"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each encoder that reads other kinds alone."""
        for path, entry in spec.entries("inputs"):
            word, kind = entry.get("encoder"), INPUT_KINDS.get(str(entry.get("kind")))
            reads = kinds_read_by(word, kind) if kind else []
            if kind and reads and kind.kind not in reads:
                yield self.problem(
                    spec,
                    f"{path}.encoder",
                    f"The encoder {word!r} does not read {kind.kind} inputs.",
                    f"It reads inputs of kind {' and '.join(reads)}.",
                    f"one for {kind.kind} inputs: {', '.join(encoders_for(kind))}",
                )


class EncoderFits(Agreement):
    """The hyperparameters of an encoder leave something of the input, and fit each other.

    It gives features for what the outputs answer: for an example as a whole, or at every place.
    """

    name = "encoder-does-not-fit"
    instead = "fewer stages, a larger input, or the encoder without hyperparameters"
    example = "--input photo:image:4x4x1=vit --set inputs.photo.patch=8 --output breed:category:3"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each encoder that does not fit."""
        outputs = [each.kind for each in spec.outputs.values()]
        for path, encoder in spec.encoders.items():
            given = spec.inputs[path]
            asked = asked_extent(given.kind, outputs)
            what = f"The encoder {encoder.encoder!r} does not fit {given.name!r}."
            if why := encoder.problem(given.kind):
                yield self.problem(spec, path, what, why, _size_that_fits(encoder, given.kind))
            elif outputs and encoder.gives is not asked:
                why = f"It gives features {encoder.gives.value}; the outputs answer {asked.value}."
                yield self.problem(
                    spec, path, what, why, "leave encoder out: one that fits is chosen"
                )


def _size_that_fits(encoder: Encoder[Any], kind: InputKind) -> str:
    """Return what to try where the size is the reason, of an encoder that takes only some."""
    if encoder.size_hint and type(encoder).suited(kind).problem(kind):
        return f"a size such as {encoder.size_hint}, or leave encoder out: one that fits is chosen"
    return ""


class EncoderOfBearableSize(Agreement):
    """An encoder of more than a billion parameters is taken for a slip of the keyboard."""

    name = "too-many-parameters"
    instead = "a smaller size, or another encoder"
    example = "--input photo:image:2048x2048x3=mlp --output breed:category:3"

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield each encoder that is larger."""
        for path, encoder in spec.encoders.items():
            given = spec.inputs[path]
            if encoder.problem(given.kind):
                continue
            if (count := encoder.parameters(given.kind)) > MOST_PARAMETERS:
                yield self.problem(
                    spec,
                    path,
                    f"The encoder {encoder.encoder!r} of {given.name!r} would have {count:,} "
                    "parameters.",
                    f"At most {MOST_PARAMETERS:,} are taken as meant.",
                )


class MergeFits(Agreement):
    """add, multiply and difference take features of one width, difference those of two inputs.

    One input leaves nothing to merge. Units and weights are said of own_graph alone.
    """

    name = "merge-does-not-fit"
    instead = "concatenate"
    example = "--input photo:image:8x8x1 --output breed:category:3 --set model.merge=add"
    of_whole = True

    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield that the features of these inputs cannot be merged as asked for."""
        model = spec.model or ModelSection()
        merge = model.merge
        for key in ("units", "weights"):
            if getattr(model, key) is not UNSET and merge != OWN_GRAPH:
                yield self.problem(
                    spec,
                    f"model.{key}",
                    f"{key!r} is said of a merge of your own, and there is none.",
                    try_=spec.instead("model.merge", OWN_GRAPH),
                )
        if merge is UNSET:
            return
        encoders = spec.encoders.items()
        widths = tuple(encoder.features(spec.inputs[path].kind) for path, encoder in encoders)
        if len(widths) == 1:
            yield self.problem(
                spec,
                "model.merge",
                "There is nothing to merge: one input gives all the features.",
                try_="leave merge out, or add an input",
            )
        elif why := MERGES[merge].problem(widths):
            yield self.problem(
                spec,
                "model.merge",
                f"{merge!r} does not work here.",
                why,
                spec.instead("model.merge", self.instead),
            )
