"""Names that the generated code needs for itself are refused; the code is looked at, not a list."""

import ast
import importlib.metadata
import re
from collections.abc import Iterator

import pytest
from msgspec import Struct
from msgspec.structs import fields
from packaging.requirements import Requirement

from kerasmith.catalogue.encoders import ENCODERS, encoders_for
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.keys import described
from kerasmith.spec.names import (
    IN_THE_GRAPH,
    clash,
    layer_suffixes,
    suggested_part,
    suggested_project,
    why_not_part,
    why_not_project,
)
from kerasmith.spec.read import problems_of, read_spec
from kerasmith.spec.specification import Spec
from tests.unit.helpers import Tables, image, output, tables

OWN = ("qqin", "qqout", "qqstem")
"""What the user's own names begin with in these specs."""


def examples(kind: type[Struct]) -> Tables:
    """Return what a kind must say, with the example that each key carries."""
    return {each.name: described(each.type)[1] for each in fields(kind) if each.required}


def every_part() -> Iterator[Spec]:
    """Yield specs in which every kind, encoder and merge of the catalogue is once at least."""
    outputs = [
        output(f"qqout{name}", name, **examples(kind)) for name, kind in OUTPUT_KINDS.items()
    ]
    for kind in INPUT_KINDS.values():
        for encoder in encoders_for(kind):
            one = {"name": "qqina", "kind": kind.kind, "encoder": encoder, **examples(kind)}
            size = encoders_for(kind)[encoder].size_hint or kind.size_for("qqinb")
            two = {**one, "name": "qqinb", **kind.from_flag(size)}
            pair = [{"inputs": ["qqina", "qqinb"], "name": "qqstem_encoder"}]
            heads: list[Tables] = []
            for head in outputs:
                alone = project([one], [head])
                if agreed(alone):
                    yield read_spec(alone)
                if agreed(project([one, two], [*heads, head])):
                    heads.append(head)
            for merge in MERGES if heads else ():  # masks are of one input
                for shared in ([], pair):
                    both = project([one, two], heads, shared=shared, model={"merge": merge})
                    if agreed(both):
                        yield read_spec(both)


def project(inputs: list[Tables], outputs: list[Tables], **rest: object) -> Tables:
    return {"project": {"name": "qq"}, "inputs": inputs, "outputs": outputs, **rest}


def agreed(given: Tables) -> bool:
    """Say whether entries go together; each of them is right by itself."""
    found = problems_of(given)
    assert all(problem.refusal for problem in found), found
    return not found


@pytest.mark.slow
def test_every_part_is_there() -> None:
    every = list(every_part())
    inputs = [each for spec in every for each in spec.inputs]
    assert {each.kind.kind for each in inputs} == {*INPUT_KINDS}
    assert {(e.kind.kind, e.encoder.encoder) for e in inputs if e.encoder} == {
        (kind, encoder) for kind, encoders in ENCODERS.items() for encoder in encoders
    }
    assert {each.kind.kind for spec in every for each in spec.outputs} == {*OUTPUT_KINDS}
    assert {spec.model.merge for spec in every} >= {*MERGES}
    assert any(spec.shared for spec in every)


@pytest.fixture(scope="module")
def modules() -> list[tuple[str, ast.Module]]:
    """Every Python file of every such project; what many have alike appears once."""
    files = {
        (path, text)
        for spec in every_part()
        for path, text in render(plan(spec)).items()
        if path.endswith(".py")
    }
    return [(path, ast.parse(text)) for path, text in sorted(files)]


def own(name: str) -> bool:
    return name.startswith(OWN)


