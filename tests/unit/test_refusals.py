"""The list of what is refused although every key by itself is right."""

import re
import shlex

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.decision.apply_rules import decide
from kerasmith.decision.refusals import REFUSALS
from kerasmith.errors import KerasmithError
from kerasmith.spec.agreements import Refusal
from kerasmith.spec.flags import Flags, spec_from_flags

FIELDS = {
    "--input": "inputs",
    "--output": "outputs",
    "--share": "share",
    "--set": "set",
    "--with": "with_",
}


def flags_of(words: list[str]) -> Flags:
    """Return what a command line selects."""
    said: dict[str, list[str]] = {name: [] for name in FIELDS.values()}
    api = None
    for flag, value in zip(words[::2], words[1::2], strict=True):
        if flag == "--api":
            api = value
        else:
            said[FIELDS[flag]].append(value)
    return Flags(name="pets", api=api, **said)  # type: ignore[arg-type]  # lists of flags


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=list(REFUSALS))
def test_its_example_is_refused_for_this_reason_alone(refusal: Refusal) -> None:
    with pytest.raises(KerasmithError) as error:
        decide(spec_from_flags(flags_of(shlex.split(refusal.example))))
    assert {problem.refusal for problem in error.value.problems} == {refusal.name}


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=list(REFUSALS))
def test_its_answer_says_what_and_what_to_do(refusal: Refusal) -> None:
    command = ["new", "--dry-run", "--name", "pets", *shlex.split(refusal.example)]
    answer = CliRunner().invoke(main, command)
    assert answer.exit_code == 2
    assert answer.stderr.startswith("error: ")
    assert re.search(r"^  try: +\S", answer.stderr, re.MULTILINE), answer.stderr


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=list(REFUSALS))
def test_its_words_are_sentences(refusal: Refusal) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", refusal.name)
    assert refusal.sentence.endswith(".")
    assert not refusal.instead.endswith(".")
