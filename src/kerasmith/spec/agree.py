"""What must agree across the entries of a spec: names, columns, sharing, merging."""

import re
from collections.abc import Iterator

from msgspec import UNSET

from kerasmith.catalogue.backends import BACKENDS
from kerasmith.catalogue.encoders import MOST_PARAMETERS
from kerasmith.catalogue.endings import FOLDERS, form_of
from kerasmith.catalogue.features import FEATURES
from kerasmith.catalogue.inputs import INPUT_KINDS, Series
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import Forecast
from kerasmith.errors import did_you_mean
from kerasmith.spec.collect import Collector, Tables
from kerasmith.spec.names import clash, suggested_part, why_not_part
from kerasmith.spec.refusals import (
    COLUMNS,
    FOLDERS_HOLD,
    FORECAST_ALONE,
    FORECAST_WINDOWS,
    MISFIT,
    NAMES,
    NEEDS,
    OTHER_BACKEND,
    OWN_NAMES,
    SHARED_ONCE,
    SHARED_UNLIKE,
    STREAMS,
    TOO_LARGE,
    UNMERGED,
    VALUES,
)
from kerasmith.spec.specification import Input, Output, Shared, Spec


def names(collect: Collector, tables: Tables, shared: list[Shared | None]) -> None:
    """Check that every name stands once, and that none could name another's layer."""
    kinds = {name: entry.get("kind") for _, name, entry in said_names("inputs", tables)}
    parts = [(path, name) for s in ("inputs", "outputs") for path, name, _ in said_names(s, tables)]
    stems = [
        (f"shared[{number}]", each.stem(str(kinds.get(each.inputs[0], "shared"))))
        for number, each in enumerate(shared)
        if each
    ]
    seen: dict[str, str] = {}
    for path, name in parts + stems:
        if name in seen:
            collect.problem(
                f"{path}.name",
                f"The name {name!r} stands already at {collect.place(seen[name])}.",
                "Inputs, outputs and shared encoders each need a name of their own.",
                another_name(name, path, seen[name]),
                NAMES,
            )
        seen.setdefault(name, path)
    for path, stem in stems:
        if why := why_not_part(stem):
            collect.problem(
                f"{path}.name",
                f"Nothing can be called {stem!r}.",
                why,
                suggested_part(f"my {stem} encoder"),
            )
    for path, name in parts + stems:
        if other := clash(name, seen):
            collect.problem(
                f"{path}.name",
                f"The name {name!r} could be that of a layer of {other!r}.",
                try_=name.replace("_", ""),
                refusal=NAMES,
            )


def columns(collect: Collector, inputs: list[Input | None], outputs: list[Output | None]) -> None:
    """Check that no two columns of the data table have one name."""
    seen: dict[str, str] = {}
    parts: dict[str, Input | Output | None] = {
        **{f"inputs[{number}]": each for number, each in enumerate(inputs)},
        **{f"outputs[{number}]": each for number, each in enumerate(outputs)},
    }
    for path, each in parts.items():
        for column in each.kind.columns_of(each.name) if each else ():
            if each and seen.setdefault(column, each.name) != each.name:
                collect.problem(
                    f"{path}.name",
                    f"{each.name!r} and {seen[column]!r} both have a column {column!r}.",
                    "What goes in and out stands in one table, each column once.",
                    suggested_part(f"my {each.name}"),
                    COLUMNS,
                )