def names_in(tree: ast.AST) -> set[str]:
    """Return the names that are in a scope as variables, functions, modules or arguments."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name)
    return found


def top_names(tree: ast.Module) -> set[str]:
    """Return the names that a module defines for its functions."""
    own_names = {
        node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }
    rest = [node for node in tree.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return own_names.union(*map(names_in, rest))


def refused_beside_its_encoder() -> set[str]:
    """Return the names that projects without an encoder, or such a merge, may have.

    Which encoders' names that are says `Encoder.reserves_names`.
    """
    encoders = (each for known in ENCODERS.values() for each in known.values())
    return {
        name
        for each in encoders
        if not each.reserves_names
        for name in (*each.local_names, *each.unnamed_layers)
    } | {*MERGES["own_graph"].local_names}


@pytest.mark.parametrize("name", MERGES["own_graph"].local_names)
def test_a_name_that_the_code_of_a_merge_needs_is_refused_beside_it_alone(name: str) -> None:
    row = [{"name": "age"}]
    inputs = [{"name": each, "kind": "table", "columns": row} for each in (name, "other")]
    inputs[1]["columns"] = [{"name": "size"}]
    tables = {"project": {"name": "zoo"}, "inputs": inputs, "outputs": [output("answer")]}
    read_spec(tables)
    with pytest.raises(KerasmithError, match=f"needs the name {name!r}"):
        read_spec({**tables, "model": {"merge": "own_graph"}})


@pytest.mark.parametrize(
    ("name", "encoder"),
    [("layer", "own_layers"), ("backbone", "mobilenet_v3"), ("pixels", "resnet50")],
)
def test_a_name_that_a_release_allowed_is_refused_beside_its_encoder_alone(
    name: str, encoder: str
) -> None:
    assert not why_not_part(name)
    photo = {"name": name, "kind": "image", "shape": [96, 96, 3]}
    answer = {"name": "answer", "kind": "binary"}
    read_spec({"project": {"name": "zoo"}, "inputs": [photo], "outputs": [answer]})
    with pytest.raises(KerasmithError, match=f"{encoder!r} needs the name {name!r}"):
        read_spec(
            {
                "project": {"name": "zoo"},
                "inputs": [{**photo, "encoder": encoder}],
                "outputs": [answer],
            }
        )


@pytest.mark.slow
def test_no_name_can_hide_one_of_the_code_beside_it(modules: list[tuple[str, ast.Module]]) -> None:
    beside = {
        name: path
        for path, tree in modules
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef) and "qqina" in (names := names_in(function))
        for name in names | top_names(tree)
    }
    assert beside
    encoders_refuse = refused_beside_its_encoder()
    for name, path in beside.items():
        free = re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", name) and not own(name)
        refused = why_not_part(name) or name in encoders_refuse
        assert not free or refused, f"{name} is in {path}"
        start, _, end = name.rpartition("_")
        if start and not own(name) and end in IN_THE_GRAPH:
            assert why_not_part(start), f"a part called {start} would have a {name} in {path}"


@pytest.mark.slow
def test_no_config_field_of_a_part_can_be_another_s(modules: list[tuple[str, ast.Module]]) -> None:
    fields = {
        node.target.id
        for path, tree in modules
        if path.endswith("config.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert fields
    suffixes = {name.partition("_")[2] for name in fields if own(name)}
    assert all("_" not in suffix for suffix in suffixes), suffixes
    for name in fields:
        start, _, end = name.rpartition("_")
        if not own(name) and end in suffixes:
            assert why_not_part(start), f"a part called {start} would have the field {name}"


@pytest.mark.slow
def test_no_layer_that_the_code_leaves_unnamed_can_meet_a_part_s(
    modules: list[tuple[str, ast.Module]],
) -> None:
    unnamed = set()
    for path, tree in modules:
        if path.endswith("/model.py"):
            for node in ast.walk(tree):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="layers"), attr=layer), keywords=given
                    ) if not any(each.arg == "name" for each in given):
                        unnamed.add(snake_case(layer))
    assert unnamed
    unnamed |= {"absolute", "subtract"}  # ops.abs and `-` are layers of the graph too
    for name in unnamed - refused_beside_its_encoder():
        assert why_not_part(name), name
        assert why_not_part(f"{name}_1"), name


def snake_case(name: str) -> str:
    """Return a class name as Keras makes a layer's name of it."""
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


@pytest.mark.slow
def test_every_named_layer_of_a_part_begins_with_its_name_and_a_known_suffix(
    modules: list[tuple[str, ast.Module]],
) -> None:
    for path, tree in modules:
        if path.endswith("/model.py"):
            for node in ast.walk(tree):
                if isinstance(node, ast.keyword) and node.arg == "name":
                    text = ast.unparse(node.value).removeprefix("f").strip("'\"")
                    stem, _, rest = text.partition("_")
                    if own(stem) and rest:
                        word = re.sub(r"\{.*|\d.*", "", rest.partition("_")[0])
                        assert word in layer_suffixes(), text
                        assert clash(text.partition("{")[0], [stem]) == stem


