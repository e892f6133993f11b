"""Projects on disk, and the programs that are run on them."""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.specification import Spec

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def write_project(folder: Path, spec: Spec) -> Path:
    """Write the project of a spec into a folder of its name."""
    return create(folder / spec.project.name, render(plan(spec)))


def run_in(folder: Path, *command: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a module of this Python in a project, as its owner would after installing it."""
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env=project_environment(folder, environment),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout[-4000:]}\n{done.stderr[-2000:]}"
    return done


def project_environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return this process' environment with the project importable, and a user's log level."""
    usual = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    return {**usual, "PYTHONPATH": str(folder / "src"), "MPLBACKEND": "agg", **more}


@pytest.fixture
def run() -> Run:
    """Run a Python module in a project."""
    return run_in
