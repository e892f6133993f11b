"""A project's notebook runs from top to bottom as in Jupyter, and trains as the project does."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from nbclient import NotebookClient

from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs
from tests.projects.conftest import project_environment, run_modules, train_for, write_project
from tests.samples import draws, full_samples

pytestmark = [pytest.mark.alone, pytest.mark.long(30)]

NOTEBOOK = "notebook.ipynb"

QUICK = "feedforward"
"""The one that runs in `make test`."""

SOME = ["shapes", "forecast"]
"""Those of `make test-all`: files that are read, and windows of one table."""

FETCHED = {"mnist"}
"""The sample is fetched from the network, which tests do without."""


def with_notebook(spec: Spec) -> Spec:
    """Return the spec with the feature."""
    return spec_from_flags(Flags(with_=["notebook"]), tables_of(spec))


@draws(10, 60)
@given(spec=specs(most=4))
def test_any_notebook_is_valid_and_written_as_jupyter_writes_it(spec: Spec) -> None:
    text = render(plan(with_notebook(spec)))[NOTEBOOK]
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    assert nbformat.writes(notebook) + "\n" == text
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)


def executed(project: Path) -> Any:
    """Run all cells as Jupyter does, in a kernel of its own; return the notebook with outputs."""
    notebook = nbformat.read(project / NOTEBOOK, as_version=4)
    kernel = {**project_environment(project, {}), "PYTHONPATH": str(project / "src")}
    kernel.pop("MPLBACKEND")  # pictures are shown
    paths = {"metadata": {"path": str(project)}}
    NotebookClient(notebook, timeout=600, resources=paths).execute(env=kernel)
    return notebook


def shown(notebook: Any, cell: str) -> list[Any]:
    """Return what a cell has shown, in each of its forms."""
    (found,) = (each for each in notebook.cells if each.id == cell)
    return [output.data for output in found.outputs if "data" in output]


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(name, marks=pytest.mark.full if name in SOME else pytest.mark.notebooks)
        for name in recipe_names()
        if name not in FETCHED
    ]
    if full_samples()
    else [QUICK],
)
def test_it_runs_from_top_to_bottom_and_trains_as_the_project_does(
    recipe: str, tmp_path: Path
) -> None:
    spec = with_notebook(load_recipe(recipe).spec)
    project = write_project(tmp_path, spec)
    train_for(2, project / "src" / spec.package / "config.py")
    notebook = executed(project)
    history = project / "runs/latest/history.csv"
    in_the_notebook = history.read_text("utf-8")
    scores = json.loads((project / "runs/latest/metrics.json").read_text("utf-8"))
    (table,) = shown(notebook, "evaluate")
    assert all(name in table["text/plain"] for name in (*scores, "baseline"))
    assert ["image/png" in data for data in shown(notebook, "curve")] == [True]
    pictures = [*(project / "runs/latest").glob("*.png")]
    assert len(shown(notebook, "pictures")) == len(pictures) - 1  # the curve is shown above
    (answers,) = shown(notebook, "predict")
    assert all(f"'{each.name}'" in answers["text/plain"] for each in spec.outputs)
    run_modules(project, f"{spec.package}.train")
    assert history.read_text("utf-8") == in_the_notebook
