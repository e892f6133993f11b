"""How data flows through an encoder. Imports nothing else, so that `--help` may name the flows."""

from enum import StrEnum


class Flow(StrEnum):
    """How data flows through an encoder. Anything but `STRAIGHT` is branching."""

    STRAIGHT = "straight"
    RESIDUAL = "residual"
    PARALLEL = "parallel"
    ATTENTION = "attention"

    @property
    def example(self) -> str:
        """The well-known architecture that data flows like this in."""
        return {
            Flow.STRAIGHT: "straight through (CNN)",
            Flow.RESIDUAL: "with shortcuts (ResNet)",
            Flow.PARALLEL: "side by side (Inception)",
            Flow.ATTENTION: "attention (ViT)",
        }[self]
