"""What happens while an update runs is never undone in silence: it is merged, kept, or refused."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kerasmith.errors import KerasmithError, Problem
from kerasmith.project.git import Git
from kerasmith.project.history import Installed
from kerasmith.project.update import carry_out, only_update, prepare
from kerasmith.spec.flags import Flags
from kerasmith.spec.names import SPEC_FILE
from tests.samples import samples
from tests.stories.story import Project

CONFIG = "src/digits/config.py"
TRAIN = "src/digits/train.py"
GROWING = Flags(outputs=["place:box"])


def meanwhile(
    project: Project, by: Installed, happens: Callable[[], object], flags: Flags = GROWING
) -> Problem:
    """Let something happen between an update's first look and its writing; return the refusal."""
    update = prepare(project.folder, flags, installed=by)
    happens()
    head, held, status = project.git("rev-parse", "HEAD"), project.held(), project.status()
    with pytest.raises(KerasmithError) as refusal:
        carry_out(update)
    assert project.git("rev-parse", "HEAD") == head
    assert project.held() == held
    assert project.status() == status
    free_of_locks(project)
    (problem,) = refusal.value.problems
    return problem


def free_of_locks(project: Project) -> None:
    assert not list(project.path(".git").rglob("*.lock"))
    assert not project.path(".git/kerasmith").exists()


def test_a_commit_that_is_made_meanwhile_is_not_reverted(
    project: Project, second: Installed
) -> None:
    def commit() -> None:
        project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
        project.commit()

    problem = meanwhile(project, second, commit)
    assert "changed during the update" in problem.what
    assert problem.where == "HEAD"
    project.settle(second, outputs=["place:box"])
    assert "seed: int = 7" in project.read(CONFIG)


def test_an_edit_of_kerasmith_toml_that_is_saved_while_it_asks_is_not_overwritten(
    project: Project, second: Installed
) -> None:
    def ask(tables: dict[str, Any]) -> dict[str, Any]:
        project.write(SPEC_FILE, project.read(SPEC_FILE) + "\n# Mine\n")
        (image,) = tables["inputs"]
        return {**tables, "inputs": [{**image, "encoder": "mlp"}]}

    update = prepare(project.folder, ask=ask, installed=second)
    with pytest.raises(KerasmithError, match="changed during the update"):
        carry_out(update)
    assert project.read(SPEC_FILE).endswith("# Mine\n")
    assert project.status() == [f" M {SPEC_FILE}"]
    free_of_locks(project)


@pytest.mark.parametrize("staged", [True, False])
def test_an_edit_of_any_file_meanwhile_is_kept(
    project: Project, second: Installed, staged: bool
) -> None:
    def edit() -> None:
        project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
        if staged:
            project.git("add", CONFIG)

    assert meanwhile(project, second, edit).where == CONFIG


def test_a_file_that_is_moved_meanwhile_wedges_nothing(project: Project, second: Installed) -> None:
    problem = meanwhile(project, second, lambda: project.git("mv", TRAIN, "src/digits/learn.py"))
    assert TRAIN in problem.where


def test_a_new_file_that_lies_in_the_way_meanwhile_is_kept(
    project: Project, second: Installed
) -> None:
    problem = meanwhile(project, second, lambda: project.write("docs/next.md", "mine\n"))
    assert "next.md" in problem.why + problem.where
    assert project.read("docs/next.md") == "mine\n"


def test_a_kerasmith_toml_that_is_staged_meanwhile_is_kept(
    project: Project, second: Installed
) -> None:
    def stage() -> None:
        text = project.read(SPEC_FILE)
        project.write(SPEC_FILE, text + "\n# Staged\n")
        project.git("add", SPEC_FILE)
        project.write(SPEC_FILE, text)

    assert meanwhile(project, second, stage).where == SPEC_FILE


def test_another_update_is_refused_from_the_first_look_of_one_to_its_last_write(
    project: Project, second: Installed
) -> None:
    with only_update(project.folder):
        process = get_context("fork").Process(target=another_is_refused, args=(project, second))
        process.start()
        process.join()
        assert process.exitcode == 0
        carry_out(prepare(project.folder, GROWING, installed=second))
    assert "place" in project.read(SPEC_FILE)
    free_of_locks(project)


def another_is_refused(project: Project, by: Installed) -> None:
    from kerasmith.project import journal

    journal._HELD.clear()  # it is another process, which did not fork from that one
    with pytest.raises(KerasmithError, match="Another kerasmith"), only_update(project.folder):
        carry_out(prepare(project.folder, installed=by))


# === What git was told to overlook ===


@pytest.mark.parametrize("mark", ["skip-worktree", "assume-unchanged"])
@pytest.mark.parametrize("edited", [True, False])
def test_a_file_that_git_overlooks_is_not_overwritten_and_wedges_nothing(
    project: Project, second: Installed, mark: str, edited: bool
) -> None:
    project.git("update-index", f"--{mark}", CONFIG)
    if edited:
        project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    before = project.held()
    with pytest.raises(KerasmithError) as refusal:
        carry_out(prepare(project.folder, installed=second))
    assert project.held() == before
    free_of_locks(project)
    (problem,) = refusal.value.problems
    assert problem.where == CONFIG
    command = problem.try_.partition(";")[0]
    subprocess.run(command, shell=True, check=True, cwd=project.folder)
    project.commit()
    project.settle(second)


