"""A disk that is full while projects are written: each is whole or not there, and that is said.

The disk is a real one of a few kilobytes, mounted where only the command sees it.
"""

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.helpers import SPECS

pytestmark = pytest.mark.slow

KERASMITH = (sys.executable, "-m", "kerasmith")
MOUNT = ("unshare", "--map-root-user", "--mount", "sh", "-c")


def _can_mount() -> bool:
    try:
        command = [*MOUNT, "mount -t tmpfs tmpfs /mnt"]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


needs_mount = pytest.mark.skipif(not _can_mount(), reason="this system lets nobody mount a disk")


def on_small_disk(options: str, *words: str) -> tuple[int, str, set[str]]:
    """Run kerasmith on a disk of its own; return the exit code, its words and what is there."""
    script = 'mount -t tmpfs -o "$0" tmpfs /mnt && cd /mnt && "$@" && exit 0; code=$?; '
    script += "echo; echo LEFT; find . -type f; exit $code"
    done = subprocess.run(
        [*MOUNT, script, options, *KERASMITH, *words], capture_output=True, text=True, check=False
    )
    told, _, left = done.stdout.partition("\nLEFT\n")
    return done.returncode, told + done.stderr, set(left.split())


@needs_mount
@pytest.mark.parametrize("options", ["size=32k", "size=80k", "nr_inodes=12"])
def test_of_a_project_that_has_no_room_nothing_is_left(options: str) -> None:
    code, told, left = on_small_disk(options, "new", "out", "--recipe", "digits")
    assert code == 2
    assert "No space left on device" in told
    assert "Traceback" not in told
    assert left == set()


@needs_mount
def test_nor_of_data_that_have_none(tmp_path: Path) -> None:
    table = tmp_path / "own.csv"
    table.write_text("a,b\n" + "".join(f"{n % 97 / 7},{n % 2}\n" for n in range(30_000)), "utf-8")
    words = ("new", "out", "--data", str(table), "--predict", "b")
    code, told, left = on_small_disk("size=400k", *words)
    assert code == 2
    assert "No space left on device" in told
    assert left == set()


@needs_mount
def test_of_many_projects_those_that_have_room_are_whole(tmp_path: Path) -> None:
    text = (SPECS / "smallest.toml").read_text("utf-8")
    for name in ("one", "three", "two"):
        (tmp_path / f"{name}.toml").write_text(text.replace('name = "smallest"', ""), "utf-8")
    words = ("new", "out", "--spec-dir", str(tmp_path))
    code, told, left = on_small_disk("size=200k", *words)
    assert code == 1
    assert "of which nothing was written." in told
    assert "Traceback" not in told
    there = {each.split("/")[2] for each in left}
    assert there < {"one", "three", "two"}
    assert there == set(re.findall(r"^out/(\w+) ", told, re.MULTILINE))
    assert {f"./out/{name}/.copier-answers.yml" for name in there} < left


def test_nor_is_anything_left_where_files_may_only_be_small(tmp_path: Path) -> None:
    """As a quota would: the system refuses a file in the middle of it."""
    done = subprocess.run(
        [*KERASMITH, "new", str(tmp_path / "out"), "--recipe", "digits"],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)),
        check=False,
    )
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
