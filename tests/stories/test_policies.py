"""What becomes of an owner's files when the templates move."""

import os
import shutil
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.errors import KerasmithError
from kerasmith.project.history import Installed
from kerasmith.project.update import carry_out, prepare, preview
from kerasmith.spec.flags import Flags
from kerasmith.spec.names import SPEC_FILE
from kerasmith.spec.specification import Spec
from tests.stories.conftest import PACKAGE, Move
from tests.stories.story import Project, git

CONFIG = "src/digits/config.py"
TRAIN = "src/digits/train.py"


# === Nothing edited ===


def test_an_untouched_project_becomes_what_a_new_one_would_be(
    project: Project, second: Installed, digits: Spec, tmp_path: Path
) -> None:
    outcome = project.update(second)

    assert outcome.conflicts == ()
    fresh = Project.new(tmp_path / "fresh/digits", digits, second)
    assert project.held() == fresh.held()
    project.commit()
    assert project.in_step(second)


def test_the_result_is_staged_and_one_command_undoes_it(
    project: Project, second: Installed
) -> None:
    before = project.held()
    outcome = project.update(second)
    assert {line[1] for line in project.status()} == {" "}, "staged, nothing beside"
    assert len(outcome.changed) == len(project.status())

    undone(project, outcome.undo)

    assert project.held() == before
    assert project.status() == []


def test_a_preview_writes_nothing_at_all(project: Project, second: Installed) -> None:
    def everything() -> dict[str, bytes]:
        return {str(p): p.read_bytes() for p in project.folder.rglob("*") if p.is_file()}

    before = everything()
    assert "epochs: int = 25" in preview(prepare(project.folder, installed=second)).diff
    assert everything() == before


# === Edits ===


def test_edits_four_lines_from_a_change_merge(project: Project, second: Installed) -> None:
    project.edit(CONFIG, "validation_share: float = 0.15", "validation_share: float = 0.2")
    project.commit()
    project.settle(second)
    assert "validation_share: float = 0.2\n" in project.read(CONFIG)
    assert "epochs: int = 25" in project.read(CONFIG)


def test_edits_of_the_same_line_are_a_conflict_with_both_in_it(
    project: Project, second: Installed
) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 99")
    project.commit()
    before = project.held()

    outcome = project.update(second)

    assert [each.path for each in outcome.conflicts] == [CONFIG]
    assert all(f"epochs: int = {n}\n" in project.read(CONFIG) for n in (99, 30, 25))
    assert f"UU {CONFIG}" in project.status(), "git knows that it is not resolved"
    undone(project, outcome.undo)
    assert project.held() == before


def test_a_resolved_conflict_lies_behind_the_next_update(
    project: Project, second: Installed
) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 99")
    project.commit()
    project.update(second)
    project.git("checkout", "--ours", CONFIG)
    project.commit()
    assert "epochs: int = 99" in project.read(CONFIG)
    assert project.in_step(second)


def test_both_sides_making_the_same_change_is_no_conflict(
    project: Project, second: Installed
) -> None:
    project.edit(CONFIG, "epochs: int = 30", "epochs: int = 25")
    project.commit()
    project.settle(second)


# === Deleted ===


def test_what_the_owner_deleted_stays_deleted(project: Project, move: Move) -> None:
    project.path("docs/decision.md").unlink()
    project.commit()
    edit = "{{ decision(", "# Well\n{{ decision("
    outcome = project.settle(move({"docs/decision.md.jinja": edit}))
    assert outcome.kept_deleted == ("docs/decision.md",)
    assert not project.path("docs/decision.md").exists()


def test_what_the_templates_drop_goes(project: Project, move: Move) -> None:
    project.settle(move({"docs/decision.md.jinja": None}))
    assert not project.path("docs/decision.md").exists()


def test_what_the_templates_drop_and_the_owner_edited_is_kept_and_told(
    project: Project, move: Move
) -> None:
    project.write("docs/decision.md", project.read("docs/decision.md") + "\nI agree.\n")
    project.commit()
    outcome = project.settle(move({"docs/decision.md.jinja": None}))
    assert outcome.kept_edited == ("docs/decision.md",)
    assert project.read("docs/decision.md").endswith("I agree.\n")


