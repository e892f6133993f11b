"""Check the user's words and turn them into a spec; all mistakes at once.

The *tables* are what `tomllib` gives for a `kerasmith.toml`; flags and recipes come in the same
form. A *path* says where in them a mistake stands: `inputs[0].shape`.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, Struct
from msgspec.structs import fields

from kerasmith.catalogue.encoders import MOST_PARAMETERS, encoders_for
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Category, OutputKind
from kerasmith.catalogue.words import Name
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.spec.model import (
    FORMAT,
    MOST_INPUTS,
    DataWishes,
    Input,
    ModelWishes,
    Output,
    Project,
    Shared,
    Spec,
)
from kerasmith.spec.names import clash, recipe_names, why_not_part, why_not_project

Tables = Mapping[str, object]
T = TypeVar("T", bound=Struct)
C = TypeVar("C")

SECTIONS = ("format", "project", "inputs", "outputs", "shared", "model", "data")


def load_spec(path: Path) -> Spec:
    """Read a `kerasmith.toml`.

    Raises KerasmithError with everything that is wrong with it.
    """
    return read_spec(read_tables(path))


def read_tables(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file, unchecked.

    Raises KerasmithError where the file cannot be read or is not TOML, with line and column.
    """
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise KerasmithError(
            Problem(f"{path} cannot be read.", why=error.strerror or str(error))
        ) from error
    except UnicodeDecodeError as error:
        raise KerasmithError(
            Problem(f"{path} is not UTF-8 text.", why=f"Byte {error.start}: {error.reason}.")
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise KerasmithError(Problem(f"{path} is not valid TOML.", why=f"{error}.")) from error
    except RecursionError as error:
        raise KerasmithError(Problem(f"{path} is nested too deeply to be a spec.")) from error


def read_spec(tables: Tables, origins: Mapping[str, str] | None = None) -> Spec:
    """Check the tables of a spec; `origins` names the flag that a path came from.

    Raises KerasmithError with every mistake that was found.
    """
    reader = _Reader(origins or {})
    spec = reader.spec(tables)
    if spec is None or reader.problems:
        raise KerasmithError(*reader.problems)
    return spec


@dataclass
class _Reader:
    """Reads table by table and collects what is wrong."""

    origins: Mapping[str, str]
    problems: list[Problem] = field(default_factory=list)

    def spec(self, tables: Tables) -> Spec | None:
        self.known_keys("", tables, SECTIONS)
        if tables.get("format", FORMAT) != FORMAT:
            self.problem(
                "format",
                f"This kerasmith reads format {FORMAT}, not {shortened(tables['format'])}.",
                try_=f"format = {FORMAT}, or upgrade kerasmith",
            )
        project = self.section("project", tables, Project)
        if project and (why := why_not_project(project.name)):
            self.problem(
                "project.name",
                f"A project cannot be called {project.name!r}.",
                why,
                try_=f"{project.name}-model",
            )
        inputs = [self.input(*each) for each in self.entries("inputs", tables)]
        outputs = [self.output(*each) for each in self.entries("outputs", tables)]
        shared = [self.struct(*each, Shared) for each in self.entries("shared", tables)]
        model = self.section("model", tables, ModelWishes)
        data = self.section("data", tables, DataWishes)
        if data and data.sample is not UNSET:
            self.choice("data.sample", data.sample, dict.fromkeys(recipe_names()), "recipe")
        self.some("inputs", inputs, "--input photo:image:28x28x1")
        self.some("outputs", outputs, "--output digit:category:10")
        self.names(inputs, outputs, shared)
        self.sharing(inputs, shared, {entry.get("name") for _, entry in self.quietly(tables)})
        self.heads(outputs, {entry.get("kind") for _, entry in self.quietly(tables)})
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
        self.merging(spec)
        return spec

    @staticmethod
    def quietly(tables: Tables) -> Iterator[tuple[str, dict[str, object]]]:
        """Yield the entries of the inputs; what is wrong with them has been said."""
        return _Reader({}).entries("inputs", tables)

    # === Tables and keys ===

    def problem(self, path: str, what: str, why: str = "", try_: str = "") -> None:
        origin = next((self.origins[p] for p in _upwards(path) if p in self.origins), "")
        self.problems.append(Problem(what, origin or path, why, try_))

    def known_keys(self, path: str, table: Tables, known: Iterable[str]) -> None:
        known = tuple(known)
        for key in table:
            if key not in known:
                where = f"{path}.{key}" if path else key
                self.problem(
                    where, f"There is no key {shortened(key)} here.", try_=did_you_mean(key, known)
                )

    def table(self, path: str, value: object) -> dict[str, object] | None:
        if isinstance(value, dict):
            return value
        self.problem(path, f"{path} is a table of keys.", f"Received: {shortened(value)}")
        return None

    def entries(self, section: str, tables: Tables) -> Iterator[tuple[str, dict[str, object]]]:
        entries = tables.get(section, [])
        if not isinstance(entries, list):
            self.problem(
                section,
                f"{section} is a list of tables.",
                f"Received: {shortened(entries)}",
                f"write [[{section}]], not [{section}]",
            )
            return
        for number, entry in enumerate(entries):
            path = f"{section}[{number}]"
            if (table := self.table(path, entry)) is not None:
                yield path, table

    def some(self, section: str, found: list[Any], flag: str) -> None:
        if not found and not any(each.where.startswith(section) for each in self.problems):
            self.problem(section, f"A model needs at least one of {section}.", try_=flag)
        if len(found) > MOST_INPUTS:
            self.problem(section, f"{len(found)} {section} are more than {MOST_INPUTS}.")

    def section(self, section: str, tables: Tables, struct: type[T]) -> T | None:
        table = self.table(section, tables.get(section, {}))
        return None if table is None else self.struct(section, table, struct)

    def struct(self, path: str, table: Tables, struct: type[T]) -> T | None:
        self.known_keys(path, table, key_names(struct))
        values = self.values(path, table, struct)
        return None if values is None else struct(**values)

    def values(
        self, path: str, table: Tables, struct: type[Struct], only_given: bool = False
    ) -> dict[str, object] | None:
        """Return the checked values of the struct's fields that stand in the table."""
        before = len(self.problems)
        values = {}
        for each in fields(struct):
            if each.name in table:
                values[each.name] = self.value(f"{path}.{each.name}", table[each.name], each.type)
            elif each.required and not only_given:
                description, example = described(each.type)
                self.problem(
                    f"{path}.{each.name}",
                    f"{each.name!r} is missing.",
                    description,
                    as_toml(each.name, example),
                )
        return None if len(self.problems) > before else values

    def value(self, path: str, value: object, type_: object) -> object:
        """Return the value as the type it must have."""
        try:
            return msgspec.convert(value, type_)
        except msgspec.ValidationError as error:
            description, example = described(type_)
            inside = re.search(r" - at `\$(.*)`", str(error))
            key = re.sub(r".*\.", "", path)
            choices = [c for c in _literals(type_) if isinstance(c, str)]
            self.problem(
                path + (inside[1] if inside else ""),
                f"{key} = {shortened(value)} does not work.",
                description,
                did_you_mean(value, choices) if choices else as_toml(key, example),
            )
            return None

    def choice(self, path: str, word: object, known: Mapping[str, C], what: str) -> C | None:
        """Return what a word stands for."""
        if isinstance(word, str) and word in known:
            return known[word]
        self.problem(path, f"There is no {what} {shortened(word)}.", try_=did_you_mean(word, known))
        return None

    # === Entries ===

    def input(self, path: str, table: dict[str, object]) -> Input | None:
        name = self.name(path, table)
        kind = self.kind(path, table, INPUT_KINDS, "kind of input")
        if kind is None:
            return None
        sizes = self.values(path, table, kind)
        encoder = None
        if "encoder" in table:
            choices = encoders_for(kind)
            encoder = self.choice(
                f"{path}.encoder", table["encoder"], choices, f"encoder for an {kind.kind} input"
            )
            if encoder is None:
                return None
        keys = ["name", "kind", "encoder", *key_names(kind)]
        knobs: dict[str, object] | None = {}
        if encoder is None:
            self.no_knobs(path, table, kind, keys)
        else:
            knobs = self.values(path, table, encoder, only_given=True)
            keys += key_names(encoder)
        self.known_keys(path, table, keys)
        if name is None or sizes is None or knobs is None:
            return None
        found = Input(name, kind(**sizes), encoder, knobs)
        self.fits(path, found)
        return found

    def no_knobs(self, path: str, table: Tables, kind: type[InputKind], keys: list[str]) -> None:
        """Say of a knob without an encoder which encoder to name; it then counts as known."""
        for encoder in encoders_for(kind).values():
            for knob in key_names(encoder):
                if knob in table and knob not in keys:
                    keys.append(knob)
                    self.problem(
                        f"{path}.{knob}",
                        f"{knob!r} is a knob of an encoder, and no encoder is named.",
                        try_=f'encoder = "{encoder.encoder}"',
                    )

    def output(self, path: str, table: dict[str, object]) -> Output | None:
        name = self.name(path, table)
        kind = self.kind(path, table, OUTPUT_KINDS, "kind of output")
        if kind is None:
            return None
        self.known_keys(path, table, ["name", "kind", *key_names(kind)])
        options = self.values(path, table, kind)
        if name is None or options is None:
            return None
        head: OutputKind = msgspec.convert(options, kind)
        if isinstance(head, Category):
            self.distinct(f"{path}.classes", head.classes)
        return Output(name, head)

    def distinct(self, path: str, classes: tuple[str, ...]) -> None:
        for text, count in Counter(classes).items():
            if count > 1:
                self.problem(path, f"The class {shortened(text)} stands here {count} times.")

    def name(self, path: str, table: Tables) -> str | None:
        name = self.values(path, table, Named)
        if name is None:
            return None
        text = str(name["name"])
        if why := why_not_part(text):
            self.problem(f"{path}.name", f"Nothing can be called {text!r}.", why, f"my_{text}")
        return text

    def kind(self, path: str, table: Tables, kinds: Mapping[str, C], what: str) -> C | None:
        if "kind" not in table:
            self.problem(f"{path}.kind", "'kind' is missing.", f"Known: {', '.join(kinds)}")
            return None
        return self.choice(f"{path}.kind", table["kind"], kinds, what)

    # === What must agree across entries ===

    def names(
        self,
        inputs: list[Input | None],
        outputs: list[Output | None],
        shared: list[Shared | None],
    ) -> None:
        """Check that every name stands once, and that none could name another's layer."""
        seen: dict[str, str] = {}
        kinds = {each.name: each.kind.kind for each in inputs if each}
        members = {name for each in shared if each for name in each.inputs}
        named = [(f"inputs[{n}]", each.name) for n, each in enumerate(inputs) if each]
        named += [(f"outputs[{n}]", each.name) for n, each in enumerate(outputs) if each]
        stems = [
            (f"shared[{n}]", each.stem(kinds.get(each.inputs[0], "shared")))
            for n, each in enumerate(shared)
            if each
        ]
        for path, name in named + stems:
            if name in seen:
                self.problem(
                    f"{path}.name",
                    f"The name {name!r} stands at {seen[name]} already.",
                    "Inputs, outputs and shared encoders each need a name of their own.",
                    f"{name}_2" if path.startswith(seen[name][:5]) else f"{name}_{path[:-4]}",
                )
            seen.setdefault(name, path)
        for path, stem in stems:
            if why := why_not_part(stem):
                self.problem(f"{path}.name", f"Nothing can be called {stem!r}.", why)
        layers = {name for _, name in named + stems if name not in members or name in kinds}
        for path, name in named:
            if stem := clash(name, layers - {name}):
                self.problem(
                    f"{path}.name",
                    f"The name {name!r} could be that of a layer of {stem!r}.",
                    try_=name.replace("_", ""),
                )

    def sharing(
        self, inputs: list[Input | None], groups: list[Shared | None], declared: set[object]
    ) -> None:
        """Check that shared inputs exist, are alike, and are shared once."""
        by_name = {each.name: each for each in inputs if each}
        taken: set[str] = set()
        for number, shared in enumerate(groups):
            if shared is None:
                continue
            path = f"shared[{number}].inputs"
            for name in shared.inputs:
                if name not in declared:
                    known = map(str, declared)
                    self.problem(
                        path, f"There is no input {name!r}.", try_=did_you_mean(name, known)
                    )
                elif name in taken:
                    self.problem(path, f"{name!r} is shared twice.")
                taken.add(name)
            members = [by_name[name] for name in shared.inputs if name in by_name]
            for other in members[1:]:
                if other.kind != members[0].kind:
                    self.problem(
                        path,
                        f"{members[0].name!r} and {other.name!r} cannot share an encoder.",
                        "Shared inputs are of one kind and size. Received: "
                        f"{written(members[0])} and {written(other)}",
                        f"--input {other.name}:{members[0].kind.kind}:{members[0].kind.to_flag()}",
                    )
                elif (other.encoder, other.knobs) != (members[0].encoder, members[0].knobs):
                    self.problem(
                        path,
                        f"{members[0].name!r} and {other.name!r} name different encoders.",
                        "Inputs that share an encoder name the same one, with the same knobs.",
                    )

    def heads(self, outputs: list[Output | None], input_kinds: set[object]) -> None:
        for number, output in enumerate(outputs):
            if output and output.kind.needs_image and "image" not in input_kinds:
                self.problem(
                    f"outputs[{number}]",
                    f"{output.name!r} is a {output.kind.kind}, and no input is an image to "
                    "find it in.",
                    try_="--input photo:image:64x64x3",
                )

    def fits(self, path: str, each: Input) -> None:
        """Check that the encoder works for the size of its input."""
        encoder = each.chosen_encoder()
        if why := encoder.problem(each.kind):
            self.problem(
                path,
                f"The encoder {encoder.encoder!r} does not fit {each.name!r}.",
                why,
                "fewer stages, a larger image, or another encoder",
            )
        elif (count := encoder.parameters(each.kind)) > MOST_PARAMETERS:
            self.problem(
                path,
                f"The encoder {encoder.encoder!r} of {each.name!r} would have {count:,} "
                "parameters.",
                f"At most {MOST_PARAMETERS:,} are taken as meant.",
                "a smaller size, or another encoder",
            )

    def merging(self, spec: Spec) -> None:
        if spec.model.merge is UNSET:
            return
        merge = self.choice("model.merge", spec.model.merge, MERGES, "merge")
        widths = tuple(each.chosen_encoder().features(each.kind) for each in spec.inputs)
        if len(widths) == 1:
            self.problem(
                "model.merge",
                "There is nothing to merge: one input gives all the features.",
                try_="leave merge out, or add an input",
            )
        elif merge and (why := merge.problem(widths)):
            self.problem(
                "model.merge", f"{merge.name!r} does not work here.", why, 'merge = "concatenate"'
            )


class Named(Struct):
    """What every entry has."""

    name: Name


def key_names(struct: type[Struct]) -> list[str]:
    """Return the keys that the struct stands for."""
    return [each.name for each in fields(struct)]


def written(each: Input) -> str:
    """Return an input as a flag writes it."""
    return f"{each.name}:{each.kind.kind}:{each.kind.to_flag()}"


def described(type_: object) -> tuple[str, object]:
    """Return the sentence and the example that a type carries."""
    for meta in _metas(type_):
        if meta.description:
            return meta.description, (meta.examples or [None])[0]
    return "", None


def as_toml(key: str, example: object) -> str:
    """Return `key = example` as TOML writes it; JSON's strings, numbers and lists are TOML's."""
    return f"{key} = {json.dumps(example)}"


def _metas(type_: object) -> Iterator[Meta]:
    """Find what is said of a type, outermost first."""
    yield from (meta for meta in getattr(type_, "__metadata__", ()) if isinstance(meta, Meta))
    for part in get_args(type_):
        yield from _metas(part)


def _literals(type_: object) -> tuple[object, ...]:
    """Return the words that a type allows; empty where it is not a choice of words."""
    if get_origin(type_) is Literal:
        return get_args(type_)
    parts = get_args(type_)[:1] if hasattr(type_, "__metadata__") else get_args(type_)
    return tuple(word for part in parts for word in _literals(part))


def _upwards(path: str) -> Iterator[str]:
    """Yield the path, then the table it stands in, and so on up."""
    while path:
        yield path
        path = re.sub(r"(\.[^.\[\]]*|\[\d+\]|[^.\[\]]+)$", "", path)
