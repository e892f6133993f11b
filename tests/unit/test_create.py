"""All of a project or nothing, on a real disk."""

import errno
import itertools
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.project import disk
from kerasmith.project.create import check_destination, create

FILES = {"README.md": "# ü\n", "src/pets/model.py": "x = 1\n", ".gitignore": "runs\n"}


def held(folder: Path) -> dict[str, str]:
    """Return the text of every file below a folder."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in found}


def left(folder: Path) -> list[str]:
    """Return whatever is below a folder, folders too."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def refusal(destination: Path) -> str:
    with pytest.raises(KerasmithError) as error:
        create(destination, FILES)
    [problem] = error.value.problems
    assert problem.where == f"destination {destination}"
    assert problem.why or problem.try_
    return problem.what + problem.why


# === What works ===


def test_every_file_is_written_into_a_new_folder(tmp_path: Path) -> None:
    destination = create(tmp_path / "pets", FILES)
    assert destination == tmp_path / "pets"
    assert held(destination) == FILES
    assert [each.name for each in tmp_path.iterdir()] == ["pets"]


def test_line_ends_are_the_same_everywhere(tmp_path: Path) -> None:
    create(tmp_path / "pets", FILES)
    assert (tmp_path / "pets/README.md").read_bytes() == "# ü\n".encode()


def test_missing_folders_above_are_made(tmp_path: Path) -> None:
    assert held(create(tmp_path / "a/b/pets", FILES)) == FILES


def test_folders_are_open_to_whom_the_umask_lets_in(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        create(tmp_path / "pets", FILES)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "pets").stat().st_mode) == 0o750
    assert stat.S_IMODE((tmp_path / "pets/README.md").stat().st_mode) == 0o640


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    assert held(create(tmp_path / "pets", FILES)) == FILES
    assert left(tmp_path / "pets") == sorted([*FILES, "src", "src/pets"])


def test_a_lone_git_folder_stays(tmp_path: Path) -> None:
    (tmp_path / "pets/.git").mkdir(parents=True)
    (tmp_path / "pets/.git/HEAD").write_text("ref\n")
    assert held(create(tmp_path / "pets", FILES)) == {".git/HEAD": "ref\n", **FILES}


def test_the_folder_one_is_in_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pets").mkdir()
    monkeypatch.chdir(tmp_path / "pets")
    assert create(Path(), FILES) == tmp_path / "pets"
    assert held(tmp_path / "pets") == FILES


def test_a_path_with_dots_leads_where_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    assert create(Path("../pets/"), FILES) == tmp_path / "pets"


def test_a_link_above_the_destination_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    create(tmp_path / "link/pets", FILES)
    assert held(tmp_path / "real/pets") == FILES


# === What is refused ===


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pets").mkdir()
    (tmp_path / "pets/mine.txt").write_text("mine")
    assert "not empty" in refusal(tmp_path / "pets")
    assert left(tmp_path) == ["pets", "pets/mine.txt"]


def test_a_project_that_is_there_already_is_updated_instead(tmp_path: Path) -> None:
    create(tmp_path / "my pets", {**FILES, ".copier-answers.yml": ""})
    with pytest.raises(KerasmithError) as refused:
        create(tmp_path / "my pets", FILES)
    assert f"kerasmith update '{tmp_path}/my pets'" in refused.value.problems[0].try_


def test_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pets").write_text("mine")
    assert "not a folder" in refusal(tmp_path / "pets")


def test_a_folder_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    assert "cannot be written" in refusal(tmp_path / "file/a/pets")
    assert left(tmp_path) == ["file"]


@pytest.mark.parametrize("target", ["real", "nowhere"])
def test_a_link_is_refused(tmp_path: Path, target: str) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "pets").symlink_to(tmp_path / target)
    assert "symbolic link" in refusal(tmp_path / "pets")
    assert left(tmp_path) == ["pets", "real"]


