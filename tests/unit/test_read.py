"""What a `kerasmith.toml` may say, and what is answered where it says something else."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.errors import KerasmithError
from kerasmith.spec.collect import Origin
from kerasmith.spec.read import load_spec, read_input, read_output, read_spec
from kerasmith.spec.specification import MOST_INPUTS
from kerasmith.spec.tables import tables_of
from kerasmith.spec.toml import read_tables
from kerasmith.testing.random_specs import specs
from tests.samples import draws
from tests.unit.helpers import (
    SPECS,
    Tables,
    image,
    only_problem,
    output,
    problems,
    problems_or_none,
    tables,
    well_said,
)

# === What works ===


@pytest.mark.parametrize("path", sorted(SPECS.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_reads_back_as_itself(path: Path) -> None:
    spec = load_spec(path)
    assert read_spec(tables_of(spec)) == spec


@draws(40, 200)
@given(spec=specs())
def test_a_spec_reads_back_as_itself(spec: Any) -> None:
    assert read_spec(tables_of(spec)) == spec


def test_a_file_may_begin_with_a_byte_order_mark_and_have_windows_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "kerasmith.toml"
    text = (SPECS / "smallest.toml").read_text("utf-8").replace("\n", "\r\n")
    path.write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_spec(path) == load_spec(SPECS / "smallest.toml")


def test_a_class_may_hold_any_printable_text() -> None:
    classes = ["{{ x }}", '"', "*/", "שלום", "🐕", "a b", "\\"]
    spec = read_spec(tables(output(kind="category", classes=classes)))
    assert tables_of(spec)["outputs"][0]["classes"] == classes


# === Files ===


@pytest.mark.parametrize(
    ("content", "what", "why"),
    [
        (b'[project]\nname = "a\n', "not valid TOML", "at line 2, column 10"),
        (b"[project]\nname = \n", "not valid TOML", "at line 2, column 8"),
        (b"a = 1\na = 2\n", "not valid TOML", "at line 2, column 6"),
        (b"\xff\xfe", "cannot be read", "not UTF-8 text; byte 0"),
        (b"a = " + b"9" * 5000, "not valid TOML", "4300 digits"),
        (b"a = " + b"[" * 9999 + b"]" * 9999, "nested too deeply", ""),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_place(
    tmp_path: Path, content: bytes, what: str, why: str
) -> None:
    path = tmp_path / "kerasmith.toml"
    path.write_bytes(content)
    with pytest.raises(KerasmithError) as refusal:
        load_spec(path)
    [problem] = refusal.value.problems
    assert what in problem.what
    assert problem.where == str(path)
    assert why in problem.why


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KerasmithError) as refusal:
        read_tables(tmp_path / "nope.toml")
    assert refusal.value.problems[0].what == "The spec file cannot be read."
    assert refusal.value.problems[0].where.endswith("nope.toml")
    assert "No such file" in refusal.value.problems[0].why


def test_a_folder_with_a_spec_file_points_at_it(tmp_path: Path) -> None:
    (tmp_path / "kerasmith.toml").touch()
    with pytest.raises(KerasmithError) as refusal:
        read_tables(tmp_path)
    assert refusal.value.problems[0].try_ == str(tmp_path / "kerasmith.toml")


# === One mistake, one message ===


MISTAKES: list[tuple[dict[str, Any], str, str, str]] = [
    # kinds and encoders
    (tables({**image(), "kind": "imag"}), "inputs[0].kind", "'imag'", "mean 'image'"),
    (tables(output(kind="binry")), "outputs[0].kind", "'binry'", "mean 'binary'"),
    (tables(image(encoder="resnt")), "inputs[0].encoder", "'resnt'", "mean 'resnet'"),
    (tables(image(encoder=3)), "inputs[0].encoder", "3", "cnn, mlp"),
    (tables(image(units=3)), "inputs[0].units", "no encoder is named", 'encoder = "cnn"'),
    (tables(image(encoder="cnn", filters=[])), "inputs[0].filters", "[]", "[32, 64]"),
    (tables(image(encoder="cnn", dropout=1)), "inputs[0].dropout", "1", "0.2"),
    (tables(image(encoder="cnn", filters=[1] * 4)), "inputs[0]", "not fit", "fewer stages"),
    (
        tables(image("i", 2048, 2048, 4, encoder="mlp", units=[8192])),
        "inputs[0]",
        "parameters",
        "a smaller size",
    ),
    # names
    (tables(name="class"), "project.name", "'class'", 'name = "class-model"'),
    (tables(name="con"), "project.name", "'con'", "con-model"),
    (tables(name="json"), "project.name", "'json'", "json-model"),
    (tables(name="keras"), "project.name", "'keras'", "keras-model"),
    (tables(name="typing-extensions"), "project.name", "'typing-extensions'", "-model"),
    (tables(name=5), "project.name", "5", "pet-finder"),
    (tables(name="Pets"), "project.name", "'Pets'", "pet-finder"),
    (tables(name="p" * 31), "project.name", "ppp", "pet-finder"),
    (tables(name="a\n"), "project.name", "a\\n", "pet-finder"),
    (tables(image("2photo")), "inputs[0].name", "'2photo'", "photo"),
    (tables(image("photo ")), "inputs[0].name", "'photo '", "photo"),
    (tables(image("pho__to")), "inputs[0].name", "'pho__to'", "photo"),
    (tables(image("ph/oto")), "inputs[0].name", "'ph/oto'", "photo"),
    (tables(image("für")), "inputs[0].name", "'für'", "photo"),
    (tables(image("")), "inputs[0].name", "''", "photo"),
    (tables(image("lambda")), "inputs[0].name", "'lambda'", "my_lambda"),
    (tables(image("input")), "inputs[0].name", "'input'", "my_input"),
    (tables(image("keras")), "inputs[0].name", "'keras'", "my_keras"),
    (tables(image("nul")), "inputs[0].name", "'nul'", "my_nul"),
    (tables(output("dropout_1")), "outputs[0].name", "'dropout_1'", "my_dropout_1"),
    (tables(image("a"), image("a", 8, 8, 3)), "inputs[1].name", "'a' is already used", "a_2"),
    (tables(image("a"), output("a")), "outputs[0].name", "'a' is already used", "predicted_a"),
    (tables(image("a"), output("a_dense")), "outputs[0].name", "layer of 'a'", "adense"),
    (tables(image("a"), output("a_block1_x")), "outputs[0].name", "layer of 'a'", ""),
    (tables(image("a"), output("val_a")), "outputs[0].name", "layer of 'a'", "vala"),
    (
        tables(output("a", "number", size=2), output("a_2")),
        "outputs[1].name",
        "column 'a_2'",
        "my_a_2",
    ),
    (tables(image("a_top"), output("a", "box")), "outputs[0].name", "column 'a_top'", "my_a"),
    # sizes
    (tables(image("a", 0, 8, 1)), "inputs[0].shape[0]", "[0, 8, 1]", "[64, 64, 3]"),
    (tables(image("a", -8, 8, 1)), "inputs[0].shape[0]", "[-8, 8, 1]", "[64, 64, 3]"),
    (tables(image("a", 8, 9999, 1)), "inputs[0].shape[1]", "[8, 9999, 1]", "[64, 64, 3]"),
    (tables(image("a", 8, 8, 2)), "inputs[0].shape[2]", "[8, 8, 2]", "[64, 64, 3]"),
    (tables(image("a", 8, 8)), "inputs[0].shape", "[8, 8]", "[64, 64, 3]"),
    (tables({**image(), "shape": "8x8x1"}), "inputs[0].shape", "'8x8x1'", "[64, 64, 3]"),
    (tables(output(kind="number", size=0)), "outputs[0].size", "0", "size = 3"),
    (tables(output(kind="number", size=10**30)), "outputs[0].size", "1000", "size = 3"),
    (tables(output(weight=0)), "outputs[0].weight", "0", "weight = 2.0"),
    (tables(output(weight=float("nan"))), "outputs[0].weight", "nan", "weight = 2.0"),
    (tables(output(weight=float("inf"))), "outputs[0].weight", "inf", "weight = 2.0"),
    # classes
    (tables(output(kind="category", classes=["a"])), "outputs[0].classes", "['a']", "beagle"),
    (tables(output(kind="category", classes=[])), "outputs[0].classes", "[]", "beagle"),
    (tables(output(kind="category")), "outputs[0].classes", "missing", "beagle"),
    (tables(output(kind="category", classes=["a", ""])), "outputs[0].classes[1]", "", "beagle"),
    (tables(output(kind="category", classes=["a", " b"])), "outputs[0].classes[1]", "", ""),
    (tables(output(kind="category", classes=["a", "b\n"])), "outputs[0].classes[1]", "", ""),
    (
        tables(output(kind="category", classes=["a", "\u202eb"])),
        "outputs[0].classes[1]",
        "",
        "",
    ),
    (
        tables(output(kind="category", classes=["a", "b" * 201])),
        "outputs[0].classes[1]",
        "",
        "",
    ),
    (
        tables(output(kind="category", classes=["a", "b", "a"])),
        "outputs[0].classes",
        "does not work",
        "",
    ),
    # sections and keys
    (tables(format=2), "format", "format 1, not 2", "upgrade"),
    (tables(format=True), "format", "not True", "upgrade"),
    (tables(projct={}), "projct", "'projct'", "mean 'project'"),
    (tables(image(size=3)), "inputs[0].size", "'size'", ""),
    (tables(image(encoder="cnn", filter=3)), "inputs[0].filter", "'filter'", "mean 'filters'"),
    (tables(**{"a]": 1}), "a]", "'a]'", "Known"),
    (tables(inputs=[]), "inputs", "at least one input", "--input"),
    (tables(outputs=[]), "outputs", "at least one output", "--output"),
    (tables(inputs=3), "inputs", "list of tables", "[[inputs]]"),
    (tables(inputs=image()), "inputs", "list of tables", "[[inputs]]"),
    (tables(outputs=[3]), "outputs[0]", "table of keys", ""),
    (tables(model=[]), "model", "table of keys", ""),
    (tables(data={"sample": "digts"}), "data.sample", "'digts'", "mean 'digits'"),
    (tables(data={"sample": 1}), "data.sample", "1", "digits"),
    (tables(outputs=[output(f"o{n}") for n in range(MOST_INPUTS + 1)]), "outputs", "17", ""),
    (tables(output("a", "box"), inputs=[image(), image()]), "inputs[1].name", "photo", ""),
    # augmentation
    (tables(image(shift=0.6)), "inputs[0].shift", "shift = 0.6", "shift = 0.1"),
    (tables(image(rotate=-1)), "inputs[0].rotate", "rotate = -1", "rotate = 10"),
    (tables(image(zoom=1)), "inputs[0].zoom", "zoom = 1", "zoom = 0.1"),
    (tables(image(contrast=float("nan"))), "inputs[0].contrast", "contrast = nan", "0.2"),
    (tables(image(flip="yes")), "inputs[0].flip", "flip = 'yes'", "flip = true"),
    (tables(image(jitter=0.1)), "inputs[0].jitter", "no key 'jitter'", ""),
    # merging
    (tables(model={"merge": "add"}), "model.merge", "nothing to merge", "leave merge out"),
    (tables(model={"merge": "ad"}), "model.merge", "'ad'", "mean 'add'"),
    (tables(model={"trunk": -1}), "model.trunk", "-1", "trunk = 64"),
    (
        tables(image("a"), image("b", encoder="mlp", units=[3]), model={"merge": "add"}),
        "model.merge",
        "'add' does not work",
        "concatenate",
    ),
    (
        tables(image("a"), image("b"), image("c"), model={"merge": "difference"}),
        "model.merge",
        "'difference' does not work",
        "concatenate",
    ),
    # sharing
    (tables(shared=[{"inputs": ["photo"]}]), "shared[0].inputs", "['photo']", "right"),
    (tables(shared=[{"inputs": "ab"}]), "shared[0].inputs", "'ab'", "right"),
    (tables(image("a"), shared=[{"inputs": ["a", "b"]}]), "shared[0].inputs", "input 'b'", ""),
    (tables(image("a"), shared=[{"inputs": ["a", "a"]}]), "shared[0].inputs", "twice", ""),
    (
        tables(image("a"), image("b", 9, 9, 1), shared=[{"inputs": ["a", "b"]}]),
        "shared[0].inputs",
        "cannot share",
        "--input b:image:8x8x1",
    ),
    (
        tables(image("a"), image("b", encoder="mlp"), shared=[{"inputs": ["a", "b"]}]),
        "shared[0].inputs",
        "different encoders",
        "same encoder",
    ),
    (
        tables(image("a", flip=True), image("b", zoom=0.1), shared=[{"inputs": ["a", "b"]}]),
        "shared[0].inputs",
        "augmented in different ways",
        "the same flip, zoom for each",
    ),
    (
        tables(image("image"), image("b"), shared=[{"inputs": ["image", "b"]}]),
        "shared[0].name",
        "'image' is already used",
        "shared_image",
    ),
    (
        tables(image("a"), image("b"), shared=[{"inputs": ["a", "b"], "name": "x_encoder"}]),
        "shared[0].name",
        "'x'",
        "my_x_encoder",
    ),
]
"""What is wrong, where, and parts of what is said of it and of what to do."""


@pytest.mark.parametrize(("given", "where", "says", "hint"), MISTAKES)
def test_a_mistake_is_answered_with_its_place_and_what_to_do(
    given: dict[str, Any], where: str, says: str, hint: str
) -> None:
    problem = only_problem(given)
    assert problem.where == where
    assert says in problem.what
    assert hint in problem.try_
    assert problem.try_ or problem.why


def test_a_box_needs_an_image_and_an_image_with_a_mistake_is_one() -> None:
    unknown = {"name": "film", "kind": "video"}
    found = problems(tables(output("place", "box"), inputs=[unknown]))
    assert [problem.where for problem in found] == ["inputs[0].kind", "outputs[0]"]
    assert only_problem(tables(image("a", 0, 0, 1), output("place", "box"))).where.startswith(
        "inputs[0].shape"
    )


def test_all_mistakes_are_told_at_once() -> None:
    given = {
        "project": {"name": "class", "api": "sequentail", "purpose": 3, "autor": "me"},
        "inputs": [
            image("2a", encoder="cn", foo=1),
            image("b", 0, 8, 1),
            {"name": "b", "kind": "image"},
        ],
        "outputs": [output("digit", "category", classes=["a"]), output("age", "numbr")],
        "shared": [{"inputs": ["b", "c"], "nam": "x"}],
        "model": {"merge": "ad", "trunk": "big"},
        "data": {"sample": 1},
        "extra": {},
    }
    wheres = [problem.where for problem in problems(given)]
    assert sorted(wheres) == sorted(
        [
            "extra",
            "project.name",
            "project.api",
            "project.purpose",
            "project.autor",
            "inputs[0].name",
            "inputs[0].encoder",
            "inputs[0].foo",
            "inputs[1].shape[0]",
            "inputs[2].shape",
            "inputs[2].name",
            "outputs[0].classes",
            "outputs[1].kind",
            "shared[0].inputs",
            "shared[0].nam",
            "model.merge",
            "model.trunk",
            "data.sample",
        ]
    )


def test_an_api_that_is_misspelt_is_guessed() -> None:
    assert "'sequential'" in only_problem(tables(project={"name": "a", "api": "sequentil"})).try_


def test_the_flag_that_said_it_is_named_instead_of_the_path() -> None:
    origins = {"inputs[0]": Origin("--input 2photo:image:8x8x1", "--input photo:image:28x28x1")}
    with pytest.raises(KerasmithError) as refusal:
        read_spec(tables(image("2photo")), origins)
    assert refusal.value.problems[0].where == "--input 2photo:image:8x8x1"
    assert refusal.value.problems[0].try_ == "--input photo:image:28x28x1"


def test_bytes_that_are_no_text_are_refused_wherever_they_stand() -> None:
    for broken in (
        tables(name="\udcff"),
        tables(project={"name": "a", "api": "\udcff"}),
        tables(output(kind="category", classes=["a", "\udcff"])),
        tables(**{"\udcff": 1}),
    ):
        assert "is not text" in only_problem(broken).what


def test_endless_nesting_is_refused() -> None:
    deep: dict[str, Any] = {}
    for _ in range(100_000):
        deep = {"a": deep}
    assert "nested too deeply" in only_problem(tables(data=deep)).what


def test_a_number_too_long_to_write_is_refused() -> None:
    assert only_problem(tables(output(kind="number", size=16**5000))).where == "outputs[0].size"


# === One entry ===


def test_an_input_is_read_alone_if_nothing_is_wrong_with_it() -> None:
    spec = read_spec(tables(image(encoder="cnn", filters=[3])))
    assert read_input(image(encoder="cnn", filters=[3])) == spec.inputs[0]
    mistakes: list[Tables] = [
        image("photo", 8, 8, 2),
        image(encoder="cnn", filters=[1] * 4),  # more stages than the image can be halved
        image(encoder="cnn", foo=1),
        {"name": "photo", "kind": "image"},
    ]
    for wrong in mistakes:
        assert read_input(wrong) is None


def test_an_output_is_read_alone_if_nothing_is_wrong_with_it() -> None:
    assert (
        read_output(output("age", "number", size=3))
        == (read_spec(tables(output("age", "number", size=3))).outputs[0])
    )
    for wrong in (
        output("age", "number", size=0),
        output("age", "numbr"),
        output("age", "number", foo=1),
        output("cat", "category", classes=["a", "a"]),
    ):
        assert read_output(wrong) is None


def test_the_numbers_of_a_column_are_written_as_it_says_or_as_all_are() -> None:
    columns = [{"name": "rent", "numbers": "1.234,5"}, {"name": "rooms", "missing": ["-"]}]
    data = read_spec({**tables(), "data": {"numbers": "1,234.5", "columns": columns}}).data
    assert [data.numbers_in(each) for each in ("rent", "rooms", "other")] == [
        "1.234,5",
        "1,234.5",
        "1,234.5",
    ]


# === Nothing escapes ===

_anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.sampled_from(["photo", "image", "cnn", "binary", "category", "digits", "add"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "kind", "shape", "encoder", "filters", "inputs", "classes", "a].", "merge"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


@draws(100, 300)
@given(
    given=st.fixed_dictionaries(
        {},
        optional={
            section: _anything | st.lists(_anything, max_size=3)
            for section in ("format", "project", "inputs", "outputs", "shared", "model", "data")
        },
    )
)
def test_whatever_the_tables_hold_is_read_or_refused(given: dict[str, Any]) -> None:
    well_said(problems_or_none(lambda: read_spec(given)))


@draws(50, 200)
@given(spec=specs(most=2), junk=_anything, data=st.data())
def test_a_value_of_a_legal_spec_put_wrong_is_read_or_refused(
    spec: Any, junk: object, data: st.DataObject
) -> None:
    given = tables_of(spec)
    section = data.draw(st.sampled_from(sorted(given)))
    part = given[section]
    entry = part[0] if isinstance(part, list) else part
    if isinstance(entry, dict):
        entry[data.draw(st.sampled_from([*sorted(entry), "other"]))] = junk
    else:
        given[section] = junk
    well_said(problems_or_none(lambda: read_spec(given)))


# === Groups ===


@pytest.mark.parametrize("path", ["data/own.csv", "data/own.parquet"])
def test_rows_are_in_no_group_by_what_is_predicted(path: str) -> None:
    grouped = {**tables(), "data": {"path": path, "group": "who"}}
    assert read_spec(grouped).data.group == "who"
    grouped["data"]["group"] = grouped["outputs"][0]["name"]
    assert only_problem(grouped).where == "data.group"
