"""A kind is one catalogue entry and one template part; an input's has an encoder with its own.

The page `docs/architecture.md` shows them for a direction and a count, which kerasmith does not
have. They are put into a copy of the project, and that writes projects.
"""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.named import Named
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from tests.projects.test_added_encoder import ROOT, python, shown
from tests.samples import full_samples

in_full = pytest.mark.skipif(not full_samples(), reason="slow; in make test-all")

FLAGS = ["--input", "wind:angle", "--output", "strikes:count"]


def added(path: Path, block: str, before: str, registered: str, name: str) -> None:
    """Write a class above a line of a module, and its name behind another's."""
    code = path.read_text("utf-8")
    assert code.count(before) == code.count(registered) == 1
    code = code.replace(registered, registered.replace(")", f", {name})", 1))
    path.write_text(code.replace(before, f"{block}\n\n{before}"), "utf-8")


def last(kinds: Named[Any]) -> str:
    """Return the class of the last of kerasmith's own kinds."""
    return str(kinds[kinds.own[-1]].__name__)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the page was followed."""
    assert "angle" not in INPUT_KINDS
    assert "count" not in OUTPUT_KINDS
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "templates", "tests", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)

    catalogue = folder / "src/kerasmith/catalogue"
    added(
        catalogue / "inputs.py",
        shown("python", "class Angle(InputKind"),
        "INPUT_KINDS: ",
        f"{last(INPUT_KINDS)})",
        "Angle",
    )
    added(
        catalogue / "outputs.py",
        shown("python", "class Count("),
        "OUTPUT_KINDS: ",
        f"{last(OUTPUT_KINDS)})",
        "Count",
    )
    encoders = catalogue / "encoders/table.py"
    code = encoders.read_text("utf-8").replace(
        "import CategoryInput, ", "import Angle, CategoryInput, "
    )
    code += f"\n\n{shown('python', 'class AngleMlp(')}\n\nENCODERS = (*ENCODERS, AngleMlp)\n"
    encoders.write_text(code, "utf-8")

    parts = folder / "templates/parts"
    (parts / "encoders/angle").mkdir()
    for path, holding in {
        "encoders/angle/mlp.jinja": "Both sides of a direction",
        "inputs/angle.jinja": "{# A direction in degrees. #}",
        "outputs/count.jinja": "{# How many there are. #}",
    }.items():
        (parts / path).write_text(shown("jinja", holding), "utf-8")
    return folder


def test_flags_the_schema_and_the_reference_know_them(copy: Path) -> None:
    answer = json.loads(python(copy, "-m", "kerasmith", "decide", *FLAGS, "--format", "json"))
    assert answer["api"] == "sequential"
    schema = python(copy, "-m", "kerasmith", "schema")
    assert '"const": "angle"' in schema
    assert '"const": "count"' in schema
    python(copy, "docs/make.py")
    reference = (copy / "docs/reference.md").read_text("utf-8")
    assert "A direction in degrees: 0 and 360 are the same." in reference
    assert "How many there are on average" in reference


@pytest.mark.full
@in_full
def test_they_keep_the_contract(copy: Path) -> None:
    tests = ["tests/unit/test_catalogue.py", "tests/unit/test_names.py"]
    said = python(copy, "-m", "pytest", *tests, "-q", "-p", "no:cacheprovider", "-n", "0")
    assert " passed" in said


@pytest.mark.full
@in_full
def test_a_project_of_them_learns_and_keeps_its_promises(copy: Path, tmp_path: Path) -> None:
    new = ["-m", "kerasmith", "new", "storms", *FLAGS, "--with", "export,compare"]
    python(copy, *new, cwd=tmp_path)
    storms = tmp_path / "storms"
    python(copy, "-m", "ruff", "check", "--no-cache", ".", cwd=storms)
    python(copy, "-m", "ruff", "format", "--check", "--no-cache", ".", cwd=storms)
    said = python(
        copy,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        cwd=storms,
        PYTHONPATH=str(storms / "src"),
        KERAS_BACKEND="tensorflow",
    )
    assert re.search(r"\b\d+ passed", said)
    assert "failed" not in said


def test_beside_others_their_code_is_clean(copy: Path, tmp_path: Path) -> None:
    names = ["w", "w23456789012345678901234567890"]
    for number, name in enumerate(names):
        flags = [
            "--input",
            f"{name}:angle",
            "--input",
            "sky:image:16x16x1",
            "--output",
            f"a{name[1:]}:count",
        ]
        python(
            copy,
            "-m",
            "kerasmith",
            "new",
            f"p{number}",
            *flags,
            "--output",
            "hail:binary",
            "--with",
            "all",
            cwd=tmp_path,
        )
    python(copy, "-m", "ruff", "check", "--no-cache", ".", cwd=tmp_path)
    python(copy, "-m", "ruff", "format", "--check", "--no-cache", ".", cwd=tmp_path)
