"""A rating on an ordered scale, as a kind of output.

Its head has a unit for each step of the scale: whether the rating is above it (Cheng et al. 2008, A
neural network approach to ordinal regression). So a 4 taken for a 5 costs less than a 1.
"""

from pathlib import Path
from typing import Annotated

from msgspec import Meta

from kerasmith.plugin import OutputKind, Plugin, whole


class Rating(OutputKind, frozen=True, omit_defaults=True):
    """A rating on an ordered scale from 1 on, such as stars."""

    kind = "rating"
    size_hint = "5"
    size_asked = "What is the highest rating of {name}?"
    in_the_table = "one column of whole numbers from 1 on"
    activation = "sigmoid"
    loss = "binary_crossentropy"
    metric = "binary_accuracy"
    score = "mean_absolute_error"
    perfect = 0.0

    highest: Annotated[
        int,
        Meta(
            ge=3, le=100, description="The highest rating: 3 to 100; the lowest is 1.", examples=[5]
        ),
    ] = 5

    @staticmethod
    def from_flag(size: str) -> dict[str, object]:
        """Read the highest rating."""
        return {"highest": whole(size)} if size else {}

    def to_flag(self) -> str:
        """Write the highest rating."""
        return str(self.highest)

    @property
    def units(self) -> int:
        """One for each step between two ratings."""
        return self.highest - 1

    def holds_number(self, column: str) -> bool:
        """Say that its column holds numbers."""
        return True


PLUGIN = Plugin(contract=1, outputs=(Rating,), templates=Path(__file__).parent / "templates")
