"""What is written below a folder stays below it, whoever puts links there, and when."""

import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from kerasmith.project import disk

MINE = b"mine\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "project/docs").mkdir(parents=True)
    return tmp_path / "project"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file that nothing below may reach, in a folder of its own."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/kept.txt").write_bytes(MINE)
    return tmp_path / "outside"


def untouched(outside: Path) -> bool:
    return [(each.name, each.read_bytes()) for each in outside.iterdir()] == [("kept.txt", MINE)]


def test_a_file_takes_the_place_of_another_and_keeps_its_mode(folder: Path) -> None:
    (folder / "docs/a.sh").write_bytes(b"old")
    (folder / "docs/a.sh").chmod(0o750)
    disk.replace_file(folder, "docs/a.sh", b"new")
    assert disk.read(folder, "docs/a.sh") == b"new"
    assert stat.S_IMODE((folder / "docs/a.sh").stat().st_mode) == 0o750
    assert disk.names(folder, "docs") == ["a.sh"]


def test_what_is_not_there_reads_as_nothing(folder: Path) -> None:
    assert disk.read(folder, "docs/a.txt") is None
    assert disk.read(folder, "other/a.txt") is None
    assert disk.read(folder, "docs") is None
    assert disk.names(folder, "other") == []


def test_a_link_in_the_place_of_a_file_is_neither_read_nor_written(
    folder: Path, outside: Path
) -> None:
    (folder / "a.txt").symlink_to(outside / "kept.txt")
    assert disk.read(folder, "a.txt") is None
    assert not disk.is_file(folder, "a.txt")
    with pytest.raises(OSError, match=r"a\.txt is a symbolic link, not a file"):
        disk.replace_file(folder, "a.txt", b"new")
    with disk.placed(folder, "a.txt") as place, pytest.raises(FileExistsError):
        disk.write(place, b"new")
    assert untouched(outside)


@pytest.mark.parametrize("target", ["../outside", "docs"])
def test_a_folder_that_is_a_link_is_not_entered(folder: Path, outside: Path, target: str) -> None:
    (folder / "link").symlink_to(target)
    assert disk.read(folder, "link/kept.txt") is None
    with pytest.raises(OSError, match="link is a symbolic link, not a folder"):
        disk.replace_file(folder, "link/a.txt", b"new")
    disk.remove(folder, "link/kept.txt")
    disk.remove_all(folder, "link")
    assert not os.path.lexists(folder / "link")
    assert untouched(outside)


@pytest.mark.parametrize("name", ["../outside/kept.txt", "docs/../../outside/kept.txt", "", "a\0"])
def test_a_name_that_leads_out_is_refused(folder: Path, outside: Path, name: str) -> None:
    for names in (name, str(outside / "kept.txt")):
        with pytest.raises(OSError, match="leads out of its folder"):
            disk.replace_file(folder, names, b"new")
    assert untouched(outside)


def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert disk.read(folder, "pipe") is None
    with pytest.raises(OSError, match="a device or a pipe"):
        disk.replace_file(folder, "pipe", b"new")


def test_removing_a_folder_removes_no_more_than_its_links(folder: Path, outside: Path) -> None:
    (folder / "docs/link").symlink_to(outside)
    (folder / "docs/file").symlink_to(outside / "kept.txt")
    disk.remove_all(folder, "docs")
    assert not (folder / "docs").exists()
    assert untouched(outside)


@contextmanager
def meanwhile(does: Callable[[int], None]) -> Iterator[None]:
    """Let somebody do something again and again."""
    stop = threading.Event()

    def work() -> None:
        for number in count():
            if stop.is_set():
                return
            does(number)

    somebody = threading.Thread(target=work)
    somebody.start()
    try:
        yield
    finally:
        stop.set()
        somebody.join()


def test_a_folder_that_becomes_a_link_at_any_moment_leads_nothing_out(
    folder: Path, outside: Path
) -> None:
    docs = folder / "docs"

    def swap(_: int) -> None:
        docs.rename(folder / "aside")
        docs.symlink_to(outside)
        docs.unlink()
        (folder / "aside").rename(docs)

    written = refused = 0
    with meanwhile(swap):
        while written < 30 or refused < 5:
            try:
                disk.replace_file(folder, "docs/kept.txt", b"new")
                assert disk.read(folder, "docs/kept.txt") in (b"new", None)
                disk.remove(folder, "docs/kept.txt")
                written += 1
            except OSError:
                refused += 1
    assert untouched(outside)


@pytest.mark.slow
def test_a_file_that_becomes_a_link_at_any_moment_is_not_followed(
    folder: Path, outside: Path
) -> None:
    def swap(number: int) -> None:
        link = folder / f"link{number}"
        link.symlink_to(outside / "kept.txt")
        link.replace(folder / "a.txt")

    written = refused = 0
    with meanwhile(swap):
        while written < 20 or refused < 20:
            try:
                disk.replace_file(folder, "a.txt", b"new")
                assert disk.read(folder, "a.txt") in (b"new", None)
                written += 1
            except OSError:
                disk.remove(folder, "a.txt")
                refused += 1
    assert untouched(outside)
