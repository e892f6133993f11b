"""Random legal specs over everything in the catalogue.

What is drawn is read off the catalogue's own types, so that a new kind or encoder is drawn too.
"""

import re
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from msgspec import Meta, Struct, UnsetType
from msgspec.structs import fields

from kerasmith.catalogue.backends import BACKENDS, USUAL_BACKEND
from kerasmith.catalogue.encoders import encoders_for
from kerasmith.catalogue.extent import Extent
from kerasmith.catalogue.features import FEATURES, with_needs, works_on
from kerasmith.catalogue.inputs import (
    FEWEST_FITTED,
    INPUT_KINDS,
    CategoryInput,
    Column,
    InputKind,
    Series,
    Table,
    Text,
)
from kerasmith.catalogue.merges import MERGES
from kerasmith.catalogue.outputs import OUTPUT_KINDS, Forecast, Multilabel
from kerasmith.decision.apply_rules import decide
from kerasmith.decision.refusals import REFUSALS
from kerasmith.errors import KerasmithError, Problem
from kerasmith.spec.keys import metas_of
from kerasmith.spec.names import why_not_part, why_not_project
from kerasmith.spec.read import read_spec
from kerasmith.spec.specification import DataSection, Spec
from kerasmith.spec.tables import tables_of

LARGEST = 24
"""Sizes that are drawn stay small, so that models build quickly; checking allows far more."""

Tables = dict[str, Any]

HOSTILE = (
    '"', "'", "\\", '"""', "'''", "{{ 1 }}", "{% raw %}", "{# x #}", "*/", "<!--", "-->", "```",
    "`", "|", "$(x)", "${x}", "#", "- ", "1. ", "[a](b)", "<b>", "&amp;", "%s", "%", "~", "=",
    ":", "\u00e9", "\u4f60\u597d", "\u05e9\u05dc\u05d5\u05dd", "\U0001f415", "e\u0301", "//", "..",
    "../../x", "C:\\", "null", "true", "0x1", "\\n", "\\u0022", "@x", "!", "?", "*", "_a_",
)  # fmt: skip
"""Pieces of text that mean something to some language which the generated files are written in."""

texts = (
    st.lists(
        st.one_of(st.sampled_from(HOSTILE), st.text("abc XYZ019", min_size=1, max_size=8)),
        min_size=1,
        max_size=6,
    )
    .map(lambda pieces: " ".join("".join(pieces).split())[:40].strip())
    .filter(bool)
)
"""One line of printable text, up to 40 characters."""

names = st.one_of(
    st.sampled_from(
        ["photo", "scan", "left", "right", "label", "age", "place", "a", "x1", "b" * 30]
    ),
    st.from_regex(r"[a-z][a-z0-9]{0,6}(_[a-z0-9]{1,5}){0,2}", fullmatch=True),
).filter(lambda name: not why_not_part(name))

project_names = st.one_of(
    st.sampled_from(["pet-finder", "p", "abc", "twelve-chars", "p" * 30]),
    st.from_regex(r"[a-z][a-z0-9]{0,6}([-_][a-z0-9]{1,5}){0,2}", fullmatch=True),
).filter(lambda name: not why_not_project(name))


def feature_sets() -> st.SearchStrategy[list[str]]:
    """Features with what they need, in the order of the catalogue: few, half of them, or all."""
    few = st.lists(st.sampled_from([*FEATURES]), unique=True, max_size=3)
    half = st.tuples(*(st.booleans() for _ in FEATURES)).map(
        lambda picked: [name for name, is_picked in zip(FEATURES, picked, strict=True) if is_picked]
    )
    chosen = st.one_of(few, half, half, st.just([*FEATURES]))
    return chosen.map(lambda names: [*with_needs(names)])


@st.composite
def specs(draw: DrawFn, most: int = 3, free_text: bool = True) -> Spec:
    """Draw a spec that is legal: up to `most` inputs and outputs, with any of their options."""
    return legal(draw(tables_of_specs(most, free_text)))


