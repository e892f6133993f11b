"""`kerasmith lesson`: what is left to write, what is not told, and what is refused."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.lessons import Lesson, lesson
from kerasmith.spec.names import recipe_names

RECIPES = pytest.mark.parametrize("recipe", recipe_names())


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def hole_of(found: Lesson, path: str, function: str) -> tuple[ast.FunctionDef, str]:
    """Return a function that is to be written, and its lines."""
    code = found.files[f"src/{found.plan.package}/{path}"]
    (it,) = [
        each
        for each in ast.parse(code).body
        if isinstance(each, ast.FunctionDef) and each.name == function
    ]
    return it, ast.get_source_segment(code, it) or ""


@RECIPES
def test_what_is_to_be_written_is_told_and_not_there(recipe: str) -> None:
    found = lesson(recipe, "mine")
    holes = [(path, function) for path, function, _ in found.holes()]
    assert holes[0] == ("model.py", "build_model")
    for path, function in holes:
        it, text = hole_of(found, path, function)
        assert isinstance(it.body[-1], ast.Raise)
        assert len(it.body) == 2  # the docstring and the hole
        for output in found.plan.outputs:
            assert f"`{output.name}`" in text


@RECIPES
def test_nothing_tells_how_the_model_is_written(recipe: str) -> None:
    found = lesson(recipe, "mine")
    assert not {"kerasmith.toml", ".copier-answers.yml", "docs/decision.md"} & {*found.files}
    told = [text for path, text in found.files.items() if path not in GRADING]
    for word in ("Sequential(", "keras.Sequential:", "keras.Model(", found.plan.headline):
        assert not any(word in text for text in told), word
    model = found.files["src/mine/model.py"]
    assert [each for each in ast.parse(model).body if isinstance(each, ast.FunctionDef)][1:] == []


GRADING = ("README.md", "tests/test_lesson.py")


def test_helpers_of_what_is_left_out_are_left_out_with_it() -> None:
    found = lesson("two-outputs", "mine")
    data = found.files["src/mine/data.py"]
    assert "def class_numbers" in found.solution["src/mine/data.py"]
    assert "def class_numbers" not in data
    assert "def yes_or_no" not in data
    assert "def read_image" in data


def test_a_lesson_is_written_and_its_solution_apart(tmp_path: Path) -> None:
    words = ["lesson", "digits", "mine", "--solution", "teacher", "--format", "json"]
    told = json.loads(CliRunner().invoke(main, words).output)
    assert told["holes"] == [
        {"file": "src/mine/model.py", "function": "build_model"},
        {"file": "src/mine/data.py", "function": "read_targets"},
    ]
    written = {path.relative_to("mine").as_posix() for path in Path("mine").rglob("*.*")}
    assert {*told["files"]} <= written
    assert "softmax" in Path("teacher/src/mine/model.py").read_text("utf-8")
    assert Path("teacher/docs/decision.md").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["digit"], "digits"),
        (["digits", "no/such\nname"], "name"),
        (["digits", "there"], "there"),
        (["digits", "mine", "--solution", "there"], "there"),
        (["digits", "mine", "--solution", "mine"], "two"),
    ],
)
def test_what_cannot_be_a_lesson_is_refused(words: list[str], told: str, tmp_path: Path) -> None:
    Path("there").mkdir()
    Path("there/file").touch()
    result = CliRunner().invoke(main, ["lesson", *words])
    assert result.exit_code == 2
    assert told in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["there"]
