"""A plan: everything the templates need to know, and nothing else.

Its fields are the questions of `templates/copier.yml`, one to one; what is recorded in a
project's `.copier-answers.yml` is this plan. A *stem* is what the config fields and the layers of
an encoder begin with: the name of its input, or of the shared encoder without `_encoder`.
"""

from typing import Any

from msgspec import Struct


class PlannedInput(Struct, frozen=True):
    """One input of the model; `encoder` is the stem of the encoder that reads it."""

    name: str
    kind: str
    shape: tuple[int, ...]
    sizes: dict[str, Any]
    dtype: str
    fitted: bool
    encoder: str


class PlannedEncoder(Struct, frozen=True):
    """One encoder: `(batch, *shape)` in, `(batch, features)` out, for each of its inputs."""

    stem: str
    encoder: str
    kind: str
    flow: str
    summary: str
    source: str
    inputs: tuple[str, ...]
    shape: tuple[int, ...]
    sizes: dict[str, Any]
    knobs: dict[str, Any]
    features: int
    parameters: int


class PlannedOutput(Struct, frozen=True):
    """One output: a dense head whose activation, loss, metric and label form belong together."""

    name: str
    kind: str
    units: int
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    activation: str
    loss: str
    metric: str
    score: str
    weight: float
    fitted: bool
    parameters: int


class PlannedData(Struct, frozen=True):
    """Where the data lie and in which form; `own` where they are the owner's, not a sample.

    `variable` names the environment variable that says where they lie elsewhere; empty where they
    lie in the project. `columns` are those of the table whose names a model cannot have, to ours.
    `marks` are the decimal marks of columns of numbers that people wrote; `missing_in` says what
    stands for nothing in single columns, and `labels` what stands between the labels in a cell. A
    series is sorted by the `time` in a column of that form, and steps that it lacks are put in.
    """

    own: bool
    folder: str
    file: str
    form: str
    variable: str
    separator: str
    encoding: str
    numbers: str
    split: str
    stream: bool
    missing: tuple[str, ...]
    missing_in: dict[str, tuple[str, ...]]
    marks: dict[str, str]
    labels: dict[str, str]
    time: str
    time_form: str
    step: str
    columns: dict[str, str]


class PlannedBackend(Struct, frozen=True):
    """What Keras computes with; `requires` is empty where nothing more is installed for it."""

    name: str
    title: str
    requires: str


class PlannedReason(Struct, frozen=True):
    """A rule that applies."""

    rule: str
    sentence: str
    verdict: str
    force: str
    because: str
    gave_way: str
    section: str
    passage: str


class Plan(Struct, frozen=True):
    """Every choice made; the templates turn it into files without deciding anything."""

    name: str
    package: str
    title: str
    description: str
    command: str
    spec: dict[str, Any]

    api: str
    linear: bool
    headline: str
    because: str
    reasons: tuple[PlannedReason, ...]
    would_change: tuple[str, ...]

    inputs: tuple[PlannedInput, ...]
    encoders: tuple[PlannedEncoder, ...]
    merge: str
    trunk: int
    trunk_parameters: int
    outputs: tuple[PlannedOutput, ...]
    epochs: int
    parameters: int
    picture: tuple[str, ...]

    data: PlannedData
    sample: str
    sample_data: str
    expected: dict[str, Any]

    backend: PlannedBackend
    features: tuple[str, ...]