@st.composite
def specs_with_features(draw: DrawFn, most: int = 3) -> Spec:
    """Draw a legal spec that names its features, each set as likely whatever else is drawn."""
    tables = tables_of(draw(specs(most)))
    tables["project"]["features"] = draw(feature_sets())
    return legal(tables)


def legal(tables: Tables, refused: Counter[str] | None = None) -> Spec:
    """Return the spec of the tables, without those of their choices that cannot be combined.

    Every reason why something was left out is counted in `refused`. A problem without such a
    reason is a mistake of the tool or of these strategies, and raised.
    """
    for _ in range(50):
        try:
            spec = read_spec(tables)
            decide(spec)
        except KerasmithError as error:
            if not all(problem.refusal in REFUSALS for problem in error.problems):
                raise
            if refused is not None:
                refused.update({problem.refusal for problem in error.problems})
            tables = without(tables, error.problems[0])
        else:
            return spec
    raise AssertionError(f"nothing legal is left of {tables}")


def without(tables: Tables, problem: Problem) -> Tables:
    """Leave out what a problem is about, by the place that it names: a key, or a whole entry."""
    if problem.where.startswith("--api"):
        return _without_key(tables, "project", "api")
    section, number, key = PLACE.fullmatch(problem.where).groups()  # type: ignore[union-attr]
    if number is None and key:
        return _without_key(tables, section, key)
    if number is None:  # entries that cannot be beside each other
        return {**tables, section: tables[section][:1]}
    entries = list(tables[section])
    entry = entries[int(number)]
    kind = KINDS.get(section, {}).get(entry.get("kind"))
    own = {"name", "kind", "column", *(each.name for each in fields(kind))} if kind else set()
    if key == "column":
        del (entries := deepcopy(entries))[int(number)]["column"]
    elif kind and not {*entry} <= own:  # without its encoder
        entries[int(number)] = {k: v for k, v in entry.items() if k in own}
    else:
        del entries[int(number)]
    if section == "outputs" and not entries:
        entries = [{"name": "answer", "kind": "binary"}]
    return {**tables, section: entries}


KINDS: dict[str, Any] = {"inputs": INPUT_KINDS, "outputs": OUTPUT_KINDS}
PLACE = re.compile(r"(\w+)(?:\[(\d+)\])?(?:\.(\w+))?(?:\[\d+\])?")


def _without_key(tables: Tables, section: str, key: str) -> Tables:
    return {**tables, section: {k: v for k, v in tables[section].items() if k != key}}


Entry = SearchStrategy[Tables]
"""The keys of an input or output, without its name."""


@st.composite
def specs_with(
    draw: DrawFn,
    first_input: Entry | None = None,
    first_output: Entry | None = None,
    merge: str = "",
    feature: str = "",
    backend: str = USUAL_BACKEND,
) -> Spec:
    """Draw a legal spec on one backend whose sample data are made up, and what it must have.

    That is what the keys of its first entries say, a merge, or a feature.
    """
    tables = draw(tables_of_specs(2, True, first_input, first_output))
    project = tables["project"]
    project["backend"] = backend
    wanted = [*project.pop("features", ()), *([feature] if feature else ())]
    project["features"] = [each for each in with_needs(wanted) if works_on(FEATURES[each], backend)]
    if merge:
        first, *_ = tables["inputs"]
        taken = {each["name"] for each in (*tables["inputs"], *tables["outputs"])}
        name = draw(names.filter(lambda name: name not in taken))
        tables["inputs"] = [first, {**deepcopy(first), "name": name}]
        tables["model"]["merge"] = merge
    return legal({**tables, "data": {}})


def first_drawn(strategy: SearchStrategy[Spec], count: int) -> list[Spec]:
    """Return the first specs that are drawn, the same ones each time."""
    drawn: list[Spec] = []

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[*HealthCheck],
    )
    @given(strategy)
    def draw(spec: Spec) -> None:
        drawn.append(spec)

    draw()
    return drawn


