"""The answers so far: tables as in a `kerasmith.toml`, changed answer by answer.

What is wrong with an answer is asked of the reader that checks every spec; which API the answers
lead to, of the rules.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import deepcopy
from functools import partial
from typing import Any

from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.decision.apply_rules import Decision, decide
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.collect import Origins
from kerasmith.spec.names import USUAL_NAMES
from kerasmith.spec.read import problems_of, read_input, read_output, read_spec
from kerasmith.spec.specification import Input, Output, Spec

Entry = dict[str, Any]
Change = Callable[["Draft"], None]
Kind = InputKind | OutputKind

KINDS: Mapping[str, Mapping[str, type[InputKind] | type[OutputKind]]] = {
    "inputs": INPUT_KINDS,
    "outputs": OUTPUT_KINDS,
}


class Draft:
    """Tables that are not complete yet."""

    def __init__(self, tables: Mapping[str, object]) -> None:
        self.tables: dict[str, Any] = deepcopy(dict(tables))

    def __contains__(self, section: str) -> bool:
        return bool(self.tables.get(section))

    @property
    def project(self) -> Entry:
        """The keys of `[project]`."""
        found: Entry = self.tables.setdefault("project", {})
        return found

    def entries(self, section: str) -> list[Entry]:
        """Return the entries of inputs, outputs or shared."""
        found: list[Entry] = self.tables.setdefault(section, [])
        return found

    def names(self, section: str) -> list[str]:
        """Return the names of inputs or outputs."""
        return [entry.get("name", "") for entry in self.entries(section)]

    def kind(self, section: str, number: int) -> Kind | None:
        """Return the kind of an entry, with its sizes; None where it is not complete."""
        entry = self.entries(section)[number]
        found = read_input(entry) if section == "inputs" else read_output(entry)
        return found.kind if found else None

    def inputs(self) -> Iterator[Input]:
        """Yield the inputs that are complete."""
        return filter(None, map(read_input, self.entries("inputs")))

    def outputs(self) -> list[Output]:
        """Return the outputs that are complete."""
        return list(filter(None, map(read_output, self.entries("outputs"))))

    def group(self, name: str) -> list[str]:
        """Return the inputs that are read by the same layers as this one, itself among them."""
        groups = (shared["inputs"] for shared in self.entries("shared"))
        return next((list(group) for group in groups if name in group), [name])

    def changed(self, change: Change) -> "Draft":
        """Return a draft with the change in it."""
        other = Draft(self.tables)
        change(other)
        return other

    # === What is wrong, and what it leads to ===

    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong or missing; where nothing is, what the rules refuse."""
        if found := problems_of(self.tables):
            return found
        try:
            decide(self.spec())
        except KerasmithError as error:
            return error.problems
        return ()

    def spec(self) -> Spec:
        """Return the spec that the answers say."""
        return read_spec(self.tables)

    def objection(self, change: Change, origins: Origins | None = None) -> Problem | None:
        """Say what a change would make wrong that is not so now; what the rules say comes later."""
        return self.worse(self.changed(change), origins)

    def worse(self, other: "Draft", origins: Origins | None = None) -> Problem | None:
        """Say what is wrong with another draft that is not wrong with this one."""
        before = set(problems_of(self.tables, origins))
        after = problems_of(other.tables, origins)
        return next((p for p in after if not p.missing and p not in before), None)

    def fitting(self, words: Iterable[str], change: Callable[["Draft", str], None]) -> list[str]:
        """Return the words with which nothing is wrong that would be right with another word."""
        left = {}
        for word in words:
            other = Draft(self.tables)
            change(other, word)
            left[word] = set(other.problems())
        anyway = set.intersection(*left.values())
        return [word for word, problems in left.items() if problems == anyway] or list(left)

    def at(self, path: str) -> tuple[Problem, ...]:
        """Return what is wrong or missing at a path."""
        return tuple(problem for problem in self.problems() if problem.where.startswith(path))

    def decision(self) -> Decision:
        """Return the decision as of now; what is not known yet counts as one plain thing.

        Raises KerasmithError where the answers do not fit together.
        """
        tables = {**self.tables, "project": {"name": "my-model", **self.project}}
        for section, kinds in KINDS.items():
            if section not in self:
                name = self.free_name(section)
                entries = (
                    {"name": name, "kind": word, **kind.from_flag(kind.size_hint)}
                    for word, kind in kinds.items()
                )
                fitting = (e for e in entries if not problems_of({**tables, section: [e]}))
                tables[section] = [next(fitting, {"name": name})]
        return decide(read_spec(tables))

    # === Names ===

    def free_name(self, section: str) -> str:
        """Return a name that a further input or output can have."""
        usual, number = USUAL_NAMES[section], len(self.entries(section))
        path = f"{section}[{number}].name"
        for name in (usual, *(f"{usual}_{count}" for count in range(2, 100))):
            named = partial(Draft.rename, section=section, number=number, name=name)
            if not self.changed(named).at(path):
                return name
        return usual

    def renaming(
        self, section: str, number: int, name: str, origins: Origins | None = None
    ) -> Problem | None:
        """Say why an entry, or a further one, cannot have this name."""
        return self.objection(lambda draft: draft.rename(section, number, name), origins)

    def rename(self, section: str, number: int, name: str) -> None:
        """Name an entry, or begin one; what shares an encoder goes by the new name, too."""
        if number == len(self.entries(section)):
            self.entries(section).append({"name": name})
            return
        entry = self.entries(section)[number]
        before, entry["name"] = entry.get("name"), name
        for shared in self.entries("shared") if section == "inputs" else ():
            shared["inputs"] = [name if each == before else each for each in shared["inputs"]]

    def remove(self, section: str, number: int) -> None:
        """Remove an entry, and itself from what is shared."""
        name = self.entries(section).pop(number)["name"]
        for shared in self.entries("shared") if section == "inputs" else ():
            shared["inputs"] = [each for each in shared["inputs"] if each != name]
        self.unshare()

    def unshare(self) -> list[str]:
        """Part the inputs that cannot be read by the same layers any more; return their names."""
        kinds = {each.name: each.kind for each in self.inputs()}
        parted: list[str] = []
        for shared in list(self.entries("shared")):
            members = [kinds.get(name) for name in shared["inputs"]]
            if len(members) < 2 or any(kind != members[0] for kind in members):
                self.entries("shared").remove(shared)
                parted += shared["inputs"]
        return parted