@pytest.mark.parametrize("inside", ["pets", "a/b/pets"])
def test_a_folder_inside_another_project_is_refused(tmp_path: Path, inside: str) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other/.copier-answers.yml").touch()
    (tmp_path / "link").symlink_to(tmp_path / "other")
    assert "inside another project" in refusal(tmp_path / "other" / inside)
    assert "inside another project" in refusal(tmp_path / "link" / inside)
    assert left(tmp_path) == ["link", "other", "other/.copier-answers.yml"]


@pytest.mark.parametrize("name", ["p" * 300, "a/" + "p" * 300 + "/pets", "a\0b"])
def test_a_name_that_no_disk_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    refusal(tmp_path / name)
    assert left(tmp_path) == []


def test_a_parent_that_takes_no_folders_is_refused() -> None:
    assert "cannot be written" in refusal(Path("/proc/pets"))


def test_a_file_outside_the_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(KerasmithError) as error:
        create(tmp_path / "pets", {"README.md": "", "../outside.txt": "x"})
    assert "'../outside.txt' leads out" in error.value.problems[0].why
    assert left(tmp_path) == []


def test_checking_writes_nothing(tmp_path: Path) -> None:
    check_destination(tmp_path / "a/b/pets")
    assert left(tmp_path) == []


# === What interrupts ===


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.ENOSPC, "No space left")])
@pytest.mark.parametrize("step", range(1, len(FILES) + 1))
@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_what_interrupts_writing_leaves_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    step: int,
    there: bool,
) -> None:
    destination = tmp_path / "a/b/pets"
    if there:
        destination.mkdir(parents=True)
    before = left(tmp_path)
    fail_at(monkeypatch, disk, "write", step, error)
    with pytest.raises((KeyboardInterrupt, KerasmithError)) as raised:
        create(destination, FILES)
    assert isinstance(raised.value, KeyboardInterrupt) == isinstance(error, KeyboardInterrupt)
    assert left(tmp_path) == before


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(errno.EIO, "Input/output error")])
@pytest.mark.parametrize("step", [1, 2, 3])
def test_what_interrupts_moving_leaves_a_lone_git_folder_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, step: int
) -> None:
    (tmp_path / "pets/.git").mkdir(parents=True)
    fail_at(monkeypatch, disk, "move_new", step, error)
    with pytest.raises((KeyboardInterrupt, KerasmithError)):
        create(tmp_path / "pets", FILES)
    assert left(tmp_path) == ["pets", "pets/.git"]


