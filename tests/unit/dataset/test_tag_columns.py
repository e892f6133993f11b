"""Columns of tags are seen beside the text whose words they tag, and only there."""

import json
from pathlib import Path
from typing import Any

import pytest

from kerasmith.dataset.propose import DataOptions, Proposal, propose
from kerasmith.dataset.tags import split_tags
from kerasmith.errors import KerasmithError
from kerasmith.spec.read import read_spec

SENTENCES = (
    ("the dog saw a cat .", "D N V D N P"),
    ("a cat ran , and the dog slept .", "D N V P C D N V P"),
    ("dogs like bones", "N V N"),
    ("the old cat slept in the warm house .", "D A N V R D A N P"),
)

ROWS = [(f"{text} {n}", f"{tags} Q") for n in range(5) for text, tags in SENTENCES]
"""Twenty different sentences."""


def proposed(folder: Path, *rows: tuple[str, ...], **said: Any) -> Proposal:
    """Return the proposal for a table with a text, its tags, and a number."""
    path = folder / "words.csv"
    lines = [f'{number % 7}.5,"{text}","{tags}"' for number, (text, tags) in enumerate(rows)]
    path.write_text("\n".join(["weight,Sentence,Tag", *lines]) + "\n")
    return propose(path, DataOptions(**said))


def test_a_tag_for_each_word_is_proposed_with_the_text_alone(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, *ROWS)
    spec = read_spec(proposal.tables)
    (text,), (tags,) = spec.inputs, spec.outputs
    assert (text.kind.kind, tags.kind.kind) == ("text", "tags")
    assert proposal.tables["outputs"][0]["classes"] == ["A", "C", "D", "N", "P", "Q", "R", "V"]
    assert proposal.tables["inputs"][0]["length"] == 10
    assert proposal.tables["inputs"][0]["vocabulary"] == 22 + 2  # . and , are words, too
    assert any("weight" in note for note in proposal.findings.notes)


def test_the_tag_of_what_is_nothing_comes_first(tmp_path: Path) -> None:
    rows = [(text, " ".join("ON"[tag == "N"] for tag in tags.split())) for text, tags in ROWS]
    assert proposed(tmp_path, *rows).tables["outputs"][0]["classes"] == ["O", "N"]


def test_lists_are_read_as_other_programs_write_them(tmp_path: Path) -> None:
    rows = [(text, str(tags.split())) for text, tags in ROWS]
    assert proposed(tmp_path, *rows).tables["outputs"][0]["kind"] == "tags"
    assert split_tags("['a', ',']") == ["a", ","]
    assert split_tags(json.dumps(["a b", "[c]"])) == ["a b", "[c]"]
    assert split_tags("[a b]") == ["[a", "b]"]


@pytest.mark.parametrize(
    "rows",
    [
        [(text, tags + " X") for text, tags in ROWS],  # one too many
        [(text, text[::-1]) for text, _ in ROWS],  # as many different ones as words
        [("yes", "N"), ("no", "N")] * 10,  # no text has one word in each row
    ],
)
def test_other_columns_are_none(tmp_path: Path, rows: list[tuple[str, str]]) -> None:
    outputs = proposed(tmp_path, *rows).tables["outputs"]
    assert "tags" not in [each["kind"] for each in outputs]


def test_few_rows_that_differ_are_said(tmp_path: Path) -> None:
    rows = [*ROWS, ("the cat", "D")]
    (target,) = proposed(tmp_path, *rows).findings.targets
    assert target.kind == "tags"
    assert "1 row has another number of tags than of words, such as row 21" in target.notes[0]


def test_tags_that_are_said_to_be_some_must_be_as_many_as_words(tmp_path: Path) -> None:
    rows = [(text, "D N") for text, _ in ROWS]
    with pytest.raises(KerasmithError) as refused:
        proposed(tmp_path, *rows, outputs=["Tag:tags"])
    (problem,) = refused.value.problems
    assert problem.where == "--output Tag:tags"
    assert "Of 20 rows, 20 have another number" in problem.why
    assert "row 1" in problem.why
    with pytest.raises(KerasmithError, match="holds no tags"):
        proposed(tmp_path, *ROWS, outputs=["Sentence:tags"])


def test_tags_are_no_input_of_another_target(tmp_path: Path) -> None:
    proposal = proposed(tmp_path, *ROWS, predict=["weight"])
    assert [each["kind"] for each in proposal.tables["inputs"]] == ["text"]
    (tag,) = [each for each in proposal.findings.columns if each.name == "Tag"]
    assert tag.dropped
    assert "--predict Tag" in tag.reason
