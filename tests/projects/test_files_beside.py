"""Files for containers and for coding agents: what they say is tried, as far as it can be here."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from tests.projects.building import package_of
from tests.projects.conftest import write_project
from tests.samples import full_samples

SCRIPTS = Path(sys.executable).parent
FEATURES = ["agents", "devcontainer", "docker", "serve"]

OWN: dict[str, object] = {
    "inputs": [{"name": "a", "kind": "category", "values": ["x", "y"]}],
    "outputs": [{"name": "b", "kind": "binary"}],
    "data": {"path": "/elsewhere/own.csv"},
}
"""A project of data that are elsewhere."""


def with_files(tables: dict[str, object]) -> Spec:
    return spec_from_flags(Flags(name="boxed", with_=FEATURES), tables)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("boxed")
    recipes = {name: load_recipe(name).tables for name in recipe_names()}
    return [
        create(folder / name, render(plan(with_files(tables)))) for name, tables in recipes.items()
    ]


def test_hadolint_finds_nothing(projects: list[Path]) -> None:
    names = "Dockerfile", "serve.Dockerfile"
    files = [project / name for project in projects for name in names]
    done = subprocess.run(
        [SCRIPTS / "hadolint", "--no-color", *files], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_image_has_what_an_installation_needs(projects: list[Path], tmp_path: Path) -> None:
    """What is copied is what the ignore file lets through, and makes a wheel."""
    project = projects[0]
    copied = re.findall(r"^COPY (.+) \./.*$", (project / "Dockerfile").read_text(), re.MULTILINE)
    names = " ".join(copied).split()
    for name in names:
        source = project / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / name)
    let_through = re.findall(r"^!(.+)$", (project / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(let_through) == sorted(names)
    assert not any(fnmatch(name, "data*") or fnmatch(name, "runs*") for name in names)
    build = ["-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist")]
    subprocess.run([sys.executable, *build], cwd=tmp_path, check=True, capture_output=True)
    assert len([*(tmp_path / "dist").iterdir()]) == 1


WITH_FASTAPI = {"pydantic", "starlette", "typing_extensions"}
"""What comes with FastAPI, which its own documents import from."""


def test_an_image_that_serves_has_what_its_code_imports_and_no_more(projects: list[Path]) -> None:
    for project in projects:
        declared = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))
        group = declared["dependency-groups"]["serve"]
        bounded = {each for each in group if ">=" in each}
        assert bounded <= {*declared["project"]["dependencies"]}
        found = imported_by(project, "serve"), imported_by(project, "onnx_model")
        packages = {"pillow" if each == "PIL" else each for each in set.union(*found)}
        assert packages - WITH_FASTAPI == {each.partition(">=")[0] for each in group}


def imported_by(project: Path, module: str) -> set[str]:
    """Return the packages of others that a module imports."""
    (file,) = project.glob(f"src/*/{module}.py")
    found = re.findall(r"^(?:from|import) (\w+)", file.read_text("utf-8"), re.MULTILINE)
    return {*found} - {file.parent.name} - sys.stdlib_module_names


def test_an_image_that_serves_gets_the_files_that_it_copies(projects: list[Path]) -> None:
    file = projects[0] / "serve.Dockerfile"
    copied = re.findall(r"^COPY (.+) \./.*$", file.read_text("utf-8"), re.MULTILINE)
    ignored = file.with_suffix(".Dockerfile.dockerignore").read_text("utf-8")
    assert sorted(re.findall(r"^!(.+)$", ignored, re.MULTILINE)) == sorted(copied)


def test_a_container_finds_data_that_are_elsewhere() -> None:
    assert "ENV BOXED_DATA=/project/data" in render(plan(with_files(OWN)))["Dockerfile"]


def test_the_container_to_develop_in_is_described_as_its_tools_expect(projects: list[Path]) -> None:
    for project in projects:
        said = json.loads((project / ".devcontainer/devcontainer.json").read_text("utf-8"))
        assert {*said} == {"name", "image", "postCreateCommand", "customizations"}
        assert said["postCreateCommand"] == "pip install -e '.[dev]'"
        assert {*said["customizations"]["vscode"]} == {"extensions", "settings"}


def test_what_agents_are_told_is_short(projects: list[Path]) -> None:
    for project in projects:
        assert (project / "AGENTS.md").read_text("utf-8").count("\n") <= 60, project


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="trains; in make test-all")
def test_what_agents_are_told_to_run_works(tmp_path: Path) -> None:
    project = write_project(tmp_path / "boxed", with_files(load_recipe("digits").tables))
    blocks = re.findall(r"```sh\n(.*?)```", (project / "AGENTS.md").read_text("utf-8"), re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    assert commands.pop(0).startswith("pip install")  # what the tests' environment has
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"
    for command in commands:
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(project / "src")}
        subprocess.run(command, shell=True, cwd=project, env=environment, check=True)


@pytest.mark.full
@pytest.mark.parametrize("recipe", recipe_names() if full_samples() else ["image-and-text"])
def test_what_agents_are_told_of_shapes_is_true(recipe: str) -> None:
    spec = with_files(load_recipe(recipe).tables)
    told = render(plan(spec))["AGENTS.md"]
    with package_of(spec) as modules:
        model = modules["model"].build_model(modules["config"].Config())
    for tensor in model.inputs:
        shape = str(tuple(tensor.shape[1:])).replace("None", "1")
        assert re.search(
            rf"\| `{tensor.name}` \| .* \| {re.escape(shape)} \| {tensor.dtype} \|", told
        )
    for each in spec.outputs:
        shape = re.escape(str(tuple(model.get_layer(each.name).output.shape[1:])))
        assert re.search(rf"\| `{each.name}` \| .* \| {shape}; labels", told)