def test_what_interrupts_moving_to_a_new_folder_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_at(monkeypatch, disk, "move_new", 1, KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        create(tmp_path / "a/pets", FILES)
    assert left(tmp_path) == []


def test_what_somebody_puts_there_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    destination = tmp_path / "pets"
    destination.mkdir()
    written = disk.write

    def write(place: disk.Place, content: bytes, **options: bool) -> None:
        (destination / "src").mkdir(exist_ok=True)
        (destination / "src/mine.py").write_bytes(b"mine")
        written(place, content, **options)

    monkeypatch.setattr(disk, "write", write)
    assert "src has appeared there" in refusal(destination)
    assert held(destination) == {"src/mine.py": "mine"}


def fail_at(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, step: int, error: BaseException
) -> None:
    """Let a function work until its `step`th call, which raises."""
    works = getattr(owner, name)
    calls = iter(range(1, 100))

    def maybe(*arguments: object, **options: object) -> object:
        if next(calls) == step:
            raise error
        return works(*arguments, **options)

    monkeypatch.setattr(owner, name, maybe)


SLOW = (
    "import signal, sys, time\n"
    "from pathlib import Path; from kerasmith.project.create import create\n"
    "signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in a background job\n"
    "class Slow(dict):\n"
    "    def items(self):\n"
    "        yield 'README.md', 'x'\n"
    "        print('writing', flush=True); time.sleep(60)\n"
    "create(Path(sys.argv[1]), Slow())\n"
)


@contextmanager
def at_work(destination: Path) -> Iterator["subprocess.Popen[str]"]:
    """Let another process make a project there, and be in the middle of it."""
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(destination)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "writing\n"
        yield process
        process.kill()


def test_ctrl_c_at_a_real_process_leaves_nothing(tmp_path: Path) -> None:
    with at_work(tmp_path / "a/pets") as process:
        assert left(tmp_path)
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
    assert left(tmp_path) == []


@pytest.mark.parametrize("there", [False, True], ids=["new", "empty"])
def test_what_a_killed_process_left_is_in_nobody_s_way_and_goes(
    tmp_path: Path, there: bool
) -> None:
    destination = tmp_path / "pets"
    if there:
        destination.mkdir()
    with at_work(destination) as process:
        process.kill()
        process.wait(timeout=30)
    assert any("/README.md" in each for each in left(tmp_path))
    assert held(create(destination, FILES)) == FILES
    assert left(tmp_path) == sorted(
        ["pets", "pets/src", "pets/src/pets", *(f"pets/{f}" for f in FILES)]
    )


def test_what_another_process_is_making_stays(tmp_path: Path) -> None:
    with at_work(tmp_path / "cats"):
        create(tmp_path / "pets", FILES)
        (making,) = (each for each in tmp_path.iterdir() if each.name != "pets")
        assert held(making) == {"README.md": "x"}


def test_a_link_that_is_called_as_what_a_killed_process_leaves_is_not_followed(
    tmp_path: Path,
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/kept.txt").write_text("mine")
    (tmp_path / "pets").mkdir()
    for folder in (tmp_path, tmp_path / "pets"):
        (folder / ".kerasmith-0123456789abcdef").symlink_to(tmp_path / "mine")
    create(tmp_path / "pets", FILES)
    assert held(tmp_path / "mine") == {"kept.txt": "mine"}


@pytest.mark.parametrize("name", ["README.md", "src", ".kerasmith-0"])
def test_a_link_that_appears_in_the_destination_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/kept.txt").write_text("mine")
    (tmp_path / "pets").mkdir()
    moves = disk.move_new

    def move(source: disk.Place, target: disk.Place) -> None:
        if not os.path.lexists(tmp_path / "pets" / name):
            target_of = {"README.md": "mine/kept.txt"}.get(name, "mine")
            (tmp_path / "pets" / name).symlink_to(tmp_path / target_of)
        moves(source, target)

    monkeypatch.setattr(disk, "move_new", move)
    if name != ".kerasmith-0":
        assert "has appeared there" in refusal(tmp_path / "pets")
    else:
        create(tmp_path / "pets", FILES)
    assert held(tmp_path / "mine") == {"kept.txt": "mine"}
    assert (tmp_path / "pets" / name).is_symlink()


def test_a_destination_that_becomes_a_link_is_not_written_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine").mkdir()
    written = disk.write

    def write(place: disk.Place, content: bytes, **options: bool) -> None:
        if not os.path.lexists(tmp_path / "pets"):
            (tmp_path / "pets").symlink_to(tmp_path / "mine")
        written(place, content, **options)

    monkeypatch.setattr(disk, "write", write)
    refusal(tmp_path / "pets")
    assert left(tmp_path / "mine") == []
    assert left(tmp_path) == ["mine", "pets"]


def goes_through(work: Callable[[], object], lines: int) -> bool:
    """Press Ctrl-C after so many lines of ours; say whether the work was done before."""
    left = iter(range(lines))

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if "kerasmith/project/" not in Path(frame.f_code.co_filename).as_posix():
            return None
        if event == "line" and next(left, None) is None:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KeyboardInterrupt:
        return False
    finally:
        sys.settrace(before)
    return True


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # files left open
def test_ctrl_c_at_any_line_leaves_a_whole_project_or_nothing(tmp_path: Path) -> None:
    whole = ["made", "made/project", *(f"made/project/{name}" for name in ("a", "b", "b/c"))]
    for lines in itertools.count():
        folder = tmp_path / str(lines)
        folder.mkdir()
        done = goes_through(partial(create, folder / "made/project", {"a": "1", "b/c": "2"}), lines)
        assert left(folder) in ([], whole), lines
        if done:
            assert lines > 100
            return
