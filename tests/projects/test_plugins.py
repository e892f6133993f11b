"""Plug-ins as others write them: the examples, and the package that kerasmith writes.

The latter goes from its wheel into an environment of its own, and out again.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.plugin import Merge, Plugin
from kerasmith.project.create_plugin import create_plugin
from kerasmith.testing import check_encoder, check_feature, check_kind, check_merge, check_recipe
from tests.installed import own_environment
from tests.projects.conftest import train_for
from tests.samples import full_samples, samples

EXAMPLES = Path(__file__).parents[2] / "examples" / "plugins"

pytestmark = pytest.mark.xdist_group("plugins")


@contextmanager
def imported(folder: Path) -> Iterator[ModuleType]:
    """Import the package of a plug-in that is not installed."""
    package = folder.name.replace("-", "_")
    sys.path.insert(0, str(folder / "src"))
    try:
        yield import_module(package)
    finally:
        sys.path.remove(str(folder / "src"))
        sys.modules.pop(package)


# === The examples ===

CHECKS: dict[str, tuple[Callable[..., None], str]] = {
    "kerasmith-squeezenet": (check_encoder, "Squeezenet"),
    "kerasmith-rating": (check_kind, "Rating"),
    "kerasmith-citation": (check_feature, "CITATION"),
}


def test_every_example_is_checked() -> None:
    assert {path.name for path in EXAMPLES.iterdir()} == {*CHECKS}


@pytest.mark.full
@pytest.mark.parametrize("name", CHECKS)
def test_an_example_passes_its_own_tests(name: str, tmp_path: Path) -> None:
    """Quickly that is without Keras; `make test-all` trains each."""
    check, entry = CHECKS[name]
    with imported(EXAMPLES / name) as package:
        tested, plugin = getattr(package, entry), package.PLUGIN
        check(tested, plugin, tmp_path, draws=samples(2, 6), train=full_samples())
    (test,) = (EXAMPLES / name / "tests").glob("*.py")
    assert f"{check.__name__}({entry}, PLUGIN, tmp_path)" in test.read_text("utf-8")


# === The kit finds what is wrong ===


def mended(plugin: Plugin, folder: Path, name: str, old: str, new: str) -> Plugin:
    """Return a plug-in with another text in the place of one in its templates."""
    assert plugin.templates
    templates = folder / "templates"
    shutil.copytree(plugin.templates, templates)
    path = templates / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")
    return replace(plugin, templates=templates)


PART = "parts/encoders/image/squeezenet.jinja"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{% macro helpers(", "{% macro help(", "no macro helpers"),
        (
            "{% macro helpers(",
            "{% macro more(each, plan) %}{% endmacro %}{% macro helpers(",
            "more",
        ),
        ('"parts/literals.jinja"', '"parts/nowhere.jinja"', "cannot be rendered"),
        ("  # halves height and width", "  # halves height and width" + " again" * 12, "E501"),
    ],
)
def test_a_part_that_does_not_keep_the_contract_is_said(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    with imported(EXAMPLES / "kerasmith-squeezenet") as package:
        plugin = mended(package.PLUGIN, tmp_path, PART, old, new)
        with pytest.raises((AssertionError, KerasmithError)) as error:
            check_encoder(package.Squeezenet, plugin, tmp_path / "projects", train=False)
    assert said in str(error.value)


@pytest.mark.full
def test_parameters_that_keras_does_not_count_are_said(tmp_path: Path) -> None:
    if not full_samples():
        pytest.skip("builds models; in make test-all")
    with imported(EXAMPLES / "kerasmith-squeezenet") as package:
        plugin = mended(package.PLUGIN, tmp_path, PART, "filters, 1, act", "filters, 2, act")
        with pytest.raises(AssertionError, match="Keras counts"):
            check_encoder(package.Squeezenet, plugin, tmp_path / "projects")


RECIPE = """\
[recipe]
title = "Two points apart"
document = "Dense layers on a few numbers"
data = "made up: points in two heaps"
expected = { seconds = 3, score = { heap = 1.0 }, baseline = { heap = 0.5 } }

[project]
name = "heaps"
description = "Tells which heap a point is in."

[[inputs]]
name = "point"
kind = "table"
columns = [{ name = "x" }, { name = "y" }]

[[outputs]]
name = "heap"
kind = "binary"

[data]
sample = "heaps"
"""

SAMPLE = '''\
"""Write sample data: points in two heaps.

    python -m {{ package }}.sample

