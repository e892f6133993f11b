"""The eight rules. A rule is a sentence, a predicate over the structure, and a passage.

Passages are quoted from the document `docs/sequential-vs-model.md`; a test holds each quotation
to its text. `RULES` is in the order of precedence: what structure demands, then advice.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from kerasmith.decision.structure import Structure, listed


class Api(StrEnum):
    """The two ways to write a Keras model."""

    SEQUENTIAL = "sequential"
    FUNCTIONAL = "functional"


class Force(StrEnum):
    """How much a rule says."""

    DECIDES = "decides"
    """Structure leaves no other way, or a linear stack needs no other."""
    SUPPORTS = "supports"
    """It speaks for an API and never decides."""
    ADVICE = "advice"
    """It decides only where structure leaves the choice."""


@dataclass(frozen=True)
class Passage:
    """A quotation and the section of the document where it is."""

    section: str
    quote: str


class Rule(ABC):
    """A rule: its docstring is the sentence that every report repeats."""

    name: ClassVar[str]
    verdict: ClassVar[Api]
    force: ClassVar[Force]
    passages: ClassVar[tuple[Passage, ...]]
    example: ClassVar[str]
    """A model that it applies to, for the docs."""
    begins: ClassVar[str]
    """What makes it apply."""
    ends: ClassVar[str]
    """What makes it apply no longer."""

    @property
    def sentence(self) -> str:
        """What the rule says."""
        return (self.__doc__ or "").strip()

    @abstractmethod
    def applies(self, structure: Structure) -> bool:
        """Say whether the rule has something to say of this structure."""

    @abstractmethod
    def in_short(self, structure: Structure) -> str:
        """Say why in a few words that can follow "because"."""

    @abstractmethod
    def because(self, structure: Structure) -> str:
        """Name what triggered it."""


_CANNOT = Passage(
    "2. Advantages and Disadvantages, Sequential Model",
    "Cannot accommodate models with multiple inputs/outputs, shared layers, or branching.",
)
_SHARING_OR_BRANCHING = Passage(
    "3. When to Use Each, Model",
    "When layer sharing or branching is necessary.",
)
_SEVERAL = Passage(
    "3. When to Use Each, Model",
    "When multiple inputs or outputs are required.",
)


class MultipleInputs(Rule):
    """A model with more than one input needs the Functional API."""

    name = "multiple-inputs"
    verdict = Api.FUNCTIONAL
    force = Force.DECIDES
    passages = (_SEVERAL, _CANNOT)
    example = "An image and a caption as inputs, one label as output."
    begins = "A second input"
    ends = "a single input"

    def applies(self, structure: Structure) -> bool:
        return len(structure.inputs) > 1

    def in_short(self, structure: Structure) -> str:
        return f"it has {len(structure.inputs)} inputs"

    def because(self, structure: Structure) -> str:
        return f"{len(structure.inputs)} inputs: {listed(structure.inputs)}"


class MultipleOutputs(Rule):
    """A model with more than one output needs the Functional API."""

    name = "multiple-outputs"
    verdict = Api.FUNCTIONAL
    force = Force.DECIDES
    passages = (_SEVERAL, _CANNOT)
    example = "An image as input, the category of the object in it and its box as outputs."
    begins = "A second output"
    ends = "a single output"

    def applies(self, structure: Structure) -> bool:
        return len(structure.outputs) > 1

    def in_short(self, structure: Structure) -> str:
        return f"it has {len(structure.outputs)} outputs"

    def because(self, structure: Structure) -> str:
        return f"{len(structure.outputs)} outputs: {listed(structure.outputs)}"


class SharedLayers(Rule):
    """A model that uses a layer more than once needs the Functional API."""

    name = "shared-layers"
    verdict = Api.FUNCTIONAL
    force = Force.DECIDES
    passages = (
        _SHARING_OR_BRANCHING,
        Passage(
            "1. Definitions and Structure, Model",
            "Allows for creating complex, non-linear topologies of layers, including multiple "
            "inputs/outputs and layer sharing.",
        ),
    )
    example = "Two signatures are read by the same layers, to compare them."
    begins = "An encoder that two inputs share"
    ends = "a layer of its own for each use"

    def applies(self, structure: Structure) -> bool:
        return bool(structure.shared)

    def in_short(self, structure: Structure) -> str:
        return "a layer is used more than once"

    def because(self, structure: Structure) -> str:
        return "; ".join(structure.shared)


class Branching(Rule):
    """A model in which data takes more than one path needs the Functional API."""

    name = "branching"
    verdict = Api.FUNCTIONAL
    force = Force.DECIDES
    passages = (
        _SHARING_OR_BRANCHING,
        Passage(
            "4. Best Use Cases, Model",
            "Implementing advanced models like Inception, ResNet, or models with attention "
            "mechanisms.",
        ),
    )
    example = "An image goes through residual blocks, each with a shortcut around it."
    begins = "An encoder that branches"
    ends = "data that goes straight through"

    def applies(self, structure: Structure) -> bool:
        return bool(structure.branches)

    def in_short(self, structure: Structure) -> str:
        return "data takes more than one path"

    def because(self, structure: Structure) -> str:
        return "; ".join(structure.branches)


class LinearStack(Rule):
    """A model that is a linear stack of layers can be a Sequential."""

    name = "linear-stack"
    verdict = Api.SEQUENTIAL
    force = Force.DECIDES
    passages = (
        Passage("Conclusion", "If your model can be described as a linear stack of layers."),
    )
    example = "An image as input, its digit as output, through convolutions one after the other."
    begins = "One input, one output, nothing shared, no branches"
    ends = "a second input, a second output, a shared encoder or an encoder that branches"

    def applies(self, structure: Structure) -> bool:
        return structure.linear

    def in_short(self, structure: Structure) -> str:
        return "data goes one way through it"

    def because(self, structure: Structure) -> str:
        way = f"data goes one way from {structure.inputs[0]} to {structure.outputs[0]}"
        return "; ".join((way, *structure.inside))


class SinglePath(Rule):
    """One input and one output speak for a Sequential."""

    name = "single-path"
    verdict = Api.SEQUENTIAL
    force = Force.SUPPORTS
    passages = (
        Passage(
            "3. When to Use Each, Sequential Model",
            "When the network has a single input and output.",
        ),
    )
    example = "A review as input, its sentiment as output."
    begins = "One input and one output"
    ends = "a second input or output"

    def applies(self, structure: Structure) -> bool:
        return len(structure.inputs) == len(structure.outputs) == 1

    def in_short(self, structure: Structure) -> str:
        return "it has one input and one output"

    def because(self, structure: Structure) -> str:
        return f"one input, {structure.inputs[0]}, and one output, {structure.outputs[0]}"


class RoomToGrow(Rule):
    """A model that will get more inputs, outputs or branches is better written Functional."""

    name = "room-to-grow"
    verdict = Api.FUNCTIONAL
    force = Force.ADVICE
    passages = (
        Passage(
            "Conclusion", "If you need flexibility to define advanced neural network architectures."
        ),
    )
    example = "A digit classifier that should find the digit's place as well, some day."
    begins = "The purpose room-to-grow"
    ends = "another purpose, or none"

    def applies(self, structure: Structure) -> bool:
        return structure.purpose == "room-to-grow"

    def in_short(self, structure: Structure) -> str:
        return "it is meant to grow"

    def because(self, structure: Structure) -> str:
        return "its purpose is room-to-grow"


class QuickStart(Rule):
    """A first model or a quick prototype is better written as a Sequential."""

    name = "quick-start"
    verdict = Api.SEQUENTIAL
    force = Force.ADVICE
    passages = (
        Passage(
            "3. When to Use Each, Sequential Model",
            "Suitable for beginners or when rapid prototyping is needed.",
        ),
    )
    example = "A student's first image classifier."
    begins = "The purpose prototype"
    ends = "another purpose, or none"

    def applies(self, structure: Structure) -> bool:
        return structure.purpose == "prototype"

    def in_short(self, structure: Structure) -> str:
        return "it is a prototype"

    def because(self, structure: Structure) -> str:
        return "its purpose is prototype"


RULES: tuple[Rule, ...] = (
    MultipleInputs(),
    MultipleOutputs(),
    SharedLayers(),
    Branching(),
    LinearStack(),
    SinglePath(),
    RoomToGrow(),
    QuickStart(),
)
