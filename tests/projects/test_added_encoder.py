"""An encoder is one catalogue entry and one template part; all else follows from these two.

The page `docs/architecture.md` shows both for an encoder that kerasmith does not have. They are
put into a copy of the project, and the copy's own surfaces and tests are asked about it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.outputs import OUTPUT_KINDS

ROOT = Path(__file__).resolve().parents[2]
NEW = "squeezenet"
FLAGS = ["--input", f"photo:image:33x20x3={NEW}", "--output", "breed:category:2"]


def shown(language: str, holding: str) -> str:
    """Return the code block of the page, in a language, that holds a text."""
    page = (ROOT / "docs/architecture.md").read_text("utf-8")
    blocks = re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    (block,) = (block for block in blocks if holding in block)
    return str(block)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project in which the page was followed."""
    assert NEW not in ENCODERS["image"], "the example must be a new one"
    folder = tmp_path_factory.mktemp("copy")
    for name in ("src", "templates", "tests", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, folder)
    with (folder / "src/kerasmith/catalogue/encoders/image.py").open("a", encoding="utf-8") as file:
        file.write(f"\n\n{shown('python', 'class Squeezenet')}\n")
        file.write("\n\nENCODERS = (*ENCODERS, Squeezenet)\n")
    part = folder / f"templates/parts/encoders/image/{NEW}.jinja"
    part.write_text(shown("jinja", "Fire modules"), "utf-8")
    return folder


def python(copy: Path, *arguments: str, cwd: Path | None = None, **more: str) -> str:
    """Run Python on the copy's kerasmith; return what it prints."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or copy,
        env={**os.environ, "PYTHONPATH": str(copy / "src"), **more},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    return done.stdout


REFERENCE = """
import sys
sys.path.insert(0, "docs")
import make
print(make.reference())
"""
"""Prints one of the documents that `make docs` writes; test_added_kinds.py has it write all."""


def test_flags_and_rules_know_it(copy: Path) -> None:
    answer = python(copy, "-m", "kerasmith", "decide", *FLAGS, "--format", "json")
    assert json.loads(answer)["api"] == "functional"
    assert f"photo goes through {NEW}" in answer


def test_the_schema_and_the_reference_list_it(copy: Path) -> None:
    assert f'"const": "{NEW}"' in python(copy, "-m", "kerasmith", "schema")
    reference = python(copy, "-c", REFERENCE)
    assert f"### {NEW}\n" in reference
    assert "Fire modules: each squeezes the channels" in reference


WIZARD = """
from kerasmith.wizard.draft import Draft
from kerasmith.wizard.architecture import flow_question
photo = {"name": "photo", "kind": "image", "shape": [33, 20, 3]}
for choice in flow_question(Draft({"inputs": [photo]}), ["photo"]).choices:
    print(choice.value, choice.heading, choice.brief, sep="|")
"""


def test_the_wizard_offers_it(copy: Path) -> None:
    offered = python(copy, "-c", WIZARD).splitlines()
    (line,) = (line for line in offered if line.startswith(f"{NEW}|"))
    assert "side by side|Fire modules: each squeezes the channels" in line


@pytest.mark.parametrize("name", ["p", "p23456789012345678901234567890"])
def test_its_code_is_clean(copy: Path, tmp_path: Path, name: str) -> None:
    flags = ["--input", f"{name}:image:33x20x3={NEW}", *FLAGS[2:]]
    python(copy, "-m", "kerasmith", "new", "pets", *flags, cwd=tmp_path)
    assert f'name=f"{name}_fire{{number}}"' in (tmp_path / "pets/src/pets/model.py").read_text()
    python(copy, "-m", "ruff", "check", "--no-cache", "pets", cwd=tmp_path)
    python(copy, "-m", "ruff", "format", "--check", "--no-cache", "pets", cwd=tmp_path)


def test_keras_agrees_with_it_beside_every_output(copy: Path) -> None:
    tests = "tests/projects/test_keras.py"
    command = ["-m", "pytest", tests, "-k", f"every_encoder and {NEW}", "-p", "no:cacheprovider"]
    said = python(copy, *command, KERASMITH_SAMPLES="full")
    assert f" {len(OUTPUT_KINDS.own)} passed" in said


def test_no_input_may_take_a_name_of_its_code(copy: Path) -> None:
    tests = "tests/unit/test_names.py"
    assert " passed" in python(copy, "-m", "pytest", tests, "-p", "no:cacheprovider", "-n", "0")
    flags = ["--input", f"fire_module:image:33x20x3={NEW}", *FLAGS[2:], "--format", "json"]
    done = subprocess.run(
        [sys.executable, "-m", "kerasmith", "decide", *flags],
        env={**os.environ, "PYTHONPATH": str(copy / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stdout
    assert "fire_module" in done.stdout + done.stderr
