"""No command imports a deep-learning framework, nor Copier, nor what only questions need.

That is what keeps them quick.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]

SAVED = "{ROOT}/tests/saved_models"

PETS = "{ROOT}/docs/examples/pets.csv"

CODE = "{ROOT}/docs/examples/model.py"

WATCH = """
import sys
from kerasmith.cli import main
try:
    main(sys.argv[1:])
except SystemExit as exit:
    assert not exit.code, exit.code
heavy = {"tensorflow", "keras", "jax", "torch", "numpy", "pandas", "copier", "pydantic"}
heavy |= {"libcst"}  # only a command that rewrites code has need of it
heavy |= {"questionary", "prompt_toolkit"}  # only a command that asks has need of them
print("IMPORTED", *sorted(heavy & set(sys.modules)), file=sys.stderr)
print("MODULES", *sorted(sys.modules), file=sys.stderr)
"""


def imported(folder: Path, *words: str) -> tuple[set[str], set[str]]:
    """Return what a command imports of frameworks, and of all."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *words],
        cwd=folder,
        # What measures coverage imports much of its own
        env={name: value for name, value in os.environ.items() if "COVERAGE" not in name},
        capture_output=True,
        text=True,
        check=True,
    )
    heavy, everything = done.stderr.splitlines()[-2:]
    return set(heavy.split()[1:]), set(everything.split()[1:])


@pytest.mark.parametrize(
    "words",
    [
        "new pets --recipe shapes",
        "new pets --recipe digits --dry-run",
        "new pets --yes",
        "decide --recipe digits --format json",
        "decide --input-count 2",
        f"inspect {SAVED}/pair-3.10.0.json",
        f"decide {SAVED}/pair-3.10.0.json",
        f"inspect {PETS} --predict adopted",
        f"inspect {CODE}",
        f"decide {CODE}",
        f"new pets --like {SAVED}/stack-2.21.0.json",
        "recipes",
        "rules",
        "schema",
        "quiz --questions 2 --format json",
        "completion bash",
    ],
)
def test_a_command_imports_no_framework(tmp_path: Path, words: str) -> None:
    heavy, _ = imported(tmp_path, *(each.format(ROOT=ROOT) for each in words.split()))
    assert heavy == set()


def test_check_and_update_import_neither_a_framework_nor_copier(tmp_path: Path) -> None:
    imported(tmp_path, "new", "pets", "--recipe", "digits")
    project = tmp_path / "pets"
    who = ["-c", "user.name=a", "-c", "user.email=a@b"]
    for words in (["init", "-q"], ["add", "."], [*who, "commit", "-q", "-m", "One"]):
        subprocess.run(["git", *words], cwd=project, check=True)
    for words, editor in (
        (["check"], set()),
        (["update"], set()),
        (["update", "--output", "age:number"], {"tomlkit"}),
    ):
        heavy, everything = imported(project, *words)
        assert heavy == set()
        assert everything & {"tomlkit"} == editor


def test_a_verdict_on_code_imports_no_encoder_and_no_plan(tmp_path: Path) -> None:
    _, everything = imported(tmp_path, "decide", CODE.format(ROOT=ROOT))
    beside = {
        "kerasmith.catalogue.encoders",
        "kerasmith.plan",
        "kerasmith.spec",
        "kerasmith.report",
    }
    assert not everything & beside


def test_help_imports_click_and_nothing_of_the_pipeline(tmp_path: Path) -> None:
    _, everything = imported(tmp_path, "--help")
    ours = {name for name in everything if name.startswith("kerasmith")}
    ours -= {name for name in ours if name.startswith("kerasmith.cli.")}
    assert ours == {
        "kerasmith",
        "kerasmith.cli",
        "kerasmith.errors",
        "kerasmith.catalogue",
        "kerasmith.catalogue.backends",
        "kerasmith.catalogue.endings",
        "kerasmith.catalogue.features",
        "kerasmith.catalogue.flow",
        "kerasmith.catalogue.named",
        "kerasmith.styled",
    }
    assert not everything & {"msgspec", "jinja2", "yaml", "tomllib", "json", "difflib"}
