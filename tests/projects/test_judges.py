"""Judges from outside: tools of others find nothing in any recipe's project, bare or with all.

Each test names every finding, with the project that it is in.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import tomlkit
import yaml
from repo_review.processor import CollectionReturn, Result, collect_all, process
from ruff import find_ruff_bin
from validate_pyproject.api import Validator
from validate_pyproject.errors import ValidationError

from kerasmith.catalogue.features import FEATURES
from kerasmith.plan.plan import plan
from kerasmith.project.create import create
from kerasmith.render.render import render
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import recipe_names
from kerasmith.spec.recipes import load_recipe
from tests.samples import full_samples

WIDE = "E,F,I,B,UP,SIM,PT,RUF,C4,PIE,RET,PTH,D2"
"""Rules of ruff that the projects keep, far more than they ask of their owners' code."""

LAX_FOR_UNTYPED = {"disallow_subclassing_any", "warn_return_any"}
"""What of mypy's strict mode can only be had with libraries that have types, unlike Keras."""

SCRIPTS = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]

Projects = Mapping[str, Path]
Tables = dict[str, Any]


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory) -> Projects:
    """The projects of all recipes, with all features and with none, by `features/recipe`."""
    folder = tmp_path_factory.mktemp("judged")
    written = {}
    for recipe in recipe_names():
        for chosen, flags in (
            ("all", Flags(with_=["all"], backend="jax")),
            ("none", Flags(without=[",".join(FEATURES)])),
        ):
            spec = spec_from_flags(flags, load_recipe(recipe).tables)
            written[f"{chosen}/{recipe}"] = create(folder / chosen / recipe, render(plan(spec)))
    return written


@pytest.fixture(scope="module")
def pyprojects(projects: Projects) -> Mapping[str, Tables]:
    return {name: pyproject_of(project) for name, project in projects.items()}


@pytest.fixture(scope="module")
def validate() -> Validator:
    """What knows pyproject.toml; making it takes seconds."""
    return Validator()


def pyproject_of(project: Path) -> Tables:
    """Return the tables of a project's pyproject.toml."""
    return tomllib.loads((project / "pyproject.toml").read_text("utf-8"))


