"""Features come and go by an update, and the owner's edits stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import combinations, permutations
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kerasmith.catalogue.features import FEATURES, USUAL_FEATURES, recorded_features, with_needs
from kerasmith.plan.plan import plan
from kerasmith.project.check import check
from kerasmith.project.history import Installed
from kerasmith.project.recorded import read_recorded
from kerasmith.project.update import carry_out, prepare
from kerasmith.render.render import render
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.read import read_spec
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec
from kerasmith.wizard import Context, Defaults, ask
from kerasmith.wizard.question import Question
from tests.samples import samples
from tests.stories.story import Project

MINE = "# mine since yesterday\n"


def test_defaults_that_are_chosen_again_leave_features_as_they_are(
    tmp_path: Path, second: Installed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A newer kerasmith with other usual features takes nothing away and adds nothing unasked."""
    project = Project.new(tmp_path / "digits", load_recipe("digits").spec, second)
    before = recorded(project)
    assert before
    usual = ("pre-commit", "export")
    monkeypatch.setattr("kerasmith.spec.specification.USUAL_FEATURES", usual)
    assert plan(load_recipe("digits").spec).features == usual
    assert not prepare(project.folder, refresh=True, installed=second).is_needed


# === Each, and each beside another ===


def spec_with(features: Iterable[str] | None) -> Spec:
    """The digits on the backend that can do everything; with None, kerasmith.toml names nothing."""
    tables = load_recipe("digits").tables
    tables["project"]["backend"] = "jax"
    if features is not None:
        tables["project"]["features"] = list(features)
    return read_spec(tables)


