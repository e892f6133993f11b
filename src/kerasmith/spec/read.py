"""Check the user's words and turn them into a spec; all mistakes at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kerasmith.catalogue.encoders import ENCODERS, Encoder, encoders_for, kinds_read_by
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.catalogue.recipe_folders import RECIPES
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.spec.agreements import AGREEMENTS, Partial
from kerasmith.spec.collect import C, Collector, Origins, Tables
from kerasmith.spec.keys import Named, as_toml, key_names
from kerasmith.spec.names import (
    suggested_part,
    suggested_project,
    why_not_part,
    why_not_project,
)
from kerasmith.spec.specification import (
    FORMAT,
    DataSection,
    Input,
    ModelSection,
    Output,
    Project,
    Shared,
    Spec,
)
from kerasmith.spec.toml import check_form, read_tables

SECTIONS = ("format", "project", "inputs", "outputs", "shared", "model", "data")


def load_spec(path: Path) -> Spec:
    """Read a `kerasmith.toml`.

    Raises KerasmithError with everything that is wrong with it.
    """
    return read_spec(read_tables(path))


def read_spec(tables: Tables, origins: Origins | None = None) -> Spec:
    """Check the tables of a spec; `origins` names the flag that a path came from.

    Raises KerasmithError with every mistake that was found.
    """
    check_form(tables, origins or {})
    reader = _Reader(origins or {})
    spec = reader.spec(tables)
    if spec is None or reader.problems:
        raise KerasmithError(*reader.problems)
    return spec


def problems_of(tables: Tables, origins: Origins | None = None) -> tuple[Problem, ...]:
    """Return every mistake in the tables of a spec, and what they leave to say."""
    try:
        read_spec(tables, origins)
    except KerasmithError as error:
        return error.problems
    return ()


def read_input(entry: dict[str, object]) -> Input | None:
    """Return the input that an entry says; None where something is wrong with it or missing."""
    reader, path = _Reader({}), "inputs[0]"
    found = reader.input(path, entry)
    inputs = {path: found} if found else {}
    reader.agree(Partial({"inputs": [entry]}, {}, inputs, outputs={}, shared={}))
    return None if reader.problems else found


def read_output(entry: dict[str, object]) -> Output | None:
    """Return the output that an entry says; None where something is wrong with it or missing."""
    reader = _Reader({})
    found = reader.output("outputs[0]", entry)
    return None if reader.problems or (found and found.kind.problem()) else found


class _Reader(Collector):
    """Reads section by section, entry by entry."""

    def spec(self, tables: Tables) -> Spec | None:
        for section in ("inputs", "outputs", "shared"):
            self.few(section, tables)
        if self.problems:
            return None
        self.known_keys("", tables, SECTIONS)
        self.format(tables)
        partial = self.partial(tables)
        self.words(tables, partial.project)
        self.some("inputs", tuple(partial.entries("inputs")), "--input photo:image:28x28x1")
        self.some("outputs", tuple(partial.entries("outputs")), "--output digit:category:10")
        for path, stem in partial.stems():
            self.free(f"{path}.name", stem, f"my {stem} encoder")
        self.agree(partial)
        if not self.problems:
            self.agree(partial, of_whole=True)
        return None if self.problems else partial.whole()

    def format(self, tables: Tables) -> None:
        version = tables.get("format", FORMAT)
        if version != FORMAT or isinstance(version, bool):
            self.problem(
                "format",
                f"This kerasmith reads format {FORMAT}, not {shortened(version)}.",
                try_=f"format = {FORMAT}, or upgrade kerasmith",
            )

    def partial(self, tables: Tables) -> Partial:
        """Read each section and each entry by itself."""
        project = self.section("project", tables, Project)
        inputs = {path: self.input(path, table) for path, table in self.entries("inputs", tables)}
        outputs = {path: self.output(path, t) for path, t in self.entries("outputs", tables)}
        shared = {path: self.struct(path, t, Shared) for path, t in self.entries("shared", tables)}
        return Partial(
            tables,
            self.origins,
            inputs={path: each for path, each in inputs.items() if each},
            outputs={path: each for path, each in outputs.items() if each},
            shared={path: each for path, each in shared.items() if each},
            project=project,
            model=self.section("model", tables, ModelSection),
            data=self.section("data", tables, DataSection),
        )

    def words(self, tables: Tables, project: Project | None) -> None:
        """Check the words that name what kerasmith knows, and the name of the project."""
        if (name := _text("project", "name", tables)) and (why := why_not_project(name)):
            self.problem(
                "project.name",
                f"A project cannot be called {name!r}.",
                why,
                self.instead("project.name", suggested_project(name)),
            )
        for key in ("features", "jobs"):
            for place, word in enumerate(getattr(project, key, ()) or ()):
                self.choice(f"project.{key}[{place}]", word, FEATURES, "feature")
        if (sample := _text("data", "sample", tables)) is not None:
            self.choice("data.sample", sample, RECIPES, "recipe")
        if (merge := _text("model", "merge", tables)) is not None:
            self.choice("model.merge", merge, MERGES, "merge")

    def agree(self, partial: Partial, *, of_whole: bool = False) -> None:
        """Check that the entries agree, where the rest may be wrong or in a whole that is not."""
        for agreement in AGREEMENTS:
            if agreement.of_whole is of_whole:
                for problem in agreement.problems(partial):
                    self.add(problem)

    def free(self, path: str, name: str, like: str) -> None:
        """Check that no other thing of generated code has a name."""
        if why := why_not_part(name):
            self.problem(path, f"Nothing can be called {name!r}.", why, suggested_part(like))

    def input(self, path: str, table: dict[str, object]) -> Input | None:
        name, column = self.name(path, table)
        kind = self.kind(path, table, INPUT_KINDS, "kind of input")
        if kind is None:
            return None
        sizes = self.values(path, table, kind)
        encoder = None
        if "encoder" in table:
            encoder = self.encoder(f"{path}.encoder", table["encoder"], kind)
        keys = [*key_names(Named), "kind", "encoder", *key_names(kind)]
        hyperparameters: dict[str, object] | None = {}
        if encoder:
            hyperparameters = self.values(path, table, encoder, only_given=True)
            keys += key_names(encoder)
        elif "encoder" in table:  # a wrong one, which has been said: any key may be its own
            hyperparameters = None
            every = (each for encoders in ENCODERS.values() for each in encoders.values())
            keys += (key for each in every for key in key_names(each))
        else:
            self.no_hyperparameters(path, table, kind, keys)
        self.known_keys(path, table, keys)
        if name is None or sizes is None or hyperparameters is None:
            return None
        return Input(name, kind(**sizes), encoder, hyperparameters, column)

    def encoder(self, path: str, word: object, kind: type[InputKind]) -> type[Encoder[Any]] | None:
        """Return the encoder of that name; none for one of another kind, which agreements see."""
        reads = kinds_read_by(word, kind)
        if reads and kind.kind not in reads:
            return None
        return self.choice(path, word, encoders_for(kind), f"encoder for {kind.kind} inputs")

    def no_hyperparameters(
        self, path: str, table: Tables, kind: type[InputKind], keys: list[str]
    ) -> None:
        """Say of which encoder a hyperparameter is, where none is named; then it is known."""
        if {*table} <= {*keys}:
            return
        for encoder in encoders_for(kind).values():
            for key in key_names(encoder):
                if key in table and key not in keys:
                    keys.append(key)
                    self.problem(
                        f"{path}.{key}",
                        f"{key!r} is a hyperparameter of an encoder, and no encoder is named.",
                        try_=f"{as_toml('encoder', encoder.encoder)}, beside it",
                    )

    def output(self, path: str, table: dict[str, object]) -> Output | None:
        name, column = self.name(path, table)
        kind = self.kind(path, table, OUTPUT_KINDS, "kind of output")
        if kind is None:
            return None
        self.known_keys(path, table, [*key_names(Named), "kind", *key_names(kind)])
        options = self.values(path, table, kind)
        if name is None or options is None:
            return None
        return Output(name, msgspec.convert(options, kind), column)

    def name(self, path: str, table: Tables) -> tuple[str | None, str]:
        """Return the name of an entry, and its column where it says another."""
        named = self.values(path, table, Named)
        if named is None:
            return None, ""
        text = str(named["name"])
        self.free(f"{path}.name", text, text)
        return text, str(named.get("column", ""))

    def kind(self, path: str, table: Tables, kinds: Mapping[str, C], what: str) -> C | None:
        if "kind" not in table:
            self.lacking(
                f"{path}.kind",
                "'kind' is missing.",
                f"Known: {', '.join(kinds)}",
                self.instead(f"{path}.kind", next(iter(kinds))),
            )
            return None
        return self.choice(f"{path}.kind", table["kind"], kinds, what)


def _text(section: str, key: str, tables: Tables) -> str | None:
    """Return the text that a section says under a key, whatever else is wrong."""
    table = tables.get(section)
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, str) else None
