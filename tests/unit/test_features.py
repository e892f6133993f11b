"""Features: what a project has beside its core, chosen by name, by flags and by an older word."""

import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kerasmith.catalogue.features import (
    FEATURES,
    LARGE_CORE,
    USUAL_FEATURES,
    everything_on,
    recorded_features,
    with_needs,
)
from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.plan.pinned import replan
from kerasmith.plan.plan import plan
from kerasmith.plan.record import wrong_in
from kerasmith.render.jinja import environment
from kerasmith.render.render import answers_of, render, templates_dir
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from tests.unit.helpers import image, output, tables

TEMPLATES = templates_dir()

ALWAYS = ("ci", "pre-commit", "export")
"""What projects had before features could be chosen."""


def digits(**flags: Any) -> tuple[str, ...]:
    """Return the features of the recipe with these flags."""
    return plan(spec_from_flags(Flags(**flags), load_recipe("digits").tables)).features


def test_a_project_that_asks_for_nothing_has_the_usual_features() -> None:
    assert digits() == USUAL_FEATURES


def test_flags_add_to_the_usual_features_and_leave_out_of_them() -> None:
    flags = {"backend": "jax", "with_": ["pre-commit, slurm"], "without": ["ci"]}
    assert digits(**flags) == with_needs(["pre-commit", "slurm"])


def test_all_is_what_the_backend_can_do() -> None:
    assert digits(with_=["all"]) == everything_on("tensorflow")
    suits_any_data = tuple(
        each.name for each in FEATURES.values() if not (each.layouts or each.of_several)
    )
    assert digits(with_=["all"], backend="jax") == suits_any_data
    several = {"mlflow", "wandb", "trackio"}
    assert {*FEATURES} - {*suits_any_data} == {"calibration", "stream", *several}


def test_a_stream_is_asked_for_as_a_feature_or_as_a_key_of_the_data() -> None:
    assert "stream" in digits(with_=["stream"])
    assert "stream" in digits(set=["data.stream=true"])
    base = load_recipe("digits").tables
    base["data"] |= {"stream": True}
    assert "stream" in plan(read_spec(base)).features
    without = spec_from_flags(Flags(without=["stream"]), base)
    assert "stream" not in plan(without).features
    assert not without.data.stream


def test_a_stream_that_is_asked_for_by_its_key_goes_with_it() -> None:
    base = load_recipe("digits").tables
    recorded = answers_of(plan(read_spec({**base, "data": {**base["data"], "stream": True}})))
    assert "stream" in recorded_features(recorded)
    assert "stream" not in replan(read_spec(base), recorded).features
    recorded["spec"]["data"].pop("stream")
    assert "stream" in replan(read_spec(base), recorded).features  # it was a feature then


def test_an_older_word_means_features() -> None:
    base = load_recipe("digits").tables
    base["project"] |= {"backend": "jax", "jobs": ["slurm"]}
    assert plan(read_spec(base)).features == with_needs([*USUAL_FEATURES, "slurm"])


def test_flags_keep_what_the_older_word_said() -> None:
    base = load_recipe("digits").tables
    base["project"] |= {"backend": "jax", "jobs": ["slurm"]}
    spec = spec_from_flags(Flags(without=["ci"]), base)
    assert plan(spec).features == with_needs(["slurm"])
    assert not spec.project.jobs


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (["--with", "exprt"], ["There is no feature 'exprt'.", "Did you mean 'export'?"]),
        (["--without", "exprt"], ["There is no feature 'exprt'.", "--without"]),
        (["--without", "all"], ["There is no feature 'all'."]),
        (["--with", "ci", "--without", "ci"], ["ci cannot be both added and left out."]),
        (["--with", "slurm"], ["'slurm' does not work with TensorFlow.", "--backend jax"]),
        (
            ["--with", "exprt,slrm", "--without", "cii"],
            ["'exprt'", "'slrm'", "'cii'", "Did you mean 'ci'?"],
        ),
        (
            ["--with", "exprt,slurm,ci", "--without", "ci", "--output", "age:numbr"],
            [
                "Did you mean 'export'?",
                "ci cannot be both added and left out.",
                "'slurm' does not work with TensorFlow.",
                "Did you mean 'number'?",
            ],
        ),
        (["--set", "project.features=7"], ["features = 7 does not work."]),
        (["--set", "project.features=['exprt']"], ["There is no feature 'exprt'."]),
    ],
)
def test_bad_words_are_answered_all_at_once_and_nothing_is_written(
    tmp_path: Path, flags: list[str], said: list[str]
) -> None:
    dest = tmp_path / "project"
    answer = CliRunner().invoke(main, ["new", str(dest), "--recipe", "digits", "--yes", *flags])
    assert answer.exit_code == 2, answer.output
    assert not dest.exists()
    for words in said:
        assert words in " ".join(answer.stderr.split()), answer.stderr


@pytest.mark.parametrize("features", ["ci", {"ci": True}, [["ci"]], [1]])
def test_a_list_that_is_none_is_refused(features: object) -> None:
    base = tables(image("photo"), output("pet", "binary"))
    base["project"]["features"] = features
    with pytest.raises(KerasmithError) as error:
        read_spec(base)
    assert all("project.features" in problem.where for problem in error.value.problems)


