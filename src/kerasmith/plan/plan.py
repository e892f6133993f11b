"""The planner: make every choice that the spec leaves open."""

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import PurePosixPath
from typing import Any

import msgspec
from msgspec import UNSET

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.encoders.base import Encoder, dense
from kerasmith.catalogue.endings import FOLDERS, form_of
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import Binary, Multilabel
from kerasmith.decision.apply_rules import Decision, Reason, decide
from kerasmith.decision.structure import listed
from kerasmith.plan.picture import mermaid
from kerasmith.plan.planned import (
    Plan,
    PlannedBackend,
    PlannedData,
    PlannedEncoder,
    PlannedInput,
    PlannedOutput,
    PlannedReason,
)
from kerasmith.spec.command import command_of, matching_recipe, same_model
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Input, Output, Spec
from kerasmith.spec.tables import tables_of

TRUNK_UNITS = 64
"""Units of the layer in which merged features meet, where the spec names no number."""

EPOCHS = 15
"""How often training goes through the data, unless it gets no better before."""

OWN_TABLE_EPOCHS = 100
"""The same for a table of one's own, which may have few rows: a hundred make three steps."""


def plan(spec: Spec, decision: Decision | None = None) -> Plan:
    """Return the plan for a spec; without a decision the rules decide.

    Raises KerasmithError where a Sequential is asked for and structure rules it out.
    """
    decision = decision or decide(spec)
    encoders = _encoders(spec)
    merge = _merge(spec)
    trunk = _trunk(spec)
    widths = [encoder.features for encoder in encoders for _ in encoder.inputs]
    features = MERGES[merge].width(tuple(widths)) if merge else widths[0]
    outputs = [_output(each, trunk or features) for each in spec.outputs]
    parts = chain((e.parameters for e in encoders), (o.parameters for o in outputs))
    trunk_parameters = dense(features, trunk) if trunk else 0
    recipe = matching_recipe(spec)
    backend = BACKENDS[spec.project.backend]
    planned = Plan(
        name=spec.project.name,
        package=spec.package,
        title=spec.project.name.replace("-", " ").replace("_", " ").capitalize(),
        description=_description(spec),
        command=command_of(spec),
        spec=tables_of(spec),
        api=decision.api.value,
        linear=decision.linear,
        headline=decision.headline,
        because=decision.because,
        reasons=tuple(map(_reason, decision.reasons)),
        would_change=decision.would_change,
        inputs=tuple(
            _input(spec.input(name), encoder.stem)
            for encoder in encoders
            for name in encoder.inputs
        ),
        encoders=tuple(encoders),
        merge=merge,
        trunk=trunk,
        trunk_parameters=trunk_parameters,
        outputs=tuple(outputs),
        epochs=_epochs(spec),
        parameters=sum(parts) + trunk_parameters,
        picture=(),
        data=data_of(spec),
        sample=recipe or ("waves" if spec.outputs[0].kind.kind == "forecast" else "synthetic"),
        sample_data=load_recipe(recipe).data
        if recipe
        else "made up, with something to learn in them (synthetic)",
        expected=expected_of(spec),
        backend=PlannedBackend(backend.name, backend.title, backend.requires),
        features=spec.project.chosen_features(),
    )
    return msgspec.structs.replace(planned, picture=tuple(mermaid(planned)))


def expected_of(spec: Spec) -> dict[str, Any]:
    """Return what was measured of this very model; empty where nothing was."""
    recipe = matching_recipe(spec)
    return load_recipe(recipe).expected if recipe and same_model(spec, recipe) else {}


def data_of(spec: Spec) -> PlannedData:
    """Return where the data of a project are, and in which form."""
    wishes = spec.data
    path = "data/examples.csv" if wishes.path is UNSET else wishes.path
    form = form_of(path)
    folder, slash, file = path.replace("\\", "/").rpartition("/")
    if form == FOLDERS:
        folder, file = path, ""
    within = PurePosixPath(folder).parts[:1] == ("data",)
    return PlannedData(
        own=wishes.path is not UNSET,
        folder=folder or slash or ".",
        file=file,
        form=form,
        variable="" if within else f"{spec.package.upper()}_DATA",
        separator="\t" if form == "tsv" else wishes.separator,
        encoding=wishes.encoding,
        numbers=wishes.numbers,
        split=wishes.split,
        stream=wishes.stream,
        missing=wishes.missing,
        missing_in=_missing_in(spec),
        marks=_decimal_marks(spec),
        labels=_label_marks(spec),
        time=wishes.time or "",
        time_form=wishes.time_form,
        step=wishes.step or "",
        columns=spec.renamed(),
    )


def _columns(spec: Spec) -> Iterator[tuple[Input | Output, str, str]]:
    """Yield each column of the table: its input or output, their name for it, and ours."""
    parts: tuple[Input | Output, ...] = (*spec.inputs, *spec.outputs)
    for each in parts:
        theirs = each.kind.columns_of(each.column or each.name)
        for column, ours in zip(theirs, each.kind.columns_of(each.name), strict=True):
            yield each, column, ours


