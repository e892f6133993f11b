"""What training changes at random: a picture and what is told of it move by one matrix.

The oracle is NumPy and SciPy, which look each pixel up where that matrix says that it comes from.
"""

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import map_coordinates

from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.specification import Spec
from tests.projects.building import package_of
from tests.projects.clean import assert_project_clean
from tests.projects.conftest import run_in, write_project
from tests.samples import draws, full_samples

Modules = dict[str, ModuleType]

OPTIONS = ("photo.flip=true", "photo.shift=0.1", "photo.rotate=10", "photo.zoom=0.1")


def augmenting(name: str, *outputs: str, more: tuple[str, ...] = (), **flags: Any) -> Spec:
    """Return the spec of a project that changes its photos, and what else is said."""
    inputs = ("photo:image:16x24x3", *flags.pop("inputs", ()))
    settings = tuple(f"inputs.{each}" for each in (*OPTIONS, *more))
    return spec_from_flags(Flags(name=name, inputs=inputs, outputs=outputs, set=settings, **flags))


@pytest.fixture(scope="module")
def of_boxes() -> Iterator[Modules]:
    more = ("photo.contrast=0.2", "load.jitter=0.5")
    spec = augmenting(
        "boxes", "place:box", "breed:category:3", more=more, inputs=("load:series:20x2",)
    )
    with package_of(spec, "augmentation") as modules:
        yield modules


@pytest.fixture(scope="module")
def of_masks() -> Iterator[Modules]:
    with package_of(augmenting("masks", "road:mask:3"), "augmentation") as modules:
        yield modules


# === Where things go ===


