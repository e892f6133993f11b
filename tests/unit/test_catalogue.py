"""What holds for every entry of the catalogue, also for those that are still to come."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import json, structs
from msgspec.structs import fields

from kerasmith.catalogue.encoders import ENCODERS, Encoder, default_encoder
from kerasmith.catalogue.encoders.image import Cnn, Mlp, Resnet
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, Image, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.catalogue.value_types import whole
from kerasmith.render.render import templates_dir
from kerasmith.spec.keys import described
from kerasmith.spec.specification import Input, Output, Spec
from tests.samples import draws
from tests.strategies import specs

PARTS = templates_dir() / "parts"
ALL_ENCODERS = [encoder for named in ENCODERS.values() for encoder in named.values()]
KINDS = [*INPUT_KINDS.values(), *OUTPUT_KINDS.values()]


def called(each: Any) -> str:
    return str(getattr(each, "encoder", None) or each.kind)


# === Entries ===


@pytest.mark.parametrize("encoder", ALL_ENCODERS, ids=called)
def test_an_encoder_is_known_by_its_kind_and_name(encoder: type[Encoder[Any]]) -> None:
    assert ENCODERS[encoder.takes.kind][encoder.encoder] is encoder
    assert isinstance(encoder.flow, Flow)
    assert encoder.source
    assert encoder.layers


@pytest.mark.parametrize("encoder", ALL_ENCODERS, ids=called)
def test_knobs_and_layers_are_single_words(encoder: type[Encoder[Any]]) -> None:
    """So that `NAME_word` can only be of one part, whatever the parts are called."""
    words = [*encoder.layers, *(each.name for each in fields(encoder))]
    assert all(word.isalpha() and word.islower() for word in words)


@pytest.mark.parametrize("kind", INPUT_KINDS.values(), ids=called)
def test_knobs_and_sizes_of_an_input_have_names_of_their_own(kind: type[InputKind]) -> None:
    for encoder in ENCODERS[kind.kind].values():
        keys = ["name", "kind", "encoder"]
        keys += [each.name for struct in (kind, encoder) for each in fields(struct)]
        assert len(keys) == len(set(keys))


@pytest.mark.parametrize("struct", [*ALL_ENCODERS, *KINDS], ids=called)
def test_every_key_says_what_it_takes_and_gives_an_example_that_works(struct: Any) -> None:
    from msgspec import convert

    for each in fields(struct):
        description, example = described(each.type)
        assert description.endswith(".")
        convert(example, each.type)


@pytest.mark.parametrize("struct", [*ALL_ENCODERS, *KINDS], ids=called)
def test_every_entry_is_described_by_one_sentence(struct: Any) -> None:
    assert struct.__doc__.strip().endswith(".")
    assert "\n" not in struct.__doc__.strip()


@pytest.mark.parametrize("kind", KINDS, ids=called)
def test_every_kind_says_how_a_flag_writes_it_and_what_the_table_holds(kind: Any) -> None:
    assert kind.in_the_table
    if kind.size_hint:
        assert kind.from_flag(kind.size_hint)


# === Parts ===


PART_OF_EACH = [
    *(f"inputs/{kind}" for kind in INPUT_KINDS),
    *(f"outputs/{kind}" for kind in OUTPUT_KINDS),
    *(f"merges/{merge}" for merge in MERGES),
    *(f"encoders/{each.takes.kind}/{each.encoder}" for each in ALL_ENCODERS),
]


@pytest.mark.parametrize("part", PART_OF_EACH)
def test_every_entry_has_its_part(part: str) -> None:
    assert (PARTS / f"{part}.jinja").is_file()


def test_no_template_but_a_sample_names_a_recipe() -> None:
    from kerasmith.spec.names import recipe_names

    words = {*INPUT_KINDS, *OUTPUT_KINDS, *Flow, *(e for each in ENCODERS.values() for e in each)}
    recipes = set(recipe_names()) - words  # some are called as what they show

    for path in templates_dir().rglob("*"):
        if path.is_file() and path.parent != PARTS / "samples" and path.suffix == ".jinja":
            for recipe in recipes:
                assert f'"{recipe}"' not in path.read_text("utf-8"), path


# === Numbers ===


@pytest.mark.parametrize(
    "image",
    [(1, 1, 1), (1, 2048, 4), (2, 2, 1), (3, 9, 3), (8, 8, 1), (64, 64, 3), (2048, 2048, 4)],
    ids=str,
)
def test_every_size_has_a_default_encoder_that_works(image: Any) -> None:
    given = Image(image)
    encoder = default_encoder(given).suited(given)
    assert not encoder.problem(given)
    assert encoder.flow is Flow.STRAIGHT


@pytest.mark.parametrize(
    ("encoder", "shape", "parameters"),
    [
        # counted by keras.Model.count_params
        (Mlp(units=(4,)), (2, 3, 1), 6 * 4 + 4),
        (Mlp(units=(4, 5)), (2, 3, 1), (6 * 4 + 4) + (4 * 5 + 5)),
        (Cnn(filters=(2,), units=3), (5, 4, 3), (9 * 3 * 2 + 2) + (2 * 2 * 2 * 3 + 3)),
        (Cnn(filters=(2, 4), units=1), (7, 4, 1), (9 * 2 + 2) + (9 * 8 + 4) + (4 + 1)),
        (Resnet(filters=(2,)), (4, 4, 1), (9 * 2 + 2 + 8) + 2 * (9 * 4 + 2 + 8)),
    ],
    ids=str,
)
def test_the_weights_are_counted(encoder: Any, shape: Any, parameters: int) -> None:
    assert encoder.parameters(Image(shape)) == parameters


def test_a_cnn_does_not_halve_an_image_away() -> None:
    assert not Cnn(filters=(1, 1, 1)).problem(Image((8, 9, 1)))
    assert "3 stages" in Cnn(filters=(1, 1, 1)).problem(Image((7, 9, 1)))


# === Flags and columns ===


@draws(50, 300)
@given(spec=specs())
def test_the_parts_of_any_spec_have_sizes_columns_and_flags(spec: Spec) -> None:
    for given_ in spec.inputs:
        encoder = spec.encoders[given_.name]
        assert not encoder.problem(given_.kind)
        assert encoder.features(given_.kind) > 0
        assert encoder.parameters(given_.kind) > 0
    assert all(each.kind.units > 0 for each in spec.outputs)
    parts: list[Input | Output] = [*spec.inputs, *spec.outputs]
    columns = [column for each in parts for column in each.kind.columns_of(each.name)]
    assert len(columns) == len(set(columns))
    for each in parts:
        flag = each.kind.to_flag()
        said = {} if flag is None else each.kind.from_flag(flag)
        held = json.decode(json.encode(structs.asdict(each.kind)))
        assert {key: held[key] for key in said} == said


@pytest.mark.parametrize("kind", KINDS, ids=called)
@given(text=st.text(max_size=10) | st.just("9" * 9999))
def test_a_flag_may_say_anything(kind: Any, text: str) -> None:
    assert isinstance(kind.from_flag(text), dict)


@pytest.mark.parametrize(
    ("text", "read"), [("12", 12), ("007", 7), ("-1", "-1"), ("1.5", "1.5"), ("²", "²"), ("", "")]
)
def test_a_whole_number_is_read_as_one(text: str, read: object) -> None:
    assert whole(text) == read


# === Merges ===


@pytest.mark.parametrize(
    ("merge", "widths", "works", "width"),
    [
        ("concatenate", (2, 3, 4), True, 9),
        ("add", (3, 3, 3), True, 3),
        ("add", (3, 4), False, 0),
        ("multiply", (3, 3), True, 3),
        ("multiply", (3, 4), False, 0),
        ("difference", (3, 3), True, 3),
        ("difference", (3, 4), False, 0),
        ("difference", (3, 3, 3), False, 0),
    ],
)
def test_a_merge_says_what_it_takes_and_gives(
    merge: str, widths: tuple[int, ...], works: bool, width: int
) -> None:
    assert (not MERGES[merge].problem(widths)) == works
    if works:
        assert MERGES[merge].width(widths) == width


def test_an_output_kind_fixes_all_that_belongs_together() -> None:
    def belongs(kind: type[OutputKind]) -> tuple[str, str]:
        return kind.activation, kind.loss

    assert belongs(OUTPUT_KINDS["binary"]) == ("sigmoid", "binary_crossentropy")
    assert belongs(OUTPUT_KINDS["category"]) == ("softmax", "sparse_categorical_crossentropy")
    assert belongs(OUTPUT_KINDS["number"]) == ("linear", "mean_squared_error")
    assert belongs(OUTPUT_KINDS["box"]) == ("sigmoid", "mean_squared_error")
