"""From a data file to the tables of a spec, and the findings they rest on.

Columns of numbers and categories become one `table` input, so that a plain table stays a
Sequential; a column of texts, or of names of image files, becomes an input of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from kerasmith.catalogue.inputs import INPUT_KINDS
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.catalogue.words import NAME_LENGTH
from kerasmith.errors import KerasmithError, Problem, did_you_mean, shortened
from kerasmith.inspect.arrays import Array, read_arrays
from kerasmith.inspect.columns import (
    LONGEST_VALUE,
    Facts,
    Finding,
    as_kind,
    column,
    counted,
    values_of,
)
from kerasmith.inspect.files import TABLES, Sample, read_table, unreadable
from kerasmith.inspect.images import class_folders, existing, look_at
from kerasmith.inspect.notes import notes_of
from kerasmith.inspect.target import Target, guessed_target, target
from kerasmith.spec.names import suggested_part, suggested_project

TABLE_NAME = "record"
"""What the input is called that holds the columns of numbers and categories."""

COLUMN_KINDS = ("number", "category", "text", "image")
"""What `--input COLUMN:KIND` may say of a column."""

MOST_IN_A_TABLE = 1000
USUAL_HISTORY, USUAL_HORIZON = 24, 1
SIDES = ("left", "top", "right", "bottom")


@dataclass(frozen=True)
class Wishes:
    """What the owner of the data says, as it was typed."""

    predict: Sequence[str] = ()
    history: int | None = None
    horizon: int | None = None
    inputs: Sequence[str] = ()
    """`COLUMN:KIND[:SIZE]`, in place of what was found."""
    outputs: Sequence[str] = ()
    ignore: Sequence[str] = ()


@dataclass(frozen=True)
class DataFindings:
    """What a data file holds: columns, what is to be predicted, and what is worth knowing."""

    path: Path
    form: str
    rows: int
    looked_at: int
    columns: tuple[Finding, ...]
    targets: tuple[Target, ...] = ()
    guessed: bool = False
    """Whether nobody said what is to be predicted."""
    notes: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Columns whose names a model cannot have, and what they are called in the spec."""


@dataclass(frozen=True)
class Proposal:
    """The tables of a spec for some data, and what they rest on."""

    tables: dict[str, Any]
    findings: DataFindings


def propose(path: Path, wishes: Wishes | None = None) -> Proposal:
    """Look into data and propose a spec for it.

    Raises KerasmithError where it cannot be read, or where the wishes do not fit it.
    """
    wishes = wishes or Wishes()
    if path.is_dir():
        return _folder(path)
    if not path.is_file():
        raise unreadable(path, "No such file or folder." if not path.exists() else "It is no file.")
    if path.suffix.lower() == ".npz":
        return _arrays(path, wishes)
    if path.suffix.lower() not in TABLES:
        raise unreadable(
            path, f"A file that ends in {path.suffix or 'nothing'!r} is none of these.", _READ
        )
    sample = read_table(path)
    wanted = _Wanted(sample, wishes)
    if wishes.history is not None or wishes.horizon is not None:
        return _series(sample, wanted)
    return _table(sample, wanted)


_READ = (
    "a .keras model, CSV, TSV, Parquet, .npz, or a folder with a folder of images for each class"
)


# === Wishes ===


