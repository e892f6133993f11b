"""Flags edit `kerasmith.toml` in place: what its owner wrote around it stays."""

import tomllib
from difflib import ndiff
from typing import Any

from hypothesis import given

from kerasmith.spec.edit import edited
from kerasmith.spec.specification import Spec
from kerasmith.spec.tables import tables_of
from tests.samples import draws
from tests.strategies import specs

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


@draws(60, 200)
@given(one=specs(), other=specs())
def test_any_spec_can_be_edited_into_any_other(one: Spec, other: Spec) -> None:
    text = edited("# Mine\n", tables_of(one))
    assert tomllib.loads(text) == tables_of(one)
    result = edited(text, tables_of(other))
    assert tomllib.loads(result) == tables_of(other)
    assert result.startswith("# Mine\n")