# === Added ===


def test_both_sides_adding_one_file_is_a_conflict(project: Project, second: Installed) -> None:
    project.write("docs/next.md", "# Next\n\nSleep.\n")
    project.commit()
    outcome = project.update(second)
    assert [(c.path, c.kind) for c in outcome.conflicts] == [
        ("docs/next.md", "both sides added it")
    ]
    assert "Sleep." in project.read("docs/next.md")
    assert "More data" in project.read("docs/next.md")


def test_a_file_that_is_not_committed_is_not_overwritten_by_a_new_one(
    project: Project, second: Installed
) -> None:
    project.write("docs/next.md", "mine\n")
    with pytest.raises(KerasmithError, match="uncommitted"):
        carry_out(prepare(project.folder, installed=second))
    assert project.read("docs/next.md") == "mine\n"
    assert project.status() == ["?? docs/next.md"]


# === Renamed ===


def test_a_file_that_the_templates_rename_takes_its_edits_along(
    project: Project, first: Installed, move: Move
) -> None:
    old = f"{PACKAGE}/evaluate.py.jinja"
    text = (first.templates / "project" / old).read_text()
    project.edit("src/digits/evaluate.py", '"""Score', '"""I score')
    project.commit()
    project.settle(move({old: None, f"{PACKAGE}/score.py.jinja": text}))
    assert '"""I score' in project.read("src/digits/score.py")
    assert not project.path("src/digits/evaluate.py").exists()


def test_a_file_that_the_owner_renames_gets_the_changes(
    project: Project, second: Installed
) -> None:
    project.git("mv", TRAIN, "src/digits/learn.py")
    project.commit()
    project.settle(second)
    assert '"""Train a model' in project.read("src/digits/learn.py")
    assert not project.path(TRAIN).exists()


def test_a_file_that_both_sides_rename_keeps_the_owners_name(
    project: Project, first: Installed, move: Move
) -> None:
    old = f"{PACKAGE}/evaluate.py.jinja"
    text = (first.templates / "project" / old).read_text()
    project.git("mv", "src/digits/evaluate.py", "src/digits/judge.py")
    project.commit()
    changed = text.replace("Score the trained model", "Do score the trained model")
    assert changed != text
    project.settle(move({old: None, f"{PACKAGE}/score.py.jinja": changed}))
    assert "Do score the trained model" in project.read("src/digits/judge.py")
    assert not project.path("src/digits/score.py").exists()


def test_a_file_that_both_sides_rename_and_edit_in_one_place_is_in_conflict(
    project: Project, first: Installed, move: Move
) -> None:
    old, line = f"{PACKAGE}/evaluate.py.jinja", "Score the trained model"
    text = (first.templates / "project" / old).read_text()
    project.git("mv", "src/digits/evaluate.py", "src/digits/judge.py")
    project.edit("src/digits/judge.py", line, "I score the trained model")
    project.commit()
    changed = text.replace(line, "Do score the trained model")
    later = move({old: None, f"{PACKAGE}/score.py.jinja": changed})

    outcome = project.update(later)

    assert [each.path for each in outcome.conflicts] == ["src/digits/judge.py"]
    assert all(f"{who} score the" in project.read("src/digits/judge.py") for who in ("I", "Do"))
    project.commit()
    with pytest.raises(KerasmithError, match="Conflict markers from an earlier update"):
        prepare(project.folder, installed=later)


def test_a_renamed_project_takes_the_owners_edits_and_files_along(
    project: Project, first: Installed
) -> None:
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.write("src/digits/extra.py", '"""Mine."""\n')
    project.write("src/digits/__init__.py", project.read("src/digits/__init__.py") + "MINE = 1\n")
    project.commit()
    project.settle(first, name="numerals")
    assert "seed: int = 7" in project.read("src/numerals/config.py")
    assert project.read("src/numerals/extra.py") == '"""Mine."""\n'
    assert "MINE = 1" in project.read("src/numerals/__init__.py")
    assert "from numerals.config" in project.read("src/numerals/train.py")
    assert not project.path("src/digits").exists()


# === Ignored ===


def ignore(project: Project, name: str) -> None:
    project.write(".gitignore", project.read(".gitignore") + f"\n/{name}\n")
    project.git("rm", "--cached", "--quiet", name)
    project.commit()


