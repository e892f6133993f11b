"""Flags to tables: what a command line says, in the form of a `kerasmith.toml`.

A recipe or a spec file gives the tables to begin with; each flag then adds an entry or changes
the one of the same name. Nothing is checked here but the form of a flag.
"""

import tomllib
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.spec.model import Spec
from kerasmith.spec.read import read_spec


@dataclass(frozen=True)
class Flags:
    """The selection flags of a command, as they were typed."""

    name: str = ""
    description: str = ""
    inputs: Sequence[str] = ()
    outputs: Sequence[str] = ()
    share: Sequence[str] = ()
    branching: Sequence[str] = ()
    api: str = ""
    purpose: str = ""
    set: Sequence[str] = ()


def spec_from_flags(flags: Flags, base: Mapping[str, object] | None = None) -> Spec:
    """Return the spec that the flags ask for, on top of the tables of a recipe or a spec file.

    Raises KerasmithError with every mistake, in the flags' form and in what they say.
    """
    edit = _Edit(deepcopy(dict(base or {})))
    edit.apply(flags)
    try:
        spec = read_spec(edit.tables, edit.origins)
    except KerasmithError as error:
        raise KerasmithError(*edit.problems, *error.problems) from None
    if edit.problems:
        raise KerasmithError(*edit.problems)
    return spec


@dataclass
class _Edit:
    """Tables as the flags change them; `origins` remembers which flag a path came from."""

    tables: dict[str, Any]
    origins: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def apply(self, flags: Flags) -> None:
        for text in flags.inputs:
            self.entry("inputs", "--input", text, INPUT_KINDS)
        for text in flags.outputs:
            self.entry("outputs", "--output", text, OUTPUT_KINDS)
        for text in flags.share:
            self.shared(text)
        for key in ("name", "description", "api", "purpose"):
            if value := getattr(flags, key):
                self.section("project")[key] = value
                self.origins[f"project.{key}"] = f"--{key} {value}"
        for text in flags.branching:
            self.branching(text)
        for text in flags.set:
            self.set(text)

    def problem(self, what: str, where: str, why: str = "", try_: str = "") -> None:
        self.problems.append(Problem(what, where, why, try_))

    def section(self, name: str) -> dict[str, Any]:
        section: dict[str, Any] = self.tables.setdefault(name, {})
        return section if isinstance(section, dict) else {}

    def entries(self, section: str) -> list[Any]:
        entries: list[Any] = self.tables.setdefault(section, [])
        return entries if isinstance(entries, list) else []

    def find(self, section: str, name: str) -> int | None:
        """Return the place of the entry of that name."""
        for place, entry in enumerate(self.entries(section)):
            if isinstance(entry, dict) and entry.get("name") == name:
                return place
        return None

    def put(self, section: str, entry: dict[str, object], flag: str) -> None:
        """Add the entry, or put it in the place of the one of the same name."""
        place = self.find(section, str(entry.get("name")))
        if place is None or f"{section}[{place}]" in self.origins:
            place = len(self.entries(section))
            self.entries(section).append(entry)
        else:
            self.entries(section)[place] = entry
        self.origins[f"{section}[{place}]"] = flag

    def entry(
        self,
        section: str,
        flag: str,
        text: str,
        kinds: Mapping[str, type[InputKind]] | Mapping[str, type[OutputKind]],
    ) -> None:
        """Take `NAME:KIND[:SIZE][=ENCODER]`."""
        words, encoder = text, ""
        if section == "inputs":
            words, _, encoder = text.partition("=")
        name, _, rest = words.partition(":")
        word, _, size = rest.partition(":")
        kind = kinds.get(word)
        if not word:
            form = "NAME:KIND[:SIZE]" + ("[=ENCODER]" if section == "inputs" else "")
            self.problem(
                f"{shortened(text)} does not say a kind.",
                flag,
                f"The form is {form}. Kinds: {', '.join(kinds)}.",
                f"{flag} {name or 'photo'}:{next(iter(kinds))}",
            )
            return
        entry: dict[str, object] = {"name": name, "kind": word}
        if kind:
            entry |= kind.from_flag(size)
        if encoder:
            entry["encoder"] = encoder
        self.put(section, entry, f"{flag} {text}")

    def shared(self, text: str) -> None:
        """Take `[NAME=]INPUT,INPUT…`."""
        name, equals, inputs = text.rpartition("=")
        entry: dict[str, object] = {"inputs": inputs.split(",")}
        if equals:
            entry["name"] = name
        self.entries("shared").append(entry)
        self.origins[f"shared[{len(self.entries('shared')) - 1}]"] = f"--share {text}"

    def branching(self, text: str) -> None:
        """Take `[NAME=]FLOW`: choose the first encoder in which data flows so."""
        name, _, flow = text.rpartition("=")
        where = f"--branching {text}"
        if flow not in list(Flow):
            self.problem(f"There is no branching {flow!r}.", where, try_=did_you_mean(flow, Flow))
            return
        chosen = [e for e in self.entries("inputs") if not name or e.get("name") == name]
        if not chosen:
            known = [str(each.get("name")) for each in self.entries("inputs")]
            self.problem(f"There is no input {name!r}.", where, try_=did_you_mean(name, known))
        for entry in chosen:
            kind = INPUT_KINDS.get(str(entry.get("kind")))
            if kind is None:
                continue  # said elsewhere
            fitting = [e for e, encoder in encoders_for(kind).items() if encoder.flow == flow]
            if fitting:
                entry["encoder"] = fitting[0]
            else:
                flows = sorted({encoder.flow.value for encoder in encoders_for(kind).values()})
                self.problem(
                    f"No encoder for an {kind.kind} input branches so: {flow!r}.",
                    where,
                    f"Known: {', '.join(flows)}.",
                    f"--branching {name + '=' if name else ''}{flows[0]}",
                )

    def set(self, text: str) -> None:
        """Take `PATH=VALUE`: `project.api=auto`, `inputs.photo.shape=[8, 8, 1]`."""
        path, equals, written = text.partition("=")
        keys = path.split(".")
        where = f"--set {text}"
        if not equals or len(keys) not in (2, 3) or not all(keys):
            self.problem(
                f"{shortened(text)} is not PATH=VALUE.",
                where,
                "A path is SECTION.KEY, or SECTION.NAME.KEY where entries have names.",
                "--set inputs.photo.encoder=cnn",
            )
            return
        table: dict[str, Any] | None
        if len(keys) == 2:
            table, place = self.section(keys[0]), keys[0]
        else:
            number = self.find(keys[0], keys[1])
            if number is None:
                known = [str(e.get("name")) for e in self.entries(keys[0]) if isinstance(e, dict)]
                self.problem(
                    f"There is none of {keys[0]} called {keys[1]!r}.",
                    where,
                    try_=did_you_mean(keys[1], known) if known else f"known: {', '.join(known)}",
                )
                return
            table, place = self.entries(keys[0])[number], f"{keys[0]}[{number}]"
        table[keys[-1]] = toml_value(written)
        self.origins[f"{place}.{keys[-1]}"] = where


def toml_value(written: str) -> object:
    """Return what TOML reads; a bare word stands for itself."""
    try:
        tables = tomllib.loads(f"value = {written}")
    except tomllib.TOMLDecodeError:
        return written
    return tables["value"] if len(tables) == 1 else written
