"""Real wheels, two machines, no network: released by `make release`, installed, updated."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.stories.conftest import NEXT
from tests.stories.story import QUIET, Project, git

ROOT = Path(__file__).parents[2]
NEEDED = [
    "CHANGELOG.md", "LICENSE", "README.md", "hatch_build.py", "pyproject.toml", "src", "templates",
    "tools",
]  # fmt: skip


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of kerasmith from before its first release, whose `make check` is quick."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in NEEDED:
        if (ROOT / name).is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.bundle")
            shutil.copytree(ROOT / name, folder / name, ignore=ignored)
        else:
            shutil.copy(ROOT / name, folder)
    edit(folder / "CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\nNew.\n")
    module = folder / "src/kerasmith/__init__.py"
    version = module.read_text().split('__version__ = "')[1].split('"')[0]
    edit(module, f'"{version}"', '"0.1.0.dev0"')
    (folder / "Makefile").write_text("check:\n\t@true\n")
    (folder / ".gitignore").write_text("dist/\n__pycache__/\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", "All")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def release(checkout: Path, version: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tools.release", version],
        cwd=checkout,
        env={**os.environ, **QUIET, "PYTHONPATH": str(checkout / "src")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def wheels(checkout: Path) -> list[Path]:
    """The wheels of two releases, between which the templates moved."""
    done = release(checkout, "0.1.0")
    assert done.returncode == 0, done.stdout + done.stderr
    for name, change in NEXT.items():
        path = checkout / "templates/project" / name
        if isinstance(change, tuple):
            edit(path, *change)
        else:
            path.parent.mkdir(exist_ok=True)
            path.write_text(str(change))
    edit(checkout / "CHANGELOG.md", "## [Unreleased]\n", "## [Unreleased]\n\nMore.\n")
    assert "not everything is committed" in release(checkout, "0.2.0").stdout
    git(checkout, "add", "--all")
    git(checkout, "commit", "--quiet", "-m", "Templates")
    assert "does not come after 0.1.0" in release(checkout, "0.1.0").stdout
    done = release(checkout, "0.2.0")
    assert done.returncode == 0, done.stdout + done.stderr
    return sorted((checkout / "dist").glob("*.whl"))


def machine(folder: Path, wheel: Path) -> Path:
    """Install a wheel by itself; return what Python has to be told to find it."""
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", str(folder), str(wheel)], check=True, capture_output=True)
    return folder


def offline() -> list[str]:
    """Return what cuts a command off from every network, where this system can do that."""
    words = ["unshare", "--net", "--map-root-user"]
    able = shutil.which("unshare") and not subprocess.run([*words, "true"], check=False).returncode
    return words if able else []


def test_a_wheel_updates_what_another_one_made_on_another_machine(
    wheels: list[Path], tmp_path: Path
) -> None:
    def kerasmith(installed: Path, home: str, cwd: Path, *words: str) -> str:
        (tmp_path / home).mkdir(exist_ok=True)
        done = subprocess.run(
            [*offline(), sys.executable, "-m", "kerasmith", *words],
            cwd=cwd,
            env={
                **os.environ,
                **QUIET,
                "HOME": str(tmp_path / home),
                "PYTHONPATH": str(installed),
                "http_proxy": "http://127.0.0.1:9",
                "https_proxy": "http://127.0.0.1:9",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    old, new = (machine(tmp_path / wheel.stem, wheel) for wheel in wheels)
    here = tmp_path / "here"
    here.mkdir()
    kerasmith(old, "one", here, "new", "digits", "--recipe", "digits")
    one = Project(here / "digits")
    one.git("init", "--quiet")
    one.edit("src/digits/config.py", "seed: int = 0", "seed: int = 7")
    one.commit()
    git(tmp_path, "clone", "--quiet", f"file://{one.folder}", "there")
    shutil.rmtree(here)
    shutil.rmtree(old)

    there = Project(tmp_path / "there")
    said = kerasmith(new, "other", there.folder, "update", "--output", "place:box")

    assert "templates: 0.1.0 → 0.2.0" in said
    config = there.read("src/digits/config.py")
    assert "epochs: int = 25" in config
    assert "seed: int = 7" in config
    assert '"place": place' in there.read("src/digits/model.py")
    there.commit()
    assert "Up to date" in kerasmith(new, "other", there.folder, "check")


def test_a_release_dates_the_changelog_and_names_its_templates(
    checkout: Path, wheels: list[Path]
) -> None:
    text = (checkout / "CHANGELOG.md").read_text("utf-8")
    assert text.index("## [Unreleased]") < text.index("## [0.2.0] - 20") < text.index("## [0.1.0]")
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "log", "-1", "--format=%s") == "Release 0.2.0\n"
    assert [wheel.name.split("-")[1] for wheel in wheels] == ["0.1.0", "0.2.0"]
    with zipfile.ZipFile(wheels[1]) as archive:
        assert "kerasmith/templates/history.bundle" in archive.namelist()
