"""The other recipes pass their own tests: five of them all, the others those that train."""

from pathlib import Path

import pytest

from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from tests.projects.conftest import Run, write_project
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
