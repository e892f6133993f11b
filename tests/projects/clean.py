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
    files = render(plan(spec))
    with TemporaryDirectory() as folder:
        project = create(Path(folder) / spec.project.name, files)
        ruff(project, "format", "--check", "--diff")
        ruff(project, "check")
    for path, text in files.items():
        clean_text(path, text)


def clean_text(path: str, text: str) -> None:
    """Check what holds for every file, and that Python compiles."""
    if path.endswith(".py"):
        compile(text, path, "exec", dont_inherit=True)
    assert not [line for line in text.splitlines() if line != line.rstrip()], path
    assert text.endswith("\n"), path
    assert not text.endswith("\n\n"), path
