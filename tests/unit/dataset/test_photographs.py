"""Few photographs are answered with augmentation, and an encoder that has learned before."""

import pytest

from kerasmith.dataset.photographs import augmentation, notes_on_photographs

CATEGORY, BOX = [{"kind": "category"}], [{"kind": "category"}, {"kind": "box"}]


def test_few_photographs_are_told_of_a_backbone_and_of_augmentation() -> None:
    backbone, changes = notes_on_photographs("photo", (64, 96, 3), 800)
    assert "800 photographs are few" in backbone
    assert "--set inputs.photo.encoder=mobilenet_v3" in backbone
    assert "--set inputs.photo.flip=false" in changes


def test_few_photographs_are_augmented_and_not_turned_where_a_box_is_predicted() -> None:
    found = augmentation((64, 96, 3), 800, CATEGORY)
    assert found == {"flip": True, "shift": 0.1, "rotate": 10, "zoom": 0.1, "contrast": 0.2}
    assert {*found} - {*augmentation((64, 96, 3), 800, BOX)} == {"rotate"}


@pytest.mark.parametrize(
    ("shape", "count"), [((28, 28, 3), 800), ((64, 96, 1), 800), ((64, 96, 3), 5000)]
)
def test_small_grey_or_many_images_are_not(shape: tuple[int, ...], count: int) -> None:
    assert not [*notes_on_photographs("photo", shape, count)]
    assert augmentation(shape, count, CATEGORY) == {}
