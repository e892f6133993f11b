"""No command imports a deep-learning framework, nor Copier; that is what keeps them quick."""

import subprocess
import sys
from pathlib import Path

import pytest

SAVED = Path(__file__).parents[1] / "saved_models"

PETS = Path(__file__).parents[2] / "docs/examples/pets.csv"

WATCH = """
import sys
from kerasmith.cli import main
try:
    main(sys.argv[1:])
except SystemExit as exit:
    assert not exit.code, exit.code
heavy = {"tensorflow", "keras", "jax", "torch", "numpy", "pandas", "copier", "pydantic"}
print("IMPORTED", *sorted(heavy & set(sys.modules)), file=sys.stderr)
print("MODULES", *sorted(sys.modules), file=sys.stderr)
"""


def imported(folder: Path, *words: str) -> tuple[set[str], set[str]]:
    """Return what a command imports of frameworks, and of all."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *words],
        cwd=folder,
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
        "decide --recipe digits --format json",
        "decide --inputs 2",
        f"inspect {SAVED}/pair-3.10.0.json",
        f"decide {SAVED}/pair-3.10.0.json",
        f"inspect {PETS} --predict adopted",
        f"new pets --like {SAVED}/stack-2.21.0.json",
        "recipes",
        "rules",
        "schema",
        "completion bash",
    ],
)
def test_a_command_imports_no_framework(tmp_path: Path, words: str) -> None:
    heavy, _ = imported(tmp_path, *words.split())
    assert heavy == set()


def test_help_imports_click_and_nothing_of_the_pipeline(tmp_path: Path) -> None:
    _, everything = imported(tmp_path, "--help")
    ours = {name for name in everything if name.startswith("kerasmith")}
    assert ours == {
        "kerasmith",
        "kerasmith.cli",
        "kerasmith.errors",
        "kerasmith.catalogue",
        "kerasmith.catalogue.flow",
    }
    assert not everything & {"msgspec", "jinja2", "yaml", "tomllib", "json", "difflib"}