@pytest.mark.parametrize(
    ("features", "said"),
    [
        ('"ci"', ["features = 'ci' does not work."]),
        ("{ ci = true }", ["features = {'ci': True} does not work."]),
        ('[["ci"]]', ["project.features[0]"]),
        (
            '["exprt", "slurm"]',
            ["Did you mean 'export'?", "'slurm' does not work with TensorFlow."],
        ),
    ],
)
def test_bad_features_in_a_spec_file_are_answered_and_nothing_is_written(
    features: str, said: list[str], tmp_path: Path
) -> None:
    project = tmp_path / "project"
    made = CliRunner().invoke(main, ["new", str(project), "--recipe", "digits", "--yes"])
    assert made.exit_code == 0
    spec = project / "kerasmith.toml"
    section = "[project]\n"
    spec.write_text(spec.read_text("utf-8").replace(section, f"{section}features = {features}\n"))
    before = {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))}
    for words in (
        ["new", str(tmp_path / "other"), "--spec", str(spec)],
        ["new", str(tmp_path / "other"), "--spec", str(spec), "--with", "export"],
        ["check", str(project)],
    ):
        answer = CliRunner().invoke(main, words)
        assert answer.exit_code == 2, (words, answer.output)
        told = " ".join(answer.stderr.split())
        assert all(text in told for text in said), told
        assert {path: path.stat().st_mtime_ns for path in sorted(tmp_path.rglob("*"))} == before


def test_needs_come_along() -> None:
    for feature in FEATURES.values():
        assert {feature.name, *feature.needs} <= {*with_needs([feature.name])}
        assert {*feature.needs} <= {*FEATURES}


def test_records_that_know_of_no_features_had_those_of_their_time() -> None:
    had = with_needs([*ALWAYS, *LARGE_CORE])
    assert recorded_features({}) == had
    assert recorded_features({"jobs": ["slurm"]}) == with_needs([*had, "slurm"])
    assert recorded_features({"features": []}) == with_needs(LARGE_CORE)
    assert recorded_features({"features": ["ci"], "data": {"layout": "rows"}}) == ("ci",)


def test_older_records_had_what_their_backend_can_do() -> None:
    torch = recorded_features({"backend": {"name": "torch"}})
    assert set(LARGE_CORE) - set(torch) == {"devices"}


@pytest.mark.slow
def test_every_feature_has_a_part_and_every_slot_of_a_part_is_asked_for() -> None:
    asked = {
        slot
        for path in TEMPLATES.rglob("*.jinja")
        for slot in re.findall(r'"([a-z_]+)", (?:plan|_copier_answers)\)', path.read_text("utf-8"))
    }
    for name in FEATURES:
        part = environment(TEMPLATES).get_template(f"parts/features/{name}.jinja").module
        slots = {each for each in vars(part) if not each.startswith("_")}
        assert slots <= asked, name
    parts = {path.stem for path in (TEMPLATES / "parts/features").iterdir()}
    assert parts == {*FEATURES}


@pytest.mark.slow
def test_a_file_of_a_feature_says_what_else_in_every_condition() -> None:
    """Jinja cannot compile `{{ a if b }}` in a template whose name has a quote (3.1.6)."""
    for path in (TEMPLATES / "project").rglob("*.jinja"):
        if "'" in str(path.relative_to(TEMPLATES)):
            name = path.relative_to(TEMPLATES).as_posix()
            environment(TEMPLATES).get_template(name)


@pytest.mark.parametrize("feature", list(FEATURES))
def test_a_feature_that_is_left_out_leaves_no_word_of_it(feature: str) -> None:
    def files(*names: str) -> dict[str, str]:
        base = load_recipe("digits").tables
        base["project"] |= {"backend": "jax", "features": list(names)}
        return render(plan(read_spec(base)))

    bare, with_it = files(), files(feature)
    assert {path for path in with_it if with_it[path] != bare.get(path)} - {ANSWERS_FILE, SPEC_FILE}
    if feature == "stream":  # it takes the place of lines of the core
        return
    changed = {path for path, text in bare.items() if with_it[path] != text}
    for path in changed - {".copier-answers.yml", "kerasmith.toml", "README.md"}:
        mine, lines = bare[path].splitlines(), with_it[path].splitlines()
        kept = [line for line in lines if line in mine]
        assert mine[0] == lines[0]
        # calls have more arguments or take batches, and a parser has arguments
        assert len(kept) >= len(mine) - 7, path


def test_a_record_that_names_jobs_is_read_as_one_of_its_time() -> None:
    answers = answers_of(plan(load_recipe("digits").spec), TEMPLATES)
    before = {key: value for key, value in answers.items() if key != "features"}
    record = {**before, "jobs": ["slurm"], "_commit": "0.3.0.dev0"}
    assert not list(wrong_in(record))
    assert recorded_features(record) == with_needs([*ALWAYS, "slurm"])
