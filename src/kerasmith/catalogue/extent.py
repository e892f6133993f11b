"""For how much of an example something is said: once, or at every place of it."""

from enum import StrEnum


class Extent(StrEnum):
    """What an encoder gives features for, and an output an answer."""

    ONCE = "once for each example"
    EVERY_PLACE = "at every place"
    BOTTLENECK = "by way of a bottleneck"
