"""The same project on TensorFlow, JAX and PyTorch; and the job files for clusters."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from simple_slurm import Slurm

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.tables import tables_of
from tests.projects.conftest import Run, project_environment, write_project
from tests.samples import full_samples

pytestmark = [pytest.mark.alone, pytest.mark.long(20)]

EVERY = [
    *(("jax", recipe) for recipe in recipe_names()),
    *(("torch", recipe) for recipe in ("digits", "siamese", "image-and-text")),
]
"""Whose own tests pass on which backend, beside all on TensorFlow."""

CHOSEN = [("jax", "siamese"), ("jax", "image-and-text"), ("torch", "digits")]
"""Those that run without `make backends`, in `make test-all`; JAX with digits and some features
is among what test_feature_sets.py draws."""


WITHOUT_TENSORFLOW = """
from importlib.machinery import PathFinder

usual = PathFinder.find_spec
PathFinder.find_spec = classmethod(
    lambda _, name, *where: None if name == "tensorflow" else usual(name, *where)
)
"""
"""Where this is sitecustomize.py, Python finds no TensorFlow, as if it were not installed."""


@pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")
@pytest.mark.parametrize(
    ("backend", "recipe"),
    [
        pytest.param(*each, marks=pytest.mark.full if each in CHOSEN else pytest.mark.backends)
        for each in EVERY
    ],
)
def test_a_recipe_passes_its_own_tests(backend: str, recipe: str, tmp_path: Path, run: Run) -> None:
    base = tables_of(load_recipe(recipe).spec)
    folder = write_project(tmp_path, spec_from_flags(Flags(backend=backend), base))
    path = [folder / "src"]
    if '"tensorflow>=' not in (folder / "pyproject.toml").read_text("utf-8"):
        path.append(tmp_path / "without")
        path[-1].mkdir()
        (path[-1] / "sitecustomize.py").write_text(WITHOUT_TENSORFLOW, "utf-8")
    run(
        folder,
        *("pytest", "-q", "-p", "no:cacheprovider"),
        PYTHONPATH=os.pathsep.join(map(str, path)),
    )


ASK = """
import json, os, sys
os.environ["KERAS_BACKEND"], *folders = sys.argv[1:]
import keras
import numpy as np

for folder in folders:
    package = folder.rpartition("/")[2].replace("-", "_")
    sys.path.append(folder + "/src")
    config = __import__(package + ".config", fromlist=["Config"]).Config()
    model = __import__(package + ".model", fromlist=["build_model"])  # and classes that it saves
    if os.environ["KERAS_BACKEND"] == "tensorflow":
        keras.utils.set_random_seed(0)
        model.build_model(config).save(folder + "/model.keras")
    model = keras.models.load_model(folder + "/model.keras")
    random = np.random.default_rng(0)
    inputs = {
        each.name: random.random((8, *each.shape[1:])).astype("float32") * 2
        if each.dtype == "float32"
        else random.integers(0, 2, (8, *each.shape[1:])).astype(each.dtype)
        for each in model.inputs
    }
    plain = len(model.inputs) == len(model.outputs) == 1
    answers = model.predict(next(iter(inputs.values())) if plain else inputs, verbose=0)
    answers = {"it": answers} if plain else answers
    np.savez(f"{folder}/{keras.backend.backend()}.npz", **answers)
