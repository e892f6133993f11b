"""Every rendered file is clean as it is: formatted, linted, typed, and what it claims to be."""

import ast
import json
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.encoders.pretrained import Backbone
from kerasmith.catalogue.encoders.text import WordEncoder
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind, Series, Table
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Binary, Forecast, OutputKind
from kerasmith.errors import KerasmithError
from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import ANSWERS_FILE, recipe_names
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import HOSTILE, specs
from tests.projects.clean import assert_clean, ruff
from tests.samples import draws, full_samples


@draws(25, 150)
@given(spec=specs(most=4))
def test_any_spec_renders_clean_code(spec: Spec) -> None:
    assert_clean(spec)


@pytest.mark.parametrize("recipe", recipe_names())
def test_recipes_render_clean_code(recipe: str) -> None:
    assert_clean(load_recipe(recipe).spec)


def entry_of(kind: type[InputKind] | type[OutputKind]) -> dict[str, object]:
    """Return an entry of that kind, of the size that its flag is shown with."""
    return {"kind": kind.kind, **kind.from_flag(kind.size_hint)}


def specs_with_names_of(length: int) -> Iterator[Spec]:
    """Yield specs in which every name has this length and every encoder and output comes up."""
    letters = [letter * length for letter in "abcdefghijkmnopqrstuvwxyz" if letter != "l"]
    for kind, encoders in ENCODERS.items():
        for encoder in encoders:
            entry = {**entry_of(INPUT_KINDS[kind]), "encoder": encoder}
            if issubclass(encoders[encoder], Backbone):
                entry["shape"] = [224, 224, 3]
            if issubclass(encoders[encoder], WordEncoder):
                entry |= {"embeddings": "v" * length * 2 + ".txt", "checksum": "0" * 64}
            asked = [
                output
                for output in OUTPUT_KINDS.values()
                if kind in (output.kinds_needed() or [kind])
                and output.answers is encoders[encoder].gives
            ]
            for output in asked:
                yield spec_of(letters, [entry], [entry_of(output)])
            if kind != "table" and Binary in asked:
                yield spec_of(letters, [entry, entry], [{"kind": "binary"}], shared=True)
                yield spec_of(letters, [entry] * 4, [{"kind": "binary"}], shared=True)
    long = {"kind": "table", **Table.from_flag("a" * 200 + "/?,b/%Y-%m," + "c" * 86 + "/ISO8601")}
    for inputs in ([long], [long, entry_of(Table)]):
        yield spec_of(letters, inputs, [{"kind": "binary"}])
    many: dict[str, object] = {"kind": "category", "values": 12_000}
    yield spec_of(letters, [many, entry_of(Table)], [{"kind": "binary"}])
    yield spec_of(letters, [many, many], [{"kind": "binary"}], shared=True)
    several = {**entry_of(Series), "features": 2}  # their columns are numbered
    for output in (Binary, Forecast):
        yield spec_of(letters, [several], [entry_of(output)])
    entries = [entry_of(kind) for kind in INPUT_KINDS.values()]
    answers = [
        entry_of(output)
        for output in OUTPUT_KINDS.values()
        if output is not Forecast and output.answers is Extent.ONCE
    ]
    for merge in MERGES:
        some = entries if merge == "concatenate" else [entries[0], entries[0]]
        yield spec_of(letters, some, answers, merge=merge)


def spec_of(
    names: list[str],
    inputs: list[dict[str, object]],
    outputs: list[dict[str, object]],
    shared: bool = False,
    merge: str = "",
) -> Spec:
    """Return the spec of these entries, named one after the other."""
    project, *parts = names
    named = [{"name": name, **each} for name, each in zip(parts, inputs + outputs, strict=False)]
    members = [entry["name"] for entry in named[: len(inputs)]]
    return read_spec(
        {
            "project": {"name": project},
            "inputs": named[: len(inputs)],
            "outputs": named[len(inputs) :],
            "shared": [{"name": names[-1], "inputs": members}] if shared else [],
            "model": {"merge": merge} if merge else {},
        }
    )


@pytest.mark.full
@pytest.mark.parametrize("length", range(4, 30, 3) if full_samples() else [1, 15, 30])
def test_names_of_any_length_render_clean_code(length: int, tmp_path: Path) -> None:
    for number, spec in enumerate(specs_with_names_of(length)):
        create(tmp_path / str(number), render(plan(spec)))
    ruff(tmp_path, "format", "--check", "--diff")
    ruff(tmp_path, "check")