class _Wanted:
    """The wishes, checked against the columns that there are; all mistakes at once."""

    def __init__(self, sample: Sample, wishes: Wishes) -> None:
        self.wishes = wishes
        self.problems: list[Problem] = []
        names = list(sample.columns)
        self.inputs = dict(self._kinds("--input", wishes.inputs, names, COLUMN_KINDS))
        self.outputs = dict(
            self._kinds("--output", wishes.outputs, [*names, *_boxes(names)], OUTPUT_KINDS)
        )
        self.predict: dict[str, tuple[str, ...]] = {}
        for name in dict.fromkeys((*wishes.predict, *self.outputs)):
            if columns := _columns_of(name, names):
                self.predict[name] = columns
            else:
                self._unknown(f"--predict {name}", name, names)
        for name in wishes.ignore:
            if name not in names:
                self._unknown(f"--ignore {name}", name, names)
        told = {each for columns in self.predict.values() for each in columns}
        for name in told & {*wishes.ignore, *self.inputs}:
            flag = "--ignore" if name in wishes.ignore else "--input"
            self.problems.append(
                Problem(f"{name!r} is to be predicted.", f"{flag} {name}", "It cannot be both.")
            )
        if self.problems:
            raise KerasmithError(*self.problems)

    def _kinds(
        self, flag: str, texts: Sequence[str], names: Sequence[str], kinds: Iterable[str]
    ) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield column, kind and size that `COLUMN:KIND[:SIZE]` says; a column may hold a colon."""
        for text in texts:
            known = [name for name in names if text.startswith(f"{name}:")]
            if not known:
                self._unknown(f"{flag} {text}", text.partition(":")[0], names)
                continue
            name = max(known, key=len)
            kind, _, size = text.removeprefix(f"{name}:").partition(":")
            if kind not in kinds:
                what = f"A column is no {shortened(kind)}."
                self.problems.append(
                    Problem(what, f"{flag} {text}", try_=did_you_mean(kind, kinds))
                )
                continue
            yield name, (kind, size)

    def _unknown(self, where: str, name: str, names: Sequence[str]) -> None:
        what = f"There is no column {shortened(name)}."
        self.problems.append(Problem(what, where, try_=did_you_mean(name, names[:40])))


def _boxes(names: Sequence[str]) -> list[str]:
    """Return what four columns, NAME_left to NAME_bottom, are the box of."""
    starts = (name.removesuffix("_left") for name in names if name.endswith("_left"))
    return [start for start in starts if all(f"{start}_{side}" in names for side in SIDES)]


def _columns_of(name: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that a name stands for: one, the four of a box, or NAME_1, NAME_2 …"""
    if name in names:
        return (name,)
    if name in _boxes(names):
        return tuple(f"{name}_{side}" for side in SIDES)
    count = 1
    while f"{name}_{count}" in names:
        count += 1
    return tuple(f"{name}_{number}" for number in range(1, count)) if count > 2 else ()


@dataclass
class _Names:
    """Names that inputs and outputs can have, each once; `renamed` remembers what was changed."""

    taken: list[str] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)

    def take(self, text: str) -> str:
        base = suggested_part(text)
        name, number = base, 1
        while name in self.taken:
            number += 1
            name = f"{base[: NAME_LENGTH - 4]}{number}"
        self.taken.append(name)
        if name != text:
            self.renamed[text] = name
        return name


# === A table ===


def _table(sample: Sample, wanted: _Wanted) -> Proposal:
    told = {each for columns in wanted.predict.values() for each in columns}
    findings = tuple(
        _ignored(name) if name in wanted.wishes.ignore else _found(name, cells, wanted)
        for name, cells in sample.columns.items()
    )
    guess = "" if wanted.predict else guessed_target(findings)
    predict = wanted.predict or ({guess: (guess,)} if guess else {})
    told |= {guess} if guess else set()
    targets = tuple(_target(name, columns, sample, wanted) for name, columns in predict.items())
    names = _Names()
    given = [each for each in findings if each.name not in told and not each.dropped]
    notes: list[str] = []
    inputs = list(_inputs(given, sample, wanted, names, notes))
    outputs = [_output(name, each, names) for name, each in zip(predict, targets, strict=True)]
    notes += sample.notes
    notes += notes_of(sample, findings, targets)
    notes += _renamed(names)
    tables = {
        "project": {"name": suggested_project(sample.path.stem)},
        "inputs": inputs,
        "outputs": [each for each in outputs if each["kind"]],
    }
    found = DataFindings(
        sample.path, sample.form, sample.rows, sample.size, findings, targets,
        guessed=bool(guess), notes=tuple(notes), renamed=names.renamed,
    )  # fmt: skip
    return Proposal(tables, found)


def _ignored(name: str) -> Finding:
    return Finding(name, "dropped", 1.0, "dropped: you ignore it")


