"""Notebooks run from top to bottom as in Jupyter, and train as the project does.

There are two: the one that a project has, and the one that `kerasmith notebook` writes, which has
nothing beside it.
"""

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from nbclient import NotebookClient
from nbformat import NotebookNode

from kerasmith.notebooks import INSTEAD, notebook
from kerasmith.plan.plan import plan
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs
from tests.projects.clean import ruff
from tests.projects.conftest import project_environment, run_modules, train_for, write_project
from tests.samples import draws, full_samples

pytestmark = [pytest.mark.alone, pytest.mark.long(30)]

NOTEBOOK = "notebook.ipynb"

QUICK = "feedforward"
"""The one that runs in `make test`."""

SOME = ["shapes", "forecast"]
"""Those of `make test-all`: files that are read, and windows of one table."""

MOST_CODE = 375
"""Lines of code that no recipe's notebook exceeds, blank ones not counted."""

SHORT = {"digits": 250, "mnist": 250, "inception": 255}
"""The same of those that a beginner meets first."""


def with_notebook(spec: Spec) -> Spec:
    """Return the spec with the feature."""
    return spec_from_flags(Flags(with_=["notebook"]), tables_of(spec))


def alone(spec: Spec) -> str:
    """Return the notebook of the spec's project that needs nothing beside it."""
    tables = tables_of(spec)
    tables["project"]["features"] = []
    return notebook(plan(spec_from_flags(Flags(), tables)))


def valid(text: str) -> Any:
    """Return a notebook that is valid and written as Jupyter writes it."""
    found = nbformat.reads(text, as_version=4)
    nbformat.validate(found)
    assert nbformat.writes(found) + "\n" == text
    assert len({cell.id for cell in found.cells}) == len(found.cells)
    return found


def code_of(found: Any) -> list[str]:
    """Return the lines of code of a notebook, without the blank ones."""
    cells = [cell.source for cell in found.cells if cell.cell_type == "code"]
    return [line for source in cells for line in source.split("\n") if line]


@draws(10, 60)
@given(spec=specs(most=4))
def test_any_notebook_is_valid_and_written_as_jupyter_writes_it(spec: Spec) -> None:
    valid(render(plan(with_notebook(spec)))[NOTEBOOK])


@draws(10, 60)
@given(spec=specs(most=4))
def test_any_notebook_alone_is_valid_and_has_all_that_its_code_names(
    spec: Spec, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("alone")
    text = alone(spec)
    (folder / NOTEBOOK).write_text(text, "utf-8")
    (folder / "pyproject.toml").write_text(render(plan(spec))["pyproject.toml"], "utf-8")
    ruff(folder, "check")  # F821 is a name that nothing gives
    ruff(folder, "format", "--check", "--diff")
    found = valid(text)
    assert len(found.cells) <= 40
    assert all(cell.cell_type != "code" or not cell.outputs for cell in found.cells)
    for line in code_of(found):
        assert not re.search(rf"python -m|^\s*from {spec.package}\b|(README|decision)\.md", line)
        assert not re.search(r"\b(config|data|model|train|predict|evaluate)\.py\b", line)


def test_notebooks_alone_of_recipes_have_no_more_lines_than_is_said() -> None:
    code = {name: code_of(valid(alone(load_recipe(name).spec))) for name in recipe_names()}
    lines = {name: len(found) for name, found in code.items()}
    assert {name: count for name, count in lines.items() if count > MOST_CODE} == {}
    assert all(lines[name] <= most for name, most in SHORT.items()), lines


def test_what_is_said_otherwise_in_a_notebook_is_what_projects_say() -> None:
    projects = [
        render(plan(load_recipe(name).spec)) for name in ("digits", "feedforward", "forecast")
    ]
    said = [text for files in projects for path, text in files.items() if path.endswith(".py")]
    assert [words for words in INSTEAD if not any(words in text for text in said)] == []


def executed(*folders: Path) -> list[Any]:
    """Run the notebook of each folder as Jupyter does; return them with their outputs.

    One kernel runs one after the other, so that Keras is loaded once; none sees another's names.
    """
    notebooks = [nbformat.read(folder / NOTEBOOK, as_version=4) for folder in folders]
    cells = []
    for folder, each in zip(folders, notebooks, strict=True):
        source = str(folder / "src")
        begin = (
            f"%reset -f\nimport os, sys\nos.chdir({str(folder)!r})\nsys.path.insert(0, {source!r})"
        )
        cells += [nbformat.v4.new_code_cell(begin), *each.cells]
    kernel = project_environment(folders[0], {})
    for name in ("PYTHONPATH", "MPLBACKEND"):  # pictures are shown
        kernel.pop(name)
    NotebookClient(NotebookNode(notebooks[0] | {"cells": cells}), timeout=600).execute(env=kernel)
    return notebooks


def shown(notebook: Any, cell: str) -> list[Any]:
    """Return what a cell has shown, in each of its forms."""
    (found,) = (each for each in notebook.cells if each.id == cell)
    return [output.data for output in found.outputs if "data" in output]


@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param(name, marks=pytest.mark.full if name in SOME else pytest.mark.notebooks)
        for name in recipe_names()
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
    empty = tmp_path / "empty"  # but for the notebook that has nothing beside it
    empty.mkdir()
    (empty / NOTEBOOK).write_text(alone(spec), "utf-8")
    train_for(2, empty / NOTEBOOK)
    histories = []
    folders = (empty, project)
    for folder, found in zip(folders, executed(*folders), strict=True):
        run = folder / "runs/latest"
        histories.append((run / "history.csv").read_text("utf-8"))
        scores = json.loads((run / "metrics.json").read_text("utf-8"))
        (table,) = shown(found, "evaluate")
        assert all(name in table["text/plain"] for name in (*scores, "baseline"))
        assert ["image/png" in data for data in shown(found, "curve")] == [True]
        pictures = [*run.glob("*.png")]
        assert len(shown(found, "pictures")) == len(pictures) - 1  # the curve is shown above
        (answers,) = shown(found, "predict")
        for output in spec.outputs:  # a mask's answer is a file: 'road.file'
            assert re.search(rf"'{output.name}(\.file)?'", answers["text/plain"])
    run_modules(project, f"{spec.package}.train")
    trained = (project / "runs/latest/history.csv").read_text("utf-8")
    assert histories == [trained, trained]
