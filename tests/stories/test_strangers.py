"""Projects that come from somebody else, who put into them what leads out, or runs."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest

from kerasmith.errors import KerasmithError
from kerasmith.project.check import check
from kerasmith.project.history import Installed
from kerasmith.project.journal import Journal, JournalDir, Written
from kerasmith.project.seal import sealed, state_folder
from kerasmith.project.update import carry_out, prepare, recover_in
from kerasmith.spec.flags import Flags
from kerasmith.spec.names import SPEC_FILE
from tests.stories.story import Project
from tests.stories.test_interrupted import killed

GROWING = Flags(outputs=["place:box"])
MINE = "mine, and none of the project's business\n"


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A file of the owner's, beside the project."""
    path = tmp_path / "outside.txt"
    path.write_text(MINE)
    return path


def update(project: Project, by: Installed) -> None:
    carry_out(prepare(project.folder, GROWING, installed=by))


def refusal(project: Project, by: Installed) -> str:
    """Return why an update is refused; nothing of the project has changed."""
    before = project.held()
    with pytest.raises(KerasmithError) as refused:
        update(project, by)
    assert project.held() == before
    (problem,) = refused.value.problems
    return f"{problem.what} {problem.where} {problem.why} {problem.try_}"


# === Links ===


def test_a_link_that_waits_for_a_temporary_file_is_not_written_through(
    project: Project, second: Installed, outside: Path
) -> None:
    for name in (".kerasmith.toml.kerasmith", "kerasmith.toml.tmp", "kerasmith.toml.lock"):
        project.path(name).symlink_to(outside)
    project.commit()
    update(project, second)
    assert outside.read_text() == MINE
    assert "place" in project.read(SPEC_FILE)


@pytest.mark.parametrize("name", ["journal.json", "index", "index.lock"])
def test_a_link_that_waits_in_the_folder_of_the_journal_is_not_written_through(
    project: Project, second: Installed, outside: Path, name: str
) -> None:
    project.path(".git/kerasmith").mkdir()
    project.path(f".git/kerasmith/{name}").symlink_to(outside)
    if name == "journal.json":
        assert "none of your updates wrote" in refusal(project, second)
    else:
        update(project, second)
    assert outside.read_text() == MINE


def test_a_lock_that_is_a_link_is_refused(
    project: Project, second: Installed, outside: Path
) -> None:
    project.path(".git/kerasmith").mkdir()
    project.path(".git/kerasmith/lock").symlink_to(outside)
    assert "in the way" in refusal(project, second)
    assert outside.read_text() == MINE