def test_an_edited_file_that_git_ignores_gets_the_new_one_beside_it(
    project: Project, second: Installed
) -> None:
    ignore(project, CONFIG)
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    before = project.held()

    outcome = project.update(second)

    assert [each.target for each in outcome.beside] == [f"{CONFIG}.new"]
    assert project.held()[CONFIG] == before[CONFIG]
    assert "epochs: int = 25" in project.read(f"{CONFIG}.new")
    undone(project, outcome.undo)
    assert project.held() == before


def test_a_file_that_git_ignores_and_nobody_edited_is_replaced(
    project: Project, second: Installed
) -> None:
    ignore(project, CONFIG)
    before = project.held()

    outcome = project.update(second)

    assert "epochs: int = 25" in project.read(CONFIG)
    undone(project, outcome.undo)
    assert project.held() == before


# === No text ===


def test_a_file_that_became_binary_is_a_conflict_and_the_owners_stands(
    project: Project, second: Installed
) -> None:
    content = bytes(range(256))
    project.path(CONFIG).write_bytes(content)
    project.commit()
    outcome = project.update(second)
    assert [each.path for each in outcome.conflicts] == [CONFIG]
    assert "it is binary" in outcome.conflicts[0].kind
    assert project.path(CONFIG).read_bytes() == content


def test_binary_files_of_both_sides_are_a_conflict(
    project: Project, first: Installed, tmp_path: Path
) -> None:
    templates = []
    for number, content in enumerate((b"\x89PNG\0\xff one", b"\x89PNG\0\xff two")):
        folder = tmp_path / f"templates{number}"
        shutil.copytree(first.templates, folder)
        (folder / "project/docs/logo.png").write_bytes(content)
        templates.append(folder)
    from tools.release import add_release

    add_release(templates[0], "0.1.1")
    shutil.copy(templates[0] / "history.bundle", templates[1])
    project.settle(Installed(templates[0], "0.1.1"))
    assert project.path("docs/logo.png").read_bytes() == b"\x89PNG\0\xff one"
    project.path("docs/logo.png").write_bytes(b"\x89PNG\0\xff mine")
    project.commit()

    outcome = project.update(Installed(templates[1], "0.2.0"))

    assert [each.path for each in outcome.conflicts] == ["docs/logo.png"]
    assert project.path("docs/logo.png").read_bytes() == b"\x89PNG\0\xff mine"


def test_a_file_that_is_no_utf8_survives(project: Project, second: Installed) -> None:
    project.path("notes.txt").write_bytes(b"caf\xe9\n")
    text = project.path(CONFIG).read_bytes() + b"# caf\xe9\n"
    project.path(CONFIG).write_bytes(text)
    project.path(os.fsdecode(b"na\xefve.txt")).write_text("x")
    project.commit()
    project.settle(second)
    assert project.path("notes.txt").read_bytes() == b"caf\xe9\n"
    assert project.path(CONFIG).read_bytes().endswith(b"# caf\xe9\n")
    assert b"epochs: int = 25" in project.path(CONFIG).read_bytes()


# === Kinds of files ===


def test_an_executable_bit_survives(project: Project, second: Installed) -> None:
    project.path(TRAIN).chmod(0o755)
    project.commit()
    project.settle(second)
    assert project.path(TRAIN).stat().st_mode & stat.S_IXUSR
    assert '"""Train a model' in project.read(TRAIN)


def test_links_of_the_owners_survive(project: Project, second: Installed, tmp_path: Path) -> None:
    (tmp_path / "shared.py").write_text("EPOCHS = 3\n")
    project.path(CONFIG).unlink()
    project.path(CONFIG).symlink_to("../../../shared.py")
    project.path("latest").symlink_to("runs/latest")
    project.commit()
    outcome = project.settle(second)
    assert outcome.linked == (CONFIG,)
    assert project.path(CONFIG).is_symlink()
    assert (tmp_path / "shared.py").read_text() == "EPOCHS = 3\n"
    assert project.path("latest").readlink() == Path("runs/latest")