"""
"""Saves each model with TensorFlow, asks it on the backend, and keeps what it answers."""


@pytest.mark.full
def test_predictions_agree_with_the_same_weights(tmp_path: Path) -> None:
    """Within 0.01 %, of all recipes on all backends."""
    import numpy as np

    recipes = recipe_names() if full_samples() else ["image-and-text"]
    folders = [write_project(tmp_path, load_recipe(recipe).spec) for recipe in recipes]
    for backend in BACKENDS:
        subprocess.run(
            [sys.executable, "-c", ASK, backend, *map(str, folders)],
            env=project_environment(tmp_path, {}),
            check=True,
            capture_output=True,
        )
    for folder in folders:
        expected = dict(np.load(folder / "tensorflow.npz"))
        for other in ("jax", "torch"):
            given = dict(np.load(folder / f"{other}.npz"))
            assert given.keys() == expected.keys()
            for name, answers in given.items():
                np.testing.assert_allclose(
                    answers, expected[name], rtol=1e-4, atol=1e-6, err_msg=f"{folder.name} {other}"
                )


def test_a_project_says_its_backend_where_the_environment_says_none(tmp_path: Path) -> None:
    base = tables_of(load_recipe("digits").spec)
    for backend in BACKENDS:
        files = render(plan(spec_from_flags(Flags(backend=backend), base)))
        code = (
            "import os; os.environ.pop('KERAS_BACKEND', None); import digits\n"
            "print(os.environ['KERAS_BACKEND'])"
        )
        project = tmp_path / backend
        create(project, files)
        told = subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            cwd=project / "src",
            capture_output=True,
            text=True,
        ).stdout
        assert told.strip() == backend
        assert f"KERAS_BACKEND: {backend}\n" in files[".github/workflows/ci.yml"]
        if BACKENDS[backend].requires:
            assert f'"{BACKENDS[backend].requires}",' in files["pyproject.toml"]


@pytest.mark.parametrize(
    ("recipe", "features", "installed"),
    [
        ("digits", (), False),
        ("feedforward", ("compare", "explain"), False),
        ("sentiment", (), True),  # data.py reads texts by it
        ("digits", ("resume",), True),  # and batches
        ("digits", ("export",), True),
        ("digits", ("onnx",), True),
    ],
)
def test_tensorflow_is_installed_where_something_calls_it(
    recipe: str, features: tuple[str, ...], installed: bool
) -> None:
    base = tables_of(load_recipe(recipe).spec)
    files = render(plan(spec_from_flags(Flags(backend="jax", with_=features), base)))
    assert ('"tensorflow>=2.21"' in files["pyproject.toml"]) == installed
    code = "".join(text for path, text in files.items() if path.endswith(".py"))
    assert (
        bool(re.search("(import|from) (tensorflow|tf2onnx)|export_archive|onnx", code)) == installed
    )


def test_only_the_backend_s_words_differ() -> None:
    """The code of the model, its data and its training is the same for all."""
    base = tables_of(load_recipe("digits").spec)
    each = [render(plan(spec_from_flags(Flags(backend=backend), base))) for backend in BACKENDS]
    differ = {path for path in each[0] if len({files[path] for files in each}) > 1}
    assert differ == {
        ".copier-answers.yml",
        ".github/workflows/ci.yml",
        "README.md",
        "kerasmith.toml",
        "pyproject.toml",
        "src/digits/__init__.py",
    }


# === Job files ===


@pytest.fixture
def jobs() -> dict[str, str]:
    """The job files of a project with a name that not every system allows."""
    flags = Flags(name="pet_finder2", backend="jax", with_=["slurm", "kubernetes"])
    files = render(plan(spec_from_flags(flags, tables_of(load_recipe("digits").spec))))
    return {path: text for path, text in files.items() if path.startswith("jobs/")}


def test_nothing_of_them_without_asking() -> None:
    assert not any(path.startswith("jobs/") for path in render(plan(load_recipe("digits").spec)))


def test_the_kubernetes_job_is_valid_and_counts_agree(jobs: dict[str, str]) -> None:
    service, job = yaml.safe_load_all(jobs["jobs/kubernetes.yaml"])
    for each in (service, job):
        kubernetes_validate.validate(each, kubernetes_validate.latest_version(), strict=True)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    (processes,) = (each["value"] for each in container["env"] if each["name"] == "PROCESSES")
    assert job["spec"]["completions"] == job["spec"]["parallelism"] == int(processes)
    assert service["spec"]["selector"] == {"job-name": job["metadata"]["name"]}
    assert job["spec"]["template"]["spec"]["subdomain"] == service["metadata"]["name"]
    assert "--coordinator=pet-finder2-0.pet-finder2:1234" in container["command"]


def test_the_slurm_job_is_sound(jobs: dict[str, str], tmp_path: Path) -> None:
    script = tmp_path / "slurm.sbatch"
    script.write_text(jobs["jobs/slurm.sbatch"])
    told = subprocess.run(
        [Path(sys.executable).with_name("shellcheck"), "--format=json", script],
        capture_output=True,
        text=True,
        check=False,
    )
    found = [each for each in json.loads(told.stdout) if each["code"] != 1091]  # .venv/ is not here
    assert not found
    lines = script.read_text().splitlines()
    options = [line.removeprefix("#SBATCH --") for line in lines if line.startswith("#SBATCH")]
    slurm = Slurm()
    for option in options:
        name, _, value = option.partition("=")
        slurm.add_arguments(**{name.replace("-", "_"): value or ""})  # raises on what sbatch lacks
    assert "srun --kill-on-bad-exit=1 python -m pet_finder2.train --resume" in lines
