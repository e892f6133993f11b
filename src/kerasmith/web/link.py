"""A spec as the fragment of a link, and back.

The fragment says what the flags of a command say, in their words:
`name=pets&input=photo:image:8x8x1`. What is behind the `#` of an address
stays in the browser: no server sees it.
"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

import msgspec

from kerasmith import __version__
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.render.jinja import content_hash
from kerasmith.render.render import templates_dir
from kerasmith.spec.command import flags_of
from kerasmith.spec.flags import Flags, tables_from_flags
from kerasmith.spec.read import problems_of
from kerasmith.spec.recipes import load_recipe
from kerasmith.spec.specification import Spec

LONGEST = 100_000
"""Characters of a fragment at the most."""

TEMPLATES = "templates"
"""The key that says which templates a link was made with."""

_ONCE = ("name", "recipe", "description", "api", "purpose", "backend", TEMPLATES)
_OFTEN = {
    "input": "inputs",
    "output": "outputs",
    "share": "share",
    "with": "with_",
    "without": "without",
    "set": "set",
}


@dataclass(frozen=True)
class Link:
    """What a fragment says: the tables of a spec, unchecked, and the templates of then."""

    tables: dict[str, Any]
    templates: str


def templates_version() -> str:
    """Return what the installed templates are known by in a link."""
    return f"{__version__}-{content_hash(templates_dir())[:8]}"


def fragment_of(spec: Spec) -> str:
    """Return the fragment that `read_fragment` reads back as this spec."""
    flags = flags_of(spec)
    pairs = [("name", spec.project.name)]
    pairs += [
        (flag.removeprefix("--"), word) for flag, word in zip(*[iter(flags)] * 2, strict=True)
    ]
    pairs.append((TEMPLATES, templates_version()))
    return "&".join(f"{key}={quote(word, safe=':/,@=')}" for key, word in pairs)


def read_fragment(fragment: str) -> Link:
    """Return what a fragment says; what is wrong with the spec in it is for its reader.

    Raises KerasmithError where not even the form is right.
    """
    if len(fragment) > LONGEST:
        raise KerasmithError(
            Problem(
                "This link is too long to be a spec.",
                f"{len(fragment):,} characters",
                f"A link has {LONGEST:,} at the most.",
            )
        )
    once: dict[str, str] = {}
    often: dict[str, list[str]] = {field: [] for field in _OFTEN.values()}
    for pair in fragment.split("&"):
        key, equals, word = pair.partition("=")
        if equals and key in _OFTEN:
            often[_OFTEN[key]].append(unquote(word))
        elif equals and key in _ONCE and key not in once:
            once[key] = unquote(word)
        else:
            raise KerasmithError(_unknown(key, twice=key in once))
    templates = once.pop(TEMPLATES, "")
    recipe = once.pop("recipe", None)
    base = dict(load_recipe(recipe).tables) if recipe is not None else {}
    flags = msgspec.convert({**once, **often}, Flags)
    tables, _, problems = tables_from_flags(flags, base)
    of_the_spec = problems_of(tables)
    if in_form := problems[: len(problems) - len(of_the_spec)]:
        raise KerasmithError(*in_form)
    return Link(tables, templates)


def _unknown(key: str, *, twice: bool) -> Problem:
    what = (
        f"This link says {shortened(key)} twice."
        if twice
        else (f"This link says {shortened(key)}, which no link of kerasmith does.")
    )
    return Problem(what, "the link", try_="" if twice else did_you_mean(key, [*_ONCE, *_OFTEN]))
