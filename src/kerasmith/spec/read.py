"""Check the user's words and turn them into a spec; all mistakes at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from kerasmith.catalogue.encoders import ENCODERS, Encoder, encoders_for
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.errors import KerasmithError, Problem, shortened
from kerasmith.spec import agree
from kerasmith.spec.collect import C, Collector, Origins, Tables
from kerasmith.spec.keys import Named, as_toml, key_names
from kerasmith.spec.names import (
    recipe_names,
    suggested_part,
    suggested_project,
    why_not_part,
    why_not_project,
)
from kerasmith.spec.refusals import OTHER_KIND, VALUES
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
    reader = _Reader({})
    found = reader.input("inputs[0]", entry)
    return None if reader.problems else found


def read_output(entry: dict[str, object]) -> Output | None:
    """Return the output that an entry says; None where something is wrong with it or missing."""
    reader = _Reader({})
    found = reader.output("outputs[0]", entry)
    return None if reader.problems else found


class _Reader(Collector):
    """Reads section by section, entry by entry."""

    def spec(self, tables: Tables) -> Spec | None:
        for section in ("inputs", "outputs", "shared"):
            self.few(section, tables)
        if self.problems:
            return None
        self.known_keys("", tables, SECTIONS)
        version = tables.get("format", FORMAT)
        if version != FORMAT or isinstance(version, bool):
            self.problem(
                "format",
                f"This kerasmith reads format {FORMAT}, not {shortened(version)}.",
                try_=f"format = {FORMAT}, or upgrade kerasmith",
            )
        project = self.section("project", tables, Project)
        name = _text("project", "name", tables)
        if name and (why := why_not_project(name)):
            self.problem(
                "project.name",
                f"A project cannot be called {name!r}.",
                why,
                self.instead("project.name", suggested_project(name)),
            )
        inputs = [self.input(*each) for each in self.entries("inputs", tables)]
        outputs = [self.output(*each) for each in self.entries("outputs", tables)]
        shared = [self.struct(*each, Shared) for each in self.entries("shared", tables)]
        model = self.section("model", tables, ModelSection)
        data = self.section("data", tables, DataSection)
        for key in ("features", "jobs"):
            for place, word in enumerate(getattr(project, key, ()) or ()):
                self.choice(f"project.{key}[{place}]", word, FEATURES, "feature")
        if (sample := _text("data", "sample", tables)) is not None:
            self.choice("data.sample", sample, dict.fromkeys(recipe_names()), "recipe")
        if (merge := _text("model", "merge", tables)) is not None:
            self.choice("model.merge", merge, MERGES, "merge")
        self.some("inputs", inputs, "--input photo:image:28x28x1")
        self.some("outputs", outputs, "--output digit:category:10")
        agree.names(self, tables, shared)
        agree.columns(self, inputs, outputs)
        agree.sharing(
            self, inputs, shared, [name for _, name, _ in agree.said_names("inputs", tables)]
        )
        agree.forecasts(self, inputs, outputs)
        agree.heads(self, outputs, list(agree.said_kinds("inputs", tables)))
        if self.problems or project is None or model is None or data is None:
            return None
        spec = Spec(
            project=project,
            inputs=tuple(each for each in inputs if each),
            outputs=tuple(each for each in outputs if each),
            shared=tuple(each for each in shared if each),
            model=model,
            data=data,
        )
        agree.merging(self, spec)
        agree.data(self, spec)
        agree.features(self, spec)
        return spec

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
        knobs: dict[str, object] | None = {}
        if encoder:
            knobs = self.values(path, table, encoder, only_given=True)
            keys += key_names(encoder)
        elif "encoder" in table:  # a wrong one, which has been said: any knob may be its own
            knobs = None
            every = (each for encoders in ENCODERS.values() for each in encoders.values())
            keys += (knob for each in every for knob in key_names(each))
        else:
            self.no_knobs(path, table, kind, keys)
        self.known_keys(path, table, keys)
        if name is None or sizes is None or knobs is None:
            return None
        found = Input(name, kind(**sizes), encoder, knobs, column)
        if why := found.kind.problem():
            what = f"The input {name!r} does not work."
            self.problem(path, what, why, VALUES.instead, VALUES)
            return None
        agree.fits(self, path, found)
        return found

    def encoder(self, path: str, word: object, kind: type[InputKind]) -> type[Encoder[Any]] | None:
        """Return the encoder of that name; one of another kind is told apart from a slip."""
        reads = [name for name, encoders in ENCODERS.items() if word in list(encoders)]
        if not reads or kind.kind in reads:
            return self.choice(path, word, encoders_for(kind), f"encoder for {kind.kind} inputs")
        self.problem(
            path,
            f"The encoder {word!r} does not read {kind.kind} inputs.",
            f"It reads inputs of kind {' and '.join(reads)}.",
            f"one for {kind.kind} inputs: {', '.join(encoders_for(kind))}",
            OTHER_KIND,
        )
        return None

    def no_knobs(self, path: str, table: Tables, kind: type[InputKind], keys: list[str]) -> None:
        """Say of a knob without an encoder which encoder to name; it then counts as known."""
        for encoder in encoders_for(kind).values():
            for knob in key_names(encoder):
                if knob in table and knob not in keys:
                    keys.append(knob)
                    self.problem(
                        f"{path}.{knob}",
                        f"{knob!r} is a knob of an encoder, and no encoder is named.",
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
        head: OutputKind = msgspec.convert(options, kind)
        if why := head.problem():
            key = next(iter({"classes"} & set(table)), "")
            where = f"{path}.{key}".rstrip(".")
            what = f"The output {name!r} does not work."
            self.problem(where, what, why, VALUES.instead, VALUES)
        return Output(name, head, column)

    def name(self, path: str, table: Tables) -> tuple[str | None, str]:
        """Return the name of an entry, and its column where it says another."""
        named = self.values(path, table, Named)
        if named is None:
            return None, ""
        text = str(named["name"])
        if why := why_not_part(text):
            self.problem(
                f"{path}.name",
                f"Nothing can be called {text!r}.",
                why,
                suggested_part(text),
            )
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
