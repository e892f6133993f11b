"""Mistakes that an owner could make: a project that has one fails its own tests.

Each is put into a generated project, one at a time. `KERASMITH_SAMPLES=full` tries all of them
against all tests; otherwise a few that need no training, against the tests that are about them.
"""

import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from kerasmith.spec.recipes import load_recipe
from tests.projects.conftest import project_environment, write_project
from tests.samples import full_samples

pytestmark = pytest.mark.alone


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
        'table = read_split("train", config)\n    return',
        f"table = {ALL_ROWS}\n    return",
        "test_data",
    ),
    "a picture is in two splits": Mutation(
        "siamese",
        "data",
        "groups = linked(table)",
        "groups = np.arange(2 * len(table)).reshape(len(table), 2)",
        "test_data",
    ),
    "the last epoch is kept": Mutation(
        "digits", "callbacks", 'if not logs["val_loss"] < self.best:', "if False:", "test_resume"
    ),
    "early stopping never stops": Mutation(
        "feedforward",
        "callbacks",
        "self.model.stop_training = True",
        "self.model.stop_training = False",
        "test_resume",
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
        "train",
        "Adam(config.learning_rate)",
        "Adam(config.learning_rate / 10)",
        "test_train",
    ),
    "what is compared with learns wrong labels": Mutation(
        "feedforward",
        "forest",
        "(features, targets, asked",
        "(features, targets[::-1], asked",
        "test_train",
    ),
    "the confusion matrix is transposed": Mutation(
        "feedforward",
        "evaluate",
        "        actual,\n        predicted,\n        labels",
        "        predicted,\n        actual,\n        labels",
        "test_train",
    ),
    "a warm start numbers words anew": Mutation(
        "sentiment",
        "train",
        "fitted[name] if name in begun else before[name]",
        "fitted[name]",
        "test_train",
    ),
}

QUICK = ["training never shuffles", "scaling is fitted to all rows", "pixels are not rescaled"]
"""Those whose tests train nothing."""


@pytest.mark.full
@pytest.mark.parametrize("mistake", MUTATIONS if full_samples() else QUICK)
def test_a_mistake_fails_the_tests_of_the_project(mistake: str, tmp_path: Path) -> None:
    recipe, module, right, wrong, tests = MUTATIONS[mistake]
    folder = write_project(tmp_path, load_recipe(recipe).spec)
    path = folder / "src" / recipe.replace("-", "_") / f"{module}.py"
    code = path.read_text()
    assert code.count(right) == 1, "the project has no such line any more"
    path.write_text(code.replace(right, wrong))
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
