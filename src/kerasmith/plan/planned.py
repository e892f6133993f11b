"""A plan: everything the templates need to know, and nothing else.

Its fields are the questions of `templates/copier.yml`, one to one; what is recorded in a
project's `.copier-answers.yml` is this plan. The prefix with which the config fields and the
layers of an encoder begin is recorded as `stem`: the name of its input, or of the shared encoder
without `_encoder`.
"""

from typing import Any

from msgspec import Struct

from kerasmith.catalogue.endings import Encoding, Numbers
from kerasmith.catalogue.outputs import Weight
from kerasmith.catalogue.value_types import Description, Name, ProjectName
from kerasmith.plan.field_types import (
    Api,
    Between,
    Command,
    Count,
    Drawn,
    Dtype,
    Force,
    GaveWay,
    Mark,
    OptionalText,
    OptionalWord,
    Sentence,
    Separator,
    Shape,
    Size,
    Text,
    Texts,
    Title,
    Variable,
    Word,
)


class PlannedInput(Struct, frozen=True):
    """One input of the model; `encoder` is the prefix of the encoder that reads it."""

    name: Name
    kind: Word
    shape: Shape
    sizes: dict[str, Any]
    dtype: Dtype
    fitted: bool
    encoder: Name


class PlannedEncoder(Struct, frozen=True):
    """One encoder: `(batch, *shape)` in, `(batch, features)` out, for each of its inputs."""

    stem: Name
    encoder: Word
    kind: Word
    flow: Word
    summary: Sentence
    source: Sentence
    inputs: tuple[Name, ...]
    shape: Shape
    sizes: dict[str, Any]
    knobs: dict[str, Any]
    features: Size
    parameters: Count


class PlannedOutput(Struct, frozen=True):
    """One output: a dense head whose activation, loss, metric and label form belong together."""

    name: Name
    kind: Word
    units: Size
    columns: Texts
    classes: Texts
    activation: Word
    loss: Word
    metric: Word
    score: Word
    weight: Weight
    fitted: bool
    parameters: Count


class PlannedData(Struct, frozen=True):
    """Where the data are and in which form; `own` where they are the owner's, not a sample.

    `variable` names the environment variable that says where they are elsewhere; empty where they
    are in the project. `columns` are those of the table whose names a model cannot have, to ours.
    `marks` are the decimal marks of columns of numbers that people wrote; `missing_in` says what
    stands for nothing in single columns, and `labels` what is between the labels in a cell. A
    series is sorted by the `time` in a column of that form, and steps that it lacks are put in.
    """

    own: bool
    folder: OptionalText
    file: OptionalText
    form: Word
    variable: Variable
    separator: Separator
    encoding: Encoding
    numbers: Numbers
    split: Word
    stream: bool
    missing: Texts
    missing_in: dict[Text, Texts]
    marks: dict[Text, Mark]
    labels: dict[Text, Between]
    time: OptionalText
    time_form: OptionalText
    step: OptionalText
    columns: dict[Text, Text]


class PlannedBackend(Struct, frozen=True):
    """What Keras computes with; `requires` is empty where nothing more is installed for it."""

    name: Word
    title: Sentence
    requires: OptionalText


class PlannedReason(Struct, frozen=True):
    """A rule that applies."""

    rule: Word
    sentence: Sentence
    verdict: Api
    force: Force
    because: Sentence
    gave_way: GaveWay
    section: Sentence
    passage: Sentence


class Plan(Struct, frozen=True):
    """Every choice made; the templates turn it into files without deciding anything."""

    name: ProjectName
    package: Name
    title: Title
    description: Description
    command: Command
    spec: dict[str, Any]

    api: Api
    linear: bool
    headline: Sentence
    because: Sentence
    reasons: tuple[PlannedReason, ...]
    would_change: tuple[Sentence, ...]

    inputs: tuple[PlannedInput, ...]
    encoders: tuple[PlannedEncoder, ...]
    merge: OptionalWord
    trunk: Count
    trunk_parameters: Count
    outputs: tuple[PlannedOutput, ...]
    epochs: Size
    parameters: Count
    picture: tuple[Drawn, ...]

    data: PlannedData
    sample: Word
    sample_data: Sentence
    expected: dict[Name, float | dict[Name, float]]

    backend: PlannedBackend
    features: tuple[Word, ...]