@st.composite
def tables_of_specs(
    draw: DrawFn,
    most: int,
    free_text: bool,
    first_input: Entry | None = None,
    first_output: Entry | None = None,
) -> Tables:
    """Draw the tables of a spec, each key of which is right; they need not go together."""
    count = draw(st.integers(1, most))
    heads = draw(st.integers(1, most))
    chosen = draw(
        st.lists(
            names,
            min_size=count + heads,
            max_size=count + heads,
            unique_by=(lambda name: name, lambda name: name.split("_")[0]),
        )
    )
    if first_input is first_output is None and draw(st.integers(0, 5)) == 0:
        alone = st.one_of(
            _forecasts(chosen[: count + 1]), _everywhere(chosen, free_text), _anomalies(chosen)
        )
        return draw(alone)
    inputs = [draw(_inputs(name)) for name in chosen[:count]]
    if first_input is not None:
        inputs[0] = {"name": chosen[0], **draw(first_input)}
    shared: list[Tables] = []
    if count > 1 and draw(st.booleans()):
        members = chosen[: draw(st.integers(2, count))]
        if draw(st.integers(0, 4)):  # mostly alike, as sharing wants it
            for place, name in enumerate(members):
                inputs[place] = {**deepcopy(inputs[0]), "name": name}
        shared = [{"name": draw(st.sampled_from(["page_encoder", "twin"])), "inputs": members}]
    found = {entry["kind"] for entry in inputs}
    anything = draw(st.integers(0, 4)) == 0
    kinds = [
        kind
        for kind in OUTPUT_KINDS.values()
        if anything
        or (
            kind is not Forecast
            and kind.answers is Extent.ONCE
            and (not kind.kinds_needed() or found & {*kind.kinds_needed()})
        )
    ]
    outputs = [draw(_outputs(name, kinds, free_text)) for name in chosen[count:]]
    if first_output is not None:
        outputs[0] = {"name": chosen[count], **draw(first_output)}
    project = draw(_project(free_text))
    model = draw(
        st.fixed_dictionaries(
            {}, optional={"merge": st.sampled_from(list(MERGES)), "trunk": st.integers(0, 9)}
        )
    )
    data: Tables = draw(_data()) if draw(st.integers(0, 2)) == 0 else {}
    if draw(st.integers(0, 3)) == 0:
        data["stream"] = True
    for entry in (*inputs, *outputs):
        if draw(st.integers(0, 7)) == 0:
            entry["column"] = draw(texts if free_text else names)
        if data and draw(st.integers(0, 3)) == 0:
            said = draw(_data_column(entry))
            data["columns"] = [*data.get("columns", ()), said]
    return {
        "project": project,
        "inputs": inputs,
        "outputs": outputs,
        "shared": shared,
        "model": model,
        "data": data,
    }


@st.composite
def _project(draw: DrawFn, free_text: bool) -> Tables:
    """Draw what a spec says of the project: its backend mostly one that can do its features."""
    project: Tables = {"name": draw(project_names)}
    if free_text and draw(st.booleans()):
        project["description"] = draw(texts)
    project |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "api": st.sampled_from(["auto", "functional", "sequential"]),
                "purpose": st.sampled_from(["prototype", "room-to-grow"]),
                "backend": st.sampled_from(["tensorflow", "jax", "torch"]),
                "features": feature_sets(),
            },
        )
    )
    features = [FEATURES[name] for name in project.get("features", ())]
    able = [name for name in BACKENDS if all(works_on(each, name) for each in features)]
    if features and able and draw(st.integers(0, 4)):
        project["backend"] = draw(st.sampled_from(able))
    return project


