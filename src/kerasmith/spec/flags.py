"""Flags to tables: what a command line says, in the form of a `kerasmith.toml`.

A recipe or a spec file gives the tables to begin with; each flag then adds an entry or changes
the one of the same name. Nothing is checked here but the form of a flag.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from kerasmith.catalogue.backends import USUAL_BACKEND
from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.features import FEATURES, USUAL_FEATURES
from kerasmith.catalogue.flow import Flow
from kerasmith.catalogue.inputs import INPUT_KINDS, InputKind
from kerasmith.catalogue.outputs import OUTPUT_KINDS, OutputKind
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.spec.collect import Origin, Origins
from kerasmith.spec.feature_flags import FeatureFlags
from kerasmith.spec.keys import key_names
from kerasmith.spec.names import suggested_part, suggested_project
from kerasmith.spec.read import SECTIONS, problems_of, read_spec
from kerasmith.spec.specification import Spec, asked_extent
from kerasmith.spec.toml import TooDeep, check_form, parsed


@dataclass(frozen=True)
class Flags:
    """The selection flags of a command, as they were typed.

    `folder` is the name of the destination, the project's own name where nothing else says one.
    """

    name: str | None = None
    folder: str | None = None
    description: str | None = None
    inputs: Sequence[str] = ()
    outputs: Sequence[str] = ()
    quantiles: str | None = None
    share: Sequence[str] = ()
    branching: Sequence[str] = ()
    api: str | None = None
    purpose: str | None = None
    backend: str | None = None
    with_: Sequence[str] = ()
    without: Sequence[str] = ()
    set: Sequence[str] = ()


def spec_from_flags(flags: Flags, base: Mapping[str, object] | None = None) -> Spec:
    """Return the spec that the flags ask for, on top of the tables of a recipe or a spec file.

    Raises KerasmithError with every mistake, in the flags' form and in what they say.
    """
    return read_flags(flags, base)[1]


def read_flags(
    flags: Flags, base: Mapping[str, object] | None = None
) -> tuple[dict[str, Any], Spec]:
    """Return the tables as the flags change them, and the spec that they say.

    Raises KerasmithError with every mistake, in the flags' form and in what they say.
    """
    tables, origins, problems = tables_from_flags(flags, base)
    if problems:
        raise KerasmithError(*problems)
    return tables, read_spec(tables, origins)


def tables_from_flags(
    flags: Flags, base: Mapping[str, object] | None = None
) -> tuple[dict[str, Any], Origins, tuple[Problem, ...]]:
    """Return the tables that the flags ask for, which flag says what, and what is wrong or missing.

    Raises KerasmithError where not even the form of the tables is right.
    """
    check_form(base or {}, {})
    edit = _Edit(deepcopy(dict(base or {})))
    edit.apply(flags)
    return edit.tables, edit.origins, (*edit.problems, *problems_of(edit.tables, edit.origins))


def folder_s_name(folder: str) -> Origin:
    """Return where a name comes from that nobody said: the folder."""
    return Origin(f"the destination's name, {folder}", f"--name {suggested_project(folder)}")


@dataclass
class _Edit:
    """Tables as the flags change them; `origins` remembers which flag a path came from."""

    tables: dict[str, Any]
    origins: dict[str, Origin] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def apply(self, flags: Flags) -> None:
        for text in flags.inputs:
            self.entry("inputs", "--input", text, INPUT_KINDS)
        for text in flags.outputs:
            self.entry("outputs", "--output", text, OUTPUT_KINDS)
        if flags.quantiles is not None:
            self.quantiles(flags.quantiles)
        for text in flags.share:
            self.shared(text)
        self.project(flags)
        for text in flags.branching:
            self.branching(text)
        for text in flags.set:
            self.set(text)

    def project(self, flags: Flags) -> None:
        """Take the flags that name keys of `[project]`, and the folder's name."""
        project = self.section("project")
        if flags.folder is not None and "name" not in project:
            project["name"] = flags.folder
            self.origins["project.name"] = folder_s_name(flags.folder)
        for key in ("name", "description", "api", "purpose", "backend"):
            value = getattr(flags, key)
            if value is not None:
                project[key] = value
                self.origins[f"project.{key}"] = Origin(f"--{key} {value}", f"--{key} VALUE")
        if flags.with_ or flags.without:
            self.features(project, FeatureFlags.read(flags.with_, flags.without))

    def features(self, project: dict[str, Any], flags: FeatureFlags) -> None:
        """Take `--with` and `--without`, which change what the tables say or what is usual.

        What leads back to the usual features leaves no key behind.
        """
        given = project.get("features", USUAL_FEATURES)
        jobs = project.get("jobs", ())  # an older word for some of them
        lists = isinstance(given, list | tuple) and isinstance(jobs, list | tuple)
        words = [*given, *jobs] if lists else [None]
        before = [word for word in words if isinstance(word, str) and word in FEATURES]
        backend = project.get("backend", USUAL_BACKEND)
        self.problems += flags.problems(before, backend)
        if before != words:
            return  # the reader says what is wrong with them
        project.pop("jobs", None)
        if "stream" in flags.without:  # which a key of [data] may ask for
            self.tables.get("data", {}).pop("stream", None)
        project["features"] = list(flags.chosen(before, backend))
        if {*before} != {*USUAL_FEATURES} == {*project["features"]}:
            del project["features"]
        said = " ".join(f"--with {word}" for word in flags.with_)
        self.origins["project.features"] = Origin(said or "--without")

    def problem(self, what: str, where: str, why: str = "", try_: str = "") -> None:
        self.problems.append(Problem(what, where, why, try_))

    def section(self, name: str) -> dict[str, Any]:
        section: object = self.tables.setdefault(name, {})
        return section if isinstance(section, dict) else {}

    def entries(self, section: str) -> list[Any]:
        entries: object = self.tables.setdefault(section, [])
        return entries if isinstance(entries, list) else []

    def dicts(self, section: str) -> list[dict[str, Any]]:
        """Return the entries of a section that are tables, as they should be."""
        return [each for each in self.entries(section) if isinstance(each, dict)]

    def find(self, section: str, name: str) -> int | None:
        """Return the place of the entry of that name."""
        for place, entry in enumerate(self.entries(section)):
            if isinstance(entry, dict) and entry.get("name") == name:
                return place
        return None

    def put(self, section: str, entry: dict[str, object], origin: Origin) -> None:
        """Add the entry, or put it in the place of the one of the same name."""
        place = self.find(section, str(entry.get("name")))
        if place is None or f"{section}[{place}]" in self.origins:
            place = len(self.entries(section))
            self.entries(section).append(entry)
        else:
            self.entries(section)[place] = entry
        self.origins[f"{section}[{place}]"] = origin

    def entry(
        self,
        section: str,
        flag: str,
        text: str,
        kinds: Mapping[str, type[InputKind] | type[OutputKind]],
    ) -> None:
        """Take `NAME:KIND[:SIZE][=ENCODER]`."""
        words, equals, encoder = text.partition("=") if section == "inputs" else (text, "", "")
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
        if equals:
            entry["encoder"] = encoder
        known = kind or next(iter(kinds.values()))
        meant = known.size_meant(size)
        right = ":".join(filter(None, (suggested_part(name), known.kind, meant)))
        self.put(section, entry, Origin(f"{flag} {text}", f"{flag} {right}"))

    def quantiles(self, text: str) -> None:
        """Take `10,50,90` for each output that can have quantiles."""
        where = f"--quantiles {text}"
        kinds = [name for name, kind in OUTPUT_KINDS.items() if "quantiles" in key_names(kind)]
        outputs = [each for each in self.dicts("outputs") if each.get("kind") in kinds]
        if not outputs:
            self.problem(
                "There is no output that has quantiles.",
                where,
                f"Kinds of output that have them: {', '.join(kinds)}.",
                f"--output ahead:{kinds[0]}",
            )
        for entry in outputs:
            entry["quantiles"] = [toml_value(each.strip()) for each in text.split(",")]
            path = f"outputs[{self.entries('outputs').index(entry)}].quantiles"
            self.origins[path] = Origin(where, "--quantiles 10,50,90")

    def shared(self, text: str) -> None:
        """Take `[NAME=]INPUT,INPUT…`."""
        name, equals, inputs = text.rpartition("=")
        entry: dict[str, object] = {"inputs": inputs.split(",")}
        if equals:
            entry["name"] = name
        self.entries("shared").append(entry)
        place = f"shared[{len(self.entries('shared')) - 1}]"
        self.origins[place] = Origin(f"--share {text}", "--share left,right")

    def branching(self, text: str) -> None:
        """Take `[NAME=]FLOW`: choose the first encoder in which data flows so."""
        name, equals, flow = text.rpartition("=")
        where = f"--branching {text}"
        if flow not in list(Flow):
            self.problem(f"There is no branching {flow!r}.", where, try_=did_you_mean(flow, Flow))
            return
        inputs = self.dicts("inputs")
        chosen = [each for each in inputs if not equals or each.get("name") == name]
        if inputs and not chosen:
            known = [str(each.get("name")) for each in inputs]
            self.problem(f"There is no input {name!r}.", where, try_=did_you_mean(name, known))
        for entry in chosen:
            kind = INPUT_KINDS.get(str(entry.get("kind")))
            if kind is None:
                continue  # said elsewhere
            flows = self._flows(kind)
            fitting = [encoder for encoder, each in flows.items() if each == flow]
            if fitting:
                change_encoder(entry, fitting)
            else:
                known = sorted({each.value for each in flows.values()} - {Flow.OWN.value})
                known += [Flow.OWN.value] if Flow.OWN in flows.values() else []
                self.problem(
                    f"No encoder for {kind.kind} inputs branches so: {flow!r}.",
                    where,
                    f"Known: {', '.join(known)}.",
                    f"--branching {name + '=' if name else ''}{known[0]}",
                )

    def _flows(self, kind: type[InputKind]) -> dict[str, Flow]:
        """Return how data flows in each encoder of a kind that gives what the outputs ask."""
        kinds = (OUTPUT_KINDS.get(str(each.get("kind"))) for each in self.dicts("outputs"))
        asked = asked_extent(kind, filter(None, kinds))
        encoders = encoders_for(kind).items()
        return {name: encoder.flow for name, encoder in encoders if encoder.gives is asked}

    def set(self, text: str) -> None:
        """Take `PATH=VALUE`: `project.api=auto`, `inputs.photo.shape=[8, 8, 1]`."""
        path, equals, written = text.partition("=")
        keys = path.split(".")
        if not equals or not all(keys):
            self.problem(
                f"{shortened(text)} is not PATH=VALUE.", f"--set {text}", _PATHS, _SET_EXAMPLE
            )
        elif found := self.table(keys, f"--set {text}"):
            place, table = found
            try:
                table[keys[-1]] = toml_value(written)
            except TooDeep:
                self.problem("This is nested too deeply to be a spec.", f"--set {text[:80]}")
            origin = Origin(f"--set {text}", f"--set {path}=VALUE")
            self.origins[f"{place}.{keys[-1]}" if place else keys[-1]] = origin

    def table(self, keys: list[str], where: str) -> tuple[str, dict[str, Any]] | None:
        """Return the path of the table that the last key is set in, and the table."""
        if len(keys) == 1:
            return "", self.tables
        section = keys[0]
        if section not in SECTIONS:
            self.problem(
                f"There is no section {shortened(section)}.",
                where,
                try_=did_you_mean(section, SECTIONS),
            )
        elif len(keys) == 2 and section in ("project", "model", "data"):
            return section, self.section(section)
        elif len(keys) == 3 and section in ("inputs", "outputs", "shared"):
            return self.named(section, keys[1], where)
        else:
            self.problem(f"{'.'.join(keys)!r} is not a path to a key.", where, _PATHS, _SET_EXAMPLE)
        return None

    def named(self, section: str, name: str, where: str) -> tuple[str, dict[str, Any]] | None:
        """Return the path of the entry of that name, and the entry."""
        place = self.find(section, name)
        if place is not None:
            return f"{section}[{place}]", self.entries(section)[place]
        entries = [each for each in self.entries(section) if isinstance(each, dict)]
        known = [str(each["name"]) for each in entries if "name" in each]
        one = "shared encoder" if section == "shared" else section.removesuffix("s")
        what = f"There is no {one} called {name!r}."
        self.problem(what, where, try_=did_you_mean(name, known) if known else "name one first")
        return None


_PATHS = (
    "A path is SECTION.KEY in project, model and data, and SECTION.NAME.KEY in inputs, outputs and "
    "shared."
)
_SET_EXAMPLE = "--set inputs.photo.encoder=cnn"


def change_encoder(entry: dict[str, object], fitting: Sequence[str]) -> None:
    """Give an input the first fitting encoder; the hyperparameters of another one go with it."""
    named = entry.get("encoder")
    if named in fitting:
        return
    before = encoders_for(INPUT_KINDS[str(entry["kind"])]).get(str(named))
    for key in key_names(before) if before else ():
        entry.pop(key, None)
    entry["encoder"] = fitting[0]


def toml_value(written: str) -> object:
    """Return what TOML reads; a bare word stands for itself.

    Raises TooDeep.
    """
    try:
        tables = parsed(f"value = {written}")
    except TooDeep:
        raise
    except ValueError:
        return written
    return tables["value"] if len(tables) == 1 else written
