"""What a user reads, word for word: the answer to every mistake that tests know, and decisions.

After a change that is meant, `python -m tests.unit.test_messages` writes the files of the folder
`messages`; what it changed in them is what users will read.
"""

import json
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from difflib import unified_diff
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from click import unstyle

from kerasmith.decision.apply_rules import Decision, decide, decide_structure
from kerasmith.decision.refusals import REFUSALS
from kerasmith.decision.structure import structure_of, structure_of_counts
from kerasmith.errors import Problem
from kerasmith.project.changes import Change
from kerasmith.project.check import Status
from kerasmith.project.mentions import Mention
from kerasmith.project.merge import Conflict
from kerasmith.project.merge_inputs import UntrackedFile
from kerasmith.project.repository import Entry
from kerasmith.project.update import Outcome
from kerasmith.report_update import outcome_text, status_json, status_text
from kerasmith.spec.command import command_of, flags_between
from kerasmith.spec.flags import Flags, spec_from_flags
from kerasmith.spec.read import read_spec
from kerasmith.spec.schema import json_schema
from kerasmith.spec.tables import tables_of
from kerasmith.styled import shown
from tests.unit import test_edit, test_flags, test_read, test_refusals
from tests.unit.helpers import SPECS, example, problems_or_none

FOLDER = Path(__file__).parent / "messages"


def in_specs() -> Iterator[str]:
    """Yield what is answered to the mistakes of a spec."""
    for given, *_ in test_read.MISTAKES:
        yield from answer(partial(read_spec, given))


def in_flags() -> Iterator[str]:
    """Yield what is answered to the mistakes of flags."""
    for flags, *_ in test_flags.MISTAKES:
        yield from answer(partial(test_flags.spec_of, **flags))


def disagreements() -> Iterator[str]:
    """Yield what is answered where entries by themselves are right."""
    examples = {refusal.example: shlex.split(refusal.example) for refusal in REFUSALS.values()}
    others = {line: line.split(" ") for line in test_refusals.DISAGREEMENTS}
    for line, words in (examples | others).items():
        yield line
        problems = problems_or_none(partial(decided_by, test_refusals.flags_of(words)))
        yield from told(problems) if problems else ("nothing is wrong with it",)
        yield ""


def decided_by(flags: Flags) -> Decision:
    return decide(spec_from_flags(flags))


def decisions() -> Iterator[str]:
    """Yield the decision about every example and some bare structures, asked for in every way."""
    structures = {path.stem: structure_of(example(path.stem)) for path in sorted(SPECS.iterdir())}
    for inputs, outputs in product((1, 2), (1, 2)):
        structures[f"{inputs} to {outputs}"] = structure_of_counts(inputs, outputs)
    for purpose in ("prototype", "room-to-grow"):
        structures[purpose] = structure_of_counts(1, 1, purpose=purpose)
    backbone = Flags(name="pets", inputs=["photo:image:64x64x3=resnet50"], outputs=["cat:binary"])
    structures["backbone"] = structure_of(spec_from_flags(backbone))
    structures["shared"] = structure_of_counts(2, 1, shared=True, purpose="prototype")
    structures["branched"] = structure_of_counts(1, 1, branched=True, purpose="room-to-grow")
    wishes = ("auto", "sequential", "functional")
    for (name, structure), wish in product(structures.items(), wishes):
        yield f"== {name}, {wish} =="
        yield from decided(partial(decide_structure, structure, wish))
        yield ""


def decided(attempt: Callable[[], Decision]) -> Iterator[str]:
    """Yield a decision without the passages that it rests on, or why there is none."""
    if problems := problems_or_none(attempt):
        yield from told(problems)
        return
    decision = attempt()
    yield decision.headline + ", linear" * decision.linear + ", asked for" * decision.asked
    for each in decision.reasons:
        way = f" (gave way to {each.gave_way})" if each.gave_way else ""
        yield f"  {each.rule} {each.force}: {each.because}{way}"
    yield from (f"  {change}" for change in decision.would_change)


def edits() -> Iterator[str]:
    """Yield what edits of a kerasmith.toml change in its text."""
    before = test_edit.PAIR.splitlines()
    for name, sections in test_edit.EDITS.items():
        after = test_edit.edited_pair(sections).splitlines()
        yield from (f"== {name} ==", *list(unified_diff(before, after, n=1, lineterm=""))[2:], "")


def commands() -> Iterator[str]:
    """Yield the command of a changed spec, and the flags that lead to it."""
    base = example("two-cameras")
    for wish in WISHES:
        changed = spec_from_flags(wish, tables_of(base))
        flags = flags_between(base, changed)
        yield command_of(changed)
        yield "  no flags lead there" if flags is None else f"  {shlex.join(flags)}"
        yield ""