@st.composite
def _forecasts(draw: DrawFn, chosen: list[str]) -> Tables:
    """Draw the tables of a forecast: series of one length in, and what follows out."""
    *read, ahead = chosen
    steps = draw(st.integers(1, 12))
    series = [{**draw(_inputs(name, [Series])), "steps": steps} for name in read]
    forecast: Tables = {"name": ahead, "kind": "forecast", "size": draw(st.integers(1, 4))}
    if draw(st.booleans()):
        forecast["quantiles"] = draw(_quantiles)
    for each in series[1:]:
        if draw(st.booleans()):
            each |= {"known": True, "steps": forecast["size"]}
    data = dict(draw(st.sampled_from(_OF_SERIES)))
    if "path" in data and draw(st.booleans()):
        data["series"] = draw(texts)
    return {
        "project": {"name": draw(project_names)},
        "inputs": series,
        "outputs": [forecast],
        "shared": [],
        "model": {},
        "data": data,
    }


@st.composite
def _everywhere(draw: DrawFn, chosen: list[str], free_text: bool) -> Tables:
    """Draw the tables of one input with an answer for each of its places: pixels, words, steps."""
    read, *answers = chosen
    kinds = [each for each in OUTPUT_KINDS.values() if each.answers is Extent.EVERY_PLACE]
    first = draw(st.sampled_from(kinds))
    given = INPUT_KINDS[draw(st.sampled_from(first.kinds_needed()))]
    asked = [each for each in kinds if given.kind in each.kinds_needed()]
    encoders = [name for name, each in encoders_for(given).items() if each.gives is first.answers]
    encoder: Tables = draw(st.sampled_from([{}, *({"encoder": name} for name in encoders)]))
    keys = draw(_keys_of_input(given))
    keys.pop("known", None)  # in advance makes sense of a forecast alone
    return {
        "project": draw(_project(free_text)),
        "inputs": [{"name": read, "kind": given.kind, **keys, **encoder}],
        "outputs": [draw(_outputs(name, asked, free_text)) for name in answers],
        "shared": [],
        "model": {},
        "data": {"stream": True} if draw(st.booleans()) else {},
    }


@st.composite
def _anomalies(draw: DrawFn, chosen: list[str]) -> Tables:
    """Draw the tables of one table with two numbers or more, and of the rows that are odd in it."""
    read, odd, *_ = chosen
    numbers = [{"name": f"{read[:20]} {letter}"} for letter in "xy"]
    table: Tables = {"name": read, "kind": Table.kind}
    table["columns"] = [*numbers, *draw(_inputs(read, [Table]))["columns"]]
    if draw(st.booleans()):
        encoder = encoders_for(Table)["autoencoder"]
        table |= {"encoder": encoder.encoder, **draw(keys_of(encoder, optional=True))}
    return {
        "project": draw(_project(free_text=True)),
        "inputs": [table],
        "outputs": [{"name": odd, "kind": "anomaly"}],
        "shared": [],
        "model": {},
        "data": draw(_data()),
    }


_quantiles = st.lists(
    st.sampled_from([0.5, 2.5, 10, 25, 50, 75, 90, 97.5]), min_size=1, max_size=4, unique=True
).map(sorted)

_TIMES = {"path": "data/own.csv", "time": "When it was", "time_form": "%d.%m.%Y"}
_STEP = {"time_form": "ISO8601", "step": "15min"}
_OF_SERIES: list[Tables] = [
    *({}, {"path": "data/own.csv"}, _TIMES, {**_TIMES, **_STEP}),
    {**_TIMES, "test_file": "test.csv"},
    {**_TIMES, **_STEP, "validation_file": "next.csv", "test_file": "last.csv"},
]


_DRAWN_OTHERWISE = (
    *("sample", "path", "missing", "encoding", "columns"),
    *("series", "time", "time_form", "step"),
    *("validation_file", "test_file"),
)