def _found(name: str, cells: Sequence[str], wanted: _Wanted) -> Finding:
    if name not in wanted.inputs:
        return column(name, cells)
    kind, size = wanted.inputs[name]
    found = as_kind(name, cells, kind)
    values = (
        INPUT_KINDS[kind].from_flag(size).get("values") if kind == "category" and size else None
    )
    return replace(found, values=tuple(values)) if isinstance(values, list) else found


def _target(name: str, columns: tuple[str, ...], sample: Sample, wanted: _Wanted) -> Target:
    kind, size = wanted.outputs.get(name, ("", ""))
    if len(columns) == 1:
        found = target(name, sample.columns[name], kind)
        sizes = {**found.sizes, **(OUTPUT_KINDS[kind].from_flag(size) if size else {})}
        return replace(found, sizes=sizes)
    if columns[0] == f"{name}_left":
        return Target(columns, "box", 0.95, "box: four columns, left, top, right and bottom",
                      {}, tuple(_fractions(columns, sample)))  # fmt: skip
    reason = f"number: {len(columns)} columns of numbers"
    return Target(columns, "number", 0.95, reason, {"size": len(columns)})


def _fractions(columns: Sequence[str], sample: Sample) -> Iterator[str]:
    cells = (cell for name in columns for cell in sample.columns[name])
    numbers = [float(cell) for cell in cells if cell.replace(".", "", 1).isdigit()]
    if numbers and max(numbers) > 1:
        yield f"pixels, up to {max(numbers):g}; a box holds fractions of the image, from 0 to 1"


def _output(name: str, found: Target, names: _Names) -> dict[str, Any]:
    return {"name": names.take(name), "kind": found.kind, **found.sizes}


def _inputs(
    given: Sequence[Finding],
    sample: Sample,
    wanted: _Wanted,
    names: _Names,
    notes: list[str],
) -> Iterator[dict[str, Any]]:
    """Yield the inputs: images and texts one by one, numbers and categories as one table."""
    columns = []
    for each in given:
        _kind, size = wanted.inputs.get(each.name, ("", ""))
        if each.kind == "image":
            said = INPUT_KINDS["image"].from_flag(size) if size else _image(each, sample, notes)
            yield {"name": names.take(each.name), "kind": "image", **said}
        elif each.kind == "text":
            length = INPUT_KINDS["text"].from_flag(size).get("length", each.length)
            vocabulary = {"vocabulary": min(each.vocabulary + 2, 5000)}
            yield {"name": names.take(each.name), "kind": "text", "length": length, **vocabulary}
        elif len(each.name) > LONGEST_VALUE or not each.name.isprintable():
            notes.append(
                f"{each.name[:60]!r} is too long for the name of a column; it is left out."
            )
        elif each.kind == "category":
            columns.append({"name": each.name, "type": "category", "values": list(each.values)})
        elif each.kind == "number":
            columns.append({"name": each.name})
        else:
            notes.append(f"{each.name} holds labels; no input takes them, so it is left out.")
    if len(columns) > MOST_IN_A_TABLE:
        notes.append(f"Of {len(columns):,} columns the first {MOST_IN_A_TABLE:,} are taken.")
    if columns:
        name = names.take(TABLE_NAME)
        yield {"name": name, "kind": "table", "columns": columns[:MOST_IN_A_TABLE]}


def _image(found: Finding, sample: Sample, notes: list[str]) -> dict[str, Any]:
    """Return the size of the images that a column names; their files lie beside the table."""
    there, missing = existing(sample.columns[found.name], sample.path.parent)
    if missing:
        notes.append(f"{found.name} names {counted(missing, 'file')} that are not there.")
    if not there:
        notes.append(f"The size of {found.name} is a guess: none of its files is there.")
        return {"shape": [64, 64, 3]}
    images = look_at(there, sample.path)
    notes += (f"{found.name}: {note}" for note in (f"{images.reason}.", *images.notes))
    return {"shape": list(images.shape)}


def _renamed(names: _Names) -> Iterator[str]:
    renamed = {old: new for old, new in names.renamed.items() if new != TABLE_NAME}
    if renamed:
        pairs = ", ".join(f"{old!r} is called {new}" for old, new in renamed.items())
        yield f"A name in a model is lower-case letters, digits and underscores: {pairs}."