def found_by(tool: str, *words: str | Path, cwd: Path | None = None, **environment: str) -> str:
    """Return what a tool prints where it is not content, nothing where it is."""
    path = f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}"  # actionlint looks for shellcheck
    done = subprocess.run(
        [SCRIPTS / tool, *words],
        cwd=cwd,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else f"{done.stdout}{done.stderr}" or "no word"


# === Packaging ===


def test_repo_review_finds_only_what_is_declared_with_a_reason(projects: Projects) -> None:
    results = {name: reviewed(project) for name, project in projects.items()}
    found = [
        f"{name}: {each.name} {each.description}: {each.err_msg.strip()}"
        for name, each_of in results.items()
        for each in each_of
        if each.result is False
    ]
    assert not found, "\n".join(found)


def test_each_declared_check_of_repo_review_would_fail_somewhere(
    projects: Projects, tmp_path: Path
) -> None:
    spec = spec_from_flags(
        Flags(without=[",".join({*FEATURES} - {"ci"})]), load_recipe("digits").tables
    )
    ci_alone = create(tmp_path / "digits", render(plan(spec)))
    failing = {
        each.name
        for project in (*projects.values(), ci_alone)
        for each in reviewed(project, ignore=frozenset({"no such check"}))
        if each.result is False
    }
    for project in projects.values():
        declared = pyproject_of(project)["tool"]["repo-review"]["ignore"]
        assert set(declared) <= failing
        assert all(reason.strip() for reason in declared.values())


def reviewed(project: Path, **words: Any) -> list[Result]:
    """Return what repo-review says of a project; the slow look at pyproject.toml is a test here."""
    fixtures, checks, families = collect_all(project)
    checks = {name: check for name, check in checks.items() if name != "VPP001"}
    collected = CollectionReturn(fixtures, checks, families)
    return process(project, collected=collected, **words).results


def test_validate_pyproject_finds_nothing(
    pyprojects: Mapping[str, Tables], validate: Validator
) -> None:
    found = []
    for name, tables in pyprojects.items():
        try:
            validate(tables)
        except ValidationError as error:
            found.append(f"{name}: {error.summary}")
    assert not found, "\n".join(found)


RATE = """
import json, sys
from pyroma import projectdata, ratings
ratings = {folder: ratings.rate(projectdata.get_data(folder)) for folder in sys.argv[1:]}
print(json.dumps(ratings))
"""


@pytest.mark.full
def test_pyroma_rates_ten(projects: Projects) -> None:
    chosen = dict([*projects.items()][:: 1 if full_samples() else 5])
    command = [sys.executable, "-c", RATE, *map(str, chosen.values())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    ratings = json.loads(done.stdout.splitlines()[-1])
    found = [f"{n}: {ratings[str(p)]}" for n, p in chosen.items() if ratings[str(p)] != [10, []]]
    assert not found, "\n".join(found)


def test_the_versions_of_python_are_the_same_everywhere(projects: Projects) -> None:
    for project in projects.values():
        tables = pyproject_of(project)["project"]
        lowest, above = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", tables["requires-python"]).groups()  # type: ignore[union-attr] # it matches
        versions = [f"3.{minor}" for minor in range(int(lowest), int(above))]
        prefix = "Programming Language :: Python :: "
        named = [each.removeprefix(prefix) for each in tables["classifiers"] if prefix in each]
        assert named == versions
        workflow = project / ".github/workflows/ci.yml"
        if workflow.exists():
            job = yaml.safe_load(workflow.read_text("utf-8"))["jobs"]["test"]
            assert job["strategy"]["matrix"]["python"] == [versions[0], versions[-1]]


def test_pip_and_uv_install_the_same_tools(pyprojects: Mapping[str, Tables]) -> None:
    for tables in pyprojects.values():
        extra = tables["project"]["optional-dependencies"]["dev"]
        assert extra == tables["dependency-groups"]["dev"]


# === Sources ===


def test_ruff_finds_nothing_by_a_wide_set_of_rules(projects: Projects) -> None:
    folder = next(iter(projects.values())).parents[1]
    command = [find_ruff_bin(), "check", "--no-cache", "--select", WIDE]
    command += ["--output-format", "concise", "--quiet", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.full
@pytest.mark.skipif(
    not full_samples(), reason="test_feature_sets.py types others; in make test-all"
)
def test_mypy_finds_nothing_in_its_strict_mode(
    projects: Projects, pyprojects: Mapping[str, Tables], tmp_path: Path
) -> None:
    for name, tables in pyprojects.items():
        settings = tables["tool"]["mypy"]
        assert settings["strict"] is True, name
        lax = {key for key, value in settings.items() if value is False}
        assert lax == LAX_FOR_UNTYPED, name
    for chosen in ("all", "none"):
        asked = {n: p for n, p in projects.items() if n.startswith(f"{chosen}/")}
        settings = [pyprojects[name]["tool"]["mypy"] for name in asked]
        assert not (found := typed(tmp_path / chosen, asked.values(), settings)), found


def typed(folder: Path, projects: Any, settings: list[Tables]) -> str:
    """Return what mypy finds in several projects at once: their settings differ in modules alone.

    Their tests are called alike. Below a folder with the package's name they are told apart.
    """
    sources = []
    for project in projects:
        (source,) = (project / "src").iterdir()
        place = folder / source.name
        place.mkdir(parents=True)
        (place / "src").symlink_to(project / "src")
        (place / "tests").symlink_to(project / "tests")
        sources.append(place / "src")
    untyped = {
        module for each in settings for table in each["overrides"] for module in table["module"]
    }
    together = settings[0] | {
        "files": ["."],
        "explicit_package_bases": True,
        "mypy_path": [*map(str, sources), str(folder)],
        "overrides": [{"module": sorted(untyped), "ignore_missing_imports": True}],
    }
    (folder / "pyproject.toml").write_text(tomlkit.dumps({"tool": {"mypy": together}}), "utf-8")
    return found_by("mypy", cwd=folder)


# === Texts and workflows ===


def test_codespell_finds_nothing(projects: Projects) -> None:
    folder = next(iter(projects.values())).parents[1]
    assert not (found := found_by("codespell", cwd=folder)), found


def test_zizmor_finds_nothing(projects: Projects) -> None:
    words = ["--offline", "--persona", "pedantic", "--quiet"]
    folders = [project for project in projects.values() if (project / ".github").exists()]
    assert folders
    assert not (found := found_by("zizmor", *words, *folders)), found


def test_actionlint_finds_nothing(projects: Projects) -> None:
    files = [path for project in projects.values() for path in project.glob(".github/**/*.yml")]
    assert {path.name for path in files} == {"ci.yml", "dependabot.yml", "update.yml"}
    assert not (found := found_by("jactionlint", *files)), found


def test_the_hooks_of_pre_commit_would_change_nothing(projects: Projects, tmp_path: Path) -> None:
    """Those that are Python packages are run; ruff and zizmor are judges here anyway."""
    hooks = [(project, hook) for project in projects.values() for hook in hooks_of(project)]
    assert hooks
    folder = next(iter(projects.values())).parents[1]
    git = {"GIT_DIR": str(tmp_path), "GIT_WORK_TREE": str(folder)}
    for words in (["init", "--quiet"], ["add", "."]):
        subprocess.run(["git", *words], cwd=folder, env=os.environ | git, check=True)
    scripts = {each.name for each in entry_points(group="console_scripts")}
    for hook in {hook["id"]: hook for _, hook in hooks}.values():
        script = next(name for name in (hook["id"], f"{hook['id']}-fixer") if name in scripts)
        files = [
            path
            for project, each in hooks
            if each["id"] == hook["id"]
            for path in project.rglob("*")
            if path.is_file() and takes(hook["id"], path)
        ]
        found = found_by(script, *hook.get("args", ()), *files, cwd=folder, **git)
        assert not found, f"{hook['id']}: {found}"


def hooks_of(project: Path) -> Iterator[Tables]:
    """Yield the hooks of pre-commit's own collection that a project asks for."""
    config = project / ".pre-commit-config.yaml"
    for repository in yaml.safe_load(config.read_text("utf-8"))["repos"] if config.exists() else ():
        if repository["repo"].endswith("/pre-commit-hooks"):
            yield from repository["hooks"]


def takes(hook: str, path: Path) -> bool:
    """Say whether pre-commit would give a file to a hook."""
    only = {"check-toml": (".toml",), "check-yaml": (".yml", ".yaml")}.get(hook)
    return only is None or path.suffix in only


# === This repository ===


def test_this_repository_is_judged_alike(validate: Validator) -> None:
    validate(pyproject_of(ROOT))
    found = [each.name for each in reviewed(ROOT) if each.result is False]
    assert not found, found
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    files = [name for name in listed.stdout.split("\0") if (ROOT / name).is_file()]
    files = [name for name in files if not name.startswith("tests/")]  # wrong there on purpose
    misspelt = found_by("codespell", *files, cwd=ROOT)
    assert not misspelt, misspelt


def test_the_workflows_of_this_repository_are_judged_alike() -> None:
    workflows = sorted((ROOT / ".github/workflows").glob("*.yml"))
    assert {"ci.yml", "release.yml"} < {each.name for each in workflows}
    words = ["--offline", "--persona", "pedantic", "--quiet"]
    assert not (found := found_by("zizmor", *words, ROOT / ".github")), found
    assert not (found := found_by("jactionlint", *workflows)), found


# === uv ===


@pytest.fixture
def digits(projects: Projects, tmp_path: Path) -> Path:
    """A project of its own."""
    return Path(shutil.copytree(projects["all/digits"], tmp_path / "digits"))


def uv(project: Path, *words: str) -> str:
    """Run uv in a project, with the Python of these tests: it fetches none."""
    done = subprocess.run(
        [SCRIPTS / "uv", *words],
        cwd=project,
        env={
            **{k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "PYTHONPATH")},
            "UV_PYTHON": sys.executable,
            "UV_PYTHON_DOWNLOADS": "never",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{words}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def test_uv_locks_a_project_and_runs_its_tools(digits: Path) -> None:
    uv(digits, "lock")
    uv(digits, "sync", "--locked", "--only-group", "dev")
    uv(digits, "run", "--locked", "--only-group", "dev", "ruff", "check", ".")
    assert "pytest 9" in uv(digits, "run", "--locked", "--only-group", "dev", "pytest", "--version")


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="installs TensorFlow; in make test-all")
def test_uv_installs_a_project_that_works(digits: Path) -> None:
    uv(digits, "sync")
    uv(digits, "run", "python", "-m", "digits.sample")
    assert (digits / "data/examples.csv").exists()
    uv(digits, "run", "pytest", "-q", "-p", "no:cacheprovider", "tests/test_model.py")