def _data() -> SearchStrategy[Tables]:
    """Draw where data is and how they are written; no word of ours stands for nothing."""
    places = ["data/own.csv", "data/it's.tsv", "data/own.parquet", "data", "/mnt/big/own.txt"]
    rest = {
        each.name: _values(each.type)
        for each in fields(DataSection)
        if each.name not in _DRAWN_OTHERWISE
    }
    missing = st.lists(st.sampled_from(["?", "-", "NA"]), max_size=2, unique=True)
    tables = {  # where the path is of another form, they are left out again
        f"{split}_file": st.sampled_from([f"{split}.csv", f"{split}'s.tsv", f"{split}.parquet"])
        for split in ("validation", "test")
    }
    return st.fixed_dictionaries(
        {}, optional={"path": st.sampled_from(places), "missing": missing, **tables, **rest}
    )


@st.composite
def _data_column(draw: DrawFn, entry: Tables) -> Tables:
    """Draw how a column of an input or output is written."""
    names = [each["name"] for each in entry.get("columns", ())]
    missing = st.lists(st.sampled_from(["?", "-", "NA"]), max_size=2, unique=True)
    written = st.sampled_from(["1234.5", "1,234.5", "1.234,5"])
    own = st.fixed_dictionaries({}, optional={"numbers": written, "missing": missing})
    column = draw(st.sampled_from([*names, entry.get("column", entry["name"])]))
    said = {"name": column, **draw(own)}
    if entry["kind"] == "multilabel":
        said |= draw(st.fixed_dictionaries({}, optional={"labels": st.sampled_from(",;/")}))
    return said


@st.composite
def _inputs(draw: DrawFn, name: str, kinds: Sequence[type[InputKind]] = ()) -> Tables:
    kind = draw(st.sampled_from(list(kinds or INPUT_KINDS.values())))
    entry = {"name": name, "kind": kind.kind, **draw(_keys_of_input(kind))}
    if kind is CategoryInput and draw(st.integers(0, 2)) == 0:
        entry["values"] = draw(st.integers(FEWEST_FITTED, 2000))
    entry.pop("known", None)  # in advance, which makes sense of a forecast alone
    for number, column in enumerate(entry.get("columns", ())):  # each name appears once
        column["name"] = f"{name[:20]} {number} {column['name']}"
    if draw(st.booleans()):
        other = draw(st.integers(0, 19)) == 0
        readers = encoders_for(draw(st.sampled_from(list(INPUT_KINDS.values()))) if other else kind)
        encoder = draw(st.sampled_from(list(readers.values())))
        encoder = encoders_for(kind).get(encoder.encoder, encoder)  # several kinds have an lstm
        entry |= {"encoder": encoder.encoder, **draw(keys_of(encoder, optional=True))}
        if "embeddings" in entry:  # a file comes with its hash
            entry["checksum"] = "0" * 64
        elif encoder.takes is Text:  # and nothing is said of none
            entry = {k: v for k, v in entry.items() if k not in ("checksum", "trainable")}
        hint = encoder.size_hint if encoder.takes is kind else ""
        if hint and draw(st.integers(0, 9)):  # mostly of a size that it takes
            entry |= kind.from_flag(hint)
    return entry


@st.composite
def _keys_of_input(draw: DrawFn, kind: type[InputKind]) -> Tables:
    """Draw the keys of an input: mostly one of which training changes nothing at random."""
    keys: Tables = draw(keys_of(kind, optional=False))
    left_out = kind.augmentations if draw(st.integers(0, 3)) else ()
    return {key: value for key, value in keys.items() if key not in left_out}


@st.composite
def _outputs(draw: DrawFn, name: str, kinds: list[Any], free_text: bool) -> Tables:
    kind = draw(st.sampled_from(kinds))
    keys = draw(keys_of(kind, optional=False))
    if "quantiles" in keys:
        keys["quantiles"] = draw(_quantiles)
    if "classes" in keys:
        text = texts if free_text else st.text("abcdef", min_size=1, max_size=5)
        if kind is Multilabel:  # labels are joined by |
            text = text.filter(lambda name: "|" not in name)
        keys["classes"] = draw(st.lists(text, min_size=2, max_size=12, unique=True))
    return {"name": name, "kind": kind.kind, **keys}


