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
    "--without": "without",
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


IMAGES = "--input photo:image:8x8x1 --output kind:category:cat,dog --set data.path=data/pets"
PERSON = "--input person:table:age,height --output rich:binary --set data.path=own.csv"
LOAD = "--input load:series:24x1 --output ahead:forecast"

DISAGREEMENTS = (
    # folders of images
    f"{IMAGES}",
    f"{IMAGES} --set data.split=in-order",
    f"{IMAGES} --output age:number",
    f"{IMAGES} --set outputs.kind.classes=['a','b/c']",
    f"{IMAGES} --set outputs.kind.classes=['.a','b']",
    f"{IMAGES} --set data.train_folder=a --set data.test_folder=b",
    f"{IMAGES} --set data.train_folder=a --set data.validation_folder=b",
    f"{IMAGES} --set data.train_folder=a",
    f"{IMAGES} --set data.test_folder=a --set data.validation_folder=b",
    f"{IMAGES} --set data.train_folder=a --set data.test_folder=a",
    f"{PERSON} --set data.train_folder=a --set data.test_folder=b",
    # tables of splits
    f"{PERSON} --set data.test_file=own.csv",
    f"{PERSON} --set data.validation_file=b.csv --set data.test_file=b.csv",
    f"{PERSON} --set data.validation_file=b.tsv --set data.test_file=c.parquet",
    f"{PERSON} --set data.split=in-order --set data.validation_file=b.csv",
    f"{LOAD} --set data.path=own.csv --set data.validation_file=b.csv",
    f"{IMAGES} --set data.test_file=b.csv",
    "--input person:table:age --output rich:binary --set data.test_file=b.csv",
    # groups
    f"{PERSON} --set data.group=who",
    f"{PERSON} --set data.group=rich",
    f"{PERSON} --set data.group=who --set data.split=in-order",
    f"{IMAGES} --set data.group=who",
    f"{LOAD} --set data.path=own.csv --set data.group=who",
    f"{PERSON} --input who:category:a,b --set data.group=who",
    f"{PERSON} --input one:category:a,b --set inputs.one.column=who --set data.group=who",
    # streams
    f"{PERSON} --set data.stream=true",
    f"{PERSON} --with stream --set data.split=in-order",
    f"{LOAD} --set data.path=own.csv --with stream",
    f"{IMAGES} --with stream",
    f"{IMAGES} --set data.stream=true",
    f"{PERSON} --with stream --set outputs.rich.balance=true",
    f"{PERSON} --set outputs.rich.balance=true",
    # names and columns
    "--input a:image:8x8x1 --output b:binary --output b:number",
    "--input a:image:8x8x1 --input b:image:8x8x1 --share a=a,b --output c:binary",
    "--input a:image:8x8x1 --input b:image:8x8x1 --share c=a,b --output c:binary",
    "--input a:image:8x8x1 --output a_dense_1:binary",
    f"{PERSON} --output age:number",
    f"{PERSON} --set outputs.rich.column=age",
    f"{PERSON} --set outputs.rich.column=wealth",
    f"{PERSON} --set inputs.person.column=wealth",
    f"{PERSON} --output tall:number:2 --set outputs.tall.column=age",
    # values
    "--input a:image:8x8x1 --output kind:category:cat,NA --set data.missing=['NA','-']",
    "--input a:category:x,- --output kind:binary --set data.missing=['NA','-']",
    "--input a:image:8x8x1 --output tags:multilabel:red,blue --set data.missing=['NA']",
    "--input a:image:8x8x1 --output tags:multilabel:red;big,blue --set data.path=own.csv "
    """--set data.columns=[{name="tags",labels=";"}]""",
    "--input a:image:8x8x1 --output tags:multilabel:red,blue --set data.path=own.csv "
    """--set data.columns=[{name="tags",labels=";"}]""",
    """--input a:image:8x8x1 --output tags:multilabel --set outputs.tags.classes=["'red'","b"] """
    """--set data.path=own.csv --set data.columns=[{name="tags",labels=";"}]""",
    # encoders and merges
    "--input photo:image:8x8x1=lstm --output kind:binary",
    "--input title:text:9=lstm --output kind:binary",
    "--input photo:image:8x8x1=unet --output kind:binary",
    "--input photo:image:8x8x1=cnn --output edge:mask:2",
    "--input photo:image:8x8x1=resnet50 --output kind:binary",
    "--input photo:image:64x64x3=resnet50 --output kind:binary",
    "--input photo:image:64x64x3=resnet50 --output kind:binary --with resume",
    "--input photo:image:64x64x3=resnet50 --output kind:binary --with resume "
    "--set inputs.photo.weights=none",
    "--input photo:image:4x4x1=vit --set inputs.photo.patch=8 --output kind:binary",
    "--input a:image:8x8x1 --input b:image:8x8x1 --output kind:binary --set model.merge=difference",
    "--input a:image:8x8x1 --input b:text:9 --output kind:binary --set model.merge=add",
    # sharing
    "--input a:image:8x8x1 --input b:image:8x8x1 --share a,b --share b,a --output kind:binary",
    "--input a:image:8x8x1 --input b:text:9 --share a,b --output kind:binary",
    "--input a:image:8x8x1=cnn --input b:image:8x8x1 --share a,b --output kind:binary",
    # outputs
    "--input title:text:9 --output edge:mask:2",
    "--input photo:image:8x8x1 --input title:text:9 --output edge:mask:2",
    f"{LOAD} --input site:category:a,b",
    f"{LOAD} --input wind:series:12x2",
    f"{LOAD} --output alarm:binary",
    # the project
    "--input photo:image:8x8x1 --output kind:binary --without stream",
    "--input photo:image:8x8x1 --output kind:binary --with slurm --set project.backend=jax",
    "--input photo:image:8x8x1 --output edge:mask:2 --set project.backend=torch",
)
"""What agrees or not beyond the examples; the answers are in messages/disagreements.txt."""


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