def sharing(
    collect: Collector, inputs: list[Input | None], groups: list[Shared | None], declared: list[str]
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
                collect.problem(
                    path,
                    f"There is no input {name!r}.",
                    try_=did_you_mean(name, declared),
                    refusal=SHARED_ONCE,
                )
            elif name in taken:
                collect.problem(
                    path,
                    f"{name!r} is shared twice.",
                    "One encoder reads an input, once.",
                    refusal=SHARED_ONCE,
                )
            taken.add(name)
        members = [by_name[name] for name in shared.inputs if name in by_name]
        for other in members[1:]:
            if other.kind != members[0].kind:
                collect.problem(
                    path,
                    f"{members[0].name!r} and {other.name!r} cannot share an encoder.",
                    "Shared inputs are of one kind and size. Received: "
                    f"{written(members[0])} and {written(other)}",
                    f"--input {other.name}:{members[0].kind.kind}:{members[0].kind.to_flag()}",
                    SHARED_UNLIKE,
                )
            elif (other.encoder, other.knobs) != (members[0].encoder, members[0].knobs):
                collect.problem(
                    path,
                    f"{members[0].name!r} and {other.name!r} name different encoders.",
                    "Inputs that share an encoder name the same one, with the same knobs.",
                    "the same encoder for each, or for none of them",
                    SHARED_UNLIKE,
                )


def heads(collect: Collector, outputs: list[Output | None], input_kinds: list[object]) -> None:
    """Check that what is found in an image has one."""
    for number, output in enumerate(outputs):
        needed = output.kind.needs if output else ""
        if output and needed and needed not in input_kinds:
            example = INPUT_KINDS[needed].size_hint
            # Where no input says its kind yet, one that is needed may still come
            say = collect.problem if any(input_kinds) else collect.lacking
            say(
                f"outputs[{number}]",
                f"{output.name!r} is a {output.kind.kind}, and no input is of kind {needed!r}.",
                f"A {output.kind.kind} is found in one.",
                f"--input my_{needed}:{needed}:{example}",
                NEEDS,
            )


def forecasts(collect: Collector, inputs: list[Input | None], outputs: list[Output | None]) -> None:
    """Check that a forecast stands alone: examples are windows of one long table then."""
    if not any(each and isinstance(each.kind, Forecast) for each in outputs):
        return
    if len(outputs) > 1:
        collect.problem(
            "outputs",
            "A forecast is the only output of its model.",
            FORECAST_ALONE.sentence,
            "one output of kind forecast, or none",
            FORECAST_ALONE,
        )
    steps = {each.kind.steps for each in inputs if each and isinstance(each.kind, Series)}
    for number, given in enumerate(inputs):
        if given and not isinstance(given.kind, Series):
            collect.problem(
                f"inputs[{number}]",
                f"{given.name!r} cannot be read for a forecast.",
                "With a forecast, all inputs are series: windows of one long table.",
                f"--input {given.name}:series:24x1",
                FORECAST_WINDOWS,
            )
        elif given and len(steps) > 1:
            collect.problem(
                f"inputs[{number}]",
                f"{given.name!r} reads {given.kind.tensor_shape[0]} steps, another input others.",
                "For a forecast all series are windows of the same length.",
                f"--input {given.name}:series:{max(steps)}x{given.kind.tensor_shape[1]}",
                FORECAST_WINDOWS,
            )


def fits(collect: Collector, path: str, each: Input) -> None:
    """Check that the encoder works for the size of its input."""
    encoder = each.chosen_encoder()
    if why := encoder.problem(each.kind):
        collect.problem(
            path,
            f"The encoder {encoder.encoder!r} does not fit {each.name!r}.",
            why,
            MISFIT.instead,
            MISFIT,
        )
    elif (count := encoder.parameters(each.kind)) > MOST_PARAMETERS:
        collect.problem(
            path,
            f"The encoder {encoder.encoder!r} of {each.name!r} would have {count:,} parameters.",
            f"At most {MOST_PARAMETERS:,} are taken as meant.",
            TOO_LARGE.instead,
            TOO_LARGE,
        )


def merging(collect: Collector, spec: Spec) -> None:
    """Check that the features of these inputs can be merged as asked for."""
    if spec.model.merge is UNSET:
        return
    widths = tuple(each.chosen_encoder().features(each.kind) for each in spec.inputs)
    if len(widths) == 1:
        collect.problem(
            "model.merge",
            "There is nothing to merge: one input gives all the features.",
            try_="leave merge out, or add an input",
            refusal=UNMERGED,
        )
    elif why := MERGES[spec.model.merge].problem(widths):
        collect.problem(
            "model.merge",
            f"{spec.model.merge!r} does not work here.",
            why,
            collect.instead("model.merge", "concatenate"),
            UNMERGED,
        )


def data(collect: Collector, spec: Spec) -> None:
    """Check that the columns are there under their names, and that the form can hold them."""
    parts: dict[str, Input | Output] = {
        **{f"inputs[{number}]": each for number, each in enumerate(spec.inputs)},
        **{f"outputs[{number}]": each for number, each in enumerate(spec.outputs)},
    }
    for path, each in parts.items():
        others = {
            column
            for other in parts.values()
            if other is not each
            for column in other.kind.columns_of(other.column or other.name)
        }
        if each.column and each.kind.columns_of(each.column) == each.kind.columns_of(each.name):
            collect.problem(
                f"{path}.column",
                f"The {each.kind.kind} {each.name!r} has no column of its own to name.",
                OWN_NAMES.sentence,
                "leave it out",
                OWN_NAMES,
            )
        elif met := sorted(others & {*spec.renamed(each), *spec.renamed(each).values()}):
            collect.problem(
                f"{path}.column",
                f"{each.name!r} and another one both mean a column {met[0]!r}.",
                OWN_NAMES.sentence,
                "another name",
                OWN_NAMES,
            )
    _folders(collect, spec)
    _stream(collect, spec)
    _missing(collect, spec)
    _labels(collect, spec)


def _missing(collect: Collector, spec: Spec) -> None:
    """Check that what stands for nothing is no class or value as well."""
    parts: tuple[Input | Output, ...] = (*spec.inputs, *spec.outputs)
    for each in parts:
        columns = [column.values or () for column in getattr(each.kind, "columns", ())]
        words = {
            *getattr(each.kind, "classes", ()),
            *getattr(each.kind, "values", ()),
            *(value for values in columns for value in values),
        }
        if met := sorted(words & {*spec.data.missing}):
            collect.problem(
                "data.missing",
                f"{met[0]!r} stands for nothing, and for something in {each.name!r}.",
                VALUES.sentence,
                "leave it out of one of them",
                VALUES,
            )


def _labels(collect: Collector, spec: Spec) -> None:
    """Check that no label holds what stands between labels, or is put into brackets or quotes."""
    marks = {each.name: each.labels for each in spec.data.columns if each.labels is not UNSET}
    for each in spec.outputs:
        mark = marks.get(each.column or each.name)
        for label in getattr(each.kind, "classes", ()) if mark else ():
            if mark in label or label != label.strip(" []'\""):
                collect.problem(
                    "data.columns",
                    f"The label {label!r} of {each.name!r} holds what stands around labels.",
                    f"They are said to be joined by {mark!r}.",
                    "another label",
                    VALUES,
                )


def features(collect: Collector, spec: Spec) -> None:
    """Check that the backend can do what the features ask of it."""
    backend = spec.project.backend
    for name in spec.project.chosen_features():
        feature = FEATURES[name]
        if feature.backends and backend not in feature.backends:
            collect.problem(
                "project.jobs" if name in spec.project.jobs else "project.features",
                f"The feature {name!r} does not work with {BACKENDS[backend].title}.",
                OTHER_BACKEND.sentence,
                f"--backend {feature.backends[0]}",
                OTHER_BACKEND,
            )


_FOLDER = re.compile(r"[^./\\:*?\"<>|~][^/\\:*?\"<>|]*")
"""What a folder is called on any system."""


def _folders(collect: Collector, spec: Spec) -> None:
    """Check that images in class folders can say all that the spec asks for."""
    kinds = [*(each.kind.kind for each in spec.inputs), *(each.kind.kind for each in spec.outputs)]
    folders = spec.data.path is not UNSET and form_of(spec.data.path) == FOLDERS
    if folders and (kinds != ["image", "category"] or spec.data.split != "random"):
        collect.problem(
            "data.path",
            f"A folder of images cannot hold all of this: {', '.join(kinds)}, "
            f"split {spec.data.split}.",
            FOLDERS_HOLD.sentence,
            FOLDERS_HOLD.instead,
            FOLDERS_HOLD,
        )
    elif folders:
        classes = getattr(spec.outputs[0].kind, "classes", ())
        if odd := [each for each in classes if not _FOLDER.fullmatch(each)]:
            collect.problem(
                "outputs[0].classes",
                f"No folder is called {odd[0]!r}.",
                "With images in class folders, a class is called as its folder is.",
                'a name without any of /\\:*?"<>| and without a dot at the beginning',
                FOLDERS_HOLD,
            )


def _stream(collect: Collector, spec: Spec) -> None:
    """Check that the data can be read as a stream, where they are to be."""
    if not spec.data.stream:
        return
    forecast = any(isinstance(each.kind, Forecast) for each in spec.outputs)
    folders = spec.data.path is not UNSET and form_of(spec.data.path) == FOLDERS
    if forecast or folders or spec.data.split != "random":
        held = "a forecast" if forecast else "a folder of images" if folders else "rows in order"
        collect.problem(
            "data.stream",
            f"The data of {held} cannot be read as a stream.",
            STREAMS.sentence,
            collect.instead("data.stream", False),
            STREAMS,
        )


def written(each: Input) -> str:
    """Return an input as a flag writes it."""
    return f"{each.name}:{each.kind.kind}:{each.kind.to_flag()}"


def another_name(name: str, path: str, taken: str) -> str:
    """Return a name for what stands at `path`, where its own is taken."""
    section, other = path.partition("[")[0], taken.partition("[")[0]
    if section == other:
        return f"{name}_2"
    return {"outputs": f"predicted_{name}", "shared": f"shared_{name}"}.get(
        section, f"given_{name}"
    )


def said_names(section: str, tables: Tables) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield path, name and table of the entries that say a name, whatever else is wrong."""
    entries = tables.get(section)
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        name = entry.get("name") if isinstance(entry, dict) else None
        if isinstance(name, str):
            yield f"{section}[{number}]", name, entry


def said_kinds(section: str, tables: Tables) -> Iterator[object]:
    """Yield the kinds that the entries say, whatever else is wrong."""
    entries = tables.get(section)
    for entry in entries if isinstance(entries, list) else ():
        yield entry.get("kind") if isinstance(entry, dict) else None
