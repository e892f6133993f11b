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
from kerasmith.spec.names import (
    clash,
    recipe_names,
    suggested,
    suggested_project,
    why_not_part,
    why_not_project,
)

Tables = Mapping[str, object]
T = TypeVar("T", bound=Struct)
C = TypeVar("C")

SECTIONS = ("format", "project", "inputs", "outputs", "shared", "model", "data")

DEEPEST = 8
"""Tables and lists inside each other at the most; a spec needs four."""


@dataclass(frozen=True)
class Origin:
    """The flag that a path came from, and how it is written right: `VALUE` stands for the value."""

    flag: str
    instead: str = ""


Origins = Mapping[str, Origin]


def load_spec(path: Path) -> Spec:
    """Read a `kerasmith.toml`.

    Raises KerasmithError with everything that is wrong with it.
    """
    return read_spec(read_tables(path))


def read_tables(path: Path) -> dict[str, object]:
    """Return the tables of a TOML file, unchecked.

    Raises KerasmithError where the file cannot be read or is not TOML, with line and column.
    """
    where = str(path)
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        inside = path / "kerasmith.toml"
        problem = Problem(
            "The spec file cannot be read.",
            where,
            f"{error.strerror or error}.",
            str(inside) if inside.is_file() else "",
        )
    except UnicodeDecodeError as error:
        problem = Problem(
            "The spec file is not UTF-8 text.", where, f"Byte {error.start}: {error.reason}."
        )
    except RecursionError:
        problem = Problem("The spec file is nested too deeply to be a spec.", where)
    except ValueError as error:  # not only TOMLDecodeError: int() refuses thousands of digits
        problem = Problem("The spec file is not valid TOML.", where, f"{error}.")
    raise KerasmithError(problem)


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


def check_form(tables: Tables, origins: Origins) -> None:
    """Check what only flags and programs can get wrong: text that is none, endless nesting.

    Raises KerasmithError; every later stage may recurse into the tables and encode their text.
    """
    problems = []
    todo: list[tuple[str, int, object]] = [("", 0, tables)]
    while todo:
        path, depth, value = todo.pop()
        where = _origin(path, origins).flag or path
        if depth > DEEPEST:
            raise KerasmithError(Problem("This is nested too deeply to be a spec.", where))
        if isinstance(value, str) and not value.isascii() and not _encodable(value):
            problems.append(Problem(f"{shortened(value)} is not text.", where, "It is no UTF-8."))
        elif isinstance(value, dict):
            todo += ((path, depth + 1, key) for key in value)
            todo += ((f"{path}.{key}" if path else key, depth + 1, value[key]) for key in value)
        elif isinstance(value, list):
            todo += ((f"{path}[{n}]", depth + 1, each) for n, each in enumerate(value))
    if problems:
        raise KerasmithError(*problems)