@pytest.mark.parametrize(
    ("name", "others", "met"),
    [
        ("photo_dense", ["photo"], "photo"),
        ("photo_conv2", ["photo"], "photo"),
        ("photo_block1_conv1", ["photo"], "photo"),
        ("photo_features", ["photo"], "photo"),
        ("val_photo", ["photo"], "photo"),
        ("photo_dense", ["photos", "hoto"], ""),
        ("photo_age", ["photo"], ""),
        ("photo", ["photo"], ""),
        ("val_photo", ["photos"], ""),
    ],
)
def test_a_name_meets_the_layers_of_another_or_not(name: str, others: list[str], met: str) -> None:
    assert clash(name, others) == met


@pytest.mark.parametrize("name", ["photo", "left", "page_1", "net", "address", "added", "value"])
def test_an_ordinary_name_is_free(name: str) -> None:
    assert not why_not_part(name)
    read_spec(tables(image(name)))


@pytest.mark.parametrize(
    "name", ["class", "print", "keras", "features", "lpt1", "residual_block", "val", "re_lu_2"]
)
def test_a_name_with_another_meaning_is_taken(name: str) -> None:
    assert why_not_part(name)


@pytest.mark.parametrize("name", ["pets", "digits", "shapes", "pet-finder", "data-2"])
def test_an_ordinary_project_name_is_free(name: str) -> None:
    assert not why_not_project(name)


@pytest.mark.parametrize(
    "name", ["class", "json", "typing-extensions", "test", "aux", "keras", "kerasmith", "rich"]
)
def test_a_project_name_that_some_package_has_is_taken(name: str) -> None:
    assert why_not_project(name)


@pytest.mark.slow
def test_every_package_that_a_project_installs_is_taken() -> None:
    wanted = set()
    todo = ["keras", "matplotlib", "pandas", "pillow", "scikit-learn", "tensorflow"]
    while todo:
        name = re.sub(r"[-_.]+", "-", todo.pop()).lower()
        if name in wanted:
            continue
        wanted.add(name)
        try:
            lines = importlib.metadata.requires(name) or []
        except importlib.metadata.PackageNotFoundError:
            continue
        needed = [Requirement(line) for line in lines]
        todo += [n.name for n in needed if not n.marker or n.marker.evaluate({"extra": ""})]
    for package, sources in importlib.metadata.packages_distributions().items():
        installed = {re.sub(r"[-_.]+", "-", source).lower() for source in sources} & wanted
        if installed and re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", package.lower()):
            assert why_not_project(package.lower()), package


@pytest.mark.parametrize("text", ["My Photo!", "2nd-photo", "__x__", "Für", "a" * 99, "日本", ""])
def test_a_suggestion_can_be_taken(text: str) -> None:
    read_spec(tables(image(suggested_part(text)), name=suggested_project(text)))


@pytest.mark.parametrize("text", ["class", "test", "con", "typing-extensions"])
def test_a_suggestion_is_no_taken_name(text: str) -> None:
    assert not why_not_project(suggested_project(text))


@pytest.mark.parametrize("name", ["photo", "A b", "für", "a" * 30, "predicted_" + "a" * 20])
@pytest.mark.parametrize("inputs", [1, 2])
def test_what_is_offered_in_the_place_of_a_name_twice_can_be_taken(name: str, inputs: int) -> None:
    parts = [*[image(name)] * inputs, *[output(name)] * (3 - inputs)]
    offered = [
        re.sub(r'name = "(.*)"', r"\1", problem.try_)
        for problem in problems_of(tables(*parts))
        if problem.refusal == "one-name-twice"
    ]
    assert len(offered) == 2
    for each in offered:
        read_spec(tables(image(each)))


def test_the_catalogue_has_encoders_for_every_kind() -> None:
    assert set(ENCODERS) == set(INPUT_KINDS)


def test_why_a_project_cannot_be_called_so_is_true() -> None:
    assert why_not_project("test") == "Python has a package 'test' of its own, with its own tests."
    assert why_not_project("tests") == "The project has a folder or a module 'tests' itself."
    assert why_not_project("keras") == "The project itself uses a package 'keras'."