# === One long series ===


def _series(sample: Sample, wanted: _Wanted) -> Proposal:
    """Propose the forecast of a column from the steps before."""
    steps = wanted.wishes.history or USUAL_HISTORY
    ahead = wanted.wishes.horizon or USUAL_HORIZON
    findings = tuple(_found(name, cells, wanted) for name, cells in sample.columns.items())
    numbers = [each.name for each in findings if each.kind == "number"]
    chosen = list(wanted.predict) or numbers[-1:]
    if len(chosen) != 1 or chosen[0] not in numbers:
        raise KerasmithError(
            Problem(
                "A forecast predicts one column of numbers.",
                f"--predict {' '.join(chosen)}".strip(),
                f"Columns of numbers: {', '.join(numbers) or 'none'}.",
                f"--predict {numbers[-1]}" if numbers else "a table with a column of numbers",
            )
        )
    if sample.rows < steps + ahead + 1:
        raise KerasmithError(
            Problem(
                f"{counted(sample.rows, 'row')} hold no window of {steps} steps and {ahead} ahead.",
                f"--history {steps} --horizon {ahead}",
                try_="a shorter history",
            )
        )
    names = _Names()
    name = names.take(chosen[0])
    reason = f"forecast: {counted(ahead, 'step')} ahead, from the {steps} before"
    told = Target((chosen[0],), "forecast", 1.0, reason, {"size": ahead})
    notes = [*sample.notes, *_renamed(names), *_series_notes(sample, findings, chosen[0])]
    tables = {
        "project": {"name": suggested_project(sample.path.stem)},
        "inputs": [{"name": name, "kind": "series", "steps": steps}],
        "outputs": [{"name": names.take("ahead"), "kind": "forecast", "size": ahead}],
    }
    found = DataFindings(
        sample.path, sample.form, sample.rows, sample.size, findings, (told,),
        guessed=not wanted.predict, notes=tuple(notes), renamed=names.renamed,
    )  # fmt: skip
    return Proposal(tables, found)


def _series_notes(sample: Sample, findings: Sequence[Finding], chosen: str) -> Iterator[str]:
    others = [each.name for each in findings if each.kind == "number" and each.name != chosen]
    if others:
        yield f"The forecast looks at {chosen} alone; not read: {', '.join(others[:8])}."
    missing = sum(cell == "" for cell in sample.columns[chosen])
    if missing:
        yield f"{missing:,} steps of {chosen} are missing; they count as the mean."
    yield "The rows are taken to be in the order of time, at equal distances."


# === A folder of images ===


def _folder(path: Path) -> Proposal:
    """Propose the class of an image, which is the name of its folder."""
    try:
        folder = class_folders(path)
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None
    counts = {name: len(files) for name, files in folder.classes.items()}
    images = look_at([file for files in folder.classes.values() for file in files], path)
    labels = [name for name, count in counts.items() for _ in range(count)]
    total = len(labels)
    told = replace(
        target("label", labels, "category"),
        confidence=0.95,
        reason=f"category: {counted(len(counts), 'folder')}, {counted(total, 'image')}",
        sizes={"classes": list(values_of(Facts("label", labels)))},
    )
    seen = Finding("image", "image", 0.95, f"image: {images.reason}", notes=images.notes)
    tables = {
        "project": {"name": suggested_project(path.resolve().name)},
        "inputs": [{"name": "photo", "kind": "image", "shape": list(images.shape)}],
        "outputs": [{"name": "label", "kind": "category", **told.sizes}],
    }
    form = "a folder of images in class folders"
    found = DataFindings(
        path, form, total, total, (seen,), (told,), notes=folder.notes, renamed={"image": "photo"}
    )
    return Proposal(tables, found)


# === Named arrays ===


