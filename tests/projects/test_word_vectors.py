"""Text encoders that start with word vectors of a file: what is carried over, read and promised."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import keras
import numpy as np
import pandas as pd
import pytest
from msgspec import UNSET

from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.encoders.text import WordEncoder
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.inputs import Text
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from tests.projects.building import package_of
from tests.samples import full_samples

# Keras asks TensorFlow's variables for a NumPy array in an older way than NumPy 2 wants.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

ENCODERS = [
    name for name, each in encoders_for(Text).items() if issubclass(each, WordEncoder)
]  # not the owner's own layers

SIZE = 8
WORDS = 400


def spec_of(encoder: str, *, inputs: int = 1, shared: bool = False, **keys: Any) -> Spec:
    """Return a spec of texts with word vectors."""
    text = {"kind": "text", "length": 8, "vocabulary": 1000, "encoder": encoder}
    text |= {"embedding": SIZE, "embeddings": "vectors.txt", "checksum": "0" * 64, **keys}
    text = {key: value for key, value in text.items() if value is not UNSET}
    names = ["title", "body"][:inputs]
    at_every_place = encoders_for(Text)[encoder].gives is Extent.EVERY_PLACE
    output = {"kind": "tags", "classes": ["o", "x"]} if at_every_place else {"kind": "binary"}
    tables: dict[str, Any] = {
        "project": {"name": "carried"},
        "inputs": [{"name": name, **text} for name in names],
        "outputs": [{"name": "good", **output}],
    }
    if shared:
        tables["shared"] = [{"name": "page_encoder", "inputs": names}]
    return read_spec(tables)


def write_vectors(file: Path, lines: list[str]) -> str:
    """Write a file of vectors; return its SHA-256."""
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return hashlib.sha256(file.read_bytes()).hexdigest()


# === Learning carries over ===


def reviews(count: int, seed: int) -> tuple[pd.Series, np.ndarray]:
    """Return texts of eight words, three in four of which are of the text's own half."""
    rng = np.random.default_rng(seed)
    good = np.arange(count) % 2
    halves = np.where(rng.random((count, 8)) < 0.75, good[:, None], 1 - good[:, None])
    numbers = 2 * rng.integers(WORDS // 2, size=halves.shape) + halves
    return pd.Series([" ".join(f"word{n}" for n in row) for row in numbers]), good


@pytest.fixture(scope="module")
def package() -> Iterator[dict[str, ModuleType]]:
    with package_of(spec_of("bag"), "data", "embeddings", "sample", "train") as package:
        yield package


@pytest.fixture
def meanings(tmp_path: Path) -> tuple[Path, str]:
    """Vectors that say in one of their numbers which half a word is of; the others are noise."""
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(WORDS, SIZE))
    vectors[:, 3] = 2 * np.where(np.arange(WORDS) % 2, 1, -1)
    lines = [" ".join([f"word{n}", *map(str, row)]) for n, row in enumerate(vectors)]
    file = tmp_path / "vectors.txt"
    return file, write_vectors(file, lines)


def accuracy(package: dict[str, ModuleType], config: Any, unseen: tuple[Any, Any]) -> float:
    """Return the accuracy of a model that learned from a few texts."""
    texts, good = reviews(40, seed=1)
    data = package["data"]
    words = data.known_words(config.title_vocabulary, texts)
    keras.utils.set_random_seed(0)
    model = package["model"].build_model(config)
    package["embeddings"].load_embeddings(model, config, {"title": {"words": words}})
    read = [data.word_indices(each, words, config.title_length) for each in (texts, unseen[0])]
    model.fit(read[0], good, epochs=30, verbose=0)
    answers = model.predict(read[1], verbose=0)[:, 0] > 0.5
    return float((answers == unseen[1]).mean())


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="slow; in make test-all")
def test_vectors_that_know_the_meaning_make_few_examples_suffice(
    package: dict[str, ModuleType], meanings: tuple[Path, str]
) -> None:
    file, checksum = meanings
    config = package["config"].Config(
        title_embeddings=str(file), title_checksum=checksum, learning_rate=3e-3
    )
    scratch = replace(config, title_embeddings="none", title_trainable=True)
    unseen = reviews(1000, seed=2)
    found = {
        "frozen": accuracy(package, config, unseen),
        "trained": accuracy(package, replace(config, title_trainable=True), unseen),
        "scratch": accuracy(package, scratch, unseen),
    }
    print(found)
    assert min(found["frozen"], found["trained"]) >= max(0.8, found["scratch"] + 0.1)