@st.composite
def moves(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the numbers of a config.py, a size, and a seed."""
    limits = {"shift": 0.5, "rotate": 180.0, "zoom": 0.9}
    chosen = {f"photo_{key}": draw(st.floats(0, most)) for key, most in limits.items()}
    height, width = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    return {
        "photo_flip": draw(st.booleans()),
        "photo_shape": (height, width, draw(st.sampled_from([1, 3, 4]))),
        "seed": draw(st.integers(0, 2**31)),
        **{key: draw(st.sampled_from([value, value, 0.0])) for key, value in chosen.items()},
    }


def configured(modules: Modules, drawn: dict[str, Any]) -> Any:
    return replace(modules["config"].Config(), **drawn)


def matrix(modules: Modules, config: Any, seed: Any) -> np.ndarray:
    """Return where a project moves things for a seed."""
    keys = ("flip", "shift", "rotate", "zoom")
    numbers = {key: getattr(config, f"photo_{key}") for key in keys}
    move = modules["augmentation"].random_move(seed, config.photo_shape, **numbers)
    return np.asarray(move, "float64")


def looked_up(channel: np.ndarray, move: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    """Return a channel as the matrix moves it, and how far each source is from a pixel's edge."""
    height, width = channel.shape
    down, right = np.mgrid[:height, :width].astype("float64")
    points = np.stack([right - (width - 1) / 2, down - (height - 1) / 2, np.ones_like(right)])
    x, y, _ = np.einsum("ij,jhw->ihw", np.linalg.inv(move), points)
    source = np.stack([y + (height - 1) / 2, x + (width - 1) / 2])
    edge = np.abs(source - np.floor(source) - 0.5).min(axis=0)
    return map_coordinates(channel.astype("float64"), source, order=order, mode="nearest"), edge


@draws(40, 1000, deadline=None)
@given(drawn=moves())
def test_pictures_and_boxes_move_by_one_matrix(of_boxes: Modules, drawn: dict[str, Any]) -> None:
    config = replace(configured(of_boxes, drawn), photo_contrast=0.0, load_jitter=0.0)
    rng = np.random.default_rng(drawn["seed"])
    photo = rng.integers(0, 256, size=config.photo_shape, dtype="uint8")
    corners = np.sort(rng.uniform(size=(2, 2)), axis=0)
    place = corners.ravel().astype("float32")
    inputs = {"photo": photo, "load": np.zeros((20, 2), "float32")}
    seed = tf.constant([drawn["seed"], 7], tf.int64)
    changed, told, *others = of_boxes["augmentation"].augment(
        (inputs, {"place": place, "breed": np.array([2], "uint8")}, "weights"), seed, config
    )
    move = matrix(of_boxes, config, seed)
    assert_within_limits(move, config)

    for channel in range(photo.shape[-1]):
        wanted, _ = looked_up(photo[..., channel], move, order=1)
        np.testing.assert_allclose(changed["photo"][..., channel], wanted, atol=0.75)
    assert changed["photo"].dtype == photo.dtype

    size = np.array(config.photo_shape[1::-1])
    (left, top), (right, bottom) = corners
    ring = [(x, y) for x in (left, right) for y in np.linspace(top, bottom, 9)]
    ring += [(x, y) for y in (top, bottom) for x in np.linspace(left, right, 9)]
    centred = np.column_stack([(np.array(ring) - 0.5) * size, np.ones(len(ring))])
    went = (centred @ move.T)[:, :2] / size + 0.5
    sides = np.concatenate([went.min(axis=0), went.max(axis=0)]).clip(0, 1)
    np.testing.assert_allclose(told["place"], sides, atol=1e-4)

    assert (told["breed"], others) == (np.array([2], "uint8"), ["weights"])
    np.testing.assert_array_equal(changed["load"], inputs["load"])


def assert_within_limits(move: np.ndarray, config: Any) -> None:
    """Check that a matrix mirrors, moves, turns and resizes, and no further than config.py says."""
    height, width, _ = config.photo_shape
    turn = move[:2, :2]
    assert config.photo_flip or np.linalg.det(turn) > 0
    size = math.sqrt(abs(np.linalg.det(turn)))
    assert abs(size - 1) <= config.photo_zoom + 1e-4
    assert abs(np.degrees(np.arctan2(-turn[0, 1], turn[1, 1]))) <= config.photo_rotate + 1e-3
    np.testing.assert_allclose(turn @ turn.T, size**2 * np.eye(2), atol=1e-4)
    assert (np.abs(move[:2, 2]) <= config.photo_shift * np.array([width, height]) + 1e-4).all()
    np.testing.assert_array_equal(move[2], [0, 0, 1])


@draws(40, 1000, deadline=None)
@given(drawn=moves())
def test_masks_move_as_their_pictures_without_mixing_classes(
    of_masks: Modules, drawn: dict[str, Any]
) -> None:
    config = configured(of_masks, drawn)
    rng = np.random.default_rng(drawn["seed"])
    road = rng.integers(0, 3, size=config.photo_shape[:2], dtype="uint8")
    photo = np.repeat(road[..., None] * 100, config.photo_shape[2], axis=-1)
    seed = tf.constant([drawn["seed"], 7], tf.int64)
    _, told = of_masks["augmentation"].augment((photo, road), seed, config)
    wanted, edge = looked_up(road, matrix(of_masks, config, seed), order=0)
    sure = edge > 1e-3  # elsewhere two pixels are as near
    np.testing.assert_array_equal(np.asarray(told)[sure], wanted[sure])


def test_what_is_drawn_uses_all_that_config_allows(of_boxes: Modules) -> None:
    numbers = {"flip": True, "shift": 0.5, "rotate": 90.0, "zoom": 0.5}
    random_move = of_boxes["augmentation"].random_move
    found = [np.asarray(random_move([0, n], (10, 20, 3), **numbers)) for n in range(300)]
    determinants = np.array([np.linalg.det(each) for each in found])
    assert 0.35 < (determinants < 0).mean() < 0.65
    sizes = np.sqrt(np.abs(determinants))
    assert sizes.min() < 0.6
    assert sizes.max() > 1.4
    right, down = np.array([each[:2, 2] for each in found]).T
    assert (right.min() < -9, right.max() > 9, down.min() < -4.5, down.max() > 4.5) == (True,) * 4
    angles = [np.degrees(np.arctan2(-each[0, 1], each[1, 1])) for each in found]
    assert (min(angles) < -80, max(angles) > 80) == (True, True)


def test_contrast_changes_and_transparency_stays() -> None:
    spec = spec_from_flags(
        Flags(
            name="colours",
            inputs=("photo:image:8x8x4",),
            outputs=("breed:category:3",),
            set=("inputs.photo.contrast=0.5",),
        )
    )
    photo = np.random.default_rng(0).integers(90, 160, size=(8, 8, 4)).astype("uint8")
    with package_of(spec, "augmentation") as modules:
        config = modules["config"].Config()
        augment = modules["augmentation"].augment
        found = [np.asarray(augment((photo, 1), [0, number], config)[0]) for number in range(99)]
    factors = [each[..., :3].std() / photo[..., :3].std() for each in found]
    assert 0.5 <= min(factors) < 0.6
    assert 1.4 < max(factors) <= 1.51
    np.testing.assert_allclose(
        [each[..., :3].mean() for each in found], photo[..., :3].mean(), atol=1
    )
    assert all(np.array_equal(each[..., 3], photo[..., 3]) for each in found)


def test_noise_is_as_strong_as_config_says(of_boxes: Modules) -> None:
    config = replace(of_boxes["config"].Config(), load_jitter=0.3)
    photo = np.zeros(config.photo_shape, "uint8")
    inputs = {"photo": photo, "load": np.ones((20, 2), "float32")}
    targets = {"place": np.zeros(4, "float32"), "breed": 1}
    found = [
        of_boxes["augmentation"].augment((inputs, targets), [0, number], config)[0]["load"]
        for number in range(99)
    ]
    assert np.mean(found) == pytest.approx(1, abs=0.02)
    assert np.std(found) == pytest.approx(0.3, abs=0.02)


def test_where_nothing_moves_masks_have_no_code_that_moves_them(tmp_path: Path) -> None:
    """Beside a picture whose contrast changes."""
    flags = Flags(
        name="still",
        inputs=["photo:image:16x24x3=autoencoder"],
        outputs=["clean:picture:3", "road:mask:3"],
        set=["inputs.photo.contrast=0.5"],
    )
    assert_project_clean(write_project(tmp_path, spec_from_flags(flags)))


def test_pictures_that_are_predicted_change_as_those_that_are_read_do() -> None:
    """Both are the same picture here, so that they stay the same."""
    spec = augmenting("pictures", "clean:picture:3", more=("photo.contrast=0.5",))
    photo = np.random.default_rng(0).integers(60, 190, size=(16, 24, 3)).astype("uint8")
    with package_of(spec, "augmentation") as modules:
        config, augment = modules["config"].Config(), modules["augmentation"].augment
        target = (photo / 255).astype("float32")
        found = [augment((photo, target), [0, number], config) for number in range(50)]
    for changed, told in found:
        np.testing.assert_allclose(told, np.asarray(changed) / 255, atol=0.01)


# === When ===


def epochs(modules: Modules, count: int, *first: int, seed: int = 0) -> list[np.ndarray]:
    """Return the pictures of some epochs."""
    photos = np.random.default_rng(0).integers(0, 256, size=(20, 16, 24, 3), dtype="uint8")
    examples = tf.data.Dataset.from_tensor_slices((photos, np.zeros((20, 16, 24), "uint8")))
    config = replace(modules["config"].Config(), seed=seed)
    dataset = modules["augmentation"].augmented(examples, config, *first)
    assert len(dataset) == 20
    return [np.stack([photo for photo, _ in dataset.as_numpy_iterator()]) for _ in range(count)]


def test_an_epoch_follows_from_its_number_and_the_seed_alone() -> None:
    with package_of(
        augmenting("resumed", "road:mask:3", with_=("resume",)), "augmentation"
    ) as modules:
        first, second, third = epochs(modules, 3)
        np.testing.assert_array_equal(epochs(modules, 2), [first, second])
        np.testing.assert_array_equal(epochs(modules, 2, 1), [second, third])
        other, next_of_other = epochs(modules, 2, seed=1)
    shown = (first, second, third, other, next_of_other)
    assert len({photo.tobytes() for epoch in shown for photo in epoch}) == 5 * 20


def test_no_code_but_that_of_training_examples_augments() -> None:
    """Who trains reads the one split that is augmented; scores, answers and servers read others."""
    spec = augmenting("moving", "place:box", with_=("all",))
    files = {path: text for path, text in render(plan(spec)).items() if path.startswith("src/")}
    calls = {path: text.count("augmented(") for path, text in files.items() if "augment" in text}
    assert calls == {
        "src/moving/augmentation.py": 1,  # where it is defined
        "src/moving/config.py": 0,
        "src/moving/data.py": 1,
    }
    (_, after) = files["src/moving/data.py"].split('    if split == "train":\n', 1)
    assert "augmented(" in after.split("    return ")[0]
    loads = [path for path, text in files.items() if "load_dataset(" in text]
    assert loads == ["src/moving/data.py", "src/moving/train.py"]


@pytest.mark.skipif(not full_samples(), reason="trains a project; in make test-all")
@pytest.mark.full
@pytest.mark.long(60)
@pytest.mark.parametrize(
    "spec",
    [
        augmenting("boxes", "place:box", "breed:category:3", with_=("resume",)),
        augmenting("masks", "road:mask:3", more=("photo.contrast=0.5",)),
    ],
    ids=["boxes", "masks"],
)
def test_the_tests_of_a_project_look_at_it(spec: Spec, tmp_path: Path) -> None:
    run_in(write_project(tmp_path, spec), "pytest", "-q", "tests/test_augmentation.py")
