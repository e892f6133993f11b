"""The planner: make every choice that the spec leaves open."""

from collections.abc import Iterator, Sequence
from itertools import chain
from math import prod
from pathlib import PurePosixPath
from typing import Any

import msgspec
from msgspec import UNSET

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.encoders.base import Encoder, dense
from kerasmith.catalogue.encoders.own_code import OWN_GRAPH
from kerasmith.catalogue.encoders.text import WordEncoder
from kerasmith.catalogue.endings import FOLDERS, form_of
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.features import FEATURES, addable
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import Binary, Multilabel
from kerasmith.catalogue.packaging import PYTHON_VERSIONS, USUAL_PYTHON, USUAL_RUNNER
from kerasmith.catalogue.plugins import whose
from kerasmith.catalogue.tuning import Tried, tried
from kerasmith.decision.apply_rules import Decision, Reason, decide
from kerasmith.decision.structure import listed
from kerasmith.plan.picture import mermaid
from kerasmith.plan.planned import (
    Plan,
    PlannedAuthor,
    PlannedBackend,
    PlannedData,
    PlannedEncoder,
    PlannedInput,
    PlannedOutput,
    PlannedPackaging,
    PlannedReason,
)
from kerasmith.plan.plugin_facts import planned_plugins
from kerasmith.spec.command import command_of, matching_recipe, same_model
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import DataSection, Input, Output, Project, Spec, Trunk
from kerasmith.spec.tables import tables_of

TRUNK_UNITS = 64
"""Units of the layer in which merged features meet, where the spec names no number."""

EPOCHS = 30
"""How often training goes through the data, unless it gets no better before."""

OWN_TABLE_EPOCHS = 100
"""The same for a table of one's own, which may have few rows: a hundred make three steps."""


def plan(spec: Spec, decision: Decision | None = None) -> Plan:
    """Return the plan for a spec; without a decision the rules decide.

    Raises KerasmithError where a Sequential is asked for and structure rules it out.
    """
    decision = decision or decide(spec)
    encoders = _encoders(spec)
    merge = merge_of(spec)
    trunk = trunk_of(spec)
    widths = [encoder.features for encoder in encoders for _ in encoder.inputs]
    width = _width(spec, merge, widths)
    merge_parameters = _merge_parameters(spec, merge, widths)
    outputs = [_output(spec, each, trunk or width) for each in spec.outputs]
    parts = chain((e.parameters for e in encoders), (o.parameters for o in outputs))
    trunk_parameters = dense(width, trunk) if trunk else 0
    recipe = matching_recipe(spec)
    data = data_of(spec)
    backend = BACKENDS[spec.project.backend]
    features = spec.features
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
            _input(spec.input(name), encoder.stem, data.layout)
            for encoder in encoders
            for name in encoder.inputs
        ),
        encoders=tuple(encoders),
        merge=merge,
        trunk=trunk,
        trunk_parameters=trunk_parameters,
        outputs=tuple(outputs),
        plain=len(spec.inputs) == len(spec.outputs) == 1,
        epochs=_epochs(spec),
        parameters=sum(parts) + merge_parameters + trunk_parameters,
        picture=(),
        data=data,
        sample=recipe or ("waves" if spec.outputs[0].kind.kind == "forecast" else "synthetic"),
        sample_data=load_recipe(recipe).data
        if recipe
        else "made up, with something to learn in them (synthetic)",
        sample_packages=load_recipe(recipe).packages if recipe else (),
        expected=expected_of(spec),
        backend=PlannedBackend(backend.name, backend.title, backend.requires),
        features=features,
        addable=addable(features, backend.name, data.layout),
        pretrained=any(each.pretrained for each in encoders),
        word_vectors=_word_vectors(spec, encoders),
        augmented=any(each.kind.chosen_augmentations for each in spec.inputs),
        plugins=planned_plugins(spec, merge, tuple(widths), recipe),
        packaging=_packaging(spec.project),
        merge_units=width if merge == OWN_GRAPH else 0,
        merge_parameters=merge_parameters,
        tuned=_tuned(spec, encoders, trunk),
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
        layout=FOLDERS if form == FOLDERS else spec.outputs[0].kind.layout,
        folder=folder or slash or ".",
        file=file,
        form=form,
        variable="" if within else f"{spec.package.upper()}_DATA",
        separator="\t" if form == "tsv" else wishes.separator,
        encoding=wishes.encoding,
        numbers=wishes.numbers,
        split=wishes.split,
        splits=_splits(wishes, file),
        group=spec.renamed().get(wishes.group, wishes.group) if wishes.group else "",
        stream="stream" in spec.features,
        missing=wishes.missing,
        missing_in=_missing_in(spec),
        marks=_decimal_marks(spec),
        labels=_label_marks(spec),
        series=wishes.series or "",
        time=wishes.time or "",
        time_form=wishes.time_form,
        step=wishes.step or "",
        columns=spec.renamed(),
    )


