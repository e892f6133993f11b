"""Where an owner's files speak of what an update renames: merged cleanly, and wrong all the same.

A second output gives every metric another name, and a Functional model other batches than a
Sequential one. Git cannot know; so these are looked up in what the owner wrote.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from kerasmith.project.merge import Merged, MergeRepo
from kerasmith.project.merge_inputs import NOT_MERGED, MergeInputs
from kerasmith.project.repository import Repository

Answers = Mapping[str, Any]

TEXTS = {".cfg", ".ini", ".ipynb", ".json", ".md", ".py", ".sh", ".toml", ".txt", ".yaml", ".yml"}
"""The endings of the files that are read for mentions."""

BATCHES = ("load_dataset", "load_split", "load_inputs", "for_model")
"""The functions of a project's data.py that give arrays or batches, whose form goes by the API."""


@dataclass(frozen=True)
class RenamedTerm:
    """A word that means something else now: how it is found, and what to know about it."""

    word: str
    pattern: str
    instead: str


@dataclass(frozen=True)
class Mention:
    """A line of the owner's that speaks of it."""

    path: str
    line: int
    word: str
    instead: str


def mentions(
    then: Answers,
    now: Answers,
    sides: MergeInputs,
    merged: Merged,
    repo: MergeRepo,
    repository: Repository,
) -> list[Mention]:
    """Return the lines that only the owner wrote, and that mention what is gone."""
    words = renamed_terms(then, now)
    if not words:
        return []
    return [
        mention
        for path, text in _owners(sides, merged, repo, repository).items()
        for mention in _found(path, text, sides.theirs.get(path, ""), words)
    ]


def renamed_terms(then: Answers, now: Answers) -> list[RenamedTerm]:
    """Return the words that mean something else under the new plan."""
    return [*_metrics(then, now), *_inputs(then, now), *_batches(then, now)]


def metric_names(answers: Answers) -> dict[str, list[str]]:
    """Return what Keras calls the metric and the loss of each output: alone it needs no name.

    The name of a metric is empty where there is none, as with quantiles: these are alone.
    """
    outputs = answers["outputs"]
    if len(outputs) == 1:
        return {outputs[0]["name"]: [outputs[0]["metric"], "loss"]}
    return {
        each["name"]: [f"{each['name']}_{each['metric']}", f"{each['name']}_loss"]
        for each in outputs
    }


def _metrics(then: Answers, now: Answers) -> Iterator[RenamedTerm]:
    after = metric_names(now)
    known = {"loss", *(name for names in after.values() for name in names)}
    for output, names in metric_names(then).items():
        for number, name in enumerate(names):
            if name and name not in known:
                new = after[output][number] if output in after else ""
                why = ": the loss says it" if output in after else f" with the output {output}"
                for prefix in ("val_", ""):
                    instead = f"`{prefix}{new}` now" if new else f"gone{why}"
                    yield RenamedTerm(f"{prefix}{name}", rf"""["']{prefix}{name}["']""", instead)


def _inputs(then: Answers, now: Answers) -> Iterator[RenamedTerm]:
    for section in ("inputs", "outputs"):
        names = [each["name"] for each in now[section]]
        for each in then[section]:
            name = each["name"]
            if name not in names:
                others = ", ".join(f"`{other}`" for other in names)
                instead = f"gone; the {section} are {others}"
                yield RenamedTerm(name, rf"""["']{name}["']|\b{name}_\w+""", instead)


def _batches(then: Answers, now: Answers) -> Iterator[RenamedTerm]:
    if then["api"] == now["api"]:
        return
    functional = now["api"] == "functional"
    form = "({input: …}, {output: …})" if functional else "(one tensor, one tensor)"
    for function in BATCHES:
        yield RenamedTerm(function, rf"\b{function}\b", f"its batches are {form} now")


def _owners(
    sides: MergeInputs, merged: Merged, repo: MergeRepo, repository: Repository
) -> dict[str, str]:
    """Return the texts that the owner edited or added, as they are after the merge."""
    found = {}
    for path, entry in merged.entries.items():
        if path in NOT_MERGED or not entry.is_file or PurePosixPath(path).suffix not in TEXTS:
            continue
        rendered = sides.theirs.get(path)
        if rendered is None or entry.id != repository.id_of(rendered):
            found[path] = repo.git("cat-file", "blob", entry.id)
    return found


def _found(path: str, text: str, rendered: str, words: list[RenamedTerm]) -> Iterator[Mention]:
    theirs = set(rendered.splitlines())
    for number, line in enumerate(text.splitlines(), start=1):
        if line not in theirs:
            for word in words:
                if re.search(word.pattern, line):
                    yield Mention(path, number, word.word, word.instead)
                    break
