"""What the user wants, checked: a spec.

The structs name the keys of `kerasmith.toml`; reading, JSON Schema and reference follow them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from kerasmith.catalogue.backends import USUAL_BACKEND, BackendName
from kerasmith.catalogue.encoders import Encoder, default_encoder
from kerasmith.catalogue.encoders.own_code import Features, Weights
from kerasmith.catalogue.endings import Encoding, Numbers, Separator
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.features import USUAL_FEATURES, with_needs
from kerasmith.catalogue.inputs import InputKind
from kerasmith.catalogue.outputs import OutputKind
from kerasmith.catalogue.packaging import (
    PYTHON_VERSIONS,
    Author,
    Header,
    License,
    PythonVersion,
    Runner,
)
from kerasmith.catalogue.tuning import SIZES
from kerasmith.catalogue.value_types import (
    ONE_LINE,
    ClassText,
    ColumnText,
    Description,
    Name,
    ProjectName,
)

FORMAT = 1
"""The version of the form of `kerasmith.toml` that this kerasmith reads and writes."""

MOST_INPUTS = 16
"""Inputs, or outputs, of one model at the most."""


class Project(Struct, frozen=True, omit_defaults=True):
    """`[project]`: what is built, and what it is for."""

    name: ProjectName
    description: Description | UnsetType = UNSET
    api: Annotated[
        Literal["auto", "sequential", "functional"],
        Meta(
            description="Which API writes the model: auto lets the rules decide.",
            examples=["auto"],
        ),
    ] = "auto"
    purpose: (
        Annotated[
            Literal["prototype", "room-to-grow"],
            Meta(
                description="What the model is for: a quick prototype, or a model that will get "
                "more inputs, outputs or branches.",
                examples=["prototype"],
            ),
        ]
        | UnsetType
    ) = UNSET
    backend: Annotated[
        BackendName,
        Meta(
            description="What Keras computes with. The code is the same for all three, and "
            "KERAS_BACKEND switches at any time.",
            examples=["jax"],
        ),
    ] = USUAL_BACKEND
    features: (
        Annotated[
            tuple[str, ...],
            Meta(
                description="What the project can do beside its core; what these need comes along. "
                "Without this key, what is usual: " + ", ".join(USUAL_FEATURES) + ".",
                examples=[["ci", "export"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    jobs: Annotated[
        tuple[str, ...],
        Meta(
            description="An older word for features: slurm, kubernetes.",
            examples=[["slurm"]],
        ),
    ] = ()
    license: (
        Annotated[
            License,
            Meta(
                description="What others may do with the project, as an SPDX expression.",
                examples=["Apache-2.0"],
            ),
        ]
        | UnsetType
    ) = UNSET
    authors: Annotated[
        tuple[Author, ...],
        Meta(
            max_length=20,
            description="Who made the project: names, with an address of e-mail or without.",
            examples=[["Ann Smith <ann@example.com>"]],
        ),
    ] = ()
    python: Annotated[
        tuple[PythonVersion, ...],
        Meta(
            max_length=len(PYTHON_VERSIONS),
            description="The versions of Python that CI tests with: "
            + ", ".join(PYTHON_VERSIONS)
            + ". The project needs the oldest of them.",
            examples=[["3.12", "3.13"]],
        ),
    ] = ()
    runner: (
        Annotated[
            Runner,
            Meta(description="The runner of the CI workflow.", examples=["ubuntu-24.04"]),
        ]
        | UnsetType
    ) = UNSET
    header: (
        Annotated[
            Header,
            Meta(
                description="The first line of each Python file, without the #: up to 90 "
                "printable characters.",
                examples=["Copyright 2026 Acme"],
            ),
        ]
        | UnsetType
    ) = UNSET

    def chosen_features(self) -> tuple[str, ...]:
        """Return the project's features, with what they need, in the order of the catalogue."""
        asked = USUAL_FEATURES if self.features is UNSET else self.features
        return with_needs((*asked, *self.jobs))


