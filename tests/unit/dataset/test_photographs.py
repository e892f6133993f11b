"""Photographs are answered with augmentation, few also with an encoder that has learned before."""

import pytest

from kerasmith.dataset.photographs import augmentation, notes_on_photographs

CATEGORY, BOX = [{"kind": "category"}], [{"kind": "category"}, {"kind": "box"}]


def test_few_photographs_are_told_of_a_backbone_and_of_augmentation() -> None:
    backbone, changes = notes_on_photographs("photo", (64, 96, 3), 800)
    assert "800 photographs are few" in backbone
    assert "--set inputs.photo.encoder=mobilenet_v3" in backbone
    assert "--set inputs.photo.flip=false" in changes


def test_photographs_are_augmented_and_not_turned_where_a_box_is_predicted() -> None:
    found = augmentation((64, 96, 3), CATEGORY)
    assert found == {"flip": True, "shift": 0.1, "rotate": 10, "zoom": 0.1, "contrast": 0.2}
    assert {*found} - {*augmentation((64, 96, 3), BOX)} == {"rotate"}


def test_many_photographs_are_augmented_and_need_no_backbone() -> None:
    (changes,) = notes_on_photographs("photo", (64, 96, 3), 5000)
    assert "augmentation" in changes


@pytest.mark.parametrize("shape", [(28, 28, 3), (64, 96, 1)])
def test_small_or_grey_images_are_no_photographs(shape: tuple[int, ...]) -> None:
    assert not [*notes_on_photographs("photo", shape, 800)]
    assert augmentation(shape, CATEGORY) == {}
