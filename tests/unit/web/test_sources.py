"""The page's own JavaScript knows nothing of the catalogue."""

import re
from pathlib import Path

import pytest

from kerasmith.catalogue.encoders import ENCODERS
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.merges import MERGES
from kerasmith.decision.rules import RULES
from kerasmith.spec.names import recipe_names

SOURCES = sorted((Path(__file__).parents[3] / "web").glob("*.js"))

WORDS = {
    *(name for encoders in ENCODERS.values() for name in encoders),
    *FEATURES,
    *MERGES,
    *recipe_names(),
    *(rule.name for rule in RULES),
}

OF_THE_PAGE = {"add", "difference"}
"""Merges are called so, and so are a class of buttons and a request."""


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_no_entry_of_the_catalogue_is_named(source: Path) -> None:
    quoted = set(re.findall(r"[\"'`]([a-z0-9_-]+)[\"'`]", source.read_text("utf-8")))
    assert quoted & (WORDS - OF_THE_PAGE) == set()


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.name)
def test_text_never_becomes_html(source: Path) -> None:
    text = source.read_text("utf-8")
    for way in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
        assert way not in text