def test_rendering_twice_gives_the_same() -> None:
    spec = spec_from_flags(Flags(name="a-b", inputs=["p:image:8x8x1"], outputs=["q:binary"]))
    assert render(plan(spec)) == render(plan(spec))


MOST_LINES = {True: (516, 215), False: (569, 236)}
"""Lines of source and of tests that a recipe has at most: with one input and one output, or more.

They are to fall to 330 and 200, and to 420 and 260, and not to rise.
"""


@pytest.mark.parametrize("recipe", recipe_names())
def test_a_beginner_can_read_a_recipe_to_the_end(recipe: str) -> None:
    planned = plan(load_recipe(recipe).spec)
    files = render(planned)
    for folder, most in zip(("src/", "tests/"), MOST_LINES[planned.plain], strict=True):
        code = [text for path, text in files.items() if path.startswith(folder)]
        assert sum(text.count("\n") for text in code) <= most, folder
    assert len(files) <= 25


# === Text from strangers ===


def as_seen(markdown: str) -> list[str]:
    """Return the text of each paragraph, heading and cell as a reader sees it."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown)
    inlines = [token.children or [] for token in tokens if token.type == "inline"]
    return ["".join(child.content for child in children) for children in inlines]


hostile = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.sampled_from(
            ["\n", "\r", "\t", "\0", "\x1b[31m", "\u202e", "\u2028", "\u200f", "\ufeff"]
        ),
        st.text(max_size=6),
    ),
    min_size=1,
    max_size=5,
).map("".join)


@draws(60, 300)
@given(description=hostile, first=hostile, second=hostile)
def test_hostile_text_is_refused_or_stands_as_data(
    description: str, first: str, second: str
) -> None:
    tables = {
        "project": {"name": "pets", "description": description},
        "inputs": [{"name": "photo", "kind": "image", "shape": [8, 8, 3]}],
        "outputs": [{"name": "breed", "kind": "category", "classes": [first, second]}],
    }
    try:
        spec = read_spec(tables)
    except KerasmithError:
        return
    files = render(plan(spec))

    module = ast.parse(files["src/pets/__init__.py"])
    assert ast.get_docstring(module, clean=False) == description
    config = ast.parse(files["src/pets/config.py"])
    fields = {
        node.target.id: node.value
        for node in ast.walk(config)
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert ast.literal_eval(fields["breed_classes"]) == (first, second)  # type: ignore[arg-type]

    assert tomllib.loads(files["pyproject.toml"])["project"]["description"] == description
    asked = tomllib.loads(files["kerasmith.toml"])
    assert read_spec(asked) == spec
    assert asked["outputs"][0]["classes"] == [first, second]
    answers = yaml.safe_load(files[ANSWERS_FILE])
    assert answers["description"] == description
    assert answers["outputs"][0]["classes"] == [first, second]

    assert as_seen(files["README.md"])[1] == description
    assert f"one of these classes: {first}, {second}" in as_seen(files["data/README.md"])

    for path, text in files.items():
        if path.endswith(".py"):
            ast.parse(text)
        if path.endswith((".yml", ".yaml")):
            yaml.safe_load(text)
        if path.endswith(".json"):
            json.loads(text)


@draws(10, 30)
@given(spec=specs())
def test_the_printed_command_gives_the_same_project(spec: Spec) -> None:
    """Flags, typed in a shell as the README prints them, are read back as the same spec."""
    from click.testing import CliRunner

    from kerasmith.cli import main

    words = _shell_words(plan(spec).command)
    assert words[:2] == ["kerasmith", "new"]
    with TemporaryDirectory() as folder:
        runner = CliRunner()
        destination = Path(folder) / words[2]
        result = runner.invoke(main, ["new", str(destination), *words[3:]], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        found = {
            path.relative_to(destination).as_posix(): path.read_text()
            for path in destination.rglob("*")
            if path.is_file()
        }
    assert found == render(plan(spec))


def _shell_words(command: str) -> list[str]:
    """Return the words that a real shell makes of a command line."""
    script = f'printf "%s\\0" {command}'
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.split("\0")[:-1]