@dataclass
class _Reader:
    """Reads table by table and collects what is wrong."""

    origins: Origins
    problems: list[Problem] = field(default_factory=list)

    def spec(self, tables: Tables) -> Spec | None:
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
        model = self.section("model", tables, ModelWishes)
        data = self.section("data", tables, DataWishes)
        if (sample := _text("data", "sample", tables)) is not None:
            self.choice("data.sample", sample, dict.fromkeys(recipe_names()), "recipe")
        if (merge := _text("model", "merge", tables)) is not None:
            self.choice("model.merge", merge, MERGES, "merge")
        self.some("inputs", inputs, "--input photo:image:28x28x1")
        self.some("outputs", outputs, "--output digit:category:10")
        self.names(tables, shared)
        self.columns(inputs, outputs)
        self.sharing(inputs, shared, [name for _, name, _ in _named("inputs", tables)])
        self.heads(outputs, list(_kinds("inputs", tables)))
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

    # === Tables and keys ===

    def problem(self, path: str, what: str, why: str = "", try_: str = "") -> None:
        self.problems.append(Problem(what, self.place(path), why, try_))

    def place(self, path: str) -> str:
        """Return where something stands: the flag that says it, or its path."""
        return _origin(path, self.origins).flag or path

    def instead(self, path: str, value: object) -> str:
        """Return what would be right, in the form of the flag or of the file."""
        right = _origin(path, self.origins).instead
        key = re.sub(r".*\.", "", path)
        if not right:
            return as_toml(key, value)
        if not right.endswith("VALUE"):
            return right
        plain = isinstance(value, str) and " " not in value
        return right.removesuffix("VALUE") + (str(value) if plain else json.dumps(value))

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
                f"[[{section}]]",
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
            self.problem(
                section,
                f"{len(found)} {section} are too many.",
                f"A starter project has {MOST_INPUTS} at the most.",
            )

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
                    self.instead(f"{path}.{each.name}", example),
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
                did_you_mean(value, choices) if choices else self.instead(path, example),
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
                f"{path}.encoder", table["encoder"], choices, f"encoder for {kind.kind} inputs"
            )
        keys = ["name", "kind", "encoder", *key_names(kind)]
        knobs: dict[str, object] | None = {}
        if encoder:
            knobs = self.values(path, table, encoder, only_given=True)
            keys += key_names(encoder)
        elif "encoder" in table:  # an unknown one, which has been said: any knob may be its own
            knobs = None
            keys += (knob for each in encoders_for(kind).values() for knob in key_names(each))
        else:
            self.no_knobs(path, table, kind, keys)
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
                        try_=f"{as_toml('encoder', encoder.encoder)}, beside it",
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
            self.problem(
                f"{path}.name",
                f"Nothing can be called {text!r}.",
                why,
                suggested(f"my {text}", "_", "part"),
            )
        return text

    def kind(self, path: str, table: Tables, kinds: Mapping[str, C], what: str) -> C | None:
        if "kind" not in table:
            self.problem(
                f"{path}.kind",
                "'kind' is missing.",
                f"Known: {', '.join(kinds)}",
                self.instead(f"{path}.kind", next(iter(kinds))),
            )
            return None
        return self.choice(f"{path}.kind", table["kind"], kinds, what)

    # === What must agree across entries ===

    def names(self, tables: Tables, shared: list[Shared | None]) -> None:
        """Check that every name stands once, and that none could name another's layer."""
        kinds = {name: entry.get("kind") for _, name, entry in _named("inputs", tables)}
        parts = [(path, name) for s in ("inputs", "outputs") for path, name, _ in _named(s, tables)]
        stems = [
            (f"shared[{number}]", each.stem(str(kinds.get(each.inputs[0], "shared"))))
            for number, each in enumerate(shared)
            if each
        ]
        seen: dict[str, str] = {}
        for path, name in parts + stems:
            if name in seen:
                self.problem(
                    f"{path}.name",
                    f"The name {name!r} stands already at {self.place(seen[name])}.",
                    "Inputs, outputs and shared encoders each need a name of their own.",
                    another_name(name, path, seen[name]),
                )
            seen.setdefault(name, path)
        for path, stem in stems:
            if why := why_not_part(stem):
                self.problem(
                    f"{path}.name",
                    f"Nothing can be called {stem!r}.",
                    why,
                    suggested(f"my {stem} encoder", "_", "my_encoder"),
                )
        for path, name in parts + stems:
            if other := clash(name, seen):
                self.problem(
                    f"{path}.name",
                    f"The name {name!r} could be that of a layer of {other!r}.",
                    try_=name.replace("_", ""),
                )

    def columns(self, inputs: list[Input | None], outputs: list[Output | None]) -> None:
        """Check that no two columns of the data table have one name."""
        seen: dict[str, str] = {}
        parts: dict[str, Input | Output | None] = {
            **{f"inputs[{number}]": each for number, each in enumerate(inputs)},
            **{f"outputs[{number}]": each for number, each in enumerate(outputs)},
        }
        for path, each in parts.items():
            for column in each.kind.columns(each.name) if each else ():
                if each and seen.setdefault(column, each.name) != each.name:
                    self.problem(
                        f"{path}.name",
                        f"{each.name!r} and {seen[column]!r} both have a column {column!r}.",
                        "What goes in and out stands in one table, each column once.",
                        suggested(f"my {each.name}", "_", "part"),
                    )

    def sharing(
        self, inputs: list[Input | None], groups: list[Shared | None], declared: list[str]
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
                    self.problem(
                        path, f"There is no input {name!r}.", try_=did_you_mean(name, declared)
                    )
                elif name in taken:
                    self.problem(
                        path, f"{name!r} is shared twice.", "One encoder reads an input, once."
                    )
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
                        "the same encoder for each, or for none of them",
                    )

    def heads(self, outputs: list[Output | None], input_kinds: list[object]) -> None:
        """Check that what is found in an image has one."""
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
        """Check that the features of these inputs can be merged as asked for."""
        if spec.model.merge is UNSET:
            return
        widths = tuple(each.chosen_encoder().features(each.kind) for each in spec.inputs)
        if len(widths) == 1:
            self.problem(
                "model.merge",
                "There is nothing to merge: one input gives all the features.",
                try_="leave merge out, or add an input",
            )
        elif why := MERGES[spec.model.merge].problem(widths):
            self.problem(
                "model.merge",
                f"{spec.model.merge!r} does not work here.",
                why,
                self.instead("model.merge", "concatenate"),
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


def another_name(name: str, path: str, taken: str) -> str:
    """Return a name for what stands at `path`, where its own is taken."""
    section, other = path.partition("[")[0], taken.partition("[")[0]
    if section == other:
        return f"{name}_2"
    return {"outputs": f"predicted_{name}", "shared": f"shared_{name}"}.get(
        section, f"given_{name}"
    )


def _text(section: str, key: str, tables: Tables) -> str | None:
    """Return the text that a section says under a key, whatever else is wrong."""
    table = tables.get(section)
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, str) else None


def _named(section: str, tables: Tables) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield path, name and table of the entries that say a name, whatever else is wrong."""
    entries = tables.get(section)
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str):
            yield f"{section}[{number}]", name, entry


def _kinds(section: str, tables: Tables) -> Iterator[object]:
    """Yield the kinds that the entries say, whatever else is wrong."""
    entries = tables.get(section)
    for entry in entries if isinstance(entries, list) else ():
        yield entry.get("kind") if isinstance(entry, dict) else None


def _origin(path: str, origins: Origins) -> Origin:
    """Return the flag that a path came from, or the table that it stands in."""
    while path not in origins:
        end = max(path.rfind("."), path.rfind("["))
        if end <= 0:
            return Origin("")
        path = path[:end]
    return origins[path]


def _encodable(text: str) -> bool:
    """Say whether the text is Unicode that a file can hold: what is no UTF-8 in a flag is not."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
