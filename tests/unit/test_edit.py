"""Flags edit `kerasmith.toml` in place: what its owner wrote around it stays."""

import tomllib
from difflib import ndiff
from typing import Any

import pytest
from hypothesis import given

from kerasmith.spec.edit import edited
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from kerasmith.testing.random_specs import specs
from tests.samples import draws

TEXT = """\
# Ours
format = 1

[project]
name = "digits"   # do not rename
description = "Reads digits."

# the picture
[[inputs]]
name = "image"
kind = "image"
shape = [8, 8, 1]

[[outputs]]
name = "digit"
kind = "category"
classes = [
  "0",  # nought
  "1",
]

# where they come from
[data]
sample = "digits"
"""


def change(text: str, changes: dict[str, Any]) -> list[str]:
    """Return the lines that come and go when some sections are replaced."""
    tables = {**tomllib.loads(text), **changes}
    return [
        each
        for each in ndiff(text.splitlines(), edited(text, tables).splitlines())
        if each[0] in "+-"
    ]


def entries(section: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tomllib.loads(TEXT)[section]
    return found


def test_what_says_it_already_is_not_touched() -> None:
    text = TEXT.replace("\n", "\r\n") + "\r\n\r\n"
    assert edited(text, tomllib.loads(text)) == text


def test_a_new_output_stands_behind_the_others_and_before_the_next_comment() -> None:
    lines = change(TEXT, {"outputs": [*entries("outputs"), {"name": "place", "kind": "box"}]})
    assert lines == ["+ [[outputs]]", '+ name = "place"', '+ kind = "box"', "+ "]
    wanted = {**tomllib.loads(TEXT), "outputs": [*entries("outputs"), {"name": "p", "kind": "box"}]}
    assert 'kind = "box"\n\n# where they come from\n[data]' in edited(TEXT, wanted)


def test_a_changed_value_keeps_the_comment_behind_it() -> None:
    project = {"name": "numerals", "description": "Reads digits."}
    assert 'name = "numerals"   # do not rename' in edited(
        TEXT, {**tomllib.loads(TEXT), "project": project}
    )


def test_a_new_key_stands_in_its_table() -> None:
    (image,) = entries("inputs")
    assert change(TEXT, {"inputs": [{**image, "encoder": "mlp"}]}) == ['+ encoder = "mlp"']


def test_a_list_keeps_its_layout_as_far_as_it_stays_the_same() -> None:
    (digit,) = entries("outputs")
    lines = change(TEXT, {"outputs": [{**digit, "classes": ["0", "1", "2"]}]})
    assert lines == ['+   "2",']


def test_an_entry_that_goes_takes_no_comment_of_the_next_section_along() -> None:
    text = edited(TEXT, {**tomllib.loads(TEXT), "outputs": [{"name": "age", "kind": "number"}]})
    assert "# where they come from\n[data]" in text
    assert "# the picture\n[[inputs]]" in text


def test_a_renamed_entry_stays_where_it_is() -> None:
    (image,) = entries("inputs")
    assert change(TEXT, {"inputs": [{**image, "name": "scan"}]}) == [
        '- name = "image"',
        '+ name = "scan"',
    ]


def test_a_section_that_is_new_stands_at_the_end() -> None:
    text = edited(TEXT, {**tomllib.loads(TEXT), "model": {"trunk": 8}})
    assert text == TEXT + "\n[model]\ntrunk = 8\n"


def test_ends_of_line_stay_as_they_are() -> None:
    text = TEXT.replace("\n", "\r\n")
    result = edited(text, {**tomllib.loads(text), "model": {"trunk": 8}})
    assert result.count("\n") == result.count("\r\n")


PAIR = """\
# Ours
[project]
name = "pets"
# said by Ann
description = "Finds pets."

# the left one
[[inputs]]
name = "left"
kind = "image"

# the right one
[[inputs]]
name = "right"
kind = "image"

# both
[[shared]]
inputs = ["left", "right"]

# what is wanted
[[outputs]]
name = "cat"
kind = "binary"

# the end
"""

LEFT, RIGHT = tomllib.loads(PAIR)["inputs"]
TITLE = {"name": "title", "kind": "text"}

EDITS: dict[str, dict[str, Any]] = {
    "nothing is shared": {"shared": None},
    "the first input goes": {"shared": None, "inputs": [RIGHT]},
    "the last input goes": {"shared": None, "inputs": [LEFT]},
    "all inputs go": {"shared": None, "inputs": None},
    "an input comes": {"inputs": [LEFT, RIGHT, TITLE]},
    "an input comes between": {"inputs": [LEFT, TITLE, RIGHT]},
    "the inputs change places": {"inputs": [RIGHT, LEFT]},
    "other inputs": {"inputs": [TITLE, {**TITLE, "name": "body"}]},
    "a key goes": {"project": {"name": "pets"}},
    "a key comes": {"project": {"name": "pets", "description": "Finds pets.", "api": "auto"}},
    "others are shared": {"shared": [{"inputs": ["left", "title"]}]},
    "what is shared has a name": {"shared": [{"inputs": ["left", "right"], "name": "eyes"}]},
    "the last section goes, and one comes": {"outputs": None, "data": {"path": "a.csv"}},
}
"""What becomes of the sections of `PAIR`; the text that this leads to is in messages/edits.txt."""


def edited_pair(sections: dict[str, Any]) -> str:
    """Return the text of `PAIR` with other sections, and without those that are None."""
    wanted = {**tomllib.loads(PAIR), **sections}
    return edited(PAIR, {key: value for key, value in wanted.items() if value is not None})


def test_what_is_shared_is_known_by_what_shares_it() -> None:
    first, second = '[[shared]]\ninputs = ["a", "b"]\n', '[[shared]]\ninputs = ["c", "d"]  # mine\n'
    assert edited(first + second, {"shared": [{"inputs": ["c", "d"]}]}) == second
    assert edited(first + second, {"shared": [{"inputs": ["a", "b"]}]}) == first


@pytest.mark.parametrize("text", ['[project]\nname = "a"', 'project = {name = "a"}\n'])
def test_a_table_is_edited_in_each_of_its_forms(text: str) -> None:
    wanted = {"project": {"name": "b", "api": "auto"}}
    assert tomllib.loads(edited(text, wanted)) == wanted


@draws(60, 200)
@given(one=specs(), other=specs())
def test_any_spec_can_be_edited_into_any_other(one: Spec, other: Spec) -> None:
    text = edited("# Mine\n", tables_of(one))
    assert tomllib.loads(text) == tables_of(one)
    result = edited(text, tables_of(other))
    assert tomllib.loads(result) == tables_of(other)
    assert result.startswith("# Mine\n")
