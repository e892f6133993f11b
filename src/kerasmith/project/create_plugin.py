"""Write the package of a new plug-in: an encoder that works, with its test."""

import re
from pathlib import Path

from kerasmith.catalogue.plugins import GROUP, Claim, own_claims
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.project.create import absolute, check_destination, create
from kerasmith.spec.names import why_not_project

PACKAGE = Path(__file__).with_name("plugin_package")
"""Its files: `@NAME@` and other words between such signs stand for what the plug-in is called."""

_SUFFIX = ".txt"


def create_plugin(destination: Path) -> Path:
    """Write a plug-in that is called as its folder is, without a `kerasmith-` before it.

    Raises KerasmithError, with nothing written, where that is no name or the folder is taken.
    """
    check_destination(destination)
    called = absolute(destination).name
    name = called.removeprefix("kerasmith-").replace("-", "_")
    _check_name(called, name)
    words = {
        "@DIST@": called,
        "@PACKAGE@": called.replace("-", "_"),
        "@NAME@": name,
        "@TITLE@": "".join(word.capitalize() for word in name.split("_")),
    }
    files = {}
    for path in sorted(PACKAGE.rglob(f"*{_SUFFIX}")):
        place = path.relative_to(PACKAGE).as_posix().removesuffix(_SUFFIX)
        files[_named(place, words)] = _named(path.read_text("utf-8"), words)
    return create(destination, files)


def _named(text: str, words: dict[str, str]) -> str:
    for sign, word in words.items():
        text = text.replace(sign, word)
    return text


def _check_name(called: str, name: str) -> None:
    why = ""
    if not re.fullmatch("[a-z][a-z0-9]*([-_][a-z0-9]+)*", called) or len(called) > 40:
        why = "It is lower-case letters and digits, words joined by single hyphens."
    elif Claim("encoders", name, "image") in own_claims():
        why = f"kerasmith has an encoder {name!r} of its own."
    why = why or why_not_project(called)
    if why:
        what = f"A plug-in cannot be called {shortened(called)}."
        raise KerasmithError(Problem(what, GROUP, why, "--new kerasmith-fire"))