def test_a_folder_that_became_a_link_is_left_alone(
    project: Project, second: Installed, tmp_path: Path
) -> None:
    shutil.move(project.path("docs"), tmp_path / "docs")
    project.path("docs").symlink_to("../docs")
    project.commit()
    outcome = project.settle(second)
    assert outcome.linked == ("docs/next.md",)
    assert not (tmp_path / "docs/next.md").exists()


def test_a_data_folder_that_is_an_ignored_link_ends_no_updates(
    project: Project, move: Move, tmp_path: Path
) -> None:
    """Data are often kept on a larger disk."""
    shutil.move(project.path("data"), tmp_path / "large")
    project.path("data").symlink_to(tmp_path / "large")
    project.write(".gitignore", project.read(".gitignore") + "\n/data\n")
    project.commit()
    readme = (tmp_path / "large/README.md").read_bytes()
    outcome = project.settle(move({"data/README.md.jinja": ("# ", "#  ")}))
    assert outcome.linked == ("data/README.md",)
    assert (tmp_path / "large/README.md").read_bytes() == readme


def test_submodules_survive(project: Project, second: Installed, tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    git(library, "init", "--quiet")
    (library / "a.py").write_text("A = 1\n")
    git(library, "add", "."), git(library, "commit", "--quiet", "-m", "a")
    allowed = ("-c", "protocol.file.allow=always")
    project.git(*allowed, "submodule", "--quiet", "add", str(library), "vendor/library")
    project.commit()
    (project.path("vendor/library") / "scratch.txt").write_text("not committed there\n")

    project.settle(second)

    assert (project.path("vendor/library") / "a.py").read_text() == "A = 1\n"
    assert (project.path("vendor/library") / "scratch.txt").exists()
    assert "160000" in project.git("ls-files", "--stage", "vendor/library")


# === Ends of line ===


def test_a_working_copy_with_crlf_keeps_it(project: Project, second: Installed) -> None:
    project.edit(".gitattributes", "eol=lf", "eol=crlf")
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.commit()
    shutil.rmtree(project.path("src"))
    project.git("checkout", "--", ".")
    assert b"\r\n" in project.path(CONFIG).read_bytes()

    project.settle(second)

    text = project.path(CONFIG).read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 0
    assert b"epochs: int = 25\r\n" in text
    assert b"seed: int = 7\r\n" in text


def test_a_file_that_was_committed_with_crlf_merges_and_keeps_it(
    project: Project, second: Installed
) -> None:
    project.path(".gitattributes").unlink()
    project.commit()
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.write(CONFIG, project.read(CONFIG).replace("\n", "\r\n"))
    project.commit()
    project.settle(second)
    text = project.path(CONFIG).read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n")
    assert b"epochs: int = 25\r\n" in text


# === Where it is ===


def test_a_folder_of_a_larger_repository_is_updated_and_nothing_beside_it(
    tmp_path: Path, first: Installed, second: Installed, digits: Spec
) -> None:
    """Two projects that are alike: a file deleted here must not be found again there."""
    top = tmp_path / "mono"
    top.mkdir()
    git(top, "init", "--quiet")
    one = Project.new(top / "models/digits", digits, first, repository=top)
    other = Project.new(top / "models/twin/digits", digits, first, repository=top)
    one.path(CONFIG).unlink()
    one.commit()
    before = other.held()

    outcome = one.settle(second)

    assert outcome.kept_deleted == (CONFIG,)
    assert other.held() == before
    assert '"""Train a model' in one.read(TRAIN)
    other.settle(second)
    assert "epochs: int = 25" in other.read(CONFIG)


def test_a_linked_worktree_is_updated(project: Project, second: Installed, tmp_path: Path) -> None:
    project.git("worktree", "add", "--quiet", "-b", "next", str(tmp_path / "next"))
    linked = Project(tmp_path / "next")
    before = project.held()
    linked.settle(second)
    assert "epochs: int = 25" in linked.read(CONFIG)
    assert project.held() == before
    assert project.status() == []


def test_a_folder_that_was_copied_is_updated(
    project: Project, second: Installed, tmp_path: Path
) -> None:
    """Git has to look at every file again there."""
    copy = Project(tmp_path / "copy")
    shutil.copytree(project.folder, copy.folder, copy_function=shutil.copy)
    for path in copy.folder.rglob("*"):
        os.utime(path)
    copy.settle(second)
    assert "epochs: int = 25" in copy.read(CONFIG)


def test_a_clone_is_updated(project: Project, second: Installed, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{project.folder}", "clone")
    clone = Project(tmp_path / "clone")
    clone.settle(second)
    assert "epochs: int = 25" in clone.read(CONFIG)


def undone(project: Project, command: str) -> None:
    """Run the command that undoes an update, as it is printed."""
    import subprocess

    subprocess.run(command, shell=True, check=True, capture_output=True, cwd=project.folder)


# === The owner's own data ===


@pytest.fixture
def own(tmp_path: Path) -> Project:
    """A project from somebody's own table."""
    rows = "".join(f"{n},{n % 7},{'ab'[n % 2]}\n" for n in range(40))
    (tmp_path / "pets.csv").write_text("age,size,my breed\n" + rows)
    words = ["new", str(tmp_path / "pets"), "--data", str(tmp_path / "pets.csv")]
    done = CliRunner().invoke(main, [*words, "--predict", "my breed"])
    assert done.exit_code == 0, done.output
    project = Project((tmp_path / "pets").resolve())
    project.git("init", "--quiet", "--initial-branch=main")
    project.commit("As generated")
    return project


@pytest.mark.parametrize(
    ("flags", "missing"),
    [
        (["--output", "weight:number"], ["weight"]),
        (
            ["--input", "photo:image:8x8x3", "--output", "place:box"],
            ["photo", "place_left", "place_top", "place_right", "place_bottom"],
        ),
        (["--input", "photo:image:8x8x3"], ["photo"]),
    ],
)
def test_a_column_that_the_owners_own_table_has_not_is_asked_for(
    own: Project, flags: list[str], missing: list[str]
) -> None:
    before = own.tree()
    done = CliRunner().invoke(main, ["update", str(own.folder), *flags])
    assert done.exit_code == 2
    for column in missing:
        assert f"There is no column '{column}' in pets.csv" in done.stderr
    assert own.tree() == before


def test_a_column_that_holds_something_else_is_refused_as_for_a_new_project(own: Project) -> None:
    flags = ["--set", "inputs.record.columns=[{name='age'}]", "--output", "size:binary"]
    before = own.tree()
    done = CliRunner().invoke(main, ["update", str(own.folder), *flags])
    assert done.exit_code == 2
    assert "'size' holds something else than 0 and 1" in done.stderr
    assert own.tree() == before


def test_a_kind_that_the_column_contradicts_is_refused_after_an_edit_too(own: Project) -> None:
    text = own.read(SPEC_FILE).replace('kind = "category"', 'kind = "number"')
    own.write(SPEC_FILE, text.replace('classes = ["a", "b"]\n', ""))
    with pytest.raises(KerasmithError, match="'my breed' does not hold numbers"):
        prepare(own.folder)


def test_it_is_asked_for_whoever_updates(own: Project) -> None:
    with pytest.raises(KerasmithError, match="no column 'weight'"):
        prepare(own.folder, Flags(outputs=["weight:number"]))


def test_a_column_that_the_owners_own_table_has_is_taken(own: Project) -> None:
    flags = ["--set", "inputs.record.columns=[{name='size'}]", "--output", "age:number"]
    done = CliRunner().invoke(main, ["update", str(own.folder), *flags])
    assert done.exit_code == 0, done.output
    assert "output age added" in done.output


# === kerasmith.toml alone ===


def test_an_edit_of_kerasmith_toml_from_which_nothing_follows_is_staged_as_any_other(
    project: Project, first: Installed
) -> None:
    """By flags, by an editor, with a detached HEAD, below a linked folder: it is one thing."""
    project.write(SPEC_FILE, project.read(SPEC_FILE) + "\n# Mine\n")
    before = project.tree()
    project.git("checkout", "--quiet", "--detach")
    link = project.folder.parent / "link"
    link.symlink_to(project.folder.parent)
    outcome = carry_out(prepare(link / "digits", installed=first))
    assert outcome.changed == (SPEC_FILE,)
    assert project.status() == [f"M  {SPEC_FILE}"]
    undone(project, outcome.undo)
    assert project.tree() == before
    project.settle(first)
    assert project.in_step(first)
