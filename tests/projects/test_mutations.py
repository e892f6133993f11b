"""Mistakes that an owner could make: a project that has one fails its own tests.

Each is put into a generated project, one at a time, against the tests that are about it: in
`make test` those whose tests train nothing, in `make test-all` the others.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from kerasmith.catalogue.features import everything_on
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from tests.projects.conftest import project_environment, write_project
from tests.samples import full_samples

pytestmark = [pytest.mark.alone, pytest.mark.long(20)]


class Mutation(NamedTuple):
    """A line of a recipe's project, and what is there by mistake."""

    recipe: str
    module: str
    right: str
    wrong: str
    tests: str
    """The generated tests that are about it."""


ALL_ROWS = 'pd.concat([read_split(each, config) for each in ("train", "validation", "test")])'

MUTATIONS = {
    "training never shuffles": Mutation(
        "feedforward", "data", 'if split == "train":', 'if split == "none":', "test_data"
    ),
    "scaling is fitted to all rows": Mutation(
        "feedforward",
        "data",
        'alone."""\n    table = read_split("train", config)',
        f'alone."""\n    table = {ALL_ROWS}',
        "test_data",
    ),
    "a picture is in two splits": Mutation(
        "siamese",
        "data",
        "np.unique(linked_files(table), return_inverse=True)",
        "np.unique(np.arange(2 * len(table)), return_inverse=True)",
        "test_data",
    ),
    "the last epoch is kept": Mutation(
        "digits",
        "train",
        "restore_best_weights=True",
        "restore_best_weights=False",
        "test_train",
    ),
    "early stopping never stops": Mutation(
        "feedforward", "train", "(patience=config.patience", "(patience=99", "test_train"
    ),
    "pixels are not rescaled": Mutation(
        "digits", "model", "    model.add(layers.Rescaling(1 / 255))\n", "", "test_model"
    ),
    "the test split chooses the epoch": Mutation(
        "feedforward", "train", 'load_dataset("validation"', 'load_dataset("test"', "test_train"
    ),
    "training rows are scored": Mutation(
        "feedforward",
        "evaluate",
        'rows = read_split("test"',
        'rows = read_split("train"',
        "test_train",
    ),
    "learning is ten times too slow": Mutation(
        "feedforward",
        "model",
        "Adam(config.learning_rate)",
        "Adam(config.learning_rate / 10)",
        "test_train",
    ),
    "what is compared with learns wrong labels": Mutation(
        "feedforward",
        "compare",
        "learner.fit(given, seen)",
        "learner.fit(given, seen[::-1])",
        "test_compare",
    ),
    "a warm start numbers words again": Mutation(
        "sentiment",
        "warm_start",
        "value if name in others or name not in before else before[name]",
        "value",
        "test_warm_start",
    ),
    "a resumed run forgets how long it has waited": Mutation(
        "feedforward",
        "resume",
        '"best", "best_epoch", "wait"',
        '"best", "best_epoch"',
        "test_resume",
    ),
    "a resumed run reads its rows in the order of the first epoch": Mutation(
        "feedforward", "train", "first_epoch=progress.epoch", "first_epoch=0", "test_resume"
    ),
    "each process reads all examples": Mutation(
        "feedforward", "devices", ".shard(processes(), rank())", "", "test_devices"
    ),
}

QUICK = ["training never shuffles", "scaling is fitted to all rows"]
"""Those whose tests train nothing."""

OTHERS = [mistake for mistake in MUTATIONS if mistake not in QUICK]


def project_of(recipe: str) -> Spec:
    """Return the spec of a recipe with all that a project can do."""
    tables = load_recipe(recipe).tables
    tables["project"] |= {"features": [*everything_on("tensorflow")]}
    return read_spec(tables)


def package_of(recipe: str) -> str:
    return f"src/{recipe.replace('-', '_')}"


@pytest.mark.parametrize("mistake", MUTATIONS)
def test_a_mistake_can_be_made_in_the_project(mistake: str) -> None:
    """The line that is changed is there once; whoever moves it learns so before anything trains."""
    recipe, module, right, wrong, tests = MUTATIONS[mistake]
    files = render(plan(project_of(recipe)))
    code = files[f"{package_of(recipe)}/{module}.py"]
    assert code.count(right) == 1
    compile(code.replace(right, wrong), module, "exec", dont_inherit=True)
    assert f"tests/{tests}.py" in files


@pytest.mark.full
@pytest.mark.parametrize("mistake", OTHERS if full_samples() else QUICK)
def test_a_mistake_fails_the_tests_of_the_project(mistake: str, tmp_path: Path) -> None:
    recipe, module, right, wrong, tests = MUTATIONS[mistake]
    folder = write_project(tmp_path, project_of(recipe))
    path = folder / package_of(recipe) / f"{module}.py"
    path.write_text(path.read_text().replace(right, wrong))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", f"tests/{tests}.py"],
        cwd=folder,
        env=project_environment(folder, {}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, f"{mistake}: nothing failed\n{done.stdout[-2000:]}"
    assert "AssertionError" in done.stdout or "assert " in done.stdout