def test_a_file_that_git_overlooks_and_the_update_leaves_alone_is_no_hindrance(
    project: Project, second: Installed
) -> None:
    project.write("notes.txt", "mine\n")
    project.commit()
    project.git("update-index", "--skip-worktree", "notes.txt")
    project.write("notes.txt", "mine, only here\n")
    outcome = project.update(second)
    assert project.read("notes.txt") == "mine, only here\n"
    undone = project.held()
    assert undone["notes.txt"] == b"mine, only here\n"
    assert outcome.conflicts == ()


# === Many of them, at moments of chance ===


def updating(project: Project, by: Installed, flags: Flags) -> None:
    """Update as the program does; the exit code says whether it was refused."""
    try:
        with only_update(project.folder):
            carry_out(prepare(project.folder, flags, installed=by))
    except KerasmithError:
        os._exit(2)
    os._exit(0)


def started(project: Project, by: Installed, flags: Flags) -> Any:
    process = get_context("fork").Process(target=updating, args=(project, by, flags))
    process.start()
    return process


def as_before(project: Project) -> None:
    project.git("reset", "--hard", "--quiet")
    project.git("clean", "-fdq")


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.long(samples(10, 100))
def test_of_two_updates_at_once_one_comes_whole_and_the_other_is_refused(
    project: Project, second: Installed, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted = (Flags(outputs=["place:box"]), Flags(name="numerals"))
    before, alone = project.held(), []
    for flags in wanted:
        carry_out(prepare(project.folder, flags, installed=second))
        alone.append(project.held())
        as_before(project)
    random, rounds = Random(0), samples(6, 200)
    for _ in range(rounds):
        one, pause = started(project, second, wanted[0]), random.uniform(0, 0.05)
        time.sleep(pause)
        other = started(project, second, wanted[1])
        one.join()
        other.join()
        assert sorted((one.exitcode, other.exitcode)) == [0, 2]
        assert project.held() == alone[0 if one.exitcode == 0 else 1]
        assert {line[1] for line in project.status()} == {" "}, "all of it is staged"
        free_of_locks(project)
        as_before(project)
        assert project.held() == before
    with capsys.disabled():
        print(f"\n{rounds} pairs of updates at once, none mixed, none wedged")


def in_place(path: Path, text: str) -> None:
    path.write_text(text)


def by_renaming(path: Path, text: str) -> None:
    path.with_name("editor~").write_text(text)
    path.with_name("editor~").replace(path)


SAVING = (in_place, by_renaming)


def after_gits_look(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen when git has looked at all files, and none is written yet."""
    works, left = Git.__call__, [happens]

    def then(self: Git, *words: str, **options: Any) -> str:
        said = works(self, *words, **options)
        if words[:2] == ("read-tree", "-n") and left:
            left.pop()()
        return said

    monkeypatch.setattr(Git, "__call__", then)


@pytest.mark.parametrize("saving", SAVING)
@pytest.mark.parametrize("name", [CONFIG, "README.md"])
def test_a_file_that_is_saved_between_gits_look_and_the_writing_is_kept(
    project: Project,
    second: Installed,
    name: str,
    saving: Callable[[Path, str], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, mine = project.held(), project.read(name) + "# Mine\n"
    update = prepare(project.folder, GROWING, installed=second)
    after_gits_look(monkeypatch, lambda: saving(project.path(name), mine))
    with pytest.raises(KerasmithError, match="changed during the update"):
        carry_out(update)
    assert project.held() == {**before, name: mine.encode()}
    assert project.status() == [f" M {name}"]
    free_of_locks(project)


@pytest.mark.parametrize("flags", [GROWING, Flags(name="numerals")])
def test_a_file_that_appears_or_goes_between_gits_look_and_the_writing_is_no_loss(
    project: Project, second: Installed, flags: Flags, monkeypatch: pytest.MonkeyPatch
) -> None:
    def happens() -> None:
        project.write("docs/next.md", "mine\n")
        project.path(TRAIN).unlink()

    before = project.held()
    update = prepare(project.folder, flags, installed=second)
    after_gits_look(monkeypatch, happens)
    with pytest.raises(KerasmithError):
        carry_out(update)
    assert project.read("docs/next.md") == "mine\n"
    assert {**project.held(), TRAIN: b""} == {**before, TRAIN: b"", "docs/next.md": b"mine\n"}
    free_of_locks(project)


@pytest.mark.full
@pytest.mark.alone
@pytest.mark.long(samples(10, 100))
@pytest.mark.parametrize("name", [SPEC_FILE, CONFIG])
def test_what_is_saved_during_an_update_is_never_lost(
    project: Project, second: Installed, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An editor knows nothing of the update: it saves what it read before, and a line more."""
    before = project.held()
    begin = time.monotonic()
    carry_out(prepare(project.folder, GROWING, installed=second))
    lasts = time.monotonic() - begin
    as_before(project)
    random, rounds = Random(0), samples(8, 200)
    ends = {"refused": 0, "updated": 0}
    for number in range(rounds):
        mine = f"# Mine, {number}\n"
        process = started(project, second, GROWING)
        time.sleep(random.uniform(0, 1.2 * lasts))
        SAVING[number % 2](project.path(name), before[name].decode() + mine)
        process.join()
        ends["updated" if process.exitcode == 0 else "refused"] += 1
        assert any(mine.encode() in text for text in saved_texts(project, name))
        free_of_locks(project)
        as_before(project)
        assert project.held() == before
    with capsys.disabled():
        print(f"\n{rounds} saves of {name} during updates, none lost: {ends}")


def saved_texts(project: Project, name: str) -> Iterator[bytes]:
    """Yield what is in a file, and in copies of it that were saved."""
    for path in project.folder.glob(f"{name}*"):
        yield path.read_bytes()
