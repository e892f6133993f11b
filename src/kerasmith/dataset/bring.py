"""Bring data into a project: small ones are copied, large ones are read from where they are."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from kerasmith.catalogue.endings import form_of
from kerasmith.catalogue.outputs import OUTPUT_KINDS
from kerasmith.counts import counted
from kerasmith.dataset.beside import looked_in, place_of
from kerasmith.dataset.facts import shlex_name
from kerasmith.dataset.file_forms import OF_FILES, FileForms
from kerasmith.dataset.folders import class_folders
from kerasmith.dataset.proposal import Proposal
from kerasmith.dataset.sample import LONGEST_CELL, unreadable
from kerasmith.dataset.unpack import unpacked
from kerasmith.errors import KerasmithError, Problem, printable, shortened
from kerasmith.untrusted.bounds import Lines, answered

MOST_COPIED = 50_000_000
"""Bytes of data that a project gets a copy of; more are read from where they are."""


@dataclass(frozen=True)
class CopiedData:
    """A spec for some data, and the files that a project gets of them, by their place in it."""

    tables: dict[str, Any]
    files: Mapping[str, Path | bytes]
    note: str


def bring(proposal: Proposal) -> CopiedData:
    """Return what a project for the proposal begins with.

    Raises KerasmithError where a file cannot be read.
    """
    with answered(proposal.findings.path):
        return _copied(proposal)


def _copied(proposal: Proposal) -> CopiedData:
    path = proposal.findings.path
    if path.suffix.lower() == ".npz":
        made, notes = unpacked(path, proposal.tables, proposal.findings.renamed)
        note = f"{path.name} was unpacked into {counted(len(made), 'file')} in data/."
        return CopiedData(proposal.tables, made, " ".join((note, *notes)))
    try:
        files = _each_once(path, _files(proposal))
        size = sum(
            len(file) if isinstance(file, bytes) else file.stat().st_size for file in files.values()
        )
    except OSError as error:
        raise unreadable(path, f"{error.strerror or error}.") from None
    inside = all(".." not in PurePosixPath(place).parts for place in files)
    if inside and size <= MOST_COPIED:
        copied = f"{counted(len(files), 'file')} copied into data/"
        return CopiedData(proposal.tables, files, f"{copied}: the project has its own.")
    if not proposal.findings.has_header:
        raise unreadable(
            path, "It has no header, and is too large to be copied with one.", "a header of its own"
        )
    for file in _elsewhere(files, proposal):
        where, megabytes = printable(str(file.parent)), f"{size / 1e6:,.0f} MB"
        raise unreadable(
            path,
            f"Its {_nouns(proposal)} are in {where}, not where it names them, and have "
            f"{megabytes}: too much for a copy in each project.",
            f"the table in that folder, with whole names as {shortened(file.name)}",
        )
    why = f"{size / 1e6:,.0f} MB are not copied" if inside else f"{_nouns(proposal)} are elsewhere"
    data = {**proposal.tables["data"], "path": str(_lies(path)), **_beside(proposal)}
    return CopiedData(
        {**proposal.tables, "data": data},
        {},
        f"{why}: the project reads them from where they are, {data['path']}.",
    )


def _beside(proposal: Proposal) -> dict[str, str]:
    """Return the tables of splits by their own names: they are read beside that of training.

    Raises KerasmithError where they are elsewhere.
    """
    path, splits = proposal.findings.path, proposal.findings.splits
    elsewhere = [
        each.path for each in splits.values() if each.path.resolve().parent != path.resolve().parent
    ]
    if elsewhere:
        why = f"It is too large for a copy in each project, and not in the folder of {path.name}."
        problems = [
            unreadable(each, why, f"{each.name} beside it").problems[0] for each in elsewhere
        ]
        raise KerasmithError(*problems)
    return {f"{split}_file": each.path.name for split, each in splits.items()}


def _lies(path: Path) -> Path:
    """Return where data are: a table, or the folder that holds those of the classes."""
    return (class_folders(path).root if path.is_dir() else path).resolve()


def _with_header(path: Path, proposal: Proposal) -> bytes:
    """Return a table with a first row that names its columns, which it has not of its own."""
    found, data = proposal.findings, proposal.tables["data"]
    separator = "\t" if form_of(path.name) == "tsv" else data.get("separator", ",")
    encoding = data.get("encoding", "utf-8")
    text = path.read_bytes().decode(encoding.replace("utf-8", "utf-8-sig"), "replace")
    return f"{separator.join(each.name for each in found.columns)}\n{text}".encode(encoding)


def _files(proposal: Proposal) -> Iterator[tuple[str, Path | bytes]]:
    """Yield the files of the data: the table and the files that it names, or those of classes."""
    path, place = proposal.findings.path, PurePosixPath(proposal.tables["data"]["path"])
    if path.is_dir():
        folder = class_folders(path)
        for inside in folder.classes.values():
            for file in inside:
                if file in proposal.findings.broken:
                    continue
                yield str(place / file.relative_to(folder.root).as_posix()), file
        return
    yield from _files_of_table(path, place, proposal)
    for split, table in proposal.findings.splits.items():
        yield from _files_of_table(
            table.path, place.with_name(proposal.tables["data"][f"{split}_file"]), proposal
        )


def _files_of_table(
    path: Path, place: PurePosixPath, proposal: Proposal
) -> Iterator[tuple[str, Path | bytes]]:
    """Yield a table and the images that it names, by their places in the project."""
    as_it_is = proposal.findings.has_header or path.stat().st_size > MOST_COPIED
    yield str(place), path if as_it_is else _with_header(path, proposal)
    given, answers = proposal.tables["inputs"], proposal.tables["outputs"]
    named = [(each, OF_FILES[each["kind"]]) for each in given if each["kind"] in OF_FILES]
    pictured = [each for each in answers if OUTPUT_KINDS[each["kind"]].reads == "files"]
    named += [(each, OF_FILES["image"]) for each in pictured]
    columns = [(entry.get("column", entry["name"]), forms) for entry, forms in named]
    for column, forms in columns:
        names = list(dict.fromkeys(names_of_files(path, [column], proposal.tables["data"])))
        for name, file in _named(column, names, path, forms):
            outside = not file.resolve().is_relative_to(path.parent.resolve())
            yield str(place.parent / ("../elsewhere" if outside else _relative(name))), file


def _each_once(path: Path, files: Iterator[tuple[str, Path | bytes]]) -> dict[str, Path | bytes]:
    """Return the files by their places; two tables may name the same one.

    Raises KerasmithError where two of them are different ones for one place.
    """
    found: dict[str, Path | bytes] = {}
    for place, file in files:
        other = found.setdefault(place, file)
        if not (isinstance(other, Path) and isinstance(file, Path)) or ".." in place:
            continue
        if not other.samefile(file):
            why = f"{printable(str(other))} and {printable(str(file))} have one name in a project."
            raise unreadable(path, why, "tables in one folder, with their files beside them")
    return found


def _nouns(proposal: Proposal) -> str:
    """Return what the files of a table hold: images, sounds."""
    kinds = dict.fromkeys(entry["kind"] for entry in proposal.tables["inputs"])
    return " and ".join(f"{OF_FILES[kind].noun}s" for kind in kinds if kind in OF_FILES) or "files"


def _named(
    column: str, names: Sequence[str], path: Path, forms: FileForms
) -> Iterator[tuple[str, Path]]:
    """Yield the names that a column of a table holds, and the files that are there for them.

    Raises KerasmithError where there are none.
    """
    place = place_of(names, path)
    there = [name for name in names if place.finds(name)]
    if names and not there:
        folders = ", ".join(printable(str(folder)) for folder in looked_in(path)[:5])
        raise KerasmithError(
            Problem(
                f"None of the files that {shortened(column)} names exists.",
                str(path),
                f"Looked for {shortened(names[0])}, with and without an ending, in {folders}.",
                f"the {forms.noun}s in one of these; or --ignore {shlex_name(column)}",
            )
        )
    yield from ((name, place.file(name)) for name in there)


def _elsewhere(files: Mapping[str, Path | bytes], proposal: Proposal) -> Iterator[Path]:
    """Yield the files that are not where their table names them."""
    path, place = proposal.findings.path, PurePosixPath(proposal.tables["data"]["path"])
    tables = {path, *(each.path for each in proposal.findings.splits.values())}
    for name, file in files.items():
        if (
            path.is_dir()
            or file in tables
            or name == str(place)
            or ".." in PurePosixPath(name).parts
        ):
            continue
        if file != path.parent / PurePosixPath(name).relative_to(place.parent):
            yield Path(str(file))


def names_of_files(path: Path, columns: Sequence[str], data: Mapping[str, str]) -> Iterator[str]:
    """Yield what columns of a table hold, all rows of it, where they hold something."""
    if form_of(path.name) == "parquet":
        from pyarrow import parquet

        file = parquet.ParquetFile(path, read_dictionary=list(columns))
        for batch in file.iter_batches(1000, columns=list(columns)):
            for column in batch.columns:
                yield from (str(name) for name in column.to_pylist() if name)
        return
    csv.field_size_limit(LONGEST_CELL)
    separator = "\t" if form_of(path.name) == "tsv" else data.get("separator", ",")
    encoding = data.get("encoding", "utf-8").replace("utf-8", "utf-8-sig")
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = Lines(file)
        reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
        header = [cell.strip() for cell in next(reader)]
        places = [header.index(column) for column in columns if column in header]
        for row in reader:
            lines.row_ended()
            yield from (row[place].strip() for place in places if place < len(row) and row[place])


def _relative(name: str) -> str:
    """Return the name of a file as a path from its table; with `..` where it is elsewhere."""
    plain = PurePosixPath(name.replace("\\", "/"))
    return "../elsewhere" if plain.is_absolute() or ":" in name else plain.as_posix()
