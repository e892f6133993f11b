"""What the user wants, checked: a spec.

The structs name the keys of `kerasmith.toml`; reading, JSON Schema and reference follow them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from kerasmith.catalogue.encoders import Encoder, default_encoder
from kerasmith.catalogue.inputs import InputKind
from kerasmith.catalogue.outputs import OutputKind
from kerasmith.catalogue.words import Description, Name, ProjectName

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
                description="Where it is going: a quick prototype, or a model that will get "
                "more inputs, outputs or branches.",
                examples=["prototype"],
            ),
        ]
        | UnsetType
    ) = UNSET


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


class ModelWishes(Struct, frozen=True, omit_defaults=True):
    """`[model]`: what happens between the encoders and the heads."""

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
    trunk: (
        Annotated[
            int,
            Meta(
                ge=0,
                le=8192,
                description="Units of a dense layer between the features and the heads, "
                "0 to 8192; 0 leaves it out.",
                examples=[64],
            ),
        ]
        | UnsetType
    ) = UNSET


class DataWishes(Struct, frozen=True, omit_defaults=True):
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


@dataclass(frozen=True)
class Input:
    """One input: its kind with sizes, and the encoder and knobs that were asked for."""

    name: str
    kind: InputKind
    encoder: type[Encoder[Any]] | None = None
    knobs: Mapping[str, object] = field(default_factory=dict)

    def chosen_encoder(self) -> Encoder[Any]:
        """Return the encoder with every knob: as asked for, the rest as suits the size."""
        encoder = self.encoder or default_encoder(self.kind)
        return replace(encoder.suited(self.kind), **self.knobs)


@dataclass(frozen=True)
class Output:
    """One output: its kind with the options of its head."""

    name: str
    kind: OutputKind


@dataclass(frozen=True)
class Spec:
    """Everything the user wants of a model; nothing that the planner chooses."""

    project: Project
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    shared: tuple[Shared, ...] = ()
    model: ModelWishes = field(default_factory=ModelWishes)
    data: DataWishes = field(default_factory=DataWishes)

    def input(self, name: str) -> Input:
        """Return the input of that name."""
        return next(each for each in self.inputs if each.name == name)

    @property
    def package(self) -> str:
        """The project's name as Python imports it."""
        return self.project.name.replace("-", "_")