class Shared(Struct, frozen=True):
    """`[[shared]]`: inputs of one kind and size that go through one encoder."""

    inputs: Annotated[
        tuple[Name, ...],
        Meta(
            min_length=2,
            description="The names of two or more inputs of one kind and size.",
            examples=[["left", "right"]],
        ),
    ]
    name: Name | UnsetType = UNSET

    def stem(self, kind: str) -> str:
        """Return what the config fields and layers of the shared encoder begin with."""
        return kind if self.name is UNSET else self.name.removesuffix("_encoder")


Trunk = Annotated[
    int,
    Meta(
        ge=0,
        le=8192,
        description="Units of a dense layer between the features and the heads, "
        "0 to 8192; 0 leaves it out.",
        examples=[64],
        extra={"tuned": SIZES},
    ),
]


class ModelSection(Struct, frozen=True, omit_defaults=True):
    """`[model]`: what happens between the encoders and the heads.

    `units` and `weights` are those of a merge that is the owner's own code; `own_heads` are the
    outputs that such code, of a merge or of an encoder, gives by itself.
    """

    merge: (
        Annotated[
            str,
            Meta(
                description="How the features of several inputs become one vector.",
                examples=["concatenate"],
            ),
        ]
        | UnsetType
    ) = UNSET
    trunk: Trunk | UnsetType = UNSET
    units: Features | UnsetType = UNSET
    weights: Weights | UnsetType = UNSET
    own_heads: Annotated[
        tuple[Name, ...],
        Meta(
            max_length=MOST_INPUTS,
            description="The outputs whose heads are in your own code, the function of own_graph "
            "or own_layers: it gives these outputs, in their order and behind the features.",
            examples=[["breed"]],
        ),
    ] = ()


FolderText = Annotated[
    str,
    Meta(
        pattern=r"^[^./\\\\:*?\"<>|~\x00-\x1f\x7f][^/\\\\:*?\"<>|\x00-\x1f\x7f]{0,99}(?![\s\S])",
        description="The name of a folder: up to 100 characters, without a dot at the beginning.",
        examples=["test_set"],
    ),
]

FileText = Annotated[
    str,
    Meta(
        pattern=r"^[^./\\\\:*?\"<>|~\x00-\x1f\x7f][^/\\\\:*?\"<>|\x00-\x1f\x7f]{0,99}(?![\s\S])",
        description="The name of a file: up to 100 characters, without a dot at the beginning.",
        examples=["test.csv"],
    ),
]

MOST_MISSING = 1000
"""Words that stand for nothing, in a column or elsewhere."""


