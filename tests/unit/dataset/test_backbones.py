"""Few photographs are answered with an encoder that has learned before."""

import pytest

from kerasmith.dataset.notes import few_photographs


def test_few_photographs_are_told_of_a_backbone() -> None:
    (note,) = few_photographs("photo", (64, 96, 3), 800)
    assert "800 photographs are few" in note
    assert "--set inputs.photo.encoder=mobilenet_v3" in note


@pytest.mark.parametrize(
    ("shape", "count"), [((28, 28, 3), 800), ((64, 96, 1), 800), ((64, 96, 3), 5000)]
)
def test_small_grey_or_many_images_are_not(shape: tuple[int, ...], count: int) -> None:
    assert not [*few_photographs("photo", shape, count)]
