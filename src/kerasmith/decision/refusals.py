"""What is refused although every key by itself is right: the whole list.

They are what the entries of a spec must agree on, and what the rules say of a Sequential.
"""

from kerasmith.spec.agreements import AGREEMENTS, Refusal


class NoSequential(Refusal):
    """Only a linear stack can be a keras.Sequential."""

    name = "no-sequential"
    instead = "--api functional, or no --api"
    example = (
        "--input photo:image:8x8x1 --output breed:category:3 --output place:box --api sequential"
    )


REFUSALS: dict[str, Refusal] = {each.name: each for each in (*AGREEMENTS, NoSequential())}
