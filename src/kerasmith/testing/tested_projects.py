"""Projects that are written for a check: held to ruff, to their record, updated and trained."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kerasmith import __version__
from kerasmith.catalogue import plugins
from kerasmith.catalogue.features import Feature
from kerasmith.catalogue.plugins import Found
from kerasmith.plan.plan import plan
from kerasmith.plan.record import wrong_in
from kerasmith.project.check import check
from kerasmith.project.create import create
from kerasmith.project.update import carry_out, prepare
from kerasmith.render.render import SOURCE, answers_of, render
from kerasmith.spec.flags import Flags
from kerasmith.spec.specification import Spec


@dataclass(frozen=True)
class Written:
    """A project on the disk, and how many parameters were counted for it."""

    folder: Path
    package: str
    parameters: int


def check_specs(specs: Sequence[Spec], found: Found, folder: Path, *, train: bool) -> None:
    written = [_write(spec, found, folder / f"project{n}") for n, spec in enumerate(specs)]
    _check_ruff(folder)
    _check_update(written[0].folder, found)
    if train:
        _check_models(written)
        _run(written[0].folder, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider")


def _write(spec: Spec, found: Found, folder: Path) -> Written:
    """Write the project of a spec; look at its record, and check it without the plug-in."""
    planned = plan(spec)
    recorded = {"_commit": __version__, "_src_path": SOURCE, **answers_of(planned)}
    wrong = [f"{each.path}: {each.why}" for each in wrong_in(recorded)]
    assert not wrong, "The record of a project cannot say this: " + "; ".join(wrong)
    create(folder, render(planned))
    with _uninstalled(found):
        status = check(folder)
    said = "; ".join(str(each) for each in status.changes)
    assert status.in_step, f"Without the plug-in, {folder} is out of date: {said}"
    return Written(folder, spec.package, planned.parameters)


@contextmanager
def _uninstalled(found: Found) -> Iterator[None]:
    plugins.remove(found)
    try:
        yield
    finally:
        plugins.add(found)


def _check_ruff(folder: Path) -> None:
    """Check the projects in a folder, each by the settings of its own pyproject.toml."""
    _run(folder, sys.executable, "-m", "ruff", "check", "--quiet", ".")
    _run(folder, sys.executable, "-m", "ruff", "format", "--diff", "--quiet", ".")


def _check_update(folder: Path, found: Found) -> None:
    """Add a feature of kerasmith's own, and take it out again, without the plug-in."""
    before = _held(folder)
    _commit(folder, "init", "--quiet")
    with _uninstalled(found):
        for flags in (Flags(with_=["compare"]), Flags(without=["compare"])):
            outcome = carry_out(prepare(folder, flags))
            assert not outcome.conflicts, f"An update of {folder} has conflicts."
            _commit(folder)
    _check_ruff(folder)
    differing = [name for name, text in _held(folder).items() if before.get(name) != text]
    assert not differing, f"After adding and removing a feature: {', '.join(differing)} differ."


def check_added_and_taken_out(feature: Feature, folder: Path) -> None:
    """Take a feature out of a project, which then has nothing of it, and add it again."""
    before = _held(folder)
    for flags in (Flags(without=[feature.name]), Flags(with_=[feature.name])):
        outcome = carry_out(prepare(folder, flags))
        assert not outcome.conflicts, f"An update of {folder} has conflicts."
        _commit(folder)
    assert _held(folder) == before, f"{feature.name} taken out and added again is not the same."


def _held(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not {".git", ".ruff_cache"} & {*path.relative_to(folder).parts}
    }


def _commit(folder: Path, *first: str) -> None:
    who = ("-c", "user.name=Tested", "-c", "user.email=tested@example.com")
    for words in (first, ("add", "--all"), (*who, "commit", "--quiet", "--message", "Tested")):
        if words:
            _run(folder, "git", *words)


def _run(folder: Path, *command: str) -> None:
    """Run a command in a project, whose package Python finds without an installation."""
    path = [str(folder / "src"), os.environ.get("PYTHONPATH", "")]
    done = subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, path))},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    said = f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    assert done.returncode == 0, f"{' '.join(command)} in {folder}:\n{said}"


# === Models ===

_BUILD = """
import importlib, json, os, sys, warnings
import numpy
warnings.filterwarnings("error", "Gradients do not exist")
for folder, package, parameters in json.loads(sys.argv[1]):
    os.chdir(folder)
    sys.path.insert(0, os.path.join(folder, "src"))
    for name in [each for each in sys.modules if each.partition(".")[0] == package]:
        del sys.modules[name]
    names = ("config", "data", "model", "sample")
    config, data, model, sample = (importlib.import_module(f"{package}.{name}") for name in names)
    wanted = config.Config()
    sample.write_sample(wanted)
    built = model.build_model(wanted)
    built.run_eagerly = True  # quicker than a graph for each; the tests of the first train in one
    counted = built.count_params()
    assert counted == parameters, f"{folder}: Keras counts {counted} weights, not {parameters}"
    try:
        done = built.fit(*data.load_split("train", wanted), steps_per_epoch=1, verbose=0)
    except UserWarning as warning:
        sys.exit(f"{folder}: some weights do not learn: {warning}")
    assert numpy.isfinite(done.history["loss"]).all(), f"{folder}: the loss is not a number"
"""


def _check_models(written: Sequence[Written]) -> None:
    """Build each model with Keras, count its weights, and train it for a step."""
    jobs = [(str(each.folder), each.package, each.parameters) for each in written]
    _run(written[0].folder, sys.executable, "-c", _BUILD, json.dumps(jobs))