def _decimal_marks(spec: Spec) -> dict[str, str]:
    """Return the decimal marks of columns of numbers that people wrote."""
    marks = {"1,234.5": ".", "1.234,5": ","}
    forms = {
        ours: spec.data.numbers_in(theirs)
        for each, theirs, ours in _columns(spec)
        if each.kind.holds_number(ours)
    }
    return {column: marks[form] for column, form in forms.items() if form in marks}


def _label_marks(spec: Spec) -> dict[str, str]:
    """Return what is between labels in a cell, where it is another sign than |."""
    said = {each.name: each.labels for each in spec.data.columns if each.labels is not UNSET}
    return {
        ours: said[theirs]
        for each, theirs, ours in _columns(spec)
        if theirs in said and isinstance(each.kind, Multilabel)
    }


def _missing_in(spec: Spec) -> dict[str, tuple[str, ...]]:
    """Return what stands for nothing in columns where it is not what does so elsewhere."""
    said = {each.name: each.missing for each in spec.data.columns if each.missing is not UNSET}
    return {ours: said[theirs] for _, theirs, ours in _columns(spec) if theirs in said}


def _input(each: Input, stem: str) -> PlannedInput:
    return PlannedInput(
        name=each.name,
        kind=each.kind.kind,
        shape=each.kind.tensor_shape,
        sizes=msgspec.to_builtins(msgspec.structs.asdict(each.kind)),
        dtype=each.kind.dtype,
        fitted=each.kind.fitted,
        encoder=stem,
    )


def _encoders(spec: Spec) -> list[PlannedEncoder]:
    """Return one encoder for each input or group of shared inputs, in the order of the inputs."""
    group = {name: shared for shared in spec.shared for name in shared.inputs}
    encoders: dict[str, PlannedEncoder] = {}
    for each in spec.inputs:
        shared = group.get(each.name)
        stem = shared.stem(each.kind.kind) if shared else each.name
        members = shared.inputs if shared else (each.name,)
        encoders.setdefault(stem, _encoder(spec.encoders[each.name], each, stem, members))
    return list(encoders.values())


def _encoder(
    encoder: Encoder[Any], each: Input, stem: str, inputs: Sequence[str]
) -> PlannedEncoder:
    return PlannedEncoder(
        stem=stem,
        encoder=encoder.encoder,
        kind=each.kind.kind,
        flow=encoder.flow.value,
        summary=(type(encoder).__doc__ or "").strip(),
        source=encoder.source,
        inputs=tuple(inputs),
        shape=each.kind.tensor_shape,
        sizes=msgspec.to_builtins(msgspec.structs.asdict(each.kind)),
        knobs=msgspec.to_builtins(encoder),
        features=encoder.features(each.kind),
        parameters=encoder.parameters(each.kind),
    )


def _merge(spec: Spec) -> str:
    """Return how features are merged; two shared inputs with one yes or no are compared."""
    if len(spec.inputs) == 1:
        return ""
    if spec.model.merge is not UNSET:
        return spec.model.merge
    pair = len(spec.inputs) == 2 and len(spec.shared) == 1
    one_answer = len(spec.outputs) == 1 and isinstance(spec.outputs[0].kind, Binary)
    return "difference" if pair and one_answer else "concatenate"


def _trunk(spec: Spec) -> int:
    if spec.model.trunk is not UNSET:
        return spec.model.trunk
    return TRUNK_UNITS if len(spec.inputs) > 1 else 0


def _output(each: Output, features: int) -> PlannedOutput:
    kind = each.kind
    return PlannedOutput(
        name=each.name,
        kind=kind.kind,
        units=kind.units,
        columns=kind.columns_of(each.name),
        classes=getattr(kind, "classes", ()),
        activation=kind.activation,
        loss=kind.loss,
        metric=kind.metric,
        score=kind.score,
        weight=kind.weight,
        fitted=kind.fitted,
        parameters=dense(features, kind.units),
    )


def _epochs(spec: Spec) -> int:
    """Return how many epochs training has; rows of numbers and categories take little time."""
    own = spec.data.path is not UNSET
    quick = all(each.kind.is_quick for each in spec.inputs)
    return OWN_TABLE_EPOCHS if own and quick else EPOCHS


def _reason(reason: Reason) -> PlannedReason:
    passage = reason.passages[0]
    return PlannedReason(
        rule=reason.rule,
        sentence=reason.sentence,
        verdict=reason.verdict.value,
        force=reason.force.value,
        because=reason.because,
        gave_way=reason.gave_way,
        section=passage.section,
        passage=passage.quote,
    )


def _description(spec: Spec) -> str:
    if spec.project.description is not UNSET:
        return spec.project.description
    return plain_description(
        tuple(each.name for each in spec.inputs), tuple(each.name for each in spec.outputs)
    )


def plain_description(inputs: tuple[str, ...], outputs: tuple[str, ...]) -> str:
    """Return the description of a project whose owner says none."""
    sentence = f"Predicts {listed(outputs)} from {listed(inputs)}."
    return sentence if len(sentence) <= 80 else f"Predicts {len(outputs)} outputs."
