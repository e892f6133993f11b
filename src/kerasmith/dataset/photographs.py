"""Photographs: which encoder few of them need, and what training changes of them at random."""

from collections.abc import Iterator, Mapping, Sequence

from kerasmith.counts import counted

FROM_PIXELS = 64
"""Height and width from which on an image is taken for a photograph."""

MANY_PHOTOGRAPHS = 5000
"""Photographs from which on a network learns about as well from the start."""


def are_photographs(shape: Sequence[int]) -> bool:
    """Say whether images of that height, width and channels are taken for photographs."""
    *size, channels = shape
    return channels == 3 and min(size) >= FROM_PIXELS


def augmentation(
    shape: Sequence[int], outputs: Sequence[Mapping[str, object]]
) -> dict[str, object]:
    """Return what training changes at random of photographs; nothing of any other images.

    None is turned where a box is predicted: around a box that is turned there is a larger one.
    """
    if not are_photographs(shape):
        return {}
    turned = {} if any(each["kind"] == "box" for each in outputs) else {"rotate": 10.0}
    return {"flip": True, "shift": 0.1, **turned, "zoom": 0.1, "contrast": 0.2}


def notes_on_photographs(name: str, shape: Sequence[int], count: int) -> Iterator[str]:
    """Yield what else few photographs need, and what training does with any."""
    if not are_photographs(shape):
        return
    if count < MANY_PHOTOGRAPHS:
        yield (
            f"{counted(count, 'photograph is', 'photographs are')} few for a network that begins "
            f"with random weights. --set inputs.{name}.encoder=mobilenet_v3 begins with those of "
            "ImageNet, which are downloaded when training begins."
        )
    yield (
        f"Training changes {name} at random, so that it sees more than these: augmentation. Where "
        f"left and right mean something, as in letters: --set inputs.{name}.flip=false"
    )
