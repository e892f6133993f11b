"""The released templates stay as they were released, and every release can be found again."""

import re
import shutil
from pathlib import Path

import pytest

from kerasmith import __version__
from kerasmith.project.history import BUNDLE, Installed, released, templates_at
from kerasmith.project.recorded import release_key
from kerasmith.render.jinja import content_hash
from kerasmith.render.render import templates_dir
from tools.release import NoRelease, add_release, dated, unreleased, with_version

ROOT = Path(__file__).parents[2]


def problems(root: Path, templates: Path, version: str) -> list[str]:
    """Return what is wrong with the history of a checkout, whose package has that version."""
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    written = dict(
        re.findall(r"^## \[([\d.]+)\] - [\d-]+\n\nTemplates `(\w+)`\.$", changelog, re.MULTILINE)
    )
    tags = released(templates)
    found = []
    if {*written} != {*tags}:
        found.append(f"the changelog has {sorted(written)}, the bundle {sorted(tags)}")
    for name, message in tags.items():
        held = content_hash(templates_at(templates, name))
        if not held == message == written.get(name, held):
            found.append(f"the templates of {name} were altered after their release")
    if ".dev" in version:
        if any(release_key(version) <= release_key(tag) for tag in tags):
            found.append(f"{version} does not come after the last release")
    elif version not in tags:
        found.append(f"{version} has no tag; set a version with .dev0, or release it")
    elif tags[version] != content_hash(templates):
        found.append(f"the templates moved on since {version}: set the next version, with .dev0")
    return found


def test_the_history_of_this_checkout_is_in_order() -> None:
    """Before the first release there is none, and the version ends in .dev0."""
    assert problems(ROOT, templates_dir(), __version__) == []


# === That this test can fail ===


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a release."""
    shutil.copytree(templates_dir(), tmp_path / "templates", ignore=shutil.ignore_patterns(BUNDLE))
    add_release(tmp_path / "templates", "0.1.0")
    hash_ = released(tmp_path / "templates")["0.1.0"]
    text = f"## [Unreleased]\n\n## [0.1.0] - 2026-01-01\n\nTemplates `{hash_}`.\n"
    (tmp_path / "CHANGELOG.md").write_text(text)
    return tmp_path


@pytest.mark.slow
def test_a_release_is_in_order(checkout: Path) -> None:
    assert problems(checkout, checkout / "templates", "0.1.0") == []
    assert problems(checkout, checkout / "templates", "0.2.0.dev0") == []


@pytest.mark.slow
def test_a_version_without_a_tag_is_noticed(checkout: Path) -> None:
    (found,) = problems(checkout, checkout / "templates", "0.2.0")
    assert "no tag" in found


@pytest.mark.slow
def test_a_version_that_goes_back_is_noticed(checkout: Path) -> None:
    (found,) = problems(checkout, checkout / "templates", "0.1.0.dev0")
    assert "does not come after" in found


@pytest.mark.slow
def test_templates_that_moved_on_under_a_released_version_are_noticed(checkout: Path) -> None:
    copy = checkout / "moved"
    shutil.copytree(checkout / "templates", copy)
    (copy / "project/README.md.jinja").write_text("Other")
    (found,) = problems(checkout, copy, "0.1.0")
    assert "moved on" in found
    assert problems(checkout, copy, "0.2.0.dev0") == []


@pytest.mark.slow
def test_a_release_that_was_altered_is_noticed(checkout: Path) -> None:
    altered = checkout / "altered"
    shutil.copytree(checkout / "templates", altered, ignore=shutil.ignore_patterns(BUNDLE))
    (altered / "project/README.md.jinja").write_text("Other")
    add_release(altered, "0.1.0")
    found = problems(checkout, altered, "0.2.0.dev0")
    assert found == ["the templates of 0.1.0 were altered after their release"]


def test_a_release_that_vanished_is_noticed(checkout: Path) -> None:
    (checkout / "templates" / BUNDLE).unlink()
    found = problems(checkout, checkout / "templates", "0.2.0.dev0")
    assert "the changelog has ['0.1.0'], the bundle []" in found


# === Releasing ===


@pytest.mark.slow
def test_what_is_released_comes_back_byte_for_byte(checkout: Path) -> None:
    held = templates_at(checkout / "templates", "0.1.0")
    files = {p.relative_to(held): p.read_bytes() for p in held.rglob("*") if p.is_file()}
    now = templates_dir()
    assert files == {
        p.relative_to(now): p.read_bytes()
        for p in now.rglob("*")
        if p.is_file() and p.name != BUNDLE
    }


def test_the_bundle_is_no_part_of_the_templates_content() -> None:
    assert BUNDLE.endswith(".bundle")
    assert content_hash(Installed().templates)


def test_versions_are_ordered_by_their_numbers() -> None:
    versions = ["0.2.0.dev0", "0.10.0", "0.2.0", "0.9.3", "0.10.0.dev1"]
    assert sorted(versions, key=release_key) == [
        "0.2.0.dev0", "0.2.0", "0.9.3", "0.10.0.dev1", "0.10.0",
    ]  # fmt: skip


def test_a_changelog_gets_its_date_below_an_empty_heading() -> None:
    from datetime import date

    text = dated("# Log\n\n## [Unreleased]\n\nNew.\n", "0.2.0", date(2026, 1, 2), "abc")
    assert text == (
        "# Log\n\n## [Unreleased]\n\n## [0.2.0] - 2026-01-02\n\nTemplates `abc`.\n\nNew.\n"
    )
    assert unreleased(text).strip() == ""
    assert unreleased("## [Unreleased]\n\nNew.\n\n## [0.1.0]\n") == "\nNew.\n\n"
    with pytest.raises(NoRelease):
        unreleased("# Log\n")


def test_a_module_gets_its_version() -> None:
    assert with_version('"""Doc."""\n\n__version__ = "0.1.0.dev0"\n', "0.1.0").endswith('"0.1.0"\n')