def test_a_folder_of_the_journal_that_is_a_link_is_refused(
    project: Project, second: Installed, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept.txt").write_text(MINE)
    project.path(".git/kerasmith").symlink_to(elsewhere)
    assert "kerasmith is a symbolic link" in refusal(project, second)
    assert [each.name for each in elsewhere.iterdir()] == ["kept.txt"]


def test_a_link_that_appears_after_the_check_is_not_written_through(
    project: Project, second: Installed, outside: Path
) -> None:
    prepared = prepare(project.folder, GROWING, installed=second)
    project.path(SPEC_FILE).unlink()
    project.path(SPEC_FILE).symlink_to(outside)
    with pytest.raises(KerasmithError):
        carry_out(prepared)
    assert outside.read_text() == MINE
    assert project.path(SPEC_FILE).is_symlink()
    assert project.status() == [f" T {SPEC_FILE}"]


def test_a_kerasmith_toml_that_leads_out_of_the_project_is_not_read(
    project: Project, second: Installed, outside: Path
) -> None:
    project.path(SPEC_FILE).unlink()
    project.path(SPEC_FILE).symlink_to(outside)
    project.commit()
    assert "a symbolic link that leads out of the project" in refusal(project, second)


def test_what_is_saved_of_an_edit_follows_no_link_and_replaces_nothing(
    project: Project, second: Installed, outside: Path
) -> None:
    config = "src/digits/config.py"
    assert killed(project, second, "git", 0)
    project.write(config, "# Mine, in a hurry\n")
    project.path(f"{config}.saved").symlink_to(outside)
    assert f"{config}.saved2" in recover_in(project.folder)
    assert project.read(f"{config}.saved2") == "# Mine, in a hurry\n"
    assert outside.read_text() == MINE


# === Journals ===


def planted(project: Project, tmp_path: Path) -> Journal:
    """Return a journal that asks for a file above the project to be rewritten."""
    tree = project.git("rev-parse", "HEAD^{tree}").strip()
    written = (Written("../outside.txt", "owned\n", MINE, ".kerasmith-1"),)
    return Journal("writing", str(project.folder), tree, tree, "work-1", written)


@pytest.mark.parametrize("seal", ["none", "made up", "of another place"])
def test_the_journal_of_a_stranger_is_not_believed(
    project: Project, second: Installed, outside: Path, tmp_path: Path, seal: str
) -> None:
    content = msgspec.json.encode(planted(project, tmp_path))
    journal_dir = JournalDir(project.path(".git"))
    keys = {
        "made up": b"k" * 32,
        "of another place": JournalDir(tmp_path / "other/.git").seal.make(),
    }
    key = keys.get(seal)
    project.path(".git/kerasmith").mkdir()
    project.write(
        f".git/{journal_dir.journal}", (sealed(content, key) if key else content).decode()
    )

    assert "none of your updates wrote" in refusal(project, second)
    with pytest.raises(KerasmithError):
        recover_in(project.folder)
    status = check(project.folder, second)
    assert status.interrupted
    assert outside.read_text() == MINE
    assert project.path(f".git/{journal_dir.journal}").exists()


def test_a_journal_of_one_s_own_is_good_for_one_update(project: Project, second: Installed) -> None:
    assert killed(project, second, "git", 0, GROWING)
    journal = project.read(".git/kerasmith/journal.json")
    assert "taken back" in recover_in(project.folder)
    project.write(".git/kerasmith/journal.json", journal)
    assert "none of your updates wrote" in refusal(project, second)


def test_a_journal_whose_repository_was_copied_is_not_believed(
    project: Project, second: Installed, tmp_path: Path
) -> None:
    assert killed(project, second, "git", 0, GROWING)
    copy = Project(tmp_path / "copy")
    shutil.copytree(project.folder, copy.folder, symlinks=True)
    assert "none of your updates wrote" in refusal(copy, second)
    assert "taken back" in recover_in(project.folder)


def test_check_reports_an_update_that_was_interrupted_and_does_nothing(
    project: Project, second: Installed
) -> None:
    project.write(SPEC_FILE, project.read(SPEC_FILE) + "\n# Mine\n")
    assert killed(project, second, "place.move", 3, GROWING)
    before = {**project.held(), "journal": project.path(".git/kerasmith/journal.json").read_bytes()}
    status = check(project.folder, second)
    assert status.interrupted
    assert not status.in_step
    after = {**project.held(), "journal": project.path(".git/kerasmith/journal.json").read_bytes()}
    assert before == after
    recover_in(project.folder)
    assert not check(project.folder, second).interrupted


@pytest.mark.parametrize("damage", ["readable by others", "cut", "a link"])
def test_a_key_that_somebody_else_could_have_read_or_made_seals_nothing(
    project: Project, second: Installed, tmp_path: Path, damage: str
) -> None:
    assert killed(project, second, "git", 0, GROWING)
    key = state_folder() / JournalDir(project.path(".git")).seal.name
    if damage == "readable by others":
        key.chmod(0o644)
    elif damage == "cut":
        key.write_bytes(key.read_bytes()[:-1])
    else:
        key.rename(tmp_path / "key")
        key.symlink_to(tmp_path / "key")
    assert "none of your updates wrote" in refusal(project, second)


def test_without_a_place_for_the_key_nothing_is_written(
    project: Project, second: Installed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "state").write_text("a file, where a folder belongs\n")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    assert "XDG_STATE_HOME" in refusal(project, second)
    assert not project.path(".git/kerasmith").exists()
    assert not os.path.lexists(project.path(".git/index.lock"))