def _splits(wishes: DataSection, file: str) -> dict[str, str]:
    """Return the folder or the table of each split, where one besides training has its own."""
    files = wishes.split_files()
    return {"train": file, **files} if files else wishes.split_folders()


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
    found = {ours: said[theirs] for _, theirs, ours in _columns(spec) if theirs in said}
    series = spec.data.series or ""
    return found | ({series: said[series]} if series in said else {})


def _input(each: Input, stem: str, layout: str) -> PlannedInput:
    return PlannedInput(
        name=each.name,
        kind=each.kind.kind,
        part=each.kind.part_in(layout),
        reads=each.kind.reads_in(layout),
        decoded=each.kind.decoded,
        quick=each.kind.is_quick,
        shape=each.kind.tensor_shape,
        sizes=each.kind.recorded_sizes,
        dtype=each.kind.dtype,
        fitted=each.kind.fitted,
        encoder=stem,
        augmentation=each.kind.chosen_augmentations,
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
        sizes=each.kind.recorded_sizes,
        knobs=msgspec.to_builtins(encoder),
        features=encoder.features(each.kind),
        parameters=encoder.parameters(each.kind),
        pretrained=encoder.pretrained,
    )


def _word_vectors(spec: Spec, encoders: Sequence[PlannedEncoder]) -> tuple[str, ...]:
    """Return the encoders whose Embedding layers start with vectors of a file."""
    chosen = ((each.stem, spec.encoders[each.inputs[0]]) for each in encoders)
    return tuple(
        stem
        for stem, encoder in chosen
        if isinstance(encoder, WordEncoder) and encoder.has_word_vectors
    )


def _tuned(
    spec: Spec, encoders: Sequence[PlannedEncoder], trunk: int
) -> dict[str, tuple[Tried, ...]]:
    """Return what is tried of each field of the config; nothing where no feature tunes.

    Of an encoder from a plug-in nothing is: the record is the same where that is not installed.
    """
    if not any(FEATURES[name].tunes for name in spec.features if name in FEATURES):
        return {}
    found: dict[str, tuple[Tried, ...]] = {}
    for each in encoders:
        given = spec.input(each.inputs[0])
        if not whose("encoders", each.encoder, each.kind):
            tuned = spec.encoders[given.name].choices(given.kind)
            found |= {f"{each.stem}_{name}": values for name, values in tuned.items()}
    found |= {"trunk_units": tried(trunk, Trunk)} if trunk else {}
    return dict(sorted(found.items()))  # as a record, which is sorted, gives them back


def merge_of(spec: Spec) -> str:
    """Return how features are merged; two shared inputs with one yes or no are compared.

    Empty for one input.
    """
    if len(spec.inputs) == 1:
        return ""
    if spec.model.merge is not UNSET:
        return spec.model.merge
    pair = len(spec.inputs) == 2 and len(spec.shared) == 1
    one_answer = len(spec.outputs) == 1 and isinstance(spec.outputs[0].kind, Binary)
    return "difference" if pair and one_answer else "concatenate"


