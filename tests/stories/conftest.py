"""A history of templates: 0.1.0, which is what is here, and what comes after it."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from kerasmith.project.history import BUNDLE, Installed
from kerasmith.render.render import templates_dir
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from tests.stories.story import QUIET, Edits, Project, moved
from tools.release import add_release

PACKAGE = "src/{{ package }}"

NEXT: Edits = {
    f"{PACKAGE}/config.py.jinja": ("epochs: int = {{ epochs }}", "epochs: int = {{ epochs - 5 }}"),
    f"{PACKAGE}/train.py.jinja": ("Train the model and keep", "Train a model and keep"),
    "README.md.jinja": ("## Where things are", "## What lies where"),
    "docs/next.md.jinja": "# What {{ title }} could do next\n\nMore data, mostly.\n",
}
"""What 0.2.0 changes: a number, a docstring, a heading; and it adds a file."""

Move = Callable[..., Installed]


@pytest.fixture(autouse=True)
def nobodys_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no configuration of this machine into a story."""
    for key, value in QUIET.items():
        monkeypatch.setenv(key, value)


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The first release."""
    templates = tmp_path_factory.mktemp("first") / "templates"
    shutil.copytree(templates_dir(), templates, ignore=shutil.ignore_patterns(BUNDLE))
    add_release(templates, "0.1.0")
    return Installed(templates, "0.1.0")


@pytest.fixture(scope="session")
def second(first: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The second release, which knows the first."""
    second = moved(first, tmp_path_factory.mktemp("second"), "0.2.0", NEXT)
    add_release(second.templates, "0.2.0")
    return second


@pytest.fixture
def move(first: Installed, tmp_path: Path) -> Move:
    """Make a kerasmith whose templates go on from the first one's."""
    return lambda edits: moved(first, tmp_path / "templates", "0.2.0", edits)


@pytest.fixture
def digits() -> Spec:
    return load_recipe("digits").spec


@pytest.fixture
def project(tmp_path: Path, first: Installed, digits: Spec) -> Project:
    """The digits project, made by the first release."""
    return Project.new(tmp_path / "digits", digits, first)
