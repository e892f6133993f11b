"""Projects on disk, and the programs that are run on them."""

import os
import re
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


def train_for(epochs: int, config: Path) -> None:
    """Let a project train for fewer epochs than its config.py says."""
    text, count = re.subn(
        r"\bepochs: int = \d+", f"epochs: int = {epochs}", config.read_text("utf-8")
    )
    assert count == 1, config
    config.write_text(text, "utf-8")


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


ONE_AFTER_THE_OTHER = """
import runpy, sys
for module in sys.argv[1:]:
    sys.argv = [module]
    runpy.run_module(module, run_name="__main__", alter_sys=True)
"""
"""Runs modules as `python -m` does, in one process, which loads Keras once."""


def run_modules(folder: Path, *modules: str) -> None:
    """Run commands of a project that take no words, one after the other."""
    (folder / "one_after_the_other.py").write_text(ONE_AFTER_THE_OTHER, "utf-8")
    run_in(folder, "one_after_the_other", *modules)


SET_BY_PROJECTS = {"TF_CPP_MIN_LOG_LEVEL", "KERAS_BACKEND"}


def project_environment(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    """Return this process' environment with the project importable, and a user's own.

    Left out is what projects have set that were imported in this process.
    """
    usual = {name: value for name, value in os.environ.items() if name not in SET_BY_PROJECTS}
    return {**usual, "PYTHONPATH": str(folder / "src"), "MPLBACKEND": "agg", **more}


@pytest.fixture
def run() -> Run:
    """Run a Python module in a project."""
    return run_in
