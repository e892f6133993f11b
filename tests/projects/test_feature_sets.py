"""Any set of features goes with any spec: rendered, linted, typed, and some of them trained.

What is drawn is read off the catalogue, so that a new feature is drawn too.
"""

import tomllib
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import pytest
import tomlkit
from hypothesis import Phase, given, seed, settings

from kerasmith.catalogue.features import FEATURES, with_needs, works_on
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs_with_features
from tests.projects.clean import clean_text, ruff
from tests.projects.conftest import Run, run_in, run_modules, train_for, write_project
from tests.samples import full_samples, samples

pytestmark = [pytest.mark.alone, pytest.mark.long(50)]

PARTS = 8 if full_samples() else 1
"""So many tests share the specs, that they may run side by side."""


def drawn(count: int, number: int, most: int = 3) -> list[Spec]:
    """Draw specs with features, as many as that; another `number` draws others."""
    found: list[Spec] = []

    @seed(number)
    @settings(max_examples=count, phases=[Phase.generate], database=None)
    @given(spec=specs_with_features(most=most))
    def collect(spec: Spec) -> None:
        found.append(spec)

    collect()
    return found


def named(spec: Spec, name: str) -> Spec:
    """Return the spec under another name of the project."""
    return spec_from_flags(Flags(name=name), tables_of(spec))


def test_every_feature_is_drawn() -> None:
    found = drawn(150, number=0)
    assert {name for spec in found for name in spec.project.chosen_features()} == {*FEATURES}


@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_any_features_with_any_spec_render_clean_and_typed_code(
    part: int, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    number = int(pytestconfig.getoption("hypothesis_seed")) * PARTS + part
    found = drawn(samples(60, 500) // PARTS, number)
    for place, spec in enumerate(found):
        folder = write_project(tmp_path / f"as-drawn-{place}", spec)
        for path in folder.rglob("*"):
            if path.is_file():
                clean_text(path.relative_to(folder).as_posix(), path.read_text("utf-8"))
    ruff(tmp_path, "format", "--check", "--diff")
    ruff(tmp_path, "check")
    together = tmp_path / "together"
    write_to_type_together(together, found)
    run_in(together, "mypy")


def write_to_type_together(together: Path, specs: list[Spec]) -> None:
    """Write projects so that one run of mypy checks all, each by what its own settings say.

    A package is found from its `src`, a project's tests by the folder of the project.
    """
    folders = [
        write_project(together / f"of_{place}", named(spec, f"p{place}"))
        for place, spec in enumerate(specs)
    ]
    own = [
        tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["tool"]["mypy"]
        for folder in folders
    ]
    overrides = [override for each in own for override in each.pop("overrides", [])]
    assert all(each == own[0] for each in own), "one run can stand for all"
    names = [folder.relative_to(together).as_posix() for folder in folders]
    settings: dict[str, Any] = {
        **own[0],
        "files": [f"{name}/{each}" for name in names for each in own[0]["files"]],
        "mypy_path": [".", *(f"{name}/src" for name in names)],
        "namespace_packages": True,
        "explicit_package_bases": True,
        "overrides": [
            {key: value, "module": modules}
            for key, value in (("ignore_missing_imports", True), ("follow_imports", "skip"))
            if (modules := modules_with(overrides, key, value))
        ],
    }
    text = tomlkit.dumps({"tool": {"mypy": settings}})
    (together / "pyproject.toml").write_text(text, "utf-8")


def modules_with(overrides: list[dict[str, Any]], key: str, value: object) -> list[str]:
    """Return the modules of which the projects say so: that they have no types, or too many."""
    known = ({"module", "ignore_missing_imports"}, {"module", "follow_imports"})
    assert all({*each} in known for each in overrides)
    return sorted({name for each in overrides if each.get(key) == value for name in each["module"]})


# === Trained ===


def trainable(spec: Spec) -> bool:
    """Say whether a project has a sample of its own, and computes with what starts quickly.

    Rows that repeat each other are in one split: a category alone has too few others.
    """
    few = all(each.kind.kind == "category" for each in spec.inputs)
    return not (spec.data.path or few or spec.project.backend == "torch")


@pytest.mark.full
@pytest.mark.parametrize("number", range(samples(1, 6)))
def test_any_features_with_any_spec_train_evaluate_and_export(
    number: int, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    """What a feature runs is run where it is there; without it nothing of it is asked for."""
    start = int(pytestconfig.getoption("hypothesis_seed")) * 100 + number
    # The last, as the first that are drawn are always the smallest
    spec = [spec for spec in drawn(20, start, most=2) if trainable(spec)][-1]
    folder = write_project(tmp_path, spec)
    train_for(3, folder / "src" / spec.package / "config.py")
    run_modules(folder, *(f"{spec.package}.{each}" for each in ("sample", "train", "evaluate")))
    if "export" in spec.project.chosen_features():  # TensorFlow exports what JAX has trained
        run_in(folder, f"{spec.package}.export", KERAS_BACKEND="tensorflow")


# === Every pair ===


Pairs = set[tuple[str, str, bool]]
"""Two features each, and whether they are there together or the first without the second."""


def pairs_in(features: Iterable[str]) -> Pairs:
    """Return the pairs of which a set of features is an example."""
    there = {*features}
    together = {(one, other, True) for one in there for other in there - {one}}
    return together | {(one, other, False) for one in there for other in {*FEATURES} - there}


def every_pair() -> list[tuple[str, tuple[str, ...]]]:
    """Return backends with sets of features, in which any pair is that there can be.

    Of some sets at random the one is taken that has most pairs which no other has yet.
    """
    random = Random(0)
    able = {
        backend: [name for name, feature in FEATURES.items() if works_on(feature, backend)]
        for backend in ("tensorflow", "jax")
    }
    left: Pairs = set()
    for names in able.values():
        left |= {pair for pair in pairs_in(names) if pair[2]}
    for name in FEATURES:
        left |= {pair for pair in pairs_in(with_needs([name])) if pair[0] == name}
    found = []
    while left:
        tried = []
        for _ in range(30):
            backend = random.choice([*able])
            names = [name for name in able[backend] if random.random() < 0.5]
            tried.append((backend, with_needs(names)))
        best = max(tried, key=lambda each: len(left & pairs_in(each[1])))
        left -= pairs_in(best[1])
        found.append(best)
    return found


def digits_with(name: str, backend: str, features: Iterable[str]) -> Spec:
    """Return the recipe of the digits with features, under another name."""
    tables = load_recipe("digits").tables
    tables["project"] |= {"name": name, "features": [*features], "backend": backend}
    return read_spec(tables)


@pytest.mark.full
@pytest.mark.skipif(not full_samples(), reason="takes a minute; in make test-all")
def test_every_pair_of_features_renders_clean_and_typed_code(tmp_path: Path) -> None:
    found = [digits_with(f"p{place}", *each) for place, each in enumerate(every_pair())]
    write_to_type_together(tmp_path, found)
    ruff(tmp_path, "format", "--check", "--diff")
    ruff(tmp_path, "check")
    run_in(tmp_path, "mypy")


@pytest.mark.full
@pytest.mark.parametrize("part", [0.5, 1] if full_samples() else [0])
def test_a_recipe_with_some_of_these_sets_passes_its_own_tests(
    part: float, tmp_path: Path, run: Run
) -> None:
    """The smallest; in `make test-all` one as large as most, and the largest."""
    sets = sorted(every_pair(), key=lambda each: len(each[1]))
    folder = write_project(tmp_path, digits_with("digits", *sets[int(part * (len(sets) - 1))]))
    run(folder, "pytest", "-q", "-p", "no:cacheprovider")
