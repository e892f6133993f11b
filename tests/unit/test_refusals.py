"""The list of what is refused although every key by itself is right."""

import re
import shlex
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from kerasmith.cli import main
from kerasmith.decision.apply_rules import decide
from kerasmith.decision.refusals import REFUSALS
from kerasmith.errors import KerasmithError
from kerasmith.spec.agreements import AGREEMENTS, Agreement, Refusal
from kerasmith.spec.flags import Flags, spec_from_flags

ROOT = Path(__file__).resolve().parents[2]

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


def test_every_agreement_is_in_the_list_once() -> None:
    kinds = [type(each) for each in AGREEMENTS]
    assert len(kinds) == len({*kinds}) == len({each.name for each in AGREEMENTS})
    assert {*kinds} == {*Agreement.__subclasses__()}
    assert {*REFUSALS} - {each.name for each in AGREEMENTS} == {"no-sequential"}


def test_no_module_but_its_own_names_an_agreement() -> None:
    """What an agreement is called is read off the agreement, wherever it is needed."""
    names = "|".join(map(re.escape, REFUSALS))
    texts = {
        str(path.relative_to(ROOT)): path.read_text("utf-8")
        for folder in ("src/kerasmith", "docs")
        for path in (ROOT / folder).rglob("*.py")
    }
    found = {path: re.findall(f'"({names})"', text) for path, text in texts.items()}
    held = Counter(name for names in found.values() for name in names)
    assert held == dict.fromkeys(REFUSALS, 1)


def test_mistakes_of_all_kinds_are_told_together() -> None:
    """One wrong entry hides no disagreement of the others."""
    with pytest.raises(KerasmithError) as error:
        spec_from_flags(
            flags_of(
                shlex.split(
                    "--input photo:image:8x8x1 --input photo:text:9 --output age:number:-1 "
                    "--output place:box --share photo,scan --with slurm "
                    "--output breed:category:boxer,boxer"
                )
            )
        )
    assert {problem.refusal for problem in error.value.problems} == {
        "",
        "one-name-twice",
        "sharing-by-name",
        "feature-of-another-backend",
        "unclear-values",
    }