class DataColumn(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """`[[data.columns]]`: how a column is written, where it differs from the rest of the file."""

    name: ColumnText
    numbers: (
        Annotated[
            Numbers,
            Meta(description="How numbers are written in it.", examples=["1.234,5"]),
        ]
        | UnsetType
    ) = UNSET
    missing: (
        Annotated[
            tuple[ClassText, ...],
            Meta(
                max_length=MOST_MISSING,
                description="What is in a cell of it that holds nothing, in place of what "
                "is there in the rest of the file.",
                examples=[["-"]],
            ),
        ]
        | UnsetType
    ) = UNSET
    labels: (
        Annotated[
            Literal[",", ";", "/"],
            Meta(
                description="What is between several labels in a cell of it, where that is "
                "not |. Brackets and quotes around them do not count.",
                examples=[","],
            ),
        ]
        | UnsetType
    ) = UNSET


class DataSection(Struct, frozen=True, omit_defaults=True):
    """`[data]`: what the project trains on."""

    sample: (
        Annotated[
            str,
            Meta(
                description="The recipe whose sample data the project brings along, for as long "
                "as its inputs and outputs are the recipe's.",
                examples=["digits"],
            ),
        ]
        | UnsetType
    ) = UNSET
    path: (
        Annotated[
            str,
            Meta(
                pattern=ONE_LINE,
                min_length=1,
                max_length=200,
                description="Where your own data is, seen from the project's folder or from the "
                "root: a table (.csv, .tsv, .parquet), or a folder with a folder of images "
                "or sounds for each class.",
                examples=["data/pets.csv"],
            ),
        ]
        | UnsetType
    ) = UNSET
    split: Annotated[
        Literal["random", "in-order"],
        Meta(
            description="How rows are set aside for validation and test: drawn at random, or the "
            "last ones, where rows follow each other in time.",
            examples=["random"],
        ),
    ] = "random"
    group: (
        Annotated[
            ColumnText,
            Meta(
                description="The column that says who or what a row is of, such as a person: "
                "rows of one are in the same split.",
                examples=["subject"],
            ),
        ]
        | UnsetType
    ) = UNSET
    train_folder: (
        Annotated[
            FolderText,
            Meta(
                description="The folder below `path` with the class folders of the training split; "
                "left out where the class folders are directly in it and splits are drawn.",
                examples=["training_set"],
            ),
        ]
        | UnsetType
    ) = UNSET
    validation_folder: (
        Annotated[
            FolderText,
            Meta(
                description="The folder below `path` with the class folders of the validation "
                "split; left out where it is drawn from training.",
                examples=["valid"],
            ),
        ]
        | UnsetType
    ) = UNSET
    test_folder: (
        Annotated[
            FolderText,
            Meta(
                description="The folder below `path` with the class folders of the test split; "
                "left out where it is drawn from training.",
                examples=["test_set"],
            ),
        ]
        | UnsetType
    ) = UNSET
    validation_file: (
        Annotated[
            FileText,
            Meta(
                description="The table beside `path` that holds the validation split, written as "
                "that is; left out where it is drawn from training.",
                examples=["validation.csv"],
            ),
        ]
        | UnsetType
    ) = UNSET
    test_file: (
        Annotated[
            FileText,
            Meta(
                description="The table beside `path` that holds the test split, written as that "
                "is; left out where it is drawn from training.",
                examples=["test.csv"],
            ),
        ]
        | UnsetType
    ) = UNSET
    stream: Annotated[
        bool,
        Meta(
            description="Whether the table is read piece by piece while the model trains: true for "
            "one that does not fit into memory. It brings the feature stream.",
            examples=[True],
        ),
    ] = False
    separator: Annotated[
        Separator,
        Meta(description="What separates the columns of a .csv file.", examples=[";"]),
    ] = ","
    encoding: Annotated[
        Encoding,
        Meta(description="How the text of the file is encoded.", examples=["latin-1"]),
    ] = "utf-8"
    numbers: Annotated[
        Numbers,
        Meta(
            description="How numbers are written: as programs do (1234.5), or as people do, with "
            "commas for thousands (1,234.5) or with a decimal comma (1.234,5); signs and units "
            "beside them do not count then.",
            examples=["1,234.5"],
        ),
    ] = "1234.5"
    missing: Annotated[
        tuple[ClassText, ...],
        Meta(
            max_length=MOST_MISSING,
            description="What is in a cell that holds nothing, beside an empty one.",
            examples=[["?", "NA"]],
        ),
    ] = ()
    series: (
        Annotated[
            ColumnText,
            Meta(
                description="The column that says which of several series a row is of, such as a "
                "shop: a forecast's windows are of one series each, and so are its scales.",
                examples=["shop"],
            ),
        ]
        | UnsetType
    ) = UNSET
    time: (
        Annotated[
            ColumnText,
            Meta(
                description="The column by whose times the rows of a series are sorted.",
                examples=["date"],
            ),
        ]
        | UnsetType
    ) = UNSET
    time_form: Annotated[
        str,
        Meta(
            pattern=ONE_LINE,
            min_length=2,
            max_length=40,
            description="The form of these times as strptime writes it, or ISO8601; by that, "
            "offsets to UTC count.",
            examples=["%d.%m.%Y"],
        ),
    ] = "ISO8601"
    step: (
        Annotated[
            str,
            Meta(
                pattern=r"^([1-9][0-9]{0,8}(D|h|min|s|MS)|B)(?![\s\S])",
                description="How far apart steps of a series are, as pandas says it: 1D, 15min, B "
                "for days from Monday to Friday. One that is missing counts as the one before.",
                examples=["1h"],
            ),
        ]
        | UnsetType
    ) = UNSET
    columns: Annotated[
        tuple[DataColumn, ...],
        Meta(
            max_length=1000,
            description="Columns that are written otherwise than the rest of the file.",
            examples=[[{"name": "rent", "numbers": "1.234,5"}]],
        ),
    ] = ()

    def split_folders(self) -> dict[str, str]:
        """Return the folder of each split that has one of its own."""
        folders = {
            "train": self.train_folder,
            "validation": self.validation_folder,
            "test": self.test_folder,
        }
        return {split: name for split, name in folders.items() if name is not UNSET}

    def split_files(self) -> dict[str, str]:
        """Return the table of each split beside training that has one of its own."""
        files = {"validation": self.validation_file, "test": self.test_file}
        return {split: name for split, name in files.items() if name is not UNSET}

    def numbers_in(self, column: str) -> Numbers:
        """Return how numbers are written in a column."""
        own = (each.numbers for each in self.columns if each.name == column and each.numbers)
        return next(own, self.numbers)


@dataclass(frozen=True)
class Input:
    """One input: its kind with sizes, and the encoder and hyperparameters that were asked for.

    `column` is what the data table calls it, where that is not a name for a model.
    """

    name: str
    kind: InputKind
    encoder: type[Encoder[Any]] | None = None
    hyperparameters: Mapping[str, object] = field(default_factory=dict)
    column: str = ""


@dataclass(frozen=True)
class Output:
    """One output: its kind with the options of its head; `column` as for an input."""

    name: str
    kind: OutputKind
    column: str = ""


def asked_extent(
    kind: InputKind | type[InputKind], answers: Iterable[OutputKind | type[OutputKind]]
) -> Extent:
    """Return what outputs of these kinds ask features for of an input of that kind."""
    asked = (each.answers for each in answers if kind.kind in each.kinds_needed())
    return next((each for each in asked if each is not Extent.ONCE), Extent.ONCE)


def chosen_encoder(given: Input, outputs: Iterable[Output]) -> Encoder[Any]:
    """Return the encoder of an input with every hyperparameter, in a model with these outputs.

    It is the one that was asked for, or the first that gives what the outputs ask and suits the
    size; so are its hyperparameters.
    """
    encoder = given.encoder or default_encoder(
        given.kind, asked_extent(given.kind, (each.kind for each in outputs))
    )
    return replace(encoder.suited(given.kind), **given.hyperparameters)


def renamed_columns(*parts: Input | Output) -> dict[str, str]:
    """Return what the data table calls columns whose names a model cannot have, to our names."""
    return {
        theirs: ours
        for each in parts
        for theirs, ours in zip(
            each.kind.columns_of(each.column or each.name),
            each.kind.columns_of(each.name),
            strict=True,
        )
        if theirs != ours
    }


@dataclass(frozen=True)
class Spec:
    """Everything the user wants of a model; nothing that the planner chooses."""

    project: Project
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    shared: tuple[Shared, ...] = ()
    model: ModelSection = field(default_factory=ModelSection)
    data: DataSection = field(default_factory=DataSection)

    def input(self, name: str) -> Input:
        """Return the input of that name."""
        return next(each for each in self.inputs if each.name == name)

    @cached_property
    def encoders(self) -> dict[str, Encoder[Any]]:
        """The encoder of each input, by the input's name."""
        return {each.name: chosen_encoder(each, self.outputs) for each in self.inputs}

    def places(self, output: Output) -> tuple[int, ...]:
        """Return the shape of the places that an output answers for; empty for one answer."""
        if output.kind.answers is not Extent.EVERY_PLACE:
            return ()
        needed = output.kind.kinds_needed()
        return next(each.kind.places for each in self.inputs if each.kind.kind in needed)

    def renamed(self, *parts: Input | Output) -> dict[str, str]:
        """Return what the data table calls columns whose names a model cannot have, to our names.

        Of these inputs and outputs; of all where none is given.
        """
        return renamed_columns(*(parts or (*self.inputs, *self.outputs)))

    @property
    def features(self) -> tuple[str, ...]:
        """Every feature, with what it needs, whichever key asks for it."""
        more = ("stream",) if self.data.stream else ()
        return with_needs((*self.project.chosen_features(), *more))

    @property
    def package(self) -> str:
        """The project's name as Python imports it."""
        return self.project.name.replace("-", "_")
