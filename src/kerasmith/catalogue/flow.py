"""How data flows through an encoder. Imports nothing else, so that `--help` may name the flows."""

from enum import StrEnum


class Flow(StrEnum):
    """How data flows through an encoder. Anything but `STRAIGHT` is branching."""

    STRAIGHT = "straight"
    RESIDUAL = "residual"
    PARALLEL = "parallel"
    SKIP = "skip"
    ATTENTION = "attention"
    OWN = "own"

    @property
    def words(self) -> str:
        """How data flows, in words that hold for every kind of input."""
        return self.example.partition(" (")[0]

    @property
    def example(self) -> str:
        """The well-known architecture that data flows like this in."""
        return {
            Flow.STRAIGHT: "straight through (CNN)",
            Flow.RESIDUAL: "with shortcuts (ResNet)",
            Flow.PARALLEL: "side by side (Inception)",
            Flow.SKIP: "with skip connections (U-Net)",
            Flow.ATTENTION: "attention (ViT)",
            Flow.OWN: "as its own code says",
        }[self]
