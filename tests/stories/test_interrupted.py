"""Whatever stops an update, nothing is lost and the next command puts it right."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.project import disk
from kerasmith.project.disk import Place
from kerasmith.project.git import Git
from kerasmith.project.history import Installed
from kerasmith.project.journal import JournalDir
from kerasmith.project.update import carry_out, prepare, recover_in
from kerasmith.spec.flags import Flags
from tests.samples import samples
from tests.stories.story import Project, git

CONFIG = "src/digits/config.py"
TRAIN = "src/digits/train.py"
GROWING = Flags(outputs=["place:box"])

UPDATE = """
import sys
from pathlib import Path
from kerasmith.project.history import Installed
from kerasmith.project.update import carry_out, prepare

carry_out(prepare(Path(sys.argv[1]), installed=Installed(Path(sys.argv[2]), "0.2.0")))
"""


OWNERS = {"journal_dir": JournalDir, "place": Place, "git": Git, "disk": disk}


def killed(
    project: Project, by: Installed, step: str, left: int, flags: Flags | None = None
) -> bool:
    """Update in a process that kills itself at a step which worked so often; say if it got there.

    The step `git` is an early kerasmith, whose git was killed while it wrote the files.
    """

    def update() -> None:
        if step == "git":
            Git.__call__ = halfway(Git.__call__)  # type: ignore[method-assign]
        else:
            owner, _, name = step.partition(".")
            dying(OWNERS[owner], name, left)
        carry_out(prepare(project.folder, flags, installed=by))

    process = get_context("fork").Process(target=update)
    process.start()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def dying(owner: object, name: str, left: int) -> None:
    """Let a method work so often, and then never return."""
    works = getattr(owner, name)
    calls = iter(range(10_000))

    def maybe(*arguments: Any, **options: Any) -> Any:
        return works(*arguments, **options) if next(calls) < left else die()

    setattr(owner, name, maybe)


def halfway(works: Callable[..., str]) -> Callable[..., str]:
    """Let git write as one does that is killed: some files are new, one is cut, one is missing."""

    def write(self: Git, *words: str, **options: Any) -> str:
        if self.isolated or words[:2] != ("read-tree", "-n"):
            return works(self, *words, **options)
        for path, size in (("README.md", None), (CONFIG, 400), ("docs/next.md", 6)):
            content = works(self, "cat-file", "blob", f"{words[-1]}:{path}")
            (self.folder / path).write_text(content[:size], "utf-8")
        (self.folder / TRAIN).unlink()
        die()
        return ""

    return write


def put_right(project: Project, before: dict[str, bytes], by: Installed) -> str:
    """Let the next command recover; all is as before, or all is updated."""
    said = recover_in(project.folder)
    if project.held() == before:
        assert project.status() in ([], [" M kerasmith.toml"])
    else:
        assert "epochs: int = 25" in project.read(CONFIG)
        assert project.git("diff", "--name-only") == "", "all of it is staged"
        assert project.path("docs/next.md").exists()
    assert not list(project.path(".git").rglob("*.lock"))
    assert not project.path(".git/kerasmith").exists()
    return said


STEPS = [
    ("git", 0),
    *(("journal_dir.write", n) for n in range(2)),
    *(("journal_dir.take_lock", n) for n in range(1)),
    *(("journal_dir.clear", n) for n in range(1)),
    *(("place.remove", n) for n in range(samples(3, 8))),
    *(("place.move", n) for n in range(0, 24, samples(5, 1))),
    *(("disk.place_new", n) for n in range(samples(1, 3))),
    *(("git.run", n) for n in range(0, 40, samples(8, 2))),
]


@pytest.mark.full
@pytest.mark.parametrize(("step", "left"), STEPS, ids=lambda each: str(each))
def test_a_killed_update_is_finished_or_taken_back(
    project: Project, second: Installed, step: str, left: int
) -> None:
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.commit()
    head = project.git("rev-parse", "HEAD")
    before = project.held()

    killed(project, second, step, left, GROWING)
    put_right(project, before, second)

    assert project.git("rev-parse", "HEAD") == head
    project.git("reset", "--hard", "--quiet")
    assert project.held() == before
    project.settle(second, outputs=["place:box"])


def test_the_kills_hit(project: Project, second: Installed) -> None:
    """The control: at most of these steps the process does die, and leaves something to do."""
    said = []
    for step, left in (*STEPS[:5], ("place.move", 3), ("disk.place_new", 0)):
        assert killed(project, second, step, left)
        said.append(recover_in(project.folder))
        project.git("reset", "--hard", "--quiet")
    assert any("taken back" in each for each in said)
    assert killed(project, second, "journal_dir.install_index", 0)
    assert "finished" in recover_in(project.folder)


def test_an_edit_of_kerasmith_toml_that_is_not_committed_survives_a_kill(
    project: Project, second: Installed
) -> None:
    project.write("kerasmith.toml", project.read("kerasmith.toml") + "\n# Mine\n")
    before = project.held()
    assert killed(project, second, "git", 0, GROWING)
    assert "taken back" in recover_in(project.folder)
    assert project.held() == before


def test_what_somebody_changed_between_kill_and_recovery_is_saved(
    project: Project, second: Installed
) -> None:
    assert killed(project, second, "git", 0)
    project.write(CONFIG, "# Mine, in a hurry\n")
    said = recover_in(project.folder)
    saved = project.path(f"{CONFIG}.saved")
    assert str(saved) in said
    assert saved.read_text() == "# Mine, in a hurry\n"
    assert project.status() == [f"?? {CONFIG}.saved"]


@pytest.mark.full
def test_a_process_group_killed_at_any_moment_loses_nothing(
    project: Project, second: Installed
) -> None:
    """As a power cut would: kerasmith and its gits together, at a moment of chance."""
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.commit()
    before = project.held()
    rounds = samples(4, 30)
    command = [sys.executable, "-c", UPDATE]
    for number in range(rounds):
        process = subprocess.Popen(
            [*command, str(project.folder), str(second.templates)],
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(0.35 + 0.5 * number / rounds)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        put_right(project, before, second)
        project.git("reset", "--hard", "--quiet")
        assert project.held() == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left")])
def test_an_error_on_the_way_is_taken_back_at_once(
    project: Project, second: Installed, error: BaseException, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = disk.replace_file

    def full(folder: Path, name: str, *more: Any, **options: Any) -> None:
        if name == "kerasmith.toml":
            raise error
        written(folder, name, *more, **options)

    monkeypatch.setattr(disk, "replace_file", full)
    project.write("kerasmith.toml", project.read("kerasmith.toml") + "\n")
    before = project.held()
    update = prepare(project.folder, GROWING, installed=second)
    with pytest.raises((KeyboardInterrupt, KerasmithError)):
        carry_out(update)
    assert project.held() == before
    assert project.status() == [" M kerasmith.toml"]


def test_while_git_is_at_work_an_update_waits_for_its_turn(
    project: Project, second: Installed
) -> None:
    update = prepare(project.folder, installed=second)
    project.write(".git/index.lock", "")
    with pytest.raises(KerasmithError, match="Another git"):
        carry_out(update)
    assert project.path(".git/index.lock").exists()
    project.path(".git/index.lock").unlink()
    assert project.status() == []
    assert git(project.folder, "fsck", "--no-dangling") == ""
