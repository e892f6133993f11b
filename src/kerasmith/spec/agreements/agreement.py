"""What an agreement is, and what it looks at: a spec as far as it could be read.

A spec whose keys are right one by one is either refused by one of the agreements, or its model
builds and trains; the property tests hold the tool to that. `docs/reference.md` lists them.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from kerasmith.catalogue.encoders import Encoder
from kerasmith.errors import Problem
from kerasmith.spec.collect import Origins, Tables, instead_of, place_of
from kerasmith.spec.specification import (
    DataSection,
    Input,
    ModelSection,
    Output,
    Project,
    Shared,
    Spec,
    chosen_encoder,
)


@dataclass(frozen=True)
class Partial:
    """A spec as far as it could be read: what is right of it, by its path in the tables.

    A section is None where something in it is wrong.
    """

    tables: Tables
    origins: Origins
    inputs: Mapping[str, Input]
    outputs: Mapping[str, Output]
    shared: Mapping[str, Shared]
    project: Project | None = None
    model: ModelSection | None = None
    data: DataSection | None = None

    @property
    def parts(self) -> dict[str, Input | Output]:
        """The inputs, then the outputs."""
        return {**self.inputs, **self.outputs}

    @cached_property
    def encoders(self) -> dict[str, Encoder[Any]]:
        """The encoder of each input that is right by itself, by the input's path."""
        inputs = {path: each for path, each in self.inputs.items() if not each.kind.problem()}
        outputs = self.outputs.values()
        return {path: chosen_encoder(each, outputs) for path, each in inputs.items()}

    def place(self, path: str) -> str:
        """Return where something is said: the flag, or its path."""
        return place_of(path, self.origins)

    def instead(self, path: str, value: object) -> str:
        """Return what would be right, in the form of the flag or of the file."""
        return instead_of(path, value, self.origins)

    def entries(self, section: str) -> Iterator[tuple[str, Tables]]:
        """Yield the entries of a section with their paths, whatever else is wrong with them."""
        entries = self.tables.get(section)
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict):
                yield f"{section}[{number}]", entry

    def named(self, section: str) -> Iterator[tuple[str, str]]:
        """Yield path and name of the entries that say a name, whatever else is wrong with them."""
        for path, entry in self.entries(section):
            if isinstance(name := entry.get("name"), str):
                yield path, name

    def stems(self) -> Iterator[tuple[str, str]]:
        """Yield path and stem of the shared encoders: what the names of their layers begin with."""
        entries = dict(self.entries("inputs"))
        kinds = {name: entries[path].get("kind") for path, name in self.named("inputs")}
        for path, shared in self.shared.items():
            yield path, shared.stem(str(kinds.get(shared.inputs[0], "shared")))

    def whole(self) -> Spec | None:
        """Return the spec, where no section is missing."""
        if self.project is None or self.model is None or self.data is None:
            return None
        return Spec(
            project=self.project,
            inputs=tuple(self.inputs.values()),
            outputs=tuple(self.outputs.values()),
            shared=tuple(self.shared.values()),
            model=self.model,
            data=self.data,
        )


class Refusal:
    """A combination that is refused: its docstring is the sentence that says why."""

    name: ClassVar[str]
    instead: ClassVar[str]
    """The nearest thing that works."""
    example: ClassVar[str]
    """Flags that are refused for this reason alone."""

    @property
    def sentence(self) -> str:
        """Why it is refused."""
        return " ".join((self.__doc__ or "").split())


class Agreement(Refusal, ABC):
    """What the entries of a spec must agree on."""

    of_whole: ClassVar[bool] = False
    """Whether it is asked of a spec only in which nothing else is wrong."""

    @abstractmethod
    def problems(self, spec: Partial) -> Iterator[Problem]:
        """Yield what is wrong."""

    def problem(
        self, spec: Partial, path: str, what: str, why: str = "", try_: str = ""
    ) -> Problem:
        """Return a problem with this agreement at a path."""
        return Problem(what, spec.place(path), why, try_ or self.instead, self.name)
