"""The other recipes pass their own tests: five of them all, the others those that train."""

import subprocess
import sys
from pathlib import Path

import pytest

from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from tests.projects.conftest import Run, project_environment, write_project
from tests.samples import full_samples

pytestmark = [pytest.mark.alone, pytest.mark.long(25)]

QUICK = "wide-and-deep"
"""A Functional of a table and words, in `make test`."""

OTHERS = [name for name in recipe_names() if name not in (QUICK, "digits", "shapes")]
"""All but those that `make test` and test_suites.py look at."""

WHOLE = [QUICK, "feedforward", "sentiment", "image-and-text", "siamese", "denoising"]
"""With them each kind goes the whole way; others differ in the model, which they train."""


@pytest.mark.full
@pytest.mark.parametrize("recipe", OTHERS if full_samples() else [QUICK])
def test_other_recipes_pass_their_own_tests(recipe: str, tmp_path: Path, run: Run) -> None:
    folder = write_project(tmp_path, load_recipe(recipe).spec)
    chosen = [] if recipe in WHOLE else ["tests/test_train.py"]
    run(folder, "pytest", "-q", "-p", "no:cacheprovider", *chosen)


def test_mnist_says_plainly_when_it_cannot_be_fetched(tmp_path: Path) -> None:
    folder = write_project(tmp_path, load_recipe("mnist").spec)
    nowhere = "http://127.0.0.1:9"
    done = subprocess.run(
        [sys.executable, "-m", "mnist.sample"],
        cwd=folder,
        env=project_environment(
            folder,
            {"KERAS_HOME": str(tmp_path), "https_proxy": nowhere, "HTTPS_PROXY": nowhere},
        ),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "MNIST cannot be fetched" in done.stderr
    assert "Connect to the network and try again" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "data/examples.csv").exists()
