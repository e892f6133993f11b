"""The wheel, installed into an empty environment, generates what the checkout generates."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from kerasmith.plan.plan import plan
from kerasmith.render.render import render, templates_dir
from kerasmith.spec.recipes import load_recipe

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def kerasmith(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, installed from the wheel and nothing else."""
    folder = tmp_path_factory.mktemp("empty")
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = folder / "bin" / "pip"
    subprocess.run([pip, "install", "--quiet", str(wheel)], check=True, capture_output=True)
    return folder / "bin" / "kerasmith"


def test_a_second_build_is_the_same_byte_for_byte(wheel: Path, tmp_path: Path) -> None:
    """Also of another folder, at another time: whoever builds a release can compare."""
    copy = tmp_path / "elsewhere"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(copy)], check=True)
    clean = not subprocess.run(
        ["git", "status", "--porcelain"], cwd=ROOT, check=True, capture_output=True
    ).stdout
    source = copy if clean else ROOT
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*command, str(tmp_path), str(source)], check=True, capture_output=True)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()
    assert wheel.stat().st_size <= 1_500_000


def test_the_wheel_carries_templates_recipes_and_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    templates = templates_dir()
    wanted = {
        f"kerasmith/templates/{path.relative_to(templates).as_posix()}"
        for path in templates.rglob("*")
        if path.is_file()
    }
    assert wanted <= names
    assert {"kerasmith/py.typed", "kerasmith/templates/recipes/digits/recipe.toml"} <= names


def test_the_installed_program_generates_the_same_project(kerasmith: Path, tmp_path: Path) -> None:
    command = [str(kerasmith), "new", "digits", "--recipe", "digits"]
    subprocess.run(command, check=True, capture_output=True, cwd=tmp_path)
    project = tmp_path / "digits"
    found = {
        path.relative_to(project).as_posix(): path.read_text()
        for path in project.rglob("*")
        if path.is_file()
    }
    assert found == render(plan(load_recipe("digits").spec))


def test_the_installed_program_answers_every_command(kerasmith: Path) -> None:
    for words in (["--help"], ["--version"], ["rules"], ["recipes"], ["schema"]):
        subprocess.run([kerasmith, *words], check=True, capture_output=True)
    command = [str(kerasmith), "decide", "--input-count", "2", "--format", "json"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    assert '"api": "functional"' in answer.stdout
