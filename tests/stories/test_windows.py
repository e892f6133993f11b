"""Windows, as far as one can pretend: no fcntl, no handles of folders, code pages and CRLF."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.stories.story import QUIET, git

PRETENDED = Path(__file__).with_name("windows.py")


def kerasmith(cwd: Path, *words: str, returns: int = 0) -> str:
    """Run kerasmith there; return what it prints, which a code page can show."""
    done = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", str(PRETENDED), *words],
        cwd=cwd,
        env={
            **os.environ,
            **QUIET,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONIOENCODING": "cp1252",
            "LOCALAPPDATA": str(cwd / "local"),
            "XDG_STATE_HOME": "",
        },
        capture_output=True,
        check=False,
    )
    said = (done.stdout + done.stderr).decode("cp1252")
    assert done.returncode == returns, said
    return said


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a name that no code page has, written there and committed."""
    kerasmith(tmp_path, "new", "Größe żółw", "--name", "pets", "--recipe", "digits", "--yes")
    folder = tmp_path / "Größe żółw"
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "As generated")
    return folder


def test_a_project_is_the_same_there(project: Path, tmp_path: Path) -> None:
    there = tmp_path / "here"
    words = ("new", "here", "--name", "pets", "--recipe", "digits", "--yes")
    command = [sys.executable, "-m", "kerasmith", *words]
    subprocess.run(command, cwd=tmp_path, check=True, stdout=subprocess.DEVNULL)
    names = {path.relative_to(there) for path in there.rglob("*") if path.is_file()}
    assert len(names) > 20
    for name in names:
        assert (project / name).read_bytes() == (there / name).read_bytes(), name


def test_an_update_is_made_checked_and_undone_there(project: Path) -> None:
    assert "Up to date" in kerasmith(project, "check")
    said = kerasmith(project, "update", "--with", "warm-start")
    assert "src/pets/warm_start.py" in git(project, "diff", "--cached", "--stat")
    assert "Up to date" in kerasmith(project, "check")
    assert "git reset --hard" in said
    git(project, "reset", "--hard")
    assert not (project / "src/pets/warm_start.py").exists()
    assert git(project, "status", "--porcelain") == ""
    assert "Up to date" in kerasmith(project, "check")


def test_lines_that_end_in_crlf_stay_so_there(project: Path) -> None:
    git(project, "rm", "--quiet", ".gitattributes")
    git(project, "commit", "--quiet", "--message", "As git has it")
    git(project, "config", "core.autocrlf", "true")
    git(project, "rm", "--quiet", "--cached", "-r", ".")
    git(project, "reset", "--quiet", "--hard")
    kerasmith(project, "update", "--with", "warm-start")
    text = (project / "src/pets/train.py").read_bytes()
    assert b"warm_start" in text
    assert text.count(b"\n") == text.count(b"\r\n")


def test_data_with_a_code_page_is_read_there(tmp_path: Path) -> None:
    rows = "".join(f"{'Köln' if n % 2 else 'Łódź'};{n},5;{n % 3}\r\n" for n in range(60))
    (tmp_path / "städte.csv").write_bytes(f"stadt;preis;y\r\n{rows}".encode("cp1250"))
    said = kerasmith(tmp_path, "new", "own", "--data", "städte.csv", "--predict", "preis", "--yes")
    assert "städte.csv" in said
    assert (tmp_path / "own" / "data" / "städte.csv").exists()


def test_what_an_update_needs_is_kept_and_removed_where_windows_keeps_it(project: Path) -> None:
    kerasmith(project, "update", "--with", "warm-start")
    kept = project / "local" / "kerasmith" / "updates"
    assert kept.is_dir()
    assert [*kept.iterdir()] == []


def test_files_of_a_link_are_not_written_there(project: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("theirs", "utf-8")
    (project / "src/pets/warm_start.py").symlink_to(outside)
    kerasmith(project, "update", "--with", "warm-start", returns=2)
    assert outside.read_text("utf-8") == "theirs"
    assert "warm_start" not in (project / "src/pets/train.py").read_text("utf-8")
