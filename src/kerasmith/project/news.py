"""What is new in the templates: what the changelog says of projects, between two versions."""

import re
import sys
from collections.abc import Iterator

from kerasmith.project.history import Installed, release_key

CHANGELOG = "CHANGELOG.md"
"""The changelog's name; it is beside the templates, in the sources and in the wheel."""

_SECTION = "In your project"
_UNRELEASED = "Unreleased"


def news(before: str, by: Installed) -> tuple[str, ...]:
    """Return what a project of the installed templates has that one of a version before has not.

    Empty where there is no changelog.
    """
    path = by.templates.parent / CHANGELOG
    if not path.is_file():
        return ()
    return tuple(
        entry
        for version, entry in _entries(path.read_text("utf-8"))
        if release_key(before) < _key(version, by.version) <= release_key(by.version)
    )


def _key(version: str, installed: str) -> tuple[int, ...]:
    """Return what a section is ordered by; one that is not released is part of no release."""
    if version != _UNRELEASED:
        return release_key(version)
    return release_key(installed) if ".dev" in installed else (sys.maxsize,)


def _entries(text: str) -> Iterator[tuple[str, str]]:
    """Yield the entries about projects, each as one line and with the version that it is of."""
    for version, section in _split(text, r"^## \[(.+?)\].*$"):
        for title, part in _split(section, r"^### (.+)$"):
            if title == _SECTION:
                for entry in re.split(r"(?m)^- ", part)[1:]:
                    yield version, " ".join(entry.split())


def _split(text: str, heading: str) -> Iterator[tuple[str, str]]:
    """Yield each heading's name, and what is below it."""
    found = re.split(heading, text, flags=re.MULTILINE)
    return zip(found[1::2], found[2::2], strict=True)