def keys_of(struct: type[Struct], *, optional: bool) -> SearchStrategy[Tables]:
    """Draw the keys of an entry: the required ones, and any of the others."""
    required = {each.name: _values(each.type) for each in fields(struct) if each.required}
    others = [each for each in fields(struct) if not each.required and _is_chosen(each.type)]
    rest = {each.name: _values(each.type) for each in others}
    if optional:
        return st.fixed_dictionaries({}, optional=required | rest)
    return st.fixed_dictionaries(required, optional=rest)


def _is_chosen(type_: Any) -> bool:
    """Say whether a key is a choice; others say what the code of an owner's own has."""
    return not any((each.extra or {}).get("follows") for each in metas_of(type_))


def _values(type_: Any, metas: tuple[Meta, ...] = ()) -> SearchStrategy[Any]:
    """Draw what a type of the catalogue allows, small."""
    origin = get_origin(type_)
    if origin is Annotated:
        inner, *found = get_args(type_)
        return _values(inner, (*metas, *(meta for meta in found if isinstance(meta, Meta))))
    if origin is Literal:
        return st.sampled_from(get_args(type_))
    if origin is tuple:
        return _tuples(get_args(type_), metas)
    if type_ is Column:
        return _columns()
    if origin is Union or origin is UnionType:
        return _values(next(part for part in get_args(type_) if part is not UnsetType), metas)
    if type_ is bool:
        return st.booleans()
    if type_ is int:
        above = [meta.gt + 1 for meta in metas if meta.gt is not None]
        low = max([*above, *(meta.ge for meta in metas if meta.ge is not None)], default=0)
        high = min((meta.le for meta in metas if meta.le is not None), default=LARGEST)
        most = min(int(high), max(LARGEST, int(low) + 3))
        return st.integers(int(low), min(int(low) + 3, most)) | st.integers(int(low), most)
    if type_ is float:
        top = min([1.0, *(float(meta.le) for meta in metas if meta.le is not None)])
        return st.sampled_from([part * top for part in (0.25, 0.5, 0.75)])
    assert type_ is str, f"no strategy for {type_}"
    examples = [
        each
        for meta in metas
        if meta.pattern and not meta.max_length
        for each in meta.examples or ()
    ]
    if examples:
        return st.sampled_from(examples)
    return st.text("abcdef", min_size=1, max_size=5)


def _columns() -> SearchStrategy[Any]:
    """Draw a column of a table: values come with a category, and a form with dates."""
    name = st.text("abcdefgh", min_size=3, max_size=9)
    values = st.lists(texts, min_size=2, max_size=4, unique=True)
    category = st.fixed_dictionaries(
        {"name": name, "type": st.just("category"), "values": values},
    )
    number = st.fixed_dictionaries({"name": name}, optional={"indicator": st.booleans()})
    forms = st.sampled_from(["%Y-%m-%d", "%d/%m/%Y %H:%M", "ISO8601", "%b %d, %Y", "%y年%j"])
    date = st.fixed_dictionaries({"name": name, "type": st.just("date"), "form": forms})
    return st.one_of(number, number, category, date)


def _when_text(value: Any) -> Any:
    """Return what makes values equal: texts appear once, numbers may stand again."""
    return value if isinstance(value, str) else object()


def _tuples(parts: tuple[Any, ...], metas: tuple[Meta, ...]) -> SearchStrategy[Any]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        least = max((meta.min_length for meta in metas if meta.min_length), default=0)
        return st.lists(_values(parts[0]), min_size=least, max_size=least + 2, unique_by=_when_text)
    return st.tuples(*map(_values, parts)).map(list)