The points of a heap are close together, and the heaps far apart.
"""

import numpy as np
import pandas as pd

from {{ package }}.config import Config


def write_sample(config: Config) -> None:
    """Write the table into `data_dir`."""
    rng = np.random.default_rng(config.seed)
    heap = rng.integers(2, size=400)
    points = rng.normal(size=(400, 2)) + 6 * heap[:, None]
    config.data_dir.mkdir(parents=True, exist_ok=True)
    table = pd.DataFrame({"x": points[:, 0], "y": points[:, 1], "heap": heap})
    table.to_csv(config.data_dir / "examples.csv", index=False)


if __name__ == "__main__":
    write_sample(Config())
    print(f"Sample data written to {Config().data_dir.resolve()}")
'''


def test_a_recipe_of_a_plugin_is_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "recipes" / "heaps"
    folder.mkdir(parents=True)
    (folder / "recipe.toml").write_text(RECIPE, "utf-8")
    (folder / "sample.jinja").write_text(SAMPLE, "utf-8")
    plugin = Plugin(contract=1, recipes=tmp_path / "recipes")
    check_recipe("heaps", plugin, tmp_path / "projects", train=full_samples())


MERGE = """\
{% from "parts/layout.jinja" import of_all_features %}

{% macro body(each, plan) %}
{{ of_all_features('features = layers.Maximum(name="features")', plan) }}
{% endmacro %}
"""


def merging(folder: Path, part: str) -> tuple[Merge, Plugin]:
    """Return a merge that takes branches of equal width, and its plug-in."""
    place = folder / "templates/parts/merges/maximum.jinja"
    place.parent.mkdir(parents=True)
    place.write_text(part, "utf-8")
    merge = Merge(
        "maximum",
        "The largest of each feature.",
        lambda widths: widths[0],
        lambda widths: "" if len({*widths}) == 1 else "Its branches differ in width.",
    )
    return merge, Plugin(contract=1, merges=(merge,), templates=folder / "templates")


def test_a_merge_of_a_plugin_is_checked(tmp_path: Path) -> None:
    draws, train = samples(1, 6), full_samples()
    check_merge(*merging(tmp_path, MERGE), tmp_path / "projects", draws=draws, train=train)


def test_a_merge_whose_part_does_not_keep_the_contract_is_said(tmp_path: Path) -> None:
    merge, plugin = merging(tmp_path, MERGE.replace("macro body", "macro merged"))
    with pytest.raises(AssertionError, match="no macro body"):
        check_merge(merge, plugin, tmp_path / "projects", draws=0, train=False)


# === The package that kerasmith writes, from its wheel ===


def run(folder: Path, *command: object) -> str:
    who = {
        f"GIT_{who}_{what}": "me@here"
        for who in ("AUTHOR", "COMMITTER")
        for what in ("NAME", "EMAIL")
    }
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **who, "PYTHONWARNINGS": "", "KERASMITH_DEFAULTS": ""},
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_from_its_wheel_it_is_installed_used_and_uninstalled(tmp_path: Path) -> None:
    """It trains a model of tiny images, once."""
    package = create_plugin(tmp_path / "kerasmith-specks")
    run(package, sys.executable, "-m", "build", "--wheel", "--no-isolation", ".")
    (wheel,) = (package / "dist").glob("*.whl")

    python = own_environment(tmp_path / "own")
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(tmp_path, *pip, "install", "--quiet", "--no-deps", "--no-index", wheel)

    smith = (python, "-m", "kerasmith")
    assert "encoder 'specks' for image inputs" in run(tmp_path, *smith, "plugins")
    words = ("--input", "photo:image:8x8x1=specks", "--output", "pet:category:2")
    run(tmp_path, *smith, "new", "pets", *words)
    project = tmp_path / "pets"
    for step in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "As generated"]):
        run(project, "git", *step)
    config = project / "src/pets/config.py"
    train_for(2, config)
    code = "import sys; sys.path.insert(0, 'src'); from pets import config, sample, train; "
    code += "own = config.Config(); sample.write_sample(own); train.train(own)"
    run(project, python, "-c", code)
    assert [*project.glob("runs/*/model.keras")]

    run(tmp_path, *pip, "uninstall", "--quiet", "--yes", "kerasmith-specks")
    assert "No plug-ins" in run(tmp_path, *smith, "plugins")
    assert "is not installed" in run(project, *smith, "check")
    run(project, "git", "commit", "-qam", "Fewer epochs")
    said = run(project, *smith, "update", "--with", "export")
    assert "kerasmith-specks 0.1.0 is not installed" in said
    assert "epochs: int = 2" in config.read_text("utf-8")
    assert (project / "src/pets/export.py").is_file()
    run(project, "git", "commit", "-qam", "With export")
    assert "Up to date" in run(project, *smith, "check")
