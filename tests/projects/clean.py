"""A rendered project is clean: compiled, linted and formatted as it is."""

import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ruff import find_ruff_bin

from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.specification import Spec


def ruff(folder: Path, *command: str) -> None:
    """Run ruff on a project, with the project's own settings."""
    words = [find_ruff_bin(), *command, "--no-cache", str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]


def assert_clean(spec: Spec) -> None:
    """Check the text of every file that is rendered for a spec."""
    with TemporaryDirectory() as folder:
        assert_project_clean(create(Path(folder) / spec.project.name, render(plan(spec))))


def assert_project_clean(project: Path) -> None:
    """Check the text of every file of a project, as it was rendered."""
    ruff(project, "format", "--check", "--diff")
    ruff(project, "check")
    for path in project.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            clean_text(path.relative_to(project).as_posix(), path.read_bytes().decode())


def clean_text(path: str, text: str) -> None:
    """Check what holds for every file, and that Python compiles."""
    if path.endswith(".py"):
        compile(text, path, "exec", dont_inherit=True)
    assert not [line for line in text.splitlines() if line != line.rstrip()], path
    assert text.endswith("\n"), path
    assert not text.endswith("\n\n"), path
