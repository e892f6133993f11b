"""What a spec starts from: one of six, and the tables that each gives."""

from __future__ import annotations

import shlex
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from kerasmith.cli.request import ModelFlags, StartFlags
from kerasmith.errors import KerasmithError, Problem

if TYPE_CHECKING:
    from kerasmith.dataset.bring import CopiedData
    from kerasmith.dataset.propose import DataOptions, Proposal
    from kerasmith.saved_model.like import ModelImport
    from kerasmith.spec.specification import Spec

Tables = dict[str, Any]


class _Start(ABC):
    """A start, whatever it is."""

    whole: ClassVar[bool] = True
    """Whether a whole model is there, so that only what surrounds it is asked."""
    keeps_name: ClassVar[bool] = False
    """Whether a project keeps the name that is said here, wherever it is written."""

    @abstractmethod
    def tables(self) -> Tables:
        """Return the tables to start with."""

    def flags(self) -> tuple[str, ...]:
        """Return the flags that lead to these tables, where their spec alone cannot say it."""
        return ()


@dataclass(frozen=True)
class FromNothing(_Start):
    """Flags and answers say everything."""

    whole: ClassVar[bool] = False

    def tables(self) -> Tables:
        """Return none."""
        return {}


@dataclass(frozen=True)
class FromRecipe(_Start):
    """A recipe, by its name."""

    recipe: str

    def tables(self) -> Tables:
        """Return the recipe's tables."""
        from kerasmith.spec.recipes import load_recipe

        return load_recipe(self.recipe).tables


@dataclass(frozen=True)
class FromSpec(_Start):
    """A spec file."""

    path: Path
    keeps_name: ClassVar[bool] = True

    def tables(self) -> Tables:
        """Return what the file says."""
        from kerasmith.spec.toml import read_tables

        return read_tables(self.path)


@dataclass(frozen=True)
class FromProject(_Start):
    """A project whose answers are the defaults of new ones."""

    folder: Path
    whole: ClassVar[bool] = False

    def tables(self) -> Tables:
        """Return what its kerasmith.toml says."""
        from kerasmith.project.wanted import read_wanted

        return read_wanted(self.folder)[1]


@dataclass(frozen=True)
class FromModel(_Start):
    """A saved Keras model, and what a project has of it and what not."""

    model: ModelImport

    def tables(self) -> Tables:
        """Return the tables of a model like it."""
        return self.model.tables

    def flags(self) -> tuple[str, ...]:
        """Return the flag that names it."""
        return ("--like", str(self.model.path))


@dataclass(frozen=True)
class FromData(_Start):
    """A data file: what is proposed for it, what is copied of it, and what was said about it.

    `asked` says that somebody was asked about it, `beside` are the flags that say something
    else than what is in the data.
    """

    proposal: Proposal
    copied: CopiedData
    options: DataOptions
    asked: bool = False
    beside: Sequence[str] = ()

    def tables(self) -> Tables:
        """Return the tables that are proposed."""
        return self.copied.tables

    def flags(self) -> tuple[str, ...]:
        """Return the flags that lead to them."""
        from kerasmith.dataset.propose import command_for

        return tuple(shlex.split(command_for(self.proposal, self.options, "name"))[3:])

    def check(self, spec: Spec) -> None:
        """Check that the data have what a spec asks of them beside inputs and outputs."""
        from kerasmith.dataset.said import check_group, check_named

        check_group(self.proposal, spec.data.group or "")
        check_named(self.proposal, "data.series", spec.data.series or "")

    def command(self, spec: Spec, *, asked: bool) -> str:
        """Return the command that starts with these data and makes the spec; empty if none does.

        What somebody was `asked` and answered becomes flags behind those of the data.
        """
        from kerasmith.dataset.propose import command_for
        from kerasmith.spec.command import flags_between
        from kerasmith.spec.read import read_spec

        tables = self.tables()
        command = command_for(self.proposal, self.options, spec.project.name)
        project = {**tables["project"], "name": spec.project.name}
        found = read_spec({**tables, "project": project})
        more = flags_between(found, spec) if asked or found == spec else self.beside
        return "" if more is None else shlex.join([*shlex.split(command), *more])


Start = FromRecipe | FromSpec | FromData | FromModel | FromProject | FromNothing


def named_start(flags: StartFlags) -> FromRecipe | FromSpec | FromNothing:
    """Return the start that a recipe or a spec file is.

    Raises KerasmithError where both are named.
    """
    only_one({"--recipe": flags.recipe, "--spec": flags.spec_file})
    if flags.recipe is not None:
        return FromRecipe(flags.recipe)
    return FromNothing() if flags.spec_file is None else FromSpec(flags.spec_file)


def only_one(starts: Mapping[str, object]) -> None:
    """Check that flags name one start at the most."""
    said = [f"{flag} {value}" for flag, value in starts.items() if value is not None]
    if len(said) > 1:
        raise KerasmithError(
            Problem(
                "A model starts from one of these, not from several: a recipe, a spec file, a "
                "project, a saved model, data.",
                where=" ".join(said),
                try_="one of them, and --input, --output or --set for what differs",
            )
        )


def tables_of(start: Start, *, named: bool) -> Tables:
    """Return the tables to start with; a project `named` by its folder may lose another name."""
    tables = start.tables()
    project = tables.get("project")
    if start.keeps_name or not (named and isinstance(project, dict)):
        return tables
    return {**tables, "project": {key: project[key] for key in project if key != "name"}}


def selected_spec(start: Start, flags: ModelFlags, folder: str | None = None) -> Spec:
    """Return the spec that flags ask for on top of a start."""
    from kerasmith.spec.flags import spec_from_flags

    return spec_from_flags(flags.flags(folder), tables_of(start, named=folder is not None))


NOTHING_GIVEN = Problem(
    "No inputs or outputs given.",
    why="Missing: --input NAME:KIND[:SIZE] and --output NAME:KIND[:SIZE], or --recipe, or --spec, "
    "or --data.",
    try_="--recipe digits, or --input photo:image:28x28x1 --output digit:category:10",
)