def updates() -> Iterator[str]:
    """Yield what an update says of files that were edited, deleted, linked, ignored and renamed."""
    entry = Entry("100644", "0" * 40)
    stages = {2: entry, 3: entry}
    plain = Outcome(("a.py",), (), (), (), (), (), (), "+new\n", "git restore .")
    full = Outcome(
        changed=("a.py", "b.py"),
        conflicts=(Conflict("b.py", "both sides added it", stages),),
        kept_deleted=("c.md",),
        kept_edited=("d.md",),
        linked=("e",),
        beside=(
            UntrackedFile("f.py", "new", "f.py", "old"),
            UntrackedFile("g.py", "new", "g.py.new", None),
        ),
        mentions=(Mention("own.py", 3, "photo", "now image"),),
        diff="-old\n+new\n",
    )
    for outcome, dry_run in product((plain, full), (False, True)):
        yield from map(worded, outcome_text(outcome, dry_run=dry_run))


def statuses() -> Iterator[str]:
    """Yield what `check` says of a project."""
    current = Status(
        project=Path(),
        versions=("0.1", "0.1"),
        templates=True,
        answers=True,
        changes=(),
        decision="Sequential, as before",
        interrupted=False,
        conflicts=(),
    )
    older = replace(
        current,
        project=Path("my pets"),
        versions=("0.1", "0.2"),
        templates=False,
        answers=False,
        changes=(Change("the encoder of photo", "cnn", "resnet"),),
    )
    for status in (
        current,
        older,
        replace(older, plugins=("The plug-in fire is not installed.",)),
        replace(current, interrupted=True),
        replace(current, conflicts=("a.py",)),
        replace(older, conflicts=("a.py",), interrupted=True),
    ):
        yield from map(worded, status_text(status))
        yield json.dumps(status_json(status))
        yield ""


def worded(line: str) -> str:
    """Return a line as it is shown, without styles."""
    return unstyle(shown(line))


def schema() -> Iterator[str]:
    """Yield what editors are told, of inputs and outputs the first two forms; a line each."""
    told = json_schema()
    for section in ("inputs", "outputs"):
        del told["properties"][section]["items"]["oneOf"][2:]
    yield from leaves("", told)


def leaves(path: str, value: object) -> Iterator[str]:
    """Yield all that a value holds, with the path to it."""
    if isinstance(value, dict) and value:
        for key, each in value.items():
            yield from leaves(f"{path}.{key}".removeprefix("."), each)
    elif isinstance(value, list) and any(isinstance(each, dict) for each in value):
        for number, each in enumerate(value):
            yield from leaves(f"{path}[{number}]", each)
    else:
        yield f"{path}: {json.dumps(value)}"


WISHES = (
    Flags(api="functional", purpose="room-to-grow", description="Two eyes."),
    Flags(with_=["slurm"], backend="jax"),
    Flags(with_=["export"], without=["ci"]),
    Flags(set=['project.jobs=["slurm"]'], backend="jax"),
    Flags(set=["project.license=MIT", 'project.python=["3.12"]', "project.runner=ubuntu-24.04"]),
    Flags(set=["model.trunk=7", "model.merge=add", "data.path=data/own.csv"]),
    Flags(set=["inputs.front.encoder=cnn", "inputs.front.filters=[3, 4]"]),
    Flags(share=["front,back"], inputs=["front:image:8x8x1", "back:image:8x8x1"]),
    Flags(set=["model.merge=concatenate", "inputs.front.shape=[9, 9, 1]"]),
    Flags(outputs=["age:number:3", "kind:category:cat,big dog"]),
    Flags(inputs=["title:text:9", "city:category:a,b"], set=["model.merge=concatenate"]),
)
"""What is said on top of a spec."""


def answer(attempt: Callable[[], object]) -> Iterator[str]:
    """Yield what is wrong with something that is refused, and a blank line."""
    yield from told(problems_or_none(attempt) or ())
    yield ""


def told(problems: tuple[Problem, ...]) -> Iterator[str]:
    """Yield all that problems say, cut where it is endless."""
    for each in problems:
        said = {"where": each.where, "why": each.why, "try": each.try_, "refusal": each.refusal}
        yield f"{each.what!a:.300}" + " (something is left to say)" * each.missing
        yield from (f"  {label}: {text!a:.300}" for label, text in said.items() if text)


FILES = {
    "in-specs": in_specs,
    "in-flags": in_flags,
    "disagreements": disagreements,
    "decisions": decisions,
    "edits": edits,
    "commands": commands,
    "updates": updates,
    "statuses": statuses,
    "schema": schema,
}


@pytest.mark.parametrize("name", FILES)
def test_it_is_said_in_these_words(name: str) -> None:
    said = [*FILES[name]()]
    assert said == (FOLDER / f"{name}.txt").read_text("utf-8").splitlines()


if __name__ == "__main__":
    for name, lines in FILES.items():
        (FOLDER / f"{name}.txt").write_text("\n".join(lines()) + "\n", "utf-8")
