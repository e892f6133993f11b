"""The merge by itself: what git settles, what the policies do, what is in conflict."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kerasmith.project.git import Git
from kerasmith.project.merge import Conflict, Merged, MergeRepo, index_line, merge, merge_repo
from kerasmith.project.merge_inputs import MergeInputs
from kerasmith.project.repository import Entry, Repository, open_repository
from kerasmith.spec.names import ANSWERS_FILE

ALIKE = "".join(f"line {number}\n" for number in range(20))
"""A text in which the first and the last line are far apart, and which git knows once renamed."""

FIRST, LAST = "line 0\n", "line 19\n"


def changed(line: str, to: str) -> str:
    """Return that text with another line."""
    return ALIKE.replace(line, to)


def begin(folder: Path, files: dict[str, str | None], *, inside: str = "") -> Repository:
    """Return the repository of a project whose owner has these files; None is a link."""
    project = folder / inside
    project.mkdir(parents=True, exist_ok=True)
    for name, text in {**files, ANSWERS_FILE: "_commit: 1\n"}.items():
        path = project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            path.symlink_to("elsewhere")
        else:
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        if name.startswith("run"):
            path.chmod(0o755)
    git = Git(folder, isolated=True)
    git("init", "--quiet")
    git("add", "--all")
    git("commit", "--quiet", "--message", "Mine")
    return open_repository(project)


class Outcome:
    """What a merge led to, and the repository that it was made in."""

    def __init__(self, repo: MergeRepo, merged: Merged) -> None:
        self.repo = repo
        self.merged = merged

    def read(self, path: str) -> str:
        """Return what the merge made of a file."""
        return self.held(self.merged.entries[path])

    def held(self, entry: Entry) -> str:
        return self.repo.git("cat-file", "blob", entry.id)

    def in_tree(self) -> dict[str, str]:
        """Return what the tree holds: a mode and an id for each path."""
        lines = self.repo.git("ls-tree", "-r", "-z", self.merged.tree).split("\0")[:-1]
        split = (line.split("\t") for line in lines)
        return {path: about.replace(" blob ", " ") for about, path in split}

    def conflict(self, path: str) -> Conflict:
        [found] = [each for each in self.merged.conflicts if each.path == path]
        return found


@pytest.fixture
def outcome(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Outcome]:
    """Merge the three sides that a test is given."""
    base, owners, theirs, moves = request.param
    repository = begin(tmp_path / "own", owners)
    with merge_repo(repository, keep=False) as repo:
        merged = merge(repo, repository, MergeInputs(base, theirs, moves), "_commit: 2\n", "2.0")
        yield Outcome(repo, merged)


def sides(
    *files: tuple[str, str | None, str | None, str | None],
    moves: tuple[tuple[str, str], ...] = (),
    link: str = "",
) -> pytest.MarkDecorator:
    """Say, for files, what was rendered, what the owner has, and what is rendered now."""
    base, owners, theirs = (
        {file[0]: file[side] for file in files if file[side] is not None} for side in (1, 2, 3)
    )
    if link:
        owners[link] = None
    return pytest.mark.parametrize("outcome", [(base, owners, theirs, moves)], indirect=True)


def settled(outcome: Outcome) -> None:
    """Check that nothing is left to say, and that the tree holds what the entries say."""
    assert outcome.merged.conflicts == ()
    assert outcome.merged.kept_deleted == outcome.merged.kept_edited == ()
    agree(outcome)


def agree(outcome: Outcome) -> None:
    held = {path: f"{each.mode} {each.id}" for path, each in outcome.merged.entries.items()}
    assert outcome.in_tree() == held
    assert outcome.read(ANSWERS_FILE) == "_commit: 2\n"


# === What git settles ===


@sides(
    ("new.py", None, None, "new\n"),
    ("theirs.py", ALIKE, ALIKE, changed(FIRST, "theirs\n")),
    ("mine.py", ALIKE, changed(FIRST, "mine\n"), ALIKE),
    ("both.py", ALIKE, changed(FIRST, "mine\n"), changed(LAST, "theirs\n")),
    ("same.py", ALIKE, changed(FIRST, "same\n"), changed(FIRST, "same\n")),
    ("run.py", ALIKE, changed(FIRST, "mine\n"), changed(LAST, "theirs\n")),
    ("dropped.py", "dropped\n", "dropped\n", None),
    ("deleted.py", "deleted\n", None, "deleted\n"),
    ("own.py", None, "own\n", None),
    ("latin.py", "caf\udce9\n1\n", "caf\udce9\n1\n", "caf\udce9s\n1\n2"),
)
def test_edits_apart_are_merged(outcome: Outcome) -> None:
    settled(outcome)
    assert {path: outcome.read(path) for path in outcome.merged.entries} == {
        ANSWERS_FILE: "_commit: 2\n",
        "new.py": "new\n",
        "theirs.py": changed(FIRST, "theirs\n"),
        "mine.py": changed(FIRST, "mine\n"),
        "both.py": changed(FIRST, "mine\n").replace(LAST, "theirs\n"),
        "same.py": changed(FIRST, "same\n"),
        "run.py": changed(FIRST, "mine\n").replace(LAST, "theirs\n"),
        "own.py": "own\n",
        "latin.py": "caf\udce9s\n1\n2",
    }
    assert outcome.merged.entries["run.py"].mode == "100755", "still a program"


@sides(
    ("old.py", ALIKE, None, changed(LAST, "theirs\n")),
    ("moved.py", None, changed(FIRST, "mine\n"), None),
)
def test_an_edit_follows_a_file_that_the_owner_renamed(outcome: Outcome) -> None:
    settled(outcome)
    assert outcome.read("moved.py") == changed(FIRST, "mine\n").replace(LAST, "theirs\n")
    assert "old.py" not in outcome.merged.entries


@sides(
    ("src/old/a.py", ALIKE, changed(FIRST, "mine\n"), None),
    ("src/new/a.py", None, None, changed(LAST, "theirs\n")),
    ('src/old/my "own"\\\n.py', None, "own\n", None),
    moves=(("src/old", "src/new"),),
)
def test_all_of_a_folder_is_moved_whatever_its_files_are_called(outcome: Outcome) -> None:
    settled(outcome)
    assert {*outcome.merged.entries} == {
        ANSWERS_FILE,
        "src/new/a.py",
        'src/new/my "own"\\\n.py',
    }
    assert outcome.read("src/new/a.py") == changed(FIRST, "mine\n").replace(LAST, "theirs\n")


@sides(
    ("a.py", ALIKE, ALIKE, ALIKE),
    moves=(('say "a"\\\n', 'say "b"\\\n'),),
    link='say "a"\\\n',
)
def test_a_name_of_any_characters_can_be_moved(outcome: Outcome) -> None:
    settled(outcome)
    assert outcome.merged.entries['say "b"\\\n'].mode == "120000"


# === What the policies do ===


@sides(
    ("b.md", ALIKE, None, changed(FIRST, "theirs\n")),
    ("a.md", "a\n" + ALIKE, None, "a\n" + changed(FIRST, "theirs\n")),
)
def test_what_the_owner_deleted_stays_deleted(outcome: Outcome) -> None:
    agree(outcome)
    assert outcome.merged.kept_deleted == ("a.md", "b.md")
    assert not outcome.merged.kept_edited + outcome.merged.conflicts
    assert {*outcome.merged.entries} == {ANSWERS_FILE}


@sides(
    ("b.md", ALIKE, changed(FIRST, "mine\n"), None),
    ("a.md", "a\n" + ALIKE, "a\n" + changed(FIRST, "my own\n"), None),
)
def test_what_the_templates_drop_and_the_owner_edited_is_kept(outcome: Outcome) -> None:
    agree(outcome)
    assert outcome.merged.kept_edited == ("a.md", "b.md")
    assert not outcome.merged.kept_deleted + outcome.merged.conflicts
    assert outcome.read("b.md") == changed(FIRST, "mine\n")


@sides(
    ("old.py", ALIKE, None, None),
    ("mine.py", None, changed(FIRST, "mine\n"), None),
    ("theirs.py", None, None, changed(LAST, "theirs\n")),
)
def test_a_file_that_both_renamed_has_the_owner_s_name(outcome: Outcome) -> None:
    settled(outcome)
    assert {*outcome.merged.entries} == {ANSWERS_FILE, "mine.py"}
    assert outcome.read("mine.py") == changed(FIRST, "mine\n").replace(LAST, "theirs\n")


@sides(
    ("old.py", ALIKE, None, None),
    ("mine.py", None, changed(FIRST, "mine\n"), None),
    ("theirs.py", None, None, changed(FIRST, "theirs\n")),
)
def test_a_file_that_both_renamed_and_edited_in_one_place_is_in_conflict(outcome: Outcome) -> None:
    agree(outcome)
    found = outcome.conflict("mine.py")
    assert outcome.merged.conflicts == (found,)
    assert found.kind == "both sides changed it"
    assert {*found.stages} == {2, 3}
    assert outcome.held(found.stages[2]) == changed(FIRST, "mine\n")
    assert found.stages[3] == outcome.merged.entries["mine.py"]
    assert "<<<<<<<< HEAD:mine.py\nmine\n" in outcome.read("mine.py")


MOVED_AND_RENAMED = (
    ("p/old.py", ALIKE, changed(FIRST, "mine\n"), None),
    ("q/theirs.py", None, None, changed(FIRST, "theirs\n")),
)


@sides(*MOVED_AND_RENAMED, moves=(("p", "q"),))
def test_a_file_that_only_its_folder_renamed_has_the_templates_name(outcome: Outcome) -> None:
    agree(outcome)
    found = outcome.conflict("q/theirs.py")
    assert outcome.merged.conflicts == (found,)
    assert {*outcome.merged.entries} == {ANSWERS_FILE, "q/theirs.py"}
    assert outcome.held(found.stages[2]) == changed(FIRST, "mine\n")
    assert "mine\n" in outcome.read("q/theirs.py")


@sides(
    ("p/old.py", ALIKE, None, None),
    ("p/mine.py", None, changed(FIRST, "mine\n"), None),
    *MOVED_AND_RENAMED[1:],
    moves=(("p", "q"),),
)
def test_a_file_that_both_renamed_in_a_folder_that_moved_has_the_owner_s_name(
    outcome: Outcome,
) -> None:
    agree(outcome)
    found = outcome.conflict("q/mine.py")
    assert {*outcome.merged.entries} == {ANSWERS_FILE, "q/mine.py"}
    assert outcome.held(found.stages[2]) == changed(FIRST, "mine\n")


# === What is in conflict ===


@sides(
    ("a.py", ALIKE, changed(FIRST, "mine\n"), changed(FIRST, "theirs\n")),
    ("run.sh", "a\n" + ALIKE, "b\n" + ALIKE, "c\n" + ALIKE),
    ("apart.py", "1\n" + ALIKE, "2\n" + ALIKE, "1\n" + changed(LAST, "theirs\n")),
)
def test_edits_of_one_line_are_both_in_the_file(outcome: Outcome) -> None:
    agree(outcome)
    assert [each.path for each in outcome.merged.conflicts] == ["a.py", "run.sh"]
    assert {each.kind for each in outcome.merged.conflicts} == {"both sides changed it"}
    found = outcome.conflict("a.py")
    assert [outcome.held(found.stages[stage]) for stage in (1, 2, 3)] == [
        ALIKE,
        changed(FIRST, "mine\n"),
        changed(FIRST, "theirs\n"),
    ]
    kept = ALIKE.removeprefix(FIRST)
    marked = outcome.read("a.py").splitlines(keepends=True)
    assert marked[:2] == ["<<<<<<< HEAD\n", "mine\n"]
    assert marked[2].startswith("||||||| ")
    assert marked[3:7] == [FIRST, "=======\n", "theirs\n", ">>>>>>> kerasmith-2.0\n"]
    assert "".join(marked[7:]) == kept
    assert outcome.merged.entries["run.sh"].mode == "100755"


@sides(("a.py", None, "mine\n", "theirs\n"))
def test_a_file_that_both_added_is_in_conflict(outcome: Outcome) -> None:
    agree(outcome)
    found = outcome.conflict("a.py")
    assert found.kind == "both sides added it"
    assert {*found.stages} == {2, 3}
    assert "mine\n" in outcome.read("a.py")
    assert "theirs\n" in outcome.read("a.py")


@sides(("a.bin", "0\0\n", "1\0\n", "2\0\n"))
def test_of_a_binary_file_the_owner_s_version_is_kept(outcome: Outcome) -> None:
    agree(outcome)
    found = outcome.conflict("a.bin")
    assert found.kind == "both sides changed it, and it is binary: your version was kept"
    assert outcome.read("a.bin") == "1\0\n"


# === The temporary repository ===


def test_nothing_of_a_preview_is_in_the_owner_s_repository(tmp_path: Path) -> None:
    repository = begin(tmp_path / "own", {"a.py": "1\n"})
    with merge_repo(repository, keep=False) as repo:
        written = repo.write("only here\n")
        assert repo.git("cat-file", "blob", written) == "only here\n"
        assert repo.git("cat-file", "blob", repository.entries["a.py"].id) == "1\n"
    assert known(repository, written) is False


def test_what_an_update_makes_is_kept_in_the_owner_s_repository(tmp_path: Path) -> None:
    repository = begin(tmp_path / "own", {"a.py": "1\n"})
    with merge_repo(repository, keep=True) as repo:
        written = repo.write("from now on\n")
    assert known(repository, written) is True


def known(repository: Repository, object_id: str) -> bool:
    return repository.git.run("cat-file", "-e", object_id, ok=(0, 1))[0] == 0


def test_a_file_is_stored_as_the_owner_s_git_would_and_only_here(tmp_path: Path) -> None:
    repository = begin(tmp_path / "own", {".gitattributes": "*.py text eol=crlf\n"})
    with merge_repo(repository, keep=False) as repo:
        stored = repo.write_as(repository, "a.py", b"1\r\n2\r\n")
        assert repo.git("cat-file", "blob", stored) == "1\n2\n"
        as_it_is = repo.write_as(repository, "a.bin", b"1\r\n\xff")
        assert repo.git("cat-file", "blob", as_it_is) == "1\r\n\udcff"
    assert known(repository, stored) is False


def test_a_tree_takes_a_file_and_loses_none(tmp_path: Path) -> None:
    repository = begin(tmp_path / "own", {"a.py": "1\n", "b.py": "2\n"})
    with merge_repo(repository, keep=False) as repo:
        entry = Entry("100755", repo.write("3\n"))
        tree = repo.tree_with(repository.tree, "src/c.py", entry)
        lines = repo.git("ls-tree", "-r", "--name-only", tree).splitlines()
        assert lines == [ANSWERS_FILE, "a.py", "b.py", "src/c.py"]
        shown = repo.diff(repository.tree, tree)
        assert shown.startswith("diff --git a/src/c.py b/src/c.py\nnew file mode 100755\n")
        assert shown.endswith("@@ -0,0 +1 @@\n+3\n")


def test_a_difference_shows_what_was_renamed_and_no_colours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    repository = begin(tmp_path / "own", {"a.py": ALIKE})
    with merge_repo(repository, keep=False) as repo:
        repo.git("config", "color.diff", "always")
        repo.git("config", "diff.renames", "false")
        entry = repository.entries["a.py"]
        there = repo.tree_with(repository.tree, "b.py", entry)
        moved = repo.tree_with(there, "a.py", Entry("0", "0" * len(entry.id)))
        assert "\nrename from a.py\nrename to b.py\n" in repo.diff(repository.tree, moved)


def test_a_line_of_the_index_is_of_stage_0_unless_said() -> None:
    entry = Entry("100644", "a" * 40)
    assert index_line("a b.py", entry) == f"100644 {'a' * 40} 0\ta b.py\0"
    assert index_line("a.py", entry, 2) == f"100644 {'a' * 40} 2\ta.py\0"


def test_a_repository_of_long_hashes_is_merged_as_well(tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    subprocess.run(
        ["git", "init", "--quiet", "--object-format=sha256"],
        cwd=folder,
        env={**os.environ, "GIT_CONFIG_GLOBAL": os.devnull},
        check=True,
    )
    repository = begin(folder, {"a.py": ALIKE})
    with merge_repo(repository, keep=True) as repo:
        inputs = MergeInputs({"a.py": ALIKE, "b.py": ALIKE}, {})
        merged = merge(repo, repository, inputs, "_commit: 2\n", "2.0")
    assert {*merged.entries} == {ANSWERS_FILE}
    assert len(merged.tree) == 64


def test_a_project_in_a_folder_of_a_repository_is_merged_alone(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "beside.py").write_text("beside\n", encoding="utf-8")
    repository = begin(tmp_path / "own", {"a.py": ALIKE}, inside="project")
    with merge_repo(repository, keep=False) as repo:
        theirs = {"a.py": changed(FIRST, "theirs\n")}
        merged = merge(repo, repository, MergeInputs({"a.py": ALIKE}, theirs), "", "2.0")
        assert {*merged.entries} == {ANSWERS_FILE, "a.py"}
        assert Outcome(repo, merged).read("a.py") == changed(FIRST, "theirs\n")
