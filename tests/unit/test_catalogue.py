"""What holds for every entry of the catalogue, also for those that are still to come."""

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import meta, nodes
from msgspec import json, structs
from msgspec.structs import fields

from kerasmith.catalogue.contract import CONTRACT
from kerasmith.catalogue.encoders import ENCODERS, Encoder, default_encoder
from kerasmith.catalogue.encoders.image import Cnn, Mlp, Resnet
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, CategoryInput, Column, Image, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.catalogue.value_types import whole
from kerasmith.lessons import lesson
from kerasmith.plan.planned import Plan
from kerasmith.render.jinja import environment
from kerasmith.render.render import templates_dir
from kerasmith.spec.keys import described
from kerasmith.spec.specification import Input, Output, Spec
from kerasmith.testing.random_specs import specs
from tests.samples import draws

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
        if (
            path.is_file()
            and not {"samples", "recipes"} & {*path.parts}
            and path.suffix == ".jinja"
        ):
            for recipe in recipes:
                assert f'"{recipe}"' not in path.read_text("utf-8"), path


def parts_of(family: str) -> set[str]:
    """Return the parts that the catalogue names, below the folder of their family."""
    kinds = {each.kind for each in INPUT_KINDS.values()} | {
        each.windows_part for each in INPUT_KINDS.values() if each.windows_part
    }
    encoders = {f"{kind}/{name}" for kind, each in ENCODERS.items() for name in each}
    return {"inputs": kinds, "outputs": {*OUTPUT_KINDS}, "encoders": encoders, "merges": {*MERGES}}[
        family
    ]


@pytest.mark.slow
@pytest.mark.parametrize("family", CONTRACT)
def test_every_part_keeps_the_contract(family: str) -> None:
    jinja = environment(templates_dir())
    required = {name for name, macro in CONTRACT[family].items() if macro.required}
    for part in parts_of(family):
        module = jinja.get_template(f"parts/{family}/{part}.jinja").module
        macros = {name: each for name, each in vars(module).items() if not name.startswith("_")}
        assert required <= {*macros} <= {*CONTRACT[family]}, part
        for name, macro in macros.items():
            assert macro.arguments == ("each", "plan"), (part, name)


@pytest.mark.parametrize("family", CONTRACT)
def test_every_macro_of_the_contract_is_asked_for(family: str) -> None:
    folders = [templates_dir() / "project", templates_dir() / "lesson", PARTS]
    code = "".join(
        path.read_text("utf-8") for folder in folders for path in folder.rglob("*.jinja")
    )
    for name in CONTRACT[family]:
        assert re.search(rf"""\.{name}\(|["']{name}["']""", code), name


@pytest.mark.slow
def test_every_name_in_a_template_is_known_there() -> None:
    """A misspelled one would be found only by the rare project for which its line is rendered."""
    jinja = environment(templates_dir())
    shown = {*Plan.__struct_fields__, "_copier_answers", "_copier_conf"}
    for path in templates_dir().rglob("*.jinja"):
        template = jinja.parse(path.read_text("utf-8"))
        own = {name.name for name in template.find_all(nodes.Name) if name.ctx != "load"}
        own |= {imported.target for imported in template.find_all(nodes.Import)}
        if {"samples", "project", "recipes", "lesson"} & {*path.relative_to(PARTS.parent).parts}:
            own |= shown
        if path.parent.name == "lesson":
            own |= {*lesson("digits", "mine").facts()}
        unknown = meta.find_undeclared_variables(template) - own - {*jinja.globals}
        assert not unknown, path


def test_no_two_parts_write_functions_of_one_name() -> None:
    """In a project that has both, the second would take the place of the first."""
    folders = ("encoders", "inputs", "merges", "outputs")
    paths = [path for folder in folders for path in (PARTS / folder).rglob("*.jinja")]
    written = re.findall(r"(?m)^def (\w+)", "".join(path.read_text("utf-8") for path in paths))
    assert sorted(written) == sorted({*written})


def test_no_file_of_a_project_decides_by_the_name_of_a_kind_or_an_encoder() -> None:
    """What a kind makes different is a fact of the catalogue in the plan, or in the kind's part."""
    words = {*INPUT_KINDS, *OUTPUT_KINDS, *(e for each in ENCODERS.values() for e in each)}
    named = re.compile(rf"""(kind|encoder)["']?\W+(\w+["']\W+)*["']({"|".join(words)})["']""")
    for path in (templates_dir() / "project").rglob("*"):
        if path.is_file():
            assert not named.search(path.read_text("utf-8")), path


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
        (Resnet(filters=(2,)), (4, 4, 1), (9 * 2 + 8) + 2 * (9 * 4 + 8)),
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


def test_columns_are_read_back_from_flags_or_have_none() -> None:
    for text, width in {
        "age": 1,
        "age/?": 2,
        "sex/f/m": 3,
        "born/%d/%m/%Y": 5,
        "seen/%Y-%m-%d %H:%M": 7,
        "seen/ISO8601": 7,
    }.items():
        column = msgspec.convert(Column.from_flag(text), Column)
        assert (column.to_flag(), column.width, column.problem()) == (text, width, "")
    for entry in (
        {"name": "born", "type": "date", "form": "%b %d, %Y"},
        {"name": "a/b"},
        {"name": "code", "type": "category", "values": ["%Y", "%m"]},
        {"name": "code", "type": "category", "values": ["?", "a,b"]},
    ):
        assert msgspec.convert(entry, Column).to_flag() is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"type": "date"}, "a date has a form"),
        ({"form": "%Y-%m-%d"}, "a date has a form"),
        ({"type": "category", "values": ["a", "b"], "indicator": True}, "only a number"),
        ({"type": "date", "form": "%Y-%m", "values": ["a", "b"]}, "only a category"),
    ],
)
def test_what_does_not_go_together_in_a_column_is_said(fields: dict[str, Any], why: str) -> None:
    assert why in msgspec.convert({"name": "x", **fields}, Column).problem()


@pytest.mark.parametrize("form", ["%d.%m.", "%Y", "%Q %Y-%m", "", "iso", " %Y-%m", "%Y-%m-%d%"])
def test_a_form_without_year_or_month_is_not_one_of_dates(form: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"name": "x", "type": "date", "form": form}, Column)


def test_many_values_of_a_category_are_counted_and_not_listed() -> None:
    for text in ("101", "5000"):
        kind = msgspec.convert(CategoryInput.from_flag(text), CategoryInput)
        assert (kind.values, kind.count, kind.fitted) == (int(text), int(text), True)
        assert (kind.to_flag(), kind.problem()) == (text, "")
        assert default_encoder(kind).suited(kind).parameters(kind) == (int(text) + 1) * 32
    few = msgspec.convert(CategoryInput.from_flag("100"), CategoryInput)
    assert (len(str(few.values)) > 400, few.count, few.fitted) == (True, 100, False)
    with pytest.raises(msgspec.ValidationError, match="101"):
        msgspec.convert({"values": 20}, CategoryInput)
