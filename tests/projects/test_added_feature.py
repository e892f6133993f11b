"""A feature is one catalogue entry, one part and its own files; no other file changes."""

import shutil
from pathlib import Path

import pytest

from tests.projects.test_added_encoder import REFERENCE, ROOT, python, shown

CITED = "{% if 'citation' in features %}CITATION.cff{% endif %}.jinja"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the page was followed."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "templates", "tests", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    catalogue = folder / "src/kerasmith/catalogue/features.py"
    text = catalogue.read_text("utf-8")
    entry = shown("python", 'Feature("citation"').strip()
    place = "\n        )\n    },\n)\n\nALL"
    assert place in text
    catalogue.write_text(text.replace(place, f"\n            {entry},{place}"), "utf-8")
    part = folder / "templates/parts/features/citation.jinja"
    part.write_text(shown("jinja", "how to cite"), "utf-8")
    (folder / "templates/project" / CITED).write_text(shown("jinja", "cff-version"), "utf-8")
    return folder


def test_a_project_has_it_that_asks_for_it(copy: Path, tmp_path: Path) -> None:
    new = ["-m", "kerasmith", "new", "digits", "--recipe", "digits"]
    python(copy, *new, "--with", "citation", cwd=tmp_path)
    assert 'title: "Digits"' in (tmp_path / "digits/CITATION.cff").read_text("utf-8")
    readme = (tmp_path / "digits/README.md").read_text("utf-8")
    assert "\nCITATION.cff            how to cite Digits\n" in readme


def test_reference_schema_and_help_know_it(copy: Path) -> None:
    assert '"citation"' in python(copy, "-m", "kerasmith", "schema")
    assert "citation" in python(copy, "-m", "kerasmith", "new", "--help")
    assert "| [`citation`](features/citation.md) |" in python(copy, "-c", REFERENCE)


def test_the_tests_of_features_hold_it_to_the_contract(copy: Path) -> None:
    tests = "tests/unit/test_features.py"
    assert " passed" in python(copy, "-m", "pytest", tests, "-p", "no:cacheprovider", "-n", "0")