@pytest.mark.parametrize("trained", [False, True])
def test_vectors_learn_only_where_they_are_told_to(
    package: dict[str, ModuleType], trained: bool
) -> None:
    model = package["model"].build_model(package["config"].Config(title_trainable=trained))
    layer = model.get_layer("title_embedding")
    (before,) = layer.get_weights()
    model.fit(np.ones((4, 8), "int32"), np.ones((4, 1)), verbose=0)
    assert (layer.get_weights()[0] != before).any() == trained


# === Where the layer is ===


@pytest.mark.parametrize("encoder", ENCODERS)
def test_every_encoder_starts_with_them(encoder: str, tmp_path: Path) -> None:
    checksum = write_vectors(file := tmp_path / "vectors.txt", ["word" + " 7" * SIZE])
    fitted = {"words": ["", "[UNK]", "word"]}
    once = encoders_for(Text)[encoder].gives is Extent.ONCE
    for inputs, shared in [(1, False), *([(2, False), (2, True)] if once else [])]:
        spec = spec_of(encoder, inputs=inputs, shared=shared)
        with package_of(spec, "embeddings") as package:
            stems = ["page"] if shared else ["title", "body"][:inputs]
            chosen = {f"{stem}_embeddings": str(file) for stem in stems}
            sums = {f"{stem}_checksum": checksum for stem in stems}
            config = package["config"].Config(**chosen, **sums)
            model = package["model"].build_model(config)
            package["embeddings"].load_embeddings(model, config, dict.fromkeys(stems, fitted))
            found = [each for each in model.weights if each.path.endswith("embedding/embeddings")]
        assert len(found) == len(stems)
        assert all((keras.ops.convert_to_numpy(each)[2] == 7).all() for each in found)


# === Reading ===


def test_a_large_file_is_read_in_little_memory(
    package: dict[str, ModuleType], tmp_path: Path
) -> None:
    lines = [f"other{n}" + " 0.12345" * SIZE for n in range(50_000)]
    write_vectors(file := tmp_path / "vectors.txt", [*lines, "word" + " 1" * SIZE])
    layer = keras.layers.Embedding(3, SIZE)
    layer.build()
    tracemalloc.start()
    package["embeddings"].start_with_vectors(layer, ["", "[UNK]", "word"], file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < file.stat().st_size / 10
    assert (layer.get_weights()[0][2] == 1).all()


def test_a_line_without_an_end_is_not_read_as_a_whole(
    package: dict[str, ModuleType], tmp_path: Path
) -> None:
    file = tmp_path / "vectors.txt"
    file.write_bytes(b"\0" * 10_000_000)
    layer = keras.layers.Embedding(3, SIZE)
    layer.build()
    tracemalloc.start()
    with pytest.raises(package["data"].DataError, match="line 1: 0 numbers follow the word"):
        package["embeddings"].start_with_vectors(layer, ["", "[UNK]", "word"], file)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1_000_000


@pytest.mark.parametrize("changed", [{"title_embeddings": "missing.txt"}, {}])
def test_training_does_not_begin_without_them(
    package: dict[str, ModuleType], tmp_path: Path, changed: dict[str, str]
) -> None:
    """Not at random either: the command ends, and nothing is saved."""
    write_vectors(file := tmp_path / "vectors.txt", ["word" + " 7" * SIZE])
    config = package["config"].Config(
        data_dir=tmp_path / "data", run_dir=tmp_path / "run", title_embeddings=str(file)
    )
    config = replace(config, **changed)
    package["sample"].write_sample(config)
    with pytest.raises(FileNotFoundError, match=r"missing|another file"):
        package["train"].train(config)
    assert not [*config.run_dir.iterdir()]


# === What a spec may say ===


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({"checksum": UNSET}, "checksum does not say which file vectors.txt is"),
        ({"embeddings": UNSET}, "checksum is about a file of word vectors"),
        (
            {"embeddings": UNSET, "checksum": UNSET, "trainable": True},
            "trainable is about a file of word vectors",
        ),
    ],
)
def test_a_file_and_its_hash_come_together(keys: dict[str, Any], why: str) -> None:
    with pytest.raises(KerasmithError) as error:
        spec_of("bag", **keys)
    assert why in error.value.problems[0].why


def test_a_search_leaves_the_size_of_the_file(package: dict[str, ModuleType]) -> None:
    found = encoders_for(Text)["bag"]
    assert "embedding" in found().choices(Text(8))
    assert "embedding" not in spec_of("bag").encoders["title"].choices(Text(8))


def test_a_project_without_them_has_nothing_of_it() -> None:
    planned = plan(spec_of("bag", embeddings=UNSET, checksum=UNSET))
    assert not planned.word_vectors
    assert {*planned.encoders[0].knobs} == {"embedding", "units", "dropout"}
