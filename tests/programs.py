"""Programs that tests need beside Python."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest


def needed(*names: str) -> str:
    """Return where a program is; without it, a test fails in CI and is left out elsewhere."""
    found = next(filter(None, map(shutil.which, names)), "")
    if not found:
        why = f"There is no {names[0]}: apt-get install {names[0]}"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    return found


def bash(script: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Run a script in a folder, to its end or the first line that fails; return what it said."""
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
