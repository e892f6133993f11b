"""A plan: everything the templates need to know, and nothing else.

Its fields are the questions of `templates/copier.yml`, one to one; what is recorded in a
project's `.copier-answers.yml` is this plan. The prefix with which the config fields and the
layers of an encoder begin is recorded as `stem`: the name of its input, or of the shared encoder
without `_encoder`.
"""

from typing import Any

from msgspec import Struct

from kerasmith.catalogue.endings import Encoding, Numbers
from kerasmith.catalogue.outputs import Quantiles, Weight
from kerasmith.catalogue.packaging import (
    PYTHON_VERSIONS,
    USUAL_PYTHON,
    USUAL_RUNNER,
    OptionalHeader,
    OptionalLicense,
    PythonVersion,
    Runner,
)
from kerasmith.catalogue.value_types import Description, Name, ProjectName
from kerasmith.plan.field_types import (
    Api,
    Between,
    Columns,
    Command,
    Count,
    Drawn,
    Dtype,
    Force,
    GaveWay,
    LabelShape,
    Mark,
    OptionalText,
    OptionalWord,
    PartName,
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
from kerasmith.plan.plugin_facts import PlannedPlugin


class PlannedInput(Struct, frozen=True):
    """One input of the model; `encoder` is the prefix of the encoder that reads it.

    `augmentation` is what training changes of it at random, by the keys of its kind.
    """

    name: Name
    kind: Word
    part: PartName
    reads: Word
    decoded: bool
    quick: bool
    shape: Shape
    sizes: dict[str, Any]
    dtype: Dtype
    fitted: bool
    encoder: Name
    augmentation: dict[Word, Any] = {}


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
    pretrained: bool = False


class PlannedOutput(Struct, frozen=True):
    """One output: a dense head whose activation, loss, metric and label form belong together.

    `places` is the shape of the places that it answers for, one by one: height and width of an
    image. It is empty where there is one answer for an example. One with an `own_head` is what the
    owner's code gives. Where it gives `quantiles`, percentages, there is a number for each of them;
    its `metric` is empty then. One that `compares` holds the input against what the model makes of
    it, and learns from the rows alone that its column does not call odd. What is `calibrated` are
    probabilities of a head that kerasmith writes.
    """

    name: Name
    kind: Word
    part: PartName
    units: Size
    label_shape: LabelShape
    label_dtype: Dtype
    stratifies: bool
    columns: Columns
    classes: Texts
    activation: Word
    loss: Word
    metric: OptionalWord
    score: Word
    perfect: float
    bar: float
    weight: Weight
    fitted: bool
    parameters: Count
    balance: bool = False
    places: LabelShape = ()
    own_head: bool = False
    quantiles: Quantiles = ()
    compares: bool = False
    calibrated: bool = False


class PlannedData(Struct, frozen=True):
    """Where the data are and in which form; `own` where they are the owner's, not a sample.

    The `layout` says what an example is: one of the `rows` of a table, one of the `windows` of a
    long one, or a file in one of the `folders`.
    `variable` names the environment variable that says where they are elsewhere; empty where they
    are in the project. `columns` are those of the table whose names a model cannot have, to ours.
    `marks` are the decimal marks of columns of numbers that people wrote; `missing_in` says what
    stands for nothing in single columns, and `labels` what is between the labels in a cell. A
    series is sorted by the `time` in a column of that form, and steps that it lacks are put in. Of
    several `series` in one table, a column says which one a row is of.
    Rows of one `group`, which is a column of the table, are in the same split. `splits` are the
    folders of splits that have one of their own, with class folders in it, or their tables, which
    are in one folder: `train`, and `test` or `validation` or both; one that has none is drawn from
    training.
    """

    own: bool
    layout: Word
    folder: OptionalText
    file: OptionalText
    form: Word
    variable: Variable
    separator: Separator
    encoding: Encoding
    numbers: Numbers
    split: Word
    splits: dict[Word, Text]
    group: OptionalText
    stream: bool
    missing: Texts
    missing_in: dict[Text, Texts]
    marks: dict[Text, Mark]
    labels: dict[Text, Between]
    series: OptionalText
    time: OptionalText
    time_form: OptionalText
    step: OptionalText
    columns: dict[Text, Text]


class PlannedBackend(Struct, frozen=True):
    """What Keras computes with; `requires` is empty where nothing more is installed for it."""

    name: Word
    title: Sentence
    requires: OptionalText


class PlannedAuthor(Struct, frozen=True):
    """Somebody who made the project."""

    name: Text
    email: OptionalText


class PlannedPackaging(Struct, frozen=True):
    """What the project says of its makers, and where it is tested.

    Nothing is said of `license` and `header` where these are empty. `python` are the versions that
    CI tests with, `classifiers` all that the project takes, the oldest first.
    """

    license: OptionalLicense
    authors: tuple[PlannedAuthor, ...]
    python: tuple[PythonVersion, ...]
    classifiers: tuple[PythonVersion, ...]
    runner: Runner
    header: OptionalHeader


DEFAULT_PACKAGING = PlannedPackaging(
    license="",
    authors=(),
    python=USUAL_PYTHON,
    classifiers=PYTHON_VERSIONS,
    runner=USUAL_RUNNER,
    header="",
)


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
    """Every choice made; the templates turn it into files without deciding anything.

    Where one input leads to one output, batches are `plain` arrays; others are dicts of them. A
    model is `pretrained` where an encoder of it is, and training is `augmented` where it changes an
    input at random. `word_vectors` are the encoders, by their prefix, whose Embedding layers start
    with vectors of a file. `merge_units` and `merge_parameters` are those of a merge that is the
    owner's code, 0 for any other. What a search tries of fields of the config is `tuned`, from
    small to large; empty where no feature searches.
    """

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
    plain: bool
    epochs: Size
    parameters: Count
    picture: tuple[Drawn, ...]

    data: PlannedData
    sample: Word
    sample_data: Sentence
    sample_packages: tuple[Word, ...]
    expected: dict[Name, float | dict[Name, float]]

    backend: PlannedBackend
    features: tuple[Word, ...]
    addable: dict[Word, Sentence]
    pretrained: bool = False
    word_vectors: tuple[Name, ...] = ()
    augmented: bool = False
    plugins: tuple[PlannedPlugin, ...] = ()
    packaging: PlannedPackaging = DEFAULT_PACKAGING
    merge_units: Count = 0
    merge_parameters: Count = 0
    tuned: dict[Word, tuple[int | float | tuple[int, ...], ...]] = {}