def _arrays(path: Path, wishes: Wishes) -> Proposal:
    """Propose inputs for the arrays of an `.npz` file, and outputs for those to be predicted."""
    arrays, notes = read_arrays(path)
    by_name = {each.name: each for each in arrays}
    unknown = [name for name in (*wishes.predict, *wishes.ignore) if name not in by_name]
    if unknown:
        raise KerasmithError(*(_no_array(name, list(by_name)) for name in unknown))
    kept = [each for each in arrays if each.name not in wishes.ignore]
    testing = [each.name for each in kept if {"test", "val", "valid"} & {*each.name.split("_")}]
    if testing and len(testing) < len(kept):
        notes.append(f"{', '.join(testing)} are taken for a split of their own and not looked at.")
        kept = [each for each in kept if each.name not in testing]
    rows = max((each.shape[0] for each in kept if each.shape), default=0)
    odd = [each for each in kept if not each.shape or each.shape[0] != rows]
    notes += (
        f"{each.name} has not the {rows:,} rows of the others; it is left out." for each in odd
    )
    kept = [each for each in kept if each not in odd]
    guess = "" if wishes.predict else _guessed_array(kept)
    predict = list(wishes.predict) or [guess] * bool(guess)
    names = _Names()
    targets = tuple(_array_target(by_name[name]) for name in predict)
    findings, inputs = [], []
    for each in kept:
        if each.name in predict:
            continue
        kind, sizes, reason = _array_kind(each)
        findings.append(Finding(each.name, kind, 0.9, reason))
        if kind != "dropped":
            name = names.take(each.name)
            if kind == "table":
                sizes = {"columns": [{"name": f"{name}_{n}"} for n in range(1, each.shape[1] + 1)]}
            inputs.append({"name": name, "kind": kind, **sizes})
    outputs = [_output(name, each, names) for name, each in zip(predict, targets, strict=True)]
    tables = {
        "project": {"name": suggested_project(path.stem)},
        "inputs": inputs,
        "outputs": [each for each in outputs if each["kind"]],
    }
    found = DataFindings(
        path, "named arrays", rows, rows, tuple(findings), targets,
        guessed=bool(guess), notes=(*notes, *_renamed(names)), renamed=names.renamed,
    )  # fmt: skip
    return Proposal(tables, found)


def _no_array(name: str, known: Sequence[str]) -> Problem:
    return Problem(
        f"There is no array {shortened(name)}.", "--predict", try_=did_you_mean(name, known)
    )


def _guessed_array(arrays: Sequence[Array]) -> str:
    flat = [each.name for each in arrays if each.values]
    usual = [
        name for name in flat if name.lower().split("_")[0] in ("y", "label", "labels", "target")
    ]
    return (usual or flat[-1:] or [""])[0]


def _array_target(array: Array) -> Target:
    if array.values:
        return target(array.name, array.values)
    if len(array.shape) == 2 and 1 < array.shape[1] <= 64:
        reason = f"number: {array.shape[1]} numbers a row"
        return Target((array.name,), "number", 0.8, reason, {"size": array.shape[1]})
    return Target((array.name,), "", 0.0, f"unclear: {_shaped(array)}", {})


def _array_kind(array: Array) -> tuple[str, dict[str, Any], str]:
    """Return the kind of input that an array is, its sizes, and why."""
    match array.shape:
        case (_, a, b, (1 | 3 | 4) as c) if max(a, b) <= 2048:
            return "image", {"shape": [a, b, c]}, f"image: {_shaped(array)}"
        case (_, a, b) if array.dtype.endswith("u1") or (a == b and a >= 8):
            return "image", {"shape": [a, b, 1]}, f"image: {_shaped(array)}, read as grey"
        case (_, steps, features) if steps <= 10_000 and features <= 1000:
            return "series", {"steps": steps, "features": features}, f"series: {_shaped(array)}"
        case (_, width) if width <= MOST_IN_A_TABLE:
            return "table", {}, f"table: {counted(width, 'number')} a row"
        case (_,) if array.values:
            found = column(array.name, array.values)
            if found.kind == "category":
                return "category", {"values": list(found.values)}, found.reason
            if found.kind == "number":
                return "series", {"steps": 1}, found.reason
            return "dropped", {}, found.reason
    return "dropped", {}, f"dropped: {_shaped(array)}, which no input takes"


def _shaped(array: Array) -> str:
    return f"{'×'.join(map(str, array.shape[1:])) or 'single'} {array.dtype[1:]} a row"
