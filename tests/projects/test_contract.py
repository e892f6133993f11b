"""`render` writes what `copier copy` writes, byte for byte."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import copier
import pytest
import yaml
from hypothesis import given
from msgspec.structs import replace

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.plan.plan import plan
from kerasmith.plan.planned import (
    Plan,
    PlannedEncoder,
    PlannedInput,
    PlannedOutput,
    PlannedReason,
)
from kerasmith.render.render import answers_of, render, templates_dir
from kerasmith.spec.names import ANSWERS_FILE, recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.testing.random_specs import specs
from tests.samples import draws

OWN_LINES = r"(?m)^(_commit|_src_path): .*\n( +.*\n)*"
"""What only Copier knows: where the templates lay, in lines as a long path needs, and a version."""


def copied(planned: Plan, templates: Path | None = None) -> dict[str, bytes]:
    """Return the files that Copier writes for a plan."""
    with TemporaryDirectory() as folder:
        copier.run_copy(
            str(templates or templates_dir()),
            folder,
            data=answers_of(planned, templates),
            defaults=True,
            overwrite=True,
            quiet=True,
            settings=copier.Settings(),
        )
        found = list(Path(folder).rglob("*"))
        assert not [path for path in found if path.is_dir() and not any(path.iterdir())]
        files = (path for path in found if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def comparable(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files without the lines that only Copier knows."""
    answers = re.sub(OWN_LINES, "", files[ANSWERS_FILE].decode())
    return {**files, ANSWERS_FILE: answers.encode()}


def assert_same_files(planned: Plan, templates: Path | None = None) -> None:
    rendered = {path: text.encode() for path, text in render(planned, templates).items()}
    assert comparable(rendered) == comparable(copied(planned, templates))


@pytest.mark.parametrize("recipe", recipe_names())
def test_recipes_render_as_copier_copies_them(recipe: str) -> None:
    assert_same_files(plan(load_recipe(recipe).spec))


@draws(8, 40)
@given(spec=specs())
def test_any_spec_renders_as_copier_copies_it(spec: Spec) -> None:
    assert_same_files(plan(spec))


@pytest.mark.parametrize("features", [(), ("slurm",)])
def test_a_file_whose_path_comes_out_empty_is_left_out_wherever_it_is(
    tmp_path: Path, features: tuple[str, ...]
) -> None:
    templates = tmp_path / "templates"
    shutil.copytree(templates_dir(), templates)
    project = templates / "project"
    for name in (
        "{% if features %}Dockerfile{% endif %}.jinja",
        "{% if features %}plain.txt{% endif %}",
        "docs/{% if features %}rendered.md{% endif %}.jinja",
        "docs/{% if features %}plain.md{% endif %}",
        "{% if features %}folder{% endif %}/always.txt",
        "{% if features %}folder{% endif %}/{% if not features %}never.txt{% endif %}",
    ):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("some text\n")
    planned = replace(plan(load_recipe("digits").spec), features=features)
    assert_same_files(planned, templates)
    assert ("Dockerfile" in render(planned, templates)) == bool(features)


def test_the_templates_ask_for_the_fields_of_a_plan_and_nothing_else() -> None:
    questions = yaml.safe_load((templates_dir() / "copier.yml").read_text())
    asked = {name for name in questions if not name.startswith("_")}
    assert asked == {*Plan.__struct_fields__, "templates", "checksum"}


def test_copier_is_stopped_where_anything_that_the_templates_ask_for_is_missing() -> None:
    """The list in copier.yml is the plan's; a story shows that it stops Copier."""
    check = yaml.safe_load((templates_dir() / "copier.yml").read_text())["name"]["validator"]
    for field in ({*Plan.__struct_fields__} - {"name"}) | {"templates", "checksum"}:
        assert f" {field} is undefined" in check
    for part in (PlannedInput, PlannedEncoder, PlannedOutput, PlannedReason):
        assert f'["{" ".join(sorted(part.__struct_fields__))}"]' in check


def test_the_templates_need_no_trust() -> None:
    questions = yaml.safe_load((templates_dir() / "copier.yml").read_text())
    assert not {"_tasks", "_migrations", "_jinja_extensions"} & set(questions)


def test_no_template_but_the_samples_names_a_recipe() -> None:
    words = {*INPUT_KINDS, *OUTPUT_KINDS, *Flow, *(e for each in ENCODERS.values() for e in each)}
    recipes = set(recipe_names()) - words  # some are called as what they show
    for path in templates_dir().rglob("*"):
        if (
            path.is_file()
            and not {"samples", "recipes"} & {*path.parts}
            and path.suffix != ".bundle"
        ):
            text = path.read_text()
            assert not [name for name in recipes if f'"{name}"' in text], path