def trunk_of(spec: Spec) -> int:
    """Return the units of the layer between the features and the heads; 0 where it is left out."""
    if spec.model.trunk is not UNSET:
        return spec.model.trunk
    return TRUNK_UNITS if len(spec.inputs) > 1 and spec.model.merge != OWN_GRAPH else 0


def _width(spec: Spec, merge: str, widths: Sequence[int]) -> int:
    """Return how many features there are after the merge, or from the one encoder."""
    if not merge:
        return widths[0]
    given = MERGES[merge].width(tuple(widths))
    return given if spec.model.units is UNSET else spec.model.units


def _merge_parameters(spec: Spec, merge: str, widths: Sequence[int]) -> int:
    """Return the weights of a merge that is the owner's code; the others have none."""
    if merge != OWN_GRAPH:
        return 0
    if spec.model.weights is not UNSET:
        return spec.model.weights
    return dense(sum(widths), _width(spec, merge, widths))


def _own_weights_said(spec: Spec) -> bool:
    """Say whether the spec counts the weights of the owner's code, those of its heads with them."""
    if len(spec.inputs) > 1:
        return spec.model.weights is not UNSET
    return "weights" in spec.inputs[0].hyperparameters


def _output(spec: Spec, each: Output, features: int) -> PlannedOutput:
    kind, places = each.kind, spec.places(each)
    own_head = each.name in spec.model.own_heads
    loss, metric, score = kind.learning
    return PlannedOutput(
        name=each.name,
        kind=kind.kind,
        part=kind.kind,
        units=kind.units,
        label_shape=(*places, *kind.label_shape),
        label_dtype=kind.label_dtype,
        stratifies=kind.stratifies,
        columns=kind.columns_of(each.name),
        classes=getattr(kind, "classes", ()),
        activation=kind.activation,
        loss=loss,
        metric=metric,
        score=score,
        perfect=kind.perfect,
        bar=kind.bar,
        weight=kind.weight,
        fitted=kind.fitted,
        parameters=0 if own_head and _own_weights_said(spec) else _head(spec, each, features),
        balance=getattr(kind, "balance", False),
        places=places,
        own_head=own_head,
        quantiles=getattr(kind, "quantiles", ()),
        compares=kind.answers is Extent.BOTTLENECK,
        calibrated=kind.calibrated and not own_head,
    )


def _head(spec: Spec, each: Output, features: int) -> int:
    """Return the weights of a head: those of a row that is made again, and its threshold."""
    if each.kind.answers is Extent.BOTTLENECK:
        return dense(features, prod(spec.inputs[0].kind.tensor_shape)) + 1
    return dense(features, each.kind.units)


def _packaging(project: Project) -> PlannedPackaging:
    """Return what the project says of its makers, and where it is tested."""
    python = tuple(each for each in PYTHON_VERSIONS if each in (project.python or USUAL_PYTHON))
    return PlannedPackaging(
        license=project.license or "",
        authors=tuple(map(_author, project.authors)),
        python=python,
        classifiers=PYTHON_VERSIONS[PYTHON_VERSIONS.index(python[0]) :],
        runner=project.runner or USUAL_RUNNER,
        header=project.header or "",
    )


def _author(text: str) -> PlannedAuthor:
    name, _, email = text.partition(" <")
    return PlannedAuthor(name, email.removesuffix(">"))


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
    inputs, outputs = (
        tuple(each.column or each.name for each in entries)
        for entries in (spec.inputs, spec.outputs)
    )
    own = plain_description(inputs, outputs)
    if own.startswith("Predicts ") and len(own) <= 80 and not own.endswith(" outputs."):
        return own
    return plain_description(
        tuple(each.name for each in spec.inputs), tuple(each.name for each in spec.outputs)
    )


def plain_description(inputs: tuple[str, ...], outputs: tuple[str, ...]) -> str:
    """Return the description of a project whose owner says none."""
    sentence = f"Predicts {listed(outputs)} from {listed(inputs)}."
    return sentence if len(sentence) <= 80 else f"Predicts {len(outputs)} outputs."
