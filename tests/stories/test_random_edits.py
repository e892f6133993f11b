"""Random updates of random projects that somebody edited at random: nothing of theirs is lost.

`KERASMITH_SAMPLES=5000` draws so many; the seed is in the header of the test run.
"""

import re
import subprocess
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, assume, given, seed, settings
from hypothesis import strategies as st

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.features import FEATURES, everything_on
from kerasmith.decision.apply_rules import decide
from kerasmith.errors import KerasmithError
from kerasmith.project.history import Installed
from kerasmith.project.update import Outcome, Update, carry_out, prepare, preview
from kerasmith.spec.edit import edited
from kerasmith.spec.flags import Flags, read_flags
from kerasmith.spec.names import ANSWERS_FILE, SPEC_FILE
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.spec.toml import read_tables
from kerasmith.testing.random_specs import specs
from tests.samples import full_samples, samples
from tests.stories.conftest import PACKAGE
from tests.stories.story import Project, moved
from tools.release import add_release

Tables = dict[str, Any]

OFTEN_EDITED = {"config", "data", "model", "train", "README"}
"""The files that owners edit most, by their names without endings; the templates do so, too."""


@pytest.fixture(scope="module")
def third(second: Installed, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A release that renames a file, drops one, and changes more."""
    old = f"{PACKAGE}/evaluate.py.jinja"
    text = (second.templates / "project" / old).read_text("utf-8")
    edits = {
        old: None,
        f"{PACKAGE}/score.py.jinja": text.replace("Score", "Rate"),
        "docs/next.md.jinja": None,
        f"{PACKAGE}/data.py.jinja": ('"""Return the inputs and', '"""Give the inputs and'),
        "tests/test_train.py.jinja": ('"""The whole way,', '"""All the way,'),
    }
    third = moved(second, tmp_path_factory.mktemp("third"), "0.3.0", edits)
    add_release(third.templates, "0.3.0")
    return third


PARTS = 4 if full_samples() else 1
"""So many tests share the rounds, that they may run side by side."""


@pytest.mark.alone
@pytest.mark.long(80)
@pytest.mark.full
@pytest.mark.parametrize("part", range(PARTS))
def test_no_line_that_an_owner_wrote_is_lost(
    part: int,
    first: Installed,
    second: Installed,
    third: Installed,
    pytestconfig: pytest.Config,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tally = Tally()

    # A failure is looked at as it was drawn: shrinking it would take hundreds of updates
    @seed(int(pytestconfig.getoption("hypothesis_seed")) * PARTS + part)
    @settings(max_examples=samples(20, 300) // PARTS, phases=[Phase.generate], database=None)
    @given(spec=specs(most=2), number=st.integers(0, 2**32 - 1))
    def updates(spec: Spec, number: int) -> None:
        with TemporaryDirectory() as folder:
            one_update(Path(folder), spec, Random(number), (first, second, third), tally)

    updates()
    with capsys.disabled():
        print(
            f"\n{tally.rounds} random updates, {tally.conflicts} with conflicts, "
            f"{tally.features} with other features"
        )
    assert tally.conflicts < tally.rounds, "something must merge"
    assert tally.features > tally.rounds / 5, "features must come and go"


@dataclass
class Tally:
    rounds: int = 0
    conflicts: int = 0
    features: int = 0


def one_update(
    folder: Path, spec: Spec, random: Random, versions: tuple[Installed, ...], tally: Tally
) -> None:
    before, after = sorted(random.choices(range(len(versions)), k=2))
    project = Project.new(folder / "project", spec, versions[before])
    edits = Edits(project, random)
    for _ in range(random.randint(0, 12)):
        edits.one()
    project.commit()
    change_answers(project, spec, random)
    edits.leave_loose()
    files, tree, by = project.held(), project.tree(), versions[after]
    flags, refresh = flags_of(project, random), random.random() < 0.3

    update = prepare(project.folder, flags, refresh=refresh, installed=by)
    assume(update.is_needed)
    shown = preview(update)
    outcome = carry_out(update)

    assert shown.diff == project.git("diff", "HEAD")
    nothing_is_lost(project, edits)
    only_what_both_touched_conflicts(update, outcome, project, files)
    subprocess.run(outcome.undo, shell=True, check=True, cwd=project.folder, capture_output=True)
    assert project.tree() == tree, "the printed command brings everything back"
    again = carry_out(prepare(project.folder, flags, refresh=refresh, installed=by))
    resolve(project, again)
    assert project.in_step(by), "a second update finds nothing to do"
    tally.rounds += 1
    tally.conflicts += bool(outcome.conflicts)
    tally.features += any(each.what.startswith("feature ") for each in update.changes)


def flags_of(project: Project, random: Random) -> Flags:
    """Return the flags of an update; most often none, as kerasmith.toml was edited."""
    flags = random.choice([Flags(), Flags(), Flags(name="other-name"), *GROWING])
    if random.random() < 0.4:
        words = random.sample([*FEATURES], random.randint(1, 3))
        cut = random.randint(0, len(words))
        flags = replace(flags, with_=words[:cut], without=words[cut:])
    try:
        decide(read_flags(flags, read_tables(project.path(SPEC_FILE)))[1])
    except KerasmithError:
        return Flags()
    return flags


GROWING = [
    Flags(outputs=["by_flag:number"]),
    Flags(name="flagged", outputs=["by_flag:binary"]),
    Flags(name="flagged", inputs=["by_flag_too:image:8x8x1"]),
]


# === What an owner does ===


@dataclass
class Edits:
    """An owner at work; every line of theirs is one of a kind."""

    project: Project
    random: Random
    lines: list[str] = field(default_factory=list)
    added: dict[str, str] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)

    def one(self) -> None:
        names = [name for name in self.project.held() if name not in (SPEC_FILE, ANSWERS_FILE)]
        kinds = [self.insert] * 4 + [self.replace] * 2 + [self.drop, self.delete, self.rename]
        often = [name for name in names if Path(name).stem in OFTEN_EDITED]
        name = self.random.choice(sorted(often if often and self.random.random() < 0.6 else names))
        self.random.choice([*kinds, self.add, self.allow])(name)

    def line(self) -> str:
        self.lines.append(f"# mine {len(self.lines)} {self.random.random()}")
        return self.lines[-1]

    def text(self, name: str) -> list[str]:
        self.touched.add(name)
        return self.project.read(name).splitlines(keepends=True)

    def insert(self, name: str) -> None:
        text = self.text(name)
        text.insert(self.random.randint(0, len(text)), self.line() + "\n")
        self.project.write(name, "".join(text))

    def replace(self, name: str) -> None:
        text = self.text(name)
        place = self.place(text)
        text[place : place + self.random.randint(1, 3)] = [self.line() + "\n"]
        self.project.write(name, "".join(text))

    def drop(self, name: str) -> None:
        text = self.text(name)
        place = self.place(text)
        text[place : place + self.random.randint(1, 5)] = []
        self.project.write(name, "".join(text))

    def place(self, text: list[str]) -> int:
        """Return a place none of whose next lines are the owner's own."""
        free = [
            place
            for place in range(len(text))
            if not any(line.startswith("# mine ") for line in text[place : place + 5])
        ]
        return self.random.choice(free) if free else len(text)

    def delete(self, name: str) -> None:
        """Delete a file, and its folder where it was the last: git brings no empty folder back."""
        if "# mine " not in self.project.read(name):
            self.touched.add(name)
            path = self.project.path(name)
            path.unlink()
            while not any((path := path.parent).iterdir()):
                path.rmdir()

    def rename(self, name: str) -> None:
        new = str(Path(name).with_name(f"my_{Path(name).name}"))
        if not self.project.path(new).exists() and name not in self.added:
            self.touched |= {name, new}
            self.project.path(name).rename(self.project.path(new))

    def add(self, name: str) -> None:
        new = str(Path(name).with_name(f"extra_{len(self.added)}.py"))
        text = "".join(f"{self.line()}\n" for _ in range(self.random.randint(1, 30)))
        self.touched.add(new)
        self.added[new] = text
        self.project.write(new, text)

    def leave_loose(self) -> None:
        """Leave what git does not see: bytecode, runs, the mode and end of kerasmith.toml."""
        for path in sorted(self.project.path("src").iterdir()):
            self.project.write(f"src/{path.name}/__pycache__/model.pyc", "bytecode")
        self.project.write("runs/old/notes.txt", "mine")
        self.project.write("scratch.txt", "not told to git")
        if self.random.random() < 0.3:
            self.project.path(SPEC_FILE).chmod(self.random.choice([0o755, 0o600]))
        if self.random.random() < 0.3:
            self.project.write(SPEC_FILE, self.project.read(SPEC_FILE).rstrip("\n"))

    def allow(self, name: str) -> None:
        self.touched.add(name)
        self.project.path(name).chmod(0o755)


def change_answers(project: Project, spec: Spec, random: Random) -> None:
    """Edit kerasmith.toml, as far as it stays legal."""
    tables = tables_of(spec)
    changed = random.sample(CHANGES, random.randint(0, 2))
    for change in [*changed, *([change_features] if random.random() < 0.4 else [])]:
        candidate = deepcopy(tables)
        try:
            change(candidate, random)
            decide(read_spec(candidate))  # no longer a stack, it cannot be asked to be Sequential
        except KerasmithError:
            continue
        tables = candidate
    project.write(SPEC_FILE, edited(project.read(SPEC_FILE), tables))


def add_output(tables: Tables, random: Random) -> None:
    tables["outputs"].append({"name": "grown", "kind": random.choice(["binary", "number"])})


def add_input(tables: Tables, random: Random) -> None:
    tables["inputs"].append({"name": "grown_too", "kind": "image", "shape": [9, 9, 1]})


def remove_input(tables: Tables, random: Random) -> None:
    gone = tables["inputs"].pop(random.randrange(len(tables["inputs"])))
    tables["shared"] = [e for e in tables.get("shared", []) if gone["name"] not in e["inputs"]]
    drop_empty(tables)


def remove_output(tables: Tables, random: Random) -> None:
    tables["outputs"].pop(random.randrange(len(tables["outputs"])))


def rename_project(tables: Tables, random: Random) -> None:
    tables["project"]["name"] = random.choice(["renamed", "other-name", "x"])


def rename_input(tables: Tables, random: Random) -> None:
    entry = random.choice(tables["inputs"])
    for group in tables.get("shared", []):
        group["inputs"] = ["calling" if n == entry["name"] else n for n in group["inputs"]]
    entry["name"] = "calling"


def change_encoder(tables: Tables, random: Random) -> None:
    entry = random.choice(tables["inputs"])
    keep = {"name", "kind", "shape", "length", "vocabulary", "steps", "features", "columns"}
    keep |= {"values", "size", "tokens"}
    for key in [key for key in entry if key not in keep]:
        del entry[key]
    entry["encoder"] = random.choice(list(ENCODERS[entry["kind"]]))


def share(tables: Tables, random: Random) -> None:
    if not tables.pop("shared", None) and len(tables["inputs"]) > 1:
        one, other = tables["inputs"][:2]
        tables["inputs"][1] = {**deepcopy(one), "name": other["name"]}
        tables["shared"] = [{"name": "pair", "inputs": [one["name"], other["name"]]}]


def change_trunk(tables: Tables, random: Random) -> None:
    tables.setdefault("model", {})["trunk"] = random.choice([0, 5, 64])


def write_functional(tables: Tables, random: Random) -> None:
    tables["project"]["api"] = "functional"


def change_features(tables: Tables, random: Random) -> None:
    """Write a list of features as people do, in any order and without what they need, or none."""
    tables["project"].pop("jobs", None)
    able = everything_on(tables["project"].get("backend", "tensorflow"))
    names = [*FEATURES] if random.random() < 0.2 else [*able]  # some are refused
    tables["project"]["features"] = random.sample(names, random.randint(0, len(names)))
    if random.random() < 0.2:
        del tables["project"]["features"]


def drop_empty(tables: Tables) -> None:
    for key in [key for key, value in tables.items() if value == []]:
        del tables[key]


CHANGES = [
    add_output, add_input, remove_input, remove_output, rename_project, rename_input,
    change_encoder, share, change_trunk, write_functional,
]  # fmt: skip


# === What must hold ===


def nothing_is_lost(project: Project, edits: Edits) -> None:
    """Every line of the owner's appears somewhere, and every file they added is as it was."""
    held = project.held()
    everything = b"\n".join(held.values()).decode("utf-8", "replace")
    for line in edits.lines:
        assert line in everything, f"lost: {line}"
    contents = {content.decode("utf-8", "replace") for content in held.values()}
    for name, text in edits.added.items():
        if text.splitlines() == [line for line in text.splitlines() if line in edits.lines]:
            now = [
                content
                for content in contents
                if set(text.splitlines()) <= set(content.splitlines())
            ]
            assert now, f"changed: {name}"


def only_what_both_touched_conflicts(
    update: Update, outcome: Outcome, project: Project, files: dict[str, bytes]
) -> None:
    """A file that one side left alone is the other's; hunks far from each other merge."""
    sides = update.sides
    ours = {renamed(name, sides.moves): content for name, content in files.items()}
    conflicts = {each.path for each in outcome.conflicts}
    gone_but_edited = [
        name
        for name, text in sides.base.items()
        if name not in sides.theirs and ours.get(name) != text.encode("utf-8", "surrogateescape")
    ]
    for name in {*sides.base, *sides.theirs}:
        base, theirs, mine = (
            None if text is None else text.encode("utf-8", "surrogateescape")
            for text in (sides.base.get(name), sides.theirs.get(name), None)
        )
        mine = ours.get(name)
        now = project.path(name).read_bytes() if project.path(name).is_file() else None
        if mine == base and theirs is None and made_executable(project.path(name)):
            assert name in outcome.kept_edited, "its mode is the owner's edit"
        elif base is None and mine is None and name in conflicts:
            assert gone_but_edited, "git takes a new file for one that is gone under a new name"
        elif mine == base:
            assert name not in conflicts
            assert now == theirs or base is None, f"{name} is not what the templates made"
        elif base == theirs and mine is not None:
            assert name not in conflicts
            assert now == mine, f"{name} is not as its owner left it"
        elif name in conflicts and base and theirs and mine:
            assert near(base, mine, theirs), f"{name} conflicts without need"


def made_executable(path: Path) -> bool:
    return path.is_file() and bool(path.stat().st_mode & 0o100)


def renamed(name: str, moves: tuple[tuple[str, str], ...]) -> str:
    for old, new in moves:
        if name == old or name.startswith(f"{old}/"):
            return new + name.removeprefix(old)
    return name


def near(base: bytes, mine: bytes, theirs: bytes) -> bool:
    """Say whether both sides changed something within three lines of each other."""
    return any(
        one[0] - 3 <= other[1] and other[0] - 3 <= one[1]
        for one in hunks(base, mine)
        for other in hunks(base, theirs)
    )


def hunks(old: bytes, new: bytes) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of `old` that each change is about, as git sees them."""
    with TemporaryDirectory() as folder:
        for name, content in (("old", old), ("new", new)):
            Path(folder, name).write_bytes(content)
        words = ["git", "diff", "--no-index", "-U0", "--diff-algorithm=histogram", "old", "new"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    for start, count in re.findall(r"^@@ -(\d+)(?:,(\d+))? ", done.stdout, re.MULTILINE):
        yield int(start), int(start) + int(count or 1)


def resolve(project: Project, outcome: Outcome) -> None:
    """Resolve conflicts as somebody would who wants theirs, and commit."""
    for conflict in outcome.conflicts:
        project.git("checkout", "--ours", "--", conflict.path)
    project.commit("Update")
    assert not project.git("status", "--porcelain")
