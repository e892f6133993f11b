"""What an update says about the templates is what the changelog says about projects."""

from pathlib import Path

import pytest

from kerasmith import __version__
from kerasmith.project.history import Installed, release_key
from kerasmith.project.news import CHANGELOG, news
from kerasmith.render.render import templates_dir

TEXT = """# Changelog

## [Unreleased]

### Added

- A flag.

### In your project

- Under way.

## [0.3.0] - 2026-11-23

### In your project

- The third, which is told
  in two lines.
- Another.

### Fixed

- A fault.

## [0.2.0] - 2026-11-22

### In your project

- The second.
"""

THIRD = ("The third, which is told in two lines.", "Another.")


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        ("0.2.0", "0.3.0", THIRD),
        ("0.1.0", "0.3.0", (*THIRD, "The second.")),
        ("0.1.0", "0.2.0", ("The second.",)),
        ("0.3.0", "0.4.0.dev0", ("Under way.",)),
        ("0.3.0", "0.3.0", ()),
        ("0.3.0", "0.2.0", ()),
    ],
)
def test_the_entries_between_two_versions_are_told(
    tmp_path: Path, before: str, now: str, told: tuple[str, ...]
) -> None:
    (tmp_path / CHANGELOG).write_text(TEXT, "utf-8")
    assert news(before, Installed(tmp_path / "templates", now)) == told


def test_without_a_changelog_there_are_no_news(tmp_path: Path) -> None:
    assert news("0.1.0", Installed(tmp_path / "templates", "0.2.0")) == ()


def test_our_own_changelog_can_be_read() -> None:
    assert release_key(__version__) > (0,)
    told = news("0.1.0", Installed(templates_dir(), __version__))
    assert len(told) > 5
    assert all(each and "\n" not in each for each in told)
