"""The printed command brings everything back: every byte, every mode, every link."""

import stat
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kerasmith.errors import KerasmithError
from kerasmith.project.history import Installed
from kerasmith.project.update import carry_out, prepare
from kerasmith.spec.flags import Flags
from kerasmith.spec.names import SPEC_FILE
from tests.stories.story import Project

CONFIG = "src/digits/config.py"
GROWING = Flags(outputs=["place:box"])


def undone(
    project: Project, by: Installed, flags: Flags = GROWING, where: Path | None = None
) -> None:
    """Update, run the printed command, and look that the whole tree is as it was."""
    before, diff = project.tree(), project.git("diff", "HEAD")
    outcome = carry_out(prepare(project.folder, flags, installed=by))
    assert project.tree() != before
    folder = where or project.folder
    subprocess.run(outcome.undo, shell=True, check=True, cwd=folder, capture_output=True)
    assert project.tree() == before
    assert project.git("diff", "HEAD") == diff


def staged(project: Project) -> None:
    project.edit(SPEC_FILE, "[data]", "# Mine\n[data]")
    project.git("add", SPEC_FILE)


EDITS: dict[str, Callable[[Project], Any]] = {
    "committed": lambda project: project.commit(),
    "edited": lambda project: project.write(SPEC_FILE, project.read(SPEC_FILE) + "\n# Mine\n"),
    "made executable": lambda project: project.path(SPEC_FILE).chmod(0o755),
    "with CRLF": lambda project: project.write(
        SPEC_FILE, project.read(SPEC_FILE).replace("\n", "\r\n")
    ),
    "without an end of line": lambda project: project.write(
        SPEC_FILE, project.read(SPEC_FILE).rstrip("\n")
    ),
    "staged": staged,
    "not known to git": lambda project: (
        project.git("rm", "--quiet", "--cached", SPEC_FILE),
        project.git("commit", "--quiet", "-m", "Not mine"),
    ),
}
"""What an owner made of kerasmith.toml."""


@pytest.mark.parametrize("edit", EDITS)
@pytest.mark.parametrize("flags", [GROWING, Flags()], ids=["flags", "none"])
def test_kerasmith_toml_comes_back_as_it_was(
    project: Project, second: Installed, edit: str, flags: Flags
) -> None:
    EDITS[edit](project)
    undone(project, second, flags)


def test_a_kerasmith_toml_that_was_committed_executable_stays_so(
    project: Project, second: Installed
) -> None:
    project.path(SPEC_FILE).chmod(0o755)
    project.commit()
    undone(project, second)
    project.settle(second, outputs=["place:box"])
    assert project.path(SPEC_FILE).stat().st_mode & stat.S_IXUSR


@pytest.mark.parametrize(
    "attributes",
    ["* eol=crlf\n", "* -text\n", "* ident\n"],
)
def test_an_attribute_set_for_the_whole_machine_spoils_nothing(
    project: Project,
    second: Installed,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    attributes: str,
) -> None:
    project.path(".gitattributes").unlink()
    project.commit()
    (tmp_path / "attributes").write_text(attributes)
    (tmp_path / "config").write_text(f"[core]\nattributesFile = {tmp_path}/attributes\n")
    project.write(SPEC_FILE, project.read(SPEC_FILE) + "\n# Mine $Id$\n")
    before = project.held()
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    outcome = carry_out(prepare(project.folder, GROWING, installed=second))
    subprocess.run(outcome.undo, shell=True, check=True, cwd=project.folder)
    assert project.held()[SPEC_FILE] == before[SPEC_FILE]


def test_a_link_in_the_place_of_kerasmith_toml_stays_one(
    project: Project, second: Installed
) -> None:
    project.path(SPEC_FILE).rename(project.path("wishes.toml"))
    project.path(SPEC_FILE).symlink_to("wishes.toml")
    project.commit()
    undone(project, second, Flags())
    project.settle(second)
    assert project.path(SPEC_FILE).readlink() == Path("wishes.toml")
    assert project.in_step(second)
    before = project.tree()
    with pytest.raises(KerasmithError, match="symbolic link"):
        prepare(project.folder, GROWING, installed=second)
    assert project.tree() == before


@pytest.mark.parametrize(
    "flags",
    [
        Flags(name="numerals"),
        Flags(name="numerals", outputs=["place:box"]),
        Flags(name="numerals", set=["inputs.image.encoder=mlp"]),
    ],
    ids=str,
)
@pytest.mark.parametrize("edited", [True, False])
def test_another_name_is_undone_from_anywhere(
    project: Project, second: Installed, tmp_path: Path, flags: Flags, edited: bool
) -> None:
    if edited:
        project.edit(SPEC_FILE, 'name = "image"', 'name = "scan"')
        flags = Flags(name=flags.name, outputs=flags.outputs)
    project.write("src/digits/__pycache__/x.pyc", "")
    project.write("runs/old/notes.txt", "mine\n")
    undone(project, second, flags)
    undone(project, second, flags, where=tmp_path)


def test_files_that_git_ignores_are_undone_with_another_name_too(
    project: Project, second: Installed
) -> None:
    project.write(".gitignore", project.read(".gitignore") + f"\n/{CONFIG}\nREADME.md\n*.new*\n")
    project.git("rm", "--cached", "--quiet", CONFIG, "README.md")
    project.commit()
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.path("README.md").chmod(0o600)
    undone(project, second)
    undone(project, second, Flags(name="numerals", outputs=["place:box"]))


def test_an_own_file_that_is_called_as_the_new_one_would_be_stays(
    project: Project, second: Installed
) -> None:
    project.write(".gitignore", project.read(".gitignore") + f"\n/{CONFIG}\n")
    project.git("rm", "--cached", "--quiet", CONFIG)
    project.commit()
    project.edit(CONFIG, "seed: int = 0", "seed: int = 7")
    project.write(f"{CONFIG}.new", "mine\n")
    undone(project, second)
    (beside,) = carry_out(prepare(project.folder, installed=second)).beside
    assert project.read(f"{CONFIG}.new") == "mine\n"
    assert "epochs: int = 25" in project.read(beside.target)