@dataclass(frozen=True)
class Grown:
    """A project with an owner's line in every file, beside which its features come and go."""

    project: Project
    by: Installed

    @classmethod
    def new(cls, folder: Path, by: Installed, to_come: Sequence[str]) -> "Grown":
        """Generate without features, and write a line into every file.

        It is written where nobody else will write, whichever of these features come and go.
        """
        project = Project.new(folder, spec_with([]), by)
        grown = cls(project, by)
        before = grown.rendered(recorded(project))
        counts = range(1, len(to_come) + 1)
        others = [grown.rendered(some) for n in counts for some in combinations(to_come, n)]
        for path in before:
            if path != ANSWERS_FILE and not path.endswith(".json"):
                lines = before[path].splitlines(keepends=True)
                places = far_from_all(lines, [each.get(path, "") for each in others])
                if places:
                    place = places[len(places) // 2]
                    project.write(path, "".join([*lines[:place], MINE, *lines[place:]]))
        project.commit()
        return grown

    def rendered(self, features: Iterable[str] | None) -> dict[str, str]:
        return render(plan(spec_with(features)), self.by.templates, self.by.version)

    def settle(self, **flags: Any) -> None:
        """Update; what comes is what is rendered with these features, and the owner's lines."""
        lines = self.lines()
        self.project.settle(self.by, **flags)
        features = recorded(self.project)
        # Where a kerasmith.toml has the usual ones, it names none
        wanted = self.rendered(None if features == USUAL_FEATURES else features)
        held = {name: content.decode() for name, content in self.project.held().items()}
        assert held.keys() == wanted.keys()
        for path, text in held.items():
            if path not in (SPEC_FILE, ANSWERS_FILE):
                assert text.replace(MINE, "") == wanted[path], path
        assert {path: n for path, n in self.lines().items() if path in lines} == {
            path: n for path, n in lines.items() if path in wanted
        }
        assert check(self.project.folder, self.by).in_step

    def lines(self) -> dict[str, int]:
        """Return in which files the owner's line is."""
        held = self.project.held()
        return {
            path: held[path].count(MINE.encode()) for path in held if MINE.encode() in held[path]
        }


def recorded(project: Project) -> tuple[str, ...]:
    return recorded_features(read_recorded(project.folder).values)


def far_from_all(lines: list[str], others: list[str]) -> list[int]:
    """Return the places between lines that are at least three lines from every difference."""
    near = {0, len(lines)}
    for text in others:
        matcher = SequenceMatcher(None, lines, text.splitlines(keepends=True), autojunk=False)
        for tag, start, end, _, _ in matcher.get_opcodes():
            if tag != "equal":
                near |= {*range(start - 3, end + 4)}
    return [place for place in range(len(lines)) if place not in near]


@pytest.mark.parametrize("feature", list(FEATURES))
def test_a_feature_comes_and_goes_and_the_project_is_byte_for_byte_what_it_was(
    feature: str, tmp_path: Path, first: Installed
) -> None:
    grown = Grown.new(tmp_path / "digits", first, [feature])
    before = grown.project.tree()
    assert len(grown.lines()) > len(before) / 3, "most files have a line of the owner's"
    grown.settle(with_=[feature])
    with_it = grown.project.tree()
    changed = {name for name in with_it if with_it[name] != before.get(name)}
    assert changed - {SPEC_FILE, ANSWERS_FILE, "README.md"}, "a feature adds more than its name"
    assert recorded(grown.project) == with_needs([feature])
    grown.settle(without=with_needs([feature]))
    assert grown.project.tree() == before


@pytest.mark.parametrize("feature", list(FEATURES))
def test_a_kerasmith_toml_that_names_no_features_names_none_afterwards(
    feature: str, tmp_path: Path, first: Installed
) -> None:
    project = Project.new(tmp_path / "digits", spec_with(None), first)
    project.write(SPEC_FILE, MINE + project.read(SPEC_FILE))
    project.commit()
    before = project.tree()
    new = [each for each in with_needs([feature]) if each not in USUAL_FEATURES]
    needy = [each for each in USUAL_FEATURES if feature in with_needs([each])]
    there, back = {"with_": [feature]}, {"without": new}
    if feature in USUAL_FEATURES:
        there, back = {"without": needy}, {"with_": needy}
    project.settle(first, **there)
    assert (feature in recorded(project)) is (feature not in USUAL_FEATURES)
    assert "features = " in project.read(SPEC_FILE)
    project.settle(first, **back)
    assert project.tree() == before


def pairs() -> list[tuple[str, str]]:
    """Return pairs in both orders, of which the second can go while the first stays."""
    able = [(one, two) for one, two in permutations(FEATURES, 2) if two not in with_needs([one])]
    return Random(0).sample(able, min(samples(6, 60), len(able)))


@pytest.mark.full
@pytest.mark.parametrize("pair", pairs(), ids=" beside ".join)
def test_of_two_features_one_stays_as_it_would_be_alone(
    pair: tuple[str, str], tmp_path: Path, first: Installed
) -> None:
    stays, goes = pair
    grown = Grown.new(tmp_path / "digits", first, pair)
    before = grown.project.tree()
    grown.settle(with_=[stays])
    alone = grown.project.tree()
    grown.settle(with_=[goes])
    grown.settle(without=[each for each in with_needs([goes]) if each not in with_needs([stays])])
    assert grown.project.tree() == alone
    grown.settle(without=with_needs([stays]))
    assert grown.project.tree() == before


# === How it is said ===
def test_a_feature_that_is_left_out_takes_its_edited_file_with_it_only_where_nothing_is_lost(
    tmp_path: Path, first: Installed
) -> None:
    project = Project.new(tmp_path / "digits", spec_with(["export"]), first)
    written = project.read("src/digits/export.py")
    project.write("src/digits/export.py", f"{written}# mine\n")
    project.commit()
    outcome = project.update(first, without=["export"])
    assert outcome.kept_edited == ("src/digits/export.py",)
    assert "# mine" in project.read("src/digits/export.py")
    assert not project.path("tests/test_export.py").exists()


def test_job_files_of_an_older_word_come_along_and_stay_when_a_feature_goes(
    project: Project, first: Installed
) -> None:
    wish = 'name = "digits"\nbackend = "jax"\njobs = ["slurm"]'
    project.edit(SPEC_FILE, 'name = "digits"', wish)
    project.commit()
    project.settle(first)
    assert project.path("jobs/slurm.sbatch").exists()
    project.settle(first, without=["ci"])
    said = ", ".join(f'"{name}"' for name in with_needs(["slurm"]))
    assert f"features = [{said}]" in project.read(SPEC_FILE)
    assert project.path("jobs/slurm.sbatch").exists()
    assert not project.path(".github").exists()
    assert check(project.folder, first).in_step


def test_a_line_of_features_that_is_deleted_means_the_usual_ones_again(
    tmp_path: Path, first: Installed
) -> None:
    project = Project.new(tmp_path / "digits", spec_with([]), first)
    project.edit(SPEC_FILE, "features = []\n", "")
    project.commit()
    project.settle(first)
    assert recorded(project) == USUAL_FEATURES
    assert check(project.folder, first).in_step


class Ticks(Defaults):
    """Takes every default, but ticks these features and no others; keeps what was ticked."""

    def __init__(self, *ticked: str) -> None:
        self.ticked = ticked
        self.before = ""

    def ask(self, question: Question) -> str:
        if question.several:
            self.before = question.default
            return ",".join(self.ticked) if self.ticked else question.default
        return question.default


def asked(project: Project, by: Installed, somebody: Ticks) -> None:
    """Update as whoever is asked says."""
    context = Context(folder=project.folder, again=True)
    update = prepare(project.folder, ask=lambda t: ask(t, context, somebody), installed=by)
    if update.is_needed:
        carry_out(update)


@pytest.mark.parametrize("features", [None, [], ["ci"], ["slurm"]])
def test_who_is_asked_sees_what_the_project_has_and_enter_changes_nothing(
    features: list[str] | None, tmp_path: Path, first: Installed
) -> None:
    project = Project.new(tmp_path / "digits", spec_with(features), first)
    before = project.tree()
    somebody = Ticks()
    asked(project, first, somebody)
    has = USUAL_FEATURES if features is None else with_needs(features)
    assert somebody.before == ",".join(has)
    assert project.tree() == before


def test_what_is_ticked_comes_and_kerasmith_toml_says_it(tmp_path: Path, first: Installed) -> None:
    project = Project.new(tmp_path / "digits", spec_with(None), first)
    asked(project, first, Ticks("ci", "slurm"))
    assert f"features = {[*with_needs(['ci', 'slurm'])]}".replace("'", '"') in project.read(
        SPEC_FILE
    )
    assert project.path("jobs/slurm.sbatch").exists()
