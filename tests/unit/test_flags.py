"""What flags say, in the form of tables; and what is answered where they say it wrong."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kerasmith.catalogue.encoders.image import Autoencoder, Cnn, Mlp, Resnet
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.flags import Flags, spec_from_flags, toml_value
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from tests.samples import draws
from tests.unit.helpers import example, image, output, problems_or_none, tables, well_said

PHOTO, CAT = "photo:image:8x8x1", "cat:binary"


def spec_of(inputs: str = PHOTO, outputs: str = CAT, **more: Any) -> Spec:
    """Return the spec of flags: inputs and outputs apart by spaces."""
    given: dict[str, Any] = {"name": "pets"} | more
    return spec_from_flags(Flags(inputs=inputs.split(), outputs=outputs.split(), **given))


def refusal(**flags: Any) -> tuple[Problem, ...]:
    with pytest.raises(KerasmithError) as error:
        spec_of(**flags)
    return error.value.problems


# === What works ===


def test_an_input_says_kind_size_and_encoder() -> None:
    spec = spec_of("photo:image:28x20x3=resnet")
    assert tables_of(spec)["inputs"] == [image("photo", 28, 20, 3, encoder="resnet")]


@pytest.mark.parametrize(
    ("flag", "entry"),
    [
        ("digit:category:3", output("digit", "category", classes=["0", "1", "2"])),
        ("pet:category:cat,dog", output("pet", "category", classes=["cat", "dog"])),
        ("time:category:1:2,x=1", output("time", "category", classes=["1:2", "x=1"])),
        ("age:number", output("age", "number")),
        ("age:number:3", output("age", "number", size=3)),
        ("place:box", output("place", "box")),
        ("cat:binary", output()),
    ],
)
def test_an_output_says_kind_and_size(flag: str, entry: dict[str, object]) -> None:
    assert tables_of(spec_of(outputs=flag))["outputs"] == [entry]


def test_blanks_between_classes_do_not_count() -> None:
    flags = Flags(name="pets", inputs=[PHOTO], outputs=["pet:category:cat, big dog ,bird"])
    classes = tables_of(spec_from_flags(flags))["outputs"][0]["classes"]
    assert classes == ["cat", "big dog", "bird"]


def test_sharing_may_name_the_encoder() -> None:
    spec = spec_of("a:image:8x8x1 b:image:8x8x1", share=["page_encoder=a,b"])
    assert tables_of(spec)["shared"] == [{"inputs": ["a", "b"], "name": "page_encoder"}]


def test_branching_chooses_the_first_encoder_of_that_flow() -> None:
    spec = spec_of("a:image:8x8x1 b:image:8x8x1", branching=["b=residual"])
    assert [each.encoder for each in spec.inputs] == [None, Resnet]
    spec = spec_of("a:image:8x8x1 b:image:8x8x1", branching=["residual"])
    assert [each.encoder for each in spec.inputs] == [Resnet, Resnet]


def test_branching_keeps_an_encoder_in_which_data_flows_so_already() -> None:
    spec = spec_of("a:image:8x8x1=mlp", branching=["straight"])
    assert spec.inputs[0].encoder is Mlp


def test_branching_chooses_an_encoder_that_gives_what_the_outputs_ask() -> None:
    spec = spec_of(outputs="edge:mask:2", branching=["straight"])
    assert spec.inputs[0].encoder is Autoencoder


def test_branching_leaves_the_knobs_of_the_encoder_before_behind() -> None:
    base = tables_of(example("two-cameras"))
    spec = spec_from_flags(
        Flags(branching=["front=residual"], set=["model.merge=concatenate"]), base
    )
    assert (spec.inputs[0].encoder, spec.inputs[0].hyperparameters) == (Resnet, {})


@pytest.mark.parametrize(
    "setting",
    [
        "project.description=Finds pets.",
        'project.description="Finds pets."',
        "inputs.photo.encoder=cnn",
        "inputs.photo.shape=[9, 8, 3]",
        "outputs.cat.weight=2.5",
        "model.trunk=32",
        "data.sample=digits",
        "format=1",
    ],
)
def test_every_key_can_be_set(setting: str) -> None:
    path, _, written = setting.partition("=")
    told = str(tables_of(spec_of(set=[setting])))
    assert path.rpartition(".")[2] in told
    assert str(toml_value(written)) in told


def test_flags_change_the_entry_of_the_same_name_and_add_others() -> None:
    flags = Flags(inputs=["photo:image:9x9x3"], outputs=["age:number"], description="New.")
    spec = spec_from_flags(flags, tables(image(encoder="cnn", filters=[3]), name="old"))
    assert tables_of(spec)["inputs"] == [image("photo", 9, 9, 3)]
    assert [each.name for each in spec.outputs] == ["cat", "age"]
    assert (spec.project.name, spec.project.description) == ("old", "New.")


def test_flags_leave_the_tables_that_they_start_from_alone() -> None:
    base = tables(image(encoder="cnn"))
    spec_from_flags(
        Flags(name="new", branching=["residual"], set=["inputs.photo.shape=[9,9,1]"]), base
    )
    assert base == tables(image(encoder="cnn"))


def test_the_folder_names_the_project_where_nothing_else_does() -> None:
    assert spec_of(name=None, folder="cats").project.name == "cats"
    assert spec_of(name="pets", folder="cats").project.name == "pets"
    assert spec_from_flags(Flags(folder="cats"), tables(name="dogs")).project.name == "dogs"


# === What does not ===


MISTAKES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"inputs": "photo"}, "--input", "'photo' does not say a kind", "--input photo:image"),
    ({"inputs": ":image:8x8x1"}, "--input :image:8x8x1", "''", "--input photo:image:28x28x1"),
    ({"inputs": "photo:imag:8x8x1"}, "--input photo:imag:8x8x1", "'imag'", "mean 'image'"),
    ({"inputs": "My-Photo:image:8x8x1"}, "--input My-Photo:", "My", "--input my_photo:image"),
    (
        {"inputs": "photo:image"},
        "--input photo:image",
        "missing",
        "--input photo:image:28x28x1",
    ),
    (
        {"inputs": "photo:image:8x8"},
        "--input photo:image:8x8",
        "[8, 8]",
        "photo:image:8x8x3 in colour",
    ),
    ({"inputs": "photo:image:8x8xx"}, "--input photo:", "''", "photo:image:28x28x1"),
    ({"inputs": "photo:image:8x8x" + "9" * 5000}, "--input", "shape", "photo:image:28x28x1"),
    ({"inputs": "photo:image:8x8x1=cn"}, "--input photo:image:8x8x1=cn", "'cn'", "mean 'cnn'"),
    ({"inputs": "photo:image:8x8x1="}, "--input photo:image:8x8x1=", "''", "Known: cnn"),
    ({"outputs": "cat"}, "--output", "'cat' does not say a kind", "--output cat:binary"),
    ({"outputs": "cat:binary:2"}, "--output cat:binary:2", "'size'", "Known"),
    ({"outputs": "cat:category"}, "--output cat:category", "missing", "cat:category:cat,dog"),
    ({"outputs": "cat:category:1"}, "--output cat:category:1", "['0']", "category:cat,dog"),
    ({"outputs": "cat:category:1001"}, "--output cat:category:1001", "classes", "cat,dog"),
    ({"outputs": "age:number:0"}, "--output age:number:0", "0", "--output age:number:3"),
    ({"outputs": "age:number:-1"}, "--output age:number:-1", "'-1'", "--output age:number:3"),
    ({"outputs": "age:number:" + "9" * 5000}, "--output age", "size", "--output age:number:3"),
    (
        {"outputs": "cat:binary cat:binary"},
        "--output cat:binary",
        "'cat' is already",
        "cat_2",
    ),
    (
        {"outputs": "photo:binary"},
        "--output photo:binary",
        "used by --input",
        "predicted_",
    ),
    ({"share": ["photo"]}, "--share photo", "['photo']", "--share left,right"),
    ({"share": ["photo,foto"]}, "--share photo,foto", "'foto'", "mean 'photo'"),
    ({"branching": ["residuel"]}, "--branching residuel", "'residuel'", "mean 'residual'"),
    ({"branching": ["foto=residual"]}, "--branching foto=", "'foto'", "mean 'photo'"),
    ({"branching": ["=residual"]}, "--branching =residual", "''", "Known: photo"),
    (
        {"branching": ["attention"], "inputs": "city:category:a,b"},
        "--branching attention",
        "category inputs",
        "--branching straight",
    ),
    ({"with_": ["exprt"]}, "--with", "'exprt'", "mean 'export'"),
    ({"without": ["exprt"]}, "--without", "'exprt'", "mean 'export'"),
    ({"with_": ["ci"], "without": ["ci"]}, "--with, --without", "both added", "--with ci"),
    ({"with_": ["slurm"], "without": ["resume"]}, "--without resume", "needed by", "--without"),
    ({"without": ["all"]}, "--without", "'all'", ""),
    ({"set": ["model.trunk"]}, "--set model.trunk", "not PATH=VALUE", "--set inputs.photo"),
    ({"set": ["=3"]}, "--set =3", "not PATH=VALUE", "--set inputs.photo"),
    ({"set": ["modl.trunk=3"]}, "--set modl.trunk=3", "'modl'", "mean 'model'"),
    (
        {"set": ["inputs.encoder=cnn"]},
        "--set inputs.encoder=cnn",
        "not a path",
        "--set inputs.",
    ),
    ({"set": ["model.a.b=1"]}, "--set model.a.b=1", "not a path", "--set inputs."),
    ({"set": ["inputs.foto.encoder=cnn"]}, "--set inputs.foto", "'foto'", "mean 'photo'"),
    ({"set": ["shared.page.name=x"]}, "--set shared.page", "'page'", "name one first"),
    ({"set": ["model.trunk=big"]}, "--set model.trunk=big", "'big'", "--set model.trunk=64"),
    ({"set": ["model.trnk=1"]}, "--set model.trnk=1", "'trnk'", "mean 'trunk'"),
    ({"set": ["inputs.photo.shape=[8, 8]"]}, "--set inputs.photo.shape=", "", "=[64, 64, 3]"),
    ({"set": ["project.api=fun"]}, "--set project.api=fun", "'fun'", "auto, sequential"),
    ({"set": ["project.api=" + "[" * 5000]}, "--set project.api", "nested", ""),
    ({"set": ["project.api={" + "a." * 50000 + "a=1}"]}, "--set project.api", "nested", ""),
    ({"set": ["project.api=" + "9" * 5000]}, "--set project.api", "999", "auto"),
    ({"set": ["project.api=\udcff"]}, "--set project.api", "not text", ""),
    ({"set": ["project.api=" + "{a=" * 9 + "1" + "}" * 9]}, "--set project.api", "nested", ""),
    ({"set": ["outputs=3"]}, "--set outputs=3", "list of tables", ""),
    ({"name": ""}, "--name ", "''", "--name pet-finder"),
    ({"name": "Pet Finder"}, "--name Pet Finder", "'Pet Finder'", "--name pet-finder"),
    ({"name": "import"}, "--name import", "'import'", "--name import-model"),
    ({"name": None, "folder": "My Pets"}, "the destination's name, My Pets", "", "--name my-pets"),
    ({"name": None, "folder": "import"}, "the destination's", "keyword", "--name import-model"),
    ({"name": None, "folder": ""}, "the destination's name, ", "''", "--name my-model"),
    ({"name": None, "folder": "9" * 99}, "the destination's name, 9", "999", "--name my-model"),
    ({"description": ""}, "--description ", "''", '--description "Finds pets'),
    ({"description": "a\nb"}, "--description a\nb", "a\\nb", '--description "Finds pets'),
]
"""What is wrong, where, and parts of what is said of it and of what to do."""


@pytest.mark.parametrize(("flags", "where", "says", "hint"), MISTAKES)
def test_a_mistake_names_its_flag_and_what_to_type(
    flags: dict[str, object], where: str, says: str, hint: str
) -> None:
    problem = refusal(**flags)[0]
    assert problem.where.startswith(where)
    assert says in problem.what + problem.why
    assert hint in problem.try_


def test_mistakes_in_form_and_in_meaning_are_told_together() -> None:
    found = refusal(inputs="photo b:image:0x8x1", outputs="a:binry", set=["x"], share=["b"])
    assert [problem.where.split()[0] for problem in found] == [
        "--input",
        "--set",
        "--input",
        "--output",
        "--share",
    ]


@pytest.mark.parametrize("section", ["project", "inputs", "outputs", "shared", "model", "data"])
@pytest.mark.parametrize("junk", [3, "x", [3], {"a": 3}, [[]], [{"name": ["photo"]}]])
def test_flags_on_top_of_broken_tables_are_refused(section: str, junk: object) -> None:
    flags = Flags(
        name="pets",
        folder="pets",
        inputs=["a:image:8x8x1"],
        outputs=["b:binary"],
        share=["photo,a"],
        branching=["residual", "a=residual"],
        set=[
            "model.trunk=3",
            "inputs.photo.encoder=cnn",
            "shared.x.inputs=3",
            "data.sample=digits",
        ],
    )
    with pytest.raises(KerasmithError):
        spec_from_flags(flags, tables(image(encoder="cnn")) | {section: junk})


_words = st.lists(
    st.sampled_from([*"abx019:=,._-[]{}\"' \n\0é", "\udcff", "image", "photo", "inputs"]),
    max_size=8,
).map("".join)
_flags = st.builds(
    Flags,
    name=st.none() | _words,
    folder=st.none() | _words,
    description=st.none() | _words,
    inputs=st.lists(_words | _words.map("photo:image:{}".format), max_size=2),
    outputs=st.lists(_words | _words.map("cat:category:{}".format), max_size=2),
    share=st.lists(_words, max_size=2),
    branching=st.lists(_words | _words.map("{}=residual".format), max_size=2),
    api=st.none() | _words,
    set=st.lists(_words | _words.map("inputs.photo.{}".format), max_size=2),
)


@draws(150, 300)
@given(flags=_flags)
def test_whatever_flags_say_is_read_or_refused(flags: Flags) -> None:
    well_said(problems_or_none(lambda: spec_from_flags(flags)))


def test_an_encoder_that_a_flag_names_comes_without_knobs() -> None:
    assert spec_of("photo:image:8x8x1=cnn").inputs[0].encoder is Cnn
